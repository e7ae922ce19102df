/* support_vector_regressor: closed forms, and iris as scikit-learn 1.9.1 has it (SVR, NuSVR,
 * tol=1e-9). */
#include "svm_case.h"

#include "torture.h"

extern const mlci_model_descriptor mlci_model_support_vector_regressor;
#define MODEL (&mlci_model_support_vector_regressor)

static const double line_x[] = {0, 1, 2, 3}, line_y[] = {1, 3, 5, 7};

START_TEST(test_line_within_the_tube_is_as_flat_as_it_may_be)
{
    /* y = 2 x + 1 with errors of 0.3 at both ends: slope 2 - 0.6 / 3, and 4 in the middle. */
    model_case c = {.model = MODEL,
                    .settings = "kernel=linear C=100 epsilon=0.3",
                    .x = line_x,
                    .y = line_y,
                    .n = 4,
                    .p = 1};
    double out[4];
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(out[i], 4 + 1.8 * (line_x[i] - 1.5), 1e-12);
    model_case_survives_saving(&c, MLCI_OUTPUT_RAW);
    model_case_close(&c);
}
END_TEST

START_TEST(test_tube_wider_than_the_target_gives_the_middle)
{
    model_case c = {
        .model = MODEL, .settings = "epsilon=10", .x = line_x, .y = line_y, .n = 4, .p = 1};
    double out[4];
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    ck_assert_double_eq_tol(out[0], 4, 1e-12);
    ck_assert_double_eq_tol(out[3], 4, 1e-12);
    mlc_dataset *const vectors = model_case_table(&c, "support_vectors");
    ck_assert_int_eq(mlc_dataset_n_rows(vectors), 0);
    mlc_dataset_free(vectors);
    model_case_survives_saving(&c, MLCI_OUTPUT_RAW);
    model_case_close(&c);
}
END_TEST

START_TEST(test_one_row_is_its_target)
{
    model_case c = {.model = MODEL, .settings = "", .x = line_x, .y = line_y + 2, .n = 1, .p = 1};
    double out[1];
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    ck_assert_double_eq_tol(out[0], 5, 1e-12);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_iris_gives_the_predictions_of_scikit_learn)
{
    static const char *const settings[] = {"tol=1e-9 C=5", "tol=1e-9 C=5 nu=0.3"};
    static const double expected[2][3] = {
        {0.24277579361065704, 1.5141183827733442, 2.4170141472953643},
        {0.22890564746268227, 1.558934465927695, 2.364276551451995}};
    int64_t n;
    double out[150], y[150];
    double *const all =
        READ_COLUMNS("iris.csv", &n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    double *const x = take_columns(all, n, 4, 0, 3);
    for (int64_t i = 0; i < n; i++)
        y[i] = all[4 * i + 3];
    for (int s = 0; s < 2; s++) {
        model_case c = {.model = MODEL, .settings = settings[s], .x = x, .y = y, .n = n, .p = 3};
        model_case_fit(&c);
        model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
        for (int r = 0; r < 3; r++)
            ck_assert_double_eq_tol(out[50 * r], expected[s][r], 1e-5);
        model_case_rows_stand_alone(&c, MLCI_OUTPUT_RAW);
        model_case_close(&c);
        model_case_same_everywhere(
            &(model_case){.model = MODEL, .settings = settings[s], .x = x, .y = y, .n = n, .p = 3});
    }
    free(x);
    free(all);
}
END_TEST

static model_case small = {
    .model = MODEL, .settings = "", .x = line_x, .y = line_y, .n = 4, .p = 1};

MLCI_TORTURE_TEST(test_life_when_memory_fails_leaks_nothing, model_case_live, &small)

MLCI_CHECK_SUITE("model_support_vector_regressor",
                 test_line_within_the_tube_is_as_flat_as_it_may_be,
                 test_tube_wider_than_the_target_gives_the_middle, test_one_row_is_its_target,
                 test_fit_of_iris_gives_the_predictions_of_scikit_learn,
                 test_life_when_memory_fails_leaks_nothing)
