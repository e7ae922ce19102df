/* Making a scorer: what it takes, and what becomes of failures. */
#include "random_trees.h"
#include "torture.h"

static const random_trees shape = {.n_features = 5,
                                   .n_categories = 2,
                                   .n_outputs = 3,
                                   .n_trees = 30,
                                   .n_leaves = 31,
                                   .n_thresholds = 300};

static mlc_status make_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_scorer *scorer = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = mlci_scorer_create(call, arg, &scorer, err);
    if (status == MLC_OK) mlci_torture_answer(&scorer->n_tests, sizeof scorer->n_tests);
    mlci_scorer_free(scorer);
    mlci_call_end(call);
    return status;
}

START_TEST(test_scorer_when_memory_fails_then_nothing_is_left)
{
    mlci_ensemble *const e = random_ensemble(&shape);
    mlci_torture(make_and_free, e);
    mlci_ensemble_free(e);
}
END_TEST

START_TEST(test_scorer_when_cancelled_at_any_check_then_nothing_is_left)
{
    mlci_ensemble *const e = random_ensemble(&shape);
    int64_t n = 1;
    for (;; n++) {
        mlc_context *const ctx = test_root(1, NULL);
        mlci_root_set_cancel_after(mlci_context_root(ctx), n);
        const mlc_status status = make_and_free(ctx, e, NULL);
        mlc_context_close(ctx);
        if (status == MLC_OK) break;
        ck_assert_int_eq(status, MLC_ERROR_CANCELLED);
    }
    /* At least one check for each tree, twice. */
    ck_assert_int_gt(n, 2 * shape.n_trees);
    mlci_ensemble_free(e);
}
END_TEST

START_TEST(test_tests_ask_for_what_splits_need_and_no_more)
{
    /* x0 <= 0 three times, missing values to the right: one threshold, one test of low ranks. */
    const random_trees r = {.n_features = 1, .n_outputs = 1};
    mlci_ensemble *const e = random_ensemble(&r);
    mlci_tree *tree = NULL;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_tree_create(NULL, 3, &tree, NULL), MLC_OK);
    for (int t = 0; t < 3; t++) {
        mlci_tree_reset(tree);
        ck_assert_int_eq(mlci_tree_add_children(tree, &tree->nodes[0].left, NULL), MLC_OK);
        tree->nodes[1].value = 1;
        tree->nodes[2].value = 2;
        ck_assert_int_eq(mlci_ensemble_add_tree(e, tree, NULL), MLC_OK);
    }
    mlci_tree_free(tree);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ensemble_finish(call, e, NULL), MLC_OK);
    mlci_call_end(call);
    const mlci_scorer *const s = e->scorer;
    ck_assert_int_eq(s->codes->n_columns, 1);
    ck_assert_int_eq(s->n_tests, 3); /* always, never, code % 16 >= 2 */
    ck_assert_int_eq(s->tests[2].mask, 15);
    ck_assert_int_eq(s->tests[2].least, 2);
    mlci_ensemble_free(e);
}
END_TEST

START_TEST(test_scratch_of_a_row_is_its_codes)
{
    mlci_ensemble *const e = random_finished(&shape);
    const mlci_tree_codes *const c = e->scorer->codes;
    ck_assert_int_eq(mlci_scorer_scratch_size(e->scorer, 1),
                     (c->n_columns + c->n_sets + MLCI_ROW_LANES + 7) / 8);
    ck_assert_int_gt(mlci_scorer_scratch_size(e->scorer, 256),
                     mlci_scorer_scratch_size(e->scorer, 1));
    mlci_ensemble_free(e);
}
END_TEST

MLCI_CHECK_SUITE("scorer_create", test_scorer_when_memory_fails_then_nothing_is_left,
                 test_scorer_when_cancelled_at_any_check_then_nothing_is_left,
                 test_tests_ask_for_what_splits_need_and_no_more,
                 test_scratch_of_a_row_is_its_codes)
