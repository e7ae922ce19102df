/* LightGBM's text models: what they give, by hand; every field at fault; what was reported as
 * crashes of LightGBM's own loader. */
#include <unistd.h>

#include "foreign_trees.h"
#include "import.h"
#include "importing.h"
#include "lightgbm_text.h"

static double predicted(const mlc_model *model, const mlc_dataset *rows, const char *output,
                        const char *column, int64_t row)
{
    mlc_dataset *table = NULL;
    mlc_error err = {0};
    double value = NAN;
    ck_assert_msg(mlc_model_predict(NULL, model, rows, output, &table, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_dataset_real(table, column, row, &value, NULL), MLC_OK);
    mlc_dataset_free(table);
    return value;
}

START_TEST(test_scores_are_sums_of_leaves)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL);
    /* age <= 40.5 (missing: left), then height (NaN missing, right); else city in {0, 2, 33} */
    const double age[] = {40.5, 20, NAN, 50, 50, 50, 50, 50, 20, 50};
    const double height[] = {1.7000000000000002, 1.8, 1, 0, 0, 0, 0, 0, NAN, 0};
    const double city[] = {0, 0, 0, 0, 1, 33.9, 64, NAN, 0, -1};
    const double expected[] = {0.1, 0.2, 0.1, -0.3, 0.4, -0.3, 0.4, 0.4, 0.2, 0.4};
    mlc_dataset *rows = lightgbm_rows(10, age, height, city);
    for (int64_t i = 0; i < 10; i++) {
        const double raw = expected[i] + 0.5;
        ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", i), raw);
        ck_assert_double_eq(predicted(model, rows, "output=class", "prediction", i), 1);
    }
    mlc_dataset_free(rows);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_origin_says_where_from_and_what_was_compared)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL), *loaded = NULL;
    mlc_buffer *artifact = NULL;
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &artifact, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_load_memory(NULL, mlc_buffer_data(artifact),
                                           mlc_buffer_size(artifact), NULL, &loaded, NULL),
                     MLC_OK);
    importing_check_origin(loaded, "library", "LightGBM");
    importing_check_origin(loaded, "version", "v4");
    importing_check_origin(loaded, "objective", "binary sigmoid:1");
    importing_check_origin(loaded, "rounds", "2");
    importing_check_origin(loaded, "parity_with_file.largest_difference", "0");
    mlc_buffer_free(artifact);
    mlc_model_free(loaded);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_recipe_has_what_the_file_says_of_the_training)
{
    mlc_model *model = lightgbm_imported(lightgbm_model, NULL);
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_model_format(model, NULL, &text, NULL), MLC_OK);
    ck_assert_str_eq(mlc_buffer_data(text), "gradient_boosting_classifier(n_estimators=2, "
                                            "learning_rate=0.05, max_leaf_nodes=17)");
    mlc_buffer_free(text);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_recipe_lacks_parameters_that_are_none)
{
    static const char *const values[] = {"nan", "inf", "-1", "0", "1e999"};
    for (int i = 0; i < 5; i++) {
        char line[64];
        snprintf(line, sizeof line, "[num_leaves: %s]", values[i]);
        char *const text = lightgbm_changed(lightgbm_model, "[num_leaves: 17]", line);
        snprintf(line, sizeof line, "[learning_rate: %s]", values[i]);
        char *const both = lightgbm_changed(text, "[learning_rate: 0.05]", line);
        mlc_model *const model = lightgbm_imported(both, NULL);
        mlc_buffer *recipe = NULL;
        ck_assert_int_eq(mlc_model_format(model, NULL, &recipe, NULL), MLC_OK);
        ck_assert_ptr_null(strstr(mlc_buffer_data(recipe), "max_leaf_nodes"));
        ck_assert_ptr_null(strstr(mlc_buffer_data(recipe), "learning_rate"));
        mlc_buffer_free(recipe);
        mlc_model_free(model);
        free(both);
        free(text);
    }
}
END_TEST

