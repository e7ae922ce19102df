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

START_TEST(test_boosting_of_targets_in_any_parts_has_the_same_bytes)
{
    static const char *const settings[] = {
        "n_estimators=4", "n_estimators=4 multi_strategy=multi_output_tree",
        "n_estimators=4 loss=absolute_error validation_fraction=0.2",
        "n_estimators=4 loss=huber multi_strategy=multi_output_tree subsample=0.7"};
    test_problem p = test_targets_make(1500, 4);
    p.weight = calloc(1500, sizeof *p.weight);
    for (int64_t i = 0; i < 1500; i++)
        p.weight[i] = 0.1 + test_unit(501, i);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        test_same_in_any_parts(&p, settings[i]);
    test_problem_clear(&p);
}
END_TEST

enum { N_TARGETS = 3 };

/* Predictions of a model of target k alone. */
static double *predict_alone(mlc_context *ctx, const test_problem *p, int k, const char *settings,
                             double *start)
{
    test_problem alone = test_problem_make(p->n_rows, p->n_features, 0);
    test_fit t;
    for (int64_t i = 0; i < p->n_rows; i++)
        alone.y[i] = p->y[N_TARGETS * i + k];
    test_fit_run(&t, ctx, &alone, settings);
    *start = t.state->start[0];
    double *const out = test_predict(&t, p->x, p->n_rows, MLCI_OUTPUT_PREDICTION);
    test_fit_clear(&t);
    test_problem_clear(&alone);
    return out;
}

/* The mean of |prediction - target k|^power; prediction NULL: the mean of that target. */
static double mean_error(const test_problem *p, int k, const double *prediction, int64_t stride,
                         double power)
{
    double mean = 0, sum = 0;
    for (int64_t i = 0; i < p->n_rows; i++)
        mean += p->y[N_TARGETS * i + k] / (double)p->n_rows;
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double by = prediction == NULL ? mean : prediction[stride * i];
        sum += pow(fabs(by - p->y[N_TARGETS * i + k]), power);
    }
    return sum / (double)p->n_rows;
}

/* Shared or not, trees of several targets explain each of them nearly as well as trees of its own:
 * gradients are rounded by other random bits, and shared splits fit the first two the same. */
START_TEST(test_boosting_of_targets_explains_each_as_alone)
{
    const double as_well = 1.3, as_well_together = 3;
    test_problem p = test_targets_make(2000, 4);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit both, shared;
    test_fit_run(&both, ctx, &p, "n_estimators=40");
    test_fit_run(&shared, ctx, &p, "n_estimators=40 multi_strategy=multi_output_tree");
    ck_assert_int_eq(both.state->n_trees, 40 * N_TARGETS);
    double *const by_both = test_predict(&both, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
    double *const by_shared = test_predict(&shared, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
    for (int k = 0; k < N_TARGETS; k++) {
        double start;
        double *const by_one = predict_alone(ctx, &p, k, "n_estimators=40", &start);
        const double alone = mean_error(&p, k, by_one, 1, 2);
        const double among = mean_error(&p, k, by_both + k, N_TARGETS, 2);
        const double together = mean_error(&p, k, by_shared + k, N_TARGETS, 2);
        ck_assert_double_eq(start, both.state->start[k]);
        ck_assert_double_lt(among, as_well * alone);
        ck_assert_double_lt(alone, as_well * among);
        /* The third target is so small that only its own scale lets it have a say. */
        if (k < 2) ck_assert_double_lt(together, as_well_together * alone);
        ck_assert_double_lt(together, mean_error(&p, k, NULL, 0, 2));
        free(by_one);
    }
    free(by_both);
    free(by_shared);
    test_fit_clear(&both);
    test_fit_clear(&shared);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* A leaf of the third is the median of what is left of the third. */
START_TEST(test_boosting_of_targets_takes_the_medians_of_each)
{
    const double as_well = 1.3;
    static const char *const settings = "n_estimators=40 loss=absolute_error";
    test_problem p = test_targets_make(2000, 4);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit both;
    test_fit_run(&both, ctx, &p, settings);
    double *const by_both = test_predict(&both, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
    for (int k = 0; k < N_TARGETS; k++) {
        double start;
        double *const by_one = predict_alone(ctx, &p, k, settings, &start);
        ck_assert_double_lt(mean_error(&p, k, by_both + k, N_TARGETS, 1),
                            as_well * mean_error(&p, k, by_one, 1, 1));
        free(by_one);
    }
    free(by_both);
    test_fit_clear(&both);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_targets_that_go_on_or_are_refitted_is_one_fit)
{
    const double none = 0;
    test_problem p = test_targets_make(500, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit half, whole, on, again;
    test_fit_run(&half, ctx, &p, "n_estimators=3 multi_strategy=multi_output_tree");
    test_fit_run(&whole, ctx, &p, "n_estimators=6 multi_strategy=multi_output_tree");
    p.start = half.state;
    test_fit_run(&on, ctx, &p, "n_estimators=6 multi_strategy=multi_output_tree");
    test_assert_same_state(&on, &whole);
    p.start = whole.state;
    p.decay_rate = &none;
    test_fit_run(&again, ctx, &p, "n_estimators=6 multi_strategy=multi_output_tree");
    ck_assert_msg(again.status == MLC_OK, "%s", again.error.message);
    test_assert_same_state(&again, &whole);
    test_fit_clear(&half);
    test_fit_clear(&whole);
    test_fit_clear(&on);
    test_fit_clear(&again);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_targets_that_cannot_be_then_clear_error)
{
    static const struct {
        const char *settings, *says;
    } cases[] = {
        {"loss=quantile quantile=[0.1,0.9]", "3 targets: loss = quantile with several levels"},
        {"early_stopping_metric=mae validation_fraction=0.2", "metrics look at one target"},
        {"loss=poisson", "target 'y_upper' is -"},
    };
    test_problem p = test_targets_make(100, 2);
    for (int64_t i = 0; i < 100; i++)
        p.y[3 * i] = fabs(p.y[3 * i]);
    mlc_context *const ctx = test_root(1, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, cases[i].settings);
        ck_assert_int_ne(t.status, MLC_OK);
        ck_assert_msg(strstr(t.error.message, cases[i].says) != NULL, "%s", t.error.message);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("boost_loss", test_boost_loss_takes_the_parameters_of_its_fit,
                 test_boost_loss_rules_name_the_parameter,
                 test_boosting_of_targets_in_any_parts_has_the_same_bytes,
                 test_boosting_of_targets_takes_the_medians_of_each,
                 test_boosting_of_targets_that_go_on_or_are_refitted_is_one_fit,
                 test_boosting_of_targets_that_cannot_be_then_clear_error, MLCI_RESULTS,
                 test_boosting_of_targets_explains_each_as_alone)
