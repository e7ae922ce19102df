/* Files are read again, by this library and by hand; what ONNX Runtime makes of them is in
 * tests/python/test_interop_onnx.py. */
#include <mlcore/model.h>
#include <string.h>

#include "check_suite.h"
#include "exporting.h"
#include "onnx_file.h"
#include "torture.h"

/* *report (may be NULL) to be freed. */
static mlc_buffer *export(const mlc_model *model, const char *settings, char **report)
{
    mlc_buffer *out = NULL;
    mlc_error err = {0};
    if (report != NULL) *report = exporting_part(model, settings, "report");
    ck_assert_msg(mlc_model_export_memory(NULL, model, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    return out;
}

static mlc_model *fit(const char *recipe, const mlc_dataset *rows)
{
    mlc_model *parsed = composing_parse(recipe), *model = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_fit(NULL, parsed, rows, NULL, &model, &err) == MLC_OK, "%s",
                  err.message);
    mlc_model_free(parsed);
    return model;
}

/* What a file has, as a list: "Sub Div TreeEnsemble". */
static void has_nodes(const mlc_buffer *file, const char *wanted)
{
    mlci_import_settings settings = {0};
    mlci_foreign model;
    mlci_onnx_file f = {.model = &model};
    char list[2048] = "";
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlci_foreign_init(&model, ctx, &settings);
    ck_assert_int_eq(mlci_onnx_read(&f, mlc_buffer_data(file), mlc_buffer_size(file), NULL),
                     MLC_OK);
    for (int64_t i = 0; i < f.n_ops; i++) {
        if (i > 0) strcat(list, " ");
        strncat(list, f.ops[i].name.at, (size_t)f.ops[i].name.length);
    }
    ck_assert_str_eq(list, wanted);
    mlci_onnx_file_clear(&f);
    mlci_foreign_clear(&model);
    mlc_context_close(ctx);
}

START_TEST(test_trees_of_numbers_are_one_node_and_what_makes_outputs)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = fit("pipeline(simple_imputer, on([city, job], ordinal_encoder), "
                           "decision_tree_regressor)",
                           rows);
    mlc_buffer *file = export(model, "format=onnx, opset=5", NULL);
    has_nodes(file, "IsNaN Where IsNaN Where LabelEncoder Gather LabelEncoder Gather Concat "
                    "TreeEnsemble Identity");
    mlc_buffer_free(file);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_exported_doubles_come_back_to_the_last_bit)
{
    static const char *const recipes[] = {"gradient_boosting_classifier(n_estimators=5)",
                                          "decision_tree_classifier(max_depth=4)"};
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES);
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        mlc_model *model = fit(recipes[i], rows), *back = NULL;
        mlc_buffer *file = export(model, "format=onnx, opset=5", NULL);
        mlc_error err = {0};
        ck_assert_msg(mlc_model_import_memory(NULL, mlc_buffer_data(file), mlc_buffer_size(file),
                                              NULL, NULL, &back, &err) == MLC_OK,
                      "%s", err.message);
        composing_same(model, back, rows);
        mlc_model_free(back);
        mlc_buffer_free(file);
        mlc_model_free(model);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_exported_quantiles_come_back_with_their_levels)
{
    static const char *const recipes[] = {
        "gradient_boosting_regressor(n_estimators=5, loss=quantile, quantile='0.2,0.5,0.9')",
        "gradient_boosting_regressor(n_estimators=5, loss=quantile, quantile='0.2,0.4,0.5,0.9')"};
    mlc_dataset *rows = composing_rows(120, COMPOSING_NUMBERS);
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        mlc_model *model = fit(recipes[i], rows), *back = NULL;
        mlc_buffer *file = export(model, "format=onnx, opset=5", NULL);
        mlc_error err = {0};
        ck_assert_msg(mlc_model_import_memory(NULL, mlc_buffer_data(file), mlc_buffer_size(file),
                                              NULL, NULL, &back, &err) == MLC_OK,
                      "%s", err.message);
        composing_same(model, back, rows);
        mlc_model_free(back);
        mlc_buffer_free(file);
        mlc_model_free(model);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_same_model_gives_the_same_bytes)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = fit("pipeline(automatic, ridge)", rows);
    mlc_buffer *a = export(model, "format=onnx", NULL), *b = export(model, "format=onnx", NULL);
    ck_assert_int_eq(mlc_buffer_size(a), mlc_buffer_size(b));
    ck_assert(memcmp(mlc_buffer_data(a), mlc_buffer_data(b), (size_t)mlc_buffer_size(a)) == 0);
    mlc_buffer_free(a);
    mlc_buffer_free(b);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_what_has_no_words_is_refused)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = fit("pipeline(simple_imputer, on([city, job], ordinal_encoder), "
                           "adaboost_regressor(n_estimators=2))",
                           rows);
    mlc_model *trees = fit("decision_tree_regressor", rows);
    mlc_buffer *out = NULL;
    making_assert_fails(mlc_model_export_memory(NULL, model, "format=onnx", &out, err),
                        MLC_ERROR_UNSUPPORTED, "adaboost_regressor");
    making_assert_fails(mlc_model_export_memory(NULL, trees, "format=onnx, opset=4", &out, err),
                        MLC_ERROR_SETTING, "give 3 or 5");
    ck_assert_ptr_null(out);
    mlc_model_free(trees);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_report_of_doubles_is_about_the_last_digits)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    char *report = NULL;
    mlc_model *model = fit("decision_tree_regressor", rows);
    mlc_buffer_free(export(model, "format=onnx, opset=5", &report));
    ck_assert(exporting_notes(report, "missing texts") && exporting_notes(report, "sums"));
    ck_assert_int_eq(exporting_rows(report), 2);
    free(report);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* An exact block, so that a sanitizer sees each byte read behind its end. */
