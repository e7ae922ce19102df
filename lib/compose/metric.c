/* Metrics as handles, and what they are measured on: a model's predictions or a dataset of
 * them. */
#include <math.h>
#include <string.h>

#include "named_metric.h"
#include "record.h"

/* ---- handles ---------------------------------------------------------------------------- */

static const mlci_param no_params[1] = {{.name = NULL}};

static const mlci_param *params_of(const mlc_metric *metric)
{
    return metric->descriptor == NULL || metric->descriptor->base.params == NULL
               ? no_params
               : metric->descriptor->base.params;
}

void mlc_metric_free(mlc_metric *metric)
{
    if (metric == NULL) return;
    if (__atomic_sub_fetch(&metric->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = metric->root;
    if (metric->params != NULL) mlci_params_clear(params_of(metric), metric->params);
    mlci_free(metric->params);
    mlci_free(metric->name);
    mlci_free(metric);
    mlci_root_unref(root);
}

mlc_metric *mlc_metric_ref(const mlc_metric *metric)
{
    mlc_metric *m = (mlc_metric *)metric;
    __atomic_fetch_add(&m->n_references, 1, __ATOMIC_RELAXED);
    return m;
}

static mlc_status find_metric(mlci_root *root, const char *name, mlc_metric *metric, mlc_error *err)
{
    if (strchr(name, '.') != NULL) {
        metric->hooks = mlci_root_metric(root, name);
        if (metric->hooks != NULL) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_COMPONENT, name,
                         "no metric '%s': names with a dot belong to the host; register it in "
                         "the context first",
                         name);
    }
    const mlci_descriptor *base = NULL;
    MLCI_TRY(mlci_registry_get(MLCI_KIND_METRIC, name, &base, err));
    metric->descriptor = (const mlci_metric_descriptor *)base;
    return MLC_OK;
}

/* First what the name says (ndcg@5), then the settings, which may be JSON. */
static mlc_status read_params(mlci_root *root, const char *of_name, const char *settings,
                              mlc_metric *metric, mlc_error *err)
{
    mlc_status (*const check)(const void *, mlc_error *) =
        metric->descriptor == NULL ? NULL : metric->descriptor->base.check;
    mlci_settings parsed;
    MLCI_TRY(mlci_params_from_text(root, metric->name, params_of(metric), check, of_name,
                                   metric->params, err));
    mlc_status status = mlci_settings_parse(root, settings, 0, &parsed, err);
    if (status == MLC_OK) {
        status = mlci_params_read(root, metric->name, params_of(metric), check, &parsed,
                                  metric->params, err);
    }
    mlci_settings_clear(&parsed);
    return status;
}

static mlc_status create_metric(mlci_root *root, const char *name, const char *settings,
                                mlc_metric **out, mlc_error *err)
{
    mlci_named_metric parts;
    MLCI_TRY(mlci_named_metric_split(name, &parts, err));
    mlc_metric *metric = mlci_alloc(root, 1, sizeof *metric);
    if (metric == NULL) return mlci_fail_memory(err, 1, sizeof *metric);
    metric->n_references = 1;
    metric->root = mlci_root_ref(root);
    mlc_status status = find_metric(root, parts.base, metric, err);
    if (status == MLC_OK) {
        metric->name = mlci_copy_text(root, name, (int64_t)strlen(name));
        if (metric->name == NULL) status = mlci_fail_memory(err, 1, 1);
    }
    if (status == MLC_OK) {
        const int64_t size = metric->descriptor == NULL ? 0 : metric->descriptor->base.params_size;
        metric->params = mlci_alloc(root, size > 0 ? size : 1, 1);
        if (metric->params == NULL) status = mlci_fail_memory(err, size, 1);
    }
    if (status == MLC_OK) status = read_params(root, parts.settings, settings, metric, err);
    if (status != MLC_OK) {
        mlc_metric_free(metric);
        return status;
    }
    *out = metric;
    return MLC_OK;
}

mlc_status mlc_metric_create(mlc_context *ctx, const char *name, const char *settings,
                             mlc_metric **out, mlc_error *err)
{
    if (name == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "name", "name or out is NULL");
    }
    return create_metric(mlci_context_root(ctx), name, settings, out, err);
}

/* 1 when one of them has the capability. */
static int any_wants(const mlc_metric *const *metrics, int32_t n, int32_t capability)
{
    for (int32_t i = 0; i < n; i++) {
        const mlci_metric_descriptor *d = metrics[i]->descriptor;
        if (d != NULL && (d->base.capabilities & capability)) return 1;
    }
    return 0;
}

