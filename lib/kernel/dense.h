/* Small dense linear algebra: factor and solve symmetric systems.
 *
 * Matrices are row-major, vectors that come in sets are rows. Nothing allocates; work arrays are
 * the caller's. Results have the same bits with each table of kernels. */
#ifndef MLCI_DENSE_H
#define MLCI_DENSE_H

#include <stdint.h>

#include "kernels.h"

/* A = U'U in place. Reads and writes the upper triangle (j >= i) of the n x n matrix. A pivot
 * must be above tolerance times its diagonal element of A (0: above 0; NaN never is). Returns -1,
 * or the index of the first pivot that is not; A is then spoilt. */
int64_t mlci_cholesky_factor(const mlci_kernels *kernels, int64_t n, double *a, int64_t stride,
                             double tolerance);

/* Solves U'U X = B in place; B is n x n_rhs, contiguous. */
void mlci_cholesky_solve(const mlci_kernels *kernels, int64_t n, const double *u, int64_t stride,
                         double *b, int64_t n_rhs);

/* Only U X = B, or only U' X = B. */
void mlci_cholesky_solve_upper(const mlci_kernels *kernels, int64_t n, const double *u,
                               int64_t stride, double *b, int64_t n_rhs);
void mlci_cholesky_solve_transposed(const mlci_kernels *kernels, int64_t n, const double *u,
                                    int64_t stride, double *b, int64_t n_rhs);

/* 2 * sum of log of the diagonal of U. */
double mlci_cholesky_log_determinant(int64_t n, const double *u, int64_t stride);

/* Copies the upper triangle of a contiguous matrix to the lower one. */
void mlci_symmetric_fill(int64_t n, double *a);

/* Eigenvalues, largest first, and eigenvectors of a symmetric matrix (upper triangle read, whole
 * matrix contiguous and overwritten): row i of a becomes the unit vector of values[i], its
 * component of largest magnitude positive. work has 3 n doubles. Returns 1, or 0 when the
 * iteration did not end (NaN or infinite input). */
int32_t mlci_symmetric_eigen(const mlci_kernels *kernels, int64_t n, double *a, double *values,
                             double *work);

/* The solution of least norm of A X = B from A's eigenvectors and values, A positive
 * semidefinite; values up to tolerance times the largest count as zero. b is n x n_rhs and
 * becomes the solution; work has n * n_rhs doubles. Returns the rank. */
int64_t mlci_minimum_norm_solve(const mlci_kernels *kernels, int64_t n, const double *vectors,
                                const double *values, double tolerance, double *b, int64_t n_rhs,
                                double *work);

#endif
