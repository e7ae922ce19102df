/* Trees of a node of an ONNX file as trees of a foreign model. What is made of inputs before goes
 * into the trees: they ask the inputs themselves. */
#ifndef MLCI_ONNX_READ_TREES_H
#define MLCI_ONNX_READ_TREES_H

#include "onnx_source.h"

enum { MLCI_ONNX_NO_POST, MLCI_ONNX_LOGISTIC, MLCI_ONNX_SOFTMAX };

typedef struct mlci_onnx_tree_node {
    const mlci_onnx_file *file;
    const mlci_onnx_op *op;
    int64_t n_sources; /* columns that the node reads */
    const mlci_onnx_source *sources;
    const mlci_onnx_changes *changes;
    int32_t is_plain;  /* no number is changed before: thresholds are taken as they stand */
    int64_t n_classes; /* labels of a TreeEnsembleClassifier; 0: it is none */
    /* Filled by mlci_onnx_read_trees(): */
    int32_t post; /* MLCI_ONNX_LOGISTIC ... */
    int32_t is_double;
    int64_t n_trees;
} mlci_onnx_tree_node;

/* The largest number of a column that the trees ask about, and one. */
mlc_status mlci_onnx_count_features(const mlci_onnx_file *f, const mlci_onnx_op *op, int64_t *n,
                                    mlc_error *err);
/* Fills trees, outputs and first scores of the model, whose inputs are set. */
mlc_status mlci_onnx_read_trees(mlci_onnx_tree_node *node, mlc_error *err);

#endif
