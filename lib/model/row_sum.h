/* Sums over rows that come out the same for any number of threads.
 *
 * The rows are cut into blocks and the blocks into strips by the sizes of the problem alone. A
 * strip adds its blocks in order into numbers of its own; the strips are combined in a fixed
 * tree. What it costs over a plain sum is one set of numbers a strip: 64 MB in all, or two
 * sets where one is larger than that. */
#ifndef MLCI_ROW_SUM_H
#define MLCI_ROW_SUM_H

#include "context_impl.h"

/* Adds what rows first .. first + n give to sums. scratch is of the thread's own. */
typedef mlc_status (*mlci_row_sum_fn)(void *arg, int64_t first, int64_t n, double *scratch,
                                      double *sums, mlc_error *err);

typedef struct mlci_row_sum {
    mlc_context *call;
    int64_t n_rows;
    int64_t block_rows; /* rows that fn is given at most */
    int64_t n_strips, strip_rows;
    int64_t sums_stride, scratch_stride;
    double *sums;    /* n_strips x sums_stride */
    double *scratch; /* a slot of the pool: scratch_stride */
} mlci_row_sum;

/* Rows of n_features doubles that fn is given at once: 32 to 256, so that they stay in the
 * second cache while they are used several times. */
int64_t mlci_row_sum_block(int64_t n_features);

/* For several runs over the same rows. block_rows: as mlci_row_sum_block() says. n_sums and
 * n_scratch: doubles. On failure nothing is held. */
mlc_status mlci_row_sum_open(mlci_row_sum *s, mlc_context *call, int64_t n_rows, int64_t block_rows,
                             int64_t n_sums, int64_t n_scratch, mlc_error *err);
/* Runs fn over all rows for the first n_sums numbers of those there are; *sums is valid until
 * the next run or close. */
mlc_status mlci_row_sum_run(mlci_row_sum *s, int64_t n_sums, mlci_row_sum_fn fn, void *arg,
                            double **sums, mlc_error *err);
/* A zeroed struct is fine. */
void mlci_row_sum_close(mlci_row_sum *s);

#endif
