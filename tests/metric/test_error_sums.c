/* Expected values by hand. */
#include "error_sums.h"

#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_mae;
extern const mlci_metric_descriptor mlci_metric_r2;

static double difference(double target, double prediction)
{
    return prediction - target;
}

START_TEST(test_mean_error_divides_by_the_weights)
{
    mlc_context local;
    mlci_metric_input in = five_numbers(1);
    double mean = 0;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &in.call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_mean_error(&in, difference, &mean, NULL), MLC_OK);
    ck_assert_double_eq_tol(mean, (-0.5 + 1 + 0.5 + 0.1) / 4.5, ROUNDING);
    mlci_call_end(in.call);
}
END_TEST

START_TEST(test_mean_error_when_all_weights_are_zero_is_nan)
{
    const double weight[5] = {0};
    mlci_metric_input in = five_numbers(0);
    in.weight = weight;
    ck_assert_double_nan(score_one(&mlci_metric_mae, "", in));
    ck_assert_double_nan(score_one(&mlci_metric_r2, "", in));
}
END_TEST

START_TEST(test_determination_of_a_constant_target_has_no_total)
{
    const double target[] = {0.1, 0.1, 0.1};
    const double prediction[] = {0.1, 0.1, 0.6};
    mlc_context local;
    mlci_metric_input in = {.n_rows = 3, .target = target, .prediction = prediction};
    mlci_determination d;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &in.call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_determination_of(&in, &d, NULL), MLC_OK);
    ck_assert_double_eq(d.weight, 3);
    ck_assert_double_eq(d.total, 0);
    ck_assert_double_eq_tol(d.residual, 0.25, ROUNDING);
    mlci_call_end(in.call);
}
END_TEST

START_TEST(test_error_sums_refuse_missing_arrays)
{
    mlci_metric_input in = five_numbers(0);
    in.prediction = NULL;
    score_fails(&mlci_metric_mae, "", in, MLC_ERROR_UNSUPPORTED,
                "there is no prediction to measure: add a column 'prediction'");
    in = five_numbers(0);
    in.target = NULL;
    score_fails(&mlci_metric_r2, "", in, MLC_ERROR_UNSUPPORTED,
                "there is no target to measure against: give a column the role target");
}
END_TEST

MLCI_CHECK_SUITE("error_sums", test_mean_error_divides_by_the_weights,
                 test_mean_error_when_all_weights_are_zero_is_nan,
                 test_determination_of_a_constant_target_has_no_total,
                 test_error_sums_refuse_missing_arrays)
