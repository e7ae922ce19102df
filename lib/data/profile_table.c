/* The tables of a profile but for "columns": quantiles, histograms, frequent values, correlations.
 */
#include <math.h>
#include <string.h>

#include "param.h"
#include "profile_impl.h"

#define MAX_SHARES 1024

typedef struct table_settings {
    char *quantiles;
    int64_t bins, top;
} table_settings;

static const mlci_param settings_table[] = {
    MLCI_STRING(table_settings, quantiles, "0.01,0.05,0.25,0.5,0.75,0.95,0.99",
                "shares of the values below a quantile",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS, .real_low = 0, .real_high = 1,
                .since = "0.1"),
    MLCI_INTEGER(table_settings, bins, 10, 1, 10000, "bins of a histogram", .since = "0.1"),
    MLCI_INTEGER(table_settings, top, 10, 1, 1000000, "frequent values of a column",
                 .since = "0.1"),
    {.name = NULL}};

/* A table of long form: names of columns, and up to four columns beside them. */
typedef struct long_table {
    const mlc_profile *profile;
    mlci_root *root;
    const table_settings *settings;
    int64_t n, capacity;
    const char **names;
    double *first, *second;
    int64_t *counts;
    char **values; /* blocks */
} long_table;

static mlc_status reserve_rows(long_table *t, int64_t capacity, mlc_error *err)
{
    t->capacity = capacity;
    t->names = mlci_alloc(t->root, capacity, (int64_t)sizeof *t->names);
    t->first = mlci_alloc(t->root, capacity, (int64_t)sizeof *t->first);
    t->second = mlci_alloc(t->root, capacity, (int64_t)sizeof *t->second);
    t->counts = mlci_alloc(t->root, capacity, (int64_t)sizeof *t->counts);
    t->values = mlci_alloc(t->root, capacity, (int64_t)sizeof *t->values);
    if (t->names != NULL && t->first != NULL && t->second != NULL && t->counts != NULL &&
        t->values != NULL) {
        return MLC_OK;
    }
    return mlci_fail_memory(err, capacity, (int64_t)sizeof *t->first);
}

static void clear_rows(long_table *t)
{
    for (int64_t i = 0; t->values != NULL && i < t->capacity; i++)
        mlci_free(t->values[i]);
    mlci_free(t->names);
    mlci_free(t->first);
    mlci_free(t->second);
    mlci_free(t->counts);
    mlci_free(t->values);
}

static int64_t count_kind(const mlc_profile *p, int32_t kind)
{
    int64_t n = 0;
    for (int64_t i = 0; i < p->n_columns; i++)
        n += p->columns[i].kind == kind;
    return n;
}

/* ---- quantiles ------------------------------------------------------------------------------- */

