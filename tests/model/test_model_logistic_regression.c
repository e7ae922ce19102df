/* logistic_regression against scikit-learn 1.9.1, LogisticRegression(solver='newton-cholesky',
 * tol=1e-12), whose objective was evaluated with NumPy. */
#include "model_case.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_logistic_regression;
#define MODEL (&mlci_model_logistic_regression)

/* The objective is flat at the optimum: it agrees to rounding, coefficients to its root. */
#define OBJECTIVE_TOLERANCE 1e-10
#define COEF_TOLERANCE 1e-7

static double *iris(int64_t *n, int32_t *classes)
{
    double *const x =
        READ_COLUMNS("iris.csv", n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    ck_assert_int_eq(*n, 150);
    for (int32_t i = 0; i < 150; i++)
        classes[i] = i / 50; /* the file is sorted by species */
    return x;
}

/* Bill length and depth, flipper length, year (mean / deviation = 2500); the class is the sex. */
static double *penguins(int64_t *n, int32_t *classes)
{
    double *const all = READ_COLUMNS("penguins.csv", n, "bill_length_mm", "bill_depth_mm",
                                     "flipper_length_mm", "year", "sex=male");
    ck_assert_int_eq(*n, 333);
    for (int64_t i = 0; i < *n; i++)
        classes[i] = (int32_t)all[i * 5 + 4];
    double *const x = take_columns(all, *n, 5, 0, 4);
    free(all);
    return x;
}

/* 64 pixels, some of them constant; the class is the digit. */
static double *digits(int64_t *n, int32_t *classes)
{
    static char names[65][8];
    const char *columns[65];
    for (int j = 0; j < 64; j++) {
        snprintf(names[j], sizeof names[j], "p%d%d", j / 8, j % 8);
        columns[j] = names[j];
    }
    columns[64] = "digit";
    double *const all = read_columns("digits_8x8.csv.gz", columns, 65, n);
    ck_assert_int_eq(*n, 1797);
    for (int64_t i = 0; i < *n; i++)
        classes[i] = (int32_t)all[i * 65 + 64];
    double *const x = take_columns(all, *n, 65, 0, 64);
    free(all);
    return x;
}

static double last_of(const model_case *c, const char *column)
{
    mlc_dataset *const history = model_case_table(c, "history");
    const double value = table_real(history, column, mlc_dataset_n_rows(history) - 1);
    mlc_dataset_free(history);
    return value;
}

static void check_objective(const model_case *c, double expected)
{
    const double got = last_of(c, "objective");
    ck_assert_msg(fabs(got - expected) <= OBJECTIVE_TOLERANCE * expected,
                  "objective %.17g instead of %.17g", got, expected);
}

static void check_coefficients(const model_case *c, const double *expected, int64_t n)
{
    double got[64];
    mlc_dataset *const table = model_case_table(c, "coefficients");
    ck_assert_int_eq(mlc_dataset_n_rows(table), n);
    for (int64_t i = 0; i < n; i++)
        got[i] = table_real(table, "value", i);
    mlc_dataset_free(table);
    const double wrong = relative_difference(got, expected, n);
    ck_assert_msg(wrong <= COEF_TOLERANCE, "coefficients are %.3g off", wrong);
}

static const double iris_expected[] = {
    -0.42350992012137084, 0.967350579572073,  -2.5171523776072964,  -1.07933664850014,
    9.849568050470829,    0.5344615089952168, -0.3215878551922398,  -0.20639207129601753,
    -0.9442984653966183,  2.2372056322101557, -0.11095158887383838, -0.6457627243798311,
    2.72354444890331,     2.023635113896759,  -12.086773682680985};

static void fit_of_three_classes_reaches_the_optimum(const char *solver)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s tol=1e-10 max_iter=1000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 3};
    model_case_fit(&c);
    check_objective(&c, 28.88631660409249);
    check_coefficients(&c, iris_expected, 15);
    ck_assert_double_le(last_of(&c, "gradient"), 1e-10);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_of_three_classes_reaches_the_optimum)
{
    fit_of_three_classes_reaches_the_optimum("newton-cholesky");
    fit_of_three_classes_reaches_the_optimum("lbfgs");
}
END_TEST

