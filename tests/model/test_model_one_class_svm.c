/* one_class_svm: what nu promises, weights, and iris as scikit-learn 1.9.1 has it (OneClassSVM,
 * tol=1e-9). */
#include "svm_case.h"

#include "torture.h"

extern const mlci_model_descriptor mlci_model_one_class_svm;
#define MODEL (&mlci_model_one_class_svm)

static double *iris(int64_t *n)
{
    return READ_COLUMNS("iris.csv", n, "sepal_length", "sepal_width", "petal_length",
                        "petal_width");
}

START_TEST(test_fit_of_iris_gives_the_decisions_of_scikit_learn)
{
    int64_t n;
    double raw[150], inside[150];
    double *const x = iris(&n);
    const double expected[] = {0.26163069470044675, 0.7018557103379699, -0.5156567082619805};
    const char *const settings = "nu=0.2 tol=1e-9";
    model_case c = {.model = MODEL, .settings = settings, .x = x, .n = n, .p = 4};
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, inside);
    int n_outside = 0;
    for (int64_t i = 0; i < n; i++) {
        ck_assert_double_eq(inside[i], raw[i] > 0 ? 1 : -1);
        n_outside += raw[i] < -1e-6;
    }
    ck_assert_int_le(n_outside, 30); /* nu of the rows */
    for (int r = 0; r < 3; r++)
        ck_assert_double_eq_tol(raw[50 * r], expected[r], 1e-5);
    model_case_survives_saving(&c, MLCI_OUTPUT_RAW);
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_RAW);
    model_case_close(&c);
    model_case_same_everywhere(
        &(model_case){.model = MODEL, .settings = settings, .x = x, .n = n, .p = 4});
    free(x);
}
END_TEST

START_TEST(test_weight_of_two_is_the_row_twice)
{
    double x[30], twice[60], weight[30], a[30], b[60];
    for (int64_t i = 0; i < 30; i++) {
        x[i] = twice[2 * i] = twice[2 * i + 1] = svm_number(i);
        weight[i] = 2;
    }
    const char *const settings = "gamma=2 nu=0.3 tol=1e-10";
    model_case once = {
        .model = MODEL, .settings = settings, .x = x, .n = 30, .p = 1, .weight = weight};
    model_case doubled = {.model = MODEL, .settings = settings, .x = twice, .n = 60, .p = 1};
    model_case_fit(&once);
    model_case_fit(&doubled);
    model_case_predict(&once, MLCI_OUTPUT_RAW, a);
    model_case_predict(&doubled, MLCI_OUTPUT_RAW, b);
    for (int64_t i = 0; i < 30; i++)
        ck_assert_double_eq_tol(a[i], b[2 * i], 1e-8);
    model_case_close(&once);
    model_case_close(&doubled);
}
END_TEST

START_TEST(test_one_row_is_the_only_support_vector)
{
    const double x[] = {3, 4};
    double raw[1];
    model_case c = {.model = MODEL, .settings = "", .x = x, .n = 1, .p = 2};
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    ck_assert_double_eq_tol(raw[0], 0, 1e-15);
    model_case_close(&c);
}
END_TEST

static const double small_x[] = {0, 1, 2, 5};
static model_case small = {.model = MODEL, .settings = "", .x = small_x, .n = 4, .p = 1};

MLCI_TORTURE_TEST(test_life_when_memory_fails_leaks_nothing, model_case_live, &small)

MLCI_CHECK_SUITE("model_one_class_svm", test_fit_of_iris_gives_the_decisions_of_scikit_learn,
                 test_weight_of_two_is_the_row_twice, test_one_row_is_the_only_support_vector,
                 test_life_when_memory_fails_leaks_nothing)
