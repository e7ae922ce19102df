/* Documents by hand: what they predict follows from their numbers. */
#include "check_suite.h"
#include "importing.h"
#include "torture.h"

#define HEAD "{\"mlcore_exchange\":1,\"library\":\"scikit-learn\",\"version\":\"1.9.1\","

/* age: missing is 30, then (age - 30) / 10; city: a one for Bern or Rome. */
static const char pipeline[] = HEAD
    "\"estimator\":\"LogisticRegression\",\"classes\":[\"no\",\"yes\"],\"inputs\":["
    "{\"name\":\"age\",\"kind\":\"number\"},"
    "{\"name\":\"city\",\"kind\":\"category\",\"labels\":[\"Bern\",\"Rome\"]}],\"steps\":["
    "{\"step\":\"on\",\"columns\":[{\"name\":\"age\",\"kind\":\"number\"}],\"steps\":["
    "{\"step\":\"simple_imputer\",\"strategy\":\"median\",\"columns\":["
    "{\"name\":\"age\",\"kind\":\"number\",\"fill\":30}]},"
    "{\"step\":\"standard_scaler\",\"columns\":[{\"name\":\"age\",\"kind\":\"number\"}],"
    "\"mean\":[30],\"scale\":[10]}]},"
    "{\"step\":\"on\",\"columns\":[{\"name\":\"city\",\"kind\":\"category\"}],\"steps\":["
    "{\"step\":\"one_hot_encoder\",\"handle_unknown\":\"ignore\",\"drop\":\"none\",\"columns\":["
    "{\"name\":\"city\",\"kind\":\"category\",\"categories\":[\"Bern\",\"Rome\"],"
    "\"levels\":[0,1],\"n_levels\":2}]}]}],"
    "\"model\":{\"component\":\"logistic_regression\",\"features\":["
    "{\"name\":\"age\",\"kind\":\"number\"},"
    "{\"name\":\"city\",\"kind\":\"vector\",\"width\":2,\"components\":[\"Bern\",\"Rome\"]}],"
    "\"weights\":[2,1,-1],\"intercept\":[0.5]},"
    "\"check\":{\"n_rows\":2,\"rows\":[[40,\"nan\"],[\"Rome\",\"Bern\"]],\"output\":\"raw\","
    "\"values\":[1.5,1.5]}}";

START_TEST(test_pipeline_is_imported_it_predicts_what_its_numbers_say)
{
    mlc_model *const model = importing_model(pipeline, NULL);
    ck_assert_double_eq(importing_value(model, "age,city\n50,Bern\n40,Rome\n", "raw", 0), 5.5);
    ck_assert_double_eq(importing_value(model, "age,city\n?,Rome\n40,Rome\n", "raw", 0), -0.5);
    ck_assert_double_eq(importing_value(model, "age,city\n30,Oslo\n40,Rome\n", "raw", 0), 0.5);
    mlc_model_free(model);
}
END_TEST

START_TEST(test_pipeline_is_saved_and_loaded_it_is_the_same)
{
    mlc_model *const model = importing_model(pipeline, "positive=no, target=buys");
    mlc_model *loaded = NULL;
    mlc_buffer *bytes = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &bytes, &err), MLC_OK);
    mlc_status status = mlc_model_load_memory(NULL, mlc_buffer_data(bytes), mlc_buffer_size(bytes),
                                              NULL, &loaded, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_double_eq(importing_value(loaded, "age,city\n50,Bern\n40,Rome\n", "raw", 0), 5.5);
    mlc_buffer_free(bytes);
    mlc_model_free(loaded);
    mlc_model_free(model);
}
END_TEST

