/* Numbers groups of equal rows.
 *
 * Where the words span few values altogether (categories, small integers), their place in that
 * span finds the group. Otherwise rows are dealt to parts by their hash, in their order, and each
 * part has an open-addressing table. The hash is public: a part whose table gets crowded, by
 * words that were made to collide, is sorted instead. O(n) either way, or O(n * words) by sorting.
 */
#include <string.h>

#include "checked.h"
#include "order.h"
#include "row_keys.h"

#define BLOCK_ROWS 65536
#define N_PARTS 64
#define MAX_PROBES 128
#define NO_ROW INT64_C(-1)

typedef struct grouper {
    mlc_context *call;
    const mlci_row_keys *keys;
    int64_t n_parts, n_blocks;
    uint64_t *hashes;     /* by row */
    int64_t *counts;      /* by block and part: rows, then where they go */
    int64_t *rows;        /* by part, each in the order of the rows */
    int64_t *part_starts; /* n_parts + 1, into rows */
    int64_t *part_groups; /* by part: how many, then the number of its first */
    int64_t *number;      /* by row */
} grouper;

static int has_key(const mlci_row_keys *keys, int64_t row)
{
    return keys->has_none == NULL || keys->has_none[row] == 0;
}

/* ---- few values --------------------------------------------------------------------------- */

typedef struct span {
    uint64_t low, n; /* values low .. low + n - 1 */
    uint64_t unit;   /* of the place */
} span;

/* The span of each word, as integers with a sign; 0: their product is above most. */
static int find_spans(const mlci_row_keys *keys, uint64_t most, span *spans, uint64_t *n_places)
{
    *n_places = 1;
    for (int64_t w = 0; w < keys->n_words; w++) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        for (int64_t i = 0; i < keys->n_rows; i++) {
            const int64_t value = (int64_t)keys->words[i * keys->n_words + w];
            if (!has_key(keys, i)) continue;
            low = value < low ? value : low;
            high = value > high ? value : high;
            if ((uint64_t)high - (uint64_t)low >= most) return 0;
        }
        const uint64_t n = low > high ? 1 : (uint64_t)high - (uint64_t)low + 1;
        spans[w] = (span){low > high ? 0 : (uint64_t)low, n, *n_places};
        *n_places *= n;
        if (*n_places > most) return 0;
    }
    return 1;
}

static mlc_status group_by_place(const grouper *g, const span *spans, uint64_t n_places,
                                 int64_t *first, int64_t *n_groups, mlc_error *err)
{
    const mlci_row_keys *const keys = g->keys;
    int64_t *const groups = mlci_alloc_raw(keys->root, (int64_t)n_places, (int64_t)sizeof *groups);
    if (groups == NULL) return mlci_fail_memory(err, (int64_t)n_places, (int64_t)sizeof *groups);
    memset(groups, 0xff, (size_t)n_places * sizeof *groups);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < keys->n_rows; i++) {
        if (i % MLCI_POLL_ROWS == 0) status = mlci_poll(g->call, err);
        if (status != MLC_OK) break;
        g->number[i] = NO_ROW;
        if (!has_key(keys, i)) continue;
        uint64_t place = 0;
        for (int64_t w = 0; w < keys->n_words; w++)
            place += (keys->words[i * keys->n_words + w] - spans[w].low) * spans[w].unit;
        if (groups[place] < 0) {
            groups[place] = *n_groups;
            first[(*n_groups)++] = i;
        }
        g->number[i] = groups[place];
    }
    mlci_free(groups);
    return status;
}

/* ---- dealing ------------------------------------------------------------------------------ */

