/* Kernels of trees with several outputs, written once: MLCI_LANES outputs side by side. */

_Static_assert(MLCI_LANES == 8, "cells of eight outputs are added at once");

static inline void add_lanes(const mlci_code_rows *data, const uint8_t *codes,
                             const uint32_t *coarse, int64_t stride, uint64_t *cells)
{
    eight_cells add;
    cells_of_coarse(coarse, &add);
    for (int32_t u = 0; u < data->width; u++)
        *(eight_cells *)(void *)(cells + (data->first_cell[u] + codes[u]) * stride) += add;
}

static void add_lane_rows(const mlci_code_rows *data, int32_t n_lanes, const uint32_t *coarse,
                          const uint32_t *rows, int64_t n, uint64_t *cells)
{
    for (int64_t i = 0; i < n; i++) {
        const uint32_t next = rows[i + ROWS_AHEAD < n ? i + ROWS_AHEAD : n - 1];
        __builtin_prefetch(data->codes + next * data->stride);
        __builtin_prefetch(coarse + (int64_t)next * n_lanes);
        for (int32_t k = 0; k < n_lanes; k += MLCI_LANES)
            add_lanes(data, data->codes + rows[i] * data->stride,
                      coarse + (int64_t)rows[i] * n_lanes + k, n_lanes, cells + k);
    }
}

/* |g| - l1, at least 0. */
static inline V shrunken_lanes(V g, V l1)
{
    const V size = v_sub(v_max(g, v_sub(v_set(0), g)), l1);
    return v_max(size, v_set(0));
}

/* What children are worth: t^2 / a of each, over one division. */
static inline V score_free_lanes(V left_t, V left_a, V right_t, V right_a)
{
    const V above = v_add(v_mul(v_mul(left_t, left_t), right_a),
                          v_mul(v_mul(right_t, right_t), left_a));
    return v_div(above, v_mul(left_a, right_a));
}

/* What a child is worth: t^2 / a, or, where that leaf is beyond w, 2 t w - a w^2. */
static inline V score_bounded_lanes(V t, V a, V w)
{
    const V at_most = v_sub(v_mul(v_mul(v_set(2), t), w), v_mul(v_mul(a, w), w));
    return v_select(v_less_equal(t, v_mul(w, a)), v_div(v_mul(t, t), a), at_most);
}

static inline double sum_lanes(const double *x)
{
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

static inline void add_lane_cell(int32_t is_wide, const uint64_t *cell, double *g, double *h)
{
    if (is_wide) {
        for (int k = 0; k < MLCI_LANES; k++) {
            g[k] += (double)(int64_t)cell[2 * k];
            h[k] += (double)(int64_t)cell[2 * k + 1];
        }
        return;
    }
    for (int k = 0; k < MLCI_LANES; k++) {
        g[k] += (double)(int32_t)(cell[k] >> 32);
        h[k] += (double)(uint32_t)cell[k];
    }
}

/* The score of the cut that sends g and h left, and the hessian there. */
static inline void score_lane_cut(const mlci_lane_cuts *c, int is_free, const double *g,
                                  const double *h, double *score, double *left_h)
{
    double both[MLCI_LANES], weighed[MLCI_LANES];
    for (int k = 0; k < MLCI_LANES; k += VL) {
        const V gl = v_load(g + k), hl = v_load(h + k), l1 = v_load(c->l1 + k);
        const V l2 = v_load(c->l2 + k), w = v_load(c->max_delta + k);
        const V left_t = shrunken_lanes(gl, l1), left_a = v_add(hl, l2);
        const V right_t = shrunken_lanes(v_sub(v_load(c->g + k), gl), l1);
        const V right_a = v_add(v_sub(v_load(c->h + k), hl), l2);
        const V sum = is_free ? score_free_lanes(left_t, left_a, right_t, right_a)
                              : v_add(score_bounded_lanes(left_t, left_a, w),
                                      score_bounded_lanes(right_t, right_a, w));
        v_store(both + k, v_mul(v_load(c->gain_unit + k), sum));
        v_store(weighed + k, v_mul(v_load(c->h_unit + k), hl));
    }
    *score += sum_lanes(both);
    *left_h += sum_lanes(weighed);
}

static void score_lane_cuts(const mlci_lane_cuts *cuts, int64_t n, double *score, double *left_h)
{
    const mlci_lane_cuts c = *cuts;
    double g[MLCI_LANES], h[MLCI_LANES];
    int is_free = 1;
    memcpy(g, c.left_g, sizeof g);
    memcpy(h, c.left_h, sizeof h);
    for (int k = 0; k < MLCI_LANES; k++)
        is_free &= c.max_delta[k] == INFINITY;
    for (int64_t i = 0; i < n; i++) {
        const uint64_t *const cell = c.cells + i * c.stride;
        if ((c.is_wide ? cell[1] : (uint32_t)cell[0]) == 0) {
            score[i] = -1;
            continue;
        }
        add_lane_cell(c.is_wide, cell, g, h);
        score_lane_cut(&c, is_free, g, h, score + i, left_h + i);
    }
}
