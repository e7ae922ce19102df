/* support_vector_classifier: closed forms, iris as scikit-learn 1.9.1 has it (SVC, tol=1e-9), odd
 * classes and rows. */
#include "svm_case.h"

#include "svm/svm_classes.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_support_vector_classifier;
#define MODEL (&mlci_model_support_vector_classifier)

static const int32_t two[] = {0, 0, 1, 1};
static const double line[] = {-3, -1, 1, 2};

static model_case on_line(const char *settings)
{
    return (model_case){.model = MODEL,
                        .settings = settings,
                        .x = line,
                        .n = 4,
                        .p = 1,
                        .classes = two,
                        .n_classes = 2};
}

static double first_real(const model_case *c, const char *table, const char *column)
{
    mlc_dataset *const t = model_case_table(c, table);
    const double value = table_real(t, column, 0);
    mlc_dataset_free(t);
    return value;
}

START_TEST(test_separated_points_get_the_widest_margin)
{
    /* -1 and 1 hold the margin: w = 1, b = 0, a = 1 / 2 each, dual -1 / 2. */
    model_case c = on_line("kernel=linear C=1000");
    double raw[4], class_[4];
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, class_);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(raw[i], line[i], 1e-12);
        ck_assert_double_eq(class_[i], two[i]);
    }
    ck_assert_double_eq_tol(first_real(&c, "problems", "objective"), -0.5, 1e-12);
    mlc_dataset *const vectors = model_case_table(&c, "support_vectors");
    ck_assert_int_eq(mlc_dataset_n_rows(vectors), 2);
    ck_assert_double_eq(table_real(vectors, "row", 0), 1);
    ck_assert_double_eq(table_real(vectors, "value", 1), 1);
    mlc_dataset_free(vectors);
    model_case_close(&c);
}
END_TEST

static model_case iris(double **x, int32_t *classes, const char *settings)
{
    int64_t n;
    *x = READ_COLUMNS("iris.csv", &n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    for (int64_t i = 0; i < n; i++)
        classes[i] = (int32_t)(i / 50);
    return (model_case){.model = MODEL,
                        .settings = settings,
                        .x = *x,
                        .n = n,
                        .p = 4,
                        .classes = classes,
                        .n_classes = 3};
}

START_TEST(test_fit_of_iris_gives_the_decisions_of_scikit_learn)
{
    double *x, raw[450];
    int32_t classes[150];
    model_case c = iris(&x, classes, "tol=1e-9 decision_function_shape=ovo");
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    const double expected[] = {1.264438110641117,   1.1410021158952124,  2.1977078972964237,
                               -1.1784625839970306, -0.8684134145404363, 0.655407975535019,
                               -1.1337617643274687, -1.2304521527868766, -2.004549726770149};
    for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 3; k++)
            ck_assert_double_eq_tol(raw[50 * 3 * r + k], expected[3 * r + k], 1e-6);
    }
    model_case_survives_saving(&c, MLCI_OUTPUT_RAW);
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_PREDICTION);
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_fit_has_the_same_bits_everywhere)
{
    static const char *const settings[] = {"", "kernel=poly nu=0.2", "kernel=sigmoid gamma=0.01",
                                           "kernel=linear probability=true cache_size=0.01"};
    for (int i = 0; i < 4; i++) {
        double *x;
        int32_t classes[150];
        model_case c = iris(&x, classes, settings[i]);
        model_case_same_everywhere(&c);
        free(x);
    }
}
END_TEST

START_TEST(test_probabilities_are_there_only_when_asked_for)
{
    double *x, probability[450];
    int32_t classes[150];
    model_case c = iris(&x, classes, "probability=true");
    model_case_fit(&c);
    ck_assert_int_eq(MODEL->n_outputs(c.params, c.state, MLCI_OUTPUT_PROBABILITY), 3);
    model_case_predict(&c, MLCI_OUTPUT_PROBABILITY, probability);
    int n_right = 0;
    for (int64_t i = 0; i < 150; i++) {
        const double *const p = probability + 3 * i;
        ck_assert_double_eq_tol(p[0] + p[1] + p[2], 1, 1e-12);
        n_right += p[classes[i]] > 0.5;
    }
    ck_assert_int_gt(n_right, 140);
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_PROBABILITY);
    model_case_survives_saving(&c, MLCI_OUTPUT_PROBABILITY);
    model_case_close(&c);
    free(x);
    c = iris(&x, classes, "");
    model_case_fit(&c);
    ck_assert_int_eq(MODEL->n_outputs(c.params, c.state, MLCI_OUTPUT_PROBABILITY), 0);
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_class_of_no_rows_is_never_the_answer)
{
    /* A known class whose rows all weigh nothing is not among the rows. */
    const double x[] = {-2, -1, 1, 2};
    const int32_t classes[] = {0, 0, 2, 2};
    double out[4];
    model_case c = {.model = MODEL,
                    .settings = "kernel=linear",
                    .x = x,
                    .n = 4,
                    .p = 1,
                    .classes = classes,
                    .n_classes = 3};
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(out[i], classes[i]);
    model_case_close(&c);
}
END_TEST

