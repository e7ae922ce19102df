/* The profile of a dataset: one row a column, one a component of a dense vector.
 *
 * Each column is sorted by value (a radix sort of 64-bit keys), from which all of it is read:
 * distinct values and the most frequent one from the runs, quantiles by position with linear
 * interpolation (type 7 of Hyndman and Fan, 1996), mean and standard deviation by sums with
 * Neumaier's compensation in that order. So nothing depends on threads or on the order of rows.
 * O(n) a column, 32 bytes a row. */
#include <math.h>

#include "cell.h"
#include "number.h"
#include "order.h"
#include "timestamp.h"

typedef struct profile {
    int64_t n, missing, distinct, top_n;
    double min, max, mean, std, q25, median, q75;
    char *top; /* a block, or NULL */
} profile;

typedef struct describer {
    mlc_context *call;
    mlci_root *root;
    const mlc_dataset *dataset;
    mlci_shown *rows; /* of the result */
    int64_t n;
    profile *profiles;
} describer;

/* ---- numbers -------------------------------------------------------------------------------- */

static double value_of(const mlci_column *column, uint64_t key)
{
    if (column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) {
        return (double)mlci_order_integer(key);
    }
    return mlci_order_real(key);
}

static double quantile(const mlci_column *column, const mlci_order_key *keys, int64_t n,
                       double share)
{
    const double at = (double)(n - 1) * share;
    const int64_t below = (int64_t)at;
    const double low = value_of(column, keys[below].key);
    if (below + 1 >= n) return low;
    const double high = value_of(column, keys[below + 1].key);
    const double rest = at - (double)below;
    if (low == high || rest == 0) return low; /* also two infinities */
    return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
}

/* Sum of (value - shift)^power, power 1 or 2. */
static double sum(const mlci_column *column, const mlci_order_key *keys, int64_t n, double shift,
                  int power)
{
    double total = 0, lost = 0;
    for (int64_t i = 0; i < n; i++) {
        const double d = value_of(column, keys[i].key) - shift;
        const double term = power == 1 ? d : d * d;
        const double next = total + term;
        lost += fabs(total) >= fabs(term) ? (total - next) + term : (term - next) + total;
        total = next;
    }
    return isfinite(total) ? total + lost : total;
}

/* Distinct values, and the one of the longest run, the first of equals. */
static void count_runs(const mlci_order_key *keys, int64_t n, profile *p, uint64_t *top)
{
    for (int64_t start = 0, end; start < n; start = end) {
        for (end = start + 1; end < n && keys[end].key == keys[start].key; end++) {
        }
        p->distinct++;
        if (end - start <= p->top_n) continue;
        p->top_n = end - start;
        *top = keys[start].key;
    }
}

static mlc_status copy_top(const describer *d, const mlci_column *column, uint64_t key, profile *p,
                           mlc_error *err)
{
    mlci_text text = mlci_text_init(d->root);
    char number[MLCI_TIMESTAMP_SIZE];
    int64_t n = 0;
    if (column->type == MLC_TYPE_CATEGORY) {
        const char *const category =
            mlci_dictionary_text(column->dictionary, (int32_t)mlci_order_integer(key), &n);
        mlci_text_append(&text, category, n);
    } else if (column->type == MLC_TYPE_BOOL) {
        mlci_text_append_text(&text, mlci_order_real(key) != 0 ? "true" : "false");
    } else if (column->type == MLC_TYPE_TIMESTAMP) {
        n = mlci_timestamp_format(mlci_order_integer(key), number);
        mlci_text_append(&text, number, n);
    } else if (column->type == MLC_TYPE_INT64) {
        mlci_text_append_integer(&text, mlci_order_integer(key));
    } else if (column->type == MLC_TYPE_FLOAT32) {
        char exact[MLCI_NUMBER_SIZE];
        n = mlci_float_format((float)mlci_order_real(key), exact);
        mlci_text_append(&text, exact, n);
    } else {
        mlci_text_append_real(&text, mlci_order_real(key));
    }
    if (text.length == 0) mlci_text_append(&text, "", 0);
    return mlci_text_take(&text, &p->top, err);
}

static void summarise(const mlci_column *column, const mlci_order_key *keys, int64_t n, profile *p)
{
    p->min = value_of(column, keys[0].key);
    p->max = value_of(column, keys[n - 1].key);
    p->q25 = quantile(column, keys, n, 0.25);
    p->median = quantile(column, keys, n, 0.5);
    p->q75 = quantile(column, keys, n, 0.75);
    p->mean = sum(column, keys, n, 0, 1) / (double)n;
    if (n > 1 && isfinite(p->mean)) {
        p->std = sqrt(sum(column, keys, n, p->mean, 2) / (double)(n - 1));
    }
}

