/* What an ensemble predicts with: its trees laid out for the score kernels.
 *
 * Made once, after fitting or after the checks of loading; a function of the trees, immutable, not
 * part of an artifact. About 30 bytes a split for blocks of rows and 8 to 19 for single ones, where
 * trees have 31 leaves or more, next to the codes; some 200 ns a split to make, by all threads of
 * the call. */
#ifndef MLCI_SCORER_H
#define MLCI_SCORER_H

#include "tree_codes.h"

/* A tree in the order of evaluation. */
typedef struct mlci_scored_tree {
    int64_t tree;        /* in the ensemble */
    int32_t n_splits;    /* -1: more leaves than MLCI_SCORE_LEAVES, walked by numbers */
    int64_t first_split; /* of the tree by bits */
    int64_t first_leaf;
    int64_t first_code; /* of its nodes, while the scorer is made */
} mlci_scored_tree;

typedef struct mlci_row_trees mlci_row_trees; /* row_trees.h */

struct mlci_scorer {
    mlci_root *root;
    const mlci_ensemble *ensemble; /* whose this is */
    mlci_tree_codes *codes;
    int64_t n_tests;
    mlci_code_test *tests;
    mlci_scored_tree *trees; /* those of output 0 in their order, those of output 1, ... */
    int32_t is_shared; /* trees of a round have the same splits, so a row's leaves in them too */
    mlci_bit_split *splits;
    double *values;        /* of leaves */
    int32_t sums_floats;   /* values are floats, and sums to be rounded to float */
    int32_t sums_values;   /* a raw score is the sum of values of leaves of its own trees */
    float *float_values;   /* the same once more where all trees sum them so; else NULL */
    int32_t *leaf_nodes;   /* within their tree */
    uint16_t *leaf_places; /* as mlci_bit_tree has them */
    mlci_row_trees *rows;  /* the same trees for single rows */
    int64_t least_block;   /* rows from which bits are cheaper */
};

mlc_status mlci_scorer_create(mlc_context *call, const mlci_ensemble *ensemble, mlci_scorer **out,
                              mlc_error *err);
void mlci_scorer_free(mlci_scorer *scorer);

/* Doubles of scratch for up to n_rows rows. */
int64_t mlci_scorer_scratch_size(const mlci_scorer *scorer, int64_t n_rows);
/* Raw scores of up to MLCI_SCORE_ROWS rows, row-major n_rows x n_outputs: start, then the trees in
 * their order, each addition rounded. */
void mlci_scorer_raw(const mlci_scorer *scorer, int32_t isa, const double *x, int64_t n_rows,
                     double *scratch, double *raw);
/* The node of each tree that a row ends in, row-major n_rows x n_trees. */
void mlci_scorer_leaf(const mlci_scorer *scorer, int32_t isa, const double *x, int64_t n_rows,
                      double *scratch, double *leaf);

#endif