/* x <= 0.5 or missing: 1, else 2; then city: Rome -1, known ones 1, others as missing ones. */
static const char boosted[] = HEAD
    "\"estimator\":\"HistGradientBoostingRegressor\",\"objective\":\"poisson\",\"inputs\":["
    "{\"name\":\"x\",\"kind\":\"number\"},"
    "{\"name\":\"city\",\"kind\":\"category\",\"labels\":[\"Bern\",\"Oslo\",\"Rome\"]}],"
    "\"model\":{\"component\":\"gradient_boosting_regressor\",\"loss\":\"poisson\","
    "\"learning_rate\":0.5,\"link\":\"log\",\"compare\":\"double\",\"start\":[10],\"features\":["
    "{\"name\":\"x\",\"kind\":\"number\"},"
    "{\"name\":\"city\",\"kind\":\"category\",\"labels\":[\"Bern\",\"Oslo\",\"Rome\"]}],"
    "\"trees\":["
    "{\"feature\":[0,-1,-1],\"threshold\":[0.5,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
    "\"value\":[0,1,2],\"missing_left\":[1,0,0],\"gain\":[3,0,0],\"cover\":[9,4,5]},"
    "{\"feature\":[1,-1,-1],\"threshold\":[0,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
    "\"value\":[0,-1,1],\"missing_left\":[1,0,0],\"set\":[0,-1,-1],\"sets\":[[2]]}]},"
    "\"check\":{\"n_rows\":1,\"rows\":[[0.75],[\"Oslo\"]],\"output\":\"raw\",\"values\":[13]}}";

START_TEST(test_trees_of_numbers_and_sets_follow_the_document)
{
    mlc_model *const model = importing_model(boosted, NULL);
    ck_assert_double_eq(importing_value(model, "x,city\n0.5,Bern\n1,Rome\n", "raw", 0), 12);
    ck_assert_double_eq(importing_value(model, "x,city\n0.75,Rome\n1,Rome\n", "raw", 0), 11);
    ck_assert_double_eq(importing_value(model, "x,city\n?,Rome\n1,Rome\n", "raw", 0), 10);
    ck_assert_double_eq(importing_value(model, "x,city\n?,Kiev\n1,Rome\n", "raw", 0), 10);
    mlc_model_free(model);
}
END_TEST

/* Two trees over three classes: shares of 3/4, 1/4, 0 and the like. */
static const char forest[] = HEAD
    "\"estimator\":\"RandomForestClassifier\",\"classes\":[3,5,8],\"inputs\":["
    "{\"name\":\"x\",\"kind\":\"vector\",\"width\":2}],"
    "\"model\":{\"component\":\"random_forest_classifier\",\"compare\":\"float\",\"features\":["
    "{\"name\":\"x\",\"kind\":\"vector\",\"width\":2}],\"importance\":[0.75,0.25],"
    "\"shares\":[0.75,0.25,0,0,0,1,0.5,0.5,0],\"trees\":["
    "{\"feature\":[0,-1,-1],\"threshold\":[0.5,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
    "\"value\":[0,0,1],\"cover\":[9,4,5]},"
    "{\"feature\":[-1],\"threshold\":[0],\"left\":[0],\"right\":[0],\"value\":[0],\"cover\":[9]}]},"
    "\"check\":{\"n_rows\":2,\"rows\":[[0.5,0,0.75,0]],\"output\":\"probability\","
    "\"values\":[0.625,0.375,0,0.25,0.25,0.5]}}";

START_TEST(test_rounds_are_given_the_first_are_taken)
{
    mlc_model *const model = importing_model(boosted, "rounds=1");
    ck_assert_double_eq(importing_value(model, "x,city\n0.5,Rome\n1,Rome\n", "raw", 0), 11);
    mlc_model_free(model);
    importing_assert_fails(forest, "rounds=1", MLC_ERROR_SETTING, "not made in rounds");
}
END_TEST

