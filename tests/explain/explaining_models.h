/* Explanations of made-up people (composing.h) through the public function. */
#ifndef MLCI_EXPLAINING_MODELS_H
#define MLCI_EXPLAINING_MODELS_H

#include "check_suite.h"
#include "compose/composing.h"

static inline mlc_dataset *explain_against(const mlc_model *model, const mlc_dataset *rows,
                                           const mlc_dataset *background, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_model_explain(NULL, model, rows, background, settings, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", settings == NULL ? "" : settings, err.message);
    return out;
}

static inline mlc_dataset *explain_rows_of(const mlc_model *model, const mlc_dataset *rows,
                                           const char *settings)
{
    return explain_against(model, rows, NULL, settings);
}

/* Component k of a vector column, or the cell of any other. */
static inline double explained(const mlc_dataset *d, const char *column, int64_t row, int64_t k)
{
    const int32_t f = mlc_dataset_find(d, column);
    ck_assert_msg(f >= 0, "no column %s", column);
    const int64_t width = mlc_dataset_column_width(d, f), n = width * mlc_dataset_n_rows(d);
    double *const all = malloc((size_t)n * sizeof *all);
    ck_assert_int_eq(mlc_dataset_copy_real(d, column, all, n, NULL), MLC_OK);
    const double value = all[row * width + k];
    free(all);
    return value;
}

static inline double explained_sum(const mlc_dataset *d, const char *column, int64_t row)
{
    const int64_t width = mlc_dataset_column_width(d, mlc_dataset_find(d, column));
    double sum = 0;
    for (int64_t k = 0; k < width; k++)
        sum += explained(d, column, row, k);
    return sum;
}

static inline void assert_component(const mlc_dataset *d, const char *column, int64_t k,
                                    const char *wanted)
{
    const int32_t f = mlc_dataset_find(d, column);
    ck_assert_int_ge(f, 0);
    ck_assert_str_eq(mlc_dataset_component_name(d, f, k), wanted);
}

#endif
