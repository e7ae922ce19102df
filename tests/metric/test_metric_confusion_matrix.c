/* Expected values: scikit-learn 1.9.1, confusion_matrix. */
#include "scored_rows.h"

extern const mlci_metric_descriptor mlci_metric_confusion_matrix;
static const mlci_metric_descriptor *const metric = &mlci_metric_confusion_matrix;

static void check_cells(const char *settings, mlci_metric_input in, const double *expected)
{
    mlci_metric_value values[MAX_SCORING_VALUES] = {{0}};
    ck_assert_int_eq(metric->n_values(NULL, in.n_classes), in.n_classes * in.n_classes);
    score_all(metric, settings, in, values);
    for (int32_t i = 0; i < in.n_classes * in.n_classes; i++) {
        ck_assert_int_eq(values[i].class_, i / in.n_classes);
        ck_assert_int_eq(values[i].predicted, i % in.n_classes);
        ck_assert_double_eq_tol(values[i].value, expected[i], ROUNDING);
    }
}

START_TEST(test_confusion_matrix_counts_truth_by_rows)
{
    check_cells("", seven_rows(0), (const double[]){2, 1, 1, 3});
    check_cells("", seven_rows(1), (const double[]){4, 0, 0.5, 4});
}
END_TEST

START_TEST(test_confusion_matrix_of_real_predictions_is_that_of_scikit_learn)
{
    check_cells("", wine_rows(0), (const double[])WINE_CONFUSION_NONE);
    check_cells("normalize=true", wine_rows(0), (const double[])WINE_CONFUSION_TRUE);
    check_cells("normalize=pred", wine_rows(0), (const double[])WINE_CONFUSION_PRED);
    check_cells("normalize=all", wine_rows(0), (const double[])WINE_CONFUSION_ALL);
}
END_TEST

START_TEST(test_confusion_matrix_of_weighted_predictions_is_that_of_scikit_learn)
{
    check_cells("normalize=none", wine_rows(1), (const double[])WINE_CONFUSION_NONE_WEIGHTED);
    check_cells("normalize=true", wine_rows(1), (const double[])WINE_CONFUSION_TRUE_WEIGHTED);
    check_cells("normalize=pred", wine_rows(1), (const double[])WINE_CONFUSION_PRED_WEIGHTED);
    check_cells("normalize=all", wine_rows(1), (const double[])WINE_CONFUSION_ALL_WEIGHTED);
}
END_TEST

START_TEST(test_confusion_matrix_shares_of_nothing_are_zero)
{
    const double truth[] = {0.5, 0.5, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    check_cells("normalize=true", five_rows(), truth);
    const double predicted[] = {0.5, 1.0 / 3, 0, 0, 0, 2.0 / 3, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0};
    check_cells("normalize=pred", five_rows(), predicted);
}
END_TEST

START_TEST(test_confusion_matrix_leaves_out_missing_predictions)
{
    const double target[] = {0, 1, 1};
    const double prediction[] = {0, NAN, 1};
    const mlci_metric_input in = {
        .n_rows = 3, .n_classes = 2, .positive = 1, .target = target, .prediction = prediction};
    check_cells("", in, (const double[]){1, 0, 0, 1});
    check_cells("normalize=all", in, (const double[]){0.5, 0, 0, 0.5});
}
END_TEST

START_TEST(test_confusion_matrix_takes_weights_as_copies_and_rows_in_any_order)
{
    check_weights_are_copies(metric, "normalize=true", wine_rows(1));
    check_order_is_free(metric, "", wine_rows(1), 0);
}
END_TEST

MLCI_CHECK_SUITE("metric_confusion_matrix", test_confusion_matrix_counts_truth_by_rows,
                 test_confusion_matrix_of_real_predictions_is_that_of_scikit_learn,
                 test_confusion_matrix_of_weighted_predictions_is_that_of_scikit_learn,
                 test_confusion_matrix_shares_of_nothing_are_zero,
                 test_confusion_matrix_leaves_out_missing_predictions,
                 test_confusion_matrix_takes_weights_as_copies_and_rows_in_any_order)
