/* Caller's sparse matrices as vector columns.
 *
 * Entries are dealt to their rows by counting, O(entries + rows + columns), which for CSC also
 * puts them in order. Rows of CSR whose indices do not ascend are sorted by merging, stably, so
 * that entries of one place are added in the order in which they came. */
#include "sparse_arrays.h"

#include <math.h>
#include <string.h>

#include "checked.h"

#define MAX_DENSE ((int64_t)1 << 31) /* values of a column whose absent entries are NaN */

typedef struct entry {
    int32_t index;
    double value;
} entry;

/* Entries by row while they are made. */
typedef struct sparse_rows {
    const mlc_array *a;
    int64_t *offsets; /* n_rows + 1 */
    entry *entries;
    int64_t n;
} sparse_rows;

static mlc_status fail(const mlc_array *a, mlc_status status, const char *why, mlc_error *err)
{
    return mlci_fail(err, status, a->name, "sparse array '%s': %s", a->name, why);
}

static int is_size(int32_t size)
{
    return size == 0 || size == 4 || size == 8;
}

mlc_status mlci_sparse_arrays_check(const mlc_array *a, mlc_error *err)
{
    if (a->sparse != MLC_SPARSE_ROWS && a->sparse != MLC_SPARSE_COLUMNS)
        return fail(a, MLC_ERROR_ARGUMENT, "sparse must be 0 or one of MLC_SPARSE_", err);
    if (!is_size(a->index_size) || !is_size(a->offset_size) || a->absent_is_missing < 0 ||
        a->absent_is_missing > 1)
        return fail(a, MLC_ERROR_ARGUMENT,
                    "index_size and offset_size must be 4 or 8, absent_is_missing 0 or 1", err);
    if (a->n_rows < 0 || a->n_rows > INT64_MAX / 64 || a->n_columns < 1 || a->n_columns > INT32_MAX)
        return fail(a, MLC_ERROR_ARGUMENT, "must have at least 0 rows and 1 to 2147483647 columns",
                    err);
    if (a->offsets == NULL || a->row_stride != 0 || a->column_stride != 0)
        return fail(a, MLC_ERROR_ARGUMENT, "needs offsets, and no strides", err);
    if (a->type != MLC_TYPE_FLOAT64 && a->type != MLC_TYPE_VECTOR && a->type != MLC_TYPE_FLOAT32 &&
        a->type != MLC_TYPE_INT64 && a->type != MLC_TYPE_INT32)
        return fail(a, MLC_ERROR_COLUMN, "entries must be float64, float32, int64 or int32", err);
    return MLC_OK;
}

/* ---- reading -------------------------------------------------------------------------------- */

static int64_t integer_at(const void *integers, int32_t size, int64_t i)
{
    int32_t narrow;
    int64_t wide;
    if (size == 8) {
        memcpy(&wide, (const char *)integers + i * 8, sizeof wide);
        return wide;
    }
    memcpy(&narrow, (const char *)integers + i * 4, sizeof narrow);
    return narrow;
}

static int64_t offset_at(const mlc_array *a, int64_t i)
{
    return integer_at(a->offsets, a->offset_size == 0 ? 8 : a->offset_size, i);
}

static double value_at(const mlc_array *a, int64_t i)
{
    float single;
    double value;
    switch (a->type) {
    case MLC_TYPE_FLOAT32:
        memcpy(&single, (const char *)a->data + i * 4, sizeof single);
        return (double)single;
    case MLC_TYPE_INT32:
        return (double)integer_at(a->data, 4, i);
    case MLC_TYPE_INT64:
        return (double)integer_at(a->data, 8, i);
    default:
        memcpy(&value, (const char *)a->data + i * 8, sizeof value);
        return value;
    }
}

/* Rows of CSR, columns of CSC. */
static int64_t n_lines(const mlc_array *a)
{
    return a->sparse == MLC_SPARSE_ROWS ? a->n_rows : a->n_columns;
}

static mlc_status check_offsets(const mlc_array *a, mlc_error *err)
{
    int64_t last = offset_at(a, 0);
    if (last < 0) return fail(a, MLC_ERROR_DATA, "offsets must not be negative", err);
    for (int64_t i = 1; i <= n_lines(a); i++) {
        const int64_t next = offset_at(a, i);
        if (next < last)
            return mlci_fail(err, MLC_ERROR_DATA, a->name,
                             "sparse array '%s': offset %lld is %lld after %lld: must ascend",
                             a->name, (long long)i, (long long)next, (long long)last);
        last = next;
    }
    if (last > offset_at(a, 0) && (a->data == NULL || a->indices == NULL))
        return fail(a, MLC_ERROR_ARGUMENT, "has entries, but data or indices is NULL", err);
    return MLC_OK;
}

