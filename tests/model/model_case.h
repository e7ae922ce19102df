/* What tests of models share: columns of a data file as doubles, and a fit straight through a
 * descriptor, with any instruction set and number of threads.
 *
 *     model_case c = {.model = &mlci_model_ridge, .settings = "alpha=2", .x = x, ...};
 *     model_case_fit(&c);            (c.state, c.call; fails the test on an error)
 *     model_case_predict(&c, MLCI_OUTPUT_PREDICTION, out);
 *     model_case_close(&c); */
#ifndef MLCI_MODEL_CASE_H
#define MLCI_MODEL_CASE_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <mlcore/mlcore.h>

#include "check_suite.h"
#include "descriptor.h"
#include "matrix.h"
#include "target.h"

typedef struct model_case {
    const mlci_model_descriptor *model;
    const char *settings;
    const double *x; /* n x p */
    int64_t n, p;
    const double *y; /* n x n_targets; NULL for classes and clusters */
    int64_t n_targets;
    const int32_t *classes; /* n; NULL for numbers and clusters */
    int32_t n_classes;
    const double *weight, *offset;
    const char *isa;     /* NULL: the best there is */
    int32_t n_threads;   /* 0: the default */
    mlci_matrix *matrix; /* given: used instead of x, and left open */

    mlc_context *ctx, *call, local;
    double params[128]; /* room for any parameters, aligned */
    mlci_matrix *own_matrix;
    mlci_classes class_set;
    char *class_names[16], target_name[8];
    mlci_target target;
    void *state;
    mlc_error err;
    char last_log[512];
} model_case;

static inline void model_case_log(void *user, int32_t level, const char *message)
{
    (void)level;
    snprintf(user, sizeof((model_case *)0)->last_log, "%s", message);
}

static inline void model_case_set_target(model_case *c)
{
    static const char *const names[] = {"class 0", "class 1", "class 2", "class 3", "class 4",
                                        "class 5", "class 6", "class 7", "class 8", "class 9"};
    strcpy(c->target_name, "y");
    c->target = (mlci_target){.name = c->target_name,
                              .n_rows = c->n,
                              .value = (double *)(uintptr_t)c->y,
                              .n_outputs = c->n_targets > 0 ? (int32_t)c->n_targets : 1};
    if (c->classes != NULL) {
        for (int32_t k = 0; k < c->n_classes; k++) {
            c->class_names[k] = (char *)(uintptr_t)names[k];
        }
        c->class_set = (mlci_classes){
            .n = c->n_classes, .positive = c->n_classes - 1, .names = c->class_names};
        c->target.classes = &c->class_set;
        c->target.class_of_row = (int32_t *)(uintptr_t)c->classes;
    }
}

/* Everything but the fit. */
static inline void model_case_open(model_case *c)
{
    const mlc_host host = {.size = sizeof host,
                           .isa = c->isa,
                           .n_threads = c->n_threads,
                           .log = model_case_log,
                           .user = c->last_log};
    const mlci_descriptor *const base = &c->model->base;
    ck_assert_int_eq(mlc_context_create(&host, &c->ctx, &c->err), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &c->call, &c->err), MLC_OK);
    ck_assert_int_le(base->params_size, (int64_t)sizeof c->params);
    memset(c->params, 0, sizeof c->params);
    const mlc_status status =
        mlci_params_from_text(mlci_context_root(c->call), base->name, base->params, base->check,
                              c->settings, c->params, &c->err);
    ck_assert_msg(status == MLC_OK, "%s", c->err.message);
    if (c->matrix == NULL) {
        ck_assert_int_eq(
            mlci_matrix_wrap(mlci_context_root(c->call), c->x, c->n, c->p, &c->own_matrix, &c->err),
            MLC_OK);
        c->matrix = c->own_matrix;
    }
    model_case_set_target(c);
}

/* The fit of an open case, whose status the caller looks at. */
static inline mlc_status model_case_try(model_case *c)
{
    const mlci_model_fit fit = {.call = c->call,
                                .params = c->params,
                                .x = c->matrix,
                                .y = c->y == NULL && c->classes == NULL ? NULL : &c->target,
                                .weight = c->weight,
                                .offset = c->offset};
    return c->model->fit(&fit, &c->state, &c->err);
}

