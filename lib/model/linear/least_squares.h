/* The least-squares problems that ridge solves, and its three ways of solving them. */
#ifndef MLCI_LEAST_SQUARES_H
#define MLCI_LEAST_SQUARES_H

#include "linear_state.h"

/* Minimises sum_i w_i (y_i - x_i'b - c)^2 + alpha |b|^2 for each target. */
typedef struct mlci_least_squares {
    mlc_context *call;
    const mlci_matrix *x;
    const double *y; /* n_rows x n_targets */
    int64_t n_targets;
    const double *weight; /* NULL: all 1 */
    double alpha;
    int32_t fit_intercept;
    int64_t max_iter; /* of the iterative way */
    double tol;
} mlci_least_squares;

/* Largest n_features of the normal equations and n_rows of the dual ones. */
#define MLCI_DIRECT_SIZE 4096
/* Largest n_rows x n_features of the dual equations, which hold all of X at once. */
#define MLCI_DUAL_CELLS ((int64_t)1 << 25)

/* Cholesky of X'WX + alpha I: n p^2 multiplications in one pass, n_features^2 memory. Where the
 * matrix is singular, the solution of least norm. Fill state->weights and intercept. */
mlc_status mlci_normal_equations_solve(const mlci_least_squares *problem, mlci_linear_state *state,
                                       mlc_error *err);
/* Cholesky of XX' + alpha I: n^2 p multiplications, for fewer rows than features. */
mlc_status mlci_dual_equations_solve(const mlci_least_squares *problem, mlci_linear_state *state,
                                     mlc_error *err);
/* Conjugate gradients: a pass over X an iteration, sparse rows as they are. */
mlc_status mlci_conjugate_gradient_solve(const mlci_least_squares *problem,
                                         mlci_linear_state *state, mlc_error *err);

#endif
