/* Rules across parameters: what each refuses, and in which words. */
#include "boosting.h"

static void check_refused(const mlci_model_descriptor *model, const char *settings,
                          const char *name, const char *message)
{
    mlci_boost_params params = {0};
    mlc_error err = {0};
    const mlc_status status = mlci_params_from_text(NULL, "m", model->base.params,
                                                    model->base.check, settings, &params, &err);
    ck_assert_msg(status == MLC_ERROR_SETTING, "%s is taken", settings);
    ck_assert_str_eq(err.name, name);
    ck_assert_str_eq(err.message, message);
}

START_TEST(test_ways_of_sampling_exclude_each_other)
{
    const mlci_model_descriptor *const r = &mlci_model_gradient_boosting_regressor;
    const mlci_model_descriptor *const c = &mlci_model_gradient_boosting_classifier;
    check_refused(r, "sampling=goss subsample=0.5", "subsample",
                  "sampling = goss draws by top_rate and other_rate: leave subsample at 1");
    check_refused(r, "sampling=goss top_rate=0.6 other_rate=0.5", "top_rate",
                  "top_rate and other_rate add up to more than 1");
    check_refused(r, "sampling=goss subsample_freq=5", "subsample_freq",
                  "subsample_freq = 5: sampling = goss draws anew in each round");
    check_refused(
        r, "sampling=goss loss=absolute_error", "sampling",
        "sampling = goss needs gradients that differ in size: those of absolute_error and "
        "quantile do not");
    check_refused(r, "sampling=mvs", "subsample",
                  "sampling = mvs needs subsample below 1, such as 0.8");
    check_refused(c, "sampling=mvs subsample=0.5 neg_bagging_fraction=0.5", "sampling",
                  "sampling = mvs draws by gradients, pos_bagging_fraction and "
                  "neg_bagging_fraction by class: give one of them");
    check_refused(c, "subsample=0.5 pos_bagging_fraction=0.5", "subsample",
                  "subsample draws from all rows, pos_bagging_fraction and neg_bagging_fraction by "
                  "class: give one of them");
    check_refused(&mlci_model_gradient_boosting_ranker, "sampling=goss bagging_by_query=true",
                  "bagging_by_query",
                  "bagging_by_query = true: sampling = goss draws rows, not groups");
}
END_TEST

START_TEST(test_parameters_that_exclude_each_other_are_refused)
{
    const mlci_model_descriptor *const r = &mlci_model_gradient_boosting_regressor;
    check_refused(r, "early_stopping=false early_stopping_metric=mae", "early_stopping_metric",
                  "early_stopping_metric is set, but early_stopping = false");
    check_refused(r, "linear_tree=true loss=absolute_error", "linear_tree",
                  "linear_tree does not go with the losses absolute_error and quantile, which have "
                  "no curvature to fit lines by: take huber, or constant leaves");
    check_refused(r, "linear_tree=true monotonic_cst=[1]", "linear_tree",
                  "linear_tree does not go with monotonic_cst: the slopes of leaves are free");
    check_refused(r, "path_smooth=1 loss=quantile", "path_smooth",
                  "path_smooth does not go with the losses absolute_error and quantile, whose "
                  "leaves are quantiles of their rows");
    check_refused(r, "grow_policy=oblivious forced_splits='{\"feature\":0,\"threshold\":1}'",
                  "forced_splits",
                  "forced_splits does not go with grow_policy = oblivious, which has one split a "
                  "level");
    check_refused(r, "feature_penalty=[-1]", "feature_contri",
                  "feature_contri: '-1' must be a number of at least 0, or a feature with one, "
                  "such as [age:0.5, income:2]");
    check_refused(r, "monotonic_cst=[1] mc_method=intermediate grow_policy=oblivious",
                  "monotone_constraints_method",
                  "monotone_constraints_method = intermediate does not go with grow_policy = "
                  "oblivious: use basic");
    check_refused(r, "monotonic_cst=[1] mc_method=intermediate loss=mae",
                  "monotone_constraints_method",
                  "monotone_constraints_method = intermediate does not go with the losses "
                  "absolute_error and quantile: use basic");
    check_refused(r, "loss=quantile quantile=[0.5,0.5]", "quantile",
                  "quantile = 0.5,0.5: must ascend, without a level twice");
}
END_TEST

MLCI_CHECK_SUITE("boost_params", test_ways_of_sampling_exclude_each_other,
                 test_parameters_that_exclude_each_other_are_refused)
