/* The explainer of support vector machines: which scores, and what is refused. */
#include "svm/svm_shap.h"

#include "svm_explaining.h"
#include "torture.h"

/* Sums of some thousand terms. */
#define ROUNDING 1e-12

enum { P = EXPLAIN_P };

static void assert_sums(const mlci_model_descriptor *model, const char *settings, int64_t p,
                        int32_t n_classes)
{
    enum { ROWS = 20 };
    static double base[3], out[ROWS * 3 * EXPLAIN_MOST_P], raw[EXPLAIN_N * 3];
    model_case c;
    void *plan;
    explain_fit(&c, model, settings, p, n_classes);
    const mlci_explain request = explain_request(&c);
    const int64_t n_outputs = mlci_svm_explainer.n_outputs(c.params, c.state);
    ck_assert_int_eq(n_outputs, model->n_outputs(c.params, c.state, MLCI_OUTPUT_RAW));
    ck_assert_int_eq(mlci_svm_explainer.open(&request, base, &plan, &c.err), MLC_OK);
    ck_assert_int_eq(mlci_svm_explainer.rows(plan, explain_x, ROWS, out, NULL), MLC_OK);
    mlci_svm_explainer.close(plan);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    for (int64_t i = 0; i < ROWS * n_outputs; i++) {
        double sum = base[i % n_outputs], size = fabs(sum);
        for (int64_t j = 0; j < p; j++) {
            sum += out[i * p + j];
            size += fabs(out[i * p + j]);
        }
        ck_assert_msg(fabs(sum - raw[i]) <= ROUNDING * size, "%s: %.17g for %.17g", settings, sum,
                      raw[i]);
    }
    model_case_close(&c);
}

START_TEST(test_base_and_values_add_to_the_raw_scores)
{
    const mlci_model_descriptor *const classifier = &mlci_model_support_vector_classifier;
    assert_sums(classifier, "", P, 2);
    assert_sums(classifier, "", P, 3);
    assert_sums(classifier, "decision_function_shape=ovo kernel=poly", EXPLAIN_MOST_P, 3);
    assert_sums(classifier, "kernel=sigmoid gamma=0.1", P, 2);
    assert_sums(classifier, "kernel=linear", EXPLAIN_MOST_P, 2);
    assert_sums(&mlci_model_support_vector_regressor, "", EXPLAIN_MOST_P, 0);
    assert_sums(&mlci_model_one_class_svm, "nu=0.3", EXPLAIN_MOST_P, 0);
}
END_TEST

static void assert_refused(const mlci_model_descriptor *model, const char *settings,
                           int32_t n_classes, const mlci_explain *given, const char *what)
{
    model_case c;
    void *plan = NULL;
    double base[3];
    explain_fit(&c, model, settings, EXPLAIN_MOST_P, n_classes);
    mlci_explain request = explain_request(&c);
    request.interactions = given->interactions;
    if (given->name != NULL) request.background = NULL;
    const mlc_status status = mlci_svm_explainer.open(&request, base, &plan, &c.err);
    ck_assert_int_eq(status,
                     request.background == NULL ? MLC_ERROR_ARGUMENT : MLC_ERROR_UNSUPPORTED);
    ck_assert_msg(strstr(c.err.message, what) != NULL, "%s", c.err.message);
    ck_assert_ptr_null(plan);
    model_case_close(&c);
}

START_TEST(test_what_has_no_values_is_refused_by_name)
{
    const mlci_explain plain = {0}, pairs = {.interactions = 1}, alone = {.name = "alone"};
    const mlci_model_descriptor *const classifier = &mlci_model_support_vector_classifier;
    assert_refused(classifier, "", 3, &plain, "scores 3 classes by votes");
    assert_refused(classifier, "", 3, &plain, "of pairs only (ovo)");
    assert_refused(classifier, "kernel=sigmoid", 2, &plain, "'machine' has 13 features");
    assert_refused(&mlci_model_support_vector_regressor,
                   "kernel=poly degree=101 gamma=0.01 max_iter=10", 0, &plain,
                   "poly of a degree above 100");
    assert_refused(classifier, "", 2, &pairs, "method=interactions is for trees");
    assert_refused(classifier, "", 2, &alone, "give background rows");
}
END_TEST

static mlc_status explain_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_explain request = explain_request(arg);
    mlc_context local;
    void *plan = NULL;
    double base[3];
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &request.call, err));
    const mlc_status status = mlci_svm_explainer.open(&request, base, &plan, err);
    if (status == MLC_OK) {
        mlci_torture_answer(base, sizeof *base);
        mlci_svm_explainer.close(plan);
    }
    mlci_call_end(request.call);
    return status;
}

START_TEST(test_opening_when_memory_fails_leaks_nothing)
{
    model_case c;
    explain_fit(&c, &mlci_model_one_class_svm, "", P, 0);
    mlci_torture(explain_again, &c);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("svm_shap", test_base_and_values_add_to_the_raw_scores,
                 test_what_has_no_values_is_refused_by_name,
                 test_opening_when_memory_fails_leaks_nothing)
