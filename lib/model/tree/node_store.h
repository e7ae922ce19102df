/* What artifacts of all tree models share: nodes and sets, read and checked. */
#ifndef MLCI_NODE_STORE_H
#define MLCI_NODE_STORE_H

#include "node_view.h"

#define MLCI_MOST_TREE_FEATURES 0x3FFFFFFF

void mlci_write_nodes(mlci_writer *w, const mlci_tree_node *nodes, int64_t n);
void mlci_write_sets(mlci_writer *w, const uint32_t *sets, int64_t n);
/* n nodes, or sets, whose number is bounded by the bytes that are left; NULL on failure. */
mlci_tree_node *mlci_read_nodes(mlci_reader *r, int64_t n);
uint32_t *mlci_read_sets(mlci_reader *r, int64_t n);

/* n + 1 offsets: from 0, never falling (rising with `rising`), up to `most`; else r is marked. */
void mlci_check_offsets(mlci_reader *r, const int64_t *offsets, int64_t n, int64_t most,
                        int32_t rising, const char *what);
/* What is wrong with node i of all nodes beyond its place and its split, or NULL. */
typedef const char *(*mlci_node_check)(const void *owner, int64_t tree, int64_t i);
/* Children in pairs, each after its parent and with one parent, splits by features and sets that
 * there are, no deeper than the limits say, and what check says; else r is marked. */
void mlci_check_nodes(mlci_reader *r, const mlci_node_view *view, mlci_node_check check,
                      const void *owner);

#endif
