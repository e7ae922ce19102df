/* What all losses share: rows go in chunks through the functions of the loss (loss_<name>.c), in
 * stack arrays and the vector kernels, and are weighted here. */
#include "loss.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "loss_start.h"
#include "number.h"
#include "target.h"

#define CHUNK MLCI_LOSS_CHUNK

const mlci_loss_kind *mlci_loss_kind_of(int32_t loss, int32_t n_classes)
{
    static const mlci_loss_kind *const kinds[] = {
        [MLCI_LOSS_LOG] = &mlci_loss_logistic,
        [MLCI_LOSS_SQUARED] = &mlci_loss_squared_error,
        [MLCI_LOSS_ABSOLUTE] = &mlci_loss_absolute_error,
        [MLCI_LOSS_QUANTILE] = &mlci_loss_quantile,
        [MLCI_LOSS_POISSON] = &mlci_loss_poisson,
        [MLCI_LOSS_GAMMA] = &mlci_loss_gamma,
        [MLCI_LOSS_HUBER] = &mlci_loss_huber,
        [MLCI_LOSS_TWEEDIE] = &mlci_loss_tweedie,
        [MLCI_LOSS_CROSS_ENTROPY] = &mlci_loss_cross_entropy,
        [MLCI_LOSS_ONE_VS_ALL] = &mlci_loss_one_vs_all,
        [MLCI_LOSS_LAMBDARANK] = &mlci_loss_lambdarank,
        [MLCI_LOSS_MAP] = &mlci_loss_map,
        [MLCI_LOSS_PAIRWISE] = &mlci_loss_pairwise,
        [MLCI_LOSS_COX] = &mlci_loss_cox,
        [MLCI_LOSS_AFT] = &mlci_loss_aft,
    };
    if (loss == MLCI_LOSS_LOG && n_classes > 2) return &mlci_loss_softmax;
    /* Of two classes, one against the rest is what the other one is. */
    if (loss == MLCI_LOSS_ONE_VS_ALL && n_classes <= 2) return &mlci_loss_logistic;
    return kinds[loss];
}

/* ---- targets ------------------------------------------------------------------------------ */

static const char *const range_words[] = {[MLCI_TARGET_NOT_NEGATIVE] = "of at least 0",
                                          [MLCI_TARGET_POSITIVE] = "above 0",
                                          [MLCI_TARGET_SHARE] = "from 0 to 1"};

static int is_in_range(mlci_target_range range, int32_t n_labels, double y)
{
    switch (range) {
    case MLCI_TARGET_NOT_NEGATIVE:
        return y >= 0;
    case MLCI_TARGET_POSITIVE:
        return y > 0;
    case MLCI_TARGET_SHARE:
        return y >= 0 && y <= 1;
    case MLCI_TARGET_LABEL:
        return y >= 0 && y < n_labels && y == (double)(int32_t)y;
    case MLCI_TARGET_ANY:
    case MLCI_TARGET_TIME:
        break;
    }
    return 1;
}

/* Entry i of the values: a row and a target. */
static mlc_status refuse_value(const mlci_target *y, int64_t i, const char *rows, const char *needs,
                               mlc_error *err)
{
    char value[MLCI_NUMBER_SIZE];
    const char *const name = y->n_outputs > 1 ? y->names[i % y->n_outputs] : y->name;
    mlci_real_format(y->value[i], value);
    return mlci_fail(err, MLC_ERROR_DATA, name, "target '%s' is %s in %s %lld: %s", name, value,
                     rows, (long long)(i / y->n_outputs) + 1, needs);
}

mlc_status mlci_loss_refuse(const mlci_target *y, int64_t row, const char *rows, const char *needs,
                            mlc_error *err)
{
    return refuse_value(y, row * y->n_outputs, rows, needs, err);
}

/* Pairs that are no bounds. Missing and infinite lower bounds do not get here. */
static mlc_status check_order(const mlci_target *y, const char *rows, mlc_error *err)
{
    for (int64_t i = 0; i < y->n_rows; i++) {
        const double *const bounds = y->value + 2 * i;
        char low[MLCI_NUMBER_SIZE], high[MLCI_NUMBER_SIZE];
        if (bounds[1] >= bounds[0]) continue;
        mlci_real_format(bounds[0], low);
        mlci_real_format(bounds[1], high);
        return mlci_fail(err, MLC_ERROR_DATA, y->names[1],
                         "targets '%s' and '%s' are %s and %s in %s %lld: the first is the lower "
                         "bound of a time, the second the upper one",
                         y->names[0], y->names[1], low, high, rows, (long long)i + 1);
    }
    return MLC_OK;
}

