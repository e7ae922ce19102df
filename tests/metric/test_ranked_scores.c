/* Expected values by hand. */
#include "ranked_scores.h"

#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_average_precision;

static mlc_status make(mlci_metric_input *in, mlc_context *local, mlci_ranked_scores *out,
                       mlc_error *err)
{
    ck_assert_int_eq(mlci_call_begin(NULL, local, MLCI_PREDICT, &in->call, err), MLC_OK);
    return mlci_ranked_scores_make(in, "roc_auc", out, err);
}

START_TEST(test_ranked_scores_have_a_step_a_distinct_score)
{
    mlc_context local;
    mlci_metric_input in = seven_rows(1);
    mlci_ranked_scores ranked;
    ck_assert_int_eq(make(&in, &local, &ranked, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ranked_scores_rank(&ranked, 1, MLCI_OTHER_CLASSES, NULL), MLC_OK);
    const double positive[] = {1, 3, 4.5, 4.5}; /* scores 0.9, 0.8, 0.4, 0.1 */
    const double negative[] = {0, 0, 3, 4};
    ck_assert_int_eq(ranked.n_steps, 4);
    for (int32_t i = 0; i < 4; i++) {
        ck_assert_double_eq(ranked.positive[i], positive[i]);
        ck_assert_double_eq(ranked.negative[i], negative[i]);
    }
    ck_assert_double_eq(ranked.class_weight[0], 4);
    ck_assert_double_eq(ranked.class_weight[1], 4.5);
    ck_assert_int_eq(mlci_ranked_scores_n_absent(&ranked), 0);
    mlci_ranked_scores_clear(&ranked);
    mlci_call_end(in.call);
}
END_TEST

START_TEST(test_ranked_scores_of_a_pair_leave_out_the_third_class)
{
    mlc_context local;
    mlci_metric_input in = six_rows();
    mlci_ranked_scores ranked;
    ck_assert_int_eq(make(&in, &local, &ranked, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ranked_scores_rank(&ranked, 0, 2, NULL), MLC_OK);
    const double positive[] = {1, 2, 2}; /* class 0: 0.5, 0.3; class 2: 0.1, 0.3 */
    const double negative[] = {0, 1, 2};
    ck_assert_int_eq(ranked.n_steps, 3);
    for (int32_t i = 0; i < 3; i++) {
        ck_assert_double_eq(ranked.positive[i], positive[i]);
        ck_assert_double_eq(ranked.negative[i], negative[i]);
    }
    mlci_ranked_scores_clear(&ranked);
    mlci_call_end(in.call);
}
END_TEST

START_TEST(test_ranked_scores_count_classes_without_weight_as_absent)
{
    const double target[] = {0, 1, 1};
    const double probability[] = {0.5, 0.5, 0.5, 0.5, NAN, NAN};
    const double weight[] = {1, 0, 0};
    mlc_context local;
    mlci_metric_input in = {.n_rows = 3,
                            .n_classes = 2,
                            .positive = 1,
                            .target = target,
                            .probability = probability,
                            .weight = weight};
    mlci_ranked_scores ranked;
    ck_assert_int_eq(make(&in, &local, &ranked, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ranked_scores_n_absent(&ranked), 1);
    mlci_ranked_scores_clear(&ranked);
    mlci_call_end(in.call);
}
END_TEST

START_TEST(test_ranked_scores_that_are_missing_are_refused)
{
    const double target[] = {0, 1};
    const double probability[] = {0.5, 0.5, NAN, 0.5};
    const mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    score_fails(&mlci_metric_average_precision, "", in, MLC_ERROR_DATA,
                "probability of class 0 in row 2 is missing: must be a number");
}
END_TEST

MLCI_CHECK_SUITE("ranked_scores", test_ranked_scores_have_a_step_a_distinct_score,
                 test_ranked_scores_of_a_pair_leave_out_the_third_class,
                 test_ranked_scores_count_classes_without_weight_as_absent,
                 test_ranked_scores_that_are_missing_are_refused)
