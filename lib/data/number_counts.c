/* Counting keys: see number_counts.h.
 *
 * Few distinct values are counted in a hash table that stays in the cache. Where they are more than
 * FEW and the limit allows it, the keys that follow are kept and sorted at the end (radix sort,
 * only the bytes that differ); where the limit does not allow it, the cells of the table are made
 * wider and everything goes on in one pass. O(1) a key but for the sort. */
#include "number_counts.h"

#include <string.h>

#include "order.h"
#include "order_key.h"

#define FEW 65536 /* cells of a table that is not a sort */
#define FIRST_SLOT_BITS 8

/* ---- cells ----------------------------------------------------------------------------------- */

double mlci_number_value(const mlci_number_counts *counts, uint64_t key)
{
    return counts->is_integer ? (double)mlci_order_integer(key) : mlci_number_of_key(key);
}

static uint64_t last_bits(int32_t shift)
{
    return ((uint64_t)1 << shift) - 1;
}

uint64_t mlci_number_cell_low(const mlci_number_counts *counts, int64_t i)
{
    const uint64_t low = counts->cells[i].cell << counts->shift;
    return i == 0 && counts->beyond != NULL ? counts->beyond->low : low;
}

uint64_t mlci_number_cell_high(const mlci_number_counts *counts, int64_t i)
{
    if (i == counts->n - 1 && counts->beyond != NULL) return counts->beyond->high;
    return counts->cells[i].cell << counts->shift | last_bits(counts->shift);
}

static inline void add_beyond(mlci_number_beyond *beyond, int is_integer, uint64_t key, int64_t n)
{
    if (is_integer) {
        mlci_long_add_integer(&beyond->sum, mlci_order_integer(key), n);
        mlci_long_add_integer_square(&beyond->squares, mlci_order_integer(key), n);
    } else if (n == 1) {
        mlci_long_add_moments(&beyond->sum, &beyond->squares, mlci_number_of_key(key));
    } else {
        const double value = mlci_number_of_key(key);
        mlci_long_add(&beyond->sum, value, n);
        mlci_long_add_square(&beyond->squares, value, n);
    }
    mlci_sketch_add(&beyond->distinct, mlci_hash_bits(key));
    if (key < beyond->low) beyond->low = key;
    if (key > beyond->high) beyond->high = key;
}

/* What the cells still tell before they become wider. Free slots (n 0) are passed over. */
static mlc_status go_beyond(mlci_number_counts *counts, const mlci_number_cell *cells, int64_t n,
                            mlc_error *err)
{
    if (counts->beyond != NULL) return MLC_OK;
    mlci_number_beyond *const beyond = mlci_alloc(counts->root, 1, sizeof *beyond);
    if (beyond == NULL) return mlci_fail_memory(err, 1, sizeof *beyond);
    beyond->low = UINT64_MAX;
    for (int64_t i = 0; i < n; i++) {
        if (cells[i].n > 0) add_beyond(beyond, counts->is_integer, cells[i].cell, cells[i].n);
    }
    counts->beyond = beyond;
    return MLC_OK;
}

/* Cells that are `by` bits wider, in place. Returns how many. */
static int64_t widen(mlci_number_cell *cells, int64_t n, int32_t by)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint64_t cell = cells[i].cell >> by;
        if (k > 0 && cells[k - 1].cell == cell) {
            cells[k - 1].n += cells[i].n;
        } else {
            cells[k++] = (mlci_number_cell){cell, cells[i].n};
        }
    }
    return k;
}

/* How many neighbours of ascending cells differ in the k-th bit from the end, from 1, and in no
 * higher one: so many cells are gone when that bit is. */
typedef struct partings {
    int64_t at[65];
} partings;

static inline void add_parting(partings *p, uint64_t cell, uint64_t next)
{
    p->at[64 - __builtin_clzll(cell ^ next)]++;
}

/* The least number of bits that leaves at most limit cells; limit is at least 2: 63 bits fit. */
static int32_t bits_to_fit(const partings *p, int64_t limit)
{
    int64_t n_left = 1;
    int32_t by = 64;
    while (by > 0 && n_left + p->at[by] <= limit)
        n_left += p->at[by--];
    return by;
}

static void settle(mlci_number_counts *counts)
{
    if (counts->beyond == NULL) return;
    mlci_long_settle(&counts->beyond->sum);
    mlci_long_settle(&counts->beyond->squares);
}

