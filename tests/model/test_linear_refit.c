/* What refitted lines are is in tests/python/test_linear_tree.py, against NumPy. */
#include "tree/linear_refit.h"

#include "boosting.h"

#define LINEAR "n_estimators=5 linear_tree=true linear_lambda=0.3 max_leaf_nodes=8"

static double mean_squared_error(const test_fit *t, const test_problem *p)
{
    double *const y = test_predict(t, p->x, p->n_rows, MLCI_OUTPUT_PREDICTION), sum = 0;
    for (int64_t i = 0; i < p->n_rows; i++)
        sum += (y[i] - p->y[i]) * (y[i] - p->y[i]) / (double)p->n_rows;
    free(y);
    return sum;
}

START_TEST(test_lines_move_from_old_to_new_ones_as_decay_says)
{
    const double decays[] = {1, 0.5, 0}, rounding = 1e-12;
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(500, 4, 0), q = test_problem_make(900, 4, 0);
    test_fit start, t;
    double before = INFINITY;
    test_fit_run(&start, ctx, &p, LINEAR);
    for (int64_t i = 0; i < q.n_rows; i++)
        q.y[i] = 3 * q.x[4 * i] - q.y[i];
    q.start = start.state;
    for (int v = 0; v < 3; v++) {
        q.decay_rate = &decays[v];
        test_fit_run(&t, ctx, &q, LINEAR);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        const mlci_leaf_terms *const a = start.state->terms, *const b = t.state->terms;
        ck_assert_int_eq(a->n_terms, b->n_terms);
        ck_assert_mem_eq(a->feature, b->feature, (size_t)a->n_terms * sizeof *a->feature);
        ck_assert_mem_eq(a->first, b->first, (size_t)(a->n_nodes + 1) * sizeof *a->first);
        if (v == 0) {
            ck_assert_mem_eq(a->factor, b->factor, (size_t)a->n_terms * sizeof *a->factor);
            ck_assert_mem_eq(a->intercept, b->intercept, (size_t)a->n_nodes * sizeof *a->intercept);
        }
        const double error = mean_squared_error(&t, &q);
        ck_assert_double_lt(error, before);
        ck_assert_double_eq_tol(t.state->train_loss[4] / error, 1, rounding);
        before = error;
        test_fit_clear(&t);
    }
    test_fit_clear(&start);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

/* One row is too few for any line. */
START_TEST(test_leaves_whose_rows_have_no_line_keep_theirs)
{
    const double none = 0;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(500, 4, 0);
    test_fit start, t;
    test_fit_run(&start, ctx, &p, LINEAR);
    test_problem few = {.n_rows = 1,
                        .n_features = 4,
                        .x = p.x,
                        .y = p.y,
                        .start = start.state,
                        .decay_rate = &none};
    test_fit_run(&t, ctx, &few, LINEAR);
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    const mlci_leaf_terms *const a = start.state->terms, *const b = t.state->terms;
    ck_assert_mem_eq(a->factor, b->factor, (size_t)a->n_terms * sizeof *a->factor);
    ck_assert_mem_eq(a->intercept, b->intercept, (size_t)a->n_nodes * sizeof *a->intercept);
    test_fit_clear(&t);
    test_fit_clear(&start);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_refit_of_lines_is_the_same_in_any_parts)
{
    const double some = 0.4;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(600, 4, 3), q = test_problem_make(900, 4, 3);
    test_fit start;
    test_fit_run(&start, ctx, &p, LINEAR);
    q.start = start.state;
    q.decay_rate = &some;
    test_same_in_any_parts(&q, LINEAR);
    test_fit_clear(&start);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("linear_refit", test_lines_move_from_old_to_new_ones_as_decay_says,
                 test_leaves_whose_rows_have_no_line_keep_theirs,
                 test_refit_of_lines_is_the_same_in_any_parts)