/* Two rounds for two targets, scores divided by two. */
static const char means[] = HEAD
    "\"estimator\":\"RandomForestRegressor\",\"inputs\":[{\"name\":\"x\",\"kind\":\"number\"}],"
    "\"model\":{\"component\":\"gradient_boosting_regressor\",\"compare\":\"float\","
    "\"link\":\"identity\",\"mean\":true,\"start\":[0,0],"
    "\"features\":[{\"name\":\"x\",\"kind\":\"number\"}],\"trees\":["
    "{\"feature\":[0,-1,-1],\"threshold\":[0.5,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
    "\"value\":[0,1,2]},"
    "{\"feature\":[0,-1,-1],\"threshold\":[0.5,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
    "\"value\":[0,10,20]},"
    "{\"feature\":[-1],\"threshold\":[0],\"left\":[0],\"right\":[0],\"value\":[4]},"
    "{\"feature\":[-1],\"threshold\":[0],\"left\":[0],\"right\":[0],\"value\":[6]}]},"
    "\"check\":{\"n_rows\":1,\"rows\":[[1]],\"output\":\"prediction\",\"values\":[3,13]}}";

START_TEST(test_trees_of_several_targets_are_a_mean_of_rounds)
{
    mlc_model *model = importing_model(means, NULL);
    ck_assert_double_eq(importing_value(model, "x\n0.5\n1\n", "raw", 1), 16);
    mlc_model_free(model);
    /* Of the first round alone the mean is its values. */
    char *const first = importing_changed(means, "[3,13]", "[2,20]");
    model = importing_model(first, "rounds=1");
    ck_assert_double_eq(importing_value(model, "x\n0.5\n1\n", "raw", 1), 10);
    mlc_model_free(model);
    free(first);
    importing_assert_refused(means, &(importing_fault){"true", "1", MLC_ERROR_FORMAT, "mean"});
}
END_TEST

static const char isolation[] =
    HEAD "\"estimator\":\"IsolationForest\",\"inputs\":[{\"name\":\"x\",\"kind\":\"number\"}],"
         "\"model\":{\"component\":\"isolation_forest\",\"compare\":\"float\",\"mean_path\":2,"
         "\"threshold\":0.5,\"features\":[{\"name\":\"x\",\"kind\":\"number\"}],\"trees\":["
         "{\"feature\":[0,-1,-1],\"threshold\":[0.5,0,0],\"left\":[1,0,0],\"right\":[2,0,0],"
         "\"value\":[0,2,4],\"cover\":[9,4,5]}]},"
         "\"check\":{\"n_rows\":2,\"rows\":[[0,1]],\"output\":\"raw\",\"values\":[0,0.25]}}";

static const char ridge[] =
    HEAD "\"estimator\":\"Ridge\",\"inputs\":[{\"name\":\"x\",\"kind\":\"number\"}],"
         "\"steps\":[{\"step\":\"ordinal_encoder\",\"handle_unknown\":\"use_encoded_value\","
         "\"unknown_value\":-1,\"columns\":[{\"name\":\"x\",\"kind\":\"number\","
         "\"categories\":[-2,7.5],\"levels\":[0,1],\"n_levels\":2}]}],"
         "\"model\":{\"component\":\"ridge\",\"alpha\":1,\"features\":["
         "{\"name\":\"x\",\"kind\":\"number\"}],\"weights\":[3],\"intercept\":[1]},"
         "\"check\":{\"n_rows\":3,\"rows\":[[-2,7.5,0]],\"output\":\"prediction\","
         "\"values\":[1,4,-2]}}";

START_TEST(test_other_models_agree_with_their_rows)
{
    static const char *const documents[] = {forest, isolation, ridge};
    for (int i = 0; i < 3; i++) {
        mlc_model *const model = importing_model(documents[i], "format=sklearn");
        mlc_dataset *origin = NULL;
        mlc_error err = {0};
        ck_assert_int_eq(mlc_model_table(NULL, model, "origin", &origin, &err), MLC_OK);
        ck_assert_int_gt(mlc_dataset_n_rows(origin), 3);
        mlc_dataset_free(origin);
        mlc_model_free(model);
    }
}
END_TEST

