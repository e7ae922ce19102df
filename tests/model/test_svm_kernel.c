/* Kernels of rows against packed points, against their formulas. */
#include "svm_case.h"

#define ROUNDING 1e-13 /* of sums of 40 products, powers and exp */

enum { N = 600, P = 40 };

static double x[N * P], packed[(N + MLCI_SVM_CHUNK) * P], out[N * MLCI_SVM_CHUNK];

static mlci_svm_points points_of(const mlci_svm_kernel *kernel)
{
    for (int64_t i = 0; i < N * P; i++)
        x[i] = svm_number(i) / 2;
    ck_assert_int_le(mlci_svm_packed_size(N, P), (int64_t)(sizeof packed / sizeof packed[0]));
    mlci_svm_pack(kernel->type, x, N, P, packed);
    return (mlci_svm_points){.kernel = *kernel, .n = N, .n_features = P, .packed = packed};
}

static void check_formula(int which)
{
    const mlci_svm_points points = points_of(&svm_kernels[which]);
    const mlci_row_block rows = {.x = x + 7 * P, .n_rows = 9, .n_columns = P, .stride = P};
    for (int64_t chunk = 0; chunk < 3; chunk++) {
        const int64_t size = mlci_svm_chunk_size(&points, chunk);
        ck_assert_int_eq(size, chunk < 2 ? MLCI_SVM_CHUNK : N - 2 * MLCI_SVM_CHUNK);
        mlci_svm_kernel_chunk(mlci_kernels_of(MLCI_ISA_REFERENCE), &points, chunk, &rows, out);
        for (int64_t i = 0; i < 9 * size; i++) {
            const double *const point = x + (chunk * MLCI_SVM_CHUNK + i % size) * P;
            const double slow =
                svm_slow_kernel(&svm_kernels[which], P, rows.x + i / size * P, point);
            ck_assert_double_eq_tol(out[i], slow, ROUNDING * (1 + fabs(slow)));
        }
    }
}

START_TEST(test_chunk_of_each_kernel_is_its_formula)
{
    for (int i = 0; i < N_SVM_KERNELS; i++)
        check_formula(i);
}
END_TEST

static void check_bits(int which)
{
    static double other[N * MLCI_SVM_CHUNK];
    const mlci_svm_points points = points_of(&svm_kernels[which]);
    mlc_context *const ctx = NULL;
    const mlci_kernels *const kernels[] = {mlci_kernels_of(MLCI_ISA_REFERENCE),
                                           mlci_kernels_of(mlci_root_isa(mlci_context_root(ctx)))};
    const mlci_row_block all = {.x = x, .n_rows = N, .n_columns = P, .stride = P};
    mlci_svm_kernel_chunk(kernels[0], &points, 0, &all, out);
    mlci_svm_kernel_chunk(kernels[1], &points, 0, &all, other);
    ck_assert_mem_eq(out, other, sizeof(double) * N * MLCI_SVM_CHUNK);
    for (int64_t i = 0; i < MLCI_SVM_CHUNK; i++) {
        const mlci_row_block one = {.x = x + i * P, .n_rows = 1, .n_columns = P, .stride = P};
        mlci_svm_kernel_chunk(kernels[1], &points, 0, &one, other);
        ck_assert_mem_eq(out + i * MLCI_SVM_CHUNK, other, sizeof(double) * MLCI_SVM_CHUNK);
        for (int64_t j = 0; j < MLCI_SVM_CHUNK; j++)
            ck_assert_double_eq(out[i * MLCI_SVM_CHUNK + j], out[j * MLCI_SVM_CHUNK + i]);
    }
}

START_TEST(test_chunk_has_the_same_bits_alone_swapped_and_on_each_instruction_set)
{
    for (int i = 0; i < N_SVM_KERNELS; i++)
        check_bits(i);
}
END_TEST

START_TEST(test_rbf_of_equal_rows_far_from_the_origin_is_one)
{
    const mlci_svm_kernel kernel = {.type = MLCI_SVM_RBF, .gamma = 1e6};
    double far[2 * 3] = {1e8 + 1, 1e8 + 2, 1e8, 1e8 + 1, 1e8 + 2, 1e8}, block[64] = {0}, value[2];
    const mlci_svm_points points = {.kernel = kernel, .n = 2, .n_features = 3, .packed = block};
    const mlci_row_block row = {.x = far, .n_rows = 1, .n_columns = 3, .stride = 3};
    mlci_svm_pack(MLCI_SVM_RBF, far, 2, 3, block);
    mlci_svm_kernel_chunk(mlci_kernels_of(MLCI_ISA_REFERENCE), &points, 0, &row, value);
    ck_assert(value[0] == 1 && value[1] == 1);
}
END_TEST

START_TEST(test_packed_size_beyond_memory_is_none)
{
    ck_assert_int_eq(mlci_svm_packed_size(1, 3), 3 * MLCI_SVM_CHUNK);
    ck_assert_int_eq(mlci_svm_packed_size(INT64_MAX, 1), 0);
    ck_assert_int_eq(mlci_svm_packed_size(INT64_C(1) << 40, INT64_C(1) << 40), 0);
}
END_TEST

MLCI_CHECK_SUITE("svm_kernel", test_chunk_of_each_kernel_is_its_formula,
                 test_chunk_has_the_same_bits_alone_swapped_and_on_each_instruction_set,
                 test_rbf_of_equal_rows_far_from_the_origin_is_one,
                 test_packed_size_beyond_memory_is_none)