static uint64_t hash_words(const uint64_t *words, int64_t n)
{
    uint64_t h = 0;
    for (int64_t w = 0; w < n; w++) {
        h = (h ^ words[w]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
    }
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 29;
}

static int64_t part_of(const grouper *g, int64_t row)
{
    return g->n_parts == 1 ? 0 : (int64_t)(g->hashes[row] >> 58);
}

static int64_t block_end(const grouper *g, int64_t block)
{
    const int64_t low = block * BLOCK_ROWS;
    return g->keys->n_rows - low < BLOCK_ROWS ? g->keys->n_rows : low + BLOCK_ROWS;
}

static mlc_status hash_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    (void)slot;
    (void)err;
    const grouper *const g = arg;
    const mlci_row_keys *const keys = g->keys;
    for (int64_t i = block * BLOCK_ROWS; i < block_end(g, block); i++) {
        g->number[i] = NO_ROW;
        g->hashes[i] = hash_words(keys->words + i * keys->n_words, keys->n_words);
        if (has_key(keys, i)) g->counts[block * g->n_parts + part_of(g, i)]++;
    }
    return MLC_OK;
}

static mlc_status deal_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    (void)slot;
    (void)err;
    const grouper *const g = arg;
    int64_t *const next = g->counts + block * g->n_parts;
    for (int64_t i = block * BLOCK_ROWS; i < block_end(g, block); i++)
        if (has_key(g->keys, i)) g->rows[next[part_of(g, i)]++] = i;
    return MLC_OK;
}

/* Counts become places: parts one after the other, blocks in order within each. */
static void place_blocks(const grouper *g)
{
    int64_t at = 0;
    for (int64_t p = 0; p < g->n_parts; p++) {
        g->part_starts[p] = at;
        for (int64_t b = 0; b < g->n_blocks; b++) {
            const int64_t n = g->counts[b * g->n_parts + p];
            g->counts[b * g->n_parts + p] = at;
            at += n;
        }
    }
    g->part_starts[g->n_parts] = at;
}

/* ---- one part ----------------------------------------------------------------------------- */

typedef struct table_slot {
    uint64_t hash;
    int64_t row; /* first of the group; NO_ROW: free */
} table_slot;

static int is_equal(const mlci_row_keys *keys, int64_t a, int64_t b)
{
    for (int64_t w = 0; w < keys->n_words; w++)
        if (keys->words[a * keys->n_words + w] != keys->words[b * keys->n_words + w]) return 0;
    return 1;
}

/* The slot of a row's group or the free one for it; -1: too many others in the way. The hash of one
 * word is a bijection, so that its words need not be looked at. */
static int64_t find_slot(const grouper *g, const table_slot *slots, uint64_t mask, int64_t row)
{
    const uint64_t hash = g->hashes[row];
    const int hash_is_key = g->keys->n_words == 1;
    uint64_t at = hash & mask;
    for (int probe = 0; probe < MAX_PROBES; probe++) {
        const table_slot *const s = &slots[at];
        if (s->row == NO_ROW) return (int64_t)at;
        if (s->hash == hash && (hash_is_key || is_equal(g->keys, s->row, row))) return (int64_t)at;
        at = (at + 1) & mask;
    }
    return -1;
}

/* Slots of a table with twice the room, or the first ones. */
static mlc_status grow(const grouper *g, table_slot **slots, uint64_t *n_slots, int *crowded,
                       mlc_error *err)
{
    const uint64_t n = *n_slots > 0 ? 4 * *n_slots : 1024;
    table_slot *const larger = mlci_alloc_raw(g->keys->root, (int64_t)n, (int64_t)sizeof *larger);
    if (larger == NULL) return mlci_fail_memory(err, (int64_t)n, (int64_t)sizeof *larger);
    for (uint64_t i = 0; i < n; i++)
        larger[i].row = NO_ROW;
    for (uint64_t i = 0; i < *n_slots && !*crowded; i++) {
        if ((*slots)[i].row == NO_ROW) continue;
        const int64_t at = find_slot(g, larger, n - 1, (*slots)[i].row);
        if (at < 0) {
            *crowded = 1;
        } else {
            larger[at] = (*slots)[i];
        }
    }
    mlci_free(*slots);
    *slots = larger;
    *n_slots = n;
    return MLC_OK;
}

