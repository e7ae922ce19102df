/* Any metric with one value will do: of the library (by name, found through the registry) or of the
 * host (by dotted name). Predictions are made once a round for all of them. */
#include "valid_score.h"

#include <math.h>
#include <string.h>

#include "named_metric.h"
#include "registry.h"
#include "target.h"

#define SETTING "early_stopping_metric"

/* ---- rows --------------------------------------------------------------------------------- */

void mlci_valid_rows_close(mlci_valid_rows *rows)
{
    mlci_free(rows->prediction);
    mlci_free(rows->probability);
    mlci_free(rows->weight);
    mlci_free(rows->raw);
}

mlc_status mlci_valid_rows_open(const mlci_model_fit *fit, const mlci_boost_data *data,
                                const mlci_loss *loss, mlci_valid_rows *rows, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    const int64_t n = data->n_valid;
    const int64_t width = data->n_classes > 0 ? data->n_classes : 1;
    *rows = (mlci_valid_rows){
        .root = root,
        .data = data,
        .loss = loss,
        .positive = fit->y->classes == NULL ? 0 : fit->y->classes->positive,
        .prediction = mlci_alloc(root, n, sizeof *rows->prediction),
        .probability = mlci_alloc(root, n, width * (int64_t)sizeof *rows->probability),
        .weight = mlci_alloc(root, n, sizeof *rows->weight),
        .raw = mlci_alloc(root, MLCI_BLOCK_ROWS * loss->n_outputs, sizeof *rows->raw)};
    if (rows->prediction == NULL || rows->probability == NULL || rows->weight == NULL ||
        rows->raw == NULL)
        return mlci_fail_memory(err, n, width * (int64_t)sizeof *rows->probability);
    for (int64_t i = 0; i < n; i++)
        rows->weight[i] = data->weight == NULL ? 1 : data->weight[data->n_train + i];
    return MLC_OK;
}

void mlci_valid_rows_predict(mlci_valid_rows *rows, const double *raw)
{
    const mlci_boost_data *const d = rows->data;
    const int32_t n_outputs = rows->loss->n_outputs;
    const mlci_link link = {
        .link = rows->loss->link, .n_outputs = n_outputs, .n_classes = d->n_classes};
    const mlci_kernels *const kernels = rows->loss->kernels;
    for (int64_t i0 = 0; i0 < d->n_valid; i0 += MLCI_BLOCK_ROWS) {
        const int64_t n = d->n_valid - i0 < MLCI_BLOCK_ROWS ? d->n_valid - i0 : MLCI_BLOCK_ROWS;
        for (int32_t k = 0; k < n_outputs; k++)
            for (int64_t i = 0; i < n; i++)
                rows->raw[i * n_outputs + k] = raw[k * d->n_rows + d->n_train + i0 + i];
        mlci_link_prediction(&link, kernels, n, rows->raw, rows->prediction + i0);
        if (d->n_classes > 0)
            mlci_link_probability(&link, kernels, n, rows->raw,
                                  rows->probability + i0 * d->n_classes);
    }
}

/* ---- metrics ------------------------------------------------------------------------------ */

void mlci_valid_metric_close(mlci_valid_metric *m)
{
    if (m->params != NULL) mlci_params_clear(m->metric->base.params, m->params);
    mlci_free(m->params);
}

