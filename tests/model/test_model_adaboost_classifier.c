/* adaboost_classifier on real data: the census, beside scores of scikit-learn 1.9.1 that
 * AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=50) has with one-hot
 * columns for the categories. */
#include "boosted_votes.h"
#include "real_scores.h"

START_TEST(test_census_is_ranked_as_well_as_by_scikit_learn)
{
    /* AUC 0.914; ours splits sets of categories, which finds more. */
    ck_assert_double_ge(real_auc_on_adult(&mlci_model_adaboost_classifier, "max_depth=2"), 0.91);
}
END_TEST

START_TEST(test_wrong_settings_are_named)
{
    static const char *const wrong[] = {"n_estimators=0", "learning_rate=0", "max_depth=0",
                                        "criterion=squared_error", "min_weight_fraction_leaf=0.6"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char recipe[128];
        mlc_model *model = NULL;
        mlc_error err;
        snprintf(recipe, sizeof recipe, "adaboost_classifier(%s)", wrong[i]);
        ck_assert_int_eq(mlc_model_parse(NULL, recipe, &model, &err), MLC_ERROR_SETTING);
        ck_assert_msg(strncmp(err.name, wrong[i], strlen(err.name)) == 0, "%s", err.name);
    }
}
END_TEST

START_TEST(test_limits_of_trees_are_kept)
{
    static vote_data data;
    vote_data_make(&data, 2);
    model_case c = vote_case(&data, 2, "max_depth=none max_leaf_nodes=5");
    model_case_fit(&c);
    const mlci_forest *const f = ((mlci_adaboost *)c.state)->forest;
    for (int64_t t = 0; t < f->n_trees; t++)
        ck_assert_int_le(f->first_node[t + 1] - f->first_node[t], 9);
    model_case_close(&c);
    c = vote_case(&data, 2, "max_depth=5 min_weight_fraction_leaf=0.25 n_estimators=1");
    model_case_fit(&c);
    const mlci_forest *const g = ((mlci_adaboost *)c.state)->forest;
    for (int64_t i = 0; i < g->first_node[1]; i++) /* weights are rounded to 2^-60 */
        ck_assert_double_ge(g->cover[i], 0.25 - 1e-15);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("model_adaboost_classifier", test_census_is_ranked_as_well_as_by_scikit_learn,
                 test_wrong_settings_are_named, test_limits_of_trees_are_kept)
