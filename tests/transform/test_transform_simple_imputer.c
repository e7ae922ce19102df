#include "check_suite.h"
#include "torture.h"
#include "transforming.h"

static const double a[] = {1, 2, NAN, 4, 4, 10}, b[] = {7, 7, 3, NAN, 3, 1};

static mlc_dataset *two(const double *weight)
{
    const mlc_array arrays[] = {making_real("a", 6, a), making_real("b", 6, b),
                                making_real("w", 6, weight)};
    return making_dataset(arrays, weight == NULL ? 2 : 3, weight == NULL ? NULL : "weight=w");
}

/* What takes the place of the missing values of a (row 2) and b (row 3). */
static void expect(const char *recipe, const double *weight, double of_a, double of_b)
{
    mlc_dataset *rows = two(weight);
    mlc_dataset *out = transforming_both(recipe, rows);
    transforming_close(out, "a", 2, of_a);
    transforming_close(out, "b", 3, of_b);
    transforming_close(out, "a", 5, 10);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}

/* scikit-learn 1.9.1: SimpleImputer(strategy=...).fit(x).statistics_ */
START_TEST(test_imputer_of_each_strategy_gives_what_scikit_learn_gives)
{
    expect("simple_imputer", NULL, 4.2, 4.2);
    expect("simple_imputer(strategy=median)", NULL, 4, 3);
    expect("simple_imputer(strategy=most_frequent)", NULL, 4, 3);
    expect("simple_imputer(strategy=constant)", NULL, 0, 0);
    expect("simple_imputer(strategy=constant, fill_value=-1.5)", NULL, -1.5, -1.5);
}
END_TEST

/* The same over numpy.repeat(x, [1, 2, 1, 3, 1, 2], axis=0): a weight is a repeat. */
START_TEST(test_imputer_with_whole_weights_gives_what_repeated_rows_give_in_scikit_learn)
{
    static const double w[] = {1, 2, 1, 3, 1, 2};
    expect("simple_imputer", w, 4.555555555555555, 4.142857142857143);
    expect("simple_imputer(strategy=median)", w, 4, 3);
    expect("simple_imputer(strategy=most_frequent)", w, 4, 7);
}
END_TEST

