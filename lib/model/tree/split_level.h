/* The best split that all leaves of a level share: oblivious trees. */
#ifndef MLCI_SPLIT_LEVEL_H
#define MLCI_SPLIT_LEVEL_H

#include "tree_split.h"

/* The best among the features of bundles first .. end; leaves are those of the level, in order,
 * and have the same rules. A leaf of which a child would be too small counts as if it were not
 * split. out->left_g and left_h are not set. */
void mlci_split_level_find(const mlci_split_search *leaves, int64_t n_leaves, int32_t first,
                           int32_t end, mlci_tree_split *out);
/* Sums of what a split sends left in one leaf, and what it gains there: at least 0. */
void mlci_split_level_apply(const mlci_split_search *leaf, mlci_tree_split *split, double *gain);

#endif
