/* Two classes, told apart: the problem of one pair, and its probabilities. */
#ifndef MLCI_SVM_PAIR_H
#define MLCI_SVM_PAIR_H

#include "svm_params.h"

typedef struct mlci_svm_pair {
    mlc_context *call;
    const mlci_svm_params *params;
    mlci_svm_kernel kernel;
    const double *x; /* all training rows, contiguous */
    int64_t n_features;
    const double *weight;     /* by training row: of the row times that of its class */
    const int64_t *rows;      /* training rows of the first class, then of the second */
    int64_t n_first, n;       /* of the first class; of both */
    const char *const *names; /* of the two classes, for messages */
} mlci_svm_pair;

/* The solution, whose coefficients are those of the pair's rows in their order; scaled as nu wants.
 * Where a class has no rows the decision is the other's everywhere. */
mlc_status mlci_svm_pair_solve(const mlci_svm_pair *pair, mlci_svm_solution *solution,
                               mlc_error *err);
/* Platt's sigmoid of the decisions, by five fits that each leave a fifth of either class out: row i
 * of a class is left out by fit i % 5. */
mlc_status mlci_svm_pair_sigmoid(const mlci_svm_pair *pair, double *slope, double *shift,
                                 mlc_error *err);

#endif