static inline void model_case_fit(model_case *c)
{
    model_case_open(c);
    const mlc_status status = model_case_try(c);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : c->err.message);
}

static inline void model_case_close(model_case *c)
{
    c->model->free_state(c->state);
    mlci_matrix_close(c->own_matrix);
    mlci_params_clear(c->model->base.params, c->params);
    mlci_call_end(c->call);
    mlc_context_close(c->ctx);
    c->state = NULL;
    c->own_matrix = NULL;
}

/* Rows first .. first + n of x through predict in blocks of block rows. */
static inline void model_case_predict_rows(const model_case *c, int32_t output, const double *x,
                                           int64_t n, int64_t block, double *out)
{
    const int64_t width = c->model->n_outputs(c->params, c->state, output);
    const int64_t size =
        c->model->scratch_size == NULL ? 0 : c->model->scratch_size(c->params, c->state, block);
    double *const scratch = mlci_alloc(NULL, size, sizeof *scratch);
    for (int64_t i = 0; i < n; i += block) {
        const mlci_model_predict request = {.isa = mlci_root_isa(mlci_context_root(c->call)),
                                            .output = output,
                                            .params = c->params,
                                            .state = c->state,
                                            .x = x + i * c->p,
                                            .n_rows = n - i < block ? n - i : block,
                                            .out = out + i * width,
                                            .scratch = scratch};
        c->model->predict(&request);
    }
    mlci_free(scratch);
}

static inline void model_case_predict(const model_case *c, int32_t output, double *out)
{
    model_case_predict_rows(c, output, c->x, c->n, 64, out);
}

/* A cell of one of the model's tables. */
static inline mlc_dataset *model_case_table(const model_case *c, const char *name)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status =
        c->model->table(c->call, c->params, c->state, name, NULL, c->target.classes, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    return out;
}

static inline double table_real(const mlc_dataset *table, const char *column, int64_t row)
{
    double value = NAN;
    ck_assert_int_eq(mlc_dataset_real(table, column, row, &value, NULL), MLC_OK);
    return value;
}

/* What the model writes, as a block of bytes. */
static inline mlci_writer model_case_save(const model_case *c)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    c->model->save(c->params, c->state, &w);
    ck_assert_int_eq(mlci_writer_status(&w, NULL), MLC_OK);
    return w;
}

/* Fits with each instruction set and 1, 2, 3 and 7 threads; the saved states must be equal byte
 * for byte. An instruction set that this processor lacks is left out. */
static inline void model_case_same_everywhere(const model_case *given)
{
    static const char *const isas[] = {"reference", "avx2", "avx512"};
    static const int32_t threads[] = {1, 2, 3, 7};
    mlci_writer expected = {0};
    for (size_t i = 0; i < sizeof isas / sizeof isas[0]; i++) {
        const mlc_host host = {.size = sizeof host, .isa = isas[i]};
        mlc_context *ctx = NULL;
        if (mlc_context_create(&host, &ctx, NULL) != MLC_OK) continue;
        mlc_context_close(ctx);
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
            model_case c = *given;
            c.isa = isas[i];
            c.n_threads = threads[t];
            model_case_fit(&c);
            mlci_writer w = model_case_save(&c);
            if (expected.data == NULL) {
                expected = w;
            } else {
                ck_assert_int_eq(w.length, expected.length);
                ck_assert_msg(memcmp(w.data, expected.data, (size_t)w.length) == 0,
                              "isa %s with %d threads differs", isas[i], threads[t]);
                mlci_writer_clear(&w);
            }
            model_case_close(&c);
        }
    }
    mlci_writer_clear(&expected);
}

