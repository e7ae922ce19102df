/* Expected values by hand. */
#include "silhouette_rows.h"

#include "scored_rows.h"

#define N 11

static double x[2 * N];
static double labels[N];
static double weights[N];

/* Eleven rows, labels 7, -3, 7, -3 ..., the fourth row of weight 0. */
static mlci_metric_input eleven_rows(mlci_matrix **matrix, mlc_context *local)
{
    mlci_metric_input in = {.n_rows = N, .prediction = labels, .weight = weights};
    for (int32_t i = 0; i < N; i++) {
        x[2 * i] = i;
        x[2 * i + 1] = 100 + i;
        labels[i] = i % 2 == 0 ? 7 : -3;
        weights[i] = i == 3 ? 0 : 1 + i % 3;
    }
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, N, 2, matrix, NULL), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(NULL, local, MLCI_PREDICT, &in.call, NULL), MLC_OK);
    in.x = *matrix;
    return in;
}

START_TEST(test_silhouette_rows_are_those_with_weight)
{
    mlc_context local;
    mlci_matrix *matrix = NULL;
    const mlci_metric_input in = eleven_rows(&matrix, &local);
    mlci_silhouette_rows rows;
    ck_assert_int_eq(mlci_silhouette_rows_make(&in, MLCI_NONE_INTEGER, 0, &rows, NULL), MLC_OK);
    ck_assert_int_eq(rows.n, N - 1);
    ck_assert_int_eq(rows.n_labels, 2);
    double of_label[2] = {0};
    for (int64_t i = 0; i < rows.n; i++) {
        const int64_t row = i < 3 ? i : i + 1;
        ck_assert_int_eq(rows.row[i], row);
        ck_assert_int_eq(rows.label[i], row % 2 == 0);
        ck_assert_double_eq(rows.weight[i], weights[row]);
        ck_assert_double_eq(mlci_silhouette_feature(&rows, i, 0), (double)row);
        ck_assert_double_eq(mlci_silhouette_feature(&rows, i, 1), (double)row + 100);
        of_label[rows.label[i]] += weights[row];
    }
    ck_assert_double_eq(rows.label_weight[0], of_label[0]);
    ck_assert_double_eq(rows.label_weight[1], of_label[1]);
    mlci_silhouette_rows_clear(&rows);
    mlci_call_end(in.call);
    mlci_matrix_close(matrix);
}
END_TEST

START_TEST(test_silhouette_rows_of_a_sample_are_distinct_and_in_order)
{
    mlc_context local;
    mlci_matrix *matrix = NULL;
    const mlci_metric_input in = eleven_rows(&matrix, &local);
    for (int64_t seed = 0; seed < 20; seed++) {
        mlci_silhouette_rows rows;
        ck_assert_int_eq(mlci_silhouette_rows_make(&in, 4, seed, &rows, NULL), MLC_OK);
        ck_assert_int_eq(rows.n, 4);
        for (int64_t i = 0; i < 4; i++) {
            ck_assert_int_ne(rows.row[i], 3);
            ck_assert(i == 0 || rows.row[i] > rows.row[i - 1]);
            ck_assert_double_eq(mlci_silhouette_feature(&rows, i, 0), (double)rows.row[i]);
        }
        mlci_silhouette_rows_clear(&rows);
    }
    mlci_call_end(in.call);
    mlci_matrix_close(matrix);
}
END_TEST

MLCI_CHECK_SUITE("silhouette_rows", test_silhouette_rows_are_those_with_weight,
                 test_silhouette_rows_of_a_sample_are_distinct_and_in_order)
