/* Datasets from the caller's arrays: borrowed where the memory is a column already, copied and
 * converted otherwise.
 *
 * Borrowed are single INT64, FLOAT32, FLOAT64 and TIMESTAMP columns without gaps and row-major
 * FLOAT64 matrices without gaps, if aligned. Everything else is copied through its strides,
 * which may have either sign and may overlap: data points at the first row of the first column.
 * Bitmaps are always copied (an eighth of a byte a row) so that the bits past the end are zero. */
#include "dataset_impl.h"

#include <string.h>

#include "checked.h"
#include "sparse_arrays.h"
#include "text.h"

#define TILE_ROWS 64

static const char *next_role(const void *arg, int32_t i)
{
    return mlci_role_name(i);
}

static int64_t element_size(const mlc_array *a)
{
    switch (a->type) {
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_INT32:
        return 4;
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY:
        return a->categories != NULL ? 4 : (int64_t)sizeof(const char *);
    default:
        return 8;
    }
}

static int is_texts(const mlc_array *a)
{
    return a->type == MLC_TYPE_TEXT || a->type == MLC_TYPE_CATEGORY;
}

/* A matrix, or a vector that happens to have one component. */
static int is_vector(const mlc_array *a)
{
    return a->n_columns > 1 || a->type == MLC_TYPE_VECTOR;
}

/* Strides that lead nowhere, of one row or one column or without rows, may be any number: they do
 * not count. */
static int64_t row_stride(const mlc_array *a)
{
    return a->row_stride != 0 && a->n_rows > 1 ? a->row_stride : a->n_columns;
}

static int64_t column_stride(const mlc_array *a)
{
    return a->column_stride != 0 && a->n_columns > 1 && a->n_rows > 0 ? a->column_stride : 1;
}

/* Can the elements farthest from data be addressed at all? Each way by itself: a huge step down
 * may not make up for a huge one across. */
static int extent_is_possible(const mlc_array *a)
{
    const int64_t size = element_size(a);
    int64_t down = 0, across = 0, count = 0, bytes = 0;
    return !__builtin_mul_overflow(a->n_rows - 1, row_stride(a), &down) &&
           !__builtin_mul_overflow(down, size, &down) &&
           !__builtin_mul_overflow(a->n_columns - 1, column_stride(a), &across) &&
           !__builtin_mul_overflow(across, size, &across) &&
           !__builtin_add_overflow(down, across, &bytes) &&
           mlci_mul_size(a->n_rows, a->n_columns, &count) && mlci_mul_size(count, 8, &bytes);
}

static mlc_status check_shape(const mlc_array *a, mlc_error *err)
{
    if (a->n_rows < 0 || a->n_columns < 1 || a->n_columns > INT32_MAX) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                         "array '%s' is %lld x %lld: at least 0 x 1 and at most 2147483647 "
                         "columns are possible",
                         a->name, (long long)a->n_rows, (long long)a->n_columns);
    }
    if (a->data == NULL && a->n_rows > 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name, "array '%s': data is NULL", a->name);
    }
    if (a->n_rows > 0 && !extent_is_possible(a)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, a->name,
                         "array '%s': %lld x %lld elements with strides %lld and %lld are "
                         "beyond what memory can hold",
                         a->name, (long long)a->n_rows, (long long)a->n_columns,
                         (long long)row_stride(a), (long long)column_stride(a));
    }
    if (a->n_columns > 1 && (is_texts(a) || a->type == MLC_TYPE_TIMESTAMP)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, a->name,
                         "array '%s': a matrix of %s cannot be one vector column; give each "
                         "column as an array of its own",
                         a->name, mlci_type_name(a->type));
    }
    if (a->type == MLC_TYPE_BOOL && (a->row_stride < 0 || a->column_stride < 0)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                         "array '%s': strides over bits must not be negative", a->name);
    }
    return MLC_OK;
}

static mlc_status check_array(const mlc_array *a, int32_t i, mlc_error *err)
{
    if (a->name == NULL || a->name[0] == '\0' ||
        !mlci_utf8_valid(a->name, (int64_t)strlen(a->name), NULL)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "arrays",
                         "arrays[%d].name: must be UTF-8 text that is not empty", (int)i);
    }
    if (a->type < MLC_TYPE_BOOL || a->type > MLC_TYPE_INT32 || a->reserved != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                         "array '%s': type = %d, reserved = %d: must be one of MLC_TYPE_ and 0",
                         a->name, (int)a->type, (int)a->reserved);
    }
    if (a->role != NULL && mlci_role_find(a->role) < 0) {
        const char *const nearest = mlci_nearest(a->role, next_role, NULL);
        return mlci_fail(err, MLC_ERROR_ROLE, a->name, "array '%s': no role '%s'%s%s%s", a->name,
                         a->role, nearest != NULL ? ": did you mean '" : "",
                         nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    }
    return a->sparse != 0 ? mlci_sparse_arrays_check(a, err) : check_shape(a, err);
}

