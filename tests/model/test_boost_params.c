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

START_TEST(test_parameters_that_exclude_each_other_are_refused)
{
    const mlci_model_descriptor *const r = &mlci_model_gradient_boosting_regressor;
    check_refused(r, "early_stopping=false early_stopping_metric=mae", "early_stopping_metric",
                  "early_stopping_metric is set, but early_stopping = false");
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

MLCI_CHECK_MAIN("boost_params", test_parameters_that_exclude_each_other_are_refused)
