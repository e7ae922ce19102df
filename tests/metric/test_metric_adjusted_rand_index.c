/* Expected values: scikit-learn 1.9.1, adjusted_rand_score, with weights on repeated rows. */
#include "scored_rows.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_adjusted_rand_index;
static const mlci_metric_descriptor *const metric = &mlci_metric_adjusted_rand_index;

static mlci_metric_input groups(int64_t n, const double *target, const double *label)
{
    return (mlci_metric_input){
        .n_rows = n, .n_classes = 3, .positive = 2, .target = target, .prediction = label};
}

START_TEST(test_adjusted_rand_index_of_a_few_rows_is_that_of_scikit_learn)
{
    const double halves[] = {0, 0, 1, 1};
    const double split[] = {0, 0, 1, 2};
    const double crossed[] = {0, 1, 0, 1};
    ck_assert_double_eq_tol(score_one(metric, "", groups(4, halves, split)), 0.5714285714285714,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", groups(4, halves, crossed)), -0.5, ROUNDING);
    const double sixths[] = {0, 0, 0, 1, 1, 2};
    const double odd_labels[] = {5, 5, -1, -1, 7, 7};
    ck_assert_double_eq_tol(score_one(metric, "", groups(6, sixths, odd_labels)),
                            0.07407407407407407, ROUNDING);
}
END_TEST

START_TEST(test_adjusted_rand_index_of_the_same_grouping_is_one)
{
    const double target[] = {0, 0, 1, 2};
    const double renamed[] = {9, 9, -4, 1e6};
    ck_assert_double_eq(score_one(metric, "", groups(4, target, renamed)), 1);
    const double one_group[] = {1, 1, 1, 1};
    ck_assert_double_eq(score_one(metric, "", groups(4, one_group, one_group)), 1);
    ck_assert_double_eq(score_one(metric, "", groups(1, target, renamed)), 1);
}
END_TEST

START_TEST(test_adjusted_rand_index_of_real_labels_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", cluster_rows(0)), WINE_ARI, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", cluster_rows(1)), WINE_ARI_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_adjusted_rand_index_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "", cluster_rows(1));
    check_order_is_free(metric, "", cluster_rows(1), 0);
}
END_TEST

START_TEST(test_adjusted_rand_index_refuses_what_it_cannot_compare)
{
    const double target[] = {0, 1};
    const double label[] = {0, NAN};
    score_fails(metric, "", groups(2, NULL, target), MLC_ERROR_UNSUPPORTED,
                "metric 'adjusted_rand_index' compares with known groups: give their column the "
                "role target");
    score_fails(metric, "", groups(2, target, NULL), MLC_ERROR_UNSUPPORTED,
                "metric 'adjusted_rand_index' needs the label of each row: add a column "
                "'prediction'");
    score_fails(metric, "", groups(2, target, label), MLC_ERROR_DATA,
                "prediction of row 2 is missing: must be a label");
}
END_TEST

static scoring_run run;

START_TEST(test_adjusted_rand_index_when_memory_fails_leaks_nothing)
{
    run = (scoring_run){&mlci_metric_adjusted_rand_index, "", cluster_rows(1)};
    mlci_torture(run_scoring, &run);
}
END_TEST

MLCI_CHECK_SUITE("metric_adjusted_rand_index",
                 test_adjusted_rand_index_of_a_few_rows_is_that_of_scikit_learn,
                 test_adjusted_rand_index_of_the_same_grouping_is_one,
                 test_adjusted_rand_index_of_real_labels_is_that_of_scikit_learn,
                 test_adjusted_rand_index_takes_weights_as_copies_and_rows_in_any_order,
                 test_adjusted_rand_index_refuses_what_it_cannot_compare,
                 test_adjusted_rand_index_when_memory_fails_leaks_nothing)
