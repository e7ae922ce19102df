/* Shapley values of the decisions of support vector machines against background rows. */
#ifndef MLCI_SVM_SHARES_H
#define MLCI_SVM_SHARES_H

#include "background.h"
#include "svm_state.h"

#define MLCI_SVM_MAX_SHARE_DEGREE 100

typedef struct mlci_svm_shares mlci_svm_shares;

/* Kernels whose values are worked out feature by feature: linear, rbf, and polynomials up to
 * MLCI_SVM_MAX_SHARE_DEGREE. */
int32_t mlci_svm_has_shares(const mlci_svm_kernel *kernel);
/* For such a kernel; borrows state and background. */
mlc_status mlci_svm_shares_open(mlc_context *call, const mlci_svm_state *state,
                                const mlci_background *background, mlci_svm_shares **out,
                                mlc_error *err);
void mlci_svm_shares_close(mlci_svm_shares *shares); /* NULL is fine */
/* out: n_rows x n_problems x n_features. The bits of a row do not depend on the others. */
mlc_status mlci_svm_shares_rows(const mlci_svm_shares *shares, const double *x, int64_t n_rows,
                                double *out, mlc_error *err);

#endif
