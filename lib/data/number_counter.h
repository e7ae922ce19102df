/* Counting numbers as they come, in any order: see number_counts.h for what comes out. */
#ifndef MLCI_NUMBER_COUNTER_H
#define MLCI_NUMBER_COUNTER_H

#include "number_counts.h"

typedef struct mlci_number_slot {
    uint64_t cell;
    int64_t n; /* 0: free */
} mlci_number_slot;

/* A hash table of cells, and keys yet to be sorted. */
typedef struct mlci_number_counter {
    mlci_number_counts counts; /* without cells; n: slots that are taken */
    mlci_number_slot *slots;
    int32_t slot_bits;
    uint64_t *keys; /* room for n_rows: counts.n of it is left free, then those past the table */
    int64_t n_keys, n_rows;
} mlci_number_counter;

/* For at most n_rows keys. */
mlc_status mlci_number_counter_open(mlci_number_counter *counter, mlci_root *root, int64_t limit,
                                    int32_t is_integer, int64_t n_rows, mlc_error *err);
mlc_status mlci_number_counter_add(mlci_number_counter *counter, const uint64_t *keys, int64_t n,
                                   mlc_error *err);
/* The counts of what was added. The counter is closed, also on failure. */
mlc_status mlci_number_counter_finish(mlc_context *call, mlci_number_counter *counter,
                                      mlci_number_counts *out, mlc_error *err);
void mlci_number_counter_close(mlci_number_counter *counter);

#endif
