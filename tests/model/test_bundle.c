#include "tree/bundle.h"

#include "growing.h"
#include "tables.h"

/* Binned data of n rows by f columns. */
static void bin_columns(test_data *d, const double *x, int64_t n, int64_t f)
{
    double *const y = calloc((size_t)n, sizeof *y);
    y[0] = 1;
    test_data_open(d, x, y, n, f, NULL, NULL, 2);
    free(y);
}

/* Does the code of each bundle tell the codes of all of its features? */
static void check_codes(const mlci_binned *b, const double *x)
{
    for (int32_t i = 0; i < b->n_bundles; i++) {
        const int32_t first = b->first_cell[i],
                      n_features = b->first_feature[i + 1] - b->first_feature[i];
        for (int32_t f = 0; f < n_features; f++) {
            const int32_t u = b->features[b->first_feature[i] + f];
            const mlci_bin_place *const place = &b->places[u];
            int32_t meaning[256];
            ck_assert_int_eq(place->bundle, i);
            for (int32_t c = 0; c < 256; c++)
                meaning[c] = n_features == 1 ? c : place->common;
            for (int64_t e = 0; e < place->n_entries; e++) {
                const mlci_bin_entry *const entry = &b->entries[place->first_entry + e];
                ck_assert_int_lt(entry->cell, b->first_cell[i + 1]);
                meaning[entry->cell - first] = entry->code;
            }
            for (int64_t row = 0; row < b->n_rows; row++) {
                const double number = x[row * b->n_features + b->used[u]];
                const uint8_t code = test_code(b, b->used[u], number);
                ck_assert_int_eq(meaning[b->columns[i][row]], code);
                ck_assert_int_eq(mlci_binned_code(b, u, row), code);
            }
        }
    }
}

START_TEST(test_bundle_of_one_hot_columns_is_one)
{
    enum { N = 2000, F = 40 };
    double *const x = calloc(N * F, sizeof *x);
    test_data d;
    for (int64_t i = 0; i < N; i++)
        x[i * F + (int64_t)(F * test_unit(0, i))] = 1;
    bin_columns(&d, x, N, F);
    ck_assert_int_eq(d.binned->n_used, F);
    ck_assert_int_eq(d.binned->n_bundles, 1);
    ck_assert_int_eq(d.binned->first_cell[1], F + 1);
    check_codes(d.binned, x);
    free(x);
    test_data_close(&d);
}
END_TEST

START_TEST(test_bundle_with_a_conflict_in_one_row_is_not_made)
{
    enum { N = 1000 };
    for (int conflict = 0; conflict < 2; conflict++) {
        double *const x = calloc(N * 2, sizeof *x);
        test_data d;
        for (int64_t i = 0; i < 100; i++) {
            x[2 * i] = 1;
            x[2 * (i + 100 - conflict) + 1] = 1;
        }
        bin_columns(&d, x, N, 2);
        ck_assert_int_eq(d.binned->n_bundles, 1 + conflict);
        check_codes(d.binned, x);
        free(x);
        test_data_close(&d);
    }
}
END_TEST

START_TEST(test_bundle_of_few_codes_is_joint_where_rows_are_many)
{
    enum { N = 8192, F = 10 };
    for (int64_t n = N - 1; n <= N; n++) {
        double *const x = calloc((size_t)(n * F), sizeof *x);
        test_data d;
        for (int64_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < F; j++)
                x[i * F + j] = j < 8   ? test_unit(j, i) < 0.5
                               : j < 9 ? floor(100 * test_unit(j, i))
                                       : test_unit(j, i);
        bin_columns(&d, x, n, F);
        /* Eight coins are 256 codes; 100 values and 255 stay alone. */
        ck_assert_int_eq(d.binned->n_bundles, n < N ? F : 3);
        check_codes(d.binned, x);
        free(x);
        test_data_close(&d);
    }
}
END_TEST

/* The row-major copy against the codes that columns give. */
START_TEST(test_bundle_of_sparse_columns_is_laid_out_as_their_codes_say)
{
    enum { N = 20000 };
    double *const x = test_table(N);
    test_data d;
    int32_t n_sparse = 0;
    bin_columns(&d, x, N, TEST_TABLE_WIDTH);
    const mlci_binned *const b = d.binned;
    ck_assert_int_lt(b->n_bundles, 14);
    check_codes(b, x);
    ck_assert_int_eq(b->n_dense, b->n_bundles);
    for (int32_t i = 0; i < b->n_bundles; i++) {
        const mlci_bin_group *const g = &b->groups[i / MLCI_BIN_GROUP];
        for (int64_t row = 0; row < N; row++)
            ck_assert_int_eq(g->rows[row * g->stride + i - g->first], b->columns[i][row]);
        n_sparse += b->first_feature[i + 1] - b->first_feature[i] > 1;
    }
    ck_assert_int_gt(n_sparse, 0);
    free(x);
    test_data_close(&d);
}
END_TEST

/* Two indicators that exclude each other in the training rows; held-out rows are not parted by them
 * either when they meet there. */
START_TEST(test_bundle_with_a_conflict_in_an_appended_row_is_not_made)
{
    enum { N = 9000, F = 2 };
    static double x[2 * N * F];
    const mlci_bin_rows rows = {.n_rows = 2 * N, .n_train = N, .unit = 1};
    for (int conflict = 0; conflict < 2; conflict++) {
        mlc_context local, *call = NULL;
        mlci_matrix *train = NULL, *valid = NULL;
        mlci_binned *b = NULL;
        for (int64_t i = 0; i < 2 * N; i++)
            x[2 * i + i % 2] = i % 50 < 2;
        x[2 * (2 * N - 50)] = x[2 * (2 * N - 50) + 1] = conflict;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
        ck_assert_int_eq(mlci_matrix_wrap(NULL, x, N, F, &train, NULL), MLC_OK);
        ck_assert_int_eq(mlci_matrix_wrap(NULL, x + N * F, N, F, &valid, NULL), MLC_OK);
        ck_assert_int_eq(mlci_binned_fit(call, train, &rows, 255, &b, NULL), MLC_OK);
        ck_assert_int_eq(mlci_binned_append(call, b, valid, N, NULL), MLC_OK);
        ck_assert_int_eq(mlci_binned_finish(call, b, NULL), MLC_OK);
        ck_assert_int_eq(b->first_cell[1], conflict ? 4 : 3); /* digits of one number, or a range */
        check_codes(b, x);
        mlci_binned_free(b);
        mlci_matrix_close(train);
        mlci_matrix_close(valid);
        mlci_call_end(call);
    }
}
END_TEST

MLCI_CHECK_SUITE("bundle", test_bundle_of_one_hot_columns_is_one,
                 test_bundle_with_a_conflict_in_one_row_is_not_made,
                 test_bundle_with_a_conflict_in_an_appended_row_is_not_made,
                 test_bundle_of_few_codes_is_joint_where_rows_are_many,
                 test_bundle_of_sparse_columns_is_laid_out_as_their_codes_say)
