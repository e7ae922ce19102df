/* Writing libsvm text: the target as label, a group as qid:, and the features, numbers and vectors
 * side by side, without their zeros. What is stored in a sparse vector is written, zeros too, so
 * that it reads back as it is; a missing value is nan. O(stored values). */
#include <math.h>
#include <string.h>

#include "format_sinks.h"
#include "line_sink.h"
#include "number.h"
#include "param.h"

typedef struct write_settings {
    int32_t index_base;
} write_settings;

static const mlci_choice base_choices[] = {
    {"0", 0, "indices count from 0"}, {"1", 1, "indices count from 1"}, {NULL, 0, NULL}};

static const mlci_param table[] = {MLCI_CHOICE(write_settings, index_base, 1, base_choices,
                                               "what the first index is", .since = "0.1"),
                                   {.name = NULL}};

/* What goes where: found by the roles of the first rows. */
typedef struct libsvm_lines {
    mlci_root *root;
    int64_t base;
    const mlc_dataset *rows;
    int32_t target, group; /* fields; group -1: none */
    int32_t n_features;
    int32_t *features; /* fields; NULL before the first rows */
} libsvm_lines;

/* ---- checks ------------------------------------------------------------------------------- */

static int is_written(const mlci_column *column)
{
    return mlci_type_is_number(column->type) || column->type == MLC_TYPE_VECTOR;
}

static mlc_status check_column(const mlci_field *field, mlc_error *err)
{
    const int is_target = field->role == MLCI_ROLE_TARGET;
    if (!is_target && !mlci_field_is_feature(field)) return MLC_OK;
    const mlci_column *const c = field->column;
    if (is_written(c) && !(is_target && c->type == MLC_TYPE_VECTOR)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                     "column '%s' is %s: libsvm text holds numbers only; encode it first or set "
                     "its role to ignore",
                     field->name, mlci_type_kind(c->type));
}

static mlc_status find_fields(libsvm_lines *lines, const mlc_dataset *rows, mlc_error *err)
{
    int64_t width = 0;
    MLCI_TRY(mlci_dataset_role_field(rows, MLCI_ROLE_TARGET, &lines->target, err));
    MLCI_TRY(mlci_dataset_role_field(rows, MLCI_ROLE_GROUP, &lines->group, err));
    if (lines->target < 0) {
        return mlci_fail(err, MLC_ERROR_ROLE, "target",
                         "libsvm text starts with a label: name the column with target=");
    }
    lines->features = mlci_alloc(lines->root, rows->n_fields, (int64_t)sizeof *lines->features);
    if (lines->features == NULL) {
        return mlci_fail_memory(err, rows->n_fields, (int64_t)sizeof *lines->features);
    }
    for (int32_t j = 0; j < rows->n_fields; j++) {
        MLCI_TRY(check_column(&rows->fields[j], err));
        if (!mlci_field_is_feature(&rows->fields[j])) continue;
        lines->features[lines->n_features++] = j;
        width += rows->fields[j].column->width;
        if (width >= INT32_MAX) {
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                             "more than 2147483646 features: indices do not count so far");
        }
    }
    return MLC_OK;
}

static mlc_status lay_out(void *self, const mlc_dataset *rows, mlc_error *err)
{
    libsvm_lines *const lines = self;
    lines->rows = rows;
    if (lines->features == NULL) MLCI_TRY(find_fields(lines, rows, err));
    if (lines->group < 0) return MLC_OK;
    const mlci_field *const group = &rows->fields[lines->group];
    if (group->column->type == MLC_TYPE_INT64 && group->column->n_missing == 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, group->name,
                     "column '%s' is the group: qid: needs int64 without missing values",
                     group->name);
}

/* ---- rows --------------------------------------------------------------------------------- */

static void append_real(double value, mlci_text *out)
{
    char text[MLCI_NUMBER_SIZE];
    const int32_t n = mlci_real_format(value, text);
    mlci_text_append(out, text, n);
}

