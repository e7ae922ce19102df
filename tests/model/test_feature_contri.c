/* Factors on gains: by closed forms on one node, and what they do to whole models. */
#include <stdio.h>

#include "boosting.h"
#include "tree/feature_contri.h"

/* Splits of the model by feature. */
static void count_splits(const mlci_ensemble *e, int64_t *n)
{
    memset(n, 0, (size_t)e->n_features * sizeof *n);
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++)
        if (e->nodes[i].left != 0) n[e->nodes[i].split & MLCI_NODE_FEATURE]++;
}

START_TEST(test_contri_of_one_changes_nothing_and_of_zero_forbids)
{
    static const char *const policies[] = {"leaf_wise", "oblivious"};
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(600, 4, 0);
    for (int i = 0; i < 2; i++) {
        char text[200];
        int64_t n[4];
        test_fit a, b;
        snprintf(text, sizeof text, "n_estimators=10 grow_policy=%s", policies[i]);
        test_fit_run(&a, ctx, &p, text);
        count_splits(a.state, n);
        ck_assert(n[0] > 0 && n[1] > 0);
        snprintf(text, sizeof text, "n_estimators=10 feature_contri=[1,1,1,1] grow_policy=%s",
                 policies[i]);
        test_fit_run(&b, ctx, &p, text);
        test_assert_same_state(&a, &b);
        test_fit_clear(&b);
        test_fit_clear(&a);
        snprintf(text, sizeof text, "n_estimators=10 feature_contri=[x0:0,x2:0.001] grow_policy=%s",
                 policies[i]);
        test_fit_run(&a, ctx, &p, text);
        count_splits(a.state, n);
        ck_assert_int_eq(n[0], 0);
        ck_assert_int_gt(n[1], n[2]);
        test_fit_clear(&a);
        /* All forbidden: no tree has a split. */
        test_fit_run(&a, ctx, &p, "fc=[0,0,0,0]");
        ck_assert_int_eq(a.state->n_trees, 0);
        test_fit_clear(&a);
    }
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_contri_multiplies_the_gain_of_a_split)
{
    const double factor = 0.25, tolerance = 1e-9; /* noise of the least score */
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(300, 1, 0);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=1 max_leaf_nodes=2");
    test_fit_run(&b, ctx, &p, "n_estimators=1 max_leaf_nodes=2 feature_contri=[0.25]");
    ck_assert_double_gt(a.state->gain[0], 1);
    ck_assert_double_eq_tol(b.state->gain[0] / a.state->gain[0], factor, tolerance);
    ck_assert_double_eq(b.state->nodes[0].value, a.state->nodes[0].value);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_contri_that_makes_no_sense_is_refused)
{
    mlc_error err = {0};
    ck_assert_int_eq(mlci_feature_contri_check("age:-1", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "feature_contri: 'age:-1' must be a number of at least 0, or a "
                                  "feature with one, such as [age:0.5, income:2]");
    ck_assert_int_eq(mlci_feature_contri_check("inf", NULL), MLC_ERROR_SETTING);
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(50, 2, 0);
    test_fit t;
    test_fit_run(&t, ctx, &p, "feature_contri=[y:1]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_contri_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(600, 4, 3);
    test_same_in_any_parts(&p, "n_estimators=5 feature_contri=[0.5,2,1,0.1]");
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("feature_contri", test_contri_of_one_changes_nothing_and_of_zero_forbids,
                 test_contri_multiplies_the_gain_of_a_split,
                 test_contri_that_makes_no_sense_is_refused,
                 test_contri_in_any_parts_has_the_same_bytes)
