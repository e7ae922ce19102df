/* Background rows: their weights, and the mean of what the model says of them. */
#include "background.h"

#include "model_case.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_ridge;

enum { N = 300, P = 2 }; /* more than a block of rows */

static double x[N * P], y[N], weight[N];

static void fit(model_case *c)
{
    for (int i = 0; i < N; i++) {
        x[i * P] = i % 7;
        x[i * P + 1] = i % 11 - 5;
        y[i] = 2 * x[i * P] - x[i * P + 1] + i % 3;
        weight[i] = 1 + i % 2;
    }
    *c = (model_case){
        .model = &mlci_model_ridge, .settings = "alpha=0.1", .x = x, .y = y, .n = N, .p = P};
    model_case_fit(c);
}

static mlci_explain request_of(const model_case *c)
{
    return (mlci_explain){.call = c->call,
                          .name = "m",
                          .model = c->model,
                          .params = c->params,
                          .state = c->state,
                          .background = c->matrix,
                          .background_weight = weight};
}

START_TEST(test_the_score_is_the_weighted_mean)
{
    model_case c;
    mlci_background b;
    double raw[N], mean, expected = 0, total = 0;
    fit(&c);
    const mlci_explain request = request_of(&c);
    ck_assert_int_eq(mlci_background_read(&request, &b, NULL), MLC_OK);
    ck_assert_mem_eq(b.x, x, sizeof x);
    ck_assert_int_eq(mlci_background_score(&request, &b, &mean, NULL), MLC_OK);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, raw);
    for (int i = 0; i < N; i++) {
        expected += weight[i] * raw[i];
        total += weight[i];
    }
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol(b.weight[i], weight[i] / total, 1e-16);
    ck_assert_double_eq_tol(mean, expected / total, 1e-13);
    mlci_background_clear(&b);
    model_case_close(&c);
}
END_TEST

START_TEST(test_no_background_is_refused)
{
    const mlci_explain request = {.name = "price"};
    mlc_error err;
    ck_assert_int_eq(mlci_background_require(&request, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(err.message, "'price' explains a row by how it differs"));
}
END_TEST

static mlc_status read_and_score(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_explain request = request_of(arg);
    mlc_context local;
    mlci_background b = {0};
    double mean;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &request.call, err));
    mlc_status status = mlci_background_read(&request, &b, err);
    if (status == MLC_OK) status = mlci_background_score(&request, &b, &mean, err);
    if (status == MLC_OK) mlci_torture_answer(&mean, sizeof mean);
    mlci_background_clear(&b);
    mlci_call_end(request.call);
    return status;
}

START_TEST(test_reading_when_memory_fails_leaks_nothing)
{
    model_case c;
    fit(&c);
    mlci_torture(read_and_score, &c);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("background", test_the_score_is_the_weighted_mean, test_no_background_is_refused,
                 test_reading_when_memory_fails_leaks_nothing)
