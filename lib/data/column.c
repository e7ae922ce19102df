/* Columns: how they are made, counted and read.
 *
 * Memory follows Arrow: values without gaps, a bit a row that says whether the row is there,
 * texts as bytes with offsets, sparse vectors as CSR. Bits past the last row are zero in what
 * is made here. Integers beyond 2^53 become the nearest double when they are read as reals. */
#include "column.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "context_impl.h"
#include "text.h"

static const char *const type_names[] = {"",         "bool", "int64",     "float32", "float64",
                                         "category", "text", "timestamp", "vector",  "int32"};
#define N_TYPES ((int32_t)(sizeof type_names / sizeof type_names[0]))

int mlci_type_is_number(int32_t type)
{
    return type == MLC_TYPE_BOOL || type == MLC_TYPE_INT64 || type == MLC_TYPE_FLOAT32 ||
           type == MLC_TYPE_FLOAT64;
}

const char *mlci_type_name(int32_t type)
{
    return type > 0 && type < N_TYPES ? type_names[type] : "unknown";
}

int32_t mlci_type_find(const char *name)
{
    for (int32_t i = 1; i < N_TYPES; i++) {
        if (strcmp(name, type_names[i]) == 0) return i;
    }
    return 0;
}

const char *mlci_type_kind(int32_t type)
{
    switch (type) {
    case MLC_TYPE_CATEGORY:
        return "a category";
    case MLC_TYPE_TEXT:
        return "text";
    case MLC_TYPE_TIMESTAMP:
        return "a timestamp";
    case MLC_TYPE_VECTOR:
        return "a vector";
    default:
        return "a number";
    }
}

/* Bytes of the values; 0 when the product wraps. */
static int values_size(const mlci_column *c, int64_t *count, int64_t *size)
{
    *count = c->n_rows;
    *size = 8;
    switch (c->type) {
    case MLC_TYPE_BOOL:
        *count = c->n_rows / 8 + 1;
        *size = 1;
        return 1;
    case MLC_TYPE_FLOAT32:
        *size = 4;
        return 1;
    case MLC_TYPE_CATEGORY:
        *size = c->code_size;
        return 1;
    case MLC_TYPE_TEXT:
        *count = 1;
        *size = 1;
        return 1;
    case MLC_TYPE_VECTOR:
        return mlci_mul_size(c->n_rows, c->width, count);
    default:
        return 1;
    }
}

static mlc_status create_bare(mlci_root *root, int32_t type, int64_t n_rows, int64_t width,
                              mlci_column **out, mlc_error *err)
{
    if (n_rows < 0 || n_rows > INT64_MAX / 64 || width < 1 || width > INT32_MAX) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "a column of %lld rows and %lld components is beyond what is possible",
                         (long long)n_rows, (long long)width);
    }
    mlci_column *const c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    c->n_references = 1;
    c->root = mlci_root_ref(root);
    c->type = type;
    c->n_rows = n_rows;
    c->width = width;
    c->row_stride = width;
    c->code_size = type == MLC_TYPE_CATEGORY ? (int32_t)sizeof(int32_t) : 0;
    *out = c;
    return MLC_OK;
}

mlc_status mlci_column_add_valid(mlci_column *column, mlc_error *err)
{
    if (column->valid != NULL) return MLC_OK;
    const int64_t n_bytes = column->n_rows / 8 + 1;
    uint8_t *const valid = mlci_alloc(column->root, n_bytes, 1);
    if (valid == NULL) return mlci_fail_memory(err, n_bytes, 1);
    memset(valid, 0xFF, (size_t)(n_bytes - 1));
    valid[n_bytes - 1] = (uint8_t)((1U << (column->n_rows & 7)) - 1U);
    column->valid = valid;
    return MLC_OK;
}

/* alloc: mlci_alloc, or mlci_alloc_raw for values that are whatever was there. */
static mlc_status create_values(mlci_column *c, void *(*alloc)(mlci_root *, int64_t, int64_t),
                                mlc_error *err)
{
    int64_t count = 0, size = 0;
    if (!values_size(c, &count, &size)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "a vector column of %lld x %lld values is beyond what is possible",
                         (long long)c->n_rows, (long long)c->width);
    }
    c->values = alloc(c->root, count, size);
    if (c->values == NULL) return mlci_fail_memory(err, count, size);
    if (c->type == MLC_TYPE_BOOL) ((uint8_t *)mlci_column_data(c))[count - 1] = 0;
    if (c->type != MLC_TYPE_TEXT) return MLC_OK;
    int64_t *const offsets = alloc(c->root, c->n_rows + 1, sizeof *offsets);
    if (offsets == NULL) return mlci_fail_memory(err, c->n_rows + 1, sizeof *offsets);
    offsets[0] = 0;
    c->offsets = offsets;
    return MLC_OK;
}