/* Half of the weight is reached between two values: their mean, as of the repeated rows. */
START_TEST(test_imputer_median_when_weights_balance_is_the_mean_of_both_sides)
{
    const double x[] = {5, NAN, 1, 2}, w[] = {3, 1, 1, 2};
    const mlc_array arrays[] = {making_real("x", 4, x), making_real("w", 4, w)};
    mlc_dataset *rows = making_dataset(arrays, 2, "weight=w");
    mlc_dataset *out = transforming_both("simple_imputer(strategy=median)", rows);
    transforming_close(out, "x", 1, 3.5); /* 1 2 2 5 5 5 */
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_median_of_huge_values_does_not_overflow)
{
    const double x[] = {-1.7e308, 1.7e308, NAN}, z[] = {1.7e308, 1.6e308, NAN};
    const mlc_array arrays[] = {making_real("x", 3, x), making_real("z", 3, z)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("simple_imputer(strategy=median)", rows);
    ck_assert_double_eq(making_cell(out, "x", 2), 0);
    transforming_close(out, "z", 2, 1.65e308);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_when_values_are_infinite_then_says_which_column)
{
    const double x[] = {INFINITY, -INFINITY, NAN, 1};
    const mlc_array array = making_real("x", 4, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    transforming_fit_fails("simple_imputer", rows, MLC_ERROR_DATA, "column 'x' holds infinite");
    const double y[] = {INFINITY, INFINITY, NAN, 1};
    const mlc_array other = making_real("x", 4, y);
    mlc_dataset *more = making_dataset(&other, 1, NULL);
    transforming_fit_fails("simple_imputer(strategy=median)", more, MLC_ERROR_DATA, "not finite");
    transforming_fit_fails("simple_imputer(strategy=most_frequent)", more, MLC_ERROR_DATA,
                           "not finite");
    mlc_dataset_free(more);
    mlc_dataset_free(rows);
}
END_TEST

/* scikit-learn 1.9.1: SimpleImputer(add_indicator=True).fit_transform(x); it keeps indicators of
 * columns with missing values at fit alone. */
START_TEST(test_imputer_with_indicator_marks_what_was_missing)
{
    const double full[] = {1, 2, 3, 4, 5, 6};
    const mlc_array arrays[] = {making_real("a", 6, a), making_real("full", 6, full),
                                making_real("b", 6, b)};
    mlc_dataset *rows = making_dataset(arrays, 3, NULL);
    mlc_dataset *out = transforming_both("simple_imputer(add_indicator=true)", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 5);
    ck_assert_str_eq(mlc_dataset_column_name(out, 3), "a_missing");
    ck_assert_str_eq(mlc_dataset_column_name(out, 4), "b_missing");
    for (int64_t i = 0; i < 6; i++) {
        ck_assert_double_eq(making_cell(out, "a_missing", i), i == 2);
        ck_assert_double_eq(making_cell(out, "b_missing", i), i == 3);
    }
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_of_texts_takes_the_most_frequent_or_the_constant)
{
    const char *const texts[] = {"b", NULL, "a", "b", "a", NULL};
    const mlc_array array = making_category("t", 6, texts);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_dataset *out = transforming_both("on(t, simple_imputer(strategy=most_frequent))", rows);
    making_assert_text(out, "t", 1, "a"); /* a and b are equally frequent: the smaller */
    making_assert_text(out, "t", 0, "b");
    mlc_dataset_free(out);
    out = transforming_both("on(t, simple_imputer(strategy=constant))", rows);
    making_assert_text(out, "t", 1, "missing_value");
    mlc_dataset_free(out);
    out = transforming_both("on(t, simple_imputer(strategy=constant, fill_value='?'))", rows);
    making_assert_text(out, "t", 5, "?");
    mlc_dataset_free(out);
    transforming_fit_fails("on(t, simple_imputer)", rows, MLC_ERROR_COLUMN,
                           "column 't' is category, which has no mean: use strategy=most_frequent");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_of_an_empty_column_leaves_it_out_or_keeps_zeros)
{
    const double none[] = {NAN, NAN, NAN}, x[] = {1, 2, 3};
    const mlc_array arrays[] = {making_real("none", 3, none), making_real("x", 3, x)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("simple_imputer", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 1);
    mlc_dataset_free(out);
    out = transforming_both("simple_imputer(keep_empty_features=true)", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 2);
    ck_assert_double_eq(making_cell(out, "none", 1), 0);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_when_a_later_column_is_missing_throughout_fills_it)
{
    mlc_dataset *rows = two(NULL);
    mlc_transform *fitted = transforming_fit("simple_imputer", rows);
    const char *const nothing[] = {NULL, NULL};
    const double x[] = {1, 2};
    const mlc_array arrays[] = {making_text("a", 2, nothing), making_real("b", 2, x)};
    mlc_dataset *other = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_apply(fitted, other);
    transforming_close(out, "a", 1, 4.2);
    mlc_dataset_free(out);
    mlc_dataset_free(other);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_when_fill_value_is_no_number_then_says_so)
{
    mlc_dataset *rows = two(NULL);
    transforming_fit_fails("simple_imputer(strategy=constant, fill_value=none_yet)", rows,
                           MLC_ERROR_SETTING, "column 'a' needs a number");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_imputer_in_a_served_pipeline_gives_the_same_bits)
{
    const char *const texts[] = {"b", NULL, "a", "b", "c", NULL};
    const double y[] = {1, 2, 3, 4, 5, 7};
    const mlc_array arrays[] = {making_real("a", 6, a), making_category("t", 6, texts),
                                making_real("b", 6, b), making_real("y", 6, y)};
    mlc_dataset *rows = making_dataset(arrays, 4, "target=y");
    transforming_serves("pipeline(simple_imputer(strategy=median, add_indicator=true), "
                        "on(t, simple_imputer(strategy=constant, fill_value=z)), "
                        "one_hot_encoder, ridge)",
                        rows);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_dataset *out = NULL, *table = NULL;
    mlc_status status = mlc_transform_parse(
        ctx, "on(*, simple_imputer(strategy=most_frequent, fill_value=x, add_indicator=true))",
        &recipe, err);
    if (status == MLC_OK) status = mlc_transform_fit(ctx, recipe, rows, &fitted, err);
    if (status == MLC_OK) status = mlc_transform_apply(ctx, fitted, rows, &out, err);
    if (status == MLC_OK) status = mlc_transform_table(ctx, fitted, "statistics", &table, err);
    mlc_dataset_free(table);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    mlc_transform_free(recipe);
    return status;
}

START_TEST(test_imputer_when_memory_fails_leaks_nothing)
{
    const char *const texts[] = {"b", NULL, "a", "b", "c", NULL};
    const mlc_array arrays[] = {making_real("a", 6, a), making_category("t", 6, texts)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform_simple_imputer",
                 test_imputer_of_each_strategy_gives_what_scikit_learn_gives,
                 test_imputer_with_whole_weights_gives_what_repeated_rows_give_in_scikit_learn,
                 test_imputer_median_when_weights_balance_is_the_mean_of_both_sides,
                 test_imputer_median_of_huge_values_does_not_overflow,
                 test_imputer_when_values_are_infinite_then_says_which_column,
                 test_imputer_with_indicator_marks_what_was_missing,
                 test_imputer_of_texts_takes_the_most_frequent_or_the_constant,
                 test_imputer_of_an_empty_column_leaves_it_out_or_keeps_zeros,
                 test_imputer_when_a_later_column_is_missing_throughout_fills_it,
                 test_imputer_when_fill_value_is_no_number_then_says_so,
                 test_imputer_in_a_served_pipeline_gives_the_same_bits,
                 test_imputer_when_memory_fails_leaks_nothing)
