/* What tests of support vector machines share: kernels as they are written down, and a small
 * problem whose solution is told by its optimality conditions. */
#ifndef MLCI_SVM_CASE_H
#define MLCI_SVM_CASE_H

#include <math.h>

#include "model_case.h"
#include "random.h"
#include "svm/svm_kernel.h"

/* A fixed number in [-1, 1). */
static inline double svm_number(int64_t i)
{
    uint64_t h = (uint64_t)(i + 1) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 31;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    h ^= h >> 29;
    return (double)(h >> 11) * 0x1p-52 - 1;
}

/* The kernel by its formula and the libm. */
static inline double svm_slow_kernel(const mlci_svm_kernel *k, int64_t p, const double *x,
                                     const double *z)
{
    double product = 0, distance = 0;
    for (int64_t j = 0; j < p; j++) {
        product += x[j] * z[j];
        distance += (x[j] - z[j]) * (x[j] - z[j]);
    }
    switch (k->type) {
    case MLCI_SVM_LINEAR:
        return product;
    case MLCI_SVM_POLYNOMIAL:
        return pow(k->gamma * product + k->coef0, (double)k->degree);
    case MLCI_SVM_RBF:
        return exp(-k->gamma * distance);
    default:
        return tanh(k->gamma * product + k->coef0);
    }
}

static const mlci_svm_kernel svm_kernels[] = {
    {.type = MLCI_SVM_LINEAR},
    {.type = MLCI_SVM_POLYNOMIAL, .degree = 3, .gamma = 0.7, .coef0 = 1.5},
    {.type = MLCI_SVM_POLYNOMIAL, .degree = 0, .gamma = 1},
    {.type = MLCI_SVM_RBF, .gamma = 0.4},
    {.type = MLCI_SVM_SIGMOID, .gamma = 0.3, .coef0 = -0.2},
};
#define N_SVM_KERNELS ((int)(sizeof svm_kernels / sizeof svm_kernels[0]))

#endif
