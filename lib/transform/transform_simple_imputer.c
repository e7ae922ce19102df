/* simple_imputer: a statistic of the training rows in place of missing values.
 *
 * Means in one pass; medians and most frequent values by sorting, O(n log n) a column. Weights
 * count as repeated rows: the weighted median is the value, or the mean of the two values, at
 * which half of the weight is reached. */
#include <math.h>
#include <string.h>

#include "column_moments.h"
#include "dataset_impl.h"
#include "descriptor.h"
#include "number.h"

enum { STRATEGY_MEAN, STRATEGY_MEDIAN, STRATEGY_MOST_FREQUENT, STRATEGY_CONSTANT };

struct imputer_params {
    int32_t strategy;
    char *fill_value;
    int32_t add_indicator;
    int32_t keep_empty_features;
};

typedef struct imputed_column {
    char *name;
    char *indicator; /* name of the indicator column; NULL: none */
    int32_t is_text;
    int32_t is_empty; /* nothing but missing values in training and not kept: no port */
    double number;    /* the statistic of numbers */
    char *text;       /* ... of texts */
} imputed_column;

typedef struct imputer_state {
    mlci_root *root;
    int32_t n;
    imputed_column *columns;
} imputer_state;

static void imputer_free(void *state)
{
    imputer_state *s = state;
    if (s == NULL) return;
    for (int32_t i = 0; s->columns != NULL && i < s->n; i++) {
        mlci_free(s->columns[i].name);
        mlci_free(s->columns[i].indicator);
        mlci_free(s->columns[i].text);
    }
    mlci_free(s->columns);
    mlci_free(s);
}

static imputer_state *new_state(mlci_root *root, int32_t n)
{
    imputer_state *s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return NULL;
    s->root = root;
    s->n = n;
    s->columns = mlci_alloc(root, n, sizeof *s->columns);
    if (s->columns != NULL) return s;
    mlci_free(s);
    return NULL;
}

/* ---- statistics of numbers -------------------------------------------------------------- */

typedef struct weighted_value {
    double value, weight;
} weighted_value;

/* Bottom-up merge sort by value, stable: ties keep the order of rows. */
static mlc_status sort_values(mlc_context *call, weighted_value *v, weighted_value *spare,
                              int64_t n, mlc_error *err)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = low + width < n ? low + width : n;
            const int64_t high = low + 2 * width < n ? low + 2 * width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                MLCI_TRY(mlci_poll_row(call, k, err));
                const int take_a = a < middle && (b >= high || !(v[b].value < v[a].value));
                spare[k] = take_a ? v[a++] : v[b++];
            }
        }
        memcpy(v, spare, (size_t)n * sizeof *v);
    }
    return MLC_OK;
}

/* Rounded as NumPy does; in halves where the sum is out of range. */
static double middle_of(double a, double b)
{
    const double sum = a + b;
    return isfinite(sum) ? sum / 2 : a / 2 + b / 2;
}

static double sorted_median(const weighted_value *v, int64_t n)
{
    double total = 0, reached = 0;
    for (int64_t i = 0; i < n; i++)
        total += v[i].weight;
    for (int64_t i = 0; i < n; i++) {
        reached += v[i].weight;
        if (2 * reached < total) continue;
        if (2 * reached > total || i + 1 == n) return v[i].value;
        return middle_of(v[i].value, v[i + 1].value);
    }
    return NAN;
}

/* The heaviest value, the smallest among equals. */
static double sorted_mode(const weighted_value *v, int64_t n)
{
    double best = NAN, best_weight = 0;
    for (int64_t i = 0; i < n;) {
        double weight = 0;
        int64_t k = i;
        for (; k < n && v[k].value == v[i].value; k++)
            weight += v[k].weight;
        if (weight > best_weight) {
            best_weight = weight;
            best = v[i].value;
        }
        i = k;
    }
    return best;
}

