/* Shapley values of one tree by quadrature, on plain arrays, rows side by side in lanes.
 *
 * The game is the path-dependent one: the value of a set of features is what the tree gives where
 * splits by these features are followed and others are averaged over the cover of the children
 * (Lundberg et al. 2020). A leaf of value v behind splits by d different features gives feature i
 *
 *     v (o_i - z_i) integral over t from 0 to 1 of the product, over its other features j, of
 *     f_j(t) = o_j t + z_j (1 - t)
 *
 * with o_j 1 where the row takes all splits by j on the path, else 0, and z_j the share of the
 * cover that does. The integrand is a polynomial of degree d - 1, so d / 2 nodes of Gauss and
 * Legendre, rounded up, are exact. */
#ifndef MLCI_SHAP_KERNELS_H
#define MLCI_SHAP_KERNELS_H

#include <stdint.h>

/* A split: rows whose test is true go to its child `yes`, others to `no`. */
typedef struct mlci_shap_split {
    double threshold; /* the test is x <= threshold, or x > threshold */
    double share;     /* of the cover of both children, that of `yes` */
    double value[2];  /* of no and yes where they are leaves */
    int32_t column;   /* of x: what is tested */
    int32_t feature;  /* whose value it adds to */
    int32_t depth;    /* splits above it */
    int32_t above;    /* depth of the nearest one above by the same feature; -1: there is none */
    int32_t side;     /* of its parent: 0 no, 1 yes */
    int32_t is_greater;
    int64_t factors;               /* place of its factors: see mlci_shap_tree */
    int64_t first_other, n_others; /* splits above by other features, the nearest of each */
} mlci_shap_split;

/* One of those: its depth, and where the interaction of the two features is summed. */
typedef struct mlci_shap_other {
    int32_t depth;
    int64_t pair;
} mlci_shap_other;

/* What is done at a split, in the low bits of a step: on the way to `yes`, between the children,
 * after them. The first two are left out where that child is a leaf. The flags say which children
 * are leaves and whether a split above has the same feature. */
#define MLCI_SHAP_YES 0
#define MLCI_SHAP_NO 1
#define MLCI_SHAP_END 2
#define MLCI_SHAP_YES_LEAF 4
#define MLCI_SHAP_NO_LEAF 8
#define MLCI_SHAP_AGAIN 16
#define MLCI_SHAP_STEP_BITS 5

/* A tree as the steps of a walk. With f the factor of the split's feature above it (1 where there
 * is none) and z the share in it, each split has n_nodes factors of
 *
 *   2 interleaved  f_yes / f for rows whose test is true, and for others
 *   1              z / f^2, where MLCI_SHAP_AGAIN
 *   2 interleaved  (1 - z_yes) / (t + z_yes (1 - t)) and the same of no, for interactions */
typedef struct mlci_shap_tree {
    int32_t n_nodes;  /* of the quadrature */
    int32_t n_levels; /* splits on the longest path */
    int64_t n_steps;
    const int64_t *steps; /* index of the split << MLCI_SHAP_STEP_BITS, and what is done */
    const mlci_shap_split *splits;
    const double *factors;
    const mlci_shap_other *others;
    const double *weights; /* of the nodes */
    const double *gone;    /* -1 / (1 - t), for interactions */
} mlci_shap_tree;

/* Columns of n_rows each, one after the other. */
typedef struct mlci_shap_rows {
    int64_t n_rows; /* a multiple of MLCI_SHAP_ROWS */
    const double *x;
    double *values; /* a column a feature; added to */
    double *pairs;  /* a column a pair of features, added to; NULL: no interactions */
    double *memory; /* mlci_shap_memory() doubles, 64-byte aligned */
} mlci_shap_rows;

#define MLCI_SHAP_ROWS 8

static inline int64_t mlci_shap_memory(int64_t n_levels, int64_t n_nodes)
{
    return MLCI_SHAP_ROWS * ((n_levels + 1) * (4 * n_nodes + 1) + n_nodes);
}

#endif
