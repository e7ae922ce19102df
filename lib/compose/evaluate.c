/* Evaluation: metrics over truth and predictions, as one long table, also by group.
 *
 * The table has a row a metric, class and group: metric, target, class, group, value, low, high,
 * n. Groups are the combinations of values of the columns of `by`, in the order of their text. */
#include <math.h>
#include <string.h>

#include "record.h"

void mlci_scored_clear(mlci_scored *scored)
{
    mlci_target_free(scored->y);
    mlci_free(scored->prediction);
    mlci_free(scored->probability);
    mlci_free(scored->weight);
    mlci_free(scored->group);
    *scored = (mlci_scored){0};
}

/* ---- the table -------------------------------------------------------------------------- */

typedef struct result_row {
    char *metric; /* block */
    const char *target;
    const char *class_;
    const char *group;
    double value;
    int64_t n;
} result_row;

typedef struct result {
    mlci_root *root;
    const char *target; /* of the rows that are added now; borrowed */
    result_row *rows;
    int64_t n, capacity;
} result;

static void clear_result(result *r)
{
    for (int64_t i = 0; i < r->n; i++)
        mlci_free(r->rows[i].metric);
    mlci_free(r->rows);
}

static mlc_status add_row(result *r, char *metric, const char *class_, const char *group,
                          double value, int64_t n, mlc_error *err)
{
    if (r->n == r->capacity) {
        const int64_t capacity = r->capacity == 0 ? 16 : r->capacity * 2;
        result_row *grown = mlci_realloc(r->root, r->rows, capacity, sizeof *grown);
        if (grown == NULL) {
            mlci_free(metric);
            return mlci_fail_memory(err, capacity, sizeof *grown);
        }
        r->rows = grown;
        r->capacity = capacity;
    }
    r->rows[r->n++] = (result_row){metric, r->target, class_, group, value, n};
    return MLC_OK;
}

static mlc_status finish_result(const result *r, mlc_dataset **out, mlc_error *err)
{
    const char **texts = mlci_alloc(r->root, r->n * 4, sizeof *texts);
    double *values = mlci_alloc(r->root, r->n * 2, sizeof *values);
    int64_t *counts = mlci_alloc(r->root, r->n, sizeof *counts);
    mlc_status status = MLC_OK;
    if (texts == NULL || values == NULL || counts == NULL) {
        status = mlci_fail_memory(err, r->n * 4, sizeof *texts);
    } else {
        for (int64_t i = 0; i < r->n; i++) {
            texts[i] = r->rows[i].metric;
            texts[r->n + i] = r->rows[i].target;
            texts[2 * r->n + i] = r->rows[i].class_;
            texts[3 * r->n + i] = r->rows[i].group;
            values[i] = r->rows[i].value;
            values[r->n + i] = NAN;
            counts[i] = r->rows[i].n;
        }
        mlci_table table;
        mlci_table_init(&table, r->root);
        mlci_table_texts(&table, "metric", r->n, texts);
        mlci_table_texts(&table, "target", r->n, texts + r->n);
        mlci_table_texts(&table, "class", r->n, texts + 2 * r->n);
        mlci_table_texts(&table, "group", r->n, texts + 3 * r->n);
        mlci_table_reals(&table, "value", r->n, values);
        mlci_table_reals(&table, "low", r->n, values + r->n);
        mlci_table_reals(&table, "high", r->n, values + r->n);
        mlci_table_integers(&table, "n", r->n, counts);
        status = mlci_table_finish(&table, out, err);
    }
    mlci_free(counts);
    mlci_free(values);
    mlci_free(texts);
    return status;
}

/* ---- one metric ------------------------------------------------------------------------- */

static mlc_status metric_name(const mlc_metric *metric, const mlci_classes *classes,
                              int32_t predicted, char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(metric->root);
    mlci_text_append_text(&text, metric->name);
    if (predicted >= 0) mlci_text_append_format(&text, "[%s]", classes->names[predicted]);
    return mlci_text_take(&text, out, err);
}

