/* Mean and spread of columns, and the centre that rows are read about. */
#include <math.h>

#include "linear/centred_block.h"
#include "linear/column_scale.h"
#include "model_case.h"

#define N 600
#define P 3

/* Columns: constant 0.1; 1e9 and a small saw tooth; one that is mostly zero. */
static double x[N * P];

static void fill_rows(void)
{
    for (int64_t i = 0; i < N; i++) {
        x[i * P] = 0.1;
        x[i * P + 1] = 1e9 + (double)(i % 4);
        x[i * P + 2] = i % 10 == 0 ? 5 : 0;
    }
}

static mlci_column_scale find(const mlci_matrix *matrix, const double *weight, int32_t centred,
                              double *mean, double *square)
{
    mlc_context local, *call;
    mlci_column_scale scale = {.mean = mean, .square = square};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_scale_find(call, matrix, weight, centred, &scale, NULL), MLC_OK);
    mlci_call_end(call);
    return scale;
}

START_TEST(test_find_of_dense_rows_far_from_zero_keeps_the_digits)
{
    double mean[P], square[P], weight[N];
    mlci_matrix *matrix;
    fill_rows();
    for (int64_t i = 0; i < N; i++)
        weight[i] = i % 4 == 0 ? 3 : 1; /* saw tooth: 3 1 1 1 */
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, N, P, &matrix, NULL), MLC_OK);
    const mlci_column_scale scale = find(matrix, weight, 1, mean, square);
    ck_assert_double_eq(scale.weight, 900);
    ck_assert_double_eq(scale.n_entries, N * P);
    ck_assert_double_eq(mean[0], 0.1);
    ck_assert_double_eq(square[0], 0);
    ck_assert_double_eq(mean[1], 1e9 + 1);
    /* 150 times 3 * 1 + 0 + 1 + 4 about the mean of 1 */
    ck_assert_double_eq_tol(square[1], 150 * 8, 1e-9);
    mlci_matrix_close(matrix);
}
END_TEST

START_TEST(test_find_of_sparse_rows_counts_what_is_stored)
{
    double mean[P], square[P];
    sparse_rows rows;
    fill_rows();
    sparse_rows_open(&rows, x, N, P);
    const mlci_column_scale scale = find(rows.matrix, NULL, 1, mean, square);
    ck_assert_double_eq(scale.n_entries, N + N + N / 10.0);
    ck_assert_double_eq_tol(mean[2], 0.5, 1e-15);
    ck_assert_double_eq_tol(square[2], 60 * 25 - 600 * 0.25, 1e-10);
    find(rows.matrix, NULL, 0, mean, square);
    ck_assert_double_eq(mean[2], 0);
    ck_assert_double_eq(square[2], 60 * 25);
    sparse_rows_close(&rows);
}
END_TEST

START_TEST(test_centred_block_subtracts_the_mean_of_the_first_rows)
{
    double centre[P], rows[2 * P], block[2 * P];
    mlci_matrix *matrix;
    fill_rows();
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, N, P, &matrix, NULL), MLC_OK);
    mlci_provisional_centre(matrix, centre, rows);
    ck_assert_double_eq(centre[0], 0.1);
    ck_assert_double_eq(centre[1], 1e9 + 1.5); /* of 256 rows */
    mlci_centred_block(matrix, 1, 2, centre, block);
    ck_assert_double_eq(block[0], 0);
    ck_assert_double_eq(block[1], -0.5);
    ck_assert_double_eq(block[P + 1], 0.5);
    mlci_centred_block(matrix, 1, 2, NULL, block);
    ck_assert_double_eq(block[1], 1e9 + 1);
    mlci_matrix_close(matrix);
}
END_TEST

MLCI_CHECK_SUITE("column_scale", test_find_of_dense_rows_far_from_zero_keeps_the_digits,
                 test_find_of_sparse_rows_counts_what_is_stored,
                 test_centred_block_subtracts_the_mean_of_the_first_rows)
