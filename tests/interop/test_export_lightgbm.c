/* LightGBM's text models: what is written is read back, as a model that predicts the same bits. The
 * library itself reads them in tests/python/test_interop_export.py. */
#include "exporting.h"

static mlc_model *there_and_back(const mlc_model *model, char **report)
{
    mlc_model *again = NULL;
    mlc_error err = {0};
    char *text = exporting_text(model, "format=lightgbm", NULL, report);
    ck_assert_msg(mlc_model_import_memory(NULL, text, (int64_t)strlen(text), NULL, NULL, &again,
                                          &err) == MLC_OK,
                  "%s", err.message);
    free(text);
    return again;
}

static void check_raw(const mlc_model *a, const mlc_model *b, const mlc_dataset *rows)
{
    mlc_dataset *of_a = composing_predict(a, rows, "output=raw"),
                *of_b = composing_predict(b, rows, "output=raw");
    double x[600], y[600];
    const int64_t n = mlc_dataset_n_rows(rows) * mlc_dataset_column_width(of_a, 0);
    ck_assert_int_le(n, 600);
    ck_assert_int_eq(mlc_dataset_copy_real(of_a, "raw", x, n, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(of_b, "raw", y, n, NULL), MLC_OK);
    ck_assert(memcmp(x, y, (size_t)n * sizeof *x) == 0);
    mlc_dataset_free(of_a);
    mlc_dataset_free(of_b);
}

static const char *const recipes[] = {
    "gradient_boosting_regressor(n_estimators=5, min_samples_leaf=3, min_data_per_group=2)",
    "gradient_boosting_regressor(n_estimators=5, min_samples_leaf=5, linear_tree=true)",
    "gradient_boosting_regressor(n_estimators=5, loss=absolute_error)",
    "gradient_boosting_regressor(n_estimators=5, loss=poisson)",
    "gradient_boosting_regressor(n_estimators=5, loss=gamma)",
    "gradient_boosting_regressor(n_estimators=5, loss=huber)",
};
static const char *const objectives[] = {"regression", "regression", "regression_l1",
                                         "poisson",    "gamma",      "huber"};

static void check_recipe(int i)
{
    mlc_model *model = exporting_fit(recipes[i], COMPOSING_NUMBERS);
    mlc_dataset *rows = composing_rows(200, COMPOSING_NUMBERS);
    char *report = NULL;
    mlc_model *again = there_and_back(model, &report);
    char line[64], *text = exporting_text(model, "format=lightgbm", NULL, NULL);
    snprintf(line, sizeof line, "\nobjective=%s\n", objectives[i]);
    exporting_has(text, line);
    check_raw(model, again, rows);
    ck_assert_int_eq(exporting_notes(report, "infinite numbers"), i == 1);
    free(text);
    free(report);
    mlc_model_free(again);
    mlc_dataset_free(rows);
    mlc_model_free(model);
}

START_TEST(test_models_come_back_with_their_scores)
{
    for (int i = 0; i < (int)(sizeof recipes / sizeof recipes[0]); i++)
        check_recipe(i);
}
END_TEST

/* The start is in the first leaves, or a round of its own before linear ones. */
START_TEST(test_a_start_is_said_exactly)
{
    mlc_model *plain = exporting_fit(recipes[0], COMPOSING_NUMBERS),
              *linear = exporting_fit(recipes[1], COMPOSING_NUMBERS);
    char *text = exporting_text(plain, "format=lightgbm", NULL, NULL);
    ck_assert_ptr_null(strstr(text, "Tree=5"));
    free(text);
    text = exporting_text(linear, "format=lightgbm", NULL, NULL);
    exporting_has(text, "Tree=0\nnum_leaves=1\n");
    exporting_has(text, "Tree=5");
    exporting_has(text, "is_linear=1\nleaf_const=");
    free(text);
    mlc_model_free(linear);
    mlc_model_free(plain);
}
END_TEST

START_TEST(test_an_imported_model_goes_back_with_its_sets)
{
    mlc_model *model = NULL;
    ck_assert_int_eq(lightgbm_import(lightgbm_model, NULL, &model, NULL), MLC_OK);
    char *report = NULL;
    mlc_model *again = there_and_back(model, &report);
    char *text = exporting_text(model, "format=lightgbm", NULL, NULL);
    exporting_has(text, "\nobjective=binary sigmoid:1\n");
    exporting_has(text, "\ncat_boundaries=0 2\ncat_threshold=5 2\n");
    exporting_has(text, "\ndecision_type=10 8 1\n");
    ck_assert_str_eq(report, "[]\n");
    free(text);
    free(report);
    mlc_model_free(again);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_labels_stand_in_the_order_of_their_codes)
{
    mlc_model *model = exporting_fit(recipes[0], COMPOSING_NUMBERS);
    char *text = exporting_text(model, "format=lightgbm", NULL, NULL);
    exporting_has(text, "\npandas_categorical:[[\"clerk\", \"cook\", \"nurse\", \"smith\"], "
                        "[\"Lima\", \"Oslo\", \"Rome\"]]\n");
    free(text);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("export_lightgbm", test_models_come_back_with_their_scores,
                 test_a_start_is_said_exactly, test_an_imported_model_goes_back_with_its_sets,
                 test_labels_stand_in_the_order_of_their_codes)
