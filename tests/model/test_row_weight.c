#include "tree/row_weight.h"

#include <math.h>

#include "check_suite.h"

#define ROUNDING 1e-12 /* of weights as integers, and their sums */

START_TEST(test_balanced_weights_give_each_class_the_same_total)
{
    const double classes[] = {0, 0, 0, 1, 2, 2, 0};
    double weight[] = {1, 2, 1, 3, 0.5, 0.5, 1}, sum[3] = {0};
    const mlci_classes three = {.n = 3};
    /* The last row is for validation. */
    ck_assert_int_eq(mlci_weigh_classes(NULL, "balanced", &three, classes, 6, 7, weight, NULL),
                     MLC_OK);
    for (int i = 0; i < 6; i++)
        sum[(int)classes[i]] += weight[i];
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq_tol(sum[k], 8.0 / 3, ROUNDING);
    ck_assert_double_eq_tol(weight[1], 2 * weight[0], ROUNDING);
    ck_assert_double_eq_tol(weight[6], weight[0], ROUNDING);
}
END_TEST

START_TEST(test_fixed_weights_keep_proportions_and_a_bounded_total)
{
    const double cases[][3] = {
        {1, 2, 3}, {1e-9, 1, 0.3}, {1e280, 1e279, 1}, {1e-300, 3e-300, 1e-310}};
    for (int c = 0; c < 4; c++) {
        int64_t fixed[3];
        double unit, total = 0;
        ck_assert_int_eq(mlci_fix_weights(cases[c], 3, fixed, &unit, NULL), MLC_OK);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_ge(fixed[i], 1);
            total += (double)fixed[i];
            ck_assert_double_le(fabs((double)fixed[i] - cases[c][i] * unit), 1);
        }
        ck_assert_double_lt(total, 0x1p61);
        ck_assert_double_le(unit, 0x1p32);
    }
}
END_TEST

START_TEST(test_weights_beyond_all_bounds_are_refused)
{
    const double weight[] = {1e300, 1e300};
    int64_t fixed[2];
    double unit;
    ck_assert_int_eq(mlci_fix_weights(weight, 2, fixed, &unit, NULL), MLC_ERROR_DATA);
}
END_TEST

MLCI_CHECK_SUITE("row_weight", test_balanced_weights_give_each_class_the_same_total,
                 test_fixed_weights_keep_proportions_and_a_bounded_total,
                 test_weights_beyond_all_bounds_are_refused)
