/* Trees that begin with given splits. */
#include <stdio.h>

#include "boosting.h"

#define FORCED                                                                                     \
    "forced_splits='{\"feature\": 3, \"threshold\": 0.25, \"left\": {\"feature\": \"x1\", "        \
    "\"threshold\": -2}, \"right\": {\"feature\": 2, \"threshold\": 1e9, "                         \
    "\"left\": {\"feature\": 0, \"threshold\": 0}}}'"

static uint32_t feature_of(const mlci_tree_node *node)
{
    ck_assert_int_ne(node->left, 0);
    return node->split & MLCI_NODE_FEATURE;
}

START_TEST(test_trees_begin_with_the_splits_that_are_forced)
{
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(900, 4, 0);
    for (int64_t i = 0; i < 900; i++)
        p.y[i] += 0.2 * p.x[4 * i + 3];
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=6 max_leaf_nodes=8 min_samples_leaf=5 " FORCED);
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    for (int64_t k = 0; k < 6; k++) {
        const mlci_tree_node *const nodes = t.state->nodes + t.state->first_node[k];
        ck_assert_int_eq(feature_of(&nodes[0]), 3);
        /* The cut between bins next above. */
        ck_assert_double_ge(nodes[0].value, 0.25);
        ck_assert_double_lt(nodes[0].value, 0.28);
        ck_assert_int_eq(feature_of(&nodes[nodes[0].left]), 1);
        ck_assert_double_ge(nodes[nodes[0].left].value, -2);
        ck_assert_double_lt(nodes[nodes[0].left].value, -1);
        ck_assert_int_eq(t.state->first_node[k + 1] - t.state->first_node[k], 15);
    }
    for (int64_t i = 0; i < t.state->first_node[6]; i++)
        ck_assert_double_ge(t.state->gain[i], 0);
    ck_assert_double_lt(t.state->train_loss[5], t.state->train_loss[0]);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_forced_splits_that_cannot_be_are_left_out)
{
    static const char *const idle[] = {
        /* Nothing above; nothing below; too few rows. */
        "forced_splits='{\"feature\": 0, \"threshold\": 99}'",
        "forced_splits='{\"feature\": 0, \"threshold\": -1.999999}' min_samples_leaf=20",
        "forced_splits='{\"feature\": 0, \"threshold\": 99, \"left\": {\"feature\": 1, "
        "\"threshold\": 0}}'"};
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(400, 2, 2);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=4");
    for (int i = 0; i < 3; i++) {
        char text[300];
        snprintf(text, sizeof text, "n_estimators=4 %s", idle[i]);
        test_fit_run(&b, ctx, &p, text);
        ck_assert_msg(b.status == MLC_OK, "%s", b.error.message);
        test_assert_same_state(&a, &b);
        test_fit_clear(&b);
    }
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* Forcing the split that is taken anyway changes nothing. */
START_TEST(test_forced_split_that_is_the_best_one_changes_nothing)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(400, 3, 0);
    test_fit a, b;
    char text[300];
    test_fit_run(&a, ctx, &p, "n_estimators=1");
    const mlci_tree_node *const root = &a.state->nodes[0];
    snprintf(text, sizeof text,
             "n_estimators=1 forced_splits='{\"feature\": %d, \"threshold\": %.17g}'",
             (int)feature_of(root), root->value);
    test_fit_run(&b, ctx, &p, text);
    test_assert_same_state(&a, &b);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_forced_splits_in_any_parts_have_the_same_bytes)
{
    test_problem p = test_problem_make(600, 4, 3);
    test_same_in_any_parts(&p, "n_estimators=4 min_samples_leaf=3 " FORCED);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("grow_forced", test_trees_begin_with_the_splits_that_are_forced,
                 test_forced_splits_that_cannot_be_are_left_out,
                 test_forced_split_that_is_the_best_one_changes_nothing,
                 test_forced_splits_in_any_parts_have_the_same_bytes)
