/* Permutation importance (Breiman, Machine Learning 45, 2001): how much worse each metric is when
 * the values of one raw column are shuffled over the rows; scikit-learn's permutation_importance.
 *
 * Each repeat shuffles every column by the same permutation, which depends on the seed and the
 * number of rows alone, so that columns are compared like with like. A component of a dense vector
 * is a column of its own. Time is columns x repeats evaluations. */
#include <math.h>
#include <string.h>

#include "explaining.h"
#include "random.h"

typedef struct importances {
    const mlci_question *question;
    mlci_root *root;
    mlc_dataset *rows;     /* that count */
    char *metrics;         /* settings of an evaluation */
    mlc_dataset *baseline; /* its table without shuffling */
    int64_t n_lines;       /* of that table */
    int64_t n_columns;     /* that are shuffled */
    char **names;
    double *drops; /* n_columns x n_lines x n_repeats */
    int64_t *order;
    uint64_t *scratch;
} importances;

static void clear_importances(importances *p)
{
    for (int64_t i = 0; p->names != NULL && i < p->n_columns; i++)
        mlci_free(p->names[i]);
    mlci_free(p->names);
    mlci_free(p->drops);
    mlci_free(p->order);
    mlci_free(p->scratch);
    mlci_free(p->metrics);
    mlc_dataset_free(p->baseline);
    mlc_dataset_free(p->rows);
}

/* ---- columns ------------------------------------------------------------------------------ */

/* What of an input is shuffled by itself: components of a dense vector. */
static int64_t n_parts_of(const mlci_column *column)
{
    return column->type == MLC_TYPE_VECTOR && column->indices == NULL ? column->width : 1;
}

static const mlci_field *field_of(const importances *p, const mlci_feature *input)
{
    const int32_t f = mlci_dataset_find(p->rows, input->name);
    return f < 0 ? NULL : &p->rows->fields[f];
}

static mlc_status name_column(importances *p, const mlci_feature *input, int64_t part,
                              int64_t n_parts, mlc_error *err)
{
    mlci_text text = mlci_text_init(p->root);
    if (n_parts > 1 || input->components != NULL)
        mlci_features_name(p->question->model->record->inputs, input->first + part, &text);
    else
        mlci_text_append_text(&text, input->name);
    return mlci_text_take(&text, &p->names[p->n_columns++], err);
}

static mlc_status name_columns(importances *p, mlc_error *err)
{
    const mlci_features *const inputs = p->question->model->record->inputs;
    p->names = mlci_alloc(p->root, inputs->n_features, sizeof *p->names);
    if (p->names == NULL) return mlci_fail_memory(err, inputs->n_features, sizeof *p->names);
    for (int32_t i = 0; i < inputs->n_inputs; i++) {
        const mlci_field *const field = field_of(p, &inputs->inputs[i]);
        const int64_t n_parts = field == NULL ? 1 : n_parts_of(field->column);
        for (int64_t k = 0; k < n_parts; k++) {
            MLCI_TRY(name_column(p, &inputs->inputs[i], k, n_parts, err));
        }
    }
    return MLC_OK;
}

/* The column with part k in the order of the permutation. */
static mlc_status shuffle(const importances *p, const mlci_column *column, int64_t k,
                          mlci_column **out, mlc_error *err)
{
    if (n_parts_of(column) == 1)
        return mlci_column_take(column, p->order, 0, column->n_rows, out, err);
    MLCI_TRY(mlci_column_create(p->root, MLC_TYPE_VECTOR, column->n_rows, column->width,
                                column->valid != NULL, out, err));
    double *const to = mlci_column_data(*out);
    const double *const from = column->values;
    memcpy(to, from, (size_t)(column->n_rows * column->width) * sizeof *to);
    for (int64_t i = 0; i < column->n_rows; i++) {
        to[i * column->width + k] = from[p->order[i] * column->width + k];
        if (!mlci_column_is_valid(column, i)) mlci_column_set_missing(*out, i);
    }
    return MLC_OK;
}

/* The rows with one column replaced. */
static mlc_status with_column(const importances *p, int32_t f, mlci_column *column,
                              mlc_dataset **out, mlc_error *err)
{
    const mlc_dataset *const rows = p->rows;
    mlci_field *const fields = mlci_alloc(p->root, rows->n_fields, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, rows->n_fields, sizeof *fields);
    memcpy(fields, rows->fields, (size_t)rows->n_fields * sizeof *fields);
    fields[f].column = column;
    const mlc_status status = mlci_dataset_with_fields(rows, rows->n_fields, fields, out, err);
    mlci_free(fields);
    return status;
}

