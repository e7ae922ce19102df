/* Links of imported models. Expected values: the operations of XGBoost and LightGBM, in the C
 * library's exp(). */
#include "tree/foreign_link.h"

#include "boosting.h"

static const mlci_kernels *kernels(void)
{
    return mlci_kernels_of(MLCI_ISA_REFERENCE);
}

START_TEST(test_logistic_of_doubles_with_a_factor)
{
    const mlci_score_rule rule = {0, 0.7, 1};
    const mlci_link two = {MLCI_LINK_LOGIT, 1, 2, &rule}, number = {MLCI_LINK_LOGIT, 1, 0, &rule};
    double raw[] = {0.3, -2}, out[4];
    mlci_link_probability(&two, kernels(), 2, raw, out);
    ck_assert_double_eq(out[1], 1.0 / (1.0 + exp(-0.7 * 0.3)));
    ck_assert_double_eq(out[0], 1 - out[1]);
    ck_assert_double_eq(out[3], 1.0 / (1.0 + exp(-0.7 * -2)));
    raw[0] = 0.3;
    mlci_link_prediction(&number, kernels(), 1, raw, out);
    ck_assert_double_eq(out[0], 1.0 / (1.0 + exp(-0.7 * 0.3)));
}
END_TEST

START_TEST(test_logistic_of_floats_rounds_each_step)
{
    const mlci_score_rule rule = {1, 1, 1};
    const mlci_link two = {MLCI_LINK_LOGIT, 1, 2, &rule};
    const float scores[] = {0.3F, -2.5F, 100, -100};
    double raw[4], out[8];
    for (int i = 0; i < 4; i++)
        raw[i] = (double)scores[i];
    mlci_link_probability(&two, kernels(), 4, raw, out);
    for (int i = 0; i < 4; i++) {
        const float exponent = fminf(-scores[i], 88.7F);
        const float p = 1.0F / (expf(exponent) + 1.0F + 1e-16F);
        ck_assert_double_eq(out[2 * i + 1], (double)p);
        ck_assert_double_eq(out[2 * i], (double)(1.0F - p));
    }
}
END_TEST

START_TEST(test_class_is_the_second_above_a_half_as_rounded)
{
    const mlci_score_rule rule = {1, 1, 1};
    const mlci_link two = {MLCI_LINK_LOGIT, 1, 2, &rule};
    double raw[] = {1e-9, 0.5, -0.5}, out[3];
    mlci_link_prediction(&two, kernels(), 3, raw, out);
    ck_assert_double_eq(out[0], 0); /* its probability is a half in float32 */
    ck_assert_double_eq(out[1], 1);
    ck_assert_double_eq(out[2], 0);
}
END_TEST

START_TEST(test_softmax_sums_floats_in_double)
{
    const mlci_score_rule rule = {1, 1, 1};
    const mlci_link three = {MLCI_LINK_SOFTMAX, 3, 3, &rule};
    double raw[] = {0.25, -1.5, 0.125}, out[3], sum = 0;
    float e[3];
    for (int k = 0; k < 3; k++) {
        e[k] = expf((float)raw[k] - 0.25F);
        sum += (double)e[k];
    }
    mlci_link_probability(&three, kernels(), 1, raw, out);
    for (int k = 0; k < 3; k++)
        ck_assert_double_eq(out[k], (double)(e[k] / (float)sum));
    double again[] = {0.25, -1.5, 0.375};
    mlci_link_prediction(&three, kernels(), 1, again, out);
    ck_assert_double_eq(out[0], 2);
}
END_TEST

START_TEST(test_each_class_for_itself_is_not_scaled)
{
    const mlci_score_rule rule = {0, 2, 1};
    const mlci_link three = {MLCI_LINK_EACH, 3, 3, &rule};
    double raw[] = {1, 0, -1}, out[3];
    mlci_link_probability(&three, kernels(), 1, raw, out);
    ck_assert_double_eq(out[0], 1.0 / (1.0 + exp(-2.0)));
    ck_assert_double_eq(out[1], 0.5);
    ck_assert_double_eq(out[2], 1.0 / (1.0 + exp(2.0)));
}
END_TEST

START_TEST(test_share_is_a_probability_as_it_stands)
{
    const mlci_score_rule rule = {0, 1, 2};
    const mlci_link two = {MLCI_LINK_IDENTITY, 1, 2, &rule},
                    odd = {MLCI_LINK_IDENTITY, 1, 3, &rule};
    double raw[] = {0.5, 1.5}, out[4];
    ck_assert_int_eq(mlci_link_is_possible(&two), 1);
    ck_assert_int_eq(mlci_link_is_possible(&odd), 0);
    mlci_link_probability(&two, kernels(), 2, raw, out);
    ck_assert_double_eq(out[0], 0.75);
    ck_assert_double_eq(out[3], 0.75);
}
END_TEST

