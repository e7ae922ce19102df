/* Small documents after XGBoost's own; what they must give follows from the few sums that they
 * stand for. */
#include <math.h>

#include "data/making.h"
#include "xgboost_text.h"

/* Rows of age and job: 0 and 1, 2 and 3, nothing. */
static mlc_dataset *three_rows(void)
{
    static const double ages[] = {0, 2, NAN}, jobs[] = {1, 3, NAN};
    const mlc_array arrays[] = {making_real("age", 3, ages), making_real("job", 3, jobs)};
    return making_dataset(arrays, 2, NULL);
}

/* Column `name` of what a model gives for three rows. */
static void check_output(const mlc_model *model, const char *output, const char *name,
                         const double *expected, int64_t width)
{
    mlc_dataset *rows = three_rows(), *out = NULL;
    mlc_error err = {0};
    char settings[64] = "output=";
    double given[64];
    strcat(settings, output);
    ck_assert_msg(mlc_model_predict(NULL, model, rows, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_msg(mlc_dataset_copy_real(out, name, given, 3 * width, &err) == MLC_OK, "%s",
                  err.message);
    for (int64_t i = 0; i < 3 * width; i++)
        ck_assert_msg(given[i] == expected[i], "%s %d: %a, not %a", output, (int)i, given[i],
                      expected[i]);
    mlc_dataset_free(rows);
    mlc_dataset_free(out);
}

static void check_raw(const mlc_model *model, double a, double b, double c)
{
    check_output(model, "raw", "raw", (double[]){a, b, c}, 1);
}

static mlc_dataset *table(const mlc_model *model, const char *name)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_table(NULL, model, name, &out, &err) == MLC_OK, "%s", err.message);
    return out;
}

/* A value of the table "origin". */
static void check_origin(const mlc_model *model, const char *name, const char *value)
{
    mlc_dataset *origin = table(model, "origin");
    for (int64_t i = 0; i < mlc_dataset_n_rows(origin); i++) {
        const char *text = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(origin, "name", i, &text, &length, NULL), MLC_OK);
        if (!mlci_text_equal(text, length, name)) continue;
        making_assert_text(origin, "value", i, value);
        mlc_dataset_free(origin);
        return;
    }
    ck_abort_msg("no %s", name);
}

static void check_recipe(const mlc_model *model, const char *start)
{
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_model_format(model, NULL, &text, NULL), MLC_OK);
    ck_assert_msg(strncmp(mlc_buffer_data(text), start, strlen(start)) == 0, "%s",
                  (const char *)mlc_buffer_data(text));
    mlc_buffer_free(text);
}

/* ---- what a document means ---------------------------------------------------------------- */