/* ---- measuring ---------------------------------------------------------------------------- */

static mlc_status measure(const importances *p, const mlc_dataset *rows, mlc_dataset **out,
                          mlc_error *err)
{
    const mlci_question *const q = p->question;
    return mlci_model_evaluate_call(q->call, q->model, rows, p->metrics, out, err);
}

static const mlci_column *column_of(const mlc_dataset *table, const char *name)
{
    return table->fields[mlci_dataset_find(table, name)].column;
}

static double value_of(const mlc_dataset *table, int64_t line)
{
    double value;
    mlci_column_reals(column_of(table, "value"), line, 1, &value, 1);
    return value;
}

/* 1 where a larger value is better, -1 where it is worse. */
static double direction_of(const importances *p, int64_t line)
{
    int64_t length = 0;
    char name[128];
    const char *const text = mlci_column_text(column_of(p->baseline, "metric"), line, &length);
    int64_t n = 0;
    while (n < length && n < (int64_t)sizeof name - 1 && text[n] != '[')
        n++;
    memcpy(name, text, (size_t)n);
    name[n] = '\0';
    const mlci_descriptor *const d = mlci_registry_find(MLCI_KIND_METRIC, name);
    if (d != NULL) return d->capabilities & MLCI_LARGER_IS_BETTER ? 1 : -1;
    const mlc_metric_hooks *const hooks = mlci_root_metric(p->root, name);
    return hooks == NULL || hooks->larger_is_better ? 1 : -1;
}

static mlc_status measure_shuffled(const importances *p, int32_t f, int64_t part, double *drops,
                                   mlc_error *err)
{
    const int64_t n_repeats = p->question->settings->n_repeats;
    mlci_column *column = NULL;
    mlc_dataset *rows = NULL, *table = NULL;
    mlc_status status = shuffle(p, p->rows->fields[f].column, part, &column, err);
    if (status == MLC_OK) status = with_column(p, f, column, &rows, err);
    if (status == MLC_OK) status = measure(p, rows, &table, err);
    for (int64_t i = 0; i < p->n_lines && status == MLC_OK; i++)
        drops[i * n_repeats] = direction_of(p, i) * (value_of(p->baseline, i) - value_of(table, i));
    mlc_dataset_free(table);
    mlc_dataset_free(rows);
    mlci_column_unref(column);
    return status;
}

static mlc_status measure_repeat(importances *p, int64_t repeat, mlc_error *err)
{
    const mlci_question *const q = p->question;
    const mlci_features *const inputs = q->model->record->inputs;
    const int64_t n_repeats = q->settings->n_repeats;
    int64_t c = 0;
    mlci_random_permutation((uint64_t)q->settings->random_state, MLCI_RANDOM_SHUFFLE_COLUMN,
                            (uint32_t)repeat, p->rows->n_rows, p->order, p->scratch);
    for (int32_t i = 0; i < inputs->n_inputs; i++) {
        const int32_t f = mlci_dataset_find(p->rows, inputs->inputs[i].name);
        const int64_t n_parts = f < 0 ? 1 : n_parts_of(p->rows->fields[f].column);
        for (int64_t k = 0; k < n_parts; k++, c++) {
            MLCI_TRY(mlci_report(q->call, "permutation", repeat * p->n_columns + c,
                                 n_repeats * p->n_columns, NULL, NAN, err));
            /* A column that is not there was not needed: nothing changes without it. */
            if (f < 0) continue;
            MLCI_TRY(
                measure_shuffled(p, f, k, p->drops + c * p->n_lines * n_repeats + repeat, err));
        }
    }
    return MLC_OK;
}

static mlc_status open_importances(importances *p, mlc_error *err)
{
    const mlci_question *const q = p->question;
    p->root = mlci_context_root(q->call);
    mlci_text text = mlci_text_init(p->root);
    mlci_text_append_text(&text, "");
    if (q->settings->metrics != NULL) {
        mlci_text_append_text(&text, "metrics=");
        mlci_value_format(q->settings->metrics, 1, 0, &text);
    }
    MLCI_TRY(mlci_text_take(&text, &p->metrics, err));
    MLCI_TRY(mlci_dataset_without_weightless(q->call, q->rows, &p->rows, err));
    MLCI_TRY(measure(p, p->rows, &p->baseline, err));
    MLCI_TRY(name_columns(p, err));
    p->n_lines = p->baseline->n_rows;
    const int64_t n_drops = p->n_columns * p->n_lines;
    const int64_t bytes = q->settings->n_repeats * (int64_t)sizeof *p->drops;
    p->drops = mlci_alloc(p->root, n_drops, bytes);
    p->order = mlci_alloc_raw(p->root, p->rows->n_rows, sizeof *p->order);
    p->scratch = mlci_alloc_raw(p->root, p->rows->n_rows, sizeof *p->scratch);
    if (p->drops == NULL || p->order == NULL || p->scratch == NULL)
        return mlci_fail_memory(err, n_drops, bytes);
    return MLC_OK;
}

