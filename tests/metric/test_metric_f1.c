/* Expected values: scikit-learn 1.9.1, f1_score. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_f1;
static const mlci_metric_descriptor *const metric = &mlci_metric_f1;

START_TEST(test_f1_of_two_classes_is_that_of_the_positive_one)
{
    mlci_metric_input in = seven_rows(0);
    ck_assert_double_eq_tol(score_one(metric, "", in), 0.75, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=binary", in), 0.75, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.9411764705882353, ROUNDING);
    in.positive = 0;
    ck_assert_double_eq_tol(score_one(metric, "", in), 2.0 / 3, ROUNDING);
}
END_TEST

START_TEST(test_f1_of_real_predictions_is_that_of_scikit_learn)
{
    const mlci_metric_input in = wine_rows(0);
    ck_assert_double_eq_tol(score_one(metric, "", in), WINE_F1_MACRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=macro", in), WINE_F1_MACRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", in), WINE_F1_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=micro", in), WINE_F1_MICRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(0)), WINE_TWO_F1, ROUNDING);
}
END_TEST

START_TEST(test_f1_of_weighted_predictions_is_that_of_scikit_learn)
{
    const mlci_metric_input in = wine_rows(1);
    ck_assert_double_eq_tol(score_one(metric, "", in), WINE_F1_MACRO_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", in), WINE_F1_WEIGHTED_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=micro", in), WINE_F1_MICRO_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(1)), WINE_TWO_F1_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_f1_of_classes_that_do_not_occur_is_zero_division)
{
    const mlci_metric_input in = five_rows();
    ck_assert_double_eq_tol(score_one(metric, "", in), 0.43333333333333335, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "zero_division=1", in), 0.43333333333333335,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "zero_division=none", in), 0.43333333333333335,
                            ROUNDING);
}
END_TEST

START_TEST(test_f1_without_average_has_a_line_a_class)
{
    const double expected[] = {0.5, 0.8, 0, 0};
    const double expected_one[] = {0.5, 0.8, 0, 1};
    mlci_metric_value values[MAX_SCORING_VALUES] = {{0}};
    score_all(metric, "average=none", five_rows(), values);
    for (int32_t k = 0; k < 4; k++) {
        ck_assert_int_eq(values[k].class_, k);
        ck_assert_int_eq(values[k].predicted, -1);
        ck_assert_double_eq_tol(values[k].value, expected[k], ROUNDING);
    }
    score_all(metric, "average=none zero_division=1", five_rows(), values);
    for (int32_t k = 0; k < 4; k++) {
        ck_assert_double_eq_tol(values[k].value, expected_one[k], ROUNDING);
    }
}
END_TEST

START_TEST(test_f1_of_each_wine_is_that_of_scikit_learn)
{
    const double expected[] = {WINE_F1_CLASS_0, WINE_F1_CLASS_1, WINE_F1_CLASS_2};
    mlci_metric_value values[MAX_SCORING_VALUES] = {{0}};
    score_all(metric, "average=none", wine_rows(0), values);
    for (int32_t k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(values[k].value, expected[k], ROUNDING);
    }
}
END_TEST

START_TEST(test_f1_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "average=weighted", wine_rows(1));
    check_weights_are_copies(metric, "average=none", wine_rows(1));
    check_order_is_free(metric, "average=micro", wine_rows(1), 0);
}
END_TEST

MLCI_CHECK_SUITE("metric_f1", test_f1_of_two_classes_is_that_of_the_positive_one,
                 test_f1_of_real_predictions_is_that_of_scikit_learn,
                 test_f1_of_weighted_predictions_is_that_of_scikit_learn,
                 test_f1_of_classes_that_do_not_occur_is_zero_division,
                 test_f1_without_average_has_a_line_a_class,
                 test_f1_of_each_wine_is_that_of_scikit_learn,
                 test_f1_takes_weights_as_copies_and_rows_in_any_order)
