/* What the parts of tree growth share: open leaves, rows, memory. Private to grow.c and
 * leaf_value.c. */
#ifndef MLCI_GROW_STATE_H
#define MLCI_GROW_STATE_H

#include "grow.h"
#include "tree_kernels.h"

#define MLCI_LEAF_ROWS 16384 /* rows a task of the passes over leaves */

typedef struct mlci_leaf {
    int32_t node, depth;
    int64_t begin, n; /* range of rows, ascending unless a split was taken back */
    int64_t g, h, weight;
    int32_t is_exact;      /* weights of children are counted, not estimated */
    double gain;           /* of the split, coarse units */
    mlci_tree_split split; /* used -1: none */
    mlci_histogram *histogram;
} mlci_leaf;

/* A piece of a leaf's rows. */
typedef struct mlci_leaf_chunk {
    int32_t leaf;
    int64_t begin, end;
    int64_t g, h; /* fine sums */
} mlci_leaf_chunk;

struct mlci_grower {
    mlci_root *root;
    mlci_grow_data data;
    mlci_grow_rules rules;
    mlci_split_rules split_rules; /* of this tree */
    mlci_histogram_builder *builder;
    int64_t max_leaves;
    int64_t n_leaves;
    mlci_leaf *leaves;
    int32_t *heap; /* open leaves that can be split, best first */
    int64_t n_heap;
    uint32_t *rows, *other_rows;
    int64_t n_rows;
    int32_t max_tasks;        /* of one search */
    mlci_tree_split *found;   /* a task and leaf */
    mlci_split_search *level; /* oblivious: the leaves of a level ... */
    int64_t *level_left;      /* ... and the rows and weight that each sends left */
    uint8_t *allowed;         /* two leaves' features; NULL: all */
    int64_t *column_order;
    uint64_t *column_scratch;
    mlci_leaf_chunk *chunks;
    int64_t n_chunks;
    uint64_t *keys; /* for has_quantiles */
    int64_t *key_weights;
    double quantile;
    const double *raw;
    uint32_t stream;
};

/* Values of the leaves of the tree that was just grown. */
mlc_status mlci_leaf_set_values(mlc_context *call, mlci_grower *grower, mlci_tree *tree,
                                mlc_error *err);

#endif
