/* Small documents written by hand after XGBoost's own, in JSON and in UBJSON; what they must give
 * follows from the few sums that they stand for. */
#include <math.h>
#include <mlcore/model.h>
#include <string.h>

#include "check_main.h"
#include "data/making.h"
#include "failing_host.h"
#include "mutate.h"
#include "text.h"
#include "ubjson_writing.h"

/* x0 < 1.5: -0.25, else (missing as well) 0.5. */
#define NUMBER_TREE                                                                                \
    "{\"base_weights\":[0,-2.5E-1,5E-1],\"categories\":[],\"categories_nodes\":[],"                \
    "\"categories_segments\":[],\"categories_sizes\":[],\"default_left\":[0,0,0],\"id\":0,"        \
    "\"left_children\":[1,-1,-1],\"loss_changes\":[3E0,0E0,0E0],\"parents\":[2147483647,0,0],"     \
    "\"right_children\":[2,-1,-1],\"split_conditions\":[1.5E0,-2.5E-1,5E-1],"                      \
    "\"split_indices\":[0,0,0],\"split_type\":[0,0,0],\"sum_hessian\":[4E0,1E0,3E0],"              \
    "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"2\",\"num_nodes\":\"3\","             \
    "\"size_leaf_vector\":\"1\"}}"

/* x1 among 1 and 3: 0.0625, else (missing as well) -1. Node 3 was deleted. */
#define CATEGORY_TREE                                                                              \
    "{\"base_weights\":[0,0,0,0],\"categories\":[1,3],\"categories_nodes\":[0],"                   \
    "\"categories_segments\":[0],\"categories_sizes\":[2],\"default_left\":[true,false,false,"     \
    "true],\"id\":1,\"left_children\":[1,-1,-1,-1],\"loss_changes\":[2E0,0E0,0E0,0E0],"            \
    "\"right_children\":[2,-1,-1,-1],\"split_conditions\":[NaN,-1E0,6.25E-2,NaN],"                 \
    "\"split_indices\":[1,0,0,2147483647],\"split_type\":[1,0,0,0],"                               \
    "\"sum_hessian\":[4E0,2E0,2E0,0E0],\"tree_param\":{\"num_nodes\":\"4\"}}"

/* Leaves of two values: x0 < 1.5: 1 and 2, else 3 and 4. */
#define VECTOR_TREE                                                                                \
    "{\"base_weights\":[0,0,0,0,0,0],\"leaf_weights\":[1E0,2E0,3E0,4E0],"                          \
    "\"default_left\":[0,0,0],\"left_children\":[1,-1,-1],\"right_children\":[2,0,1],"             \
    "\"split_conditions\":[1.5E0,0,0],\"split_indices\":[0,0,0],\"loss_changes\":[1,0,0],"         \
    "\"tree_param\":{\"num_nodes\":\"3\",\"size_leaf_vector\":\"2\"}}"

#define TREES "\"tree_info\":[0,0],\"trees\":[" NUMBER_TREE "," CATEGORY_TREE "]"
#define LEARNER                                                                                    \
    "{\"attributes\":{\"best_iteration\":\"0\"},\"feature_names\":[\"age\",\"job\"],"              \
    "\"feature_types\":[\"float\",\"c\"],\"gradient_booster\":{\"model\":{\"gbtree_model_param\":" \
    "{\"num_parallel_tree\":\"1\",\"num_trees\":\"2\",\"size_leaf_vector\":\"0\"}," TREES          \
    "},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\"," \
    "\"num_feature\":\"2\",\"num_target\":\"1\"},\"objective\":{\"name\":\"reg:squarederror\"}}"
#define MODEL "{\"learner\":" LEARNER ",\"version\":[1,7,4]}"

#define MOST_BYTES 16384

/* text with its first `from` replaced, in one of a few buffers. */
static const char *edit(const char *text, const char *from, const char *to)
{
    static char buffers[8][MOST_BYTES];
    static int next;
    char *const out = buffers[next++ % 8];
    const char *const at = strstr(text, from);
    ck_assert_msg(at != NULL, "%s", from);
    ck_assert(strlen(text) + strlen(to) < MOST_BYTES);
    const size_t before = (size_t)(at - text);
    memcpy(out, text, before);
    strcpy(out + before, to);
    strcat(out, at + strlen(from));
    return out;
}