START_TEST(test_kinds_of_missing_values)
{
    const double age[] = {NAN, 0}, height[] = {1, 1}, city[] = {1, 1};
    mlc_dataset *rows = lightgbm_rows(2, age, height, city);
    /* none: NaN is 0, which is left of 40.5; of -1 it is right */
    char *none = lightgbm_changed(lightgbm_model, "decision_type=2 8 1", "decision_type=0 0 1");
    mlc_model *model = lightgbm_imported(none, NULL);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 0), 0.1 + 0.5);
    mlc_model_free(model);
    char *low = lightgbm_changed(none, "threshold=40.5", "threshold=-1");
    model = lightgbm_imported(low, NULL);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 0), 0.4 + 0.5);
    mlc_model_free(model);
    /* zero: so are zeros; the category needs labels then */
    char *zero = lightgbm_changed(lightgbm_model, "decision_type=2 8 1", "decision_type=4 4 1");
    mlc_error err = {0};
    ck_assert_int_eq(lightgbm_import(zero, NULL, &model, &err), MLC_ERROR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "0 is a category of feature 'city'"));
    char *mixed = lightgbm_changed(lightgbm_model, "decision_type=2 8 1", "decision_type=4 8 1");
    ck_assert_int_eq(lightgbm_import(mixed, NULL, &model, &err), MLC_ERROR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "zeros are missing values of some splits only"));
    free(mixed);
    free(zero);
    free(low);
    free(none);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_labels_of_pandas_are_the_categories)
{
    static const char labels[] = "pandas_categorical:[[\"c0\", \"a1\", \"b2\", 3, true, 1.5";
    char list[900];
    strcpy(list, labels);
    for (int i = 6; i < 40; i++)
        snprintf(list + strlen(list), 20, ", \"z%d\"", i);
    strcat(list, "]]");
    char *text = lightgbm_changed(lightgbm_model, "pandas_categorical:null", list);
    mlc_model *model = lightgbm_imported(text, NULL);
    const double age[] = {50, 50, 50, 50, 50}, height[] = {0, 0, 0, 0, 0};
    const char *const city[] = {"c0", "a1", "z33", "unheard", NULL};
    const double expected[] = {-0.3, 0.4, -0.3, 0.4, 0.4};
    const mlc_array arrays[] = {making_real("age", 5, age), making_real("height", 5, height),
                                making_text("city", 5, city)};
    mlc_dataset *rows = making_dataset(arrays, 3, NULL);
    for (int64_t i = 0; i < 5; i++)
        ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", i), expected[i] + 0.5);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    /* labels that the caller gives count more */
    model = lightgbm_imported(
        lightgbm_model,
        "categories='{\"city\": [\"p\", \"q\", \"r\", \"s3\", \"s4\", \"s5\", \"s6\","
        "\"s7\", \"s8\", \"s9\", \"t0\", \"t1\", \"t2\", \"t3\", \"t4\", \"t5\","
        "\"t6\", \"t7\", \"t8\", \"t9\", \"u0\", \"u1\", \"u2\", \"u3\", \"u4\","
        "\"u5\", \"u6\", \"u7\", \"u8\", \"u9\", \"v0\", \"v1\", \"v2\", \"v3\"]}'");
    mlc_model_free(model);
    free(text);
}
END_TEST

START_TEST(test_linear_leaves_fall_back_where_a_number_is_missing)
{
    char *text = lightgbm_changed(
        lightgbm_model, "is_linear=0\nshrinkage=0.1\n",
        "is_linear=1\nleaf_const=1 2 3 4\nnum_features=2 0 1 0\nleaf_features=0 1  0\n"
        "leaf_coeff=0.5 0.25  -1\nshrinkage=0.1\n");
    mlc_model *model = lightgbm_imported(text, NULL);
    const double age[] = {40, 50, NAN}, height[] = {1.5, 0, 1}, city[] = {0, 0, 0};
    mlc_dataset *rows = lightgbm_rows(3, age, height, city);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 0),
                        1 + 0.5 * 40 + 0.25 * 1.5 + 0.5);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 1), 3.0 - 50 + 0.5);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 2), 0.1 + 0.5);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    free(text);
}
END_TEST

