#include "boosting.h"

#include <stdio.h>

#define ROUNDING 1e-12 /* of sums over the rows in another order */

/* Training rows whose signal the validation rows share only in part: the loss turns. */
static test_problem noise(int64_t n, uint32_t stream, int32_t n_classes)
{
    test_problem p = test_problem_make(n, 4, n_classes);
    for (int64_t i = 0; i < n; i++) {
        const double u = test_unit(stream, i);
        p.y[i] = n_classes > 0 ? (u + 0.1 * p.x[4 * i] > 0.5) : u + 0.3 * p.x[4 * i];
    }
    return p;
}

START_TEST(test_stopping_keeps_the_best_round)
{
    test_problem p = noise(600, 400, 0), valid = noise(300, 401, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p, "n_estimators=300 n_iter_no_change=7 tol=0");
    ck_assert_int_eq(t.status, MLC_OK);
    const mlci_ensemble *const e = t.state;
    ck_assert_int_lt(e->n_rounds, 300);
    ck_assert_int_eq(e->n_rounds, e->n_trees + 7);
    for (int64_t i = 0; i < e->n_rounds; i++)
        ck_assert_double_ge(test_valid(e, i, 0), test_valid(e, e->n_trees - 1, 0));
    /* The history's loss is that of the model that is left. */
    double *const y = test_predict(&t, valid.x, 300, MLCI_OUTPUT_PREDICTION);
    double sum = 0;
    for (int64_t i = 0; i < 300; i++)
        sum += (y[i] - valid.y[i]) * (y[i] - valid.y[i]);
    ck_assert_double_eq_tol(sum / 300, test_valid(e, e->n_trees - 1, 0), ROUNDING);
    free(y);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_with_a_fraction_of_the_rows_stops_too)
{
    test_problem p = noise(900, 400, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=300 validation_fraction=0.3");
    ck_assert_int_eq(t.status, MLC_OK);
    ck_assert_int_lt(t.state->n_rounds, 300);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "n_estimators=40 validation_fraction=0.3 early_stopping=false");
    ck_assert_int_eq(t.state->n_rounds, 40);
    ck_assert(isnan(test_valid(t.state, 0, 0)));
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* Larger is better, and best at the third call. */
static mlc_status peak(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                       const double *prediction, const double *probability, const double *weight,
                       double *score, mlc_error *err)
{
    int32_t *const calls = user;
    if (n_classes != 2 || probability == NULL || weight == NULL) return MLC_ERROR_ARGUMENT;
    for (int64_t i = 0; i < n_rows; i++)
        if (!(fabs(probability[2 * i] + probability[2 * i + 1] - 1) < ROUNDING))
            return MLC_ERROR_ARGUMENT;
    *score = ++*calls <= 3 ? *calls : -1;
    return MLC_OK;
}

START_TEST(test_stopping_by_a_metric_of_the_host_follows_it)
{
    int32_t calls = 0;
    test_problem p = noise(300, 400, 2), valid = noise(100, 401, 2);
    const mlc_metric_hooks hooks = {
        .size = sizeof hooks, .larger_is_better = 1, .user = &calls, .score = peak};
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "acme.peak", &hooks, NULL), MLC_OK);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=acme.peak n_iter_no_change=4");
    ck_assert_int_eq(t.status, MLC_OK);
    ck_assert_int_eq(t.state->n_trees, 3);
    ck_assert_int_eq(t.state->n_rounds, 7);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

static mlc_status no_number(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                            const double *prediction, const double *probability,
                            const double *weight, double *score, mlc_error *err)
{
    *score = *(const double *)user;
    return *score == 0 ? MLC_ERROR_ARGUMENT : MLC_OK;
}

