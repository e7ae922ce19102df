#include "check_suite.h"
#include "composing.h"
#include "torture.h"

START_TEST(test_tables_of_a_model_list_inputs_classes_and_steps)
{
    mlc_dataset *rows = composing_rows(80, "target=buys id=id ignore=spent,w positive=no");
    mlc_model *model =
        transforming_model("pipeline(automatic, logistic_regression(name=lr))", rows);
    mlc_dataset *inputs = composing_table(model, "inputs");
    ck_assert_int_eq(mlc_dataset_n_rows(inputs), 4);
    making_assert_text(inputs, "name", 2, "job");
    making_assert_text(inputs, "type", 2, "category");
    ck_assert_double_eq(making_cell(inputs, "categories", 2), 4);
    ck_assert(making_cell(inputs, "low", 0) >= 18 && making_cell(inputs, "high", 0) <= 68);
    mlc_dataset *classes = composing_table(model, "classes");
    making_assert_text(classes, "class", 0, "no");
    ck_assert_double_eq(making_cell(classes, "positive", 0), 1);
    ck_assert_double_eq(making_cell(classes, "positive", 1), 0);
    mlc_dataset *steps = composing_table(model, "steps");
    const int64_t last = mlc_dataset_n_rows(steps) - 1;
    making_assert_text(steps, "step", last, "pipeline.lr");
    making_assert_text(steps, "component", last, "logistic_regression");
    making_assert_text(steps, "recipe", last, "logistic_regression(name=lr)");
    mlc_dataset_free(steps);
    mlc_dataset_free(classes);
    mlc_dataset_free(inputs);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static int32_t type_of(const mlc_dataset *d, const char *column)
{
    return mlc_dataset_column_type(d, mlc_dataset_find(d, column));
}

START_TEST(test_schema_of_a_model_has_its_columns_without_rows)
{
    mlc_dataset *rows = composing_rows(80, "target=buys sensitive=city id=id ignore=spent,w");
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlc_dataset *schema = composing_table(model, "schema");
    ck_assert_int_eq(mlc_dataset_n_rows(schema), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(schema), 5);
    ck_assert_int_eq(type_of(schema, "age"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(schema, "city"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(schema, "buys"), MLC_TYPE_CATEGORY);
    ck_assert_str_eq(mlc_dataset_column_role(schema, mlc_dataset_find(schema, "buys")), "target");
    ck_assert_str_eq(mlc_dataset_column_role(schema, mlc_dataset_find(schema, "city")),
                     "sensitive");
    ck_assert_str_eq(mlc_dataset_category(schema, "city", 2), "Rome");
    mlc_dataset_free(schema);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* Codes that look like numbers: a file with digits alone must not become numbers. */
START_TEST(test_schema_of_a_model_reads_a_file_as_the_model_needs_it)
{
    static const char train[] = "code,y\n01,1\n02,2\nx,3\n01,1\n02,2\nx,3\n";
    static const char other[] = "code,y\n01,?\n02,tbd\n";
    mlc_dataset *rows = NULL, *digits = NULL, *bare = NULL, *out = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, train, sizeof train - 1, "target=y", &rows, NULL),
                     MLC_OK);
    mlc_model *model = transforming_model("pipeline(automatic, ridge(alpha=0.001))", rows);
    mlc_dataset *schema = composing_table(model, "schema");
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, other, sizeof other - 1, NULL, &bare, NULL),
                     MLC_OK);
    making_assert_fails(mlc_model_predict(NULL, model, bare, NULL, &out, err), MLC_ERROR_COLUMN,
                        "code");
    ck_assert_int_eq(
        mlc_dataset_parse_csv_like(NULL, other, sizeof other - 1, schema, NULL, &digits, NULL),
        MLC_OK);
    out = composing_predict(model, digits, NULL);
    ck_assert_double_eq_tol(making_cell(out, "prediction", 0), 1, 0.01);
    ck_assert_double_eq_tol(making_cell(out, "prediction", 1), 2, 0.01);
    mlc_dataset_free(out);
    mlc_dataset_free(bare);
    mlc_dataset_free(digits);
    mlc_dataset_free(schema);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status read_schema(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *schema = NULL;
    const mlc_status status = mlc_model_table(ctx, arg, "schema", &schema, err);
    mlc_dataset_free(schema);
    return status;
}

START_TEST(test_schema_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model = transforming_model("pipeline(automatic, logistic_regression)", rows);
    mlci_torture(read_schema, model);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_table_of_a_step_is_found_by_its_path_or_alone)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model(
        "pipeline(on(age, simple_imputer(name=a)), on(income, simple_imputer(name=b)), "
        "on([age, income], standard_scaler, remainder=drop), ridge)",
        rows);
    mlc_dataset *a = composing_table(model, "on.a.statistics");
    mlc_dataset *b = composing_table(model, "b.statistics");
    mlc_dataset *alone = composing_table(model, "coefficients");
    making_assert_text(a, "column", 0, "age");
    making_assert_text(b, "column", 0, "income");
    ck_assert_int_gt(mlc_dataset_n_rows(alone), 1);
    mlc_dataset_free(alone);
    mlc_dataset_free(b);
    mlc_dataset_free(a);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_table_that_is_not_there_lists_those_that_are)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    making_assert_fails(mlc_model_table(NULL, model, "importances", &out, err),
                        MLC_ERROR_UNSUPPORTED,
                        "'pipeline' has no table 'importances'; there are inputs, schema, classes, "
                        "steps, simple_imputer.statistics, standard_scaler.statistics");
    making_assert_fails(mlc_model_table(NULL, model, "nobody.statistics", &out, err),
                        MLC_ERROR_UNSUPPORTED, "has no table 'nobody.statistics'");
    making_assert_fails(mlc_model_table(NULL, model, "classes", &out, err), MLC_ERROR_UNSUPPORTED,
                        "'ridge' does not predict classes");
    mlc_transform *fitted = transforming_fit("standard_scaler", rows);
    making_assert_fails(mlc_transform_table(NULL, fitted, "steps", &out, err),
                        MLC_ERROR_UNSUPPORTED, "there are standard_scaler.statistics");
    ck_assert_ptr_null(out);
    mlc_transform_free(fitted);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_table_of_a_step_that_found_no_column_says_so)
{
    mlc_dataset *rows = composing_rows(80, "target=spent id=id ignore=buys,w,job,city"),
                *out = NULL;
    mlc_model *model = transforming_model("pipeline(one_hot_encoder, simple_imputer, ridge)", rows);
    making_assert_fails(mlc_model_table(NULL, model, "one_hot_encoder.categories", &out, err),
                        MLC_ERROR_UNSUPPORTED, "'one_hot_encoder' has nothing to do here");
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("tables", test_tables_of_a_model_list_inputs_classes_and_steps,
                 test_schema_of_a_model_has_its_columns_without_rows,
                 test_schema_of_a_model_reads_a_file_as_the_model_needs_it,
                 test_schema_when_memory_fails_leaks_nothing,
                 test_table_of_a_step_is_found_by_its_path_or_alone,
                 test_table_that_is_not_there_lists_those_that_are,
                 test_table_of_a_step_that_found_no_column_says_so)
