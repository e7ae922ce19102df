/* Sums of several outputs against the sums of each, and the trees that come of them. */
#include <stdio.h>

#include "multi_case.h"

enum { N = 1000, F = 5, K = 11 };

static const mlci_multi_limits plain = {.min_hessian = 1e-3};

/* Numbers, one with missing values, and indicators that share a bundle. */
static void make_rows(double *x, double *y)
{
    for (int i = 0; i < N; i++) {
        const int which = i % 4;
        x[i * F] = test_unit(1, i);
        x[i * F + 1] = i % 7 == 0 ? NAN : floor(20 * test_unit(2, i));
        for (int j = 2; j < F; j++)
            x[i * F + j] = which == j - 2;
    }
    for (int i = 0; i < N * K; i++)
        y[i] = (1 + i / N) * (test_unit(3, i) - 0.3);
}

/* Returns how many features do not have all cells; *n_listed: bundles whose rows are listed. */
static int32_t check_cells(const double *x, const double *y, int64_t n, int64_t n_features,
                           int32_t *n_listed)
{
    multi_case c;
    int32_t n_shared = 0;
    multi_case_open(&c, x, y, n, n_features, K, &plain);
    const mlci_binned *const b = c.d.binned;
    ck_assert_int_eq(c.multi->rules.n_lanes, 16);
    for (int32_t u = 0; u < b->n_used; u++) {
        n_shared += b->places[u].n_entries > 0;
        for (int32_t k = 0; k < 16; k++) {
            mlci_lane_cells cells;
            const int32_t lane = k % MLCI_LANES;
            mlci_multi_feature(&c.multi->rules, b, c.histogram, u, k - lane, c.search.sums, &cells);
            for (int32_t code = 0; code < cells.n_codes; code++) {
                uint32_t set[MLCI_SET_WORDS] = {0};
                double g = 0, h = 0;
                mlci_set_add(set, (uint32_t)code);
                if (k < K) multi_case_sum(&c, u, set, k, &g, &h);
                const mlci_wide_cell cell =
                    mlci_cell_at(cells.cells + code * cells.stride, cells.is_wide, lane);
                const double g_unit = k < K ? mlci_coarse_g_unit(c.outputs[k]) : 1;
                ck_assert_double_eq((double)cell.g * g_unit, g);
                ck_assert_double_eq((double)cell.h * c.multi->rules.h_unit[k], h);
                ck_assert_int_eq(
                    mlci_multi_has_code(c.multi, b, c.histogram, u, c.search.sums, code),
                    mlci_cell_at(cells.cells + code * cells.stride, cells.is_wide, 0).h > 0);
            }
        }
    }
    *n_listed = b->n_bundles - b->n_dense;
    multi_case_close(&c);
    return n_shared;
}

START_TEST(test_cells_of_each_feature_are_those_of_each_output)
{
    static double x[N * F], y[N * K];
    int32_t n_listed;
    make_rows(x, y);
    ck_assert_int_ge(check_cells(x, y, N, F, &n_listed), 2);
    ck_assert_int_eq(n_listed, 0);
}
END_TEST

START_TEST(test_cells_of_features_that_are_listed_are_those_of_each_output)
{
    enum { MANY = 8200, WIDE = 10 };
    double *const x = calloc(MANY * WIDE, sizeof *x), *const y = calloc(MANY * K, sizeof *y);
    int32_t n_listed;
    for (int i = 0; i < MANY * WIDE; i++)
        x[i] = test_unit(4, i) < 0.04 ? floor(3 * test_unit(5, i)) : 1;
    for (int i = 0; i < MANY * K; i++)
        y[i] = test_unit(6, i) - 0.3;
    ck_assert_int_ge(check_cells(x, y, MANY, WIDE, &n_listed), WIDE - 1);
    ck_assert_int_eq(n_listed, WIDE - 1);
    free(x);
    free(y);
}
END_TEST

START_TEST(test_children_of_a_split_have_the_sums_of_their_rows)
{
    static double x[N * F], y[N * K];
    multi_case c;
    make_rows(x, y);
    multi_case_open(&c, x, y, N, F, K, &plain);
    for (int32_t u = 0; u < c.d.binned->n_used; u++) {
        const uint32_t set[MLCI_SET_WORDS] = {0x5B};
        double *const left = mlci_multi_sums(c.multi, 1), *const right =
                                                              mlci_multi_sums(c.multi, 2);
        memcpy(right, c.search.sums, 32 * sizeof *right);
        mlci_multi_divide(c.multi, c.d.binned, c.histogram, u, set, left, right);
        for (int32_t k = 0; k < 16; k++) {
            double g = 0, h = 0;
            if (k < K) multi_case_sum(&c, u, set, k, &g, &h);
            const double g_unit = k < K ? mlci_coarse_g_unit(c.outputs[k]) : 1;
            ck_assert_double_eq(left[k] * g_unit, g);
            ck_assert_double_eq(left[16 + k] * c.multi->rules.h_unit[k], h);
            ck_assert_double_eq(left[k] + right[k], c.search.sums[k]);
            ck_assert_double_eq(left[16 + k] + right[16 + k], c.search.sums[16 + k]);
        }
    }
    multi_case_close(&c);
}
END_TEST