static mlc_status sorted_statistic(mlc_context *call, const mlci_column *column,
                                   const double *weight, int32_t strategy, double *out,
                                   mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    weighted_value *v = mlci_alloc_raw(root, column->n_rows, 2 * (int64_t)sizeof *v);
    if (v == NULL) return mlci_fail_memory(err, column->n_rows, 2 * sizeof *v);
    int64_t n = 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        double value = NAN;
        mlci_column_reals(column, i, 1, &value, 1);
        if (isnan(value)) continue;
        v[n++] = (weighted_value){value, weight == NULL ? 1 : weight[i]};
    }
    const mlc_status status = sort_values(call, v, v + column->n_rows, n, err);
    if (status == MLC_OK) {
        *out = strategy == STRATEGY_MEDIAN ? sorted_median(v, n) : sorted_mode(v, n);
    }
    mlci_free(v);
    return status;
}

/* 0 without fill_value, as scikit-learn. */
static mlc_status constant_number(const struct imputer_params *params, const char *name,
                                  double *out, mlc_error *err)
{
    *out = 0;
    if (params->fill_value == NULL) return MLC_OK;
    if (mlci_real_parse(params->fill_value, (int64_t)strlen(params->fill_value), out) &&
        !isnan(*out)) {
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, "fill_value",
                     "fill_value = '%s': column '%s' needs a number", params->fill_value, name);
}

static mlc_status not_finite(const char *name, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, name,
                     "column '%s' holds infinite or huge values: what would take the place of its "
                     "missing values is not finite",
                     name);
}

static mlc_status fit_number(const mlci_transform_fit *fit, int32_t j, imputed_column *c,
                             mlc_error *err)
{
    const struct imputer_params *params = fit->params;
    const mlci_column *column = fit->columns[j];
    if (params->strategy == STRATEGY_CONSTANT) {
        MLCI_TRY(constant_number(params, c->name, &c->number, err));
    } else if (params->strategy == STRATEGY_MEAN) {
        mlci_moments moments;
        MLCI_TRY(mlci_column_moments(fit->call, column, fit->weight, &moments, err));
        c->number = moments.n_values > 0 ? moments.mean : NAN;
        if (moments.n_values > 0 && !isfinite(c->number)) return not_finite(c->name, err);
    } else {
        MLCI_TRY(
            sorted_statistic(fit->call, column, fit->weight, params->strategy, &c->number, err));
        if (isinf(c->number)) return not_finite(c->name, err);
    }
    if (isnan(c->number)) {
        c->is_empty = !params->keep_empty_features;
        c->number = 0;
    }
    return MLC_OK;
}

/* ---- statistics of texts ---------------------------------------------------------------- */

static mlc_status most_frequent_text(mlci_root *root, const mlci_column *given,
                                     const double *weight, char **out, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_to_category(given, &column, err));
    const int32_t n = column->dictionary->n;
    double *sums = mlci_alloc(root, n, sizeof *sums);
    mlc_status status = sums == NULL ? mlci_fail_memory(err, n, sizeof *sums) : MLC_OK;
    for (int64_t i = 0; status == MLC_OK && i < column->n_rows; i++) {
        if (!mlci_column_is_valid(column, i)) continue;
        sums[mlci_column_code(column, i)] += weight == NULL ? 1 : weight[i];
    }
    int32_t best = -1;
    for (int32_t k = 0; status == MLC_OK && k < n; k++) {
        if (sums[k] > 0 && (best < 0 || sums[k] > sums[best])) best = k;
    }
    if (best >= 0) {
        int64_t length = 0;
        const char *text = mlci_dictionary_text(column->dictionary, best, &length);
        *out = mlci_copy_text(root, text, length);
        if (*out == NULL) status = mlci_fail_memory(err, length + 1, 1);
    }
    mlci_free(sums);
    mlci_column_unref(column);
    return status;
}

