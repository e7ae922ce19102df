/* Rows of numbers in the order of a tree that halves them, with boxes around its parts. */
#ifndef MLCI_ROW_TREE_H
#define MLCI_ROW_TREE_H

#include "context_impl.h"

#define MLCI_TREE_LEAF 64 /* rows of a leaf; the last one may have fewer */

typedef struct mlci_row_tree {
    int64_t n, n_numbers, n_leaves;
    int64_t *order;  /* row of each place; leaf l has the places from l * MLCI_TREE_LEAF on */
    double *box;     /* of each node: lowest values, then highest ones */
    int64_t n_nodes; /* 2 n_leaves - 1, each before its left and then its right part */
} mlci_row_tree;

/* A part of the tree: the leaves first .. first + n. */
typedef struct mlci_tree_node {
    int64_t index, first, n;
} mlci_tree_node;

/* numbers: n x n_numbers, row-major, finite; n and n_numbers at least 1. The same tree for any
 * number of threads. O(n log^2 n + n n_numbers log n). The caller clears the tree, also on failure.
 */
mlc_status mlci_row_tree_build(mlc_context *call, const double *numbers, int64_t n,
                               int64_t n_numbers, mlci_row_tree *out, mlc_error *err);
void mlci_row_tree_clear(mlci_row_tree *tree);

static inline mlci_tree_node mlci_tree_root(const mlci_row_tree *tree)
{
    return (mlci_tree_node){0, 0, tree->n_leaves};
}
/* The halves of a node of more than one leaf. The left one has a power of two of leaves, so that
 * leaves 16 k .. 16 k + 15 are a part of the tree. */
static inline mlci_tree_node mlci_tree_left(mlci_tree_node node)
{
    int64_t n = 1;
    while (2 * n < node.n)
        n *= 2;
    return (mlci_tree_node){node.index + 1, node.first, n};
}
static inline mlci_tree_node mlci_tree_right(mlci_tree_node node)
{
    const int64_t n = mlci_tree_left(node).n;
    return (mlci_tree_node){node.index + 2 * n, node.first + n, node.n - n};
}
static inline const double *mlci_tree_box(const mlci_row_tree *tree, mlci_tree_node node)
{
    return tree->box + 2 * tree->n_numbers * node.index;
}
/* Not above the squared distance of any two points of two boxes, computed by fma(x - y, x - y) with
 * one accumulator, in any order. */
double mlci_box_gap(const double *a, const double *b, int64_t n_numbers);

#endif