START_TEST(test_fit_at_defaults_is_near_the_optimum)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    model_case c = {.model = MODEL, .x = x, .n = n, .p = 4, .classes = classes, .n_classes = 3};
    model_case_fit(&c);
    const double objective = last_of(&c, "objective");
    ck_assert_double_le(objective, 28.88631660409249 * (1 + 1e-4));
    ck_assert_str_eq(c.last_log, "");

    /* predict_proba of rows 0, 70 and 140 */
    const double expected[] = {0.9815834948781503,    0.01841649062318248,  1.4498667355475954e-08,
                               0.0023098314179178223, 0.4400809841119134,   0.5576091844701688,
                               6.314387291531442e-06, 0.020282568278444518, 0.9797111173342639};
    double got[150 * 3];
    model_case_predict(&c, MLCI_OUTPUT_PROBABILITY, got);
    for (int32_t i = 0; i < 3; i++) {
        for (int32_t k = 0; k < 3; k++) {
            ck_assert_double_eq_tol(got[i * 70 * 3 + k], expected[i * 3 + k], 1e-4);
        }
    }
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, got);
    ck_assert_double_eq(got[0], 0);
    ck_assert_double_eq(got[70], 2);
    ck_assert_double_eq(got[140], 2);
    model_case_close(&c);
    free(x);
}
END_TEST

static void fit_of_unscaled_wine_reaches_the_optimum(const char *solver)
{
    int64_t n;
    double *const all = READ_COLUMNS("wine.csv", &n, "alcohol", "malic_acid", "ash",
                                     "alcalinity_of_ash", "magnesium", "total_phenols",
                                     "flavanoids", "nonflavanoid_phenols", "proanthocyanins",
                                     "color_intensity", "hue", "od280_od315", "proline", "class");
    double *const x = take_columns(all, n, 14, 0, 13);
    int32_t classes[178];
    for (int64_t i = 0; i < n; i++)
        classes[i] = (int32_t)all[i * 14 + 13] - 1;
    char settings[64];
    snprintf(settings, sizeof settings, "C=0.1 solver=%s tol=1e-10 max_iter=2000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 13,
                    .classes = classes,
                    .n_classes = 3};
    model_case_fit(&c);
    check_objective(&c, 2.711372322908929);
    model_case_close(&c);
    free(x);
    free(all);
}

START_TEST(test_fit_of_unscaled_wine_reaches_the_optimum)
{
    fit_of_unscaled_wine_reaches_the_optimum("newton-cholesky");
    fit_of_unscaled_wine_reaches_the_optimum("lbfgs");
}
END_TEST

static void fit_of_two_classes_far_from_the_origin_reaches_the_optimum(const char *solver)
{
    /* scikit-learn's own lbfgs stays at 126.28 here: the year hides the intercept from it. */
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes);
    const double expected[] = {0.09251512904083786, 1.4431570664157705, 0.1649334108599675,
                               -0.32293716591911453, 586.6720301976522};
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s tol=1e-9 max_iter=1000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    check_objective(&c, 125.16028163161081);
    check_coefficients(&c, expected, 5);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_of_two_classes_far_from_the_origin_reaches_the_optimum)
{
    fit_of_two_classes_far_from_the_origin_reaches_the_optimum("newton-cholesky");
    fit_of_two_classes_far_from_the_origin_reaches_the_optimum("lbfgs");
}
END_TEST

static void fit_without_intercept_reaches_the_optimum(const char *solver)
{
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes);
    const double expected[] = {0.09697159070001386, 1.4215060869439098, 0.15930246079745997,
                               -0.03012286401218986, 0};
    char settings[96];
    snprintf(settings, sizeof settings, "solver=%s fit_intercept=false tol=1e-8 max_iter=1000",
             solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    check_objective(&c, 126.28789703114447);
    check_coefficients(&c, expected, 5);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_without_intercept_reaches_the_optimum)
{
    fit_without_intercept_reaches_the_optimum("newton-cholesky");
    fit_without_intercept_reaches_the_optimum("lbfgs");
}
END_TEST

