/* ridge against scikit-learn 1.9.1 (solver=svd), where its digits do not suffice against the
 * normal equations solved with 50 digits (mpmath). */
#include "model_case.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_ridge;

/* Rounding: conditions of the centred problems are below 1e4. */
#define COEF_TOLERANCE 1e-10

static double *wine;
static int64_t n_wine;

static void read_wine(void)
{
    wine = READ_COLUMNS("wine.csv", &n_wine, "alcohol", "malic_acid", "ash", "alcalinity_of_ash",
                        "magnesium", "total_phenols", "flavanoids", "nonflavanoid_phenols",
                        "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline");
    ck_assert_int_eq(n_wine, 178);
}

static double *read_penguins(int64_t *n)
{
    return READ_COLUMNS("penguins.csv", n, "bill_length_mm", "bill_depth_mm", "flipper_length_mm",
                        "year", "sex=male", "body_mass_g");
}

static void check_coefficients(const model_case *c, const double *expected, double tolerance)
{
    mlc_dataset *const table = model_case_table(c, "coefficients");
    const int64_t n = mlc_dataset_n_rows(table);
    ck_assert_int_eq(n, (c->p + 1) * (c->n_targets > 0 ? c->n_targets : 1));
    double *const got = malloc((size_t)n * sizeof *got);
    for (int64_t i = 0; i < n; i++)
        got[i] = table_real(table, "value", i);
    for (int64_t i = 0; i < n; i += c->p + 1) {
        const double wrong = relative_difference(got + i, expected + i, c->p);
        ck_assert_msg(wrong <= tolerance, "coefficients are %.3g off", wrong);
        ck_assert_double_le(fabs(got[i + c->p] - expected[i + c->p]),
                            tolerance * fmax(1, fabs(expected[i + c->p])));
    }
    free(got);
    mlc_dataset_free(table);
}

/* Exact (50 digits): wine, proline from the rest, alpha = 1. */
static const double wine_expected[] = {134.35244936760386,  -15.239469438177574, 200.624650300002,
                                       -26.071568696775672, 3.0315244182872707,  23.072433049419383,
                                       32.293386595693971,  -34.871090413531209, 10.000422267798143,
                                       25.344559327146508,  172.49741837484966,  27.018710569350619,
                                       -1718.7479872676093};

