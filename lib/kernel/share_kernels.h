/* Shapley values of games between two rows, on plain arrays: the row that is explained has its
 * number of each feature, the other one stands for features that are not known. A game is a lane,
 * as is what each point of a sum of kernels gives.
 *
 * By Owen's multilinear extension (Management Science 18, 1972) the value of feature j is the
 * integral over t from 0 to 1 of what j changes where each other feature is, by itself, known with
 * probability t. Here that is a polynomial in t, for which a rule of Gauss and Legendre is exact
 * (quadrature.h). */
#ifndef MLCI_SHARE_KERNELS_H
#define MLCI_SHARE_KERNELS_H

#include <stdint.h>

#define MLCI_SHARE_LANES 16 /* lanes come in multiples of it */

/* What both games have. Columns of n_lanes lie one after the other; feature k of the rows that has
 * apart numbers in them is column feature[k]. */
typedef struct mlci_share_game {
    int64_t n_lanes;
    int64_t n_apart;        /* features whose numbers differ; others have no share */
    const int32_t *feature; /* n_apart */
    int32_t n_nodes;        /* of the rule */
    const double *nodes;    /* ascending, mirror images of each other about 1/2 */
    const double *weights;
    double weight;  /* what the shares are multiplied by */
    double *shares; /* a column a feature, added to */
    double *memory; /* mlci_product_share_memory() or mlci_power_share_memory() doubles */
} mlci_share_game;

/* v(S) = whole times the product of `with` over the features of S and `without` over others: a
 * polynomial of degree n_apart - 1. */
typedef struct mlci_product_game {
    mlci_share_game game;
    const double *whole;          /* a column: the product over features that are not apart */
    const double *with, *without; /* a column a feature; not negative */
} mlci_product_game;

/* v(S) = (start + the sum over S of step_k times the point's number of the feature)^degree: a
 * polynomial of at most degree - 1. With c the mean of the sum at t, the power is taken apart into
 * central moments, terms of order r of the exponential series of each feature being
 * spread_r step^r. */
typedef struct mlci_power_game {
    mlci_share_game game;
    int32_t degree;
    const double *start;   /* a column */
    const double *points;  /* a column a feature */
    const double *steps;   /* n_apart */
    const double *spread;  /* n_nodes x degree: (t (1 - t)^r + (1 - t) (-t)^r) / r! */
    const double *factors; /* degree: degree! / (degree - r)! */
} mlci_power_game;

static inline int64_t mlci_product_share_memory(int64_t n_apart)
{
    return 2 * MLCI_SHARE_LANES * n_apart;
}

static inline int64_t mlci_power_share_memory(int64_t n_apart, int64_t degree)
{
    return MLCI_SHARE_LANES * degree * (n_apart + 4);
}

#endif
