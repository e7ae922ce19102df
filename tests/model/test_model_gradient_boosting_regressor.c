/* Peers, California housing, five folds by row number modulo 5, 200 rounds, learning rate 0.1, 31
 * leaves, ocean_proximity as a category, mean RMSE over folds: scikit-learn 1.9.1
 * HistGradientBoostingRegressor 46109.8, LightGBM 4.7.0 45985.7. */
#include "real_data.h"

START_TEST(test_regressor_on_california_is_as_good_as_its_peers)
{
    test_real r;
    double mean = 0;
    test_real_open(&r, "california_housing.csv.gz", "target=median_house_value");
    const int64_t n = mlc_dataset_n_rows(r.data);
    uint8_t *const in_test = calloc((size_t)n, 1);
    for (int64_t fold = 0; fold < 5; fold++) {
        for (int64_t i = 0; i < n; i++)
            in_test[i] = i % 5 == fold;
        test_real_divide(&r, in_test, 0);
        double *const y = test_real_predict(&r, &mlci_model_gradient_boosting_regressor,
                                            "n_estimators=200", MLCI_OUTPUT_PREDICTION);
        double sum = 0;
        for (int64_t i = 0; i < r.test.x->n_rows; i++)
            sum += (y[i] - r.test.y->value[i]) * (y[i] - r.test.y->value[i]);
        mean += sqrt(sum / (double)r.test.x->n_rows) / 5;
        free(y);
    }
    ck_assert_double_le(mean, 46109.8 * 1.005);
    free(in_test);
    test_real_close(&r);
}
END_TEST

/* Share of the rows at or below the prediction. */
static double share_below(const test_problem *p, const test_fit *t)
{
    double *const y = test_predict(t, p->x, p->n_rows, MLCI_OUTPUT_PREDICTION);
    double below = 0;
    for (int64_t i = 0; i < p->n_rows; i++)
        below += p->y[i] <= y[i];
    free(y);
    return below / (double)p->n_rows;
}

