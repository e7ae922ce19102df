/* Scoring small arrays with a metric, its parameters written as settings, and the promises that
 * every metric keeps: weights are copies, the order of the rows does not matter, and a cancel at
 * any look at the flag ends it. */
#ifndef MLCI_TEST_SCORING_H
#define MLCI_TEST_SCORING_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "descriptor.h"
#include "matrix.h"
#include "param.h"
#include "root.h"

/* Values that another, equally good order of the same sums may move by rounding. */
#define ROUNDING 1e-13

#define MAX_SCORING_ROWS 1024
#define MAX_SCORING_CLASSES 4
#define MAX_SCORING_VALUES (MAX_SCORING_CLASSES * MAX_SCORING_CLASSES)

/* in->call may be NULL or a context. */
static inline mlc_status score_status(const mlci_metric_descriptor *metric, const char *settings,
                                      const mlci_metric_input *in, mlci_metric_value *values,
                                      mlc_error *err)
{
    mlc_context local;
    mlc_context *call = NULL;
    void *params = calloc(1, (size_t)metric->base.params_size + 1);
    ck_assert_ptr_nonnull(params);
    mlc_status status = mlci_call_begin(in->call, &local, MLCI_PREDICT, &call, err);
    ck_assert_int_eq(status, MLC_OK);
    if (metric->base.params != NULL) {
        status =
            mlci_params_from_text(mlci_context_root(call), metric->base.name, metric->base.params,
                                  metric->base.check, settings, params, err);
    }
    if (status == MLC_OK) {
        mlci_metric_input given = *in;
        given.call = call;
        given.params = params;
        ck_assert_int_le(metric->n_values(params, in->n_classes), MAX_SCORING_VALUES);
        status = metric->score(&given, values, err);
    }
    if (metric->base.params != NULL) mlci_params_clear(metric->base.params, params);
    free(params);
    mlci_call_end(call);
    return status;
}

/* A metric looks at the flag, and when it is cancelled at any of its looks it says so. The first
 * look is that of the call. */
static inline void assert_cancels(const mlci_metric_descriptor *metric, const char *settings,
                                  mlci_metric_input in)
{
    mlc_context *ctx = NULL;
    mlc_status status = MLC_ERROR_CANCELLED;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    in.call = ctx;
    int64_t n = 1;
    while (status == MLC_ERROR_CANCELLED) {
        mlci_metric_value values[MAX_SCORING_VALUES];
        mlci_root_set_cancel_after(mlci_context_root(ctx), ++n);
        status = score_status(metric, settings, &in, values, NULL);
    }
    ck_assert_int_eq(status, MLC_OK);
    ck_assert(n > 2 || in.n_rows == 0);
    /* A look that was passed over would have used the last one up. */
    ck_assert_int_gt(mlci_context_root(ctx)->cancel_after, 0);
    mlc_context_close(ctx);
}