static mlc_status score_host(const mlc_metric *metric, const mlci_metric_input *in,
                             mlci_metric_value *value, mlc_error *err)
{
    double *ones = NULL;
    if (in->weight == NULL) {
        ones = mlci_alloc_raw(metric->root, in->n_rows, sizeof *ones);
        if (ones == NULL) return mlci_fail_memory(err, in->n_rows, sizeof *ones);
        for (int64_t i = 0; i < in->n_rows; i++)
            ones[i] = 1;
    }
    mlc_error said = {0};
    *value = (mlci_metric_value){-1, -1, NAN};
    const mlc_status status = metric->hooks->score(
        metric->hooks->user, in->n_rows, in->n_classes, in->target, in->prediction,
        in->are_scores ? NULL : in->probability,
        ones != NULL ? ones : in->weight, &value->value, &said);
    mlci_free(ones);
    if (status == MLC_OK) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_CALLBACK, metric->name, "metric '%s' failed: %s", metric->name,
                     said.message[0] != '\0' ? said.message : "no message");
}

static mlc_status check_use(const mlc_metric *metric, const mlci_metric_input *in, mlc_error *err)
{
    if (metric->descriptor == NULL) return MLC_OK;
    const int32_t can = metric->descriptor->base.capabilities;
    if ((can & MLCI_NEEDS_PROBABILITY) &&
        (in->probability == NULL || (in->are_scores && !(can & MLCI_TAKES_SCORES)))) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric->name,
                         "metric '%s' needs probabilities, which are not there%s", metric->name,
                         in->are_scores ? ": the model gives scores, which rank rows as roc_auc and "
                                          "average_precision do"
                                        : "");
    }
    if (in->are_labels && !(can & MLCI_CAN_CLUSTER)) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric->name,
                         "metric '%s' compares predictions with the target; those of this model "
                         "are numbers of clusters: take 'adjusted_rand_index'",
                         metric->name);
    }
    if ((can & MLCI_NEEDS_FEATURES) && in->x == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric->name,
                         "metric '%s' needs the features, so it works with a model only",
                         metric->name);
    }
    if ((can & MLCI_NEEDS_GROUP) && in->group == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, "group",
                         "metric '%s' is of rankings: give the column that says which rows are of "
                         "one query the role group",
                         metric->name);
    }
    if (in->upper != NULL && !(can & MLCI_TAKES_BOUNDS)) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric->name,
                         "metric '%s' takes one target; these are the lower and upper bounds of a "
                         "time",
                         metric->name);
    }
    const int fits = (in->n_classes > 0 && (can & MLCI_CAN_CLASSIFY)) ||
                     (in->n_classes == 0 && (can & MLCI_CAN_REGRESS)) || (can & MLCI_CAN_CLUSTER);
    if (fits) return MLC_OK;
    return mlci_fail(
        err, MLC_ERROR_UNSUPPORTED, metric->name, "metric '%s' is for %s", metric->name,
        can & MLCI_CAN_CLASSIFY ? "classes, not for numbers" : "numbers, not for classes");
}

static mlc_status score_metric(const mlc_metric *metric, const mlci_metric_input *in,
                               const mlci_classes *classes, const char *group, result *r,
                               mlc_error *err)
{
    MLCI_TRY(check_use(metric, in, err));
    const int64_t n_values = metric->descriptor == NULL
                                 ? 1
                                 : metric->descriptor->n_values(metric->params, in->n_classes);
    mlci_metric_value *values = mlci_alloc(r->root, n_values, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, n_values, sizeof *values);
    mlc_status status = metric->descriptor == NULL ? score_host(metric, in, values, err)
                                                   : metric->descriptor->score(in, values, err);
    for (int64_t i = 0; i < n_values && status == MLC_OK; i++) {
        char *name = NULL;
        status = metric_name(metric, classes, values[i].predicted, &name, err);
        if (status != MLC_OK) break;
        const char *class_ = values[i].class_ < 0 ? NULL : classes->names[values[i].class_];
        status = add_row(r, name, class_, group, values[i].value, in->n_rows, err);
    }
    mlci_free(values);
    return status;
}

/* ---- groups ----------------------------------------------------------------------------- */

