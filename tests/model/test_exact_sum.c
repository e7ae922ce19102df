#include "tree/exact_sum.h"

#include "boosting.h"

static double term(const void *arg, int64_t i)
{
    return ((const double *)arg)[i];
}

START_TEST(test_exact_sum_of_any_order_has_the_same_bits_and_the_right_value)
{
    enum { N = 20001 };
    double *const x = calloc(N, sizeof *x), *const turned = calloc(N, sizeof *x);
    for (int64_t i = 0; i < N; i++)
        x[i] = (test_unit(0, i) - 0.5) * exp(20 * test_unit(1, i) - 10);
    long double sum = 0, size = 0;
    for (int64_t i = 0; i < N; i++) {
        sum += (long double)x[i];
        size += fabsl((long double)x[i]);
        turned[i] = x[(i * 7919 + 13) % N];
    }
    const double ours = mlci_exact_sum(term, x, N), other = mlci_exact_sum(term, turned, N);
    ck_assert_int_eq(memcmp(&ours, &other, sizeof ours), 0);
    ck_assert_double_eq_tol(ours, (double)sum, (double)size * 1e-15);
    free(x);
    free(turned);
}
END_TEST

START_TEST(test_exact_sum_of_integers_tiny_and_huge_terms_is_exact)
{
    const double whole[] = {3, -1, 4, 1e14, -1e14}, tiny[] = {5e-320, 0},
                 huge[] = {1e299, 2e299, -1e299}, bad[] = {1, NAN}, beyond[] = {1, -1e301};
    ck_assert_double_eq(mlci_exact_sum(term, whole, 3), 6);
    ck_assert_double_eq(mlci_exact_sum(term, whole, 5), 6);
    ck_assert_double_eq(mlci_exact_sum(term, whole, 0), 0);
    ck_assert_double_eq_tol(mlci_exact_sum(term, tiny, 2), 0, 1e-200);
    ck_assert_double_eq_tol(mlci_exact_sum(term, huge, 3) / 2e299, 1, 1e-14);
    ck_assert(isnan(mlci_exact_sum(term, bad, 2)));
    ck_assert(isnan(mlci_exact_sum(term, beyond, 2)));
}
END_TEST

START_TEST(test_power_of_two_above_is_the_least_one)
{
    ck_assert_double_eq(mlci_power_of_two_above(0), 1);
    ck_assert_double_eq(mlci_power_of_two_above(1), 1);
    ck_assert_double_eq(mlci_power_of_two_above(nextafter(1, 2)), 2);
    ck_assert_double_eq(mlci_power_of_two_above(0.3), 0.5);
    ck_assert_double_eq(mlci_power_of_two_above(5e9), 8589934592.0);
    ck_assert_double_eq(mlci_power_of_two_above(1e-310), 0x1p-664);
}
END_TEST

MLCI_CHECK_SUITE("exact_sum", test_exact_sum_of_any_order_has_the_same_bits_and_the_right_value,
                 test_exact_sum_of_integers_tiny_and_huge_terms_is_exact,
                 test_power_of_two_above_is_the_least_one)
