/* Rules about values of leaves in trees of several outputs: monotone constraints, smoothing, and
 * levels that share a split. Several outputs that are the same number are a tree of one. */
#include <stdio.h>

#include "boosting.h"

enum { N = 600, F = 3 };

/* Whole numbers, so that gradients of the first round are exact as integers. */
static test_problem make_rows(int32_t n_targets)
{
    test_problem p = {.n_rows = N, .n_features = F, .n_targets = n_targets};
    p.x = calloc(N * F, sizeof *p.x);
    p.y = calloc((size_t)(N * n_targets), sizeof *p.y);
    for (int i = 0; i < N; i++) {
        double *const x = p.x + F * i;
        for (int j = 0; j < F; j++)
            x[j] = floor(16 * test_unit((uint32_t)j, i));
        if (i % 9 == 0) x[1] = NAN;
        const double y = floor(x[0] / 3 + (x[1] > 8) * 4 + (x[2] > 4) * x[0] / 4 - 3 * (x[0] > 12) +
                               8 * test_unit(8, i));
        for (int32_t k = 0; k < n_targets; k++)
            p.y[i * n_targets + k] = y;
    }
    /* Pairs of equal size about a whole mean. */
    for (int i = 0; i < N; i++)
        for (int32_t k = 0; k < n_targets; k++)
            p.y[i * n_targets + k] =
                i % 2 ? 16 - p.y[(i - 1) * n_targets + k] : p.y[i * n_targets + k];
    return p;
}

static const char *const rules[] = {
    "monotonic_cst=[x0:1]",
    "path_smooth=30",
    "grow_policy=oblivious",
    "grow_policy=depth_wise monotonic_cst=[1,-1,1] path_smooth=5 l1_regularization=2",
    "grow_policy=oblivious monotonic_cst=[1,-1,0] path_smooth=10 max_leaf_nodes=16",
    "max_delta_step=1 monotonic_cst=[x2:1] l2_regularization=3",
};

START_TEST(test_outputs_that_are_the_same_have_the_tree_of_one)
{
    mlc_context *const ctx = test_root(2, NULL);
    test_problem one = make_rows(1), three = make_rows(3);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        char text[300];
        test_fit a, b;
        snprintf(text, sizeof text, "n_estimators=1 min_hessian=0 %s", rules[i]);
        test_fit_run(&a, ctx, &one, text);
        snprintf(text, sizeof text,
                 "n_estimators=1 min_hessian=0 multi_strategy=multi_output_tree %s", rules[i]);
        test_fit_run(&b, ctx, &three, text);
        ck_assert_msg(a.status == MLC_OK, "%s", a.error.message);
        ck_assert_msg(b.status == MLC_OK, "%s", b.error.message);
        const int64_t n = a.state->first_node[1];
        ck_assert_int_gt(n, 5);
        for (int32_t k = 0; k < 3; k++) {
            ck_assert_int_eq(b.state->first_node[k + 1] - b.state->first_node[k], n);
            for (int64_t j = 0; j < n; j++) {
                const mlci_tree_node *const v = &a.state->nodes[j],
                                            *const w = &b.state->nodes[b.state->first_node[k] + j];
                ck_assert_uint_eq(v->split, w->split);
                ck_assert_int_eq(v->left, w->left);
                ck_assert_double_eq(v->value, w->value);
            }
        }
        test_fit_clear(&a);
        test_fit_clear(&b);
    }
    test_problem_clear(&one);
    test_problem_clear(&three);
    mlc_context_close(ctx);
}
END_TEST

/* The largest fall of an output as x0 rises, from many rows on. */
static double largest_fall(const test_fit *t, const test_problem *p, int32_t output)
{
    const int32_t n_outputs = t->state->n_outputs;
    double worst = 0;
    for (int i = 0; i < 60; i++) {
        double x[17 * F];
        for (int v = 0; v < 17; v++) {
            memcpy(x + v * F, p->x + i * F, F * sizeof *x);
            x[v * F] = v - 0.5;
        }
        double *const raw = test_predict(t, x, 17, MLCI_OUTPUT_RAW);
        for (int v = 1; v < 17; v++)
            worst = fmin(worst, raw[v * n_outputs + output] - raw[(v - 1) * n_outputs + output]);
        free(raw);
    }
    return worst;
}