START_TEST(test_stopping_by_a_metric_that_fails_or_is_no_number_says_so)
{
    const double given[] = {NAN, -INFINITY, 0};
    const char *const messages[] = {
        "the metric of the host gave nan: it must be a finite number",
        "the metric of the host gave infinity: it must be a finite number",
        "the metric of the host failed: it gave no message"};
    test_problem p = noise(300, 400, 0), valid = noise(100, 401, 0);
    p.valid = &valid;
    for (int k = 0; k < 3; k++) {
        double score = given[k];
        const mlc_metric_hooks hooks = {.size = sizeof hooks, .user = &score, .score = no_number};
        mlc_context *const ctx = test_root(1, NULL);
        test_fit t;
        ck_assert_int_eq(mlc_context_add_metric(ctx, "acme.odd", &hooks, NULL), MLC_OK);
        test_fit_run(&t, ctx, &p, "early_stopping_metric=acme.odd");
        ck_assert_int_eq(t.status, MLC_ERROR_CALLBACK);
        ck_assert_str_eq(t.error.message, messages[k]);
        test_fit_clear(&t);
        mlc_context_close(ctx);
    }
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_by_a_metric_of_the_library_records_it)
{
    test_problem p = noise(500, 400, 2), valid = noise(200, 401, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p, "n_estimators=200 early_stopping_metric=accuracy");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    const int64_t best = t.state->n_trees - 1;
    for (int64_t i = 0; i < t.state->n_rounds; i++)
        ck_assert_double_le(test_valid(t.state, i, 1), test_valid(t.state, best, 1));
    double *const y = test_predict(&t, valid.x, 200, MLCI_OUTPUT_PREDICTION);
    double hits = 0;
    for (int64_t i = 0; i < 200; i++)
        hits += y[i] == valid.y[i];
    ck_assert_double_eq_tol(hits / 200, test_valid(t.state, best, 1), ROUNDING);
    free(y);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=rmse");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_that_cannot_be_is_an_error)
{
    test_problem p = noise(100, 400, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "early_stopping=true");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "early_stopping = true needs validation rows: give some to "
                                      "fit, or set validation_fraction");
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=no.such");
    ck_assert_int_eq(t.status, MLC_ERROR_COMPONENT);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=no_such");
    ck_assert_int_eq(t.status, MLC_ERROR_COMPONENT);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping=false early_stopping_metric=rmse");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* The value of the best round is that of the metric over the model that is left. */
START_TEST(test_stopping_by_a_metric_of_three_classes_is_that_of_the_predictions)
{
    test_problem p = test_problem_make(400, 4, 3), valid = test_problem_make(150, 4, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    for (int64_t i = 0; i < 150; i++)
        if (test_unit(402, i) < 0.3) valid.y[i] = (double)((int64_t)(valid.y[i] + 1) % 3);
    test_fit_run(&t, ctx, &p, "n_estimators=60 early_stopping_metric=accuracy n_iter_no_change=5");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    double *const y = test_predict(&t, valid.x, 150, MLCI_OUTPUT_PREDICTION);
    double hits = 0;
    for (int64_t i = 0; i < 150; i++)
        hits += y[i] == valid.y[i];
    ck_assert_double_eq_tol(hits / 150, test_valid(t.state, t.state->n_trees / 3 - 1, 1), ROUNDING);
    free(y);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_by_the_error_of_counts_is_that_of_the_predictions)
{
    test_problem p = test_problem_make(400, 4, 0), valid = test_problem_make(150, 4, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    for (int64_t i = 0; i < 400; i++)
        p.y[i] = floor(fabs(p.y[i]) * 3);
    for (int64_t i = 0; i < 150; i++)
        valid.y[i] = floor(fabs(valid.y[i]) * 3 + 2 * test_unit(403, i));
    test_fit_run(&t, ctx, &p, "loss=poisson n_estimators=100 early_stopping_metric=rmse");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    double *const y = test_predict(&t, valid.x, 150, MLCI_OUTPUT_PREDICTION);
    double sum = 0;
    for (int64_t i = 0; i < 150; i++)
        sum += (y[i] - valid.y[i]) * (y[i] - valid.y[i]);
    /* Rounding of the sums only. */
    ck_assert_double_eq_tol(sqrt(sum / 150), test_valid(t.state, t.state->n_trees - 1, 1),
                            ROUNDING);
    free(y);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

static mlc_status broken(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                         const double *prediction, const double *probability, const double *weight,
                         double *score, mlc_error *err)
{
    strcpy(err->message, "the moon is wrong");
    return MLC_ERROR_DATA;
}

START_TEST(test_stopping_when_the_metric_of_the_host_fails_says_what_it_said)
{
    test_problem p = noise(100, 400, 0);
    const mlc_metric_hooks hooks = {.size = sizeof hooks, .score = broken};
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    ck_assert_int_eq(mlc_context_add_metric(ctx, "acme.moon", &hooks, NULL), MLC_OK);
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=acme.moon");
    ck_assert_int_eq(t.status, MLC_ERROR_CALLBACK);
    ck_assert_str_eq(t.error.message, "the metric of the host failed: the moon is wrong");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_stopping_by_a_metric_that_does_not_fit_says_why)
{
    test_problem p = noise(100, 400, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=rmse");
    ck_assert_str_eq(t.error.message, "early_stopping_metric = rmse: not a metric of classes");
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=confusion_matrix");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "early_stopping_metric = confusion_matrix: it has several "
                                      "values, and one is needed");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* ---- several scores ----------------------------------------------------------------------- */

/* Scores that are known beforehand, larger is better where the name says so. */
typedef struct recording {
    int64_t round;
    double value[60];
} recording;

static mlc_status play(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                       const double *prediction, const double *probability, const double *weight,
                       double *score, mlc_error *err)
{
    recording *const r = user;
    *score = r->value[r->round++];
    return MLC_OK;
}

/* LightGBM's rule: each score has a best round; the first, in their order, that is n rounds past
 * its own stops, and without a stop before the last round the first says. Returns which it was, or
 * n_scores. */
static int apply_rule(recording *const *scores, const int *larger, int n_scores, int n_counted,
                      int64_t n, double tol, int64_t *best, int64_t *n_rounds)
{
    int64_t best_of[3] = {0};
    for (int64_t round = 0; round < 60; round++) {
        for (int k = 0; k < n_scores; k++) {
            const double sign = larger[k] ? 1 : -1;
            const double *const v = scores[k]->value;
            if (sign * (v[round] - v[best_of[k]]) > tol) best_of[k] = round;
        }
        for (int k = 0; k < n_counted; k++) {
            if (round - best_of[k] < n || round == 59) continue;
            *best = best_of[k];
            *n_rounds = round + 1;
            return k;
        }
    }
    *best = best_of[0];
    *n_rounds = 60;
    return n_scores;
}

START_TEST(test_stopping_by_several_scores_goes_by_the_rule_of_lightgbm)
{
    static const int larger[] = {0, 1, 0};
    recording scores[3], *const all[] = {&scores[0], &scores[1], &scores[2]};
    test_problem p = noise(300, 400, 0), valid = noise(100, 401, 0);
    mlc_context *const ctx = test_root(1, NULL);
    int stopped_by[4] = {0};
    p.valid = &valid;
    for (int k = 0; k < 3; k++) {
        char name[20];
        const mlc_metric_hooks hooks = {
            .size = sizeof hooks, .larger_is_better = larger[k], .user = all[k], .score = play};
        snprintf(name, sizeof name, "acme.m%d", k);
        ck_assert_int_eq(mlc_context_add_metric(ctx, name, &hooks, NULL), MLC_OK);
    }
    for (uint32_t turn = 0; turn < 80; turn++) {
        const int first_only = turn % 4 == 3;
        const int64_t patience = 3 + turn % 13;
        int64_t best, n_rounds;
        char settings[300];
        test_fit t;
        for (int k = 0; k < 3; k++) {
            scores[k].round = 0;
            for (int i = 0; i < 60; i++) { /* eighths: differences are exact */
                const int end = turn % 5 == 0 ? 60 : 15 + 8 * ((k + (int)turn) % 3);
                const double trend = (larger[k] ? 1 : -1) * (i < end ? i : end);
                scores[k].value[i] =
                    0.125 * (trend + floor(20 * test_unit(410 + turn * 3 + (uint32_t)k, i)));
            }
        }
        stopped_by[apply_rule(all, larger, 3, first_only ? 1 : 3, patience, 0.125 * (turn % 2),
                              &best, &n_rounds)]++;
        snprintf(settings, sizeof settings,
                 "n_estimators=60 early_stopping_metric=[acme.m0,acme.m1,acme.m2] "
                 "n_iter_no_change=%d tol=%g first_metric_only=%s",
                 (int)patience, 0.125 * (turn % 2), first_only ? "true" : "false");
        test_fit_run(&t, ctx, &p, settings);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_eq(t.state->n_rounds, n_rounds);
        ck_assert_int_eq(t.state->n_trees, best + 1);
        ck_assert_int_eq(t.state->valid_width, 4);
        for (int64_t i = 0; i < n_rounds; i++)
            for (int k = 0; k < 3; k++)
                ck_assert_double_eq(test_valid(t.state, i, k + 1), scores[k].value[i]);
        test_fit_clear(&t);
    }
    for (int k = 0; k < 4; k++)
        ck_assert_int_gt(stopped_by[k], 2); /* each of them, and none */
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_by_the_loss_among_metrics_is_stopping_by_the_loss)
{
    static const char *const settings[] = {
        "n_estimators=200", "n_estimators=200 early_stopping_metric=loss",
        "n_estimators=200 early_stopping_metric=[loss,accuracy,roc_auc] first_metric_only=true",
        "n_estimators=200 early_stopping_metric=[accuracy,loss]"};
    test_problem p = noise(500, 400, 2), valid = noise(200, 401, 2);
    mlc_context *const ctx = test_root(1, NULL);
    int64_t n_trees = 0, n_rounds = 0;
    p.valid = &valid;
    for (int k = 0; k < 4; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[k]);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        if (k == 0) {
            n_trees = t.state->n_trees;
            n_rounds = t.state->n_rounds;
        }
        ck_assert_int_eq(t.state->valid_width, k < 2 ? 1 : k == 2 ? 3 : 2);
        if (k < 3) ck_assert_int_eq(t.state->n_trees, n_trees);
        ck_assert_int_le(t.state->n_rounds, n_rounds);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_stopping_by_metrics_of_which_one_does_not_fit_says_which)
{
    test_problem p = noise(100, 400, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "validation_fraction=0.3 early_stopping_metric=[accuracy,rmse]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "early_stopping_metric = rmse: not a metric of classes");
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=[accuracy,roc_auc,accuracy]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "early_stopping_metric has accuracy twice");
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=[]");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("stopping", test_stopping_keeps_the_best_round,
                 test_stopping_with_a_fraction_of_the_rows_stops_too,
                 test_stopping_by_a_metric_of_the_host_follows_it,
                 test_stopping_by_a_metric_that_fails_or_is_no_number_says_so,
                 test_stopping_by_a_metric_of_the_library_records_it,
                 test_stopping_that_cannot_be_is_an_error,
                 test_stopping_by_a_metric_of_three_classes_is_that_of_the_predictions,
                 test_stopping_by_the_error_of_counts_is_that_of_the_predictions,
                 test_stopping_when_the_metric_of_the_host_fails_says_what_it_said,
                 test_stopping_by_a_metric_that_does_not_fit_says_why,
                 test_stopping_by_several_scores_goes_by_the_rule_of_lightgbm,
                 test_stopping_by_the_loss_among_metrics_is_stopping_by_the_loss,
                 test_stopping_by_metrics_of_which_one_does_not_fit_says_which)
