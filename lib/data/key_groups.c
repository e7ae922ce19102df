/* Numbers groups of equal rows.
 *
 * Where keys have few codes, the first row of each is found by its place. Otherwise rows are dealt
 * to parts by the hash of their code, and each part has an open-addressing table that stays in
 * cache. The hash is public: a part whose table gets crowded, by words that were made to collide,
 * is sorted instead. Either way the first rows are marked, and the number of a group is that of the
 * marks before its own. O(n), or O(n * words) by sorting. */
#include <string.h>

#include "key_codes.h"
#include "order.h"
#include "row_deal.h"

#define MAX_PROBES 128
#define BITS 64 /* a word of marks */

typedef struct entry {
    uint64_t hash; /* of the code; then the number of the group */
    int64_t row;
} entry;

typedef struct table_slot {
    uint64_t hash;
    int64_t group; /* in its part; -1: free */
} table_slot;

typedef struct table {
    table_slot *slots;
    uint64_t n_slots, capacity;
} table;

typedef struct grouper {
    mlc_context *call;
    const mlci_row_keys *keys;
    mlci_key_codes codes;
    mlci_key_groups *out;
    uint8_t *is_first; /* by row */
    uint64_t *marks;   /* the same as bits */
    int64_t *ranks;    /* by word of marks: marks before it */
    /* by place */
    int64_t **leads; /* by slot: the first row of each code; INT64_MAX: none */
    int64_t *groups; /* by code */
    /* by parts; the number of a row serves as its part's list of first rows until the end */
    mlci_deal deal;
    entry *entries;
    int64_t *part_groups;
    table *tables; /* by slot */
} grouper;

static int64_t n_row_blocks(const grouper *g)
{
    return (g->keys->n_rows + MLCI_DEAL_ROWS - 1) / MLCI_DEAL_ROWS;
}

static int64_t row_block_end(const grouper *g, int64_t block)
{
    const int64_t n = g->keys->n_rows, low = block * MLCI_DEAL_ROWS;
    return n - low < MLCI_DEAL_ROWS ? n : low + MLCI_DEAL_ROWS;
}

/* ---- first rows --------------------------------------------------------------------------- */

static mlc_status mark_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    for (int64_t low = block * MLCI_DEAL_ROWS; low < row_block_end(g, block); low += BITS) {
        const int64_t n = g->keys->n_rows - low < BITS ? g->keys->n_rows - low : BITS;
        uint64_t bits = 0;
        for (int64_t k = 0; k < n; k++)
            bits |= (uint64_t)g->is_first[low + k] << k;
        g->marks[low / BITS] = bits;
    }
    return MLC_OK;
}

/* The number of the group whose first row this is. */
static int64_t rank_of(const grouper *g, int64_t row)
{
    const uint64_t before = g->marks[row / BITS] & (((uint64_t)1 << (row % BITS)) - 1);
    return g->ranks[row / BITS] + __builtin_popcountll(before);
}

/* Counts the marks; there is room for the first rows then. */
static mlc_status rank_marks(grouper *g, mlc_error *err)
{
    mlci_root *const root = g->keys->root;
    const int64_t n_words = (g->keys->n_rows + BITS - 1) / BITS;
    g->marks = mlci_alloc_raw(root, n_words, (int64_t)sizeof *g->marks);
    g->ranks = mlci_alloc_raw(root, n_words, (int64_t)sizeof *g->ranks);
    if (g->marks == NULL || g->ranks == NULL) {
        return mlci_fail_memory(err, n_words, (int64_t)sizeof *g->marks);
    }
    MLCI_TRY(mlci_parallel_for(g->call, n_row_blocks(g), mark_block, g, err));
    int64_t n = 0;
    for (int64_t i = 0; i < n_words; i++) {
        g->ranks[i] = n;
        n += __builtin_popcountll(g->marks[i]);
    }
    g->out->n_groups = n;
    g->out->first = mlci_alloc_raw(root, n, (int64_t)sizeof *g->out->first);
    return g->out->first != NULL ? MLC_OK : mlci_fail_memory(err, n, (int64_t)sizeof(int64_t));
}

/* ---- by place ----------------------------------------------------------------------------- */