/* The rows ordered by group, and the name of each group. */
typedef struct groups {
    mlci_root *root;
    int64_t n;
    char **names;   /* "sex=Male, race=White" */
    int64_t *first; /* n + 1 */
    int64_t *rows;  /* row numbers, ascending within a group */
} groups;

static void clear_groups(groups *g)
{
    for (int64_t i = 0; g->names != NULL && i < g->n; i++)
        mlci_free(g->names[i]);
    mlci_free(g->names);
    mlci_free(g->first);
    mlci_free(g->rows);
}

/* A cell as people read it. */
static void append_cell(const mlci_column *column, int64_t row, mlci_text *out)
{
    int64_t length = 0;
    double value = NAN;
    if (!mlci_column_is_valid(column, row)) {
        mlci_text_append_text(out, "missing");
    } else if (column->type == MLC_TYPE_CATEGORY || column->type == MLC_TYPE_TEXT) {
        const char *text = mlci_column_text(column, row, &length);
        mlci_text_append(out, text, length);
    } else if (column->type == MLC_TYPE_BOOL) {
        mlci_column_reals(column, row, 1, &value, 1);
        mlci_text_append_text(out, value != 0 ? "true" : "false");
    } else {
        mlci_column_reals(column, row, 1, &value, 1);
        mlci_text_append_real(out, value);
    }
}

typedef struct by_args {
    const mlc_dataset *rows;
    mlci_text *names; /* one a row */
} by_args;

static mlc_status append_cells(const by_args *by, const mlci_field *field, mlc_error *err)
{
    for (int64_t i = 0; i < by->rows->n_rows; i++) {
        mlci_text *text = &by->names[i];
        if (text->length > 0) mlci_text_append_text(text, ", ");
        mlci_text_append_text(text, field->name);
        mlci_text_append_char(text, '=');
        append_cell(field->column, i, text);
        MLCI_TRY(mlci_text_status(text, err));
    }
    return MLC_OK;
}

static mlc_status append_by(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const by_args *by = arg;
    char *name = mlci_copy_text(by->rows->root, item, length);
    if (name == NULL) return mlci_fail_memory(err, length + 1, 1);
    int32_t f = -1;
    mlc_status status = mlci_dataset_get(by->rows, name, &f, err);
    if (status == MLC_OK && by->rows->fields[f].column->type == MLC_TYPE_VECTOR) {
        status = mlci_fail(err, MLC_ERROR_COLUMN, name,
                           "by = '%s': that column is a vector, which makes no groups", name);
    }
    if (status == MLC_OK) status = append_cells(by, &by->rows->fields[f], err);
    mlci_free(name);
    return status;
}

/* Stable bottom-up merge sort of row numbers by name, then row. */
static void sort_rows(const mlci_text *names, int64_t *rows, int64_t *spare, int64_t n)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = low + width < n ? low + width : n;
            const int64_t high = low + 2 * width < n ? low + 2 * width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                const int take_a = a < middle && (b >= high || strcmp(names[rows[a]].data,
                                                                      names[rows[b]].data) <= 0);
                spare[k] = take_a ? rows[a++] : rows[b++];
            }
        }
        memcpy(rows, spare, (size_t)n * sizeof *rows);
    }
}

static mlc_status cut_groups(groups *g, const mlci_text *names, int64_t n, mlc_error *err)
{
    g->names = mlci_alloc(g->root, n, sizeof *g->names);
    g->first = mlci_alloc(g->root, n + 1, sizeof *g->first);
    if (g->names == NULL || g->first == NULL) return mlci_fail_memory(err, n, sizeof *g->names);
    for (int64_t i = 0; i < n; i++) {
        const mlci_text *name = &names[g->rows[i]];
        if (i > 0 && strcmp(names[g->rows[i - 1]].data, name->data) == 0) continue;
        char *copy = mlci_copy_text(g->root, name->data, name->length);
        if (copy == NULL) return mlci_fail_memory(err, name->length, 1);
        g->first[g->n] = i;
        g->names[g->n++] = copy;
    }
    g->first[g->n] = n;
    return MLC_OK;
}

