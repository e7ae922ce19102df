#include "growing.h"

/* The tree of one split at x <= 2 with leaf values from that quantile, or Newton steps. */
static void check_leaves(const double *y, const int64_t *fixed, const double *weight, double q,
                         double left, double right)
{
    const double x[] = {1, 2, 1, 3, 4, 3};
    mlci_grow_rules rules = test_rules();
    mlci_grower *grower = NULL;
    mlci_tree *tree = NULL;
    test_data d;
    test_data_open(&d, x, y, 6, 1, fixed, weight, 1);
    const mlci_grow_data data = {d.binned, d.gradients, fixed, 1, y};
    rules.max_leaf_nodes = 2;
    rules.min_samples_leaf = 3;
    rules.has_quantiles = q > 0;
    ck_assert_int_eq(mlci_tree_create(NULL, 9, &tree, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_create(d.call, &data, &rules, &grower, NULL), MLC_OK);
    mlci_grower_set_quantile(grower, q, d.rows.y, d.raw);
    ck_assert_int_eq(mlci_grower_grow(d.call, grower, d.all, 6, 0, tree, NULL), MLC_OK);
    ck_assert_int_eq(tree->n_nodes, 3);
    ck_assert_double_eq_tol(tree->nodes[1].value, left, 1e-9);
    ck_assert_double_eq_tol(tree->nodes[2].value, right, 1e-9);
    /* Scores of the rows by either way. */
    double walked[6] = {0};
    ck_assert_int_eq(mlci_grower_add_scores(d.call, grower, tree, d.raw, NULL), MLC_OK);
    ck_assert_int_eq(mlci_tree_add_scores(d.call, d.binned, tree, NULL, 0, 6, walked, NULL),
                     MLC_OK);
    for (int i = 0; i < 6; i++) {
        ck_assert_double_eq(d.raw[i], tree->nodes[x[i] <= 2 ? 1 : 2].value);
        ck_assert_double_eq(walked[i], d.raw[i]);
    }
    mlci_grower_free(grower);
    mlci_tree_free(tree);
    test_data_close(&d);
}

START_TEST(test_leaf_of_newton_step_is_the_mean)
{
    const double y[] = {1, 2, 6, 20, 20, 26};
    check_leaves(y, NULL, NULL, 0, 3, 22);
}
END_TEST

START_TEST(test_leaf_of_quantile_is_that_of_the_residuals)
{
    const double y[] = {1, 2, 6, 20, 25, 26};
    check_leaves(y, NULL, NULL, 0.5, 2, 25);
    check_leaves(y, NULL, NULL, 0.9, 6, 26);
}
END_TEST

START_TEST(test_leaf_of_weighted_rows_weighs_them)
{
    const double y[] = {1, 2, 6, 20, 25, 26}, weight[] = {1, 1, 3, 1, 1, 1};
    const int64_t fixed[] = {1, 1, 3, 1, 1, 1};
    check_leaves(y, fixed, weight, 0.5, 6, 25);
    check_leaves(y, fixed, weight, 0, 21.0 / 5, 71.0 / 3);
}
END_TEST

MLCI_CHECK_SUITE("leaf_value", test_leaf_of_newton_step_is_the_mean,
                 test_leaf_of_quantile_is_that_of_the_residuals,
                 test_leaf_of_weighted_rows_weighs_them)
