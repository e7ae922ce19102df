/* adaboost_regressor: what its own parameters say. Beside scikit-learn in
 * tests/python/test_adaboost.py. */
#include "boosted_votes.h"

START_TEST(test_deeper_trees_fit_closer)
{
    static vote_data data;
    static double found[VOTE_ROWS];
    double squares[2] = {0, 0};
    vote_data_make(&data, 2);
    for (int k = 0; k < 2; k++) {
        model_case c = vote_case(&data, 0, k == 0 ? "max_depth=1" : "max_depth=4");
        model_case_fit(&c);
        model_case_predict(&c, MLCI_OUTPUT_PREDICTION, found);
        for (int64_t i = 0; i < VOTE_ROWS; i++)
            squares[k] += (found[i] - data.y[i]) * (found[i] - data.y[i]);
        model_case_close(&c);
    }
    ck_assert_double_lt(squares[1], squares[0] / 4);
}
END_TEST

START_TEST(test_other_criteria_fit_too)
{
    static const char *const settings[] = {"criterion=absolute_error", "criterion=poisson"};
    static vote_data data;
    static double found[VOTE_ROWS];
    vote_data_make(&data, 2);
    for (int k = 0; k < 2; k++) {
        model_case c = vote_case(&data, 0, settings[k]);
        double squares = 0, spread = 0;
        model_case_fit(&c);
        model_case_predict(&c, MLCI_OUTPUT_PREDICTION, found);
        for (int64_t i = 0; i < VOTE_ROWS; i++) {
            squares += (found[i] - data.y[i]) * (found[i] - data.y[i]);
            spread += (1.1 - data.y[i]) * (1.1 - data.y[i]); /* 1.1 is the mean */
        }
        ck_assert_double_lt(squares, spread / 8);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_wrong_settings_are_named)
{
    static const char *const wrong[] = {"loss=huber", "criterion=gini", "learning_rate=-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char recipe[128];
        mlc_model *model = NULL;
        mlc_error err;
        snprintf(recipe, sizeof recipe, "adaboost_regressor(%s)", wrong[i]);
        ck_assert_int_eq(mlc_model_parse(NULL, recipe, &model, &err), MLC_ERROR_SETTING);
        ck_assert_msg(strncmp(err.name, wrong[i], strlen(err.name)) == 0, "%s", err.name);
    }
}
END_TEST

MLCI_CHECK_SUITE("model_adaboost_regressor", test_deeper_trees_fit_closer,
                 test_other_criteria_fit_too, test_wrong_settings_are_named)
