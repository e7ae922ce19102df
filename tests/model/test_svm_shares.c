/* Shapley values of decisions: those of the definition for each kernel, sums, and bits. */
#include "svm/svm_shares.h"

#include "svm_explaining.h"
#include "torture.h"

/* Sums of some thousand terms, as a part of the largest decision. */
#define ROUNDING 1e-12

enum { P = EXPLAIN_P, ROWS = 11 };

static mlc_status give(const model_case *c, mlc_context *call, const double *x, int64_t n_rows,
                       double *out, mlc_error *err)
{
    mlci_explain request = explain_request(c);
    mlci_background b = {0};
    mlci_svm_shares *shares = NULL;
    request.call = call;
    mlc_status status = mlci_background_read(&request, &b, err);
    if (status == MLC_OK) status = mlci_svm_shares_open(call, c->state, &b, &shares, err);
    if (status == MLC_OK) status = mlci_svm_shares_rows(shares, x, n_rows, out, err);
    mlci_svm_shares_close(shares);
    mlci_background_clear(&b);
    return status;
}

static void assert_definition(const char *settings)
{
    model_case c;
    mlci_background b;
    double out[ROWS * 3 * P], expected[3 * P];
    explain_fit(&c, &mlci_model_support_vector_classifier, settings, P, 3);
    const mlci_svm_state *const s = c.state;
    ck_assert(mlci_svm_has_shares(&s->points.kernel));
    const mlci_explain request = explain_request(&c);
    ck_assert_int_eq(mlci_background_read(&request, &b, NULL), MLC_OK);
    ck_assert_int_eq(give(&c, c.call, explain_x, ROWS, out, NULL), MLC_OK);
    double raw[EXPLAIN_N * 3], size = 1;
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    for (int64_t i = 0; i < EXPLAIN_N * 3; i++)
        size = fmax(size, fabs(raw[i]));
    for (int64_t i = 0; i < ROWS; i++) {
        explain_slowly(&c, &b, explain_x + i * P, 3, expected);
        for (int64_t k = 0; k < 3 * P; k++)
            ck_assert_msg(fabs(out[i * 3 * P + k] - expected[k]) <= ROUNDING * size,
                          "%s: %.17g for %.17g", settings, out[i * 3 * P + k], expected[k]);
    }
    mlci_background_clear(&b);
    model_case_close(&c);
}

START_TEST(test_values_of_each_kernel_are_those_of_the_definition)
{
    /* The second has vectors for more than a tile. */
    assert_definition("decision_function_shape=ovo C=2");
    assert_definition("decision_function_shape=ovo C=0.05 gamma=2");
    assert_definition("decision_function_shape=ovo kernel=linear");
    assert_definition("decision_function_shape=ovo kernel=poly degree=1 gamma=0.5 coef0=1");
    assert_definition("decision_function_shape=ovo kernel=poly degree=2 gamma=0.5");
    assert_definition("decision_function_shape=ovo kernel=poly degree=3 gamma=1 coef0=1");
    assert_definition("decision_function_shape=ovo kernel=poly degree=7 gamma=0.3 coef0=-0.5");
}
END_TEST

START_TEST(test_a_degree_of_0_shares_nothing)
{
    const mlci_svm_kernel constant = {.type = MLCI_SVM_POLYNOMIAL, .gamma = 1};
    model_case c;
    double out[P];
    explain_fit(&c, &mlci_model_support_vector_regressor, "kernel=poly degree=2", P, 0);
    mlci_svm_state *const s = c.state;
    s->points.kernel = constant;
    ck_assert_int_eq(give(&c, c.call, explain_x, 1, out, NULL), MLC_OK);
    for (int j = 0; j < P; j++)
        ck_assert_double_eq(out[j], 0);
    model_case_close(&c);
}
END_TEST

START_TEST(test_kernels_that_have_shares)
{
    for (int k = 0; k < N_SVM_KERNELS; k++)
        ck_assert_int_eq(mlci_svm_has_shares(&svm_kernels[k]),
                         svm_kernels[k].type != MLCI_SVM_SIGMOID);
    const mlci_svm_kernel steep = {.type = MLCI_SVM_POLYNOMIAL,
                                   .degree = MLCI_SVM_MAX_SHARE_DEGREE + 1};
    ck_assert(!mlci_svm_has_shares(&steep));
}
END_TEST

