#include "check_suite.h"
#include "composing.h"

/* The names of the columns, joined. */
static void columns_are(const char *recipe, const char *wanted)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS);
    mlc_dataset *out = transforming_both(recipe, rows);
    char got[500] = "";
    for (int32_t i = 0; i < mlc_dataset_n_columns(out); i++) {
        strcat(got, i > 0 ? " " : "");
        strcat(got, mlc_dataset_column_name(out, i));
    }
    ck_assert_str_eq(got, wanted);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}

START_TEST(test_on_puts_the_result_in_the_place_of_the_first_chosen_column)
{
    columns_are("on([income, age], standard_scaler)", "id age income job city w buys spent");
    columns_are("on([income, age], simple_imputer(add_indicator=true))",
                "id age income age_missing job city w buys spent");
}
END_TEST

START_TEST(test_on_with_remainder_drop_leaves_other_features_out_but_no_other_roles)
{
    columns_are("on(income, standard_scaler, remainder=drop)", "id income w buys spent");
}
END_TEST

START_TEST(test_on_with_types_and_patterns_chooses_them)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS);
    mlc_transform *fitted = transforming_fit("on([type:category, 'age'], ordinal_encoder)", rows);
    mlc_dataset *out = transforming_apply(fitted, rows);
    ck_assert_int_eq(mlc_dataset_column_type(out, mlc_dataset_find(out, "job")), MLC_TYPE_FLOAT64);
    mlc_dataset_free(out);
    mlc_transform_free(fitted);
    fitted = transforming_fit("on(inc*, standard_scaler(with_std=false))", rows);
    mlc_dataset *statistics = transforming_table(fitted, "standard_scaler.statistics");
    ck_assert_int_eq(mlc_dataset_n_rows(statistics), 1);
    making_assert_text(statistics, "column", 0, "income");
    mlc_dataset_free(statistics);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_on_a_column_that_is_not_there_suggests_the_nearest)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS);
    transforming_fit_fails("on(incom, standard_scaler)", rows, MLC_ERROR_COLUMN, "income");
    transforming_fit_fails("on(spent, standard_scaler)", rows, MLC_ERROR_COLUMN, "spent");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_on_a_pattern_that_picks_nothing_changes_nothing)
{
    columns_are("on(zz*, standard_scaler)", "id age income job city w buys spent");
}
END_TEST

START_TEST(test_on_when_a_chosen_column_is_missing_later_says_which)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_NUMBERS), *fewer = NULL;
    mlc_transform *fitted = transforming_fit("on([age, income], standard_scaler)", rows);
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "age", &fewer, NULL), MLC_OK);
    transforming_apply_fails(fitted, fewer, MLC_ERROR_COLUMN,
                             "column 'income', which was chosen by on(age,income), is missing");
    mlc_dataset_free(fewer);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

/* An inner result that would hide a column that stays: it gets the inner step's name. */
START_TEST(test_on_with_a_result_named_like_a_column_that_stays_renames_the_result)
{
    const double a[] = {1, NAN}, b[] = {5, 6};
    const mlc_array arrays[] = {making_real("a", 2, a), making_real("a_missing", 2, b)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("on(a, simple_imputer(add_indicator=true))", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    ck_assert_double_eq(making_cell(out, "a_missing", 0), 5);
    ck_assert_double_eq(making_cell(out, "simple_imputer.a_missing", 1), 1);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

/* ... and when that name is taken as well, a number. */
START_TEST(test_on_when_the_longer_name_is_taken_too_counts_on)
{
    const double a[] = {1, NAN}, b[] = {5, 6};
    const mlc_array arrays[] = {making_real("a", 2, a), making_real("a_missing", 2, b),
                                making_real("simple_imputer.a_missing", 2, b)};
    mlc_dataset *rows = making_dataset(arrays, 3, "ignore=simple_imputer.a_missing");
    mlc_dataset *out = transforming_both("on(a, simple_imputer(add_indicator=true))", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 4);
    ck_assert_double_eq(making_cell(out, "simple_imputer.a_missing", 0), 5);
    ck_assert_double_eq(making_cell(out, "simple_imputer.a_missing_2", 1), 1);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_on_in_a_served_pipeline_gives_the_same_bits)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    transforming_serves("pipeline(on(type:number, on(age, simple_imputer), remainder=passthrough), "
                        "on([age, income], standard_scaler, remainder=drop), ridge)",
                        rows);
    transforming_serves("pipeline(on([city, job], one_hot_encoder, remainder=drop), ridge)", rows);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_on_through_the_api_is_on_in_text)
{
    mlc_transform *inner = NULL, *on = NULL;
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_transform_parse(NULL, "standard_scaler(name=s)", &inner, NULL), MLC_OK);
    ck_assert_int_eq(
        mlc_transform_on("age, 'odd, name', type:number", inner, "remainder=drop", &on, NULL),
        MLC_OK);
    ck_assert_int_eq(mlc_transform_format(on, NULL, &text, NULL), MLC_OK);
    mlc_transform *again = NULL;
    ck_assert_int_eq(mlc_transform_parse(NULL, mlc_buffer_data(text), &again, NULL), MLC_OK);
    mlc_buffer *second = NULL;
    ck_assert_int_eq(mlc_transform_format(again, NULL, &second, NULL), MLC_OK);
    ck_assert_str_eq(mlc_buffer_data(text), mlc_buffer_data(second));
    mlc_transform *bad = NULL;
    making_assert_fails(mlc_transform_on("age", inner, "remainder=keep", &bad, err),
                        MLC_ERROR_SETTING, "passthrough");
    making_assert_fails(mlc_transform_on("'age", inner, NULL, &bad, err), MLC_ERROR_SYNTAX, "");
    ck_assert_ptr_null(bad);
    mlc_buffer_free(second);
    mlc_transform_free(again);
    mlc_buffer_free(text);
    mlc_transform_free(on);
    mlc_transform_free(inner);
}
END_TEST

MLCI_CHECK_SUITE("compose_on", test_on_puts_the_result_in_the_place_of_the_first_chosen_column,
                 test_on_with_remainder_drop_leaves_other_features_out_but_no_other_roles,
                 test_on_with_types_and_patterns_chooses_them,
                 test_on_a_column_that_is_not_there_suggests_the_nearest,
                 test_on_a_pattern_that_picks_nothing_changes_nothing,
                 test_on_when_a_chosen_column_is_missing_later_says_which,
                 test_on_with_a_result_named_like_a_column_that_stays_renames_the_result,
                 test_on_when_the_longer_name_is_taken_too_counts_on,
                 test_on_in_a_served_pipeline_gives_the_same_bits,
                 test_on_through_the_api_is_on_in_text)
