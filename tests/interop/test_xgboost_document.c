/* Documents of XGBoost that are refused or damaged: what is said of them, and that nothing is
 * harmed or left. */
#include <stdlib.h>

#include "data/making.h"
#include "failing_host.h"
#include "mutate.h"
#include "xgboost_text.h"

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
               "\"num_target\":\"65\""),
          MLC_ERROR_UNSUPPORTED,
          "objective 'reg:expectileerror' has 65 levels, of which 64 can be read",
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

MLCI_CHECK_SUITE("xgboost_document", test_import_xgboost_of_what_is_not_known_names_it,
                 test_import_xgboost_of_the_old_binary_format_says_what_to_do,
                 test_import_xgboost_of_other_files_leaves_them_alone,
                 test_import_xgboost_of_damaged_fields_names_them,
                 test_import_xgboost_of_damaged_trees_names_tree_and_node,
                 test_import_xgboost_of_damaged_categories_names_tree_and_node,
                 test_import_xgboost_of_json_that_is_damaged_says_where,
                 test_import_xgboost_of_a_file_that_was_cut_fails_at_each_byte,
                 test_import_xgboost_of_bytes_that_were_changed_does_no_harm,
                 test_import_xgboost_when_memory_fails_leaves_nothing)
