/* Rows are numbered column by column: the number so far and the number of the value in the next
 * column make a key of 64 bits, and the keys are sorted and numbered again. O(n) a column. */
#include "row_numbers.h"

#include <string.h>

#include "cell.h"
#include "order.h"

typedef struct numbering {
    mlc_context *call;
    const mlc_dataset *dataset;
    int32_t *numbers, *values; /* n_rows each */
    mlci_order_key *keys;      /* 2 n_rows */
} numbering;

static mlc_status add_values(numbering *n, mlc_error *err)
{
    const int64_t n_rows = n->dataset->n_rows;
    for (int64_t i = 0; i < n_rows; i++) {
        const uint64_t value = (uint32_t)(n->values[i] + 1);
        n->keys[i] = (mlci_order_key){(uint64_t)(uint32_t)n->numbers[i] << 32 | value, i};
    }
    MLCI_TRY(mlci_order_sort(n->call, n->keys, n->keys + n_rows, n_rows, err));
    int32_t number = -1;
    for (int64_t i = 0; i < n_rows; i++) {
        if (i == 0 || n->keys[i].key != n->keys[i - 1].key) number++;
        n->numbers[n->keys[i].row] = number;
    }
    return MLC_OK;
}

static mlc_status add_column(numbering *n, const mlci_column *column, mlc_error *err)
{
    MLCI_TRY(mlci_order_number(n->call, column, n->values, NULL, err));
    return add_values(n, err);
}

static mlc_status add_component(numbering *n, const mlci_column *vector, int64_t component,
                                mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(n->call->root, MLC_TYPE_FLOAT64, n->dataset->n_rows, 1, 1, &column,
                                err));
    for (int64_t i = 0; i < n->dataset->n_rows; i++) {
        const int64_t row = mlci_dataset_source_row(n->dataset, i);
        if (mlci_column_is_valid(vector, row)) {
            ((double *)mlci_column_data(column))[i] = mlci_cell_component(vector, row, component);
        } else {
            mlci_column_set_missing(column, i);
        }
    }
    const mlc_status status = add_column(n, column, err);
    mlci_column_unref(column);
    return status;
}

static mlc_status add_field(numbering *n, int32_t field, mlc_error *err)
{
    const mlci_column *const whole = n->dataset->fields[field].column;
    if (whole->indices != NULL) {
        return mlci_fail(err, MLC_ERROR_COLUMN, n->dataset->fields[field].name,
                         "column '%s' is a sparse vector: rows are not compared by it",
                         n->dataset->fields[field].name);
    }
    for (int64_t c = 0; whole->type == MLC_TYPE_VECTOR && c < whole->width; c++)
        MLCI_TRY(add_component(n, whole, c, err));
    if (whole->type == MLC_TYPE_VECTOR) return MLC_OK;
    mlci_column *column = NULL;
    MLCI_TRY(mlci_dataset_take_column(n->dataset, field, &column, err));
    const mlc_status status = add_column(n, column, err);
    mlci_column_unref(column);
    return status;
}

mlc_status mlci_rows_number(mlc_context *call, const mlc_dataset *dataset, int32_t n_fields,
                            const int32_t *fields, int32_t *numbers, mlc_error *err)
{
    const int64_t n_rows = dataset->n_rows;
    if (n_rows > INT32_MAX - 1) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than 2^31 rows to compare");
    }
    numbering n = {.call = call, .dataset = dataset, .numbers = numbers};
    n.values = mlci_alloc_raw(call->root, n_rows, sizeof(int32_t));
    n.keys = mlci_alloc_raw(call->root, 2 * n_rows, (int64_t)sizeof *n.keys);
    mlc_status status = MLC_OK;
    if (n.values == NULL || n.keys == NULL) {
        status = mlci_fail_memory(err, 2 * n_rows, (int64_t)sizeof *n.keys);
    }
    if (n_rows > 0) memset(numbers, 0, (size_t)n_rows * sizeof *numbers);
    for (int32_t i = 0; status == MLC_OK && i < n_fields; i++)
        status = add_field(&n, fields[i], err);
    mlci_free(n.keys);
    mlci_free(n.values);
    return status;
}