static const struct {
    const char *objective, *component;
} objectives[] = {
    {"regression", "gradient_boosting_regressor"},
    {"regression_l1", "gradient_boosting_regressor"},
    {"regression sqrt", "gradient_boosting_regressor"},
    {"huber", "gradient_boosting_regressor"},
    {"fair", "gradient_boosting_regressor"},
    {"quantile alpha:0.5", "gradient_boosting_regressor"},
    {"mape", "gradient_boosting_regressor"},
    {"poisson", "gradient_boosting_regressor"},
    {"gamma", "gradient_boosting_regressor"},
    {"tweedie tweedie_variance_power:1.5", "gradient_boosting_regressor"},
    {"cross_entropy", "gradient_boosting_regressor"},
    {"cross_entropy_lambda", "gradient_boosting_regressor"},
    {"custom", "gradient_boosting_regressor"},
    {"", "gradient_boosting_regressor"},
    {"binary sigmoid:0.5", "gradient_boosting_classifier"},
    {"lambdarank", "gradient_boosting_ranker"},
    {"rank_xendcg", "gradient_boosting_ranker"},
};

START_TEST(test_each_objective_has_its_component)
{
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        char line[80];
        mlc_buffer *recipe = NULL;
        snprintf(line, sizeof line, "objective=%s\n", objectives[i].objective);
        char *text = lightgbm_changed(lightgbm_model, "objective=binary sigmoid:1\n", line);
        mlc_model *model = lightgbm_imported(text, NULL);
        ck_assert_int_eq(mlc_model_format(model, NULL, &recipe, NULL), MLC_OK);
        const char *const name = objectives[i].component;
        ck_assert_msg(strncmp(mlc_buffer_data(recipe), name, strlen(name)) == 0, "%s: %s",
                      objectives[i].objective, (const char *)mlc_buffer_data(recipe));
        mlc_buffer_free(recipe);
        mlc_model_free(model);
        free(text);
    }
}
END_TEST

START_TEST(test_forest_divides_by_its_trees)
{
    char *mean = lightgbm_changed(lightgbm_model, "objective=binary sigmoid:1\n",
                                  "objective=regression\naverage_output\n");
    mlc_model *model = lightgbm_imported(mean, NULL);
    const double age = 40, height = 1, city = 0;
    mlc_dataset *rows = lightgbm_rows(1, &age, &height, &city);
    ck_assert_double_eq(predicted(model, rows, NULL, "prediction", 0), (0.1 + 0.5) / 2);
    ck_assert_double_eq(predicted(model, rows, "output=raw", "raw", 0), 0.1 + 0.5);
    mlc_model_free(model);
    model = lightgbm_imported(mean, "rounds=1");
    ck_assert_double_eq(predicted(model, rows, NULL, "prediction", 0), 0.1);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    free(mean);
}
END_TEST

START_TEST(test_early_forests_have_shares_in_their_leaves)
{
    char *early = lightgbm_changed(lightgbm_model, "version=v4\n", "version=v2\naverage_output\n");
    const double age = 40, height = 1, city = 0;
    mlc_dataset *rows = lightgbm_rows(1, &age, &height, &city);
    mlc_model *model = lightgbm_imported(early, NULL); /* a leaf of -0.3: no shares */
    ck_assert_double_eq(predicted(model, rows, "output=probability", "probability[0]", 0),
                        1 - 1 / (1 + exp(-(0.1 + 0.5) / 2)));
    mlc_model_free(model);
    char *shares = lightgbm_changed(early, "-0.3", "0.3");
    model = lightgbm_imported(shares, NULL);
    ck_assert_double_eq(predicted(model, rows, "output=probability", "probability[0]", 0),
                        1 - (0.1 + 0.5) / 2);
    mlc_model_free(model);
    char *counts = lightgbm_changed(early, "binary sigmoid:1", "poisson");
    making_assert_fails(lightgbm_import(counts, NULL, &model, err), MLC_ERROR_UNSUPPORTED,
                        "save it with LightGBM 3 or later");
    free(counts);
    free(shares);
    free(early);
    mlc_dataset_free(rows);
}
END_TEST