mlc_status mlci_column_create(mlci_root *root, int32_t type, int64_t n_rows, int64_t width,
                              int32_t with_valid, mlci_column **out, mlc_error *err)
{
    mlci_column *c = NULL;
    MLCI_TRY(create_bare(root, type, n_rows, type == MLC_TYPE_VECTOR ? width : 1, &c, err));
    mlc_status status = create_values(c, mlci_alloc, err);
    if (status == MLC_OK && with_valid) status = mlci_column_add_valid(c, err);
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_column_create_unset(mlci_root *root, int32_t type, int64_t n_rows, int64_t width,
                                    mlci_column **out, mlc_error *err)
{
    mlci_column *c = NULL;
    MLCI_TRY(create_bare(root, type, n_rows, type == MLC_TYPE_VECTOR ? width : 1, &c, err));
    const mlc_status status = create_values(c, mlci_alloc_raw, err);
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_column_create_sparse(mlci_root *root, int64_t n_rows, int64_t width,
                                     int64_t *offsets, int32_t *indices, double *values,
                                     mlci_column **out, mlc_error *err)
{
    mlci_column *c = NULL;
    const mlc_status status = create_bare(root, MLC_TYPE_VECTOR, n_rows, width, &c, err);
    if (status != MLC_OK) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return status;
    }
    c->offsets = offsets;
    c->indices = indices;
    c->values = values;
    *out = c;
    return MLC_OK;
}

/* Marks rows of code -1 as missing. */
static mlc_status check_codes(mlci_column *c, mlc_error *err)
{
    const int32_t n_texts = c->dictionary->n;
    for (int64_t i = 0; i < c->n_rows; i++) {
        const int32_t code = mlci_column_code(c, i);
        if (code >= 0 && code < n_texts) continue;
        if (code != -1) {
            return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "code %d of row %lld: %d texts",
                             (int)code, (long long)i, (int)n_texts);
        }
        MLCI_TRY(mlci_column_add_valid(c, err));
        mlci_column_set_missing(c, i);
    }
    return MLC_OK;
}

/* In place: a short code is written where no later one lies. */
static mlc_status shorten_codes(mlci_column *c, mlc_error *err)
{
    const int32_t *const from = c->values;
    int16_t *const to = mlci_column_data(c);
    for (int64_t i = 0; i < c->n_rows; i++) {
        const int16_t code = (int16_t)from[i];
        memcpy(to + i, &code, sizeof code); /* the block is of int32 until the end */
    }
    c->code_size = (int32_t)sizeof *to;
    void *const fitting = mlci_realloc(c->root, to, c->n_rows, c->code_size);
    if (fitting == NULL) return mlci_fail_memory(err, c->n_rows, c->code_size);
    c->values = fitting;
    return MLC_OK;
}

mlc_status mlci_column_create_coded(mlci_root *root, int64_t n_rows, int32_t code_size, void *codes,
                                    mlci_dictionary *dictionary, mlci_column **out, mlc_error *err)
{
    mlci_column *c = NULL;
    mlc_status status = create_bare(root, MLC_TYPE_CATEGORY, n_rows, 1, &c, err);
    if (status != MLC_OK) {
        mlci_free(codes);
        return status;
    }
    c->values = codes;
    c->code_size = code_size;
    c->dictionary = mlci_dictionary_ref(dictionary);
    status = check_codes(c, err);
    if (status == MLC_OK && code_size > mlci_code_size(dictionary->n))
        status = shorten_codes(c, err);
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_column_create_category(mlci_root *root, int64_t n_rows, int32_t *codes,
                                       mlci_dictionary *dictionary, mlci_column **out,
                                       mlc_error *err)
{
    return mlci_column_create_coded(root, n_rows, (int32_t)sizeof *codes, codes, dictionary, out,
                                    err);
}

mlc_status mlci_column_create_codes(mlci_root *root, int64_t n_rows, int32_t code_size,
                                    const mlci_dictionary *dictionary, mlci_column **out,
                                    mlc_error *err)
{
    mlci_column *c = NULL;
    MLCI_TRY(create_bare(root, MLC_TYPE_CATEGORY, n_rows, 1, &c, err));
    c->code_size = code_size;
    const mlc_status status = create_values(c, mlci_alloc_raw, err);
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    c->dictionary = mlci_dictionary_ref(dictionary);
    *out = c;
    return MLC_OK;
}

mlc_status mlci_column_create_text(mlci_root *root, int64_t n_rows, const char *const *texts,
                                   const int64_t *lengths, mlci_column **out, mlc_error *err)
{
    mlci_column *c = NULL;
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_TEXT, n_rows, 1, 0, &c, err));
    mlc_status status = MLC_OK;
    int64_t *const offsets = (int64_t *)c->offsets;
    for (int64_t i = 0; i < n_rows; i++) {
        int64_t length = 0;
        if (texts[i] == NULL) {
            status = mlci_column_add_valid(c, err);
            if (status != MLC_OK) goto done;
            mlci_column_set_missing(c, i);
        } else {
            length = lengths != NULL ? lengths[i] : (int64_t)strlen(texts[i]);
        }
        if (!mlci_add_size(offsets[i], length, &offsets[i + 1])) {
            status = mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a text column has too many bytes");
            goto done;
        }
    }
    char *const bytes = mlci_alloc_raw(root, offsets[n_rows], 1);
    if (bytes == NULL) {
        status = mlci_fail_memory(err, offsets[n_rows], 1);
        goto done;
    }
    mlci_free((void *)c->values);
    c->values = bytes;
    for (int64_t i = 0; i < n_rows; i++) {
        const int64_t length = offsets[i + 1] - offsets[i];
        if (length > 0) memcpy(bytes + offsets[i], texts[i], (size_t)length);
    }