START_TEST(test_boosting_with_trees_of_all_classes_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 5, 4), q = test_problem_make(70001, 2, 3),
                 r = test_problem_make(1500, 5, 0);
    test_same_in_any_parts(&p, "n_estimators=4 multi_strategy=multi_output_tree");
    test_same_in_any_parts(&p, "n_estimators=4 multi_strategy=multi_output_tree loss=one_vs_all "
                               "sampling=goss feature_fraction=0.6 max_features=0.7 "
                               "class_weight=balanced learning_rate=0.5");
    test_same_in_any_parts(&p, "n_estimators=9 multi_strategy=multi_output_tree boosting=dart "
                               "grow_policy=depth_wise l1_regularization=0.1 max_delta_step=1");
    test_same_in_any_parts(&q, "n_estimators=1 multi_strategy=multi_output_tree subsample=0.99 "
                               "validation_fraction=0.01 max_leaf_nodes=6");
    test_same_in_any_parts(&r, "n_estimators=4 multi_strategy=multi_output_tree loss=quantile "
                               "quantile=[0.1,0.5,0.9]");
    test_problem_clear(&p);
    test_problem_clear(&q);
    test_problem_clear(&r);
}
END_TEST

/* The trees of a round have the same splits, other values, and lower the loss. */
START_TEST(test_boosting_with_trees_of_all_classes_shares_their_splits)
{
    enum { ROWS = 2000, CLASSES = 4 };
    test_problem p = test_problem_make(ROWS, 5, CLASSES);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=40 multi_strategy=multi_output_tree");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    const mlci_ensemble *const e = t.state;
    int32_t n_other = 0;
    ck_assert_int_eq(e->n_trees, 40 * CLASSES);
    for (int64_t tree = 0; tree < e->n_trees; tree++) {
        const mlci_tree_node *const nodes = e->nodes + e->first_node[tree];
        const mlci_tree_node *const first = e->nodes + e->first_node[tree - tree % CLASSES];
        for (int64_t i = 0; i < e->first_node[tree + 1] - e->first_node[tree]; i++) {
            ck_assert_int_eq(nodes[i].left, first[i].left);
            ck_assert_uint_eq(nodes[i].split, first[i].split);
            if (nodes[i].left != 0)
                ck_assert_double_eq(nodes[i].value, first[i].value);
            else
                n_other += nodes[i].value != first[i].value;
        }
    }
    ck_assert_int_gt(n_other, 1000);
    for (int64_t round = 1; round < e->n_rounds; round++)
        ck_assert_double_lt(e->train_loss[round], e->train_loss[round - 1]);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_with_trees_of_all_scores_of_one_score_is_boosting)
{
    test_problem p = test_problem_make(500, 4, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=5");
    test_fit_run(&b, ctx, &p, "n_estimators=5 multi_strategy=multi_output_tree");
    test_assert_same_state(&a, &b);
    test_fit_clear(&a);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_with_trees_of_all_scores_and_rules_of_one_then_clear_error)
{
    static const char *const rules[] = {"extra_trees=true",
                                        "monotonic_cst=[x0:1] mc_method=intermediate"};
    test_problem p = test_problem_make(100, 2, 3);
    mlc_context *const ctx = test_root(1, NULL);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char settings[100];
        test_fit t;
        snprintf(settings, sizeof settings, "multi_strategy=multi_output_tree %s", rules[i]);
        test_fit_run(&t, ctx, &p, settings);
        ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
        ck_assert_ptr_nonnull(strstr(t.error.message, "does not go with"));
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("multi_output", test_cells_of_each_feature_are_those_of_each_output,
                 test_cells_of_features_that_are_listed_are_those_of_each_output,
                 test_children_of_a_split_have_the_sums_of_their_rows,
                 test_boosting_with_trees_of_all_classes_shares_their_splits,
                 test_boosting_with_trees_of_all_scores_of_one_score_is_boosting,
                 test_boosting_with_trees_of_all_scores_and_rules_of_one_then_clear_error,
                 MLCI_RESULTS,
                 test_boosting_with_trees_of_all_classes_in_any_parts_has_the_same_bytes)
