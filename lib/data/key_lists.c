/* Rows by group: dealt to parts of neighbouring numbers, then counted and placed within each part,
 * whose counters stay in cache. Where numbers are few, each has a part of its own, and rows are in
 * their place once they are dealt. */
#include "key_lists.h"

#include <string.h>

#define FEW_PARTS (MLCI_DEAL_PARTS / 2)
#define PART_BITS 14 /* of numbers in a part, as long as that makes few enough parts */

/* What a thread counts the numbers of a part in. */
typedef struct counter {
    int64_t *next;  /* by number in the part: rows, then where they go */
    int64_t *heads; /* by group of the part: where it begins */
} counter;

typedef struct lister {
    mlc_context *call;
    const mlci_key_numbers *numbers;
    mlci_deal deal;
    int shift;         /* from a number to its part */
    int64_t *dealt;    /* rows as they are dealt; then heads of the groups of each part */
    uint32_t *inside;  /* their numbers in the part */
    counter *counters; /* by slot */
    int64_t *n_groups; /* by part */
    mlci_key_lists *out;
} lister;

static mlc_status part_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    const uint32_t *const number = l->numbers->number;
    const int64_t end = mlci_deal_block_end(&l->deal, block);
    uint16_t *const restrict part = l->deal.part;
    const int shift = l->shift;
    for (int64_t i = block * MLCI_DEAL_ROWS; i < end; i++)
        part[i] = (uint16_t)(number[i] >> shift);
    mlci_deal_count(&l->deal, block);
    return MLC_OK;
}

static mlc_status deal_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    const uint16_t *const part = l->deal.part;
    const uint32_t *const number = l->numbers->number;
    const uint32_t mask = ((uint32_t)1 << l->shift) - 1;
    int64_t *const restrict dealt = l->dealt;
    uint32_t *const restrict inside = l->inside;
    const int64_t end = mlci_deal_block_end(&l->deal, block);
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(&l->deal, block, next);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < end; i++) {
        const int64_t at = next[part[i]]++;
        dealt[at] = i;
        inside[at] = number[i] & mask;
    }
    return MLC_OK;
}

/* ---- parts of several numbers ------------------------------------------------------------- */

static mlc_status open_counter(const lister *l, counter *c, mlc_error *err)
{
    const int64_t n = (int64_t)1 << l->shift;
    if (c->next != NULL) return MLC_OK;
    c->next = mlci_alloc_raw(l->call->root, n, (int64_t)sizeof *c->next);
    c->heads = mlci_alloc_raw(l->call->root, n, (int64_t)sizeof *c->heads);
    if (c->next != NULL && c->heads != NULL) return MLC_OK;
    return mlci_fail_memory(err, n, (int64_t)sizeof *c->next);
}

static mlc_status list_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    const int64_t from = l->deal.starts[part], to = l->deal.starts[part + 1];
    const int64_t n = (int64_t)1 << l->shift;
    counter *const c = &l->counters[slot];
    MLCI_TRY(open_counter(l, c, err));
    memset(c->next, 0, (size_t)n * sizeof *c->next);
    for (int64_t k = from; k < to; k++)
        c->next[l->inside[k]]++;
    int64_t at = from, n_groups = 0;
    for (int64_t i = 0; i < n && at < to; i++) {
        const int64_t count = c->next[i];
        c->heads[n_groups] = c->next[i] = at;
        n_groups += count > 0;
        at += count;
    }
    for (int64_t k = from; k < to; k++)
        l->out->rows[c->next[l->inside[k]]++] = l->dealt[k];
    if (n_groups > 0) memcpy(l->dealt + from, c->heads, (size_t)n_groups * sizeof *c->heads);
    l->n_groups[part] = n_groups;
    return MLC_OK;
}

static mlc_status copy_heads(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    const int64_t first = l->n_groups[part], n = l->n_groups[part + 1] - first;
    if (n == 0) return MLC_OK;
    memcpy(l->out->starts + first, l->dealt + l->deal.starts[part], (size_t)n * sizeof *l->dealt);
    return MLC_OK;
}