START_TEST(test_import_xgboost_of_trees_adds_their_leaves)
{
    mlc_model *model = import(MODEL, NULL);
    check_raw(model, 0.5 - 0.25 + 0.0625, 0.5 + 0.5 + 0.0625, 0.5 + 0.5 - 1);
    check_recipe(model, "gradient_boosting_regressor(");
    check_origin(model, "library", "XGBoost");
    check_origin(model, "version", "1.7.4");
    check_origin(model, "objective", "reg:squarederror");
    check_origin(model, "rounds", "2");
    check_origin(model, "best_round", "1");
    check_origin(model, "parity_with_file.largest_difference", "0");
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_a_snapshot_takes_its_model)
{
    const char *const text = "{\"Config\":{\"learner\":{}},\"Model\":" MODEL "}";
    mlc_model *model = import(text, NULL);
    check_raw(model, 0.3125, 1.0625, 0);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_keys_in_another_order_is_the_same)
{
    mlc_model *model = import("{\"version\":[3,2,0],\"learner\":" LEARNER "}", NULL);
    check_raw(model, 0.3125, 1.0625, 0);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_rounds_takes_the_first_ones)
{
    mlc_model *model = import(MODEL, "rounds=1");
    check_raw(model, 0.25, 1, 1);
    mlc_model_free(model);
    model = import(MODEL, "best_iteration=true");
    check_raw(model, 0.25, 1, 1);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_parallel_trees_has_them_in_one_round)
{
    const char *const text =
        edit(MODEL, "\"num_parallel_tree\":\"1\"", "\"num_parallel_tree\":\"2\"");
    mlc_model *model = import(text, NULL);
    mlc_error err = {0};
    check_raw(model, 0.3125, 1.0625, 0);
    check_origin(model, "rounds_in_file", "1");
    mlc_model_free(model);
    ck_assert_int_eq(import_bytes(text, (int64_t)strlen(text), "rounds=2", &model, &err),
                     MLC_ERROR_SETTING);
    ck_assert_ptr_nonnull(strstr(err.message, "it has 1 rounds, not 2"));
    model = import(edit(MODEL, "\"tree_info\"", "\"iteration_indptr\":[0,2],\"tree_info\""), NULL);
    check_origin(model, "rounds_in_file", "1");
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_uneven_rounds_takes_them_as_one)
{
    const char *const four = edit(edit(MODEL, "\"trees\":[", "\"trees\":[" NUMBER_TREE ","),
                                  "\"num_trees\":\"2\"", "\"num_trees\":\"3\"");
    const char *const text =
        edit(four, "\"tree_info\":[0,0]", "\"iteration_indptr\":[0,1,3],\"tree_info\":[0,0,0]");
    mlc_model *model = import(text, NULL);
    check_origin(model, "rounds_in_file", "1");
    check_raw(model, 0.3125 - 0.25, 1.5625, 0.5);
    mlc_model_free(model);
}
END_TEST

/* 0.7f x -0.25f is rounded to a float before it is added. */
START_TEST(test_import_xgboost_of_dart_weighs_trees_in_floats)
{
    static const char weights[] = "\"weight_drop\":[7E-1,1E0]";
    const float low = -0.25F * 0.7F, high = 0.5F * 0.7F;
    const char *const old =
        edit(edit(edit(MODEL, "\"gradient_booster\":{", "\"gradient_booster\":{\"gbtree\":{"),
                  ",\"name\":\"gbtree\"}", "},\"name\":\"dart\",\"weight_drop\":[7E-1,1E0]}"),
             "\"num_parallel_tree\":\"1\",", "");
    char inner[64] = "";
    strcat(strcat(inner, weights), ",\"tree_info\"");
    const char *const texts[] = {old, edit(MODEL, "\"tree_info\"", inner)};
    for (int i = 0; i < 2; i++) {
        mlc_model *model = import(texts[i], NULL);
        check_raw(model, (double)(0.5F + low + 0.0625F), (double)(0.5F + high + 0.0625F),
                  (double)(0.5F + high - 1.0F));
        mlc_model_free(model);
    }
}
END_TEST

