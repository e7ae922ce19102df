/* Columns of other types, without loss: a value that the other type does not have is an error that
 * names its row, or becomes missing. The values are those of the casts of expressions; what those
 * would round or cut is found by going back. Only reals of 32 bits are rounded, being made for
 * that. */
#include <mlcore/shape.h>

#include <math.h>
#include <string.h>

#include "cell.h"
#include "expression.h"
#include "param.h"
#include "typed_name.h"

typedef struct cast_settings {
    int32_t on_error;
} cast_settings;

enum { FAIL, MISSING };

static const mlci_choice error_choices[] = {
    {"fail", FAIL, "stop, naming the column, the row and the value"},
    {"missing", MISSING, "make such values missing"},
    {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_CHOICE(cast_settings, on_error, FAIL, error_choices,
                "what to do about values that the type does not have", .since = "0.1"),
    {.name = NULL}};

typedef struct caster {
    mlc_context *call;
    const mlc_dataset *dataset; /* whole */
    mlci_field *fields;         /* of the result */
    int32_t on_error;
} caster;

/* ---- values ------------------------------------------------------------------------------- */

static double real_at(const mlci_column *c, int64_t row)
{
    double value;
    mlci_column_reals(c, row, 1, &value, 1);
    return value;
}

static int is_integer(int32_t type)
{
    return type == MLC_TYPE_INT64 || type == MLC_TYPE_TIMESTAMP;
}

/* Is the value of a row in the new column the one of the old one? Both are there. */
static int is_same(const mlci_column *from, const mlci_column *to, int64_t row)
{
    if (!mlci_type_is_number(from->type) || !mlci_type_is_number(to->type)) return 1;
    const double value = real_at(to, row);
    if (to->type == MLC_TYPE_FLOAT32 && from->type != MLC_TYPE_INT64) {
        return !isinf(value) || isinf(real_at(from, row));
    }
    if (!is_integer(from->type) || is_integer(to->type)) return value == real_at(from, row);
    return value >= -0x1p63 && value < 0x1p63 &&
           (to->type == MLC_TYPE_FLOAT32 || (int64_t)value == ((const int64_t *)from->values)[row]);
}

static int is_missing(const mlci_column *c, int64_t row)
{
    if (!mlci_column_is_valid(c, row)) return 1;
    return (c->type == MLC_TYPE_FLOAT32 || c->type == MLC_TYPE_FLOAT64) && isnan(real_at(c, row));
}

static mlc_status fail_value(const mlci_field *field, int64_t row, int32_t type, mlc_error *err)
{
    mlci_text text = mlci_text_init(field->column->root);
    const mlci_shown shown = {field, -1};
    mlci_cell_append(&shown, row, 0, &text);
    mlc_status status = mlci_text_status(&text, err);
    if (status == MLC_OK) {
        status = mlci_fail(err, MLC_ERROR_DATA, field->name,
                           "column '%s', row %lld: %.*s has no value as %s; on_error=missing makes "
                           "such values missing",
                           field->name, (long long)row, text.length < 200 ? (int)text.length : 200,
                           text.data != NULL ? text.data : "''", mlci_type_name(type));
    }
    mlci_text_clear(&text);
    return status;
}

/* Looks for values that were lost. */
static mlc_status check_values(const caster *c, const mlci_field *field, mlci_column *to,
                               mlc_error *err)
{
    const mlci_column *const from = field->column;
    for (int64_t i = 0; i < from->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(c->call, i, err));
        const int is_there = mlci_column_is_valid(to, i);
        if (is_there && is_same(from, to, i)) continue;
        if (is_missing(from, i)) continue;
        if (c->on_error == FAIL) return fail_value(field, i, to->type, err);
        if (!is_there) continue;
        MLCI_TRY(mlci_column_add_valid(to, err));
        mlci_column_set_missing(to, i);
        if (to->type == MLC_TYPE_FLOAT32) ((float *)mlci_column_data(to))[i] = 0;
        if (to->type == MLC_TYPE_FLOAT64) ((double *)mlci_column_data(to))[i] = 0;
        if (to->type == MLC_TYPE_INT64) ((int64_t *)mlci_column_data(to))[i] = 0;
        if (to->type == MLC_TYPE_BOOL)
            ((uint8_t *)mlci_column_data(to))[i >> 3] &= (uint8_t) ~(1U << (i & 7));
    }
    return MLC_OK;
}

