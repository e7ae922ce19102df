/* kmeans: properties of its fixed points, and best known solutions (scikit-learn 1.9.1, KMeans
 * with n_init=50 and tol=0). */
#include "model_case.h"
#include "torture.h"

extern const mlci_model_descriptor mlci_model_kmeans;
#define MODEL (&mlci_model_kmeans)

static double *iris(int64_t *n)
{
    return READ_COLUMNS("iris.csv", n, "sepal_length", "sepal_width", "petal_length",
                        "petal_width");
}

static double *seeds(int64_t *n)
{
    return READ_COLUMNS("wheat_seeds.csv", n, "area", "perimeter", "compactness", "length", "width",
                        "asymmetry", "groove");
}

static double final_inertia(const model_case *c)
{
    mlc_dataset *const history = model_case_table(c, "history");
    const double value = table_real(history, "inertia", mlc_dataset_n_rows(history) - 1);
    mlc_dataset_free(history);
    return value;
}

/* Centres ordered by their first coordinate; the caller frees. */
static double *sorted_centres(const model_case *c, int64_t k)
{
    mlc_dataset *const table = model_case_table(c, "centers");
    ck_assert_int_eq(mlc_dataset_n_rows(table), k * c->p);
    double *const centres = malloc((size_t)(k * c->p) * sizeof *centres);
    for (int64_t i = 0; i < k; i++) {
        int64_t rank = 0;
        for (int64_t other = 0; other < k; other++) {
            rank += table_real(table, "value", other * c->p) < table_real(table, "value", i * c->p);
        }
        for (int64_t j = 0; j < c->p; j++) {
            centres[rank * c->p + j] = table_real(table, "value", i * c->p + j);
        }
    }
    mlc_dataset_free(table);
    return centres;
}

static void check_centres(const model_case *c, int64_t k, const double *expected)
{
    double *const got = sorted_centres(c, k);
    for (int64_t i = 0; i < k * c->p; i++)
        ck_assert_double_eq_tol(got[i], expected[i], 1e-12);
    free(got);
}

START_TEST(test_fit_of_iris_reaches_the_best_known_inertia)
{
    int64_t n;
    double *const x = iris(&n);
    const double expected[] = {5.006,
                               3.428,
                               1.462,
                               0.246,
                               5.901612903225806,
                               2.7483870967741937,
                               4.393548387096774,
                               1.4338709677419355,
                               6.85,
                               3.0736842105263156,
                               5.742105263157894,
                               2.0710526315789473};
    const char *const settings[] = {"n_clusters=3 n_init=10 tol=0",
                                    "n_clusters=3 init=random tol=0"};
    for (int32_t i = 0; i < 2; i++) {
        model_case c = {.model = MODEL, .settings = settings[i], .x = x, .n = n, .p = 4};
        model_case_fit(&c);
        ck_assert_double_eq_tol(final_inertia(&c), 78.851441426146, 1e-11);
        check_centres(&c, 3, expected);
        model_case_close(&c);
    }
    free(x);
}
END_TEST

START_TEST(test_fit_of_wheat_seeds_gives_the_clusters_of_scikit_learn)
{
    int64_t n;
    double *const x = seeds(&n);
    const double expected[] = {11.964415584415585, 13.274805194805195, 0.8522,
                               5.229285714285714,  2.872922077922078,  4.75974025974026,
                               5.088519480519481,  14.648472222222223, 14.460416666666667,
                               0.8791666666666667, 5.563777777777778,  3.277902777777778,
                               2.648933333333334,  5.192319444444444,  18.721803278688522,
                               16.297377049180326, 0.8850868852459016, 6.208934426229508,
                               3.722672131147541,  3.603590163934426,  6.0660983606557375};
    model_case c = {
        .model = MODEL, .settings = "n_clusters=3 n_init=10 tol=0", .x = x, .n = n, .p = 7};
    model_case_fit(&c);
    ck_assert_double_eq_tol(final_inertia(&c), 587.318611594043, 1e-10);
    check_centres(&c, 3, expected);
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_fit_with_weights_gives_the_clusters_of_repeated_rows)
{
    int64_t n;
    double *const x = iris(&n), weight[150];
    const double expected[] = {4.991346153846154,   3.3634615384615385, 1.5413461538461535,
                               0.29038461538461535, 6.301530612244898,  2.8831632653061225,
                               4.9622448979591836,  1.685714285714286};
    double *const rows = malloc((size_t)(3 * n * 4) * sizeof *rows);
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        weight[i] = (double)(1 + i % 3);
        for (int64_t copy = 0; copy <= i % 3; copy++) {
            memcpy(rows + m++ * 4, x + i * 4, 4 * sizeof *rows);
        }
    }
    /* With 2 clusters every start ends in the same place, so other draws do not matter. */
    model_case weighted = {.model = MODEL,
                           .settings = "n_clusters=2 n_init=5 tol=0",
                           .x = x,
                           .n = n,
                           .p = 4,
                           .weight = weight};
    model_case repeated = {
        .model = MODEL, .settings = "n_clusters=2 n_init=5 tol=0", .x = rows, .n = m, .p = 4};
    model_case_fit(&weighted);
    model_case_fit(&repeated);
    ck_assert_double_eq_tol(final_inertia(&weighted), 298.5305533751963, 1e-10);
    ck_assert_double_eq_tol(final_inertia(&repeated), 298.5305533751963, 1e-10);
    check_centres(&weighted, 2, expected);
    check_centres(&repeated, 2, expected);
    model_case_close(&weighted);
    model_case_close(&repeated);
    free(rows);
    free(x);
}
END_TEST