/* Each change is refused, and the message says what is wrong. */
static const struct {
    const char *from, *to;
    mlc_status status;
    const char *says;
} faults[] = {
    {"version=v4", "version=v5", MLC_ERROR_VERSION, "version v5 of the format"},
    {"num_class=1", "num_class=0", MLC_ERROR_FORMAT, "line 3: num_class"},
    {"max_feature_idx=2", "max_feature_idx=3", MLC_ERROR_FORMAT, "feature_names has 3 names"},
    {"max_feature_idx=2", "max_feature_idx=x", MLC_ERROR_FORMAT, "line 6: max_feature_idx"},
    {"max_feature_idx=2\n", "", MLC_ERROR_FORMAT, "trees before max_feature_idx"},
    {"feature_names=age height city", "feature_names=age age city", MLC_ERROR_FORMAT,
     "both called 'age'"},
    {"feature_names=age height city", "feature_names=age height \xFF", MLC_ERROR_FORMAT,
     "is not UTF-8"},
    {"[0:90] [1:2]", "[0:90]", MLC_ERROR_FORMAT, "feature_infos has 2 entries"},
    {"objective=binary", "objective=unheard", MLC_ERROR_UNSUPPORTED, "'unheard' is not known"},
    {"objective=binary sigmoid:1", "objective=binary sigmoid:-1", MLC_ERROR_FORMAT, "sigmoid"},
    {"objective=binary sigmoid:1", "objective=multiclass num_class:3", MLC_ERROR_FORMAT,
     "does not fit"},
    {"num_tree_per_iteration=1", "num_tree_per_iteration=3", MLC_ERROR_FORMAT,
     "is not a number of rounds of 3 each"},
    {"Tree=1", "Tree=2", MLC_ERROR_FORMAT, "Tree: it is not a number that it can be"},
    {"end of trees", "end of tres", MLC_ERROR_FORMAT, "cut off"},
    {"num_leaves=4", "num_leaves=3", MLC_ERROR_FORMAT, "too many numbers"},
    {"num_leaves=4", "num_leaves=5", MLC_ERROR_FORMAT, "too few numbers"},
    {"num_leaves=4", "num_leaves=2000000000", MLC_ERROR_FORMAT, "num_leaves"},
    {"num_leaves=4", "num_leaves=-1", MLC_ERROR_FORMAT, "num_leaves"},
    {"num_leaves=4\n", "", MLC_ERROR_FORMAT, "num_leaves: it is missing"},
    {"num_leaves=4\n", "num_leaves=4\nnum_leaves=4\n", MLC_ERROR_FORMAT,
     "line 14: num_leaves: the tree has it already"},
    {"split_feature=0 1 2", "split_feature=0 1 3", MLC_ERROR_FORMAT, "split_feature"},
    {"split_feature=0 1 2", "split_feature=0 -1 2", MLC_ERROR_FORMAT, "split_feature"},
    {"split_feature=0 1 2", "split_feature=0 1.5 2", MLC_ERROR_FORMAT, "split_feature"},
    {"split_feature=0 1 2", "split_feature=2 1 2", MLC_ERROR_FORMAT, "categories by a threshold"},
    {"threshold=40.5", "threshold=abc", MLC_ERROR_FORMAT, "line 17: threshold: there is something"},
    {"threshold=40.5", "threshold=nan", MLC_ERROR_FORMAT, "its threshold is not a number"},
    {"1.7000000000000002 0", "1.7000000000000002 1", MLC_ERROR_FORMAT, "that is not there"},
    {"1.7000000000000002 0", "1.7000000000000002 0.5", MLC_ERROR_FORMAT, "that is not there"},
    {"decision_type=2 8 1", "decision_type=2 14 1", MLC_ERROR_FORMAT, "not known"},
    {"decision_type=2 8 1", "decision_type=2 8 99", MLC_ERROR_FORMAT, "decision_type"},
    {"left_child=1 -1 -3", "left_child=0 -1 -3", MLC_ERROR_FORMAT, "another parent already"},
    {"left_child=1 -1 -3", "left_child=3 -1 -3", MLC_ERROR_FORMAT, "left_child"},
    {"left_child=1 -1 -3", "left_child=1 -5 -3", MLC_ERROR_FORMAT, "left_child"},
    {"right_child=2 -2 -4", "right_child=1 -2 -4", MLC_ERROR_FORMAT, "another parent already"},
    {"right_child=2 -2 -4", "right_child=2 2 -4", MLC_ERROR_FORMAT, "another parent already"},
    {"0.20000000000000001 -0.3", "inf -0.3", MLC_ERROR_FORMAT, "leaf is not finite"},
    {"leaf_count=10 20 30 40", "leaf_count=10 20 30", MLC_ERROR_FORMAT, "leaf_count"},
    {"num_cat=1", "num_cat=9", MLC_ERROR_FORMAT, "num_cat"},
    {"cat_boundaries=0 2", "cat_boundaries=0 -2", MLC_ERROR_FORMAT, "cat_boundaries"},
    {"cat_boundaries=0 2", "cat_boundaries=1 2", MLC_ERROR_FORMAT, "do not rise from 0"},
    {"cat_boundaries=0 2", "cat_boundaries=0 2000000000", MLC_ERROR_FORMAT, "cat_threshold"},
    {"cat_boundaries=0 2\n", "", MLC_ERROR_FORMAT, "cat_boundaries: it is missing"},
    {"cat_threshold=5 2", "cat_threshold=5 4294967296", MLC_ERROR_FORMAT, "cat_threshold"},
    {"is_linear=0", "is_linear=1", MLC_ERROR_FORMAT, "leaf_const: it is missing"},
    {"is_linear=0\nshrinkage=0.1",
     "is_linear=1\nleaf_const=1 2 3 4\nnum_features=2 0 0 0\nleaf_features=1 0\nleaf_coeff=1 1",
     MLC_ERROR_FORMAT, "do not ascend"},
    {"is_linear=0\nshrinkage=0.1",
     "is_linear=1\nleaf_const=1 2 3 4\nnum_features=3 3 3 3\nleaf_features=1\nleaf_coeff=1",
     MLC_ERROR_FORMAT, "leaf_features: it has too few numbers"},
    {"pandas_categorical:null", "pandas_categorical:[[\"a\"], [\"b\"]]", MLC_ERROR_FORMAT,
     "not one list for each feature"},
    {"pandas_categorical:null", "pandas_categorical:[[\"a\", \"a\"]]", MLC_ERROR_FORMAT, "twice"},
    {"pandas_categorical:null", "pandas_categorical:[[\"a\"]]", MLC_ERROR_FORMAT,
     "category 33 of feature 'city', which has 1"},
    {"pandas_categorical:null", "pandas_categorical:[[null]]", MLC_ERROR_FORMAT,
     "a category is a text"},
    {"pandas_categorical:null", "pandas_categorical:{", MLC_ERROR_FORMAT, "pandas_categorical"},
    /* reports of crashes: a child that is its own ancestor, counts that are not those of the
     * arrays, a feature beyond the rows, an empty tree (LightGBM #7357, #7437, #7438, #6998) */
    {"left_child=1 -1 -3\nright_child=2 -2 -4", "left_child=1 -1 1\nright_child=2 -2 -4",
     MLC_ERROR_FORMAT, "another parent already"},
    {"leaf_value=0.10000000000000001 0.20000000000000001 -0.3 0.4", "leaf_value=", MLC_ERROR_FORMAT,
     "num_leaves"},
    {"split_feature=0 1 2", "split_feature=0 1 2147483647", MLC_ERROR_FORMAT, "split_feature"},
    {"Tree=1\nnum_leaves=1", "Tree=1\nnum_leaves=0", MLC_ERROR_FORMAT, "num_leaves"},
};

