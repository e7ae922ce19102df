/* Copies columns of the matrices of a fit: 8 bytes a row and feature. A few features at a time,
 * since a matrix of rows or of sparse rows is read through for each lot. */
#include "number_columns.h"

#define LOT 8

typedef struct copy_work {
    const mlci_matrix *x;
    const int64_t *position; /* of the rows of x; NULL: first + the same */
    int64_t first;
    mlci_number_columns *columns;
    double *memory; /* LOT columns a slot */
} copy_work;

static mlc_status copy_lot(void *arg, int64_t lot, int32_t slot, mlc_error *err)
{
    const copy_work *const w = arg;
    const int64_t n_features = w->columns->n_features, n = w->x->n_rows, from = lot * LOT;
    const int64_t end = from + LOT < n_features ? from + LOT : n_features;
    double *const memory = w->memory + slot * LOT * n;
    int is_wanted = 0;
    for (int64_t j = from; j < end; j++)
        is_wanted |= w->columns->values[j] != NULL;
    if (!is_wanted) return MLC_OK;
    mlci_matrix_columns(w->x, from, end - from, memory);
    for (int64_t j = from; j < end; j++) {
        const double *const column = memory + (j - from) * n;
        double *const to = w->columns->values[j];
        for (int64_t i = 0; to != NULL && i < n; i++)
            to[w->position == NULL ? w->first + i : w->position[i]] = column[i];
    }
    return MLC_OK;
}

static mlc_status copy_matrix(mlc_context *call, const mlci_matrix *x, const int64_t *position,
                              int64_t first, mlci_number_columns *columns, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = mlci_n_slots(call) * LOT;
    copy_work w = {.x = x, .position = position, .first = first, .columns = columns};
    w.memory = mlci_alloc_raw(root, n, x->n_rows * (int64_t)sizeof *w.memory);
    if (w.memory == NULL) return mlci_fail_memory(err, n, x->n_rows * (int64_t)sizeof *w.memory);
    const mlc_status status =
        mlci_parallel_for(call, (columns->n_features + LOT - 1) / LOT, copy_lot, &w, err);
    mlci_free(w.memory);
    return status;
}

static mlc_status fill(const mlci_model_fit *fit, const mlci_boost_data *data,
                       const uint8_t *wanted, mlci_number_columns *columns, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    columns->n_features = fit->x->n_features;
    columns->n_rows = data->n_rows;
    columns->values = mlci_alloc(root, columns->n_features, sizeof *columns->values);
    if (columns->values == NULL)
        return mlci_fail_memory(err, columns->n_features, sizeof *columns->values);
    for (int64_t j = 0; j < columns->n_features; j++) {
        if (!wanted[j]) continue;
        columns->values[j] = mlci_alloc_raw(root, data->n_rows, sizeof **columns->values);
        if (columns->values[j] == NULL)
            return mlci_fail_memory(err, data->n_rows, sizeof **columns->values);
    }
    MLCI_TRY(copy_matrix(fit->call, fit->x, data->position, 0, columns, err));
    if (fit->valid_x == NULL) return MLC_OK;
    return copy_matrix(fit->call, fit->valid_x, NULL, fit->x->n_rows, columns, err);
}

mlc_status mlci_number_columns_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                      const uint8_t *wanted, mlci_number_columns **out,
                                      mlc_error *err)
{
    mlci_number_columns *const columns =
        mlci_alloc(mlci_context_root(fit->call), 1, sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, 1, sizeof *columns);
    const mlc_status status = fill(fit, data, wanted, columns, err);
    if (status != MLC_OK) {
        mlci_number_columns_free(columns);
        return status;
    }
    *out = columns;
    return MLC_OK;
}

void mlci_number_columns_free(mlci_number_columns *columns)
{
    if (columns == NULL) return;
    for (int64_t j = 0; columns->values != NULL && j < columns->n_features; j++)
        mlci_free(columns->values[j]);
    mlci_free(columns->values);
    mlci_free(columns);
}
