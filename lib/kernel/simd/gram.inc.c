/* X'WX and X'WY of a block of rows in one pass; included once an instruction set.
 *
 * Element (i, j) is the chain over rows of fma(w x_i, x_j). For each panel of TILE_ROWS columns
 * the weighted values are written once to the stack (16 KB); the other side is read from X where
 * it lies, which for rows of up to about 500 doubles is the second-level cache. */

/* room[r][c] = w_r x_(r, i + c), zeros past the last column. */
static void pack_weighted(const mlci_row_block *x, const double *weights, int64_t first, int64_t k,
                          int64_t i, double *room)
{
    const int64_t n = x->n_columns - i < TILE_ROWS ? x->n_columns - i : TILE_ROWS;
    for (int64_t r = 0; r < k; r++) {
        const double *row = x->x + (first + r) * x->stride + i;
        const V weight = v_set(weights != NULL ? weights[first + r] : 1.0);
        for (int64_t c = 0; c < TILE_ROWS; c += VL) {
            const V value = v_load_first(row + (c < n ? c : 0), n_first(n - c));
            v_store(room + r * TILE_ROWS + c, v_mul(weight, value));
        }
    }
}

/* Columns i .. i + rows of X against columns j .. of other; rows 0: all that lie on or above the
 * diagonal, other being X. */
static void gram_tile(tile_input *in, const mlci_row_block *other, int64_t i, int64_t j,
                      int64_t rows, double *to)
{
    double out[TILE_ROWS * TILE_COLUMNS];
    const int64_t width = other->n_columns;
    const int64_t n = width - j < TILE_COLUMNS ? width - j : TILE_COLUMNS;
    const int64_t length = tile_full(in, n, out);
    for (int64_t r = 0; r < TILE_ROWS; r++) {
        const int64_t skip = rows == 0 && i + r > j ? i + r - j : 0;
        if (skip >= n || (rows > 0 && r >= rows)) break;
        add_row(n - skip, 1.0, out + r * length + skip, 1, to + (i + r) * width + j + skip);
    }
}

static void gram_chunk(const mlci_row_block *x, const double *weights, const mlci_row_block *y,
                       int64_t first, double *xx, double *xy)
{
    double room[MLCI_CHAIN * TILE_ROWS];
    const int64_t rest = x->n_rows - first;
    tile_input in = {.k = rest < MLCI_CHAIN ? rest : MLCI_CHAIN, .a = room, .a_step = TILE_ROWS};
    for (int64_t i = 0; i < x->n_columns; i += TILE_ROWS) {
        pack_weighted(x, weights, first, in.k, i, room);
        in.b_step = x->stride;
        for (int64_t j = i; j < x->n_columns; j += TILE_COLUMNS) {
            in.b = x->x + first * x->stride + j;
            gram_tile(&in, x, i, j, 0, xx);
        }
        if (y == NULL) continue;
        in.b_step = y->stride;
        for (int64_t j = 0; j < y->n_columns; j += TILE_COLUMNS) {
            in.b = y->x + first * y->stride + j;
            gram_tile(&in, y, i, j, x->n_columns - i, xy);
        }
    }
}

static void gram(const mlci_row_block *x, const double *weights, const mlci_row_block *y,
                 double *xx, double *xy)
{
    for (int64_t first = 0; first < x->n_rows; first += MLCI_CHAIN)
        gram_chunk(x, weights, y, first, xx, xy);
}