static mlc_status check_categories(const mlc_array *a, mlc_error *err)
{
    if (a->sparse == 0 && (a->absent_is_missing != 0 || a->indices != NULL || a->index_size != 0 ||
                           a->offset_size != 0))
        return mlci_fail(
            err, MLC_ERROR_ARGUMENT, a->name,
            "array '%s' has indices, their sizes or absent_is_missing, but sparse is 0", a->name);
    if (a->categories == NULL && a->n_categories == 0) return MLC_OK;
    if (a->type != MLC_TYPE_CATEGORY || a->offsets != NULL)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                         "array '%s' of %s has categories%s: they are for codes of type category",
                         a->name, mlci_type_name(a->type),
                         a->offsets != NULL ? " and offsets" : "");
    if (a->categories == NULL || a->n_categories < 0 || a->n_categories > INT32_MAX)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                         "array '%s' has %lld categories%s: must be 0 to 2147483647 texts", a->name,
                         (long long)a->n_categories, a->categories == NULL ? " at NULL" : "");
    return MLC_OK;
}

static int can_borrow(const mlc_array *a)
{
    if (a->sparse != 0) return 0;
    if (a->release == NULL || a->n_rows == 0) return 0;
    if ((uintptr_t)a->data % (uintptr_t)element_size(a) != 0) return 0;
    if (is_vector(a)) {
        return (a->type == MLC_TYPE_FLOAT64 || a->type == MLC_TYPE_VECTOR) &&
               row_stride(a) == a->n_columns && column_stride(a) == 1;
    }
    return (a->type == MLC_TYPE_INT64 || a->type == MLC_TYPE_FLOAT32 ||
            a->type == MLC_TYPE_FLOAT64 || a->type == MLC_TYPE_TIMESTAMP) &&
           row_stride(a) == 1;
}

/* The element in row i and column k; memory need not be aligned. */
static const char *element(const mlc_array *a, int64_t i, int64_t k)
{
    return (const char *)a->data + (i * row_stride(a) + k * column_stride(a)) * element_size(a);
}

static int bit(const mlc_array *a, int64_t i, int64_t k)
{
    const int64_t at = i * row_stride(a) + k * column_stride(a);
    return ((const uint8_t *)a->data)[at >> 3] >> (at & 7) & 1;
}

/* n numbers, step bytes apart, as doubles, out_step apart. */
static void convert_run(const char *from, int64_t step, int32_t type, int64_t n, double *out,
                        int64_t out_step)
{
    for (int64_t i = 0; type == MLC_TYPE_FLOAT32 && i < n; i++) {
        float value = 0;
        memcpy(&value, from + i * step, sizeof value);
        out[i * out_step] = (double)value;
    }
    for (int64_t i = 0; type == MLC_TYPE_INT32 && i < n; i++) {
        int32_t value = 0;
        memcpy(&value, from + i * step, sizeof value);
        out[i * out_step] = (double)value;
    }
    for (int64_t i = 0; type == MLC_TYPE_INT64 && i < n; i++) {
        int64_t value = 0;
        memcpy(&value, from + i * step, sizeof value);
        out[i * out_step] = (double)value;
    }
    for (int64_t i = 0; (type == MLC_TYPE_FLOAT64 || type == MLC_TYPE_VECTOR) && i < n; i++) {
        memcpy(&out[i * out_step], from + i * step, sizeof *out);
    }
}

/* A matrix as row-major doubles: along the rows where those are the closer elements, else down
 * the columns, a tile of rows at a time so that what is written stays in cache. */
static void copy_matrix(const mlc_array *a, double *out)
{
    const int64_t width = a->n_columns, size = element_size(a);
    const int64_t down = row_stride(a), across = column_stride(a);
    if (a->type == MLC_TYPE_BOOL) {
        for (int64_t i = 0; i < a->n_rows * width; i++) {
            out[i] = (double)bit(a, i / width, i % width);
        }
    } else if ((across < 0 ? -across : across) <= (down < 0 ? -down : down)) {
        for (int64_t i = 0; i < a->n_rows; i++) {
            convert_run(element(a, i, 0), across * size, a->type, width, out + i * width, 1);
        }
    } else {
        for (int64_t i = 0; i < a->n_rows; i += TILE_ROWS) {
            const int64_t n = a->n_rows - i < TILE_ROWS ? a->n_rows - i : TILE_ROWS;
            for (int64_t k = 0; k < width; k++) {
                convert_run(element(a, i, k), down * size, a->type, n, out + i * width + k, width);
            }
        }
    }
}

