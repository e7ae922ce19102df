/* Sorting values by way of 64-bit keys: the order of two's complement with the sign bit turned,
 * the order of doubles with all bits of negative ones turned (Herf, "Radix tricks", 2001). Least
 * significant digit first, a byte a pass, passes over bytes that are all equal left out: O(8 n),
 * stable, so ties keep the order of the rows. */
#include "order.h"

#include <math.h>
#include <string.h>

#define SIGN ((uint64_t)1 << 63)
#define FEW 48 /* sorted by insertion sooner than the counters of bytes are cleared */

uint64_t mlci_order_of_real(double value)
{
    if (isnan(value)) return UINT64_MAX;
    const double plain = value == 0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

double mlci_order_real(uint64_t key)
{
    if (key == UINT64_MAX) return (double)NAN;
    const uint64_t bits = (key & SIGN) != 0 ? key ^ SIGN : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

uint64_t mlci_order_of_integer(int64_t value)
{
    return (uint64_t)value ^ SIGN;
}

int64_t mlci_order_integer(uint64_t key)
{
    const uint64_t bits = key ^ SIGN;
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void sort_few(mlci_order_key *keys, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const mlci_order_key moved = keys[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1].key > moved.key; j--)
            keys[j] = keys[j - 1];
        keys[j] = moved;
    }
}

static int is_sorted(const mlci_order_key *keys, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (keys[i - 1].key > keys[i].key) return 0;
    return 1;
}

/* By byte b; counts: how often each of its values occurs. */
static mlc_status sort_by_byte(mlc_context *call, const mlci_order_key *from, mlci_order_key *to,
                               int64_t n, int b, int64_t *counts, mlc_error *err)
{
    int64_t start = 0;
    for (int v = 0; v < 256; v++) {
        const int64_t count = counts[v];
        counts[v] = start;
        start += count;
    }
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        to[counts[from[i].key >> (8 * b) & 255]++] = from[i];
    }
    return MLC_OK;
}

mlc_status mlci_order_sort(mlc_context *call, mlci_order_key *keys, mlci_order_key *scratch,
                           int64_t n, mlc_error *err)
{
    int64_t counts[8][256] = {{0}};
    if (n <= FEW) sort_few(keys, n);
    if (n <= FEW || is_sorted(keys, n)) return MLC_OK;
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        for (int b = 0; b < 8; b++)
            counts[b][keys[i].key >> (8 * b) & 255]++;
    }
    mlci_order_key *from = keys, *to = scratch;
    for (int b = 0; b < 8; b++) {
        if (counts[b][keys[0].key >> (8 * b) & 255] == n) continue;
        MLCI_TRY(sort_by_byte(call, from, to, n, b, counts[b], err));
        mlci_order_key *const swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, (size_t)n * sizeof *keys);
    return MLC_OK;
}

static mlc_status sort_plain_by_byte(mlc_context *call, const uint64_t *from, uint64_t *to,
                                     int64_t n, int b, int64_t *counts, mlc_error *err)
{
    int64_t start = 0;
    for (int v = 0; v < 256; v++) {
        const int64_t count = counts[v];
        counts[v] = start;
        start += count;
    }
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        to[counts[from[i] >> (8 * b) & 255]++] = from[i];
    }
    return MLC_OK;
}

mlc_status mlci_order_sort_plain(mlc_context *call, uint64_t *keys, uint64_t *scratch, int64_t n,
                                 mlc_error *err)
{
    int64_t counts[8][256] = {{0}};
    for (int64_t i = 0; i < n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        for (int b = 0; b < 8; b++)
            counts[b][keys[i] >> (8 * b) & 255]++;
    }
    uint64_t *from = keys, *to = scratch;
    for (int b = 0; b < 8; b++) {
        if (n == 0 || counts[b][keys[0] >> (8 * b) & 255] == n) continue;
        MLCI_TRY(sort_plain_by_byte(call, from, to, n, b, counts[b], err));
        uint64_t *const swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, (size_t)n * sizeof *keys);
    return MLC_OK;
}

int64_t mlci_order_keys(const mlci_column *column, mlci_order_key *keys)
{
    const int64_t *const integers = column->values;
    int64_t n = 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        if (!mlci_column_is_valid(column, i)) continue;
        uint64_t key;
        if (column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) {
            key = mlci_order_of_integer(integers[i]);
        } else if (column->type == MLC_TYPE_CATEGORY) {
            key = mlci_order_of_integer(mlci_column_code(column, i));
        } else {
            double value;
            mlci_column_reals(column, i, 1, &value, 1);
            if (isnan(value)) continue;
            key = mlci_order_of_real(value);
        }
        keys[n++] = (mlci_order_key){key, i};
    }
    return n;
}

static mlc_status number_keys(mlc_context *call, const mlci_column *column, int32_t *out,
                              int32_t *n_values, mlc_error *err)
{
    mlci_order_key *const keys =
        mlci_alloc_raw(column->root, 2 * column->n_rows, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * column->n_rows, (int64_t)sizeof *keys);
    const int64_t n = mlci_order_keys(column, keys);
    const mlc_status status = mlci_order_sort(call, keys, keys + column->n_rows, n, err);
    for (int64_t i = 0; i < column->n_rows; i++)
        out[i] = -1;
    int32_t number = -1;
    for (int64_t i = 0; i < n && number < INT32_MAX; i++) {
        if (i == 0 || keys[i].key != keys[i - 1].key) number++;
        out[keys[i].row] = number;
    }
    mlci_free(keys);
    if (n_values != NULL) *n_values = number + 1;
    return status;
}

mlc_status mlci_order_number(mlc_context *call, const mlci_column *column, int32_t *out,
                             int32_t *n_values, mlc_error *err)
{
    if (column->type == MLC_TYPE_VECTOR || column->n_rows > INT32_MAX - 1) {
        return column->type == MLC_TYPE_VECTOR
                   ? mlci_fail(err, MLC_ERROR_COLUMN, NULL,
                               "a vector column has no single value a row")
                   : mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than 2^31 rows to number");
    }
    if (column->type != MLC_TYPE_TEXT) return number_keys(call, column, out, n_values, err);
    mlci_column *category = NULL;
    MLCI_TRY(mlci_column_to_category(column, &category, err));
    const mlc_status status = number_keys(call, category, out, n_values, err);
    mlci_column_unref(category);
    return status;
}
