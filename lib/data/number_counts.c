/* Counts of numbers, made coarser and merged: see number_counts.h. O(n) cells each; what is asked
 * of counts is found by bisection, as counts are kept added up. */
#include "number_counts.h"

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
    const uint64_t low = counts->cells[i] << counts->shift;
    return i == 0 && counts->beyond != NULL ? counts->beyond->low : low;
}

uint64_t mlci_number_cell_high(const mlci_number_counts *counts, int64_t i)
{
    if (i == counts->n - 1 && counts->beyond != NULL) return counts->beyond->high;
    return counts->cells[i] << counts->shift | last_bits(counts->shift);
}

void mlci_number_counts_clear(mlci_number_counts *counts)
{
    mlci_free(counts->cells);
    mlci_free(counts->ends);
    mlci_free(counts->beyond);
    counts->cells = NULL;
    counts->ends = NULL;
    counts->beyond = NULL;
    counts->n = 0;
}

/* ---- limits ---------------------------------------------------------------------------------- */

mlc_status mlci_number_beyond_open(mlci_number_counts *counts, mlc_error *err)
{
    counts->beyond = mlci_alloc(counts->root, 1, sizeof *counts->beyond);
    if (counts->beyond == NULL) return mlci_fail_memory(err, 1, sizeof *counts->beyond);
    counts->beyond->low = UINT64_MAX;
    return MLC_OK;
}

void mlci_number_beyond_settle(mlci_number_counts *counts)
{
    if (counts->beyond == NULL) return;
    mlci_long_settle(&counts->beyond->sum);
    mlci_long_settle(&counts->beyond->squares);
}

static void add_values(mlci_number_beyond *beyond, const mlci_number_counts *counts)
{
    for (int64_t i = 0; i < counts->n; i++) {
        mlci_number_beyond_add(beyond, counts->is_integer, counts->cells[i],
                               mlci_number_count(counts, i));
    }
}

/* Cells that are `by` bits wider, in place. */
static void widen(mlci_number_counts *counts, int32_t by)
{
    int64_t k = 0;
    for (int64_t i = 0; i < counts->n; i++) {
        const uint64_t cell = counts->cells[i] >> by;
        k += k == 0 || counts->cells[k - 1] != cell;
        counts->cells[k - 1] = cell;
        counts->ends[k - 1] = counts->ends[i];
    }
    counts->n = k;
    counts->shift += by;
}

int32_t mlci_number_bits_to_fit(const uint64_t *cells, int64_t n, int64_t limit)
{
    /* How many neighbours differ in the k-th bit from the end, from 1, and in no higher one: so
     * many cells are gone when that bit is. As the limit is at least 2, 63 bits fit. */
    int64_t partings[65] = {0}, n_left = 1;
    for (int64_t i = 1; i < n; i++)
        partings[64 - __builtin_clzll(cells[i - 1] ^ cells[i])]++;
    int32_t by = 64;
    while (by > 0 && n_left + partings[by] <= limit)
        n_left += partings[by--];
    return by;
}

mlc_status mlci_number_counts_limit(mlci_number_counts *counts, int64_t limit, mlc_error *err)
{
    if (limit < counts->limit) counts->limit = limit;
    if (counts->n <= counts->limit) return MLC_OK;
    if (counts->beyond == NULL) {
        MLCI_TRY(mlci_number_beyond_open(counts, err));
        add_values(counts->beyond, counts);
    }
    widen(counts, mlci_number_bits_to_fit(counts->cells, counts->n, counts->limit));
    mlci_number_beyond_settle(counts);
    return MLC_OK;
}

/* ---- merging --------------------------------------------------------------------------------- */

/* Cells of two ascending lists as wide as out's. */
static void join_cells(const mlci_number_counts *a, const mlci_number_counts *b,
                       mlci_number_counts *out)
{
    const int32_t by_a = out->shift - a->shift, by_b = out->shift - b->shift;
    int64_t i = 0, j = 0, k = 0, total = 0;
    while (i < a->n || j < b->n) {
        const int take_a = j == b->n || (i < a->n && a->cells[i] >> by_a <= b->cells[j] >> by_b);
        const uint64_t cell = take_a ? a->cells[i] >> by_a : b->cells[j] >> by_b;
        total += take_a ? mlci_number_count(a, i++) : mlci_number_count(b, j++);
        k += k == 0 || out->cells[k - 1] != cell;
        out->cells[k - 1] = cell;
        out->ends[k - 1] = total;
    }
    out->n = k;
}

