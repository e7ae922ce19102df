/* Expected values: lifelines 0.30.3 and scikit-survival 0.28.0 (concordance_cases.py); all pairs,
 * one by one. */
#include "concordance_cases.h"
#include "scoring.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_concordance_index;
static const mlci_metric_descriptor *const metric = &mlci_metric_concordance_index;

#define N_ROWS ((int)(sizeof concordance_rows / sizeof concordance_rows[0]))

typedef struct times {
    double lower[N_ROWS], upper[N_ROWS], prediction[N_ROWS], weight[N_ROWS];
} times;

static mlci_metric_input real_times(times *t)
{
    for (int i = 0; i < N_ROWS; i++) {
        t->lower[i] = concordance_rows[i][0];
        t->upper[i] = concordance_rows[i][1] > 0 ? t->lower[i] : INFINITY;
        t->prediction[i] = concordance_rows[i][2];
        t->weight[i] = concordance_rows[i][3];
    }
    return (mlci_metric_input){
        .n_rows = N_ROWS, .target = t->lower, .upper = t->upper, .prediction = t->prediction};
}

START_TEST(test_concordance_is_that_of_lifelines)
{
    times t;
    mlci_metric_input in = real_times(&t);
    ck_assert_double_eq_tol(score_one(metric, "", in), CONCORDANCE, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "reverse=true", in), 1 - CONCORDANCE, ROUNDING);
    in.weight = t.weight;
    ck_assert_double_eq_tol(score_one(metric, "", in), CONCORDANCE_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_concordance_of_signed_times_is_that_of_their_bounds)
{
    times t;
    mlci_metric_input in = real_times(&t);
    for (int i = 0; i < N_ROWS; i++)
        t.lower[i] *= isinf(t.upper[i]) ? -1 : 1;
    in.upper = NULL;
    ck_assert_double_eq_tol(score_one(metric, "signed=true", in), CONCORDANCE, ROUNDING);
    /* Without signs all are events. */
    in = real_times(&t);
    for (int i = 0; i < N_ROWS; i++)
        t.upper[i] = t.lower[i];
    const double of_events = score_one(metric, "", in);
    in.upper = NULL;
    ck_assert_double_eq(score_one(metric, "", in), of_events);
}
END_TEST

/* By the definition: a ended, at the latest, before b, or just then while b had not. */
static double by_pairs(const mlci_metric_input *in)
{
    double right = 0, all = 0;
    for (int64_t a = 0; a < in->n_rows; a++) {
        for (int64_t b = 0; b < in->n_rows; b++) {
            const double end = in->upper[a], seen = in->target[b];
            if (!(end < seen || (end == seen && in->upper[b] > seen))) continue;
            const double weight = in->weight[a] * in->weight[b];
            const double apart = in->prediction[b] - in->prediction[a];
            right += weight * (apart > 0 ? 1 : apart < 0 ? 0 : 0.5);
            all += weight;
        }
    }
    return right / all;
}

START_TEST(test_concordance_of_any_bounds_is_that_of_all_pairs)
{
    double lower[60], upper[60], prediction[60], weight[60];
    for (uint64_t turn = 0; turn < 30; turn++) {
        for (int i = 0; i < 60; i++) {
            const uint64_t h = ((turn * 60 + (uint64_t)i) * UINT64_C(0x9E3779B97F4A7C15)) >> 20;
            const int kind = (int)(h % 5);
            lower[i] = kind == 0 ? 0 : (double)(h / 5 % 12);
            upper[i] = kind == 1 ? INFINITY : lower[i] + (kind <= 2 ? (double)(h / 60 % 6) : 0);
            prediction[i] = (double)(h / 360 % 9) - 4;
            weight[i] = (double)(h / 4000 % 4);
        }
        const mlci_metric_input in = {.n_rows = 60,
                                      .target = lower,
                                      .upper = upper,
                                      .prediction = prediction,
                                      .weight = weight};
        ck_assert_double_eq_tol(score_one(metric, "", in), by_pairs(&in), ROUNDING);
    }
}
END_TEST

START_TEST(test_concordance_without_an_order_that_is_known_is_nan)
{
    const double lower[] = {1, 2, 3}, none[] = {INFINITY, INFINITY, INFINITY}, same[] = {4, 4, 4};
    const double prediction[] = {1, 2, 3}, missing[] = {1, NAN, 3}, weight[] = {1, 0, 1};
    mlci_metric_input in = {.n_rows = 3, .target = lower, .upper = none, .prediction = prediction};
    ck_assert_double_nan(score_one(metric, "", in));
    in.upper = NULL;
    in.target = same;
    ck_assert_double_nan(score_one(metric, "", in));
    in.target = lower;
    ck_assert_double_eq(score_one(metric, "", in), 1);
    in.prediction = missing;
    ck_assert_double_nan(score_one(metric, "", in));
    in.weight = weight;
    ck_assert_double_eq(score_one(metric, "", in), 1);
    in.n_rows = 1;
    ck_assert_double_nan(score_one(metric, "", in));
}
END_TEST

START_TEST(test_concordance_of_bounds_out_of_order_names_the_row)
{
    const double lower[] = {1, 2.5}, upper[] = {1, 2}, prediction[] = {1, 2};
    const mlci_metric_input in = {
        .n_rows = 2, .target = lower, .upper = upper, .prediction = prediction};
    score_fails(metric, "", in, MLC_ERROR_DATA,
                "the targets of row 2 are 2.5 and 2: the first is the lower bound of a time, the "
                "second the upper one");
    const mlci_metric_input bare = {.n_rows = 2, .target = lower};
    score_fails(metric, "", bare, MLC_ERROR_UNSUPPORTED,
                "there is no prediction to measure: add a column 'prediction'");
    const mlci_metric_input aimless = {.n_rows = 2, .prediction = prediction};
    score_fails(metric, "", aimless, MLC_ERROR_UNSUPPORTED,
                "there is no target to measure against: give a column the role target");
}
END_TEST

START_TEST(test_concordance_keeps_the_promises_of_metrics)
{
    times t;
    mlci_metric_input in = real_times(&t);
    /* Rows are picked without their upper bounds, so these are signed. */
    for (int i = 0; i < N_ROWS; i++)
        t.lower[i] *= isinf(t.upper[i]) ? -1 : 1;
    in.upper = NULL;
    in.weight = t.weight;
    check_weights_are_copies(metric, "signed=true", in);
    check_order_is_free(metric, "signed=true", in, 0);
}
END_TEST

START_TEST(test_concordance_when_memory_fails_leaks_nothing)
{
    times t;
    scoring_run run = {metric, "", real_times(&t)};
    mlci_torture(run_scoring, &run);
}
END_TEST

MLCI_CHECK_SUITE("metric_concordance_index", test_concordance_is_that_of_lifelines,
                 test_concordance_of_signed_times_is_that_of_their_bounds,
                 test_concordance_of_any_bounds_is_that_of_all_pairs,
                 test_concordance_without_an_order_that_is_known_is_nan,
                 test_concordance_of_bounds_out_of_order_names_the_row,
                 test_concordance_keeps_the_promises_of_metrics,
                 test_concordance_when_memory_fails_leaks_nothing)
