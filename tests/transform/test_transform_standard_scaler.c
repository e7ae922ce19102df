#include "check_suite.h"
#include "torture.h"
#include "transforming.h"

static const double a[] = {1, 2, NAN, 4.5}, b[] = {5, 5, 5, 5}, c[] = {NAN, 3, 1, -2};
static const double w[] = {1, 2, 1, 0.5};

static mlc_dataset *three(const double *weight)
{
    const mlc_array arrays[] = {making_real("a", 4, a), making_real("b", 4, b),
                                making_real("c", 4, c), making_real("w", 4, weight)};
    return making_dataset(arrays, weight == NULL ? 3 : 4, weight == NULL ? NULL : "weight=w");
}

/* scikit-learn 1.9.1: StandardScaler().fit(x), mean_, scale_ and transform(x) */
START_TEST(test_scaler_with_missing_and_constant_columns_gives_what_scikit_learn_gives)
{
    mlc_dataset *rows = three(NULL);
    mlc_transform *fitted = transforming_fit("standard_scaler", rows);
    mlc_dataset *statistics = transforming_table(fitted, "statistics");
    making_assert_text(statistics, "column", 0, "a");
    transforming_close(statistics, "mean", 0, 2.5);
    transforming_close(statistics, "scale", 0, 1.4719601443879744);
    transforming_close(statistics, "mean", 1, 5);
    transforming_close(statistics, "scale", 1, 1);
    transforming_close(statistics, "mean", 2, 0.6666666666666666);
    transforming_close(statistics, "scale", 2, 2.0548046676563256);
    mlc_dataset *out = transforming_apply(fitted, rows);
    const double wanted_a[] = {-1.0190493307301363, -0.3396831102433787, NAN, 1.3587324409735149};
    const double wanted_c[] = {NAN, 1.1355499479153377, 0.16222142113076254, -1.2977713690461001};
    for (int64_t i = 0; i < 4; i++) {
        transforming_close(out, "a", i, wanted_a[i]);
        transforming_close(out, "b", i, 0);
        transforming_close(out, "c", i, wanted_c[i]);
    }
    mlc_dataset_free(out);
    mlc_dataset_free(statistics);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

/* scikit-learn 1.9.1: StandardScaler().fit(x, sample_weight=[1, 2, 1, .5]) */
START_TEST(test_scaler_with_weights_gives_what_scikit_learn_gives)
{
    mlc_dataset *rows = three(w);
    mlc_transform *fitted = transforming_fit("standard_scaler", rows);
    mlc_dataset *statistics = transforming_table(fitted, "statistics");
    transforming_close(statistics, "mean", 0, 2.0714285714285716);
    transforming_close(statistics, "scale", 0, 1.083267920578793);
    transforming_close(statistics, "scale", 1, 1);
    transforming_close(statistics, "mean", 2, 1.7142857142857142);
    transforming_close(statistics, "scale", 2, 1.749635530559413);
    mlc_dataset *out = transforming_apply(fitted, rows);
    transforming_close(out, "a", 0, -0.9890707100936806);
    transforming_close(out, "c", 3, -2.122891110412088);
    transforming_close(out, "w", 1, 2);
    mlc_dataset_free(out);
    mlc_dataset_free(statistics);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_without_mean_or_std_leaves_that_part_out)
{
    mlc_dataset *rows = three(NULL);
    mlc_dataset *divided = transforming_both("standard_scaler(with_mean=false)", rows);
    mlc_dataset *centred = transforming_both("standard_scaler(with_std=false)", rows);
    transforming_close(divided, "a", 0, 1 / 1.4719601443879744);
    transforming_close(divided, "b", 0, 5);
    transforming_close(centred, "a", 0, -1.5);
    mlc_dataset_free(centred);
    mlc_dataset_free(divided);
    mlc_dataset_free(rows);
}
END_TEST

/* x = 0.1 in each row: the variance that rounding leaves is noise, not spread. */
START_TEST(test_scaler_when_constant_up_to_rounding_then_scale_is_1)
{
    double tenth[1000];
    for (int i = 0; i < 1000; i++)
        tenth[i] = 0.1;
    const mlc_array array = making_real("x", 1000, tenth);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_dataset *out = transforming_both("standard_scaler", rows);
    ck_assert(fabs(making_cell(out, "x", 500)) < 1e-15);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_over_a_vector_scales_each_component)
{
    const double v[] = {1, 10, 3, 30, 5, 20};
    const mlc_array array = making_matrix("v", 3, 2, v);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_transform *fitted = transforming_fit("on(v, standard_scaler)", rows);
    mlc_dataset *statistics = transforming_table(fitted, "statistics");
    mlc_dataset *out = transforming_apply(fitted, rows);
    making_assert_text(statistics, "column", 1, "v[v1]");
    transforming_close(statistics, "mean", 1, 20);
    transforming_close(out, "v[0]", 0, -sqrt(1.5));
    transforming_close(out, "v[1]", 1, sqrt(1.5));
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 1), "v1");
    mlc_dataset_free(statistics);
    mlc_transform_free(fitted);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_over_sparse_vectors_needs_with_mean_off)
{
    const char *const texts[] = {"x", "y", "x", "z"};
    const mlc_array array = making_category("t", 4, texts);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    transforming_fit_fails("chain(one_hot_encoder, on(t, standard_scaler))", rows, MLC_ERROR_COLUMN,
                           "with_mean=false");
    mlc_dataset *out =
        transforming_both("chain(one_hot_encoder, on(t, standard_scaler(with_mean=false)))", rows);
    transforming_close(out, "t[x]", 0, 2); /* half are x: standard deviation 1/2 */
    transforming_close(out, "t[x]", 1, 0);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_when_values_are_infinite_or_text_then_says_which_column)
{
    const double x[] = {1, INFINITY, 2};
    const char *const texts[] = {"a", "b", "c"};
    const mlc_array arrays[] = {making_real("x", 3, x), making_text("t", 3, texts)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    transforming_fit_fails("standard_scaler", rows, MLC_ERROR_DATA, "infinite or huge");
    transforming_fit_fails("on(t, standard_scaler)", rows, MLC_ERROR_COLUMN,
                           "column 't' is text; 'standard_scaler' takes numbers");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_applied_to_integers_and_to_nothing_works)
{
    mlc_dataset *rows = three(NULL);
    mlc_transform *fitted = transforming_fit("on(a, standard_scaler)", rows);
    const int64_t whole[] = {1, 4};
    const mlc_array array = making_integer("a", 2, whole);
    mlc_dataset *other = making_dataset(&array, 1, NULL);
    mlc_dataset *out = transforming_apply(fitted, other);
    transforming_close(out, "a", 0, -1.0190493307301363);
    mlc_dataset *none = making_rows(rows, 0, NULL);
    mlc_dataset *nothing = transforming_apply(fitted, none);
    ck_assert_int_eq(mlc_dataset_n_rows(nothing), 0);
    mlc_dataset_free(nothing);
    mlc_dataset_free(none);
    mlc_dataset_free(out);
    mlc_dataset_free(other);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scaler_in_a_served_pipeline_gives_the_same_bits)
{
    const double x[] = {1, 4, 2, 8, 5, 7}, z[] = {0.5, 0.25, 9, 3, 1, 2}, y[] = {1, 2, 3, 4, 5, 6};
    const mlc_array arrays[] = {making_real("x", 6, x), making_real("z", 6, z),
                                making_real("y", 6, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    transforming_serves("pipeline(standard_scaler, ridge)", rows);
    transforming_serves("pipeline(on(z, standard_scaler(with_std=false)), ridge)", rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_dataset *out = NULL, *table = NULL;
    mlc_status status =
        mlc_transform_create(ctx, "standard_scaler", "with_mean=true", &recipe, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, recipe, rows, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, rows, &out, err);
    if (status == MLC_OK) {
        status = mlc_transform_table(ctx, fitted, "statistics", &table, err);
    }
    mlc_dataset_free(table);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    return status;
}

START_TEST(test_scaler_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = three(w);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform_standard_scaler",
                 test_scaler_with_missing_and_constant_columns_gives_what_scikit_learn_gives,
                 test_scaler_with_weights_gives_what_scikit_learn_gives,
                 test_scaler_without_mean_or_std_leaves_that_part_out,
                 test_scaler_when_constant_up_to_rounding_then_scale_is_1,
                 test_scaler_over_a_vector_scales_each_component,
                 test_scaler_over_sparse_vectors_needs_with_mean_off,
                 test_scaler_when_values_are_infinite_or_text_then_says_which_column,
                 test_scaler_applied_to_integers_and_to_nothing_works,
                 test_scaler_in_a_served_pipeline_gives_the_same_bits,
                 test_scaler_when_memory_fails_leaks_nothing)
