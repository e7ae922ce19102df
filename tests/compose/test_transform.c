#include "check_suite.h"
#include "composing.h"

START_TEST(test_transform_calls_with_null_are_argument_errors)
{
    mlc_transform *out = NULL;
    mlc_dataset *table = NULL;
    mlc_buffer *text = NULL;
    making_assert_fails(mlc_transform_parse(NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_transform_create(NULL, NULL, NULL, &out, err), MLC_ERROR_ARGUMENT,
                        "NULL");
    making_assert_fails(mlc_transform_on(NULL, NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_transform_fit(NULL, NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_transform_apply(NULL, NULL, NULL, &table, err), MLC_ERROR_ARGUMENT,
                        "transform is NULL");
    making_assert_fails(mlc_transform_format(NULL, NULL, &text, err), MLC_ERROR_ARGUMENT, "NULL");
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(test_transform_that_is_not_fitted_says_call_fit_first)
{
    mlc_dataset *rows = composing_rows(10, NULL), *out = NULL;
    mlc_transform *recipe = NULL;
    ck_assert_int_eq(mlc_transform_parse(NULL, "standard_scaler(name=s)", &recipe, NULL), MLC_OK);
    ck_assert_int_eq(mlc_transform_is_fitted(recipe), 0);
    ck_assert_int_eq(mlc_transform_is_fitted(NULL), 0);
    making_assert_fails(mlc_transform_apply(NULL, recipe, rows, &out, err), MLC_ERROR_NOT_FITTED,
                        "'s' is a recipe that was not fitted: fit it first");
    making_assert_fails(mlc_transform_table(NULL, recipe, "statistics", &out, err),
                        MLC_ERROR_NOT_FITTED, "fit it first");
    mlc_transform_free(recipe);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_transform_leaves_other_roles_alone_and_knows_them_later)
{
    mlc_dataset *rows = composing_rows(30, "target=spent weight=w id=id");
    mlc_transform *fitted = transforming_fit("chain(simple_imputer, standard_scaler)", rows);
    mlc_dataset *bare = composing_rows(30, NULL); /* the same columns, all of them features */
    mlc_dataset *out = transforming_apply(fitted, bare);
    ck_assert_double_eq(making_cell(out, "spent", 3), making_cell(rows, "spent", 3));
    ck_assert_str_eq(mlc_dataset_column_role(out, mlc_dataset_find(out, "w")), "weight");
    mlc_dataset_free(out);
    mlc_dataset_free(bare);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_transform_text_and_json_parse_back)
{
    mlc_transform *a = NULL, *b = NULL;
    mlc_buffer *json = NULL, *text = NULL;
    ck_assert_int_eq(
        mlc_transform_parse(NULL, "chain(on(a*, standard_scaler), one_hot_encoder)", &a, NULL),
        MLC_OK);
    ck_assert_int_eq(mlc_transform_format(a, "format=json", &json, NULL), MLC_OK);
    ck_assert_int_eq(mlc_transform_parse(NULL, mlc_buffer_data(json), &b, NULL), MLC_OK);
    ck_assert_int_eq(mlc_transform_format(b, NULL, &text, NULL), MLC_OK);
    ck_assert_str_eq(mlc_buffer_data(text), "chain(on(a*, standard_scaler), one_hot_encoder)");
    making_assert_fails(mlc_transform_format(b, "format=xml", &text, err), MLC_ERROR_SETTING,
                        "format = 'xml'");
    mlc_buffer_free(text);
    mlc_buffer_free(json);
    mlc_transform_free(b);
    mlc_transform_free(a);
}
END_TEST

START_TEST(test_transform_applied_to_a_view_takes_its_rows)
{
    mlc_dataset *rows = composing_rows(30, NULL);
    mlc_dataset *view = making_rows(rows, 3, (int64_t[]){29, 0, 7});
    mlc_transform *fitted = transforming_fit("standard_scaler", rows);
    mlc_dataset *all = transforming_apply(fitted, rows), *some = transforming_apply(fitted, view);
    ck_assert_int_eq(mlc_dataset_n_rows(some), 3);
    ck_assert_double_eq(making_cell(some, "income", 0), making_cell(all, "income", 29));
    ck_assert_double_eq(making_cell(some, "income", 2), making_cell(all, "income", 7));
    mlc_dataset_free(all);
    mlc_dataset_free(some);
    mlc_transform_free(fitted);
    mlc_dataset_free(view);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_transform_ref_keeps_it_alive)
{
    mlc_dataset *rows = composing_rows(30, NULL);
    mlc_transform *fitted = transforming_fit("standard_scaler", rows);
    mlc_transform *same = mlc_transform_ref(fitted);
    mlc_transform_free(fitted);
    ck_assert_int_eq(mlc_transform_is_fitted(same), 1);
    mlc_transform_free(same);
    mlc_transform_free(NULL);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_transform_refitted_learns_from_the_new_rows_alone)
{
    const double x[] = {1, 3}, z[] = {10, 30};
    const mlc_array one = making_real("x", 2, x), other = making_real("x", 2, z);
    mlc_dataset *rows = making_dataset(&one, 1, NULL), *more = making_dataset(&other, 1, NULL);
    mlc_transform *fitted = transforming_fit("standard_scaler", rows), *again = NULL;
    ck_assert_int_eq(mlc_transform_fit(NULL, fitted, more, &again, NULL), MLC_OK);
    mlc_dataset *statistics = transforming_table(again, "statistics");
    ck_assert_double_eq(making_cell(statistics, "mean", 0), 20);
    mlc_dataset_free(statistics);
    mlc_transform_free(again);
    mlc_transform_free(fitted);
    mlc_dataset_free(more);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("transform", test_transform_calls_with_null_are_argument_errors,
                 test_transform_that_is_not_fitted_says_call_fit_first,
                 test_transform_leaves_other_roles_alone_and_knows_them_later,
                 test_transform_text_and_json_parse_back,
                 test_transform_applied_to_a_view_takes_its_rows, test_transform_ref_keeps_it_alive,
                 test_transform_refitted_learns_from_the_new_rows_alone)
