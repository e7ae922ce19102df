/* Support vector machines for classes: every pair of them fitted, and what their decisions say
 * together. */
#ifndef MLCI_SVM_CLASSES_H
#define MLCI_SVM_CLASSES_H

#include "svm_params.h"

/* Fits the pairs as tasks. The state has probabilities where the parameters ask for them. */
mlc_status mlci_svm_fit_classes(const mlci_model_fit *fit, mlci_svm_state **out, mlc_error *err);

/* Each class gets a vote a pair; the first of the most voted. */
int64_t mlci_svm_vote(const double *decision, int64_t n_classes, double *votes);
/* A score a class: its votes, and its decisions as a share of less than 1/3 that breaks ties. */
void mlci_svm_class_scores(const double *decision, int64_t n_classes, double *scores);

/* Raw scores a row of a fitted model. */
int64_t mlci_svm_n_scores(const mlci_svm_params *params, const mlci_svm_state *state);

#endif
