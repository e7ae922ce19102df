/* Real data sets for tests of models: fit on some rows, predict others. */
#ifndef MLCI_TEST_REAL_DATA_H
#define MLCI_TEST_REAL_DATA_H

#include "boosting.h"

#include <stdio.h>

/* Rows of a file of tests/data, seen through features that were fitted on the training rows. */
typedef struct test_rows {
    mlci_matrix *x;
    mlci_target *y;
} test_rows;

typedef struct test_real {
    mlc_context *ctx;
    mlc_context local, *call;
    mlc_dataset *data;
    mlci_features *features;
    test_rows train, test;
    const double *weight; /* of the training rows; NULL: none */
    int32_t are_bounds;   /* two targets are the bounds of a time */
} test_real;

static inline void test_real_open(test_real *r, const char *file, const char *settings)
{
    char path[512];
    mlc_error err;
    memset(r, 0, sizeof *r);
    snprintf(path, sizeof path, "%s/%s", getenv("MLC_TEST_DATA"), file);
    r->ctx = test_root(0, NULL);
    const mlc_status status = mlc_dataset_read_csv(NULL, path, settings, &r->data, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(mlci_call_begin(r->ctx, &r->local, MLCI_FIT, &r->call, NULL), MLC_OK);
}

static inline void test_rows_close(test_rows *rows)
{
    if (rows->x != NULL) mlci_matrix_close(rows->x);
    mlci_target_free(rows->y);
    memset(rows, 0, sizeof *rows);
}

static inline void test_real_close(test_real *r)
{
    test_rows_close(&r->train);
    test_rows_close(&r->test);
    mlci_features_unref(r->features);
    mlc_dataset_free(r->data);
    mlci_call_end(r->call);
    mlc_context_close(r->ctx);
}

static inline void test_rows_open(test_real *r, const mlc_dataset *data,
                                  const mlci_classes *classes, int32_t is_class, test_rows *out)
{
    mlc_dataset *whole = NULL;
    ck_assert_int_eq(mlci_dataset_contiguous(r->call, data, &whole, NULL), MLC_OK);
    if (r->features == NULL)
        ck_assert_int_eq(mlci_features_fit(r->call, whole, "m",
                                           MLCI_CAN_CATEGORY | MLCI_CAN_MISSING, &r->features,
                                           NULL),
                         MLC_OK);
    ck_assert_int_eq(mlci_matrix_open(r->call, r->features, whole, &out->x, NULL), MLC_OK);
    if (is_class)
        ck_assert_int_eq(mlci_target_classes(r->call, whole, classes, &out->y, NULL), MLC_OK);
    else
        ck_assert_int_eq((r->are_bounds ? mlci_target_bounds : mlci_target_numbers)(r->call, whole,
                                                                                    &out->y, NULL),
                         MLC_OK);
    mlc_dataset_free(whole);
}

/* Training rows are those with in_test[i] == 0. */
static inline void test_real_divide(test_real *r, const uint8_t *in_test, int32_t is_class)
{
    const int64_t n = mlc_dataset_n_rows(r->data);
    int64_t *const rows = calloc((size_t)n, sizeof *rows);
    test_rows_close(&r->train);
    test_rows_close(&r->test);
    mlci_features_unref(r->features);
    r->features = NULL;
    for (uint8_t part = 0; part < 2; part++) {
        mlc_dataset *some = NULL;
        int64_t m = 0;
        for (int64_t i = 0; i < n; i++)
            if (in_test[i] == part) rows[m++] = i;
        ck_assert_int_eq(mlc_dataset_rows(NULL, r->data, rows, 0, m, &some, NULL), MLC_OK);
        test_rows_open(r, some, part == 0 || !is_class ? NULL : r->train.y->classes, is_class,
                       part == 0 ? &r->train : &r->test);
        mlc_dataset_free(some);
    }
    free(rows);
}

/* Fits on the training rows and gives one output of the test rows; free() it. */
static inline double *test_real_predict(test_real *r, const mlci_model_descriptor *model,
                                        const char *settings, int32_t output)
{
    const int64_t n = r->test.x->n_rows, n_features = r->test.x->n_features;
    double params[128] = {0}; /* room for any parameters, aligned */
    void *state = NULL;
    mlc_error err;
    ck_assert_int_le(model->base.params_size, (int64_t)sizeof params);
    ck_assert_int_eq(mlci_params_from_text(NULL, model->base.name, model->base.params, NULL,
                                           settings, params, NULL),
                     MLC_OK);
    const mlci_model_fit fit = {
        .call = r->call, .params = params, .x = r->train.x, .y = r->train.y, .weight = r->weight};
    const mlc_status status = model->fit(&fit, &state, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    const int64_t width = model->n_outputs(params, state, output);
    double *const out = calloc((size_t)(n * width), sizeof *out);
    double *const x = calloc((size_t)(MLCI_BLOCK_ROWS * n_features), sizeof *x);
    double *const scratch =
        mlci_alloc(NULL, model->scratch_size(params, state, MLCI_BLOCK_ROWS), sizeof *scratch);
    for (int64_t i = 0; i < n; i += MLCI_BLOCK_ROWS) {
        const int64_t m = n - i < MLCI_BLOCK_ROWS ? n - i : MLCI_BLOCK_ROWS;
        mlci_matrix_block(r->test.x, i, m, x, n_features);
        const mlci_model_predict predict = {.isa = mlci_root_isa(mlci_context_root(r->ctx)),
                                            .output = output,
                                            .params = params,
                                            .state = state,
                                            .x = x,
                                            .n_rows = m,
                                            .out = out + i * width,
                                            .scratch = scratch};
        model->predict(&predict);
    }
    free(x);
    mlci_free(scratch);
    model->free_state(state);
    mlci_params_clear(model->base.params, params);
    return out;
}

#endif
