#include "tree/linear_tree.h"

#include <stdio.h>

#include "updating.h"

/* Lines with a bend at 0, and a little noise. */
static test_problem lines(int64_t n_rows)
{
    test_problem p = test_problem_make(n_rows, 3, 0);
    for (int64_t i = 0; i < n_rows; i++) {
        double *const x = p.x + 3 * i;
        x[2] = 4 * test_unit(9, i) - 2;
        p.y[i] = fmax(3 * x[0], -x[0]) + x[1] - 0.5 * x[2] + 0.1 * test_unit(8, i);
    }
    return p;
}

static double squared_error(const test_fit *t, const test_problem *p)
{
    double *const y = test_predict(t, p->x, p->n_rows, MLCI_OUTPUT_PREDICTION), sum = 0;
    for (int64_t i = 0; i < p->n_rows; i++)
        sum += (y[i] - p->y[i]) * (y[i] - p->y[i]) / (double)p->n_rows;
    free(y);
    return sum;
}

START_TEST(test_terms_are_of_the_numbers_that_lead_to_a_leaf_from_the_second_round_on)
{
    test_problem p = test_problem_make(900, 6, 3);
    mlc_context *const ctx = test_root(2, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=4 linear_tree=true max_leaf_nodes=9");
    const mlci_ensemble *const e = t.state;
    ck_assert_int_eq(e->terms->n_nodes, e->first_node[e->n_trees]);
    ck_assert_int_eq(e->terms->first[e->first_node[3]], 0); /* three trees a round */
    for (int64_t tree = 3; tree < e->n_trees; tree++) {
        const int64_t first = e->first_node[tree], n = e->first_node[tree + 1] - first;
        uint32_t on_path[40] = {0};
        ck_assert_int_gt(e->terms->first[first + n], e->terms->first[first]);
        for (int64_t i = 0; i < n; i++) {
            const mlci_tree_node *const node = &e->nodes[first + i];
            if (node->left != 0)
                on_path[node->left] = on_path[node->left + 1] =
                    on_path[i] | 1u << (node->split & MLCI_NODE_FEATURE);
            for (int64_t k = e->terms->first[first + i]; k < e->terms->first[first + i + 1]; k++) {
                ck_assert_int_eq(node->left, 0);
                ck_assert(on_path[i] >> e->terms->feature[k] & 1);
            }
        }
    }
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_lines_are_learned_better_than_by_constants)
{
    test_problem p = lines(4000), other = lines(6000);
    mlc_context *const ctx = test_root(1, NULL);
    const test_problem rest = {
        .n_rows = 2000, .n_features = 3, .x = other.x + 12000, .y = other.y + 4000};
    test_fit linear, constant;
    test_fit_run(&linear, ctx, &p, "n_estimators=40 linear_tree=true linear_lambda=0.01");
    test_fit_run(&constant, ctx, &p, "n_estimators=40");
    ck_assert_double_lt(squared_error(&linear, &rest), 0.5 * squared_error(&constant, &rest));
    test_fit_clear(&linear);
    test_fit_clear(&constant);
    test_problem_clear(&p);
    test_problem_clear(&other);
    mlc_context_close(ctx);
}
END_TEST

/* Training and validation rows get what the model predicts, also those that were not drawn. */
START_TEST(test_history_is_that_of_predictions)
{
    static const char *const settings[] = {
        "n_estimators=9 linear_tree=true max_leaf_nodes=6",
        "n_estimators=9 linear_tree=true max_leaf_nodes=6 subsample=0.6 learning_rate=0.3",
        "n_estimators=9 linear_tree=true grow_policy=oblivious sampling=goss"};
    const double rounding = 1e-12;
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(700, 5, 0), valid = test_problem_make(300, 5, 0);
    p.valid = &valid;
    for (int v = 0; v < 3; v++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[v]);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_eq(t.state->n_trees, 9);
        ck_assert_double_eq_tol(t.state->train_loss[8] / squared_error(&t, &p), 1, rounding);
        ck_assert_double_eq_tol(test_valid(t.state, 8, 0) / squared_error(&t, &valid), 1, rounding);
        test_fit_clear(&t);
    }
    test_problem_clear(&p);
    test_problem_clear(&valid);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_rows_that_miss_a_number_get_the_constant)
{
    test_problem p = lines(1000);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=6 linear_tree=true");
    const mlci_ensemble *const e = t.state;
    for (int64_t i = 0; i < 50; i++) {
        double x[3] = {NAN, NAN, NAN}, expected = e->start[0];
        if (i > 0) x[i % 3] = p.x[3 * i];
        double *const leaf = test_predict(&t, x, 1, MLCI_OUTPUT_LEAF);
        double *const y = test_predict(&t, x, 1, MLCI_OUTPUT_PREDICTION);
        for (int64_t tree = 0; tree < e->n_trees; tree++) {
            const int64_t node = e->first_node[tree] + (int64_t)leaf[tree];
            int misses = 0;
            for (int64_t k = e->terms->first[node]; k < e->terms->first[node + 1]; k++)
                misses |= isnan(x[e->terms->feature[k]]);
            expected += misses ? e->nodes[node].value : mlci_ensemble_leaf_value(e, node, x);
        }
        ck_assert_double_eq(*y, expected);
        free(leaf);
        free(y);
    }
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_model_is_the_same_in_any_parts_and_on_any_machine)
{
    test_problem p = test_problem_make(700, 5, 0), q = test_problem_make(600, 4, 3);
    test_problem r = test_ranking_make(500, 3, 30), s = test_survival_make(500, 4);
    p.weight = calloc(700, sizeof *p.weight);
    for (int64_t i = 0; i < 700; i++)
        p.weight[i] = 0.3 + (double)(i % 3);
    test_same_in_any_parts(&p, "n_estimators=6 linear_tree=true subsample=0.7");
    test_same_in_any_parts(&q, "n_estimators=4 linear_tree=true linear_lambda=1");
    test_same_in_any_parts(&q, "n_estimators=4 linear_tree=true multi_strategy=multi_output_tree");
    test_same_in_any_parts(&r, "n_estimators=4 linear_tree=true");
    test_same_in_any_parts(&s, "n_estimators=4 linear_tree=true loss=aft");
    test_problem_clear(&p);
    test_problem_clear(&q);
    test_problem_clear(&r);
    test_problem_clear(&s);
}
END_TEST

