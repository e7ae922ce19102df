/* The order of splits and leaves of a small tree that is laid out by paths (score_kernels.h).
 *
 * The side of a split that has fewer leaves comes first. A leaf is then on the first side of at
 * most five splits, since each has at most half of the leaves of the one above; and if each split
 * stands in the middle of those on its first side, at most 15 of a tree of 32 leaves, the splits
 * that a leaf is on the first side of are within eight places of each other, where one instruction
 * takes them from. Only a root with 16 leaves on each side stands at two places. */
#ifndef MLCI_PATH_LAYOUT_H
#define MLCI_PATH_LAYOUT_H

#include "ensemble.h"
#include "score_kernels.h"

typedef struct mlci_path_layout {
    int32_t n_places, n_leaves;
    int32_t splits[MLCI_ROW_SPLITS];  /* nodes, one a place */
    uint32_t right_first;             /* a bit a place */
    int32_t leaves[MLCI_PATH_LEAVES]; /* nodes */
    uint32_t first[MLCI_PATH_LEAVES]; /* bits of places */
    mlci_path_window window;          /* the same bits */
} mlci_path_layout;

/* Of the first n_nodes nodes, a tree of at most MLCI_PATH_LEAVES leaves of which each node comes
 * after the one above it. */
void mlci_path_layout_make(const mlci_tree_node *nodes, int32_t n_nodes, mlci_path_layout *out);

#endif
