/* A key's number is its place among all keys that are possible, where columns of integers and
 * categories span few of them; else that of its group, found by hashing (key_groups). Either takes
 * time in proportion to the rows. */
#include "key_numbers.h"

#include "checked.h"
#include "row_kernels.h"
#include "row_keys.h"

#define BLOCK_ROWS 65536
#define FEW 4096 /* numbers that cost nothing, however few rows there are */

typedef struct bounds {
    int64_t low, high;
} bounds;

/* A key column, and what a place of it is worth. */
typedef struct place_column {
    mlci_column *column; /* reference; whole */
    uint64_t low;        /* of integers */
    uint64_t n_values;   /* missing ones have the place behind them */
    uint32_t unit;
} place_column;

typedef struct placer {
    const mlc_dataset *dataset;
    const int32_t *fields;
    int32_t n_fields;
    place_column *columns;
    bounds *bounds; /* by column and block */
    int64_t n_blocks;
    const mlci_row_kernels *kernels;
    uint32_t *number;
} placer;

static int is_integer(const mlci_column *c)
{
    return c->type == MLC_TYPE_INT64 || c->type == MLC_TYPE_TIMESTAMP;
}

/* Reals and texts have no places before they are looked at. */
static int may_have_places(const mlc_dataset *dataset, const int32_t *fields, int32_t n_fields)
{
    for (int32_t j = 0; j < n_fields; j++) {
        const mlci_column *const c = dataset->fields[fields[j]].column;
        if (!is_integer(c) && c->type != MLC_TYPE_BOOL && c->type != MLC_TYPE_CATEGORY) return 0;
    }
    return 1;
}

static int64_t block_end(const placer *p, int64_t block)
{
    const int64_t n = p->dataset->n_rows, low = block * BLOCK_ROWS;
    return n - low < BLOCK_ROWS ? n : low + BLOCK_ROWS;
}

/* ---- spans -------------------------------------------------------------------------------- */

static mlc_status take_column(void *arg, int64_t j, int32_t slot, mlc_error *err)
{
    const placer *const p = arg;
    return mlci_dataset_take_column(p->dataset, p->fields[j], &p->columns[j].column, err);
}

static bounds bound_there(const mlci_column *c, int64_t low, int64_t high)
{
    const int64_t *const values = c->values;
    bounds b = {INT64_MAX, INT64_MIN};
    for (int64_t i = low; i < high; i++) {
        if (!mlci_column_is_valid(c, i)) continue;
        b.low = values[i] < b.low ? values[i] : b.low;
        b.high = values[i] > b.high ? values[i] : b.high;
    }
    return b;
}

static mlc_status bound_block(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const placer *const p = arg;
    const mlci_column *const c = p->columns[task / p->n_blocks].column;
    const int64_t block = task % p->n_blocks, low = block * BLOCK_ROWS;
    bounds *const b = &p->bounds[task];
    if (!is_integer(c)) return MLC_OK;
    if (c->valid != NULL) {
        *b = bound_there(c, low, block_end(p, block));
        return MLC_OK;
    }
    p->kernels->bound_integers(block_end(p, block) - low, (const int64_t *)c->values + low, &b->low,
                               &b->high);
    return MLC_OK;
}

static void span_integers(const placer *p, int32_t j)
{
    const bounds *const own = p->bounds + j * p->n_blocks;
    bounds all = own[0];
    for (int64_t b = 1; b < p->n_blocks; b++) {
        all.low = own[b].low < all.low ? own[b].low : all.low;
        all.high = own[b].high > all.high ? own[b].high : all.high;
    }
    if (all.low > all.high) all = (bounds){0, 0}; /* all are missing */
    p->columns[j].low = (uint64_t)all.low;
    p->columns[j].n_values = (uint64_t)all.high - (uint64_t)all.low;
    if (p->columns[j].n_values < UINT64_MAX) p->columns[j].n_values++;
}

