/* Rows of single cells, kept column by column until they become a dataset.
 *
 * Adding rows looks at every cell first, then makes room, and only then copies, so that it adds all
 * of them or nothing. */
#include "row_store.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "settings.h"
#include "text.h"
#include "timestamp.h"
#include "typed_name.h"

#define FIRST_ROWS 64

/* ---- columns -------------------------------------------------------------------------------- */

static int is_texts(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

static int is_reals(int32_t type)
{
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_FLOAT64;
}

static mlc_status add_column(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_row_store *const store = arg;
    mlci_typed_name declared;
    MLCI_TRY(mlci_typed_name_parse("columns", item, length, &declared, err));
    mlci_row_column *const grown =
        mlci_realloc(store->root, store->columns, store->n_columns + 1, (int64_t)sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, store->n_columns + 1, (int64_t)sizeof *grown);
    store->columns = grown;
    grown[store->n_columns] = (mlci_row_column){
        .name = mlci_copy_text(store->root, declared.name, declared.length), .type = declared.type};
    if (grown[store->n_columns++].name == NULL) {
        return mlci_fail_memory(err, declared.length + 1, 1);
    }
    return MLC_OK;
}

void mlci_row_store_close(mlci_row_store *store)
{
    for (int32_t j = 0; j < store->n_columns; j++) {
        mlci_row_column *const column = &store->columns[j];
        mlci_free(column->name);
        mlci_free(column->there);
        mlci_free(column->integer);
        mlci_free(column->real);
        mlci_free(column->end);
        mlci_free(column->bytes);
    }
    mlci_free(store->columns);
    *store = (mlci_row_store){.root = store->root};
}

mlc_status mlci_row_store_open(mlci_root *root, const char *columns, mlci_row_store *store,
                               mlc_error *err)
{
    *store = (mlci_row_store){.root = root};
    const mlc_status status = mlci_list_each(columns, add_column, store, err);
    if (status != MLC_OK) mlci_row_store_close(store);
    return status;
}

void mlci_row_store_empty(mlci_row_store *store)
{
    store->n_rows = 0;
    for (int32_t j = 0; j < store->n_columns; j++)
        store->columns[j].n_bytes = 0;
}

/* ---- cells ---------------------------------------------------------------------------------- */

static const char *kind_name(const mlc_value *value)
{
    return value->kind == MLC_TEXT ? "a text" : value->kind == MLC_REAL ? "a real" : "an integer";
}

/* The integer that a cell of a BOOL, INT64 or TIMESTAMP column is; 0: it is none. */
static int integer_of(const mlci_row_column *column, const mlc_value *value, int64_t *out)
{
    if (value->kind == MLC_INTEGER) {
        *out = value->integer;
    } else if (value->kind == MLC_REAL && column->type != MLC_TYPE_TIMESTAMP) {
        if (!(value->real >= -0x1p63 && value->real < 0x1p63)) return 0;
        *out = (int64_t)value->real;
        if ((double)*out != value->real) return 0;
    } else if (value->kind == MLC_TEXT && column->type == MLC_TYPE_TIMESTAMP) {
        return value->text != NULL && mlci_timestamp_parse(value->text, value->length, out);
    } else {
        return 0;
    }
    return column->type != MLC_TYPE_BOOL || *out == 0 || *out == 1;
}

static int real_of(const mlc_value *value, double *out)
{
    if (value->kind == MLC_REAL) {
        *out = value->real;
        return 1;
    }
    *out = (double)value->integer;
    return value->kind == MLC_INTEGER && *out < 0x1p63 && (int64_t)*out == value->integer;
}

static int is_good_text(const mlc_value *value)
{
    return value->kind == MLC_TEXT && value->length >= 0 &&
           (value->length == 0 ||
            (value->text != NULL && mlci_utf8_valid(value->text, value->length, NULL) &&
             memchr(value->text, '\0', (size_t)value->length) == NULL));
}

static int fits(const mlci_row_column *column, const mlc_value *value)
{
    int64_t integer = 0;
    double real = 0;
    if (value->kind == MLC_MISSING) return 1;
    if (is_texts(column->type)) return is_good_text(value);
    return is_reals(column->type) ? real_of(value, &real) : integer_of(column, value, &integer);
}

static const char *wanted(int32_t type)
{
    switch (type) {
    case MLC_TYPE_BOOL:
        return "0 or 1";
    case MLC_TYPE_INT64:
        return "an integer";
    case MLC_TYPE_TIMESTAMP:
        return "microseconds as an integer, or ISO 8601 as a text";
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_FLOAT64:
        return "a real, or an integer that a float64 holds exactly";
    default:
        return "a text of UTF-8 without NUL";
    }
}

static mlc_status fail_cell(const mlci_row_column *column, int64_t row, const mlc_value *value,
                            mlc_error *err)
{
    if (value->kind < MLC_MISSING || value->kind > MLC_TEXT) {
        return mlci_fail_at(err, MLC_ERROR_DATA, row + 1, 0, column->name,
                            "row %lld, column '%s': %d is no kind of a value", (long long)row + 1,
                            column->name, (int)value->kind);
    }
    return mlci_fail_at(err, MLC_ERROR_DATA, row + 1, 0, column->name,
                        "row %lld, column '%s' is %s that does not fit: %s needs %s",
                        (long long)row + 1, column->name, kind_name(value),
                        mlci_type_name(column->type), wanted(column->type));
}

/* Looks at every cell. Bytes of texts to come are counted in n_bytes, one number a column. */
static mlc_status check(const mlci_row_store *store, const mlc_value *values, int64_t n,
                        mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < store->n_columns; j++) {
            const mlc_value *const value = &values[i * store->n_columns + j];
            if (!fits(&store->columns[j], value)) {
                return fail_cell(&store->columns[j], i, value, err);
            }
        }
    }
    return MLC_OK;
}

