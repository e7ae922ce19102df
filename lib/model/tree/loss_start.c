/* First scores from exact sums: the same bits in any order of rows. */
#include "loss_start.h"

#include <math.h>

#include "exact_sum.h"
#include "order_key.h"
#include "quantile.h"

#define NEWTON_STEPS 100
#define BLOCK_ROWS 4096

/* What is summed over rows. */
typedef struct start_sum {
    const mlci_loss_rows *rows;
    int32_t k; /* of weights: this class only; -1: all */
} start_sum;

static double weight_term(const void *arg, int64_t i)
{
    const start_sum *const s = arg;
    if (s->k >= 0 && s->rows->y[i] != (double)s->k) return 0;
    return s->rows->weight == NULL ? 1 : s->rows->weight[i];
}

static double target_term(const void *arg, int64_t i)
{
    const start_sum *const s = arg;
    return s->rows->y[i] * (s->rows->weight == NULL ? 1 : s->rows->weight[i]);
}

double mlci_class_share(const mlci_loss_rows *rows, int32_t k)
{
    const start_sum one = {rows, k}, all = {rows, -1};
    const double share = mlci_exact_sum(weight_term, &one, rows->n_rows) /
                         mlci_exact_sum(weight_term, &all, rows->n_rows);
    return share < MLCI_LEAST_SHARE ? MLCI_LEAST_SHARE : share;
}

mlc_status mlci_start_mean(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err)
{
    const start_sum all = {rows, -1};
    const double least = MLCI_LEAST_SHARE;
    double mean = mlci_exact_sum(target_term, &all, rows->n_rows) /
                  mlci_exact_sum(weight_term, &all, rows->n_rows);
    if (loss->link == MLCI_LINK_LOGIT) {
        mean = mean < least ? least : mean > 1 - least ? 1 - least : mean;
        start[0] = mlci_ln(mean / (1 - mean));
    } else if (loss->link == MLCI_LINK_LOG) {
        if (!(mean > 0))
            return mlci_fail(err, MLC_ERROR_DATA, "target",
                             "every target is 0: a log link needs one above 0");
        start[0] = mlci_ln(mean);
    } else {
        start[0] = mean;
    }
    return MLC_OK;
}

mlc_status mlci_start_zero(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err)
{
    start[0] = 0;
    return MLC_OK;
}

mlc_status mlci_start_quantile(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                               const int64_t *fixed, double *start, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = rows->n_rows;
    uint64_t *const keys = mlci_alloc_raw(root, n, sizeof *keys);
    int64_t *const weights = fixed == NULL ? NULL : mlci_alloc_raw(root, n, sizeof *weights);
    mlc_status status = MLC_OK;
    if (keys == NULL || (fixed != NULL && weights == NULL)) {
        status = mlci_fail_memory(err, n, sizeof *keys);
        goto done;
    }
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const double level =
            loss->kind->leaf_quantile == NULL ? 0.5 : loss->kind->leaf_quantile(loss, k);
        for (int64_t i = 0; i < n; i++) {
            keys[i] = mlci_key_of_number(rows->y[i]);
            if (fixed != NULL) weights[i] = fixed[i];
        }
        start[k] = mlci_weighted_quantile(keys, weights, n, level);
    }
done:
    mlci_free(keys);
    mlci_free(weights);
    return status;
}

/* ---- by steps ----------------------------------------------------------------------------- */

static double array_term(const void *arg, int64_t i)
{
    return ((const double *)arg)[i];
}

/* Gradients of rows at a constant. */
typedef struct constant_scores {
    const mlci_loss *loss;
    mlci_loss_rows rows;
    double at;
    double *raw, *g, *h;
} constant_scores;

static mlc_status differentiate(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const constant_scores *const c = arg;
    const int64_t begin = block * BLOCK_ROWS, n = c->rows.n_rows;
    const int64_t end = begin + BLOCK_ROWS < n ? begin + BLOCK_ROWS : n;
    for (int64_t i = begin; i < end; i++)
        c->raw[i] = c->at;
    mlci_loss_gradients(c->loss, &c->rows, 0, begin, end, c->g, c->h);
    return MLC_OK;
}

/* Newton steps inside the bracket of the least that the signs of the slopes give: where a step
 * would leave it, its middle. */
static mlc_status descend(mlc_context *call, constant_scores *c, double longest, mlc_error *err)
{
    const int64_t n = c->rows.n_rows;
    double low = -INFINITY, high = INFINITY;
    for (int32_t step = 0; step < NEWTON_STEPS; step++) {
        MLCI_TRY(mlci_parallel_for(call, (n + BLOCK_ROWS - 1) / BLOCK_ROWS, differentiate, c, err));
        const double slope = mlci_exact_sum(array_term, c->g, n);
        const double curvature = mlci_exact_sum(array_term, c->h, n);
        double move = -slope / curvature;
        move = move > longest ? longest : move < -longest ? -longest : move;
        double next = c->at + move;
        if (!(curvature > 0) || !isfinite(next)) return MLC_OK;
        low = slope < 0 ? c->at : low;
        high = slope > 0 ? c->at : high;
        if (!(next >= low && next <= high)) next = 0.5 * low + 0.5 * high;
        const int near = fabs(next - c->at) <= 1e-12 * (1 + fabs(next));
        c->at = next;
        if (near) return MLC_OK;
    }
    return MLC_OK;
}

mlc_status mlci_start_newton(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                             double longest, double *start, mlc_error *err)
{
    const int64_t n = rows->n_rows;
    double *const memory = mlci_alloc_raw(mlci_context_root(call), n, 3 * (int64_t)sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, n, 3 * sizeof *memory);
    constant_scores c = {loss, *rows, *start, memory, memory + n, memory + 2 * n};
    c.rows.raw = c.raw;
    c.rows.stride = n;
    const mlc_status status = descend(call, &c, longest, err);
    if (status == MLC_OK) *start = c.at;
    mlci_free(memory);
    return status;
}