START_TEST(test_import_xgboost_of_sums_rounds_them_to_floats)
{
    const char *const text = edit(MODEL, "\"base_score\":\"5E-1\"", "\"base_score\":\"3.3E7\"");
    mlc_model *model = import(text, NULL);
    check_raw(model, (double)(3.3e7F - 0.25F + 0.0625F), (double)(3.3e7F + 0.5F + 0.0625F),
              (double)(3.3e7F + 0.5F - 1.0F));
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_leaves_with_several_values_has_an_output_each)
{
    const char *const text = edit(edit(edit(edit(MODEL, NUMBER_TREE "," CATEGORY_TREE, VECTOR_TREE),
                                            "\"tree_info\":[0,0]", "\"tree_info\":[0]"),
                                       "\"num_trees\":\"2\"", "\"num_trees\":\"1\""),
                                  "\"num_target\":\"1\"", "\"num_target\":\"2\"");
    const char *const older =
        edit(edit(text, "\"base_weights\":[0,0,0,0,0,0],\"leaf_weights\":[1E0,2E0,3E0,4E0],",
                  "\"base_weights\":[9,9,1E0,2E0,3E0,4E0],"),
             "\"right_children\":[2,0,1]", "\"right_children\":[2,-1,-1]");
    const char *const texts[] = {text, older};
    for (int i = 0; i < 2; i++) {
        mlc_model *model = import(texts[i], NULL);
        check_output(model, "raw", "raw", (double[]){1.5, 2.5, 3.5, 4.5, 3.5, 4.5}, 2);
        mlc_model_free(model);
    }
    fails(edit(text, "[1E0,2E0,3E0,4E0]", "[1E0,2E0]"), MLC_ERROR_FORMAT,
          "tree 0: leaf_weights: it has fewer leaves than the tree", "leaf_weights");
    fails(edit(text, "[1E0,2E0,3E0,4E0]", "[1E0,2E0,3E0]"), MLC_ERROR_FORMAT,
          "it has not size_leaf_vector values a leaf", "leaf_weights");
    fails(edit(text, "\"right_children\":[2,0,1]", "\"right_children\":[2,0,2]"), MLC_ERROR_FORMAT,
          "tree 0, node 2: leaf_weights: it does not have this leaf", "leaf_weights");
    fails(edit(older, "[9,9,1E0,2E0,3E0,4E0]", "[1E0,2E0,3E0,4E0]"), MLC_ERROR_FORMAT,
          "it has not size_leaf_vector values a leaf", "base_weights");
    fails(edit(text, "\"num_target\":\"2\"", "\"num_target\":\"3\""), MLC_ERROR_FORMAT,
          "its leaves have 2 values, the model 3 outputs", "size_leaf_vector");
}
END_TEST

START_TEST(test_import_xgboost_of_base_score_takes_each_spelling)
{
    static const char *const spellings[] = {"\"[5E-1]\"", "\"0.5\"", "\"[5E-1,5E-1]\""};
    for (int i = 0; i < 3; i++) {
        char to[64] = "\"base_score\":";
        const char *text = edit(MODEL, "\"base_score\":\"5E-1\"", strcat(to, spellings[i]));
        if (i == 2) text = edit(text, "\"num_target\":\"1\"", "\"num_target\":\"2\"");
        mlc_model *model = import(text, NULL);
        if (i < 2) check_raw(model, 0.3125, 1.0625, 0);
        if (i == 2)
            check_output(model, "raw", "raw", (double[]){0.3125, 0.5, 1.0625, 0.5, 0, 0.5}, 2);
        mlc_model_free(model);
    }
}
END_TEST

/* 0.5 as a probability, a rate or a number is where the sums begin: logit 0, log -0.693, 0.5. */
START_TEST(test_import_xgboost_of_each_objective_has_component_and_link)
{
    static const struct {
        const char *name, *recipe;
        int start; /* 0: 0.5; 1: its logarithm; 2: 0 */
    } objectives[] = {
        {"reg:squarederror", "gradient_boosting_regressor", 0},
        {"reg:linear", "gradient_boosting_regressor", 0},
        {"reg:squaredlogerror", "gradient_boosting_regressor", 0},
        {"reg:pseudohubererror", "gradient_boosting_regressor", 0},
        {"reg:absoluteerror", "gradient_boosting_regressor(loss=absolute_error", 0},
        {"reg:quantileerror", "gradient_boosting_regressor(loss=quantile", 0},
        {"reg:expectileerror", "gradient_boosting_regressor", 0},
        {"reg:logistic", "gradient_boosting_regressor(loss=cross_entropy", 2},
        {"reg:gamma", "gradient_boosting_regressor(loss=gamma", 1},
        {"reg:tweedie", "gradient_boosting_regressor(loss=tweedie", 1},
        {"count:poisson", "gradient_boosting_regressor(loss=poisson", 1},
        {"survival:cox", "gradient_boosting_survival", 1},
        {"survival:aft", "gradient_boosting_survival(loss=aft", 1},
        {"binary:logistic", "gradient_boosting_classifier", 2},
        {"binary:logitraw", "gradient_boosting_regressor", 0},
        {"binary:hinge", "gradient_boosting_regressor", 0},
        {"rank:pairwise", "gradient_boosting_ranker(loss=pairwise", 0},
        {"rank:ndcg", "gradient_boosting_ranker", 0},
        {"rank:map", "gradient_boosting_ranker(loss=map", 0},
    };
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        mlc_model *model = import(edit(MODEL, "reg:squarederror", objectives[i].name), NULL);
        const float start = objectives[i].start == 0   ? 0.5F
                            : objectives[i].start == 1 ? -0.693147181F
                                                       : 0.0F;
        check_recipe(model, objectives[i].recipe);
        check_raw(model, (double)(start - 0.25F + 0.0625F), (double)(start + 0.5F + 0.0625F),
                  (double)(start + 0.5F - 1.0F));
        mlc_model_free(model);
    }
}
END_TEST

