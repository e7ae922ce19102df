/* Memory and sums of trees with several outputs. */
#include "multi_output.h"

#include <math.h>
#include <string.h>

#define BLOCK 8192 /* rows a task */

/* ---- memory ------------------------------------------------------------------------------- */

static int make_rules(mlci_root *root, int32_t n_outputs, mlci_multi_rules *r)
{
    double **const columns[] = {&r->l1,           &r->l2,        &r->max_delta, &r->cat_l2,
                                &r->cat_smooth_h, &r->gain_unit, &r->h_unit};
    r->n_outputs = n_outputs;
    r->n_lanes = (n_outputs + MLCI_LANES - 1) / MLCI_LANES * MLCI_LANES;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *columns[i] = mlci_alloc(root, r->n_lanes, sizeof **columns[i]);
        if (*columns[i] == NULL) return 0;
    }
    return 1;
}

mlc_status mlci_multi_create(mlci_root *root, const mlci_gradients *const *outputs,
                             int32_t n_outputs, int64_t max_leaves, mlci_multi **out,
                             mlc_error *err)
{
    const int64_t n_rows = outputs[0]->n_rows;
    mlci_multi *const m = mlci_alloc(root, 1, sizeof *m);
    if (m == NULL) return mlci_fail_memory(err, 1, sizeof *m);
    m->root = root;
    m->outputs = outputs;
    int ok = make_rules(root, n_outputs, &m->rules);
    if (ok) {
        m->coarse = mlci_alloc(root, n_rows * m->rules.n_lanes, sizeof *m->coarse);
        m->sums = mlci_alloc(root, 2 * max_leaves * m->rules.n_lanes, sizeof *m->sums);
        ok = m->coarse != NULL && m->sums != NULL;
    }
    if (!ok) {
        const int64_t n_lanes = m->rules.n_lanes;
        mlci_multi_free(m);
        return mlci_fail_memory(err, n_rows * n_lanes, sizeof *m->coarse);
    }
    *out = m;
    return MLC_OK;
}

void mlci_multi_free(mlci_multi *m)
{
    if (m == NULL) return;
    mlci_free(m->rules.l1);
    mlci_free(m->rules.l2);
    mlci_free(m->rules.max_delta);
    mlci_free(m->rules.cat_l2);
    mlci_free(m->rules.cat_smooth_h);
    mlci_free(m->rules.gain_unit);
    mlci_free(m->rules.h_unit);
    mlci_free(m->coarse);
    mlci_free(m->sums);
    mlci_free(m->leaf_outputs);
    mlci_free(m);
}

int mlci_multi_open_outputs(mlci_multi *m, int64_t max_leaves)
{
    m->leaf_outputs = mlci_alloc(m->root, max_leaves * m->rules.n_outputs, sizeof *m->leaf_outputs);
    return m->leaf_outputs != NULL;
}

/* ---- a tree ------------------------------------------------------------------------------- */

static mlc_status lay_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    mlci_multi *const m = arg;
    const int64_t n_rows = m->outputs[0]->n_rows, begin = block * BLOCK;
    const int64_t end = begin + BLOCK < n_rows ? begin + BLOCK : n_rows;
    for (int32_t k = 0; k < m->rules.n_outputs; k++) {
        const uint32_t *const coarse = m->outputs[k]->coarse;
        for (int64_t i = begin; i < end; i++)
            m->coarse[i * m->rules.n_lanes + k] = coarse[i];
    }
    return MLC_OK;
}

mlc_status mlci_multi_start(mlc_context *call, mlci_multi *m, const mlci_multi_limits *limits,
                            mlc_error *err)
{
    mlci_multi_rules *const r = &m->rules;
    r->min_gain = limits->min_gain;
    r->min_hessian = limits->min_hessian * r->n_outputs;
    for (int32_t k = 0; k < r->n_lanes; k++) {
        const int is_output = k < r->n_outputs;
        const double g_unit = is_output ? mlci_coarse_g_unit(m->outputs[k]) : 1;
        const double h_unit = is_output ? mlci_coarse_h_unit(m->outputs[k]) : 1;
        r->l1[k] = limits->l1 / g_unit;
        r->l2[k] = is_output ? limits->l2 / h_unit : 1;
        r->max_delta[k] = limits->max_delta > 0 ? limits->max_delta / g_unit * h_unit : INFINITY;
        r->cat_l2[k] = limits->cat_l2 / h_unit;
        r->cat_smooth_h[k] = limits->cat_smooth / h_unit;
        r->gain_unit[k] = is_output ? g_unit / h_unit * g_unit : 0;
        r->h_unit[k] = is_output ? h_unit : 0;
    }
    return mlci_parallel_for(call, (m->outputs[0]->n_rows + BLOCK - 1) / BLOCK, lay_block, m, err);
}