static mlc_status profile_column(const describer *d, const mlci_column *column, profile *p,
                                 mlc_error *err)
{
    const int64_t n_rows = column->n_rows;
    mlci_order_key *const keys = mlci_alloc_raw(d->root, 2 * n_rows, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * n_rows, (int64_t)sizeof *keys);
    const int64_t n = mlci_order_keys(column, keys);
    mlc_status status = MLC_OK;
    p->missing = n_rows - n;
    if (n > 0) status = mlci_order_sort(d->call, keys, keys + n_rows, n, err);
    if (n > 0 && status == MLC_OK) {
        uint64_t top = 0;
        count_runs(keys, n, p, &top);
        status = copy_top(d, column, top, p, err);
        if (column->type != MLC_TYPE_CATEGORY) summarise(column, keys, n, p);
    }
    mlci_free(keys);
    return status;
}

/* ---- columns -------------------------------------------------------------------------------- */

/* A component as a column of its own. */
static mlc_status component_column(const describer *d, const mlci_shown *shown, mlci_column **out,
                                   mlc_error *err)
{
    const mlci_column *const vector = shown->field->column;
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(d->root, MLC_TYPE_FLOAT64, d->dataset->n_rows, 1, 0, &column, err));
    double *const values = mlci_column_data(column);
    for (int64_t i = 0; i < d->dataset->n_rows; i++) {
        const int64_t row = mlci_dataset_source_row(d->dataset, i);
        values[i] = mlci_column_is_valid(vector, row)
                        ? mlci_cell_component(vector, row, shown->component)
                        : (double)NAN;
    }
    *out = column;
    return MLC_OK;
}

static mlc_status take_shown(const describer *d, const mlci_shown *shown, mlci_column **out,
                             mlc_error *err)
{
    if (shown->component >= 0) return component_column(d, shown, out, err);
    mlci_column *column = NULL;
    MLCI_TRY(mlci_dataset_take_column(d->dataset, (int32_t)(shown->field - d->dataset->fields),
                                      &column, err));
    if (column->type != MLC_TYPE_TEXT) {
        *out = column;
        return MLC_OK;
    }
    const mlc_status status = mlci_column_to_category(column, out, err);
    mlci_column_unref(column);
    return status;
}

static int64_t count_missing_rows(const describer *d, const mlci_column *column)
{
    int64_t n = 0;
    for (int64_t i = 0; i < d->dataset->n_rows; i++) {
        n += !mlci_column_is_valid(column, mlci_dataset_source_row(d->dataset, i));
    }
    return n;
}

static mlc_status describe_row(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const describer *const d = arg;
    const mlci_shown *const shown = &d->rows[block];
    profile *const p = &d->profiles[block];
    const double none = (double)NAN;
    *p = (profile){.n = d->dataset->n_rows,
                   .min = none,
                   .max = none,
                   .mean = none,
                   .std = none,
                   .q25 = none,
                   .median = none,
                   .q75 = none};
    if (shown->component < 0 && shown->field->column->type == MLC_TYPE_VECTOR) {
        p->missing = count_missing_rows(d, shown->field->column);
        p->distinct = p->top_n = -1; /* not known */
        return MLC_OK;
    }
    mlci_column *column = NULL;
    MLCI_TRY(take_shown(d, shown, &column, err));
    const mlc_status status = profile_column(d, column, p, err);
    mlci_column_unref(column);
    return status;
}

/* Fields and components of dense vectors; a sparse vector stays whole. */
static mlc_status list_rows(describer *d, mlc_error *err)
{
    const mlc_dataset *const dataset = d->dataset;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        const mlci_column *const column = dataset->fields[j].column;
        d->n += column->indices == NULL ? column->width : 1;
    }
    d->rows = mlci_alloc(d->root, d->n, (int64_t)sizeof *d->rows);
    d->profiles = mlci_alloc(d->root, d->n, (int64_t)sizeof *d->profiles);
    if (d->rows == NULL || d->profiles == NULL) {
        return mlci_fail_memory(err, d->n, (int64_t)sizeof *d->profiles);
    }
    int64_t k = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        const mlci_field *const field = &dataset->fields[j];
        const int is_dense =
            field->column->type == MLC_TYPE_VECTOR && field->column->indices == NULL;
        for (int64_t c = 0; c < (is_dense ? field->column->width : 1); c++) {
            d->rows[k++] = (mlci_shown){field, is_dense ? c : -1};
        }
    }
    return MLC_OK;
}

/* ---- the table ------------------------------------------------------------------------------ */