/* The first tree is that of the level 0.9: the second score. */
START_TEST(test_import_xgboost_of_several_levels_is_a_model_of_quantiles)
{
    const char *const text =
        edit(edit(edit(MODEL, "\"name\":\"reg:squarederror\"",
                       "\"name\":\"reg:quantileerror\",\"quantile_loss_param\":"
                       "{\"quantile_alpha\":\"[9E-1,1E-1]\"}"),
                  "\"num_target\":\"1\"", "\"num_target\":\"2\""),
             "\"tree_info\":[0,0]", "\"tree_info\":[0,1]");
    mlc_model *model = import(text, NULL);
    check_recipe(model, "gradient_boosting_regressor(loss=quantile, quantile='0.1,0.9'");
    check_output(model, "raw", "raw", (double[]){0.5625, 0.25, 0.5625, 1, -0.5, 1}, 2);
    check_output(model, "quantile", "quantile", (double[]){0.25, 0.5625, 0.5625, 1, -0.5, 1}, 2);
    check_output(model, "class", "prediction", (double[]){0.40625, 0.78125, 0.25}, 1);
    check_output(model, "interval", "lower", (double[]){0.25, 0.5625, -0.5}, 1);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_hinge_predicts_whether_the_score_is_above_0)
{
    mlc_model *model = import(edit(MODEL, "reg:squarederror", "binary:hinge"), NULL);
    check_output(model, "class", "prediction", (double[]){1, 1, 0}, 1);
    mlc_model_free(model);
}
END_TEST

/* Two trees of each of three classes: one splits. */
START_TEST(test_import_xgboost_of_classes_has_a_score_each)
{
    const char *const text = edit(edit(edit(MODEL, "reg:squarederror", "multi:softprob"),
                                       "\"num_class\":\"0\"", "\"num_class\":\"3\""),
                                  "\"tree_info\":[0,0]", "\"tree_info\":[0,2]");
    mlc_model *model = import(text, NULL);
    check_recipe(model, "gradient_boosting_classifier");
    check_output(model, "raw", "raw", (double[]){0.25, 0.5, 0.5625, 1, 0.5, 0.5625, 1, 0.5, -0.5},
                 3);
    check_output(model, "class", "prediction", (double[]){2, 0, 0}, 1);
    mlc_model_free(model);
    model = import(edit(edit(text, "\"num_class\":\"3\"", "\"num_class\":\"2\""),
                        "\"tree_info\":[0,2]", "\"tree_info\":[0,1]"),
                   NULL);
    check_output(model, "raw", "raw", (double[]){0.25, 0.5625, 1, 0.5625, 1, -0.5}, 2);
    check_output(model, "class", "prediction", (double[]){1, 0, 0}, 1);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_labels_that_do_not_exclude_is_a_regressor_of_shares)
{
    mlc_model *model = import(edit(edit(MODEL, "reg:squarederror", "binary:logistic"),
                                   "\"num_target\":\"1\"", "\"num_target\":\"2\""),
                              NULL);
    check_recipe(model, "gradient_boosting_regressor(loss=cross_entropy");
    mlc_model_free(model);
}
END_TEST

