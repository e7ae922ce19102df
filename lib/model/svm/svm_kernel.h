/* Kernels of support vector machines: rows against packed points.
 *
 * Points are packed once, in chunks, and meet any rows after that: all training rows against
 * themselves in a fit, support vectors against what is to be predicted. K(x, z) has the same bits
 * as K(z, x), in any block of rows and on each instruction set. */
#ifndef MLCI_SVM_KERNEL_H
#define MLCI_SVM_KERNEL_H

#include "kernels.h"
#include "memory.h"

#define MLCI_SVM_LINEAR 0
#define MLCI_SVM_POLYNOMIAL 1
#define MLCI_SVM_RBF 2
#define MLCI_SVM_SIGMOID 3
#define MLCI_N_SVM_KERNELS 4

#define MLCI_SVM_MAX_DEGREE 1000

typedef struct mlci_svm_kernel {
    int32_t type;   /* x'z, (gamma x'z + coef0)^degree, exp(-gamma |x - z|^2), or
                       tanh(gamma x'z + coef0) */
    int64_t degree; /* 0 to MLCI_SVM_MAX_DEGREE */
    double gamma, coef0;
} mlci_svm_kernel;

/* Points of a chunk. */
#define MLCI_SVM_CHUNK 256

typedef struct mlci_svm_points {
    mlci_svm_kernel kernel;
    int64_t n, n_features;
    const double *packed; /* made by mlci_svm_pack() */
} mlci_svm_points;

/* Doubles that n packed points need; 0 where that is beyond int64. */
int64_t mlci_svm_packed_size(int64_t n, int64_t n_features);
/* points: contiguous n x n_features. */
void mlci_svm_pack(int32_t type, const double *points, int64_t n, int64_t n_features,
                   double *packed);
/* Points of chunk c. */
int64_t mlci_svm_chunk_size(const mlci_svm_points *points, int64_t chunk);
/* K of the rows with the points of a chunk: out is contiguous n_rows x mlci_svm_chunk_size(). */
void mlci_svm_kernel_chunk(const mlci_kernels *kernels, const mlci_svm_points *points,
                           int64_t chunk, const mlci_row_block *rows, double *out);

#endif
