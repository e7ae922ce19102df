/* Correlations: closed forms, missing values by pair, merging. */
#include "check_suite.h"

#include <math.h>
#include <string.h>

#include "correlation.h"

static mlci_correlation *of(const double *values, int64_t n, int32_t p, int64_t stride)
{
    mlci_correlation *c = NULL;
    ck_assert_int_eq(mlci_correlation_create(NULL, p, &c, NULL), MLC_OK);
    ck_assert_int_eq(mlci_correlation_add(c, values, n, stride, NULL), MLC_OK);
    mlci_correlation_settle(c);
    return c;
}

START_TEST(test_correlation_of_lines_is_one_and_minus_one)
{
    const double values[] = {1, 2, 3, 4, 10, 20, 30, 40, 8, 6, 4, 2, 5, 5, 5, 5};
    mlci_correlation *c = of(values, 4, 4, 4);
    int64_t n;
    ck_assert_double_eq_tol(mlci_correlation_of(c, 0, 1, &n), 1, 1e-15);
    ck_assert_int_eq(n, 4);
    ck_assert_double_eq_tol(mlci_correlation_of(c, 2, 0, NULL), -1, 1e-15);
    ck_assert(isnan(mlci_correlation_of(c, 0, 3, NULL))); /* constant */
    ck_assert_double_eq(mlci_correlation_of(c, 1, 1, NULL), 1);
    mlci_correlation_free(c);
}
END_TEST

START_TEST(test_correlation_leaves_out_rows_that_either_lacks)
{
    const double gap = (double)NAN;
    const double values[] = {1, 2, 100, 3, 5, gap, gap, 2, 7, 6, INFINITY, 4};
    mlci_correlation *c = of(values, 4, 3, 4);
    int64_t n;
    const double r = mlci_correlation_of(c, 0, 2, &n);
    ck_assert_int_eq(n, 3);
    const double plain[] = {1, 2, 3, 7, 6, 4};
    mlci_correlation *wanted = of(plain, 3, 2, 3);
    ck_assert_double_eq(r, mlci_correlation_of(wanted, 0, 1, NULL));
    mlci_correlation_free(wanted);
    mlci_correlation_free(c);
}
END_TEST

START_TEST(test_correlation_merged_is_that_of_all)
{
    double values[200], parts[2][200];
    for (int i = 0; i < 200; i++)
        values[i] = i % 17 == 3 ? (double)NAN : 1e10 + (i * 7919 % 101) * 0.1;
    for (int half = 0; half < 2; half++)
        for (int j = 0; j < 2; j++)
            memcpy(&parts[half][50 * j], &values[100 * j + 50 * half], 50 * sizeof(double));
    mlci_correlation *all = of(values, 100, 2, 100), *a = of(parts[0], 50, 2, 50);
    mlci_correlation *b = of(parts[1], 50, 2, 50);
    ck_assert_int_eq(mlci_correlation_merge(b, a, NULL), MLC_OK);
    mlci_correlation_settle(b);
    ck_assert_mem_eq(b->columns, all->columns, 2 * sizeof *b->columns);
    ck_assert_mem_eq(&b->pairs[0].products, &all->pairs[0].products, sizeof b->pairs[0].products);
    ck_assert_mem_eq(b->pairs[0].lost[0], all->pairs[0].lost[0], sizeof *b->pairs[0].lost[0]);
    mlci_correlation_free(b);
    mlci_correlation_free(a);
    mlci_correlation_free(all);
}
END_TEST

START_TEST(test_correlation_of_too_many_columns_is_refused)
{
    mlci_correlation *c = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_correlation_create(NULL, 257, &c, &err), MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "select fewer"));
}
END_TEST

MLCI_CHECK_SUITE("correlation", test_correlation_of_lines_is_one_and_minus_one,
                 test_correlation_leaves_out_rows_that_either_lacks,
                 test_correlation_merged_is_that_of_all,
                 test_correlation_of_too_many_columns_is_refused)
