/* How good cuts of a node are, and what a node is worth.
 *
 * Sums of a side are integers as doubles: two of numbers and of two classes under Gini (g, w), one
 * a class otherwise. The score of a cut is a function of both sides' sums that rises with the
 * decrease of impurity, at least 0:
 *
 *     gini            sum of l_k^2 / l + sum of r_k^2 / r; of two classes l_1^2 / l + r_1^2 / r
 *     entropy         sum of l_k ln(l_k / l) + sum of r_k ln(r_k / r), less that of the node
 *     squared_error   g_l^2 / w_l + g_r^2 / w_r
 *     poisson         g_l ln(g_l / w_l) + g_r ln(g_r / w_r), less that of the node; g above 0
 *     absolute_error  what the absolute deviations from the medians fall by (cart_absolute.h)
 *
 * Each is written with one division where it has divisions, so that cuts whose integers make them
 * equal are equal. */
#ifndef MLCI_CART_SCORE_H
#define MLCI_CART_SCORE_H

#include "cart_rows.h"
#include "tree_kernels.h"

enum {
    MLCI_CRITERION_GINI = 0,
    MLCI_CRITERION_ENTROPY,
    MLCI_CRITERION_SQUARED,
    MLCI_CRITERION_ABSOLUTE,
    MLCI_CRITERION_POISSON
};

#define MLCI_CART_NO_SCORE (-1.0)

typedef struct mlci_cart_criterion {
    int32_t kind; /* MLCI_CRITERION_ */
    int32_t sums; /* MLCI_CART_ */
    const mlci_tree_kernels *kernels;
    const double *w_ln_w; /* entropy: of 0 .. n_w_ln_w - 1 */
    int64_t n_w_ln_w;
} mlci_cart_criterion;

/* A node whose cuts are scored. */
typedef struct mlci_cart_total {
    int32_t n_sums;
    const double *sums; /* n_sums */
    double weight;
    double least_weight; /* of each child, above 0 */
    double parent;       /* mlci_cart_side() of the node */
} mlci_cart_total;

/* Cuts: sum k of what goes left in cut i is sums[k * room + i]. */
typedef struct mlci_cart_cuts {
    int64_t n, room;
    double *sums;
    double *weight; /* of what goes left; of pairs the second sum */
    double *score;
    double *left, *right; /* of classes: the sides' own parts of the score */
    uint32_t *rank;       /* ranks up to it go left */
} mlci_cart_cuts;

/* Scores all cuts; those with too small a child, and perhaps those below least, have
 * MLCI_CART_NO_SCORE. Returns the largest. */
double mlci_cart_score(const mlci_cart_criterion *criterion, const mlci_cart_total *total,
                       double least, mlci_cart_cuts *cuts);
/* The same formula for one side: sum_k s_k^2 / w and so on; w is above 0. */
double mlci_cart_side(const mlci_cart_criterion *criterion, const double *sums, int32_t n_sums,
                      double weight);
/* What a cut of that score takes off the impurity of a node, times the node's weight, in units of
 * the integers. */
double mlci_cart_gain(const mlci_cart_criterion *criterion, const mlci_cart_total *total,
                      double score);

#endif
