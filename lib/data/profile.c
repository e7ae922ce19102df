/* Profiles of datasets: columns and ranges of rows are tasks, the counts of ranges are merged in
 * order. As merging is exact, how rows are cut may follow the number of threads. */
#include "profile_impl.h"

#include <string.h>

#include "checked.h"
#include "param.h"

#define RANGE_ROWS 65536 /* fewer are not worth a range of their own */
#define TASKS_A_SLOT 4
#define PAIR_ROWS 256 /* rows of all columns at once for correlations */

static const mlci_param create_table[] = {
    MLCI_INTEGER(mlci_profile_settings, max_distinct, 16384, 16, (int64_t)1 << 40,
                 "distinct values a column that are counted one by one", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_BOOL(mlci_profile_settings, correlation, 0, "keep what correlations follow from",
              .since = "0.1"),
    {.name = NULL}};

static const mlci_param merge_table[] = {
    MLCI_INTEGER(mlci_profile_settings, max_distinct, MLCI_NONE_INTEGER, 16, (int64_t)1 << 40,
                 "distinct values a column that are counted one by one", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    {.name = NULL}};

/* ---- values ---------------------------------------------------------------------------------- */

mlc_status mlci_profile_new(mlci_root *root, int64_t n_columns, mlc_profile **out, mlc_error *err)
{
    mlc_profile *const p = mlci_alloc(root, 1, sizeof *p);
    if (p == NULL) return mlci_fail_memory(err, 1, sizeof *p);
    p->columns = mlci_alloc(root, n_columns, (int64_t)sizeof *p->columns);
    if (p->columns == NULL) {
        mlci_free(p);
        return mlci_fail_memory(err, n_columns, (int64_t)sizeof *p->columns);
    }
    p->n_references = 1;
    p->root = mlci_root_ref(root);
    p->n_columns = n_columns;
    *out = p;
    return MLC_OK;
}

mlc_profile *mlc_profile_ref(const mlc_profile *profile)
{
    mlc_profile *const p = (mlc_profile *)profile;
    if (p != NULL) __atomic_fetch_add(&p->n_references, 1, __ATOMIC_RELAXED);
    return p;
}

void mlc_profile_free(mlc_profile *profile)
{
    mlc_profile *const p = profile;
    if (p == NULL || __atomic_fetch_sub(&p->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = p->root;
    for (int64_t i = 0; i < p->n_columns; i++) {
        mlci_free(p->columns[i].name);
        mlci_profile_column_clear(&p->columns[i]);
    }
    mlci_free(p->columns);
    mlci_correlation_free(p->correlation);
    mlci_free(p);
    mlci_root_unref(root);
}

int64_t mlc_profile_n_rows(const mlc_profile *profile)
{
    return profile == NULL ? 0 : profile->n_rows;
}

int64_t mlci_profile_find(const mlc_profile *profile, const char *name)
{
    for (int64_t i = 0; i < profile->n_columns; i++)
        if (strcmp(profile->columns[i].name, name) == 0) return i;
    return -1;
}

/* ---- counting -------------------------------------------------------------------------------- */

typedef struct profiling {
    mlc_context *call;
    const mlc_dataset *dataset;
    const mlci_profile_settings *settings;
    mlci_shown *shown;
    mlc_profile *profile;
    int64_t n_ranges;
    mlci_profile_column *parts; /* of column c in range r: c n_ranges + r */
    mlci_correlation **sums;    /* of range r */
} profiling;

static int64_t range_start(const profiling *p, int64_t range)
{
    const int64_t n = p->dataset->n_rows, each = n / p->n_ranges, more = n % p->n_ranges;
    return range * each + (range < more ? range : more);
}

static mlc_status count_part(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const profiling *const p = arg;
    const int64_t c = task / p->n_ranges, range = task % p->n_ranges;
    const int64_t first = range_start(p, range);
    p->parts[task].kind = p->profile->columns[c].kind;
    return mlci_profile_column_count(p->call, p->dataset, &p->shown[c], p->settings->max_distinct,
                                     first, range_start(p, range + 1) - first, &p->parts[task],
                                     err);
}

/* The counts of the first range, then the others. */
static mlc_status join_parts(void *arg, int64_t c, int32_t slot, mlc_error *err)
{
    const profiling *const p = arg;
    mlci_profile_column *const parts = &p->parts[c * p->n_ranges];
    for (int64_t range = 1; range < p->n_ranges; range++) {
        MLCI_TRY(mlci_profile_column_add(p->profile->root, &parts[0], &parts[range], err));
        mlci_profile_column_clear(&parts[range]);
    }
    mlci_profile_column *const column = &p->profile->columns[c];
    parts[0].name = column->name;
    parts[0].role = column->role;
    parts[0].type = column->type;
    *column = parts[0];
    memset(&parts[0], 0, sizeof parts[0]);
    return MLC_OK;
}

static mlc_status name_columns(const profiling *p, mlc_error *err)
{
    for (int64_t c = 0; c < p->profile->n_columns; c++) {
        mlci_profile_column *const column = &p->profile->columns[c];
        mlci_text name = mlci_text_init(p->profile->root);
        mlci_shown_name(&p->shown[c], &name);
        if (name.length == 0) mlci_text_append(&name, "", 0);
        column->role = p->shown[c].field->role;
        column->type = p->shown[c].field->column->type;
        column->kind = mlci_profile_kind(p->shown[c].field->column);
        MLCI_TRY(mlci_text_take(&name, &column->name, err));
    }
    return MLC_OK;
}

static mlc_status count_columns(profiling *p, mlc_error *err)
{
    const int64_t n_columns = p->profile->n_columns, n = n_columns * p->n_ranges;
    p->parts = mlci_alloc(p->call->root, n, (int64_t)sizeof *p->parts);
    if (p->parts == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *p->parts);
    mlc_status status = mlci_parallel_for(p->call, n, count_part, p, err);
    if (status == MLC_OK) status = mlci_parallel_for(p->call, n_columns, join_parts, p, err);
    for (int64_t i = 0; i < n; i++)
        mlci_profile_column_clear(&p->parts[i]);
    mlci_free(p->parts);
    return status;
}

/* ---- correlations ---------------------------------------------------------------------------- */

static int64_t count_number_columns(const mlc_profile *profile)
{
    int64_t n = 0;
    for (int64_t c = 0; c < profile->n_columns; c++)
        n += profile->columns[c].kind == MLCI_PROFILE_NUMBERS;
    return n;
}

/* Rows first .. first + n, column by column. */
static void read_rows(const profiling *p, int64_t first, int64_t n, double *values)
{
    for (int64_t c = 0; c < p->profile->n_columns; c++) {
        if (p->profile->columns[c].kind != MLCI_PROFILE_NUMBERS) continue;
        for (int64_t i = 0; i < n; i++) {
            const int64_t row = mlci_dataset_source_row(p->dataset, first + i);
            const mlci_shown *const shown = &p->shown[c];
            if (shown->component < 0) {
                mlci_column_reals(shown->field->column, row, 1, &values[i], 1);
            } else {
                values[i] = mlci_cell_component(shown->field->column, row, shown->component);
            }
        }
        values += PAIR_ROWS;
    }
}

static mlc_status sum_range(void *arg, int64_t range, int32_t slot, mlc_error *err)
{
    const profiling *const p = arg;
    const int64_t n_columns = count_number_columns(p->profile), end = range_start(p, range + 1);
    mlci_root *const root = p->profile->root;
    double *const values = mlci_alloc_raw(root, n_columns * PAIR_ROWS, (int64_t)sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, n_columns * PAIR_ROWS, sizeof *values);
    mlc_status status = mlci_correlation_create(root, n_columns, &p->sums[range], err);
    for (int64_t i = range_start(p, range); status == MLC_OK && i < end; i += PAIR_ROWS) {
        const int64_t n = end - i < PAIR_ROWS ? end - i : PAIR_ROWS;
        read_rows(p, i, n, values);
        status = mlci_correlation_add(p->sums[range], values, n, PAIR_ROWS, err);
        if (status == MLC_OK) status = mlci_poll(p->call, err);
    }
    mlci_free(values);
    return status;
}

static mlc_status sum_pairs(profiling *p, mlc_error *err)
{
    p->sums = mlci_alloc(p->call->root, p->n_ranges, (int64_t)sizeof(mlci_correlation *));
    if (p->sums == NULL) return mlci_fail_memory(err, p->n_ranges, sizeof(mlci_correlation *));
    mlc_status status = mlci_parallel_for(p->call, p->n_ranges, sum_range, p, err);
    for (int64_t range = 1; status == MLC_OK && range < p->n_ranges; range++)
        status = mlci_correlation_merge(p->sums[0], p->sums[range], err);
    if (status == MLC_OK) {
        mlci_correlation_settle(p->sums[0]);
        p->profile->correlation = p->sums[0];
        p->sums[0] = NULL;
    }
    for (int64_t range = 0; range < p->n_ranges; range++)
        mlci_correlation_free(p->sums[range]);
    mlci_free(p->sums);
    return status;
}

/* ---- creating -------------------------------------------------------------------------------- */

static int64_t choose_ranges(const mlc_context *call, int64_t n_rows, int64_t n_columns)
{
    const int64_t n_tasks = (int64_t)TASKS_A_SLOT * mlci_n_slots(call);
    const int64_t wanted = n_columns == 0 ? 1 : (n_tasks + n_columns - 1) / n_columns;
    const int64_t most = n_rows / RANGE_ROWS + 1;
    return mlci_n_slots(call) == 1 ? 1 : wanted < most ? wanted : most;
}

/* Fields and the components of dense vectors; a sparse vector stays whole. */
static mlc_status list_columns(const mlc_dataset *dataset, mlci_root *root, mlci_shown **out,
                               int64_t *n, mlc_error *err)
{
    int64_t count = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        const mlci_column *const column = dataset->fields[j].column;
        count += column->indices == NULL ? column->width : 1;
    }
    mlci_shown *const shown = mlci_alloc(root, count, (int64_t)sizeof *shown);
    if (shown == NULL) return mlci_fail_memory(err, count, (int64_t)sizeof *shown);
    int64_t k = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        const mlci_field *const field = &dataset->fields[j];
        const int is_dense =
            field->column->type == MLC_TYPE_VECTOR && field->column->indices == NULL;
        for (int64_t c = 0; c < (is_dense ? field->column->width : 1); c++)
            shown[k++] = (mlci_shown){field, is_dense ? c : -1};
    }
    *out = shown;
    *n = count;
    return MLC_OK;
}

mlc_status mlci_profile_dataset(mlc_context *call, const mlc_dataset *dataset,
                                const mlci_profile_settings *settings, mlc_profile **out,
                                mlc_error *err)
{
    profiling p = {.call = call, .dataset = dataset, .settings = settings};
    int64_t n = 0;
    MLCI_TRY(list_columns(dataset, call->root, &p.shown, &n, err));
    mlc_status status = mlci_profile_new(call->root, n, &p.profile, err);
    if (status == MLC_OK) {
        p.profile->n_rows = dataset->n_rows;
        p.profile->max_distinct = settings->max_distinct;
        p.n_ranges = choose_ranges(call, dataset->n_rows, n);
        status = name_columns(&p, err);
    }
    if (status == MLC_OK) status = count_columns(&p, err);
    if (status == MLC_OK && settings->correlation) {
        p.n_ranges = choose_ranges(call, dataset->n_rows, 1);
        status = sum_pairs(&p, err);
    }
    mlci_free(p.shown);
    if (status == MLC_OK) {
        *out = p.profile;
    } else {
        mlc_profile_free(p.profile);
    }
    return status;
}

mlc_status mlc_profile_create(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                              mlc_profile **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    mlci_profile_settings s;
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "profile", create_table, NULL, settings,
                                   &s, err));
    if (s.max_distinct == MLCI_NONE_INTEGER) s.max_distinct = MLCI_COUNT_UNLIMITED;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_profile_dataset(call, dataset, &s, out, err);
    mlci_call_end(call);
    return status;
}

