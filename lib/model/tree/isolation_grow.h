/* Grows isolation trees: random samples, random cuts. */
#ifndef MLCI_ISOLATION_GROW_H
#define MLCI_ISOLATION_GROW_H

#include "isolation.h"
#include "matrix.h"

typedef struct mlci_isolation_rules {
    int64_t n_trees;
    int64_t sample_size;  /* rows a tree */
    int32_t max_features; /* features a tree may look at */
    int32_t n_terms;      /* features of a plane; 0: splits by one feature */
    int32_t bootstrap;    /* samples are drawn with replacement */
    uint64_t seed;
} mlci_isolation_rules;

/* row_index NULL: the rows stand in their order; weight NULL: all 1. Planes take no categories. */
mlc_status mlci_isolation_grow(mlc_context *call, const mlci_matrix *x, const int64_t *row_index,
                               const double *weight, const mlci_isolation_rules *rules,
                               mlci_isolation **out, mlc_error *err);

#endif
