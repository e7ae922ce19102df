/* Importing: formats, settings, rows to check with, files. */
#include <unistd.h>

#include "lightgbm_text.h"

START_TEST(test_what_is_none_of_the_formats_is_refused)
{
    static const char *const odd[] = {"", "tree", "trees\n", "{\"a\": 1}", "\x89MLC\r\n\x1a\n"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        mlc_model *model = NULL;
        making_assert_fails(lightgbm_import(odd[i], NULL, &model, err), MLC_ERROR_FORMAT,
                            "none of the files that are known");
        ck_assert_ptr_null(model);
    }
}
END_TEST

START_TEST(test_arguments_that_are_missing_are_refused)
{
    mlc_model *model = NULL;
    making_assert_fails(mlc_model_import_memory(NULL, NULL, 1, NULL, NULL, &model, err),
                        MLC_ERROR_ARGUMENT, "bytes or out is NULL");
    making_assert_fails(mlc_model_import_memory(NULL, "tree", -1, NULL, NULL, &model, err),
                        MLC_ERROR_ARGUMENT, "n_bytes < 0");
    making_assert_fails(mlc_model_import(NULL, NULL, NULL, NULL, &model, err), MLC_ERROR_ARGUMENT,
                        "path or out is NULL");
    making_assert_fails(mlc_model_import(NULL, "nowhere.txt", NULL, NULL, &model, err),
                        MLC_ERROR_IO, "nowhere.txt");
}
END_TEST

static const struct {
    const char *settings;
    mlc_status status;
    const char *says;
} refused[] = {
    {"round=1", MLC_ERROR_SETTING, "rounds"},
    {"rounds=3", MLC_ERROR_SETTING, "it has 2 rounds, not 3"},
    {"rounds=-1", MLC_ERROR_SETTING, "rounds"},
    {"best_iteration=true", MLC_ERROR_SETTING, "it notes no best iteration"},
    {"best_iteration=true rounds=1", MLC_ERROR_SETTING, "both given"},
    {"classes=a", MLC_ERROR_SETTING, "classes has 1 labels; the model has 2"},
    {"classes=a,b,c", MLC_ERROR_SETTING, "classes has 3 labels"},
    {"names=a,b", MLC_ERROR_SETTING, "names has 2 names; the model has 3"},
    {"categories=3", MLC_ERROR_SYNTAX, "categories is an object"},
    {"categories='{\"town\": []}'", MLC_ERROR_SETTING, "no feature 'town'"},
    {"categories='{\"age\": [\"a\"]}'", MLC_ERROR_SETTING, "feature 'age' is a number"},
    {"categories='{\"city\": [1]}'", MLC_ERROR_SYNTAX, "a label is a text"},
    {"categories='{\"city\": \"a\"}'", MLC_ERROR_SYNTAX, "labels are an array"},
    {"zero_as_missing=true", MLC_ERROR_UNSUPPORTED, "0 is a category"},
    {"max_bytes=100", MLC_ERROR_LIMIT, "max_bytes"},
    {"max_trees=1", MLC_ERROR_LIMIT, "max_trees"},
    {"max_nodes=7", MLC_ERROR_LIMIT, "max_nodes"},
    {"max_depth=1", MLC_ERROR_LIMIT, "max_depth"},
    {"max_features=2", MLC_ERROR_LIMIT, "max_features"},
    {"max_categories=33", MLC_ERROR_LIMIT, "max_categories"},
};

START_TEST(test_settings_that_do_not_fit_are_refused_by_name)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status =
            lightgbm_import(lightgbm_model, refused[i].settings, &model, &err);
        ck_assert_msg(status == refused[i].status, "%s: %d, %s", refused[i].settings, (int)status,
                      err.message);
        ck_assert_msg(strstr(err.message, refused[i].says) != NULL, "%s: %s", refused[i].settings,
                      err.message);
        ck_assert_ptr_null(model);
    }
}
END_TEST