START_TEST(test_each_output_keeps_its_constraints)
{
    static const char *const policies[] = {"leaf_wise", "depth_wise", "oblivious"};
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = make_rows(2);
    for (int i = 0; i < N;
         i++) /* the second one moves otherwise, and is a hundred times as large */
        p.y[2 * i + 1] = 100 * (p.x[F * i] / 2 + 3 * test_unit(11, i) - (p.x[F * i] > 9) * 2);
    for (int i = 0; i < 3; i++) {
        char text[300];
        test_fit free_one, bound;
        snprintf(text, sizeof text,
                 "n_estimators=15 multi_strategy=multi_output_tree "
                 "grow_policy=%s",
                 policies[i]);
        test_fit_run(&free_one, ctx, &p, text);
        snprintf(text, sizeof text,
                 "n_estimators=15 multi_strategy=multi_output_tree "
                 "grow_policy=%s monotonic_cst=[x0:1]",
                 policies[i]);
        test_fit_run(&bound, ctx, &p, text);
        ck_assert_msg(bound.status == MLC_OK, "%s", bound.error.message);
        for (int32_t k = 0; k < 2; k++) {
            ck_assert_double_lt(largest_fall(&free_one, &p, k), -0.1);
            ck_assert_double_ge(largest_fall(&bound, &p, k), 0);
        }
        ck_assert_double_lt(bound.state->train_loss[14], 0.7 * bound.state->train_loss[0]);
        test_fit_clear(&free_one);
        test_fit_clear(&bound);
    }
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* One falls where the other rises: no split by that feature is in order for both. */
START_TEST(test_outputs_that_move_against_each_other_leave_a_feature_alone)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = {.n_rows = N, .n_features = 1, .n_targets = 2};
    p.x = calloc(N, sizeof *p.x);
    p.y = calloc(2 * N, sizeof *p.y);
    for (int i = 0; i < N; i++) {
        p.x[i] = i % 20;
        p.y[2 * i] = i % 20;
        p.y[2 * i + 1] = -(i % 20);
    }
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=3 multi_strategy=multi_output_tree");
    ck_assert_int_eq(t.state->n_trees, 6);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "n_estimators=3 multi_strategy=multi_output_tree monotonic_cst=[1]");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    ck_assert_int_eq(t.state->n_trees, 0);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* A node of weight w is w / (w + 20) its own step and 20 / (w + 20) the value of its parent. The
 * steps from the means, 8 and -32: 8 and -32 where x0 is 1; there 0 and 0, 16 and -64 by x1. */
START_TEST(test_smoothing_moves_each_output_towards_its_parent)
{
    const double tolerance = 1e-6; /* sums of 30 bits */
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = {.n_rows = 40, .n_features = 2, .n_targets = 2};
    p.x = calloc(80, sizeof *p.x);
    p.y = calloc(80, sizeof *p.y);
    for (int i = 0; i < 40; i++) {
        p.x[2 * i] = i / 20;
        p.x[2 * i + 1] = i % 2;
        p.y[2 * i] = i < 20 ? 0 : i % 2 ? 24 : 8;
        p.y[2 * i + 1] = -4 * p.y[2 * i];
    }
    test_fit t;
    test_fit_run(&t, ctx, &p,
                 "n_estimators=1 learning_rate=1 min_samples_leaf=1 path_smooth=20 "
                 "multi_strategy=multi_output_tree max_leaf_nodes=3");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    double *const raw = test_predict(&t, p.x, 40, MLCI_OUTPUT_RAW);
    const double parent = 8.0 / 2, even = parent * 2 / 3, odd = 16.0 / 3 + parent * 2 / 3;
    ck_assert_double_eq_tol(raw[0], 8 - parent, tolerance);
    ck_assert_double_eq_tol(raw[1], -4 * (8 - parent), tolerance);
    ck_assert_double_eq_tol(raw[40], 8 + even, tolerance);
    ck_assert_double_eq_tol(raw[41], -4 * (8 + even), tolerance);
    ck_assert_double_eq_tol(raw[42], 8 + odd, tolerance);
    ck_assert_double_eq_tol(raw[43], -4 * (8 + odd), tolerance);
    free(raw);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_oblivious_trees_of_all_scores_have_a_condition_a_level)
{
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(2000, 5, 4);
    test_fit t;
    test_fit_run(&t, ctx, &p,
                 "n_estimators=30 multi_strategy=multi_output_tree "
                 "grow_policy=oblivious max_leaf_nodes=16");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    const mlci_ensemble *const e = t.state;
    for (int64_t tree = 0; tree < e->n_trees; tree++) {
        const mlci_tree_node *const nodes = e->nodes + e->first_node[tree];
        int32_t depth[64] = {0}, first[8] = {0};
        ck_assert_int_eq(e->first_node[tree + 1] - e->first_node[tree], 31);
        for (int32_t i = 0; i < 31; i++) {
            if (nodes[i].left == 0) continue;
            depth[nodes[i].left] = depth[nodes[i].left + 1] = depth[i] + 1;
            if (first[depth[i]] == 0) first[depth[i]] = i;
            ck_assert_uint_eq(nodes[i].split, nodes[first[depth[i]]].split);
            ck_assert_double_eq(nodes[i].value, nodes[first[depth[i]]].value);
        }
    }
    ck_assert_double_lt(e->train_loss[29], 0.7 * e->train_loss[0]);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trees_of_all_scores_with_rules_in_any_parts_have_the_same_bytes)
{
    test_problem p = make_rows(2), q = test_problem_make(900, 4, 3);
    test_same_in_any_parts(&p, "n_estimators=4 multi_strategy=multi_output_tree path_smooth=3 "
                               "monotonic_cst=[1,0,-1]");
    test_same_in_any_parts(&q, "n_estimators=4 multi_strategy=multi_output_tree path_smooth=3 "
                               "grow_policy=oblivious feature_contri=[1,0.5,1,1]");
    test_problem_clear(&q);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("grow_outputs", test_outputs_that_are_the_same_have_the_tree_of_one,
                 test_each_output_keeps_its_constraints,
                 test_outputs_that_move_against_each_other_leave_a_feature_alone,
                 test_smoothing_moves_each_output_towards_its_parent,
                 test_oblivious_trees_of_all_scores_have_a_condition_a_level,
                 test_trees_of_all_scores_with_rules_in_any_parts_have_the_same_bytes)
