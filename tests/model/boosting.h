/* What the tests of boosted trees share: contexts, problems over plain arrays, fits. */
#ifndef MLCI_TEST_BOOSTING_H
#define MLCI_TEST_BOOSTING_H

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "descriptor.h"
#include "matrix.h"
#include "random.h"
#include "target.h"
#include "tree/boost.h"

extern const mlci_model_descriptor mlci_model_gradient_boosting_classifier;
extern const mlci_model_descriptor mlci_model_gradient_boosting_ranker;
extern const mlci_model_descriptor mlci_model_gradient_boosting_regressor;
extern const mlci_model_descriptor mlci_model_gradient_boosting_survival;

/* A root with so many threads on that instruction set (NULL: the best). */
static inline mlc_context *test_root(int32_t n_threads, const char *isa)
{
    mlc_context *ctx = NULL;
    mlc_host host = {.size = sizeof host, .isa = isa};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlc_context_set_threads(ctx, n_threads);
    return ctx;
}

/* Uniform in [0, 1), by position. */
static inline double test_unit(uint32_t stream, int64_t i)
{
    return mlci_random_unit(7, MLCI_RANDOM_TEST, stream, (uint64_t)i);
}

/* Rows, row-major, with a target. n_classes 0: numbers. */
typedef struct test_problem {
    int64_t n_rows, n_features;
    double *x, *y, *weight, *offset;
    int64_t *row_index;
    int32_t n_classes;
    int32_t *group;    /* given: a ranking */
    int32_t n_bounds;  /* 2: y has the bounds of a time, 1: a time; else 0 */
    int32_t n_targets; /* numbers a row, where it is not 1 */
    const struct test_problem *valid;
    const mlci_ensemble *start; /* given: a model that goes on ... */
    const double *decay_rate;   /* ... or is refitted, with that */
} test_problem;

typedef struct test_fit {
    mlc_context *ctx;
    const mlci_model_descriptor *model;
    mlci_boost_params params;
    mlci_ensemble *state; /* NULL: the fit failed */
    mlc_status status;
    mlc_error error;
} test_fit;

static inline int32_t test_n_targets(const test_problem *p)
{
    return p->n_bounds > 0 ? p->n_bounds : p->n_targets > 0 ? p->n_targets : 1;
}

static inline mlci_target test_target(const test_problem *p, mlci_classes *classes)
{
    *classes = (mlci_classes){.n = p->n_classes, .positive = p->n_classes - 1};
    static char name[] = "y", upper[] = "y_upper", third[] = "y_third";
    static char *names[] = {name, upper, third};
    return (mlci_target){.name = name,
                         .names = names,
                         .n_rows = p->n_rows,
                         .value = p->y,
                         .n_outputs = test_n_targets(p),
                         .classes = p->n_classes > 0 ? classes : NULL};
}

/* Fits in ctx; settings as in a recipe. End with test_fit_clear(). */
static inline void test_fit_run(test_fit *t, mlc_context *ctx, const test_problem *p,
                                const char *settings)
{
    mlc_context local, *call = NULL;
    mlci_matrix *x = NULL, *valid_x = NULL;
    mlci_classes classes, valid_classes;
    memset(t, 0, sizeof *t);
    t->ctx = ctx;
    t->model = p->n_classes > 0   ? &mlci_model_gradient_boosting_classifier
               : p->group != NULL ? &mlci_model_gradient_boosting_ranker
               : p->n_bounds > 0  ? &mlci_model_gradient_boosting_survival
                                  : &mlci_model_gradient_boosting_regressor;
    mlci_root *const root = mlci_context_root(ctx);
    t->status = mlci_params_from_text(root, t->model->base.name, t->model->base.params,
                                      t->model->base.check, settings, &t->params, &t->error);
    if (t->status != MLC_OK) return;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    t->status = mlci_matrix_wrap(root, p->x, p->n_rows, p->n_features, &x, &t->error);
    if (t->status != MLC_OK) {
        mlci_call_end(call);
        return;
    }
    mlci_target y = test_target(p, &classes), valid_y;
    mlci_model_fit fit = {.call = call,
                          .params = &t->params,
                          .x = x,
                          .y = &y,
                          .weight = p->weight,
                          .offset = p->offset,
                          .row_index = p->row_index,
                          .group = p->group};
    if (p->valid != NULL) {
        valid_y = test_target(p->valid, &valid_classes);
        ck_assert_int_eq(
            mlci_matrix_wrap(root, p->valid->x, p->valid->n_rows, p->n_features, &valid_x, NULL),
            MLC_OK);
        fit.valid_x = valid_x;
        fit.valid_y = &valid_y;
        fit.valid_weight = p->valid->weight;
        fit.valid_group = p->valid->group;
    }
    void **const state = (void **)&t->state;
    if (p->start == NULL)
        t->status = t->model->fit(&fit, state, &t->error);
    else if (p->decay_rate == NULL)
        t->status = t->model->updater->fit_more(&fit, p->start, state, &t->error);
    else
        t->status = t->model->updater->refit(&fit, p->start, *p->decay_rate, state, &t->error);
    if (valid_x != NULL) mlci_matrix_close(valid_x);
    mlci_matrix_close(x);
    mlci_call_end(call);
}

