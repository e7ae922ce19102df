/* The lists of a node of trees in an ONNX file, as nodes and leaves. */
#ifndef MLCI_ONNX_TREE_LIST_H
#define MLCI_ONNX_TREE_LIST_H

#include "onnx_read_trees.h"

#define MLCI_ONNX_LEAF (-1) /* a mode */

typedef struct mlci_onnx_source_node {
    int64_t tree, id, order;  /* as the file numbers it; where it stands in the file */
    int64_t feature, yes, no; /* of a leaf -1; children as places in the list */
    double value;
    int32_t mode; /* MLCI_ONNX_LEQ ...; MLCI_ONNX_LEAF */
    int32_t tracks;
    int64_t first_member, n_members;
    int64_t first_weight, n_weights;
} mlci_onnx_source_node;

typedef struct mlci_onnx_weight {
    int64_t tree, id, order;
    int64_t target;
    double value;
} mlci_onnx_weight;

typedef struct mlci_onnx_tree_list {
    const mlci_onnx_file *f;
    const mlci_onnx_op *op;
    mlci_foreign *model;
    int32_t is_new, is_classifier; /* TreeEnsemble, TreeEnsembleClassifier */
    int32_t is_double;
    int64_t n_nodes, n_weights, n_roots;
    mlci_onnx_source_node *nodes;
    mlci_onnx_weight *weights; /* in the order of leaves and outputs */
    int64_t *roots;
    mlci_onnx_numbers members, base; /* of sets; first scores */
} mlci_onnx_tree_list;

/* Reads and checks them: children and weights are there. What was made is freed by
 * mlci_onnx_tree_list_clear() also after a failure. */
mlc_status mlci_onnx_tree_list_read(mlci_onnx_tree_list *list, mlc_error *err);
void mlci_onnx_tree_list_clear(mlci_onnx_tree_list *list);

#endif
