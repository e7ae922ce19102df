#include "check_suite.h"
#include "torture.h"
#include "transforming.h"

/* a, b twice, c three times, d once */
static const char *const eight[] = {"a", "a", "b", "b", "c", "c", "c", "d"};

static mlc_dataset *texts_of(int64_t n, const char *const *texts)
{
    const mlc_array array = making_category("x", n, texts);
    return making_dataset(&array, 1, NULL);
}

/* Fits on eight, applies to a, b, c, d, z and compares all components, whose names are given. */
static void expect(const char *recipe, const char *names, const double *wanted)
{
    static const char *const asked[] = {"a", "b", "c", "d", "z"};
    mlc_dataset *train = texts_of(8, eight), *rows = texts_of(5, asked);
    mlc_transform *fitted = transforming_fit(recipe, train);
    mlc_dataset *out = transforming_apply(fitted, rows);
    const int64_t width = mlc_dataset_column_width(out, 0);
    char got[100] = "";
    for (int64_t k = 0; k < width; k++) {
        strcat(got, k > 0 ? "," : "");
        strcat(got, mlc_dataset_component_name(out, 0, k));
    }
    ck_assert_str_eq(got, names);
    double values[25];
    ck_assert_int_eq(mlc_dataset_copy_real(out, "x", values, 25, NULL), MLC_OK);
    for (int64_t i = 0; i < 5 * width; i++) {
        ck_assert_msg(values[i] == wanted[i], "%s: value %d is %g", recipe, (int)i, values[i]);
    }
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
    mlc_dataset_free(train);
}

/* The expected values here and below: scikit-learn 1.9.1, OneHotEncoder(
 * handle_unknown='infrequent_if_exist', ...).fit(x).transform([a, b, c, d, z]). */
START_TEST(test_one_hot_with_max_categories_keeps_those_that_scikit_learn_keeps)
{
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=5)", "a,b,c,d",
           (double[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0});
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=4)",
           "a,b,c,infrequent",
           (double[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1});
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=3)",
           "b,c,infrequent", (double[]){0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1});
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=2)", "c,infrequent",
           (double[]){0, 1, 0, 1, 1, 0, 0, 1, 0, 1});
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=1)", "infrequent",
           (double[]){1, 1, 1, 1, 1});
}
END_TEST

START_TEST(test_one_hot_with_min_frequency_joins_those_that_scikit_learn_joins)
{
    const double wanted[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1};
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, min_frequency=2)",
           "a,b,c,infrequent", wanted);
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, min_frequency=0.25)",
           "a,b,c,infrequent", wanted);
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, min_frequency=2, "
           "max_categories=3)",
           "b,c,infrequent", (double[]){0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1});
}
END_TEST

START_TEST(test_one_hot_with_drop_leaves_out_what_scikit_learn_leaves_out)
{
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=2, drop=first)",
           "infrequent", (double[]){1, 1, 0, 1, 1});
    expect("one_hot_encoder(handle_unknown=infrequent_if_exist, max_categories=2, "
           "drop=if_binary)",
           "infrequent", (double[]){1, 1, 0, 1, 1});
    expect("one_hot_encoder(handle_unknown=ignore, drop=first)", "b,c,d",
           (double[]){0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0});
    expect("one_hot_encoder(handle_unknown=ignore, drop=if_binary)", "a,b,c,d",
           (double[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0});
}
END_TEST

START_TEST(test_one_hot_dense_and_sparse_hold_the_same_values)
{
    mlc_dataset *rows = texts_of(8, eight);
    mlc_dataset *sparse = transforming_both("one_hot_encoder", rows);
    mlc_dataset *dense = transforming_both("one_hot_encoder(sparse_output=false)", rows);
    double from_sparse[32], from_dense[32];
    ck_assert_int_eq(mlc_dataset_copy_real(sparse, "x", from_sparse, 32, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(dense, "x", from_dense, 32, NULL), MLC_OK);
    ck_assert(memcmp(from_sparse, from_dense, sizeof from_dense) == 0);
    mlc_array lent = {.size = sizeof lent};
    ck_assert_int_eq(mlc_dataset_column(dense, "x", &lent, NULL), MLC_OK);
    ck_assert_int_eq(lent.sparse, 0);
    ck_assert_int_eq(mlc_dataset_column(sparse, "x", &lent, NULL), MLC_OK);
    ck_assert_int_eq(lent.sparse, MLC_SPARSE_ROWS);
    mlc_dataset_free(dense);
    mlc_dataset_free(sparse);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_one_hot_when_unknown_then_error_quotes_value_column_and_row)
{
    static const char *const asked[] = {"a", "zebra"};
    mlc_dataset *train = texts_of(8, eight), *rows = texts_of(2, asked);
    mlc_transform *fitted = transforming_fit("one_hot_encoder", train);
    transforming_apply_fails(fitted, rows, MLC_ERROR_INVALID_VALUE,
                             "column 'x', row 2: 'zebra' was not in the training rows; "
                             "handle_unknown=ignore");
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
    mlc_dataset_free(train);
}
END_TEST

START_TEST(test_one_hot_of_missing_makes_a_component_only_when_training_had_it)
{
    static const char *const with[] = {"a", NULL, "b"};
    mlc_dataset *train = texts_of(3, with), *other = texts_of(8, eight);
    mlc_dataset *out = transforming_both("one_hot_encoder", train);
    ck_assert_int_eq(mlc_dataset_column_width(out, 0), 3);
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 2), "missing");
    ck_assert_double_eq(making_cell(out, "x[missing]", 1), 1);
    mlc_dataset_free(out);
    mlc_transform *fitted = transforming_fit("one_hot_encoder", other);
    transforming_apply_fails(fitted, train, MLC_ERROR_INVALID_VALUE, "row 2: 'missing'");
    mlc_transform_free(fitted);
    mlc_dataset_free(other);
    mlc_dataset_free(train);
}
END_TEST

