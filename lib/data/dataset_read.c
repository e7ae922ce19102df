/* Reading a dataset from outside: shape, names, single cells, copies and lent memory.
 *
 * One cell costs a hash look-up of its column's name; loops should copy the column once. */
#include "dataset_impl.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "checked.h"
#include "number.h"

static const mlci_field *field_at(const mlc_dataset *dataset, int32_t column)
{
    if (dataset == NULL || column < 0 || column >= dataset->n_fields) return NULL;
    return &dataset->fields[column];
}

int64_t mlc_dataset_n_rows(const mlc_dataset *dataset)
{
    return dataset != NULL ? dataset->n_rows : 0;
}

int32_t mlc_dataset_n_columns(const mlc_dataset *dataset)
{
    return dataset != NULL ? dataset->n_fields : 0;
}

const char *mlc_dataset_column_name(const mlc_dataset *dataset, int32_t column)
{
    const mlci_field *const field = field_at(dataset, column);
    return field != NULL ? field->name : NULL;
}

const char *mlc_dataset_column_role(const mlc_dataset *dataset, int32_t column)
{
    const mlci_field *const field = field_at(dataset, column);
    return field != NULL ? mlci_role_name(field->role) : NULL;
}

int32_t mlc_dataset_column_type(const mlc_dataset *dataset, int32_t column)
{
    const mlci_field *const field = field_at(dataset, column);
    return field != NULL ? field->column->type : 0;
}

int64_t mlc_dataset_column_width(const mlc_dataset *dataset, int32_t column)
{
    const mlci_field *const field = field_at(dataset, column);
    return field != NULL ? field->column->width : 0;
}

const char *mlc_dataset_component_name(const mlc_dataset *dataset, int32_t column,
                                       int64_t component)
{
    const mlci_field *const field = field_at(dataset, column);
    if (field == NULL || field->column->components == NULL) return NULL;
    if (component < 0 || component >= field->column->width) return NULL;
    return field->column->components[component];
}

int32_t mlc_dataset_find(const mlc_dataset *dataset, const char *name)
{
    return dataset != NULL && name != NULL ? mlci_dataset_find(dataset, name) : -1;
}

mlc_status mlc_dataset_problems(const mlc_dataset *dataset, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    if (dataset->problems != NULL) {
        *out = mlc_dataset_ref(dataset->problems);
        return MLC_OK;
    }
    mlci_table table;
    mlci_table_init(&table, dataset->root);
    mlci_table_integers(&table, "line", 0, NULL);
    mlci_table_integers(&table, "column", 0, NULL);
    mlci_table_texts(&table, "message", 0, NULL);
    return mlci_table_finish(&table, out, err);
}

/* What cell and column readers check first. */
static mlc_status check_arguments(const mlc_dataset *dataset, const char *column, const void *out,
                                  mlc_error *err)
{
    if (dataset != NULL && column != NULL && out != NULL) return MLC_OK;
    const char *const what = dataset == NULL ? "dataset" : column == NULL ? "column" : "out";
    return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
}

static mlc_status check_row(const mlc_dataset *dataset, int64_t row, mlc_error *err)
{
    if (row >= 0 && row < dataset->n_rows) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "row",
                     "row = %lld: must be at least 0 and below the %lld rows", (long long)row,
                     (long long)dataset->n_rows);
}

/* Component of `column[component]`, by name or number; -1 when it is not such a text. */
static int64_t find_component(const mlc_dataset *dataset, const char *text, int32_t *field)
{
    const size_t length = strlen(text);
    if (length < 3 || text[length - 1] != ']') return -1;
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        const mlci_column *const c = dataset->fields[i].column;
        const size_t n = strlen(dataset->fields[i].name);
        if (c->type != MLC_TYPE_VECTOR || n + 2 >= length || text[n] != '[' ||
            memcmp(text, dataset->fields[i].name, n) != 0) {
            continue;
        }
        const char *const inner = text + n + 1;
        const size_t n_inner = length - n - 2;
        *field = i;
        for (int64_t k = 0; c->components != NULL && k < c->width; k++) {
            if (strlen(c->components[k]) == n_inner &&
                memcmp(c->components[k], inner, n_inner) == 0) {
                return k;
            }
        }
        int64_t k = -1;
        if (mlci_integer_parse(inner, (int64_t)n_inner, &k) && k >= 0 && k < c->width) return k;
    }
    return -1;
}

static double component_real(const mlci_column *c, int64_t row, int64_t k)
{
    const double *const values = c->values;
    if (!mlci_column_is_valid(c, row)) return (double)NAN;
    if (c->indices == NULL) return values[row * c->row_stride + k];
    for (int64_t i = c->offsets[row]; i < c->offsets[row + 1]; i++) {
        if (c->indices[i] == k) return values[i];
    }
    return 0;
}

static mlc_status refuse_text(const char *column, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_COLUMN, column,
                     "column '%s' is text, not a number: read it as text", column);
}