/* Counts the keys that are possible; 0: too many. */
static int64_t count_places(const placer *p)
{
    const int64_t n_rows = p->dataset->n_rows;
    const int64_t most = n_rows > UINT32_MAX / 4 ? UINT32_MAX : n_rows < FEW / 4 ? FEW : 4 * n_rows;
    uint64_t n = 1;
    for (int32_t j = 0; j < p->n_fields; j++) {
        place_column *const c = &p->columns[j];
        if (is_integer(c->column)) {
            span_integers(p, j);
        } else {
            c->n_values = c->column->type == MLC_TYPE_BOOL ? 2 : (uint64_t)c->column->dictionary->n;
        }
        const uint64_t n_places = c->n_values + (c->column->valid != NULL);
        if (c->n_values >= (uint64_t)most || n * n_places > (uint64_t)most) return 0;
        c->unit = (uint32_t)n;
        n *= n_places;
    }
    return (int64_t)n;
}

/* ---- places ------------------------------------------------------------------------------- */

static uint64_t place_of(const place_column *c, int64_t row)
{
    if (!mlci_column_is_valid(c->column, row)) return c->n_values;
    if (c->column->type == MLC_TYPE_BOOL) {
        return ((const uint8_t *)c->column->values)[row >> 3] >> (row & 7) & 1;
    }
    if (c->column->type == MLC_TYPE_CATEGORY) return (uint64_t)mlci_column_code(c->column, row);
    return ((const uint64_t *)c->column->values)[row] - c->low;
}

/* Of categories that are all there. */
static void add_codes(const placer *p, const place_column *c, int64_t low, int64_t high)
{
    uint32_t *const restrict number = p->number;
    const int16_t *const shorts = c->column->values;
    const int32_t *const codes = c->column->values;
    const uint32_t unit = c->unit;
    const int is_short = c->column->code_size == 2;
    for (int64_t i = low; i < high && is_short; i++)
        number[i] += (uint32_t)shorts[i] * unit;
    for (int64_t i = low; i < high && !is_short; i++)
        number[i] += (uint32_t)codes[i] * unit;
}

static void add_places(const placer *p, const place_column *c, int64_t low, int64_t high)
{
    uint32_t *const number = p->number;
    if (c->column->valid == NULL && is_integer(c->column)) {
        p->kernels->add_places(high - low, (const uint64_t *)c->column->values + low, c->low,
                               c->unit, number + low);
        return;
    }
    if (c->column->valid == NULL && c->column->type == MLC_TYPE_CATEGORY) {
        add_codes(p, c, low, high);
        return;
    }
    for (int64_t i = low; i < high; i++)
        number[i] += (uint32_t)place_of(c, i) * c->unit;
}

static mlc_status place_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const placer *const p = arg;
    const int64_t low = block * BLOCK_ROWS, high = block_end(p, block);
    for (int64_t i = low; i < high; i++)
        p->number[i] = 0;
    for (int32_t j = 0; j < p->n_fields; j++)
        add_places(p, &p->columns[j], low, high);
    return MLC_OK;
}

static mlc_status make_places(mlc_context *call, placer *p, mlci_key_numbers *out, mlc_error *err)
{
    mlci_column *const first = p->columns[0].column;
    const int64_t n_rows = p->dataset->n_rows;
    if (p->n_fields == 1 && first->type == MLC_TYPE_CATEGORY && first->valid == NULL &&
        first->code_size == (int32_t)sizeof *out->number) {
        out->column = mlci_column_ref(first);
        out->number = first->values;
        return MLC_OK;
    }
    out->own = mlci_alloc_raw(call->root, n_rows, (int64_t)sizeof *out->own);
    if (out->own == NULL) return mlci_fail_memory(err, n_rows, (int64_t)sizeof *out->own);
    out->number = p->number = out->own;
    return mlci_parallel_for(call, p->n_blocks, place_block, p, err);
}

