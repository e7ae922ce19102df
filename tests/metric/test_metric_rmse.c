/* Expected values: scikit-learn 1.9.1, root_mean_squared_error. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_rmse;
static const mlci_metric_descriptor *const metric = &mlci_metric_rmse;

START_TEST(test_rmse_of_a_few_rows_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", five_numbers(0)) / 0.5495452665613635, 1,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", five_numbers(1)) / 0.5291502622129182, 1,
                            ROUNDING);
}
END_TEST

START_TEST(test_rmse_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", housing_rows(0)), HOUSING_RMSE, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", housing_rows(1)), HOUSING_RMSE_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_rmse_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", housing_rows(1));
    check_order_is_free(metric, "", housing_rows(1), ROUNDING);
}
END_TEST

START_TEST(test_rmse_of_a_missing_prediction_is_nan_unless_its_weight_is_zero)
{
    const double target[] = {1, 2, 4};
    const double prediction[] = {1, NAN, 4.5};
    const double weight[] = {1, 0, 1};
    mlci_metric_input in = {.n_rows = 3, .target = target, .prediction = prediction};
    ck_assert_double_nan(score_one(metric, "", in));
    in.weight = weight;
    ck_assert(isfinite(score_one(metric, "", in)));
}
END_TEST

MLCI_CHECK_SUITE("metric_rmse", test_rmse_of_a_few_rows_is_that_of_scikit_learn,
                 test_rmse_of_real_predictions_is_that_of_scikit_learn,
                 test_rmse_takes_weights_as_copies_and_rows_in_any_order,
                 test_rmse_of_a_missing_prediction_is_nan_unless_its_weight_is_zero)
