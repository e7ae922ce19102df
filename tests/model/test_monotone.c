/* Models are probed over grids: of rows that differ in one constrained feature alone, the
 * predictions must be in order, exactly. */
#include "tree/boost.h"

#include <stdio.h>

#include "boosting.h"

#define ROUNDING 1e-15 /* of a mean of squares that are 0 but for it */

enum { N = 2000, F = 5, PROBES = 200, GRID = 41 };

/* Rows whose target breaks every constraint now and then. */
static test_problem bumpy(int32_t n_classes)
{
    test_problem p = test_problem_make(N, F, n_classes);
    for (int64_t i = 0; i < N; i++) {
        const double *const x = p.x + i * F;
        const double s = x[0] + sin(5 * x[0]) - 0.3 * x[1] + cos(3 * x[1]) +
                         (isnan(x[2]) ? 1 : x[2] * x[0]) + x[3] * x[4] + test_unit(300, i);
        p.y[i] = n_classes == 0 ? s : (s > 1);
    }
    return p;
}

/* The largest step in the wrong direction along feature j, over rows of the problem. */
static double worst_step(const test_fit *t, const test_problem *p, int32_t j, int32_t sign)
{
    double worst = 0;
    double *const x = calloc(GRID * F, sizeof *x);
    for (int64_t i = 0; i < PROBES; i++) {
        for (int64_t k = 0; k < GRID; k++) {
            memcpy(x + k * F, p->x + (i * 7 % N) * F, F * sizeof *x);
            x[k * F + j] = j % 3 == 1 ? (double)(k - 20) : -2.2 + 0.11 * (double)k;
        }
        double *const out = test_predict(t, x, GRID, MLCI_OUTPUT_RAW);
        for (int64_t k = 1; k < GRID; k++)
            worst = fmin(worst, sign * (out[k] - out[k - 1]));
        free(out);
    }
    free(x);
    return worst;
}

static test_fit fit(mlc_context *ctx, const test_problem *p, const char *settings)
{
    test_fit t;
    test_fit_run(&t, ctx, p, settings);
    ck_assert_msg(t.status == MLC_OK, "%s: %s", settings, t.error.message);
    return t;
}

static void check_orders(const test_problem *p, const char *settings)
{
    char text[300];
    mlc_context *const ctx = test_root(1, NULL);
    snprintf(text, sizeof text, "n_estimators=25 monotonic_cst=[x0:1,x1:-1,x2:1] %s", settings);
    test_fit free_fit = fit(
        ctx, p, strstr(settings, "loss=") == NULL ? "n_estimators=25" : strstr(settings, "loss="));
    test_fit t = fit(ctx, p, text);
    /* Without constraints the grids do fall, so the probe can fail. */
    ck_assert_double_lt(worst_step(&free_fit, p, 0, 1), -0.01);
    ck_assert_double_lt(worst_step(&free_fit, p, 1, -1), -0.01);
    ck_assert_msg(worst_step(&t, p, 0, 1) == 0, "%s: x0 falls", text);
    ck_assert_msg(worst_step(&t, p, 1, -1) == 0, "%s: x1 rises", text);
    ck_assert_msg(worst_step(&t, p, 2, 1) == 0, "%s: x2 falls", text);
    /* It has learned something with them. */
    ck_assert_double_lt(worst_step(&t, p, 0, -1), -0.01);
    test_fit_clear(&t);
    test_fit_clear(&free_fit);
    mlc_context_close(ctx);
}

