/* Rows by key, chained in their order.
 *
 * Where the keys have few codes, a key is found by its place, otherwise in an open-addressing
 * table by the hash of its code. Either is built by parts that the rows are dealt to, and so by
 * several threads in cache; it is read as a whole, by rows in any order. A table has a byte of
 * the hash a slot beside the slots, of which eight are compared at once (after Kulukundis,
 * "Designing a fast, efficient, cache-friendly hash table", 2017): they stay in cache where the
 * slots do not, and rows without a partner, which are most where there are filters, look no
 * further. Keys without exact codes, and keys that were made to collide, are numbered by group
 * first. O(n). */
#include "key_index.h"

#include <string.h>

#include "checked.h"
#include "row_deal.h"

#define MAX_PROBES 64 /* slots that a part has behind those that hashes point to */
#define GROUP 8       /* tags that are compared at once */
#define AHEAD_ROWS 128

#define LOW_BITS UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

typedef struct indexer {
    mlc_context *call;
    mlci_key_index *index;
    mlci_deal deal;
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
        deal->part[i] = (uint16_t)(key_of(x->index, i) >> 1 >> (x->shift - 1));
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
        x->index->entries[next[deal->part[i]]++] = (mlci_index_entry){key_of(x->index, i), i};
    }
    return MLC_OK;
}

static mlc_status deal_rows(indexer *x, int64_t n_parts, mlc_error *err)
{
    mlci_root *const root = x->call->root;
    const int64_t n = x->index->keys->n_rows;
    MLCI_TRY(mlci_deal_open(root, n, n_parts, &x->deal, err));
    x->index->entries = mlci_alloc_raw(root, n, (int64_t)sizeof(mlci_index_entry));
    x->index->parts = mlci_alloc(root, n_parts, (int64_t)sizeof *x->index->parts);
    x->index->n_parts = n_parts;
    if (x->index->entries == NULL || x->index->parts == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof(mlci_index_entry));
    }
    for (int64_t p = 0; p < n_parts; p++)
        x->index->parts[p] = (mlci_index_part){.row = -1, .next = -1};
    MLCI_TRY(mlci_parallel_for(x->call, x->deal.n_blocks, part_block, x, err));
    mlci_deal_place(&x->deal);
    for (int64_t p = 0; p < n_parts; p++)
        x->index->parts[p].first = x->deal.starts[p];
    return mlci_parallel_for(x->call, x->deal.n_blocks, deal_block, x, err);
}

/* A row in front of the rows of its key that are there. */
static int64_t chain(mlci_key_index *index, mlci_index_part *part, int64_t row, int64_t found)
{
    const int64_t next = mlci_found_row(found);
    if (next == found) index->next[next] = -1;
    index->next[row] = next;
    if (part->row < 0 || next < part->next) {
        part->row = row;
        part->next = next;
    }
    return row | MLCI_MORE_ROWS;
}

/* ---- by place ----------------------------------------------------------------------------- */

/* From the last row to the first, so that chains ascend. */
static mlc_status place_part(void *arg, int64_t p, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    mlci_key_index *const index = x->index;
    for (int64_t k = x->deal.starts[p + 1] - 1; k >= x->deal.starts[p]; k--) {
        const mlci_index_entry e = index->entries[k];
        int64_t *const head = &index->heads[e.key];
        *head = *head < 0 ? e.row : chain(index, &index->parts[p], e.row, *head);
    }
    return MLC_OK;
}

static mlc_status index_by_place(indexer *x, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n = (int64_t)index->codes.n_codes;
    const int64_t most = mlci_deal_n_parts(index->keys->n_rows);
    index->heads = mlci_alloc_raw(x->call->root, n, (int64_t)sizeof *index->heads);
    if (index->heads == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *index->heads);
    memset(index->heads, 0xff, (size_t)n * sizeof *index->heads);
    x->shift = 1;
    while ((n - 1) >> x->shift >= most)
        x->shift++;
    MLCI_TRY(deal_rows(x, n == 0 ? 1 : ((n - 1) >> x->shift) + 1, err));
    MLCI_TRY(mlci_parallel_for(x->call, index->n_parts, place_part, x, err));
    mlci_free(index->entries);
    index->entries = NULL;
    return MLC_OK;
}

/* ---- by hash ------------------------------------------------------------------------------ */

/* Where the slot of a hash is looked for first. */
static inline int64_t slot_of(const mlci_key_index *index, uint64_t hash)
{
    return (int64_t)(hash >> index->slot_shift) +
           (int64_t)(hash >> 1 >> (index->part_shift - 1)) * MAX_PROBES;
}

/* The highest bit of each byte that is 0. */
static inline uint64_t zero_bytes(uint64_t x)
{
    return ~(((x & ~HIGH_BITS) + ~HIGH_BITS) | x | ~HIGH_BITS);
}

