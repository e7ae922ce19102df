/* Labels in XGBoost's models: bytes, ends, and the order of signed bytes. The library itself finds
 * them in tests/python/test_interop_export.py. */
#include "exporting.h"

#define N_ROWS 60

static mlc_model *model_of(const char *const *labels)
{
    const char *texts[N_ROWS];
    double x[N_ROWS], y[N_ROWS];
    for (int i = 0; i < N_ROWS; i++) {
        texts[i] = labels[i % 3];
        x[i] = i / 3;
        y[i] = i % 3 + 0.1 * x[i];
    }
    const mlc_array arrays[] = {making_category("c", N_ROWS, texts), making_real("x", N_ROWS, x),
                                making_real("y", N_ROWS, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    mlc_model *model = composing_parse("gradient_boosting_regressor(n_estimators=2)"), *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_fit(NULL, model, rows, NULL, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return out;
}

START_TEST(test_labels_of_ascii_are_in_order)
{
    static const char *const labels[] = {"one", "a", "two"};
    mlc_model *model = model_of(labels);
    char *report = NULL, *text = exporting_text(model, "format=xgboost", NULL, &report);
    exporting_has(text, "\"cats\":{\"enc\":[{\"offsets\":[0,1,4,7],"
                        "\"values\":[97,111,110,101,116,119,111]},{\"offsets\":[],\"values\":[]}],"
                        "\"feature_segments\":[0,3,3],\"sorted_idx\":[0,1,2]},");
    exporting_has(text, "\"version\":[3,0,0]");
    ck_assert(!exporting_notes(report, "labels of categories"));
    free(report);
    free(text);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_other_labels_are_looked_up_as_signed_bytes_and_the_report_names_the_release)
{
    static const char *const labels[] = {"ma", "b", "m\xc3\xa9"};
    mlc_model *model = model_of(labels);
    char *report = NULL, *text = exporting_text(model, "format=xgboost", NULL, &report);
    exporting_has(text, "{\"offsets\":[0,1,3,6],\"values\":[98,109,97,109,-61,-87]}");
    exporting_has(text, "\"sorted_idx\":[0,2,1]},");
    exporting_has(text, "\"version\":[3,4,0]");
    ck_assert(exporting_notes(report, "labels of categories"));
    free(report);
    free(text);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_numbers_have_none)
{
    mlc_model *model = exporting_fit("gradient_boosting_regressor(n_estimators=2)",
                                     "target=spent id=id ignore=buys,w,job,city");
    char *text = exporting_text(model, "format=xgboost", NULL, NULL);
    ck_assert_ptr_null(strstr(text, "\"cats\""));
    free(text);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("export_xgboost_labels", test_labels_of_ascii_are_in_order,
                 test_other_labels_are_looked_up_as_signed_bytes_and_the_report_names_the_release,
                 test_numbers_have_none)
