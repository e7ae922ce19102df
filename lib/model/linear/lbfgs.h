/* Limited-memory BFGS for smooth convex objectives. */
#ifndef MLCI_LBFGS_H
#define MLCI_LBFGS_H

#include "context_impl.h"

typedef struct mlci_lbfgs {
    mlc_context *call;
    int64_t n;
    int64_t max_iter;
    double tol; /* stops at size(gradient) <= tol */
    /* Value and gradient at x. */
    mlc_status (*evaluate)(void *arg, const double *x, double *value, double *gradient,
                           mlc_error *err);
    /* What the stop test looks at; NULL: the largest absolute entry. */
    double (*size)(const void *arg, const double *x, const double *gradient);
    /* After the start (iteration 0) and each iteration; NULL: nobody listens. A failure ends
     * the run with that status. */
    mlc_status (*iterated)(void *arg, int64_t iteration, double value, double size, mlc_error *err);
    void *arg;
    const double *inverse_diagonal; /* guess of the inverse Hessian's; NULL: all equal */

    /* Results. */
    int64_t n_iter;
    int32_t converged; /* 1: by tol; 0: max_iter, or no step made progress any more */
    double value, gradient_size;
} mlci_lbfgs;

/* Minimises from x, which is left at the best point found. The bits of x are a function of the
 * bits of the evaluations. */
mlc_status mlci_lbfgs_run(mlci_lbfgs *l, double *x, mlc_error *err);

#endif
