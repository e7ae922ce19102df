/* Expected values: XGBoost on the same rows and settings (survival_cases.py). */
#include "real_data.h"
#include "survival_cases.h"

#define ROUNDING 1e-14 /* of another exp, relative */

/* XGBoost sums floats and stores float leaves; ours round gradients to 31 bits for leaves. */
#define LEAF_TOLERANCE 2e-5
/* Test rows, of 172, that lie between the training values on either side of a cut. */
#define MOST_IN_GAPS 1
/* Of the mean concordance of five folds: seeds of the folds move the difference by 0.004. */
#define ORDER_NOISE 0.008

static const char *const models[] = {"loss=cox", "loss=aft scale=0.7 distribution=normal",
                                     "loss=aft scale=0.7 distribution=logistic",
                                     "loss=aft scale=0.7 distribution=extreme"};

/* The features of gbsg2 as XGBoost had them: numbers, of the grade the length of its name. */
static test_problem read_gbsg2(void)
{
    static const char *const names[] = {"horTh",  "age",    "menostat", "tsize",
                                        "tgrade", "pnodes", "progrec",  "estrec"};
    char path[512];
    mlc_dataset *data = NULL;
    snprintf(path, sizeof path, "%s/gbsg2.csv", getenv("MLC_TEST_DATA"));
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, path, NULL, &data, NULL), MLC_OK);
    test_problem p = {.n_rows = mlc_dataset_n_rows(data), .n_features = 8, .n_bounds = 2};
    p.x = calloc((size_t)(8 * p.n_rows), sizeof *p.x);
    p.y = calloc((size_t)(2 * p.n_rows), sizeof *p.y);
    for (int64_t i = 0; i < p.n_rows; i++) {
        for (int j = 0; j < 8; j++) {
            const char *text = NULL;
            int64_t length = 0;
            if (j == 0 || j == 2 || j == 4) {
                ck_assert_int_eq(mlc_dataset_text(data, names[j], i, &text, &length, NULL), MLC_OK);
                p.x[8 * i + j] =
                    j == 4 ? (double)length : strncmp(text, j == 0 ? "yes" : "Post", 3) == 0;
            } else {
                ck_assert_int_eq(mlc_dataset_real(data, names[j], i, p.x + 8 * i + j, NULL),
                                 MLC_OK);
            }
        }
        ck_assert_int_eq(mlc_dataset_real(data, "lower", i, p.y + 2 * i, NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_real(data, "upper", i, p.y + 2 * i + 1, NULL), MLC_OK);
        if (isnan(p.y[2 * i + 1])) p.y[2 * i + 1] = INFINITY;
        p.y[2 * i] += (double)i / 1024; /* no time twice */
        p.y[2 * i + 1] += (double)i / 1024;
    }
    mlc_dataset_free(data);
    return p;
}

/* The rows where is_in(row) is wanted; free with test_problem_clear(). */
static test_problem take(const test_problem *all, int (*is_in)(int64_t row, int64_t k), int64_t k,
                         int wanted)
{
    test_problem p = {.n_features = all->n_features, .n_bounds = 2};
    p.x = calloc((size_t)(all->n_rows * all->n_features), sizeof *p.x);
    p.y = calloc((size_t)(2 * all->n_rows), sizeof *p.y);
    for (int64_t i = 0; i < all->n_rows; i++) {
        if (is_in(i, k) != wanted) continue;
        memcpy(p.x + p.n_rows * p.n_features, all->x + i * p.n_features,
               (size_t)p.n_features * sizeof *p.x);
        memcpy(p.y + 2 * p.n_rows++, all->y + 2 * i, 2 * sizeof *p.y);
    }
    return p;
}

static int is_fourth(int64_t row, int64_t k)
{
    return row % 4 == 0;
}

static int is_in_fold(int64_t row, int64_t k)
{
    return gbsg2_fold[row][0] == (double)k;
}

static void start_from(test_problem *p, double score)
{
    p->offset = calloc((size_t)p->n_rows, sizeof *p->offset);
    for (int64_t i = 0; i < p->n_rows; i++)
        p->offset[i] = score;
}

START_TEST(test_survival_trees_are_those_of_xgboost)
{
    test_problem all = read_gbsg2();
    test_problem train = take(&all, is_fourth, 0, 0), test = take(&all, is_fourth, 0, 1);
    mlc_context *const ctx = test_root(1, NULL);
    start_from(&train, 0);
    for (int m = 0; m < 4; m++) {
        const double start = m == 0 ? 0 : 8;
        char settings[300];
        test_fit t;
        for (int64_t i = 0; i < train.n_rows; i++)
            train.offset[i] = start;
        snprintf(settings, sizeof settings,
                 "%s n_estimators=4 learning_rate=0.3 max_depth=2 min_samples_leaf=1 min_hessian=1 "
                 "l2_regularization=1",
                 models[m]);
        test_fit_run(&t, ctx, &train, settings);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        double *const raw = test_predict(&t, test.x, test.n_rows, MLCI_OUTPUT_RAW);
        double *const time = test_predict(&t, test.x, test.n_rows, MLCI_OUTPUT_PREDICTION);
        int others = 0;
        for (int64_t i = 0; i < test.n_rows; i++) {
            others += fabs(start + raw[i] - gbsg2_score[i][m]) > LEAF_TOLERANCE;
            ck_assert_double_eq_tol(time[i] / exp(raw[i]), 1, ROUNDING);
        }
        ck_assert_int_le(others, MOST_IN_GAPS);
        ck_assert_double_eq_tol(t.state->train_loss[3], gbsg2_loss[m][0], LEAF_TOLERANCE);
        free(raw);
        free(time);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&all);
    test_problem_clear(&train);
    test_problem_clear(&test);
}
END_TEST