/* All lines of the result. */
static inline void score_all(const mlci_metric_descriptor *metric, const char *settings,
                             mlci_metric_input in, mlci_metric_value *values)
{
    mlc_error err = {0};
    const mlc_status status = score_status(metric, settings, &in, values, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    if (in.call == NULL) assert_cancels(metric, settings, in);
}

/* The value of a metric that has one, about no class. */
static inline double score_one(const mlci_metric_descriptor *metric, const char *settings,
                               mlci_metric_input in)
{
    mlci_metric_value values[MAX_SCORING_VALUES] = {{7, 7, -7}};
    score_all(metric, settings, in, values);
    ck_assert_int_eq(values[0].class_, -1);
    ck_assert_int_eq(values[0].predicted, -1);
    return values[0].value;
}

/* The metric must refuse, with that status and message. */
static inline void score_fails(const mlci_metric_descriptor *metric, const char *settings,
                               mlci_metric_input in, mlc_status expected, const char *message)
{
    mlc_error err = {0};
    mlci_metric_value values[MAX_SCORING_VALUES];
    ck_assert_int_eq(score_status(metric, settings, &in, values, &err), expected);
    ck_assert_str_eq(err.message, message);
}

/* ---- rows picked from others --------------------------------------------------------------- */

/* Plain rows, with their features where a metric wants them. */
typedef struct picked_rows {
    int64_t n;
    double target[MAX_SCORING_ROWS];
    double prediction[MAX_SCORING_ROWS];
    double probability[MAX_SCORING_ROWS * MAX_SCORING_CLASSES];
    double weight[MAX_SCORING_ROWS];
    double *features;
    mlci_matrix *x;
} picked_rows;

static inline mlci_metric_input pick_rows(const mlci_metric_input *in, const int64_t *rows,
                                          int64_t n, picked_rows *out)
{
    ck_assert_int_le(n, MAX_SCORING_ROWS);
    const int64_t k = in->n_classes;
    const int64_t d = in->x == NULL ? 0 : in->x->n_features;
    memset(out, 0, sizeof *out);
    out->features = calloc((size_t)(n * d + 1), sizeof *out->features);
    for (int64_t i = 0; i < n; i++) {
        if (in->target != NULL) out->target[i] = in->target[rows[i]];
        if (in->prediction != NULL) out->prediction[i] = in->prediction[rows[i]];
        if (in->weight != NULL) out->weight[i] = in->weight[rows[i]];
        for (int64_t j = 0; j < k && in->probability != NULL; j++) {
            out->probability[i * k + j] = in->probability[rows[i] * k + j];
        }
        if (d > 0) mlci_matrix_block(in->x, rows[i], 1, out->features + i * d, d);
    }
    mlci_metric_input picked = *in;
    picked.n_rows = n;
    if (in->target != NULL) picked.target = out->target;
    if (in->prediction != NULL) picked.prediction = out->prediction;
    if (in->probability != NULL) picked.probability = out->probability;
    if (in->weight != NULL) picked.weight = out->weight;
    if (d > 0) {
        ck_assert_int_eq(mlci_matrix_wrap(NULL, out->features, n, d, &out->x, NULL), MLC_OK);
        picked.x = out->x;
    }
    return picked;
}

static inline void clear_picked(picked_rows *rows)
{
    mlci_matrix_close(rows->x);
    free(rows->features);
}

static inline void check_same_values(const mlci_metric_descriptor *metric, const char *settings,
                                     const mlci_metric_input *a, const mlci_metric_input *b,
                                     double tolerance)
{
    mlci_metric_value first[MAX_SCORING_VALUES] = {{0}};
    mlci_metric_value second[MAX_SCORING_VALUES] = {{0}};
    score_all(metric, settings, *a, first);
    score_all(metric, settings, *b, second);
    for (int32_t i = 0; i < MAX_SCORING_VALUES; i++) {
        ck_assert_int_eq(first[i].class_, second[i].class_);
        ck_assert_int_eq(first[i].predicted, second[i].predicted);
        const double apart = fabs(first[i].value - second[i].value);
        ck_assert_msg(apart <= tolerance, "%s(%s): %.17g and %.17g", metric->base.name, settings,
                      first[i].value, second[i].value);
    }
}

/* Rows of weight w, an integer, count as w rows without weights. */
static inline void check_weights_are_copies(const mlci_metric_descriptor *metric,
                                            const char *settings, mlci_metric_input in)
{
    static picked_rows picked;
    int64_t rows[MAX_SCORING_ROWS];
    int64_t n = 0;
    for (int64_t i = 0; i < in.n_rows; i++) {
        for (int64_t copy = 0; copy < (int64_t)in.weight[i]; copy++)
            rows[n++] = i;
    }
    mlci_metric_input copies = pick_rows(&in, rows, n, &picked);
    copies.weight = NULL;
    ck_assert_int_ne(n, in.n_rows);
    check_same_values(metric, settings, &in, &copies, ROUNDING);
    clear_picked(&picked);
}

/* The rows in another order give the same; exactly so where tolerance is 0. */
static inline void check_order_is_free(const mlci_metric_descriptor *metric, const char *settings,
                                       mlci_metric_input in, double tolerance)
{
    static picked_rows picked;
    int64_t rows[MAX_SCORING_ROWS];
    for (int64_t i = 0; i < in.n_rows; i++)
        rows[i] = in.n_rows - 1 - i;
    const mlci_metric_input reversed = pick_rows(&in, rows, in.n_rows, &picked);
    check_same_values(metric, settings, &in, &reversed, tolerance);
    clear_picked(&picked);
}

/* ---- a run for tests of failing memory ------------------------------------------------------ */

typedef struct scoring_run {
    const mlci_metric_descriptor *metric;
    const char *settings;
    mlci_metric_input in;
} scoring_run;

static inline mlc_status run_scoring(mlc_context *ctx, void *arg, mlc_error *err)
{
    const scoring_run *const run = arg;
    mlci_metric_value values[MAX_SCORING_VALUES];
    mlci_metric_input in = run->in;
    in.call = ctx;
    return score_status(run->metric, run->settings, &in, values, err);
}

#endif
