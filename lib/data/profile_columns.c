/* The table "columns" of a profile, one row a column; also what mlc_dataset_describe() gives, of a
 * profile that counts every value. */
#include "profile_impl.h"

#include <math.h>

typedef struct row_of_column {
    int64_t n, missing, distinct, top_n, n_nan, n_infinite, n_zero, n_negative, n_empty;
    int64_t shortest, longest, earliest, latest, is_exact;
    double least, greatest, q25, median, q75, true_share, mean_length;
    mlci_sample_moments moments;
    char *top; /* a block, or NULL */
} row_of_column;

typedef struct columns_table {
    const mlc_profile *profile;
    mlci_root *root;
    row_of_column *rows;
    mlci_table table;
} columns_table;

#define UNKNOWN (-1) /* integers that do not apply; reals are NaN then */

/* ---- rows ------------------------------------------------------------------------------------ */

static void describe_numbers(const mlci_profile_column *c, int64_t n_values, row_of_column *row)
{
    row->least = mlci_profile_least(c);
    row->greatest = mlci_profile_greatest(c);
    row->q25 = mlci_profile_quantile(c, 0.25);
    row->median = mlci_profile_quantile(c, 0.5);
    row->q75 = mlci_profile_quantile(c, 0.75);
    row->moments = mlci_profile_moments(c);
    row->n_nan = c->n_nan;
    row->n_infinite = c->n_low + c->n_high;
    row->n_zero = c->n_zero;
    row->n_negative = mlci_profile_n_negative(c);
    if (c->type == MLC_TYPE_BOOL && n_values > 0) row->true_share = row->moments.mean;
    if (c->type == MLC_TYPE_TIMESTAMP && n_values > 0) {
        row->earliest = mlci_profile_least_integer(c);
        row->latest = mlci_profile_greatest_integer(c);
    }
}

static void describe_texts(const mlci_profile_column *c, int64_t n_values, row_of_column *row)
{
    row->n_empty = c->texts.n_empty;
    if (n_values == 0) return;
    row->shortest = c->texts.shortest;
    row->longest = c->texts.longest;
    row->mean_length = (double)c->texts.n_characters / (double)n_values;
}

