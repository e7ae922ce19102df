#include "tree/boost_loss.h"

#include "boosting.h"

static void read_params(mlci_boost_params *p, const mlci_model_descriptor *model, const char *text,
                        mlc_status expected, const char *message)
{
    mlc_error err;
    memset(p, 0, sizeof *p); /* each model has some of the parameters */
    ck_assert_int_eq(
        mlci_params_from_text(NULL, "m", model->base.params, mlci_boost_check, text, p, &err),
        expected);
    if (expected != MLC_OK) ck_assert_str_eq(err.message, message);
}

START_TEST(test_boost_loss_takes_the_parameters_of_its_fit)
{
    mlci_boost_params params;
    mlci_classes classes = {.n = 2};
    mlc_context local, *call = NULL;
    mlci_loss loss;
    char name[] = "y";
    double y[] = {0, 1, 2};
    int32_t group[] = {1, 0, 1};
    mlci_target target = {.name = name, .n_rows = 3, .value = y, .n_outputs = 1};
    mlci_boost_data data = {.n_train = 3, .n_rows = 3, .n_targets = 1, .y = y, .group = group};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_model_fit fit = {.call = call, .params = &params, .y = &target};
    read_params(&params, &mlci_model_gradient_boosting_ranker,
                "label_gain=[0,1,5] truncation_level=7 norm=false sigmoid=2", MLC_OK, NULL);
    ck_assert_int_eq(mlci_boost_loss_open(&fit, &data, &loss, NULL), MLC_OK);
    ck_assert_ptr_eq(loss.kind, &mlci_loss_lambdarank);
    ck_assert(loss.truncation_level == 7 && loss.norm == 0 && loss.sigmoid == 2);
    ck_assert(loss.n_labels == 3 && loss.label_gain[2] == 5);
    mlci_row_groups *train = NULL, *valid = NULL;
    ck_assert_int_eq(mlci_boost_loss_groups(NULL, &data, &loss, &train, &valid, NULL), MLC_OK);
    ck_assert(train->n == 2 && train->rows[0] == 1 && valid->n == 0);
    mlci_row_groups_free(train);
    mlci_row_groups_free(valid);
    mlci_boost_loss_close(&loss);
    mlci_params_clear(mlci_model_gradient_boosting_ranker.base.params, &params);
    read_params(&params, &mlci_model_gradient_boosting_regressor,
                "loss=quantile quantile=[0.2,0.6]", MLC_OK, NULL);
    ck_assert_int_eq(mlci_boost_loss_open(&fit, &data, &loss, NULL), MLC_OK);
    ck_assert(loss.n_outputs == 2 && loss.link == MLCI_LINK_QUANTILES && loss.levels[1] == 0.6);
    mlci_boost_loss_close(&loss);
    mlci_params_clear(mlci_model_gradient_boosting_regressor.base.params, &params);
    target.classes = &classes;
    data.n_classes = 2;
    read_params(&params, &mlci_model_gradient_boosting_classifier, "loss=one_vs_all", MLC_OK, NULL);
    target.n_rows = 2;
    ck_assert_int_eq(mlci_boost_loss_open(&fit, &data, &loss, NULL), MLC_OK);
    ck_assert(loss.kind == &mlci_loss_logistic && loss.link == MLCI_LINK_LOGIT);
    mlci_boost_loss_close(&loss);
    mlci_params_clear(mlci_model_gradient_boosting_classifier.base.params, &params);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_boost_loss_rules_name_the_parameter)
{
    static const char *const refused[][2] = {
        {"label_gain=[0,3,1]", "label_gain = 0,3,1: a higher label must not have a lower gain"},
        {"label_gain=[-1,3]", "label_gain = '-1,3': must be from 0 to 1000000000000000, or none"},
        {"truncation_level=0", "truncation_level = 0: must be at least 1"},
        {"sigmoid=0", "sigmoid = 0: must be above 0"}};
    mlci_boost_params params;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        read_params(&params, &mlci_model_gradient_boosting_ranker, refused[i][0], MLC_ERROR_SETTING,
                    refused[i][1]);
}
END_TEST

MLCI_CHECK_MAIN("boost_loss", test_boost_loss_takes_the_parameters_of_its_fit,
                test_boost_loss_rules_name_the_parameter)
