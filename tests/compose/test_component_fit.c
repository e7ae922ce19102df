#include "component.h"

#include "check_suite.h"
#include "composing.h"
#include "context_impl.h"
#include "torture.h"

/* A model lives on when the context that it was fitted in is closed, whatever its recipe's. */
START_TEST(test_fit_in_another_context_than_the_recipe_lives_in_that_context)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    mlci_test_allocator a = {0}, b = {0};
    const mlc_host of_a = mlci_test_host(&a), of_b = mlci_test_host(&b);
    mlc_context *ctx_a = NULL, *ctx_b = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_context_create(&of_a, &ctx_a, &err), MLC_OK);
    ck_assert_int_eq(mlc_context_create(&of_b, &ctx_b, &err), MLC_OK);
    ck_assert_int_eq(
        mlc_model_parse(ctx_a, "pipeline(automatic, logistic_regression)", &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(ctx_b, recipe, rows, NULL, &model, &err), MLC_OK);
    mlc_model_free(recipe);
    mlc_context_close(ctx_a);
    mlc_context_close(ctx_b);
    ck_assert_int_eq(a.n_released, 1);
    ck_assert_int_eq(b.n_released, 0);
    compare_predictor("after both contexts", model, rows);
    mlc_model_free(model);
    ck_assert_int_eq(b.n_released, 1);
    ck_assert_int_eq(a.live_bytes, 0);
    ck_assert_int_eq(b.live_bytes, 0);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_transform_fitted_in_a_context_lives_on_when_it_is_closed)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    mlc_transform *recipe = NULL, *fitted = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_parse(NULL, "one_hot_encoder", &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_transform_fit(ctx, recipe, rows, &fitted, &err), MLC_OK);
    mlc_transform_free(recipe);
    mlc_context_close(ctx);
    mlc_dataset *out = transforming_apply(fitted, rows);
    mlc_transform_free(fitted);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 60);
    mlc_dataset_free(out);
    ck_assert_int_eq(a.live_bytes, 0);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_apply_when_a_column_is_missing_or_of_another_kind_says_which)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_transform *fitted = transforming_fit("simple_imputer", rows);
    mlc_dataset *fewer = NULL;
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "id, income", &fewer, NULL), MLC_OK);
    transforming_apply_fails(fitted, fewer, MLC_ERROR_COLUMN,
                             "column 'age', which 'simple_imputer' was fitted with, is missing");
    const char *const old[] = {"old", "young"};
    const double income[] = {1, 2};
    const mlc_array arrays[] = {making_text("age", 2, old), making_real("income", 2, income)};
    mlc_dataset *other = making_dataset(arrays, 2, NULL);
    transforming_apply_fails(fitted, other, MLC_ERROR_COLUMN,
                             "column 'age' is text; 'simple_imputer' was fitted with numbers");
    mlc_dataset_free(other);
    mlc_dataset_free(fewer);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