/* Rules of more nodes than any eighth is left out of. */
START_TEST(test_values_of_many_features_add_to_the_decision)
{
    enum { MANY = 61, N = 20 };
    static double x[N * MANY], y[N], out[N * MANY], raw[N];
    for (int i = 0; i < N * MANY; i++)
        x[i] = svm_number(i);
    for (int i = 0; i < N; i++)
        y[i] = x[i * MANY] + x[i * MANY + 60] * x[i * MANY + 7];
    const char *const settings[] = {"C=10 gamma=0.05", "kernel=poly degree=12 gamma=0.02 coef0=1"};
    for (int t = 0; t < 2; t++) {
        model_case c = {.model = &mlci_model_support_vector_regressor,
                        .settings = settings[t],
                        .x = x,
                        .y = y,
                        .n = N,
                        .p = MANY};
        mlci_explain request;
        mlci_background b;
        double base;
        model_case_fit(&c);
        request = explain_request(&c);
        request.background_weight = NULL;
        ck_assert_int_eq(mlci_background_read(&request, &b, NULL), MLC_OK);
        ck_assert_int_eq(mlci_background_score(&request, &b, &base, NULL), MLC_OK);
        mlci_svm_shares *shares;
        ck_assert_int_eq(mlci_svm_shares_open(c.call, c.state, &b, &shares, NULL), MLC_OK);
        ck_assert_int_eq(mlci_svm_shares_rows(shares, x, N, out, NULL), MLC_OK);
        model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
        for (int i = 0; i < N; i++) {
            double sum = base, size = fabs(base);
            for (int j = 0; j < MANY; j++) {
                sum += out[i * MANY + j];
                size += fabs(out[i * MANY + j]);
            }
            ck_assert_double_eq_tol(sum, raw[i], ROUNDING * size);
        }
        mlci_svm_shares_close(shares);
        mlci_background_clear(&b);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_a_row_has_the_same_bits_alone_and_on_each_instruction_set)
{
    static const char *const isas[] = {"reference", "avx2", "avx512"};
    const char *const settings[] = {"decision_function_shape=ovo",
                                    "decision_function_shape=ovo kernel=poly coef0=1"};
    for (int t = 0; t < 2; t++) {
        double first[ROWS * 3 * P], found[ROWS * 3 * P];
        int n_found = 0;
        for (int a = 0; a < 3; a++) {
            const mlc_host host = {.size = sizeof host, .isa = isas[a]};
            mlc_context *ctx = NULL;
            mlc_context local, *call = NULL;
            if (mlc_context_create(&host, &ctx, NULL) != MLC_OK) continue;
            model_case c;
            explain_fit(&c, &mlci_model_support_vector_classifier, settings[t], P, 3);
            ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
            ck_assert_int_eq(give(&c, call, explain_x, ROWS, found, NULL), MLC_OK);
            if (n_found++ == 0) memcpy(first, found, sizeof first);
            ck_assert_mem_eq(found, first, sizeof first);
            for (int64_t i = 0; i < ROWS; i++)
                ck_assert_int_eq(give(&c, call, explain_x + i * P, 1, found + i * 3 * P, NULL),
                                 MLC_OK);
            ck_assert_mem_eq(found, first, sizeof first);
            mlci_call_end(call);
            mlc_context_close(ctx);
            model_case_close(&c);
        }
    }
}
END_TEST

static mlc_status give_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const model_case *const c = arg;
    mlc_context local, *call = NULL;
    double out[P];
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = give(c, call, explain_x, 1, out, err);
    if (status == MLC_OK) mlci_torture_answer(out, sizeof out);
    mlci_call_end(call);
    return status;
}

START_TEST(test_values_when_memory_fails_leak_nothing)
{
    const char *const settings[] = {"kernel=rbf", "kernel=linear", "kernel=poly"};
    for (int k = 0; k < 3; k++) {
        model_case c;
        explain_fit(&c, &mlci_model_support_vector_regressor, settings[k], P, 0);
        mlci_torture(give_again, &c);
        model_case_close(&c);
    }
}
END_TEST

MLCI_CHECK_SUITE("svm_shares", test_values_of_each_kernel_are_those_of_the_definition,
                 test_a_degree_of_0_shares_nothing, test_kernels_that_have_shares,
                 test_values_of_many_features_add_to_the_decision,
                 test_values_when_memory_fails_leak_nothing, MLCI_RESULTS,
                 test_a_row_has_the_same_bits_alone_and_on_each_instruction_set)