/* Whichever blocks a thread gets, the least of all threads' first rows is the first row. */
static mlc_status lead_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    const int64_t n = (int64_t)g->codes.n_codes;
    if (g->leads[slot] == NULL) {
        int64_t *const leads = mlci_alloc_raw(g->keys->root, n, (int64_t)sizeof *leads);
        if (leads == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *leads);
        for (int64_t i = 0; i < n; i++)
            leads[i] = INT64_MAX;
        g->leads[slot] = leads;
    }
    int64_t *const leads = g->leads[slot];
    for (int64_t i = block * MLCI_DEAL_ROWS; i < row_block_end(g, block); i++) {
        if (!mlci_has_key(g->keys, i)) continue;
        int64_t *const lead = &leads[mlci_code_of(&g->codes, i)];
        if (i < *lead) *lead = i;
    }
    return MLC_OK;
}

static mlc_status number_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    for (int64_t i = block * MLCI_DEAL_ROWS; i < row_block_end(g, block); i++)
        g->out->number[i] = mlci_has_key(g->keys, i) ? g->groups[mlci_code_of(&g->codes, i)] : -1;
    return MLC_OK;
}

/* The first row of each code, over all threads: into groups. */
static void merge_leads(const grouper *g)
{
    for (int64_t code = 0; code < (int64_t)g->codes.n_codes; code++) {
        int64_t lead = INT64_MAX;
        for (int32_t s = 0; s < mlci_n_slots(g->call); s++)
            if (g->leads[s] != NULL && g->leads[s][code] < lead) lead = g->leads[s][code];
        g->groups[code] = lead;
        if (lead != INT64_MAX) g->is_first[lead] = 1;
    }
}

static mlc_status group_by_place(grouper *g, mlc_error *err)
{
    const int64_t n = (int64_t)g->codes.n_codes;
    const int32_t n_slots = mlci_n_slots(g->call);
    g->leads = mlci_alloc(g->keys->root, n_slots, (int64_t)sizeof(int64_t *));
    g->groups = mlci_alloc_raw(g->keys->root, n, (int64_t)sizeof *g->groups);
    if (g->leads == NULL || g->groups == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *g->groups);
    }
    MLCI_TRY(mlci_parallel_for(g->call, n_row_blocks(g), lead_block, g, err));
    merge_leads(g);
    MLCI_TRY(rank_marks(g, err));
    for (int64_t code = 0; code < n; code++) {
        const int64_t lead = g->groups[code];
        if (lead == INT64_MAX) continue;
        g->groups[code] = rank_of(g, lead);
        g->out->first[g->groups[code]] = lead;
    }
    return mlci_parallel_for(g->call, n_row_blocks(g), number_block, g, err);
}

/* ---- one part ----------------------------------------------------------------------------- */

static int is_equal(const mlci_row_keys *keys, int64_t a, int64_t b)
{
    for (int64_t w = 0; w < keys->n_words; w++)
        if (keys->words[a * keys->n_words + w] != keys->words[b * keys->n_words + w]) return 0;
    return 1;
}

/* First rows of the groups of a part. */
static int64_t *firsts_of(const grouper *g, int64_t part)
{
    return g->out->number + g->deal.starts[part];
}

/* The slot of a row's group or the free one for it; NULL: too many others in the way. */
static table_slot *find_slot(const grouper *g, const table *t, const int64_t *firsts,
                             const entry *e)
{
    uint64_t at = e->hash & (t->n_slots - 1);
    for (int probe = 0; probe < MAX_PROBES; probe++) {
        table_slot *const s = &t->slots[at];
        if (s->group < 0) return s;
        if (s->hash == e->hash &&
            (g->codes.is_exact || is_equal(g->keys, firsts[s->group], e->row))) {
            return s;
        }
        at = (at + 1) & (t->n_slots - 1);
    }
    return NULL;
}

/* An empty table for n groups. */
static mlc_status clear_table(const grouper *g, table *t, uint64_t n, mlc_error *err)
{
    t->n_slots = 1024;
    while (t->n_slots < 2 * n)
        t->n_slots *= 2;
    if (t->n_slots > t->capacity) {
        mlci_free(t->slots);
        *t = (table){.n_slots = t->n_slots, .capacity = t->n_slots};
        t->slots = mlci_alloc_raw(g->keys->root, (int64_t)t->n_slots, (int64_t)sizeof *t->slots);
        if (t->slots == NULL) {
            t->capacity = 0;
            return mlci_fail_memory(err, (int64_t)t->n_slots, (int64_t)sizeof *t->slots);
        }
    }
    memset(t->slots, 0xff, (size_t)t->n_slots * sizeof *t->slots);
    return MLC_OK;
}

