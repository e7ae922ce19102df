/* Expected values: closed forms. */
#include "tree/link.h"

#include "boosting.h"

static const mlci_kernels *kernels(void)
{
    return mlci_kernels_of(MLCI_ISA_REFERENCE);
}

START_TEST(test_link_of_numbers_is_identity_exp_or_sigmoid)
{
    const int32_t links[] = {MLCI_LINK_IDENTITY, MLCI_LINK_LOG, MLCI_LINK_LOGIT};
    const double expected[] = {-0.5, 0.6065306597126334, 0.3775406687981454};
    for (int k = 0; k < 3; k++) {
        const mlci_link link = {links[k], 1, 0};
        double raw[] = {-0.5}, out[1];
        mlci_link_prediction(&link, kernels(), 1, raw, out);
        ck_assert_double_eq_tol(out[0], expected[k], 1e-15);
    }
}
END_TEST

START_TEST(test_link_of_classes_takes_the_likeliest_and_the_first_of_equals)
{
    const mlci_link two = {MLCI_LINK_LOGIT, 1, 2}, three = {MLCI_LINK_SOFTMAX, 3, 3};
    double raw[] = {0, 1, 1, 0.5, 0.5, 0.25}, score[] = {0, 0.1}, out[6];
    mlci_link_prediction(&three, kernels(), 2, raw, out);
    ck_assert_double_eq(out[0], 1);
    ck_assert_double_eq(out[1], 0);
    mlci_link_probability(&three, kernels(), 2, raw, out);
    ck_assert_double_eq_tol(out[1], exp(1) / (1 + 2 * exp(1)), 1e-15);
    ck_assert_double_eq_tol(out[3] + out[4] + out[5], 1, 1e-15);
    mlci_link_prediction(&two, kernels(), 2, score, out);
    ck_assert_double_eq(out[0], 0);
    ck_assert_double_eq(out[1], 1);
    mlci_link_probability(&two, kernels(), 2, score, out);
    ck_assert_double_eq(out[0], 0.5);
    ck_assert_double_eq_tol(out[3], 1 / (1 + exp(-0.1)), 1e-15);
}
END_TEST

START_TEST(test_link_of_one_against_all_scales_sigmoids_to_a_sum_of_one)
{
    const mlci_link three = {MLCI_LINK_ONE_VS_ALL, 3, 3};
    double raw[] = {1, 0, -2, -800, -801, -900}, out[6], sum = 0;
    double sigmoid[] = {1 / (1 + exp(-1)), 0.5, 1 / (1 + exp(2))};
    for (int k = 0; k < 3; k++)
        sum += sigmoid[k];
    mlci_link_prediction(&three, kernels(), 2, raw, out);
    ck_assert_double_eq(out[0], 0);
    ck_assert_double_eq(out[1], 0);
    mlci_link_probability(&three, kernels(), 2, raw, out);
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq_tol(out[k], sigmoid[k] / sum, 1e-15);
    ck_assert_double_eq_tol(out[3], exp(1) / (exp(1) + 1), 1e-15); /* no sigmoid is above 0 */
}
END_TEST

START_TEST(test_link_of_quantiles_never_crosses)
{
    const mlci_link three = {MLCI_LINK_QUANTILES, 3, 0}, two = {MLCI_LINK_QUANTILES, 2, 0};
    const double raw[] = {1, 2, 3, 5, 4, 0}, sorted[] = {1, 2, 3, 0, 4, 5};
    double copy[6], out[6];
    mlci_link_quantile(&three, 2, raw, out);
    ck_assert_mem_eq(out, sorted, sizeof sorted);
    mlci_link_interval(&three, 2, raw, out);
    ck_assert_double_eq(out[2], 0);
    ck_assert_double_eq(out[3], 5);
    memcpy(copy, raw, sizeof raw);
    mlci_link_prediction(&three, kernels(), 2, copy, out);
    ck_assert_double_eq(out[0], 2);
    ck_assert_double_eq(out[1], 4);
    memcpy(copy, raw, sizeof raw);
    mlci_link_prediction(&two, kernels(), 3, copy, out); /* the mean of the two in the middle */
    ck_assert_double_eq(out[0], 1.5);
    ck_assert_double_eq(out[1], 4);
}
END_TEST

START_TEST(test_link_that_does_not_fit_the_scores_is_not_possible)
{
    const mlci_link fine[] = {{MLCI_LINK_IDENTITY, 1, 0},   {MLCI_LINK_LOG, 1, 0},
                              {MLCI_LINK_LOGIT, 1, 0},      {MLCI_LINK_LOGIT, 1, 2},
                              {MLCI_LINK_SOFTMAX, 3, 3},    {MLCI_LINK_QUANTILES, 2, 0},
                              {MLCI_LINK_ONE_VS_ALL, 4, 4}, {MLCI_LINK_IDENTITY, 2, 0},
                              {MLCI_LINK_LOG, 3, 0},        {MLCI_LINK_LOGIT, 2, 0}};
    const mlci_link odd[] = {{MLCI_LINK_IDENTITY, 1, 2},
                             {MLCI_LINK_IDENTITY, 0, 0},
                             {MLCI_LINK_LOG, 2, 2},
                             {MLCI_LINK_LOGIT, 1, 3},
                             {MLCI_LINK_SOFTMAX, 2, 2},
                             {MLCI_LINK_SOFTMAX, 3, 4},
                             {MLCI_LINK_QUANTILES, 1, 0},
                             {MLCI_LINK_QUANTILES, 2, 2},
                             {MLCI_LINK_QUANTILES, 65, 0},
                             {-1, 1, 0},
                             {99, 1, 0},
                             {MLCI_LINK_LOG, 0, 0}};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        ck_assert_int_eq(mlci_link_is_possible(&fine[i]), 1);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        ck_assert_int_eq(mlci_link_is_possible(&odd[i]), 0);
}
END_TEST

START_TEST(test_link_of_two_classes_with_a_score_each_needs_a_rule)
{
    const mlci_score_rule rule = {0, 1, 1};
    const mlci_link own = {MLCI_LINK_SOFTMAX, 2, 2}, foreign = {MLCI_LINK_SOFTMAX, 2, 2, &rule};
    double raw[] = {0.25, 1.25}, out[2];
    ck_assert_int_eq(mlci_link_is_possible(&own), 0);
    ck_assert_int_eq(mlci_link_is_possible(&foreign), 1);
    mlci_link_probability(&foreign, kernels(), 1, raw, out);
    ck_assert_double_eq_tol(out[0], 1 / (1 + exp(1)), 1e-15);
    ck_assert_double_eq_tol(out[1], 1 / (1 + exp(-1)), 1e-15);
}
END_TEST

MLCI_CHECK_SUITE("link", test_link_of_numbers_is_identity_exp_or_sigmoid,
                 test_link_of_classes_takes_the_likeliest_and_the_first_of_equals,
                 test_link_of_one_against_all_scales_sigmoids_to_a_sum_of_one,
                 test_link_of_quantiles_never_crosses,
                 test_link_that_does_not_fit_the_scores_is_not_possible,
                 test_link_of_two_classes_with_a_score_each_needs_a_rule)
