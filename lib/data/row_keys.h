/* Rows by their values in some columns: as words that are equal where the values are, and numbered
 * by group. What finds duplicates, groups and partners of rows. */
#ifndef MLCI_ROW_KEYS_H
#define MLCI_ROW_KEYS_H

#include "dataset_impl.h"

typedef struct mlci_row_keys {
    mlci_root *root;
    int64_t n_rows;
    int64_t n_words;       /* a row */
    const uint64_t *words; /* n_rows x n_words */
    uint64_t *own;         /* their block, or NULL: */
    mlci_column *column;   /* they are the values of this one; reference */
    uint8_t *has_none;     /* by row: 1, equal to nothing; NULL: no such row */
} mlci_row_keys;

/* The rows of a dataset by these fields. Missing values (NaN too) are equal to each other and to
 * nothing else, -0 is 0. MLC_ERROR_COLUMN for vectors. */
mlc_status mlci_row_keys_open(mlc_context *call, const mlc_dataset *dataset, const int32_t *fields,
                              int32_t n_fields, mlci_row_keys *out, mlc_error *err);
/* The rows of two datasets, by fields that go together in pairs: text with category, and numbers
 * with each other by value, without rounding. A missing value is equal to nothing. MLC_ERROR_COLUMN
 * for a pair of types that cannot be equal. */
mlc_status mlci_row_keys_open_pairs(mlc_context *call, const mlc_dataset *first,
                                    const int32_t *first_fields, const mlc_dataset *second,
                                    const int32_t *second_fields, int32_t n_fields,
                                    mlci_row_keys *first_out, mlci_row_keys *second_out,
                                    mlc_error *err);
/* The rows of first, then those of second. */
mlc_status mlci_row_keys_append(const mlci_row_keys *first, const mlci_row_keys *second,
                                mlci_row_keys *out, mlc_error *err);
void mlci_row_keys_close(mlci_row_keys *keys);

typedef struct mlci_key_groups {
    int64_t n_rows, n_groups;
    int64_t *number; /* by row: its group; -1 for a row that is equal to nothing */
    int64_t *first;  /* by group: its first row */
} mlci_key_groups;

/* Groups numbered as they appear. */
mlc_status mlci_key_groups_open(mlc_context *call, const mlci_row_keys *keys, mlci_key_groups *out,
                                mlc_error *err);
void mlci_key_groups_close(mlci_key_groups *groups);

#endif
