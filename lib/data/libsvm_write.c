/* Writing libsvm text: the target as label, a group as qid:, and the features, numbers and vectors
 * side by side, without their zeros. What is stored in a sparse vector is written, zeros too, so
 * that it reads back as it is; a missing value is nan. O(stored values). */
#include <math.h>
#include <string.h>

#include "format.h"
#include "libsvm.h"
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

/* What goes where. */
typedef struct layout {
    const mlc_dataset *dataset;
    const mlci_column *target, *group; /* group may be NULL */
    int64_t base;
} layout;

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

static mlc_status lay_out(const mlc_dataset *dataset, layout *out, mlc_error *err)
{
    int32_t target = -1, group = -1;
    int64_t width = 0;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_TARGET, &target, err));
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_GROUP, &group, err));
    if (target < 0) {
        return mlci_fail(err, MLC_ERROR_ROLE, "target",
                         "libsvm text starts with a label: name the column with target=");
    }
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        MLCI_TRY(check_column(&dataset->fields[i], err));
        if (mlci_field_is_feature(&dataset->fields[i])) width += dataset->fields[i].column->width;
        if (width >= INT32_MAX) {
            return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                             "more than 2147483646 features: indices do not count so far");
        }
    }
    out->dataset = dataset;
    out->target = dataset->fields[target].column;
    out->group = group < 0 ? NULL : dataset->fields[group].column;
    if (out->group != NULL && (out->group->type != MLC_TYPE_INT64 || out->group->n_missing > 0)) {
        const char *const name = dataset->fields[group].name;
        return mlci_fail(err, MLC_ERROR_COLUMN, name,
                         "column '%s' is the group: qid: needs int64 without missing values", name);
    }
    return MLC_OK;
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
            mlci_text_append_format(out, " %lld:%lld", (long long)first, (long long)integer);
            continue;
        }
        if (c->type == MLC_TYPE_VECTOR && is_there) value = values[row * c->row_stride + k];
        if (c->type != MLC_TYPE_VECTOR) mlci_column_reals(c, row, 1, &value, 1);
        if (!is_zero(value)) append_entry(first + k, value, out);
    }
}

static void append_row(const layout *l, int64_t row, mlci_text *out)
{
    append_label(l->target, row, out);
    if (l->group != NULL) {
        mlci_text_append_format(out, " qid:%lld",
                                (long long)((const int64_t *)l->group->values)[row]);
    }
    int64_t first = l->base;
    for (int32_t i = 0; i < l->dataset->n_fields; i++) {
        const mlci_field *const field = &l->dataset->fields[i];
        if (!mlci_field_is_feature(field)) continue;
        append_feature(field->column, row, first, out);
        first += field->column->width;
    }
    mlci_text_append_char(out, '\n');
}

mlc_status mlci_libsvm_write_text(mlc_context *call, const mlc_dataset *dataset,
                                  const char *settings, mlci_text *out, mlc_error *err)
{
    write_settings s = {0};
    layout l = {0};
    MLCI_TRY(
        mlci_params_from_text(dataset->root, "the libsvm writer", table, NULL, settings, &s, err));
    l.base = s.index_base;
    mlci_params_clear(table, &s);
    MLCI_TRY(lay_out(dataset, &l, err));
    for (int64_t i = 0; i < dataset->n_rows && !out->failed; i++) {
        append_row(&l, mlci_dataset_source_row(dataset, i), out);
        MLCI_TRY(mlci_poll_row(call, i, err));
    }
    return mlci_text_status(out, err);
}