mlc_status mlci_loss_check(const mlci_loss *loss, const mlci_target *y, const char *rows,
                           mlc_error *err)
{
    const mlci_target_range range = loss->kind != NULL            ? loss->kind->range
                                    : loss->link == MLCI_LINK_LOG ? MLCI_TARGET_NOT_NEGATIVE
                                                                  : MLCI_TARGET_ANY;
    if (range == MLCI_TARGET_TIME) {
        if (y->n_outputs == 2) MLCI_TRY(check_order(y, rows, err));
        return loss->kind->check(loss, y, rows, err);
    }
    for (int64_t i = 0; i < y->n_rows * y->n_outputs; i++) {
        if (!isfinite(y->value[i])) return refuse_value(y, i, rows, "it must be finite", err);
        if (is_in_range(range, loss->n_labels, y->value[i])) continue;
        char needs[160];
        if (range == MLCI_TARGET_LABEL)
            snprintf(needs, sizeof needs,
                     "%s needs whole numbers from 0 to %d; label_gain may give more of them a gain",
                     loss->kind->name, (int)loss->n_labels - 1);
        else
            snprintf(needs, sizeof needs, "%s needs numbers %s",
                     loss->kind != NULL ? loss->kind->name : "a log link", range_words[range]);
        return refuse_value(y, i, rows, needs, err);
    }
    return MLC_OK;
}

/* ---- rows by chunks ----------------------------------------------------------------------- */

static mlci_loss_chunk chunk_of(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                                int64_t i0, int64_t end)
{
    const int64_t target = loss->n_targets > 1 ? k : 0;
    return (mlci_loss_chunk){.rows = rows,
                             .i0 = i0,
                             .n = end - i0 < CHUNK ? end - i0 : CHUNK,
                             .k = k,
                             .y = rows->y + target * rows->stride + i0,
                             .upper = rows->upper == NULL ? NULL : rows->upper + i0,
                             .s = rows->raw + k * rows->stride + i0};
}

mlc_status mlci_loss_start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err)
{
    if (loss->kind == NULL) return mlci_start_mean(loss, call, rows, fixed, start, err);
    if (loss->n_targets <= 1) return loss->kind->start(loss, call, rows, fixed, start, err);
    mlci_loss one = *loss;
    one.n_outputs = one.n_targets = 1;
    for (int32_t k = 0; k < loss->n_targets; k++) {
        mlci_loss_rows target = *rows;
        target.y += k * rows->stride;
        MLCI_TRY(loss->kind->start(&one, call, &target, fixed, start + k, err));
    }
    return MLC_OK;
}

void mlci_loss_prepare(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t begin,
                       int64_t end)
{
    if (loss->kind->prepare == NULL) return;
    for (int64_t i0 = begin; i0 < end; i0 += CHUNK) {
        const mlci_loss_chunk chunk = chunk_of(loss, rows, 0, i0, end);
        loss->kind->prepare(loss, &chunk);
    }
}

void mlci_loss_gradients(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                         int64_t begin, int64_t end, double *gradient, double *hessian)
{
    if (k == 0) mlci_loss_prepare(loss, rows, begin, end);
    for (int64_t i0 = begin; i0 < end; i0 += CHUNK) {
        const mlci_loss_chunk chunk = chunk_of(loss, rows, k, i0, end);
        double *const g = gradient + i0, *const h = hessian + i0;
        loss->kind->gradients(loss, &chunk, g, h);
        if (rows->weight == NULL) continue;
        for (int64_t i = 0; i < chunk.n; i++) {
            g[i] *= rows->weight[i0 + i];
            h[i] *= rows->weight[i0 + i];
        }
    }
}

static void add_target(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                       const mlci_loss_chunk *first, double *value)
{
    double own[CHUNK];
    const mlci_loss_chunk chunk = chunk_of(loss, rows, k, first->i0, first->i0 + first->n);
    loss->kind->values(loss, &chunk, own);
    for (int64_t i = 0; i < chunk.n; i++)
        value[i] += own[i];
}

void mlci_loss_values(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t i0, int64_t n,
                      double *value)
{
    const mlci_loss_chunk chunk = chunk_of(loss, rows, 0, i0, i0 + n);
    if (loss->kind->scan != NULL) {
        memcpy(value, rows->work + i0, (size_t)n * sizeof *value);
        return;
    }
    loss->kind->values(loss, &chunk, value);
    for (int32_t k = 1; k < loss->n_targets; k++)
        add_target(loss, rows, k, &chunk, value);
    for (int64_t i = 0; loss->n_targets > 1 && i < n; i++)
        value[i] /= loss->n_targets;
    for (int64_t i = 0; rows->weight != NULL && i < n; i++)
        value[i] *= rows->weight[i0 + i];
}
