/* Trees of any model over plain arrays: what tables, files and tests of all of them share. */
#ifndef MLCI_NODE_VIEW_H
#define MLCI_NODE_VIEW_H

#include "ensemble.h"

/* Trees as mlci_ensemble has them. */
typedef struct mlci_node_view {
    mlci_root *root;
    int64_t n_features, n_trees;
    const int64_t *first_node;
    const mlci_tree_node *nodes;
    const int64_t *first_set;
    const uint32_t *sets;
    const mlci_category_bins *categories;
} mlci_node_view;

static inline mlci_node_view mlci_ensemble_view(const mlci_ensemble *e)
{
    return (mlci_node_view){e->root,  e->n_features, e->n_trees, e->first_node,
                            e->nodes, e->first_set,  e->sets,    &e->categories};
}

#endif
