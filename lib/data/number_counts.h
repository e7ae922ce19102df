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

typedef struct mlci_number_cell {
    uint64_t cell; /* key >> shift */
    int64_t n;     /* at least 1 */
} mlci_number_cell;

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
    mlci_number_cell *cells;    /* ascending */
    mlci_number_beyond *beyond; /* NULL while shift is 0 */
} mlci_number_counts;

/* Counts in the making: a hash table of cells, and keys yet to be sorted. */
typedef struct mlci_number_counter {
    mlci_number_counts counts; /* cells: the slots of the table; n: how many are taken */
    int32_t slot_bits;
    uint64_t *keys; /* that went past the table; room for n_rows */
    int64_t n_keys, n_rows;
} mlci_number_counter;

#define MLCI_COUNT_UNLIMITED INT64_MAX

/* For at most n_rows keys. */
mlc_status mlci_number_counter_open(mlci_number_counter *counter, mlci_root *root, int64_t limit,
                                    int32_t is_integer, int64_t n_rows, mlc_error *err);
mlc_status mlci_number_counter_add(mlci_number_counter *counter, const uint64_t *keys, int64_t n,
                                   mlc_error *err);
/* The counts of what was added. The counter is closed, also on failure. */
mlc_status mlci_number_counter_finish(mlc_context *call, mlci_number_counter *counter,
                                      mlci_number_counts *out, mlc_error *err);
void mlci_number_counter_close(mlci_number_counter *counter);

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

#endif
