/* The best split of a node of a tree with several outputs. */
#ifndef MLCI_MULTI_SPLIT_H
#define MLCI_MULTI_SPLIT_H

#include "tree_split.h"

/* The rules of one output, in its units. */
mlci_split_rules mlci_multi_rules_of(const mlci_multi_rules *rules, const mlci_split_rules *shared,
                                     int32_t k);
/* What the outputs of a node are worth together, and what a split has to beat. */
double mlci_multi_own_score(const mlci_split_search *search);
double mlci_multi_least_score(const mlci_split_search *search);
/* The best split among the features of bundles first .. end, as mlci_split_find(); left_g and
 * left_h are not set. */
void mlci_multi_find(const mlci_split_search *search, int32_t first, int32_t end,
                     mlci_tree_split *best);
/* The same for one feature, allowed or not. */
void mlci_multi_find_in(const mlci_split_search *search, int32_t used, mlci_tree_split *best);

/* Adds what a leaf of a level is worth if it is parted by each cut of a feature (by the last code
 * on the left, missing values on either side) or each category against the rest; what it is worth
 * now where a child would be too small or in the wrong order. Returns whether values are missing.
 */
int32_t mlci_multi_add_level(const mlci_split_search *leaf, int32_t used, double *missing_left,
                             double *missing_right);
/* What a split gains in a leaf of a level: at least 0. */
double mlci_multi_level_gain(const mlci_split_search *leaf, const mlci_tree_split *split);

#endif