/* A single column of its own type. */
static void copy_scalars(const mlc_array *a, mlci_column *c)
{
    char *const out = mlci_column_data(c);
    const int64_t size = element_size(a);
    if (a->type == MLC_TYPE_BOOL) {
        for (int64_t i = 0; i < a->n_rows; i++) {
            if (bit(a, i, 0)) out[i >> 3] = (char)((uint8_t)out[i >> 3] | 1U << (i & 7));
        }
    } else if (a->type == MLC_TYPE_INT32) {
        for (int64_t i = 0; i < a->n_rows; i++) {
            int32_t value = 0;
            memcpy(&value, element(a, i, 0), sizeof value);
            ((int64_t *)(void *)out)[i] = value;
        }
    } else if (row_stride(a) == 1) {
        if (a->n_rows > 0) memcpy(out, a->data, (size_t)(a->n_rows * size));
    } else {
        for (int64_t i = 0; i < a->n_rows; i++) {
            memcpy(out + i * size, element(a, i, 0), (size_t)size);
        }
    }
}

/* Text i of the caller: a pointer in an array, or bytes between offsets. */
static mlc_status read_text(const mlc_array *a, int64_t i, const char **text, int64_t *length,
                            mlc_error *err)
{
    *text = NULL;
    *length = 0;
    if (a->valid != NULL && (a->valid[i >> 3] >> (i & 7) & 1) == 0) return MLC_OK;
    if (a->offsets == NULL) {
        memcpy(text, element(a, i, 0), sizeof *text);
        if (*text == NULL) return MLC_OK;
        *length = (int64_t)strlen(*text);
    } else {
        const int64_t *const offsets = a->offsets;
        if (offsets[i] < 0 || offsets[i + 1] < offsets[i]) {
            return mlci_fail(err, MLC_ERROR_ARGUMENT, a->name,
                             "array '%s': offsets of row %lld do not ascend", a->name,
                             (long long)i + 1);
        }
        *text = (const char *)a->data + offsets[i];
        *length = offsets[i + 1] - offsets[i];
    }
    if (*length > 0 && memchr(*text, '\0', (size_t)*length) != NULL) {
        return mlci_fail(err, MLC_ERROR_DATA, a->name,
                         "array '%s': the text of row %lld holds a NUL byte: take it out", a->name,
                         (long long)i + 1);
    }
    if (mlci_utf8_valid(*text, *length, NULL)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, a->name,
                     "array '%s': row %lld is not valid UTF-8: convert the text first", a->name,
                     (long long)i + 1);
}

static mlc_status copy_texts(mlci_root *root, const mlc_array *a, mlci_column **out, mlc_error *err)
{
    mlc_status status = MLC_OK;
    const char **const texts = mlci_alloc_raw(root, a->n_rows, sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(root, a->n_rows, sizeof *lengths);
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, a->n_rows, sizeof *texts);
        goto done;
    }
    for (int64_t i = 0; i < a->n_rows; i++) {
        status = read_text(a, i, &texts[i], &lengths[i], err);
        if (status != MLC_OK) goto done;
    }
    mlci_column *column = NULL;
    status = mlci_column_create_text(root, a->n_rows, texts, lengths, &column, err);
    if (status != MLC_OK || a->type == MLC_TYPE_TEXT) {
        if (status == MLC_OK) *out = column;
        goto done;
    }
    status = mlci_column_to_category(column, out, err);
    mlci_column_unref(column);
done:
    mlci_free((void *)texts);
    mlci_free(lengths);
    return status;
}

/* The code of row i; -1: missing. */
static mlc_status read_code(const mlc_array *a, int64_t i, int32_t *code, mlc_error *err)
{
    *code = -1;
    if (a->valid != NULL && (a->valid[i >> 3] >> (i & 7) & 1) == 0) return MLC_OK;
    memcpy(code, element(a, i, 0), sizeof *code);
    if (*code < 0) *code = -1;
    if (*code < a->n_categories) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, a->name,
                     "array '%s': the code of row %lld is %d, but there are %lld categories",
                     a->name, (long long)i + 1, (int)*code, (long long)a->n_categories);
}