static void fit_with_weights_reaches_the_optimum_of_repeated_rows(const char *solver)
{
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes), weight[333];
    for (int64_t i = 0; i < n; i++)
        weight[i] = (double)(1 + i % 3);
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s tol=1e-9 max_iter=1000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 2,
                    .weight = weight};
    model_case_fit(&c);
    check_objective(&c, 234.50062005800152);
    model_case_close(&c);

    double *const rows = malloc((size_t)(3 * n * 4) * sizeof *rows);
    int32_t repeated[999];
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t copy = 0; copy <= i % 3; copy++, m++) {
            memcpy(rows + m * 4, x + i * 4, 4 * sizeof *rows);
            repeated[m] = classes[i];
        }
    }
    model_case twice = {.model = MODEL,
                        .settings = settings,
                        .x = rows,
                        .n = m,
                        .p = 4,
                        .classes = repeated,
                        .n_classes = 2};
    model_case_fit(&twice);
    check_objective(&twice, 234.50062005800152);
    model_case_close(&twice);
    free(rows);
    free(x);
}

START_TEST(test_fit_with_weights_reaches_the_optimum_of_repeated_rows)
{
    fit_with_weights_reaches_the_optimum_of_repeated_rows("newton-cholesky");
    fit_with_weights_reaches_the_optimum_of_repeated_rows("lbfgs");
}
END_TEST

static void fit_with_balanced_classes_reaches_the_optimum(const char *solver)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    char settings[96];
    snprintf(settings, sizeof settings, "solver=%s class_weight=balanced tol=1e-10 max_iter=1000",
             solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = 120,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 3}; /* 50, 50 and 20 rows */
    model_case_fit(&c);
    check_objective(&c, 23.816644777951993);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_with_balanced_classes_reaches_the_optimum)
{
    fit_with_balanced_classes_reaches_the_optimum("newton-cholesky");
    fit_with_balanced_classes_reaches_the_optimum("lbfgs");
}
END_TEST

static void fit_without_penalty_finds_what_a_huge_C_finds(const char *solver)
{
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes);
    /* C = 1e10 */
    const double expected[] = {0.09307909139113363, 1.48401428513166, 0.1694681270660662,
                               -0.34431893814971776, 627.9768967723505};
    char settings[96];
    snprintf(settings, sizeof settings, "solver=%s penalty=none tol=1e-9 max_iter=1000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    check_coefficients(&c, expected, 5);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_without_penalty_finds_what_a_huge_C_finds)
{
    fit_without_penalty_finds_what_a_huge_C_finds("newton-cholesky");
    fit_without_penalty_finds_what_a_huge_C_finds("lbfgs");
}
END_TEST

static void fit_with_offset_of_the_true_score_finds_nothing_left(const char *solver)
{
    /* Rows of equal x with the odds that the offset says: the optimum is zero. */
    const double x[] = {1, 1, 1, 2, 2, 2}, two = 0.69314718055994531;
    const double offset[] = {two, two, two, -two, -two, -two};
    const int32_t classes[] = {1, 1, 0, 0, 0, 1};
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s tol=1e-12", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = 6,
                    .p = 1,
                    .classes = classes,
                    .n_classes = 2,
                    .offset = offset};
    model_case_fit(&c);
    mlc_dataset *const table = model_case_table(&c, "coefficients");
    ck_assert_double_eq_tol(table_real(table, "value", 0), 0, 1e-10);
    ck_assert_double_eq_tol(table_real(table, "value", 1), 0, 1e-10);
    mlc_dataset_free(table);
    model_case_close(&c);
}

START_TEST(test_fit_with_offset_of_the_true_score_finds_nothing_left)
{
    fit_with_offset_of_the_true_score_finds_nothing_left("newton-cholesky");
    fit_with_offset_of_the_true_score_finds_nothing_left("lbfgs");
}
END_TEST

