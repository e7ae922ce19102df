/* The logistic loss of rows and its derivatives with respect to the raw scores. */
#ifndef MLCI_LOGISTIC_LOSS_H
#define MLCI_LOGISTIC_LOSS_H

#include "kernels.h"
#include "linear_state.h"

/* The problem that both solvers minimise over W and b:
 *
 *     1/S sum_i s_i loss(y_i, x_i'W + b + offset_i) + penalty / 2 |W|^2
 *
 * with s_i the weight of the row times that of its class and S their sum. Two classes have one
 * column of W, more have one each; penalty = 1 / (C S). */
typedef struct mlci_logistic_problem {
    mlc_context *call;
    const mlci_kernels *kernels;
    const mlci_matrix *x;
    const int32_t *class_of_row;
    int64_t n_classes;
    int64_t n_outputs;          /* 1 for two classes, else n_classes */
    const double *weight;       /* a row; NULL: all 1 */
    const double *offset;       /* a row, two classes only; NULL: none */
    const double *class_weight; /* a class */
    double total_weight;        /* S */
    double penalty;
    double objective_scale; /* what the history shows is this times the objective above */
    int32_t fit_intercept;
    int64_t max_iter;
    double tol;
} mlci_logistic_problem;

/* s_i of rows first .. first + n. */
void mlci_logistic_weights(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                           double *weights);

/* From the raw scores of rows first .. first + n (n x n_outputs, without offsets; spoilt): returns
 * the sum of s_i loss_i, and residual = s_i (probability - indicator) in n x n_outputs. With
 * probability not NULL also the probabilities in n x n_outputs: of the second class for two.
 * work has n doubles. */
double mlci_logistic_loss(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                          double *raw, const double *weights, double *residual, double *probability,
                          double *work);

/* Adds X'R (p x m) and, after it, the sums of R's columns (m). */
void mlci_logistic_add_gradient(const mlci_logistic_problem *problem, const mlci_row_block *x,
                                const double *residual, double *sums);

/* The rows' second derivatives with respect to outputs k and l, k <= l: s_i p_k (1 - p_k) or
 * -s_i p_k p_l. */
void mlci_logistic_curvature(const mlci_logistic_problem *problem, int64_t n, const double *weights,
                             const double *probability, int64_t k, int64_t l, double *out);

/* What a state records and reports of an iteration; value as above. */
mlc_status mlci_logistic_note(const mlci_logistic_problem *problem, mlci_linear_state *state,
                              int64_t iteration, double value, double gradient, mlc_error *err);

/* Newton's method with Cholesky: n (p m)^2 multiplications an iteration, m the free outputs. */
mlc_status mlci_newton_solve(const mlci_logistic_problem *problem, mlci_linear_state *state,
                             int32_t *converged, mlc_error *err);
/* L-BFGS: n p m multiplications an iteration; sparse rows as they are. */
mlc_status mlci_logistic_lbfgs_solve(const mlci_logistic_problem *problem, mlci_linear_state *state,
                                     int32_t *converged, mlc_error *err);

#endif