static void import_block(const char *bytes, int64_t n)
{
    char *const block = malloc((size_t)n + (n == 0));
    mlc_model *model = NULL;
    mlc_error err = {0};
    memcpy(block, bytes, (size_t)n);
    const mlc_status status = mlc_model_import_memory(
        NULL, block, n, NULL, "format=onnx, max_features=1000, parity_rows=16", &model, &err);
    ck_assert((status == MLC_OK) == (model != NULL));
    ck_assert(status == MLC_OK || err.message[0] != '\0');
    mlc_model_free(model);
    free(block);
}

/* Trees with sets, texts with codes, labels: cut off anywhere, and with bytes that are others. */
static void damage(const char *recipe, const char *roles, const char *settings)
{
    mlc_dataset *rows = composing_rows(60, roles);
    mlc_model *model = fit(recipe, rows);
    mlc_buffer *file = export(model, settings, NULL);
    const int64_t n = mlc_buffer_size(file);
    char *const bytes = malloc((size_t)n);
    uint64_t state = 5;
    for (int64_t i = 0; i < n; i++)
        import_block(mlc_buffer_data(file), i);
    for (int i = 0; i < 4000; i++) {
        memcpy(bytes, mlc_buffer_data(file), (size_t)n);
        for (size_t k = 1 + mutate_below(&state, 3); k > 0; k--)
            bytes[mutate_below(&state, (size_t)n)] = (char)mutate_next(&state);
        import_block(bytes, n);
    }
    free(bytes);
    mlc_buffer_free(file);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}

START_TEST(test_damaged_files_of_version_5_do_no_harm)
{
    damage("gradient_boosting_classifier(n_estimators=2)", COMPOSING_CLASSES,
           "format=onnx, opset=5");
}
END_TEST

START_TEST(test_damaged_files_of_version_3_do_no_harm)
{
    damage("gradient_boosting_classifier(n_estimators=2)", COMPOSING_CLASSES,
           "format=onnx, opset=3");
}
END_TEST

START_TEST(test_damaged_files_of_quantiles_do_no_harm)
{
    damage("gradient_boosting_regressor(n_estimators=2, loss=quantile, quantile='0.2,0.9')",
           COMPOSING_NUMBERS, "format=onnx, opset=5");
}
END_TEST

static mlc_status export_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_buffer *out = NULL;
    const mlc_status status = mlc_model_export_memory(ctx, arg, "format=onnx, opset=5", &out, err);
    if (status == MLC_OK) mlci_torture_answer(mlc_buffer_data(out), mlc_buffer_size(out));
    mlc_buffer_free(out);
    return status;
}

START_TEST(test_export_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    mlc_model *model = fit("pipeline(simple_imputer, on(job, one_hot_encoder), "
                           "gradient_boosting_classifier(n_estimators=3))",
                           rows);
    mlci_torture(export_and_free, model);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("export_onnx", test_trees_of_numbers_are_one_node_and_what_makes_outputs,
                 test_exported_doubles_come_back_to_the_last_bit,
                 test_exported_quantiles_come_back_with_their_levels,
                 test_same_model_gives_the_same_bytes, test_what_has_no_words_is_refused,
                 test_report_of_doubles_is_about_the_last_digits,
                 test_damaged_files_of_version_5_do_no_harm,
                 test_damaged_files_of_version_3_do_no_harm,
                 test_damaged_files_of_quantiles_do_no_harm,
                 test_export_when_memory_fails_leaks_nothing)
