/* Expected values: scikit-learn 1.9.1, balanced_accuracy_score. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_balanced_accuracy;
static const mlci_metric_descriptor *const metric = &mlci_metric_balanced_accuracy;

START_TEST(test_balanced_accuracy_of_a_few_rows_is_the_mean_recall)
{
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(0)), (2.0 / 3 + 3.0 / 4) / 2,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.9444444444444444, ROUNDING);
}
END_TEST

START_TEST(test_balanced_accuracy_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(0)), WINE_BALANCED_ACCURACY, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(1)), WINE_BALANCED_ACCURACY_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "adjusted=true", wine_rows(0)),
                            WINE_BALANCED_ACCURACY_ADJUSTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "adjusted=true", wine_rows(1)),
                            WINE_BALANCED_ACCURACY_ADJUSTED_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_balanced_accuracy_leaves_out_classes_without_rows)
{
    ck_assert_double_eq_tol(score_one(metric, "", five_rows()), 0.5, ROUNDING);
}
END_TEST

START_TEST(test_balanced_accuracy_adjusted_of_one_class_is_nan)
{
    const double target[] = {1, 1, 1};
    const double prediction[] = {1, 0, 1};
    const mlci_metric_input in = {
        .n_rows = 3, .n_classes = 2, .positive = 1, .target = target, .prediction = prediction};
    ck_assert_double_nan(score_one(metric, "adjusted=true", in));
    ck_assert_double_eq_tol(score_one(metric, "", in), 2.0 / 3, ROUNDING);
}
END_TEST

START_TEST(test_balanced_accuracy_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "adjusted=true", wine_rows(1));
    check_order_is_free(metric, "", wine_rows(1), 0);
}
END_TEST

MLCI_CHECK_SUITE("metric_balanced_accuracy",
                 test_balanced_accuracy_of_a_few_rows_is_the_mean_recall,
                 test_balanced_accuracy_of_real_predictions_is_that_of_scikit_learn,
                 test_balanced_accuracy_leaves_out_classes_without_rows,
                 test_balanced_accuracy_adjusted_of_one_class_is_nan,
                 test_balanced_accuracy_takes_weights_as_copies_and_rows_in_any_order)