static mlc_status import_bytes(const char *bytes, int64_t n, const char *settings, mlc_model **out,
                               mlc_error *err)
{
    *out = NULL;
    return mlc_model_import_memory(NULL, bytes, n, NULL, settings, out, err);
}

/* Both encodings give the same model. */
static mlc_model *import(const char *json, const char *settings)
{
    mlc_model *models[2] = {NULL, NULL};
    mlc_buffer *saved[2] = {NULL, NULL};
    mlci_text ubjson = ubjson_of_json(json);
    mlc_error err = {0};
    ck_assert_msg(import_bytes(json, (int64_t)strlen(json), settings, &models[0], &err) == MLC_OK,
                  "%s", err.message);
    ck_assert_msg(import_bytes(ubjson.data, ubjson.length, settings, &models[1], &err) == MLC_OK,
                  "%s", err.message);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(mlc_model_save_memory(NULL, models[i], NULL, &saved[i], NULL), MLC_OK);
    const int64_t n = mlc_buffer_size(saved[0]);
    ck_assert_int_eq(n, mlc_buffer_size(saved[1]));
    ck_assert(memcmp(mlc_buffer_data(saved[0]), mlc_buffer_data(saved[1]), (size_t)n) == 0);
    for (int i = 0; i < 2; i++)
        mlc_buffer_free(saved[i]);
    mlc_model_free(models[1]);
    mlci_text_clear(&ubjson);
    return models[0];
}

/* Both encodings fail with that status, words and name. */
static void fails(const char *json, mlc_status wanted, const char *says, const char *name)
{
    mlci_text ubjson = ubjson_of_json(json);
    const struct {
        const char *bytes;
        int64_t n;
    } files[] = {{json, (int64_t)strlen(json)}, {ubjson.data, ubjson.length}};
    for (int i = 0; i < 2; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status = import_bytes(files[i].bytes, files[i].n, NULL, &model, &err);
        ck_assert_msg(status == wanted, "%s: %d: %s", says, (int)status, err.message);
        ck_assert_msg(strstr(err.message, says) != NULL, "%s: not '%s'", err.message, says);
        ck_assert_msg(strcmp(err.name, name) == 0, "%s: %s", err.message, err.name);
        ck_assert_ptr_null(model);
    }
    mlci_text_clear(&ubjson);
}

static void edit_fails(const char *from, const char *to, mlc_status wanted, const char *says,
                       const char *name)
{
    fails(edit(MODEL, from, to), wanted, says, name);
}

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

#define LINEAR                                                                                     \
    "{\"learner\":{\"feature_names\":[\"age\",\"job\"],\"gradient_booster\":{\"model\":"           \
    "{\"boosted_rounds\":4,\"weights\":[1E-1,2E0,3E-1,-4E0,1.25E0,-1E0]},\"name\":\"gblinear\"},"  \
    "\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\",\"num_feature\":\"2\","  \
    "\"num_target\":\"2\"},\"objective\":{\"name\":\"reg:squarederror\"}},\"version\":[1,7,4]}"

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

#define CATS                                                                                       \
    "\"cats\":{\"enc\":[{\"offsets\":[],\"values\":[]},{\"offsets\":[0,4,8,12,13],\"values\":"     \
    "[99,111,111,107,109,97,110,121,97,98,99,100,122]}],\"feature_segments\":[0,0,4],"             \
    "\"sorted_idx\":[]},\"tree_info\""

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

/* ---- what is refused ---------------------------------------------------------------------- */