/* Loads what was saved; the predictions must be the same bits. */
static inline void model_case_survives_saving(const model_case *c, int32_t output)
{
    const int64_t width = c->model->n_outputs(c->params, c->state, output);
    double *const before = mlci_alloc(NULL, c->n, width * (int64_t)sizeof *before);
    double *const after = mlci_alloc(NULL, c->n, width * (int64_t)sizeof *after);
    mlci_writer w = model_case_save(c);
    mlci_reader r;
    mlci_reader_init(&r, NULL, "model", w.data, w.length);
    model_case loaded = *c;
    const mlc_status status =
        c->model->load(c->call, c->params, &r, c->p, c->n_classes, &loaded.state, &loaded.err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : loaded.err.message);
    model_case_predict(c, output, before);
    model_case_predict(&loaded, output, after);
    ck_assert_mem_eq(before, after, (size_t)(c->n * width) * sizeof *before);
    c->model->free_state(loaded.state);

    /* Cut anywhere, it is refused. */
    for (int64_t length = 0; length < w.length; length += 1 + w.length / 97) {
        loaded.state = NULL;
        mlci_reader_init(&r, NULL, "model", w.data, length);
        ck_assert_int_ne(
            c->model->load(c->call, c->params, &r, c->p, c->n_classes, &loaded.state, &loaded.err),
            MLC_OK);
        ck_assert_ptr_null(loaded.state);
    }
    mlci_writer_clear(&w);
    mlci_free(before);
    mlci_free(after);
}

/* A row gives the same bits alone, in blocks of 7 and in one of 256. */
static inline void model_case_rows_stand_alone(const model_case *c, int32_t output)
{
    const int64_t width = c->model->n_outputs(c->params, c->state, output);
    const size_t bytes = (size_t)(c->n * width) * sizeof(double);
    double *const alone = malloc(bytes), *const together = malloc(bytes);
    model_case_predict_rows(c, output, c->x, c->n, 1, alone);
    model_case_predict_rows(c, output, c->x, c->n, 7, together);
    ck_assert_mem_eq(alone, together, bytes);
    model_case_predict_rows(c, output, c->x, c->n, MLCI_BLOCK_ROWS, together);
    ck_assert_mem_eq(alone, together, bytes);
    free(alone);
    free(together);
}

/* Everything a model does, in a context whose memory may fail (torture.h): fit, tables, save and
 * load. arg is a model_case whose context is not used. */
static inline mlc_status model_case_live(mlc_context *ctx, void *arg, mlc_error *err)
{
    model_case c = *(const model_case *)arg;
    const mlci_model_descriptor *const model = c.model;
    void *loaded = NULL;
    mlci_writer w;
    mlc_status status = mlci_call_begin(ctx, &c.local, MLCI_FIT, &c.call, err);
    if (status != MLC_OK) return status;
    c.call->n_threads = 1; /* threads that cannot start are no failure */
    mlci_root *const root = mlci_context_root(c.call);
    memset(c.params, 0, sizeof c.params);
    status = mlci_params_from_text(root, model->base.name, model->base.params, model->base.check,
                                   c.settings, c.params, err);
    if (status == MLC_OK) status = mlci_matrix_wrap(root, c.x, c.n, c.p, &c.own_matrix, err);
    c.matrix = c.own_matrix;
    model_case_set_target(&c);
    if (status == MLC_OK) {
        status = model_case_try(&c);
        if (status != MLC_OK) *err = c.err;
    }
    for (int32_t i = 0; status == MLC_OK && model->base.tables[i] != NULL; i++) {
        mlc_dataset *table = NULL;
        status = model->table(c.call, c.params, c.state, model->base.tables[i], NULL,
                              c.target.classes, &table, err);
        mlc_dataset_free(table);
    }
    mlci_writer_init(&w, root);
    if (status == MLC_OK) {
        model->save(c.params, c.state, &w);
        status = mlci_writer_status(&w, err);
    }
    if (status == MLC_OK) {
        mlci_reader r;
        mlci_reader_init(&r, root, "model", w.data, w.length);
        status = model->load(c.call, c.params, &r, c.p, c.n_classes, &loaded, err);
    }
    mlci_writer_clear(&w);
    model->free_state(loaded);
    model->free_state(c.state);
    mlci_matrix_close(c.own_matrix);
    mlci_params_clear(model->base.params, c.params);
    mlci_call_end(c.call);
    return status;
}