static inline void test_fit_clear(test_fit *t)
{
    if (t->state != NULL) t->model->free_state(t->state);
    mlci_params_clear(t->model->base.params, &t->params);
}

/* One output of all rows; the caller frees it with free(). */
static inline double *test_predict(const test_fit *t, const double *x, int64_t n_rows,
                                   int32_t output)
{
    const int64_t width = t->model->n_outputs(&t->params, t->state, output);
    const int64_t n_scratch = t->model->scratch_size(&t->params, t->state, MLCI_BLOCK_ROWS);
    double *const out = calloc((size_t)(n_rows * width) + 1, sizeof *out);
    double *const scratch = mlci_alloc(NULL, n_scratch, sizeof *scratch);
    for (int64_t i = 0; i < n_rows; i += MLCI_BLOCK_ROWS) {
        const mlci_model_predict predict = {
            .isa = mlci_root_isa(mlci_context_root(t->ctx)),
            .output = output,
            .params = &t->params,
            .state = t->state,
            .x = x + i * t->state->n_features,
            .n_rows = n_rows - i < MLCI_BLOCK_ROWS ? n_rows - i : MLCI_BLOCK_ROWS,
            .out = out + i * width,
            .scratch = scratch};
        t->model->predict(&predict);
    }
    mlci_free(scratch);
    return out;
}

/* Of the validation rows after a round: the loss (k = 0) or a metric (from 1 on). */
static inline double test_valid(const mlci_ensemble *e, int64_t round, int64_t k)
{
    ck_assert_int_lt(k, e->valid_width);
    return e->valid[round * e->valid_width + k];
}

/* The state as stored bytes; clear the writer. */
static inline mlci_writer test_store(const test_fit *t)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    t->model->save(&t->params, t->state, &w);
    ck_assert_int_eq(mlci_writer_status(&w, NULL), MLC_OK);
    return w;
}

static inline void test_assert_same_state(const test_fit *a, const test_fit *b)
{
    mlci_writer v = test_store(a), w = test_store(b);
    ck_assert_int_eq(v.length, w.length);
    ck_assert_int_eq(memcmp(v.data, w.data, (size_t)v.length), 0);
    mlci_writer_clear(&v);
    mlci_writer_clear(&w);
}

/* A problem with numbers, ties, missing values and a smooth signal; free with
 * test_problem_clear(). */
static inline test_problem test_problem_make(int64_t n_rows, int64_t n_features, int32_t n_classes)
{
    test_problem p = {.n_rows = n_rows, .n_features = n_features, .n_classes = n_classes};
    p.x = calloc((size_t)(n_rows * n_features), sizeof *p.x);
    p.y = calloc((size_t)n_rows, sizeof *p.y);
    for (int64_t i = 0; i < n_rows; i++) {
        double *const x = p.x + i * n_features;
        for (int64_t j = 0; j < n_features; j++) {
            x[j] = 4 * test_unit((uint32_t)j, i) - 2;
            if (j % 3 == 1) x[j] = floor(4 * x[j]);
            if (j % 4 == 2 && test_unit(100 + (uint32_t)j, i) < 0.1) x[j] = NAN;
        }
        const double signal =
            x[0] * x[0] + 0.5 * x[1 % n_features] + (isnan(x[2 % n_features]) ? 1 : 0);
        const double noisy = signal + test_unit(200, i) - 0.5;
        p.y[i] = n_classes == 0 ? noisy : (double)((int64_t)fmax(0, noisy + 1) % n_classes);
    }
    return p;
}

static inline void test_problem_clear(test_problem *p)
{
    free(p->x);
    free(p->y);
    free(p->weight);
    free(p->offset);
    free(p->row_index);
    free(p->group);
}

/* Relevances 0 .. 4 by the signal, in groups whose rows lie anywhere. */
static inline test_problem test_ranking_make(int64_t n_rows, int64_t n_features, int32_t n_groups)
{
    test_problem p = test_problem_make(n_rows, n_features, 0);
    p.group = calloc((size_t)n_rows, sizeof *p.group);
    for (int64_t i = 0; i < n_rows; i++) {
        const double relevance = floor(p.y[i] + 1);
        p.y[i] = relevance < 0 ? 0 : relevance > 4 ? 4 : relevance;
        p.group[i] = (int32_t)(test_unit(300, i) * n_groups);
    }
    return p;
}

