/* The dual problem of a support vector machine, solved to a tolerance.
 *
 * Variables: minimise a'Qa / 2 + p'a with 0 <= a_t <= C_t and y'a as it is at the start, Q_st = y_s
 * y_t K(row s, row t); with by_sign the sums of a over y = 1 and over y = -1 both stay (the nu
 * forms). A row may have two variables of opposite signs (regression). */
#ifndef MLCI_SVM_PROBLEM_H
#define MLCI_SVM_PROBLEM_H

#include "context_impl.h"
#include "svm_kernel.h"

typedef struct mlci_svm_problem {
    mlc_context *call;
    mlci_svm_kernel kernel;
    const double *x; /* contiguous n_rows x n_features */
    int64_t n_rows, n_features;
    int64_t n;            /* variables: n_rows, or twice as many; t is about row t % n_rows */
    const int8_t *sign;   /* y: 1 or -1 */
    const double *bound;  /* C, above 0 */
    const double *linear; /* p; NULL: 0 */
    double *alpha;        /* in: a start that is allowed; out: the solution */
    int32_t by_sign;
    double tol;
    int64_t max_steps;
    int64_t cache_bytes;
} mlci_svm_problem;

typedef struct mlci_svm_solution {
    double *coefficient; /* n_rows, the caller's: sum of y_t a_t by row */
    double offset;       /* rho: the decision is sum of coefficient K(row, x) - offset */
    double scale;        /* with by_sign r, by which libsvm divides the nu form of classes */
    double objective;    /* of the dual */
    double gap;          /* by how much the conditions are violated at most */
    int64_t n_steps;
    int32_t converged;
} mlci_svm_solution;

/* The same bits for any number of threads. */
mlc_status mlci_svm_solve(const mlci_svm_problem *problem, mlci_svm_solution *solution,
                          mlc_error *err);

#endif