/* ---- metrics over datasets -------------------------------------------------------------- */

static int for_classes_only(const mlc_metric *const *metrics, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        if (metrics[i]->descriptor == NULL) continue;
        const int32_t can = metrics[i]->descriptor->base.capabilities;
        if ((can & MLCI_CAN_CLASSIFY) && !(can & MLCI_CAN_REGRESS)) return 1;
    }
    return 0;
}

/* The truth with classes in the order of the probability's components. */
static mlc_status order_classes(const mlc_dataset *truth, const mlci_column *probability,
                                mlc_dataset **out, mlc_error *err)
{
    mlci_text list = mlci_text_init(truth->root);
    for (int64_t k = 0; k < probability->width; k++) {
        if (k > 0) mlci_text_append_char(&list, ',');
        mlci_text_append_char(&list, '\'');
        for (const char *c = probability->components[k]; *c != '\0'; c++) {
            if (*c == '\'' || *c == '\\') mlci_text_append_char(&list, '\\');
            mlci_text_append_char(&list, *c);
        }
        mlci_text_append_char(&list, '\'');
    }
    mlc_status status = mlci_text_status(&list, err);
    if (status == MLC_OK) {
        status = mlci_dataset_with_fields(truth, truth->n_fields, truth->fields, out, err);
    }
    if (status == MLC_OK) {
        mlci_free((*out)->classes);
        (*out)->classes = NULL;
        status = mlci_text_take(&list, &(*out)->classes, err);
    }
    mlci_text_clear(&list);
    return status;
}

static int32_t class_of_cell(const mlci_classes *classes, const mlci_column *column, int64_t row)
{
    if (!mlci_column_is_valid(column, row)) return -1;
    if (column->type == MLC_TYPE_CATEGORY || column->type == MLC_TYPE_TEXT) {
        int64_t length = 0;
        const char *text = mlci_column_text(column, row, &length);
        for (int32_t k = 0; k < classes->n; k++) {
            if (mlci_text_equal(text, length, classes->names[k])) return k;
        }
        return -1;
    }
    double value = NAN;
    mlci_column_reals(column, row, 1, &value, 1);
    for (int32_t k = 0; k < classes->n && classes->numbers != NULL; k++) {
        if (classes->numbers[k] == value) return k;
    }
    return -1;
}

/* Numbers for numbers, and whatever a class may be for classes, but one value a row. */
static mlc_status check_prediction(const mlci_column *column, const mlci_classes *classes,
                                   mlc_error *err)
{
    const int fits =
        mlci_type_is_number(column->type) ||
        (classes != NULL && (column->type == MLC_TYPE_CATEGORY || column->type == MLC_TYPE_TEXT));
    if (fits) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, "prediction",
                     "column 'prediction' is %s: it must hold one %s a row",
                     mlci_type_kind(column->type), classes != NULL ? "class" : "number");
}

static mlc_status read_prediction(const mlci_column *column, const mlci_classes *classes,
                                  double *out, mlc_error *err)
{
    MLCI_TRY(check_prediction(column, classes, err));
    if (classes == NULL) {
        mlci_column_reals(column, 0, column->n_rows, out, 1);
        return MLC_OK;
    }
    for (int64_t i = 0; i < column->n_rows; i++) {
        const int32_t k = class_of_cell(classes, column, i);
        if (k < 0) {
            return mlci_fail(err, MLC_ERROR_DATA, "prediction",
                             "row %lld of 'prediction' is not one of the %d classes of the target",
                             (long long)i + 1, (int)classes->n);
        }
        out[i] = k;
    }
    return MLC_OK;
}

static const mlci_column *column_named(const mlc_dataset *data, const char *name)
{
    const int32_t f = mlci_dataset_find(data, name);
    return f < 0 ? NULL : data->fields[f].column;
}

static mlc_status read_probability(const mlci_column *column, const mlci_target *y,
                                   mlci_scored *scored, mlc_error *err)
{
    if (column->type != MLC_TYPE_VECTOR || column->width != y->classes->n) {
        return mlci_fail(err, MLC_ERROR_COLUMN, "probability",
                         "column 'probability' must be a vector of %d, one a class",
                         (int)y->classes->n);
    }
    scored->probability =
        mlci_alloc_raw(y->root, column->n_rows, column->width * (int64_t)sizeof(double));
    if (scored->probability == NULL) return mlci_fail_memory(err, column->n_rows, 8);
    mlci_column_reals(column, 0, column->n_rows, scored->probability, column->width);
    return MLC_OK;
}

