/* One row a group of rows: keys, and functions of what the group's rows hold.
 *
 * Rows are numbered by group, then listed by group in their order, and the arguments are taken in
 * the order of that list, so that the values of a group are neighbours. A task is one function over
 * neighbouring groups of about BLOCK_ROWS rows together; a group of many more is no task, as all
 * threads share in it. */
#include "aggregate.h"

#include <mlcore/shape.h>

#include <string.h>

#include "expression.h"
#include "row_keys.h"
#include "sort.h"

#define BLOCK_ROWS 65536
#define LARGE_ROWS (8 * BLOCK_ROWS)

typedef struct aggregator {
    mlc_context *call;
    const mlc_dataset *dataset;
    const mlci_aggregate_plan *plan;
    int32_t *fields, n_fields; /* keys */
    mlci_key_groups groups;
    int64_t *starts, *rows;    /* rows by group; rows NULL: as they are */
    int64_t *bounds, n_blocks; /* groups of a block */
    mlci_column **arguments;   /* by aggregation; NULL: none */
    mlci_aggregate_result *results;
} aggregator;

/* ---- groups ------------------------------------------------------------------------------- */

static mlc_status pick_keys(aggregator *a, mlc_error *err)
{
    const int32_t n = a->dataset->n_fields;
    a->fields = mlci_alloc(a->call->root, n, (int64_t)sizeof *a->fields);
    if (a->fields == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *a->fields);
    if (a->plan->by == NULL) return MLC_OK;
    return mlci_dataset_pick_order(a->dataset, a->plan->by, 0, a->fields, &a->n_fields, err);
}

/* Without keys all rows are one group, also when there are none. */
static mlc_status make_one_group(aggregator *a, mlc_error *err)
{
    a->groups = (mlci_key_groups){.n_rows = a->dataset->n_rows, .n_groups = 1};
    a->starts = mlci_alloc(a->call->root, 2, (int64_t)sizeof *a->starts);
    if (a->starts == NULL) return mlci_fail_memory(err, 2, (int64_t)sizeof *a->starts);
    a->starts[1] = a->dataset->n_rows;
    return MLC_OK;
}