START_TEST(test_fit_ends_where_centres_are_means_of_their_rows)
{
    int64_t n;
    double *const x = seeds(&n);
    model_case c = {
        .model = MODEL, .settings = "n_clusters=5 tol=0 random_state=4", .x = x, .n = n, .p = 7};
    model_case_fit(&c);
    double *const label = malloc((size_t)n * sizeof *label);
    double *const distance = malloc((size_t)(n * 5) * sizeof *distance);
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, label);
    model_case_predict(&c, MLCI_OUTPUT_RAW, distance);
    double sums[5 * 7] = {0}, counts[5] = {0}, inertia = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t k = (int64_t)label[i];
        for (int64_t other = 0; other < 5; other++) {
            ck_assert_double_le(distance[i * 5 + k], distance[i * 5 + other]);
        }
        for (int64_t j = 0; j < 7; j++)
            sums[k * 7 + j] += x[i * 7 + j];
        counts[k]++;
        inertia += distance[i * 5 + k] * distance[i * 5 + k];
    }
    mlc_dataset *const centres = model_case_table(&c, "centers");
    for (int64_t i = 0; i < 5 * 7; i++) {
        ck_assert_double_eq_tol(table_real(centres, "value", i), sums[i] / counts[i / 7], 1e-12);
    }
    mlc_dataset_free(centres);
    ck_assert_double_eq_tol(inertia, final_inertia(&c), 1e-9);
    model_case_close(&c);
    free(label);
    free(distance);
    free(x);
}
END_TEST

START_TEST(test_history_never_rises)
{
    int64_t n;
    double *const x = seeds(&n);
    model_case c = {.model = MODEL,
                    .settings = "n_clusters=8 init=random n_init=1 tol=0",
                    .x = x,
                    .n = n,
                    .p = 7};
    model_case_fit(&c);
    mlc_dataset *const history = model_case_table(&c, "history");
    const int64_t lines = mlc_dataset_n_rows(history);
    ck_assert_int_ge(lines, 4);
    for (int64_t i = 1; i < lines; i++) {
        ck_assert_double_le(table_real(history, "inertia", i),
                            table_real(history, "inertia", i - 1) * (1 + 1e-14));
    }
    mlc_dataset_free(history);
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_more_starts_never_end_higher)
{
    int64_t n;
    double *const x = seeds(&n);
    double before = INFINITY;
    for (int32_t n_init = 1; n_init <= 8; n_init++) {
        char settings[64];
        snprintf(settings, sizeof settings, "n_clusters=8 init=random n_init=%d", n_init);
        model_case c = {.model = MODEL, .settings = settings, .x = x, .n = n, .p = 7};
        model_case_fit(&c);
        ck_assert_double_le(final_inertia(&c), before);
        before = final_inertia(&c);
        model_case_close(&c);
    }
    free(x);
}
END_TEST

START_TEST(test_fit_of_one_cluster_gives_the_mean)
{
    const double x[] = {1, 2, 3, 10};
    model_case c = {.model = MODEL, .settings = "n_clusters=1", .x = x, .n = 4, .p = 1};
    model_case_fit(&c);
    check_centres(&c, 1, (const double[]){4});
    ck_assert_double_eq_tol(final_inertia(&c), 9 + 4 + 1 + 36, 1e-12);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_as_many_clusters_as_rows_has_no_inertia)
{
    const double x[] = {5, 1, 9, 3};
    model_case c = {.model = MODEL, .settings = "n_clusters=4", .x = x, .n = 4, .p = 1};
    model_case_fit(&c);
    check_centres(&c, 4, (const double[]){1, 3, 5, 9});
    ck_assert_double_eq(final_inertia(&c), 0);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_fewer_distinct_rows_than_clusters_succeeds)
{
    const double x[] = {5, 5, 5, 1, 1, 5};
    model_case c = {.model = MODEL, .settings = "n_clusters=4", .x = x, .n = 6, .p = 1};
    model_case_fit(&c);
    ck_assert_double_eq(final_inertia(&c), 0);
    double label[6];
    model_case_predict(&c, MLCI_OUTPUT_PREDICTION, label);
    ck_assert_double_eq(label[0], label[5]);
    ck_assert_double_ne(label[0], label[3]);
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_of_fewer_rows_than_clusters_is_refused)
{
    const double x[] = {5, 1, 9};
    model_case c = {.model = MODEL, .settings = "n_clusters=4", .x = x, .n = 3, .p = 1};
    model_case_open(&c);
    ck_assert_int_eq(model_case_try(&c), MLC_ERROR_DATA);
    ck_assert_str_eq(c.err.message, "n_clusters = 4: must be at most the number of rows, 3");
    model_case_close(&c);
}
END_TEST

