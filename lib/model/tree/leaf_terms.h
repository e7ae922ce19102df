/* Leaves whose value is linear in features: an intercept, and a factor for some of them. */
#ifndef MLCI_LEAF_TERMS_H
#define MLCI_LEAF_TERMS_H

#include <math.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"

/* Node i has terms first[i] to first[i + 1] - 1, features ascending. A node without any, such as a
 * split or a constant leaf, has intercept 0. */
typedef struct mlci_leaf_terms {
    mlci_root *root;
    int64_t n_nodes, n_terms, node_capacity, term_capacity;
    int64_t *first;
    double *intercept;
    int32_t *feature;
    double *factor;
} mlci_leaf_terms;

mlc_status mlci_leaf_terms_create(mlci_root *root, mlci_leaf_terms **out, mlc_error *err);
void mlci_leaf_terms_free(mlci_leaf_terms *terms);
/* Keeps the first n_nodes, or adds nodes without terms up to that. */
mlc_status mlci_leaf_terms_resize(mlci_leaf_terms *terms, int64_t n_nodes, mlc_error *err);
/* Adds a node with n terms. */
mlc_status mlci_leaf_terms_add(mlci_leaf_terms *terms, double intercept, int64_t n,
                               const int32_t *feature, const double *factor, mlc_error *err);
/* Adds the first n_nodes of others; from NULL: nodes without terms. */
mlc_status mlci_leaf_terms_append(mlci_leaf_terms *terms, const mlci_leaf_terms *from,
                                  int64_t n_nodes, mlc_error *err);
/* Multiplies nodes begin to end - 1. */
void mlci_leaf_terms_scale(mlci_leaf_terms *terms, int64_t begin, int64_t end, double factor);

/* The value of a row in a leaf: the intercept, then the terms in their order, each product and each
 * addition rounded. Where that is not finite, as with missing numbers, the constant. */
static inline double mlci_leaf_value(const mlci_leaf_terms *terms, int64_t node, double constant,
                                     const double *x)
{
    const int64_t first = terms->first[node], end = terms->first[node + 1];
    if (first == end) return constant;
    double value = terms->intercept[node];
    for (int64_t k = first; k < end; k++)
        value += terms->factor[k] * x[terms->feature[k]];
    return isfinite(value) ? value : constant;
}

/* The same in floats, of models that add their scores in floats. */
static inline double mlci_leaf_value_float(const mlci_leaf_terms *terms, int64_t node,
                                           double constant, const double *x)
{
    const int64_t first = terms->first[node], end = terms->first[node + 1];
    if (first == end) return constant;
    float value = (float)terms->intercept[node];
    for (int64_t k = first; k < end; k++)
        value += (float)terms->factor[k] * (float)x[terms->feature[k]];
    return isfinite(value) ? (double)value : constant;
}

#endif
