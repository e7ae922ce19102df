#include "tree/bin_cuts.h"

#include <math.h>

#include "boosting.h"
#include "order_key.h"

START_TEST(test_threshold_between_neighbours_keeps_them_apart)
{
    const double low[] = {0,
                          1,
                          -1,
                          5e-324,
                          -5e-324,
                          1e308,
                          -INFINITY,
                          -INFINITY,
                          3,
                          -1.7e308,
                          2.2250738585072014e-308};
    const double high[] = {5e-324, 0, 0, 0, 0, 1.7e308, INFINITY, 0, INFINITY, 1.7e308, 0};
    for (int i = 0; i < 11; i++) {
        const double b = high[i] == 0 && i != 7 ? nextafter(low[i], INFINITY) : high[i];
        const double t = mlci_threshold_between(low[i], b);
        ck_assert_msg(low[i] <= t && t < b, "case %d", i);
    }
    ck_assert_double_eq(mlci_threshold_between(1, 2), 1.5);
    ck_assert_double_eq(mlci_threshold_between(-1.7e308, 1.7e308), 0);
}
END_TEST

/* Cuts of the numbers 0, 1, ... with these weights. */
static mlci_bin_rule cut(const int64_t *weights, int64_t n, int32_t max_bins)
{
    mlci_bin_rule rule = {0};
    uint64_t *const keys = calloc((size_t)n + 1, sizeof *keys);
    for (int64_t i = 0; i < n; i++)
        keys[i] = mlci_key_of_number((double)i);
    mlci_find_cuts(&rule, keys, weights, n, max_bins, 1);
    free(keys);
    return rule;
}

START_TEST(test_cuts_of_few_values_are_between_all_of_them)
{
    const int64_t weights[] = {1, 1000, 1};
    const mlci_bin_rule rule = cut(weights, 3, 3), one = cut(weights, 1, 3), none = cut(NULL, 0, 3);
    ck_assert_int_eq(rule.n_bins, 3);
    ck_assert_double_eq(rule.thresholds[0], 0.5);
    ck_assert_double_eq(rule.thresholds[1], 1.5);
    ck_assert_double_infinite(rule.thresholds[2]);
    ck_assert_int_eq(one.n_bins, 1);
    ck_assert_double_infinite(one.thresholds[0]);
    ck_assert_int_eq(none.n_bins, 0);
}
END_TEST

START_TEST(test_cuts_of_equal_weights_make_equal_bins)
{
    int64_t weights[100];
    for (int i = 0; i < 100; i++)
        weights[i] = 3;
    const mlci_bin_rule rule = cut(weights, 100, 10);
    ck_assert_int_eq(rule.n_bins, 10);
    for (int b = 0; b < 9; b++)
        ck_assert_double_eq(rule.thresholds[b], 10 * b + 9.5);
}
END_TEST

/* Total 200, five bins: 40 and more is heavy, the 60 others fill three bins of 20. */
START_TEST(test_cuts_leave_a_heavy_value_alone)
{
    int64_t weights[62];
    for (int i = 0; i < 62; i++)
        weights[i] = i == 20 ? 60 : i == 41 ? 80 : 1;
    const mlci_bin_rule rule = cut(weights, 62, 5);
    const double expected[] = {19.5, 20.5, 40.5, 41.5};
    ck_assert_int_eq(rule.n_bins, 5);
    for (int b = 0; b < 4; b++)
        ck_assert_double_eq(rule.thresholds[b], expected[b]);
}
END_TEST

MLCI_CHECK_SUITE("bin_cuts", test_threshold_between_neighbours_keeps_them_apart,
                 test_cuts_of_few_values_are_between_all_of_them,
                 test_cuts_of_equal_weights_make_equal_bins, test_cuts_leave_a_heavy_value_alone)
