/* Grows one tree on integer gradients: leaf by leaf, by depth, or a whole level by one split. */
#ifndef MLCI_GROW_H
#define MLCI_GROW_H

#include "ensemble.h"
#include "forced_split.h"
#include "interaction.h"

/* Which leaf is split next: that of the largest gain; of those nearest the root the one of the
 * largest gain; or all of a level, by the split that is best for all together. */
enum { MLCI_GROW_LEAF_WISE = 0, MLCI_GROW_DEPTH_WISE, MLCI_GROW_OBLIVIOUS };

/* Where the bounds come from that keep a tree monotone: the middle between the children of each
 * split, or the leaves across it as they are. */
enum { MLCI_MONOTONE_BASIC = 0, MLCI_MONOTONE_INTERMEDIATE };

/* Parameters in the units people give them. */
typedef struct mlci_grow_rules {
    int32_t policy;          /* MLCI_GROW_ */
    int64_t max_leaf_nodes;  /* at least 2 */
    int64_t max_depth;       /* at least 1 */
    double min_samples_leaf; /* sum of weights */
    double min_hessian, l1, l2, min_gain;
    double max_delta; /* 0: none */
    double learning_rate;
    double max_features;     /* share of the features a node looks at ... */
    double feature_fraction; /* ... of the share that its tree does */
    const int8_t *monotone;  /* by feature: 1 rising, -1 falling, 0 free; NULL: all free */
    int32_t monotone_method; /* MLCI_MONOTONE_ */
    const mlci_interactions *interactions; /* NULL: any features together */
    double path_smooth;   /* sum of weights at which a leaf is half its parent's value; 0: none */
    int32_t extra_trees;  /* one drawn cut a node and feature */
    const double *contri; /* factor on gains by feature; NULL: all 1 */
    struct mlci_feature_costs *costs; /* what splits pay; NULL: nothing */
    const mlci_forced_splits *forced; /* NULL: none */
    int64_t max_cat_to_onehot, max_cat_threshold;
    double cat_smooth, cat_l2, min_data_per_group;
    int32_t has_quantiles; /* leaves are quantiles: mlci_grower_set_quantile() */
    uint64_t seed;
} mlci_grow_rules;

/* What a tree is grown on. */
typedef struct mlci_grow_data {
    const mlci_binned *binned;
    const mlci_gradients *gradients;
    const int64_t *row_weight; /* fixed-point, at least 1; NULL: all 1 */
    double unit;               /* what a weight of 1 is in fixed point; 1 without weights */
    const double *y;           /* set by mlci_grower_set_quantile() */
    /* Trees with several outputs: the gradients of each, of which `gradients` is the first. NULL:
     * one output. */
    const mlci_gradients *const *outputs;
    int32_t n_outputs;
    /* Rows that lie in several places; NULL: here. Then binned has the rules and bundles, gradients
     * the scales, row_weight is theirs, and rows of mlci_grower_grow() are all. One output,
     * constant leaves by Newton steps, no costs of features by row; scores are added by each place.
     */
    const struct mlci_shards *shards;
} mlci_grow_data;

/* The value of a leaf by its sums of gradients and hessians, without the learning rate. */
double mlci_newton_step(const mlci_grow_rules *rules, double g, double h);

typedef struct mlci_grower mlci_grower;

mlc_status mlci_grower_create(mlc_context *call, const mlci_grow_data *data,
                              const mlci_grow_rules *rules, mlci_grower **out, mlc_error *err);
void mlci_grower_free(mlci_grower *grower);
/* For has_quantiles, before leaves get values: the level of their quantile of y - raw. */
void mlci_grower_set_quantile(mlci_grower *grower, double level, const double *y,
                              const double *raw);
/* The learning rate of the trees that follow. */
void mlci_grower_set_rate(mlci_grower *grower, double learning_rate);
/* Grows a tree on rows (ascending, n of them, n may be 0; NULL: the first n); stream: its number.
 * With several outputs its leaves have no values yet. */
mlc_status mlci_grower_grow(mlc_context *call, mlci_grower *grower, const uint32_t *rows, int64_t n,
                            uint32_t stream, mlci_tree *tree, mlc_error *err);
/* Of several outputs: gives the leaves of the last tree the values of output k. */
mlc_status mlci_grower_set_output(mlc_context *call, mlci_grower *grower, int32_t k,
                                  mlci_tree *tree, mlc_error *err);
/* Adds the leaf values to the scores of the rows the last tree was grown on. */
mlc_status mlci_grower_add_scores(mlc_context *call, mlci_grower *grower, const mlci_tree *tree,
                                  double *raw, mlc_error *err);
/* The same for other rows, which are walked down by their codes: n of them, rows NULL: first,
 * first + 1, ... */
mlc_status mlci_tree_add_scores(mlc_context *call, const mlci_binned *binned, const mlci_tree *tree,
                                const uint32_t *rows, int64_t first, int64_t n, double *raw,
                                mlc_error *err);
/* The child of node i that a row of binned data goes to, and the leaf that it ends in. */
int32_t mlci_tree_child_by_codes(const mlci_binned *binned, const mlci_tree *tree, int32_t i,
                                 int64_t row);
int32_t mlci_tree_leaf_by_codes(const mlci_binned *binned, const mlci_tree *tree, int64_t row);

#endif