/* A vector's scaler is not given a column of another width, also when it has no value at all. */
START_TEST(test_apply_of_a_vector_needs_its_width_even_when_all_is_missing)
{
    const double v[] = {1, 2, 3, 4, 5, 6};
    const mlc_array array = making_matrix("v", 2, 3, v);
    mlc_dataset *rows = making_dataset(&array, 1, NULL);
    mlc_transform *fitted = transforming_fit("on(v, standard_scaler)", rows);
    const char *const none[] = {NULL, NULL};
    const mlc_array texts = making_text("v", 2, none), narrow = making_matrix("v", 2, 2, v);
    mlc_dataset *missing = making_dataset(&texts, 1, NULL);
    mlc_dataset *two = making_dataset(&narrow, 1, NULL);
    transforming_apply_fails(fitted, missing, MLC_ERROR_COLUMN, "column 'v' is text");
    transforming_apply_fails(fitted, two, MLC_ERROR_COLUMN, "a vector of another width");
    mlc_dataset_free(two);
    mlc_dataset_free(missing);
    mlc_transform_free(fitted);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_port_with_the_name_of_a_column_that_stays_gets_the_step_before_it)
{
    const double a[] = {1, NAN}, b[] = {5, 6};
    const mlc_array arrays[] = {making_real("a", 2, a), making_real("a_missing", 2, b)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    mlc_dataset *out = transforming_both("simple_imputer(add_indicator=true)", rows);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    ck_assert_double_eq(making_cell(out, "a_missing", 0), 5);
    ck_assert_double_eq(making_cell(out, "simple_imputer.a_missing", 1), 1);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_fit_without_rows_that_count_says_so)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS), *none = making_rows(rows, 0, NULL);
    mlc_model *recipe = composing_parse("pipeline(automatic, ridge)"), *model = NULL;
    making_assert_fails(mlc_model_fit(NULL, recipe, none, NULL, &model, err), MLC_ERROR_DATA,
                        "there are no rows to fit");
    mlc_model_free(recipe);
    mlc_dataset_free(none);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_fit_after_its_deadline_or_a_cancel_ends_with_that)
{
    mlc_dataset *rows = composing_rows(200, COMPOSING_CLASSES);
    mlc_model *recipe = composing_parse("pipeline(automatic, logistic_regression)"), *model = NULL;
    mlc_context *root = NULL, *call = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &root, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_derive(root, &call, NULL), MLC_OK);
    mlc_context_set_deadline_ms(call, 0);
    making_assert_fails(mlc_model_fit(call, recipe, rows, NULL, &model, err), MLC_ERROR_DEADLINE,
                        "deadline");
    mlc_context_set_deadline_ms(call, -1);
    ck_assert_int_eq(mlc_model_fit(call, recipe, rows, NULL, &model, NULL), MLC_OK);
    mlc_context_cancel(call);
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_model_predict(call, model, rows, NULL, &out, err), MLC_ERROR_CANCELLED,
                        "cancel");
    ck_assert_ptr_null(out);
    ck_assert_int_eq(mlc_model_predict(root, model, rows, NULL, &out, NULL), MLC_OK);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_context_close(call);
    mlc_context_close(root);
    mlc_model_free(recipe);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_fit_of_a_ranker_without_groups_says_so)
{
    mlc_dataset *rows = composing_rows(40, "target=w id=id ignore=buys,spent");
    mlc_dataset *grouped = composing_rows(40, "target=w group=city id=id ignore=buys,spent");
    mlc_dataset *holes = composing_rows(40, "target=w group=job id=id ignore=buys,spent");
    mlc_model *recipe = composing_parse("gradient_boosting_ranker"), *model = NULL;
    making_assert_fails(mlc_model_fit(NULL, recipe, rows, NULL, &model, err), MLC_ERROR_ROLE,
                        "no column of the training rows says which they are: give one the role "
                        "group, as in group=query");
    mlc_dataset *without = NULL;
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "age,income,job,buys,spent,w", &without, NULL),
                     MLC_OK);
    making_assert_fails(mlc_model_fit(NULL, recipe, grouped, without, &model, err), MLC_ERROR_ROLE,
                        "no column of the validation rows");
    making_assert_fails(mlc_model_fit(NULL, recipe, holes, NULL, &model, err), MLC_ERROR_DATA,
                        "group 'job' is missing in row");
    ck_assert_ptr_null(model);
    mlc_model_free(recipe);
    mlc_dataset_free(without);
    mlc_dataset_free(holes);
    mlc_dataset_free(grouped);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("component_fit", test_fit_in_another_context_than_the_recipe_lives_in_that_context,
                 test_transform_fitted_in_a_context_lives_on_when_it_is_closed,
                 test_apply_when_a_column_is_missing_or_of_another_kind_says_which,
                 test_apply_of_a_vector_needs_its_width_even_when_all_is_missing,
                 test_port_with_the_name_of_a_column_that_stays_gets_the_step_before_it,
                 test_fit_without_rows_that_count_says_so,
                 test_fit_of_a_ranker_without_groups_says_so,
                 test_fit_after_its_deadline_or_a_cancel_ends_with_that)
