/* Expected values: closed forms, and scikit-learn 1.9.1's average_precision_score where there are
 * no ties. */
#include "ranked_rows.h"

extern const mlci_metric_descriptor mlci_metric_map;
static const mlci_metric_descriptor *const metric = &mlci_metric_map;

START_TEST(test_map_without_ties_is_that_of_scikit_learn)
{
    const double target[] = {0, 1, 0, 2, 1, 0}, prediction[] = {6, 5, 4, 3, 2, 1};
    const int32_t group[6] = {0};
    const mlci_metric_input in = {
        .n_rows = 6, .target = target, .prediction = prediction, .group = group};
    ck_assert_double_eq_tol(score_one(metric, "", in), 0.5333333333333333, ROUNDING);
    /* LightGBM: sum of precisions up to k by min(k, relevant rows). */
    ck_assert_double_eq_tol(score_one(metric, "k=2", in), 0.5 / 2, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "k=4", in), (0.5 + 0.5) / 3, ROUNDING);
}
END_TEST

START_TEST(test_map_of_ties_is_the_mean_over_their_orders)
{
    const double target[] = {3, 0, 1, 2, 1, 0}, prediction[] = {2, 2, 2, 1, 1, 0};
    const double equal[6] = {0};
    const char *const settings[][2] = {
        {"", "ties=row_order"}, {"k=2", "k=2 ties=row_order"}, {"k=5", "k=5 ties=row_order"}};
    const int32_t group[6] = {0};
    for (int c = 0; c < 2; c++)
        for (int s = 0; s < 3; s++) {
            const double *const p = c == 0 ? prediction : equal;
            const mlci_metric_input in = {
                .n_rows = 6, .target = target, .prediction = p, .group = group};
            ck_assert_double_eq_tol(score_one(metric, settings[s][0], in),
                                    mean_over_orders(metric, settings[s][1], target, p, 6),
                                    ROUNDING);
        }
}
END_TEST

START_TEST(test_map_of_a_query_without_relevant_rows_is_one)
{
    const double target[] = {0, 0, 1, 0}, prediction[] = {1, 2, 3, 4};
    const int32_t group[] = {0, 0, 1, 1};
    const mlci_metric_input in = {
        .n_rows = 4, .target = target, .prediction = prediction, .group = group};
    ck_assert_double_eq_tol(score_one(metric, "", in), (1 + 0.5) / 2, ROUNDING);
}
END_TEST

START_TEST(test_map_keeps_the_promises_of_ranking_metrics)
{
    check_ranking_promises(metric);
}
END_TEST

MLCI_CHECK_SUITE("metric_map", test_map_without_ties_is_that_of_scikit_learn,
                 test_map_of_ties_is_the_mean_over_their_orders,
                 test_map_of_a_query_without_relevant_rows_is_one,
                 test_map_keeps_the_promises_of_ranking_metrics)
