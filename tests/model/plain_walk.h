/* The walk from root to leaf that defines what an ensemble predicts, one row and tree at a time. */
#ifndef MLCI_TEST_PLAIN_WALK_H
#define MLCI_TEST_PLAIN_WALK_H

#include <math.h>

#include "tree/ensemble.h"

/* docs/artifact.md, "What they predict", word for word. */
static inline int32_t plain_walk(const mlci_ensemble *e, int64_t t, const double *x)
{
    const mlci_tree_node *const nodes = e->nodes + e->first_node[t];
    int32_t i = 0;
    while (nodes[i].left != 0) {
        const uint32_t j = nodes[i].split & 0x3FFFFFFF;
        int left = isnan(x[j]) ? (nodes[i].split >> 31) != 0 : x[j] <= nodes[i].value;
        if (nodes[i].split & 0x40000000) {
            const mlci_category_bins *const c = &e->categories;
            const int64_t n_codes = c->first_code[j + 1] - c->first_code[j];
            const int known = x[j] >= 0 && x[j] < (double)n_codes;
            const uint32_t bin = known ? c->bin_of_code[c->first_code[j] + (int64_t)x[j]] : 0;
            const int64_t set = e->first_set[t] + (int64_t)nodes[i].value;
            left = e->sets[8 * set + bin / 32] >> bin % 32 & 1;
        }
        i = nodes[i].left + !left;
    }
    return i;
}

/* Leaf i of all nodes: its value, or its line where that is finite. */
static inline double plain_leaf(const mlci_ensemble *e, int64_t i, const double *x)
{
    if (e->terms == NULL || e->terms->first[i] == e->terms->first[i + 1]) return e->nodes[i].value;
    double line = e->terms->intercept[i];
    for (int64_t k = e->terms->first[i]; k < e->terms->first[i + 1]; k++)
        line = line + e->terms->factor[k] * x[e->terms->feature[k]];
    return fabs(line) <= 1.7976931348623157e308 ? line : e->nodes[i].value;
}

/* n_rows x n_outputs. */
static inline void plain_raw(const mlci_ensemble *e, const double *x, int64_t n_rows, double *raw)
{
    for (int64_t i = 0; i < n_rows; i++, x += e->n_features, raw += e->n_outputs) {
        for (int32_t k = 0; k < e->n_outputs; k++)
            raw[k] = e->start[k];
        for (int64_t t = 0; t < e->n_trees; t++) {
            double *const sum = &raw[t % e->n_outputs];
            *sum += plain_leaf(e, e->first_node[t] + plain_walk(e, t, x), x);
            if (e->rule != NULL && e->rule->is_float) *sum = (double)(float)*sum;
        }
    }
}

#endif