START_TEST(test_fit_that_ends_early_says_so)
{
    int64_t n;
    double *const x = seeds(&n);
    model_case c = {
        .model = MODEL, .settings = "n_clusters=8 max_iter=1 tol=0", .x = x, .n = n, .p = 7};
    model_case_fit(&c);
    ck_assert_str_eq(c.last_log, "kmeans: the centres still moved after 1 iterations; raise "
                                 "max_iter or tol");
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_random_state_changes_the_start)
{
    int64_t n;
    double *const x = seeds(&n);
    int32_t n_different = 0;
    double first = NAN;
    for (int32_t seed = 0; seed < 6; seed++) {
        char settings[80];
        snprintf(settings, sizeof settings, "n_clusters=8 max_iter=1 random_state=%d", seed);
        model_case c = {.model = MODEL, .settings = settings, .x = x, .n = n, .p = 7};
        model_case_fit(&c);
        if (seed == 0) first = final_inertia(&c);
        n_different += final_inertia(&c) != first;
        model_case_close(&c);
    }
    ck_assert_int_ge(n_different, 4);
    free(x);
}
END_TEST

START_TEST(test_fit_is_the_same_on_each_machine)
{
    const int64_t n = 5000, p = 6;
    double *const x = malloc((size_t)(n * p) * sizeof *x);
    uint64_t seed = 3;
    for (int64_t i = 0; i < n * p; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = (double)(int64_t)(seed >> 33) / 1e9 + (double)(i / p % 5);
    }
    const char *const settings[] = {"n_clusters=9", "n_clusters=9 init=random n_init=2"};
    for (int32_t s = 0; s < 2; s++) {
        const model_case c = {.model = MODEL, .settings = settings[s], .x = x, .n = n, .p = p};
        model_case_same_everywhere(&c);
    }
    free(x);
}
END_TEST

START_TEST(test_predict_gives_a_row_the_same_bits_alone_and_after_loading)
{
    int64_t n;
    double *const x = seeds(&n);
    model_case c = {.model = MODEL, .settings = "n_clusters=11", .x = x, .n = n, .p = 7};
    model_case_fit(&c);
    const int32_t outputs[] = {MLCI_OUTPUT_PREDICTION, MLCI_OUTPUT_RAW};
    for (int32_t i = 0; i < 2; i++) {
        model_case_rows_stand_alone(&c, outputs[i]);
        model_case_survives_saving(&c, outputs[i]);
    }
    model_case_close(&c);
    free(x);
}
END_TEST

START_TEST(test_life_of_a_model_when_memory_fails_leaks_nothing)
{
    const double x[] = {1, 2, 3, 5, 8, 1, 1, 4, 2, 2, 7, 1};
    const char *const settings[] = {"n_clusters=2", "n_clusters=2 init=random n_init=2"};
    for (int32_t s = 0; s < 2; s++) {
        model_case c = {.model = MODEL, .settings = settings[s], .x = x, .n = 6, .p = 2};
        mlci_torture(model_case_live, &c);
    }
}
END_TEST

MLCI_CHECK_SUITE("model_kmeans", test_fit_of_iris_reaches_the_best_known_inertia,
                 test_fit_of_wheat_seeds_gives_the_clusters_of_scikit_learn,
                 test_fit_with_weights_gives_the_clusters_of_repeated_rows,
                 test_fit_ends_where_centres_are_means_of_their_rows, test_history_never_rises,
                 test_more_starts_never_end_higher, test_fit_of_one_cluster_gives_the_mean,
                 test_fit_of_as_many_clusters_as_rows_has_no_inertia,
                 test_fit_of_fewer_distinct_rows_than_clusters_succeeds,
                 test_fit_of_fewer_rows_than_clusters_is_refused, test_fit_that_ends_early_says_so,
                 test_random_state_changes_the_start,
                 test_predict_gives_a_row_the_same_bits_alone_and_after_loading,
                 test_life_of_a_model_when_memory_fails_leaks_nothing, MLCI_RESULTS,
                 test_fit_is_the_same_on_each_machine)