static mlc_status fit_text(const mlci_transform_fit *fit, int32_t j, imputed_column *c,
                           mlc_error *err)
{
    const struct imputer_params *params = fit->params;
    mlci_root *root = mlci_context_root(fit->call);
    c->is_text = 1;
    if (params->strategy == STRATEGY_MEAN || params->strategy == STRATEGY_MEDIAN) {
        return mlci_fail(err, MLC_ERROR_COLUMN, c->name,
                         "column '%s' is %s, which has no %s: use strategy=most_frequent or "
                         "constant",
                         c->name, mlci_type_name(fit->columns[j]->type),
                         params->strategy == STRATEGY_MEAN ? "mean" : "median");
    }
    if (params->strategy == STRATEGY_MOST_FREQUENT) {
        MLCI_TRY(most_frequent_text(root, fit->columns[j], fit->weight, &c->text, err));
        c->is_empty = c->text == NULL && !params->keep_empty_features;
        if (c->text != NULL || c->is_empty) return MLC_OK;
    }
    const char *fill = params->fill_value != NULL ? params->fill_value : "missing_value";
    c->text = mlci_copy_text(root, fill, (int64_t)strlen(fill));
    return c->text == NULL ? mlci_fail_memory(err, 1, 1) : MLC_OK;
}

/* ---- fitting ---------------------------------------------------------------------------- */

static int has_missing(const mlci_column *column)
{
    if (column->n_missing > 0) return 1;
    if (column->type != MLC_TYPE_FLOAT64 && column->type != MLC_TYPE_FLOAT32) return 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        double value = 0;
        mlci_column_reals(column, i, 1, &value, 1);
        if (isnan(value)) return 1;
    }
    return 0;
}

static mlc_status fit_column(const mlci_transform_fit *fit, int32_t j, imputed_column *c,
                             mlc_error *err)
{
    const struct imputer_params *params = fit->params;
    mlci_root *root = mlci_context_root(fit->call);
    const mlci_column *column = fit->columns[j];
    c->name = mlci_copy_text(root, fit->names[j], (int64_t)strlen(fit->names[j]));
    if (c->name == NULL) return mlci_fail_memory(err, 1, 1);
    if (params->add_indicator && has_missing(column)) {
        mlci_text text = mlci_text_init(root);
        mlci_text_append_format(&text, "%s_missing", c->name);
        MLCI_TRY(mlci_text_take(&text, &c->indicator, err));
    }
    const int is_text = column->type == MLC_TYPE_CATEGORY || column->type == MLC_TYPE_TEXT;
    return is_text ? fit_text(fit, j, c, err) : fit_number(fit, j, c, err);
}

static mlc_status imputer_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    imputer_state *s = new_state(mlci_context_root(fit->call), fit->n_columns);
    if (s == NULL) return mlci_fail_memory(err, fit->n_columns, sizeof *s->columns);
    for (int32_t j = 0; j < s->n; j++) {
        mlc_status status = mlci_poll(fit->call, err);
        if (status == MLC_OK) status = fit_column(fit, j, &s->columns[j], err);
        if (status == MLC_OK) continue;
        imputer_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

/* ---- ports: the columns that are not empty, then the indicators ------------------------- */

static int32_t imputer_n_ports(const void *params, const void *state)
{
    (void)params;
    const imputer_state *s = state;
    int32_t n = 0;
    for (int32_t j = 0; j < s->n; j++) {
        n += !s->columns[j].is_empty + (s->columns[j].indicator != NULL);
    }
    return n;
}

static void imputer_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    const imputer_state *s = state;
    for (int32_t j = 0; j < s->n; j++) {
        const imputed_column *c = &s->columns[j];
        if (c->is_empty || i-- > 0) continue;
        *out = (mlci_port){.name = c->name,
                           .type = c->is_text ? MLC_TYPE_CATEGORY : MLC_TYPE_FLOAT64,
                           .width = 1,
                           .input = j};
        return;
    }
    for (int32_t j = 0; j < s->n; j++) {
        const imputed_column *c = &s->columns[j];
        if (c->indicator == NULL || i-- > 0) continue;
        *out = (mlci_port){.name = c->indicator,
                           .type = MLC_TYPE_FLOAT64,
                           .width = 1,
                           .input = -1,
                           .made_of = j + 1};
        return;
    }
}

