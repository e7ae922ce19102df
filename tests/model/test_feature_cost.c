/* What splits cost: by closed forms on one split, by what has been paid, and in whole models. */
#include "tree/feature_cost.h"

#include <stdio.h>

#include "updating.h"

static double first_gain(mlc_context *ctx, const test_problem *p, const char *settings)
{
    char text[300];
    test_fit t;
    snprintf(text, sizeof text, "n_estimators=1 max_leaf_nodes=2 %s", settings);
    test_fit_run(&t, ctx, p, text);
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    const double gain = t.state->n_trees == 0 ? 0 : t.state->gain[0];
    test_fit_clear(&t);
    return gain;
}

START_TEST(test_costs_are_taken_off_the_gain_of_a_split)
{
    const double tolerance = 1e-7; /* noise of the least score, of gains of hundreds */
    static const char *const policies[] = {"", "grow_policy=depth_wise"};
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(300, 1, 0);
    p.weight = calloc(300, sizeof *p.weight);
    for (int i = 0; i < 300; i++)
        p.weight[i] = 1 + i % 3;
    for (int i = 0; i < 2; i++) {
        char text[200];
        const double gain = first_gain(ctx, &p, policies[i]);
        ck_assert_double_gt(gain, 20);
        /* The weights add up to 600. */
        snprintf(text, sizeof text, "%s cegb_tradeoff=0.5 cegb_penalty_split=0.01", policies[i]);
        ck_assert_double_eq_tol(first_gain(ctx, &p, text), gain - 3, tolerance);
        snprintf(text, sizeof text, "%s cegb_penalty_feature_coupled=[2]", policies[i]);
        ck_assert_double_eq_tol(first_gain(ctx, &p, text), gain - 2, tolerance);
        snprintf(text, sizeof text, "%s cegb_penalty_feature_lazy=[x0:0.02]", policies[i]);
        ck_assert_double_eq_tol(first_gain(ctx, &p, text), gain - 12, tolerance);
        snprintf(text, sizeof text, "%s cegb_penalty_feature_coupled=[1e300]", policies[i]);
        ck_assert_double_eq(first_gain(ctx, &p, text), 0);
        /* The factor on gains comes first. */
        snprintf(text, sizeof text, "%s cegb_penalty_feature_coupled=[2] feature_contri=[0.5]",
                 policies[i]);
        ck_assert_double_eq_tol(first_gain(ctx, &p, text), gain / 2 - 2, tolerance);
    }
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* A level is split where the gains of its leaves together are worth the costs of all of them. */
START_TEST(test_costs_of_a_level_are_those_of_its_leaves)
{
    enum { ROWS = 80 };
    double x[2 * ROWS], y[ROWS];
    test_problem p = {.n_rows = ROWS, .n_features = 2, .x = x, .y = y};
    for (int i = 0; i < ROWS; i++) {
        x[2 * i] = i < ROWS / 2;
        x[2 * i + 1] = i % 4 < 2;
        y[i] = i % 4 < 2 ? 0 : i < ROWS / 2 ? 16 : 8;
    }
    /* Gains: 2,880 by x1 at the root, then 640 by x0; or 320 by x0, then 2,560 and 640 by x1. */
    static const char *const costs[] = {"coupled=[x0:639]", "coupled=[x0:641]", "lazy=[x0:7.9]",
                                        "lazy=[x0:8.1]",    "lazy=[x1:39]",     "lazy=[x1:41]"};
    static const int n_leaves[] = {4, 2, 4, 2, 4, 2};
    mlc_context *const ctx = test_root(1, NULL);
    for (int i = 0; i < 6; i++) {
        char text[200];
        test_fit t;
        snprintf(text, sizeof text,
                 "n_estimators=1 min_samples_leaf=5 grow_policy=oblivious cegb_penalty_feature_%s",
                 costs[i]);
        test_fit_run(&t, ctx, &p, text);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_eq((t.state->first_node[1] + 1) / 2, n_leaves[i]);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_costs_are_paid_once)
{
    mlci_boost_params params = {.cegb_tradeoff = 2, .cegb_penalty_split = 3};
    char coupled[] = "5,0", lazy[] = "0,7";
    const uint32_t rows[] = {0, 2, 3}, others[] = {2};
    const int64_t weight[] = {4, 100, 8, 2};
    mlci_feature_costs *c = NULL;
    mlc_context *const ctx = test_root(1, NULL);
    mlci_matrix *x = NULL;
    const double cells[8] = {0};
    params.cegb_penalty_feature_coupled = coupled;
    params.cegb_penalty_feature_lazy = lazy;
    ck_assert_int_eq(mlci_matrix_wrap(mlci_context_root(ctx), cells, 4, 2, &x, NULL), MLC_OK);
    ck_assert_int_eq(mlci_feature_costs_create(NULL, &params, x->features, 4, 2, &c, NULL), MLC_OK);
    ck_assert_double_eq(mlci_feature_cost_once(c, 0), 10);
    ck_assert_double_eq(mlci_feature_cost_once(c, 1), 0);
    /* 14 in fixed point are a weight of 7. */
    ck_assert_double_eq(mlci_feature_cost_of_rows(c, 0, rows, 3, 14, weight), 2 * 3 * 7);
    ck_assert_double_eq(mlci_feature_cost_of_rows(c, 1, rows, 3, 14, weight), 2 * (3 * 7 + 7 * 7));
    mlci_feature_costs_pay(c, 0, rows, 3);
    ck_assert_double_eq(mlci_feature_cost_once(c, 0), 0);
    mlci_feature_costs_pay(c, 1, others, 1);
    ck_assert_double_eq(mlci_feature_cost_of_rows(c, 1, rows, 3, 14, weight), 2 * (3 * 7 + 7 * 3));
    ck_assert_double_eq(mlci_feature_cost_of_rows(c, 1, others, 1, 8, weight), 2 * 3 * 4);
    mlci_feature_costs_free(c);
    params.cegb_tradeoff = 0;
    ck_assert_int_eq(mlci_feature_costs_create(NULL, &params, x->features, 4, 2, &c, NULL), MLC_OK);
    ck_assert_ptr_null(c);
    mlci_matrix_close(x);
    mlc_context_close(ctx);
}
END_TEST

#define COSTS                                                                                      \
    "cegb_penalty_split=1e-5 cegb_penalty_feature_coupled=[x1:1,x2:2,x3:0.5] "                     \
    "cegb_penalty_feature_lazy=[x0:0.01,x1:0.02,x2:0.002,x3:0.02] "

START_TEST(test_models_with_costs_in_any_parts_have_the_same_bytes)
{
    test_problem p = test_problem_make(600, 4, 3), q = test_problem_make(600, 4, 0);
    test_problem large = test_problem_make(20000, 6, 0); /* worth threads of its own to a leaf */
    test_same_in_any_parts(&large, "n_estimators=2 max_leaf_nodes=60 " COSTS);
    test_problem_clear(&large);
    test_same_in_any_parts(&p, "n_estimators=5 " COSTS);
    test_same_in_any_parts(&p, "n_estimators=5 multi_strategy=multi_output_tree " COSTS);
    test_same_in_any_parts(&q, "n_estimators=5 grow_policy=oblivious " COSTS);
    test_same_in_any_parts(&q, "n_estimators=8 subsample=0.6 max_features=0.7 "
                               "grow_policy=depth_wise boosting=dart " COSTS);
    test_problem_clear(&q);
    test_problem_clear(&p);
}
END_TEST

/* Also rows out of a sample, which a tree asks for values as well. */
START_TEST(test_a_model_with_costs_that_goes_on_is_that_of_all_rounds)
{
    static const char *const more[] = {"", "subsample=0.5", "multi_strategy=multi_output_tree",
                                       "validation_fraction=0.2 early_stopping=false"};
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(600, 4, 3);
    for (int i = 0; i < 4; i++) {
        char text[400];
        test_fit whole, first, both;
        snprintf(text, sizeof text, "n_estimators=7 %s " COSTS, more[i]);
        test_fit_run(&whole, ctx, &p, text);
        snprintf(text, sizeof text, "n_estimators=3 %s " COSTS, more[i]);
        test_fit_run(&first, ctx, &p, text);
        ck_assert_int_eq(first.status, MLC_OK);
        snprintf(text, sizeof text, "n_estimators=7 %s " COSTS, more[i]);
        p.start = first.state;
        test_fit_run(&both, ctx, &p, text);
        p.start = NULL;
        ck_assert_msg(both.status == MLC_OK, "%s", both.error.message);
        test_assert_same_state(&whole, &both);
        test_fit_clear(&both);
        test_fit_clear(&first);
        test_fit_clear(&whole);
    }
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* The same feature twice: the one that costs nothing is taken, or where both do the first only. */
START_TEST(test_a_model_buys_one_of_two_equal_features)
{
    static const char *const costs[] = {"[x0:0.5]", "[x0:0.5,x1:0.5]"};
    static const char *const strategies[] = {"one_output_per_tree", "multi_output_tree"};
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(500, 2, 3);
    for (int64_t i = 0; i < 500; i++)
        p.x[2 * i + 1] = p.x[2 * i];
    for (int which = 0; which < 4; which++) {
        char text[200];
        test_fit t;
        snprintf(text, sizeof text,
                 "n_estimators=10 cegb_penalty_feature_coupled=%s multi_strategy=%s",
                 costs[which % 2], strategies[which / 2]);
        test_fit_run(&t, ctx, &p, text);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        const mlci_ensemble *const e = t.state;
        int64_t n[2] = {0, 0};
        for (int64_t i = 0; i < e->first_node[e->n_trees]; i++)
            if (e->nodes[i].left != 0) n[e->nodes[i].split & MLCI_NODE_FEATURE]++;
        ck_assert_int_gt(n[which % 2 == 0], 100);
        ck_assert_int_eq(n[which % 2], 0);
        test_fit_clear(&t);
    }
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_costs_that_make_no_sense_are_refused)
{
    mlci_boost_params params = {0};
    char negative[] = "age:-1", infinite[] = "inf";
    mlc_error err = {0};
    params.cegb_penalty_feature_lazy = negative;
    ck_assert_int_eq(mlci_feature_costs_check(&params, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message,
                     "cegb_penalty_feature_lazy: 'age:-1' must be a number of at least "
                     "0, or a feature with one, such as [age:0.5, income:2]");
    params.cegb_penalty_feature_lazy = NULL;
    params.cegb_penalty_feature_coupled = infinite;
    ck_assert_int_eq(mlci_feature_costs_check(&params, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "cegb_penalty_feature_coupled");
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(50, 2, 0);
    test_fit t;
    test_fit_run(&t, ctx, &p, "cegb_penalty_feature_coupled=[1,2,3]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

static const char *const paid[] = {
    "n_estimators=2 min_samples_leaf=5 cegb_penalty_feature_coupled=[1,1,1] "
    "cegb_penalty_feature_lazy=[x0:0.01]",
    "n_estimators=3 min_samples_leaf=5 cegb_penalty_feature_coupled=[1,1,1] "
    "cegb_penalty_feature_lazy=[x0:0.01]"};

MLCI_TORTURE_TEST(test_costs_when_memory_fails_then_status_and_nothing_left, fit_and_update,
                  (void *)(uintptr_t)paid)

MLCI_CHECK_SUITE("feature_cost", test_costs_are_taken_off_the_gain_of_a_split,
                 test_costs_of_a_level_are_those_of_its_leaves, test_costs_are_paid_once,
                 test_models_with_costs_in_any_parts_have_the_same_bytes,
                 test_a_model_with_costs_that_goes_on_is_that_of_all_rounds,
                 test_a_model_buys_one_of_two_equal_features,
                 test_costs_that_make_no_sense_are_refused,
                 test_costs_when_memory_fails_then_status_and_nothing_left)
