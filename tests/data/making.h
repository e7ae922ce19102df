/* Datasets for tests, from arrays in the test: making_real("x", 3, (double[]){1, 2, 3}). */
#ifndef MLCI_MAKING_H
#define MLCI_MAKING_H

#include <math.h>
#include <mlcore/dataset.h>
#include <string.h>

#include "checks.h"
#include "dataset_impl.h"

static inline mlc_array making_array(const char *name, int32_t type, int64_t n, const void *data)
{
    return (mlc_array){.size = sizeof(mlc_array),
                       .name = name,
                       .type = type,
                       .data = data,
                       .n_rows = n,
                       .n_columns = 1};
}

static inline mlc_array making_real(const char *name, int64_t n, const double *values)
{
    return making_array(name, MLC_TYPE_FLOAT64, n, values);
}

static inline mlc_array making_integer(const char *name, int64_t n, const int64_t *values)
{
    return making_array(name, MLC_TYPE_INT64, n, values);
}

/* NULL is missing. */
static inline mlc_array making_text(const char *name, int64_t n, const char *const *texts)
{
    return making_array(name, MLC_TYPE_TEXT, n, texts);
}

static inline mlc_array making_category(const char *name, int64_t n, const char *const *texts)
{
    return making_array(name, MLC_TYPE_CATEGORY, n, texts);
}

static inline mlc_array making_matrix(const char *name, int64_t n, int64_t width,
                                      const double *values)
{
    mlc_array array = making_array(name, MLC_TYPE_FLOAT64, n, values);
    array.n_columns = width;
    return array;
}

static inline mlc_dataset *making_dataset(const mlc_array *arrays, int32_t n, const char *settings)
{
    mlc_dataset *dataset = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_dataset_from_arrays(NULL, arrays, n, settings, &dataset, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return dataset;
}

/* The rows of a dataset as a view. */
static inline mlc_dataset *making_rows(const mlc_dataset *dataset, int64_t n, const int64_t *rows)
{
    mlc_dataset *view = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_dataset_rows(NULL, dataset, rows, 0, n, &view, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return view;
}

static inline double making_cell(const mlc_dataset *dataset, const char *column, int64_t row)
{
    double value = -12345;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_real(dataset, column, row, &value, &err) == MLC_OK, "%s",
                  err.message);
    return value;
}

/* The cell of a text or category column is that text; NULL: missing. */
static inline void making_assert_text(const mlc_dataset *dataset, const char *column, int64_t row,
                                      const char *wanted)
{
    const char *text = "";
    int64_t length = -1;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_text(dataset, column, row, &text, &length, &err) == MLC_OK, "%s",
                  err.message);
    if (wanted == NULL) {
        ck_assert_ptr_null(text);
        return;
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(length, (int64_t)strlen(wanted));
    ck_assert_int_eq(memcmp(text, wanted, (size_t)length), 0);
}

/* The call failed with that status and a message that says this. */
#define making_assert_fails(call, wanted, says)                                                    \
    do {                                                                                           \
        mlc_error making_err = {0};                                                                \
        mlc_error *const err = &making_err;                                                        \
        ck_assert_int_eq((call), (wanted));                                                        \
        ck_assert_msg(strstr(making_err.message, says) != NULL, "message: %s",                     \
                      making_err.message);                                                         \
    } while (0)

#endif
