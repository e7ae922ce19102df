/* Expected values: the definition, over sorted arrays, and numpy 2.4.6
 * quantile(method="averaged_inverted_cdf"). */
#include "tree/quantile.h"

#include <math.h>

#include "check_suite.h"
#include "order_key.h"
#include "random.h"

static double quantile_of(const double *x, const int64_t *w, int64_t n, double q)
{
    uint64_t keys[4096];
    int64_t weights[4096];
    for (int64_t i = 0; i < n; i++) {
        keys[i] = mlci_key_of_number(x[i]);
        if (w != NULL) weights[i] = w[i];
    }
    return mlci_weighted_quantile(keys, w == NULL ? NULL : weights, n, q);
}

START_TEST(test_quantile_of_few_numbers_matches_numpy)
{
    const double x[] = {3, -1, 7, 0.5, 100, -20};
    ck_assert_double_eq(quantile_of(x, NULL, 6, 0.5), 1.75);
    ck_assert_double_eq(quantile_of(x, NULL, 5, 0.5), 3);
    ck_assert_double_eq(quantile_of(x, NULL, 6, 0.9), 100);
    ck_assert_double_eq(quantile_of(x, NULL, 6, 0.01), -20);
    ck_assert_double_eq(quantile_of(x, NULL, 1, 0.3), 3);
}
END_TEST

START_TEST(test_quantile_of_weight_two_is_the_number_twice)
{
    const double x[] = {5, 1, 3}, twice[] = {5, 1, 1, 3};
    const int64_t w[] = {1, 2, 1};
    ck_assert_double_eq(quantile_of(x, w, 3, 0.5), quantile_of(twice, NULL, 4, 0.5));
    ck_assert_double_eq(quantile_of(x, w, 3, 0.5), 2);
    ck_assert_double_eq(quantile_of(x, w, 3, 0.75), quantile_of(twice, NULL, 4, 0.75));
}
END_TEST

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(test_quantile_of_many_numbers_equals_the_sorted_definition)
{
    double x[2001], sorted[2001];
    for (int64_t i = 0; i < 2001; i++) {
        x[i] = floor(200 * mlci_random_unit(1, MLCI_RANDOM_TEST, 0, (uint64_t)i)) - 100;
        if (i % 3 == 0) x[i] *= 1e-200;
        sorted[i] = x[i];
    }
    qsort(sorted, 2001, sizeof *sorted, compare);
    for (int32_t k = 1; k < 100; k++) {
        const double q = k / 100.0 + 0.0001; /* q n is never an integer */
        const double expected = sorted[(int64_t)ceil(q * 2001) - 1];
        ck_assert_double_eq(quantile_of(x, NULL, 2001, q), expected);
    }
}
END_TEST

START_TEST(test_order_key_of_special_numbers_keeps_their_order)
{
    const double ascending[] = {-INFINITY, -1e300, -1, -5e-324, 0, 5e-324, 1, 1e300, INFINITY};
    for (int i = 0; i + 1 < 9; i++)
        ck_assert(mlci_key_of_number(ascending[i]) < mlci_key_of_number(ascending[i + 1]));
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq(mlci_number_of_key(mlci_key_of_number(ascending[i])), ascending[i]);
    ck_assert(mlci_key_of_number(-0.0) == mlci_key_of_number(0.0));
}
END_TEST

MLCI_CHECK_SUITE("quantile", test_quantile_of_few_numbers_matches_numpy,
                 test_quantile_of_weight_two_is_the_number_twice,
                 test_quantile_of_many_numbers_equals_the_sorted_definition,
                 test_order_key_of_special_numbers_keeps_their_order)