/* ---- columns ------------------------------------------------------------------------------ */

/* `function(x)` over one column. */
static mlc_status call_function(const caster *c, const mlci_column *column, const char *function,
                                mlci_column **out, mlc_error *err)
{
    const char *const name = "x";
    char text[32];
    mlci_column *columns[] = {(mlci_column *)column};
    mlc_dataset *one = NULL;
    mlci_expression *e = NULL;
    MLCI_TRY(mlci_dataset_create(c->call->root, 1, &name, columns, NULL, &one, err));
    strcpy(text, function);
    strcat(text, "(x)");
    mlc_status status = mlci_expression_parse(c->call->root, text, one, &e, err);
    if (status == MLC_OK) status = mlci_expression_column(c->call, e, one, out, err);
    mlci_expression_free(e);
    mlc_dataset_free(one);
    return status;
}

/* The same bits under another type: int64 and timestamp in microseconds. */
static mlc_status relabel(const caster *c, const mlci_column *column, int32_t type,
                          mlci_column **out, mlc_error *err)
{
    const int64_t n = column->n_rows;
    MLCI_TRY(mlci_column_create(c->call->root, type, n, 1, column->valid != NULL, out, err));
    if (n > 0) memcpy(mlci_column_data(*out), column->values, (size_t)n * 8);
    for (int64_t i = 0; i < n && column->valid != NULL; i++)
        if (!mlci_column_is_valid(column, i)) mlci_column_set_missing(*out, i);
    return MLC_OK;
}

static mlc_status narrow(const caster *c, const mlci_column *column, mlci_column **out,
                         mlc_error *err)
{
    const int64_t n = column->n_rows;
    MLCI_TRY(
        mlci_column_create(c->call->root, MLC_TYPE_FLOAT32, n, 1, column->valid != NULL, out, err));
    float *const values = mlci_column_data(*out);
    for (int64_t i = 0; i < n; i++) {
        if (mlci_column_is_valid(column, i)) {
            values[i] = (float)((const double *)column->values)[i];
        } else {
            mlci_column_set_missing(*out, i);
        }
    }
    return MLC_OK;
}

static mlc_status convert(const caster *c, const mlci_column *column, int32_t type,
                          mlci_column **out, mlc_error *err)
{
    static const char *const functions[] = {
        [MLC_TYPE_BOOL] = "bool",          [MLC_TYPE_INT64] = "int", [MLC_TYPE_FLOAT32] = "real",
        [MLC_TYPE_FLOAT64] = "real",       [MLC_TYPE_TEXT] = "text", [MLC_TYPE_CATEGORY] = "text",
        [MLC_TYPE_TIMESTAMP] = "timestamp"};
    if (is_integer(column->type) && is_integer(type)) return relabel(c, column, type, out, err);
    mlci_column *made = NULL;
    MLCI_TRY(call_function(c, column, functions[type], &made, err));
    if (made->type == type) {
        *out = made;
        return MLC_OK;
    }
    mlc_status status;
    if (type == MLC_TYPE_FLOAT32) {
        status = narrow(c, made, out, err);
    } else if (type == MLC_TYPE_CATEGORY) {
        status = mlci_column_to_category(made, out, err);
    } else { /* texts of a category, which are made a category again */
        const int64_t n = made->n_rows;
        const char **const texts = mlci_alloc_raw(c->call->root, n, (int64_t)sizeof *texts);
        int64_t *const lengths = mlci_alloc_raw(c->call->root, n, (int64_t)sizeof *lengths);
        if (texts == NULL || lengths == NULL) {
            status = mlci_fail_memory(err, n, (int64_t)sizeof *texts);
        } else {
            for (int64_t i = 0; i < n; i++)
                texts[i] = mlci_column_text(made, i, &lengths[i]);
            status = mlci_column_create_text(c->call->root, n, texts, lengths, out, err);
        }
        mlci_free((void *)texts);
        mlci_free(lengths);
    }
    mlci_column_unref(made);
    return status;
}