/* ---- merging --------------------------------------------------------------------------------- */

static mlc_status check_alike(const mlc_profile *a, const mlc_profile *b, mlc_error *err)
{
    if (a->n_columns != b->n_columns) {
        return mlci_fail(err, MLC_ERROR_COLUMN, NULL,
                         "profiles of %lld and of %lld columns: they must have the same columns",
                         (long long)a->n_columns, (long long)b->n_columns);
    }
    for (int64_t i = 0; i < a->n_columns; i++) {
        const mlci_profile_column *const x = &a->columns[i], *const y = &b->columns[i];
        if (strcmp(x->name, y->name) != 0) {
            return mlci_fail(err, MLC_ERROR_COLUMN, x->name,
                             "column %lld is '%s' in one profile and '%s' in another: they must "
                             "have the same columns in the same order",
                             (long long)i + 1, x->name, y->name);
        }
        if (x->type != y->type || x->kind != y->kind || x->role != y->role) {
            return mlci_fail(err, MLC_ERROR_COLUMN, x->name,
                             "column '%s' is %s (%s) in one profile and %s (%s) in another: read "
                             "both with the same types and roles",
                             x->name, mlci_type_name(x->type), mlci_role_name(x->role),
                             mlci_type_name(y->type), mlci_role_name(y->role));
        }
    }
    return MLC_OK;
}