START_TEST(test_import_xgboost_of_what_is_not_known_names_it)
{
    edit_fails("reg:squarederror", "my:objective", MLC_ERROR_UNSUPPORTED,
               "objective 'my:objective' is not known", "objective");
    edit_fails("\"name\":\"gbtree\"", "\"name\":\"gbforest\"", MLC_ERROR_UNSUPPORTED,
               "booster 'gbforest' is not known", "name");
    edit_fails("[1,7,4]", "[4,0,0]", MLC_ERROR_VERSION,
               "it was written by release 4.0.0; 1.0 to 3.x can be read", "version");
    edit_fails("[1,7,4]", "[0,9,0]", MLC_ERROR_VERSION, "it was written by release 0.9.0",
               "version");
    edit_fails(",\"version\":[1,7,4]", "", MLC_ERROR_FORMAT,
               "it does not say which release wrote it", "version");
    fails(edit(edit(MODEL, "reg:squarederror", "reg:expectileerror"), "\"num_target\":\"1\"",
               "\"num_target\":\"2\""),
          MLC_ERROR_UNSUPPORTED, "objective 'reg:expectileerror' with 2 levels is not known",
          "expectile_alpha");
    fails(edit(edit(MODEL, "reg:squarederror", "reg:quantileerror"), "\"num_target\":\"1\"",
               "\"num_target\":\"2\""),
          MLC_ERROR_FORMAT, "quantile_alpha has 0 levels, the model 2 scores", "quantile_alpha");
}
END_TEST

START_TEST(test_import_xgboost_of_the_old_binary_format_says_what_to_do)
{
    static const char marked[] = "binf\0\0\0\77\2\0\0\0";
    static const char snapshot[] = "CONFIG-offset:\1\2\3\4";
    char plain[208] = "\0\0\0\77\2";
    mlc_model *model = NULL;
    memcpy(plain + 136, "\17\0\0\0\0\0\0\0binary:logistic\6\0\0\0\0\0\0\0gbtree", 37);
    const struct {
        const char *bytes;
        int64_t n;
    } files[] = {{marked, sizeof marked}, {snapshot, sizeof snapshot}, {plain, sizeof plain}};
    for (int i = 0; i < 3; i++)
        making_assert_fails(import_bytes(files[i].bytes, files[i].n, NULL, &model, err),
                            MLC_ERROR_UNSUPPORTED, "it has XGBoost's old binary format");
}
END_TEST

START_TEST(test_import_xgboost_of_other_files_leaves_them_alone)
{
    static const char *const others[] = {"{}",
                                         "{\"name\":\"tree\",\"version\":\"v3\"}",
                                         "[1,2]",
                                         "{\"version\":[1,2,3],\"other\":1}",
                                         "{",
                                         "tree",
                                         "{\"oblivious_trees\":[]}"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        ck_assert_int_eq(import_bytes(others[i], (int64_t)strlen(others[i]), NULL, &model, &err),
                         MLC_ERROR_FORMAT);
        ck_assert_ptr_null(strstr(err.message, "XGBoost model:"));
    }
}
END_TEST

