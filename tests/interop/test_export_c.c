/* C source: names, comments, labels. What the source computes is compared with the library in
 * tests/python/test_interop_export.py, which compiles it. */
#include "exporting.h"

#define TREES "gradient_boosting_classifier(n_estimators=2, min_samples_leaf=3)"

START_TEST(test_a_name_is_an_identifier)
{
    static const char *const names[] = {"format=c name=1a", "format=c name='a b'",
                                        "format=c name=''", "format=c name='a-b'",
                                        "format=c name='\xc3\xa9'"};
    mlc_model *model = exporting_fit(TREES, COMPOSING_CLASSES);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        exporting_fails(model, names[i], MLC_ERROR_SETTING, "functions in C begin with it");
    char *header = NULL, *text = exporting_text(model, "format=c name=risk_2", &header, NULL);
    exporting_has(header, "void risk_2_raw(const double *x, double *raw);\n");
    exporting_has(header, "#define RISK_2_N_FEATURES 4\n");
    exporting_has(header, "double risk_2_code_of(int feature, const char *label);\n");
    ck_assert(strncmp(text, header, strlen(header)) == 0);
    free(header);
    free(text);
    mlc_model_free(model);
}
END_TEST

/* Trees of one column of that name, with labels that try comments, strings and trigraphs. */
static mlc_model *odd_model(const char *name, const char *label)
{
    const char *x[] = {label, "b", label, "b", label, "b"};
    const double y[] = {1, 5, 1, 5, 1, 5};
    const mlc_array arrays[] = {making_category(name, 6, x), making_real("y", 6, y)};
    mlc_dataset *rows = making_dataset(arrays, 2, "target=y");
    mlc_model *bare = composing_parse("gradient_boosting_regressor(n_estimators=1, "
                                      "min_samples_leaf=1, min_data_per_group=1)"),
              *model = NULL;
    ck_assert_int_eq(mlc_model_fit(NULL, bare, rows, NULL, &model, NULL), MLC_OK);
    mlc_model_free(bare);
    mlc_dataset_free(rows);
    return model;
}

START_TEST(test_comments_and_texts_cannot_be_left)
{
    mlc_model *model = odd_model("x*/ ?\?/ \n/* \"", "l\"?\?/\\\n*/");
    char *header = NULL, *text = exporting_text(model, "format=c", &header, NULL);
    exporting_has(header, "0 \"x\\052/ \\077?/ \\012\\057* \\\"\": one of 2 categories\n");
    exporting_has(text, "\"l\\\"\\077?/\\\\\\012*/\"");
    free(header);
    free(text);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_models_without_words_are_named)
{
    mlc_model *model = exporting_fit("adaboost_classifier(n_estimators=2)",
                                     "target=buys id=id ignore=spent,w,job,city,age");
    exporting_fails(model, "format=c", MLC_ERROR_UNSUPPORTED, "'adaboost_classifier'");
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("export_c", test_a_name_is_an_identifier, test_comments_and_texts_cannot_be_left,
                 test_models_without_words_are_named)
