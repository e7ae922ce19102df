/* What the tables of all tree models share: names of features, nodes with their splits. */
#ifndef MLCI_NODE_TABLE_H
#define MLCI_NODE_TABLE_H

#include "node_view.h"

/* The name of each feature: "age", "pixels[3]", or "7" where there are no names (features NULL). */
mlc_status mlci_feature_names(mlci_root *root, int64_t n, const mlci_features *features,
                              char ***out, mlc_error *err);
void mlci_free_feature_names(char **names, int64_t n);
/* A line a node: tree, node, feature, threshold, categories that go left, side of missing values,
 * left and right child. */
mlc_status mlci_node_table(const mlci_node_view *view, const mlci_features *features,
                           mlci_table *table, mlc_error *err);

#endif