/* ---- room ----------------------------------------------------------------------------------- */

static mlc_status grow(mlci_root *root, void **block, int64_t n, int64_t size, mlc_error *err)
{
    void *const grown = mlci_realloc(root, *block, n, size);
    if (grown == NULL) return mlci_fail_memory(err, n, size);
    *block = grown;
    return MLC_OK;
}

static mlc_status grow_column(const mlci_row_store *store, mlci_row_column *column, int64_t n,
                              mlc_error *err)
{
    MLCI_TRY(grow(store->root, (void **)&column->there, n, 1, err));
    if (is_texts(column->type)) {
        return grow(store->root, (void **)&column->end, n, (int64_t)sizeof *column->end, err);
    }
    if (is_reals(column->type)) {
        return grow(store->root, (void **)&column->real, n, (int64_t)sizeof *column->real, err);
    }
    return grow(store->root, (void **)&column->integer, n, (int64_t)sizeof *column->integer, err);
}

static mlc_status reserve_rows(mlci_row_store *store, int64_t n, mlc_error *err)
{
    int64_t needed = 0;
    if (!mlci_add_size(store->n_rows, n, &needed) || needed > INT64_MAX / 64) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "too many rows");
    }
    if (needed <= store->capacity) return MLC_OK;
    int64_t capacity = store->capacity > 0 ? 2 * store->capacity : FIRST_ROWS;
    if (capacity < needed) capacity = needed;
    for (int32_t j = 0; j < store->n_columns; j++)
        MLCI_TRY(grow_column(store, &store->columns[j], capacity, err));
    store->capacity = capacity;
    return MLC_OK;
}

static mlc_status reserve_bytes(mlci_row_store *store, const mlc_value *values, int64_t n,
                                mlc_error *err)
{
    for (int32_t j = 0; j < store->n_columns; j++) {
        mlci_row_column *const column = &store->columns[j];
        int64_t needed = column->n_bytes;
        for (int64_t i = 0; is_texts(column->type) && i < n; i++) {
            const mlc_value *const value = &values[i * store->n_columns + j];
            if (value->kind == MLC_TEXT && !mlci_add_size(needed, value->length, &needed)) {
                return mlci_fail(err, MLC_ERROR_LIMIT, column->name,
                                 "column '%s' has too many bytes", column->name);
            }
        }
        if (needed <= column->bytes_capacity) continue;
        if (needed < 2 * column->bytes_capacity) needed = 2 * column->bytes_capacity;
        MLCI_TRY(grow(store->root, (void **)&column->bytes, needed, 1, err));
        column->bytes_capacity = needed;
    }
    return MLC_OK;
}

/* ---- adding --------------------------------------------------------------------------------- */

