/* The nearest of packed centres for each row; included once an instruction set.
 *
 * A panel holds 16 centres feature by feature; NEAR_ROWS rows meet it in registers, so a
 * distance is one chain of fma(x - c, x - c). Each lane keeps its best distance with the number
 * of its centre and its second; lanes meet by (distance, number) at the end. */

#define PANEL MLCI_CENTRE_PANEL
#define PANEL_PARTS (PANEL / VL)

typedef struct near_state {
    V best, number, second; /* by lane */
} near_state;

static inline void near_update(near_state *s, V distance, V number)
{
    const M closer = v_less(distance, s->best);
    s->second = v_min(v_max(distance, s->best), s->second);
    s->number = v_select(closer, number, s->number);
    s->best = v_select(closer, distance, s->best);
}

/* Distances of rows to one panel; inlined with constant rows. */
static inline void near_panel(const double *const *x, int64_t n_columns, const double *panel,
                              int rows, V acc[][PANEL_PARTS])
{
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int v = 0; v < PANEL_PARTS; v++)
            acc[r][v] = v_set(0.0);
    }
    for (int64_t k = 0; k < n_columns; k++, panel += PANEL) {
        V value[NEAR_ROWS];
        UNROLL
        for (int r = 0; r < rows; r++)
            value[r] = v_set(x[r][k]);
        UNROLL
        for (int v = 0; v < PANEL_PARTS; v++) {
            const V centre = v_load(panel + v * VL);
            UNROLL
            for (int r = 0; r < rows; r++) {
                const V away = v_sub(value[r], centre);
                acc[r][v] = v_fma(away, away, acc[r][v]);
            }
        }
    }
}

static inline void near_finish(const near_state *s, int64_t row, const mlci_nearest_result *out)
{
    const double best = v_lowest(s->best);
    const double number =
        v_lowest(v_select(v_equal(s->best, v_set(best)), s->number, v_set(INFINITE)));
    const M winner = m_and(v_equal(s->best, v_set(best)), v_equal(s->number, v_set(number)));
    const V others = v_select(winner, s->second, v_min(s->second, s->best));
    out->label[row] = best < INFINITE ? (int32_t)number : 0;
    out->distance[row] = best;
    if (out->second != NULL) out->second[row] = v_lowest(others);
}

static inline void near_rows(const mlci_row_block *x, const mlci_centres *c, int64_t first,
                             int rows, const mlci_nearest_result *out)
{
    near_state state[NEAR_ROWS];
    const double *start[NEAR_ROWS];
    for (int r = 0; r < rows; r++) {
        start[r] = x->x + (first + r) * x->stride;
        state[r].best = state[r].second = v_set(INFINITE);
        state[r].number = v_set(0.0);
    }
    for (int64_t at = 0; at < c->n_centres; at += PANEL) {
        V acc[NEAR_ROWS][PANEL_PARTS];
        near_panel(start, c->n_columns, c->packed + at * c->n_columns, rows, acc);
        for (int v = 0; v < PANEL_PARTS && at + v * VL < c->n_centres; v++) {
            const V number = v_add(v_lane_numbers(), v_set((double)(at + v * VL)));
            const M real = v_less(number, v_set((double)c->n_centres));
            for (int r = 0; r < rows; r++) {
                const V distance = acc[r][v];
                const M usable = m_and(real, v_less(distance, v_set(INFINITE))); /* not NaN */
                near_update(&state[r], v_select(usable, distance, v_set(INFINITE)), number);
            }
        }
    }
    for (int r = 0; r < rows; r++)
        near_finish(&state[r], first + r, out);
}

static void nearest(const mlci_row_block *x, const mlci_centres *centres,
                    const mlci_nearest_result *out)
{
    int64_t i = 0;
    for (; i + NEAR_ROWS <= x->n_rows; i += NEAR_ROWS)
        near_rows(x, centres, i, NEAR_ROWS, out);
    for (; i < x->n_rows; i++)
        near_rows(x, centres, i, 1, out);
}

static inline void distance_rows(const mlci_row_block *x, const mlci_centres *c, int64_t first,
                                 int rows, double *out)
{
    const double *start[NEAR_ROWS];
    for (int r = 0; r < rows; r++) start[r] = x->x + (first + r) * x->stride;
    for (int64_t at = 0; at < c->n_centres; at += PANEL) {
        const int64_t n = c->n_centres - at < PANEL ? c->n_centres - at : PANEL;
        V acc[NEAR_ROWS][PANEL_PARTS];
        near_panel(start, c->n_columns, c->packed + at * c->n_columns, rows, acc);
        for (int r = 0; r < rows; r++) {
            double panel[PANEL];
            for (int v = 0; v < PANEL_PARTS; v++) v_store(panel + v * VL, acc[r][v]);
            memcpy(out + (first + r) * c->n_centres + at, panel, (size_t)n * sizeof *out);
        }
    }
}

static void distances(const mlci_row_block *x, const mlci_centres *centres, double *out)
{
    int64_t i = 0;
    for (; i + NEAR_ROWS <= x->n_rows; i += NEAR_ROWS) {
        distance_rows(x, centres, i, NEAR_ROWS, out);
    }
    for (; i < x->n_rows; i++) distance_rows(x, centres, i, 1, out);
}
