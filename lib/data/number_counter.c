/* Counting keys: see number_counter.h.
 *
 * Few distinct values are counted in a hash table that stays in the cache. Where they are more than
 * FEW and the limit allows it, the keys that follow are kept and sorted at the end (radix sort,
 * only the bytes that differ); where the limit does not allow it, the cells of the table are made
 * wider and everything goes on in one pass. O(1) a key but for the sort, whose two blocks become
 * the cells and their counts. */
#include "number_counter.h"

#include <string.h>

#define FEW 65536 /* cells of a table that is not a sort */
#define FIRST_SLOT_BITS 8

/* ---- the table ------------------------------------------------------------------------------- */

static inline uint64_t slot_of(uint64_t cell, int32_t slot_bits)
{
    return cell * UINT64_C(0x9E3779B97F4A7C15) >> (64 - slot_bits);
}

static inline mlci_number_slot *find_slot(mlci_number_slot *slots, int32_t slot_bits, uint64_t cell)
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
    counter->slots = mlci_alloc(root, n_slots, (int64_t)sizeof *counter->slots);
    if (counter->slots != NULL) return MLC_OK;
    return mlci_fail_memory(err, n_slots, (int64_t)sizeof *counter->slots);
}

void mlci_number_counter_close(mlci_number_counter *counter)
{
    mlci_number_counts_clear(&counter->counts);
    mlci_free(counter->slots);
    mlci_free(counter->keys);
    counter->slots = NULL;
    counter->keys = NULL;
}

/* A table of another size for cells that are `by` bits wider. */
static mlc_status rebuild(mlci_number_counter *counter, int32_t slot_bits, int32_t by,
                          mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    const int64_t n_slots = (int64_t)1 << slot_bits, n_before = (int64_t)1 << counter->slot_bits;
    mlci_number_slot *const slots = mlci_alloc(c->root, n_slots, (int64_t)sizeof *slots);
    if (slots == NULL) return mlci_fail_memory(err, n_slots, (int64_t)sizeof *slots);
    c->n = 0;
    for (int64_t i = 0; i < n_before; i++) {
        const mlci_number_slot *const from = &counter->slots[i];
        if (from->n == 0) continue;
        mlci_number_slot *const slot = find_slot(slots, slot_bits, from->cell >> by);
        c->n += slot->n == 0;
        slot->cell = from->cell >> by;
        slot->n += from->n;
    }
    mlci_free(counter->slots);
    counter->slots = slots;
    c->shift += by;
    counter->slot_bits = slot_bits;
    return MLC_OK;
}

/* What the table still tells before its cells become wider. */
static mlc_status go_beyond(mlci_number_counter *counter, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    if (c->beyond != NULL) return MLC_OK;
    MLCI_TRY(mlci_number_beyond_open(c, err));
    for (int64_t i = 0; i < (int64_t)1 << counter->slot_bits; i++) {
        const mlci_number_slot *const slot = &counter->slots[i];
        if (slot->n > 0) mlci_number_beyond_add(c->beyond, c->is_integer, slot->cell, slot->n);
    }
    return MLC_OK;
}

/* Cells wide enough for those of the table and one more. */
static mlc_status widen_table(mlci_number_counter *counter, uint64_t one_more, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    int64_t k = 0, n = c->n + 1;
    MLCI_TRY(go_beyond(counter, err));
    uint64_t *const cells = mlci_alloc_raw(c->root, 2 * n, (int64_t)sizeof *cells);
    if (cells == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *cells);
    cells[k++] = one_more;
    for (int64_t i = 0; i < (int64_t)1 << counter->slot_bits; i++)
        if (counter->slots[i].n > 0) cells[k++] = counter->slots[i].cell;
    mlc_status status = mlci_order_sort_plain(NULL, cells, cells + n, n, err);
    const int32_t by = mlci_number_bits_to_fit(cells, n, c->limit);
    mlci_free(cells);
    return status == MLC_OK ? rebuild(counter, counter->slot_bits, by, err) : status;
}

/* The table is as full as it may be, and one more cell wants in. */
static mlc_status make_room(mlci_number_counter *counter, uint64_t one_more, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    if (c->n >= c->limit) return widen_table(counter, one_more, err);
    if (c->n < FEW) return rebuild(counter, counter->slot_bits + 1, 0, err);
    counter->keys = mlci_alloc_raw(c->root, counter->n_rows, (int64_t)sizeof(uint64_t));
    return counter->keys == NULL ? mlci_fail_memory(err, counter->n_rows, sizeof(uint64_t))
                                 : MLC_OK;
}

static int is_full(const mlci_number_counter *counter)
{
    const mlci_number_counts *const c = &counter->counts;
    return c->n >= c->limit || 2 * c->n >= (int64_t)1 << counter->slot_bits;
}

/* A cell that is not there yet; not where keys are kept already. */
static mlc_status add_cell(mlci_number_counter *counter, uint64_t key, mlc_error *err)
{
    mlci_number_counts *const c = &counter->counts;
    mlci_number_slot *slot = find_slot(counter->slots, counter->slot_bits, key >> c->shift);
    while (slot->n == 0 && is_full(counter)) {
        MLCI_TRY(make_room(counter, key >> c->shift, err));
        if (counter->keys != NULL) {
            counter->keys[c->n + counter->n_keys++] = key;
            return MLC_OK;
        }
        slot = find_slot(counter->slots, counter->slot_bits, key >> c->shift);
    }
    c->n += slot->n == 0;
    slot->cell = key >> c->shift;
    slot->n++;
    if (c->beyond != NULL) mlci_number_beyond_add(c->beyond, c->is_integer, key, 1);
    return MLC_OK;
}