static mlc_status open_starts(const lister *l, mlc_error *err)
{
    const int64_t n = l->out->n_groups;
    l->out->starts = mlci_alloc_raw(l->call->root, n + 1, (int64_t)sizeof *l->out->starts);
    if (l->out->starts == NULL) return mlci_fail_memory(err, n + 1, (int64_t)sizeof(int64_t));
    l->out->starts[n] = l->numbers->n_rows;
    return MLC_OK;
}

static mlc_status list_parts(lister *l, mlc_error *err)
{
    mlci_root *const root = l->call->root;
    const int64_t n_parts = l->deal.n_parts, n = l->numbers->n_rows;
    l->dealt = mlci_alloc_raw(root, n, (int64_t)sizeof *l->dealt);
    l->inside = mlci_alloc_raw(root, n, (int64_t)sizeof *l->inside);
    l->out->rows = mlci_alloc_raw(root, n, (int64_t)sizeof *l->out->rows);
    l->counters = mlci_alloc(root, mlci_n_slots(l->call), (int64_t)sizeof *l->counters);
    l->n_groups = mlci_alloc(root, n_parts + 1, (int64_t)sizeof *l->n_groups);
    if (l->dealt == NULL || l->inside == NULL || l->out->rows == NULL || l->counters == NULL ||
        l->n_groups == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *l->out->rows);
    }
    MLCI_TRY(mlci_parallel_for(l->call, l->deal.n_blocks, deal_block, l, err));
    MLCI_TRY(mlci_parallel_for(l->call, n_parts, list_part, l, err));
    for (int64_t p = 0; p <= n_parts; p++) {
        const int64_t own = l->n_groups[p];
        l->n_groups[p] = l->out->n_groups;
        l->out->n_groups += own;
    }
    MLCI_TRY(open_starts(l, err));
    return mlci_parallel_for(l->call, n_parts, copy_heads, l, err);
}

/* ---- a part for each number --------------------------------------------------------------- */

/* The first row of each part, most often among the first rows of all. */
static void find_firsts(const lister *l, int64_t *group)
{
    int64_t n_left = l->out->n_groups;
    for (int64_t i = 0; n_left > 0; i++) {
        int64_t *const own = &group[l->deal.part[i]];
        if (*own < 0) continue;
        l->out->firsts[*own] = i;
        *own = -1;
        n_left--;
    }
}