/* A byte of the hash that the place of the slot does not depend on; not 0. */
static inline uint8_t tag_of(uint64_t hash)
{
    return (uint8_t)(hash | 0x80);
}

/* GROUP slots that may be those of the hash, and those that are free; of the former only what is
 * before the first of the latter. */
static inline uint64_t match(const mlci_key_index *index, int64_t at, uint64_t hash, uint64_t *free)
{
    uint64_t tags;
    memcpy(&tags, index->tags + at, sizeof tags);
    *free = zero_bytes(tags);
    return zero_bytes(tags ^ LOW_BITS * tag_of(hash)) & ((*free & (0 - *free)) - 1);
}

static inline mlci_index_entry *entry_of(const mlci_key_index *index, int64_t slot, uint64_t hash)
{
    const mlci_index_part *const part = &index->parts[hash >> 1 >> (index->part_shift - 1)];
    return &index->entries[part->first + index->slots[slot]];
}

/* The slot of a hash; -1: there is none, and *free, if it is not -1, is the one for it. */
static int64_t find_slot(const mlci_key_index *index, uint64_t hash, int64_t *free)
{
    const int64_t first = slot_of(index, hash);
    for (int64_t at = first; at < first + MAX_PROBES; at += GROUP) {
        uint64_t none, same = match(index, at, hash, &none);
        for (; same != 0; same &= same - 1) {
            const int64_t slot = at + __builtin_ctzll(same) / 8;
            if (entry_of(index, slot, hash)->key == hash) return slot;
        }
        *free = at + __builtin_ctzll(none | (uint64_t)1 << 63) / 8;
        if (none != 0) return -1;
    }
    *free = -1;
    return -1;
}

/* From the last row to the first, as by place. */
static mlc_status hash_part(void *arg, int64_t p, int32_t slot, mlc_error *err)
{
    const indexer *const x = arg;
    mlci_key_index *const index = x->index;
    mlci_index_part *const part = &index->parts[p];
    const int64_t n = x->deal.starts[p + 1] - part->first;
    part->is_crowded = n > UINT32_MAX;
    for (int64_t k = n - 1; k >= 0 && !part->is_crowded; k--) {
        mlci_index_entry *const e = &index->entries[part->first + k];
        int64_t free = -1, at = find_slot(index, e->key, &free);
        if (at >= 0) {
            e->row = chain(index, part, e->row, entry_of(index, at, e->key)->row);
        } else {
            part->is_crowded = free < 0;
            if (free < 0) break;
            at = free;
            index->tags[at] = tag_of(e->key);
        }
        index->slots[at] = (uint32_t)k;
    }
    return MLC_OK;
}

/* Twice as many slots as rows, and more behind each part. */
static mlc_status open_slots(indexer *x, int64_t n_parts, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    mlci_root *const root = x->call->root;
    int64_t n = 1024, n_slots = 0;
    index->slot_shift = 54;
    while (n < 2 * index->keys->n_rows) {
        n *= 2;
        index->slot_shift--;
    }
    if (!mlci_add_size(n, n_parts * MAX_PROBES, &n_slots)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "too many keys");
    }
    index->tags = mlci_alloc(root, n_slots, 1);
    index->slots = mlci_alloc_raw(root, n_slots, (int64_t)sizeof *index->slots);
    if (index->tags != NULL && index->slots != NULL) return MLC_OK;
    return mlci_fail_memory(err, n_slots, (int64_t)sizeof *index->slots);
}

