#include <math.h>

#include "linear/linear_state.h"
#include "model_case.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_ridge;
extern const mlci_model_descriptor mlci_model_logistic_regression;

enum { N = 8, P = 3 };
static const double x[N * P] = {1, 2,  0, 3, 1,  0, -1, 5, 2, 4,  4, 0,
                                2, -2, 1, 0, 10, 0, 6,  3, 0, -3, 1, 4};
static const double y[N] = {1, 3, 2, 5, 0, 4, 8, -1};
static const double weight[N] = {1, 2, 1, 3, 1, 1, 2, 1};

/* Explains x against background; out: N x outputs x P, or x P x P. */
static void explain(const model_case *c, const mlci_matrix *background, const double *weights,
                    int32_t interactions, double *base, double *out)
{
    void *plan = NULL;
    const mlci_explain request = {.call = c->call,
                                  .name = "m",
                                  .params = c->params,
                                  .state = c->state,
                                  .interactions = interactions,
                                  .background = background,
                                  .background_weight = weights};
    ck_assert_int_eq(c->model->explainer->open(&request, base, &plan, NULL), MLC_OK);
    ck_assert_int_eq(c->model->explainer->rows(plan, x, N, out, NULL), MLC_OK);
    c->model->explainer->close(plan);
}

START_TEST(test_contributions_are_the_distance_from_the_mean_times_the_coefficient)
{
    model_case c = {
        .model = &mlci_model_ridge, .settings = "alpha=0.5", .x = x, .y = y, .n = N, .p = P};
    double mean[P] = {0}, base, out[N * P], matrix[N * P * P], total = 0;
    model_case_fit(&c);
    const mlci_linear_state *const state = c.state;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < P; j++)
            mean[j] += weight[i] * x[i * P + j];
        total += weight[i];
    }
    explain(&c, c.matrix, weight, 0, &base, out);
    explain(&c, c.matrix, weight, 1, &base, matrix);
    double expected = state->intercept[0];
    for (int j = 0; j < P; j++)
        expected += state->weights[j] * mean[j] / total;
    ck_assert_double_eq_tol(base, expected, 1e-14);
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < P; j++) {
            const double value = state->weights[j] * (x[i * P + j] - mean[j] / total);
            ck_assert_double_eq_tol(out[i * P + j], value, 1e-14);
            for (int k = 0; k < P; k++)
                ck_assert_double_eq(matrix[(i * P + j) * P + k], j == k ? out[i * P + j] : 0);
        }
    }
    model_case_close(&c);
}
END_TEST

START_TEST(test_base_and_contributions_add_to_the_raw_scores_of_each_class)
{
    static const int32_t classes[N] = {0, 1, 2, 2, 1, 0, 1, 0};
    model_case c = {.model = &mlci_model_logistic_regression,
                    .settings = "C=2",
                    .x = x,
                    .classes = classes,
                    .n_classes = 3,
                    .n = N,
                    .p = P};
    double base[3], out[N * 3 * P], raw[N * 3];
    model_case_fit(&c);
    explain(&c, c.matrix, NULL, 0, base, out);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    for (int i = 0; i < N * 3; i++) {
        double sum = base[i % 3];
        for (int j = 0; j < P; j++)
            sum += out[i * P + j];
        ck_assert_double_eq_tol(sum, raw[i], 1e-14);
    }
    model_case_close(&c);
}
END_TEST

START_TEST(test_a_sparse_background_has_the_mean_of_the_dense_one)
{
    model_case c = {.model = &mlci_model_ridge, .settings = "", .x = x, .y = y, .n = N, .p = P};
    double base[2], dense[N * P], sparse[N * P];
    sparse_rows s;
    model_case_fit(&c);
    sparse_rows_open(&s, x, N, P);
    explain(&c, c.matrix, weight, 0, &base[0], dense);
    explain(&c, s.matrix, weight, 0, &base[1], sparse);
    ck_assert_double_eq(base[0], base[1]);
    ck_assert_mem_eq(dense, sparse, sizeof dense);
    sparse_rows_close(&s);
    model_case_close(&c);
}
END_TEST

START_TEST(test_no_background_is_refused)
{
    model_case c = {.model = &mlci_model_ridge, .settings = "", .x = x, .y = y, .n = N, .p = P};
    void *plan = NULL;
    double base;
    model_case_fit(&c);
    const mlci_explain request = {
        .call = c.call, .name = "price", .params = c.params, .state = c.state};
    ck_assert_int_eq(c.model->explainer->open(&request, &base, &plan, &c.err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(c.err.message, "'price' explains a row by how it differs"));
    model_case_close(&c);
}
END_TEST

static mlc_status explain_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const model_case *const c = arg;
    mlc_context local, *call = NULL;
    void *plan = NULL;
    double base;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlci_explain request = {
        .call = call, .name = "m", .params = c->params, .state = c->state, .background = c->matrix};
    const mlc_status status = c->model->explainer->open(&request, &base, &plan, err);
    if (status == MLC_OK) {
        mlci_torture_answer(&base, sizeof base);
        c->model->explainer->close(plan);
    }
    mlci_call_end(call);
    return status;
}

START_TEST(test_opening_when_memory_fails_leaks_nothing)
{
    model_case c = {.model = &mlci_model_ridge, .settings = "", .x = x, .y = y, .n = N, .p = P};
    model_case_fit(&c);
    mlci_torture(explain_again, &c);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("linear_shap",
                 test_contributions_are_the_distance_from_the_mean_times_the_coefficient,
                 test_base_and_contributions_add_to_the_raw_scores_of_each_class,
                 test_a_sparse_background_has_the_mean_of_the_dense_one,
                 test_no_background_is_refused, test_opening_when_memory_fails_leaks_nothing)