/* Pairs in their order, ties of predictions one half. */
static double concordance(const test_problem *p, const double *prediction, double sign)
{
    double right = 0, pairs = 0;
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double *const a = p->y + 2 * i;
        for (int64_t j = 0; j < p->n_rows && a[0] == a[1]; j++) {
            const double *const b = p->y + 2 * j;
            if (!(b[0] > a[0] || (b[0] == a[0] && b[1] > b[0]))) continue;
            const double apart = sign * (prediction[j] - prediction[i]);
            right += apart > 0 ? 1 : apart == 0 ? 0.5 : 0;
            pairs++;
        }
    }
    return right / pairs;
}

START_TEST(test_survival_orders_unseen_rows_as_well_as_xgboost)
{
    test_problem all = read_gbsg2();
    mlc_context *const ctx = test_root(2, NULL);
    for (int m = 0; m < 4; m++) {
        double mean = 0;
        for (int64_t fold = 0; fold < 5; fold++) {
            char settings[300];
            test_fit t;
            test_problem train = take(&all, is_in_fold, fold, 0);
            test_problem test = take(&all, is_in_fold, fold, 1);
            snprintf(settings, sizeof settings,
                     "%s n_estimators=60 learning_rate=0.05 max_depth=3 min_samples_leaf=1 "
                     "min_hessian=1 l2_regularization=1",
                     models[m]);
            test_fit_run(&t, ctx, &train, settings);
            ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
            double *const y = test_predict(&t, test.x, test.n_rows, MLCI_OUTPUT_PREDICTION);
            mean += concordance(&test, y, m == 0 ? -1 : 1) / 5;
            free(y);
            test_fit_clear(&t);
            test_problem_clear(&train);
            test_problem_clear(&test);
        }
        ck_assert_msg(mean > gbsg2_order[m][0] - ORDER_NOISE, "%s: %g, XGBoost %g", models[m], mean,
                      gbsg2_order[m][0]);
    }
    mlc_context_close(ctx);
    test_problem_clear(&all);
}
END_TEST

START_TEST(test_survival_is_the_same_in_any_parts)
{
    test_problem p = test_survival_make(1500, 5);
    test_same_in_any_parts(&p, "n_estimators=4");
    test_same_in_any_parts(&p, "loss=aft n_estimators=4 validation_fraction=0.2");
    p.weight = calloc((size_t)p.n_rows, sizeof *p.weight);
    for (int64_t i = 0; i < p.n_rows; i++)
        p.weight[i] = 0.1 + 3 * test_unit(304, i);
    test_same_in_any_parts(&p, "n_estimators=4 validation_fraction=0.2");
    test_same_in_any_parts(&p, "loss=aft distribution=extreme n_estimators=4");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_survival_of_one_column_is_that_of_its_bounds)
{
    test_problem p = test_survival_make(400, 3), one = test_survival_make(400, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit a, b;
    one.n_bounds = 1;
    for (int64_t i = 0; i < 400; i++)
        one.y[i] = isinf(p.y[2 * i + 1]) ? -p.y[2 * i] : p.y[2 * i];
    test_fit_run(&a, ctx, &p, "n_estimators=3");
    test_fit_run(&b, ctx, &one, "objective=survival:cox n_estimators=3");
    ck_assert(a.status == MLC_OK && b.status == MLC_OK);
    mlci_writer w[] = {test_store(&a), test_store(&b)};
    ck_assert_int_eq(w[0].length, w[1].length);
    ck_assert_mem_eq(w[0].data, w[1].data, (size_t)w[0].length);
    mlci_writer_clear(&w[0]);
    mlci_writer_clear(&w[1]);
    test_fit_clear(&a);
    test_fit_clear(&b);
    /* A time alone is an event. */
    for (int64_t i = 0; i < 400; i++)
        one.y[i] = p.y[2 * i + 1] = p.y[2 * i];
    test_fit_run(&a, ctx, &p, "loss=aft n_estimators=3 distribution=logistic scale=0.5");
    test_fit_run(&b, ctx, &one,
                 "objective=survival:aft n_estimators=3 aft_loss_distribution=logistic "
                 "aft_loss_distribution_scale=0.5");
    w[0] = test_store(&a);
    w[1] = test_store(&b);
    ck_assert_mem_eq(w[0].data, w[1].data, (size_t)w[0].length);
    mlci_writer_clear(&w[0]);
    mlci_writer_clear(&w[1]);
    test_fit_clear(&a);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&one);
}
END_TEST

