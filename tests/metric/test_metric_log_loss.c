/* Expected values: scikit-learn 1.9.1, log_loss of rows that sum to 1. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_log_loss;
static const mlci_metric_descriptor *const metric = &mlci_metric_log_loss;

START_TEST(test_log_loss_of_a_few_rows_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(0)), 0.6266727975111805, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.41928483565332675, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", six_rows()), 0.7743320300847244, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "normalize=false", seven_rows(0)), 4.386709582578264,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "normalize=false", seven_rows(1)), 3.563921103053277,
                            ROUNDING);
}
END_TEST

START_TEST(test_log_loss_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(0)), WINE_LOG_LOSS, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(1)), WINE_LOG_LOSS_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(0)), WINE_TWO_LOG_LOSS, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(1)), WINE_TWO_LOG_LOSS_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_log_loss_of_zero_and_one_is_bounded)
{
    const double target[] = {0, 1};
    const double wrong[] = {0, 1, 0, 1};
    const double right[] = {1, 0, 0, 1};
    mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = wrong};
    ck_assert_double_eq_tol(score_one(metric, "", in), 18.021826694558577, ROUNDING);
    in.probability = right;
    ck_assert_double_eq_tol(score_one(metric, "", in), 2.220446049250313e-16, 1e-30);
}
END_TEST

START_TEST(test_log_loss_divides_rows_by_their_sum)
{
    const double target[] = {0, 1};
    const double probability[] = {0.2, 0.2, 0.1, 0.3};
    const mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    ck_assert_double_eq_tol(score_one(metric, "", in), (log(2) - log(0.75)) / 2, ROUNDING);
}
END_TEST

START_TEST(test_log_loss_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", wine_rows(1));
    check_weights_are_copies(metric, "normalize=false", two_class_rows(1));
    check_order_is_free(metric, "", wine_rows(1), ROUNDING);
}
END_TEST

START_TEST(test_log_loss_refuses_what_is_no_probability)
{
    const double target[] = {0, 1};
    const double probability[] = {0.5, 0.5, -0.25, 1.25};
    const double weight[] = {1, 0};
    mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    score_fails(metric, "", in, MLC_ERROR_DATA,
                "probability of class 0 in row 2 is -0.25: must be 0 to 1");
    in.weight = weight;
    ck_assert_double_eq_tol(score_one(metric, "", in), log(2), ROUNDING);
    in.probability = NULL;
    score_fails(metric, "", in, MLC_ERROR_UNSUPPORTED,
                "metric 'log_loss' needs probabilities: take a model that has them, or add a "
                "column 'probability'");
}
END_TEST

MLCI_CHECK_SUITE("metric_log_loss", test_log_loss_of_a_few_rows_is_that_of_scikit_learn,
                 test_log_loss_of_real_predictions_is_that_of_scikit_learn,
                 test_log_loss_of_zero_and_one_is_bounded, test_log_loss_divides_rows_by_their_sum,
                 test_log_loss_takes_weights_as_copies_and_rows_in_any_order,
                 test_log_loss_refuses_what_is_no_probability)