static mlc_status make_groups(mlci_root *root, const mlc_dataset *rows, const char *by, groups *g,
                              mlc_error *err)
{
    const int64_t n = rows->n_rows;
    g->root = root;
    g->rows = mlci_alloc_raw(root, n, sizeof *g->rows);
    int64_t *spare = mlci_alloc_raw(root, n, sizeof *spare);
    mlci_text *names = mlci_alloc(root, n, sizeof *names);
    mlc_status status = MLC_OK;
    if (g->rows == NULL || spare == NULL || names == NULL) {
        status = mlci_fail_memory(err, n, sizeof *names);
    } else {
        by_args args = {rows, names};
        for (int64_t i = 0; i < n; i++) {
            names[i] = mlci_text_init(root);
            g->rows[i] = i;
        }
        status = mlci_list_each(by, append_by, &args, err);
    }
    if (status == MLC_OK) {
        sort_rows(names, g->rows, spare, n);
        status = cut_groups(g, names, n, err);
    }
    for (int64_t i = 0; names != NULL && i < n; i++)
        mlci_text_clear(&names[i]);
    mlci_free(names);
    mlci_free(spare);
    return status;
}

/* The features of a group's rows as a matrix over a block of doubles. */
static mlc_status take_features(mlci_root *root, const mlci_matrix *all, const groups *g, int64_t k,
                                double **values, mlci_matrix **out, mlc_error *err)
{
    const int64_t n = g->first[k + 1] - g->first[k];
    double *x = mlci_alloc_raw(root, n, all->n_features * (int64_t)sizeof *x);
    if (x == NULL) return mlci_fail_memory(err, n * all->n_features, sizeof *x);
    for (int64_t i = 0; i < n; i++) {
        mlci_matrix_block(all, g->rows[g->first[k] + i], 1, x + i * all->n_features,
                          all->n_features);
    }
    const mlc_status status = mlci_matrix_wrap(root, x, n, all->n_features, out, err);
    if (status != MLC_OK) {
        mlci_free(x);
        return status;
    }
    *values = x;
    return MLC_OK;
}

/* The rows of a group of everything that is scored, but for the features. */
static mlc_status take_group(mlci_root *root, const mlci_metric_input *all, const groups *g,
                             int64_t k, mlci_metric_input *part, double **memory, mlc_error *err)
{
    const int64_t n = g->first[k + 1] - g->first[k];
    const int64_t n_probabilities = all->probability == NULL ? 0 : all->n_classes;
    double *m = mlci_alloc_raw(root, n, (5 + n_probabilities) * (int64_t)sizeof *m);
    if (m == NULL) return mlci_fail_memory(err, n * (5 + n_probabilities), sizeof *m);
    double *const upper = m + (3 + n_probabilities) * n;
    int32_t *const group = (int32_t *)(void *)(upper + n);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = g->rows[g->first[k] + i];
        m[i] = all->target == NULL ? NAN : all->target[row];
        m[n + i] = all->prediction == NULL ? NAN : all->prediction[row];
        m[2 * n + i] = all->weight == NULL ? 1 : all->weight[row];
        upper[i] = all->upper == NULL ? NAN : all->upper[row];
        group[i] = all->group == NULL ? 0 : all->group[row];
        if (n_probabilities > 0) {
            memcpy(m + 3 * n + i * n_probabilities, all->probability + row * n_probabilities,
                   (size_t)n_probabilities * sizeof *m);
        }
    }
    *part = *all;
    part->n_rows = n;
    part->target = all->target == NULL ? NULL : m;
    part->prediction = all->prediction == NULL ? NULL : m + n;
    part->weight = all->weight == NULL ? NULL : m + 2 * n;
    part->probability = n_probabilities > 0 ? m + 3 * n : NULL;
    part->x = NULL;
    part->upper = all->upper == NULL ? NULL : upper;
    part->group = all->group == NULL ? NULL : group;
    *memory = m;
    return MLC_OK;
}

/* ---- everything together ---------------------------------------------------------------- */