START_TEST(test_fit_with_offset_and_three_classes_is_refused)
{
    const double x[] = {1, 2, 3}, offset[] = {0, 0, 1};
    const int32_t classes[] = {0, 1, 2};
    model_case c = {.model = MODEL,
                    .x = x,
                    .n = 3,
                    .p = 1,
                    .classes = classes,
                    .n_classes = 3,
                    .offset = offset};
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_ROLE);
    ck_assert_str_eq(c.err.message,
                     "an offset needs 2 classes, here are 3: drop the offset column");
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_one_class_is_refused)
{
    const double x[] = {1, 2, 3};
    const int32_t classes[] = {1, 1, 1};
    model_case c = {.model = MODEL, .x = x, .n = 3, .p = 1, .classes = classes, .n_classes = 2};
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_DATA);
    ck_assert_str_eq(c.err.message, "rows of 1 class(es): logistic_regression needs at least 2");
    model_case_close(&c);
}
END_TEST

static void fit_of_separable_classes_without_penalty_ends_with_a_warning(const char *solver)
{
    const double x[] = {1, 2, 3, 4};
    const int32_t classes[] = {0, 0, 1, 1};
    char settings[96];
    snprintf(settings, sizeof settings, "solver=%s penalty=none max_iter=5 tol=1e-12", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = 4,
                    .p = 1,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    ck_assert_ptr_nonnull(strstr(c.last_log, "stopped after 5 iterations"));
    double got[4];
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, got);
    for (int32_t i = 0; i < 4; i++)
        ck_assert_double_eq(got[i], classes[i]);
    model_case_close(&c);
}

START_TEST(test_fit_of_separable_classes_without_penalty_ends_with_a_warning)
{
    fit_of_separable_classes_without_penalty_ends_with_a_warning("newton-cholesky");
    fit_of_separable_classes_without_penalty_ends_with_a_warning("lbfgs");
}
END_TEST

START_TEST(test_fit_of_duplicated_and_constant_columns_without_penalty_succeeds)
{
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes);
    double *const wide = malloc((size_t)(n * 6) * sizeof *wide);
    for (int64_t i = 0; i < n; i++) {
        memcpy(wide + i * 6, x + i * 4, 4 * sizeof *wide);
        wide[i * 6 + 4] = x[i * 4];
        wide[i * 6 + 5] = 0.1;
    }
    model_case c = {.model = MODEL,
                    .settings = "penalty=none tol=1e-9",
                    .x = wide,
                    .n = n,
                    .p = 6,
                    .classes = classes,
                    .n_classes = 2};
    model_case plain = {.model = MODEL,
                        .settings = "penalty=none tol=1e-9",
                        .x = x,
                        .n = n,
                        .p = 4,
                        .classes = classes,
                        .n_classes = 2};
    model_case_fit(&c);
    model_case_fit(&plain);
    check_objective(&c, last_of(&plain, "objective"));
    model_case_close(&c);
    model_case_close(&plain);
    free(wide);
    free(x);
}
END_TEST

