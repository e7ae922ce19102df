/* Rows between rows, by closed forms; imbalanced-learn and scikit-learn's neighbours are asked in
 * tests/python/test_resampling.py. */
#include "smote.h"

#include "check_suite.h"
#include "making.h"
#include "torture.h"

#define N 40

static mlc_dataset *two_lines(void)
{
    /* The minority is 8 rows on the line x1 = 2 x0, two clusters of four far from each other. */
    static double x[2 * N];
    static const char *y[N], *color[N];
    for (int i = 0; i < N; i++) {
        const int is_minor = i % 5 == 0;
        x[2 * i] = is_minor ? (double)(i % 4) + (i >= 20 ? 100 : 0) + (double)i / 64 : (double)i;
        x[2 * i + 1] = 2 * x[2 * i];
        y[i] = is_minor ? "few" : "many";
        color[i] = is_minor && i < 20 ? "red" : "blue";
    }
    const mlc_array arrays[] = {making_matrix("v", N, 2, x), making_category("y", N, y),
                                making_category("color", N, color)};
    return making_dataset(arrays, 3, "target=y");
}

static mlc_status resample(mlc_context *ctx, int mixed, const char *roles, mlc_dataset **out,
                           mlc_error *err)
{
    mlc_dataset *plain = two_lines(), *d = NULL;
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, plain, roles, &d, NULL), MLC_OK);
    const mlci_smote smote = {mixed ? "smote_nc" : "smote", "few:30", 3, 1, mixed};
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    const mlc_status status = mlci_smote_resample(call, &smote, d, out, err);
    mlci_call_end(call);
    mlc_dataset_free(d);
    mlc_dataset_free(plain);
    return status;
}

START_TEST(test_new_rows_lie_on_the_line_inside_one_cluster)
{
    mlc_dataset *d = NULL;
    ck_assert_int_eq(resample(NULL, 0, "ignore=color", &d, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(d), N + 22);
    for (int64_t i = N; i < N + 22; i++) {
        const double a = making_cell(d, "v[0]", i), b = making_cell(d, "v[1]", i);
        ck_assert_double_lt(fabs(b - 2 * a), 1e-12 * b + 1e-12);
        ck_assert(a < 5 || a > 99);
        making_assert_text(d, "y", i, "few");
        making_assert_text(d, "color", i, a < 50 ? "red" : "blue"); /* of the row it starts from */
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_categories_are_voted_on)
{
    mlc_dataset *d = NULL;
    ck_assert_int_eq(resample(NULL, 1, "feature=color", &d, NULL), MLC_OK);
    for (int64_t i = N; i < N + 22; i++)
        making_assert_text(d, "color", i, making_cell(d, "v[0]", i) < 50 ? "red" : "blue");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_category_without_mixed_is_refused)
{
    mlc_dataset *d = NULL;
    making_assert_fails(resample(NULL, 0, "feature=color", &d, err), MLC_ERROR_COLUMN,
                        "smote_nc takes it");
    ck_assert_ptr_null(d);
}
END_TEST

static mlc_status resample_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const mlc_status status = resample(ctx, 1, "feature=color", &d, err);
    mlc_dataset_free(d);
    return status;
}

MLCI_TORTURE_TEST(test_smote_nc_when_memory_fails_leaks_nothing, resample_and_free, NULL)

MLCI_CHECK_SUITE("smote", test_new_rows_lie_on_the_line_inside_one_cluster,
                 test_categories_are_voted_on, test_category_without_mixed_is_refused,
                 test_smote_nc_when_memory_fails_leaks_nothing)