/* ---- applying --------------------------------------------------------------------------- */

static mlc_status fill_numbers(mlci_root *root, const imputed_column *c, const mlci_column *in,
                               mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_FLOAT64, in->n_rows, 1, 0, out, err));
    double *values = mlci_column_data(*out);
    mlci_column_reals(in, 0, in->n_rows, values, 1);
    for (int64_t i = 0; i < in->n_rows; i++) {
        if (isnan(values[i])) values[i] = c->number;
    }
    return MLC_OK;
}

static mlc_status fill_texts(mlci_root *root, const imputed_column *c, const mlci_column *in,
                             mlci_column **out, mlc_error *err)
{
    const char **texts = mlci_alloc(root, in->n_rows, sizeof *texts);
    int64_t *lengths = mlci_alloc(root, in->n_rows, sizeof *lengths);
    mlci_column *filled = NULL;
    mlc_status status = MLC_OK;
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, in->n_rows, sizeof *texts);
    } else {
        const int is_text = in->type == MLC_TYPE_CATEGORY || in->type == MLC_TYPE_TEXT;
        for (int64_t i = 0; i < in->n_rows; i++) {
            texts[i] = is_text ? mlci_column_text(in, i, &lengths[i]) : NULL;
            if (texts[i] != NULL) continue;
            texts[i] = c->text;
            lengths[i] = (int64_t)strlen(c->text);
        }
        status = mlci_column_create_text(root, in->n_rows, texts, lengths, &filled, err);
    }
    if (status == MLC_OK) status = mlci_column_to_category(filled, out, err);
    mlci_column_unref(filled);
    mlci_free(lengths);
    mlci_free(texts);
    return status;
}

static mlc_status mark_missing(mlci_root *root, const mlci_column *in, mlci_column **out,
                               mlc_error *err)
{
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_FLOAT64, in->n_rows, 1, 0, out, err));
    double *values = mlci_column_data(*out);
    const int is_number = mlci_type_is_number(in->type);
    for (int64_t i = 0; i < in->n_rows; i++) {
        double value = 0;
        if (is_number) mlci_column_reals(in, i, 1, &value, 1);
        values[i] = !mlci_column_is_valid(in, i) || isnan(value);
    }
    return MLC_OK;
}

static mlc_status imputer_apply(mlc_context *call, const void *params, const void *state,
                                const mlci_column *const *columns, int64_t n_rows,
                                mlci_column **out, mlc_error *err)
{
    (void)params;
    (void)n_rows;
    const imputer_state *s = state;
    mlci_root *root = mlci_context_root(call);
    int32_t made = 0;
    mlc_status status = MLC_OK;
    for (int32_t j = 0; j < s->n && status == MLC_OK; j++) {
        const imputed_column *c = &s->columns[j];
        if (c->is_empty) continue;
        status = mlci_poll(call, err);
        if (status != MLC_OK) break;
        status = (c->is_text ? fill_texts : fill_numbers)(root, c, columns[j], &out[made], err);
        made += status == MLC_OK;
    }
    for (int32_t j = 0; j < s->n && status == MLC_OK; j++) {
        if (s->columns[j].indicator == NULL) continue;
        status = mark_missing(root, columns[j], &out[made], err);
        made += status == MLC_OK;
    }
    while (status != MLC_OK && made > 0) {
        mlci_column_unref(out[--made]);
        out[made] = NULL;
    }
    return status;
}

