/* Training rows in several places: a grower asks each for sums, which are integers and so add up
 * exactly in any order, and tells each how leaves are parted. What a place holds never leaves it.
 */
#ifndef MLCI_GROW_SHARDS_H
#define MLCI_GROW_SHARDS_H

#include "histogram.h"

/* Some rows: their codes, gradients, weights, and which of them are in each leaf. */
typedef struct mlci_shard {
    mlci_root *root;
    mlci_binned binned; /* rules and bundles are borrowed; the rows are its own */
    const mlci_gradients *gradients;
    const int64_t *row_weight; /* NULL: all 1 */
    mlci_histogram_builder *builder;
    uint32_t *rows, *other_rows;
    int64_t *begin, *n, *n_left; /* by leaf: a range of rows, and how many of them go left */
} mlci_shard;

/* All that a tree is grown on. */
typedef struct mlci_shards {
    int32_t n;
    mlci_shard *const *shards;
} mlci_shards;

/* n rows of binned data, whose rules and bundles must outlive the shard; their gradients and
 * weights are by place among them. */
mlc_status mlci_shard_open(mlc_context *call, const mlci_binned *whole, const uint32_t *rows,
                           int64_t n, const mlci_gradients *gradients, const int64_t *row_weight,
                           int64_t max_leaves, mlci_shard **out, mlc_error *err);
void mlci_shard_close(mlci_shard *shard);
/* Between computing gradients and rounding them: the largest scales count everywhere. */
void mlci_shards_share_scales(mlci_gradients *const *gradients, int32_t n);

/* All rows are in leaf 0; their number and weight. */
void mlci_shards_start(const mlci_shards *shards, int64_t *n, int64_t *weight);
/* The histogram of a leaf. */
mlc_status mlci_shards_build(mlc_context *call, const mlci_shards *shards, int64_t leaf,
                             mlci_histogram *out, mlc_error *err);
/* Parts the rows of a leaf: those whose code of a bundle is in set come first. */
mlc_status mlci_shards_part(mlc_context *call, const mlci_shards *shards, int64_t leaf,
                            int32_t bundle, const uint32_t set[MLCI_CODE_SET_WORDS],
                            int64_t *n_left, int64_t *left_weight, mlc_error *err);
/* Keeps that: what does not go left is another leaf. Else it counts for nothing, since the order of
 * rows in a place does not show. */
void mlci_shards_divide(const mlci_shards *shards, int64_t leaf, int64_t right);
/* Adds the weights of the rows of a leaf by code of a used feature. */
void mlci_shards_add_weights(const mlci_shards *shards, int64_t leaf, int32_t used,
                             int64_t weight[MLCI_BIN_CODES]);
/* Fine sums of a leaf: g and h. */
void mlci_shards_sum(const mlci_shards *shards, int64_t leaf, int64_t sum[2]);

#endif