static mlc_status fill_quantiles(long_table *t, mlci_table *table, mlc_error *err)
{
    double shares[MAX_SHARES];
    const int32_t n = mlci_param_numbers(t->settings->quantiles, shares, MAX_SHARES);
    if (n > MAX_SHARES) {
        return mlci_fail(err, MLC_ERROR_SETTING, "quantiles", "quantiles: at most %d", MAX_SHARES);
    }
    MLCI_TRY(reserve_rows(t, n * count_kind(t->profile, MLCI_PROFILE_NUMBERS), err));
    for (int64_t c = 0; c < t->profile->n_columns; c++) {
        const mlci_profile_column *const column = &t->profile->columns[c];
        for (int32_t i = 0; column->kind == MLCI_PROFILE_NUMBERS && i < n; i++) {
            t->names[t->n] = column->name;
            t->first[t->n] = shares[i];
            t->second[t->n++] = mlci_profile_quantile(column, shares[i]);
        }
    }
    mlci_table_texts(table, "column", t->n, t->names);
    mlci_table_reals(table, "share", t->n, t->first);
    mlci_table_reals(table, "value", t->n, t->second);
    return MLC_OK;
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Bins of equal width from the least to the greatest finite value; one when they are equal. */
static void add_histogram(long_table *t, const mlci_profile_column *column)
{
    const mlci_number_counts *const c = &column->numbers;
    if (c->n == 0) return;
    const double low = mlci_number_value(c, mlci_number_cell_low(c, 0));
    const double high = mlci_number_value(c, mlci_number_cell_high(c, c->n - 1));
    const int64_t n = low == high ? 1 : t->settings->bins;
    int64_t before = 0;
    double start = low;
    for (int64_t i = 0; i < n; i++) {
        const double share = (double)(i + 1) / (double)n;
        const double end = i == n - 1 ? high : low * (1 - share) + high * share;
        const int64_t below = mlci_profile_count_below(column, end, i == n - 1);
        t->names[t->n] = column->name;
        t->first[t->n] = start;
        t->second[t->n] = end;
        t->counts[t->n++] = below - before;
        before = below;
        start = end;
    }
}

static mlc_status fill_histogram(long_table *t, mlci_table *table, mlc_error *err)
{
    MLCI_TRY(
        reserve_rows(t, t->settings->bins * count_kind(t->profile, MLCI_PROFILE_NUMBERS), err));
    for (int64_t c = 0; c < t->profile->n_columns; c++)
        add_histogram(t, &t->profile->columns[c]);
    mlci_table_texts(table, "column", t->n, t->names);
    mlci_table_reals(table, "low", t->n, t->first);
    mlci_table_reals(table, "high", t->n, t->second);
    mlci_table_integers(table, "n", t->n, t->counts);
    return MLC_OK;
}

/* ---- frequent values ------------------------------------------------------------------------- */

static int64_t count_top(const long_table *t, const mlci_profile_column *c)
{
    if (!mlci_profile_is_exact(c)) return 0;
    const int64_t n = mlci_profile_n_distinct(c);
    return n < t->settings->top ? n : t->settings->top;
}

static mlc_status add_top(long_table *t, const mlci_profile_column *c, int64_t *order,
                          mlc_error *err)
{
    const int64_t n = mlci_profile_top(c, t->settings->top, order);
    for (int64_t i = 0; i < n; i++) {
        mlci_text text = mlci_text_init(t->root);
        mlci_profile_append_value(c, order[i], &text);
        if (text.length == 0) mlci_text_append(&text, "", 0);
        MLCI_TRY(mlci_text_take(&text, &t->values[t->n], err));
        t->names[t->n] = c->name;
        t->counts[t->n] = mlci_profile_count_of(c, order[i]);
        t->first[t->n] = (double)t->counts[t->n] / (double)t->profile->n_rows;
        t->n++;
    }
    return MLC_OK;
}

static mlc_status fill_top(long_table *t, mlci_table *table, mlc_error *err)
{
    int64_t capacity = 0, longest = 0;
    for (int64_t c = 0; c < t->profile->n_columns; c++) {
        const int64_t n = count_top(t, &t->profile->columns[c]);
        capacity += n;
        longest = n > longest ? n : longest;
    }
    MLCI_TRY(reserve_rows(t, capacity, err));
    int64_t *const order = mlci_alloc(t->root, longest, (int64_t)sizeof *order);
    if (order == NULL) return mlci_fail_memory(err, longest, (int64_t)sizeof *order);
    mlc_status status = MLC_OK;
    for (int64_t c = 0; status == MLC_OK && c < t->profile->n_columns; c++)
        status = add_top(t, &t->profile->columns[c], order, err);
    mlci_free(order);
    if (status != MLC_OK) return status;
    mlci_table_texts(table, "column", t->n, t->names);
    mlci_table_texts(table, "value", t->n, (const char *const *)t->values);
    mlci_table_integers(table, "n", t->n, t->counts);
    mlci_table_reals(table, "share", t->n, t->first);
    return MLC_OK;
}

static mlc_status make_long(const mlc_profile *profile, mlci_root *root,
                            const table_settings *settings,
                            mlc_status (*fill)(long_table *t, mlci_table *table, mlc_error *err),
                            mlc_dataset **out, mlc_error *err)
{
    long_table t = {.profile = profile, .root = root, .settings = settings};
    mlci_table table;
    mlci_table_init(&table, root);
    mlc_dataset *made = NULL;
    mlc_status status = fill(&t, &table, err);
    const mlc_status finished = mlci_table_finish(&table, &made, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    clear_rows(&t);
    if (status == MLC_OK) {
        *out = made;
    } else {
        mlc_dataset_free(made);
    }
    return status;
}

/* ---- correlations ---------------------------------------------------------------------------- */

static mlc_status fill_correlations(const mlc_profile *p, mlci_root *root, const char **names,
                                    mlci_column **columns, mlc_error *err)
{
    const mlci_correlation *const c = p->correlation;
    int32_t k = 0;
    for (int64_t i = 0; i < p->n_columns; i++)
        if (p->columns[i].kind == MLCI_PROFILE_NUMBERS) names[++k] = p->columns[i].name;
    MLCI_TRY(mlci_column_create_text(root, k, names + 1, NULL, &columns[0], err));
    names[0] = "column";
    for (int32_t j = 0; j < k; j++) {
        MLCI_TRY(mlci_column_create(root, MLC_TYPE_FLOAT64, k, 1, 1, &columns[j + 1], err));
        double *const values = mlci_column_data(columns[j + 1]);
        for (int32_t i = 0; i < k; i++) {
            values[i] = mlci_correlation_of(c, i, j, NULL);
            if (!isnan(values[i])) continue;
            values[i] = 0;
            mlci_column_set_missing(columns[j + 1], i);
        }
    }
    return MLC_OK;
}

static mlc_status make_correlation(const mlc_profile *p, mlci_root *root, mlc_dataset **out,
                                   mlc_error *err)
{
    if (p->correlation == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "correlation",
                         "the profile was made without correlations: set correlation=true");
    }
    const int32_t n = p->correlation->n_columns + 1;
    const char **const names = mlci_alloc(root, n, (int64_t)sizeof *names);
    mlci_column **const columns = mlci_alloc(root, n, (int64_t)sizeof *columns);
    mlc_status status = MLC_OK;
    if (names == NULL || columns == NULL) status = mlci_fail_memory(err, n, sizeof *columns);
    if (status == MLC_OK) status = fill_correlations(p, root, names, columns, err);
    if (status == MLC_OK) status = mlci_dataset_create(root, n, names, columns, NULL, out, err);
    for (int32_t i = 0; columns != NULL && i < n; i++)
        mlci_column_unref(columns[i]);
    mlci_free(columns);
    mlci_free(names);
    return status;
}

/* ---- by name --------------------------------------------------------------------------------- */

static const char *const table_names[] = {"columns", "quantiles", "histogram", "top",
                                          "correlation"};

static const char *next_table(const void *arg, int32_t i)
{
    (void)arg;
    return i < 5 ? table_names[i] : NULL;
}

static mlc_status fail_table(const char *table, mlc_error *err)
{
    static const char there_are[] = "columns, quantiles, histogram, top and correlation";
    const char *const nearest = mlci_nearest(table, next_table, NULL);
    if (nearest == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, table,
                         "a profile has no table '%s'; it has %s", table, there_are);
    }
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, table,
                     "a profile has no table '%s'; did you mean '%s'? It has %s", table, nearest,
                     there_are);
}

