/* Rows of a kernel matrix, computed when they are asked for and kept while there is room. */
#ifndef MLCI_SVM_ROWS_H
#define MLCI_SVM_ROWS_H

#include "context_impl.h"
#include "svm_kernel.h"

typedef struct mlci_svm_rows {
    mlc_context *call;
    const mlci_kernels *kernels;
    mlci_svm_points points; /* all rows, packed */
    const double *x;        /* the same, contiguous; the caller's */
    int64_t n, capacity;    /* rows, and how many of the matrix there is room for */
    double *values;         /* capacity x n */
    int64_t *slot_of;       /* by row; -1: not here */
    int64_t *row_in;        /* by slot; -1: empty */
    int64_t *used;          /* by slot: the last round that wanted it */
    int64_t *missing;       /* rows to be computed */
    int64_t n_missing, n_filled, round;
    double *packed, *gathered, *scratch; /* scratch: a block a slot of the pool */
    int32_t *is_finite;                  /* by slot of the pool */
} mlci_svm_rows;

/* x: contiguous n x n_features. Room is made for cache_bytes, at least for least_rows rows and at
 * most for all. On failure nothing is held. */
mlc_status mlci_svm_rows_open(mlci_svm_rows *rows, mlc_context *call, const mlci_svm_kernel *kernel,
                              const double *x, int64_t n, int64_t n_features, int64_t cache_bytes,
                              int64_t least_rows, mlc_error *err);
/* Makes the n_wanted (at most least_rows) different rows present until the next call; they are at
 * mlci_svm_row(). Which rows leave depends on what was wanted before, never on threads. Values that
 * are not finite are MLC_ERROR_NUMERIC. */
mlc_status mlci_svm_rows_want(mlci_svm_rows *rows, const int64_t *wanted, int64_t n_wanted,
                              mlc_error *err);
static inline const double *mlci_svm_row(const mlci_svm_rows *rows, int64_t row)
{
    return rows->values + rows->slot_of[row] * rows->n;
}
/* A zeroed struct is fine. */
void mlci_svm_rows_close(mlci_svm_rows *rows);

#endif