mlc_status mlc_dataset_real(const mlc_dataset *dataset, const char *column, int64_t row,
                            double *out, mlc_error *err)
{
    MLCI_TRY(check_arguments(dataset, column, out, err));
    MLCI_TRY(check_row(dataset, row, err));
    int32_t i = mlci_dataset_find(dataset, column);
    int64_t k = 0;
    if (i < 0) k = find_component(dataset, column, &i);
    if (i < 0) return mlci_dataset_get(dataset, column, &i, err);
    if (k < 0) {
        return mlci_fail(err, MLC_ERROR_COLUMN, column,
                         "vector column '%s' has no such "
                         "component: '%s'",
                         dataset->fields[i].name, column);
    }
    const mlci_column *const c = dataset->fields[i].column;
    const int64_t from = mlci_dataset_source_row(dataset, row);
    if (c->type == MLC_TYPE_TEXT) return refuse_text(column, err);
    if (c->type != MLC_TYPE_VECTOR) {
        mlci_column_reals(c, from, 1, out, 1);
        return MLC_OK;
    }
    if (c->width > 1 && strcmp(column, dataset->fields[i].name) == 0) {
        return mlci_fail(err, MLC_ERROR_COLUMN, column,
                         "column '%s' is a vector of %lld: name a component, as in '%s[%s]'",
                         column, (long long)c->width, column,
                         c->components != NULL ? c->components[0] : "0");
    }
    *out = component_real(c, from, k);
    return MLC_OK;
}

mlc_status mlc_dataset_text(const mlc_dataset *dataset, const char *column, int64_t row,
                            const char **out, int64_t *length, mlc_error *err)
{
    int32_t i = -1;
    MLCI_TRY(check_arguments(dataset, column, out, err));
    MLCI_TRY(check_row(dataset, row, err));
    if (length == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "length", "length is NULL");
    MLCI_TRY(mlci_dataset_get(dataset, column, &i, err));
    const mlci_column *const c = dataset->fields[i].column;
    if (c->type != MLC_TYPE_TEXT && c->type != MLC_TYPE_CATEGORY) {
        return mlci_fail(err, MLC_ERROR_COLUMN, column,
                         "column '%s' is %s, not text: read it as a number", column,
                         mlci_type_name(c->type));
    }
    *out = mlci_column_text(c, mlci_dataset_source_row(dataset, row), length);
    return MLC_OK;
}

static mlc_status check_room(const mlc_dataset *dataset, const char *column, int64_t width,
                             int64_t n_values, mlc_error *err)
{
    int64_t needed = 0;
    if (mlci_mul_size(dataset->n_rows, width, &needed) && n_values >= needed) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_values",
                     "n_values = %lld: column '%s' has %lld x %lld values", (long long)n_values,
                     column, (long long)dataset->n_rows, (long long)width);
}

mlc_status mlc_dataset_copy_real(const mlc_dataset *dataset, const char *column, double *out,
                                 int64_t n_values, mlc_error *err)
{
    int32_t i = -1;
    MLCI_TRY(check_arguments(dataset, column, out, err));
    MLCI_TRY(mlci_dataset_get(dataset, column, &i, err));
    const mlci_column *const c = dataset->fields[i].column;
    if (c->type == MLC_TYPE_TEXT) return refuse_text(column, err);
    MLCI_TRY(check_room(dataset, column, c->width, n_values, err));
    if (dataset->rows == NULL) {
        mlci_column_reals(c, dataset->first, dataset->n_rows, out, c->width);
        return MLC_OK;
    }
    for (int64_t row = 0; row < dataset->n_rows; row++) {
        mlci_column_reals(c, dataset->rows->row[row], 1, out + row * c->width, c->width);
    }
    return MLC_OK;
}

/* What an integer, bool or timestamp column holds, exactly. */
static int64_t integer_at(const mlci_column *c, int64_t row)
{
    if (c->type != MLC_TYPE_BOOL) return ((const int64_t *)c->values)[row];
    return ((const uint8_t *)c->values)[row >> 3] >> (row & 7) & 1;
}

mlc_status mlc_dataset_copy_integer(const mlc_dataset *dataset, const char *column, int64_t *out,
                                    int64_t n_values, int64_t missing, int64_t *n_missing,
                                    mlc_error *err)
{
    int32_t i = -1;
    int64_t count = 0;
    MLCI_TRY(check_arguments(dataset, column, out, err));
    MLCI_TRY(mlci_dataset_get(dataset, column, &i, err));
    const mlci_column *const c = dataset->fields[i].column;
    if (c->type != MLC_TYPE_INT64 && c->type != MLC_TYPE_BOOL && c->type != MLC_TYPE_TIMESTAMP) {
        return mlci_fail(err, MLC_ERROR_COLUMN, column,
                         "column '%s' is %s: only int64, bool and timestamp columns hold integers",
                         column, mlci_type_name(c->type));
    }
    MLCI_TRY(check_room(dataset, column, 1, n_values, err));
    for (int64_t row = 0; row < dataset->n_rows; row++) {
        const int64_t from = mlci_dataset_source_row(dataset, row);
        const int there = mlci_column_is_valid(c, from);
        out[row] = there ? integer_at(c, from) : missing;
        count += !there;
    }
    if (n_missing != NULL) *n_missing = count;
    return MLC_OK;
}