done:
    if (status != MLC_OK) {
        mlci_column_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlci_column *mlci_column_ref(const mlci_column *column)
{
    mlci_column *const c = (mlci_column *)column;
    if (c != NULL) __atomic_fetch_add(&c->n_references, 1, __ATOMIC_RELAXED);
    return c;
}

static void free_components(mlci_column *c)
{
    if (c->components == NULL) return;
    for (int64_t i = 0; i < c->width; i++)
        mlci_free(c->components[i]);
    mlci_free(c->components);
    c->components = NULL;
}

void mlci_column_unref(mlci_column *column)
{
    mlci_column *const c = column;
    if (c == NULL || __atomic_fetch_sub(&c->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = c->root;
    free_components(c);
    mlci_dictionary_unref(c->dictionary);
    mlci_free((void *)c->valid);
    mlci_free((void *)c->offsets);
    mlci_free((void *)c->indices);
    mlci_free(c->wide_codes);
    if (!c->borrowed) {
        mlci_free((void *)c->values);
    } else if (c->release != NULL) {
        c->release(c->user);
    }
    mlci_free(c);
    mlci_root_unref(root);
}

void *mlci_column_data(mlci_column *column)
{
    return (void *)column->values;
}

void mlci_column_set_missing(mlci_column *column, int64_t row)
{
    uint8_t *const valid = (uint8_t *)column->valid;
    const uint8_t bit = (uint8_t)(1U << (row & 7));
    if (valid == NULL || (valid[row >> 3] & bit) == 0) return;
    valid[row >> 3] = (uint8_t)(valid[row >> 3] & ~bit);
    column->n_missing++;
    if (column->type != MLC_TYPE_CATEGORY) return;
    if (column->code_size == 2) ((int16_t *)column->values)[row] = 0;
    if (column->code_size == 4) ((int32_t *)column->values)[row] = 0;
}

mlc_status mlci_column_set_components(mlci_column *column, const char *const *names, mlc_error *err)
{
    if (names == NULL) {
        free_components(column);
        return MLC_OK;
    }
    char **const copies = mlci_alloc(column->root, column->width, sizeof *copies);
    if (copies == NULL) return mlci_fail_memory(err, column->width, sizeof *copies);
    for (int64_t i = 0; i < column->width; i++) {
        const int64_t length = (int64_t)strlen(names[i]);
        copies[i] = mlci_copy_text(column->root, names[i], length);
        if (copies[i] != NULL) continue;
        while (i-- > 0)
            mlci_free(copies[i]);
        mlci_free(copies);
        return mlci_fail_memory(err, length + 1, 1);
    }
    free_components(column);
    column->components = copies;
    return MLC_OK;
}

mlc_status mlci_column_number_components(mlci_column *column, const char *name, mlc_error *err)
{
    mlc_status status = MLC_OK;
    mlci_text text = mlci_text_init(column->root);
    const char **const names = mlci_alloc_raw(column->root, column->width, sizeof *names);
    int64_t *const starts = mlci_alloc_raw(column->root, column->width, sizeof *starts);
    if (names == NULL || starts == NULL) {
        status = mlci_fail_memory(err, column->width, sizeof *names);
        goto done;
    }
    for (int64_t k = 0; k < column->width; k++) {
        starts[k] = text.length;
        mlci_text_append_text(&text, name);
        mlci_text_append_integer(&text, k);
        mlci_text_append_char(&text, '\0');
    }
    status = mlci_text_status(&text, err);
    if (status != MLC_OK) goto done;
    for (int64_t k = 0; k < column->width; k++)
        names[k] = text.data + starts[k];
    status = mlci_column_set_components(column, names, err);
done:
    mlci_text_clear(&text);
    mlci_free((void *)names);
    mlci_free(starts);
    return status;
}

static void vector_reals(const mlci_column *c, int64_t first, int64_t n, double *out,
                         int64_t stride)
{
    const double *const values = c->values;
    for (int64_t i = 0; i < n; i++) {
        double *const row = out + i * stride;
        const int64_t from = first + i;
        if (!mlci_column_is_valid(c, from)) {
            for (int64_t k = 0; k < c->width; k++)
                row[k] = (double)NAN;
        } else if (c->indices == NULL) {
            memcpy(row, values + from * c->row_stride, (size_t)c->width * sizeof *row);
        } else {
            memset(row, 0, (size_t)c->width * sizeof *row);
            for (int64_t k = c->offsets[from]; k < c->offsets[from + 1]; k++) {
                row[c->indices[k]] = values[k];
            }
        }
    }
}

/* Without a look at the bitmap. */
static void scalar_reals(const mlci_column *c, int64_t first, int64_t n, double *out,
                         int64_t stride)
{
    switch (c->type) {
    case MLC_TYPE_FLOAT64: {
        const double *const v = (const double *)c->values + first;
        for (int64_t i = 0; i < n; i++)
            out[i * stride] = v[i];
        return;
    }
    case MLC_TYPE_FLOAT32: {
        const float *const v = (const float *)c->values + first;
        for (int64_t i = 0; i < n; i++)
            out[i * stride] = (double)v[i];
        return;
    }
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP: {
        const int64_t *const v = (const int64_t *)c->values + first;
        for (int64_t i = 0; i < n; i++)
            out[i * stride] = (double)v[i];
        return;
    }
    case MLC_TYPE_CATEGORY: {
        for (int64_t i = 0; i < n; i++)
            out[i * stride] = (double)mlci_column_code(c, first + i);
        return;
    }
    case MLC_TYPE_BOOL: {
        const uint8_t *const v = c->values;
        for (int64_t i = 0; i < n; i++) {
            out[i * stride] = (double)(v[(first + i) >> 3] >> ((first + i) & 7) & 1);
        }
        return;
    }
    default:
        for (int64_t i = 0; i < n; i++)
            out[i * stride] = (double)NAN;
    }
}

void mlci_column_codes(const mlci_column *column, int64_t first, int64_t n, int32_t *out)
{
    const int16_t *const codes = column->values;
    if (n > 0 && column->code_size == 4)
        memcpy(out, (const int32_t *)column->values + first, (size_t)n * sizeof *out);
    for (int64_t i = 0; i < n && column->code_size == 2; i++)
        out[i] = codes[first + i];
}

mlc_status mlci_column_wide_codes(const mlci_column *column, const void **out, mlc_error *err)
{
    mlci_column *const c = (mlci_column *)(uintptr_t)column; /* its codes stay the same */
    int32_t *made = NULL, *there = __atomic_load_n(&c->wide_codes, __ATOMIC_ACQUIRE);
    if (c->code_size == 4) {
        *out = c->values;
        return MLC_OK;
    }
    if (there == NULL) {
        made = mlci_alloc_raw(c->root, c->n_rows, (int64_t)sizeof *made);
        if (made == NULL) return mlci_fail_memory(err, c->n_rows, (int64_t)sizeof *made);
        mlci_column_codes(c, 0, c->n_rows, made);
        if (__atomic_compare_exchange_n(&c->wide_codes, &there, made, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            there = made;
        else
            mlci_free(made); /* another thread was faster */
    }
    *out = there;
    return MLC_OK;
}

void mlci_column_reals(const mlci_column *column, int64_t first, int64_t n, double *out,
                       int64_t stride)
{
    if (column->type == MLC_TYPE_VECTOR) {
        vector_reals(column, first, n, out, stride);
        return;
    }
    scalar_reals(column, first, n, out, stride);
    if (column->n_missing == 0) return;
    for (int64_t i = 0; i < n; i++) {
        if (!mlci_column_is_valid(column, first + i)) out[i * stride] = (double)NAN;
    }
}

const char *mlci_column_text(const mlci_column *column, int64_t row, int64_t *length)
{
    *length = 0;
    if (!mlci_column_is_valid(column, row)) return NULL;
    if (column->type == MLC_TYPE_CATEGORY) {
        return mlci_dictionary_text(column->dictionary, mlci_column_code(column, row), length);
    }
    if (column->type != MLC_TYPE_TEXT) return NULL;
    *length = column->offsets[row + 1] - column->offsets[row];
    return (const char *)column->values + column->offsets[row];
}
