/* Values of leaves by other rows. Expected values are Newton steps and quantiles written out. */
#include <stdio.h>

#include "updating.h"

#define ROUNDING 1e-9 /* of a mean over the rows, relative */

typedef struct variant {
    int32_t n_classes;
    const char *settings;
} variant;

START_TEST(test_refit_without_decay_on_its_own_rows_changes_nothing)
{
    static const variant variants[] = {
        {0, ""},
        {2, ""},
        {4, "learning_rate=0.4"},
        {0, "linear_tree=true linear_lambda=0.1 learning_rate=0.4"},
        {3, "linear_tree=true"},
        {0, "loss=quantile quantile=0.2,0.8 min_samples_leaf=3"},
        {0, "loss=absolute_error max_delta_step=0.5"},
        {0, "loss=huber l1_regularization=0.3 l2_regularization=2 max_leaf_nodes=300 "
            "min_samples_leaf=1"},
    };
    const double none = 0;
    mlc_context *const one = test_root(1, NULL), *const other = test_root(3, "reference");
    for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
        char text[300];
        test_fit a, b;
        test_problem p = test_problem_make(700, 5, variants[v].n_classes);
        p.weight = calloc(700, sizeof *p.weight);
        for (int64_t i = 0; i < 700; i++)
            p.weight[i] = 1 + (double)(i % 3);
        snprintf(text, sizeof text, "n_estimators=8 %s", variants[v].settings);
        test_fit_run(&a, one, &p, text);
        ck_assert_int_eq(a.status, MLC_OK);
        p.start = a.state;
        p.decay_rate = &none;
        test_fit_run(&b, other, &p, text);
        ck_assert_msg(b.status == MLC_OK, "%s", b.error.message);
        test_assert_same_state(&a, &b);
        test_fit_clear(&b);
        test_fit_clear(&a);
        test_problem_clear(&p);
    }
    mlc_context_close(one);
    mlc_context_close(other);
}
END_TEST

