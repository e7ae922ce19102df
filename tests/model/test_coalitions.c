/* Shapley values by coalitions: those of another reading of the definition, and of a linear model.
 */
#include "coalitions.h"

#include "svm_explaining.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_logistic_regression;

/* Sums of a few thousand terms. */
#define ROUNDING 1e-12

enum { P = EXPLAIN_P, ROWS = 7 };

static mlc_status give(const model_case *c, mlc_context *call, const double *x, int64_t n_rows,
                       double *out, mlc_error *err)
{
    mlci_coalitions coalitions = {.explain = explain_request(c)};
    mlci_background b = {0};
    coalitions.explain.call = call;
    coalitions.background = &b;
    mlc_status status = mlci_background_read(&coalitions.explain, &b, err);
    if (status == MLC_OK) status = mlci_coalitions_rows(&coalitions, x, n_rows, out, err);
    mlci_background_clear(&b);
    return status;
}

START_TEST(test_values_of_votes_are_those_of_the_definition)
{
    model_case c;
    mlci_background b;
    double out[ROWS * 3 * P], expected[3 * P];
    explain_fit(&c, &mlci_model_support_vector_classifier, "C=2", P, 3);
    const mlci_explain request = explain_request(&c);
    ck_assert_int_eq(mlci_background_read(&request, &b, NULL), MLC_OK);
    ck_assert_int_eq(give(&c, c.call, explain_x, ROWS, out, NULL), MLC_OK);
    for (int64_t i = 0; i < ROWS; i++) {
        explain_slowly(&c, &b, explain_x + i * P, 3, expected);
        for (int64_t k = 0; k < 3 * P; k++)
            ck_assert_double_eq_tol(out[i * 3 * P + k], expected[k], ROUNDING);
    }
    mlci_background_clear(&b);
    model_case_close(&c);
}
END_TEST

/* More coalitions than a block holds. */
START_TEST(test_values_of_a_linear_model_are_its_coefficients_times_distances)
{
    enum { MANY = MLCI_MOST_COALITION_FEATURES };
    model_case c;
    double out[2 * MANY], moved[2 * MANY], raw[2][2];
    explain_fit(&c, &mlci_model_logistic_regression, "", MANY, 2);
    ck_assert_int_eq(give(&c, c.call, explain_x, 1, out, NULL), MLC_OK);
    for (int j = 0; j < MANY; j++) {
        double mean = 0, total = 0;
        for (int64_t i = 0; i < EXPLAIN_N; i++) {
            mean += explain_weight[i] * explain_x[i * MANY + j];
            total += explain_weight[i];
        }
        memcpy(moved, explain_x, sizeof moved / 2);
        moved[j] = mean / total;
        model_case_predict_rows(&c, MLCI_OUTPUT_RAW, explain_x, 1, 1, raw[0]);
        model_case_predict_rows(&c, MLCI_OUTPUT_RAW, moved, 1, 1, raw[1]);
        ck_assert_double_eq_tol(out[j], raw[0][0] - raw[1][0], ROUNDING);
    }
    model_case_close(&c);
}
END_TEST

START_TEST(test_a_row_has_the_same_bits_alone)
{
    model_case c;
    double together[ROWS * 3 * P], alone[3 * P];
    explain_fit(&c, &mlci_model_support_vector_classifier, "", P, 3);
    ck_assert_int_eq(give(&c, c.call, explain_x, ROWS, together, NULL), MLC_OK);
    for (int64_t i = 0; i < ROWS; i++) {
        ck_assert_int_eq(give(&c, c.call, explain_x + i * P, 1, alone, NULL), MLC_OK);
        ck_assert_mem_eq(alone, together + i * 3 * P, sizeof alone);
    }
    model_case_close(&c);
}
END_TEST

static mlc_status give_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const model_case *const c = arg;
    mlc_context local, *call = NULL;
    double out[3 * P];
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = give(c, call, explain_x, 1, out, err);
    if (status == MLC_OK) mlci_torture_answer(out, sizeof out);
    mlci_call_end(call);
    return status;
}

START_TEST(test_values_when_memory_fails_leak_nothing)
{
    model_case c;
    explain_fit(&c, &mlci_model_support_vector_classifier, "", P, 3);
    mlci_torture(give_again, &c);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("coalitions", test_values_of_votes_are_those_of_the_definition,
                 test_values_of_a_linear_model_are_its_coefficients_times_distances,
                 test_a_row_has_the_same_bits_alone, test_values_when_memory_fails_leak_nothing)