START_TEST(test_what_cannot_be_is_refused_by_name_and_line)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        char *text = lightgbm_changed(lightgbm_model, faults[i].from, faults[i].to);
        const mlc_status status = lightgbm_import(text, "format=lightgbm", &model, &err);
        ck_assert_msg(status == faults[i].status, "%s: %d, %s", faults[i].to, (int)status,
                      err.message);
        ck_assert_msg(strstr(err.message, faults[i].says) != NULL, "%s: %s", faults[i].to,
                      err.message);
        ck_assert_ptr_null(model);
        free(text);
    }
}
END_TEST

START_TEST(test_cut_anywhere_in_the_trees_then_refused)
{
    const int64_t trees = strstr(lightgbm_model, "end of trees") + 12 - lightgbm_model;
    for (int64_t n = 0; n < (int64_t)sizeof lightgbm_model; n++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status =
            mlc_model_import_memory(NULL, lightgbm_model, n, NULL, NULL, &model, &err);
        ck_assert_msg((status == MLC_OK) == (model != NULL), "%lld", (long long)n);
        const int refused = status == MLC_ERROR_FORMAT || status == MLC_ERROR_VERSION;
        if (n < trees) ck_assert_msg(refused, "%lld: %d", (long long)n, (int)status);
        if (n == (int64_t)sizeof lightgbm_model - 1) ck_assert_int_eq(status, MLC_OK);
        mlc_model_free(model);
    }
}
END_TEST