START_TEST(test_links_of_numbers)
{
    const mlci_score_rule rule = {0, 1, 4}; /* a forest of 4 trees */
    const int32_t links[] = {MLCI_LINK_IDENTITY, MLCI_LINK_LOG, MLCI_LINK_SQUARE,
                             MLCI_LINK_SOFTPLUS, MLCI_LINK_STEP};
    const double expected[] = {-0.5, exp(-0.5), -0.25, log1p(exp(-0.5)), 0};
    for (int k = 0; k < 5; k++) {
        const mlci_link link = {links[k], 1, 0, &rule};
        double raw[] = {-2, 2}, out[2];
        ck_assert_int_eq(mlci_link_is_possible(&link), 1);
        mlci_link_prediction(&link, kernels(), 2, raw, out);
        ck_assert_double_eq_tol(out[0], expected[k], 1e-16);
        if (links[k] == MLCI_LINK_STEP) ck_assert_double_eq(out[1], 1);
    }
}
END_TEST

START_TEST(test_climbing_scores_are_sums_of_floats_along_a_row)
{
    const mlci_score_rule rule = {1, 1, 1}, of_doubles = {0, 1, 1}, forest = {1, 1, 4};
    const mlci_link link = {MLCI_LINK_CLIMB, 3, 0, &rule}, one = {MLCI_LINK_CLIMB, 1, 0, &rule},
                    many = {MLCI_LINK_CLIMB, MLCI_MOST_LEVELS + 1, 0, &rule},
                    doubles = {MLCI_LINK_CLIMB, 3, 0, &of_doubles},
                    mean = {MLCI_LINK_CLIMB, 3, 0, &forest};
    double raw[] = {-2, 0.5, -3, 7, 100, -200}, out[6];
    ck_assert_int_eq(mlci_link_is_possible(&link), 1);
    mlci_link_prediction(&link, kernels(), 2, raw, out);
    ck_assert_double_eq(out[0], -2);
    /* log(1 + exp(0.5)) is 0.974077, of -3 it is 0.0485874: to six digits, hence 1e-6. */
    ck_assert_double_eq_tol(out[1], -2 + 0.974077 + 1e-6, 1e-6);
    ck_assert_double_eq_tol(out[2], out[1] + 0.0485874 + 1e-6, 1e-6);
    ck_assert_double_eq(out[3], 7);
    ck_assert_double_eq(out[4], 107); /* as a float: 1e-6 is lost */
    ck_assert_double_eq(out[5], (double)(107.0F + 1e-6F));
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(out[i], (double)(float)out[i]);
    ck_assert_int_eq(mlci_link_is_possible(&one), 0);
    ck_assert_int_eq(mlci_link_is_possible(&many), 0);
    ck_assert_int_eq(mlci_link_is_possible(&doubles), 0);
    ck_assert_int_eq(mlci_link_is_possible(&mean), 0);
}
END_TEST

START_TEST(test_links_that_are_ours_alone_are_possible_without_a_rule_only_where_they_are_known)
{
    const mlci_link own = {MLCI_LINK_EACH, 3, 3, NULL}, odd = {MLCI_LINK_STEP, 1, 2, NULL};
    const mlci_score_rule rule = {0, 1, 1};
    const mlci_link classes = {MLCI_LINK_SQUARE, 1, 2, &rule}, unknown = {99, 1, 0, &rule};
    ck_assert_int_eq(mlci_link_is_possible(&own), 0);
    ck_assert_int_eq(mlci_link_is_possible(&odd), 0);
    ck_assert_int_eq(mlci_link_is_possible(&classes), 0);
    ck_assert_int_eq(mlci_link_is_possible(&unknown), 0);
}
END_TEST

MLCI_CHECK_SUITE(
    "foreign_link", test_logistic_of_doubles_with_a_factor,
    test_logistic_of_floats_rounds_each_step, test_class_is_the_second_above_a_half_as_rounded,
    test_softmax_sums_floats_in_double, test_each_class_for_itself_is_not_scaled,
    test_share_is_a_probability_as_it_stands, test_links_of_numbers,
    test_climbing_scores_are_sums_of_floats_along_a_row,
    test_links_that_are_ours_alone_are_possible_without_a_rule_only_where_they_are_known)
