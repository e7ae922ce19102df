/* Which splits of its path a row takes, leaf by leaf, as bits: one a feature of the path, 1 where
 * the row goes with the path at every split by that feature. */
#ifndef MLCI_SHAP_PATTERNS_H
#define MLCI_SHAP_PATTERNS_H

#include "shap_trees.h"

typedef struct mlci_shap_leaf {
    int32_t node;       /* in the tree */
    int32_t n_features; /* different ones on its path */
    int64_t first;      /* of them in features */
} mlci_shap_leaf;

typedef struct mlci_shap_paths {
    mlci_root *root;
    const mlci_shap_trees *trees;
    int64_t tree;
    int32_t n_nodes;
    int32_t n_words; /* of 64 bits, for the longest path */
    int32_t n_leaves;
    mlci_shap_leaf *leaves; /* in the order of their nodes */
    int32_t *features;      /* numbers of used features */
    int32_t *bit;           /* of a split: that of its feature */
} mlci_shap_paths;

/* place: of each feature its number among the n_used, or -1. */
mlc_status mlci_shap_paths_open(mlci_root *root, const mlci_shap_trees *trees, int64_t tree,
                                const int32_t *place, int32_t n_used, mlci_shap_paths *out,
                                mlc_error *err);
void mlci_shap_paths_clear(mlci_shap_paths *paths);
/* The patterns of a row at each node of the tree, n_words each; bits past those of the path are 1.
 */
void mlci_shap_paths_mark(const mlci_shap_paths *paths, const double *x, uint64_t *patterns);

#endif
