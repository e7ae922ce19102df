/* What precision, recall and f1 have in common; expected values by hand. */
#include "class_average.h"

#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_precision;
static const mlci_metric_descriptor *const metric = &mlci_metric_precision;

START_TEST(test_class_average_has_one_line_or_one_a_class)
{
    mlci_class_average params = {.average = MLCI_AVERAGE_AUTO};
    ck_assert_int_eq(mlci_class_average_n_values(&params, 5), 1);
    params.average = MLCI_AVERAGE_NONE;
    ck_assert_int_eq(mlci_class_average_n_values(&params, 5), 5);
}
END_TEST

START_TEST(test_class_average_binary_of_three_classes_is_refused)
{
    score_fails(metric, "average=binary", wine_rows(0), MLC_ERROR_SETTING,
                "average = binary: needs two classes and there are 3; must be macro, weighted, "
                "micro or none");
}
END_TEST

START_TEST(test_class_average_refuses_other_settings_by_name)
{
    score_fails(metric, "zero_division=2", wine_rows(0), MLC_ERROR_SETTING,
                "zero_division = 2: must be from 0 to 1, or none");
    score_fails(metric, "average=macr", wine_rows(0), MLC_ERROR_SETTING,
                "average = 'macr': must be auto, binary, macro, weighted, micro or none; did you "
                "mean 'macro'?");
}
END_TEST

START_TEST(test_class_average_when_all_weights_are_zero_is_nan)
{
    const double weight[7] = {0};
    mlci_metric_value values[MAX_SCORING_VALUES];
    mlci_metric_input in = seven_rows(0);
    in.weight = weight;
    ck_assert_double_nan(score_one(metric, "", in));
    ck_assert_double_nan(score_one(metric, "average=macro zero_division=1", in));
    ck_assert_double_nan(score_one(metric, "average=micro", in));
    score_all(metric, "average=none", in, values);
    ck_assert_double_nan(values[1].value);
}
END_TEST

START_TEST(test_class_average_counts_missing_predictions_in_the_truth)
{
    const double target[] = {0, 1, 1, 1};
    const double prediction[] = {0, 1, 1, NAN};
    const mlci_metric_input in = {
        .n_rows = 4, .n_classes = 2, .positive = 1, .target = target, .prediction = prediction};
    ck_assert_double_eq(score_one(metric, "average=micro", in), 1);
    ck_assert_double_eq(score_one(&mlci_metric_precision, "", in), 1);
}
END_TEST

MLCI_CHECK_SUITE("class_average", test_class_average_has_one_line_or_one_a_class,
                 test_class_average_binary_of_three_classes_is_refused,
                 test_class_average_refuses_other_settings_by_name,
                 test_class_average_when_all_weights_are_zero_is_nan,
                 test_class_average_counts_missing_predictions_in_the_truth)
