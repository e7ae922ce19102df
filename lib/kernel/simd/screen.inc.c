/* Which rows of a tile may be near, in floats; included once an instruction set.
 *
 * SCREEN_ROWS rows meet SCREEN_PARTS vectors of the tile in registers. A distance is one chain of
 * fma(x - y, x - y), so its error is bounded by the number of columns, whatever the order. */

#define SCREEN_ROWS 4
#define SCREEN_WIDTH (SCREEN_PARTS * FL)

/* Rows of x against a part of the tile: bits of those that are near, from `at` on. */
static inline void screen_part(const float *const *x, const mlci_float_tile *tile, int64_t at,
                               const float *limit, uint64_t *bits)
{
    F acc[SCREEN_ROWS][SCREEN_PARTS];
    const float *y = tile->values + at;
    UNROLL
    for (int r = 0; r < SCREEN_ROWS; r++) {
        UNROLL
        for (int v = 0; v < SCREEN_PARTS; v++)
            acc[r][v] = f_set(0);
    }
    for (int64_t k = 0; k < tile->n_numbers; k++, y += MLCI_FLOAT_TILE) {
        UNROLL
        for (int r = 0; r < SCREEN_ROWS; r++) {
            const F value = f_set(x[r][k]);
            UNROLL
            for (int v = 0; v < SCREEN_PARTS; v++) {
                const F away = f_sub(value, f_load(y + v * FL));
                acc[r][v] = f_fma(away, away, acc[r][v]);
            }
        }
    }
    for (int64_t c = 0; c < tile->n_codes; c++, y += MLCI_FLOAT_TILE) {
        for (int r = 0; r < SCREEN_ROWS; r++) {
            const F code = f_set(x[r][tile->n_numbers + c]);
            for (int v = 0; v < SCREEN_PARTS; v++)
                acc[r][v] = f_add_where_unequal(acc[r][v], code, f_load(y + v * FL),
                                                f_set(tile->mismatch));
        }
    }
    for (int r = 0; r < SCREEN_ROWS; r++) {
        for (int v = 0; v < SCREEN_PARTS; v++)
            bits[r] |= (uint64_t)f_at_most(acc[r][v], f_set(limit[r])) << (at + v * FL);
    }
}

static int64_t screen(const float *x, int64_t n_rows, const mlci_float_tile *tile, const float *limit,
                   uint64_t *bits)
{
    const int64_t width = tile->n_numbers + tile->n_codes;
    int64_t n_found = 0;
    for (int64_t i = 0; i < n_rows; i += SCREEN_ROWS) {
        const int64_t n = n_rows - i < SCREEN_ROWS ? n_rows - i : SCREEN_ROWS;
        const float *start[SCREEN_ROWS];
        float most[SCREEN_ROWS];
        uint64_t found[SCREEN_ROWS] = {0};
        for (int64_t r = 0; r < SCREEN_ROWS; r++) {
            const int64_t row = i + (r < n ? r : 0);
            start[r] = x + row * width;
            most[r] = limit[row];
        }
        for (int64_t at = 0; at < MLCI_FLOAT_TILE; at += SCREEN_WIDTH)
            screen_part(start, tile, at, most, found);
        memcpy(bits + i, found, (size_t)n * sizeof *bits);
        for (int64_t r = 0; r < n; r++) n_found += __builtin_popcountll(found[r]);
    }
    return n_found;
}

static double distance(int64_t n, const double *x, const double *y)
{
    double acc = 0;
    for (int64_t k = 0; k < n; k++) {
        const double away = x[k] - y[k];
        acc = fma(away, away, acc);
    }
    return acc;
}
