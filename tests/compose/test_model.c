#include "check_suite.h"
#include "composing.h"
#include "record.h"
#include "torture.h"

START_TEST(test_model_calls_with_null_are_argument_errors)
{
    mlc_model *out = NULL, *recipe = composing_parse("ridge");
    mlc_dataset *rows = composing_rows(10, COMPOSING_NUMBERS), *table = NULL;
    mlc_buffer *text = NULL;
    making_assert_fails(mlc_model_parse(NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_create(NULL, NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_pipeline(NULL, recipe, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_with(NULL, "a=1", &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_recipe(NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_format(NULL, NULL, &text, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_model_fit(NULL, recipe, NULL, NULL, &out, err), MLC_ERROR_ARGUMENT,
                        "NULL");
    making_assert_fails(mlc_model_predict(NULL, NULL, rows, NULL, &table, err), MLC_ERROR_ARGUMENT,
                        "model is NULL");
    ck_assert_ptr_null(out);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_recipe_used_as_a_model_says_call_fit_first)
{
    mlc_model *recipe = composing_parse("ridge");
    mlc_dataset *rows = composing_rows(10, COMPOSING_NUMBERS), *out = NULL;
    mlc_buffer *bytes = NULL;
    ck_assert_int_eq(mlc_model_is_fitted(recipe), 0);
    ck_assert_int_eq(mlc_model_is_fitted(NULL), 0);
    const char *const says = "'ridge' is a recipe that was not fitted: fit it first";
    making_assert_fails(mlc_model_predict(NULL, recipe, rows, NULL, &out, err),
                        MLC_ERROR_NOT_FITTED, says);
    making_assert_fails(mlc_model_evaluate(NULL, recipe, rows, NULL, &out, err),
                        MLC_ERROR_NOT_FITTED, says);
    making_assert_fails(mlc_model_table(NULL, recipe, "steps", &out, err), MLC_ERROR_NOT_FITTED,
                        says);
    making_assert_fails(mlc_model_save_memory(NULL, recipe, NULL, &bytes, err),
                        MLC_ERROR_NOT_FITTED, says);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_model_create_takes_settings_as_text_or_json)
{
    mlc_model *a = NULL, *b = NULL;
    ck_assert_int_eq(mlc_model_create(NULL, "ridge", "alpha=2.5", &a, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_create(NULL, "ridge", "{\"alpha\": 2.5}", &b, NULL), MLC_OK);
    composing_text(a, NULL, "ridge(alpha=2.5)");
    composing_text(b, NULL, "ridge(alpha=2.5)");
    mlc_model *bad = NULL;
    making_assert_fails(mlc_model_create(NULL, "ridge", "alpha=-1", &bad, err), MLC_ERROR_SETTING,
                        "alpha = -1");
    mlc_model_free(a);
    mlc_model_free(b);
}
END_TEST

START_TEST(test_model_ref_keeps_it_alive)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_model *same = mlc_model_ref(model);
    ck_assert_ptr_eq(model, same);
    mlc_model_free(model);
    ck_assert_int_eq(mlc_model_is_fitted(same), 1);
    composing_same(same, same, rows);
    mlc_model_free(same);
    mlc_model_free(NULL);
    mlc_dataset_free(rows);
}
END_TEST

/* Rows of weight 0 are not there, and their values not even looked at. */
START_TEST(test_fit_with_rows_of_weight_0_is_a_fit_without_them)
{
    mlc_dataset *rows = composing_rows(60, "target=spent id=id ignore=buys weight=w");
    double weight[60], age[60], income[60], spent[60];
    ck_assert_int_eq(mlc_dataset_copy_real(rows, "w", weight, 60, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(rows, "age", age, 60, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(rows, "income", income, 60, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(rows, "spent", spent, 60, NULL), MLC_OK);
    for (int i = 40; i < 60; i++) {
        weight[i] = 0;
        income[i] = INFINITY;
    }
    const mlc_array arrays[] = {making_real("age", 60, age), making_real("income", 60, income),
                                making_real("spent", 60, spent), making_real("w", 60, weight)};
    mlc_dataset *with = making_dataset(arrays, 4, "target=spent weight=w"), *without = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, with, NULL, 0, 40, &without, NULL), MLC_OK);
    mlc_model *a = transforming_model("pipeline(automatic, ridge)", with);
    mlc_model *b = transforming_model("pipeline(automatic, ridge)", without);
    composing_same(a, b, without);
    mlc_model_free(a);
    mlc_model_free(b);
    mlc_dataset_free(without);
    mlc_dataset_free(with);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_pipeline_of_handles_is_the_pipeline_of_the_text)
{
    mlc_transform *before = NULL;
    mlc_model *last = composing_parse("ridge(alpha=3)"), *model = NULL;
    ck_assert_int_eq(mlc_transform_parse(NULL, "chain(automatic)", &before, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_pipeline(before, last, &model, NULL), MLC_OK);
    composing_text(model, NULL, "pipeline(chain(automatic), ridge(alpha=3))");
    mlc_model_free(model);
    mlc_model_free(last);
    mlc_transform_free(before);
}
END_TEST

static mlc_status whole_life(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_dataset *rows = arg;
    mlc_transform *before = NULL;
    mlc_model *last = NULL, *recipe = NULL, *model = NULL;
    mlc_dataset *out = NULL, *report = NULL, *table = NULL;
    mlc_status status = mlc_transform_create(ctx, "automatic", NULL, &before, err);
    if (status == MLC_OK) {
        status = mlc_model_create(ctx, "logistic_regression", "max_iter=3", &last, err);
    }
    if (status == MLC_OK) status = mlc_model_pipeline(before, last, &recipe, err);
    if (status == MLC_OK) status = mlc_model_fit(ctx, recipe, rows, rows, &model, err);
    if (status == MLC_OK) {
        status = mlc_model_predict(ctx, model, rows,
                                   "output=class,probability,flags "
                                   "on_invalid=missing",
                                   &out, err);
    }
    if (status == MLC_OK) {
        status = mlc_model_evaluate(ctx, model, rows, "metrics=accuracy,confusion_matrix by=city",
                                    &report, err);
    }
    if (status == MLC_OK) status = mlc_model_table(ctx, model, "steps", &table, err);
    mlc_dataset_free(table);
    mlc_dataset_free(report);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_model_free(last);
    mlc_transform_free(before);
    return status;
}

START_TEST(test_model_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(40, COMPOSING_CLASSES);
    mlci_torture(whole_life, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("model", test_model_calls_with_null_are_argument_errors,
                 test_recipe_used_as_a_model_says_call_fit_first,
                 test_model_create_takes_settings_as_text_or_json, test_model_ref_keeps_it_alive,
                 test_fit_with_rows_of_weight_0_is_a_fit_without_them,
                 test_pipeline_of_handles_is_the_pipeline_of_the_text,
                 test_model_when_memory_fails_leaks_nothing)