START_TEST(test_rows_of_the_document_differ_the_model_is_refused)
{
    char *const text = importing_changed(pipeline, "\"values\":[1.5,1.5]", "\"values\":[1.5,1.25]");
    importing_assert_fails(text, NULL, MLC_ERROR_NUMERIC,
                           "row 2 of those to check differs by 0.25");
    mlc_model *const model = importing_model(text, "tolerance=0.25");
    mlc_model_free(model);
    free(text);
}
END_TEST

static const importing_fault pipeline_faults[] = {
    {"exchange\":1", "exchange\":2", MLC_ERROR_VERSION, "version 2 of the document"},
    {"exchange\":1", "exchange\":0", MLC_ERROR_FORMAT, "mlcore_exchange"},
    {"scikit-learn", "scikit", MLC_ERROR_FORMAT, "library: it is scikit-learn"},
    {"\"library\":\"scikit-learn\",", "", MLC_ERROR_FORMAT, "library is missing"},
    {"\"estimator\"", "\"version\"", MLC_ERROR_FORMAT, "a name comes a second time"},
    {"[\"no\",\"yes\"]", "[\"yes\",\"no\"]", MLC_ERROR_FORMAT, "distinct labels that ascend"},
    {"[\"no\",\"yes\"]", "[]", MLC_ERROR_FORMAT, "classes"},
    {"[\"no\",\"yes\"]", "[0.5,1]", MLC_ERROR_FORMAT, "no whole number"},
    {"\"classes\":[\"no\",\"yes\"],", "", MLC_ERROR_FORMAT, "classes where none belong"},
    {"\"kind\":\"number\"", "\"kind\":\"date\"", MLC_ERROR_FORMAT, "number, category or vector"},
    {"[\"Bern\",\"Rome\"]", "[\"Rome\",\"Bern\"]", MLC_ERROR_FORMAT, "ascend by their bytes"},
    {"\"step\":\"on\"", "\"step\":\"pca\"", MLC_ERROR_FORMAT, "it is on, standard_scaler"},
    {"\"step\":\"simple_imputer\"", "\"step\":\"on\"", MLC_ERROR_FORMAT, "on stands inside on"},
    {"\"strategy\":\"median\"", "\"strategy\":\"mode\"", MLC_ERROR_SETTING, "strategy"},
    {"\"strategy\":\"median\"", "\"strategy\":\"a), b(\"", MLC_ERROR_FORMAT, "not a word"},
    {"\"fill\":30", "\"fill\":\"nan\"", MLC_ERROR_FORMAT, "fill value that is missing"},
    {"\"mean\":[30]", "\"mean\":[30,1]", MLC_ERROR_FORMAT, "too many numbers"},
    {"\"mean\":[30]", "\"mean\":[]", MLC_ERROR_FORMAT, "too few numbers"},
    {"\"scale\":[10]", "\"scale\":[0]", MLC_ERROR_FORMAT, "not positive"},
    {"\"levels\":[0,1]", "\"levels\":[0,0]", MLC_ERROR_FORMAT, "level without a category"},
    {"\"levels\":[0,1]", "\"levels\":[0,2]", MLC_ERROR_FORMAT, "level out of range"},
    {"logistic_regression", "linear_svc", MLC_ERROR_FORMAT, "no model of that name"},
    {"\"weights\":[2,1,-1]", "\"weights\":[2,1]", MLC_ERROR_FORMAT, "too few numbers"},
    {"\"weights\":[2,1,-1]", "\"weights\":[2,1,\"inf\"]", MLC_ERROR_FORMAT, "not finite"},
    {"\"intercept\":[0.5]", "\"intercept\":[0.5,1]", MLC_ERROR_FORMAT, "too many numbers"},
    {"\"width\":2", "\"width\":0", MLC_ERROR_FORMAT, "width"},
    {"\"n_rows\":2", "\"n_rows\":0", MLC_ERROR_FORMAT, "n_rows"},
    {"\"output\":\"raw\"", "\"output\":\"leaf\"", MLC_ERROR_FORMAT, "raw, probability"},
    {"[\"Rome\",\"Bern\"]],", "[\"Rome\"]],", MLC_ERROR_FORMAT, "not a value a row"},
    {"[\"Rome\",\"Bern\"]],", "[\"Rome\",\"Bern\"],[]],", MLC_ERROR_FORMAT, "too many columns"},
    {",[\"Rome\",\"Bern\"]],", "],", MLC_ERROR_FORMAT, "too few columns"},
    {"\"values\":[1.5,1.5]", "\"values\":[1.5]", MLC_ERROR_FORMAT, "as many for each row"},
    {"\"output\":\"raw\"", "\"output\":\"raw\",\"tolerance\":1e999", MLC_ERROR_FORMAT,
     "tolerance: it is not a finite number"},
    {"\"output\":\"raw\"", "\"output\":\"raw\",\"tolerance\":-1", MLC_ERROR_FORMAT,
     "tolerance: it is not a finite number"},
    {",\"check\"", ",\"cheque\"", MLC_ERROR_FORMAT, "check is missing"},
};