START_TEST(test_early_files_have_no_line_after_the_trees)
{
    char *text = lightgbm_changed(lightgbm_model,
                                  "end of trees\n\nfeature_importances:", "feature importances:");
    mlc_model_free(lightgbm_imported(text, NULL));
    free(text);
}
END_TEST

START_TEST(test_lines_may_end_as_on_windows)
{
    char *text = malloc(2 * sizeof lightgbm_model), *at = text;
    for (const char *c = lightgbm_model; *c != '\0'; c++) {
        if (*c == '\n') *at++ = '\r';
        *at++ = *c;
    }
    *at = '\0';
    mlc_model_free(lightgbm_imported(text, NULL));
    free(text);
}
END_TEST

/* ---- many trees --------------------------------------------------------------------------- */

#define N_MANY 70

/* The header, then trees like the first one of other thresholds and leaves, some of them linear;
 * the caller frees it. */
static char *many_trees(void)
{
    const char *const first = strstr(lightgbm_model, "Tree=0");
    char *const text = malloc((N_MANY + 2) * sizeof lightgbm_model);
    int64_t at = snprintf(text, sizeof lightgbm_model, "%.*s", (int)(first - lightgbm_model),
                          lightgbm_model);
    for (int t = 0; t < N_MANY; t++) {
        const int is_linear = t % 9 == 4;
        at += snprintf(text + at, sizeof lightgbm_model,
                       "Tree=%d\nnum_leaves=4\nnum_cat=1\nsplit_feature=0 1 2\nsplit_gain=5 3 %d\n"
                       "threshold=%d.25 1.%d 0\ndecision_type=2 8 1\nleft_child=1 -1 -3\n"
                       "right_child=2 -2 -4\nleaf_value=0.%d 0.2 -0.3 0.4\nleaf_count=1 2 3 %d\n"
                       "internal_count=100 30 70\ncat_boundaries=0 2\ncat_threshold=%d 2\n%s",
                       t, t, t % 40, t, 1 + t, t, 1 + t % 7,
                       is_linear ? "is_linear=1\nleaf_const=1 2 3 4\nnum_features=1 0 2 0\n"
                                   "leaf_features=0 0 1\nleaf_coeff=0.5 0.25 2\n\n"
                                 : "is_linear=0\n\n");
    }
    strcpy(text + at, strstr(first, "end of trees"));
    return text;
}