static mlc_status name_rows(const describer *d, char **names, mlc_error *err)
{
    for (int64_t i = 0; i < d->n; i++) {
        mlci_text name = mlci_text_init(d->root);
        mlci_shown_name(&d->rows[i], &name);
        MLCI_TRY(mlci_text_take(&name, &names[i], err));
    }
    return MLC_OK;
}

/* A column of one member of the profiles; what is not known (NaN, -1) is missing. */
static void add_member(mlci_table *table, const describer *d, const char *name, int32_t type,
                       size_t offset)
{
    if (table->status != MLC_OK) return;
    mlci_column *column = NULL;
    table->status = mlci_column_create(d->root, type, d->n, 1, 1, &column, &table->error);
    if (table->status != MLC_OK) return;
    for (int64_t i = 0; i < d->n; i++) {
        const void *const member = (const char *)&d->profiles[i] + offset;
        if (type == MLC_TYPE_FLOAT64) {
            const double value = *(const double *)member;
            if (isnan(value)) mlci_column_set_missing(column, i);
            ((double *)mlci_column_data(column))[i] = isnan(value) ? 0 : value;
        } else {
            const int64_t value = *(const int64_t *)member;
            if (value < 0) mlci_column_set_missing(column, i);
            ((int64_t *)mlci_column_data(column))[i] = value < 0 ? 0 : value;
        }
    }
    mlci_table_column(table, name, column);
}

static mlc_status build_table(const describer *d, mlc_dataset **out, mlc_error *err)
{
    mlc_status status = MLC_OK;
    char **const names = mlci_alloc(d->root, d->n, (int64_t)sizeof *names);
    const char **const texts = mlci_alloc(d->root, d->n, (int64_t)sizeof *texts);
    if (names == NULL || texts == NULL) {
        status = mlci_fail_memory(err, d->n, (int64_t)sizeof *names);
    }
    if (status == MLC_OK) status = name_rows(d, names, err);
    if (status != MLC_OK) goto done;
    mlci_table table;
    mlci_table_init(&table, d->root);
    mlci_table_texts(&table, "column", d->n, (const char *const *)names);
    for (int64_t i = 0; i < d->n; i++)
        texts[i] = mlci_role_name(d->rows[i].field->role);
    mlci_table_texts(&table, "role", d->n, texts);
    for (int64_t i = 0; i < d->n; i++)
        texts[i] = mlci_type_name(d->rows[i].field->column->type);
    mlci_table_texts(&table, "type", d->n, texts);
    add_member(&table, d, "n", MLC_TYPE_INT64, offsetof(profile, n));
    add_member(&table, d, "missing", MLC_TYPE_INT64, offsetof(profile, missing));
    add_member(&table, d, "distinct", MLC_TYPE_INT64, offsetof(profile, distinct));
    add_member(&table, d, "min", MLC_TYPE_FLOAT64, offsetof(profile, min));
    add_member(&table, d, "max", MLC_TYPE_FLOAT64, offsetof(profile, max));
    add_member(&table, d, "mean", MLC_TYPE_FLOAT64, offsetof(profile, mean));
    add_member(&table, d, "std", MLC_TYPE_FLOAT64, offsetof(profile, std));
    add_member(&table, d, "q25", MLC_TYPE_FLOAT64, offsetof(profile, q25));
    add_member(&table, d, "median", MLC_TYPE_FLOAT64, offsetof(profile, median));
    add_member(&table, d, "q75", MLC_TYPE_FLOAT64, offsetof(profile, q75));
    for (int64_t i = 0; i < d->n; i++)
        texts[i] = d->profiles[i].top;
    mlci_table_texts(&table, "top", d->n, texts);
    add_member(&table, d, "top_n", MLC_TYPE_INT64, offsetof(profile, top_n));
    status = mlci_table_finish(&table, out, err);
done:
    for (int64_t i = 0; names != NULL && i < d->n; i++)
        mlci_free(names[i]);
    mlci_free(texts);
    mlci_free(names);
    return status;
}

mlc_status mlc_dataset_describe(mlc_context *ctx, const mlc_dataset *dataset, mlc_dataset **out,
                                mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    describer d = {.call = call, .root = call->root, .dataset = dataset};
    mlc_status status = list_rows(&d, err);
    if (status == MLC_OK) status = mlci_parallel_for(call, d.n, describe_row, &d, err);
    if (status == MLC_OK) status = build_table(&d, out, err);
    for (int64_t i = 0; d.profiles != NULL && i < d.n; i++)
        mlci_free(d.profiles[i].top);
    mlci_free(d.profiles);
    mlci_free(d.rows);
    mlci_call_end(call);
    return status;
}
