/* What the tests of decision trees and forests share: fits through a descriptor over the problems
 * of boosting.h, and single nodes over plain arrays. */
#ifndef MLCI_TEST_FORESTS_H
#define MLCI_TEST_FORESTS_H

#include "boosting.h"
#include "tree/cart_node.h"
#include "tree/forest_fit.h"

extern const mlci_model_descriptor mlci_model_decision_tree_classifier;
extern const mlci_model_descriptor mlci_model_decision_tree_regressor;
extern const mlci_model_descriptor mlci_model_extra_trees_classifier;
extern const mlci_model_descriptor mlci_model_extra_trees_regressor;
extern const mlci_model_descriptor mlci_model_random_forest_classifier;
extern const mlci_model_descriptor mlci_model_random_forest_regressor;

typedef struct forest_fit {
    mlc_context *ctx;
    const mlci_model_descriptor *model;
    mlci_forest_params params;
    mlci_forest *state; /* NULL: the fit failed */
    mlc_status status;
    mlc_error error;
} forest_fit;

/* Fits in ctx; settings as in a recipe. End with forest_clear(). */
static inline void forest_run(forest_fit *t, mlc_context *ctx, const mlci_model_descriptor *model,
                              const test_problem *p, const char *settings)
{
    mlc_context local, *call = NULL;
    mlci_matrix *x = NULL;
    mlci_classes classes;
    mlci_root *const root = mlci_context_root(ctx);
    *t = (forest_fit){.ctx = ctx, .model = model};
    t->status = mlci_params_from_text(root, model->base.name, model->base.params, model->base.check,
                                      settings, &t->params, &t->error);
    if (t->status == MLC_OK) t->status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, &t->error);
    if (t->status != MLC_OK) return;
    t->status = mlci_matrix_wrap(root, p->x, p->n_rows, p->n_features, &x, &t->error);
    mlci_target y = test_target(p, &classes);
    const mlci_model_fit fit = {.call = call,
                                .params = &t->params,
                                .x = x,
                                .y = &y,
                                .weight = p->weight,
                                .row_index = p->row_index};
    if (t->status == MLC_OK) t->status = model->fit(&fit, (void **)&t->state, &t->error);
    mlci_matrix_close(x);
    mlci_call_end(call);
}

static inline void forest_clear(forest_fit *t)
{
    t->model->free_state(t->state);
    mlci_params_clear(t->model->base.params, &t->params);
}

/* One output of n rows in blocks of so many; the caller frees it. */
static inline double *forest_output(const forest_fit *t, const double *x, int64_t n, int64_t block,
                                    int32_t output)
{
    const int64_t width = t->model->n_outputs(&t->params, t->state, output);
    double *const out = calloc((size_t)(n * width) + 1, sizeof *out);
    double *const scratch =
        mlci_alloc(NULL, t->model->scratch_size(&t->params, t->state, block), sizeof *scratch);
    for (int64_t i = 0; i < n; i += block) {
        const mlci_model_predict predict = {.output = output,
                                            .params = &t->params,
                                            .state = t->state,
                                            .x = x + i * t->state->n_features,
                                            .n_rows = n - i < block ? n - i : block,
                                            .out = out + i * width,
                                            .scratch = scratch};
        t->model->predict(&predict);
    }
    mlci_free(scratch);
    return out;
}

static inline mlci_writer forest_bytes(const forest_fit *t)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    t->model->save(&t->params, t->state, &w);
    ck_assert_int_eq(mlci_writer_status(&w, NULL), MLC_OK);
    return w;
}

/* All rows of a problem as one node, open for a search. */
typedef struct test_node {
    mlc_context local, *call;
    mlci_matrix *x;
    mlci_cart_rows *rows;
    mlci_cart_columns *columns;
    mlci_cart_rules rules;
    mlci_cart_data data;
    mlci_cart_bag bag;
    uint32_t *numbers;
    mlci_cart_node node;
    mlci_cart_scratch scratch;
} test_node;