static mlc_status read_category(const mlc_array *a, int64_t k, mlc_error *err)
{
    const char *const text = a->categories[k];
    if (text != NULL && mlci_utf8_valid(text, (int64_t)strlen(text), NULL)) return MLC_OK;
    return mlci_fail(err, text == NULL ? MLC_ERROR_ARGUMENT : MLC_ERROR_COLUMN, a->name,
                     "array '%s': category %lld is %s", a->name, (long long)k,
                     text == NULL ? "NULL" : "not valid UTF-8: convert the text first");
}

/* The categories that occur as a category column of their own; texts: room for all. place: by
 * category, -1 where it does not occur, then its row there. */
static mlc_status make_categories(mlci_root *root, const mlc_array *a, const char **texts,
                                  int32_t *place, mlci_column **out, mlc_error *err)
{
    int32_t n = 0;
    for (int64_t k = 0; k < a->n_categories; k++)
        place[k] = -1;
    for (int64_t i = 0; i < a->n_rows; i++) {
        int32_t code;
        MLCI_TRY(read_code(a, i, &code, err));
        if (code >= 0) place[code] = 0;
    }
    for (int64_t k = 0; k < a->n_categories; k++) {
        if (place[k] < 0) continue;
        MLCI_TRY(read_category(a, k, err));
        texts[n] = a->categories[k];
        place[k] = n++;
    }
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create_text(root, n, texts, NULL, &column, err));
    const mlc_status status = mlci_column_to_category(column, out, err);
    mlci_column_unref(column);
    return status;
}

static mlc_status copy_codes(mlci_root *root, const mlc_array *a, mlci_column **out, mlc_error *err)
{
    mlci_column *categories = NULL;
    const char **const texts = mlci_alloc_raw(root, a->n_categories, sizeof *texts);
    int32_t *const place = mlci_alloc_raw(root, a->n_categories, sizeof *place);
    int32_t *codes = mlci_alloc_raw(root, a->n_rows, sizeof *codes);
    mlc_status status = MLC_OK;
    if (texts == NULL || place == NULL || codes == NULL)
        status = mlci_fail_memory(err, a->n_rows, sizeof *codes);
    else
        status = make_categories(root, a, texts, place, &categories, err);
    if (status == MLC_OK) {
        for (int64_t i = 0; i < a->n_rows; i++) {
            (void)read_code(a, i, &codes[i], NULL); /* it was checked */
            if (codes[i] >= 0) codes[i] = mlci_column_code(categories, place[codes[i]]);
        }
        status =
            mlci_column_create_category(root, a->n_rows, codes, categories->dictionary, out, err);
        codes = NULL;
    }
    mlci_column_unref(categories);
    mlci_free((void *)texts);
    mlci_free(place);
    mlci_free(codes);
    return status;
}

static mlc_status copy_valid(const mlc_array *a, mlci_column *c, mlc_error *err)
{
    for (int64_t i = 0; a->valid != NULL && i < a->n_rows; i++) {
        if ((a->valid[i >> 3] >> (i & 7) & 1) != 0) continue;
        MLCI_TRY(mlci_column_add_valid(c, err));
        mlci_column_set_missing(c, i);
    }
    return MLC_OK;
}

/* A column whose values are the caller's; release is set once nothing can fail any more. */
static mlc_status borrow(mlci_root *root, const mlc_array *a, int32_t type, mlci_column **out,
                         mlc_error *err)
{
    MLCI_TRY(mlci_column_create(root, type, 0, a->n_columns, 0, out, err));
    mlci_column *const c = *out;
    mlci_free((void *)c->values);
    c->values = a->data;
    c->n_rows = a->n_rows;
    c->borrowed = 1;
    return MLC_OK;
}

