/* mlc_model_explain(): settings and what they need, then the method. */
#include "explaining.h"

static const mlci_choice methods[] = {
    {"shap", MLCI_EXPLAIN_SHAP, "Shapley values: how the features of each row share in its score"},
    {"interactions", MLCI_EXPLAIN_INTERACTIONS, "the same of pairs of features"},
    {"permutation", MLCI_EXPLAIN_PERMUTATION,
     "how much worse the metrics are when a column is shuffled"},
    {NULL, 0, NULL},
};

static const mlci_choice levels[] = {
    {"raw", MLCI_LEVEL_RAW, "of the columns that the model is given"},
    {"encoded", MLCI_LEVEL_ENCODED, "of the features that its last step sees"},
    {NULL, 0, NULL},
};

static const mlci_param params[] = {
    MLCI_CHOICE(mlci_explain_settings, method, MLCI_EXPLAIN_SHAP, methods, "what is worked out"),
    MLCI_CHOICE(mlci_explain_settings, level, MLCI_LEVEL_RAW, levels, "whose contributions"),
    MLCI_INTEGER(mlci_explain_settings, top, 0, 0, INT32_MAX,
                 "a line for each of so many largest contributions of a row; 0: all, as columns"),
    MLCI_STRING(mlci_explain_settings, metrics, NULL,
                "permutation: names of metrics; none: those usual for the task",
                .flags = MLCI_PARAM_NONE | MLCI_PARAM_LIST),
    MLCI_INTEGER(mlci_explain_settings, n_repeats, 5, 1, 10000,
                 "permutation: how often each column is shuffled"),
    MLCI_INTEGER(mlci_explain_settings, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "permutation: seed of the shuffling", .aliases = "seed"),
    {.name = NULL},
};

static mlc_status check(const void *values, mlc_error *err)
{
    const mlci_explain_settings *const s = values;
    if (s->top > 0 && s->method != MLCI_EXPLAIN_SHAP) {
        return mlci_fail(err, MLC_ERROR_SETTING, "top", "top = %lld: is for method=shap",
                         (long long)s->top);
    }
    if (s->metrics != NULL && s->method != MLCI_EXPLAIN_PERMUTATION) {
        return mlci_fail(err, MLC_ERROR_SETTING, "metrics",
                         "metrics = '%s': is for method=permutation", s->metrics);
    }
    if (s->level == MLCI_LEVEL_ENCODED && s->method == MLCI_EXPLAIN_PERMUTATION) {
        return mlci_fail(err, MLC_ERROR_SETTING, "level",
                         "level = encoded: method=permutation shuffles raw columns");
    }
    return MLC_OK;
}

static mlc_status answer(const mlci_question *question, const mlc_dataset *background,
                         mlc_dataset **out, mlc_error *err)
{
    mlci_question q = *question;
    if (q.settings->method == MLCI_EXPLAIN_PERMUTATION) {
        if (background == NULL) return mlci_permutation_importance(&q, out, err);
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "background",
                         "method=permutation takes no background rows");
    }
    mlc_dataset *bound = NULL, *counted = NULL;
    mlc_status status = MLC_OK;
    if (background != NULL) {
        status = mlci_record_bind(q.call, q.model->record, background, &bound, err);
        if (status == MLC_OK) {
            status = mlci_dataset_without_weightless(q.call, bound, &counted, err);
        }
        if (status == MLC_OK && counted->n_rows == 0) {
            status = mlci_fail(err, MLC_ERROR_DATA, "background", "there are no background rows");
        }
        q.background = counted;
    }
    if (status == MLC_OK) status = mlci_contributions(&q, out, err);
    mlc_dataset_free(counted);
    mlc_dataset_free(bound);
    return status;
}

static mlc_status explain(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                          const mlc_dataset *background, const char *settings, mlc_dataset **out,
                          mlc_error *err)
{
    mlci_explain_settings s = {0};
    mlc_dataset *bound = NULL;
    MLCI_TRY(mlci_params_from_text(mlci_context_root(call), "explain", params, check, settings, &s,
                                   err));
    mlc_status status = mlci_record_bind(call, model->record, rows, &bound, err);
    if (status == MLC_OK) {
        const mlci_question question = {
            .call = call, .model = model, .rows = bound, .settings = &s};
        status = answer(&question, background, out, err);
    }
    mlc_dataset_free(bound);
    mlci_params_clear(params, &s);
    return status;
}

mlc_status mlc_model_explain(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                             const mlc_dataset *background, const char *settings, mlc_dataset **out,
                             mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (rows == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows", "rows or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = explain(call, model, rows, background, settings, out, err);
    mlci_call_end(call);
    return status;
}