static inline void test_node_open(test_node *t, const test_problem *p, int32_t criterion,
                                  double least_weight)
{
    mlci_classes classes;
    mlci_target y = test_target(p, &classes);
    *t = (test_node){.rules = {.criterion = criterion}};
    ck_assert_int_eq(mlci_call_begin(NULL, &t->local, MLCI_FIT, &t->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, p->x, p->n_rows, p->n_features, &t->x, NULL), MLC_OK);
    const mlci_model_fit fit = {
        .call = t->call, .x = t->x, .y = &y, .weight = p->weight, .row_index = p->row_index};
    const int is_absolute = criterion == MLCI_CRITERION_ABSOLUTE;
    const mlci_cart_row_rules rules = {.sums = mlci_cart_sums_of(criterion, p->n_classes),
                                       .from_zero = criterion == MLCI_CRITERION_POISSON,
                                       .rank_targets = is_absolute};
    ck_assert_int_eq(mlci_cart_rows_create(&fit, &rules, &t->rows, NULL), MLC_OK);
    ck_assert_int_eq(
        mlci_cart_columns_fit(t->call, t->x, t->rows->order, t->rows->weight, &t->columns, NULL),
        MLC_OK);
    ck_assert_int_eq(mlci_cart_data_init(t->columns, t->rows, &t->rules, p->n_rows, &t->data, NULL),
                     MLC_OK);
    t->numbers = calloc((size_t)p->n_rows, sizeof *t->numbers);
    for (int64_t i = 0; i < p->n_rows; i++)
        t->numbers[i] = (uint32_t)i;
    t->bag = (mlci_cart_bag){p->n_rows, t->numbers, t->rows->pairs, t->rows->pair_unit};
    const int32_t n_sums = t->data.criterion.sums == MLCI_CART_CLASSES ? p->n_classes : 2;
    ck_assert_int_eq(mlci_cart_node_init(NULL, &t->data, p->n_rows, &t->node, NULL), MLC_OK);
    ck_assert_int_eq(
        mlci_cart_scratch_init(NULL, p->n_rows, n_sums, is_absolute, &t->scratch, NULL), MLC_OK);
    t->node.search.total.least_weight = least_weight * t->bag.pair_unit;
    mlci_cart_node_open(&t->node, &t->bag, 0, p->n_rows);
}

static inline void test_node_close(test_node *t)
{
    mlci_cart_scratch_clear(&t->scratch);
    mlci_cart_node_clear(&t->node);
    free(t->numbers);
    mlci_cart_data_clear(&t->data);
    mlci_cart_columns_free(t->columns);
    mlci_cart_rows_free(t->rows);
    mlci_matrix_close(t->x);
    mlci_call_end(t->call);
}

/* Impurity times weight of the rows that are in, straight from the definition. */
static inline double impurity_of(const test_problem *p, const uint8_t *in, int32_t criterion)
{
    double weight = 0, mean = 0, sum = 0, shares[64] = {0};
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double w = !in[i] ? 0 : p->weight == NULL ? 1 : p->weight[i];
        weight += w;
        mean += w * p->y[i];
        if (p->n_classes > 0) shares[(int32_t)p->y[i]] += w;
    }
    if (!(weight > 0)) return 0;
    mean /= weight;
    for (int32_t k = 0; k < p->n_classes; k++) {
        const double q = shares[k] / weight;
        if (criterion == MLCI_CRITERION_GINI) sum += q * (1 - q);
        if (criterion == MLCI_CRITERION_ENTROPY && q > 0) sum -= q * log2(q);
    }
    if (p->n_classes > 0) return sum * weight;
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double w = !in[i] ? 0 : p->weight == NULL ? 1 : p->weight[i], y = p->y[i];
        if (criterion == MLCI_CRITERION_SQUARED) sum += w * (y - mean) * (y - mean);
        if (criterion == MLCI_CRITERION_POISSON && y > 0) sum += w * y * log(y / mean);
    }
    if (criterion != MLCI_CRITERION_ABSOLUTE) return sum;
    double best = INFINITY; /* the median is one of the targets */
    for (int64_t m = 0; m < p->n_rows; m++) {
        double deviation = 0;
        for (int64_t i = 0; i < p->n_rows && in[m]; i++)
            deviation +=
                !in[i] ? 0 : (p->weight == NULL ? 1 : p->weight[i]) * fabs(p->y[i] - p->y[m]);
        if (in[m] && deviation < best) best = deviation;
    }
    return best;
}

/* What parting the rows takes off the impurity, times the weight; -1 where a side is too light. */
static inline double decrease_of(const test_problem *p, const uint8_t *left, int32_t criterion,
                                 double least_weight)
{
    uint8_t *const all = malloc((size_t)p->n_rows), *const right = malloc((size_t)p->n_rows);
    double weight[2] = {0, 0}, y[2] = {0, 0};
    for (int64_t i = 0; i < p->n_rows; i++) {
        all[i] = 1;
        right[i] = !left[i];
        weight[right[i]] += p->weight == NULL ? 1 : p->weight[i];
        y[right[i]] += p->y[i];
    }
    double decrease = impurity_of(p, all, criterion) - impurity_of(p, left, criterion) -
                      impurity_of(p, right, criterion);
    if (!(weight[0] >= least_weight && weight[1] >= least_weight && weight[0] > 0 && weight[1] > 0))
        decrease = -1;
    if (criterion == MLCI_CRITERION_POISSON && !(y[0] > 0 && y[1] > 0)) decrease = -1;
    free(all);
    free(right);
    return decrease;
}

#endif