typedef struct merging {
    const mlc_profile *const *profiles;
    int64_t n;
    mlc_profile *out;
} merging;

/* Column c of all profiles: an empty one, to which each is added. */
static mlc_status merge_column(void *arg, int64_t c, int32_t slot, mlc_error *err)
{
    const merging *const m = arg;
    mlci_profile_column *const column = &m->out->columns[c];
    mlci_root *const root = m->out->root;
    const mlci_profile_column *const first = &m->profiles[0]->columns[c];
    column->role = first->role;
    column->type = first->type;
    column->kind = first->kind;
    column->name = mlci_copy_text(root, first->name, (int64_t)strlen(first->name));
    if (column->name == NULL) return mlci_fail_memory(err, 1, (int64_t)strlen(first->name));
    column->numbers = (mlci_number_counts){
        .root = root, .limit = m->out->max_distinct, .is_integer = first->numbers.is_integer};
    column->texts = (mlci_text_counts){.root = root, .limit = m->out->max_distinct};
    if (column->kind == MLCI_PROFILE_TEXTS) {
        column->texts.offsets = mlci_alloc(root, 1, sizeof(int64_t));
        if (column->texts.offsets == NULL) return mlci_fail_memory(err, 1, sizeof(int64_t));
    }
    for (int64_t i = 0; i < m->n; i++)
        MLCI_TRY(mlci_profile_column_add(root, column, &m->profiles[i]->columns[c], err));
    return MLC_OK;
}

