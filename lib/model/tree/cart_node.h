/* A node of a growing tree whose rows have been looked at: sums, impurity, value. */
#ifndef MLCI_CART_NODE_H
#define MLCI_CART_NODE_H

#include "cart_grow.h"
#include "cart_search.h"

typedef struct mlci_cart_node {
    const mlci_cart_data *data;
    const mlci_cart_bag *bag;
    mlci_cart_search search;
    mlci_cart_pair *pairs; /* of its rows */
    double *y;             /* numbers: their targets */
    uint32_t *place;       /* absolute_error: the place of each among the sorted targets */
    uint32_t *order;       /* the same inverted */
    uint64_t *sort;        /* two a row */
    mlci_cart_medians medians;
    int64_t *sums;    /* one a sum of the criterion */
    double *totals;   /* the same */
    int32_t *local;   /* many classes: the place of each among those of the node, or -1 */
    int32_t *classes; /* the class at each place */
} mlci_cart_node;

/* For nodes of up to n_rows rows. */
mlc_status mlci_cart_node_init(mlci_root *root, const mlci_cart_data *data, int64_t n_rows,
                               mlci_cart_node *node, mlc_error *err);
void mlci_cart_node_clear(mlci_cart_node *node);
/* Rows begin .. begin + n of the bag. Leaves search.total.least_weight as it is. */
void mlci_cart_node_open(mlci_cart_node *node, const mlci_cart_bag *bag, int64_t begin, int64_t n);
/* Have all rows the same target? */
int mlci_cart_node_is_pure(const mlci_cart_node *node);
/* Impurity as scikit-learn defines it. */
double mlci_cart_node_impurity(mlci_cart_node *node);
/* What a split of that score takes off the impurity, times the weight of the node. */
double mlci_cart_node_gain(const mlci_cart_node *node, double score);
/* Of numbers: the mean or median of the targets. */
double mlci_cart_node_mean(const mlci_cart_node *node);
/* The value of the node as a leaf of the tree. */
mlc_status mlci_cart_node_value(const mlci_cart_node *node, mlci_cart_tree *tree, double *value,
                                mlc_error *err);
/* The weight of all rows of a bag, in the units of its pairs. */
double mlci_cart_bag_weight(const mlci_cart_bag *bag);

#endif
