/* The ridge regression of a leaf, from its sums. */
#ifndef MLCI_LEAF_SOLVE_H
#define MLCI_LEAF_SOLVE_H

#include <stdint.h>

/* The share of its own sum of squares that a feature must keep when those before it are taken
 * away. Sums have 48 bits and more, so what is below this has lost most of its digits. */
#define MLCI_LEAF_LEAST_SHARE 1e-10

/* Minimises sum(g u'c) + sum(h (u'c)^2) / 2 + sum(penalty[j] c[j]^2) / 2, where u[n] = 1 is the
 * intercept. a: (n + 1) x (n + 1), row-major, sums of h u[i] u[j] for j >= i; overwritten below
 * column n. c: sums of g u[i], becomes the coefficients. penalty: n of them, overwritten. A feature
 * that depends on those before it gets the coefficient 0. Returns how many have another, -1 where
 * the result is not finite. */
int64_t mlci_leaf_solve(int64_t n, double *a, double *penalty, double *c);

#endif
