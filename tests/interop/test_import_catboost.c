/* CatBoost's JSON by hand: leaves by bits, borders of floats, one-hot hashes. */
#include "check_suite.h"
#include "importing.h"
#include "torture.h"

/* Bit 0: x > 0.5 (NaN: yes), bit 1: city is Rome, whose hash 4294967295 is -1 with a sign. */
static const char symmetric[] =
    "{\"features_info\":{\"cat_features_hash\":[{\"hash\":7,\"value\":\"Bern\"},"
    "{\"hash\":4294967295,\"value\":\"Rome\"}],\"categorical_features\":["
    "{\"feature_index\":0,\"feature_name\":\"city\",\"flat_feature_index\":1,\"values\":[-1]}],"
    "\"float_features\":[{\"borders\":[0.5],\"feature_index\":0,\"feature_name\":\"x\","
    "\"flat_feature_index\":0,\"has_nans\":true,\"nan_value_treatment\":\"AsTrue\"}]},"
    "\"model_info\":{\"catboost_version_info\":\"CatBoost release 1.2.10. commit\","
    "\"params\":{\"boosting_options\":{\"learning_rate\":0.5},"
    "\"loss_function\":{\"params\":{},\"type\":\"RMSE\"}}},"
    "\"oblivious_trees\":[{\"leaf_values\":[1,2,3,4],\"leaf_weights\":[5,5,5,5],\"splits\":["
    "{\"border\":0.5,\"float_feature_index\":0,\"split_index\":0,\"split_type\":\"FloatFeature\"},"
    "{\"cat_feature_index\":0,\"split_index\":1,\"split_type\":\"OneHotFeature\",\"value\":-1}]},"
    "{\"leaf_values\":[0.25],\"splits\":[]}],\"scale_and_bias\":[1,[10]]}";

static const char *const symmetric_rows[] = {
    "x,city\n0.5,Bern\n1,Rome\n", "x,city\n0.75,Bern\n1,Rome\n", "x,city\n0,Rome\n1,Rome\n",
    "x,city\n?,Rome\n1,Rome\n",   "x,city\n0,Oslo\n1,Rome\n",    "x,city\n?,?\n1,Rome\n"};
static const double symmetric_scores[] = {11.25, 12.25, 13.25, 14.25, 11.25, 12.25};

START_TEST(test_leaves_of_symmetric_trees_are_found_by_their_bits)
{
    mlc_model *const model = importing_model(symmetric, NULL);
    ck_assert_double_eq(importing_value(model, symmetric_rows[_i], "raw", 0), symmetric_scores[_i]);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_rounds_are_given_the_bias_stays)
{
    mlc_model *const model = importing_model(symmetric, "rounds=1");
    ck_assert_double_eq(importing_value(model, symmetric_rows[3], "raw", 0), 14);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_scale_is_not_1_leaves_have_it)
{
    char *const text = importing_changed(symmetric, "[1,[10]]", "[2,[10]]");
    mlc_model *const model = importing_model(text, NULL);
    ck_assert_double_eq(importing_value(model, symmetric_rows[3], "raw", 0), 18.5);
    mlc_model_free(model);
    free(text);
}
END_TEST

static const char *const releases[][2] = {
    {"CatBoost release 1.2.10. commit", "1.2.10"},
    {"CatBoost Release 1.2.8. commit", "1.2.8"},
    {"CatBoost release 1.2.5. 73c7da0", "1.2.5"},
    {"Manually unroll the loop", ""},
};

START_TEST(test_release_is_noted_in_one_way_or_another_it_is_found)
{
    char *const text = importing_changed(symmetric, releases[0][0], releases[_i][0]);
    mlc_model *const model = importing_model(text, NULL);
    importing_check_origin(model, "version", releases[_i][1]);
    mlc_model_free(model);
    free(text);
}
END_TEST

/* Three classes; the left child of the root is a leaf. */
static const char plain[] =
    "{\"features_info\":{\"float_features\":["
    "{\"borders\":[0.1],\"feature_id\":\"\",\"feature_index\":0,\"flat_feature_index\":0,"
    "\"nan_value_treatment\":\"AsFalse\"},"
    "{\"borders\":[3],\"feature_id\":\"\",\"feature_index\":1,\"flat_feature_index\":1,"
    "\"nan_value_treatment\":\"AsIs\"}]},"
    "\"model_info\":{\"class_params\":{\"class_label_type\":\"String\","
    "\"class_names\":[\"c\",\"a\",\"b\"]},"
    "\"params\":{\"loss_function\":{\"type\":\"MultiClass\"}}},"
    "\"scale_and_bias\":[1,[0,0,0]],"
    "\"trees\":[{\"split\":{\"border\":0.10000000149011612,\"float_feature_index\":0,"
    "\"split_type\":\"FloatFeature\"},\"left\":{\"value\":[1,2,3],\"weight\":5},"
    "\"right\":{\"split\":{\"border\":3,\"float_feature_index\":1,"
    "\"split_type\":\"FloatFeature\"},\"left\":{\"value\":[4,5,6]},"
    "\"right\":{\"value\":[7,8,9]}}}]}";