/* A cell as a number; `sex=male` is 1 where the text of `sex` is that, else 0. Missing NaN. */
static inline double read_cell(const mlc_dataset *d, const char *column, int64_t row)
{
    const char *const equals = strchr(column, '=');
    if (equals == NULL) return table_real(d, column, row);
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(equals - column), column);
    const char *text = NULL;
    int64_t length = 0;
    ck_assert_int_eq(mlc_dataset_text(d, name, row, &text, &length, NULL), MLC_OK);
    if (text == NULL) return NAN;
    return strlen(equals + 1) == (size_t)length && memcmp(text, equals + 1, (size_t)length) == 0;
}

/* Columns of a file in tests/data, row-major; rows where one is missing are left out. The caller
 * frees. */
static inline double *read_columns(const char *file, const char *const *columns, int64_t p,
                                   int64_t *n)
{
    char path[4096];
    mlc_dataset *d = NULL;
    mlc_error err;
    snprintf(path, sizeof path, "%s/%s", getenv("MLC_TEST_DATA"), file);
    const mlc_status status = mlc_dataset_read_csv(NULL, path, NULL, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    const int64_t n_rows = mlc_dataset_n_rows(d);
    double *const x = malloc((size_t)(n_rows * p) * sizeof *x);
    *n = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        double *const row = x + *n * p;
        int whole = 1;
        for (int64_t j = 0; j < p; j++) {
            row[j] = read_cell(d, columns[j], i);
            whole = whole && !isnan(row[j]);
        }
        *n += whole;
    }
    mlc_dataset_free(d);
    return x;
}

/* The rows as one sparse vector column, in a matrix of their own. */
typedef struct sparse_rows {
    mlc_dataset *data;
    mlci_features *features;
    mlci_matrix *matrix;
    mlc_context *call, local;
} sparse_rows;

static inline void sparse_rows_open(sparse_rows *s, const double *x, int64_t n, int64_t p)
{
    int64_t *const offsets = mlci_alloc(NULL, n + 1, sizeof *offsets);
    int32_t *const indices = mlci_alloc(NULL, n * p, sizeof *indices);
    double *const values = mlci_alloc(NULL, n * p, sizeof *values);
    for (int64_t i = 0; i < n; i++) {
        offsets[i + 1] = offsets[i];
        for (int64_t j = 0; j < p; j++) {
            if (x[i * p + j] == 0) continue;
            indices[offsets[i + 1]] = (int32_t)j;
            values[offsets[i + 1]++] = x[i * p + j];
        }
    }
    mlci_column *column;
    const char *const name = "v";
    ck_assert_int_eq(mlci_call_begin(NULL, &s->local, MLCI_FIT, &s->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_create_sparse(NULL, n, p, offsets, indices, values, &column, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_dataset_create(NULL, 1, &name, &column, NULL, &s->data, NULL), MLC_OK);
    mlci_column_unref(column);
    ck_assert_int_eq(
        mlci_features_fit(s->call, s->data, "test", MLCI_CAN_SPARSE, &s->features, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_open(s->call, s->features, s->data, &s->matrix, NULL), MLC_OK);
    ck_assert_int_eq(s->matrix->is_sparse, 1);
}

static inline void sparse_rows_close(sparse_rows *s)
{
    mlci_matrix_close(s->matrix);
    mlci_features_unref(s->features);
    mlc_dataset_free(s->data);
    mlci_call_end(s->call);
}

/* Columns first .. first + p of x, which has `from`. The caller frees. */
static inline double *take_columns(const double *x, int64_t n, int64_t from, int64_t first,
                                   int64_t p)
{
    double *const out = malloc((size_t)(n * p) * sizeof *out);
    for (int64_t i = 0; i < n; i++) {
        memcpy(out + i * p, x + i * from + first, (size_t)p * sizeof *out);
    }
    return out;
}

#define READ_COLUMNS(file, n, ...)                                                                 \
    read_columns(file, (const char *const[]){__VA_ARGS__},                                         \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), n)

/* The largest difference relative to the largest expected value. */
static inline double relative_difference(const double *got, const double *expected, int64_t n)
{
    double size = 0, difference = 0;
    for (int64_t i = 0; i < n; i++) {
        if (fabs(expected[i]) > size) size = fabs(expected[i]);
        const double d = fabs(got[i] - expected[i]);
        if (!(d <= difference)) difference = d;
    }
    return size > 0 ? difference / size : difference;
}

#endif