/* Types whose values have nothing to do with each other. */
static int is_possible(int32_t from, int32_t to)
{
    const int is_text = from == MLC_TYPE_TEXT || from == MLC_TYPE_CATEGORY || to == MLC_TYPE_TEXT ||
                        to == MLC_TYPE_CATEGORY;
    if (from == MLC_TYPE_VECTOR) return 0;
    if (from != MLC_TYPE_TIMESTAMP && to != MLC_TYPE_TIMESTAMP) return 1;
    return is_text || (is_integer(from) && is_integer(to));
}

static mlc_status cast_field(const caster *c, int32_t i, int32_t type, mlc_error *err)
{
    const mlci_field *const field = &c->dataset->fields[i];
    mlci_column *to = NULL;
    if (field->column->type == type) return MLC_OK;
    if (!is_possible(field->column->type, type)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is %s, which cannot become %s", field->name,
                         mlci_type_name(field->column->type), mlci_type_name(type));
    }
    mlc_status status = convert(c, field->column, type, &to, err);
    if (status == MLC_OK) status = check_values(c, field, to, err);
    if (status != MLC_OK) {
        mlci_column_unref(to);
        return status;
    }
    mlci_column_unref(c->fields[i].column);
    c->fields[i].column = to;
    return MLC_OK;
}

/* ---- types -------------------------------------------------------------------------------- */

static mlc_status cast_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const caster *const c = arg;
    mlci_typed_name wanted;
    int32_t i = 0;
    MLCI_TRY(mlci_typed_name_parse("types", item, length, &wanted, err));
    char *const name = mlci_copy_text(c->call->root, wanted.name, wanted.length);
    if (name == NULL) return mlci_fail_memory(err, wanted.length + 1, 1);
    mlc_status status = mlci_dataset_get(c->dataset, name, &i, err);
    mlci_free(name);
    return status == MLC_OK ? cast_field(c, i, wanted.type, err) : status;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status cast(caster *c, const char *types, mlc_dataset **out, mlc_error *err)
{
    const int32_t n = c->dataset->n_fields;
    c->fields = mlci_alloc(c->call->root, n, (int64_t)sizeof *c->fields);
    if (c->fields == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *c->fields);
    for (int32_t i = 0; i < n; i++) {
        c->fields[i] = c->dataset->fields[i];
        mlci_column_ref(c->fields[i].column);
    }
    mlc_status status = mlci_list_each(types, cast_item, c, err);
    if (status == MLC_OK) status = mlci_dataset_with_fields(c->dataset, n, c->fields, out, err);
    for (int32_t i = 0; i < n; i++)
        mlci_column_unref(c->fields[i].column);
    mlci_free(c->fields);
    return status;
}

mlc_status mlc_dataset_cast(mlc_context *ctx, const mlc_dataset *dataset, const char *types,
                            const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || types == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : types == NULL ? "types" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    cast_settings s;
    mlc_dataset *whole = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_params_from_text(call->root, "cast", table, NULL, settings, &s, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(call, dataset, &whole, err);
    if (status == MLC_OK) {
        caster c = {.call = call, .dataset = whole, .on_error = s.on_error};
        status = cast(&c, types, out, err);
    }
    mlc_dataset_free(whole);
    mlci_call_end(call);
    return status;
}
