/* One row a group of rows: keys, and functions of what the group's rows hold.
 *
 * Rows are listed by group in their order, groups in any, and the arguments are taken in the order
 * of that list, so that the values of a group are neighbours. A task is one function over
 * neighbouring groups of about BLOCK_ROWS rows together; a group of many more is no task, as all
 * threads share in it. Only the results are put into the order that is asked for. */
#include "aggregate.h"

#include <mlcore/shape.h>

#include <string.h>

#include "expression.h"
#include "key_order.h"
#include "sort.h"

#define BLOCK_ROWS 65536
#define LARGE_ROWS (8 * BLOCK_ROWS)

typedef struct aggregator {
    mlc_context *call;
    const mlc_dataset *dataset;
    const mlci_aggregate_plan *plan;
    int32_t *fields, n_fields; /* keys */
    mlci_key_lists lists;      /* rows by group; without keys none: as they are */
    int64_t *order;            /* by row of the result: its group */
    int64_t *firsts;           /* by row of the result: the first row of its group; NULL: no keys */
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
    a->lists.n_groups = 1;
    a->lists.starts = mlci_alloc(a->call->root, 2, (int64_t)sizeof *a->lists.starts);
    a->order = mlci_alloc(a->call->root, 1, (int64_t)sizeof *a->order);
    if (a->lists.starts == NULL || a->order == NULL) {
        return mlci_fail_memory(err, 2, (int64_t)sizeof *a->order);
    }
    a->lists.starts[1] = a->dataset->n_rows;
    return MLC_OK;
}