mlc_status mlci_number_counts_limit(mlci_number_counts *counts, int64_t limit, mlc_error *err)
{
    if (limit < counts->limit) counts->limit = limit;
    if (counts->n <= counts->limit) return MLC_OK;
    partings p = {{0}};
    for (int64_t i = 1; i < counts->n; i++)
        add_parting(&p, counts->cells[i - 1].cell, counts->cells[i].cell);
    const int32_t by = bits_to_fit(&p, counts->limit);
    MLCI_TRY(go_beyond(counts, counts->cells, counts->n, err));
    counts->n = widen(counts->cells, counts->n, by);
    counts->shift += by;
    settle(counts);
    return MLC_OK;
}

void mlci_number_counts_clear(mlci_number_counts *counts)
{
    mlci_free(counts->cells);
    mlci_free(counts->beyond);
    counts->cells = NULL;
    counts->beyond = NULL;
    counts->n = 0;
}

/* ---- merging --------------------------------------------------------------------------------- */

/* Cells of two ascending lists as wide as `shift` says. */
static int64_t join_cells(const mlci_number_counts *a, const mlci_number_counts *b, int32_t shift,
                          mlci_number_cell *out)
{
    const int32_t by_a = shift - a->shift, by_b = shift - b->shift;
    int64_t i = 0, j = 0, k = 0;
    while (i < a->n || j < b->n) {
        const int take_a =
            j == b->n || (i < a->n && a->cells[i].cell >> by_a <= b->cells[j].cell >> by_b);
        const mlci_number_cell next =
            take_a ? (mlci_number_cell){a->cells[i].cell >> by_a, a->cells[i].n}
                   : (mlci_number_cell){b->cells[j].cell >> by_b, b->cells[j].n};
        i += take_a;
        j += !take_a;
        if (k > 0 && out[k - 1].cell == next.cell) {
            out[k - 1].n += next.n;
        } else {
            out[k++] = next;
        }
    }
    return k;
}

static void join_beyond(mlci_number_counts *out, const mlci_number_counts *part)
{
    mlci_number_beyond *const to = out->beyond;
    const mlci_number_beyond *const from = part->beyond;
    if (from == NULL) {
        for (int64_t i = 0; i < part->n; i++)
            add_beyond(to, out->is_integer, part->cells[i].cell, part->cells[i].n);
        return;
    }
    mlci_long_add_sum(&to->sum, &from->sum);
    mlci_long_add_sum(&to->squares, &from->squares);
    mlci_sketch_merge(&to->distinct, &from->distinct);
    if (from->low < to->low) to->low = from->low;
    if (from->high > to->high) to->high = from->high;
}