/* The groups so far in a table with four times the room. */
static mlc_status grow(const grouper *g, table *t, const int64_t *firsts, int64_t n_groups,
                       int *crowded, mlc_error *err)
{
    const int64_t n_slots = (int64_t)t->n_slots;
    table_slot *const old = t->slots;
    *t = (table){0};
    mlc_status status = clear_table(g, t, (uint64_t)n_slots * 2, err);
    for (int64_t i = 0; i < n_slots && status == MLC_OK && !*crowded; i++) {
        if (old[i].group < 0) continue;
        const entry e = {old[i].hash, firsts[old[i].group]};
        table_slot *const slot = find_slot(g, t, firsts, &e);
        *crowded = slot == NULL;
        if (slot != NULL) *slot = old[i];
    }
    mlci_free(old);
    return status;
}

/* Numbers the groups of a part from 0, in place of the hashes. */
static mlc_status group_by_hash(const grouper *g, int64_t part, table *t, int *crowded,
                                mlc_error *err)
{
    const int64_t from = g->deal.starts[part], to = g->deal.starts[part + 1];
    int64_t *const firsts = firsts_of(g, part);
    int64_t n_groups = 0;
    uint64_t likely = t->n_slots / 2; /* as many as in the part before */
    if (likely > (uint64_t)(to - from)) likely = (uint64_t)(to - from);
    MLCI_TRY(clear_table(g, t, likely, err));
    for (int64_t k = from; k < to && !*crowded; k++) {
        entry *const e = &g->entries[k];
        if (k % MLCI_POLL_ROWS == 0) MLCI_TRY(mlci_poll(g->call, err));
        if ((uint64_t)n_groups * 2 >= t->n_slots) {
            MLCI_TRY(grow(g, t, firsts, n_groups, crowded, err));
        }
        table_slot *const slot = *crowded ? NULL : find_slot(g, t, firsts, e);
        *crowded = slot == NULL;
        if (slot == NULL) break;
        if (slot->group < 0) {
            *slot = (table_slot){e->hash, n_groups};
            firsts[n_groups++] = e->row;
        }
        e->hash = (uint64_t)slot->group;
    }
    g->part_groups[part] = n_groups;
    return MLC_OK;
}

/* The same by sorting the rows of a part by their words, the last one first. */
static mlc_status group_by_sort(const grouper *g, int64_t part, mlc_error *err)
{
    const mlci_row_keys *const keys = g->keys;
    const int64_t from = g->deal.starts[part], n = g->deal.starts[part + 1] - from;
    mlci_order_key *const order = mlci_alloc_raw(keys->root, 2 * n, (int64_t)sizeof *order);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *order);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n; i++)
        order[i].row = i;
    for (int64_t w = keys->n_words - 1; w >= 0 && status == MLC_OK; w--) {
        for (int64_t i = 0; i < n; i++)
            order[i].key = keys->words[g->entries[from + order[i].row].row * keys->n_words + w];
        status = mlci_order_sort(g->call, order, order + n, n, err);
    }
    int64_t *const firsts = firsts_of(g, part);
    int64_t n_groups = 0;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        entry *const e = &g->entries[from + order[i].row];
        if (i == 0 || !is_equal(keys, firsts[n_groups - 1], e->row)) firsts[n_groups++] = e->row;
        e->hash = (uint64_t)(n_groups - 1);
    }
    g->part_groups[part] = n_groups;
    mlci_free(order);
    return status;
}

static mlc_status group_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    int crowded = 0;
    MLCI_TRY(group_by_hash(g, part, &g->tables[slot], &crowded, err));
    if (crowded) MLCI_TRY(group_by_sort(g, part, err));
    for (int64_t k = 0; k < g->part_groups[part]; k++)
        g->is_first[firsts_of(g, part)[k]] = 1;
    return MLC_OK;
}

/* ---- parts -------------------------------------------------------------------------------- */

static mlc_status part_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    const int shift = 64 - __builtin_ctzll((uint64_t)g->deal.n_parts);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < row_block_end(g, block); i++) {
        const uint64_t hash = mlci_code_hash(mlci_code_of(&g->codes, i));
        g->deal.part[i] = g->deal.n_parts == 1 ? 0 : (uint16_t)(hash >> shift);
        if (!mlci_has_key(g->keys, i)) g->deal.part[i] = MLCI_NO_PART;
    }
    mlci_deal_count(&g->deal, block);
    return MLC_OK;
}

static mlc_status deal_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(&g->deal, block, next);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < row_block_end(g, block); i++) {
        if (g->deal.part[i] == MLCI_NO_PART) continue;
        g->entries[next[g->deal.part[i]]++] =
            (entry){mlci_code_hash(mlci_code_of(&g->codes, i)), i};
    }
    return MLC_OK;
}