START_TEST(test_fit_of_wine_gives_exact_coefficients)
{
    read_wine();
    double *const x = take_columns(wine, n_wine, 13, 0, 12);
    double *const y = take_columns(wine, n_wine, 13, 12, 1);
    model_case c = {.model = &mlci_model_ridge, .x = x, .n = n_wine, .p = 12, .y = y};
    model_case_fit(&c);
    check_coefficients(&c, wine_expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(wine);
}
END_TEST

START_TEST(test_fit_with_conjugate_gradients_agrees_with_cholesky)
{
    read_wine();
    double *const x = take_columns(wine, n_wine, 13, 0, 12);
    double *const y = take_columns(wine, n_wine, 13, 12, 1);
    model_case c = {.model = &mlci_model_ridge,
                    .settings = "solver=sparse_cg tol=1e-13",
                    .x = x,
                    .n = n_wine,
                    .p = 12,
                    .y = y};
    model_case_fit(&c);
    check_coefficients(&c, wine_expected, 1e-9);
    mlc_dataset *const history = model_case_table(&c, "history");
    const int64_t n = mlc_dataset_n_rows(history);
    ck_assert_int_gt(n, 10);
    ck_assert_double_eq(table_real(history, "residual", 0), 1);
    ck_assert_double_le(table_real(history, "residual", n - 1), 1e-13);
    mlc_dataset_free(history);
    model_case_close(&c);
    free(x);
    free(y);
    free(wine);
}
END_TEST

START_TEST(test_fit_of_two_targets_gives_those_of_scikit_learn)
{
    int64_t n;
    double *const all =
        READ_COLUMNS("iris.csv", &n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    double *const x = take_columns(all, n, 4, 0, 2), *const y = take_columns(all, n, 4, 2, 2);
    /* Ridge(alpha=0.5).fit(X[:, :2], X[:, 2:]) */
    const double expected[] = {1.7682772967122729, -1.3169944762830428,  -2.5481425582993578,
                               0.7202399817796263, -0.47108205461652786, -1.5690140918846853};
    model_case c = {.model = &mlci_model_ridge,
                    .settings = "alpha=0.5",
                    .x = x,
                    .n = n,
                    .p = 2,
                    .y = y,
                    .n_targets = 2};
    model_case_fit(&c);
    check_coefficients(&c, expected, COEF_TOLERANCE);
    model_case_close(&c);

    model_case cg = {.model = &mlci_model_ridge,
                     .settings = "alpha=0.5 solver=sparse_cg tol=1e-14",
                     .x = x,
                     .n = n,
                     .p = 2,
                     .y = y,
                     .n_targets = 2};
    model_case_fit(&cg);
    check_coefficients(&cg, expected, COEF_TOLERANCE);
    model_case_close(&cg);
    free(x);
    free(y);
    free(all);
}
END_TEST

/* Exact (50 digits): penguins, body mass, alpha = 10, weights 1, 2, 3, 1 ... The year has mean /
 * deviation = 2500. */
static const double penguins_expected[] = {-5.3113492592699664, -68.817565621714838,
                                           42.834918801545087,  -93.494549728302576,
                                           452.04891254421464,  184517.91396783803};

START_TEST(test_fit_with_weights_gives_exact_coefficients)
{
    int64_t n;
    double *const all = read_penguins(&n);
    ck_assert_int_eq(n, 333);
    double *const x = take_columns(all, n, 6, 0, 5), *const y = take_columns(all, n, 6, 5, 1);
    double weight[333];
    for (int64_t i = 0; i < n; i++)
        weight[i] = (double)(1 + i % 3);
    model_case c = {.model = &mlci_model_ridge,
                    .settings = "alpha=10",
                    .x = x,
                    .n = n,
                    .p = 5,
                    .y = y,
                    .weight = weight};
    model_case_fit(&c);
    check_coefficients(&c, penguins_expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(all);
}
END_TEST

START_TEST(test_fit_with_weight_two_equals_the_row_twice)
{
    int64_t n;
    double *const all = read_penguins(&n);
    double *const x = malloc((size_t)n * 3 * 5 * sizeof *x), *const y = malloc((size_t)n * 3 * 8);
    int64_t rows = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t copy = 0; copy <= i % 3; copy++, rows++) {
            memcpy(x + rows * 5, all + i * 6, 5 * sizeof *x);
            y[rows] = all[i * 6 + 5];
        }
    }
    model_case c = {
        .model = &mlci_model_ridge, .settings = "alpha=10", .x = x, .n = rows, .p = 5, .y = y};
    model_case_fit(&c);
    check_coefficients(&c, penguins_expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(all);
}
END_TEST

START_TEST(test_fit_without_intercept_gives_that_of_scikit_learn)
{
    int64_t n;
    double *const all = read_penguins(&n);
    double *const x = take_columns(all, n, 6, 0, 5), *const y = take_columns(all, n, 6, 5, 1);
    const double expected[] = {-1.369930821332158, -64.67932247030743, 41.315562110081274,
                               -1.566450332768509, 435.95425515695206, 0};
    model_case c = {.model = &mlci_model_ridge,
                    .settings = "alpha=10 fit_intercept=false",
                    .x = x,
                    .n = n,
                    .p = 5,
                    .y = y};
    model_case_fit(&c);
    check_coefficients(&c, expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(all);
}
END_TEST

START_TEST(test_fit_with_offset_equals_target_less_offset)
{
    const double x[] = {1, 2, 3, 5, 8}, y[] = {1, 3, 2, 6, 9}, offset[] = {5, -1, 0, 2, 7};
    const double less[] = {-4, 4, 2, 4, 2};
    model_case a = {.model = &mlci_model_ridge, .x = x, .n = 5, .p = 1, .y = y, .offset = offset};
    model_case b = {.model = &mlci_model_ridge, .x = x, .n = 5, .p = 1, .y = less};
    model_case_fit(&a);
    model_case_fit(&b);
    mlci_writer saved_a = model_case_save(&a), saved_b = model_case_save(&b);
    ck_assert_mem_eq(saved_a.data, saved_b.data, (size_t)saved_a.length);
    mlci_writer_clear(&saved_a);
    mlci_writer_clear(&saved_b);
    model_case_close(&a);
    model_case_close(&b);
}
END_TEST

START_TEST(test_fit_of_fewer_rows_than_features_gives_exact_coefficients)
{
    read_wine();
    double *const x = take_columns(wine, 10, 13, 0, 12);
    double *const y = take_columns(wine, 10, 13, 12, 1);
    double weight[10];
    for (int64_t i = 0; i < 10; i++)
        weight[i] = (double)(1 + i % 3);
    const double expected[] = {22.389408377952556,  84.833688625317729,  49.808849821267541,
                               -36.117252205680969, 4.3272486082516316,  -11.722890997841644,
                               -2.1584721604530032, 5.9318662756843936,  13.789463510161682,
                               141.617025500915,    0.96182150730848327, 8.2104421014809418,
                               -129.73065053973039};
    model_case c = {.model = &mlci_model_ridge,
                    .settings = "alpha=2",
                    .x = x,
                    .n = 10,
                    .p = 12,
                    .y = y,
                    .weight = weight};
    model_case_fit(&c);
    check_coefficients(&c, expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(wine);
}
END_TEST

START_TEST(test_fit_of_fewer_rows_without_penalty_has_least_norm)
{
    read_wine();
    double *const x = take_columns(wine, 10, 13, 0, 12);
    double *const y = take_columns(wine, 10, 13, 12, 1);
    /* Ridge(alpha=0, solver='svd') */
    const double expected[] = {200.12506938918483,  1241.6527737544275,  136.75449041690405,
                               -129.49530064117315, 4.646176863060646,   -758.3880777690376,
                               215.86538905377483,  -107.96079878025157, -186.32219860794237,
                               456.1654703306813,   203.10542162677274,  -63.33382479225449,
                               -3424.146076099486};
    model_case c = {
        .model = &mlci_model_ridge, .settings = "alpha=0", .x = x, .n = 10, .p = 12, .y = y};
    model_case_fit(&c);
    /* The condition of XX' is 2e8. */
    check_coefficients(&c, expected, 1e-7);
    model_case_close(&c);
    free(x);
    free(y);
    free(wine);
}
END_TEST

START_TEST(test_fit_of_dependent_columns_has_least_norm_whatever_their_scale)
{
    int64_t n;
    double *const all =
        READ_COLUMNS("iris.csv", &n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    double x[150 * 5], y[150];
    for (int64_t i = 0; i < n; i++) {
        const double *const row = all + i * 4;
        const double made[] = {row[0], row[1], row[0] + 2 * row[1], 3, 1e6 * row[2]};
        memcpy(x + i * 5, made, sizeof made);
        y[i] = row[3];
    }
    /* Exact (50 digits): the 3 free columns solved, then the shares of least norm. */
    const double expected[] = {-0.24699790941816515, 0.14336487253945205, 0.039731835660738949, 0,
                               5.2408311477842916e-7};
    model_case c = {
        .model = &mlci_model_ridge, .settings = "alpha=0", .x = x, .n = n, .p = 5, .y = y};
    model_case_fit(&c);
    mlc_dataset *const table = model_case_table(&c, "coefficients");
    for (int64_t j = 0; j < 5; j++) {
        ck_assert_double_le(fabs(table_real(table, "value", j) - expected[j]),
                            COEF_TOLERANCE * fabs(expected[j]));
    }
    mlc_dataset_free(table);
    ck_assert_str_eq(c.last_log, "ridge: 2 of 5 features depend on the others; of all solutions "
                                 "the one of least norm is taken");
    model_case_close(&c);
    free(all);
}
END_TEST

START_TEST(test_fit_of_constant_column_gives_it_zero)
{
    const double x[] = {0.1, 1, 0.1, 2, 0.1, 4, 0.1, 3}, y[] = {3, 5, 9, 7};
    model_case c = {
        .model = &mlci_model_ridge, .settings = "alpha=0", .x = x, .n = 4, .p = 2, .y = y};
    model_case_fit(&c);
    check_coefficients(&c, (const double[]){0, 2, 1}, 1e-14);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_one_row_predicts_its_target)
{
    const double x[] = {2, 3}, y[] = {7};
    model_case c = {.model = &mlci_model_ridge, .x = x, .n = 1, .p = 2, .y = y};
    model_case_fit(&c);
    check_coefficients(&c, (const double[]){0, 0, 7}, 0);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_overflowing_values_fails_with_advice)
{
    const double x[] = {1e300, -1e300, 3, 2e299}, y[] = {1, 2, 3, 4};
    model_case c = {.model = &mlci_model_ridge, .x = x, .n = 4, .p = 1, .y = y};
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(c.err.message, "scale them first"));
    model_case_close(&c);
}
END_TEST

START_TEST(test_parameters_out_of_range_are_refused_by_name)
{
    double values[64] = {0};
    mlc_error err;
    const mlci_descriptor *const d = &mlci_model_ridge.base;
    ck_assert_int_eq(
        mlci_params_from_text(NULL, d->name, d->params, d->check, "alpha=-1", values, &err),
        MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "alpha");
    ck_assert_int_eq(
        mlci_params_from_text(NULL, d->name, d->params, d->check, "solver=svd", values, &err),
        MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "solver");
}
END_TEST

START_TEST(test_fit_is_the_same_on_each_machine)
{
    /* 4,000 rows: several strips; noise from a linear congruence. */
    const int64_t n = 4000, p = 9;
    double *const x = malloc((size_t)(n * p) * sizeof *x), *const y = malloc((size_t)n * sizeof *y);
    uint64_t seed = 1;
    for (int64_t i = 0; i < n * p; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = (double)(int64_t)(seed >> 33) / 1e6;
    }
    for (int64_t i = 0; i < n; i++)
        y[i] = x[i * p] - 2 * x[i * p + 3] + x[i * p + 8] * 0.1;
    const char *const settings[] = {"alpha=3", "solver=sparse_cg tol=1e-8"};
    for (int32_t s = 0; s < 2; s++) {
        const model_case c = {
            .model = &mlci_model_ridge, .settings = settings[s], .x = x, .n = n, .p = p, .y = y};
        model_case_same_everywhere(&c);
    }
    const model_case wide = {.model = &mlci_model_ridge, .x = x, .n = 120, .p = 300, .y = y};
    model_case_same_everywhere(&wide);
    free(x);
    free(y);
}
END_TEST

START_TEST(test_predict_gives_a_row_the_same_bits_alone_and_after_loading)
{
    read_wine();
    double *const x = take_columns(wine, n_wine, 13, 0, 11);
    double *const y = take_columns(wine, n_wine, 13, 11, 2);
    model_case c = {
        .model = &mlci_model_ridge, .x = x, .n = n_wine, .p = 11, .y = y, .n_targets = 2};
    model_case_fit(&c);
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_PREDICTION);
    model_case_survives_saving(&c, MLCI_OUTPUT_PREDICTION);
    model_case_close(&c);
    free(x);
    free(y);
    free(wine);
}
END_TEST

START_TEST(test_load_of_other_sizes_or_values_is_refused)
{
    const double x[] = {1, 2, 3, 5, 8}, y[] = {1, 3, 2, 6, 9};
    model_case c = {.model = &mlci_model_ridge, .x = x, .n = 5, .p = 1, .y = y};
    model_case_fit(&c);
    mlci_writer w = model_case_save(&c);
    mlci_reader r;
    void *state = NULL;
    mlci_reader_init(&r, NULL, "model", w.data, w.length);
    ck_assert_int_eq(mlci_model_ridge.load(c.call, c.params, &r, 2, 0, &state, &c.err),
                     MLC_ERROR_FORMAT);
    memset(w.data + 24, 0xff, 8); /* the first weight: a NaN */
    mlci_reader_init(&r, NULL, "model", w.data, w.length);
    ck_assert_int_eq(mlci_model_ridge.load(c.call, c.params, &r, 1, 0, &state, &c.err),
                     MLC_ERROR_FORMAT);
    ck_assert_ptr_null(state);
    mlci_writer_clear(&w);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_sparse_rows_equals_that_of_dense_ones)
{
    int64_t n;
    double *const x =
        READ_COLUMNS("iris.csv", &n, "sepal_length", "sepal_width", "petal_length", "petal_width");
    double y[150];
    for (int64_t i = 0; i < n; i++)
        y[i] = x[i * 4 + 3];
    for (int64_t i = 0; i < n * 4; i++) {
        if (i % 3 != 0) x[i] = 0;
    }
    sparse_rows rows;
    sparse_rows_open(&rows, x, n, 4);
    const char *const settings[] = {"tol=1e-14", "tol=1e-14 solver=sparse_cg",
                                    "tol=1e-14 solver=sparse_cg fit_intercept=false"};
    for (int32_t s = 0; s < 3; s++) {
        model_case dense = {.model = &mlci_model_ridge,
                            .x = x,
                            .n = n,
                            .p = 4,
                            .y = y,
                            .settings = s == 2 ? "fit_intercept=false" : ""};
        model_case sparse = {.model = &mlci_model_ridge,
                             .n = n,
                             .p = 4,
                             .y = y,
                             .settings = settings[s],
                             .matrix = rows.matrix};
        model_case_fit(&dense);
        model_case_fit(&sparse);
        double expected[5];
        mlc_dataset *const table = model_case_table(&dense, "coefficients");
        for (int64_t i = 0; i < 5; i++)
            expected[i] = table_real(table, "value", i);
        mlc_dataset_free(table);
        check_coefficients(&sparse, expected, COEF_TOLERANCE);
        model_case_close(&dense);
        model_case_close(&sparse);
    }
    sparse_rows_close(&rows);
    free(x);
}
END_TEST

START_TEST(test_life_of_a_model_when_memory_fails_leaks_nothing)
{
    const double x[] = {1, 2, 3, 5, 8, 1, 1, 4, 2, 2, 7, 1}, y[] = {1, 3, 2, 6, 9, 4};
    const char *const settings[] = {"alpha=1", "alpha=0", "solver=sparse_cg", "alpha=2"};
    const int64_t n[] = {6, 1, 6, 1}; /* one row of two: the dual equations */
    for (int32_t s = 0; s < 4; s++) {
        model_case c = {
            .model = &mlci_model_ridge, .settings = settings[s], .x = x, .n = n[s], .p = 2, .y = y};
        mlci_torture(model_case_live, &c);
    }
    const double line[] = {1, 1, 2, 2, 3, 3}; /* dependent columns: the singular way */
    model_case singular = {
        .model = &mlci_model_ridge, .settings = "alpha=0", .x = line, .n = 3, .p = 2, .y = y};
    mlci_torture(model_case_live, &singular);
}
END_TEST

START_TEST(test_fit_of_california_housing_gives_that_of_scikit_learn)
{
    int64_t n;
    double *const all =
        READ_COLUMNS("california_housing.csv.gz", &n, "longitude", "latitude", "housing_median_age",
                     "total_rooms", "total_bedrooms", "population", "households", "median_income",
                     "median_house_value");
    ck_assert_int_eq(n, 20433); /* rows without total_bedrooms are left out */
    double *const x = take_columns(all, n, 9, 0, 8), *const y = take_columns(all, n, 9, 8, 1);
    const double expected[] = {-42722.22307042168, -42502.36558682864, 1158.0283950904575,
                               -8.25042737707205,  113.81008603551834, -38.385864994287125,
                               47.71914749504094,  40297.95961660918,  -3584720.3949243887};
    model_case c = {.model = &mlci_model_ridge, .x = x, .n = n, .p = 8, .y = y};
    model_case_fit(&c);
    check_coefficients(&c, expected, COEF_TOLERANCE);
    model_case_close(&c);
    free(x);
    free(y);
    free(all);
}
END_TEST

MLCI_CHECK_SUITE("model_ridge", test_fit_of_wine_gives_exact_coefficients,
                 test_fit_with_conjugate_gradients_agrees_with_cholesky,
                 test_fit_of_two_targets_gives_those_of_scikit_learn,
                 test_fit_with_weights_gives_exact_coefficients,
                 test_fit_with_weight_two_equals_the_row_twice,
                 test_fit_without_intercept_gives_that_of_scikit_learn,
                 test_fit_with_offset_equals_target_less_offset,
                 test_fit_of_fewer_rows_than_features_gives_exact_coefficients,
                 test_fit_of_fewer_rows_without_penalty_has_least_norm,
                 test_fit_of_dependent_columns_has_least_norm_whatever_their_scale,
                 test_fit_of_constant_column_gives_it_zero, test_fit_of_one_row_predicts_its_target,
                 test_fit_of_overflowing_values_fails_with_advice,
                 test_parameters_out_of_range_are_refused_by_name,
                 test_fit_is_the_same_on_each_machine,
                 test_predict_gives_a_row_the_same_bits_alone_and_after_loading,
                 test_load_of_other_sizes_or_values_is_refused,
                 test_fit_of_sparse_rows_equals_that_of_dense_ones,
                 test_life_of_a_model_when_memory_fails_leaks_nothing,
                 test_fit_of_california_housing_gives_that_of_scikit_learn)
