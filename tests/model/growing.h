/* Binned data with gradients of a squared error, for tests of histograms, splits and growth. */
#ifndef MLCI_TEST_GROWING_H
#define MLCI_TEST_GROWING_H

#include "boosting.h"
#include "tree/grow.h"

typedef struct test_data {
    mlc_context *ctx;
    mlc_context local, *call;
    mlci_matrix *x;
    mlci_binned *binned;
    mlci_loss loss;
    mlci_loss_rows rows;
    double *raw;
    mlci_gradients *gradients;
    uint32_t *all;
} test_data;

/* g = -y: scores are 0. fixed: integer weights, or NULL; weight the same as doubles. */
static inline void test_data_open(test_data *d, const double *x, const double *y, int64_t n,
                                  int64_t n_features, const int64_t *fixed, const double *weight,
                                  int32_t n_threads)
{
    memset(d, 0, sizeof *d);
    d->ctx = test_root(n_threads, NULL);
    const mlci_bin_rows rows = {.n_rows = n, .n_train = n, .weight = fixed, .unit = 1};
    ck_assert_int_eq(mlci_call_begin(d->ctx, &d->local, MLCI_FIT, &d->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(mlci_context_root(d->ctx), x, n, n_features, &d->x, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_binned_fit(d->call, d->x, &rows, 255, &d->binned, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_finish(d->call, d->binned, NULL), MLC_OK);
    ck_assert_int_eq(mlci_gradients_create(NULL, n, 1, &d->gradients, NULL), MLC_OK);
    d->raw = calloc((size_t)n, sizeof *d->raw);
    d->all = calloc((size_t)n, sizeof *d->all);
    for (int64_t i = 0; i < n; i++)
        d->all[i] = (uint32_t)i;
    d->loss = (mlci_loss){.kind = &mlci_loss_squared_error,
                          .n_outputs = 1,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    d->rows = (mlci_loss_rows){n, n, y, weight, d->raw, NULL};
    const mlci_rounding rounding = {0, 0, NULL};
    ck_assert_int_eq(mlci_gradients_compute(d->call, &d->loss, &d->rows, 0, d->gradients, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_gradients_round(d->call, &rounding, d->gradients, NULL), MLC_OK);
}

static inline void test_data_close(test_data *d)
{
    mlci_gradients_free(d->gradients);
    mlci_binned_free(d->binned);
    mlci_matrix_close(d->x);
    mlci_call_end(d->call);
    mlc_context_close(d->ctx);
    free(d->raw);
    free(d->all);
}

static inline mlci_grow_rules test_rules(void)
{
    return (mlci_grow_rules){.max_leaf_nodes = 31,
                             .max_depth = INT64_MAX,
                             .min_samples_leaf = 1,
                             .min_hessian = 1e-3,
                             .learning_rate = 1,
                             .max_features = 1,
                             .feature_fraction = 1,
                             .max_cat_to_onehot = 4,
                             .max_cat_threshold = 32,
                             .cat_smooth = 10,
                             .cat_l2 = 10,
                             .min_data_per_group = 100};
}

#endif