static mlc_status find_in_library(const mlci_valid_rows *rows, const char *name,
                                  mlci_valid_metric *m, mlc_error *err)
{
    static const mlci_param none[] = {{.name = NULL}};
    const mlci_boost_data *const d = rows->data;
    const mlci_descriptor *found = NULL;
    mlci_named_metric parts;
    MLCI_TRY(mlci_named_metric_split(name, &parts, err));
    MLCI_TRY(mlci_registry_get(MLCI_KIND_METRIC, parts.base, &found, err));
    const int32_t refused = MLCI_NEEDS_FEATURES | (d->group == NULL ? MLCI_NEEDS_GROUP : 0);
    const int32_t needed = (d->n_classes > 0 ? MLCI_CAN_CLASSIFY : MLCI_CAN_REGRESS) |
                           (d->upper != NULL ? MLCI_TAKES_BOUNDS : 0);
    if ((found->capabilities & needed) != needed || (found->capabilities & refused) != 0)
        return mlci_fail(err, MLC_ERROR_SETTING, SETTING, SETTING " = %s: not a metric of %s", name,
                         d->n_classes > 0   ? "classes"
                         : d->upper != NULL ? "times with bounds"
                                            : "numbers");
    /* The base is the first member. */
    m->metric = (const mlci_metric_descriptor *)(const void *)found;
    m->larger_is_better = (found->capabilities & MLCI_LARGER_IS_BETTER) != 0;
    if (found->params != NULL) {
        m->params = mlci_alloc(rows->root, 1, found->params_size);
        if (m->params == NULL) return mlci_fail_memory(err, 1, found->params_size);
    }
    MLCI_TRY(mlci_params_from_text(rows->root, name, found->params == NULL ? none : found->params,
                                   found->check, parts.settings, m->params, err));
    if (m->metric->n_values(m->params, d->n_classes) != 1)
        return mlci_fail(err, MLC_ERROR_SETTING, SETTING,
                         SETTING " = %s: it has several values, and one is needed", name);
    return MLC_OK;
}

mlc_status mlci_valid_metric_open(const mlci_valid_rows *rows, const char *name,
                                  mlci_valid_metric *metric, mlc_error *err)
{
    *metric = (mlci_valid_metric){0};
    if (memchr(name, '.', strcspn(name, "@(")) == NULL)
        return find_in_library(rows, name, metric, err);
    metric->hooks = mlci_root_metric(rows->root, name);
    if (metric->hooks == NULL)
        return mlci_fail(err, MLC_ERROR_COMPONENT, SETTING,
                         SETTING " = %s: the host has no metric of that name", name);
    metric->larger_is_better = metric->hooks->larger_is_better;
    return MLC_OK;
}

static mlc_status ask_host(const mlc_metric_hooks *hooks, const mlci_valid_rows *rows,
                           const double *target, const double *probability, double *score,
                           mlc_error *err)
{
    mlc_error inner;
    memset(&inner, 0, sizeof inner);
    const mlc_status status =
        hooks->score(hooks->user, rows->data->n_valid, rows->data->n_classes, target,
                     rows->prediction, probability, rows->weight, score, &inner);
    inner.message[sizeof inner.message - 1] = '\0';
    if (status != MLC_OK)
        return mlci_fail(err, MLC_ERROR_CALLBACK, SETTING, "the metric of the host failed: %s",
                         inner.message[0] != '\0' ? inner.message : "it gave no message");
    if (isfinite(*score)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_CALLBACK, SETTING,
                     "the metric of the host gave %s: it must be a finite number",
                     isnan(*score) ? "nan" : "infinity");
}

mlc_status mlci_valid_metric_score(mlc_context *call, const mlci_valid_metric *m,
                                   const mlci_valid_rows *rows, double *score, mlc_error *err)
{
    const mlci_boost_data *const d = rows->data;
    const double *const target = d->y + d->n_train;
    const double *const probability = d->n_classes > 0 ? rows->probability : NULL;
    if (m->hooks != NULL) return ask_host(m->hooks, rows, target, probability, score, err);
    const mlci_metric_input in = {.call = call,
                                  .params = m->params,
                                  .n_rows = d->n_valid,
                                  .n_classes = d->n_classes,
                                  .positive = rows->positive,
                                  .target = target,
                                  .upper = d->upper == NULL ? NULL : d->upper + d->n_train,
                                  .prediction = rows->prediction,
                                  .probability = probability,
                                  .weight = rows->weight,
                                  .group = d->group == NULL ? NULL : d->group + d->n_train};
    mlci_metric_value value;
    MLCI_TRY(m->metric->score(&in, &value, err));
    *score = value.value;
    return MLC_OK;
}
