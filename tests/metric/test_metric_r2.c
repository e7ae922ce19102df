/* Expected values: scikit-learn 1.9.1, r2_score. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_r2;
static const mlci_metric_descriptor *const metric = &mlci_metric_r2;

START_TEST(test_r2_of_a_few_rows_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", five_numbers(0)) / 0.9578212290502793, 1,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", five_numbers(1)) / 0.9538085539714868, 1,
                            ROUNDING);
}
END_TEST

START_TEST(test_r2_of_real_predictions_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", housing_rows(0)), HOUSING_R2, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", housing_rows(1)), HOUSING_R2_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_r2_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", housing_rows(1));
    check_order_is_free(metric, "", housing_rows(1), ROUNDING);
}
END_TEST

START_TEST(test_r2_of_a_missing_prediction_is_nan_unless_its_weight_is_zero)
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

/* Rows with one target and these predictions. */
static mlci_metric_input constant_rows(int64_t n, const double *prediction, const double *weight)
{
    static const double target[] = {0.1, 0.1, 0.1};
    return (mlci_metric_input){
        .n_rows = n, .target = target, .prediction = prediction, .weight = weight};
}

START_TEST(test_r2_of_a_constant_target_is_one_or_zero)
{
    const double right[] = {0.1, 0.1, 0.1};
    const double wrong[] = {0.1, 0.2, 0.1};
    ck_assert_double_eq(score_one(metric, "", constant_rows(3, right, NULL)), 1);
    ck_assert_double_eq(score_one(metric, "", constant_rows(3, wrong, NULL)), 0);
    ck_assert_double_nan(score_one(metric, "force_finite=false", constant_rows(3, right, NULL)));
    ck_assert_double_eq(score_one(metric, "force_finite=false", constant_rows(3, wrong, NULL)),
                        -INFINITY);
}
END_TEST

START_TEST(test_r2_of_one_row_is_nan_and_of_its_copy_too_is_not)
{
    const double prediction[] = {0.1, 0.1};
    const double weight[] = {2};
    ck_assert_double_nan(score_one(metric, "", constant_rows(1, prediction, NULL)));
    ck_assert_double_eq(score_one(metric, "", constant_rows(2, prediction, NULL)), 1);
    ck_assert_double_eq(score_one(metric, "", constant_rows(1, prediction, weight)), 1);
}
END_TEST

MLCI_CHECK_SUITE("metric_r2", test_r2_of_a_few_rows_is_that_of_scikit_learn,
                 test_r2_of_real_predictions_is_that_of_scikit_learn,
                 test_r2_takes_weights_as_copies_and_rows_in_any_order,
                 test_r2_of_a_missing_prediction_is_nan_unless_its_weight_is_zero,
                 test_r2_of_a_constant_target_is_one_or_zero,
                 test_r2_of_one_row_is_nan_and_of_its_copy_too_is_not)
