/* A tree of an ensemble as the walk that the kernels take (shap_kernels.h). */
#ifndef MLCI_SHAP_WALK_H
#define MLCI_SHAP_WALK_H

#include "shap_kernels.h"
#include "shap_trees.h"

/* Where a category split is: its tests are columns behind those of the features. */
typedef struct mlci_shap_category {
    int32_t node;   /* in its tree */
    int32_t column; /* 1 in rows that go left, else 0 */
} mlci_shap_category;

/* One tree at a time; the arrays of the walk are kept and grown. */
typedef struct mlci_shap_builder {
    mlci_root *root;
    const mlci_shap_trees *trees;
    int64_t tree;         /* that was laid out */
    const int32_t *place; /* of a feature among those that are used */
    int32_t n_used;
    int32_t with_pairs;
    mlci_shap_tree walk;
    int32_t n_distinct; /* features on a path, at most */
    int32_t n_categories;
    mlci_shap_category *categories;
    /* Arrays of the walk and their sizes. */
    int64_t n_steps, n_splits, n_others, other_capacity, factor_capacity, node_capacity;
    int64_t *steps;
    mlci_shap_split *splits;
    int32_t *children; /* of each split: no and yes, in the tree */
    double *above;     /* of each split: the share of its feature's factor there */
    mlci_shap_other *others;
    double *factors;
    double *nodes; /* of the quadrature: node, rest, weight, gone */
    /* Where the walk is, by depth; of each used feature the depth of its nearest split. */
    struct mlci_shap_level *levels;
    int32_t *nearest;
} mlci_shap_builder;

/* Room for any of the trees. On failure the builder is good for clearing. */
mlc_status mlci_shap_builder_open(mlci_root *root, const mlci_shap_trees *trees,
                                  const int32_t *place, int32_t n_used, int32_t with_pairs,
                                  mlci_shap_builder *out, mlc_error *err);
void mlci_shap_builder_clear(mlci_shap_builder *builder);
/* Sets walk, but for the values of leaves. */
mlc_status mlci_shap_build(mlci_shap_builder *builder, int64_t tree, mlc_error *err);

/* Sets the values of the leaves of the tree that was built. */
void mlci_shap_set_output(mlci_shap_builder *builder, int32_t output);

/* Where two different used features meet in a list of pairs. */
static inline int64_t mlci_shap_pair(int64_t i, int64_t j)
{
    return i > j ? i * (i - 1) / 2 + j : j * (j - 1) / 2 + i;
}

#endif
