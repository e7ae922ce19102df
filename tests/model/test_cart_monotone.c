/* Monotone constraints. Nodes beside scikit-learn's are in tests/python/test_reference.py. */
#include "tree/cart_monotone.h"

#include <stdio.h>

#include "forests.h"

#define ROUNDING 1e-12 /* of means by two ways, relative */

START_TEST(test_cuts_in_the_wrong_order_or_out_of_bounds_lose_their_scores)
{
    const mlci_cart_criterion criterion = {.sums = MLCI_CART_TWO_CLASSES};
    const double all[] = {6, 10};
    const int8_t signs[] = {0, 1, -1};
    /* Shares left and right: 2/4 and 4/6, 3/4 and 3/6, 1/5 and 5/5. */
    double sums[] = {2, 3, 1, 4, 4, 5}, score[3];
    mlci_cart_cuts cuts = {.n = 3, .room = 3, .sums = sums, .score = score};
    mlci_cart_search search = {.criterion = &criterion,
                               .signs = signs,
                               .total = {.n_sums = 2, .sums = all, .weight = 10},
                               .bounds = {-INFINITY, INFINITY}};
    static const struct {
        int32_t feature;
        double low, high;
        int kept[3];
    } cases[] = {{0, 0.9, 0.9, {1, 1, 1}}, {1, 0, 1, {1, 0, 1}},   {2, 0, 1, {0, 1, 0}},
                 {1, 0, 0.8, {1, 0, 0}},   {1, 0.3, 1, {1, 0, 0}}, {2, 0.6, 1, {0, 0, 0}}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        double expected = MLCI_CART_NO_SCORE;
        for (int i = 0; i < 3; i++)
            score[i] = 3 - i;
        search.bounds = (mlci_cart_bounds){cases[c].low, cases[c].high};
        const double top = mlci_cart_keep_monotone(&search, cases[c].feature, &cuts, 3);
        for (int i = 2; i >= 0; i--) {
            ck_assert_int_eq(score[i] >= 0, cases[c].kept[i]);
            if (cases[c].kept[i]) expected = 3 - i;
        }
        ck_assert_double_eq(top, expected);
    }
}
END_TEST

START_TEST(test_middle_of_the_means_bounds_the_sides)
{
    const mlci_cart_pair pairs[] = {{1, 1}, {0, 1}, {2, 2}, {1, 1}};
    uint32_t rows[] = {0, 1, 2, 3};
    const int8_t signs[] = {1, -1, 0};
    const mlci_cart_rules rules = {.signs = signs};
    const mlci_cart_data data = {.rules = &rules, .criterion = {.sums = MLCI_CART_NUMBERS}};
    const mlci_cart_bag bag = {.n = 4, .rows = rows, .pairs = pairs, .pair_unit = 1};
    const mlci_cart_bounds whole = {-5, 7};
    mlci_cart_bounds found[2];
    mlci_cart_divide_bounds(&data, &bag, 0, 0, 2, 4, whole, found); /* means 1/2 and 1 */
    ck_assert_double_eq(found[0].low, -5);
    ck_assert_double_eq(found[0].high, 0.75);
    ck_assert_double_eq(found[1].low, 0.75);
    ck_assert_double_eq(found[1].high, 7);
    mlci_cart_divide_bounds(&data, &bag, 1, 0, 2, 4, whole, found);
    ck_assert_double_eq(found[0].low, 0.75);
    ck_assert_double_eq(found[1].high, 0.75);
    mlci_cart_divide_bounds(&data, &bag, 2, 0, 2, 4, whole, found);
    ck_assert_double_eq(found[0].low, -5);
    ck_assert_double_eq(found[0].high, 7);
}
END_TEST

/* No change of a constrained feature moves a prediction the wrong way. */
static void assert_monotone(const mlci_model_descriptor *model, const char *settings,
                            int32_t n_classes)
{
    enum { N = 1500, P = 4, GRID = 25 };
    test_problem p = test_problem_make(N, P, n_classes);
    double x[GRID * P];
    const int32_t output = n_classes > 0 ? MLCI_OUTPUT_PROBABILITY : MLCI_OUTPUT_PREDICTION;
    const int width = n_classes > 0 ? 2 : 1;
    forest_fit t;
    forest_run(&t, NULL, model, &p, settings);
    ck_assert_msg(t.status == MLC_OK, "%s: %s", settings, t.error.message);
    for (int64_t i = 0; i < N; i += 15) {
        for (int64_t j = 0; j < 2; j++) {
            const int sign = j == 0 ? 1 : -1;
            for (int64_t k = 0; k < GRID; k++) {
                memcpy(x + k * P, p.x + i * P, P * sizeof *x);
                x[k * P + j] = -3 + 6.0 * (double)k / (GRID - 1);
            }
            double *const out = forest_output(&t, x, GRID, GRID, output);
            for (int64_t k = 1; k < GRID; k++) {
                const double now = out[k * width + width - 1], before = out[k * width - 1];
                /* Means of trees are rounded; a lone tree's leaves are compared as they are. */
                ck_assert_double_ge(sign * (now - before), -ROUNDING * fabs(now));
            }
            free(out);
        }
    }
    forest_clear(&t);
    test_problem_clear(&p);
}

START_TEST(test_predictions_of_all_trees_are_monotone)
{
    const char *const signs = "monotonic_cst=[1,-1,0,0]";
    char settings[128];
    static const char *const classes[] = {"", "ccp_alpha=0.001", "max_leaf_nodes=40",
                                          "splitter=random", "criterion=entropy"};
    for (int i = 0; i < 5; i++) {
        snprintf(settings, sizeof settings, "%s %s", signs, classes[i]);
        assert_monotone(&mlci_model_decision_tree_classifier, settings, 2);
        if (i < 4) assert_monotone(&mlci_model_decision_tree_regressor, settings, 0);
    }
    snprintf(settings, sizeof settings, "%s n_estimators=10", signs);
    assert_monotone(&mlci_model_random_forest_classifier, settings, 2);
    assert_monotone(&mlci_model_random_forest_regressor, settings, 0);
    assert_monotone(&mlci_model_extra_trees_classifier, settings, 2);
    assert_monotone(&mlci_model_extra_trees_regressor, settings, 0);
}
END_TEST

START_TEST(test_constraints_that_cannot_be_are_named)
{
    test_problem p = test_problem_make(50, 3, 3), q = test_problem_make(50, 3, 0);
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_classifier, &p, "monotonic_cst=[1,0,0]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.name, "monotonic_cst");
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_random_forest_regressor, &q, "monotonic_cst=[1,0]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &q,
               "monotonic_cst=[1,0,0] criterion=absolute_error");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_ptr_nonnull(strstr(t.error.message, "absolute_error"));
    forest_clear(&t);
    test_problem_clear(&p);
    test_problem_clear(&q);
}
END_TEST

MLCI_CHECK_SUITE("cart_monotone", test_cuts_in_the_wrong_order_or_out_of_bounds_lose_their_scores,
                 test_middle_of_the_means_bounds_the_sides,
                 test_predictions_of_all_trees_are_monotone,
                 test_constraints_that_cannot_be_are_named)
