#include "check_suite.h"
#include "torture.h"
#include "transforming.h"

static const double a[] = {1.5, 0, 1e-3, -4}, b[] = {-2, 0, 7, 3}, c[] = {0.25, 0, -7.5, 0};

static mlc_dataset *three(void)
{
    const mlc_array arrays[] = {making_real("a", 4, a), making_real("b", 4, b),
                                making_real("c", 4, c)};
    return making_dataset(arrays, 3, NULL);
}

/* scikit-learn 1.9.1: Normalizer(norm).fit_transform(x); rows of zeros stay */
START_TEST(test_normalizer_with_each_norm_gives_what_scikit_learn_gives)
{
    static const struct {
        const char *recipe;
        double wanted[3][4];
    } cases[] = {
        {"normalizer(norm=l1)",
         {{0.4, 0, 6.896076132680504e-05, -0.5714285714285714},
          {-0.5333333333333333, 0, 0.4827253292876353, 0.42857142857142855},
          {0.06666666666666667, 0, -0.5172057099510378, 0}}},
        {"normalizer",
         {{0.5970223141259935, 0, 9.747403530265633e-05, -0.8},
          {-0.7960297521679913, 0, 0.6823182471185943, 0.6},
          {0.09950371902099892, 0, -0.7310552647699224, 0}}},
        {"normalizer(norm=max)",
         {{0.75, 0, 0.00013333333333333334, -1},
          {-1, 0, 0.9333333333333333, 0.75},
          {0.125, 0, -1, 0}}},
    };
    mlc_dataset *rows = three();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *out = transforming_both(cases[i].recipe, rows);
        for (int64_t row = 0; row < 4; row++) {
            transforming_close(out, "a", row, cases[i].wanted[0][row]);
            transforming_close(out, "b", row, cases[i].wanted[1][row]);
            transforming_close(out, "c", row, cases[i].wanted[2][row]);
        }
        mlc_dataset_free(out);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_normalizer_when_a_number_is_missing_then_the_row_is)
{
    const double x[] = {3, NAN, 3}, y[] = {4, 4, NAN};
    const mlc_array arrays[] = {making_real("x", 3, x), making_real("y", 3, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    static const char *const recipes[] = {"normalizer", "normalizer(norm=l1)",
                                          "normalizer(norm=max)"};
    const double first[] = {0.6, 3.0 / 7, 0.75};
    for (int i = 0; i < 3; i++) {
        mlc_dataset *out = transforming_both(recipes[i], rows);
        transforming_close(out, "x", 0, first[i]);
        for (int64_t row = 1; row < 3; row++) {
            transforming_close(out, "x", row, NAN);
            transforming_close(out, "y", row, NAN);
        }
        mlc_dataset_free(out);
    }
    mlc_dataset_free(rows);
}
END_TEST

/* 3, 4 and 12: the norm goes over the components of a vector and the number beside it. */
START_TEST(test_normalizer_over_a_vector_and_a_number_takes_all_of_the_row)
{
    const double v[] = {3, 4, 0, 5}, x[] = {12, 12};
    const mlc_array arrays[] = {making_matrix("v", 2, 2, v), making_real("x", 2, x)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("on([v, x], normalizer)", rows);
    transforming_close(out, "v[0]", 0, 3.0 / 13);
    transforming_close(out, "v[1]", 0, 4.0 / 13);
    transforming_close(out, "x", 0, 12.0 / 13);
    transforming_close(out, "v[1]", 1, 5.0 / 13);
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 1), "v1");
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_normalizer_over_sparse_vectors_gives_what_dense_ones_give)
{
    const char *const texts[] = {"x", "y", "x", "z"};
    const double number[] = {2, 0, -1, 0.5};
    const mlc_array arrays[] = {making_category("t", 4, texts), making_real("n", 4, number)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *sparse = transforming_both("chain(one_hot_encoder, on([t, n], normalizer))", rows);
    mlc_dataset *dense = transforming_both(
        "chain(one_hot_encoder(sparse_output=false), on([t, n], normalizer))", rows);
    for (int64_t row = 0; row < 4; row++) {
        ck_assert_double_eq(making_cell(sparse, "t[x]", row), making_cell(dense, "t[x]", row));
        ck_assert_double_eq(making_cell(sparse, "n", row), making_cell(dense, "n", row));
    }
    transforming_close(sparse, "t[x]", 0, 1 / sqrt(1 + 4.0));
    mlc_dataset_free(dense);
    mlc_dataset_free(sparse);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_normalizer_when_there_is_text_then_says_which_column)
{
    const char *const texts[] = {"a", "b"};
    const mlc_array array = making_text("t", 2, texts);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    transforming_fit_fails("on(t, normalizer)", rows, MLC_ERROR_COLUMN,
                           "column 't' is text; 'normalizer' takes numbers");
    transforming_fit_fails("on(t, normalizer(norm=l3))", rows, MLC_ERROR_SETTING, "l3");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_normalizer_in_a_served_pipeline_gives_the_same_bits)
{
    const double x[] = {1, 4, 2, 8, 5, 7}, z[] = {0.5, 0.25, 9, 3, 1, 2}, y[] = {1, 2, 3, 4, 5, 6};
    const mlc_array arrays[] = {making_real("x", 6, x), making_real("z", 6, z),
                                making_real("y", 6, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    transforming_serves("pipeline(normalizer, ridge)", rows);
    transforming_serves("pipeline(normalizer(norm=l1), ridge)", rows);
    transforming_serves("pipeline(normalizer(norm=max), ridge)", rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_dataset *out = NULL;
    mlc_status status = mlc_transform_create(ctx, "normalizer", "norm=l1", &recipe, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, recipe, rows, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, rows, &out, err);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    return status;
}

START_TEST(test_normalizer_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = three();
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform_normalizer",
                 test_normalizer_with_each_norm_gives_what_scikit_learn_gives,
                 test_normalizer_when_a_number_is_missing_then_the_row_is,
                 test_normalizer_over_a_vector_and_a_number_takes_all_of_the_row,
                 test_normalizer_over_sparse_vectors_gives_what_dense_ones_give,
                 test_normalizer_when_there_is_text_then_says_which_column,
                 test_normalizer_in_a_served_pipeline_gives_the_same_bits,
                 test_normalizer_when_memory_fails_leaks_nothing)