/* Numbers the groups of a part from 0: the number of a group stands at its first row. */
static mlc_status group_by_hash(const grouper *g, int64_t part, int *crowded, mlc_error *err)
{
    table_slot *slots = NULL;
    uint64_t n_slots = 0;
    int64_t n_groups = 0;
    mlc_status status = grow(g, &slots, &n_slots, crowded, err);
    for (int64_t k = g->part_starts[part]; k < g->part_starts[part + 1]; k++) {
        if (status == MLC_OK && (uint64_t)n_groups * 2 >= n_slots) {
            status = grow(g, &slots, &n_slots, crowded, err);
        }
        if (status == MLC_OK && k % MLCI_POLL_ROWS == 0) status = mlci_poll(g->call, err);
        if (status != MLC_OK || *crowded) break;
        const int64_t row = g->rows[k];
        const int64_t at = find_slot(g, slots, n_slots - 1, row);
        if (at < 0) {
            *crowded = 1;
            break;
        }
        if (slots[at].row == NO_ROW) {
            slots[at] = (table_slot){g->hashes[row], row};
            g->number[row] = n_groups++;
        } else {
            g->number[row] = g->number[slots[at].row];
        }
    }
    g->part_groups[part] = n_groups;
    mlci_free(slots);
    return status;
}

/* The same by sorting the rows of a part by their words, the last one first. */
static mlc_status group_by_sort(const grouper *g, int64_t part, mlc_error *err)
{
    const mlci_row_keys *const keys = g->keys;
    const int64_t from = g->part_starts[part], n = g->part_starts[part + 1] - from;
    mlci_order_key *const order = mlci_alloc_raw(keys->root, 2 * n, (int64_t)sizeof *order);
    if (order == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *order);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n; i++)
        order[i].row = g->rows[from + i];
    for (int64_t w = keys->n_words - 1; w >= 0 && status == MLC_OK; w--) {
        for (int64_t i = 0; i < n; i++)
            order[i].key = keys->words[order[i].row * keys->n_words + w];
        status = mlci_order_sort(g->call, order, order + n, n, err);
    }
    int64_t n_groups = 0;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        if (i == 0 || !is_equal(keys, order[i - 1].row, order[i].row)) n_groups++;
        g->number[order[i].row] = n_groups - 1;
    }
    g->part_groups[part] = n_groups;
    mlci_free(order);
    return status;
}

static mlc_status group_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    (void)slot;
    const grouper *const g = arg;
    int crowded = 0;
    MLCI_TRY(group_by_hash(g, part, &crowded, err));
    return crowded ? group_by_sort(g, part, err) : MLC_OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Groups of all parts in the order of their first rows. */
static mlc_status number_in_order(const grouper *g, int64_t **first, int64_t *n_groups,
                                  mlc_error *err)
{
    int64_t n = 0;
    for (int64_t p = 0; p < g->n_parts; p++) {
        const int64_t count = g->part_groups[p];
        g->part_groups[p] = n;
        n += count;
    }
    int64_t *const rank = mlci_alloc_raw(g->keys->root, n, (int64_t)sizeof *rank);
    *first = mlci_alloc_raw(g->keys->root, n, (int64_t)sizeof **first);
    if (rank == NULL || *first == NULL) {
        mlci_free(rank);
        return mlci_fail_memory(err, n, (int64_t)sizeof *rank);
    }
    memset(rank, 0xff, (size_t)n * sizeof *rank);
    *n_groups = 0;
    for (int64_t i = 0; i < g->keys->n_rows; i++) {
        if (g->number[i] < 0) continue;
        int64_t *const own = &rank[g->part_groups[part_of(g, i)] + g->number[i]];
        if (*own < 0) {
            *own = *n_groups;
            (*first)[(*n_groups)++] = i;
        }
        g->number[i] = *own;
    }
    mlci_free(rank);
    return MLC_OK;
}