START_TEST(test_history_of_newton_never_rises)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    model_case c = {.model = MODEL,
                    .settings = "C=1e4 tol=1e-8",
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 3};
    model_case_fit(&c);
    mlc_dataset *const history = model_case_table(&c, "history");
    const int64_t lines = mlc_dataset_n_rows(history);
    ck_assert_int_ge(lines, 5);
    for (int64_t i = 1; i < lines; i++) {
        ck_assert_double_eq(table_real(history, "iteration", i), (double)i);
        ck_assert_double_le(table_real(history, "objective", i),
                            table_real(history, "objective", i - 1) * (1 + 1e-14));
    }
    mlc_dataset_free(history);
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_predict_of_two_classes_gives_the_logistic_of_the_raw_score)
{
    int64_t n;
    int32_t classes[333];
    double *const x = penguins(&n, classes);
    model_case c = {.model = MODEL,
                    .settings = "C=1e10 tol=1e-9",
                    .x = x,
                    .n = n,
                    .p = 4,
                    .classes = classes,
                    .n_classes = 2};
    model_case_fit(&c);
    double raw[333], probability[666], prediction[333];
    model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
    model_case_predict(&c, MLCI_OUTPUT_PROBABILITY, probability);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, prediction);
    /* predict_proba of the first two rows */
    ck_assert_double_eq_tol(probability[0], 0.7324368455886641, 1e-8);
    ck_assert_double_eq_tol(probability[3], 0.11388396896410209, 1e-8);
    for (int64_t i = 0; i < n; i++) {
        ck_assert_double_eq_tol(probability[2 * i + 1], 1 / (1 + exp(-raw[i])), 1e-14);
        ck_assert_double_eq_tol(probability[2 * i] + probability[2 * i + 1], 1, 1e-15);
        ck_assert_double_eq(prediction[i], raw[i] > 0);
    }
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_fit_is_the_same_on_each_machine)
{
    const int64_t n = 3000, p = 7;
    double *const x = malloc((size_t)(n * p) * sizeof *x);
    int32_t *const classes = malloc((size_t)n * sizeof *classes);
    uint64_t seed = 7;
    for (int64_t i = 0; i < n * p; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = (double)(int64_t)(seed >> 33) / 1e9;
    }
    for (int64_t i = 0; i < n; i++) {
        classes[i] = (x[i * p] + x[i * p + 1] > x[i * p + 2] * 2) + (x[i * p + 3] > 4);
    }
    const char *const settings[] = {"solver=newton-cholesky", "solver=lbfgs"};
    for (int32_t s = 0; s < 2; s++) {
        const model_case c = {.model = MODEL,
                              .settings = settings[s],
                              .x = x,
                              .n = n,
                              .p = p,
                              .classes = classes,
                              .n_classes = 3};
        model_case_same_everywhere(&c);
    }
    free(x);
    free(classes);
}
END_TEST

START_TEST(test_predict_gives_a_row_the_same_bits_alone_and_after_loading)
{
    int64_t n;
    int32_t classes[333];
    const int32_t outputs[] = {MLCI_OUTPUT_PREDICTION, MLCI_OUTPUT_PROBABILITY, MLCI_OUTPUT_RAW};
    double *const flowers = iris(&n, classes);
    model_case three = {
        .model = MODEL, .x = flowers, .n = n, .p = 4, .classes = classes, .n_classes = 3};
    model_case_fit(&three);
    for (int32_t i = 0; i < 3; i++) {
        model_case_rows_stand_alone(&three, outputs[i]);
        model_case_survives_saving(&three, outputs[i]);
    }
    model_case_close(&three);
    free(flowers);

    double *const birds = penguins(&n, classes);
    model_case two = {
        .model = MODEL, .x = birds, .n = n, .p = 4, .classes = classes, .n_classes = 2};
    model_case_fit(&two);
    for (int32_t i = 0; i < 3; i++) {
        model_case_rows_stand_alone(&two, outputs[i]);
        model_case_survives_saving(&two, outputs[i]);
    }
    model_case_close(&two);
    free(birds);
}
END_TEST

START_TEST(test_coefficients_name_classes_and_intercepts)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    model_case c = {.model = MODEL, .x = x, .n = n, .p = 4, .classes = classes, .n_classes = 3};
    model_case_fit(&c);
    mlc_dataset *const table = model_case_table(&c, "coefficients");
    const char *text;
    int64_t length;
    ck_assert_int_eq(mlc_dataset_text(table, "feature", 9, &text, &length, NULL), MLC_OK);
    ck_assert_int_eq(length, 11);
    ck_assert_mem_eq(text, "(intercept)", 11);
    ck_assert_int_eq(mlc_dataset_text(table, "class", 9, &text, &length, NULL), MLC_OK);
    ck_assert_mem_eq(text, "class 1", 7);
    mlc_dataset_free(table);
    model_case_close(&c);
    free(x);
}
END_TEST

