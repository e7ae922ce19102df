/* Trees as C source: arrays of nodes, and a loop that goes down them. */
#ifndef MLCI_EXPORT_C_TREES_H
#define MLCI_EXPORT_C_TREES_H

#include "export_c_source.h"
#include "matrix.h"
#include "tree/node_view.h"

/* The nodes of all trees, bins and sets of categories, and
 * `static uint32_t @_leaf(uint32_t tree, const double *x)`, the node that a row ends in. */
void mlci_c_put_trees(mlci_c_source *c, const mlci_node_view *trees, const mlci_features *features);
/* `static double @_line(uint32_t leaf, const double *x)`, the value of a leaf that may be linear.
 */
void mlci_c_put_lines(mlci_c_source *c, const mlci_leaf_terms *terms, int64_t n_nodes,
                      const mlci_features *features);

#endif
