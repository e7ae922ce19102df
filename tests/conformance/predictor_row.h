/* Runs the rows of a dataset through a predictor and compares with mlc_model_predict(). */
#ifndef MLCI_PREDICTOR_ROW_H
#define MLCI_PREDICTOR_ROW_H

#include <math.h>
#include <mlcore/mlcore.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

/* The cell of a dataset as a raw value. */
static mlc_value cell_value(const mlc_dataset *rows, int32_t j, int64_t i)
{
    const char *name = mlc_dataset_column_name(rows, j);
    const int32_t type = mlc_dataset_column_type(rows, j);
    mlc_error err;
    if (type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY) {
        const char *text = NULL;
        int64_t length = 0;
        ck_assert_int_eq(mlc_dataset_text(rows, name, i, &text, &length, &err), MLC_OK);
        if (text == NULL) return (mlc_value){.kind = MLC_MISSING};
        return (mlc_value){.kind = MLC_TEXT, .length = (int32_t)length, .text = text};
    }
    double value = NAN;
    ck_assert_int_eq(mlc_dataset_real(rows, name, i, &value, &err), MLC_OK);
    if (isnan(value)) return (mlc_value){.kind = MLC_MISSING};
    if (type == MLC_TYPE_INT64) return (mlc_value){.kind = MLC_INTEGER, .integer = (int64_t)value};
    return (mlc_value){.kind = MLC_REAL, .real = value};
}

/* The output that is compared: the predictor's own, or raw where that is classes, which come as texts
 * in a batch and as their places alone. */
static const char *compared_output(const char *what, const mlc_model *model,
                                   const mlc_dataset *rows)
{
    mlc_error err;
    mlc_dataset *usual = NULL;
    const mlc_status status = mlc_model_predict(NULL, model, rows, NULL, &usual, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", what, err.message);
    const int32_t place = mlc_dataset_find(usual, "prediction");
    const int is_text = mlc_dataset_column_type(usual, place) == MLC_TYPE_TEXT;
    const int has_probability = mlc_dataset_find(usual, "probability") >= 0;
    mlc_dataset_free(usual);
    return has_probability ? "probability" : is_text ? "raw" : "prediction";
}

static void compare_predictor(const char *what, const mlc_model *model, const mlc_dataset *rows)
{
    mlc_error err;
    mlc_predictor *p = NULL;
    mlc_dataset *batch = NULL;
    const char *const column = compared_output(what, model, rows);
    const int is_usual = strcmp(column, "raw") != 0;
    mlc_status status =
        mlc_predictor_create(NULL, model, is_usual ? NULL : "output=raw", &p, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", what, err.message);
    const char *const settings = strcmp(column, "probability") == 0 ? "output=probability"
                                 : is_usual                         ? NULL
                                                                    : "output=raw";
    status = mlc_model_predict(NULL, model, rows, settings, &batch, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", what, err.message);
    const int32_t n_inputs = mlc_predictor_n_inputs(p), n_out = mlc_predictor_n_outputs(p);
    const int64_t n = mlc_dataset_n_rows(rows);
    double *expected = malloc((size_t)(n * n_out) * sizeof *expected);
    double *out = malloc((size_t)n_out * sizeof *out);
    status = mlc_dataset_copy_real(batch, column, expected, n * n_out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", what, err.message);
    mlc_value *row = calloc((size_t)n_inputs, sizeof *row);
    void *scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(p));
    memset(scratch, 0, 64);
    for (int64_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n_inputs; j++) {
            row[j] = cell_value(rows, mlc_dataset_find(rows, mlc_predictor_input_name(p, j)), i);
        }
        status = mlc_predictor_run(p, row, scratch, out, NULL, &err);
        ck_assert_msg(status == MLC_OK, "%s: %s", what, err.message);
        ck_assert_msg(memcmp(out, expected + i * n_out, (size_t)n_out * sizeof *out) == 0,
                      "%s: row %lld is %.17g alone and %.17g in a batch", what, (long long)i,
                      out[0], expected[i * n_out]);
    }
    free(scratch);
    free(row);
    free(out);
    free(expected);
    mlc_dataset_free(batch);
    mlc_predictor_free(p);
}

#endif