/* The key columns of the first rows: what groups are sorted by. */
static mlc_status view_of_firsts(const aggregator *a, mlc_dataset **out, mlc_error *err)
{
    const int64_t n = a->groups.n_groups;
    int64_t *const rows = mlci_alloc_raw(a->call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    if (n > 0) memcpy(rows, a->groups.first, (size_t)n * sizeof *rows);
    return mlci_dataset_view(a->call, a->dataset, rows, n, out, err);
}

/* Numbers the groups in the order of their keys. */
static mlc_status sort_groups(aggregator *a, mlc_error *err)
{
    mlci_key_groups *const groups = &a->groups;
    mlc_dataset *firsts = NULL;
    int64_t *order = NULL;
    MLCI_TRY(view_of_firsts(a, &firsts, err));
    mlc_status status = mlci_sort_rows(a->call, firsts, a->fields, a->n_fields, &order, err);
    mlc_dataset_free(firsts);
    if (status != MLC_OK) return status;
    int64_t *const rank = mlci_alloc_raw(a->call->root, groups->n_groups, (int64_t)sizeof *rank);
    if (rank == NULL) {
        mlci_free(order);
        return mlci_fail_memory(err, groups->n_groups, (int64_t)sizeof *rank);
    }
    for (int64_t g = 0; g < groups->n_groups; g++) {
        rank[order[g]] = g;
        order[g] = groups->first[order[g]];
    }
    mlci_free(groups->first);
    groups->first = order;
    for (int64_t i = 0; i < groups->n_rows; i++)
        groups->number[i] = rank[groups->number[i]];
    mlci_free(rank);
    return MLC_OK;
}

static mlc_status make_groups(aggregator *a, mlc_error *err)
{
    if (a->n_fields == 0) return make_one_group(a, err);
    mlci_row_keys keys = {0};
    mlc_status status = mlci_row_keys_open(a->call, a->dataset, a->fields, a->n_fields, &keys, err);
    if (status == MLC_OK) status = mlci_key_groups_open(a->call, &keys, &a->groups, err);
    mlci_row_keys_close(&keys);
    if (status == MLC_OK && a->plan->sort) status = sort_groups(a, err);
    if (status != MLC_OK) return status;
    return mlci_key_groups_list(a->call, &a->groups, &a->starts, &a->rows, err);
}

/* Ranges of groups with about as many rows. */
static mlc_status make_blocks(aggregator *a, mlc_error *err)
{
    const int64_t n_groups = a->groups.n_groups;
    const int64_t most = a->dataset->n_rows / BLOCK_ROWS + 2;
    a->bounds = mlci_alloc(a->call->root, most + 1, (int64_t)sizeof *a->bounds);
    if (a->bounds == NULL) return mlci_fail_memory(err, most + 1, (int64_t)sizeof *a->bounds);
    for (int64_t g = 1; g <= n_groups; g++) {
        const int64_t n = a->starts[g] - a->starts[a->bounds[a->n_blocks]];
        if (n >= BLOCK_ROWS || g == n_groups) a->bounds[++a->n_blocks] = g;
    }
    return MLC_OK;
}

/* ---- functions ---------------------------------------------------------------------------- */

/* Tells which function an error is about. */
static mlc_status in_item(mlc_status status, const mlci_aggregation *item, mlc_error *err)
{
    if (status == MLC_OK || err == NULL || status == MLC_ERROR_NO_MEMORY) return status;
    const mlc_error why = *err;
    return mlci_fail_at(err, status, why.line, why.column, why.name, "%s: %s", item->name,
                        why.message);
}

static mlc_status make_category(mlci_column **column, mlc_error *err)
{
    mlci_column *category = NULL;
    MLCI_TRY(mlci_column_to_category(*column, &category, err));
    mlci_column_unref(*column);
    *column = category;
    return MLC_OK;
}

/* An argument that an aggregation before this one has too, as a column of the same type. */
static mlci_column *find_argument(const aggregator *a, int32_t i)
{
    const mlci_aggregation *const items = a->plan->items;
    for (int32_t k = 0; k < i; k++) {
        const int is_alike =
            (items[k].kind == MLCI_N_DISTINCT) == (items[i].kind == MLCI_N_DISTINCT);
        if (is_alike && a->arguments[k] != NULL &&
            strcmp(items[k].argument, items[i].argument) == 0) {
            return a->arguments[k];
        }
    }
    return NULL;
}

static mlc_status make_argument(const aggregator *a, int32_t i, mlc_error *err)
{
    const mlci_aggregation *const item = &a->plan->items[i];
    mlci_expression *e = NULL;
    if (item->kind == MLCI_COUNT_ROWS) return MLC_OK;
    mlci_column *const same = find_argument(a, i);
    if (same != NULL) {
        a->arguments[i] = mlci_column_ref(same);
        return MLC_OK;
    }
    mlc_status status = mlci_expression_parse(a->call->root, item->argument, a->dataset, &e, err);
    if (status == MLC_OK) {
        status = mlci_expression_column(a->call, e, a->dataset, &a->arguments[i], err);
    }
    mlci_expression_free(e);
    MLCI_TRY(in_item(status, item, err));
    const int is_text = a->arguments[i]->type == MLC_TYPE_TEXT;
    return is_text && item->kind == MLCI_N_DISTINCT ? make_category(&a->arguments[i], err) : MLC_OK;
}

/* The arguments in the order of the groups; what several aggregations have is taken once. */
static mlc_status take_arguments(aggregator *a, mlc_error *err)
{
    int32_t n = 0;
    if (a->rows == NULL) return MLC_OK;
    mlci_column **const taken =
        mlci_alloc(a->call->root, a->plan->n, (int64_t)sizeof(mlci_column *));
    int32_t *const which = mlci_alloc(a->call->root, a->plan->n, (int64_t)sizeof *which);
    mlc_status status = MLC_OK;
    if (taken == NULL || which == NULL) {
        status = mlci_fail_memory(err, a->plan->n, (int64_t)sizeof(mlci_column *));
    }
    for (int32_t i = 0; i < a->plan->n && status == MLC_OK; i++) {
        if (a->arguments[i] == NULL) continue;
        while (which[i] < n && taken[which[i]] != a->arguments[i])
            which[i]++;
        if (which[i] == n) taken[n++] = a->arguments[i];
    }
    if (status == MLC_OK) {
        status = mlci_columns_take(a->call, n, (const mlci_column *const *)taken, a->rows, 0,
                                   a->starts[a->groups.n_groups], taken, err);
    }
    for (int32_t i = 0; i < a->plan->n && status == MLC_OK; i++) {
        if (a->arguments[i] == NULL) continue;
        mlci_column_unref(a->arguments[i]);
        a->arguments[i] = mlci_column_ref(taken[which[i]]);
    }
    for (int32_t i = 0; i < n && status == MLC_OK; i++)
        mlci_column_unref(taken[i]);
    mlci_free(taken);
    mlci_free(which);
    return status;
}

static mlc_status make_result(const aggregator *a, int32_t i, mlc_error *err)
{
    mlci_aggregate_result *const r = &a->results[i];
    const int64_t n = a->groups.n_groups;
    const int32_t type = a->arguments[i] != NULL ? a->arguments[i]->type : 0;
    MLCI_TRY(mlci_aggregate_type(&a->plan->items[i], type, &r->type, err));
    r->values = mlci_alloc(a->call->root, n, 8);
    r->valid = mlci_alloc(a->call->root, n, 1);
    return r->values != NULL && r->valid != NULL ? MLC_OK : mlci_fail_memory(err, n, 8);
}

static mlc_status run_group(const aggregator *a, int32_t i, int64_t g, mlc_error *err)
{
    const int64_t from = a->starts[g];
    return mlci_aggregate_group(a->call, &a->plan->items[i], a->arguments[i], from,
                                a->starts[g + 1] - from, g, &a->results[i], err);
}

static int is_large(const aggregator *a, int64_t g)
{
    return a->starts[g + 1] - a->starts[g] >= LARGE_ROWS;
}

static mlc_status run_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const aggregator *const a = arg;
    const int32_t i = (int32_t)(task / a->n_blocks);
    const int64_t block = task % a->n_blocks;
    for (int64_t g = a->bounds[block]; g < a->bounds[block + 1]; g++)
        if (!is_large(a, g)) MLCI_TRY(run_group(a, i, g, err));
    return MLC_OK;
}

