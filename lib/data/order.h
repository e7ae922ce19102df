/* Values as unsigned keys that sort like them, and a stable sort of such keys. */
#ifndef MLCI_ORDER_H
#define MLCI_ORDER_H

#include "context_impl.h"
#include "dataset_impl.h"

typedef struct mlci_order_key {
    uint64_t key;
    int64_t row;
} mlci_order_key;

/* Ascending keys, rows of equal keys as they were. scratch: room for n. Looks for a cancel; call
 * NULL: it does not, and cannot fail. */
mlc_status mlci_order_sort(mlc_context *call, mlci_order_key *keys, mlci_order_key *scratch,
                           int64_t n, mlc_error *err);
/* The same for keys alone. */
mlc_status mlci_order_sort_plain(mlc_context *call, uint64_t *keys, uint64_t *scratch, int64_t n,
                                 mlc_error *err);

/* -0.0 as 0.0; every NaN the largest. */
uint64_t mlci_order_of_real(double value);
double mlci_order_real(uint64_t key);
uint64_t mlci_order_of_integer(int64_t value);
int64_t mlci_order_integer(uint64_t key);

/* One key a row of a column that is neither text nor vector: integers and timestamps by value,
 * categories by code, others as reals. Missing and NaN rows are left out. Returns how many. */
int64_t mlci_order_keys(const mlci_column *column, mlci_order_key *keys);

/* Numbers the distinct values of a column from 0 in ascending order; missing and NaN are -1.
 * Vectors are MLC_ERROR_COLUMN. out: n_rows. *n_values may be NULL. */
mlc_status mlci_order_number(mlc_context *call, const mlci_column *column, int32_t *out,
                             int32_t *n_values, mlc_error *err);

#endif
