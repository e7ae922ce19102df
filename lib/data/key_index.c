/* Rows by key, chained in their order.
 *
 * Where the keys have few codes, a key is found by its place, otherwise in an open-addressing
 * table by the hash of its code. Either is built by parts that the rows are dealt to, and so by
 * several threads in cache; it is read as a whole, by rows in any order, which asks for slots some
 * rows before it looks at them. Keys without exact codes, and keys that were made to collide, are
 * numbered by group first. O(n). */
#include "key_index.h"

#include <string.h>

#include "row_deal.h"

#define MAX_PROBES 64
#define AHEAD_ROWS 64

typedef struct entry {
    uint64_t key; /* code or hash */
    int64_t row;
} entry;

typedef struct indexer {
    mlc_context *call;
    mlci_key_index *index;
    mlci_deal deal;
    entry *entries;
    int shift; /* from a key to its part */
} indexer;

static uint64_t key_of(const mlci_key_index *index, int64_t row)
{
    const uint64_t code = mlci_code_of(&index->codes, row);
    return index->heads != NULL ? code : mlci_code_hash(code);
}

/* ---- dealing ------------------------------------------------------------------------------ */

static mlc_status part_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    const mlci_deal *const deal = &x->deal;
    const int64_t end = mlci_deal_block_end(deal, block);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < end; i++) {
        deal->part[i] = MLCI_NO_PART;
        if (!mlci_has_key(x->index->keys, i)) continue;
        deal->part[i] = deal->n_parts == 1 ? 0 : (uint16_t)(key_of(x->index, i) >> x->shift);
    }
    mlci_deal_count(deal, block);
    return MLC_OK;
}

static mlc_status deal_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    const mlci_deal *const deal = &x->deal;
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(deal, block, next);
    const int64_t end = mlci_deal_block_end(deal, block);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < end; i++) {
        if (deal->part[i] == MLCI_NO_PART) continue;
        x->entries[next[deal->part[i]]++] = (entry){key_of(x->index, i), i};
    }
    return MLC_OK;
}

static mlc_status deal_rows(indexer *x, int64_t n_parts, mlc_error *err)
{
    mlci_root *const root = x->call->root;
    const int64_t n = x->index->n_rows;
    MLCI_TRY(mlci_deal_open(root, n, n_parts, &x->deal, err));
    x->entries = mlci_alloc_raw(root, n, (int64_t)sizeof *x->entries);
    x->index->parts = mlci_alloc(root, n_parts, (int64_t)sizeof *x->index->parts);
    x->index->n_parts = n_parts;
    if (x->entries == NULL || x->index->parts == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *x->entries);
    }
    MLCI_TRY(mlci_parallel_for(x->call, x->deal.n_blocks, part_block, x, err));
    mlci_deal_place(&x->deal);
    return mlci_parallel_for(x->call, x->deal.n_blocks, deal_block, x, err);
}

/* ---- by place ----------------------------------------------------------------------------- */

/* From the last row to the first, so that chains ascend. */
static mlc_status place_part(void *arg, int64_t p, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    mlci_key_index *const index = x->index;
    for (int64_t k = x->deal.starts[p + 1] - 1; k >= x->deal.starts[p]; k--) {
        const entry e = x->entries[k];
        index->next[e.row] = index->heads[e.key];
        index->parts[p].has_repeats |= index->heads[e.key] >= 0;
        index->heads[e.key] = e.row;
    }
    return MLC_OK;
}

static mlc_status index_by_place(indexer *x, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n = (int64_t)index->codes.n_codes;
    const int64_t most = mlci_deal_n_parts(index->n_rows);
    index->heads = mlci_alloc_raw(x->call->root, n, (int64_t)sizeof *index->heads);
    if (index->heads == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *index->heads);
    memset(index->heads, 0xff, (size_t)n * sizeof *index->heads);
    x->shift = 0;
    while ((n - 1) >> x->shift >= most)
        x->shift++;
    MLCI_TRY(deal_rows(x, n == 0 ? 1 : ((n - 1) >> x->shift) + 1, err));
    return mlci_parallel_for(x->call, index->n_parts, place_part, x, err);
}

/* ---- by hash ------------------------------------------------------------------------------ */

/* The slot of a hash or the free one for it; NULL: too many others in the way. */
static mlci_index_slot *find_slot(const mlci_key_index *index, const mlci_index_part *part,
                                  uint64_t hash)
{
    uint64_t at = hash & part->mask;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
        mlci_index_slot *const s = &index->slots[part->first + (int64_t)at];
        if (s->row < 0 || s->hash == hash) return s;
        at = (at + 1) & part->mask;
    }
    return NULL;
}

static mlc_status hash_part(void *arg, int64_t p, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    mlci_key_index *const index = x->index;
    mlci_index_part *const part = &index->parts[p];
    memset(index->slots + part->first, 0xff, (size_t)(part->mask + 1) * sizeof *index->slots);
    for (int64_t k = x->deal.starts[p + 1] - 1; k >= x->deal.starts[p]; k--) {
        const entry e = x->entries[k];
        mlci_index_slot *const s = find_slot(index, part, e.key);
        if (s == NULL) {
            part->is_crowded = 1;
            return MLC_OK;
        }
        part->has_repeats |= s->row >= 0;
        index->next[e.row] = s->row;
        *s = (mlci_index_slot){e.key, e.row};
    }
    return MLC_OK;
}

