/* One decision tree while it grows. */
#ifndef MLCI_CART_TREE_H
#define MLCI_CART_TREE_H

#include "ensemble.h"

/* Nodes as in mlci_ensemble. The value of a leaf: the mean target, or the share of the second of
 * two classes; of more classes the class, where there is one only, else the number of classes plus
 * the row of `shares`. */
typedef struct mlci_cart_tree {
    mlci_root *root;
    int32_t n_classes; /* 0: numbers */
    int32_t n_nodes, capacity;
    mlci_tree_node *nodes;
    double *cover;    /* weight of the rows that reach a node */
    double *impurity; /* only where asked for, else 0 */
    double *mean;     /* numbers, where asked for: the value that a node has as a leaf */
    double *gain;     /* what a split takes off the impurity, by the share of the tree's weight */
    int32_t n_sets, set_capacity;
    uint32_t *sets; /* MLCI_SET_WORDS each */
    int32_t n_shares, share_capacity;
    double *shares; /* n_classes each */
} mlci_cart_tree;

mlc_status mlci_cart_tree_create(mlci_root *root, int32_t n_classes, mlci_cart_tree **out,
                                 mlc_error *err);
void mlci_cart_tree_free(mlci_cart_tree *tree);
/* Two new leaves next to each other, or the root of an empty tree; *left is the first of them. */
mlc_status mlci_cart_tree_split(mlci_cart_tree *tree, int32_t *left, mlc_error *err);
mlc_status mlci_cart_tree_add_set(mlci_cart_tree *tree, const uint32_t *set, int32_t *index,
                                  mlc_error *err);
/* The value of a leaf with these weights of n of the classes, which are three or more. */
mlc_status mlci_cart_tree_add_shares(mlci_cart_tree *tree, const double *weights, int32_t n,
                                     const int32_t *classes, double *value, mlc_error *err);
/* What the splits by each feature take off the impurity, as shares of what all do; zeros without
 * splits. */
void mlci_cart_tree_importance(const mlci_cart_tree *tree, int64_t n_features, double *out);
/* Cost-complexity pruning (Breiman et al. 1984, chapter 3): makes leaves of the splits whose
 * branches take off less impurity than alpha a leaf, weakest first. */
mlc_status mlci_cart_tree_prune(mlci_cart_tree *tree, double alpha, mlc_error *err);

#endif