START_TEST(test_import_xgboost_of_damaged_fields_names_them)
{
    edit_fails("\"2\",\"num_target\"", "\"-2\",\"num_target\"", MLC_ERROR_FORMAT,
               "it has no features", "features");
    edit_fails("\"base_score\":\"5E-1\"", "\"base_score\":\"\"", MLC_ERROR_FORMAT,
               "base_score: it is no number or list of numbers", "base_score");
    edit_fails("\"base_score\":\"5E-1\"", "\"base_score\":\"[1,2,3]\"", MLC_ERROR_FORMAT,
               "base_score has 3 values, the model 1 outputs", "base_score");
    edit_fails("\"base_score\":\"5E-1\"", "\"base_score\":\"inf\"", MLC_ERROR_FORMAT,
               "base_score is not one that objective", "base_score");
    edit_fails("\"num_class\":\"0\"", "\"num_class\":\"x\"", MLC_ERROR_FORMAT,
               "num_class: it is no integer", "num_class");
    edit_fails("\"num_class\":\"0\"", "\"num_class\":\"3\"", MLC_ERROR_FORMAT,
               "objective 'reg:squarederror' does not have 3 classes", "num_class");
    edit_fails("\"num_class\":\"0\"", "\"num_class\":\"99999999\"", MLC_ERROR_FORMAT,
               "do not go together", "num_class");
    edit_fails("\"num_target\":\"1\"", "\"num_target\":\"-1\"", MLC_ERROR_FORMAT,
               "do not go together", "num_class");
    edit_fails("[\"age\",\"job\"]", "[\"age\"]", MLC_ERROR_FORMAT,
               "feature_names has 1 elements, num_feature says 2 features", "feature_names");
    edit_fails("[\"age\",\"job\"]", "[1,2]", MLC_ERROR_FORMAT,
               "feature_names: it has an element that is no text", "feature_names");
    edit_fails("[\"age\",\"job\"]", "[\"age\",\"age\"]", MLC_ERROR_FORMAT, "are both called 'age'",
               "age");
    edit_fails("\"tree_info\":[0,0]", "\"tree_info\":[0]", MLC_ERROR_FORMAT,
               "it has 2 trees, tree_info 1", "tree_info");
    edit_fails("\"tree_info\":[0,0]", "\"tree_info\":[0,1]", MLC_ERROR_FORMAT,
               "tree 1 adds to output 1 of 1", "tree_info");
    edit_fails("\"num_trees\":\"2\"", "\"num_trees\":\"3\"", MLC_ERROR_FORMAT,
               "it has 2 trees, num_trees says 3", "num_trees");
    edit_fails("\"tree_info\"", "\"weight_drop\":[1,1,1],\"tree_info\"", MLC_ERROR_FORMAT,
               "it has 2 trees, weight_drop 3", "weight_drop");
    edit_fails("\"tree_info\"", "\"iteration_indptr\":[0,1],\"tree_info\"", MLC_ERROR_FORMAT,
               "iteration_indptr does not end at the number of trees, 2", "iteration_indptr");
    edit_fails("\"trees\":[", "\"trees\":[],\"trees\":[", MLC_ERROR_FORMAT, "trees are there twice",
               "trees");
    fails(edit(edit(edit(MODEL, NUMBER_TREE "," CATEGORY_TREE, ""), "\"tree_info\":[0,0]",
                    "\"tree_info\":[]"),
               "\"num_trees\":\"2\"", "\"num_trees\":\"0\""),
          MLC_ERROR_FORMAT, "it has no trees: it was not trained", "trees");
    edit_fails("{\"learner\":", "{\"learner\":{},\"x\":", MLC_ERROR_UNSUPPORTED, "booster ''",
               "name");
}
END_TEST