START_TEST(test_numbers_are_in_order_along_each_constrained_feature)
{
    test_problem p = bumpy(0);
    check_orders(&p, "");
    check_orders(&p, "max_leaf_nodes=200 min_samples_leaf=1 learning_rate=0.5");
    check_orders(&p, "monotone_constraints_method=intermediate");
    check_orders(&p, "monotone_constraints_method=intermediate max_leaf_nodes=200 "
                     "min_samples_leaf=1 learning_rate=0.5");
    check_orders(&p, "grow_policy=depth_wise max_depth=5 subsample=0.7 max_features=0.7");
    check_orders(&p, "monotone_constraints_method=intermediate grow_policy=depth_wise");
    check_orders(&p, "l1_regularization=2 l2_regularization=3 max_delta_step=0.4");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_oblivious_trees_are_in_order)
{
    test_problem p = bumpy(0);
    check_orders(&p, "grow_policy=oblivious max_depth=5");
    check_orders(&p, "grow_policy=oblivious max_depth=6 min_samples_leaf=1 max_leaf_nodes=64");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_leaves_that_are_quantiles_are_in_order)
{
    test_problem p = bumpy(0);
    check_orders(&p, "loss=absolute_error");
    check_orders(&p, "min_samples_leaf=1 max_leaf_nodes=100 loss=quantile quantile=0.8");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_scores_of_two_classes_are_in_order)
{
    test_problem p = bumpy(2);
    check_orders(&p, "");
    check_orders(&p, "monotone_constraints_method=intermediate");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_weighted_rows_are_in_order)
{
    test_problem p = bumpy(0);
    p.weight = calloc(N, sizeof *p.weight);
    for (int64_t i = 0; i < N; i++)
        p.weight[i] = 0.01 + 3 * test_unit(400, i) * test_unit(401, i);
    check_orders(&p, "min_samples_leaf=30");
    check_orders(&p, "monotone_constraints_method=intermediate min_samples_leaf=30");
    test_problem_clear(&p);
}
END_TEST

/* The looser bounds of `intermediate` fit the training rows better. */
START_TEST(test_intermediate_bounds_cost_less_than_basic_ones)
{
    test_problem p = bumpy(0);
    mlc_context *const ctx = test_root(1, NULL);
    const char *const constraints = "n_estimators=25 monotonic_cst=[1,-1,0,0,0]";
    char text[200];
    for (int64_t i = 0; i < N; i++) /* without products, which greedy growth is luck with */
        p.y[i] -= p.x[i * F + 3] * p.x[i * F + 4];
    snprintf(text, sizeof text, "%s monotone_constraints_method=intermediate", constraints);
    test_fit free_fit = fit(ctx, &p, "n_estimators=25"), basic = fit(ctx, &p, constraints);
    test_fit between = fit(ctx, &p, text);
    ck_assert_double_lt(between.state->train_loss[24], basic.state->train_loss[24]);
    ck_assert_double_lt(free_fit.state->train_loss[24], between.state->train_loss[24]);
    test_fit_clear(&free_fit);
    test_fit_clear(&basic);
    test_fit_clear(&between);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* A falling target needs no constraint, so one changes nothing. */
START_TEST(test_a_constraint_that_holds_anyway_leaves_the_loss_as_it_is)
{
    test_problem p = bumpy(0);
    mlc_context *const ctx = test_root(1, NULL);
    for (int64_t i = 0; i < N; i++)
        p.y[i] = -p.x[i * F + 1]; /* few values: a bin each */
    const char *const text = "n_estimators=1 learning_rate=1 min_samples_leaf=1";
    char with[200];
    snprintf(with, sizeof with, "%s monotonic_cst=[0,-1,0,0,0]", text);
    test_fit a = fit(ctx, &p, text), b = fit(ctx, &p, with);
    ck_assert_double_eq_tol(a.state->train_loss[0], 0, ROUNDING);
    ck_assert_double_eq_tol(b.state->train_loss[0], 0, ROUNDING);
    test_fit_clear(&a);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("monotone", test_numbers_are_in_order_along_each_constrained_feature,
                 test_oblivious_trees_are_in_order, test_leaves_that_are_quantiles_are_in_order,
                 test_scores_of_two_classes_are_in_order, test_weighted_rows_are_in_order,
                 test_intermediate_bounds_cost_less_than_basic_ones,
                 test_a_constraint_that_holds_anyway_leaves_the_loss_as_it_is)
