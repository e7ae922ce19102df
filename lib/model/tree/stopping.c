/* Early stopping after Prechelt (1998) in the form the boosting libraries share: stop after
 * n_iter_no_change rounds that were not better than the best by more than tol, keep the best.
 *
 * The score is the loss or any metric with one value, of the library (by name, found through the
 * registry) or of the host (by dotted name). A score that is NaN is no improvement. */
#include "stopping.h"

#include <math.h>
#include <string.h>

#include "named_metric.h"
#include "registry.h"
#include "target.h"

struct mlci_stopping {
    mlci_root *root;
    const mlci_boost_data *data;
    const mlci_loss *loss;
    int64_t patience;
    double tol;
    int32_t larger_is_better;
    int64_t best_round; /* -1: none yet */
    double best;
    const mlci_metric_descriptor *metric; /* of the library, or NULL */
    void *metric_params;
    const mlc_metric_hooks *hooks; /* of the host, or NULL */
    int32_t positive;
    double *prediction, *probability, *weight; /* of the validation rows, for metrics */
    double *raw;                               /* a block of them, row-major */
};

void mlci_stopping_free(mlci_stopping *s)
{
    if (s == NULL) return;
    if (s->metric_params != NULL) mlci_params_clear(s->metric->base.params, s->metric_params);
    mlci_free(s->metric_params);
    mlci_free(s->prediction);
    mlci_free(s->probability);
    mlci_free(s->weight);
    mlci_free(s->raw);
    mlci_free(s);
}

/* ---- which score -------------------------------------------------------------------------- */

static mlc_status find_library_metric(mlci_stopping *s, const char *name, mlc_error *err)
{
    static const mlci_param none[] = {{.name = NULL}};
    const mlci_descriptor *found = NULL;
    const int32_t need = s->data->n_classes > 0 ? MLCI_CAN_CLASSIFY : MLCI_CAN_REGRESS;
    mlci_named_metric parts;
    MLCI_TRY(mlci_named_metric_split(name, &parts, err));
    MLCI_TRY(mlci_registry_get(MLCI_KIND_METRIC, parts.base, &found, err));
    const int32_t refused = MLCI_NEEDS_FEATURES | (s->data->group == NULL ? MLCI_NEEDS_GROUP : 0);
    const int32_t needed = need | (s->data->upper != NULL ? MLCI_TAKES_BOUNDS : 0);
    if ((found->capabilities & needed) != needed || (found->capabilities & refused) != 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric = %s: not a metric of %s", name,
                         s->data->n_classes > 0   ? "classes"
                         : s->data->upper != NULL ? "times with bounds"
                                                  : "numbers");
    /* The base is the first member. */
    s->metric = (const mlci_metric_descriptor *)(const void *)found;
    s->larger_is_better = (found->capabilities & MLCI_LARGER_IS_BETTER) != 0;
    if (found->params != NULL) {
        s->metric_params = mlci_alloc(s->root, 1, found->params_size);
        if (s->metric_params == NULL) return mlci_fail_memory(err, 1, found->params_size);
    }
    MLCI_TRY(mlci_params_from_text(s->root, name, found->params == NULL ? none : found->params,
                                   found->check, parts.settings, s->metric_params, err));
    if (s->metric->n_values(s->metric_params, s->data->n_classes) != 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                         "early_stopping_metric = %s: it has several values, and one is needed",
                         name);
    return MLC_OK;
}

static mlc_status find_metric(mlci_stopping *s, const char *name, mlc_error *err)
{
    const int64_t n = s->data->n_valid;
    if (memchr(name, '.', strcspn(name, "@(")) == NULL) {
        MLCI_TRY(find_library_metric(s, name, err));
    } else {
        s->hooks = mlci_root_metric(s->root, name);
        if (s->hooks == NULL)
            return mlci_fail(err, MLC_ERROR_COMPONENT, "early_stopping_metric",
                             "early_stopping_metric = %s: the host has no metric of that name",
                             name);
        s->larger_is_better = s->hooks->larger_is_better;
    }
    s->prediction = mlci_alloc(s->root, n, sizeof *s->prediction);
    s->probability = mlci_alloc(s->root, n,
                                (int64_t)sizeof *s->probability *
                                    (s->data->n_classes > 0 ? s->data->n_classes : 1));
    s->weight = mlci_alloc(s->root, n, sizeof *s->weight);
    s->raw = mlci_alloc(s->root, MLCI_BLOCK_ROWS * s->loss->n_outputs, sizeof *s->raw);
    if (s->prediction == NULL || s->probability == NULL || s->weight == NULL || s->raw == NULL)
        return mlci_fail_memory(err, n, sizeof *s->probability);
    for (int64_t i = 0; i < n; i++)
        s->weight[i] = s->data->weight == NULL ? 1 : s->data->weight[s->data->n_train + i];
    return MLC_OK;
}

