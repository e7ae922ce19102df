/* One column of a table: its rule and its codes. */
#ifndef MLCI_BIN_COLUMN_H
#define MLCI_BIN_COLUMN_H

#include "binning.h"
#include "bucket_cuts.h"
#include "key_sort.h"
#include "value_counts.h"

typedef struct mlci_bin_work {
    mlci_binned *binned;
    const mlci_matrix *x;
    const mlci_bin_rows *rows; /* NULL: only code */
    int32_t max_bins;
    int64_t first;               /* place of row 0 when only coding */
    mlci_sparse_columns *sparse; /* x by its other values, where columns mostly have one */
    int64_t total;               /* weight of all training rows */
    const mlci_tree_kernels *kernels;
} mlci_bin_work;

/* Memory of one thread. */
typedef struct mlci_bin_memory {
    double *columns; /* of a block */
    mlci_sort_memory sort;
    mlci_value_counts *counts;
    mlci_bucket_cuts *buckets; /* NULL: rows are few */
} mlci_bin_memory;

/* Everything but columns; n_rows of them are binned, or only coded. */
mlc_status mlci_bin_memory_create(mlci_root *root, int64_t n_rows, int with_buckets,
                                  mlci_bin_memory *memory, mlc_error *err);
void mlci_bin_memory_clear(mlci_bin_memory *memory);

/* Feature j, whose values are given; or, where column j is among w->sparse, as it is there. */
mlc_status mlci_bin_column(const mlci_bin_work *w, int64_t j, mlci_bin_memory *memory,
                           const double *column, mlc_error *err);
mlc_status mlci_bin_sparse_column(const mlci_bin_work *w, int64_t j, mlci_bin_memory *memory,
                                  mlc_error *err);

#endif
