/* Gauss-Legendre quadrature on [0, 1]. */
#ifndef MLCI_QUADRATURE_H
#define MLCI_QUADRATURE_H

#include <stdint.h>

/* The nodes of the rule of n points, ascending, their distances from 1, and the weights, which
 * sum to 1: exact for polynomials up to degree 2 n - 1. The same bits on every machine. n at
 * least 1; arrays of n. O(n^2). */
void mlci_gauss_legendre(int64_t n, double *node, double *rest, double *weight);

#endif