START_TEST(test_model_that_goes_on_is_that_of_one_go_and_may_change_its_leaves)
{
    test_problem p = test_problem_make(800, 5, 0);
    mlc_context *const ctx = test_root(2, NULL);
    test_fit all, start, more;
    test_fit_run(&all, ctx, &p, "n_estimators=12 linear_tree=true linear_lambda=0.1");
    test_fit_run(&start, ctx, &p, "n_estimators=5 linear_tree=true linear_lambda=0.1");
    p.start = start.state;
    test_fit_run(&more, ctx, &p, "n_estimators=12 linear_tree=true linear_lambda=0.1");
    test_assert_same_state(&all, &more);
    test_fit_clear(&more);
    /* Rounds with constants after those with lines, dropped or not, and the other way round. */
    const int64_t n_nodes = start.state->first_node[5];
    static const char *const others[] = {"n_estimators=9",
                                         "n_estimators=9 boosting=dart skip_drop=0 drop_rate=0.5"};
    for (int v = 0; v < 2; v++) {
        test_fit_run(&more, ctx, &p, others[v]);
        ck_assert_int_eq(more.state->terms->first[n_nodes], more.state->terms->n_terms);
        ck_assert_double_eq_tol(more.state->train_loss[8] / squared_error(&more, &p), 1, 1e-12);
        test_fit_clear(&more);
    }
    test_fit_clear(&start);
    p.start = NULL;
    test_fit_run(&start, ctx, &p, "n_estimators=5");
    p.start = start.state;
    test_fit_run(&more, ctx, &p, "n_estimators=9 linear_tree=true");
    ck_assert_int_eq(more.state->terms->first[start.state->first_node[5]], 0);
    ck_assert_double_eq_tol(more.state->train_loss[8] / squared_error(&more, &p), 1, 1e-12);
    test_fit_clear(&more);
    test_fit_clear(&start);
    test_fit_clear(&all);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_first_rounds_of_a_model_keep_their_terms)
{
    test_problem p = test_problem_make(500, 4, 0);
    mlc_context local, *call = NULL;
    mlc_context *const ctx = test_root(1, NULL);
    test_fit all, first;
    test_fit_run(&all, ctx, &p, "n_estimators=8 linear_tree=true");
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int n = 1; n <= 8; n += 3) {
        char text[60];
        void *cut = NULL;
        snprintf(text, sizeof text, "n_estimators=%d linear_tree=true", n);
        test_fit_run(&first, ctx, &p, text);
        ck_assert_int_eq(all.model->updater->truncate(call, all.state, n, &cut, NULL), MLC_OK);
        mlci_ensemble *const kept = all.state;
        all.state = cut;
        test_assert_same_state(&all, &first);
        all.model->free_state(cut);
        all.state = kept;
        test_fit_clear(&first);
    }
    mlci_call_end(call);
    test_fit_clear(&all);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* With rounds that are dropped. */
static const char *const updated[] = {
    "n_estimators=3 linear_tree=true min_samples_leaf=5 boosting=dart",
    "n_estimators=4 linear_tree=true min_samples_leaf=5"};

MLCI_TORTURE_TEST(test_lines_when_memory_fails_then_status_and_nothing_left, fit_and_update,
                  (void *)(uintptr_t)updated)

MLCI_CHECK_SUITE("linear_tree",
                 test_terms_are_of_the_numbers_that_lead_to_a_leaf_from_the_second_round_on,
                 test_lines_are_learned_better_than_by_constants,
                 test_history_is_that_of_predictions, test_rows_that_miss_a_number_get_the_constant,
                 test_model_is_the_same_in_any_parts_and_on_any_machine,
                 test_model_that_goes_on_is_that_of_one_go_and_may_change_its_leaves,
                 test_first_rounds_of_a_model_keep_their_terms,
                 test_lines_when_memory_fails_then_status_and_nothing_left)
