/* Published reports of files that harmed the library which wrote the format, as our importers see
 * them. Each is refused, naming the tree and the field or node, or gives the prediction that the
 * file says. The same reports in artifacts: tests/fuzz/test_hostile_models.c. */
#include "interop/importing.h"
#include "interop/lightgbm_text.h"

static void assert_lightgbm_refuses(const importing_fault *faults, size_t n)
{
    for (size_t i = 0; i < n; i++)
        importing_assert_refused(lightgbm_model, &faults[i]);
}

/* LightGBM issue 7357: a negative child is a leaf's number, inverted, which Shapley values used as
 * an index to write to; a feature's number was used as an index of the row. */
START_TEST(test_lightgbm_leaf_number_beyond_the_leaves_is_refused)
{
    static const importing_fault faults[] = {
        {"left_child=1 -1 -3", "left_child=1 -1 -5", MLC_ERROR_FORMAT, "left_child: "},
        {"left_child=1 -1 -3", "left_child=1 -1 -1000000", MLC_ERROR_FORMAT, "left_child: "},
        {"left_child=1 -1 -3", "left_child=1 -2147483648 -3", MLC_ERROR_FORMAT, "left_child: "},
        {"right_child=2 -2 -4", "right_child=-2147483647 -2 -4", MLC_ERROR_FORMAT, "right_child: "},
        {"right_child=2 -2 -4", "right_child=2 -2 -2", MLC_ERROR_FORMAT, "tree 0, node "},
    };
    assert_lightgbm_refuses(faults, sizeof faults / sizeof faults[0]);
}
END_TEST

START_TEST(test_lightgbm_feature_beyond_the_row_is_refused)
{
    static const importing_fault faults[] = {
        {"split_feature=0 1 2", "split_feature=3 1 2", MLC_ERROR_FORMAT, "split_feature: "},
        {"split_feature=0 1 2", "split_feature=0 2147483647 2", MLC_ERROR_FORMAT,
         "split_feature: "},
        {"split_feature=0 1 2", "split_feature=0 -2147483648 2", MLC_ERROR_FORMAT,
         "split_feature: "},
    };
    assert_lightgbm_refuses(faults, sizeof faults / sizeof faults[0]);
}
END_TEST

/* LightGBM issue 7438: a child that is not negative is a node's number, used as it stands by plain
 * prediction. A number that is there may still lead round in a circle. */
START_TEST(test_lightgbm_node_number_beyond_the_nodes_or_in_a_circle_is_refused)
{
    static const importing_fault faults[] = {
        {"left_child=1 -1 -3", "left_child=3 -1 -3", MLC_ERROR_FORMAT, "left_child: "},
        {"left_child=1 -1 -3", "left_child=1000000 -1 -3", MLC_ERROR_FORMAT, "left_child: "},
        {"left_child=1 -1 -3", "left_child=2147483647 -1 -3", MLC_ERROR_FORMAT, "left_child: "},
        {"left_child=1 -1 -3", "left_child=0 -1 -3", MLC_ERROR_FORMAT, "tree 0, node "},
        {"left_child=1 -1 -3", "left_child=1 0 -3", MLC_ERROR_FORMAT, "tree 0, node "},
        {"left_child=1 -1 -3", "left_child=2 -1 -3", MLC_ERROR_FORMAT, "tree 0, node "},
    };
    assert_lightgbm_refuses(faults, sizeof faults / sizeof faults[0]);
}
END_TEST

/* LightGBM issue 7437: the threshold of a split by categories is the place of its set, and the
 * sets' bounds are places in the list of words; neither was looked at. */
