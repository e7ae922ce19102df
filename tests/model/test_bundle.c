#include "tree/bundle.h"

#include "growing.h"
#include "tables.h"

/* Binned data of n rows by f columns; frees x. */
static void bin_columns(test_data *d, double *x, int64_t n, int64_t f)
{
    double *const y = calloc((size_t)n, sizeof *y);
    y[0] = 1;
    test_data_open(d, x, y, n, f, NULL, NULL, 2);
    free(x);
    free(y);
}

/* Does the code of each bundle tell the codes of all of its features? */
static void check_codes(const mlci_binned *b)
{
    uint8_t *const codes = calloc((size_t)b->n_train, 1);
    for (int32_t i = 0; i < b->n_bundles; i++) {
        const int32_t first = b->first_cell[i],
                      n_features = b->first_feature[i + 1] - b->first_feature[i];
        mlci_bundle_codes(b, i, 0, b->n_train, codes, 1);
        for (int32_t f = 0; f < n_features; f++) {
            const int32_t u = b->features[b->first_feature[i] + f];
            const mlci_bin_place *const place = &b->places[u];
            const uint8_t *const own = mlci_binned_column(b, b->used[u]);
            int32_t meaning[256];
            ck_assert_int_eq(place->bundle, i);
            for (int32_t c = 0; c < 256; c++)
                meaning[c] = n_features == 1 ? c : place->common;
            for (int64_t e = 0; e < place->n_entries; e++) {
                const mlci_bin_entry *const entry = &b->entries[place->first_entry + e];
                ck_assert_int_lt(entry->cell, b->first_cell[i + 1]);
                meaning[entry->cell - first] = entry->code;
            }
            for (int64_t row = 0; row < b->n_train; row++)
                ck_assert_int_eq(meaning[codes[row]], own[row]);
        }
    }
    free(codes);
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
    check_codes(d.binned);
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
        check_codes(d.binned);
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
        check_codes(d.binned);
        test_data_close(&d);
    }
}
END_TEST

/* The row-major copy against the codes that columns give. */
START_TEST(test_bundle_of_sparse_columns_is_laid_out_as_their_codes_say)
{
    enum { N = 20000 };
    double *const x = test_table(N);
    uint8_t *const codes = calloc(N, 1);
    test_data d;
    int32_t n_sparse = 0;
    bin_columns(&d, x, N, TEST_TABLE_WIDTH);
    const mlci_binned *const b = d.binned;
    ck_assert_int_lt(b->n_bundles, 14);
    check_codes(b);
    ck_assert_int_eq(b->n_dense, b->n_bundles);
    for (int32_t i = 0; i < b->n_bundles; i++) {
        const mlci_bin_group *const g = &b->groups[i / MLCI_BIN_GROUP];
        mlci_bundle_codes(b, i, 0, N, codes, 1);
        for (int64_t row = 0; row < N; row++)
            ck_assert_int_eq(g->rows[row * g->stride + i - g->first], codes[row]);
        n_sparse += b->first_feature[i + 1] - b->first_feature[i] > 1;
    }
    ck_assert_int_gt(n_sparse, 0);
    free(codes);
    test_data_close(&d);
}
END_TEST

MLCI_CHECK_MAIN("bundle", test_bundle_of_one_hot_columns_is_one,
                test_bundle_with_a_conflict_in_one_row_is_not_made,
                test_bundle_of_few_codes_is_joint_where_rows_are_many,
                test_bundle_of_sparse_columns_is_laid_out_as_their_codes_say)
