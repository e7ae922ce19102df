/* Expected values: scikit-learn 1.9.1, silhouette_score, with weights on repeated rows. */
#include "scored_rows.h"
#include "torture.h"

extern const mlci_metric_descriptor mlci_metric_silhouette;
static const mlci_metric_descriptor *const metric = &mlci_metric_silhouette;

static mlci_matrix *wrap(const double *x, int64_t n, int64_t d)
{
    mlci_matrix *out = NULL;
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, n, d, &out, NULL), MLC_OK);
    return out;
}

static mlci_matrix *wine_features(void)
{
    static double x[2 * MAX_SCORING_ROWS];
    for (int64_t i = 0; i < N_WINE; i++) {
        x[2 * i] = wine[i][5];
        x[2 * i + 1] = wine[i][6];
    }
    return wrap(x, N_WINE, 2);
}

static const double six_points[] = {0, 0, 0, 1, 1, 0, 5, 5, 5, 6, 9, 0};
static const double six_labels[] = {0, 0, 0, 3, 3, -1};

static double score_points(const double *weight, const double *labels)
{
    mlci_matrix *x = wrap(six_points, 6, 2);
    const mlci_metric_input in = {.n_rows = 6, .prediction = labels, .weight = weight, .x = x};
    const double value = score_one(metric, "", in);
    mlci_matrix_close(x);
    return value;
}

START_TEST(test_silhouette_of_a_few_points_is_that_of_scikit_learn)
{
    ck_assert_double_eq_tol(score_points(NULL, six_labels), 0.70237518778043, ROUNDING);
    const double weight[] = {1, 2, 0, 3, 1, 2};
    ck_assert_double_eq_tol(score_points(weight, six_labels), 0.9350141292175338, ROUNDING);
}
END_TEST

START_TEST(test_silhouette_of_one_cluster_or_single_rows_is_nan)
{
    const double same[6] = {0};
    const double all_apart[] = {0, 1, 2, 3, 4, 5};
    const double no_weight[6] = {0};
    const double one_left[] = {2, 1, 1, 0, 0, 0};
    ck_assert_double_nan(score_points(NULL, same));
    ck_assert_double_nan(score_points(NULL, all_apart));
    ck_assert_double_nan(score_points(no_weight, six_labels));
    ck_assert_double_nan(score_points(one_left, six_labels));
}
END_TEST

START_TEST(test_silhouette_of_equal_points_in_two_clusters_is_zero)
{
    const double x[8] = {0};
    const double labels[] = {0, 0, 1, 1};
    mlci_matrix *matrix = wrap(x, 4, 2);
    const mlci_metric_input in = {.n_rows = 4, .prediction = labels, .x = matrix};
    ck_assert_double_eq(score_one(metric, "", in), 0);
    mlci_matrix_close(matrix);
}
END_TEST

START_TEST(test_silhouette_of_real_labels_is_that_of_scikit_learn)
{
    mlci_metric_input in = cluster_rows(0);
    mlci_metric_input weighted = cluster_rows(1);
    mlci_matrix *x = wine_features();
    in.x = weighted.x = x;
    ck_assert_double_eq_tol(score_one(metric, "", in), WINE_SILHOUETTE, ROUNDING);
    ck_assert_double_eq_tol(score_one(metric, "", weighted), WINE_SILHOUETTE_WEIGHTED, ROUNDING);
    mlci_matrix_close(x);
}
END_TEST

START_TEST(test_silhouette_takes_weights_as_copies_and_rows_in_any_order)
{
    mlci_metric_input in = cluster_rows(1);
    mlci_matrix *x = wine_features();
    in.x = x;
    check_weights_are_copies(metric, "", in);
    check_order_is_free(metric, "", in, ROUNDING);
    mlci_matrix_close(x);
}
END_TEST

START_TEST(test_silhouette_does_not_depend_on_threads)
{
    mlci_metric_input in = cluster_rows(1);
    mlci_matrix *x = wine_features();
    in.x = x;
    const double expected = score_one(metric, "", in);
    for (int32_t n_threads = 1; n_threads <= 7; n_threads += n_threads < 3 ? 1 : 4) {
        mlc_context *ctx = NULL;
        ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
        mlc_context_set_threads(ctx, n_threads);
        in.call = ctx;
        ck_assert(score_one(metric, "", in) == expected);
        mlc_context_close(ctx);
    }
    mlci_matrix_close(x);
}
END_TEST

