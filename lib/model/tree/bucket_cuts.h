/* Cuts of a column of many values without sorting all of them: rows are dealt to some thousand
 * buckets that ascend, and only those that a cut may fall into are sorted. */
#ifndef MLCI_BUCKET_CUTS_H
#define MLCI_BUCKET_CUTS_H

#include "binning.h"
#include "key_sort.h"

/* A column, and which of its rows count for what; below 2^32 rows. */
typedef struct mlci_column_values {
    const double *x;
    int64_t n;
    const mlci_bin_rows *rows;
} mlci_column_values;

/* Memory of one thread. */
typedef struct mlci_bucket_cuts {
    mlci_bucket_map map;
    mlci_bucket_codes codes;
    uint16_t *buckets;                     /* of each row */
    uint32_t *rows;                        /* those that train, by bucket */
    uint32_t first[MLCI_MOST_BUCKETS + 1]; /* of a bucket among them */
    int64_t weight[MLCI_MOST_BUCKETS];     /* 0 for NaN */
} mlci_bucket_cuts;

mlc_status mlci_bucket_cuts_create(mlci_root *root, int64_t n_rows, mlci_bucket_cuts **out,
                                   mlc_error *err);
void mlci_bucket_cuts_free(mlci_bucket_cuts *b); /* may be NULL */

/* The same cuts as mlci_find_cuts() of all values, which must be more than max_bins distinct ones
 * that are not NaN. */
mlc_status mlci_bucket_cuts_find(mlci_bucket_cuts *b, const mlci_tree_kernels *kernels,
                                 const mlci_column_values *v, int32_t max_bins,
                                 mlci_sort_memory *memory, mlci_bin_rule *rule, mlc_error *err);
/* After that: sets up b->codes, so that kernels->code_buckets() codes the column. 0: it cannot,
 * since two cuts share a bucket. */
int mlci_bucket_cuts_codes(mlci_bucket_cuts *b, const mlci_bin_rule *rule);

#endif