static mlc_status read_scored(mlc_context *call, const mlc_metric *const *metrics,
                              int32_t n_metrics, const mlc_dataset *truth,
                              const mlc_dataset *predictions, mlci_scored *scored, mlc_error *err)
{
    const mlci_column *prediction = column_named(predictions, "prediction");
    const mlci_column *probability = column_named(predictions, "probability");
    if (prediction == NULL && probability == NULL) {
        return mlci_fail(err, MLC_ERROR_COLUMN, "prediction",
                         "the predictions have neither 'prediction' nor 'probability'");
    }
    mlc_dataset *ordered = mlc_dataset_ref(truth);
    mlc_status status = MLC_OK;
    if (probability != NULL && probability->components != NULL && truth->classes == NULL) {
        mlc_dataset_free(ordered);
        ordered = NULL;
        status = order_classes(truth, probability, &ordered, err);
    }
    const int as_classes = probability != NULL || for_classes_only(metrics, n_metrics);
    if (status == MLC_OK) {
        const int bounds = any_wants(metrics, n_metrics, MLCI_TAKES_BOUNDS);
        status = as_classes ? mlci_target_classes(call, ordered, NULL, &scored->y, err)
                 : bounds   ? mlci_target_bounds(call, ordered, &scored->y, err)
                            : mlci_target_numbers(call, ordered, &scored->y, err);
        scored->are_bounds = bounds && status == MLC_OK && scored->y->n_outputs == 2;
    }
    mlc_dataset_free(ordered);
    if (status != MLC_OK) return status;
    MLCI_TRY(mlci_dataset_weights(truth, &scored->weight, err));
    if (any_wants(metrics, n_metrics, MLCI_NEEDS_GROUP)) {
        MLCI_TRY(mlci_dataset_groups(call, truth, &scored->group, err));
    }
    if (as_classes && probability != NULL) {
        MLCI_TRY(read_probability(probability, scored->y, scored, err));
    }
    if (prediction == NULL) return MLC_OK;
    scored->prediction = mlci_alloc_raw(scored->y->root, prediction->n_rows, sizeof(double));
    if (scored->prediction == NULL) return mlci_fail_memory(err, prediction->n_rows, 8);
    return read_prediction(prediction, scored->y->classes, scored->prediction, err);
}

/* The predictions of the rows whose weight is above 0: weight 0 is absence. */
static mlc_status predictions_that_count(mlc_context *call, const mlc_dataset *truth,
                                         const mlc_dataset *predictions, mlc_dataset **out,
                                         mlc_error *err)
{
    int32_t weight = -1;
    MLCI_TRY(mlci_dataset_role_field(truth, MLCI_ROLE_WEIGHT, &weight, err));
    if (weight < 0) return mlci_dataset_contiguous(call, predictions, out, err);
    /* The weight goes along with the predictions, which are then filtered as the truth is. */
    mlc_dataset *whole = NULL, *weighted = NULL;
    mlci_column *column = NULL;
    mlci_field *fields =
        mlci_alloc(predictions->root, (int64_t)predictions->n_fields + 1, sizeof *fields);
    mlc_status status = fields == NULL ? mlci_fail_memory(err, 1, sizeof *fields)
                                       : mlci_dataset_take_column(truth, weight, &column, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(call, predictions, &whole, err);
    if (status == MLC_OK) {
        int32_t n = 0;
        for (int32_t i = 0; i < whole->n_fields; i++) {
            const int wanted = strcmp(whole->fields[i].name, "prediction") == 0 ||
                               strcmp(whole->fields[i].name, "probability") == 0;
            if (wanted) fields[n++] = whole->fields[i];
        }
        fields[n++] = (mlci_field){truth->fields[weight].name, MLCI_ROLE_WEIGHT, column};
        status = mlci_dataset_with_fields(whole, n, fields, &weighted, err);
    }
    if (status == MLC_OK) status = mlci_dataset_without_weightless(call, weighted, out, err);
    mlc_dataset_free(weighted);
    mlc_dataset_free(whole);
    mlci_column_unref(column);
    mlci_free(fields);
    return status;
}

static mlc_status evaluate_call(mlc_context *call, const mlc_metric *const *metrics,
                                int32_t n_metrics, const mlc_dataset *truth,
                                const mlc_dataset *predictions, const char *by, mlc_dataset **out,
                                mlc_error *err)
{
    mlc_dataset *t = NULL, *p = NULL;
    mlci_scored scored = {0};
    mlc_status status = mlci_dataset_without_weightless(call, truth, &t, err);
    if (status == MLC_OK) status = predictions_that_count(call, truth, predictions, &p, err);
    if (status == MLC_OK) {
        status = read_scored(call, metrics, n_metrics, t, p, &scored, err);
    }
    if (status == MLC_OK) {
        status = mlci_evaluate(call, metrics, n_metrics, &scored, t, by, out, err);
    }
    mlci_scored_clear(&scored);
    mlc_dataset_free(p);
    mlc_dataset_free(t);
    return status;
}

mlc_status mlc_metric_evaluate(mlc_context *ctx, const mlc_metric *const *metrics,
                               int32_t n_metrics, const mlc_dataset *truth,
                               const mlc_dataset *predictions, const char *by, mlc_dataset **out,
                               mlc_error *err)
{
    if (metrics == NULL || n_metrics < 1 || truth == NULL || predictions == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "metrics",
                         "metrics, truth, predictions or out is NULL, or there is no metric");
    }
    if (truth->n_rows != predictions->n_rows) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "%lld rows of truth for %lld predictions",
                         (long long)truth->n_rows, (long long)predictions->n_rows);
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status =
        evaluate_call(call, metrics, n_metrics, truth, predictions, by, out, err);
    mlci_call_end(call);
    return status;
}