/* From release 3.2 on base_score stays away from 0 and 1. */
START_TEST(test_import_xgboost_of_a_share_at_its_end_depends_on_the_release)
{
    const char *const text = edit(edit(MODEL, "reg:squarederror", "reg:logistic"),
                                  "\"base_score\":\"5E-1\"", "\"base_score\":\"0\"");
    fails(text, MLC_ERROR_FORMAT, "base_score is not one that objective 'reg:logistic' starts from",
          "base_score");
    mlc_model *model = import(edit(text, "[1,7,4]", "[3,2,0]"), NULL);
    const float start = -13.8155098F; /* -log(1 / 1e-6 - 1) in floats */
    check_raw(model, (double)(start - 0.25F + 0.0625F), (double)(start + 0.5F + 0.0625F),
              (double)(start + 0.5F - 1.0F));
    mlc_model_free(model);
}
END_TEST

/* Before release 1.3.1 base_score of binary:logitraw was a share, since then a score. */
START_TEST(test_import_xgboost_of_logitraw_depends_on_the_release)
{
    const char *const text = edit(MODEL, "reg:squarederror", "binary:logitraw");
    mlc_model *model = import(edit(text, "[1,7,4]", "[1,3,0]"), NULL);
    check_raw(model, -0.25 + 0.0625, 0.5 + 0.0625, -0.5);
    mlc_model_free(model);
    model = import(edit(text, "[1,7,4]", "[1,3,1]"), NULL);
    check_raw(model, 0.3125, 1.0625, 0);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_gblinear_adds_products_in_floats)
{
    mlc_model *model = import(LINEAR, NULL);
    const float start = 1.25F + 0.5F;
    check_output(model, "raw", "raw",
                 (double[]){(double)(start + 0.3F), -4.5, (double)(start + 0.2F + 0.3F * 3), -8.5,
                            (double)start, -0.5},
                 2);
    mlc_model_free(model);
    fails(edit(LINEAR, ",-1E0]", "]"), MLC_ERROR_FORMAT, "weights has 5 numbers, not 6", "weights");
}
END_TEST