static mlc_status run(const aggregator *a, mlc_error *err)
{
    for (int64_t g = 0; g < a->groups.n_groups; g++) {
        for (int32_t i = 0; i < a->plan->n && is_large(a, g); i++)
            MLCI_TRY(run_group(a, i, g, err));
    }
    return mlci_parallel_for(a->call, a->n_blocks * a->plan->n, run_task, (void *)a, err);
}

/* ---- the result --------------------------------------------------------------------------- */

/* Values by group as a column. */
static mlc_status result_column(const aggregator *a, int32_t i, mlci_column **out, mlc_error *err)
{
    const mlci_aggregate_result *const r = &a->results[i];
    const int64_t *const integers = r->values;
    const int64_t n = a->groups.n_groups;
    if (r->type == 0) return mlci_column_take(a->arguments[i], integers, 0, n, out, err);
    MLCI_TRY(mlci_column_create(a->call->root, r->type, n, 1, 0, out, err));
    uint8_t *const bits = mlci_column_data(*out);
    int64_t *const words = mlci_column_data(*out);
    for (int64_t g = 0; g < n; g++) {
        if (!r->valid[g]) {
            MLCI_TRY(mlci_column_add_valid(*out, err));
            mlci_column_set_missing(*out, g);
        } else if (r->type == MLC_TYPE_BOOL) {
            bits[g >> 3] = (uint8_t)(bits[g >> 3] | (unsigned)integers[g] << (g & 7));
        } else {
            words[g] = integers[g];
        }
    }
    return MLC_OK;
}

typedef struct finisher {
    const aggregator *a;
    mlci_column **columns;
} finisher;