/* ---- sums --------------------------------------------------------------------------------- */

void mlci_multi_sum_root(const mlci_multi *m, const mlci_binned *binned,
                         const mlci_histogram *histogram, double *sums)
{
    const int32_t n_lanes = m->rules.n_lanes;
    memset(sums, 0, (size_t)n_lanes * 2 * sizeof *sums);
    for (int64_t c = binned->first_cell[0]; c < binned->first_cell[1]; c++) {
        for (int32_t k = 0; k < n_lanes; k++) {
            const mlci_wide_cell cell =
                mlci_cell_at(histogram->cells, histogram->is_wide, c * n_lanes + k);
            sums[k] += (double)cell.g;
            sums[n_lanes + k] += (double)cell.h;
        }
    }
}

void mlci_multi_divide(const mlci_multi *m, const mlci_binned *binned,
                       const mlci_histogram *histogram, int32_t used, const uint32_t *set,
                       double *left, double *sums)
{
    const int32_t n_lanes = m->rules.n_lanes;
    memset(left, 0, (size_t)n_lanes * 2 * sizeof *left);
    for (int32_t first = 0; first < n_lanes; first += MLCI_LANES) {
        mlci_lane_cells f;
        mlci_multi_feature(&m->rules, binned, histogram, used, first, sums, &f);
        for (int32_t c = 0; c < f.n_codes; c++) {
            if (!(set[c / 32] >> c % 32 & 1)) continue;
            for (int32_t k = 0; k < MLCI_LANES; k++) {
                const mlci_wide_cell cell = mlci_cell_at(f.cells + c * f.stride, f.is_wide, k);
                left[first + k] += (double)cell.g;
                left[n_lanes + first + k] += (double)cell.h;
            }
        }
    }
    for (int32_t k = 0; k < 2 * n_lanes; k++)
        sums[k] -= left[k];
}

int mlci_multi_has_code(const mlci_multi *m, const mlci_binned *binned,
                        const mlci_histogram *histogram, int32_t used, const double *sums,
                        int32_t code)
{
    mlci_lane_cells f;
    mlci_multi_feature(&m->rules, binned, histogram, used, 0, sums, &f);
    return mlci_cell_at(f.cells + code * f.stride, f.is_wide, 0).h > 0;
}

/* ---- one feature -------------------------------------------------------------------------- */

/* What is listed, by code; what is left of the sums has the common code. As wide cells. */
static void collect_entries(const mlci_bin_entry *entries, int32_t n, const mlci_histogram *from,
                            int64_t n_lanes, int32_t first, int32_t common, uint64_t *own)
{
    uint64_t *const rest = own + 2 * MLCI_LANES * common;
    for (int32_t e = 0; e < n; e++) {
        const int64_t at = entries[e].cell * n_lanes + first;
        uint64_t *const to = own + 2 * MLCI_LANES * entries[e].code;
        for (int32_t k = 0; k < MLCI_LANES; k++) {
            const mlci_wide_cell cell = mlci_cell_at(from->cells, from->is_wide, at + k);
            to[2 * k] += (uint64_t)cell.g;
            to[2 * k + 1] += (uint64_t)cell.h;
            rest[2 * k] -= (uint64_t)cell.g;
            rest[2 * k + 1] -= (uint64_t)cell.h;
        }
    }
}

void mlci_multi_feature(const mlci_multi_rules *rules, const mlci_binned *binned,
                        const mlci_histogram *histogram, int32_t used, int32_t first,
                        const double *sums, mlci_lane_cells *out)
{
    const mlci_bin_place *const place = &binned->places[used];
    const int64_t n_lanes = rules->n_lanes, words = 1 + histogram->is_wide;
    out->n_codes = place->n_codes;
    if (place->n_entries == 0) {
        out->is_wide = histogram->is_wide;
        out->stride = words * n_lanes;
        out->cells =
            histogram->cells + words * (n_lanes * binned->first_cell[place->bundle] + first);
        return;
    }
    out->is_wide = 1;
    out->stride = 2 * MLCI_LANES;
    out->cells = out->own;
    memset(out->own, 0, (size_t)(2 * MLCI_LANES * place->n_codes) * sizeof *out->own);
    for (int32_t k = 0; k < MLCI_LANES; k++) {
        uint64_t *const rest = out->own + 2 * MLCI_LANES * place->common + 2 * k;
        rest[0] = (uint64_t)(int64_t)sums[first + k];
        rest[1] = (uint64_t)(int64_t)sums[n_lanes + first + k];
    }
    collect_entries(binned->entries + place->first_entry, place->n_entries, histogram, n_lanes,
                    first, place->common, out->own);
}