START_TEST(test_import_xgboost_of_damaged_trees_names_tree_and_node)
{
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[1,-1]", MLC_ERROR_FORMAT,
               "tree 0: right_children: it has not one element a node", "right_children");
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[3,-1,-1]", MLC_ERROR_FORMAT,
               "tree 0, node 0: a child of it is not in the tree", "trees");
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[-7,-1,-1]", MLC_ERROR_FORMAT,
               "tree 0, node 0: a child of it is not in the tree", "trees");
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[4294967297,-1,-1]",
               MLC_ERROR_FORMAT, "tree 0, node 0: a child of it is not in the tree", "trees");
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[0,-1,-1]", MLC_ERROR_FORMAT,
               "tree 0, node 0: a child of it has another parent already", "trees");
    edit_fails("\"left_children\":[1,-1,-1]", "\"left_children\":[1,2,-1]", MLC_ERROR_FORMAT,
               "a child of it", "trees");
    edit_fails("\"right_children\":[2,-1,-1]", "\"right_children\":[1,-1,-1]", MLC_ERROR_FORMAT,
               "tree 0, node 0: a child of it has another parent already", "trees");
    edit_fails("\"split_indices\":[0,0,0]", "\"split_indices\":[2,0,0]", MLC_ERROR_FORMAT,
               "it splits by a feature that there is not", "trees");
    edit_fails("\"split_indices\":[0,0,0]", "\"split_indices\":[-1,0,0]", MLC_ERROR_FORMAT,
               "tree 0, node 0: split_indices: it splits by a feature that there is not",
               "split_indices");
    edit_fails("\"split_conditions\":[1.5E0,", "\"split_conditions\":[NaN,", MLC_ERROR_FORMAT,
               "its threshold is not a number", "trees");
    edit_fails("[1.5E0,-2.5E-1,", "[1.5E0,-Infinity,", MLC_ERROR_FORMAT,
               "tree 0, node 1: the value of the leaf is not finite", "trees");
    edit_fails("[1.5E0,-2.5E-1,", "[1.5E0,\"1\",", MLC_ERROR_FORMAT,
               "split_conditions: an element is no number", "split_conditions");
    edit_fails("\"split_type\":[0,0,0]", "\"split_type\":[7,0,0]", MLC_ERROR_FORMAT,
               "tree 0, node 0: split_type: it is neither 0, numbers, nor 1, categories",
               "split_type");
    edit_fails("\"split_type\":[0,0,0]", "\"split_type\":[1,0,0]", MLC_ERROR_FORMAT,
               "tree 0, node 0: categories_nodes: it does not have this node", "categories_nodes");
    edit_fails("\"num_nodes\":\"3\"", "\"num_nodes\":\"4\"", MLC_ERROR_FORMAT,
               "tree 0: num_nodes: it is not the number of nodes", "num_nodes");
    edit_fails("\"default_left\":[0,0,0]", "\"default_right\":[0,0,0]", MLC_ERROR_FORMAT,
               "tree 0: default_left: it is missing", "default_left");
    edit_fails("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"2\"", MLC_ERROR_FORMAT,
               "tree 0: base_weights: it has not size_leaf_vector values a leaf", "base_weights");
    edit_fails("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"99999\"", MLC_ERROR_FORMAT,
               "size_leaf_vector: it is larger than 32768", "size_leaf_vector");
}
END_TEST

START_TEST(test_import_xgboost_of_damaged_categories_names_tree_and_node)
{
    edit_fails("\"categories_sizes\":[2]", "\"categories_sizes\":[-1]", MLC_ERROR_FORMAT,
               "tree 1, node 0: categories_segments: its categories are not in the array",
               "categories_segments");
    edit_fails("\"categories_sizes\":[2]", "\"categories_sizes\":[3]", MLC_ERROR_FORMAT,
               "its categories are not in the array", "categories_segments");
    edit_fails("\"categories_segments\":[0]", "\"categories_segments\":[9223372036854775807]",
               MLC_ERROR_FORMAT, "its categories are not in the array", "categories_segments");
    edit_fails("\"categories_sizes\":[2]", "\"categories_sizes\":[2,0]", MLC_ERROR_FORMAT,
               "it does not fit the other arrays of categories", "categories_nodes");
    edit_fails("\"categories_nodes\":[0]", "\"categories_nodes\":[4]", MLC_ERROR_FORMAT,
               "a node is not in the tree, or there twice", "categories_nodes");
    edit_fails("\"categories\":[1,3]", "\"categories\":[3,1]", MLC_ERROR_FORMAT,
               "do not ascend from 0 on", "categories");
    edit_fails("\"categories\":[1,3]", "\"categories\":[-1,3]", MLC_ERROR_FORMAT,
               "it has a category that is no code", "categories");
    edit_fails("\"categories\":[1,3]", "\"categories\":[1,2147483647]", MLC_ERROR_LIMIT,
               "max_categories", "max_categories");
    edit_fails("\"split_indices\":[1,0,0,2147483647]", "\"split_indices\":[7,0,0,2147483647]",
               MLC_ERROR_FORMAT, "it splits by", "trees");
}
END_TEST

START_TEST(test_import_xgboost_of_json_that_is_damaged_says_where)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const char *const text = edit(MODEL, "\"tree_info\":[0,0]", "\"tree_info\":\n [0,,0]");
    ck_assert_int_eq(import_bytes(text, (int64_t)strlen(text), NULL, &model, &err),
                     MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "XGBoost model: line 2, column 5: not a JSON value"));
    ck_assert_int_eq(err.line, 2);
    ck_assert_int_eq(err.column, 5);
}
END_TEST

/* ---- bytes that are not what they were ---------------------------------------------------- */