static mlc_status create_column(mlci_root *root, const mlc_array *a, mlci_column **out,
                                mlc_error *err)
{
    const int32_t type = is_vector(a)                ? MLC_TYPE_VECTOR
                         : a->type == MLC_TYPE_INT32 ? MLC_TYPE_INT64
                                                     : a->type;
    mlci_column *c = NULL;
    mlc_status status = MLC_OK;
    if (a->sparse != 0) return mlci_sparse_arrays_column(root, a, out, err);
    if (a->categories != NULL) return copy_codes(root, a, out, err);
    if (is_texts(a)) return copy_texts(root, a, out, err);
    if (can_borrow(a)) {
        status = borrow(root, a, type, &c, err);
    } else {
        status = mlci_column_create(root, type, a->n_rows, a->n_columns, 0, &c, err);
        if (status == MLC_OK && is_vector(a)) {
            copy_matrix(a, mlci_column_data(c));
        } else if (status == MLC_OK) {
            copy_scalars(a, c);
        }
    }
    if (status == MLC_OK) status = copy_valid(a, c, err);
    if (status == MLC_OK && is_vector(a)) status = mlci_column_number_components(c, a->name, err);
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

static int64_t size_of(const void *array)
{
    int64_t size = 0;
    memcpy(&size, array, sizeof size);
    return size;
}

/* Where the caller's array i is: its struct may be shorter or longer than ours. */
static const char *given_at(const mlc_array *arrays, int32_t i)
{
    return (const char *)arrays + i * size_of(arrays);
}

/* Array i with the members that this library knows; those the caller does not know are zero. */
static mlc_array array_at(const mlc_array *arrays, int32_t i)
{
    mlc_array own = {0};
    const int64_t size = size_of(arrays);
    memcpy(&own, given_at(arrays, i), size < (int64_t)sizeof own ? (size_t)size : sizeof own);
    return own;
}

static mlc_status check_struct(const mlc_array *arrays, int32_t i, mlc_error *err)
{
    const char *const given = given_at(arrays, i);
    const int64_t own_size = (int64_t)sizeof(mlc_array);
    const int64_t size = size_of(given);
    if (size != size_of(arrays) || size < (int64_t)sizeof size || size > MLCI_MAX_ARRAY_SIZE ||
        size % (int64_t)sizeof(void *) != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "arrays",
                         "arrays[%d].size = %lld: must be sizeof(mlc_array), %lld here", (int)i,
                         (long long)size, (long long)own_size);
    }
    for (int64_t at = own_size; at < size; at++) {
        if (given[at] == 0) continue;
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "arrays",
                         "arrays[%d] has a member set at byte %lld that this library does not "
                         "know: it must be zero",
                         (int)i, (long long)at);
    }
    return MLC_OK;
}

static mlc_status check_arguments(const mlc_array *arrays, int32_t n_arrays, mlc_dataset **out,
                                  mlc_error *err)
{
    if (arrays == NULL || out == NULL) {
        const char *const what = arrays == NULL ? "arrays" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    if (n_arrays < 1) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_arrays", "n_arrays = %d: must be at least 1",
                         (int)n_arrays);
    }
    for (int32_t i = 0; i < n_arrays; i++) {
        MLCI_TRY(check_struct(arrays, i, err));
        const mlc_array a = array_at(arrays, i);
        MLCI_TRY(check_array(&a, i, err));
        MLCI_TRY(check_categories(&a, err));
    }
    return MLC_OK;
}

/* Nothing fails from here on: borrowed columns learn whom to tell, the rest is told now. */
static void settle_ownership(const mlc_array *arrays, int32_t n_arrays, mlc_dataset *dataset)
{
    for (int32_t i = 0; i < n_arrays; i++) {
        const mlc_array a = array_at(arrays, i);
        mlci_column *const c = dataset->fields[i].column;
        if (c->borrowed) {
            c->release = a.release;
            c->user = a.user;
        } else if (a.release != NULL) {
            a.release(a.user);
        }
    }
}

mlc_status mlc_dataset_from_arrays(mlc_context *ctx, const mlc_array *arrays, int32_t n_arrays,
                                   const char *settings, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(check_arguments(arrays, n_arrays, out, err));
    mlci_root *const root = mlci_context_root(ctx);
    mlc_status status = MLC_OK;
    mlc_dataset *dataset = NULL;
    const char **const names = mlci_alloc(root, n_arrays, sizeof *names);
    mlci_column **const columns = mlci_alloc(root, n_arrays, sizeof *columns);
    int32_t *const roles = mlci_alloc(root, n_arrays, sizeof *roles);
    if (names == NULL || columns == NULL || roles == NULL) {
        status = mlci_fail_memory(err, n_arrays, sizeof *columns);
        goto done;
    }
    for (int32_t i = 0; i < n_arrays; i++) {
        const mlc_array a = array_at(arrays, i);
        names[i] = a.name;
        roles[i] = a.role != NULL ? mlci_role_find(a.role) : MLCI_ROLE_FEATURE;
        status = create_column(root, &a, &columns[i], err);
        if (status != MLC_OK) goto done;
    }
    status = mlci_dataset_create(root, n_arrays, names, columns, roles, &dataset, err);
    if (status == MLC_OK) status = mlci_dataset_apply_roles(dataset, settings, err);
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        goto done;
    }
    settle_ownership(arrays, n_arrays, dataset);
    *out = dataset;
done:
    for (int32_t i = 0; columns != NULL && i < n_arrays; i++)
        mlci_column_unref(columns[i]);
    mlci_free((void *)names);
    mlci_free((void *)columns);
    mlci_free(roles);
    return status;
}
