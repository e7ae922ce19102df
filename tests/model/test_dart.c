/* DART: weights of rounds by the closed forms of the paper, LightGBM and XGBoost. */
#include <stdio.h>

#include "boosting.h"

/* Two steps, the same in every round: no rounding of gradients moves the split. */
static test_problem steps(void)
{
    test_problem p = test_problem_make(400, 1, 0);
    for (int64_t i = 0; i < 400; i++)
        p.y[i] = p.x[i] > 0.5 ? 3 : -1;
    return p;
}

static double leaf_value(const mlci_ensemble *e, int64_t t)
{
    ck_assert_int_eq(e->first_node[t + 1] - e->first_node[t], 3);
    return e->nodes[e->first_node[t] + 2].value;
}

START_TEST(test_dart_that_drops_nothing_is_gbdt)
{
    static const char *const same[] = {"drop_rate=0", "skip_drop=1",
                                       "skip_drop=1 xgboost_dart_mode=true uniform_drop=true"};
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(500, 4, 3);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=8 boosting=gbdt");
    for (int i = 0; i < 3; i++) {
        char text[200];
        snprintf(text, sizeof text, "n_estimators=8 boosting=dart %s", same[i]);
        test_fit_run(&b, ctx, &p, text);
        test_assert_same_state(&a, &b);
        test_fit_clear(&b);
    }
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

/* Every round drops all: each tree is the first one, and all weigh the same in the end. */
START_TEST(test_dart_that_drops_all_averages_its_trees)
{
    const double tolerance = 1e-12;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = steps();
    test_fit one, all;
    test_fit_run(&one, ctx, &p, "n_estimators=1 max_leaf_nodes=2 learning_rate=0.4");
    test_fit_run(&all, ctx, &p,
                 "n_estimators=6 max_leaf_nodes=2 learning_rate=0.4 boosting=dart drop_rate=1 "
                 "skip_drop=0 max_drop=0 uniform_drop=true");
    const double value = leaf_value(one.state, 0);
    for (int t = 0; t < 6; t++)
        ck_assert_double_eq_tol(leaf_value(all.state, t), value / 6, tolerance);
    test_fit_clear(&all);
    /* lr / (lr + 1) for both rounds. */
    test_fit_run(&all, ctx, &p,
                 "n_estimators=2 max_leaf_nodes=2 learning_rate=0.4 booster=dart rate_drop=1 "
                 "skip_drop=0 xgboost_dart_mode=true");
    for (int t = 0; t < 2; t++)
        ck_assert_double_eq_tol(leaf_value(all.state, t), value / 1.4, tolerance);
    test_fit_clear(&all);
    /* One of the earlier rounds at most: 1/2 of what it was. */
    test_fit_run(&all, ctx, &p,
                 "n_estimators=2 max_leaf_nodes=2 learning_rate=0.4 boosting=dart drop_rate=1 "
                 "skip_drop=0 max_drop=1 uniform_drop=true");
    ck_assert_double_eq_tol(leaf_value(all.state, 0), value / 2, tolerance);
    test_fit_clear(&all);
    test_fit_clear(&one);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_dart_history_is_that_of_the_model_that_is_left)
{
    const double tolerance = 1e-9; /* scores that go down and up again */
    static const char *const settings[] = {
        "n_estimators=40 boosting=dart skip_drop=0.2 drop_rate=0.3",
        "n_estimators=40 boosting=dart skip_drop=0 uniform_drop=true max_drop=3 subsample=0.6",
        "n_estimators=40 boosting=dart skip_drop=0.2 drop_rate=0.3 max_leaf_nodes=5 "
        "linear_tree=true linear_lambda=0.1"};
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(600, 4, 0), valid = test_problem_make(300, 4, 0);
    p.valid = &valid;
    for (int v = 0; v < 3; v++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[v]);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_eq(t.state->n_trees, 40); /* validation rows stop nothing */
        double *const y = test_predict(&t, valid.x, 300, MLCI_OUTPUT_PREDICTION);
        double loss = 0;
        for (int64_t i = 0; i < 300; i++)
            loss += (y[i] - valid.y[i]) * (y[i] - valid.y[i]) / 300;
        ck_assert_double_eq_tol(test_valid(t.state, 39, 0) / loss, 1, tolerance);
        ck_assert_double_lt(loss, test_valid(t.state, 0, 0));
        free(y);
        test_fit_clear(&t);
    }
    test_problem_clear(&p);
    test_problem_clear(&valid);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_dart_that_goes_on_leaves_the_rounds_there_are)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(500, 4, 2);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=5");
    p.start = a.state;
    test_fit_run(&b, ctx, &p, "n_estimators=20 boosting=dart skip_drop=0 drop_rate=0.5");
    ck_assert_int_eq(b.status, MLC_OK);
    ck_assert_int_eq(b.state->n_trees, 20);
    ck_assert_mem_eq(a.state->nodes, b.state->nodes,
                     (size_t)a.state->first_node[5] * sizeof *a.state->nodes);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_dart_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(600, 4, 3), q = test_ranking_make(500, 3, 30);
    test_same_in_any_parts(&p, "n_estimators=8 boosting=dart skip_drop=0.1 drop_rate=0.4");
    test_same_in_any_parts(&q, "n_estimators=5 boosting=dart skip_drop=0 uniform_drop=true");
    test_same_in_any_parts(&p, "n_estimators=5 boosting=dart skip_drop=0 linear_tree=true");
    test_problem_clear(&p);
    test_problem_clear(&q);
}
END_TEST

START_TEST(test_dart_does_not_stop_early)
{
    static const char *const wrong[][2] = {
        {"boosting=dart early_stopping=true", "early_stopping"},
        {"boosting=dart early_stopping_metric=mae", "early_stopping_metric"},
        {"boosting=dart validation_fraction=0.2", "validation_fraction"},
        {"boosting=dart drop_rate=1.5", "drop_rate"},
        {"boosting=dart max_drop=-1", "max_drop"},
        {"boosting=dirt", "boosting"}};
    for (int i = 0; i < 6; i++) {
        mlci_boost_params params = {0};
        mlc_error err = {0};
        const mlci_model_descriptor *const m = &mlci_model_gradient_boosting_regressor;
        ck_assert_int_eq(mlci_params_from_text(NULL, "m", m->base.params, m->base.check,
                                               wrong[i][0], &params, &err),
                         MLC_ERROR_SETTING);
        ck_assert_str_eq(err.name, wrong[i][1]);
    }
}
END_TEST

MLCI_CHECK_SUITE("dart", test_dart_that_drops_nothing_is_gbdt,
                 test_dart_that_drops_all_averages_its_trees,
                 test_dart_history_is_that_of_the_model_that_is_left,
                 test_dart_that_goes_on_leaves_the_rounds_there_are,
                 test_dart_in_any_parts_has_the_same_bytes, test_dart_does_not_stop_early)
