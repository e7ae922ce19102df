/* Scores of single cuts by hand; the search's test compares all of them with the definitions. */
#include "tree/cart_score.h"

#include "boosting.h"
#include "kernels.h"

#define ROUNDING 1e-12

/* The score of one cut with these sums on the left. */
static double score_of(int32_t kind, int32_t sums, int32_t n_sums, const double *total,
                       const double *left, double least_weight, double *gain)
{
    double cut_sums[8] = {0}, weight[1], score[1], parts[2];
    uint32_t rank[1] = {0};
    const mlci_cart_criterion criterion = {
        .kind = kind, .sums = sums, .kernels = mlci_tree_kernels_of(mlci_root_isa(NULL))};
    mlci_cart_total t = {.n_sums = n_sums, .sums = total, .least_weight = least_weight};
    t.weight = sums == MLCI_CART_CLASSES ? 0 : total[1];
    for (int k = 0; k < n_sums && sums == MLCI_CART_CLASSES; k++)
        t.weight += total[k];
    t.parent = mlci_cart_side(&criterion, total, n_sums, t.weight);
    mlci_cart_cuts cuts = {1, 1, cut_sums, weight, score, &parts[0], &parts[1], rank};
    memcpy(cut_sums, left, (size_t)n_sums * sizeof *left);
    const double top = mlci_cart_score(&criterion, &t, MLCI_CART_NO_SCORE, &cuts);
    ck_assert_double_eq(top, score[0]);
    *gain = mlci_cart_gain(&criterion, &t, top);
    return top;
}

/* 6 and 4 rows; the left side has 5 and 1. Gini: 4.8 before, 6 * 10/36 + 4 * 6/16 after. */
START_TEST(test_gini_is_the_same_by_pairs_and_by_classes)
{
    const double pair[] = {4, 10}, left_pair[] = {1, 6}, classes[] = {6, 4}, left[] = {5, 1};
    const double expected = 4.8 - 6 * 10.0 / 36 - 4 * 6.0 / 16;
    double gain;
    score_of(MLCI_CRITERION_GINI, MLCI_CART_TWO_CLASSES, 2, pair, left_pair, 1, &gain);
    ck_assert_double_eq_tol(gain, expected, ROUNDING);
    score_of(MLCI_CRITERION_GINI, MLCI_CART_CLASSES, 2, classes, left, 1, &gain);
    ck_assert_double_eq_tol(gain, expected, ROUNDING);
}
END_TEST

static double bits(double a, double b)
{
    const double p = a / (a + b);
    return -(a + b) * (p * log2(p) + (1 - p) * log2(1 - p));
}

START_TEST(test_entropy_is_in_bits)
{
    const double classes[] = {6, 4}, left[] = {5, 1};
    double gain;
    score_of(MLCI_CRITERION_ENTROPY, MLCI_CART_CLASSES, 2, classes, left, 1, &gain);
    ck_assert_double_eq_tol(gain, bits(6, 4) - bits(5, 1) - bits(1, 3), ROUNDING);
}
END_TEST

/* Targets 1, 2 | 6 of weight 1: 14 around 3, then 0.5. */
START_TEST(test_squared_error_is_what_the_squares_fall_by)
{
    const double total[] = {9, 3}, left[] = {3, 2};
    double gain;
    score_of(MLCI_CRITERION_SQUARED, MLCI_CART_NUMBERS, 2, total, left, 1, &gain);
    ck_assert_double_eq_tol(gain, 14 - 0.5, ROUNDING);
}
END_TEST

START_TEST(test_poisson_deviance_needs_targets_on_both_sides)
{
    const double total[] = {9, 3}, left[] = {3, 2}, none[] = {0, 1};
    double gain;
    score_of(MLCI_CRITERION_POISSON, MLCI_CART_NUMBERS, 2, total, left, 1, &gain);
    ck_assert_double_eq_tol(gain, 3 * log(1.5) + 6 * log(6) - 9 * log(3), ROUNDING);
    ck_assert_double_eq(
        score_of(MLCI_CRITERION_POISSON, MLCI_CART_NUMBERS, 2, total, none, 1, &gain),
        MLCI_CART_NO_SCORE);
}
END_TEST

START_TEST(test_cuts_with_too_light_a_side_have_no_score)
{
    const double pair[] = {4, 10}, left[] = {1, 6}, classes[] = {6, 4}, some[] = {5, 1};
    double gain;
    ck_assert_double_eq(
        score_of(MLCI_CRITERION_GINI, MLCI_CART_TWO_CLASSES, 2, pair, left, 5, &gain),
        MLCI_CART_NO_SCORE);
    ck_assert_double_eq(
        score_of(MLCI_CRITERION_GINI, MLCI_CART_CLASSES, 2, classes, some, 5, &gain),
        MLCI_CART_NO_SCORE);
}
END_TEST

MLCI_CHECK_SUITE("cart_score", test_gini_is_the_same_by_pairs_and_by_classes,
                 test_entropy_is_in_bits, test_squared_error_is_what_the_squares_fall_by,
                 test_poisson_deviance_needs_targets_on_both_sides,
                 test_cuts_with_too_light_a_side_have_no_score)