/* The features have no names: they are the components of x. */
static double plain_score(const mlc_model *model, double x0, double x1, int64_t k)
{
    const double x[2] = {x0, x1};
    const mlc_array column = {.size = sizeof column,
                              .name = "x",
                              .type = MLC_TYPE_FLOAT64,
                              .n_rows = 1,
                              .n_columns = 2,
                              .data = x};
    mlc_dataset *rows = NULL, *out = NULL;
    double values[3] = {0};
    mlc_error err = {0};
    mlc_status status = mlc_dataset_from_arrays(NULL, &column, 1, NULL, &rows, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    status = mlc_model_predict(NULL, model, rows, "output=raw", &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_int_eq(mlc_dataset_copy_real(out, "raw", values, 3, &err), MLC_OK);
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    return values[k];
}

START_TEST(test_other_trees_of_several_classes_follow_the_file)
{
    mlc_model *const model = importing_model(plain, NULL);
    /* (float)0.1 is the border itself. */
    ck_assert_double_eq(plain_score(model, 0.1, 9, 0), 1);
    ck_assert_double_eq(plain_score(model, 0.1, 9, 2), 3);
    ck_assert_double_eq(plain_score(model, 0.1000001, 3, 1), 5);
    ck_assert_double_eq(plain_score(model, 1, 4, 2), 9);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_classes_are_listed_in_another_order_they_keep_it)
{
    mlc_model *const model = importing_model(plain, NULL);
    mlc_dataset *classes = NULL;
    const char *text = "";
    int64_t length = 0;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_table(NULL, model, "classes", &classes, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_text(classes, "class", 0, &text, &length, &err), MLC_OK);
    ck_assert(length == 1 && *text == 'c');
    mlc_dataset_free(classes);
    mlc_model_free(model);
}
END_TEST

/* Three classes become three levels, of which the last is the lowest. */
START_TEST(test_several_levels_are_listed_scores_ascend_by_them)
{
    static const char loss[] = "\"loss_function\":{\"type\":\"MultiClass\"}";
    char *const text = importing_changed(
        plain, loss,
        "\"loss_function\":{\"type\":\"MultiQuantile\",\"params\":{\"alpha\":\"0.5,0.9,0.1\"}}");
    mlc_model *const model = importing_model(text, NULL);
    ck_assert_double_eq(plain_score(model, 0, 0, 0), 3);
    ck_assert_double_eq(plain_score(model, 0, 0, 1), 1);
    ck_assert_double_eq(plain_score(model, 0, 0, 2), 2);
    mlc_model_free(model);
    free(text);
}
END_TEST

static const importing_fault symmetric_faults[] = {
    {"OneHotFeature", "OnlineCtr", MLC_ERROR_UNSUPPORTED, "CTR"},
    {"OneHotFeature", "Estimated", MLC_ERROR_FORMAT, "not known"},
    {"\"features_info\":{", "\"features_info\":{\"text_features\":[{}],", MLC_ERROR_UNSUPPORTED,
     "text features"},
    {"\"features_info\":{", "\"features_info\":{\"embedding_features\":[{}],",
     MLC_ERROR_UNSUPPORTED, "embedding features"},
    {"\"RMSE\"", "\"RMSEWithUncertainty\"", MLC_ERROR_UNSUPPORTED, "RMSEWithUncertainty"},
    {"\"hash\":4294967295", "\"hash\":5", MLC_ERROR_UNSUPPORTED, "pool="},
    {"\"value\":\"Rome\"", "\"value\":\"Bern\"", MLC_ERROR_FORMAT, "category 'Bern' twice"},
    {"\"flat_feature_index\":1", "\"flat_feature_index\":0", MLC_ERROR_FORMAT, "places"},
    {"\"flat_feature_index\":1", "\"flat_feature_index\":2", MLC_ERROR_FORMAT, "places"},
    {"AsTrue", "AsMaybe", MLC_ERROR_FORMAT, "AsIs"},
    {"\"leaf_values\":[1,2,3,4]", "\"leaf_values\":[1,2,3]", MLC_ERROR_FORMAT, "leaf and score"},
    {"\"leaf_values\":[1,2,3,4]", "\"leaf_values\":[]", MLC_ERROR_FORMAT, "leaf and score"},
    {"\"leaf_values\":[0.25]", "\"leaf_values\":[1,2]", MLC_ERROR_FORMAT, "leaf and score"},
    {"\"leaf_weights\":[5,5,5,5]", "\"leaf_weights\":[5]", MLC_ERROR_FORMAT, "too few"},
    {"\"float_feature_index\":0,\"split", "\"float_feature_index\":1,\"split", MLC_ERROR_FORMAT,
     "float_feature_index"},
    {"\"cat_feature_index\":0", "\"cat_feature_index\":1", MLC_ERROR_FORMAT, "cat_feature_index"},
    {"[1,[10]]", "[1,[10,2]]", MLC_ERROR_FORMAT, "not a bias a score"},
    {"[1,[10]]", "[1]", MLC_ERROR_FORMAT, "a scale and a bias"},
    {"[1,[10]]", "[1,[\"inf\"]]", MLC_ERROR_FORMAT, "not finite"},
    {"oblivious_trees", "no_trees", MLC_ERROR_FORMAT, "trees"},
};

START_TEST(test_symmetric_model_has_a_fault_it_is_refused_and_named)
{
    importing_assert_refused(symmetric, &symmetric_faults[_i]);
}
END_TEST

static const importing_fault plain_faults[] = {
    {"\"value\":[4,5,6]", "\"value\":[4,5]", MLC_ERROR_FORMAT, "leaf and score"},
    {"\"value\":[4,5,6]", "\"value\":4", MLC_ERROR_FORMAT, "leaf and score"},
    {"\"left\":{\"value\":[4,5,6]},", "", MLC_ERROR_FORMAT, "a node"},
    {"[\"c\",\"a\",\"b\"]", "[\"c\",\"a\"]", MLC_ERROR_FORMAT, "not a name a class"},
    {"[\"c\",\"a\",\"b\"]", "[\"c\",\"a\",\"a\"]", MLC_ERROR_SETTING, ""},
    {"[\"c\",\"a\",\"b\"]", "[0,0.5,1]", MLC_ERROR_FORMAT, "no whole number"},
    {"\"MultiClass\"", "\"Logloss\"", MLC_ERROR_FORMAT, "not a name a class"},
    {"\"MultiClass\"", "\"MultiQuantile\"", MLC_ERROR_FORMAT, "which levels"},
    {"\"MultiClass\"", "\"MultiQuantile\",\"params\":{\"alpha\":0.5}", MLC_ERROR_FORMAT,
     "alpha has 1 levels, the model 3 scores"},
};

START_TEST(test_other_model_has_a_fault_it_is_refused_and_named)
{
    importing_assert_refused(plain, &plain_faults[_i]);
}
END_TEST

static const char *const documents[] = {symmetric, plain};

START_TEST(test_model_is_cut_anywhere_it_is_refused)
{
    importing_cut_everywhere(documents[_i], "format=catboost");
}
END_TEST

START_TEST(test_model_is_changed_at_random_nothing_breaks)
{
    importing_mutate(documents[_i], "format=catboost", 4000);
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const text = arg;
    mlc_model *model = NULL;
    const mlc_status status = mlc_model_import_memory(ctx, text, (int64_t)strlen(text), NULL,
                                                      "format=catboost", &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_memory_fails_while_importing_nothing_leaks)
{
    mlci_torture(import_and_free, (void *)documents[_i]);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "import_catboost", 100);
#define LOOP(test, n) tcase_add_loop_test(tcase, test, 0, (int)(n))
    LOOP(test_leaves_of_symmetric_trees_are_found_by_their_bits, 6);
    tcase_add_test(tcase, test_rounds_are_given_the_bias_stays);
    tcase_add_test(tcase, test_scale_is_not_1_leaves_have_it);
    LOOP(test_release_is_noted_in_one_way_or_another_it_is_found,
         sizeof releases / sizeof releases[0]);
    tcase_add_test(tcase, test_other_trees_of_several_classes_follow_the_file);
    tcase_add_test(tcase, test_classes_are_listed_in_another_order_they_keep_it);
    tcase_add_test(tcase, test_several_levels_are_listed_scores_ascend_by_them);
    LOOP(test_symmetric_model_has_a_fault_it_is_refused_and_named,
         sizeof symmetric_faults / sizeof symmetric_faults[0]);
    LOOP(test_other_model_has_a_fault_it_is_refused_and_named,
         sizeof plain_faults / sizeof plain_faults[0]);
    LOOP(test_model_is_cut_anywhere_it_is_refused, 2);
    LOOP(test_model_is_changed_at_random_nothing_breaks, 2);
    LOOP(test_memory_fails_while_importing_nothing_leaks, 2);
}

MLCI_CHECK_SUITE_OF("import_catboost", fill_suite)
