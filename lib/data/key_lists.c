/* Rows by group: dealt to parts of neighbouring groups, then counted and placed within each part,
 * whose counters stay in cache. */
#include "row_deal.h"
#include "row_keys.h"

typedef struct entry {
    int64_t group, row;
} entry;

typedef struct lister {
    const mlci_key_groups *groups;
    mlci_deal deal;
    int shift; /* from a group to its part */
    entry *entries;
    int64_t *starts, *rows;
} lister;

static mlc_status part_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    const int64_t *const number = l->groups->number;
    for (int64_t i = block * MLCI_DEAL_ROWS; i < mlci_deal_block_end(&l->deal, block); i++)
        l->deal.part[i] = number[i] < 0 ? MLCI_NO_PART : (uint16_t)(number[i] >> l->shift);
    mlci_deal_count(&l->deal, block);
    return MLC_OK;
}

/* With a part for each group, that is all. */
static mlc_status deal_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(&l->deal, block, next);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < mlci_deal_block_end(&l->deal, block); i++)
        if (l->deal.part[i] != MLCI_NO_PART) l->rows[next[l->deal.part[i]]++] = i;
    return MLC_OK;
}

static mlc_status deal_entries(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(&l->deal, block, next);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < mlci_deal_block_end(&l->deal, block); i++) {
        if (l->deal.part[i] == MLCI_NO_PART) continue;
        l->entries[next[l->deal.part[i]]++] = (entry){l->groups->number[i], i};
    }
    return MLC_OK;
}

/* What is counted one further on ends, once the rows are placed, as where the next group begins. */
static mlc_status list_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const lister *const l = arg;
    int64_t *const next = l->starts + 1;
    const int64_t first = part << l->shift, after = (part + 1) << l->shift;
    const int64_t end = after < l->groups->n_groups ? after : l->groups->n_groups;
    for (int64_t k = l->deal.starts[part]; k < l->deal.starts[part + 1]; k++)
        next[l->entries[k].group]++;
    int64_t at = l->deal.starts[part];
    for (int64_t g = first; g < end; g++) {
        const int64_t n = next[g];
        next[g] = at;
        at += n;
    }
    for (int64_t k = l->deal.starts[part]; k < l->deal.starts[part + 1]; k++)
        l->rows[next[l->entries[k].group]++] = l->entries[k].row;
    return MLC_OK;
}

static mlc_status list(mlc_context *call, lister *l, mlc_error *err)
{
    mlci_root *const root = call->root;
    const int64_t n_groups = l->groups->n_groups, n = l->groups->n_rows;
    const int64_t most = n <= MLCI_DEAL_ROWS ? 1 : MLCI_DEAL_PARTS / 2;
    while ((n_groups - 1) >> l->shift >= most)
        l->shift++;
    const int64_t n_parts = n_groups == 0 ? 1 : ((n_groups - 1) >> l->shift) + 1;
    MLCI_TRY(mlci_deal_open(root, n, n_parts, &l->deal, err));
    l->starts = mlci_alloc(root, n_groups + 1, (int64_t)sizeof *l->starts);
    l->rows = mlci_alloc_raw(root, n, (int64_t)sizeof *l->rows);
    if (l->starts == NULL || l->rows == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *l->rows);
    }
    MLCI_TRY(mlci_parallel_for(call, l->deal.n_blocks, part_block, l, err));
    mlci_deal_place(&l->deal);
    if (l->shift == 0 && n_groups > 0) {
        for (int64_t g = 0; g <= n_groups; g++)
            l->starts[g] = l->deal.starts[g];
        return mlci_parallel_for(call, l->deal.n_blocks, deal_rows, l, err);
    }
    l->entries = mlci_alloc_raw(root, n, (int64_t)sizeof *l->entries);
    if (l->entries == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *l->entries);
    MLCI_TRY(mlci_parallel_for(call, l->deal.n_blocks, deal_entries, l, err));
    return mlci_parallel_for(call, n_parts, list_part, l, err);
}

mlc_status mlci_key_groups_list(mlc_context *call, const mlci_key_groups *groups, int64_t **starts,
                                int64_t **rows, mlc_error *err)
{
    lister l = {.groups = groups};
    const mlc_status status = list(call, &l, err);
    mlci_deal_close(&l.deal);
    mlci_free(l.entries);
    if (status != MLC_OK) {
        mlci_free(l.starts);
        mlci_free(l.rows);
        return status;
    }
    *starts = l.starts;
    *rows = l.rows;
    return MLC_OK;
}