static mlc_status find_places(mlc_context *call, placer *p, mlci_key_numbers *out, mlc_error *err)
{
    int64_t n_tasks = 0;
    if (!mlci_mul_size(p->n_blocks, p->n_fields, &n_tasks)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "too many keys");
    }
    p->columns = mlci_alloc(call->root, p->n_fields, (int64_t)sizeof *p->columns);
    p->bounds = mlci_alloc_raw(call->root, n_tasks, (int64_t)sizeof *p->bounds);
    if (p->columns == NULL || p->bounds == NULL) {
        return mlci_fail_memory(err, n_tasks, (int64_t)sizeof *p->bounds);
    }
    MLCI_TRY(mlci_parallel_for(call, p->n_fields, take_column, p, err));
    MLCI_TRY(mlci_parallel_for(call, n_tasks, bound_block, p, err));
    out->n_numbers = count_places(p);
    return out->n_numbers > 0 ? make_places(call, p, out, err) : MLC_OK;
}

static void close_placer(placer *p)
{
    for (int32_t j = 0; p->columns != NULL && j < p->n_fields; j++)
        mlci_column_unref(p->columns[j].column);
    mlci_free(p->columns);
    mlci_free(p->bounds);
}

/* ---- groups ------------------------------------------------------------------------------- */

typedef struct narrower {
    const mlci_key_groups *groups;
    uint32_t *number;
} narrower;

static mlc_status narrow_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const narrower *const w = arg;
    const int64_t n = w->groups->n_rows, low = block * BLOCK_ROWS;
    const int64_t high = n - low < BLOCK_ROWS ? n : low + BLOCK_ROWS;
    for (int64_t i = low; i < high; i++)
        w->number[i] = (uint32_t)w->groups->number[i];
    return MLC_OK;
}

static mlc_status narrow(mlc_context *call, const mlci_key_groups *groups, mlci_key_numbers *out,
                         mlc_error *err)
{
    const int64_t n = groups->n_rows;
    if (groups->n_groups > UINT32_MAX) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%lld different keys: at most %lld",
                         (long long)groups->n_groups, (long long)UINT32_MAX);
    }
    out->n_numbers = groups->n_groups;
    out->own = mlci_alloc_raw(call->root, n, (int64_t)sizeof *out->own);
    if (out->own == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *out->own);
    out->number = out->own;
    narrower w = {groups, out->own};
    return mlci_parallel_for(call, (n + BLOCK_ROWS - 1) / BLOCK_ROWS, narrow_block, &w, err);
}

static mlc_status find_groups(mlc_context *call, const mlc_dataset *dataset, const int32_t *fields,
                              int32_t n_fields, mlci_key_numbers *out, mlc_error *err)
{
    mlci_row_keys keys = {0};
    mlci_key_groups groups = {0};
    mlc_status status = mlci_row_keys_open(call, dataset, fields, n_fields, &keys, err);
    if (status == MLC_OK) status = mlci_key_groups_open(call, &keys, &groups, err);
    mlci_row_keys_close(&keys);
    if (status == MLC_OK) status = narrow(call, &groups, out, err);
    mlci_key_groups_close(&groups);
    return status;
}

/* ---- the whole ---------------------------------------------------------------------------- */

mlc_status mlci_key_numbers_open(mlc_context *call, const mlc_dataset *dataset,
                                 const int32_t *fields, int32_t n_fields, mlci_key_numbers *out,
                                 mlc_error *err)
{
    mlci_key_numbers numbers = {.n_rows = dataset->n_rows};
    placer p = {.dataset = dataset, .fields = fields, .n_fields = n_fields};
    p.n_blocks = (dataset->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    p.kernels = mlci_row_kernels_of(mlci_root_isa(call->root));
    mlc_status status = MLC_OK;
    if (dataset->n_rows > 0 && may_have_places(dataset, fields, n_fields)) {
        status = find_places(call, &p, &numbers, err);
    }
    close_placer(&p);
    if (status == MLC_OK && numbers.n_numbers == 0) {
        status = find_groups(call, dataset, fields, n_fields, &numbers, err);
    }
    if (status != MLC_OK) {
        mlci_key_numbers_close(&numbers);
        return status;
    }
    *out = numbers;
    return MLC_OK;
}

void mlci_key_numbers_close(mlci_key_numbers *numbers)
{
    mlci_free(numbers->own);
    mlci_column_unref(numbers->column);
    *numbers = (mlci_key_numbers){0};
}
