/* Sums of pairs of columns, without rounding, from which correlations follow. They merge exactly:
 * the sums of parts add up to those of the whole, to the last bit. */
#ifndef MLCI_CORRELATION_H
#define MLCI_CORRELATION_H

#include "context_impl.h"
#include "error.h"
#include "long_sum.h"

#define MLCI_CORRELATION_COLUMNS 256

/* Of all rows in which a column is finite; of rows in which it is and another column is not. */
typedef struct mlci_column_sums {
    int64_t n;
    mlci_long_sum sum, squares;
} mlci_column_sums;

typedef struct mlci_pair_sums {
    mlci_long_sum products;
    mlci_column_sums *lost[2]; /* of the first and the second column; NULL: no such row */
} mlci_pair_sums;

typedef struct mlci_correlation {
    mlci_root *root;
    int32_t n_columns;
    mlci_column_sums *columns;
    mlci_pair_sums *pairs; /* (i, j) with i < j at i n - i (i + 1) / 2 + j - i - 1 */
} mlci_correlation;

/* MLC_ERROR_LIMIT beyond MLCI_CORRELATION_COLUMNS. */
mlc_status mlci_correlation_create(mlci_root *root, int64_t n_columns, mlci_correlation **out,
                                   mlc_error *err);
void mlci_correlation_free(mlci_correlation *correlation);
/* n rows of values, column by column, stride values from a column to the next; what is not finite
 * counts as missing. */
mlc_status mlci_correlation_add(mlci_correlation *correlation, const double *values, int64_t n,
                                int64_t stride, mlc_error *err);
mlc_status mlci_correlation_merge(mlci_correlation *correlation, const mlci_correlation *part,
                                  mlc_error *err);
void mlci_correlation_settle(mlci_correlation *correlation);
/* Pearson's coefficient over the rows in which both are finite, NaN where one is constant there;
 * *n (may be NULL): those rows. */
double mlci_correlation_of(const mlci_correlation *correlation, int32_t i, int32_t j, int64_t *n);
int64_t mlci_correlation_pair(const mlci_correlation *correlation, int32_t i, int32_t j);

#endif
