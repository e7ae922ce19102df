/* Columns as columns of another type. A value is cast when it means the same there: texts are read
 * as numbers, bools and times, everything is written as text, reals without a fraction are
 * integers. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "timestamp.h"
#include "validate_impl.h"

typedef struct casting {
    mlc_context *call;
    const mlci_field *field;
    const mlci_column *from;
    mlci_column *to;
    mlci_text text; /* of the cell at hand */
} casting;

static int is_text(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

static int read_integer(const casting *c, int64_t row, int64_t *out)
{
    double real = 0;
    if (c->from->type == MLC_TYPE_INT64) {
        *out = ((const int64_t *)c->from->values)[row];
        return 1;
    }
    if (is_text(c->from->type)) {
        int64_t length;
        const char *const text = mlci_column_text(c->from, row, &length);
        if (mlci_integer_parse(text, length, out)) return 1;
        if (!mlci_real_parse(text, length, &real)) return 0;
    } else {
        if (c->from->type == MLC_TYPE_TIMESTAMP) return 0;
        mlci_column_reals(c->from, row, 1, &real, 1);
    }
    if (!(fabs(real) < 0x1p63) || real != floor(real)) return 0;
    *out = (int64_t)real;
    return 1;
}

static int read_real(const casting *c, int64_t row, double *out)
{
    if (c->from->type == MLC_TYPE_TIMESTAMP) return 0;
    if (!is_text(c->from->type)) {
        mlci_column_reals(c->from, row, 1, out, 1);
        return 1;
    }
    int64_t length;
    const char *const text = mlci_column_text(c->from, row, &length);
    return mlci_real_parse(text, length, out);
}

static int read_time(const casting *c, int64_t row, int64_t *out)
{
    int64_t length;
    if (c->from->type == MLC_TYPE_TIMESTAMP) *out = ((const int64_t *)c->from->values)[row];
    if (!is_text(c->from->type)) return c->from->type == MLC_TYPE_TIMESTAMP;
    const char *const text = mlci_column_text(c->from, row, &length);
    return mlci_timestamp_parse(text, length, out);
}

static int read_bool(const casting *c, int64_t row, int *out)
{
    int64_t integer, length;
    if (is_text(c->from->type)) {
        const char *const text = mlci_column_text(c->from, row, &length);
        *out = mlci_text_equal(text, length, "true");
        if (*out || mlci_text_equal(text, length, "false")) return 1;
    }
    if (!read_integer(c, row, &integer) || (integer != 0 && integer != 1)) return 0;
    *out = integer == 1;
    return 1;
}

/* One value of a column of numbers or times; 0 when it means nothing there. */
static int cast_number(const casting *c, int64_t row)
{
    void *const data = mlci_column_data(c->to);
    double real;
    int flag;
    switch (c->to->type) {
    case MLC_TYPE_INT64:
        return read_integer(c, row, (int64_t *)data + row);
    case MLC_TYPE_TIMESTAMP:
        return read_time(c, row, (int64_t *)data + row);
    case MLC_TYPE_FLOAT64:
        return read_real(c, row, (double *)data + row);
    case MLC_TYPE_FLOAT32:
        if (!read_real(c, row, &real)) return 0;
        ((float *)data)[row] = (float)real;
        return 1;
    default:
        if (!read_bool(c, row, &flag)) return 0;
        if (flag) ((uint8_t *)data)[row >> 3] |= (uint8_t)(1 << (row & 7));
        return 1;
    }
}

static mlc_status cast_numbers(casting *c, int32_t type, int64_t *bad, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(c->call->root, type, c->from->n_rows, 1, 1, &c->to, err));
    for (int64_t i = 0; i < c->from->n_rows; i++) {
        const int has_value = mlci_column_is_valid(c->from, i);
        if (has_value && cast_number(c, i)) continue;
        mlci_column_set_missing(c->to, i);
        if (has_value && *bad < 0) *bad = i;
    }
    return MLC_OK;
}

static mlc_status cast_texts(casting *c, mlc_error *err)
{
    const int64_t n = c->from->n_rows;
    const mlci_shown shown = {c->field, -1};
    int64_t *const offsets = mlci_alloc(c->call->root, n + 1, sizeof(int64_t));
    int64_t *const lengths = mlci_alloc(c->call->root, n, sizeof(int64_t));
    const char **const texts = mlci_alloc(c->call->root, n, (int64_t)sizeof *texts);
    mlc_status status = MLC_OK;
    if (offsets == NULL || lengths == NULL || texts == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *texts);
    }
    for (int64_t i = 0; status == MLC_OK && i < n; i++) {
        if (mlci_column_is_valid(c->from, i)) mlci_cell_append(&shown, i, 0, &c->text);
        offsets[i + 1] = c->text.length;
    }
    if (status == MLC_OK) status = mlci_text_status(&c->text, err);
    for (int64_t i = 0; status == MLC_OK && i < n; i++) {
        if (!mlci_column_is_valid(c->from, i)) continue;
        texts[i] = c->text.data == NULL ? "" : c->text.data + offsets[i];
        lengths[i] = offsets[i + 1] - offsets[i];
    }
    if (status == MLC_OK) {
        status = mlci_column_create_text(c->call->root, n, texts, lengths, &c->to, err);
    }
    mlci_free(texts);
    mlci_free(lengths);
    mlci_free(offsets);
    return status;
}

mlc_status mlci_conform_cast(mlc_context *call, const mlci_field *field, int32_t type,
                             mlci_column **out, int64_t *bad, mlc_error *err)
{
    casting c = {
        .call = call, .field = field, .from = field->column, .text = mlci_text_init(call->root)};
    mlc_status status;
    *bad = -1;
    if (type == MLC_TYPE_VECTOR || c.from->type == MLC_TYPE_VECTOR) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is %s, and cannot be cast to %s", field->name,
                         mlci_type_name(c.from->type), mlci_type_name(type));
    }
    status = is_text(type) ? cast_texts(&c, err) : cast_numbers(&c, type, bad, err);
    mlci_text_clear(&c.text);
    if (status == MLC_OK && type == MLC_TYPE_CATEGORY) {
        status = mlci_column_to_category(c.to, out, err);
        mlci_column_unref(c.to);
    } else if (status == MLC_OK) {
        *out = c.to;
    } else {
        mlci_column_unref(c.to);
    }
    return status;
}