static mlc_status finish_column(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const finisher *const f = arg;
    const aggregator *const a = f->a;
    if (block >= a->n_fields) {
        return result_column(a, (int32_t)block - a->n_fields, &f->columns[block], err);
    }
    mlci_column *column = NULL;
    MLCI_TRY(mlci_dataset_take_column(a->dataset, a->fields[block], &column, err));
    const mlc_status status =
        mlci_column_take(column, a->groups.first, 0, a->groups.n_groups, &f->columns[block], err);
    mlci_column_unref(column);
    return status;
}

static mlc_status make_dataset(const aggregator *a, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = a->call->root;
    const int32_t n = a->n_fields + a->plan->n;
    mlci_column **const columns = mlci_alloc(root, n, (int64_t)sizeof(mlci_column *));
    const char **const names = mlci_alloc(root, n, (int64_t)sizeof *names);
    int32_t *const roles = mlci_alloc(root, n, (int64_t)sizeof *roles);
    mlc_status status = MLC_OK;
    if (columns == NULL || names == NULL || roles == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *names);
        goto done;
    }
    for (int32_t i = 0; i < n; i++) {
        const int is_key = i < a->n_fields;
        const mlci_field *const field = is_key ? &a->dataset->fields[a->fields[i]] : NULL;
        names[i] = is_key ? field->name : a->plan->items[i - a->n_fields].name;
        roles[i] = is_key ? field->role : MLCI_ROLE_FEATURE;
    }
    finisher f = {.a = a, .columns = columns};
    status = mlci_parallel_for(a->call, n, finish_column, &f, err);
    if (status == MLC_OK) status = mlci_dataset_create(root, n, names, columns, roles, out, err);
done:
    for (int32_t i = 0; columns != NULL && i < n; i++)
        mlci_column_unref(columns[i]);
    mlci_free(columns);
    mlci_free((void *)names);
    mlci_free(roles);
    return status;
}

static mlc_status aggregate(aggregator *a, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = a->call->root;
    const int32_t n = a->plan->n;
    a->arguments = mlci_alloc(root, n, (int64_t)sizeof(mlci_column *));
    a->results = mlci_alloc(root, n, (int64_t)sizeof *a->results);
    if (a->arguments == NULL || a->results == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *a->results);
    }
    MLCI_TRY(pick_keys(a, err));
    for (int32_t i = 0; i < n; i++)
        MLCI_TRY(make_argument(a, i, err));
    MLCI_TRY(make_groups(a, err));
    for (int32_t i = 0; i < n; i++)
        MLCI_TRY(make_result(a, i, err));
    MLCI_TRY(take_arguments(a, err));
    MLCI_TRY(make_blocks(a, err));
    MLCI_TRY(run(a, err));
    return make_dataset(a, out, err);
}

static void close_aggregator(aggregator *a)
{
    for (int32_t i = 0; i < a->plan->n; i++) {
        if (a->arguments != NULL) mlci_column_unref(a->arguments[i]);
        if (a->results == NULL) continue;
        mlci_free(a->results[i].values);
        mlci_free(a->results[i].valid);
    }
    mlci_key_groups_close(&a->groups);
    mlci_free(a->fields);
    mlci_free(a->arguments);
    mlci_free(a->results);
    mlci_free(a->starts);
    mlci_free(a->rows);
    mlci_free(a->bounds);
}

mlc_status mlc_dataset_aggregate(mlc_context *ctx, const mlc_dataset *dataset,
                                 const char *aggregations, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || aggregations == NULL || out == NULL) {
        const char *const what = dataset == NULL        ? "dataset"
                                 : aggregations == NULL ? "aggregations"
                                                        : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    mlci_aggregate_plan plan;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_aggregate_parse(call->root, aggregations, &plan, err);
    if (status == MLC_OK) {
        aggregator a = {.call = call, .dataset = dataset, .plan = &plan};
        status = aggregate(&a, out, err);
        close_aggregator(&a);
        mlci_aggregate_clear(&plan);
    }
    mlci_call_end(call);
    return status;
}