static mlc_status refuse_category(const char *column, int32_t type, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_COLUMN, column,
                     "column '%s' is %s: only category columns "
                     "have codes",
                     column, mlci_type_name(type));
}

mlc_status mlc_dataset_copy_codes(const mlc_dataset *dataset, const char *column, int32_t *out,
                                  int64_t n_values, mlc_error *err)
{
    int32_t i = -1;
    MLCI_TRY(check_arguments(dataset, column, out, err));
    MLCI_TRY(mlci_dataset_get(dataset, column, &i, err));
    const mlci_column *const c = dataset->fields[i].column;
    if (c->type != MLC_TYPE_CATEGORY) return refuse_category(column, c->type, err);
    MLCI_TRY(check_room(dataset, column, 1, n_values, err));
    for (int64_t row = 0; row < dataset->n_rows; row++) {
        const int64_t from = mlci_dataset_source_row(dataset, row);
        out[row] = mlci_column_is_valid(c, from) ? mlci_column_code(c, from) : -1;
    }
    return MLC_OK;
}

const char *mlc_dataset_category(const mlc_dataset *dataset, const char *column, int32_t code)
{
    const int32_t i = mlc_dataset_find(dataset, column);
    if (i < 0) return NULL;
    return mlci_dictionary_text(dataset->fields[i].column->dictionary, code, NULL);
}

/* Where row `first` of the values is; first is a multiple of 8 for bits. */
static const void *values_at(const mlci_column *c, const void *from, int64_t first)
{
    const char *const values = from;
    switch (c->type) {
    case MLC_TYPE_BOOL:
        return values + first / 8;
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_CATEGORY:
        return values + first * 4;
    case MLC_TYPE_TEXT:
        return values;
    case MLC_TYPE_VECTOR:
        return c->indices != NULL ? values : values + first * c->row_stride * 8;
    default:
        return values + first * 8;
    }
}

mlc_status mlc_dataset_column(const mlc_dataset *dataset, const char *column, mlc_array *out,
                              mlc_error *err)
{
    int32_t i = -1;
    MLCI_TRY(check_arguments(dataset, column, out, err));
    int64_t size = 0;
    memcpy(&size, out, sizeof size);
    if (size < (int64_t)sizeof size || size > MLCI_MAX_ARRAY_SIZE ||
        size % (int64_t)sizeof(void *) != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "out",
                         "out->size = %lld: must be "
                         "sizeof(mlc_array), %lld",
                         (long long)size, (long long)sizeof *out);
    }
    MLCI_TRY(mlci_dataset_get(dataset, column, &i, err));
    const mlci_field *const field = &dataset->fields[i];
    const mlci_column *const c = field->column;
    const int64_t first = dataset->first;
    const int is_unknown = /* to a caller that was made before there were such */
        c->indices != NULL && size < (int64_t)offsetof(mlc_array, offset_size) + 4;
    if (dataset->rows != NULL || is_unknown ||
        (first % 8 != 0 && (c->type == MLC_TYPE_BOOL || c->valid != NULL))) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, column,
                         "column '%s' is not contiguous here (%s): copy it instead", column,
                         dataset->rows != NULL ? "a view of chosen rows"
                         : is_unknown          ? "a sparse vector"
                                               : "a view that starts within a byte of bits");
    }
    const void *values = c->values;
    if (c->type == MLC_TYPE_CATEGORY) MLCI_TRY(mlci_column_wide_codes(c, &values, err));
    const mlc_array lent = {.size = size,
                            .name = field->name,
                            .role = mlci_role_name(field->role),
                            .type = c->type,
                            .data = values_at(c, values, first),
                            .valid = c->valid != NULL ? c->valid + first / 8 : NULL,
                            .n_rows = dataset->n_rows,
                            .n_columns = c->width,
                            .row_stride = c->indices != NULL ? 0 : c->row_stride,
                            .column_stride = c->indices == NULL,
                            .offsets = c->offsets != NULL ? c->offsets + first : NULL,
                            .sparse = c->indices != NULL ? MLC_SPARSE_ROWS : 0,
                            .indices = c->indices};
    /* As much of it as the caller's header has; what only a newer header has is absent. */
    const int64_t own_size = (int64_t)sizeof lent;
    memcpy(out, &lent, (size_t)(size < own_size ? size : own_size));
    if (size > own_size) memset((char *)out + own_size, 0, (size_t)(size - own_size));
    return MLC_OK;
}