static mlc_status take_parts(lister *l, mlc_error *err)
{
    int64_t group[FEW_PARTS];
    mlci_key_lists *const out = l->out;
    for (int64_t p = 0; p < l->deal.n_parts; p++)
        group[p] = l->deal.starts[p + 1] > l->deal.starts[p] ? out->n_groups++ : -1;
    MLCI_TRY(open_starts(l, err));
    out->firsts = mlci_alloc_raw(l->call->root, out->n_groups, (int64_t)sizeof *out->firsts);
    if (out->firsts == NULL) return mlci_fail_memory(err, out->n_groups, (int64_t)sizeof(int64_t));
    for (int64_t p = 0; p < l->deal.n_parts; p++)
        if (group[p] >= 0) out->starts[group[p]] = l->deal.starts[p];
    find_firsts(l, group);
    out->deal = l->deal;
    l->deal = (mlci_deal){0};
    return MLC_OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status list(lister *l, mlc_error *err)
{
    mlci_root *const root = l->call->root;
    const int64_t n = l->numbers->n_rows, n_numbers = l->numbers->n_numbers;
    if (n_numbers > FEW_PARTS) l->shift = PART_BITS;
    while ((n_numbers - 1) >> l->shift >= FEW_PARTS)
        l->shift++;
    const int64_t n_parts = n_numbers == 0 ? 1 : ((n_numbers - 1) >> l->shift) + 1;
    MLCI_TRY(mlci_deal_open(root, n, n_parts, &l->deal, err));
    MLCI_TRY(mlci_parallel_for(l->call, l->deal.n_blocks, part_block, l, err));
    mlci_deal_place(&l->deal);
    return l->shift > 0 ? list_parts(l, err) : take_parts(l, err);
}

mlc_status mlci_key_lists_open(mlc_context *call, const mlci_key_numbers *numbers,
                               mlci_key_lists *out, mlc_error *err)
{
    mlci_key_lists lists = {0};
    lister l = {.call = call, .numbers = numbers, .out = &lists};
    const mlc_status status = list(&l, err);
    for (int32_t s = 0; l.counters != NULL && s < mlci_n_slots(call); s++) {
        mlci_free(l.counters[s].next);
        mlci_free(l.counters[s].heads);
    }
    mlci_deal_close(&l.deal);
    mlci_free(l.dealt);
    mlci_free(l.inside);
    mlci_free(l.counters);
    mlci_free(l.n_groups);
    if (status != MLC_OK) {
        mlci_key_lists_close(&lists);
        return status;
    }
    *out = lists;
    return MLC_OK;
}

/* ---- columns ------------------------------------------------------------------------------ */

typedef struct dealer {
    const mlci_deal *deal;
    const uint64_t *in; /* NULL: the numbers of the rows */
    uint64_t *out;
} dealer;

static mlc_status deal_values(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const dealer *const d = arg;
    const uint16_t *const part = d->deal->part;
    const uint64_t *const in = d->in;
    uint64_t *const restrict out = d->out;
    const int64_t low = block * MLCI_DEAL_ROWS, high = mlci_deal_block_end(d->deal, block);
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(d->deal, block, next);
    for (int64_t i = low; i < high && in == NULL; i++)
        out[next[part[i]]++] = (uint64_t)i;
    for (int64_t i = low; i < high && in != NULL; i++)
        out[next[part[i]]++] = in[i];
    return MLC_OK;
}

mlc_status mlci_key_lists_rows(mlc_context *call, mlci_key_lists *lists, mlc_error *err)
{
    const int64_t n = lists->starts[lists->n_groups];
    if (lists->rows != NULL) return MLC_OK;
    lists->rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *lists->rows);
    if (lists->rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *lists->rows);
    dealer d = {&lists->deal, NULL, (uint64_t *)lists->rows};
    return mlci_parallel_for(call, lists->deal.n_blocks, deal_values, &d, err);
}

/* Values of 64 bits are dealt as they come: looked up group by group, each would be a line of the
 * cache. */
mlc_status mlci_key_lists_take(mlc_context *call, mlci_key_lists *lists, const mlci_column *column,
                               mlci_column **out, mlc_error *err)
{
    const int32_t type = column->type;
    const int is_plain =
        type == MLC_TYPE_INT64 || type == MLC_TYPE_FLOAT64 || type == MLC_TYPE_TIMESTAMP;
    if (lists->deal.part == NULL || !is_plain || column->valid != NULL) {
        MLCI_TRY(mlci_key_lists_rows(call, lists, err));
        return mlci_columns_take(call, 1, &column, lists->rows, 0, lists->starts[lists->n_groups],
                                 out, err);
    }
    mlci_column *taken = NULL;
    MLCI_TRY(mlci_column_create_unset(call->root, type, column->n_rows, 1, &taken, err));
    dealer d = {&lists->deal, column->values, mlci_column_data(taken)};
    const mlc_status status = mlci_parallel_for(call, lists->deal.n_blocks, deal_values, &d, err);
    if (status != MLC_OK) {
        mlci_column_unref(taken);
        return status;
    }
    *out = taken;
    return MLC_OK;
}

void mlci_key_lists_close(mlci_key_lists *lists)
{
    mlci_free(lists->starts);
    mlci_free(lists->rows);
    mlci_deal_close(&lists->deal);
    mlci_free(lists->firsts);
    *lists = (mlci_key_lists){0};
}