mlc_status mlci_number_counts_merge(mlci_root *root, const mlci_number_counts *a,
                                    const mlci_number_counts *b, mlci_number_counts *out,
                                    mlc_error *err)
{
    mlci_number_counts merged = {.root = root,
                                 .limit = a->limit < b->limit ? a->limit : b->limit,
                                 .is_integer = a->is_integer,
                                 .shift = a->shift > b->shift ? a->shift : b->shift};
    mlc_status status = MLC_OK;
    merged.cells = mlci_alloc_raw(root, a->n + b->n, (int64_t)sizeof *merged.cells);
    if (merged.cells == NULL) {
        return mlci_fail_memory(err, a->n + b->n, (int64_t)sizeof *merged.cells);
    }
    if (merged.shift > 0) {
        status = go_beyond(&merged, NULL, 0, err);
        if (status == MLC_OK) join_beyond(&merged, a);
        if (status == MLC_OK) join_beyond(&merged, b);
    }
    if (status == MLC_OK) merged.n = join_cells(a, b, merged.shift, merged.cells);
    if (status == MLC_OK) status = mlci_number_counts_limit(&merged, merged.limit, err);
    if (status == MLC_OK) {
        settle(&merged);
        void *const fitting =
            mlci_realloc(root, merged.cells, merged.n, (int64_t)sizeof *merged.cells);
        if (fitting == NULL) status = mlci_fail_memory(err, merged.n, sizeof *merged.cells);
        if (fitting != NULL) merged.cells = fitting;
    }
    if (status != MLC_OK) {
        mlci_number_counts_clear(&merged);
        return status;
    }
    *out = merged;
    return MLC_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

static inline uint64_t slot_of(uint64_t cell, int32_t slot_bits)
{
    return cell * UINT64_C(0x9E3779B97F4A7C15) >> (64 - slot_bits);
}

static inline mlci_number_cell *find_slot(mlci_number_cell *slots, int32_t slot_bits, uint64_t cell)
{
    const uint64_t mask = ((uint64_t)1 << slot_bits) - 1;
    uint64_t at = slot_of(cell, slot_bits);
    while (slots[at].n != 0 && slots[at].cell != cell)
        at = (at + 1) & mask;
    return &slots[at];
}

mlc_status mlci_number_counter_open(mlci_number_counter *counter, mlci_root *root, int64_t limit,
                                    int32_t is_integer, int64_t n_rows, mlc_error *err)
{
    const int64_t n_slots = (int64_t)1 << FIRST_SLOT_BITS;
    *counter =
        (mlci_number_counter){.counts = {.root = root, .limit = limit, .is_integer = is_integer},
                              .slot_bits = FIRST_SLOT_BITS,
                              .n_rows = n_rows};
    counter->counts.cells = mlci_alloc(root, n_slots, (int64_t)sizeof(mlci_number_cell));
    if (counter->counts.cells != NULL) return MLC_OK;
    return mlci_fail_memory(err, n_slots, (int64_t)sizeof(mlci_number_cell));
}

void mlci_number_counter_close(mlci_number_counter *counter)
{
    mlci_number_counts_clear(&counter->counts);
    mlci_free(counter->keys);
    counter->keys = NULL;
}

/* A table of another size for cells that are `by` bits wider. */
static mlc_status rebuild(mlci_number_counter *counter, int32_t slot_bits, int32_t by,
                          mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    const int64_t n_slots = (int64_t)1 << slot_bits, n_before = (int64_t)1 << counter->slot_bits;
    mlci_number_cell *const slots = mlci_alloc(c->root, n_slots, (int64_t)sizeof *slots);
    if (slots == NULL) return mlci_fail_memory(err, n_slots, (int64_t)sizeof *slots);
    c->n = 0;
    for (int64_t i = 0; i < n_before; i++) {
        if (c->cells[i].n == 0) continue;
        mlci_number_cell *const slot = find_slot(slots, slot_bits, c->cells[i].cell >> by);
        c->n += slot->n == 0;
        slot->cell = c->cells[i].cell >> by;
        slot->n += c->cells[i].n;
    }
    mlci_free(c->cells);
    c->cells = slots;
    c->shift += by;
    counter->slot_bits = slot_bits;
    return MLC_OK;
}

/* Cells wide enough for those of the table and one more. */
static mlc_status widen_table(mlci_number_counter *counter, uint64_t one_more, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    const int64_t n_slots = (int64_t)1 << counter->slot_bits;
    int64_t k = 0, n = c->n + 1;
    MLCI_TRY(go_beyond(c, c->cells, n_slots, err));
    uint64_t *const cells = mlci_alloc_raw(c->root, 2 * n, (int64_t)sizeof *cells);
    if (cells == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *cells);
    cells[k++] = one_more;
    for (int64_t i = 0; i < n_slots; i++)
        if (c->cells[i].n > 0) cells[k++] = c->cells[i].cell;
    mlc_status status = mlci_order_sort_plain(NULL, cells, cells + n, n, err);
    partings p = {{0}};
    for (int64_t i = 1; status == MLC_OK && i < n; i++)
        add_parting(&p, cells[i - 1], cells[i]);
    const int32_t by = bits_to_fit(&p, c->limit);
    mlci_free(cells);
    return status == MLC_OK ? rebuild(counter, counter->slot_bits, by, err) : status;
}

/* The table is as full as it may be, and one more cell wants in. */
static mlc_status make_room(mlci_number_counter *counter, uint64_t one_more, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    if (c->n >= c->limit) return widen_table(counter, one_more, err);
    if (c->n < FEW) return rebuild(counter, counter->slot_bits + 1, 0, err);
    if (counter->keys == NULL) {
        counter->keys = mlci_alloc_raw(c->root, counter->n_rows, (int64_t)sizeof(uint64_t));
    }
    return counter->keys == NULL ? mlci_fail_memory(err, counter->n_rows, sizeof(uint64_t))
                                 : MLC_OK;
}

static int is_full(const mlci_number_counter *counter)
{
    const mlci_number_counts *const c = &counter->counts;
    return c->n >= c->limit || 2 * c->n >= (int64_t)1 << counter->slot_bits;
}

/* A cell that is not there yet. */
static mlc_status add_cell(mlci_number_counter *counter, uint64_t key, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    mlci_number_cell *slot = find_slot(c->cells, counter->slot_bits, key >> c->shift);
    while (slot->n == 0 && is_full(counter)) {
        MLCI_TRY(make_room(counter, key >> c->shift, err));
        if (counter->keys != NULL) {
            counter->keys[counter->n_keys++] = key;
            return MLC_OK;
        }
        slot = find_slot(c->cells, counter->slot_bits, key >> c->shift);
    }
    c->n += slot->n == 0;
    slot->cell = key >> c->shift;
    slot->n++;
    if (c->beyond != NULL) add_beyond(c->beyond, c->is_integer, key, 1);
    return MLC_OK;
}

mlc_status mlci_number_counter_add(mlci_number_counter *counter, const uint64_t *keys, int64_t n,
                                   mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        if (counter->keys != NULL) {
            memcpy(counter->keys + counter->n_keys, keys + i, (size_t)(n - i) * sizeof *keys);
            counter->n_keys += n - i;
            return MLC_OK;
        }
        const mlci_number_counts *const c = &counter->counts;
        mlci_number_cell *const slot = find_slot(c->cells, counter->slot_bits, keys[i] >> c->shift);
        if (slot->n == 0) {
            MLCI_TRY(add_cell(counter, keys[i], err));
        } else {
            slot->n++;
            if (c->beyond != NULL) add_beyond(c->beyond, c->is_integer, keys[i], 1);
        }
    }
    return MLC_OK;
}