static mlc_status score_group(const mlc_metric *metric, const mlci_metric_input *all,
                              const mlci_classes *classes, const groups *g, int64_t k, result *r,
                              mlc_error *err)
{
    mlci_metric_input part;
    double *memory = NULL, *values = NULL;
    mlci_matrix *x = NULL;
    MLCI_TRY(take_group(r->root, all, g, k, &part, &memory, err));
    mlc_status status = MLC_OK;
    if (all->x != NULL) status = take_features(r->root, all->x, g, k, &values, &x, err);
    part.x = x;
    if (status == MLC_OK) status = score_metric(metric, &part, classes, g->names[k], r, err);
    mlci_matrix_close(x);
    mlci_free(values);
    mlci_free(memory);
    return status;
}

static mlc_status score_all(const mlc_metric *const *metrics, int32_t n_metrics,
                            const mlci_metric_input *all, const mlci_classes *classes,
                            const groups *g, result *r, mlc_error *err)
{
    for (int32_t m = 0; m < n_metrics; m++) {
        mlci_metric_input in = *all;
        in.params = metrics[m]->params;
        MLCI_TRY(score_metric(metrics[m], &in, classes, NULL, r, err));
        for (int64_t k = 0; k < g->n; k++) {
            MLCI_TRY(score_group(metrics[m], &in, classes, g, k, r, err));
        }
    }
    return MLC_OK;
}

/* One target after the other: where there are several, each has its own column of the values. */
static mlc_status score_targets(mlc_context *call, const mlc_metric *const *metrics,
                                int32_t n_metrics, const mlci_scored *scored, int64_t n_rows,
                                const groups *g, result *r, mlc_error *err)
{
    const mlci_target *y = scored->y;
    const mlci_classes *classes = y == NULL ? NULL : y->classes;
    const int32_t n = y == NULL || classes != NULL ? 1 : y->n_outputs;
    mlci_metric_input all = {.call = call,
                             .n_rows = n_rows,
                             .n_classes = classes == NULL ? 0 : classes->n,
                             .positive = classes == NULL      ? -1
                                         : scored->are_scores ? scored->anomaly
                                                              : classes->positive,
                             .target = y == NULL ? NULL : y->value,
                             .prediction = scored->prediction,
                             .probability = scored->probability,
                             .are_scores = scored->are_scores,
                             .are_labels = scored->are_labels,
                             .weight = scored->weight,
                             .x = scored->x,
                             .group = scored->group};
    r->target = y == NULL ? NULL : y->name;
    if (n == 1) return score_all(metrics, n_metrics, &all, classes, g, r, err);
    double *columns = mlci_alloc_raw(r->root, n_rows, 2 * (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, n_rows, 2 * sizeof *columns);
    if (scored->are_bounds) {
        for (int64_t i = 0; i < n_rows; i++) {
            columns[i] = y->value[2 * i];
            columns[n_rows + i] = y->value[2 * i + 1];
        }
        all.target = columns;
        all.upper = columns + n_rows;
        const mlc_status scored_status = score_all(metrics, n_metrics, &all, classes, g, r, err);
        mlci_free(columns);
        return scored_status;
    }
    mlc_status status = MLC_OK;
    for (int32_t k = 0; k < n && status == MLC_OK; k++) {
        for (int64_t i = 0; i < n_rows; i++) {
            columns[i] = y->value[i * n + k];
            columns[n_rows + i] = scored->prediction[i * n + k];
        }
        all.target = columns;
        all.prediction = columns + n_rows;
        r->target = y->names[k];
        status = score_all(metrics, n_metrics, &all, classes, g, r, err);
    }
    mlci_free(columns);
    return status;
}

mlc_status mlci_evaluate(mlc_context *call, const mlc_metric *const *metrics, int32_t n_metrics,
                         const mlci_scored *scored, const mlc_dataset *rows, const char *by,
                         mlc_dataset **out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    if (rows->n_rows == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "there are no rows to measure on");
    }
    groups g = {.root = root};
    result r = {.root = root};
    mlc_status status = by == NULL ? MLC_OK : make_groups(root, rows, by, &g, err);
    if (status == MLC_OK) {
        status = score_targets(call, metrics, n_metrics, scored, rows->n_rows, &g, &r, err);
    }
    if (status == MLC_OK) status = finish_result(&r, out, err);
    clear_result(&r);
    clear_groups(&g);
    return status;
}
