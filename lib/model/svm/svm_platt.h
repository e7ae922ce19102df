/* Probabilities from decisions: Platt's sigmoid of a pair of classes, and many pairs together. */
#ifndef MLCI_SVM_PLATT_H
#define MLCI_SVM_PLATT_H

#include <stdint.h>

/* The sigmoid 1 / (1 + exp(slope f + shift)) of greatest likelihood for the decisions f of rows
 * that are of the first class up to n_first, of the second from there on. */
void mlci_svm_platt(const double *decision, const double *weight, int64_t n, int64_t n_first,
                    double *slope, double *shift);
/* That sigmoid, kept 1e-7 away from 0 and 1. */
double mlci_svm_sigmoid(double decision, double slope, double shift);

/* Doubles of work for that many classes. */
static inline int64_t mlci_svm_couple_work(int64_t n_classes)
{
    return n_classes * (n_classes + 1);
}
/* Probabilities of n_classes from those of the first of each pair (0, 1), (0, 2) ... */
void mlci_svm_couple(const double *pair, int64_t n_classes, double *work, double *out);

#endif
