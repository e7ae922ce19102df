/* Trees as explanations see them: of a boosted ensemble, or of a forest. */
#ifndef MLCI_SHAP_TREES_H
#define MLCI_SHAP_TREES_H

#include "ensemble.h"

typedef struct mlci_shap_trees {
    int64_t n_features, n_trees;
    int32_t n_outputs;
    int32_t all_outputs;       /* 1: a tree adds to all outputs; 0: tree t to t % n_outputs */
    const int64_t *first_node; /* these as in mlci_ensemble */
    const mlci_tree_node *nodes;
    const double *cover;
    const int64_t *first_set;
    const uint32_t *sets;
    const mlci_category_bins *categories;
    const double *start; /* of each output, before any tree; NULL: 0 */
    const void *state;   /* whose leaves these are */
    /* What a leaf (an index in all nodes) of a tree adds to an output. */
    double (*leaf_value)(const void *state, int64_t tree, int64_t node, int32_t output);
} mlci_shap_trees;

/* The outputs that a tree adds to: first to end - 1. */
static inline int32_t mlci_shap_first_output(const mlci_shap_trees *trees, int64_t tree)
{
    return trees->all_outputs ? 0 : (int32_t)(tree % trees->n_outputs);
}
static inline int32_t mlci_shap_end_output(const mlci_shap_trees *trees, int64_t tree)
{
    return trees->all_outputs ? trees->n_outputs : mlci_shap_first_output(trees, tree) + 1;
}

/* The share of the cover of a node's children that is the left one's; a half where nothing is
 * known. */
static inline double mlci_shap_left_share(const mlci_shap_trees *trees, int64_t tree,
                                          const mlci_tree_node *node)
{
    const double *const cover = trees->cover + trees->first_node[tree] + node->left;
    const double both = cover[0] + cover[1];
    return both > 0 && both <= 1.7976931348623157e308 ? cover[0] / both : 0.5;
}

/* 1 where a row goes left at a category node. */
static inline int mlci_shap_category_left(const mlci_shap_trees *trees, int64_t tree,
                                          const mlci_tree_node *node, double x)
{
    const uint32_t j = node->split & MLCI_NODE_FEATURE;
    return mlci_set_has(trees->sets +
                            (trees->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS,
                        mlci_category_bin(trees->categories, j, x));
}

static inline int mlci_shap_goes_left(const mlci_shap_trees *trees, int64_t tree,
                                      const mlci_tree_node *node, double x)
{
    if (node->split & MLCI_NODE_CATEGORY) return mlci_shap_category_left(trees, tree, node, x);
    return x <= node->value || (x != x && (node->split & MLCI_NODE_MISSING_LEFT) != 0);
}

/* A feature that no tree splits by has no share; the others have numbers of their own. */
typedef struct mlci_shap_features {
    int32_t n_used;
    int64_t *used;  /* their indices, ascending */
    int32_t *place; /* of each feature: its number, or -1 */
} mlci_shap_features;

#endif
