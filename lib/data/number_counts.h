/* Which numbers a column holds how often, in bounded memory, as a function of the multiset alone.
 *
 * Numbers are 64-bit keys that sort like them (order.h). While no more than `limit` of them differ,
 * each has its count. Beyond that, keys that share all but their last `shift` bits share a cell,
 * where shift is the smallest number with which no more than limit cells are occupied. A part of
 * the rows occupies no more cells than the whole with any shift, so its shift is at most that of
 * the whole: parts can be made coarser until they fit and their counts added, and the result is,
 * byte for byte, that of the whole, for any partition and any order of merging.
 *
 * What cells cannot tell is kept beside them from the first coarsening on: exact sums, the least
 * and the greatest key, and a sketch of the distinct values. */
#ifndef MLCI_NUMBER_COUNTS_H
#define MLCI_NUMBER_COUNTS_H

#include "context_impl.h"
#include "distinct_sketch.h"
#include "error.h"
#include "long_sum.h"
#include "order.h"
#include "order_key.h"

typedef struct mlci_number_beyond {
    mlci_long_sum sum, squares;
    mlci_distinct_sketch distinct;
    uint64_t low, high; /* keys */
} mlci_number_beyond;

typedef struct mlci_number_counts {
    mlci_root *root;
    int64_t limit;      /* most cells, at least 2 */
    int32_t is_integer; /* keys of integers, else of reals */
    int32_t shift;
    int64_t n;                  /* cells */
    uint64_t *cells;            /* ascending: key >> shift */
    int64_t *ends;              /* how many numbers lie in cells 0 .. i: ascending */
    mlci_number_beyond *beyond; /* NULL while shift is 0 */
} mlci_number_counts;

#define MLCI_COUNT_UNLIMITED INT64_MAX

/* How many numbers cell i holds, and all cells. */
static inline int64_t mlci_number_count(const mlci_number_counts *counts, int64_t i)
{
    return counts->ends[i] - (i == 0 ? 0 : counts->ends[i - 1]);
}

static inline int64_t mlci_number_total(const mlci_number_counts *counts)
{
    return counts->n == 0 ? 0 : counts->ends[counts->n - 1];
}

/* Those of both; the limit is the smaller one. out: any bytes. */
mlc_status mlci_number_counts_merge(mlci_root *root, const mlci_number_counts *a,
                                    const mlci_number_counts *b, mlci_number_counts *out,
                                    mlc_error *err);
/* Those that a smaller limit would have given. */
mlc_status mlci_number_counts_limit(mlci_number_counts *counts, int64_t limit, mlc_error *err);
void mlci_number_counts_clear(mlci_number_counts *counts);

double mlci_number_value(const mlci_number_counts *counts, uint64_t key);
/* The least and the greatest key of a cell. */
uint64_t mlci_number_cell_low(const mlci_number_counts *counts, int64_t i);
uint64_t mlci_number_cell_high(const mlci_number_counts *counts, int64_t i);

/* The cell of the number at a position from 0 among all in order; n past the last. */
int64_t mlci_number_cell_at(const mlci_number_counts *counts, int64_t position);
/* How many cells lie before a key that no cell parts. */
int64_t mlci_number_cells_before(const mlci_number_counts *counts, uint64_t key);
/* How many cells hold no number above the bound, nor one equal to it unless or_equal. */
int64_t mlci_number_cells_below(const mlci_number_counts *counts, double bound, int or_equal);

/* ---- for counters (number_counter.c) */

/* Gives back the memory that its cells do not need. */
mlc_status mlci_number_counts_fit(mlci_number_counts *counts, mlc_error *err);

/* Starts to keep what cells cannot tell, of nothing so far. */
mlc_status mlci_number_beyond_open(mlci_number_counts *counts, mlc_error *err);
void mlci_number_beyond_settle(mlci_number_counts *counts);
/* The least number of bits by which ascending cells must become wider to be at most limit. */
int32_t mlci_number_bits_to_fit(const uint64_t *cells, int64_t n, int64_t limit);

static inline void mlci_number_beyond_add(mlci_number_beyond *beyond, int is_integer, uint64_t key,
                                          int64_t n)
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

#endif