/* Whether the cell is missing; a value of the wrong kind is, with a flag. */
static int cell_is_missing(const imputed_column *c, const mlc_value *cell, int64_t *flags)
{
    if (cell->kind == MLC_MISSING || (cell->kind == MLC_REAL && isnan(cell->real))) {
        *flags |= MLC_FLAG_MISSING;
        return 1;
    }
    if ((cell->kind == MLC_TEXT) == c->is_text) return 0;
    *flags |= MLC_FLAG_WRONG_KIND;
    return 1;
}

static mlc_status imputer_row(const void *params, const void *state, const mlc_value *in,
                              mlc_value *out, int64_t *flags, mlc_error *err)
{
    (void)params;
    (void)err;
    const imputer_state *s = state;
    for (int32_t j = 0; j < s->n; j++) {
        const imputed_column *c = &s->columns[j];
        if (c->is_empty) continue;
        if (!cell_is_missing(c, &in[j], flags)) {
            *out = in[j];
            if (out->kind == MLC_INTEGER) {
                *out = (mlc_value){.kind = MLC_REAL, .real = (double)in[j].integer};
            }
        } else if (c->is_text) {
            *out =
                (mlc_value){.kind = MLC_TEXT, .length = (int32_t)strlen(c->text), .text = c->text};
        } else {
            *out = (mlc_value){.kind = MLC_REAL, .real = c->number};
        }
        out++;
    }
    for (int32_t j = 0; j < s->n; j++) {
        const imputed_column *c = &s->columns[j];
        int64_t unused = 0;
        if (c->indicator == NULL) continue;
        *out++ = (mlc_value){.kind = MLC_REAL, .real = cell_is_missing(c, &in[j], &unused)};
    }
    return MLC_OK;
}

/* ---- tables and storage ----------------------------------------------------------------- */

static mlc_status imputer_table(mlc_context *call, const void *params, const void *state,
                                const char *table, mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)table;
    const imputer_state *s = state;
    mlci_root *root = mlci_context_root(call);
    const char **texts = mlci_alloc(root, (int64_t)s->n * 2, sizeof *texts);
    double *numbers = mlci_alloc(root, s->n, sizeof *numbers);
    mlc_status status = MLC_OK;
    if (texts == NULL || numbers == NULL) {
        status = mlci_fail_memory(err, (int64_t)s->n * 2, sizeof *texts);
    } else {
        for (int32_t j = 0; j < s->n; j++) {
            const imputed_column *c = &s->columns[j];
            texts[j] = c->name;
            texts[s->n + j] = c->text;
            numbers[j] = c->is_text || c->is_empty ? NAN : c->number;
        }
        mlci_table t;
        mlci_table_init(&t, root);
        mlci_table_texts(&t, "column", s->n, texts);
        mlci_table_reals(&t, "number", s->n, numbers);
        mlci_table_texts(&t, "text", s->n, texts + s->n);
        status = mlci_table_finish(&t, out, err);
    }
    mlci_free(numbers);
    mlci_free(texts);
    return status;
}

static void write_text(mlci_writer *w, const char *text)
{
    mlci_write_int64(w, text != NULL);
    if (text != NULL) mlci_write_text(w, text, (int64_t)strlen(text));
}

static void imputer_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    const imputer_state *s = state;
    mlci_write_int64(w, s->n);
    for (int32_t j = 0; j < s->n; j++) {
        const imputed_column *c = &s->columns[j];
        write_text(w, c->name);
        write_text(w, c->indicator);
        write_text(w, c->text);
        mlci_write_int64(w, c->is_text);
        mlci_write_int64(w, c->is_empty);
        mlci_write_real(w, c->number);
    }
}

static char *read_text(mlci_reader *r)
{
    int64_t length = 0;
    if (mlci_read_count(r, "text flag", 0, 1) == 0) return NULL;
    char *text = mlci_read_text(r, &length);
    if (text == NULL) mlci_reader_refuse(r, "a text that is not there");
    return text;
}