START_TEST(test_lightgbm_set_of_categories_that_is_not_there_is_refused)
{
    static const importing_fault faults[] = {
        {"2 0\ndecision_type", "2 1\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"2 0\ndecision_type", "2 -1\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"2 0\ndecision_type", "2 0.5\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"2 0\ndecision_type", "2 4294967296\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"2 0\ndecision_type", "2 1e300\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"2 0\ndecision_type", "2 nan\ndecision_type", MLC_ERROR_FORMAT, "threshold: "},
        {"cat_boundaries=0 2", "cat_boundaries=0 3", MLC_ERROR_FORMAT, "cat_"},
        {"cat_boundaries=0 2", "cat_boundaries=0 2147483647", MLC_ERROR_FORMAT, "cat_"},
        {"cat_boundaries=0 2", "cat_boundaries=-5 2", MLC_ERROR_FORMAT, "cat_"},
        {"cat_boundaries=0 2", "cat_boundaries=2 0", MLC_ERROR_FORMAT, "cat_"},
    };
    assert_lightgbm_refuses(faults, sizeof faults / sizeof faults[0]);
}
END_TEST

/* LightGBM issue 6998: as many numbers were read as a field declares, behind the end of the text if
 * there are fewer. */
START_TEST(test_lightgbm_declares_more_numbers_than_the_text_has_it_is_refused)
{
    static const importing_fault faults[] = {
        {"num_leaves=4", "num_leaves=5", MLC_ERROR_FORMAT, "tree 0"},
        {"num_leaves=4", "num_leaves=1000000", MLC_ERROR_FORMAT, "tree 0"},
        {"num_leaves=4", "num_leaves=2147483647", MLC_ERROR_FORMAT, ""},
        {"num_cat=1", "num_cat=2", MLC_ERROR_FORMAT, "tree 0"},
        {"num_cat=1", "num_cat=2147483647", MLC_ERROR_FORMAT, ""},
        {"leaf_value=0.10000000000000001 0.20000000000000001 -0.3 0.4", "leaf_value=0.1",
         MLC_ERROR_FORMAT, "leaf_value"},
        {"max_feature_idx=2", "max_feature_idx=1000", MLC_ERROR_FORMAT, "feature_names"},
    };
    assert_lightgbm_refuses(faults, sizeof faults / sizeof faults[0]);
    /* The last numbers of a text that ends in the middle of its tree. */
    for (const char *at = strstr(lightgbm_model, "leaf_value"); *at != '\n'; at++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        ck_assert_int_eq(
            importing_bytes(lightgbm_model, (size_t)(at - lightgbm_model), NULL, &model, &err),
            MLC_ERROR_FORMAT);
        ck_assert_ptr_null(model);
    }
}
END_TEST

/* Root, right leaf, left leaf; x < 1: 2, else 1. */
static const char swapped[] =
    "{\"learner\":{\"attributes\":{},\"feature_names\":[\"x\"],\"feature_types\":[\"float\"],"
    "\"gradient_booster\":{\"model\":{\"gbtree_model_param\":{\"num_parallel_tree\":\"1\","
    "\"num_trees\":\"1\",\"size_leaf_vector\":\"0\"},\"tree_info\":[0],\"trees\":[{"
    "\"base_weights\":[0,1E0,2E0],\"categories\":[],\"categories_nodes\":[],"
    "\"categories_segments\":[],\"categories_sizes\":[],\"default_left\":[1,0,0],\"id\":0,"
    "\"left_children\":[2,-1,-1],\"loss_changes\":[1E0,0E0,0E0],"
    "\"parents\":[2147483647,0,0],\"right_children\":[1,-1,-1],"
    "\"split_conditions\":[1E0,1E0,2E0],\"split_indices\":[0,0,0],\"split_type\":[0,0,0],"
    "\"sum_hessian\":[2E0,1E0,1E0],\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"1\","
    "\"num_nodes\":\"3\",\"size_leaf_vector\":\"1\"}}]},\"name\":\"gbtree\"},"
    "\"learner_model_param\":{\"base_score\":\"0E0\",\"num_class\":\"0\",\"num_feature\":\"1\","
    "\"num_target\":\"1\"},\"objective\":{\"name\":\"reg:squarederror\"}},\"version\":[1,6,1]}";

/* XGBoost issue 7903: the right child was taken to lie behind the left one, whatever the file says,
 * and so another leaf was reached, or what lies behind the last node. */
START_TEST(test_xgboost_children_in_any_order_are_the_ones_that_the_file_names)
{
    mlc_model *const model = importing_model(swapped, NULL);
    ck_assert_double_eq(importing_value(model, "x\n0\n2\n", "raw", 0), 2);
    ck_assert_double_eq(importing_value(model, "x\n2\n0\n", "raw", 0), 1);
    ck_assert_double_eq(importing_value(model, "x\n?\n0\n", "raw", 0), 2);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_xgboost_child_that_is_not_there_or_has_two_parents_is_refused)
{
    static const importing_fault faults[] = {
        {"\"right_children\":[1,", "\"right_children\":[3,", MLC_ERROR_FORMAT, "tree 0, node 0"},
        {"\"right_children\":[1,", "\"right_children\":[2,", MLC_ERROR_FORMAT, "tree 0"},
        {"\"right_children\":[1,", "\"right_children\":[0,", MLC_ERROR_FORMAT, "tree 0"},
        {"\"right_children\":[1,", "\"right_children\":[-1,", MLC_ERROR_FORMAT, "tree 0"},
        {"\"left_children\":[2,", "\"left_children\":[2147483647,", MLC_ERROR_FORMAT,
         "tree 0, node 0"},
        {"\"split_indices\":[0,", "\"split_indices\":[7,", MLC_ERROR_FORMAT, "tree 0, node 0"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        importing_assert_refused(swapped, &faults[i]);
}
END_TEST

MLCI_CHECK_SUITE("hostile_imports", test_lightgbm_leaf_number_beyond_the_leaves_is_refused,
                 test_lightgbm_feature_beyond_the_row_is_refused,
                 test_lightgbm_node_number_beyond_the_nodes_or_in_a_circle_is_refused,
                 test_lightgbm_set_of_categories_that_is_not_there_is_refused,
                 test_lightgbm_declares_more_numbers_than_the_text_has_it_is_refused,
                 test_xgboost_children_in_any_order_are_the_ones_that_the_file_names,
                 test_xgboost_child_that_is_not_there_or_has_two_parents_is_refused)