START_TEST(test_class_with_one_row_and_rows_that_are_alike_are_fitted)
{
    const double x[] = {1, 1, 1, 1, 5, 2, 2, 2, 2, 2};
    const int32_t classes[] = {0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    double out[10];
    model_case c = {.model = MODEL,
                    .settings = "C=1e9",
                    .x = x,
                    .n = 10,
                    .p = 1,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq(out[i], classes[i]);
    model_case_close(&c);
}
END_TEST

START_TEST(test_constant_features_are_told_apart_by_weight_alone)
{
    /* gamma=scale is 1 where nothing varies. All decisions are those of the heavier class. */
    const double x[] = {7, 7, 7, 7};
    const int32_t classes[] = {0, 1, 1, 1};
    double out[4];
    model_case c = {
        .model = MODEL, .settings = "", .x = x, .n = 4, .p = 1, .classes = classes, .n_classes = 2};
    model_case_fit(&c);
    ck_assert_double_eq(((const mlci_svm_state *)c.state)->points.kernel.gamma, 1);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(out[i], 1);
    model_case_close(&c);
}
END_TEST

START_TEST(test_one_class_too_many_classes_and_an_impossible_nu_are_named)
{
    const int32_t same[] = {1, 1, 1, 1}, rare[] = {0, 1, 1, 1};
    model_case c = on_line("");
    c.classes = same;
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(c.err.message, "needs at least 2"));
    model_case_close(&c);
    c = on_line("nu=0.9");
    c.classes = rare;
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_SETTING);
    ck_assert_str_eq(c.err.name, "nu");
    ck_assert_ptr_nonnull(strstr(c.err.message, "nu = 0.9"));
    model_case_close(&c);
    c = on_line("");
    model_case_open(&c);
    c.class_set.n = 1001;
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(c.err.message, "at most 1000"));
    c.class_set.n = 2;
    model_case_close(&c);
}
END_TEST

START_TEST(test_settings_that_make_no_sense_are_named)
{
    static const char *const wrong[][2] = {
        {"gamma=-1", "gamma"},
        {"gamma=often", "gamma"},
        {"C=0", "C"},
        {"nu=0", "nu"},
        {"nu=1.5", "nu"},
        {"kernel=cosine", "kernel"},
        {"cache_size=0", "cache_size"},
        {"degree=-1", "degree"},
        {"break_ties=true decision_function_shape=ovo", "break_ties"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char recipe[200];
        mlc_model *model = NULL;
        mlc_error err;
        snprintf(recipe, sizeof recipe, "support_vector_classifier(%s)", wrong[i][0]);
        for (char *space = strchr(recipe, ' '); space != NULL; space = NULL)
            *space = ',';
        ck_assert_int_eq(mlc_model_parse(NULL, recipe, &model, &err), MLC_ERROR_SETTING);
        ck_assert_str_eq(err.name, wrong[i][1]);
    }
}
END_TEST

START_TEST(test_stop_before_the_tolerance_is_logged)
{
    double *x;
    int32_t classes[150];
    model_case c = iris(&x, classes, "max_iter=3");
    model_case_fit(&c);
    ck_assert_ptr_nonnull(
        strstr(c.last_log, "stopped after 3 steps of classes class 0 and class 1"));
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_votes_and_scores_of_equal_classes_go_to_the_first)
{
    const double circle[] = {1, -1, 1}; /* 0 over 1, 2 over 0, 1 over 2 */
    double votes[3], scores[3];
    ck_assert_int_eq(mlci_svm_vote(circle, 3, votes), 0);
    mlci_svm_class_scores(circle, 3, scores);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq(votes[i], 1);
        ck_assert_double_eq(scores[i], 1);
    }
    const double sure[] = {2, -1, 1};
    mlci_svm_class_scores(sure, 3, scores); /* sums 1, -1, 0 */
    ck_assert_double_eq(scores[0], 1 + 1.0 / 6);
    ck_assert_double_eq(scores[1], 1 - 1.0 / 6);
    ck_assert_double_eq(scores[2], 1);
}
END_TEST

static const double small_x[] = {0, 1, 2, 5, 6, 7, 9, 10, 12};
static const int32_t small_classes[] = {0, 0, 0, 1, 1, 1, 2, 2, 2};
static model_case small = {.model = MODEL,
                           .settings = "probability=true",
                           .x = small_x,
                           .n = 9,
                           .p = 1,
                           .classes = small_classes,
                           .n_classes = 3};

MLCI_TORTURE_TEST(test_life_when_memory_fails_leaks_nothing, model_case_live, &small)

MLCI_CHECK_SUITE("model_support_vector_classifier", test_separated_points_get_the_widest_margin,
                 test_fit_of_iris_gives_the_decisions_of_scikit_learn,
                 test_fit_has_the_same_bits_everywhere,
                 test_probabilities_are_there_only_when_asked_for,
                 test_class_of_no_rows_is_never_the_answer,
                 test_class_with_one_row_and_rows_that_are_alike_are_fitted,
                 test_constant_features_are_told_apart_by_weight_alone,
                 test_one_class_too_many_classes_and_an_impossible_nu_are_named,
                 test_settings_that_make_no_sense_are_named,
                 test_stop_before_the_tolerance_is_logged,
                 test_votes_and_scores_of_equal_classes_go_to_the_first,
                 test_life_when_memory_fails_leaks_nothing)