static mlc_status group_by_parts(grouper *g, int64_t **first, int64_t *n_groups, mlc_error *err)
{
    mlci_root *const root = g->keys->root;
    const int64_t n = g->keys->n_rows;
    g->n_blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
    g->n_parts = g->n_blocks < 2 ? 1 : N_PARTS;
    g->hashes = mlci_alloc_raw(root, n, (int64_t)sizeof *g->hashes);
    g->rows = mlci_alloc_raw(root, n, (int64_t)sizeof *g->rows);
    g->counts = mlci_alloc(root, g->n_blocks * g->n_parts, (int64_t)sizeof *g->counts);
    g->part_starts = mlci_alloc(root, g->n_parts + 1, (int64_t)sizeof *g->part_starts);
    g->part_groups = mlci_alloc(root, g->n_parts, (int64_t)sizeof *g->part_groups);
    mlc_status status = MLC_OK;
    if (g->hashes == NULL || g->rows == NULL || g->counts == NULL || g->part_starts == NULL ||
        g->part_groups == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *g->hashes);
    }
    if (status == MLC_OK) status = mlci_parallel_for(g->call, g->n_blocks, hash_block, g, err);
    if (status == MLC_OK) {
        place_blocks(g);
        status = mlci_parallel_for(g->call, g->n_blocks, deal_block, g, err);
    }
    if (status == MLC_OK) status = mlci_parallel_for(g->call, g->n_parts, group_part, g, err);
    if (status == MLC_OK) status = number_in_order(g, first, n_groups, err);
    mlci_free(g->hashes);
    mlci_free(g->rows);
    mlci_free(g->counts);
    mlci_free(g->part_starts);
    mlci_free(g->part_groups);
    return status;
}

mlc_status mlci_key_groups_open(mlc_context *call, const mlci_row_keys *keys, mlci_key_groups *out,
                                mlc_error *err)
{
    mlci_key_groups groups = {.n_rows = keys->n_rows};
    const uint64_t most = keys->n_rows < 4096 ? 4096 : (uint64_t)keys->n_rows;
    uint64_t n_places = 0;
    mlc_status status = MLC_OK;
    span *const spans = mlci_alloc(keys->root, keys->n_words, (int64_t)sizeof *spans);
    groups.number = mlci_alloc_raw(keys->root, keys->n_rows, (int64_t)sizeof *groups.number);
    if (spans == NULL || groups.number == NULL) {
        status = mlci_fail_memory(err, keys->n_rows, (int64_t)sizeof *groups.number);
        goto done;
    }
    grouper g = {.call = call, .keys = keys, .number = groups.number};
    if (find_spans(keys, most, spans, &n_places)) {
        groups.first = mlci_alloc_raw(keys->root, (int64_t)n_places, (int64_t)sizeof *groups.first);
        status = groups.first == NULL
                     ? mlci_fail_memory(err, (int64_t)n_places, (int64_t)sizeof *groups.first)
                     : group_by_place(&g, spans, n_places, groups.first, &groups.n_groups, err);
    } else {
        status = group_by_parts(&g, &groups.first, &groups.n_groups, err);
    }
done:
    mlci_free(spans);
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

mlc_status mlci_key_groups_list(mlci_root *root, const mlci_key_groups *groups, int64_t first,
                                int64_t n, int64_t **starts, int64_t **rows, mlc_error *err)
{
    int64_t *const at = mlci_alloc(root, groups->n_groups + 2, (int64_t)sizeof *at);
    int64_t *const list = mlci_alloc_raw(root, n, (int64_t)sizeof *list);
    if (at == NULL || list == NULL) {
        mlci_free(at);
        mlci_free(list);
        return mlci_fail_memory(err, n, (int64_t)sizeof *list);
    }
    /* Counted two further on, so that filling moves each start to its place. */
    const int64_t *const number = groups->number + first;
    for (int64_t i = 0; i < n; i++)
        if (number[i] >= 0) at[number[i] + 2]++;
    for (int64_t g = 2; g < groups->n_groups + 2; g++)
        at[g] += at[g - 1];
    for (int64_t i = 0; i < n; i++)
        if (number[i] >= 0) list[at[number[i] + 1]++] = i;
    *starts = at;
    *rows = list;
    return MLC_OK;
}