static mlc_status index_by_hash(indexer *x, int *crowded, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n_parts = mlci_deal_n_parts(index->n_rows);
    x->shift = 64 - __builtin_ctzll((uint64_t)n_parts);
    MLCI_TRY(deal_rows(x, n_parts, err));
    int64_t n_slots = 0;
    for (int64_t p = 0; p < n_parts; p++) {
        const int64_t n = x->deal.starts[p + 1] - x->deal.starts[p];
        int64_t capacity = 16;
        while (capacity < 2 * n)
            capacity *= 2;
        index->parts[p] = (mlci_index_part){.first = n_slots, .mask = (uint64_t)capacity - 1};
        n_slots += capacity;
    }
    index->slots = mlci_alloc_raw(x->call->root, n_slots, (int64_t)sizeof *index->slots);
    if (index->slots == NULL) return mlci_fail_memory(err, n_slots, (int64_t)sizeof *index->slots);
    MLCI_TRY(mlci_parallel_for(x->call, n_parts, hash_part, x, err));
    for (int64_t p = 0; p < n_parts; p++)
        *crowded |= index->parts[p].is_crowded;
    return MLC_OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void close_indexer(indexer *x)
{
    mlci_deal_close(&x->deal);
    mlci_free(x->entries);
    x->entries = NULL;
}

/* Forgets the table and takes the numbers of groups for codes. */
static mlc_status number_codes(indexer *x, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    mlci_key_groups groups = {0};
    close_indexer(x);
    mlci_free(index->slots);
    mlci_free(index->parts);
    index->slots = NULL;
    index->parts = NULL;
    MLCI_TRY(mlci_key_groups_open(x->call, index->keys, &groups, err));
    mlci_key_codes_close(&index->codes);
    index->codes = (mlci_key_codes){.n_rows = groups.n_rows,
                                    .code = (uint64_t *)groups.number,
                                    .own = (uint64_t *)groups.number,
                                    .n_codes = (uint64_t)groups.n_groups,
                                    .is_exact = 1};
    mlci_free(groups.first);
    return MLC_OK;
}

static mlc_status make_index(indexer *x, mlci_row_keys *keys, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n = index->n_rows;
    const uint64_t few = n < 16384 ? 65536 : 4 * (uint64_t)n;
    int needs_numbers = 0;
    MLCI_TRY(mlci_key_codes_open(x->call, keys, n, keys->has_none, &index->codes, err));
    index->next = mlci_alloc_raw(x->call->root, n, (int64_t)sizeof *index->next);
    if (index->next == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *index->next);
    if (index->codes.n_codes > 0 && index->codes.n_codes <= few) return index_by_place(x, err);
    if (index->codes.is_exact) {
        MLCI_TRY(index_by_hash(x, &needs_numbers, err));
        if (!needs_numbers) return MLC_OK;
    }
    MLCI_TRY(number_codes(x, err));
    return index_by_place(x, err);
}

mlc_status mlci_key_index_open(mlc_context *call, mlci_row_keys *keys, int64_t n_rows,
                               mlci_key_index *out, mlc_error *err)
{
    mlci_key_index index = {.keys = keys, .n_rows = n_rows};
    indexer x = {.call = call, .index = &index};
    const mlc_status status = make_index(&x, keys, err);
    close_indexer(&x);
    if (status != MLC_OK) {
        mlci_key_index_close(&index);
        return status;
    }
    for (int64_t p = 0; p < index.n_parts; p++)
        index.has_repeats |= index.parts[p].has_repeats;
    *out = index;
    return MLC_OK;
}

void mlci_key_index_close(mlci_key_index *index)
{
    mlci_key_codes_close(&index->codes);
    mlci_free(index->next);
    mlci_free(index->heads);
    mlci_free(index->slots);
    mlci_free(index->parts);
    *index = (mlci_key_index){0};
}

/* Up to AHEAD_ROWS rows: all slots are asked for, then looked at. */
static void find_by_hash(const mlci_key_index *index, int64_t low, int64_t n, int64_t *out)
{
    const mlci_index_part *parts[AHEAD_ROWS];
    uint64_t hashes[AHEAD_ROWS];
    const int shift = 64 - __builtin_ctzll((uint64_t)index->n_parts);
    for (int64_t i = 0; i < n; i++) {
        hashes[i] = mlci_code_hash(mlci_code_of(&index->codes, low + i));
        parts[i] = &index->parts[index->n_parts == 1 ? 0 : hashes[i] >> shift];
        __builtin_prefetch(&index->slots[parts[i]->first + (int64_t)(hashes[i] & parts[i]->mask)]);
    }
    for (int64_t i = 0; i < n; i++) {
        out[i] = -1;
        if (!mlci_has_key(index->keys, low + i)) continue;
        const mlci_index_slot *const s = find_slot(index, parts[i], hashes[i]);
        if (s != NULL) out[i] = s->row;
    }
}

void mlci_key_index_find(const mlci_key_index *index, int64_t low, int64_t high, int64_t *out)
{
    for (int64_t i = low; i < high && index->heads == NULL; i += AHEAD_ROWS)
        find_by_hash(index, i, high - i < AHEAD_ROWS ? high - i : AHEAD_ROWS, out + (i - low));
    for (int64_t i = low; i < high && index->heads != NULL; i++) {
        const uint64_t code = mlci_code_of(&index->codes, i);
        const int is_there = code < index->codes.n_codes && mlci_has_key(index->keys, i);
        out[i - low] = is_there ? index->heads[code] : -1;
    }
}
