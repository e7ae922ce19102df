/* Expected values: exact sums by hand. */
#include "compensated_sum.h"

#include "check_suite.h"

static double sum_of(const double *terms, int32_t n)
{
    mlci_compensated_sum s = {0};
    for (int32_t i = 0; i < n; i++)
        mlci_compensated_add(&s, terms[i]);
    return mlci_compensated_value(&s);
}

START_TEST(test_compensated_sum_keeps_what_rounding_takes_away)
{
    const double terms[] = {1, 1e100, 1, -1e100};
    ck_assert_double_eq(sum_of(terms, 4), 2);
    const double other_order[] = {1e100, 1, -1e100, 1};
    ck_assert_double_eq(sum_of(other_order, 4), 2);
}
END_TEST

START_TEST(test_compensated_sum_of_a_million_tenths_is_exact)
{
    mlci_compensated_sum s = {0};
    for (int32_t i = 0; i < 1000000; i++)
        mlci_compensated_add(&s, 0.1);
    ck_assert_double_eq(mlci_compensated_value(&s), 100000);
}
END_TEST

START_TEST(test_compensated_sum_with_infinite_terms_is_infinite_or_nan)
{
    const double infinite[] = {1, INFINITY, 2};
    const double both[] = {INFINITY, -INFINITY};
    const double missing[] = {1, NAN, 2};
    ck_assert_double_eq(sum_of(infinite, 3), INFINITY);
    ck_assert_double_nan(sum_of(both, 2));
    ck_assert_double_nan(sum_of(missing, 3));
}
END_TEST

MLCI_CHECK_SUITE("compensated_sum", test_compensated_sum_keeps_what_rounding_takes_away,
                 test_compensated_sum_of_a_million_tenths_is_exact,
                 test_compensated_sum_with_infinite_terms_is_infinite_or_nan)
