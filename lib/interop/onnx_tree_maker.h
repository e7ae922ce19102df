/* Trees of an ONNX file on their way to trees of a foreign model. */
#ifndef MLCI_ONNX_TREE_MAKER_H
#define MLCI_ONNX_TREE_MAKER_H

#include "onnx_tree_list.h"

/* A node of a tree that is laid out. */
typedef struct mlci_onnx_placed {
    int64_t node, last; /* last: of a chain of questions, else the node itself */
    int32_t left, right;
} mlci_onnx_placed;

typedef struct mlci_onnx_tree_maker {
    mlci_onnx_tree_node *in;
    mlci_onnx_tree_list list;
    int64_t n_outputs;
    mlci_onnx_placed *placed;
    uint8_t *seen;   /* nodes */
    int32_t *labels; /* of a set: members */
    int64_t *marked; /* outputs of the tree at hand */
    int64_t n_marked;
    uint8_t *is_marked;
    double *set; /* of a question: its members, ascending */
    int64_t n_set;
    int64_t n_answers;            /* that categories were asked for */
    const mlci_onnx_map **map_of; /* of each input that is a text */
} mlci_onnx_tree_maker;

static inline const mlci_onnx_source_node *mlci_onnx_tree_node_at(const mlci_onnx_tree_maker *m,
                                                                  int64_t i)
{
    return &m->list.nodes[i];
}

static inline int mlci_onnx_asks_for_values(const mlci_onnx_source_node *node)
{
    return node->mode >= MLCI_ONNX_EQ;
}

/* The question of a node, for its input. (onnx_tree_questions.c) */
mlc_status mlci_onnx_ask(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p, mlci_foreign_node *out,
                         mlc_error *err);

#endif