/* Groups by their keys, which their first rows have. */
static mlc_status order_by_keys(aggregator *a, mlc_error *err)
{
    const int64_t n = a->lists.n_groups;
    mlc_dataset *firsts = NULL;
    int64_t *const rows = mlci_alloc_raw(a->call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    for (int64_t g = 0; g < n; g++)
        rows[g] = mlci_key_lists_first(&a->lists, g);
    MLCI_TRY(mlci_dataset_view(a->call, a->dataset, rows, n, &firsts, err));
    const mlc_status status =
        mlci_sort_rows(a->call, firsts, a->fields, a->n_fields, &a->order, err);
    mlc_dataset_free(firsts);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        a->firsts[i] = mlci_key_lists_first(&a->lists, a->order[i]);
    return status;
}

static mlc_status make_groups(aggregator *a, mlc_error *err)
{
    if (a->n_fields == 0) return make_one_group(a, err);
    mlci_key_numbers numbers = {0};
    mlc_status status =
        mlci_key_numbers_open(a->call, a->dataset, a->fields, a->n_fields, &numbers, err);
    if (status == MLC_OK) status = mlci_key_lists_open(a->call, &numbers, &a->lists, err);
    mlci_key_numbers_close(&numbers);
    MLCI_TRY(status);
    const int64_t n = a->lists.n_groups;
    a->firsts = mlci_alloc_raw(a->call->root, n, (int64_t)sizeof *a->firsts);
    if (a->firsts == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *a->firsts);
    if (a->plan->sort) return order_by_keys(a, err);
    a->order = mlci_alloc_raw(a->call->root, n, (int64_t)sizeof *a->order);
    if (a->order == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *a->order);
    return mlci_key_order(a->call, &a->lists, a->order, a->firsts, err);
}

/* Ranges of groups with about as many rows. */
static mlc_status make_blocks(aggregator *a, mlc_error *err)
{
    const int64_t n_groups = a->lists.n_groups;
    const int64_t most = a->dataset->n_rows / BLOCK_ROWS + 2;
    a->bounds = mlci_alloc(a->call->root, most + 1, (int64_t)sizeof *a->bounds);
    if (a->bounds == NULL) return mlci_fail_memory(err, most + 1, (int64_t)sizeof *a->bounds);
    for (int64_t g = 1; g <= n_groups; g++) {
        const int64_t n = a->lists.starts[g] - a->lists.starts[a->bounds[a->n_blocks]];
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

/* The arguments in the order of the groups. */
static mlc_status take_arguments(aggregator *a, mlc_error *err)
{
    for (int32_t i = 0; i < a->plan->n && a->n_fields > 0; i++) {
        mlci_column *taken = NULL;
        if (a->arguments[i] == NULL) continue;
        const mlci_column *const same = find_argument(a, i);
        if (same != NULL) {
            taken = mlci_column_ref(same);
        } else {
            MLCI_TRY(mlci_key_lists_take(a->call, &a->lists, a->arguments[i], &taken, err));
        }
        mlci_column_unref(a->arguments[i]);
        a->arguments[i] = taken;
    }
    return MLC_OK;
}

static mlc_status make_result(const aggregator *a, int32_t i, mlc_error *err)
{
    mlci_aggregate_result *const r = &a->results[i];
    const int64_t n = a->lists.n_groups;
    const int32_t type = a->arguments[i] != NULL ? a->arguments[i]->type : 0;
    MLCI_TRY(mlci_aggregate_type(&a->plan->items[i], type, &r->type, err));
    r->values = mlci_alloc_raw(a->call->root, n, 8);
    r->valid = mlci_alloc_raw(a->call->root, n, 1);
    return r->values != NULL && r->valid != NULL ? MLC_OK : mlci_fail_memory(err, n, 8);
}

static mlc_status run_groups(const aggregator *a, int32_t i, int64_t low, int64_t high,
                             mlc_error *err)
{
    return mlci_aggregate_groups(a->call, &a->plan->items[i], a->arguments[i], a->lists.starts, low,
                                 high, &a->results[i], err);
}

static int is_large(const aggregator *a, int64_t g)
{
    return a->lists.starts[g + 1] - a->lists.starts[g] >= LARGE_ROWS;
}

static mlc_status run_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const aggregator *const a = arg;
    const int32_t i = (int32_t)(task / a->n_blocks);
    const int64_t block = task % a->n_blocks;
    for (int64_t g = a->bounds[block], end = g; g < a->bounds[block + 1]; g = ++end) {
        while (end < a->bounds[block + 1] && !is_large(a, end))
            end++;
        MLCI_TRY(run_groups(a, i, g, end, err));
    }
    return MLC_OK;
}

static mlc_status run(const aggregator *a, mlc_error *err)
{
    for (int64_t g = 0; g < a->lists.n_groups; g++) {
        for (int32_t i = 0; i < a->plan->n && is_large(a, g); i++)
            MLCI_TRY(run_groups(a, i, g, g + 1, err));
    }
    return mlci_parallel_for(a->call, a->n_blocks * a->plan->n, run_task, (void *)a, err);
}

/* ---- the result --------------------------------------------------------------------------- */

/* Rows of the argument that stand for groups, in the order of the result. */
static mlc_status result_rows(const aggregator *a, int32_t i, mlci_column **out, mlc_error *err)
{
    const int64_t *const by_group = a->results[i].values;
    const int64_t n = a->lists.n_groups;
    int64_t *const rows = mlci_alloc_raw(a->call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    for (int64_t k = 0; k < n; k++)
        rows[k] = by_group[a->order[k]];
    const mlc_status status = mlci_column_take(a->arguments[i], rows, 0, n, out, err);
    mlci_free(rows);
    return status;
}

/* Values by group as a column, in the order of the result. */
static mlc_status result_column(const aggregator *a, int32_t i, mlci_column **out, mlc_error *err)
{
    const mlci_aggregate_result *const r = &a->results[i];
    const int64_t *const integers = r->values;
    const int64_t n = a->lists.n_groups;
    if (r->type == 0) return result_rows(a, i, out, err);
    MLCI_TRY(mlci_column_create(a->call->root, r->type, n, 1, 0, out, err));
    uint8_t *const bits = mlci_column_data(*out);
    int64_t *const words = mlci_column_data(*out);
    const int has_missing = n > 0 && memchr(r->valid, 0, (size_t)n) != NULL;
    if (!has_missing && r->type != MLC_TYPE_BOOL) {
        for (int64_t k = 0; k < n; k++)
            words[k] = integers[a->order[k]];
        return MLC_OK;
    }
    for (int64_t k = 0; k < n; k++) {
        const int64_t g = a->order[k];
        if (!r->valid[g]) {
            MLCI_TRY(mlci_column_add_valid(*out, err));
            mlci_column_set_missing(*out, k);
        } else if (r->type == MLC_TYPE_BOOL) {
            bits[k >> 3] = (uint8_t)(bits[k >> 3] | (unsigned)integers[g] << (k & 7));
        } else {
            words[k] = integers[g];
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
        mlci_column_take(column, a->firsts, 0, a->lists.n_groups, &f->columns[block], err);
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

/* What is no longer needed makes room for what follows: fresh pages cost more than most steps. */
static void drop_rows(aggregator *a)
{
    mlci_free(a->lists.rows);
    a->lists.rows = NULL;
    mlci_deal_close(&a->lists.deal);
}

/* All but those whose rows are the results. */
static void drop_arguments(aggregator *a)
{
    mlci_free(a->lists.starts);
    a->lists.starts = NULL;
    for (int32_t i = 0; i < a->plan->n; i++) {
        if (a->results[i].type == 0) continue;
        mlci_column_unref(a->arguments[i]);
        a->arguments[i] = NULL;
    }
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
    MLCI_TRY(take_arguments(a, err));
    drop_rows(a);
    for (int32_t i = 0; i < n; i++)
        MLCI_TRY(make_result(a, i, err));
    MLCI_TRY(make_blocks(a, err));
    MLCI_TRY(run(a, err));
    drop_arguments(a);
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
    mlci_key_lists_close(&a->lists);
    mlci_free(a->order);
    mlci_free(a->firsts);
    mlci_free(a->fields);
    mlci_free(a->arguments);
    mlci_free(a->results);
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
