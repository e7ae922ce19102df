#include "check_main.h"
#include "composing.h"

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
                        "'pipeline' has no table 'importances'; there are inputs, classes, steps, "
                        "simple_imputer.statistics, standard_scaler.statistics");
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

MLCI_CHECK_MAIN("tables", test_tables_of_a_model_list_inputs_classes_and_steps,
                test_table_of_a_step_is_found_by_its_path_or_alone,
                test_table_that_is_not_there_lists_those_that_are,
                test_table_of_a_step_that_found_no_column_says_so)