static void try_bytes(const char *bytes, int64_t n, const char *settings)
{
    mlc_model *model = NULL;
    char *const copy = malloc((size_t)n + (n == 0)); /* a sanitizer sees reads behind its end */
    memcpy(copy, bytes, (size_t)n);
    const mlc_status status = import_bytes(copy, n, settings, &model, NULL);
    ck_assert((status == MLC_OK) == (model != NULL));
    if (model != NULL) mlc_model_free(model);
    free(copy);
}

START_TEST(test_import_xgboost_of_a_file_that_was_cut_fails_at_each_byte)
{
    mlci_text ubjson = ubjson_of_json(MODEL);
    for (int encoding = 0; encoding < 2; encoding++) {
        const char *const bytes = encoding == 0 ? MODEL : ubjson.data;
        const int64_t n = encoding == 0 ? (int64_t)strlen(MODEL) : ubjson.length;
        for (int64_t i = 0; i < n; i++) {
            mlc_model *model = NULL;
            char *const copy = malloc((size_t)i + (i == 0));
            memcpy(copy, bytes, (size_t)i);
            ck_assert_int_eq(import_bytes(copy, i, "format=xgboost", &model, NULL),
                             MLC_ERROR_FORMAT);
            free(copy);
        }
    }
    mlci_text_clear(&ubjson);
}
END_TEST

START_TEST(test_import_xgboost_of_bytes_that_were_changed_does_no_harm)
{
    static const char *const texts[] = {MODEL, LINEAR, NUMBER_TREE, CATS};
    mlci_text ubjson = ubjson_of_json(MODEL);
    uint64_t state = 5;
    for (int i = 0; i < 1500; i++) {
        char *const json = mutate_text(&state, texts, i % 3 == 0 ? 4 : 2);
        try_bytes(json, (int64_t)strlen(json), "format=xgboost");
        free(json);
        char *const bytes = malloc((size_t)ubjson.length);
        memcpy(bytes, ubjson.data, (size_t)ubjson.length);
        for (size_t changes = 1 + mutate_below(&state, 4); changes > 0; changes--)
            bytes[mutate_below(&state, (size_t)ubjson.length)] = (char)mutate_below(&state, 256);
        try_bytes(bytes, ubjson.length, "format=xgboost");
        free(bytes);
    }
    mlci_text_clear(&ubjson);
}
END_TEST

START_TEST(test_import_xgboost_when_memory_fails_leaves_nothing)
{
    failing_host host = {0};
    mlc_context *ctx = failing_host_open(&host);
    const char *const text = edit(MODEL, "\"tree_info\"", CATS);
    for (int64_t i = 1;; i++) {
        mlc_model *model = NULL;
        failing_host_arm(&host, i);
        const mlc_status status =
            mlc_model_import_memory(ctx, text, (int64_t)strlen(text), NULL, NULL, &model, NULL);
        const int failed = failing_host_disarm(&host);
        ck_assert_int_eq(status, failed ? MLC_ERROR_NO_MEMORY : MLC_OK);
        if (model != NULL) mlc_model_free(model);
        if (!failed) break;
    }
    failing_host_close(&host, ctx);
}
END_TEST

MLCI_CHECK_MAIN("import_xgboost", test_import_xgboost_of_trees_adds_their_leaves,
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
                test_import_xgboost_of_zeros_as_missing_says_so_to_the_model,
                test_import_xgboost_of_what_is_not_known_names_it,
                test_import_xgboost_of_the_old_binary_format_says_what_to_do,
                test_import_xgboost_of_other_files_leaves_them_alone,
                test_import_xgboost_of_damaged_fields_names_them,
                test_import_xgboost_of_damaged_trees_names_tree_and_node,
                test_import_xgboost_of_damaged_categories_names_tree_and_node,
                test_import_xgboost_of_json_that_is_damaged_says_where,
                test_import_xgboost_of_a_file_that_was_cut_fails_at_each_byte,
                test_import_xgboost_of_bytes_that_were_changed_does_no_harm,
                test_import_xgboost_when_memory_fails_leaves_nothing)