static mlc_status merge_correlations(const merging *m, mlc_error *err)
{
    for (int64_t i = 0; i < m->n; i++)
        if (m->profiles[i]->correlation == NULL) return MLC_OK;
    MLCI_TRY(mlci_correlation_create(m->out->root, m->profiles[0]->correlation->n_columns,
                                     &m->out->correlation, err));
    for (int64_t i = 0; i < m->n; i++) {
        MLCI_TRY(mlci_correlation_merge(m->out->correlation, m->profiles[i]->correlation, err));
    }
    mlci_correlation_settle(m->out->correlation);
    return MLC_OK;
}

static mlc_status merge_all(mlc_context *call, const mlc_profile *const *profiles, int64_t n,
                            int64_t max_distinct, mlc_profile **out, mlc_error *err)
{
    merging m = {.profiles = profiles, .n = n};
    for (int64_t i = 1; i < n; i++)
        MLCI_TRY(check_alike(profiles[0], profiles[i], err));
    MLCI_TRY(mlci_profile_new(call->root, profiles[0]->n_columns, &m.out, err));
    m.out->max_distinct = max_distinct;
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n; i++) {
        const mlc_profile *const p = profiles[i];
        if (p->max_distinct < m.out->max_distinct) m.out->max_distinct = p->max_distinct;
        if (!mlci_add_size(m.out->n_rows, p->n_rows, &m.out->n_rows)) {
            status = mlci_fail(err, MLC_ERROR_LIMIT, NULL, "the profiles have more than 2^63 rows");
            break;
        }
    }
    if (status == MLC_OK) {
        status = mlci_parallel_for(call, m.out->n_columns, merge_column, &m, err);
    }
    if (status == MLC_OK) status = merge_correlations(&m, err);
    if (status == MLC_OK) {
        *out = m.out;
    } else {
        mlc_profile_free(m.out);
    }
    return status;
}

mlc_status mlc_profile_merge(mlc_context *ctx, const mlc_profile *const *profiles,
                             int64_t n_profiles, const char *settings, mlc_profile **out,
                             mlc_error *err)
{
    int has_null = profiles == NULL || out == NULL || n_profiles < 1;
    for (int64_t i = 0; !has_null && i < n_profiles; i++)
        has_null = profiles[i] == NULL;
    if (has_null) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "profiles and out must not be NULL, and there must be at least one");
    }
    mlc_context local, *call = NULL;
    mlci_profile_settings s = {0};
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "profile_merge", merge_table, NULL,
                                   settings, &s, err));
    if (s.max_distinct == MLCI_NONE_INTEGER) s.max_distinct = MLCI_COUNT_UNLIMITED;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = merge_all(call, profiles, n_profiles, s.max_distinct, out, err);
    mlci_call_end(call);
    return status;
}
