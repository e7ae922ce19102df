/* isolation_forest: what parameters say. Scores on real data beside scikit-learn's are in
 * tests/python/test_isolation_forest.py. */
#include "isolating.h"

#include "tree/isolation.h"

extern const mlci_model_descriptor mlci_model_isolation_forest;

enum { N = 400, P = 3 };

static double x[N * P];

/* A cloud, and four rows far from it. */
static model_case cloud(const char *settings)
{
    for (int64_t i = 0; i < N * P; i++)
        x[i] = test_uniform(1, i) + (i < 4 * P ? 5 * (double)(1 + i / P) : 0);
    return (model_case){
        .model = &mlci_model_isolation_forest, .settings = settings, .x = x, .n = N, .p = P};
}

START_TEST(test_rows_far_away_score_highest)
{
    static const char *const settings[] = {NULL, "extension_level=2", "max_samples=1.0",
                                           "bootstrap=true max_features=0.7"};
    double raw[N];
    for (size_t s = 0; s < sizeof settings / sizeof settings[0]; s++) {
        model_case c = cloud(settings[s]);
        model_case_fit(&c);
        model_case_predict(&c, MLCI_OUTPUT_RAW, raw);
        for (int i = 4; i < N; i++)
            for (int k = 0; k < 4; k++)
                ck_assert_double_lt(raw[k], raw[i]);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_contamination_is_the_share_of_anomalies)
{
    static const double shares[] = {0.01, 0.1, 0.5};
    char settings[64];
    double prediction[N], weight[N];
    for (int s = 0; s < 3; s++) {
        snprintf(settings, sizeof settings, "contamination=%g", shares[s]);
        for (int weighted = 0; weighted < 2; weighted++) {
            model_case c = cloud(settings);
            for (int i = 0; i < N; i++)
                weight[i] = 2;
            c.weight = weighted ? weight : NULL;
            model_case_fit(&c);
            model_case_predict(&c, MLCI_OUTPUT_PREDICTION, prediction);
            int n = 0;
            for (int i = 0; i < N; i++)
                n += prediction[i] < 0;
            /* Rows of one score are on one side. */
            ck_assert_int_le(abs(n - (int)(shares[s] * N)), 1);
            model_case_close(&c);
        }
    }
}
END_TEST

START_TEST(test_extension_level_is_at_most_all_features)
{
    static const struct {
        const char *settings;
        int32_t n_terms;
    } cases[] = {{"extension_level=0", 0},
                 {"extension_level=1", 2},
                 {"extension_level=99", 3},
                 {"extension_level=2 max_features=2", 2},
                 {"extension_level=2 max_features=1", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        model_case c = cloud(cases[i].settings);
        model_case_fit(&c);
        ck_assert_int_eq(((mlci_isolation *)c.state)->n_terms, cases[i].n_terms);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_samples_are_as_large_as_asked_for)
{
    static const struct {
        const char *settings;
        double n;
    } cases[] = {{NULL, 256},
                 {"max_samples=10", 10},
                 {"max_samples=0.5", 200},
                 {"max_samples=1.0", 400},
                 {"max_samples=9999", 400}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        model_case c = cloud(cases[i].settings);
        model_case_fit(&c);
        ck_assert_double_eq(((mlci_isolation *)c.state)->mean_path,
                            mlci_isolation_mean_path(cases[i].n));
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_wrong_settings_are_named)
{
    static const char *const wrong[] = {
        "max_samples=0",   "max_samples=1.5",   "max_samples=many",
        "contamination=0", "contamination=0.6", "contamination=some",
        "max_features=0",  "max_features=1.2",  "max_features=sqrt"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char recipe[128];
        mlc_model *model = NULL;
        mlc_error err;
        snprintf(recipe, sizeof recipe, "isolation_forest(%s)", wrong[i]);
        ck_assert_int_eq(mlc_model_parse(NULL, recipe, &model, &err), MLC_ERROR_SETTING);
        ck_assert_msg(strncmp(err.name, wrong[i], strlen(err.name)) == 0, "%s", err.name);
        ck_assert_ptr_nonnull(strstr(err.message, "must be"));
    }
}
END_TEST

START_TEST(test_fit_is_the_same_everywhere)
{
    model_case c = cloud("n_estimators=9 contamination=0.1");
    model_case_same_everywhere(&c);
    c.settings = "n_estimators=9 extension_level=2";
    model_case_same_everywhere(&c);
}
END_TEST

START_TEST(test_planes_of_categories_are_refused_by_name)
{
    mlc_dataset *data = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_error err;
    char path[512];
    snprintf(path, sizeof path, "%s/penguins.csv", getenv("MLC_TEST_DATA"));
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, path, "null=NA", &data, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_parse(NULL, "isolation_forest(extension_level=1)", &recipe, &err),
                     MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, data, NULL, &model, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.name, "species");
    ck_assert_ptr_nonnull(strstr(err.message, "one_hot_encoder"));
    mlc_model_free(recipe);
    ck_assert_int_eq(mlc_model_parse(NULL, "isolation_forest", &recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, data, NULL, &model, &err), MLC_OK);
    mlc_model_free(recipe);
    mlc_model_free(model);
    mlc_dataset_free(data);
}
END_TEST

MLCI_CHECK_SUITE("model_isolation_forest", test_rows_far_away_score_highest,
                 test_contamination_is_the_share_of_anomalies,
                 test_extension_level_is_at_most_all_features,
                 test_samples_are_as_large_as_asked_for, test_wrong_settings_are_named,
                 test_fit_is_the_same_everywhere, test_planes_of_categories_are_refused_by_name)
