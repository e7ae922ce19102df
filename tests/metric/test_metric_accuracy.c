/* Expected values: scikit-learn 1.9.1, accuracy_score. */
#include "scored_rows.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_accuracy;

START_TEST(test_accuracy_of_a_few_rows_is_the_share_that_is_right)
{
    ck_assert_double_eq_tol(score_one(&mlci_metric_accuracy, "", seven_rows(0)), 5.0 / 7, ROUNDING);
    ck_assert_double_eq_tol(score_one(&mlci_metric_accuracy, "", seven_rows(1)), 8.0 / 8.5,
                            ROUNDING);
}
END_TEST

START_TEST(test_accuracy_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(&mlci_metric_accuracy, "", wine_rows(0)), WINE_ACCURACY,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(&mlci_metric_accuracy, "", wine_rows(1)),
                            WINE_ACCURACY_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_accuracy_without_normalize_is_the_weight_of_right_rows)
{
    ck_assert_double_eq(score_one(&mlci_metric_accuracy, "normalize=false", seven_rows(0)), 5);
    ck_assert_double_eq(score_one(&mlci_metric_accuracy, "normalize=false", seven_rows(1)), 8);
}
END_TEST

START_TEST(test_accuracy_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(&mlci_metric_accuracy, "", wine_rows(1));
    check_order_is_free(&mlci_metric_accuracy, "", wine_rows(1), 0);
}
END_TEST

START_TEST(test_accuracy_when_all_weights_are_zero_is_nan)
{
    const double weight[7] = {0};
    mlci_metric_input in = seven_rows(0);
    in.weight = weight;
    ck_assert_double_nan(score_one(&mlci_metric_accuracy, "", in));
}
END_TEST

static scoring_run run;

START_TEST(test_accuracy_when_memory_fails_leaks_nothing)
{
    run = (scoring_run){&mlci_metric_accuracy, "", seven_rows(1)};
    mlci_torture(run_scoring, &run);
}
END_TEST

MLCI_CHECK_SUITE("metric_accuracy", test_accuracy_of_a_few_rows_is_the_share_that_is_right,
                 test_accuracy_of_real_predictions_is_that_of_scikit_learn,
                 test_accuracy_without_normalize_is_the_weight_of_right_rows,
                 test_accuracy_takes_weights_as_copies_and_rows_in_any_order,
                 test_accuracy_when_all_weights_are_zero_is_nan,
                 test_accuracy_when_memory_fails_leaks_nothing)
