/* Exporting: settings, buffers, files, and what failures leave. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporting.h"
#include "fault_system.h"
#include "torture.h"

#define TREES "gradient_boosting_classifier(n_estimators=3, min_samples_leaf=3)"

static char *read_file(const char *path)
{
    static char text[1 << 20];
    FILE *const file = fopen(path, "rb");
    if (file == NULL) return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

START_TEST(test_arguments_and_settings_that_do_not_fit_are_refused)
{
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES), *bare = composing_parse(TREES);
    mlc_buffer *file = NULL;
    making_assert_fails(mlc_model_export(NULL, model, NULL, NULL, NULL, err), MLC_ERROR_ARGUMENT,
                        "path is NULL");
    making_assert_fails(mlc_model_export_memory(NULL, model, NULL, NULL, err), MLC_ERROR_ARGUMENT,
                        "out is NULL");
    making_assert_fails(mlc_model_export_memory(NULL, bare, "format=c", &file, err),
                        MLC_ERROR_NOT_FITTED, "fit");
    exporting_fails(model, NULL, MLC_ERROR_SETTING, "lightgbm (.txt)");
    exporting_fails(model, "format=pmml", MLC_ERROR_SETTING, "format");
    exporting_fails(model, "format=c nmae=x", MLC_ERROR_SETTING, "name");
    exporting_fails(model, "format=c opset=2", MLC_ERROR_SETTING, "opset");
    making_assert_fails(mlc_model_export(NULL, model, "model", NULL, NULL, err), MLC_ERROR_SETTING,
                        "the name of the file does not");
    mlc_model_free(bare);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_endings_tell_the_format_and_a_second_file_lies_beside)
{
    char folder[] = "/tmp/mlc_export_XXXXXX", path[64];
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    static const struct {
        const char *name, *settings, *begins, *second;
    } cases[] = {{"a.c", NULL, "/* A gradient", "a.h"},
                 {"a.txt", NULL, "tree\nversion=v4\n", NULL},
                 {"a.json", NULL, "{\"learner\":", NULL},
                 {"b.inc", "format=c name=b", "/* A gradient", "b.inc.h"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_error err = {0};
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].name);
        ck_assert_msg(mlc_model_export(NULL, model, path, cases[i].settings, NULL, &err) == MLC_OK,
                      "%s", err.message);
        const char *const text = read_file(path);
        ck_assert_ptr_nonnull(text);
        ck_assert(strncmp(text, cases[i].begins, strlen(cases[i].begins)) == 0);
        ck_assert_int_eq(unlink(path), 0);
        if (cases[i].second == NULL) continue;
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].second);
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(rmdir(folder), 0);
    mlc_model_free(model);
}
END_TEST

/* Each call to the system fails once: the file is the old one or the new one, never half of one. */
START_TEST(test_files_that_cannot_be_written_leave_the_old_one)
{
    char folder[] = "/tmp/mlc_export_XXXXXX", path[64], header[64];
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/m.c", folder);
    snprintf(header, sizeof header, "%s/m.h", folder);
    for (int64_t k = 1, failed = 1; failed > 0; k++) {
        mlc_context *ctx = NULL;
        FILE *const old = fopen(path, "w");
        fputs("old", old);
        fclose(old);
        ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
        mlci_fault_system f = mlci_fault_system_init();
        f.fail_at = k;
        f.error = ENOSPC;
        mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
        const mlc_status status = mlc_model_export(ctx, model, path, NULL, NULL, NULL);
        failed = f.n_failed;
        const char *const text = read_file(path);
        ck_assert(strcmp(text, "old") == 0 || strncmp(text, "/* A gradient", 13) == 0);
        if (failed == 0) ck_assert_int_eq(status, MLC_OK);
        if (status == MLC_OK) ck_assert_str_ne(text, "old");
        mlc_context_close(ctx);
        unlink(header);
    }
    unlink(path);
    rmdir(folder);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_a_report_has_a_row_for_each_loss)
{
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES);
    char *report = exporting_part(model, "format=c", "report");
    ck_assert_str_eq(report, "[]\n");
    free(report);
    report = exporting_part(model, "format=xgboost", "report");
    ck_assert(exporting_notes(report, "leaves") && exporting_notes(report, "thresholds"));
    free(report);
    exporting_fails(model, "format=xgboost part=second", MLC_ERROR_SETTING, "one file alone");
    mlc_model_free(model);
}
END_TEST