START_TEST(test_refit_leaves_metrics_of_other_values_away)
{
    const double none = 0;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(300, 3, 0);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=4 validation_fraction=0.3 early_stopping_metric=mae");
    ck_assert_int_eq(a.state->valid_width, 2);
    p.start = a.state;
    p.decay_rate = &none;
    test_fit_run(&b, ctx, &p, "n_estimators=4 validation_fraction=0.3 early_stopping_metric=mae");
    ck_assert_msg(b.status == MLC_OK, "%s", b.error.message);
    ck_assert_int_eq(b.state->valid_width, 1);
    ck_assert_ptr_null(b.state->metrics);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_refit_with_full_decay_keeps_every_value)
{
    const double all = 1;
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(500, 4, 3), q = test_problem_make(300, 4, 3);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=6");
    for (int64_t i = 0; i < 300; i++)
        q.y[i] = (double)(i % 3);
    q.start = a.state;
    q.decay_rate = &all;
    test_fit_run(&b, ctx, &q, "n_estimators=6");
    ck_assert_int_eq(b.status, MLC_OK);
    const size_t n = (size_t)a.state->first_node[a.state->n_trees];
    ck_assert_mem_eq(a.state->nodes, b.state->nodes, n * sizeof *a.state->nodes);
    ck_assert_mem_eq(a.state->cover, b.state->cover, n * sizeof(double));
    ck_assert_mem_eq(a.state->start, b.state->start, 3 * sizeof(double));
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

/* Scores by hand: squared error, one output. Leaves of the old model say who is with whom. */
static void expect_squared(const test_fit *a, const test_problem *q, double decay, double rate,
                           double *raw)
{
    const mlci_ensemble *const e = a->state;
    double mean = 0;
    for (int64_t i = 0; i < q->n_rows; i++)
        mean += q->y[i] / (double)q->n_rows;
    for (int64_t i = 0; i < q->n_rows; i++)
        raw[i] = decay * e->start[0] + (1 - decay) * mean;
    double *const leaf = test_predict(a, q->x, q->n_rows, MLCI_OUTPUT_LEAF);
    for (int64_t t = 0; t < e->n_trees; t++) {
        double sum[256] = {0}, n[256] = {0};
        for (int64_t i = 0; i < q->n_rows; i++) {
            const int at = (int)leaf[i * e->n_trees + t];
            sum[at] += q->y[i] - raw[i];
            n[at]++;
        }
        for (int64_t i = 0; i < q->n_rows; i++) {
            const int at = (int)leaf[i * e->n_trees + t];
            raw[i] += decay * e->nodes[e->first_node[t] + at].value +
                      (1 - decay) * rate * sum[at] / n[at];
        }
    }
    free(leaf);
}

START_TEST(test_refit_mixes_old_values_with_newton_steps_of_the_new_rows)
{
    const double tolerance = 1e-6; /* gradients are integers of 30 bits */
    const double decay = 0.7;
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(900, 4, 0), q = test_problem_make(400, 4, 0);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=7 learning_rate=0.2");
    for (int64_t i = 0; i < 400; i++)
        q.y[i] = 3 * q.y[i] + 5;
    q.start = a.state;
    q.decay_rate = &decay;
    test_fit_run(&b, ctx, &q, "n_estimators=7 learning_rate=0.2");
    ck_assert_int_eq(b.status, MLC_OK);
    double *const raw = test_predict(&b, q.x, 400, MLCI_OUTPUT_RAW);
    double *const want = calloc(400, sizeof *want);
    expect_squared(&a, &q, decay, 0.2, want);
    double loss = 0;
    for (int64_t i = 0; i < 400; i++) {
        ck_assert_double_eq_tol(raw[i], want[i], tolerance);
        loss += (q.y[i] - raw[i]) * (q.y[i] - raw[i]) / 400;
    }
    ck_assert_double_eq_tol(b.state->train_loss[6], loss, ROUNDING * loss);
    free(raw);
    free(want);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_refit_keeps_leaves_that_no_row_reaches_and_the_sign_of_constraints)
{
    const double none = 0;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(900, 3, 0), q = test_problem_make(60, 3, 0);
    for (int64_t i = 0; i < 900; i++)
        p.y[i] = 2 * p.x[3 * i] + test_unit(700, i);
    for (int64_t i = 0; i < 60; i++)
        q.y[i] = -5 * q.x[3 * i]; /* against the constraint */
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=15 monotonic_cst='x0: 1'");
    q.start = a.state;
    q.decay_rate = &none;
    test_fit_run(&b, ctx, &q, "n_estimators=15 monotonic_cst='x0: 1'");
    ck_assert_msg(b.status == MLC_OK, "%s", b.error.message);
    double row[2 * 3] = {0, 1, 0.5, 0, 1, 0.5};
    for (int step = 0; step < 200; step++) {
        row[0] = -2 + 0.02 * step;
        row[3] = row[0] + 0.02;
        double *const y = test_predict(&b, row, 2, MLCI_OUTPUT_RAW);
        ck_assert_double_le(y[0], y[1]);
        free(y);
    }
    test_fit_clear(&b);
    test_fit_clear(&a);
    /* One row only: the leaves it does not reach stay. */
    test_fit_run(&a, ctx, &p, "n_estimators=1");
    test_problem one = {.n_rows = 1, .n_features = 3, .x = p.x, .y = q.y, .start = a.state};
    one.decay_rate = &none;
    test_fit_run(&b, ctx, &one, "n_estimators=1");
    ck_assert_int_eq(b.status, MLC_OK);
    int64_t n_kept = 0, n_leaves = 0;
    for (int64_t i = 0; i < a.state->first_node[1]; i++) {
        if (a.state->nodes[i].left != 0) continue;
        n_leaves++;
        n_kept += a.state->nodes[i].value == b.state->nodes[i].value;
    }
    ck_assert_int_eq(n_kept, n_leaves - 1);
    ck_assert_double_eq(b.state->cover[0], 1);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_refit_is_the_same_in_any_parts)
{
    const double some = 0.4;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(600, 4, 3), q = test_problem_make(900, 4, 3);
    test_fit a;
    test_fit_run(&a, ctx, &p, "n_estimators=4");
    q.start = a.state;
    q.decay_rate = &some;
    test_same_in_any_parts(&q, "n_estimators=4");
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

static const char *const refitted[] = {"n_estimators=2", "n_estimators=4"};

MLCI_TORTURE_TEST(test_refit_when_memory_fails_then_status_and_nothing_left, fit_and_update,
                  (void *)(uintptr_t)refitted)

MLCI_CHECK_SUITE("boost_refit", test_refit_without_decay_on_its_own_rows_changes_nothing,
                 test_refit_leaves_metrics_of_other_values_away,
                 test_refit_with_full_decay_keeps_every_value,
                 test_refit_mixes_old_values_with_newton_steps_of_the_new_rows,
                 test_refit_keeps_leaves_that_no_row_reaches_and_the_sign_of_constraints,
                 test_refit_is_the_same_in_any_parts,
                 test_refit_when_memory_fails_then_status_and_nothing_left)