START_TEST(test_regressor_with_quantile_loss_covers_that_share)
{
    const double levels[] = {0.1, 0.5, 0.9};
    test_problem p = test_problem_make(4000, 4, 0);
    mlc_context *const ctx = test_root(1, NULL);
    for (int k = 0; k < 3; k++) {
        char settings[100];
        test_fit t;
        snprintf(settings, sizeof settings, "loss=quantile quantile=0.%d n_estimators=100",
                 (int)(10 * levels[k] + 0.5));
        test_fit_run(&t, ctx, &p, settings);
        ck_assert_double_eq_tol(share_below(&p, &t), levels[k], 0.02);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_with_several_levels_covers_each_share_and_keeps_order)
{
    test_problem p = test_problem_make(4000, 4, 0);
    mlc_context *const ctx = test_root(2, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "loss=quantile quantile=[0.05,0.5,0.9,0.95]");
    ck_assert_int_eq(t.status, MLC_OK);
    double *const levels = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_QUANTILE);
    const double expected[] = {0.05, 0.5, 0.9, 0.95};
    for (int k = 0; k < 4; k++) {
        double below = 0;
        for (int64_t i = 0; i < p.n_rows; i++) {
            below += p.y[i] <= levels[4 * i + k];
            if (k > 0) ck_assert_double_ge(levels[4 * i + k], levels[4 * i + k - 1]);
        }
        /* Of the training rows, to which 100 rounds have fitted; sorting adds to that. */
        ck_assert_double_eq_tol(below / (double)p.n_rows, expected[k], 0.03);
    }
    free(levels);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_with_levels_that_are_stored_takes_those_of_its_parameters)
{
    test_problem p = test_problem_make(200, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    const mlci_model_descriptor *const model = &mlci_model_gradient_boosting_regressor;
    test_fit t;
    mlci_boost_params other;
    test_fit_run(&t, ctx, &p, "loss=quantile quantile=[0.1,0.9] n_estimators=2");
    mlci_writer w = test_store(&t);
    ck_assert_int_eq(mlci_params_from_text(NULL, "m", model->base.params, NULL,
                                           "loss=quantile quantile=[0.1,0.5,0.9]", &other, NULL),
                     MLC_OK);
    for (int k = 0; k < 2; k++) {
        mlci_reader r;
        void *loaded = NULL;
        mlci_reader_init(&r, NULL, "state", w.data, w.length);
        const mlc_status status =
            model->load(ctx, k == 0 ? &t.params : &other, &r, p.n_features, 0, &loaded, &t.error);
        ck_assert_int_eq(status, k == 0 ? MLC_OK : MLC_ERROR_FORMAT);
        if (k == 0) model->free_state(loaded);
    }
    ck_assert_str_eq(t.error.message, "section 'state': 2 scores a row for 3 levels");
    mlci_params_clear(model->base.params, &other);
    mlci_writer_clear(&w);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_parameters_of_losses_are_checked)
{
    static const char *const refused[][2] = {
        {"loss=quantile quantile=[0.5,0.1]",
         "quantile = 0.5,0.1: must ascend, without a level twice"},
        {"loss=quantile quantile=[0.5,0.5]",
         "quantile = 0.5,0.5: must ascend, without a level twice"},
        {"loss=quantile quantile=1", "quantile = 1: must be above 0 and below 1"},
        {"loss=huber alpha=0.7",
         "quantile = 0.7: loss = huber has no level; its threshold is delta"},
        {"loss=huber delta=0", "delta = 0: must be above 0"},
        {"loss=tweedie tweedie_variance_power=2",
         "tweedie_variance_power = 2: must be above 1 and below 2"}};
    test_problem p = test_problem_make(50, 2, 0);
    mlc_context *const ctx = test_root(1, NULL);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, refused[i][0]);
        ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
        ck_assert_str_eq(t.error.message, refused[i][1]);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_by_another_librarys_name_of_a_loss_is_the_same_model)
{
    static const char *const same[][2] = {
        {"loss=absolute_error", "objective=regression_l1"},
        {"loss=squared_error", "objective=reg:squarederror"},
        {"loss=quantile quantile=0.3", "objective=reg:quantileerror quantile_alpha=0.3"}};
    test_problem p = test_problem_make(200, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        mlci_writer w[2];
        for (int k = 0; k < 2; k++) {
            test_fit t;
            test_fit_run(&t, ctx, &p, same[i][k]);
            ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
            w[k] = test_store(&t);
            test_fit_clear(&t);
        }
        ck_assert_int_eq(w[0].length, w[1].length);
        ck_assert_mem_eq(w[0].data, w[1].data, (size_t)w[0].length);
        mlci_writer_clear(&w[0]);
        mlci_writer_clear(&w[1]);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_with_absolute_error_ignores_outliers)
{
    test_problem p = test_problem_make(2000, 4, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    double *const clean = calloc(2000, sizeof *clean);
    memcpy(clean, p.y, 2000 * sizeof *clean);
    for (int64_t i = 0; i < 2000; i += 20)
        p.y[i] = 1e6;
    test_fit_run(&t, ctx, &p, "loss=absolute_error n_estimators=150");
    double *const y = test_predict(&t, p.x, 2000, MLCI_OUTPUT_PREDICTION), sum = 0;
    for (int64_t i = 0; i < 2000; i++)
        sum += fabs(y[i] - clean[i]);
    ck_assert_double_lt(sum / 2000, 0.3); /* the noise alone: 0.25 */
    free(y);
    free(clean);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_regressor_with_log_links_keeps_the_mean)
{
    const char *const losses[] = {"loss=poisson", "loss=gamma"};
    test_problem p = test_problem_make(3000, 4, 0);
    mlc_context *const ctx = test_root(1, NULL);
    for (int64_t i = 0; i < 3000; i++)
        p.y[i] = exp(p.y[i] / 2) * (0.5 + test_unit(600, i));
    for (int k = 0; k < 2; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, losses[k]);
        ck_assert_int_eq(t.status, MLC_OK);
        double *const y = test_predict(&t, p.x, 3000, MLCI_OUTPUT_PREDICTION);
        double ratio = 0, sum = 0, sum_y = 0;
        for (int64_t i = 0; i < 3000; i++) {
            ck_assert_double_gt(y[i], 0);
            ratio += p.y[i] / y[i] / 3000;
            sum += y[i];
            sum_y += p.y[i];
        }
        /* Stationary in the constant: sum y = sum mu (Poisson), mean y / mu = 1 (gamma). */
        ck_assert_double_eq_tol(k == 0 ? sum / sum_y : ratio, 1, 0.01);
        ck_assert_double_lt(t.state->train_loss[99], 0.5 * t.state->train_loss[0]);
        free(y);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("model_gradient_boosting_regressor",
                 test_regressor_with_levels_that_are_stored_takes_those_of_its_parameters,
                 test_regressor_parameters_of_losses_are_checked,
                 test_regressor_by_another_librarys_name_of_a_loss_is_the_same_model, MLCI_RESULTS,
                 test_regressor_on_california_is_as_good_as_its_peers,
                 test_regressor_with_quantile_loss_covers_that_share,
                 test_regressor_with_several_levels_covers_each_share_and_keeps_order,
                 test_regressor_with_absolute_error_ignores_outliers,
                 test_regressor_with_log_links_keeps_the_mean)