/* Counts keys as long as they are in the table. Returns how many were. */
static int64_t count_known(const mlci_number_counter *counter, const uint64_t *keys, int64_t n)
{
    mlci_number_slot *const slots = counter->slots;
    const int32_t slot_bits = counter->slot_bits, shift = counter->counts.shift;
    for (int64_t i = 0; i < n; i++) {
        mlci_number_slot *const slot = find_slot(slots, slot_bits, keys[i] >> shift);
        if (slot->n == 0) return i;
        slot->n++;
    }
    return n;
}

mlc_status mlci_number_counter_add(mlci_number_counter *counter, const uint64_t *keys, int64_t n,
                                   mlc_error *err)
{
    const mlci_number_counts *const c = &counter->counts;
    for (int64_t i = 0; i < n; i++) {
        if (counter->keys != NULL) {
            memcpy(counter->keys + c->n + counter->n_keys, keys + i,
                   (size_t)(n - i) * sizeof *keys);
            counter->n_keys += n - i;
            return MLC_OK;
        }
        const int64_t n_known = count_known(counter, keys + i, n - i);
        for (int64_t k = i; c->beyond != NULL && k < i + n_known; k++)
            mlci_number_beyond_add(c->beyond, c->is_integer, keys[k], 1);
        i += n_known;
        if (i < n) MLCI_TRY(add_cell(counter, keys[i], err));
    }
    return MLC_OK;
}

/* ---- finishing ------------------------------------------------------------------------------- */

/* The slots in use in the order of their cells, with their counts as rows. */
static mlc_status sort_slots(const mlci_number_counter *counter, mlci_order_key **out,
                             mlc_error *err)
{
    const mlci_number_counts *const c = &counter->counts;
    mlci_order_key *const keys = mlci_alloc_raw(c->root, 2 * c->n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * c->n, (int64_t)sizeof *keys);
    int64_t k = 0;
    for (int64_t i = 0; i < (int64_t)1 << counter->slot_bits; i++) {
        const mlci_number_slot *const slot = &counter->slots[i];
        if (slot->n > 0) keys[k++] = (mlci_order_key){slot->cell, slot->n};
    }
    (void)mlci_order_sort(NULL, keys, keys + c->n, k, NULL);
    *out = keys;
    return MLC_OK;
}

/* Runs of equal keys and the slots of the table become cells, in the memory of the keys: there are
 * n_slots places in front of them, so that no cell comes to stand on a key that is to be read. */
static void join_runs(const mlci_order_key *slots, int64_t n_slots, int64_t n_keys,
                      mlci_number_counts *out)
{
    uint64_t *const keys = out->cells;
    const int64_t end = n_slots + n_keys;
    int64_t i = 0, j = n_slots, k = 0, total = 0;
    while (i < n_slots || j < end) {
        const int is_slot = i < n_slots && (j == end || slots[i].key <= keys[j]);
        const uint64_t cell = is_slot ? slots[i].key : keys[j];
        if (is_slot) total += slots[i++].row;
        for (; j < end && keys[j] == cell; j++)
            total++;
        out->cells[k] = cell;
        out->ends[k++] = total;
    }
    out->n = k;
}

static mlc_status collect(mlc_context *call, mlci_number_counter *counter, mlci_number_counts *out,
                          mlc_error *err)
{
    const int64_t n_slots = counter->counts.n, n = n_slots + counter->n_keys;
    mlci_order_key *slots = NULL;
    mlc_status status = MLC_OK;
    *out = counter->counts;
    counter->counts.beyond = NULL;
    out->cells = counter->keys;
    counter->keys = NULL;
    if (out->cells == NULL) out->cells = mlci_alloc_raw(out->root, n, sizeof(uint64_t));
    out->ends = mlci_alloc_raw(out->root, n, sizeof(int64_t));
    if (out->cells == NULL || out->ends == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof(int64_t));
    }
    if (status == MLC_OK && counter->n_keys > 0) {
        status = mlci_order_sort_plain(call, out->cells + n_slots, (uint64_t *)out->ends,
                                       counter->n_keys, err);
    }
    if (status == MLC_OK) status = sort_slots(counter, &slots, err);
    if (status == MLC_OK) join_runs(slots, n_slots, counter->n_keys, out);
    mlci_free(slots);
    return status;
}

mlc_status mlci_number_counter_finish(mlc_context *call, mlci_number_counter *counter,
                                      mlci_number_counts *out, mlc_error *err)
{
    mlci_number_counts made;
    mlc_status status = collect(call, counter, &made, err);
    mlci_number_counter_close(counter);
    if (status == MLC_OK) status = mlci_number_counts_limit(&made, made.limit, err);
    if (status == MLC_OK) status = mlci_number_counts_fit(&made, err);
    if (status != MLC_OK) {
        mlci_number_counts_clear(&made);
        return status;
    }
    mlci_number_beyond_settle(&made);
    *out = made;
    return MLC_OK;
}
