/* Adding weights: the column belongs to what the dataset is a view of, so that the view stays one.
 */
#include "weighting.h"

#include <math.h>
#include <string.h>

#include "error.h"

mlc_status mlci_weighting_so_far(mlc_context *call, const mlc_dataset *dataset, double **out,
                                 mlc_error *err)
{
    const int64_t n = dataset->n_rows;
    int32_t field = -1;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_WEIGHT, &field, err));
    double *const weight = mlci_alloc_raw(call->root, n, (int64_t)sizeof *weight);
    if (weight == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *weight);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        weight[i] = 1;
        status = mlci_poll_row(call, i, err);
        if (field < 0) continue;
        const mlci_field *const from = &dataset->fields[field];
        mlci_column_reals(from->column, mlci_dataset_source_row(dataset, i), 1, &weight[i], 1);
        if (weight[i] >= 0 && isfinite(weight[i])) continue;
        status = mlci_fail(err, MLC_ERROR_DATA, from->name,
                           "row %lld of column '%s' is no weight: weights must be finite and at "
                           "least 0",
                           (long long)i, from->name);
    }
    if (status != MLC_OK) {
        mlci_free(weight);
        return status;
    }
    *out = weight;
    return MLC_OK;
}

static mlc_status with_column(const mlc_dataset *dataset, const char *name, mlci_column *column,
                              mlc_dataset **out, mlc_error *err)
{
    const int32_t n = dataset->n_fields;
    mlci_field *const fields = mlci_alloc(dataset->root, (int64_t)n + 1, (int64_t)sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, (int64_t)n + 1, (int64_t)sizeof *fields);
    for (int32_t j = 0; j < n; j++) {
        fields[j] = dataset->fields[j];
        if (fields[j].role == MLCI_ROLE_WEIGHT) fields[j].role = MLCI_ROLE_IGNORE;
    }
    fields[n] = (mlci_field){(char *)name, MLCI_ROLE_WEIGHT, column};
    const mlc_status status = mlci_dataset_with_fields(dataset, n + 1, fields, out, err);
    mlci_free(fields);
    return status;
}

mlc_status mlci_weighting_add(mlc_context *call, const mlc_dataset *dataset, const char *name,
                              const double *weight, mlc_dataset **out, mlc_error *err)
{
    mlci_column *column = NULL;
    if (mlci_dataset_find(dataset, name) >= 0) {
        return mlci_fail(
            err, MLC_ERROR_COLUMN, name,
            "there is a column '%s' already: give the weights another one with name=", name);
    }
    MLCI_TRY(mlci_column_create(call->root, MLC_TYPE_FLOAT64, dataset->n_source_rows, 1, 0, &column,
                                err));
    double *const values = mlci_column_data(column);
    for (int64_t i = 0; i < dataset->n_rows; i++)
        values[mlci_dataset_source_row(dataset, i)] = weight[i];
    const mlc_status status = with_column(dataset, name, column, out, err);
    mlci_column_unref(column);
    return status;
}