/* The index of entry k, which is in that line. */
static mlc_status read_index(const mlc_array *a, int64_t line, int64_t k, int64_t *out,
                             mlc_error *err)
{
    const int is_rows = a->sparse == MLC_SPARSE_ROWS;
    const int64_t n = is_rows ? a->n_columns : a->n_rows;
    *out = integer_at(a->indices, a->index_size == 0 ? 4 : a->index_size, k);
    if (*out >= 0 && *out < n) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, a->name,
                     "sparse array '%s': index %lld in %s %lld: must be from 0 to %lld", a->name,
                     (long long)*out, is_rows ? "row" : "column", (long long)line + 1,
                     (long long)n - 1);
}

/* offsets[row + 1]: the number of entries of the row, then where they end. */
static mlc_status count_entries(sparse_rows *s, mlc_error *err)
{
    for (int64_t line = 0; line < n_lines(s->a); line++) {
        for (int64_t k = offset_at(s->a, line); k < offset_at(s->a, line + 1); k++) {
            int64_t index = 0;
            MLCI_TRY(read_index(s->a, line, k, &index, err));
            s->offsets[(s->a->sparse == MLC_SPARSE_ROWS ? line : index) + 1]++;
        }
    }
    for (int64_t row = 0; row < s->a->n_rows; row++)
        s->offsets[row + 1] += s->offsets[row];
    s->n = s->offsets[s->a->n_rows];
    return MLC_OK;
}

/* Deals the entries out; offsets move to where the next row begins and are moved back. */
static void deal_entries(const sparse_rows *s)
{
    const mlc_array *const a = s->a;
    for (int64_t line = 0; line < n_lines(a); line++) {
        for (int64_t k = offset_at(a, line); k < offset_at(a, line + 1); k++) {
            int64_t index = 0;
            (void)read_index(a, line, k, &index, NULL); /* it was checked */
            const int is_rows = a->sparse == MLC_SPARSE_ROWS;
            const int64_t at = s->offsets[is_rows ? line : index]++;
            s->entries[at] = (entry){(int32_t)(is_rows ? index : line), value_at(a, k)};
        }
    }
    memmove(s->offsets + 1, s->offsets, (size_t)a->n_rows * sizeof *s->offsets);
    s->offsets[0] = 0;
}

/* ---- order ---------------------------------------------------------------------------------- */

static int is_ascending(const entry *row, int64_t n)
{
    for (int64_t k = 1; k < n; k++) {
        if (row[k].index <= row[k - 1].index) return 0;
    }
    return 1;
}

/* Runs of double the length until there is one; of equal indices the first stays first. */
static void sort_row(entry *row, entry *scratch, int64_t n)
{
    entry *from = row, *to = scratch;
    for (int64_t run = 1; run < n; run *= 2) {
        for (int64_t start = 0; start < n; start += 2 * run) {
            const int64_t middle = start + run < n ? start + run : n;
            const int64_t end = middle + run < n ? middle + run : n;
            int64_t i = start, j = middle;
            for (int64_t k = start; k < end; k++) {
                const int is_left = i < middle && (j == end || from[i].index <= from[j].index);
                to[k] = from[is_left ? i++ : j++];
            }
        }
        entry *const swap = from;
        from = to;
        to = swap;
    }
    if (from != row) memcpy(row, from, (size_t)n * sizeof *row);
}

/* Adds up what has one index; returns how many are left. */
static int64_t add_repeats(entry *row, int64_t n)
{
    int64_t last = 0;
    for (int64_t k = 1; k < n; k++) {
        if (row[k].index == row[last].index) {
            row[last].value += row[k].value;
        } else {
            row[++last] = row[k];
        }
    }
    return last + 1;
}

