/* Nearest neighbours of rows among themselves, exactly. */
#ifndef MLCI_NEIGHBORS_H
#define MLCI_NEIGHBORS_H

#include "context_impl.h"

/* Squared distance: the sum of squared differences of the numbers, and `mismatch` for each code
 * that differs. */
typedef struct mlci_neighbor_rows {
    int64_t n;
    int64_t n_numbers, n_codes;
    const double *numbers; /* n x n_numbers, row-major, finite */
    const int32_t *codes;  /* n_codes columns of n */
    double mismatch;
} mlci_neighbor_rows;

/* For each row the k nearest others, nearest first, ties to the lowest row: out is n x k, n above
 * k. The same bits for any number of threads. At most O(n^2 (n_numbers + n_codes)), far
 * less with a few numbers. */
mlc_status mlci_neighbors_of_rows(mlc_context *call, const mlci_neighbor_rows *rows, int64_t k,
                                  int64_t *out, mlc_error *err);

#endif
