/* Expected values: scikit-learn 1.9.1, average_precision_score. */
#include "scored_rows.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_average_precision;
static const mlci_metric_descriptor *const metric = &mlci_metric_average_precision;

START_TEST(test_average_precision_sums_steps_of_distinct_scores)
{
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(0)), 0.75, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.8666666666666666, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", six_rows()), 0.861111111111111, ROUNDING);
}
END_TEST

START_TEST(test_average_precision_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(0)), WINE_TWO_AP, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(0)), WINE_AP_MACRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", wine_rows(0)), WINE_AP_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_average_precision_of_weighted_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(1)), WINE_TWO_AP_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(1)), WINE_AP_MACRO_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", wine_rows(1)),
                            WINE_AP_WEIGHTED_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_average_precision_without_positives_is_nan_and_without_negatives_one)
{
    const double target[] = {1, 1};
    const double probability[] = {0.9, 0.1, 0.8, 0.2};
    mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    ck_assert_double_eq(score_one(metric, "", in), 1);
    in.positive = 0;
    ck_assert_double_nan(score_one(metric, "", in));
    mlci_metric_input three = six_rows();
    three.n_rows = 3;
    ck_assert_double_nan(score_one(metric, "", three));
}
END_TEST

START_TEST(test_average_precision_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", two_class_rows(1));
    check_weights_are_copies(metric, "average=weighted", wine_rows(1));
    check_order_is_free(metric, "", two_class_rows(1), 0);
}
END_TEST

START_TEST(test_average_precision_without_probabilities_is_refused)
{
    mlci_metric_input in = seven_rows(0);
    in.probability = NULL;
    score_fails(metric, "", in, MLC_ERROR_UNSUPPORTED,
                "metric 'average_precision' needs probabilities: take a model that has them, or "
                "add a column 'probability'");
}
END_TEST

static scoring_run run;

START_TEST(test_average_precision_when_memory_fails_leaks_nothing)
{
    run = (scoring_run){&mlci_metric_average_precision, "", six_rows()};
    mlci_torture(run_scoring, &run);
}
END_TEST

MLCI_CHECK_SUITE("metric_average_precision", test_average_precision_sums_steps_of_distinct_scores,
                 test_average_precision_of_real_predictions_is_that_of_scikit_learn,
                 test_average_precision_of_weighted_predictions_is_that_of_scikit_learn,
                 test_average_precision_without_positives_is_nan_and_without_negatives_one,
                 test_average_precision_takes_weights_as_copies_and_rows_in_any_order,
                 test_average_precision_without_probabilities_is_refused,
                 test_average_precision_when_memory_fails_leaks_nothing)