/* ---- metrics over models ---------------------------------------------------------------- */

#define MAX_METRICS 64

typedef struct metric_list {
    mlci_root *root;
    int32_t n;
    mlc_metric *items[MAX_METRICS];
} metric_list;

static mlc_status add_metric(void *arg, const char *item, int64_t length, mlc_error *err)
{
    metric_list *list = arg;
    if (list->n == MAX_METRICS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "metrics", "more than %d metrics", MAX_METRICS);
    }
    char *name = mlci_copy_text(list->root, item, length);
    if (name == NULL) return mlci_fail_memory(err, length + 1, 1);
    const mlc_status status = create_metric(list->root, name, NULL, &list->items[list->n], err);
    mlci_free(name);
    if (status == MLC_OK) list->n++;
    return status;
}

/* y: the truth, NULL without any. */
static const char *default_metrics(const mlci_component *last, const mlci_target *y)
{
    const int32_t can = last->descriptor->capabilities;
    if (mlci_model_of(last)->metrics != NULL) {
        return mlci_model_of(last)->metrics(last->params, last->n_targets);
    }
    if (can & MLCI_CAN_CLASSIFY) {
        return last->classes->n == 2 ? "roc_auc,log_loss,accuracy,balanced_accuracy,f1"
                                     : "accuracy,balanced_accuracy,f1,log_loss,roc_auc";
    }
    if (can & MLCI_NEEDS_GROUP) return "ndcg,ndcg@5,ndcg@10,map";
    if (can & MLCI_CAN_REGRESS) return "rmse,mae,r2";
    if (y == NULL) return "silhouette";
    if (mlci_scores_anomalies(last, y)) return "roc_auc,average_precision,adjusted_rand_index";
    return can & MLCI_FINDS_ANOMALIES ? "adjusted_rand_index" : "silhouette,adjusted_rand_index";
}

static mlc_status open_truth(mlc_context *call, const mlci_component *last, const mlc_dataset *rows,
                             mlci_scored *scored, mlc_error *err)
{
    const int32_t can = last->descriptor->capabilities;
    if (can & MLCI_CAN_CLASSIFY) {
        return mlci_target_classes(call, rows, last->classes, &scored->y, err);
    }
    if (can & MLCI_TAKES_BOUNDS) {
        MLCI_TRY(mlci_target_bounds(call, rows, &scored->y, err));
        scored->are_bounds = scored->y->n_outputs == 2;
        return MLC_OK;
    }
    if (can & MLCI_CAN_REGRESS) return mlci_target_numbers(call, rows, &scored->y, err);
    for (int32_t i = 0; i < rows->n_fields; i++) {
        if (rows->fields[i].role != MLCI_ROLE_TARGET) continue;
        return mlci_target_classes(call, rows, NULL, &scored->y, err);
    }
    return MLC_OK; /* clusters may be measured without truth */
}

