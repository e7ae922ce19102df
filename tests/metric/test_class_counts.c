/* Expected values: counted by hand. */
#include "class_counts.h"

#include <math.h>

#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_accuracy;

/* Counts with a stateless call. */
static mlc_status count(mlci_metric_input in, mlci_class_counts *out, mlc_error *err)
{
    mlc_context local;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &in.call, err), MLC_OK);
    const mlc_status status = mlci_class_counts_make(&in, out, err);
    mlci_call_end(in.call);
    return status;
}

START_TEST(test_class_counts_sum_weights_by_class)
{
    mlci_class_counts counts = {0};
    mlc_error err = {0};
    ck_assert_int_eq(count(seven_rows(1), &counts, &err), MLC_OK);
    ck_assert_double_eq(counts.total, 8.5);
    ck_assert_double_eq(counts.hit, 8);
    ck_assert_double_eq(counts.truth[0], 4);
    ck_assert_double_eq(counts.truth[1], 4.5);
    ck_assert_double_eq(counts.predicted[0], 4.5);
    ck_assert_double_eq(counts.predicted[1], 4);
    ck_assert_double_eq(counts.matched[0], 4);
    ck_assert_double_eq(counts.matched[1], 4);
    mlci_class_counts_clear(&counts);
    ck_assert_ptr_null(counts.truth);
}
END_TEST

START_TEST(test_class_without_prediction_is_the_most_probable_and_the_first_of_equals)
{
    const double target[] = {0, 1, 2, 0};
    const double probability[] = {0.4, 0.4, 0.2, 0.1, 0.45, 0.45, NAN, 0.1, 0.2, NAN, NAN, NAN};
    const int32_t expected[] = {0, 1, 2, -1};
    const mlci_metric_input in = {
        .n_rows = 4, .n_classes = 3, .target = target, .probability = probability};
    for (int64_t i = 0; i < 4; i++) {
        mlci_class_pair pair = {7, 7};
        ck_assert_int_eq(mlci_class_pair_of(&in, i, &pair, NULL), MLC_OK);
        ck_assert_int_eq(pair.truth, (int32_t)target[i]);
        ck_assert_int_eq(pair.predicted, expected[i]);
    }
}
END_TEST

START_TEST(test_class_that_is_predicted_goes_before_probabilities)
{
    const double target[] = {0};
    const double prediction[] = {1};
    const double probability[] = {0.9, 0.1};
    const mlci_metric_input in = {.n_rows = 1,
                                  .n_classes = 2,
                                  .target = target,
                                  .prediction = prediction,
                                  .probability = probability};
    mlci_class_pair pair;
    ck_assert_int_eq(mlci_class_pair_of(&in, 0, &pair, NULL), MLC_OK);
    ck_assert_int_eq(pair.predicted, 1);
}
END_TEST

START_TEST(test_class_counts_of_missing_predictions_are_wrong)
{
    const double target[] = {0, 0, 1};
    const double prediction[] = {NAN, -1, 1};
    mlci_class_counts counts = {0};
    mlc_error err = {0};
    const mlci_metric_input in = {
        .n_rows = 3, .n_classes = 2, .target = target, .prediction = prediction};
    ck_assert_int_eq(count(in, &counts, &err), MLC_OK);
    ck_assert_double_eq(counts.total, 3);
    ck_assert_double_eq(counts.hit, 1);
    ck_assert_double_eq(counts.truth[0], 2);
    ck_assert_double_eq(counts.predicted[0], 0);
    mlci_class_counts_clear(&counts);
}
END_TEST

START_TEST(test_class_counts_refuse_what_is_no_class)
{
    const double target[] = {0, 1, 2};
    const double fraction[] = {0, 0.5, 1};
    const double beyond[] = {0, 1, 2};
    mlci_metric_input in = {.n_rows = 2, .n_classes = 2, .target = target, .prediction = fraction};
    score_fails(&mlci_metric_accuracy, "", in, MLC_ERROR_DATA,
                "prediction of row 2 is 0.5: must be a class, 0 to 1");
    in.n_rows = 3;
    in.prediction = beyond;
    score_fails(&mlci_metric_accuracy, "", in, MLC_ERROR_DATA,
                "target of row 3 is 2: must be a class, 0 to 1");
}
END_TEST

START_TEST(test_class_counts_refuse_missing_arrays)
{
    mlci_metric_input in = seven_rows(0);
    in.prediction = in.probability = NULL;
    score_fails(&mlci_metric_accuracy, "", in, MLC_ERROR_UNSUPPORTED,
                "there is no prediction to measure: add a column 'prediction' or 'probability'");
    in = seven_rows(0);
    in.target = NULL;
    score_fails(&mlci_metric_accuracy, "", in, MLC_ERROR_UNSUPPORTED,
                "there are no classes to measure against: give a column the role target");
}
END_TEST

MLCI_CHECK_SUITE("class_counts", test_class_counts_sum_weights_by_class,
                 test_class_without_prediction_is_the_most_probable_and_the_first_of_equals,
                 test_class_that_is_predicted_goes_before_probabilities,
                 test_class_counts_of_missing_predictions_are_wrong,
                 test_class_counts_refuse_what_is_no_class, test_class_counts_refuse_missing_arrays)