/* Numbers in the part become those in all rows. */
static mlc_status rank_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    int64_t *const firsts = firsts_of(g, part);
    for (int64_t k = 0; k < g->part_groups[part]; k++) {
        const int64_t rank = rank_of(g, firsts[k]);
        g->out->first[rank] = firsts[k];
        firsts[k] = rank;
    }
    for (int64_t k = g->deal.starts[part]; k < g->deal.starts[part + 1]; k++)
        g->entries[k].hash = (uint64_t)firsts[g->entries[k].hash];
    return MLC_OK;
}

static mlc_status collect_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const grouper *const g = arg;
    int64_t next[MLCI_DEAL_PARTS];
    mlci_deal_next(&g->deal, block, next);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < row_block_end(g, block); i++) {
        const uint16_t part = g->deal.part[i];
        g->out->number[i] = part == MLCI_NO_PART ? -1 : (int64_t)g->entries[next[part]++].hash;
    }
    return MLC_OK;
}

static mlc_status group_by_parts(grouper *g, mlc_error *err)
{
    mlci_root *const root = g->keys->root;
    const int64_t n = g->keys->n_rows, n_parts = mlci_deal_n_parts(n);
    MLCI_TRY(mlci_deal_open(root, n, n_parts, &g->deal, err));
    g->entries = mlci_alloc_raw(root, n, (int64_t)sizeof *g->entries);
    g->part_groups = mlci_alloc(root, n_parts, (int64_t)sizeof *g->part_groups);
    g->tables = mlci_alloc(root, mlci_n_slots(g->call), (int64_t)sizeof *g->tables);
    if (g->entries == NULL || g->part_groups == NULL || g->tables == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *g->entries);
    }
    MLCI_TRY(mlci_parallel_for(g->call, g->deal.n_blocks, part_block, g, err));
    mlci_deal_place(&g->deal);
    MLCI_TRY(mlci_parallel_for(g->call, g->deal.n_blocks, deal_block, g, err));
    MLCI_TRY(mlci_parallel_for(g->call, n_parts, group_part, g, err));
    MLCI_TRY(rank_marks(g, err));
    MLCI_TRY(mlci_parallel_for(g->call, n_parts, rank_part, g, err));
    return mlci_parallel_for(g->call, g->deal.n_blocks, collect_block, g, err);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status group(grouper *g, mlc_error *err)
{
    const int64_t n = g->keys->n_rows;
    const uint64_t few = n / 16 < 4096 ? 4096 : (uint64_t)n / 16;
    MLCI_TRY(mlci_key_codes_open(g->call, g->keys, &g->codes, err));
    g->is_first = mlci_alloc(g->keys->root, n, 1);
    g->out->number = mlci_alloc_raw(g->keys->root, n, (int64_t)sizeof *g->out->number);
    if (g->is_first == NULL || g->out->number == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *g->out->number);
    }
    const int is_small = g->codes.n_codes > 0 && g->codes.n_codes <= few;
    return is_small ? group_by_place(g, err) : group_by_parts(g, err);
}

static void close_grouper(grouper *g)
{
    for (int32_t s = 0; s < mlci_n_slots(g->call); s++) {
        if (g->leads != NULL) mlci_free(g->leads[s]);
        if (g->tables != NULL) mlci_free(g->tables[s].slots);
    }
    mlci_key_codes_close(&g->codes);
    mlci_deal_close(&g->deal);
    mlci_free(g->is_first);
    mlci_free(g->marks);
    mlci_free(g->ranks);
    mlci_free(g->leads);
    mlci_free(g->groups);
    mlci_free(g->entries);
    mlci_free(g->part_groups);
    mlci_free(g->tables);
}

mlc_status mlci_key_groups_open(mlc_context *call, const mlci_row_keys *keys, mlci_key_groups *out,
                                mlc_error *err)
{
    mlci_key_groups groups = {.n_rows = keys->n_rows};
    grouper g = {.call = call, .keys = keys, .out = &groups};
    const mlc_status status = group(&g, err);
    close_grouper(&g);
    if (status != MLC_OK) {
        mlci_key_groups_close(&groups);
        return status;
    }
    *out = groups;
    return MLC_OK;
}

void mlci_key_groups_close(mlci_key_groups *groups)
{
    mlci_free(groups->number);
    mlci_free(groups->first);
    *groups = (mlci_key_groups){0};
}