START_TEST(test_one_hot_of_numbers_named_by_on_orders_them_by_value)
{
    const double x[] = {10, -1, 2.5, 10, -0.0, 0};
    const mlc_array array = making_real("x", 6, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_dataset *bare = transforming_both("one_hot_encoder", rows);
    ck_assert_int_eq(mlc_dataset_column_type(bare, 0), MLC_TYPE_FLOAT64); /* texts only */
    mlc_dataset *out = transforming_both("on(x, one_hot_encoder)", rows);
    ck_assert_int_eq(mlc_dataset_column_width(out, 0), 4);
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 0), "-1");
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 1), "0");
    ck_assert_str_eq(mlc_dataset_component_name(out, 0, 2), "2.5");
    ck_assert_double_eq(making_cell(out, "x[0]", 4), 1);
    ck_assert_double_eq(making_cell(out, "x[10]", 0), 1);
    mlc_dataset_free(out);
    mlc_dataset_free(bare);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_one_hot_with_weights_counts_rare_ones_by_weight)
{
    static const char *const texts[] = {"a", "b", "b", "c"};
    const double w[] = {3, 0.5, 0.5, 0};
    const mlc_array arrays[] = {making_category("x", 4, texts), making_real("w", 4, w)};
    mlc_dataset *rows = making_dataset(arrays, 2, "weight=w");
    mlc_transform *fitted = transforming_fit("one_hot_encoder(min_frequency=2)", rows);
    mlc_dataset *table = transforming_table(fitted, "categories");
    ck_assert_int_eq(mlc_dataset_n_rows(table), 2); /* c has weight 0: not there */
    making_assert_text(table, "category", 1, "b");
    ck_assert_double_eq(making_cell(table, "level", 0), 0);
    ck_assert_double_eq(making_cell(table, "level", 1), 1);
    mlc_dataset_free(table);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_one_hot_that_drops_everything_leaves_no_column)
{
    static const char *const same[] = {"a", "a"};
    const double y[] = {1, 2};
    const mlc_array arrays[] = {making_category("x", 2, same), making_real("z", 2, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("one_hot_encoder(drop=first)", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 1);
    ck_assert_str_eq(mlc_dataset_column_name(out, 0), "z");
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_one_hot_in_a_served_pipeline_gives_the_same_bits)
{
    const double y[] = {1, 2, 3, 4, 5, 6, 7, 9}, z[] = {3, 3, 1, 2, 2, 1, 4, 5};
    const mlc_array arrays[] = {making_category("x", 8, eight), making_real("z", 8, z),
                                making_real("y", 8, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    transforming_serves("pipeline(one_hot_encoder(drop=first), ridge)", rows);
    transforming_serves("pipeline(on([x, z], one_hot_encoder(max_categories=2)), ridge)", rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_dataset *out = NULL, *table = NULL;
    mlc_status status = mlc_transform_parse(
        ctx, "on(*, one_hot_encoder(max_categories=3, drop=first))", &recipe, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, recipe, rows, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, rows, &out, err);
    if (status == MLC_OK) status = mlc_transform_table(ctx, fitted, "categories", &table, err);
    mlc_dataset_free(table);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    return status;
}

START_TEST(test_one_hot_when_memory_fails_leaks_nothing)
{
    const double z[] = {3, 3, 1, 2, 2, 1, 4, NAN};
    const mlc_array arrays[] = {making_category("x", 8, eight), making_real("z", 8, z)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform_one_hot_encoder",
                 test_one_hot_with_max_categories_keeps_those_that_scikit_learn_keeps,
                 test_one_hot_with_min_frequency_joins_those_that_scikit_learn_joins,
                 test_one_hot_with_drop_leaves_out_what_scikit_learn_leaves_out,
                 test_one_hot_dense_and_sparse_hold_the_same_values,
                 test_one_hot_when_unknown_then_error_quotes_value_column_and_row,
                 test_one_hot_of_missing_makes_a_component_only_when_training_had_it,
                 test_one_hot_of_numbers_named_by_on_orders_them_by_value,
                 test_one_hot_with_weights_counts_rare_ones_by_weight,
                 test_one_hot_that_drops_everything_leaves_no_column,
                 test_one_hot_in_a_served_pipeline_gives_the_same_bits,
                 test_one_hot_when_memory_fails_leaks_nothing)
