/* Everything long that the library does, as one kind of thing: an operation takes a subject (rows,
 * a recipe, what it gave when fitted) and a context, and leaves its result as bytes, so that tests
 * can stop it anywhere, run it again and compare. Results are turned to bytes without the context,
 * outside of what is being stopped; not at all where out is NULL. */
#ifndef MLCI_OPERATIONS_H
#define MLCI_OPERATIONS_H

#include <mlcore/mlcore.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "conformance/conformance.h"
#include "registry.h"

typedef struct subject {
    const char *name;
    mlc_dataset *rows;
    mlc_model *recipe;
    mlc_model *model; /* fitted */
    mlc_dataset *predicted;
    mlc_buffer *artifact;
    mlc_buffer *csv;
    const char *csv_path; /* the same text in a file */
    const char *word;     /* a table, a splitter, a metric */
} subject;

typedef mlc_status (*operation_fn)(mlc_context *ctx, const subject *s, mlc_buffer **out,
                                   mlc_error *err);

typedef struct operation {
    const char *name;
    operation_fn run;
} operation;

/* The bytes of a dataset; takes it. */
static mlc_status dataset_bytes(mlc_status status, mlc_dataset *dataset, mlc_buffer **out,
                                mlc_error *err)
{
    if (status == MLC_OK && out != NULL)
        status = mlc_dataset_format(dataset, "format=csv", out, err);
    mlc_dataset_free(dataset);
    return status;
}

static mlc_status run_fit(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_model *model = NULL;
    mlc_status status = mlc_model_fit(ctx, s->recipe, s->rows, NULL, &model, err);
    if (status != MLC_OK) ck_assert_ptr_null(model);
    if (status == MLC_OK && out != NULL) {
        status = mlc_model_save_memory(NULL, model, NULL, out, err);
    }
    mlc_model_free(model);
    return status;
}

static mlc_status run_predict(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *predicted = NULL;
    const mlc_status status = mlc_model_predict(ctx, s->model, s->rows, NULL, &predicted, err);
    if (status != MLC_OK) ck_assert_ptr_null(predicted);
    return dataset_bytes(status, predicted, out, err);
}

static mlc_status run_evaluate(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *report = NULL;
    char settings[128];
    snprintf(settings, sizeof settings, "metrics=%s", s->word);
    const mlc_status status =
        mlc_model_evaluate(ctx, s->model, s->rows, s->word != NULL ? settings : NULL, &report, err);
    return dataset_bytes(status, report, out, err);
}

static mlc_status run_save(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_buffer *bytes = NULL;
    const mlc_status status = mlc_model_save_memory(ctx, s->model, NULL, &bytes, err);
    if (status == MLC_OK && out != NULL) *out = mlc_buffer_ref(bytes);
    mlc_buffer_free(bytes);
    return status;
}

static mlc_status run_load(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_model *model = NULL;
    mlc_status status = mlc_model_load_memory(ctx, mlc_buffer_data(s->artifact),
                                              mlc_buffer_size(s->artifact), NULL, &model, err);
    if (status != MLC_OK) ck_assert_ptr_null(model);
    if (status == MLC_OK && out != NULL) {
        status = mlc_model_save_memory(NULL, model, NULL, out, err);
    }
    mlc_model_free(model);
    return status;
}

static mlc_status run_table(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *table = NULL;
    const mlc_status status = mlc_model_table(ctx, s->model, s->word, &table, err);
    return dataset_bytes(status, table, out, err);
}

static mlc_status run_parse_csv(mlc_context *ctx, const subject *s, mlc_buffer **out,
                                mlc_error *err)
{
    mlc_dataset *dataset = NULL;
    const mlc_status status = mlc_dataset_parse_csv(ctx, mlc_buffer_data(s->csv),
                                                    mlc_buffer_size(s->csv), NULL, &dataset, err);
    return dataset_bytes(status, dataset, out, err);
}

static mlc_status run_read_csv(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *dataset = NULL;
    const mlc_status status = mlc_dataset_read_csv(ctx, s->csv_path, NULL, &dataset, err);
    return dataset_bytes(status, dataset, out, err);
}

static mlc_status run_describe(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *profile = NULL;
    const mlc_status status = mlc_dataset_describe(ctx, s->rows, &profile, err);
    return dataset_bytes(status, profile, out, err);
}

static mlc_status run_split(mlc_context *ctx, const subject *s, mlc_buffer **out, mlc_error *err)
{
    mlc_dataset *folds = NULL;
    const mlc_status status = mlc_dataset_split(ctx, s->rows, s->word, &folds, err);
    return dataset_bytes(status, folds, out, err);
}

static const operation model_operations[] = {
    {"fit", run_fit},   {"predict", run_predict}, {"evaluate", run_evaluate},
    {"save", run_save}, {"load", run_load},
};
#define N_MODEL_OPERATIONS ((int)(sizeof model_operations / sizeof model_operations[0]))

static const operation data_operations[] = {
    {"parse csv", run_parse_csv},
    {"read csv", run_read_csv},
    {"describe", run_describe},
};
#define N_DATA_OPERATIONS ((int)(sizeof data_operations / sizeof data_operations[0]))

/* A component with rows to learn from, fitted; 0 when it is none that can be. */
static int subject_open(subject *s, const mlci_descriptor *d, int64_t n_rows)
{
    rows_options o = {.n_rows = n_rows};
    mlc_error err;
    *s = (subject){.name = d->name, .recipe = conformance_model(NULL, d, &o)};
    if (s->recipe == NULL) return 0;
    if (d->capabilities & MLCI_CAN_CLUSTER) o.regression = 0; /* to be evaluated against classes */
    s->rows = conformance_rows(&o);
    s->model = conformance_fit(NULL, d, s->recipe, s->rows);
    s->artifact = conformance_bytes(s->model);
    const mlc_status status = mlc_model_predict(NULL, s->model, s->rows, NULL, &s->predicted, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", d->name, err.message);
    return 1;
}

/* The rows alone, as text and with every role that a splitter asks for. */
static void subject_open_data(subject *s, int64_t n_rows)
{
    const rows_options o = {.n_rows = n_rows};
    mlc_error err;
    *s = (subject){.name = "data"};
    mlc_dataset *plain = conformance_rows(&o);
    mlc_status status = mlc_dataset_format(plain, "format=csv", &s->csv, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    status = mlc_dataset_with_roles(NULL, plain, "group=c key=b fold=color", &s->rows, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlc_dataset_free(plain);
}

static void subject_close(subject *s)
{
    mlc_buffer_free(s->csv);
    mlc_buffer_free(s->artifact);
    mlc_dataset_free(s->predicted);
    mlc_model_free(s->model);
    mlc_dataset_free(s->rows);
    mlc_model_free(s->recipe);
}

#endif
