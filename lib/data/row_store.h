/* Rows of single cells, kept column by column until they become a dataset. */
#ifndef MLCI_ROW_STORE_H
#define MLCI_ROW_STORE_H

#include <mlcore/value.h>

#include "dataset_impl.h"

typedef struct mlci_row_column {
    char *name;
    int32_t type;
    uint8_t *there;   /* 1 a row that has a value */
    int64_t *integer; /* BOOL, INT64, TIMESTAMP */
    double *real;     /* FLOAT32, FLOAT64 */
    int64_t *end;     /* TEXT, CATEGORY: where the row's text ends in bytes */
    char *bytes;
    int64_t n_bytes, bytes_capacity;
} mlci_row_column;

typedef struct mlci_row_store {
    mlci_root *root;
    int32_t n_columns;
    mlci_row_column *columns;
    int64_t n_rows, capacity;
} mlci_row_store;

/* columns: `age:int64,city:category`. On failure the store is empty. */
mlc_status mlci_row_store_open(mlci_root *root, const char *columns, mlci_row_store *store,
                               mlc_error *err);
/* Adds n rows of n_columns values each, all or none. */
mlc_status mlci_row_store_add(mlci_row_store *store, const mlc_value *values, int64_t n,
                              mlc_error *err);
/* The rows as a dataset without roles; the store keeps them. */
mlc_status mlci_row_store_dataset(const mlci_row_store *store, mlc_dataset **out, mlc_error *err);
/* Forgets the rows; columns and memory stay. */
void mlci_row_store_empty(mlci_row_store *store);
void mlci_row_store_close(mlci_row_store *store);

#endif
