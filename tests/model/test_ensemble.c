#include "boosting.h"

START_TEST(test_prediction_of_a_row_alone_equals_its_batch)
{
    test_problem p = test_problem_make(700, 5, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=12");
    ck_assert_int_eq(t.status, MLC_OK);
    const int32_t outputs[] = {MLCI_OUTPUT_PREDICTION, MLCI_OUTPUT_PROBABILITY, MLCI_OUTPUT_RAW,
                               MLCI_OUTPUT_LEAF};
    for (int k = 0; k < 4; k++) {
        const int64_t width = t.model->n_outputs(&t.params, t.state, outputs[k]);
        double *const batch = test_predict(&t, p.x, p.n_rows, outputs[k]);
        for (int64_t i = 0; i < p.n_rows; i += 37) {
            double *const one = test_predict(&t, p.x + i * 5, 1, outputs[k]);
            ck_assert_mem_eq(one, batch + i * width, (size_t)width * sizeof *one);
            free(one);
        }
        free(batch);
    }
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_outputs_agree_with_each_other)
{
    test_problem p = test_problem_make(500, 5, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=10");
    double *const raw = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_RAW);
    double *const probability = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_PROBABILITY);
    double *const class_ = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
    double *const leaf = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_LEAF);
    for (int64_t i = 0; i < p.n_rows; i++) {
        ck_assert_double_eq_tol(probability[2 * i + 1], 1 / (1 + exp(-raw[i])), 1e-15);
        ck_assert_double_eq_tol(probability[2 * i] + probability[2 * i + 1], 1, 1e-15);
        ck_assert_double_eq(class_[i], raw[i] > 0);
        double sum = t.state->start[0];
        for (int64_t k = 0; k < t.state->n_trees; k++)
            sum += t.state->nodes[t.state->first_node[k] + (int64_t)leaf[i * 10 + k]].value;
        ck_assert_double_eq(sum, raw[i]);
    }
    free(raw);
    free(probability);
    free(class_);
    free(leaf);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_prediction_of_odd_values_walks_to_some_leaf)
{
    test_problem p = test_problem_make(500, 3, 0);
    const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -0.0, 5e-324, NAN, NAN, NAN};
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=10");
    double *const y = test_predict(&t, odd, 3, MLCI_OUTPUT_PREDICTION);
    for (int i = 0; i < 3; i++)
        ck_assert(isfinite(y[i]));
    free(y);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("ensemble", test_prediction_of_a_row_alone_equals_its_batch,
                 test_outputs_agree_with_each_other,
                 test_prediction_of_odd_values_walks_to_some_leaf)