/* ---- finishing ------------------------------------------------------------------------------- */

/* The cells of the table, then a run of each key of sorted ones. */
static mlc_status collect_cells(mlc_context *call, mlci_number_counter *counter,
                                mlci_number_cell **out, int64_t *n_out, mlc_error *err)
{
    const mlci_number_counts *const c = &counter->counts;
    mlci_number_cell *const cells = mlci_alloc_raw(c->root, c->n, (int64_t)sizeof *cells);
    mlci_order_key *const keys = mlci_alloc_raw(c->root, 2 * c->n, (int64_t)sizeof *keys);
    mlc_status status = MLC_OK;
    if (cells == NULL || keys == NULL) status = mlci_fail_memory(err, c->n, sizeof *keys);
    int64_t k = 0;
    for (int64_t i = 0; status == MLC_OK && i < (int64_t)1 << counter->slot_bits; i++) {
        if (c->cells[i].n > 0) keys[k++] = (mlci_order_key){c->cells[i].cell, c->cells[i].n};
    }
    if (status == MLC_OK) status = mlci_order_sort(call, keys, keys + c->n, k, err);
    for (int64_t i = 0; status == MLC_OK && i < k; i++)
        cells[i] = (mlci_number_cell){keys[i].key, keys[i].row};
    mlci_free(keys);
    if (status != MLC_OK) {
        mlci_free(cells);
        return status;
    }
    *out = cells;
    *n_out = k;
    return MLC_OK;
}

/* Runs of sorted keys as cells. */
static mlc_status count_runs(mlci_root *root, const uint64_t *keys, int64_t n,
                             mlci_number_cell **out, int64_t *n_out, mlc_error *err)
{
    int64_t n_runs = 0, k = 0;
    for (int64_t i = 0; i < n; i++)
        n_runs += i == 0 || keys[i] != keys[i - 1];
    mlci_number_cell *const cells = mlci_alloc_raw(root, n_runs, (int64_t)sizeof *cells);
    if (cells == NULL) return mlci_fail_memory(err, n_runs, (int64_t)sizeof *cells);
    for (int64_t i = 0; i < n; i++) {
        if (i > 0 && keys[i] == keys[i - 1]) {
            cells[k - 1].n++;
        } else {
            cells[k++] = (mlci_number_cell){keys[i], 1};
        }
    }
    *out = cells;
    *n_out = n_runs;
    return MLC_OK;
}

static mlc_status sort_rest(mlc_context *call, const mlci_number_counter *counter,
                            mlci_number_counts *out, mlc_error *err)
{
    const int64_t n = counter->n_keys;
    uint64_t *const scratch = mlci_alloc_raw(out->root, n, (int64_t)sizeof *scratch);
    if (scratch == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *scratch);
    mlc_status status = mlci_order_sort_plain(call, counter->keys, scratch, n, err);
    mlci_free(scratch);
    if (status == MLC_OK) {
        status = count_runs(out->root, counter->keys, n, &out->cells, &out->n, err);
    }
    return status;
}

mlc_status mlci_number_counter_finish(mlc_context *call, mlci_number_counter *counter,
                                      mlci_number_counts *out, mlc_error *err)
{
    mlci_number_cell *cells = NULL;
    int64_t n = 0;
    mlc_status status = collect_cells(call, counter, &cells, &n, err);
    mlci_number_counts few = counter->counts;
    few.cells = cells;
    few.n = n;
    if (status == MLC_OK) {
        mlci_free(counter->counts.cells);
        counter->counts = (mlci_number_counts){.cells = NULL};
        if (counter->keys == NULL) {
            settle(&few);
            *out = few;
        } else {
            mlci_number_counts rest = few;
            rest.cells = NULL;
            status = sort_rest(call, counter, &rest, err);
            if (status == MLC_OK)
                status = mlci_number_counts_merge(few.root, &few, &rest, out, err);
            mlci_free(rest.cells);
            mlci_number_counts_clear(&few);
        }
    }
    mlci_number_counter_close(counter);
    return status;
}