static void load_column(mlci_reader *r, imputed_column *c)
{
    c->name = read_text(r);
    c->indicator = read_text(r);
    c->text = read_text(r);
    c->is_text = (int32_t)mlci_read_count(r, "kind", 0, 1);
    c->is_empty = (int32_t)mlci_read_count(r, "empty flag", 0, 1);
    c->number = mlci_read_real(r);
    if (r->status != MLC_OK) return;
    if (c->name == NULL) mlci_reader_refuse(r, "a column without a name");
    if (c->is_text && !c->is_empty && c->text == NULL) {
        mlci_reader_refuse(r, "a column of texts without a fill text");
    }
    if (isnan(c->number)) mlci_reader_refuse(r, "a fill value that is missing itself");
}

static mlc_status imputer_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                               mlc_error *err)
{
    (void)params;
    const int64_t n = mlci_read_count(r, "number of columns", 1, r->length / 16);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    imputer_state *s = new_state(mlci_context_root(call), (int32_t)n);
    if (s == NULL) return mlci_fail_memory(err, n, sizeof *s->columns);
    for (int32_t j = 0; j < s->n && r->status == MLC_OK; j++)
        load_column(r, &s->columns[j]);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        imputer_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int imputer_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    const imputer_state *s = state;
    if (n != s->n) return 0;
    for (int32_t j = 0; j < n; j++) {
        const int32_t takes = s->columns[j].is_text ? MLCI_TAKES_CATEGORY : MLCI_TAKES_NUMBER;
        if (inputs[j].takes != takes || inputs[j].width != 1) return 0;
    }
    return 1;
}

static const mlci_choice strategies[] = {
    {"mean", STRATEGY_MEAN, "the mean"},
    {"median", STRATEGY_MEDIAN, "the median"},
    {"most_frequent", STRATEGY_MOST_FREQUENT, "the most frequent value, the smallest of equals"},
    {"constant", STRATEGY_CONSTANT, "fill_value"},
    {NULL, 0, NULL},
};

static const mlci_param imputer_table_params[] = {
    MLCI_CHOICE(struct imputer_params, strategy, STRATEGY_MEAN, strategies,
                "what takes the place of missing values", .flags = MLCI_PARAM_TUNABLE,
                .since = "0.1"),
    MLCI_STRING(struct imputer_params, fill_value, NULL,
                "value of strategy=constant; none: 0 for numbers, missing_value for texts",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_BOOL(struct imputer_params, add_indicator, 0,
              "add a column of 0 and 1 for each column with missing values", .since = "0.1"),
    MLCI_BOOL(struct imputer_params, keep_empty_features, 0,
              "keep columns in which every training row was missing", .since = "0.1"),
    {.name = NULL},
};

static const char *const imputer_tables[] = {"statistics", NULL};

extern const mlci_transform_descriptor mlci_transform_simple_imputer;
const mlci_transform_descriptor mlci_transform_simple_imputer = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_CAN_WEIGHT | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY,
             .name = "simple_imputer",
             .summary = "a mean, median, most frequent or constant value for missing ones",
             .details = "The statistic of each column's training rows takes the place of its "
                        "missing values and NaN. Weights count as repeated rows. A column "
                        "without any value is left out unless keep_empty_features (then 0). A "
                        "bare imputer takes numbers; texts and categories, with most_frequent or "
                        "constant, when on() names them. As scikit-learn's SimpleImputer.",
             .since = "0.1",
             .params = imputer_table_params,
             .params_size = sizeof(struct imputer_params),
             .tables = imputer_tables},
    .state_version = 1,
    .takes = MLCI_TAKES_NUMBER,
    .accepts = MLCI_TAKES_NUMBER | MLCI_TAKES_CATEGORY,
    .fit = imputer_fit,
    .n_ports = imputer_n_ports,
    .port = imputer_port,
    .apply = imputer_apply,
    .row = imputer_row,
    .table = imputer_table,
    .save = imputer_save,
    .load = imputer_load,
    .reads = imputer_reads,
    .free_state = imputer_free,
};