static const int32_t thread_counts[] = {1, 2, 3, 7};

static mlc_status import_by_threads(const char *text, int32_t n_threads, mlc_model **out,
                                    mlc_error *err)
{
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_set_threads(ctx, n_threads);
    const mlc_status status =
        mlc_model_import_memory(ctx, text, (int64_t)strlen(text), NULL, NULL, out, err);
    mlc_context_close(ctx);
    return status;
}

START_TEST(test_any_number_of_threads_gives_the_same_artifact)
{
    char *const text = many_trees();
    mlc_buffer *artifact[4] = {NULL};
    for (int i = 0; i < 4; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        ck_assert_msg(import_by_threads(text, thread_counts[i], &model, &err) == MLC_OK, "%s",
                      err.message);
        ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &artifact[i], NULL), MLC_OK);
        ck_assert_int_eq(mlc_buffer_size(artifact[i]), mlc_buffer_size(artifact[0]));
        ck_assert_mem_eq(mlc_buffer_data(artifact[i]), mlc_buffer_data(artifact[0]),
                         (size_t)mlc_buffer_size(artifact[0]));
        mlc_model_free(model);
    }
    for (int i = 0; i < 4; i++)
        mlc_buffer_free(artifact[i]);
    free(text);
}
END_TEST

/* The line that a text begins in. */
static int line_of(const char *text, const char *what)
{
    int line = 1;
    for (const char *c = text; c < strstr(text, what); c++)
        line += *c == '\n';
    return line;
}

/* Of two faults, one where trees are found (a field that is there twice) and one where they are
 * read, the message is that of the earlier tree. */
START_TEST(test_the_first_fault_of_the_file_is_told_at_any_number_of_threads)
{
    static const char *const found = "split_gain=1 2 3\nsplit_gain=1 2 3\n";
    static const char *const read = "split_gain=1 2 x\n";
    for (int which = 0; which < 4; which++) {
        char *const text = many_trees();
        char *const once = lightgbm_changed(text, "split_gain=5 3 30\n", which & 1 ? found : read);
        char *const twice = lightgbm_changed(once, "split_gain=5 3 50\n", which & 2 ? found : read);
        char says[80];
        if (which & 1)
            snprintf(says, sizeof says, "line %d: split_gain: the tree has it already",
                     1 + line_of(twice, found));
        else
            snprintf(says, sizeof says, "tree 30, line %d: split_gain: there is something",
                     line_of(twice, read));
        for (int i = 0; i < 4; i++) {
            mlc_model *model = NULL;
            mlc_error err = {0};
            ck_assert_int_eq(import_by_threads(twice, thread_counts[i], &model, &err),
                             MLC_ERROR_FORMAT);
            ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
        }
        free(twice);
        free(once);
        free(text);
    }
}
END_TEST

/* ---- parts of a file ---------------------------------------------------------------------- */

static const int64_t part_sizes[] = {1, 100, 777, 5000, 1 << 20};

/* The foreign model as a file of parts; the caller clears it. */
static mlc_status read_by_parts(const char *path, int64_t part_bytes, mlci_foreign *m,
                                mlc_error *err)
{
    mlci_import_source source;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_import_source_open(NULL, path, 0, part_bytes, &source, NULL), MLC_OK);
    mlci_foreign_init(m, call, &foreign_settings);
    const mlc_status status = mlci_import_lightgbm.read_parts(m, &source, err);
    mlci_import_source_close(&source);
    mlci_call_end(call);
    return status;
}

