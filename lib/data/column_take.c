/* Chosen rows of a column as a column of its own. A row number of -1 gives a missing row, which
 * is how joins and folds leave gaps. */
#include "column.h"

#include <string.h>

#include "checked.h"
#include "context_impl.h"

/* Row i of what is taken, or -1. */
static int64_t source(const int64_t *rows, int64_t first, int64_t i)
{
    return rows != NULL ? rows[i] : first + i;
}

static int64_t value_size(int32_t type)
{
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_CATEGORY ? 4 : 8;
}

static void take_bits(const mlci_column *c, const int64_t *rows, int64_t first, mlci_column *to)
{
    const uint8_t *const from = c->values;
    uint8_t *const bits = mlci_column_data(to);
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row < 0 || (from[row >> 3] >> (row & 7) & 1) == 0) continue;
        bits[i >> 3] = (uint8_t)(bits[i >> 3] | 1U << (i & 7));
    }
}

static void take_values(const mlci_column *c, const int64_t *rows, int64_t first, mlci_column *to)
{
    const size_t size = (size_t)value_size(c->type);
    if (rows == NULL) {
        memcpy(mlci_column_data(to), (const char *)c->values + (size_t)first * size,
               (size_t)to->n_rows * size);
    } else if (size == 4) {
        uint32_t *const out = mlci_column_data(to);
        const uint32_t *const in = c->values;
        for (int64_t i = 0; i < to->n_rows; i++)
            out[i] = rows[i] < 0 ? 0 : in[rows[i]];
    } else {
        uint64_t *const out = mlci_column_data(to);
        const uint64_t *const in = c->values;
        for (int64_t i = 0; i < to->n_rows; i++)
            out[i] = rows[i] < 0 ? 0 : in[rows[i]];
    }
}

static void take_dense(const mlci_column *c, const int64_t *rows, int64_t first, mlci_column *to)
{
    const size_t size = (size_t)c->width * sizeof(double);
    const double *const in = c->values;
    double *const out = mlci_column_data(to);
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row >= 0) memcpy(out + i * c->width, in + row * c->row_stride, size);
    }
}

/* Bits of rows that are there; none when every row is. */
static mlc_status take_valid(const mlci_column *c, const int64_t *rows, int64_t first,
                             mlci_column *to, mlc_error *err)
{
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        if (row >= 0 && mlci_column_is_valid(c, row)) continue;
        MLCI_TRY(mlci_column_add_valid(to, err));
        mlci_column_set_missing(to, i);
    }
    return MLC_OK;
}

static mlc_status take_text(const mlci_column *c, const int64_t *rows, int64_t first,
                            mlci_column *to, mlc_error *err)
{
    int64_t *const offsets = (int64_t *)to->offsets;
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t row = source(rows, first, i);
        const int64_t length = row < 0 ? 0 : c->offsets[row + 1] - c->offsets[row];
        if (!mlci_add_size(offsets[i], length, &offsets[i + 1])) {
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a text column has too many bytes");
        }
    }
    char *const bytes = mlci_alloc_raw(to->root, offsets[to->n_rows], 1);
    if (bytes == NULL) return mlci_fail_memory(err, offsets[to->n_rows], 1);
    mlci_free((void *)to->values);
    to->values = bytes;
    for (int64_t i = 0; i < to->n_rows; i++) {
        const int64_t length = offsets[i + 1] - offsets[i];
        if (length == 0) continue;
        memcpy(bytes + offsets[i], (const char *)c->values + c->offsets[source(rows, first, i)],
               (size_t)length);
    }
    return MLC_OK;
}

static mlc_status take_sparse(const mlci_column *c, const int64_t *rows, int64_t first, int64_t n,
                              mlci_column **out, mlc_error *err)
{
    int64_t *const offsets = mlci_alloc(c->root, n + 1, sizeof *offsets);
    if (offsets == NULL) return mlci_fail_memory(err, n + 1, sizeof *offsets);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = source(rows, first, i);
        const int64_t count = row < 0 ? 0 : c->offsets[row + 1] - c->offsets[row];
        if (!mlci_add_size(offsets[i], count, &offsets[i + 1])) {
            mlci_free(offsets);
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a sparse column has too many values");
        }
    }
    int32_t *const indices = mlci_alloc_raw(c->root, offsets[n], sizeof *indices);
    double *const values = mlci_alloc_raw(c->root, offsets[n], sizeof *values);
    if (indices == NULL || values == NULL) {
        const int64_t count = offsets[n];
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, count, sizeof *values);
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t count = offsets[i + 1] - offsets[i];
        if (count == 0) continue;
        const int64_t from = c->offsets[source(rows, first, i)];
        memcpy(indices + offsets[i], c->indices + from, (size_t)count * sizeof *indices);
        memcpy(values + offsets[i], (const double *)c->values + from,
               (size_t)count * sizeof *values);
    }
    return mlci_column_create_sparse(c->root, n, c->width, offsets, indices, values, out, err);
}

mlc_status mlci_column_take(const mlci_column *column, const int64_t *rows, int64_t first,
                            int64_t n, mlci_column **out, mlc_error *err)
{
    const mlci_column *const c = column;
    if (rows == NULL && first == 0 && n == c->n_rows) {
        *out = mlci_column_ref(c);
        return MLC_OK;
    }
    mlci_column *to = NULL;
    mlc_status status = MLC_OK;
    if (c->indices != NULL) {
        status = take_sparse(c, rows, first, n, &to, err);
    } else {
        status = mlci_column_create(c->root, c->type, n, c->width, 0, &to, err);
    }
    if (status != MLC_OK) return status;
    to->dictionary = mlci_dictionary_ref(c->dictionary);
    if (c->type == MLC_TYPE_TEXT) {
        status = take_text(c, rows, first, to, err);
    } else if (c->type == MLC_TYPE_BOOL) {
        take_bits(c, rows, first, to);
    } else if (c->type != MLC_TYPE_VECTOR) {
        take_values(c, rows, first, to);
    } else if (c->indices == NULL) {
        take_dense(c, rows, first, to);
    }
    if (status == MLC_OK && (rows != NULL || c->n_missing > 0)) {
        status = take_valid(c, rows, first, to, err);
    }
    if (status == MLC_OK) {
        status = mlci_column_set_components(to, (const char *const *)c->components, err);
    }
    if (status != MLC_OK) {
        mlci_column_unref(to);
        return status;
    }
    *out = to;
    return MLC_OK;
}