static void join_beyond(mlci_number_counts *out, const mlci_number_counts *part)
{
    mlci_number_beyond *const to = out->beyond;
    const mlci_number_beyond *const from = part->beyond;
    if (from == NULL) {
        add_values(to, part);
        return;
    }
    mlci_long_add_sum(&to->sum, &from->sum);
    mlci_long_add_sum(&to->squares, &from->squares);
    mlci_sketch_merge(&to->distinct, &from->distinct);
    if (from->low < to->low) to->low = from->low;
    if (from->high > to->high) to->high = from->high;
}

static mlc_status reserve(mlci_number_counts *counts, int64_t n, mlc_error *err)
{
    counts->cells = mlci_alloc_raw(counts->root, n, (int64_t)sizeof *counts->cells);
    counts->ends = mlci_alloc_raw(counts->root, n, (int64_t)sizeof *counts->ends);
    if (counts->cells != NULL && counts->ends != NULL) return MLC_OK;
    return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *counts->cells);
}

mlc_status mlci_number_counts_fit(mlci_number_counts *counts, mlc_error *err)
{
    const int64_t n = counts->n, size = (int64_t)sizeof(uint64_t);
    uint64_t *const cells = mlci_realloc(counts->root, counts->cells, n, size);
    if (cells == NULL) return mlci_fail_memory(err, n, size);
    counts->cells = cells;
    int64_t *const ends = mlci_realloc(counts->root, counts->ends, n, size);
    if (ends == NULL) return mlci_fail_memory(err, n, size);
    counts->ends = ends;
    return MLC_OK;
}

mlc_status mlci_number_counts_merge(mlci_root *root, const mlci_number_counts *a,
                                    const mlci_number_counts *b, mlci_number_counts *out,
                                    mlc_error *err)
{
    mlci_number_counts merged = {.root = root,
                                 .limit = a->limit < b->limit ? a->limit : b->limit,
                                 .is_integer = a->is_integer,
                                 .shift = a->shift > b->shift ? a->shift : b->shift};
    mlc_status status = reserve(&merged, a->n + b->n, err);
    if (status == MLC_OK && merged.shift > 0) {
        status = mlci_number_beyond_open(&merged, err);
        if (status == MLC_OK) join_beyond(&merged, a);
        if (status == MLC_OK) join_beyond(&merged, b);
    }
    if (status == MLC_OK) join_cells(a, b, &merged);
    if (status == MLC_OK) status = mlci_number_counts_limit(&merged, merged.limit, err);
    if (status == MLC_OK) status = mlci_number_counts_fit(&merged, err);
    if (status != MLC_OK) {
        mlci_number_counts_clear(&merged);
        return status;
    }
    mlci_number_beyond_settle(&merged);
    *out = merged;
    return MLC_OK;
}

/* ---- looking up ------------------------------------------------------------------------------ */

int64_t mlci_number_cell_at(const mlci_number_counts *counts, int64_t position)
{
    int64_t low = 0, high = counts->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const int is_later = counts->ends[middle] <= position;
        low = is_later ? middle + 1 : low;
        high = is_later ? high : middle;
    }
    return low;
}

int64_t mlci_number_cells_before(const mlci_number_counts *counts, uint64_t key)
{
    int64_t low = 0, high = counts->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const int is_before = counts->cells[middle] < key >> counts->shift;
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
    }
    return low;
}

int64_t mlci_number_cells_below(const mlci_number_counts *counts, double bound, int or_equal)
{
    int64_t low = 0, high = counts->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const double greatest = mlci_number_value(counts, mlci_number_cell_high(counts, middle));
        const int is_below = greatest < bound || (or_equal && greatest == bound);
        low = is_below ? middle + 1 : low;
        high = is_below ? high : middle;
    }
    return low;
}
