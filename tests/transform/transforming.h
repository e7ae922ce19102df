/* Transforms in tests: fitted from their text, applied, and served in a pipeline. */
#ifndef MLCI_TRANSFORMING_H
#define MLCI_TRANSFORMING_H

#include <mlcore/mlcore.h>

#include "conformance/predictor_row.h"
#include "data/making.h"

static inline mlc_transform *transforming_fit(const char *recipe, const mlc_dataset *train)
{
    mlc_transform *parsed = NULL, *fitted = NULL;
    mlc_error err = {0};
    mlc_status status = mlc_transform_parse(NULL, recipe, &parsed, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    status = mlc_transform_fit(NULL, parsed, train, &fitted, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    mlc_transform_free(parsed);
    return fitted;
}

static inline mlc_dataset *transforming_apply(const mlc_transform *fitted, const mlc_dataset *rows)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_transform_apply(NULL, fitted, rows, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return out;
}

/* Fits on rows and applies to the same rows. */
static inline mlc_dataset *transforming_both(const char *recipe, const mlc_dataset *rows)
{
    mlc_transform *fitted = transforming_fit(recipe, rows);
    mlc_dataset *out = transforming_apply(fitted, rows);
    mlc_transform_free(fitted);
    return out;
}

static inline mlc_dataset *transforming_table(const mlc_transform *fitted, const char *name)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_transform_table(NULL, fitted, name, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return out;
}

/* Fitting fails with that status and words. */
static inline void transforming_fit_fails(const char *recipe, const mlc_dataset *train,
                                          mlc_status wanted, const char *says)
{
    mlc_transform *parsed = NULL, *fitted = NULL;
    mlc_error err = {0};
    mlc_status status = mlc_transform_parse(NULL, recipe, &parsed, &err);
    if (status == MLC_OK) status = mlc_transform_fit(NULL, parsed, train, &fitted, &err);
    ck_assert_ptr_null(fitted);
    mlc_transform_free(parsed);
    ck_assert_msg(status == wanted, "%s: status %d: %s", recipe, (int)status, err.message);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s: %s", recipe, err.message);
}

static inline void transforming_apply_fails(const mlc_transform *fitted, const mlc_dataset *rows,
                                            mlc_status wanted, const char *says)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_transform_apply(NULL, fitted, rows, &out, &err), wanted);
    ck_assert_ptr_null(out);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

static inline void transforming_close(const mlc_dataset *data, const char *column, int64_t row,
                                      double wanted)
{
    const double got = making_cell(data, column, row);
    if (isnan(wanted)) {
        ck_assert_msg(isnan(got), "%s, row %lld: %.17g", column, (long long)row, got);
        return;
    }
    /* two roundings more or less than the other implementation */
    ck_assert_msg(fabs(got - wanted) <= 4e-15 * (1 + fabs(wanted)), "%s, row %lld: %.17g != %.17g",
                  column, (long long)row, got, wanted);
}

static inline mlc_model *transforming_model(const char *recipe, const mlc_dataset *train)
{
    mlc_model *parsed = NULL, *fitted = NULL;
    mlc_error err = {0};
    mlc_status status = mlc_model_parse(NULL, recipe, &parsed, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    status = mlc_model_fit(NULL, parsed, train, NULL, &fitted, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", recipe, err.message);
    mlc_model_free(parsed);
    return fitted;
}

/* A model saved, loaded and saved again has the same bytes; returns the loaded one. */
static inline mlc_model *transforming_reload(const mlc_model *model)
{
    mlc_buffer *first = NULL, *second = NULL;
    mlc_model *loaded = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_save_memory(NULL, model, NULL, &first, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_msg(mlc_model_load_memory(NULL, mlc_buffer_data(first), mlc_buffer_size(first), NULL,
                                        &loaded, &err) == MLC_OK,
                  "%s", err.message);
    ck_assert_msg(mlc_model_save_memory(NULL, loaded, NULL, &second, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_buffer_size(first), mlc_buffer_size(second));
    ck_assert(memcmp(mlc_buffer_data(first), mlc_buffer_data(second),
                     (size_t)mlc_buffer_size(first)) == 0);
    mlc_buffer_free(first);
    mlc_buffer_free(second);
    return loaded;
}

/* The model gives each row alone the bits that it has in a batch, also after save and load. */
static inline void transforming_serves(const char *recipe, const mlc_dataset *train)
{
    mlc_model *model = transforming_model(recipe, train);
    mlc_model *loaded = transforming_reload(model);
    compare_predictor(recipe, model, train);
    compare_predictor(recipe, loaded, train);
    mlc_model_free(loaded);
    mlc_model_free(model);
}

#endif
