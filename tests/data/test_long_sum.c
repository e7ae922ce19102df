/* Exact sums: cancellation, extremes, order; expected values in closed form. */
#include "check_suite.h"

#include <math.h>
#include <string.h>

#include "long_sum.h"

START_TEST(test_sum_when_terms_cancel_then_what_is_left_is_exact)
{
    mlci_long_sum sum = {.n_pending = 0};
    mlci_long_add(&sum, 1e300, 1);
    mlci_long_add(&sum, 0.1, 1);
    mlci_long_add(&sum, -1e300, 1);
    ck_assert_double_eq(mlci_long_mean(&sum, 1), 0.1);
    mlci_long_add(&sum, -0.1, 1);
    mlci_long_add(&sum, 5e-324, 3);
    ck_assert_double_eq(mlci_long_mean(&sum, 1), 3 * 5e-324);
}
END_TEST

START_TEST(test_sum_in_any_order_has_the_same_digits)
{
    const double values[] = {-1e-300, 3.5, -7e200, 1e16, 5e-324, -1, 7e200};
    mlci_long_sum up = {.n_pending = 0}, down = {.n_pending = 0};
    for (int i = 0; i < 7; i++) {
        mlci_long_add_moments(&up, &up, values[i]);
        mlci_long_add(&down, values[6 - i], 1);
        mlci_long_add_square(&down, values[6 - i], 1);
    }
    mlci_long_settle(&up);
    mlci_long_settle(&down);
    ck_assert_mem_eq(up.digit, down.digit, sizeof up.digit);
}
END_TEST

START_TEST(test_sum_of_runs_is_that_of_single_values)
{
    const double values[] = {-1.7e308, -3, -2.5, -2, 0, 5e-324, 1e-310, 2, 3, 3.5, 1.7e308};
    const int64_t counts[] = {3, 1, INT64_MAX / 4, 7, 9, 1, 2, 1, INT64_MAX / 4, 1, 5};
    mlci_long_sum one[2] = {{.n_pending = 0}}, run[2] = {{.n_pending = 0}};
    mlci_long_run reals, integers;
    mlci_long_run_open(&reals, &run[0], &run[1]);
    for (int i = 0; i < 11; i++) {
        mlci_long_add(&one[0], values[i], counts[i]);
        mlci_long_add_square(&one[1], values[i], counts[i]);
        mlci_long_run_add(&reals, values[i], counts[i]);
    }
    mlci_long_run_close(&reals);
    mlci_long_run_open(&integers, &run[0], &run[1]);
    for (int64_t i = -3; i <= 3; i++) {
        const int64_t value = i == -3 ? INT64_MIN : i == 3 ? INT64_MAX : i;
        mlci_long_add_integer(&one[0], value, i + 4);
        mlci_long_add_integer_square(&one[1], value, i + 4);
        mlci_long_run_add_integer(&integers, value, i + 4);
    }
    mlci_long_run_close(&integers);
    for (int i = 0; i < 2; i++) {
        mlci_long_settle(&one[i]);
        mlci_long_settle(&run[i]);
        ck_assert_mem_eq(one[i].digit, run[i].digit, sizeof run[i].digit);
    }
}
END_TEST

START_TEST(test_sum_of_largest_numbers_does_not_overflow)
{
    mlci_long_sum sum = {.n_pending = 0}, squares = {.n_pending = 0};
    mlci_long_add(&sum, 1.7e308, INT64_MAX / 2);
    ck_assert_double_eq(mlci_long_mean(&sum, INT64_MAX / 2), 1.7e308);
    memset(&sum, 0, sizeof sum);
    mlci_long_add_moments(&sum, &squares, 1e308);
    mlci_long_add_moments(&sum, &squares, -1e308);
    ck_assert_double_eq_tol(mlci_long_deviation(&squares, &sum, 2) / 1e308, sqrt(2), 1e-15);
}
END_TEST

START_TEST(test_deviation_of_integers_far_from_zero_is_exact)
{
    mlci_long_sum sum = {.n_pending = 0}, squares = {.n_pending = 0};
    const int64_t far = INT64_MAX - 10;
    for (int64_t i = 0; i < 5; i++) {
        mlci_long_add_integer(&sum, far + 2 * i, 1);
        mlci_long_add_integer_square(&squares, far + 2 * i, 1);
    }
    ck_assert_double_eq(mlci_long_deviation(&squares, &sum, 5), sqrt(10));
    ck_assert(isnan(mlci_long_deviation(&squares, &sum, 1)));
}
END_TEST

START_TEST(test_comoment_has_the_sign_of_the_slope)
{
    mlci_long_sum a = {.n_pending = 0}, b = {.n_pending = 0}, products = {.n_pending = 0};
    for (int i = 1; i <= 4; i++) {
        mlci_long_add(&a, i, 1);
        mlci_long_add(&b, -3.0 * i, 1);
        mlci_long_add_product(&products, i, -3.0 * i);
    }
    const mlci_scaled c = mlci_long_comoment(&products, &a, &b, 4); /* 4 * -90 + 10 * 30 */
    ck_assert_double_eq(ldexp(c.value, c.exponent), -60);
    mlci_long_sum twice = a;
    mlci_long_add_sum(&twice, &a);
    mlci_long_subtract_sum(&twice, &a);
    mlci_long_settle(&a);
    ck_assert_mem_eq(twice.digit, a.digit, sizeof a.digit);
}
END_TEST

MLCI_CHECK_SUITE("long_sum", test_sum_when_terms_cancel_then_what_is_left_is_exact,
                 test_sum_in_any_order_has_the_same_digits,
                 test_sum_of_runs_is_that_of_single_values,
                 test_sum_of_largest_numbers_does_not_overflow,
                 test_deviation_of_integers_far_from_zero_is_exact,
                 test_comoment_has_the_sign_of_the_slope)
