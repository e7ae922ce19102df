/* XGBoost's JSON models: their fields, and what the report says. The library itself reads them in
 * tests/python/test_interop_export.py. */
#include "exporting.h"

#include "json.h"

/* Is it JSON? */
static void check_json(const char *text)
{
    mlci_json r;
    mlc_error err = {0};
    mlci_json_open(&r, NULL, text, (int64_t)strlen(text));
    do
        ck_assert_msg(mlci_json_next(&r, &err) == MLC_OK, "%s", err.message);
    while (r.event != MLCI_JSON_END);
    mlci_json_close(&r);
}

static const struct {
    const char *recipe, *roles, *objective, *noted;
} cases[] = {
    {"gradient_boosting_regressor(n_estimators=3)", COMPOSING_NUMBERS, "reg:squarederror", NULL},
    {"gradient_boosting_regressor(n_estimators=3, loss=poisson)", COMPOSING_NUMBERS, "reg:gamma",
     NULL},
    {"gradient_boosting_classifier(n_estimators=3)", COMPOSING_CLASSES, "binary:logistic", NULL},
    {"gradient_boosting_classifier(n_estimators=3)", "target=city id=id ignore=spent,w,buys",
     "multi:softprob", NULL},
    {"gradient_boosting_classifier(n_estimators=3, loss=one_vs_all)",
     "target=city id=id ignore=spent,w,buys", "multi:softprob", "probabilities"},
    {"gradient_boosting_regressor(n_estimators=3, loss=quantile, quantile='0.1,0.9')",
     COMPOSING_NUMBERS, "reg:quantileerror", "predictions"},
};

START_TEST(test_objectives_give_the_link_or_the_report_says_so)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *rows = composing_rows(200, cases[i].roles);
        char *report = NULL;
        mlc_model *bare = composing_parse(cases[i].recipe), *model = NULL;
        char name[64];
        ck_assert_int_eq(mlc_model_fit(NULL, bare, rows, NULL, &model, NULL), MLC_OK);
        char *text = exporting_text(model, "format=xgboost", NULL, &report);
        check_json(text);
        snprintf(name, sizeof name, "\"objective\":{\"name\":\"%s\"", cases[i].objective);
        exporting_has(text, name);
        ck_assert(exporting_notes(report, "thresholds") && exporting_notes(report, "leaves"));
        ck_assert_int_eq(exporting_rows(report), cases[i].noted == NULL ? 2 : 3);
        if (cases[i].noted != NULL) ck_assert(exporting_notes(report, cases[i].noted));
        free(text);
        free(report);
        mlc_model_free(model);
        mlc_model_free(bare);
        mlc_dataset_free(rows);
    }
}
END_TEST

START_TEST(test_categories_have_types_and_labels)
{
    mlc_model *model = exporting_fit(cases[0].recipe, cases[0].roles);
    char *text = exporting_text(model, "format=xgboost", NULL, NULL);
    exporting_has(text, "\"feature_types\":[\"float\",\"float\",\"c\",\"c\"]");
    exporting_has(text, "\"feature_segments\":[0,0,0,4,7]");
    free(text);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_models_without_words_are_refused)
{
    mlc_model *model = exporting_fit(
        "gradient_boosting_regressor(n_estimators=2, linear_tree=true)", COMPOSING_NUMBERS);
    exporting_fails(model, "format=xgboost", MLC_ERROR_UNSUPPORTED, "not linear");
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("export_xgboost", test_objectives_give_the_link_or_the_report_says_so,
                 test_categories_have_types_and_labels, test_models_without_words_are_refused)