START_TEST(test_pipeline_has_a_fault_it_is_refused_and_named)
{
    importing_assert_refused(pipeline, &pipeline_faults[_i]);
}
END_TEST

static const importing_fault tree_faults[] = {
    {"\"compare\":\"double\"", "\"compare\":\"near\"", MLC_ERROR_FORMAT, "compare"},
    {"\"link\":\"log\"", "\"link\":\"probit\"", MLC_ERROR_FORMAT, "link"},
    {"\"link\":\"log\"", "\"link\":\"softmax\"", MLC_ERROR_FORMAT, "does not fit 1 outputs"},
    {"\"start\":[10]", "\"start\":[]", MLC_ERROR_FORMAT, "not a number a score"},
    {"\"start\":[10]", "\"start\":[\"nan\"]", MLC_ERROR_FORMAT, "first score is not finite"},
    {"\"feature\":[0,-1,-1]", "\"feature\":[2,-1,-1]", MLC_ERROR_FORMAT, "there is not"},
    {"\"feature\":[0,-1,-1]", "\"feature\":[0,-1]", MLC_ERROR_FORMAT, "too many numbers"},
    {"\"feature\":[0,-1,-1]", "\"feature\":[0.5,-1,-1]", MLC_ERROR_FORMAT, "not what it can be"},
    {"\"left\":[1,0,0]", "\"left\":[0,0,0]", MLC_ERROR_FORMAT, "another parent"},
    {"\"left\":[1,0,0]", "\"left\":[3,0,0]", MLC_ERROR_FORMAT, "not in the tree"},
    {"\"threshold\":[0.5,0,0]", "\"threshold\":[\"nan\",0,0]", MLC_ERROR_FORMAT, "its threshold"},
    {"\"value\":[0,1,2]", "\"value\":[0,1,\"inf\"]", MLC_ERROR_FORMAT, "not finite"},
    {"\"sets\":[[2]]", "\"sets\":[[3]]", MLC_ERROR_FORMAT, "which has 3 of them"},
    {"\"sets\":[[2]]", "\"sets\":[[2,2]]", MLC_ERROR_FORMAT, "do not ascend"},
    {"\"sets\":[[2]]", "\"sets\":[]", MLC_ERROR_FORMAT, "its set is not there"},
    {"\"set\":[0,-1,-1]", "\"set\":[-1,-1,-1]", MLC_ERROR_FORMAT, "categories by a threshold"},
    {"\"loss\":\"poisson\"", "\"loss\":\"cubic\"", MLC_ERROR_SETTING, "loss"},
};