static void append_label(const mlci_column *c, int64_t row, mlci_text *out)
{
    double value = 0;
    if (c->type == MLC_TYPE_INT64 && mlci_column_is_valid(c, row)) {
        mlci_text_append_integer(out, ((const int64_t *)c->values)[row]);
        return;
    }
    mlci_column_reals(c, row, 1, &value, 1);
    const int64_t from = out->length;
    append_real(value, out);
    /* A real stays one: 3 is written 3.0. */
    const int is_real = c->type != MLC_TYPE_BOOL && isfinite(value);
    if (is_real && out->data != NULL && strpbrk(out->data + from, ".e") == NULL) {
        mlci_text_append_text(out, ".0");
    }
}

static void append_entry(int64_t index, double value, mlci_text *out)
{
    mlci_text_append_char(out, ' ');
    mlci_text_append_integer(out, index);
    mlci_text_append_char(out, ':');
    append_real(value, out);
}

/* +0 is what stands for nothing. */
static int is_zero(double value)
{
    return value == 0 && !signbit(value);
}

static void append_feature(const mlci_column *c, int64_t row, int64_t first, mlci_text *out)
{
    const double *const values = c->values;
    const int is_there = mlci_column_is_valid(c, row);
    if (c->type == MLC_TYPE_VECTOR && c->indices != NULL && is_there) {
        for (int64_t k = c->offsets[row]; k < c->offsets[row + 1]; k++)
            append_entry(first + c->indices[k], values[k], out);
        return;
    }
    for (int64_t k = 0; k < c->width; k++) {
        double value = (double)NAN;
        if (c->type == MLC_TYPE_INT64 && is_there) { /* exactly, beyond 2^53 too */
            const int64_t integer = ((const int64_t *)c->values)[row];
            if (integer == 0) continue;
            mlci_text_append_char(out, ' ');
            mlci_text_append_integer(out, first);
            mlci_text_append_char(out, ':');
            mlci_text_append_integer(out, integer);
            continue;
        }
        if (c->type == MLC_TYPE_VECTOR && is_there) value = values[row * c->row_stride + k];
        if (c->type != MLC_TYPE_VECTOR) mlci_column_reals(c, row, 1, &value, 1);
        if (!is_zero(value)) append_entry(first + k, value, out);
    }
}

static void append_row(const libsvm_lines *lines, int64_t row, mlci_text *out)
{
    const mlci_field *const fields = lines->rows->fields;
    append_label(fields[lines->target].column, row, out);
    if (lines->group >= 0) {
        const int64_t *const groups = fields[lines->group].column->values;
        mlci_text_append_text(out, " qid:");
        mlci_text_append_integer(out, groups[row]);
    }
    int64_t first = lines->base;
    for (int32_t k = 0; k < lines->n_features; k++) {
        const mlci_column *const column = fields[lines->features[k]].column;
        append_feature(column, row, first, out);
        first += column->width;
    }
    mlci_text_append_char(out, '\n');
}

static void append_rows(const void *self, int64_t first, int64_t end, mlci_text *out)
{
    const libsvm_lines *const lines = self;
    for (int64_t i = first; i < end && !out->failed; i++)
        append_row(lines, mlci_dataset_source_row(lines->rows, i), out);
}

static void close_lines(void *self)
{
    libsvm_lines *const lines = self;
    mlci_free(lines->features);
    mlci_free(lines);
}

static const mlci_line_format format = {
    .omits_zeros = 1, .lay_out = lay_out, .append_rows = append_rows, .close = close_lines};

mlc_status mlci_libsvm_open_sink(mlc_context *call, const char *path, const char *settings,
                                 mlci_row_sink *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    write_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "the libsvm writer", table, NULL, settings, &s, err));
    mlci_params_clear(table, &s);
    libsvm_lines *const lines = mlci_alloc(root, 1, (int64_t)sizeof *lines);
    if (lines == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *lines);
    *lines = (libsvm_lines){.root = root, .base = s.index_base};
    return mlci_line_sink_open(call, path, &format, lines, out, err);
}
