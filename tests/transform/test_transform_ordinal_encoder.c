#include "check_suite.h"
#include "torture.h"
#include "transforming.h"

static const char *const six[] = {"a", "b", "a", NULL, "c", "c"};
static const char *const asked[] = {"a", "b", "c", NULL, "q"};

static mlc_dataset *texts_of(int64_t n, const char *const *texts)
{
    const mlc_array array = making_category("x", n, texts);
    return making_dataset(&array, 1, NULL);
}

static void expect(const char *recipe, const double wanted[5])
{
    mlc_dataset *train = texts_of(6, six), *rows = texts_of(5, asked);
    mlc_transform *fitted = transforming_fit(recipe, train);
    mlc_dataset *out = transforming_apply(fitted, rows);
    for (int64_t i = 0; i < 5; i++)
        transforming_close(out, "x", i, wanted[i]);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
    mlc_dataset_free(train);
}

/* scikit-learn 1.9.1: OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1, ...) */
START_TEST(test_ordinal_codes_are_those_of_scikit_learn)
{
    expect("ordinal_encoder(handle_unknown=use_encoded_value, unknown_value=-1)",
           (double[]){0, 1, 2, NAN, -1});
    expect("ordinal_encoder(handle_unknown=use_encoded_value, unknown_value=-1, "
           "encoded_missing_value=-2)",
           (double[]){0, 1, 2, -2, -1});
    expect("ordinal_encoder(handle_unknown=use_encoded_value, unknown_value=-1, "
           "encoded_missing_value=-2, max_categories=3)",
           (double[]){0, 2, 1, 2, -1});
}
END_TEST

START_TEST(test_ordinal_without_unknown_value_makes_unknown_missing)
{
    expect("ordinal_encoder(handle_unknown=use_encoded_value)", (double[]){0, 1, 2, NAN, NAN});
}
END_TEST

START_TEST(test_ordinal_when_unknown_then_error_quotes_it)
{
    mlc_dataset *train = texts_of(6, six), *rows = texts_of(5, asked);
    mlc_transform *fitted = transforming_fit("ordinal_encoder", train);
    transforming_apply_fails(fitted, rows, MLC_ERROR_INVALID_VALUE,
                             "column 'x', row 5: 'q' was not in the training rows; "
                             "handle_unknown=use_encoded_value");
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
    mlc_dataset_free(train);
}
END_TEST

START_TEST(test_ordinal_of_numbers_counts_them_in_ascending_order)
{
    const double x[] = {30, -5, NAN, 30, 7};
    const mlc_array array = making_real("x", 5, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_dataset *out = transforming_both("on(x, ordinal_encoder)", rows);
    const double wanted[] = {2, 0, NAN, 2, 1};
    for (int64_t i = 0; i < 5; i++)
        transforming_close(out, "x", i, wanted[i]);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_ordinal_in_a_served_pipeline_gives_the_same_bits)
{
    const double y[] = {1, 2, 3, 4, 5, 6};
    const mlc_array arrays[] = {making_category("x", 6, six), making_real("y", 6, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y");
    transforming_serves("pipeline(ordinal_encoder(encoded_missing_value=-1), ridge)", rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_dataset *out = NULL, *table = NULL;
    mlc_status status =
        mlc_transform_create(ctx, "ordinal_encoder", "max_categories=3", &recipe, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, recipe, rows, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, rows, &out, err);
    if (status == MLC_OK) status = mlc_transform_table(ctx, fitted, "categories", &table, err);
    mlc_dataset_free(table);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    return status;
}

START_TEST(test_ordinal_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = texts_of(6, six);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform_ordinal_encoder", test_ordinal_codes_are_those_of_scikit_learn,
                 test_ordinal_without_unknown_value_makes_unknown_missing,
                 test_ordinal_when_unknown_then_error_quotes_it,
                 test_ordinal_of_numbers_counts_them_in_ascending_order,
                 test_ordinal_in_a_served_pipeline_gives_the_same_bits,
                 test_ordinal_when_memory_fails_leaks_nothing)