static void put_file(char *path, const char *text, size_t n)
{
    strcpy(path, "/tmp/mlc-lightgbm-XXXXXX");
    const int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, text, n), (int64_t)n);
    close(fd);
}

static void assert_same_model(const mlci_foreign *a, const mlci_foreign *b)
{
    ck_assert_int_eq(a->n_trees, b->n_trees);
    ck_assert_int_eq(a->n_sets, b->n_sets);
    ck_assert_int_eq(a->n_terms, b->n_terms);
    ck_assert_str_eq(a->objective, b->objective);
    ck_assert_str_eq(a->recipe.data, b->recipe.data);
    const int64_t n = a->first_node[a->n_trees];
    ck_assert_int_eq(n, b->first_node[b->n_trees]);
    ck_assert_mem_eq(a->nodes, b->nodes, (size_t)n * sizeof *a->nodes);
    ck_assert_mem_eq(a->members, b->members,
                     (size_t)a->first_member[a->n_sets] * sizeof *a->members);
    ck_assert_mem_eq(a->term_factor, b->term_factor, (size_t)a->n_terms * sizeof *a->term_factor);
}

START_TEST(test_parts_of_any_size_give_the_same_model)
{
    char *const text = many_trees(), path[64];
    mlci_foreign whole;
    mlc_error err = {0};
    put_file(path, text, strlen(text));
    ck_assert_msg(read_by_parts(path, 1 << 20, &whole, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_eq(whole.n_trees, N_MANY);
    for (size_t i = 0; i < sizeof part_sizes / sizeof part_sizes[0]; i++) {
        mlci_foreign parts;
        ck_assert_msg(read_by_parts(path, part_sizes[i], &parts, &err) == MLC_OK, "%s",
                      err.message);
        assert_same_model(&whole, &parts);
        mlci_foreign_clear(&parts);
    }
    mlci_foreign_clear(&whole);
    unlink(path);
    free(text);
}
END_TEST

/* Wherever the file was cut off, and however it is read, the message is the same. */
START_TEST(test_parts_of_any_size_of_a_cut_file_have_the_same_fault)
{
    char *const text = many_trees();
    for (size_t n = 10; n < strlen(text); n += 97) {
        char path[64];
        mlc_error whole = {0}, err = {0};
        put_file(path, text, n);
        for (size_t i = sizeof part_sizes / sizeof part_sizes[0]; i-- > 0;) {
            mlci_foreign m;
            const mlc_status status = read_by_parts(path, part_sizes[i], &m, &err);
            if (part_sizes[i] == 1 << 20) whole = err;
            ck_assert(status == MLC_OK || status == MLC_ERROR_FORMAT);
            ck_assert_str_eq(err.message, whole.message);
            ck_assert_int_eq(err.line, whole.line);
            mlci_foreign_clear(&m);
        }
        unlink(path);
    }
    free(text);
}
END_TEST

MLCI_CHECK_SUITE("import_lightgbm", test_scores_are_sums_of_leaves,
                 test_origin_says_where_from_and_what_was_compared,
                 test_recipe_has_what_the_file_says_of_the_training,
                 test_recipe_lacks_parameters_that_are_none, test_kinds_of_missing_values,
                 test_labels_of_pandas_are_the_categories,
                 test_linear_leaves_fall_back_where_a_number_is_missing,
                 test_each_objective_has_its_component, test_forest_divides_by_its_trees,
                 test_early_forests_have_shares_in_their_leaves,
                 test_what_cannot_be_is_refused_by_name_and_line,
                 test_cut_anywhere_in_the_trees_then_refused,
                 test_early_files_have_no_line_after_the_trees, test_lines_may_end_as_on_windows,
                 test_any_number_of_threads_gives_the_same_artifact,
                 test_the_first_fault_of_the_file_is_told_at_any_number_of_threads,
                 test_parts_of_any_size_give_the_same_model,
                 test_parts_of_any_size_of_a_cut_file_have_the_same_fault)