static mlc_status order_rows(sparse_rows *s, mlci_root *root, mlc_error *err)
{
    int64_t longest = 0, kept = 0, start = 0;
    for (int64_t row = 0; row < s->a->n_rows; row++) {
        const int64_t n = s->offsets[row + 1] - s->offsets[row];
        if (n > longest && !is_ascending(s->entries + s->offsets[row], n)) longest = n;
    }
    if (longest == 0) return MLC_OK;
    entry *const scratch = mlci_alloc_raw(root, longest, sizeof *scratch);
    if (scratch == NULL) return mlci_fail_memory(err, longest, sizeof *scratch);
    for (int64_t row = 0; row < s->a->n_rows; row++) {
        entry *const entries = s->entries + start;
        int64_t n = s->offsets[row + 1] - start;
        start = s->offsets[row + 1];
        if (!is_ascending(entries, n)) {
            sort_row(entries, scratch, n);
            n = add_repeats(entries, n);
        }
        memmove(s->entries + kept, entries, (size_t)n * sizeof *entries);
        kept += n;
        s->offsets[row + 1] = kept;
    }
    s->n = kept;
    mlci_free(scratch);
    return MLC_OK;
}

/* ---- columns -------------------------------------------------------------------------------- */

static mlc_status make_sparse(sparse_rows *s, mlci_root *root, mlci_column **out, mlc_error *err)
{
    int32_t *const indices = mlci_alloc_raw(root, s->n, sizeof *indices);
    double *const values = mlci_alloc_raw(root, s->n, sizeof *values);
    if (indices == NULL || values == NULL) {
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, s->n, sizeof *values);
    }
    for (int64_t k = 0; k < s->n; k++) {
        indices[k] = s->entries[k].index;
        values[k] = s->entries[k].value;
    }
    int64_t *const offsets = s->offsets;
    s->offsets = NULL;
    return mlci_column_create_sparse(root, s->a->n_rows, s->a->n_columns, offsets, indices, values,
                                     out, err);
}

static mlc_status make_dense(const sparse_rows *s, mlci_root *root, mlci_column **out,
                             mlc_error *err)
{
    int64_t n = 0;
    const int64_t width = s->a->n_columns;
    if (!mlci_mul_size(s->a->n_rows, width, &n) || n > MAX_DENSE)
        return fail(s->a, MLC_ERROR_LIMIT,
                    "absent_is_missing makes it dense, which is possible up to 2^31 values", err);
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_VECTOR, s->a->n_rows, width, 0, out, err));
    double *const values = mlci_column_data(*out);
    for (int64_t i = 0; i < n; i++)
        values[i] = (double)NAN;
    for (int64_t row = 0; row < s->a->n_rows; row++) {
        for (int64_t k = s->offsets[row]; k < s->offsets[row + 1]; k++)
            values[row * width + s->entries[k].index] = s->entries[k].value;
    }
    return MLC_OK;
}

static mlc_status mark_missing(const mlc_array *a, mlci_column *column, mlc_error *err)
{
    for (int64_t i = 0; a->valid != NULL && i < a->n_rows; i++) {
        if ((a->valid[i >> 3] >> (i & 7) & 1) != 0) continue;
        MLCI_TRY(mlci_column_add_valid(column, err));
        mlci_column_set_missing(column, i);
    }
    return MLC_OK;
}

mlc_status mlci_sparse_arrays_column(mlci_root *root, const mlc_array *a, mlci_column **out,
                                     mlc_error *err)
{
    sparse_rows s = {.a = a};
    mlci_column *column = NULL;
    MLCI_TRY(check_offsets(a, err));
    mlc_status status = MLC_OK;
    s.offsets = mlci_alloc(root, a->n_rows + 1, sizeof *s.offsets);
    if (s.offsets == NULL) return mlci_fail_memory(err, a->n_rows + 1, sizeof *s.offsets);
    status = count_entries(&s, err);
    if (status != MLC_OK) goto done;
    s.entries = mlci_alloc_raw(root, s.n, sizeof *s.entries);
    if (s.entries == NULL) {
        status = mlci_fail_memory(err, s.n, sizeof *s.entries);
        goto done;
    }
    deal_entries(&s);
    status = order_rows(&s, root, err);
    if (status == MLC_OK)
        status = a->absent_is_missing ? make_dense(&s, root, &column, err)
                                      : make_sparse(&s, root, &column, err);
    if (status == MLC_OK) status = mark_missing(a, column, err);
done:
    mlci_free(s.offsets);
    mlci_free(s.entries);
    if (status == MLC_OK) {
        *out = column;
    } else {
        mlci_column_unref(column);
    }
    return status;
}