/* What the model says of the rows, as far as it is measured. */
static mlc_status predict_scored(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                                 mlci_scored *scored, mlc_error *err)
{
    const mlci_component *last = mlci_component_last(model->component);
    const int32_t can = last->descriptor->capabilities;
    int64_t width = 0;
    MLCI_TRY(mlci_component_predict(call, model->component, rows, MLCI_OUTPUT_PREDICTION,
                                    &scored->prediction, &width, err));
    if (scored->y != NULL && !scored->are_bounds && width != scored->y->n_outputs) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "the model predicts %d targets; the rows have %d", (int)width,
                         (int)scored->y->n_outputs);
    }
    if (mlci_scores_anomalies(last, scored->y)) {
        return mlci_anomaly_scores(call, model->component, rows, scored, err);
    }
    scored->are_labels = !(can & (MLCI_CAN_CLASSIFY | MLCI_CAN_REGRESS)) && (can & MLCI_CAN_CLUSTER);
    if (last->classes == NULL || !mlci_component_has_output(last, MLCI_OUTPUT_PROBABILITY)) {
        return MLC_OK;
    }
    return mlci_component_predict(call, model->component, rows, MLCI_OUTPUT_PROBABILITY,
                                  &scored->probability, &width, err);
}

/* scored: the truth is there. */
static mlc_status measure(mlc_context *call, const mlc_model *model, const mlc_dataset *rows,
                          const metric_list *metrics, const char *by, mlci_scored *scored,
                          mlc_dataset **out, mlc_error *err)
{
    const mlc_metric *const *const items = (const mlc_metric *const *)metrics->items;
    mlci_matrix *x = NULL;
    MLCI_TRY(mlci_dataset_weights(rows, &scored->weight, err));
    if (any_wants(items, metrics->n, MLCI_NEEDS_GROUP)) {
        MLCI_TRY(mlci_dataset_groups(call, rows, &scored->group, err));
    }
    MLCI_TRY(predict_scored(call, model, rows, scored, err));
    if (any_wants(items, metrics->n, MLCI_NEEDS_FEATURES)) {
        MLCI_TRY(mlci_component_matrix(call, model->component, rows, &x, err));
        scored->x = x;
    }
    const mlc_status status =
        mlci_evaluate(call, items, metrics->n, scored, rows, by, out, err);
    mlci_matrix_close(x);
    return status;
}

struct evaluate_settings {
    char *metrics;
    char *by;
};

static const mlci_param evaluate_params[] = {
    MLCI_STRING(struct evaluate_settings, metrics, NULL,
                "names of metrics; none: those usual for the task",
                .flags = MLCI_PARAM_NONE | MLCI_PARAM_LIST),
    MLCI_STRING(struct evaluate_settings, by, NULL, "columns to measure by group",
                .flags = MLCI_PARAM_NONE | MLCI_PARAM_LIST),
    {.name = NULL},
};

mlc_status mlci_model_evaluate_call(mlc_context *call, const mlc_model *model,
                                    const mlc_dataset *rows, const char *settings,
                                    mlc_dataset **out, mlc_error *err)
{
    /* Metrics of the host are looked up where the caller registered them. */
    mlci_root *root = mlci_context_root(call);
    struct evaluate_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "evaluate", evaluate_params, NULL, settings, &s, err));
    const mlci_component *last = mlci_component_last(model->component);
    mlc_dataset *counted = NULL;
    metric_list metrics = {.root = root};
    mlci_scored scored = {0};
    mlc_status status =
        mlci_record_rows(call, model->record, model->component, rows, &counted, err);
    if (status == MLC_OK) status = open_truth(call, last, counted, &scored, err);
    if (status == MLC_OK) {
        const char *names = s.metrics != NULL ? s.metrics : default_metrics(last, scored.y);
        status = mlci_list_each(names, add_metric, &metrics, err);
    }
    if (status == MLC_OK) {
        status = measure(call, model, counted, &metrics, s.by, &scored, out, err);
    }
    mlci_scored_clear(&scored);
    for (int32_t i = 0; i < metrics.n; i++)
        mlc_metric_free(metrics.items[i]);
    mlc_dataset_free(counted);
    mlci_params_clear(evaluate_params, &s);
    return status;
}

mlc_status mlc_model_evaluate(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                              const char *settings, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (rows == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows", "rows or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = mlci_model_evaluate_call(call, model, rows, settings, out, err);
    mlci_call_end(call);
    return status;
}
