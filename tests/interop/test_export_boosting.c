/* What exporters of boosted trees share: which model is written, and its words. */
#include "exporting.h"

START_TEST(test_steps_without_work_are_passed_over)
{
    mlc_model *model = exporting_fit(
        "pipeline(automatic, gradient_boosting_classifier(n_estimators=2))", COMPOSING_CLASSES);
    char *text = exporting_text(model, "format=lightgbm", NULL, NULL);
    exporting_has(text, "feature_names=age income job city\n");
    free(text);
    free(exporting_text(model, "format=xgboost", NULL, NULL));
    free(exporting_text(model, "format=c", NULL, NULL));
    mlc_model_free(model);
}
END_TEST

START_TEST(test_steps_and_models_without_words_are_named)
{
    mlc_model *scaled =
        exporting_fit("pipeline(standard_scaler, gradient_boosting_classifier(n_estimators=2))",
                      COMPOSING_CLASSES);
    mlc_model *forest =
        exporting_fit("random_forest_classifier(n_estimators=2)", COMPOSING_CLASSES);
    static const char *const formats[] = {"format=lightgbm", "format=xgboost"};
    for (int i = 0; i < 2; i++) {
        exporting_fails(scaled, formats[i], MLC_ERROR_UNSUPPORTED, "'standard_scaler'");
        exporting_fails(forest, formats[i], MLC_ERROR_UNSUPPORTED, "'random_forest_classifier'");
    }
    mlc_model_free(forest);
    mlc_model_free(scaled);
}
END_TEST

START_TEST(test_names_have_no_bytes_that_the_format_takes_otherwise)
{
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8}, y[] = {1, 1, 2, 2, 3, 3, 9, 9};
    const mlc_array arrays[] = {making_real("a b", 8, x), making_real("[c]", 8, x),
                                making_real("y", 8, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    mlc_model *bare = composing_parse("gradient_boosting_regressor(n_estimators=1)"), *model = NULL;
    char *report = NULL;
    ck_assert_int_eq(mlc_model_fit(NULL, bare, rows, NULL, &model, NULL), MLC_OK);
    char *text = exporting_text(model, "format=lightgbm", NULL, &report);
    exporting_has(text, "feature_names=a_b [c]\n");
    ck_assert(exporting_notes(report, "feature names"));
    free(report);
    free(text);
    text = exporting_text(model, "format=xgboost", NULL, NULL);
    exporting_has(text, "\"feature_names\":[\"a_b\",\"_c_\"]");
    free(text);
    mlc_model_free(model);
    mlc_model_free(bare);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_an_offset_is_noted)
{
    mlc_model *model = exporting_fit("gradient_boosting_regressor(n_estimators=2)",
                                     "target=spent id=id ignore=buys offset=w");
    char *report = NULL;
    free(exporting_text(model, "format=lightgbm", NULL, &report));
    ck_assert(exporting_notes(report, "offset"));
    free(report);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("export_boosting", test_steps_without_work_are_passed_over,
                 test_steps_and_models_without_words_are_named,
                 test_names_have_no_bytes_that_the_format_takes_otherwise, test_an_offset_is_noted)