static void check_job(const mlc_model *model, const char *job, double expected)
{
    static const double age = 0;
    const mlc_array arrays[] = {making_real("age", 1, &age), making_category("job", 1, &job)};
    mlc_dataset *row = making_dataset(arrays, 2, NULL), *out = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_predict(NULL, model, row, "output=raw", &out, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_msg(making_cell(out, "raw", 0) == expected, "%s", job);
    mlc_dataset_free(row);
    mlc_dataset_free(out);
}

START_TEST(test_import_xgboost_of_categories_with_labels_takes_texts)
{
    const char *const text = edit(MODEL, "\"tree_info\"", CATS);
    mlc_model *model = import(text, NULL);
    check_job(model, "many", 0.3125);
    check_job(model, "z", 0.3125);
    check_job(model, "cook", -0.75);
    check_job(model, "diver", -0.75); /* in no set */
    mlc_model_free(model);
    fails(edit(text, "[0,4,8,12,13]", "[0,4,8,12,14]"), MLC_ERROR_FORMAT,
          "offsets: they do not ascend within the bytes", "offsets");
    fails(edit(text, "[0,4,8,12,13]", "[0,4,8,6,13]"), MLC_ERROR_FORMAT,
          "offsets: they do not ascend within the bytes", "offsets");
    fails(edit(text, "[0,4,8,12,13]", "[0,4,8,12]"), MLC_ERROR_FORMAT,
          "a split has category 3 of feature 'job', which has 3 of them", "categories");
    fails(edit(text, "{\"offsets\":[],\"values\":[]},", ""), MLC_ERROR_FORMAT,
          "cats has 1 elements, num_feature says 2 features", "cats");
    fails(edit(text, "[99,111,111,107,", "[99,111,-61,-87,"), MLC_ERROR_FORMAT,
          "feature 1 has categories that are not ASCII", "cats");
    model = import(edit(edit(text, "[99,111,111,107,", "[99,111,-61,-87,"), "[1,7,4]", "[3,4,0]"),
                   NULL);
    check_job(model, "many", 0.3125);
    check_job(model, "co\xc3\xa9", -0.75);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_categories_that_are_integers_takes_their_texts)
{
    const char *const text =
        edit(MODEL, "\"tree_info\"",
             "\"cats\":{\"enc\":[{\"offsets\":[],\"values\":[]},{\"type\":10,\"values\":"
             "[5,-1,7,-2]}]},\"tree_info\"");
    mlc_model *model = import(text, NULL); /* 10: of 8 bits without a sign */
    check_job(model, "5", -0.75);
    check_job(model, "255", 0.3125);
    check_job(model, "254", 0.3125);
    mlc_model_free(model);
    model = import(edit(text, "\"type\":10", "\"type\":16"), NULL);
    check_job(model, "18446744073709551615", 0.3125);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_without_names_takes_a_vector)
{
    static const double values[] = {0, 1};
    const mlc_array array = making_matrix("x", 1, 2, values);
    mlc_dataset *row = making_dataset(&array, 1, NULL), *out = NULL;
    mlc_error err = {0};
    mlc_model *model =
        import(edit(edit(MODEL, "[\"age\",\"job\"]", "[]"), "[\"float\",\"c\"]", "[]"), NULL);
    ck_assert_msg(mlc_model_predict(NULL, model, row, "output=raw", &out, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert(making_cell(out, "raw", 0) == 0.3125);
    mlc_dataset_free(row);
    mlc_dataset_free(out);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_import_xgboost_of_zeros_as_missing_says_so_to_the_model)
{
    mlc_model *model = import(edit(edit(MODEL, "\"trees\":[" NUMBER_TREE "," CATEGORY_TREE,
                                        "\"trees\":[" NUMBER_TREE "," NUMBER_TREE),
                                   "[\"float\",\"c\"]", "[\"float\",\"float\"]"),
                              "zero_as_missing=true");
    check_raw(model, 1.5, 1.5, 1.5);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("import_xgboost", test_import_xgboost_of_trees_adds_their_leaves,
                 test_import_xgboost_of_a_snapshot_takes_its_model,
                 test_import_xgboost_of_keys_in_another_order_is_the_same,
                 test_import_xgboost_of_rounds_takes_the_first_ones,
                 test_import_xgboost_of_parallel_trees_has_them_in_one_round,
                 test_import_xgboost_of_uneven_rounds_takes_them_as_one,
                 test_import_xgboost_of_dart_weighs_trees_in_floats,
                 test_import_xgboost_of_sums_rounds_them_to_floats,
                 test_import_xgboost_of_leaves_with_several_values_has_an_output_each,
                 test_import_xgboost_of_base_score_takes_each_spelling,
                 test_import_xgboost_of_each_objective_has_component_and_link,
                 test_import_xgboost_of_several_levels_is_a_model_of_quantiles,
                 test_import_xgboost_of_hinge_predicts_whether_the_score_is_above_0,
                 test_import_xgboost_of_classes_has_a_score_each,
                 test_import_xgboost_of_labels_that_do_not_exclude_is_a_regressor_of_shares,
                 test_import_xgboost_of_a_share_at_its_end_depends_on_the_release,
                 test_import_xgboost_of_logitraw_depends_on_the_release,
                 test_import_xgboost_of_gblinear_adds_products_in_floats,
                 test_import_xgboost_of_categories_with_labels_takes_texts,
                 test_import_xgboost_of_categories_that_are_integers_takes_their_texts,
                 test_import_xgboost_without_names_takes_a_vector,
                 test_import_xgboost_of_zeros_as_missing_says_so_to_the_model)