static void fit_of_sparse_rows_reaches_the_optimum_of_dense_ones(const char *solver)
{
    int64_t n;
    int32_t classes[150];
    double *const x = iris(&n, classes);
    for (int64_t i = 0; i < n * 4; i++) {
        if (i % 3 == 1) x[i] = 0;
    }
    sparse_rows rows;
    sparse_rows_open(&rows, x, n, 4);
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s tol=1e-10 max_iter=1000", solver);
    model_case dense = {.model = MODEL,
                        .settings = "tol=1e-10",
                        .x = x,
                        .n = n,
                        .p = 4,
                        .classes = classes,
                        .n_classes = 3};
    model_case sparse = {.model = MODEL,
                         .settings = settings,
                         .matrix = rows.matrix,
                         .n = n,
                         .p = 4,
                         .classes = classes,
                         .n_classes = 3};
    model_case_fit(&dense);
    model_case_fit(&sparse);
    check_objective(&sparse, last_of(&dense, "objective"));
    model_case_close(&dense);
    model_case_close(&sparse);
    sparse_rows_close(&rows);
    free(x);
}

START_TEST(test_fit_of_sparse_rows_reaches_the_optimum_of_dense_ones)
{
    fit_of_sparse_rows_reaches_the_optimum_of_dense_ones("newton-cholesky");
    fit_of_sparse_rows_reaches_the_optimum_of_dense_ones("lbfgs");
}
END_TEST

static void life_of_a_model_when_memory_fails_leaks_nothing(const char *solver)
{
    const double x[] = {1, 2, 3, 5, 8, 1, 1, 4, 2, 2, 7, 1};
    const int32_t classes[] = {0, 1, 2, 0, 2, 1};
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = 6,
                    .p = 2,
                    .classes = classes,
                    .n_classes = 3};
    mlci_torture(model_case_live, &c);
}

START_TEST(test_life_of_a_model_when_memory_fails_leaks_nothing)
{
    life_of_a_model_when_memory_fails_leaks_nothing("newton-cholesky");
    life_of_a_model_when_memory_fails_leaks_nothing("lbfgs");
}
END_TEST

static void fit_of_ten_classes_reaches_the_optimum(const char *solver)
{
    int64_t n;
    int32_t classes[1797];
    double *const x = digits(&n, classes);
    char settings[64];
    snprintf(settings, sizeof settings, "solver=%s C=1e-3 tol=1e-8 max_iter=1000", solver);
    model_case c = {.model = MODEL,
                    .settings = settings,
                    .x = x,
                    .n = n,
                    .p = 64,
                    .classes = classes,
                    .n_classes = 10};
    model_case_fit(&c);
    check_objective(&c, 0.6720913017319065);
    model_case_close(&c);
    free(x);
}

START_TEST(test_fit_of_ten_classes_reaches_the_optimum)
{
    fit_of_ten_classes_reaches_the_optimum("newton-cholesky");
    fit_of_ten_classes_reaches_the_optimum("lbfgs");
}
END_TEST

MLCI_CHECK_SUITE("model_logistic_regression", test_fit_of_three_classes_reaches_the_optimum,
                 test_fit_of_unscaled_wine_reaches_the_optimum,
                 test_fit_of_two_classes_far_from_the_origin_reaches_the_optimum,
                 test_fit_without_intercept_reaches_the_optimum,
                 test_fit_with_weights_reaches_the_optimum_of_repeated_rows,
                 test_fit_with_balanced_classes_reaches_the_optimum,
                 test_fit_without_penalty_finds_what_a_huge_C_finds,
                 test_fit_with_offset_of_the_true_score_finds_nothing_left,
                 test_fit_of_separable_classes_without_penalty_ends_with_a_warning,
                 test_fit_at_defaults_is_near_the_optimum,
                 test_fit_with_offset_and_three_classes_is_refused,
                 test_fit_of_one_class_is_refused,
                 test_fit_of_duplicated_and_constant_columns_without_penalty_succeeds,
                 test_history_of_newton_never_rises,
                 test_predict_of_two_classes_gives_the_logistic_of_the_raw_score,
                 test_fit_is_the_same_on_each_machine,
                 test_predict_gives_a_row_the_same_bits_alone_and_after_loading,
                 test_coefficients_name_classes_and_intercepts,
                 test_fit_of_sparse_rows_reaches_the_optimum_of_dense_ones,
                 test_life_of_a_model_when_memory_fails_leaks_nothing,
                 test_fit_of_ten_classes_reaches_the_optimum)