static mlc_status describe_column(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    const columns_table *const t = arg;
    const mlci_profile_column *const c = &t->profile->columns[i];
    const double none = (double)NAN;
    const int64_t n_values = mlci_profile_n_values(c);
    row_of_column *const row = &t->rows[i];
    *row = (row_of_column){.n = t->profile->n_rows,
                           .missing = c->n_null + c->n_nan,
                           .distinct = mlci_profile_n_distinct(c),
                           .top_n = UNKNOWN,
                           .n_nan = UNKNOWN,
                           .n_infinite = UNKNOWN,
                           .n_zero = UNKNOWN,
                           .n_negative = UNKNOWN,
                           .n_empty = UNKNOWN,
                           .shortest = UNKNOWN,
                           .longest = UNKNOWN,
                           .earliest = INT64_MIN,
                           .latest = INT64_MIN,
                           .is_exact = mlci_profile_is_exact(c),
                           .least = none,
                           .greatest = none,
                           .q25 = none,
                           .median = none,
                           .q75 = none,
                           .true_share = none,
                           .mean_length = none,
                           .moments = {none, none, none, none}};
    if (c->kind == MLCI_PROFILE_OPAQUE) row->distinct = row->is_exact = UNKNOWN;
    if (c->kind == MLCI_PROFILE_NUMBERS) describe_numbers(c, n_values, row);
    if (c->kind == MLCI_PROFILE_TEXTS) describe_texts(c, n_values, row);
    int64_t top;
    if (mlci_profile_top(c, 1, &top) == 0) {
        if (c->kind != MLCI_PROFILE_OPAQUE && row->is_exact) row->top_n = 0;
        return MLC_OK;
    }
    row->top_n = mlci_profile_count_of(c, top);
    mlci_text text = mlci_text_init(t->root);
    mlci_profile_append_value(c, top, &text);
    if (text.length == 0) mlci_text_append(&text, "", 0);
    return mlci_text_take(&text, &row->top, err);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* A column of one member of the rows; what is not known is missing. */
static void add_member(columns_table *t, const char *name, int32_t type, size_t offset)
{
    mlci_table *const table = &t->table;
    const int64_t n = t->profile->n_columns;
    mlci_column *column = NULL;
    if (table->status != MLC_OK) return;
    table->status = mlci_column_create(t->root, type, n, 1, 1, &column, &table->error);
    if (table->status != MLC_OK) return;
    for (int64_t i = 0; i < n; i++) {
        const void *const member = (const char *)&t->rows[i] + offset;
        if (type == MLC_TYPE_FLOAT64) {
            const double value = *(const double *)member;
            if (isnan(value)) mlci_column_set_missing(column, i);
            ((double *)mlci_column_data(column))[i] = isnan(value) ? 0 : value;
        } else {
            const int64_t value = *(const int64_t *)member;
            const int is_known = type == MLC_TYPE_TIMESTAMP ? value != INT64_MIN : value >= 0;
            if (!is_known) mlci_column_set_missing(column, i);
            if (type != MLC_TYPE_BOOL) {
                ((int64_t *)mlci_column_data(column))[i] = is_known ? value : 0;
            } else if (value > 0) {
                ((uint8_t *)mlci_column_data(column))[i >> 3] |= (uint8_t)(1 << (i & 7));
            }
        }
    }
    mlci_table_column(table, name, column);
}

#define COUNT(name_, member_) add_member(t, name_, MLC_TYPE_INT64, offsetof(row_of_column, member_))
#define REAL(name_, member_)                                                                       \
    add_member(t, name_, MLC_TYPE_FLOAT64, offsetof(row_of_column, member_))

static void add_members(columns_table *t, const char **texts)
{
    const int64_t n = t->profile->n_columns;
    COUNT("n", n);
    COUNT("missing", missing);
    COUNT("distinct", distinct);
    REAL("min", least);
    REAL("max", greatest);
    REAL("mean", moments.mean);
    REAL("std", moments.std);
    REAL("q25", q25);
    REAL("median", median);
    REAL("q75", q75);
    for (int64_t i = 0; i < n; i++)
        texts[i] = t->rows[i].top;
    mlci_table_texts(&t->table, "top", n, texts);
    COUNT("top_n", top_n);
    REAL("skewness", moments.skewness);
    REAL("kurtosis", moments.kurtosis);
    COUNT("nan", n_nan);
    COUNT("infinite", n_infinite);
    COUNT("zeros", n_zero);
    COUNT("negative", n_negative);
    REAL("true_share", true_share);
    COUNT("shortest", shortest);
    COUNT("longest", longest);
    REAL("mean_length", mean_length);
    COUNT("empty", n_empty);
    add_member(t, "earliest", MLC_TYPE_TIMESTAMP, offsetof(row_of_column, earliest));
    add_member(t, "latest", MLC_TYPE_TIMESTAMP, offsetof(row_of_column, latest));
    add_member(t, "exact", MLC_TYPE_BOOL, offsetof(row_of_column, is_exact));
}

static mlc_status fill_table(mlc_context *call, columns_table *t, const char **texts,
                             mlc_dataset **out, mlc_error *err)
{
    const mlc_profile *const p = t->profile;
    MLCI_TRY(mlci_parallel_for(call, p->n_columns, describe_column, t, err));
    mlci_table_init(&t->table, t->root);
    for (int64_t i = 0; i < p->n_columns; i++)
        texts[i] = p->columns[i].name;
    mlci_table_texts(&t->table, "column", p->n_columns, texts);
    for (int64_t i = 0; i < p->n_columns; i++)
        texts[i] = mlci_role_name(p->columns[i].role);
    mlci_table_texts(&t->table, "role", p->n_columns, texts);
    for (int64_t i = 0; i < p->n_columns; i++)
        texts[i] = mlci_type_name(p->columns[i].type);
    mlci_table_texts(&t->table, "type", p->n_columns, texts);
    add_members(t, texts);
    return mlci_table_finish(&t->table, out, err);
}

mlc_status mlci_profile_columns_table(mlc_context *call, const mlc_profile *profile,
                                      mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = call->root;
    const int64_t n = profile->n_columns;
    columns_table t = {.profile = profile, .root = root};
    const char **const texts = mlci_alloc(root, n, (int64_t)sizeof *texts);
    t.rows = mlci_alloc(root, n, (int64_t)sizeof *t.rows);
    mlc_status status = MLC_OK;
    if (texts == NULL || t.rows == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *t.rows);
    }
    if (status == MLC_OK) status = fill_table(call, &t, texts, out, err);
    for (int64_t i = 0; t.rows != NULL && i < n; i++)
        mlci_free(t.rows[i].top);
    mlci_free(t.rows);
    mlci_free(texts);
    return status;
}
