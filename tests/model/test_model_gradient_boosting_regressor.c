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

MLCI_CHECK_MAIN("model_gradient_boosting_regressor",
                test_regressor_on_california_is_as_good_as_its_peers,
                test_regressor_with_quantile_loss_covers_that_share,
                test_regressor_with_absolute_error_ignores_outliers,
                test_regressor_with_log_links_keeps_the_mean)