static mlc_status export_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const settings[] = {"format=c",        "format=c part=second",
                                           "format=lightgbm", "format=lightgbm part=report",
                                           "format=xgboost",  "format=xgboost part=report"};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        mlc_buffer *file = NULL;
        const mlc_status status = mlc_model_export_memory(ctx, arg, settings[i], &file, err);
        if (status != MLC_OK) return status;
        mlci_torture_answer(mlc_buffer_data(file), mlc_buffer_size(file));
        mlc_buffer_free(file);
    }
    return MLC_OK;
}

START_TEST(test_export_when_memory_fails_leaks_nothing)
{
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES);
    mlci_torture(export_and_free, model);
    mlc_model_free(model);
}
END_TEST

/* Steps, trees and lines of each kind, as each format has them. */
static const char *const recipes[] = {
    "random_forest_classifier(n_estimators=2, max_depth=3)",
    "gradient_boosting_regressor(linear_tree=true, n_estimators=2)",
    "pipeline(automatic, ridge)",
    "pipeline(automatic, logistic_regression)",
    "pipeline(on(type:category, ordinal_encoder(handle_unknown=use_encoded_value, "
    "unknown_value=-7, encoded_missing_value=-3)), simple_imputer(add_indicator=true), "
    "decision_tree_classifier(max_depth=3))",
    "pipeline(on(type:category, simple_imputer(strategy=most_frequent)), "
    "on(type:category, one_hot_encoder(handle_unknown=infrequent_if_exist, min_frequency=60, "
    "drop=first)), on(type:number, standard_scaler), "
    "gradient_boosting_classifier(n_estimators=2))",
    "pipeline(on(type:category, one_hot_encoder(drop=if_binary, handle_unknown=ignore)), "
    "gradient_boosting_classifier(n_estimators=2, multi_strategy=multi_output_tree))",
};

typedef struct exported {
    const mlc_model *model;
    const char *settings;
} exported;

static mlc_status export_one(mlc_context *ctx, void *arg, mlc_error *err)
{
    const exported *const e = arg;
    mlc_buffer *file = NULL;
    const mlc_status status = mlc_model_export_memory(ctx, e->model, e->settings, &file, err);
    if (status != MLC_OK) return status;
    mlci_torture_answer(mlc_buffer_data(file), mlc_buffer_size(file));
    mlc_buffer_free(file);
    return MLC_OK;
}

/* In C and, where ONNX has words for it, in ONNX. */
static void torture_recipe(const char *recipe)
{
    static const char *const settings[] = {"format=c", "format=c part=second",
                                           "format=onnx opset=3", "format=onnx opset=5",
                                           "format=onnx opset=3 part=report"};
    const int is_regressor = strstr(recipe, "ridge") || strstr(recipe, "regressor");
    mlc_model *model = exporting_fit(recipe, is_regressor ? COMPOSING_NUMBERS : COMPOSING_CLASSES);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        exported e = {model, settings[i]};
        mlc_error err = {0};
        const mlc_status status = export_one(NULL, &e, &err);
        if (status == MLC_ERROR_UNSUPPORTED && strstr(err.message, "cannot be written as ONNX"))
            continue;
        ck_assert_msg(status == MLC_OK, "%s: %s: %s", recipe, settings[i], err.message);
        mlci_torture(export_one, &e);
    }
    mlc_model_free(model);
}

START_TEST(test_steps_and_models_of_each_kind_survive_failing_memory)
{
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        torture_recipe(recipes[i]);
}
END_TEST

MLCI_CHECK_SUITE("export", test_arguments_and_settings_that_do_not_fit_are_refused,
                 test_endings_tell_the_format_and_a_second_file_lies_beside,
                 test_files_that_cannot_be_written_leave_the_old_one,
                 test_a_report_has_a_row_for_each_loss, test_export_when_memory_fails_leaks_nothing,
                 test_steps_and_models_of_each_kind_survive_failing_memory)
