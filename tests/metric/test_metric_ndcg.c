/* Expected values: scikit-learn 1.9.1, ndcg_score (its gain is linear; the exponential one is its
 * value for 2^relevance - 1). */
#include "ranked_rows.h"

extern const mlci_metric_descriptor mlci_metric_ndcg;
static const mlci_metric_descriptor *const metric = &mlci_metric_ndcg;

START_TEST(test_ndcg_is_that_of_scikit_learn)
{
    const struct {
        const char *settings;
        int weighted;
        double expected;
    } cases[] = {{"gain=linear", 0, 0.8267384267004259},
                 {"gain=linear k=2", 0, 0.6419467532602587},
                 {"gain=linear k=3", 0, 0.6996895470086799},
                 {"gain=linear", 1, 0.8172730743712361},
                 {"gain=linear k=3", 1, 0.7155869614435946},
                 {"", 0, 0.8066471001095636},
                 {"k=2", 0, 0.6190824971940749},
                 {"k=3", 0, 0.6888784931185322},
                 {"k=100", 0, 0.8066471001095636}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_double_eq_tol(
            score_one(metric, cases[i].settings, ranked_rows(cases[i].weighted)), cases[i].expected,
            ROUNDING);
}
END_TEST

START_TEST(test_ndcg_of_ties_is_the_mean_over_their_orders)
{
    const double target[] = {3, 0, 1, 2, 1, 0}, prediction[] = {2, 2, 2, 1, 1, 0};
    const int32_t group[6] = {0};
    const mlci_metric_input in = {
        .n_rows = 6, .target = target, .prediction = prediction, .group = group};
    ck_assert_double_eq_tol(score_one(metric, "k=4", in),
                            mean_over_orders(metric, "k=4 ties=row_order", target, prediction, 6),
                            ROUNDING);
    /* In the order of the rows: 3 first. */
    const double best = 7 + 3 / log2(3) + 1 / log2(4) + 1 / log2(5);
    ck_assert_double_eq_tol(score_one(metric, "k=4 ties=row_order", in),
                            (7 + 0 + 1 / log2(4) + 3 / log2(5)) / best, ROUNDING);
}
END_TEST

START_TEST(test_ndcg_of_a_query_without_relevant_rows_is_one)
{
    const double target[] = {0, 0, 1, 0}, prediction[] = {1, 2, 3, 4};
    const int32_t group[] = {0, 0, 1, 1};
    const mlci_metric_input in = {
        .n_rows = 4, .target = target, .prediction = prediction, .group = group};
    ck_assert_double_eq_tol(score_one(metric, "", in), (1 + 1 / log2(3)) / 2, ROUNDING);
}
END_TEST

START_TEST(test_ndcg_of_large_and_broken_relevances_has_its_gain)
{
    const double target[] = {0.5, 60, 30.25}, prediction[] = {3, 2, 1};
    const int32_t group[3] = {0};
    const mlci_metric_input in = {
        .n_rows = 3, .target = target, .prediction = prediction, .group = group};
    const double gain[] = {pow(2, 0.5) - 1, pow(2, 60) - 1, pow(2, 30.25) - 1};
    const double found = gain[0] + gain[1] / log2(3) + gain[2] / log2(4);
    const double best = gain[1] + gain[2] / log2(3) + gain[0] / log2(4);
    ck_assert_double_eq_tol(score_one(metric, "", in), found / best, ROUNDING);
}
END_TEST

START_TEST(test_ndcg_keeps_the_promises_of_ranking_metrics)
{
    check_ranking_promises(metric);
}
END_TEST

MLCI_CHECK_SUITE("metric_ndcg", test_ndcg_is_that_of_scikit_learn,
                 test_ndcg_of_ties_is_the_mean_over_their_orders,
                 test_ndcg_of_a_query_without_relevant_rows_is_one,
                 test_ndcg_of_large_and_broken_relevances_has_its_gain,
                 test_ndcg_keeps_the_promises_of_ranking_metrics)