/* Times by the signal, whole so that many are equal, as bounds; a third is cut off. */
static inline test_problem test_survival_make(int64_t n_rows, int64_t n_features)
{
    test_problem p = test_problem_make(n_rows, n_features, 0);
    double *const bounds = calloc((size_t)(2 * n_rows), sizeof *bounds);
    for (int64_t i = 0; i < n_rows; i++) {
        const double time = floor(10 * exp(p.y[i] / 2) * (0.5 + test_unit(301, i))) + 1;
        const int is_cut = test_unit(302, i) < 1.0 / 3;
        bounds[2 * i] = is_cut ? floor(time * test_unit(303, i)) + 1 : time;
        bounds[2 * i + 1] = is_cut ? INFINITY : time;
    }
    free(p.y);
    p.y = bounds;
    p.n_bounds = 2;
    return p;
}

/* Three targets of different sizes, the second minus the first. */
static inline test_problem test_targets_make(int64_t n_rows, int64_t n_features)
{
    test_problem p = test_problem_make(n_rows, n_features, 0);
    double *const y = calloc((size_t)(3 * n_rows), sizeof *y);
    for (int64_t i = 0; i < n_rows; i++) {
        y[3 * i] = p.y[i];
        y[3 * i + 1] = -1000 * p.y[i];
        y[3 * i + 2] = p.x[i * n_features] > 0.5 ? 0.01 : test_unit(304, i) * 0.01;
    }
    free(p.y);
    p.y = y;
    p.n_targets = 3;
    return p;
}

/* The rows dealt to n_parts parts, one part after another, each row with its own index. */
static inline test_problem test_dealt(const test_problem *p, int64_t n_parts)
{
    test_problem q = {.n_rows = p->n_rows,
                      .n_features = p->n_features,
                      .n_classes = p->n_classes,
                      .n_bounds = p->n_bounds,
                      .n_targets = p->n_targets,
                      .start = p->start,
                      .decay_rate = p->decay_rate};
    const int64_t n_targets = test_n_targets(p);
    q.x = calloc((size_t)(p->n_rows * p->n_features), sizeof *q.x);
    q.y = calloc((size_t)(p->n_rows * n_targets), sizeof *q.y);
    q.row_index = calloc((size_t)p->n_rows, sizeof *q.row_index);
    if (p->weight != NULL) q.weight = calloc((size_t)p->n_rows, sizeof *q.weight);
    if (p->group != NULL) q.group = calloc((size_t)p->n_rows, sizeof *q.group);
    int64_t to = 0;
    for (int64_t part = 0; part < n_parts; part++) {
        for (int64_t i = 0; i < p->n_rows; i++) {
            if ((int64_t)(test_unit(500, i) * (double)n_parts) != part) continue;
            memcpy(q.x + to * p->n_features, p->x + i * p->n_features,
                   (size_t)p->n_features * sizeof *q.x);
            memcpy(q.y + to * n_targets, p->y + i * n_targets, (size_t)n_targets * sizeof *q.y);
            if (p->weight != NULL) q.weight[to] = p->weight[i];
            if (p->group != NULL) q.group[to] = p->group[i];
            q.row_index[to++] = i;
        }
    }
    ck_assert_int_eq(to, p->n_rows);
    return q;
}

/* A model is a function of its rows: of the parts they come in, of threads and of the instruction
 * set nothing shows in the stored bytes. */
static inline void test_same_in_any_parts(const test_problem *p, const char *settings)
{
    static const char *const sets[] = {"reference", "avx2", "avx512"};
    static const int64_t parts[] = {1, 2, 5, 13};
    static const int32_t threads[] = {1, 2, 3, 7};
    mlci_writer first;
    for (int turn = 0; turn < 12; turn++) {
        const int32_t isa = turn % 3;
        if (isa > mlci_root_isa(NULL)) continue;
        test_problem q = test_dealt(p, parts[turn % 4]);
        mlc_context *const ctx = test_root(threads[(turn / 4 + turn) % 4], sets[isa]);
        test_fit t;
        test_fit_run(&t, ctx, &q, settings);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        mlci_writer w = test_store(&t);
        if (turn == 0) {
            first = w;
        } else {
            ck_assert_int_eq(w.length, first.length);
            ck_assert_int_eq(memcmp(w.data, first.data, (size_t)w.length), 0);
            mlci_writer_clear(&w);
        }
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&q);
    }
    mlci_writer_clear(&first);
}

#endif
