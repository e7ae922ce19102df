/* Expected values: scikit-learn 1.9.1, roc_auc_score; one against one with weights on repeated
 * rows. */
#include "scored_rows.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_roc_auc;
static const mlci_metric_descriptor *const metric = &mlci_metric_roc_auc;

START_TEST(test_roc_auc_gives_ties_half_credit)
{
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(0)), 8.5 / 12, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", seven_rows(1)), 0.875, ROUNDING);
    const double target[] = {0, 1};
    const double probability[] = {0.5, 0.5, 0.5, 0.5};
    const mlci_metric_input in = {
        .n_rows = 2, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    ck_assert_double_eq(score_one(metric, "", in), 0.5);
}
END_TEST

START_TEST(test_roc_auc_is_about_the_positive_class)
{
    const double target[] = {0, 0, 1, 1};
    const double probability[] = {0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.1, 0.3};
    mlci_metric_input in = {
        .n_rows = 4, .n_classes = 2, .positive = 1, .target = target, .probability = probability};
    ck_assert_double_eq(score_one(metric, "", in), 1);
    in.positive = 0;
    ck_assert_double_eq(score_one(metric, "", in), 1);
}
END_TEST

START_TEST(test_roc_auc_of_two_classes_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(0)), WINE_TWO_AUC, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", two_class_rows(1)), WINE_TWO_AUC_WEIGHTED,
                            ROUNDING);
}
END_TEST

START_TEST(test_roc_auc_up_to_a_rate_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_one(metric, "max_fpr=0.3", seven_rows(0)), 0.625, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "max_fpr=0.3", seven_rows(1)), 0.8431372549019607,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "max_fpr=0.13", two_class_rows(0)), WINE_TWO_AUC_PART,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "max_fpr=0.13", two_class_rows(1)),
                            WINE_TWO_AUC_PART_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "max_fpr=1", two_class_rows(0)), WINE_TWO_AUC,
                            ROUNDING);
}
END_TEST

START_TEST(test_roc_auc_of_more_classes_is_that_of_scikit_learn)
{
    const mlci_metric_input in = wine_rows(0);
    ck_assert_double_eq_tol(score_one(metric, "", in), WINE_AUC_OVR_MACRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", in), WINE_AUC_OVR_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "multi_class=ovo", in), WINE_AUC_OVO_MACRO, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "multi_class=ovo average=weighted", in),
                            WINE_AUC_OVO_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", six_rows()), 0.9166666666666666, ROUNDING);
}
END_TEST

START_TEST(test_roc_auc_of_more_weighted_classes_is_that_of_scikit_learn)
{
    const mlci_metric_input in = wine_rows(1);
    ck_assert_double_eq_tol(score_one(metric, "", in), WINE_AUC_OVR_MACRO_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "average=weighted", in),
                            WINE_AUC_OVR_WEIGHTED_WEIGHTED, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "multi_class=ovo", in), WINE_AUC_OVO_MACRO_WEIGHTED,
                            ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "multi_class=ovo average=weighted", in),
                            WINE_AUC_OVO_WEIGHTED_WEIGHTED, ROUNDING);
}
END_TEST

START_TEST(test_roc_auc_when_a_class_has_no_rows_is_nan)
{
    const double target[] = {1, 1, 0};
    const double probability[] = {0.5, 0.5, 0.4, 0.6, 0.3, 0.7};
    const double weight[] = {1, 1, 0};
    const mlci_metric_input in = {.n_rows = 3,
                                  .n_classes = 2,
                                  .positive = 1,
                                  .target = target,
                                  .probability = probability,
                                  .weight = weight};
    ck_assert_double_nan(score_one(metric, "", in));
    mlci_metric_input three = six_rows();
    three.n_rows = 3;
    ck_assert_double_nan(score_one(metric, "", three));
    ck_assert_double_nan(score_one(metric, "multi_class=ovo", three));
}
END_TEST

START_TEST(test_roc_auc_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "max_fpr=0.2", two_class_rows(1));
    check_weights_are_copies(metric, "average=weighted", wine_rows(1));
    check_weights_are_copies(metric, "multi_class=ovo", wine_rows(1));
    check_order_is_free(metric, "", two_class_rows(1), 0);
    check_order_is_free(metric, "multi_class=ovo", wine_rows(1), 0);
}
END_TEST

START_TEST(test_roc_auc_refuses_what_it_cannot_measure)
{
    score_fails(metric, "max_fpr=0.5", wine_rows(0), MLC_ERROR_SETTING,
                "max_fpr: works with two classes and there are 3; must be none");
    score_fails(metric, "max_fpr=0", seven_rows(0), MLC_ERROR_SETTING,
                "max_fpr = 0: must be above 0 and at most 1, or none");
    mlci_metric_input in = seven_rows(0);
    in.probability = NULL;
    score_fails(metric, "", in, MLC_ERROR_UNSUPPORTED,
                "metric 'roc_auc' needs probabilities: take a model that has them, or add a column "
                "'probability'");
}
END_TEST

static scoring_run run;

START_TEST(test_roc_auc_when_memory_fails_leaks_nothing)
{
    run = (scoring_run){&mlci_metric_roc_auc, "", seven_rows(1)};
    mlci_torture(run_scoring, &run);
}
END_TEST

MLCI_CHECK_SUITE("metric_roc_auc", test_roc_auc_gives_ties_half_credit,
                 test_roc_auc_is_about_the_positive_class,
                 test_roc_auc_of_two_classes_is_that_of_scikit_learn,
                 test_roc_auc_up_to_a_rate_is_that_of_scikit_learn,
                 test_roc_auc_of_more_classes_is_that_of_scikit_learn,
                 test_roc_auc_of_more_weighted_classes_is_that_of_scikit_learn,
                 test_roc_auc_when_a_class_has_no_rows_is_nan,
                 test_roc_auc_takes_weights_as_copies_and_rows_in_any_order,
                 test_roc_auc_refuses_what_it_cannot_measure,
                 test_roc_auc_when_memory_fails_leaks_nothing)
