/* Columns as decision trees see them: the rank of each value among the distinct ones.
 *
 * Thresholds are looked for among ranks, so splits are exact. Next to its rank a number has a code
 * of one byte, which rises with it: codes 1 .. n_codes - 1 with about equally many rows, 0 for a
 * missing value. Up to 255 values have codes of their own and need no ranks. The 255 heaviest
 * categories have codes; others, unseen ones and missing values share 0. */
#ifndef MLCI_CART_COLUMNS_H
#define MLCI_CART_COLUMNS_H

#include "binning.h"

#define MLCI_CART_MISSING UINT32_MAX /* the rank of a missing value */

typedef struct mlci_cart_column {
    int32_t is_category;
    int32_t n_codes;
    uint8_t *codes;                     /* of each row, and MLCI_CODE_ROWS_SLACK more */
    uint32_t *ranks;                    /* of each row; NULL: code - 1 */
    int64_t n_values;                   /* numbers: distinct ones */
    double *values;                     /* of each rank, ascending */
    uint32_t last_rank[MLCI_BIN_CODES]; /* numbers: the highest with each code */
    int32_t n_categories;
    uint8_t *bin_of_code; /* categories: code of each */
} mlci_cart_column;

typedef struct mlci_cart_columns {
    mlci_root *root;
    int64_t n_rows;
    int32_t n_features;
    mlci_cart_column *columns;
    int32_t n_used; /* features with two codes or values at least */
    int32_t *used;  /* their indices, ascending */
} mlci_cart_columns;

/* order: the row of x at each place, NULL for the same; weight: fixed-point weights by place, at
 * least 1, NULL for 1. */
mlc_status mlci_cart_columns_fit(mlc_context *call, const mlci_matrix *x, const int64_t *order,
                                 const int64_t *weight, mlci_cart_columns **out, mlc_error *err);
void mlci_cart_columns_free(mlci_cart_columns *columns);

/* The ranks of n rows; MLCI_CART_MISSING for a missing value. */
static inline void mlci_cart_take_ranks(const mlci_cart_column *column, const uint32_t *rows,
                                        int64_t n, uint32_t *ranks)
{
    if (column->ranks != NULL) {
        for (int64_t i = 0; i < n; i++)
            ranks[i] = column->ranks[rows[i]];
    } else {
        for (int64_t i = 0; i < n; i++)
            ranks[i] = (uint32_t)column->codes[rows[i]] - 1;
    }
}

#endif
