/* What the tables of all tree models share: nodes with their splits. */
#ifndef MLCI_NODE_TABLE_H
#define MLCI_NODE_TABLE_H

#include "feature_names.h"
#include "node_view.h"

/* A line a node: tree, node, feature, threshold, categories that go left, side of missing values,
 * left and right child. */
mlc_status mlci_node_table(const mlci_node_view *view, const mlci_features *features,
                           mlci_table *table, mlc_error *err);

#endif
