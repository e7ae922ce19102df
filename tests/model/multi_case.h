/* Several outputs on the same rows, all rows as one node, for tests of what they share. */
#ifndef MLCI_TEST_MULTI_CASE_H
#define MLCI_TEST_MULTI_CASE_H

#include "growing.h"
#include "tree/multi_split.h"

typedef struct multi_case {
    test_data d; /* of the first output */
    int32_t n_outputs;
    mlci_gradients **outputs;
    mlci_multi *multi;
    mlci_histogram_builder *builder;
    mlci_histogram *histogram;
    mlci_split_rules rules;
    mlci_split_search search;
} multi_case;

/* y: output by output. */
static inline void multi_case_open(multi_case *c, const double *x, const double *y, int64_t n,
                                   int64_t f, int32_t n_outputs, const mlci_multi_limits *limits)
{
    memset(c, 0, sizeof *c);
    test_data_open(&c->d, x, y, n, f, NULL, NULL, 1);
    c->n_outputs = n_outputs;
    c->outputs = calloc((size_t)n_outputs, sizeof *c->outputs);
    c->outputs[0] = c->d.gradients;
    for (int32_t k = 1; k < n_outputs; k++) {
        const mlci_rounding rounding = {0, (uint32_t)k, NULL};
        mlci_loss_rows rows = c->d.rows;
        rows.y = y + k * n;
        ck_assert_int_eq(mlci_gradients_beside(c->d.gradients, &c->outputs[k], NULL), MLC_OK);
        mlci_gradients *const gr = c->outputs[k];
        ck_assert_int_eq(mlci_gradients_compute(c->d.call, &c->d.loss, &rows, 0, gr, NULL), MLC_OK);
        ck_assert_int_eq(mlci_gradients_round(c->d.call, &rounding, gr, NULL), MLC_OK);
    }
    ck_assert_int_eq(mlci_multi_create(NULL, (const mlci_gradients *const *)c->outputs, n_outputs,
                                       4, &c->multi, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_multi_start(c->d.call, c->multi, limits, NULL), MLC_OK);
    const int32_t n_lanes = c->multi->rules.n_lanes;
    ck_assert_int_eq(
        mlci_histogram_builder_create(c->d.call, c->d.binned, n_lanes, &c->builder, NULL), MLC_OK);
    c->builder->coarse = c->multi->coarse;
    c->histogram = mlci_histogram_take(c->builder, n);
    ck_assert_int_eq(mlci_histogram_build(c->d.call, c->builder, c->d.all, n, c->histogram, NULL),
                     MLC_OK);
    mlci_multi_sum_root(c->multi, c->d.binned, c->histogram, mlci_multi_sums(c->multi, 0));
    c->rules = (mlci_split_rules){.min_weight = 1, .max_cat_to_onehot = 4, .max_cat_threshold = 32};
    c->search = (mlci_split_search){.rules = &c->rules,
                                    .kernels = c->builder->kernels,
                                    .binned = c->d.binned,
                                    .histogram = c->histogram,
                                    .weight = n,
                                    .multi = c->multi,
                                    .sums = mlci_multi_sums(c->multi, 0),
                                    .least_score = -1,
                                    .rows = c->d.all,
                                    .n_rows = n};
}

static inline void multi_case_close(multi_case *c)
{
    mlci_histogram_give(c->builder, c->histogram);
    mlci_histogram_builder_free(c->builder);
    mlci_multi_free(c->multi);
    for (int32_t k = 1; k < c->n_outputs; k++)
        mlci_gradients_free(c->outputs[k]);
    free(c->outputs);
    test_data_close(&c->d);
}

/* Coarse g and h of an output over the rows whose code of a feature is in set, in real units. */
static inline void multi_case_sum(const multi_case *c, int32_t used, const uint32_t *set,
                                  int32_t output, double *g, double *h)
{
    const mlci_gradients *const gr = c->outputs[output];
    *g = *h = 0;
    for (int64_t i = 0; i < gr->n_rows; i++) {
        if (!mlci_set_has(set, mlci_binned_code(c->d.binned, used, i))) continue;
        *g += mlci_coarse_g_unit(gr) * (int16_t)(gr->coarse[i] >> 16);
        *h += mlci_coarse_h_unit(gr) * (gr->coarse[i] & 0xFFFF);
    }
}

#endif
