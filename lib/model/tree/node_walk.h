/* Walks down trees, eight side by side: a step waits for a node and a value of the row, and eight
 * steps wait together. A walk ends because children come after their parent. */
#ifndef MLCI_NODE_WALK_H
#define MLCI_NODE_WALK_H

#include "node_view.h"

#define MLCI_WALK_LANES 8
/* Trees of more nodes together leave the caches between two blocks of rows: long blocks gain. */
#define MLCI_NEAR_NODES 16384

/* Those that stand on a leaf stay there. */
typedef struct mlci_walks {
    const mlci_tree_node *nodes[MLCI_WALK_LANES]; /* roots */
    const uint32_t *sets[MLCI_WALK_LANES];        /* of their trees */
    const double *x[MLCI_WALK_LANES];
    int32_t at[MLCI_WALK_LANES];
} mlci_walks;

static inline int32_t mlci_category_goes_right(const mlci_node_view *view, const uint32_t *sets,
                                               const mlci_tree_node *node, double x)
{
    const uint32_t j = node->split & MLCI_NODE_FEATURE;
    return !mlci_set_has(sets + (int64_t)node->value * MLCI_SET_WORDS,
                         mlci_category_bin(view->categories, j, x));
}

/* A lane to the root of a tree. */
static inline void mlci_walk_enter(const mlci_node_view *view, int64_t tree, int32_t lane,
                                   mlci_walks *w)
{
    w->nodes[lane] = view->nodes + view->first_node[tree];
    w->sets[lane] = view->sets == NULL ? NULL : view->sets + view->first_set[tree] * MLCI_SET_WORDS;
    w->at[lane] = 0;
}

/* All lanes to their leaves. */
static inline void mlci_walk(const mlci_node_view *view, mlci_walks *w)
{
    int32_t moved;
    do {
        moved = 0;
        for (int32_t l = 0; l < MLCI_WALK_LANES; l++) {
            const mlci_tree_node *const node = &w->nodes[l][w->at[l]];
            const uint32_t split = node->split;
            const double v = w->x[l][split & MLCI_NODE_FEATURE];
            int32_t right = !(v <= node->value) & !((v != v) & (int32_t)(split >> 31));
            if (__builtin_expect((split & MLCI_NODE_CATEGORY) != 0, 0))
                right = mlci_category_goes_right(view, w->sets[l], node, v);
            w->at[l] = node->left != 0 ? node->left + right : w->at[l];
            moved |= node->left;
        }
    } while (moved != 0);
}

#endif
