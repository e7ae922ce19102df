/* Expected values: scikit-learn 1.9.1, brier_score_loss. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_brier;
static const mlci_metric_descriptor *const metric = &mlci_metric_brier;

START_TEST(test_brier_of_two_classes_is_about_the_positive_one)
{
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(0)), 0.22571428571428573, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.13176470588235292, ROUNDING);
    const double target[] = {0, 1};
    const double probability[] = {0.5, 0.25, 0.5, 0.25};
    mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    ck_assert_double_eq(score_one(metric, "", in), (0.0625 + 0.5625) / 2);
    in.positive = 0;
    ck_assert_double_eq(score_one(metric, "", in), 0.25);
}
END_TEST

START_TEST(test_brier_scaled_or_not_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "scale_by_half=true", seven_rows(0)),
                            0.22571428571428573, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "scale_by_half=false", seven_rows(0)),
                            0.45142857142857146, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", six_rows()), 0.44333333333333336, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "scale_by_half=false", six_rows()),
                            0.44333333333333336, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "scale_by_half=true", six_rows()),
                            0.22166666666666668, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "{\"scale_by_half\": true}", six_rows()),
                            0.22166666666666668, ROUNDING);
}
END_TEST

START_TEST(test_brier_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(0)), WINE_BRIER, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", wine_rows(1)), WINE_BRIER_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(0)), WINE_TWO_BRIER, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(1)), WINE_TWO_BRIER_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_brier_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", wine_rows(1));
    check_order_is_free(metric, "", wine_rows(1), ROUNDING);
}
END_TEST

START_TEST(test_brier_refuses_what_is_no_probability)
{
    const double target[] = {0, 1};
    const double probability[] = {0.5, 0.5, 0, NAN};
    const mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    score_fails(metric, "", in, MLC_ERROR_DATA,
                "probability of class 1 in row 2 is nan: must be 0 to 1");
}
END_TEST

MLCI_CHECK_SUITE("metric_brier", test_brier_of_two_classes_is_about_the_positive_one,
                 test_brier_scaled_or_not_is_that_of_scikit_learn,
                 test_brier_of_real_predictions_is_that_of_scikit_learn,
                 test_brier_takes_weights_as_copies_and_rows_in_any_order,
                 test_brier_refuses_what_is_no_probability)
