/* The best split of a node of a tree with several outputs. */
#ifndef MLCI_MULTI_SPLIT_H
#define MLCI_MULTI_SPLIT_H

#include "tree_split.h"

/* What the outputs of a node are worth together, and what a split has to beat. */
double mlci_multi_own_score(const mlci_multi_rules *rules, const double *sums);
double mlci_multi_least_score(const mlci_multi_rules *rules, const double *sums);
/* The best split among the features of bundles first .. end, as mlci_split_find(); left_g and
 * left_h are not set. */
void mlci_multi_find(const mlci_split_search *search, int32_t first, int32_t end,
                     mlci_tree_split *best);

#endif