START_TEST(test_survival_stops_by_its_loss_or_the_concordance)
{
    static const char *const stops[] = {
        "n_estimators=400 n_iter_no_change=5", "loss=aft n_estimators=400 n_iter_no_change=5",
        "n_estimators=400 early_stopping_metric='concordance_index(reverse=true)'",
        "loss=aft n_estimators=400 early_stopping_metric=concordance_index"};
    test_problem p = test_survival_make(400, 4), valid = test_survival_make(900, 4);
    test_problem tail = valid;
    mlc_context *const ctx = test_root(1, NULL);
    tail.n_rows = 300;
    tail.x = valid.x + 4 * 600;
    tail.y = valid.y + 2 * 600;
    p.valid = &tail;
    for (int k = 0; k < 4; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, stops[k]);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        ck_assert_int_lt(t.state->n_rounds, 400);
        if (k >= 2) {
            double *const y = test_predict(&t, tail.x, 300, MLCI_OUTPUT_PREDICTION);
            ck_assert_double_eq_tol(test_valid(t.state, t.state->n_trees - 1, 1),
                                    concordance(&tail, y, k == 2 ? -1 : 1), 1e-12);
            free(y);
        }
        test_fit_clear(&t);
    }
    test_fit t;
    test_fit_run(&t, ctx, &p, "early_stopping_metric=rmse");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message,
                     "early_stopping_metric = rmse: not a metric of times with bounds");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_survival_of_rows_that_say_nothing_says_why)
{
    test_problem p = test_survival_make(40, 3), valid = test_survival_make(20, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    for (int64_t i = 0; i < 20; i++)
        valid.y[2 * i + 1] = INFINITY;
    test_fit_run(&t, ctx, &p, "");
    ck_assert_int_eq(t.status, MLC_ERROR_DATA);
    ck_assert_str_eq(t.error.message,
                     "no validation row has an event: the loss cox is a sum over events");
    test_fit_clear(&t);
    valid.n_bounds = 1;
    test_fit_run(&t, ctx, &p, "loss=aft");
    ck_assert_int_eq(t.status, MLC_ERROR_ROLE);
    ck_assert_str_eq(t.error.message, "1 targets in the validation rows, 2 in the training rows");
    test_fit_clear(&t);
    p.valid = NULL;
    for (int64_t i = 1; i < 40; i++)
        p.y[2 * i + 1] = INFINITY;
    p.y[1] = p.y[0];
    test_fit_run(&t, ctx, &p, "validation_fraction=0.5");
    ck_assert_int_eq(t.status, MLC_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(t.error.message, "no event is left among the rows to "));
    test_fit_clear(&t);
    p.n_bounds = 3;
    p.n_rows = 20;
    test_fit_run(&t, ctx, &p, "");
    ck_assert_int_eq(t.status, MLC_ERROR_ROLE);
    ck_assert_str_eq(t.error.message, "3 targets: a time has a lower and an upper bound");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

/* Times in another unit are predicted in that unit, to the rounding of gradients. */
START_TEST(test_survival_predicts_times_in_their_unit)
{
    test_problem p = test_survival_make(600, 3);
    mlc_context *const ctx = test_root(1, NULL);
    for (int m = 1; m < 4; m++) {
        test_fit a, b;
        char settings[200];
        snprintf(settings, sizeof settings, "%s n_estimators=20", models[m]);
        test_fit_run(&a, ctx, &p, settings);
        for (int64_t i = 0; i < 2 * p.n_rows; i++)
            p.y[i] *= 1024;
        test_fit_run(&b, ctx, &p, settings);
        for (int64_t i = 0; i < 2 * p.n_rows; i++)
            p.y[i] /= 1024;
        double *const days = test_predict(&a, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
        double *const scaled = test_predict(&b, p.x, p.n_rows, MLCI_OUTPUT_PREDICTION);
        double sum = 0, sum_of_logs = 0, n_events = 0;
        for (int64_t i = 0; i < p.n_rows; i++) {
            ck_assert_double_eq_tol(scaled[i] / days[i], 1024, 1024 * 1e-3);
            if (isinf(p.y[2 * i + 1])) continue;
            sum += fabs(log(days[i] / p.y[2 * i]));
            sum_of_logs += fabs(log(20 / p.y[2 * i]));
            n_events++;
        }
        ck_assert_double_lt(sum / n_events, 0.7 * sum_of_logs / n_events);
        free(days);
        free(scaled);
        test_fit_clear(&a);
        test_fit_clear(&b);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("model_gradient_boosting_survival", test_survival_trees_are_those_of_xgboost,
                 test_survival_is_the_same_in_any_parts,
                 test_survival_of_one_column_is_that_of_its_bounds,
                 test_survival_stops_by_its_loss_or_the_concordance,
                 test_survival_of_rows_that_say_nothing_says_why,
                 test_survival_predicts_times_in_their_unit, MLCI_RESULTS,
                 test_survival_orders_unseen_rows_as_well_as_xgboost)
