/* Kernels of trees with several outputs, written once: loops over MLCI_LANES outputs side by side,
 * which a compiler makes vectors of. */

static inline void add_lanes(const mlci_code_rows *data, const uint8_t *codes,
                             const uint32_t *coarse, int64_t stride, uint64_t *cells)
{
    uint64_t add[MLCI_LANES];
    for (int k = 0; k < MLCI_LANES; k++)
        add[k] = cell_of_coarse(coarse[k]);
    for (int32_t u = 0; u < data->width; u++) {
        uint64_t *const cell = cells + (data->first_cell[u] + codes[u]) * stride;
        for (int k = 0; k < MLCI_LANES; k++)
            cell[k] += add[k];
    }
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

/* What a child is worth by each output: t^2 / (h + l2) with t = |g| - l1, or, where that leaf is
 * beyond max_delta, the same expression at max_delta. */
static inline void score_lanes(const mlci_lane_cuts *c, const double *g, const double *h,
                               double *score)
{
    for (int k = 0; k < MLCI_LANES; k++) {
        const double size = fabs(g[k]) - c->l1[k], t = size > 0 ? size : 0;
        const double a = h[k] + c->l2[k], w = c->max_delta[k];
        score[k] = t <= w * a ? t * t / a : 2 * t * w - a * w * w;
    }
}

static inline double sum_lanes(const double *x)
{
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

static inline void add_lane_cell(const mlci_lane_cuts *c, const uint64_t *cell, double *g,
                                 double *h)
{
    if (c->is_wide) {
        for (int k = 0; k < MLCI_LANES; k++) {
            g[k] += (double)(int64_t)cell[2 * k];
            h[k] += (double)(int64_t)cell[2 * k + 1];
        }
        return;
    }
    for (int k = 0; k < MLCI_LANES; k++) {
        g[k] += (double)((int64_t)cell[k] >> 32);
        h[k] += (double)(int64_t)(cell[k] & 0xFFFFFFFFu);
    }
}

static void score_lane_cuts(const mlci_lane_cuts *cuts, int64_t n, double *score, double *left_h)
{
    const mlci_lane_cuts c = *cuts;
    double g[MLCI_LANES], h[MLCI_LANES];
    memcpy(g, c.left_g, sizeof g);
    memcpy(h, c.left_h, sizeof h);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t *const cell = c.cells + i * c.stride;
        double right_g[MLCI_LANES], right_h[MLCI_LANES], left[MLCI_LANES], right[MLCI_LANES];
        double both[MLCI_LANES], weighed[MLCI_LANES];
        if ((c.is_wide ? cell[1] : (uint32_t)cell[0]) == 0) {
            score[i] = -1;
            continue;
        }
        add_lane_cell(&c, cell, g, h);
        for (int k = 0; k < MLCI_LANES; k++) {
            right_g[k] = c.g[k] - g[k];
            right_h[k] = c.h[k] - h[k];
        }
        score_lanes(&c, g, h, left);
        score_lanes(&c, right_g, right_h, right);
        for (int k = 0; k < MLCI_LANES; k++) {
            both[k] = c.gain_unit[k] * (left[k] + right[k]);
            weighed[k] = c.h_unit[k] * h[k];
        }
        score[i] += sum_lanes(both);
        left_h[i] += sum_lanes(weighed);
    }
}