START_TEST(test_silhouette_of_a_sample_is_near_and_depends_on_the_seed_only)
{
    mlci_metric_input in = cluster_rows(0);
    mlci_matrix *x = wine_features();
    in.x = x;
    const double sample = score_one(metric, "sample_size=100", in);
    ck_assert(sample == score_one(metric, "sample_size=100 random_state=0", in));
    ck_assert(sample != score_one(metric, "sample_size=100 random_state=1", in));
    ck_assert_double_eq_tol(sample, WINE_SILHOUETTE, 0.1); /* 100 of 178 rows */
    ck_assert(score_one(metric, "sample_size=178", in) == score_one(metric, "", in));
    ck_assert(score_one(metric, "sample_size=1000", in) == score_one(metric, "", in));
    mlci_matrix_close(x);
}
END_TEST

START_TEST(test_silhouette_refuses_what_it_cannot_measure)
{
    double x[12];
    double labels[6];
    const double weight[] = {1, 1, 0, 1, 1, 1};
    memcpy(x, six_points, sizeof x);
    memcpy(labels, six_labels, sizeof labels);
    x[5] = NAN;
    mlci_matrix *matrix = wrap(x, 6, 2);
    mlci_metric_input in = {.n_rows = 6, .prediction = labels, .x = matrix};
    score_fails(metric, "", in, MLC_ERROR_DATA,
                "'x1' is missing or infinite in row 3: 'silhouette' needs finite numbers; add "
                "'simple_imputer'");
    in.weight = weight;
    ck_assert(isfinite(score_one(metric, "", in)));
    labels[1] = NAN;
    score_fails(metric, "", in, MLC_ERROR_DATA, "prediction of row 2 is missing: must be a label");
    in.n_rows = 5;
    score_fails(metric, "", in, MLC_ERROR_ARGUMENT,
                "there are 6 rows of features for 5 labels: must be as many");
    in.x = NULL;
    score_fails(metric, "", in, MLC_ERROR_UNSUPPORTED,
                "metric 'silhouette' needs the features of the rows");
    score_fails(metric, "sample_size=1", in, MLC_ERROR_SETTING,
                "sample_size = 1: must be at least 2, or none");
    mlci_matrix_close(matrix);
}
END_TEST

static scoring_run run;

START_TEST(test_silhouette_when_memory_fails_leaks_nothing)
{
    mlci_matrix *x = wine_features();
    run = (scoring_run){&mlci_metric_silhouette, "sample_size=50", cluster_rows(1)};
    run.in.x = x;
    mlci_torture(run_scoring, &run);
    mlci_matrix_close(x);
}
END_TEST

START_TEST(test_silhouette_when_cancelled_stops)
{
    mlci_matrix *x = wine_features();
    mlci_metric_input in = cluster_rows(0);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlci_root_set_cancel_after(mlci_context_root(ctx), 5);
    in.x = x;
    in.call = ctx;
    mlci_metric_value value;
    mlc_error err = {0};
    ck_assert_int_eq(score_status(metric, "", &in, &value, &err), MLC_ERROR_CANCELLED);
    mlc_context_close(ctx);
    mlci_matrix_close(x);
}
END_TEST

MLCI_CHECK_SUITE("metric_silhouette", test_silhouette_of_a_few_points_is_that_of_scikit_learn,
                 test_silhouette_of_one_cluster_or_single_rows_is_nan,
                 test_silhouette_of_equal_points_in_two_clusters_is_zero,
                 test_silhouette_of_real_labels_is_that_of_scikit_learn,
                 test_silhouette_takes_weights_as_copies_and_rows_in_any_order,
                 test_silhouette_does_not_depend_on_threads,
                 test_silhouette_of_a_sample_is_near_and_depends_on_the_seed_only,
                 test_silhouette_refuses_what_it_cannot_measure,
                 test_silhouette_when_memory_fails_leaks_nothing,
                 test_silhouette_when_cancelled_stops)