START_TEST(test_tree_has_a_fault_it_is_refused_and_named)
{
    importing_assert_refused(boosted, &tree_faults[_i]);
}
END_TEST

static const importing_fault forest_faults[] = {
    {"\"shares\":[0.75", "\"shares\":[1.75", MLC_ERROR_FORMAT, "not within 0 and 1"},
    {"0.5,0.5,0]", "0.5,0.5]", MLC_ERROR_FORMAT, "not as many rows"},
    {"\"value\":[0,0,1]", "\"value\":[0,0,0.5]", MLC_ERROR_FORMAT, "shares that are not there"},
    {"[0.75,0.25],", "[0.75],", MLC_ERROR_FORMAT, "too few numbers"},
    {"random_forest", "decision_tree", MLC_ERROR_FORMAT, "it has one tree"},
    {"[3,5,8]", "[3,5]", MLC_ERROR_FORMAT, "expected values each"},
};

START_TEST(test_forest_has_a_fault_it_is_refused_and_named)
{
    importing_assert_refused(forest, &forest_faults[_i]);
}
END_TEST

START_TEST(test_settings_that_the_document_answers_are_refused)
{
    importing_assert_fails(pipeline, "names=a", MLC_ERROR_SETTING, "names");
    importing_assert_fails(pipeline, "classes=a", MLC_ERROR_SETTING, "classes");
    importing_assert_fails(pipeline, "max_features=2", MLC_ERROR_LIMIT, "max_features");
    importing_assert_fails(boosted, "max_trees=1", MLC_ERROR_LIMIT, "max_trees");
}
END_TEST

static const char *const documents[] = {pipeline, boosted, forest, isolation, ridge};
#define N_DOCUMENTS 5

START_TEST(test_document_is_cut_anywhere_it_is_refused)
{
    importing_cut_everywhere(documents[_i], NULL);
}
END_TEST

START_TEST(test_document_is_changed_at_random_nothing_breaks)
{
    importing_mutate(documents[_i], NULL, 1500);
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const text = arg;
    mlc_model *model = NULL;
    const mlc_status status =
        mlc_model_import_memory(ctx, text, (int64_t)strlen(text), NULL, NULL, &model, err);
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
    TCase *const tcase = check_suite_case(suite, "import_sklearn", 100);
    tcase_add_test(tcase, test_pipeline_is_imported_it_predicts_what_its_numbers_say);
    tcase_add_test(tcase, test_pipeline_is_saved_and_loaded_it_is_the_same);
    tcase_add_test(tcase, test_trees_of_numbers_and_sets_follow_the_document);
    tcase_add_test(tcase, test_rounds_are_given_the_first_are_taken);
    tcase_add_test(tcase, test_trees_of_several_targets_are_a_mean_of_rounds);
    tcase_add_test(tcase, test_other_models_agree_with_their_rows);
    tcase_add_test(tcase, test_rows_of_the_document_differ_the_model_is_refused);
    tcase_add_test(tcase, test_settings_that_the_document_answers_are_refused);
#define LOOP(test, n) tcase_add_loop_test(tcase, test, 0, (int)(n))
    LOOP(test_pipeline_has_a_fault_it_is_refused_and_named,
         sizeof pipeline_faults / sizeof pipeline_faults[0]);
    LOOP(test_tree_has_a_fault_it_is_refused_and_named, sizeof tree_faults / sizeof tree_faults[0]);
    LOOP(test_forest_has_a_fault_it_is_refused_and_named,
         sizeof forest_faults / sizeof forest_faults[0]);
    LOOP(test_document_is_cut_anywhere_it_is_refused, N_DOCUMENTS);
    LOOP(test_document_is_changed_at_random_nothing_breaks, N_DOCUMENTS);
    LOOP(test_memory_fails_while_importing_nothing_leaks, N_DOCUMENTS);
}

MLCI_CHECK_SUITE_OF("import_sklearn", fill_suite)
