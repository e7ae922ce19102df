/* Kernels of support vector machines. Distances come from differences, not from the expansion
 * |x|^2 + |z|^2 - 2 x'z: equal rows are at distance 0 and offsets cost no digits. Products are
 * chains. Cost: n_features + about 8 operations a value. */
#include "svm_kernel.h"

#include <stddef.h>

#include "checked.h"

int64_t mlci_svm_packed_size(int64_t n, int64_t n_features)
{
    int64_t size;
    if (!mlci_round_up_size(n, MLCI_SVM_CHUNK, &n) || !mlci_mul_size(n, n_features, &size))
        return 0;
    return size;
}

int64_t mlci_svm_chunk_size(const mlci_svm_points *points, int64_t chunk)
{
    const int64_t left = points->n - chunk * MLCI_SVM_CHUNK;
    return left < MLCI_SVM_CHUNK ? left : MLCI_SVM_CHUNK;
}

/* Feature by feature, what `linear` takes for the weights of as many outputs. */
static void transpose_chunk(const double *points, int64_t n, int64_t n_features, double *packed)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < n_features; j++)
            packed[j * n + i] = points[i * n_features + j];
    }
}

void mlci_svm_pack(int32_t type, const double *points, int64_t n, int64_t n_features,
                   double *packed)
{
    for (int64_t first = 0; first < n; first += MLCI_SVM_CHUNK) {
        const int64_t size = n - first < MLCI_SVM_CHUNK ? n - first : MLCI_SVM_CHUNK;
        const double *const chunk = points + first * n_features;
        if (type == MLCI_SVM_RBF) {
            const mlci_row_block rows = {
                .x = chunk, .n_rows = size, .n_columns = n_features, .stride = n_features};
            mlci_centres_pack(&rows, packed + first * n_features);
        } else {
            transpose_chunk(chunk, size, n_features, packed + first * n_features);
        }
    }
}

static double whole_power(double base, int64_t exponent)
{
    double power = 1;
    for (; exponent > 0; exponent /= 2, base *= base) {
        if (exponent % 2 == 1) power *= base;
    }
    return power;
}

/* What the kernel makes of squared distances, or of products. */
static void apply(const mlci_kernels *kernels, const mlci_svm_kernel *k, int64_t n, double *values)
{
    switch (k->type) {
    case MLCI_SVM_POLYNOMIAL:
        for (int64_t i = 0; i < n; i++)
            values[i] = whole_power(k->gamma * values[i] + k->coef0, k->degree);
        break;
    case MLCI_SVM_RBF:
        kernels->scale(n, -k->gamma, values);
        kernels->exp(n, values, values);
        break;
    case MLCI_SVM_SIGMOID:
        for (int64_t i = 0; i < n; i++)
            values[i] = k->gamma * values[i] + k->coef0;
        kernels->tanh(n, values, values);
        break;
    default:
        break;
    }
}

void mlci_svm_kernel_chunk(const mlci_kernels *kernels, const mlci_svm_points *points,
                           int64_t chunk, const mlci_row_block *rows, double *out)
{
    const int64_t n = mlci_svm_chunk_size(points, chunk);
    const double *const packed = points->packed + chunk * MLCI_SVM_CHUNK * points->n_features;
    if (points->kernel.type == MLCI_SVM_RBF) {
        const mlci_centres centres = {
            .n_centres = n, .n_columns = points->n_features, .packed = packed};
        kernels->distances(rows, &centres, out);
    } else {
        kernels->linear(rows, packed, n, NULL, out);
    }
    apply(kernels, &points->kernel, rows->n_rows * n, out);
}