/* ---- the table ---------------------------------------------------------------------------- */

/* A column of the baseline's table, again for each shuffled column. */
static mlc_status add_again(const importances *p, const char *name, mlci_table *table,
                            mlc_error *err)
{
    const int64_t n = p->n_columns * p->n_lines;
    int64_t *const from = mlci_alloc_raw(p->root, n, sizeof *from);
    mlci_column *column = NULL;
    if (from == NULL) return mlci_fail_memory(err, n, sizeof *from);
    for (int64_t i = 0; i < n; i++)
        from[i] = i % p->n_lines;
    const mlc_status status =
        mlci_column_take(column_of(p->baseline, name), from, 0, n, &column, err);
    mlci_free(from);
    if (status == MLC_OK)
        mlci_table_column(table, strcmp(name, "value") == 0 ? "baseline" : name, column);
    return status;
}

static void mean_and_std(const double *values, int64_t n, double *mean, double *std)
{
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++)
        sum += values[i];
    *mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *std = sqrt(squares / (double)n);
}

static mlc_status add_features(const importances *p, mlci_table *table, mlc_error *err)
{
    const int64_t n = p->n_columns * p->n_lines;
    const char **const features = mlci_alloc(p->root, n, sizeof *features);
    if (features == NULL) return mlci_fail_memory(err, n, sizeof *features);
    for (int64_t i = 0; i < n; i++)
        features[i] = p->names[i / p->n_lines];
    mlci_table_texts(table, "feature", n, features);
    mlci_free(features);
    return MLC_OK;
}

static mlc_status add_drops(const importances *p, mlci_table *table, mlc_error *err)
{
    const int64_t n = p->n_columns * p->n_lines, n_repeats = p->question->settings->n_repeats;
    double *const moments = mlci_alloc_raw(p->root, n, 2 * (int64_t)sizeof *moments);
    if (moments == NULL) return mlci_fail_memory(err, n, 2 * (int64_t)sizeof *moments);
    for (int64_t i = 0; i < n; i++)
        mean_and_std(p->drops + i * n_repeats, n_repeats, &moments[i], &moments[n + i]);
    mlci_table_reals(table, "importance", n, moments);
    mlci_table_reals(table, "std", n, moments + n);
    mlci_free(moments);
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(p->root, MLC_TYPE_VECTOR, n, n_repeats, 0, &column, err));
    memcpy(mlci_column_data(column), p->drops, (size_t)(n * n_repeats) * sizeof *p->drops);
    mlci_table_column(table, "repeats", column);
    return MLC_OK;
}

static mlc_status finish(const importances *p, mlc_dataset **out, mlc_error *err)
{
    mlci_table table;
    mlci_table_init(&table, p->root);
    mlc_status status = add_features(p, &table, err);
    if (status == MLC_OK) status = add_again(p, "metric", &table, err);
    if (status == MLC_OK) status = add_again(p, "target", &table, err);
    if (status == MLC_OK) status = add_again(p, "class", &table, err);
    if (status == MLC_OK) status = add_drops(p, &table, err);
    if (status == MLC_OK) status = add_again(p, "value", &table, err);
    mlc_dataset *result = NULL;
    const mlc_status finished = mlci_table_finish(&table, &result, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status == MLC_OK)
        *out = result;
    else
        mlc_dataset_free(result);
    return status;
}

mlc_status mlci_permutation_importance(const mlci_question *question, mlc_dataset **out,
                                       mlc_error *err)
{
    importances p = {.question = question};
    mlc_status status = open_importances(&p, err);
    for (int64_t r = 0; r < question->settings->n_repeats && status == MLC_OK; r++)
        status = measure_repeat(&p, r, err);
    if (status == MLC_OK) status = finish(&p, out, err);
    clear_importances(&p);
    return status;
}