START_TEST(test_classes_names_and_target_are_as_given)
{
    mlc_model *model = lightgbm_imported(
        lightgbm_model, "classes=poor,rich positive=poor names='a, b, c' target=income");
    mlc_dataset *classes = NULL, *inputs = NULL;
    ck_assert_int_eq(mlc_model_table(NULL, model, "classes", &classes, NULL), MLC_OK);
    making_assert_text(classes, "class", 0, "poor");
    making_assert_text(classes, "class", 1, "rich");
    ck_assert_double_eq(making_cell(classes, "positive", 0), 1);
    ck_assert_int_eq(mlc_model_table(NULL, model, "inputs", &inputs, NULL), MLC_OK);
    making_assert_text(inputs, "name", 1, "b");
    const double x = 40, y = 1, z = 0;
    const char *const truth = "rich";
    const mlc_array arrays[] = {making_real("a", 1, &x), making_real("b", 1, &y),
                                making_real("c", 1, &z), making_text("income", 1, &truth)};
    mlc_dataset *rows = making_dataset(arrays, 4, NULL), *report = NULL;
    ck_assert_int_eq(mlc_model_evaluate(NULL, model, rows, "metrics=accuracy", &report, NULL),
                     MLC_OK);
    ck_assert_double_eq(making_cell(report, "value", 0), 1);
    mlc_dataset_free(report);
    mlc_dataset_free(rows);
    mlc_dataset_free(inputs);
    mlc_dataset_free(classes);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_classes_are_whole_numbers_or_flags_their_values_are)
{
    static const struct {
        const char *list;
        int32_t type;
    } cases[] = {{"classes=3,7", MLC_TYPE_INT64},
                 {"classes=' 0 , 1 '", MLC_TYPE_INT64},
                 {"classes=false,true", MLC_TYPE_BOOL},
                 {"classes=3,7.5", MLC_TYPE_TEXT},
                 {"classes=true,false", MLC_TYPE_TEXT}};
    const double x = 40;
    const mlc_array arrays[] = {making_real("age", 1, &x), making_real("height", 1, &x),
                                making_real("city", 1, &x)};
    mlc_dataset *rows = making_dataset(arrays, 3, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_model *model = lightgbm_imported(lightgbm_model, cases[i].list);
        mlc_dataset *out = NULL;
        ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=class", &out, NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_column_type(out, 0), cases[i].type);
        mlc_dataset_free(out);
        mlc_model_free(model);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_features_without_names_are_a_vector)
{
    char *text = lightgbm_changed(lightgbm_model, "feature_names=age height city",
                                  "feature_names=Column_0 Column_1 Column_2");
    mlc_model *model = lightgbm_imported(text, NULL);
    const double x[] = {40, 1, 0, 50, 0, 1};
    const mlc_array array = making_matrix("x", 2, 3, x);
    mlc_dataset *rows = making_dataset(&array, 1, NULL), *out = NULL;
    ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=raw", &out, NULL), MLC_OK);
    ck_assert_double_eq(making_cell(out, "raw", 0), 0.1 + 0.5);
    ck_assert_double_eq(making_cell(out, "raw", 1), 0.4 + 0.5);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    free(text);
}
END_TEST

/* Rows with what the source gives for them. */
static mlc_status check_with(const double *expected, const char *settings, mlc_error *err)
{
    const double age[] = {40, 50}, height[] = {1, 0}, city[] = {0, 1};
    const mlc_array arrays[] = {making_real("age", 2, age), making_real("height", 2, height),
                                making_real("city", 2, city), making_real("margin", 2, expected)};
    mlc_dataset *rows = making_dataset(arrays, 4, "target=margin");
    mlc_model *model = NULL;
    const mlc_status status = mlc_model_import_memory(
        NULL, lightgbm_model, (int64_t)strlen(lightgbm_model), rows, settings, &model, err);
    if (status == MLC_OK) {
        mlc_dataset *origin = NULL;
        ck_assert_int_eq(mlc_model_table(NULL, model, "origin", &origin, NULL), MLC_OK);
        making_assert_text(origin, "name", 10, "parity_with_rows.rows");
        making_assert_text(origin, "value", 10, "2");
        mlc_dataset_free(origin);
    }
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return status;
}

START_TEST(test_rows_to_check_with_are_predicted_and_compared)
{
    const double good[] = {0.1 + 0.5, 0.4 + 0.5}, near[] = {0.1 + 0.5, 0.9000000000000001};
    mlc_error none = {0};
    ck_assert_int_eq(check_with(good, NULL, &none), MLC_OK);
    making_assert_fails(check_with(near, NULL, err), MLC_ERROR_NUMERIC,
                        "row 2 of those to check differs by 1.11e-16");
    ck_assert_int_eq(check_with(near, "tolerance=1e-15", &none), MLC_OK);
    const double classes[] = {1, 1};
    ck_assert_int_eq(check_with(classes, "expected=prediction", &none), MLC_OK);
    making_assert_fails(check_with(good, "expected=probability", err), MLC_ERROR_DATA,
                        "1 expected values each; the model gives 2");
}
END_TEST

START_TEST(test_rows_to_check_with_need_expected_values)
{
    const double a = 1;
    mlc_dataset *rows = lightgbm_rows(1, &a, &a, &a);
    mlc_model *model = NULL;
    making_assert_fails(mlc_model_import_memory(NULL, lightgbm_model,
                                                (int64_t)strlen(lightgbm_model), rows, NULL, &model,
                                                err),
                        MLC_ERROR_ROLE, "no expected values");
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_from_a_file_then_messages_name_it)
{
    char path[] = "/tmp/mlc-import-XXXXXX";
    const int file = mkstemp(path);
    mlc_model *model = NULL;
    const ssize_t n = (ssize_t)strlen(lightgbm_model);
    ck_assert_int_eq(write(file, lightgbm_model, (size_t)n), n);
    ck_assert_int_eq(mlc_model_import(NULL, path, NULL, NULL, &model, NULL), MLC_OK);
    mlc_model_free(model);
    model = NULL;
    making_assert_fails(mlc_model_import(NULL, path, NULL, "rounds=9", &model, err),
                        MLC_ERROR_SETTING, path);
    making_assert_fails(mlc_model_import(NULL, path, NULL, "max_bytes=9", &model, err),
                        MLC_ERROR_LIMIT, "bytes");
    close(file);
    unlink(path);
}
END_TEST

START_TEST(test_cancelled_then_nothing_is_made)
{
    mlc_context *ctx = NULL;
    mlc_model *model = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_cancel(ctx);
    ck_assert_int_eq(mlc_model_import_memory(ctx, lightgbm_model, (int64_t)strlen(lightgbm_model),
                                             NULL, NULL, &model, NULL),
                     MLC_ERROR_CANCELLED);
    ck_assert_ptr_null(model);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("import", test_what_is_none_of_the_formats_is_refused,
                 test_arguments_that_are_missing_are_refused,
                 test_settings_that_do_not_fit_are_refused_by_name,
                 test_classes_names_and_target_are_as_given,
                 test_classes_are_whole_numbers_or_flags_their_values_are,
                 test_features_without_names_are_a_vector,
                 test_rows_to_check_with_are_predicted_and_compared,
                 test_rows_to_check_with_need_expected_values,
                 test_from_a_file_then_messages_name_it, test_cancelled_then_nothing_is_made)