mlc_status mlci_stopping_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                const mlci_loss *loss, mlci_stopping **out, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    if (p->early_stopping == MLCI_STOPPING_ON && data->n_valid == 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "early_stopping",
                         "early_stopping = true needs validation rows: give some to fit, or set "
                         "validation_fraction");
    *out = NULL;
    if (p->early_stopping == MLCI_STOPPING_OFF || p->boosting == MLCI_BOOSTING_DART ||
        data->n_valid == 0)
        return MLC_OK;
    mlci_root *const root = mlci_context_root(fit->call);
    mlci_stopping *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->root = root;
    s->data = data;
    s->loss = loss;
    s->patience = p->n_iter_no_change;
    s->tol = p->tol;
    s->best_round = -1;
    s->positive = fit->y->classes == NULL ? 0 : fit->y->classes->positive;
    mlc_status status = MLC_OK;
    if (p->early_stopping_metric != NULL)
        status = find_metric(s, p->early_stopping_metric, err);
    else if (loss->host != NULL)
        status = mlci_fail(err, MLC_ERROR_SETTING, "early_stopping_metric",
                           "a loss of the host has no value of its own: early stopping needs "
                           "early_stopping_metric");
    if (status != MLC_OK) {
        mlci_stopping_free(s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

/* ---- the score ---------------------------------------------------------------------------- */

/* What the model would predict for the validation rows, whose scores start at raw. */
static void predict(mlci_stopping *s, const double *raw)
{
    const mlci_boost_data *const d = s->data;
    const int32_t n_outputs = s->loss->n_outputs;
    const mlci_link link = {s->loss->link, n_outputs, d->n_classes};
    const mlci_kernels *const kernels = s->loss->kernels;
    for (int64_t i0 = 0; i0 < d->n_valid; i0 += MLCI_BLOCK_ROWS) {
        const int64_t n = d->n_valid - i0 < MLCI_BLOCK_ROWS ? d->n_valid - i0 : MLCI_BLOCK_ROWS;
        for (int32_t k = 0; k < n_outputs; k++)
            for (int64_t i = 0; i < n; i++)
                s->raw[i * n_outputs + k] = raw[k * d->n_rows + i0 + i];
        mlci_link_prediction(&link, kernels, n, s->raw, s->prediction + i0);
        if (d->n_classes > 0)
            mlci_link_probability(&link, kernels, n, s->raw, s->probability + i0 * d->n_classes);
    }
}

static mlc_status score_metric(mlc_context *call, mlci_stopping *s, const double *raw,
                               double *score, mlc_error *err)
{
    const mlci_boost_data *const d = s->data;
    const double *const target = d->y + d->n_train;
    const double *const probability = d->n_classes > 0 ? s->probability : NULL;
    predict(s, raw + d->n_train);
    if (s->hooks != NULL) {
        mlc_error inner;
        memset(&inner, 0, sizeof inner);
        const mlc_status status =
            s->hooks->score(s->hooks->user, d->n_valid, d->n_classes, target, s->prediction,
                            probability, s->weight, score, &inner);
        inner.message[sizeof inner.message - 1] = '\0';
        if (status != MLC_OK)
            return mlci_fail(err, MLC_ERROR_CALLBACK, "early_stopping_metric",
                             "the metric of the host failed: %s",
                             inner.message[0] != '\0' ? inner.message : "it gave no message");
        if (isfinite(*score)) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_CALLBACK, "early_stopping_metric",
                         "the metric of the host gave %s: it must be a finite number",
                         isnan(*score) ? "nan" : "infinity");
    }
    const mlci_metric_input in = {.call = call,
                                  .params = s->metric_params,
                                  .n_rows = d->n_valid,
                                  .n_classes = d->n_classes,
                                  .positive = s->positive,
                                  .target = target,
                                  .upper = d->upper == NULL ? NULL : d->upper + d->n_train,
                                  .prediction = s->prediction,
                                  .probability = probability,
                                  .weight = s->weight,
                                  .group = d->group == NULL ? NULL : d->group + d->n_train};
    mlci_metric_value value;
    MLCI_TRY(s->metric->score(&in, &value, err));
    *score = value.value;
    return MLC_OK;
}

mlc_status mlci_stopping_update(mlc_context *call, mlci_stopping *s, int64_t round, double loss,
                                const double *raw, double *score, int32_t *stop, mlc_error *err)
{
    double value = loss;
    if (s->prediction != NULL) MLCI_TRY(score_metric(call, s, raw, &value, err));
    const double gain = s->larger_is_better ? value - s->best : s->best - value;
    if (s->best_round < 0 || gain > s->tol || (isnan(s->best) && !isnan(value))) {
        s->best = value;
        s->best_round = round;
    }
    *score = value;
    *stop = round - s->best_round >= s->patience;
    return MLC_OK;
}

int64_t mlci_stopping_best_round(const mlci_stopping *s)
{
    return s->best_round;
}
