/* Steps of sequential minimal optimisation on a few variables whose kernel is at hand.
 *
 * A problem: minimise a'Qa / 2 + p'a with 0 <= a_t <= C_t and y'a = const, Q_st = y_s y_t K_st. A
 * step moves y_i a_i up and y_j a_j down by the same amount. What is kept of the gradient G is
 * score_t = y_t G_t = sum over s of y_s a_s K_ts + y_t p_t. */
#ifndef MLCI_SVM_STEPS_H
#define MLCI_SVM_STEPS_H

#include "context_impl.h"

typedef struct mlci_svm_steps {
    mlc_context *call;
    int64_t n;       /* variables */
    int64_t n_first; /* pairs are both among the first so many, or both among the rest; n: any */
    double tol;      /* ends when no pair violates the conditions by this much */
    int64_t max_steps;
    const double *kernel; /* n x n */
    const int8_t *sign;   /* y: 1 or -1 */
    const double *bound;  /* C */
    double *alpha;
    double *score;
    double *work;             /* 3 n */
    int64_t n_steps;          /* out: those that were made */
    double *up, *down, *self; /* parts of work: room of y a above and below, diagonal of K */
} mlci_svm_steps;

/* Runs them, until the pair that should move cannot, by rounding. Looks for a cancel. */
mlc_status mlci_svm_steps_run(mlci_svm_steps *steps, mlc_error *err);

/* Room of y a above and below. */
static inline double mlci_svm_room_up(int32_t sign, double alpha, double bound)
{
    return sign > 0 ? bound - alpha : alpha;
}
static inline double mlci_svm_room_down(int32_t sign, double alpha, double bound)
{
    return sign > 0 ? alpha : bound - alpha;
}

#endif