static mlc_status index_by_hash(indexer *x, int *crowded, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n_parts = mlci_deal_n_parts(index->keys->n_rows);
    x->shift = index->part_shift = 64 - __builtin_ctzll((uint64_t)n_parts);
    MLCI_TRY(deal_rows(x, n_parts, err));
    MLCI_TRY(open_slots(x, n_parts, err));
    MLCI_TRY(mlci_parallel_for(x->call, n_parts, hash_part, x, err));
    for (int64_t p = 0; p < n_parts; p++)
        *crowded |= index->parts[p].is_crowded;
    return MLC_OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Forgets the table. */
static void close_table(mlci_key_index *index)
{
    mlci_free(index->entries);
    mlci_free(index->slots);
    mlci_free(index->tags);
    mlci_free(index->parts);
    index->entries = NULL;
    index->slots = NULL;
    index->tags = NULL;
    index->parts = NULL;
}

static mlc_status group_keys(indexer *x, mlci_key_groups *groups, mlc_error *err)
{
    const mlci_key_index *const index = x->index;
    if (index->others == NULL) return mlci_key_groups_open(x->call, index->keys, groups, err);
    mlci_row_keys all = {0};
    MLCI_TRY(mlci_row_keys_append(index->keys, index->others, &all, err));
    const mlc_status status = mlci_key_groups_open(x->call, &all, groups, err);
    mlci_row_keys_close(&all);
    return status;
}

/* Takes the numbers of groups, of all rows on both sides, for codes. */
static mlc_status number_codes(indexer *x, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    mlci_key_groups groups = {0};
    mlci_deal_close(&x->deal);
    close_table(index);
    MLCI_TRY(group_keys(x, &groups, err));
    mlci_key_codes_close(&index->codes);
    index->codes = (mlci_key_codes){.n_rows = groups.n_rows,
                                    .code = (uint64_t *)groups.number,
                                    .own = (uint64_t *)groups.number,
                                    .n_codes = (uint64_t)groups.n_groups,
                                    .is_exact = 1};
    index->numbers = index->codes.code + index->keys->n_rows;
    mlci_free(groups.first);
    return MLC_OK;
}

static mlc_status make_index(indexer *x, mlc_error *err)
{
    mlci_key_index *const index = x->index;
    const int64_t n = index->keys->n_rows;
    const uint64_t few = n < 16384 ? 65536 : 4 * (uint64_t)n;
    int needs_numbers = 0;
    MLCI_TRY(mlci_key_codes_open(x->call, index->keys, &index->codes, err));
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

mlc_status mlci_key_index_open(mlc_context *call, const mlci_row_keys *keys,
                               const mlci_row_keys *others, mlci_key_index *out, mlc_error *err)
{
    mlci_key_index index = {.keys = keys, .others = others, .row = -1, .next_row = -1};
    indexer x = {.call = call, .index = &index};
    const mlc_status status = make_index(&x, err);
    mlci_deal_close(&x.deal);
    if (status != MLC_OK) {
        mlci_key_index_close(&index);
        return status;
    }
    for (int64_t p = 0; p < index.n_parts; p++) {
        const mlci_index_part *const part = &index.parts[p];
        if (part->row < 0 || (index.row >= 0 && index.next_row < part->next)) continue;
        index.row = part->row;
        index.next_row = part->next;
    }
    *out = index;
    return MLC_OK;
}

void mlci_key_index_close(mlci_key_index *index)
{
    mlci_key_codes_close(&index->codes);
    mlci_free(index->next);
    mlci_free(index->heads);
    close_table(index);
    *index = (mlci_key_index){0};
}

/* ---- looking up --------------------------------------------------------------------------- */

static void find_by_place(const mlci_key_index *index, int64_t n, const uint64_t *codes,
                          const uint8_t *found, int64_t *out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = found[i] && codes[i] < index->codes.n_codes ? index->heads[codes[i]] : -1;
}

/* All tags are asked for, then looked at; so then the slots of the rows that they leave, and the
 * entries of those. */
static void find_by_hash(const mlci_key_index *index, int64_t n, const uint64_t *codes,
                         const uint8_t *found, int64_t *out)
{
    uint64_t hashes[AHEAD_ROWS];
    int64_t slots[AHEAD_ROWS]; /* the first that may be it */
    int32_t likely[AHEAD_ROWS], n_likely = 0;
    for (int64_t i = 0; i < n; i++) {
        hashes[i] = mlci_code_hash(codes[i]);
        slots[i] = slot_of(index, hashes[i]);
        __builtin_prefetch(index->tags + slots[i]);
        out[i] = -1;
    }
    for (int32_t i = 0; i < n; i++) {
        uint64_t free;
        const uint64_t same = match(index, slots[i], hashes[i], &free);
        slots[i] = same != 0 ? slots[i] + __builtin_ctzll(same) / 8 : -1;
        likely[n_likely] = i;
        n_likely += found[i] & (same != 0 || free == 0);
        if (same != 0) __builtin_prefetch(index->slots + slots[i]);
    }
    for (int32_t k = 0; k < n_likely; k++) {
        const int32_t i = likely[k];
        if (slots[i] >= 0) __builtin_prefetch(entry_of(index, slots[i], hashes[i]));
    }
    for (int32_t k = 0; k < n_likely; k++) {
        int64_t free = -1;
        const uint64_t hash = hashes[likely[k]];
        const int64_t at = find_slot(index, hash, &free);
        if (at >= 0) out[likely[k]] = entry_of(index, at, hash)->row;
    }
}

void mlci_key_index_find(const mlci_key_index *index, int64_t low, int64_t high, int64_t *out)
{
    uint64_t codes[AHEAD_ROWS];
    uint8_t found[AHEAD_ROWS];
    for (int64_t i = low; i < high; i += AHEAD_ROWS) {
        const int64_t n = high - i < AHEAD_ROWS ? high - i : AHEAD_ROWS;
        int64_t *const rows = out + (i - low);
        if (index->numbers != NULL) {
            memset(found, 1, sizeof found);
            find_by_place(index, n, index->numbers + i, found, rows);
            continue;
        }
        mlci_key_codes_find(&index->codes, index->others, i, n, codes, found);
        if (index->heads != NULL) {
            find_by_place(index, n, codes, found, rows);
        } else {
            find_by_hash(index, n, codes, found, rows);
        }
    }
}
