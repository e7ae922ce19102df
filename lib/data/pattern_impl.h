/* A pattern as a tree, as it is parsed. */
#ifndef MLCI_PATTERN_IMPL_H
#define MLCI_PATTERN_IMPL_H

#include "pattern.h"

#define MLCI_PATTERN_STEPS 20000
#define MLCI_PATTERN_REPEATS 1000
#define MLCI_PATTERN_UNBOUNDED (-1)

typedef enum mlci_pattern_kind {
    MLCI_PATTERN_EMPTY,
    MLCI_PATTERN_CLASS, /* one character of ranges first .. first + n */
    MLCI_PATTERN_SEQUENCE,
    MLCI_PATTERN_EITHER,
    MLCI_PATTERN_REPEAT
} mlci_pattern_kind;

typedef struct mlci_pattern_node {
    mlci_pattern_kind kind;
    int32_t left, right; /* nodes; REPEAT has left */
    int32_t least, most; /* REPEAT; most may be MLCI_PATTERN_UNBOUNDED */
    int32_t first, n;    /* CLASS */
    int32_t is_negated;
} mlci_pattern_node;

typedef struct mlci_pattern_range {
    uint32_t low, high;
} mlci_pattern_range;

typedef struct mlci_pattern_tree {
    mlci_root *root;
    mlci_pattern_node *nodes;
    mlci_pattern_range *ranges;
    int32_t n_nodes, node_capacity, n_ranges, range_capacity;
    int32_t top;
} mlci_pattern_tree;

/* On failure the tree is empty. */
mlc_status mlci_pattern_parse(mlci_root *root, const char *text, mlci_pattern_tree *out,
                              mlc_error *err);
void mlci_pattern_tree_clear(mlci_pattern_tree *tree);
/* The code point at a place of valid UTF-8, which moves on. */
uint32_t mlci_pattern_character(const char **at);

#endif