static mlc_status make_table(mlc_context *call, const mlc_profile *profile, const char *table,
                             const table_settings *settings, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = call->root;
    if (strcmp(table, "columns") == 0) return mlci_profile_columns_table(call, profile, out, err);
    if (strcmp(table, "correlation") == 0) return make_correlation(profile, root, out, err);
    if (strcmp(table, "quantiles") == 0) {
        return make_long(profile, root, settings, fill_quantiles, out, err);
    }
    if (strcmp(table, "histogram") == 0) {
        return make_long(profile, root, settings, fill_histogram, out, err);
    }
    if (strcmp(table, "top") == 0) return make_long(profile, root, settings, fill_top, out, err);
    return fail_table(table, err);
}

mlc_status mlc_profile_table(mlc_context *ctx, const mlc_profile *profile, const char *table,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (profile == NULL || table == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "profile, table and out must not be NULL");
    }
    mlci_root *const root = mlci_context_root(ctx);
    table_settings s;
    MLCI_TRY(mlci_params_from_text(root, "profile_table", settings_table, NULL, settings, &s, err));
    mlc_context local, *call = NULL;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status == MLC_OK) {
        status = make_table(call, profile, table, &s, out, err);
        mlci_call_end(call);
    }
    mlci_params_clear(settings_table, &s);
    return status;
}