static void put(mlci_row_column *column, int64_t row, const mlc_value *value)
{
    const int is_there = value->kind != MLC_MISSING;
    column->there[row] = (uint8_t)is_there;
    if (is_texts(column->type)) {
        if (is_there && value->length > 0) {
            memcpy(column->bytes + column->n_bytes, value->text, (size_t)value->length);
            column->n_bytes += value->length;
        }
        column->end[row] = column->n_bytes;
    } else if (is_reals(column->type)) {
        column->real[row] = 0;
        if (is_there) real_of(value, &column->real[row]);
    } else {
        column->integer[row] = 0;
        if (is_there) integer_of(column, value, &column->integer[row]);
    }
}

mlc_status mlci_row_store_add(mlci_row_store *store, const mlc_value *values, int64_t n,
                              mlc_error *err)
{
    MLCI_TRY(check(store, values, n, err));
    MLCI_TRY(reserve_rows(store, n, err));
    MLCI_TRY(reserve_bytes(store, values, n, err));
    for (int64_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < store->n_columns; j++)
            put(&store->columns[j], store->n_rows + i, &values[i * store->n_columns + j]);
    }
    store->n_rows += n;
    return MLC_OK;
}

/* ---- the dataset ---------------------------------------------------------------------------- */

static void fill_values(const mlci_row_column *from, int64_t n, mlci_column *to)
{
    void *const data = mlci_column_data(to);
    for (int64_t i = 0; i < n; i++) {
        if (from->type == MLC_TYPE_FLOAT64) {
            ((double *)data)[i] = from->real[i];
        } else if (from->type == MLC_TYPE_FLOAT32) {
            ((float *)data)[i] = (float)from->real[i];
        } else if (from->type != MLC_TYPE_BOOL) {
            ((int64_t *)data)[i] = from->integer[i];
        } else if (from->integer[i] != 0) {
            ((uint8_t *)data)[i >> 3] = (uint8_t)(((uint8_t *)data)[i >> 3] | 1U << (i & 7));
        }
    }
}

static mlc_status fill_texts(const mlci_row_column *from, int64_t n, mlci_column *to,
                             mlc_error *err)
{
    char *const bytes = mlci_alloc_raw(to->root, from->n_bytes, 1);
    if (bytes == NULL) return mlci_fail_memory(err, from->n_bytes, 1);
    mlci_free(mlci_column_data(to));
    to->values = bytes;
    if (from->n_bytes > 0) memcpy(bytes, from->bytes, (size_t)from->n_bytes);
    if (n > 0) memcpy((int64_t *)to->offsets + 1, from->end, (size_t)n * sizeof *from->end);
    return MLC_OK;
}

static mlc_status make_column(const mlci_row_store *store, const mlci_row_column *from,
                              mlci_column **out, mlc_error *err)
{
    const int32_t type = is_texts(from->type) ? MLC_TYPE_TEXT : from->type;
    mlci_column *column = NULL;
    mlc_status status = mlci_column_create(store->root, type, store->n_rows, 1, 0, &column, err);
    if (status != MLC_OK) return status;
    if (type == MLC_TYPE_TEXT) {
        status = fill_texts(from, store->n_rows, column, err);
    } else {
        fill_values(from, store->n_rows, column);
    }
    for (int64_t i = 0; status == MLC_OK && i < store->n_rows; i++) {
        if (from->there[i]) continue;
        status = mlci_column_add_valid(column, err);
        if (status == MLC_OK) mlci_column_set_missing(column, i);
    }
    if (status == MLC_OK && from->type == MLC_TYPE_CATEGORY) {
        status = mlci_column_to_category(column, out, err);
        mlci_column_unref(column);
    } else if (status == MLC_OK) {
        *out = column;
    } else {
        mlci_column_unref(column);
    }
    return status;
}

mlc_status mlci_row_store_dataset(const mlci_row_store *store, mlc_dataset **out, mlc_error *err)
{
    const int32_t n = store->n_columns;
    mlc_status status = MLC_OK;
    const char **const names = mlci_alloc(store->root, n, (int64_t)sizeof *names);
    mlci_column **const columns = mlci_alloc(store->root, n, (int64_t)sizeof *columns);
    if (names == NULL || columns == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *columns);
    }
    for (int32_t j = 0; status == MLC_OK && j < n; j++) {
        names[j] = store->columns[j].name;
        status = make_column(store, &store->columns[j], &columns[j], err);
    }
    if (status == MLC_OK) {
        status = mlci_dataset_create(store->root, n, names, columns, NULL, out, err);
    }
    for (int32_t j = 0; columns != NULL && j < n; j++)
        mlci_column_unref(columns[j]);
    mlci_free(columns);
    mlci_free(names);
    return status;
}
