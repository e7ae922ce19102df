/* Targets, weights and offsets: the columns beside the features, checked and as numbers. */
#include "target.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "number.h"
#include "order.h"
#include "text.h"

void mlci_target_free(mlci_target *target)
{
    mlci_target *const t = target;
    if (t == NULL) return;
    mlci_root *const root = t->root;
    for (int32_t i = 0; t->names != NULL && i < t->n_outputs; i++)
        mlci_free(t->names[i]);
    mlci_free(t->names);
    mlci_free(t->name);
    mlci_classes_unref(t->classes);
    mlci_free(t->class_of_row);
    mlci_free(t->value);
    mlci_free(t);
    mlci_root_unref(root);
}

static mlc_status copy_name(mlci_root *root, const char *name, char **out, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(name);
    *out = mlci_copy_text(root, name, length);
    return *out != NULL ? MLC_OK : mlci_fail_memory(err, length + 1, 1);
}

/* A target with its name, room for the names of its outputs and for its values. */
static mlc_status create(mlci_root *root, const char *name, int64_t n_rows, int64_t n_outputs,
                         mlci_target **out, mlc_error *err)
{
    int64_t count = 0;
    if (n_outputs > INT32_MAX || !mlci_mul_size(n_rows, n_outputs, &count)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, name, "%lld x %lld target values are too many",
                         (long long)n_rows, (long long)n_outputs);
    }
    mlci_target *const t = mlci_alloc(root, 1, sizeof *t);
    if (t == NULL) return mlci_fail_memory(err, 1, sizeof *t);
    t->root = mlci_root_ref(root);
    t->n_rows = n_rows;
    t->n_outputs = (int32_t)n_outputs;
    mlc_status status = copy_name(root, name, &t->name, err);
    if (status == MLC_OK) {
        t->names = mlci_alloc(root, n_outputs, sizeof *t->names);
        t->value = mlci_alloc_raw(root, count, sizeof *t->value);
        if (t->names == NULL || t->value == NULL) {
            status = mlci_fail_memory(err, count, sizeof *t->value);
        }
    }
    if (status != MLC_OK) {
        mlci_target_free(t);
        return status;
    }
    *out = t;
    return MLC_OK;
}

static mlc_status refuse_no_target(const mlc_dataset *dataset, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_ROLE, "target",
                     "none of the %d columns is the target: say which, as in target=%s",
                     (int)dataset->n_fields,
                     dataset->n_fields > 0 ? dataset->fields[dataset->n_fields - 1].name : "name");
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status fill_classes(mlci_target *t, const mlci_column *column, mlc_error *err)
{
    t->class_of_row = mlci_alloc_raw(t->root, t->n_rows, sizeof *t->class_of_row);
    if (t->class_of_row == NULL) {
        return mlci_fail_memory(err, t->n_rows, sizeof *t->class_of_row);
    }
    MLCI_TRY(copy_name(t->root, t->name, &t->names[0], err));
    MLCI_TRY(mlci_classes_of_rows(t->classes, column, t->name, t->class_of_row, err));
    for (int64_t i = 0; i < t->n_rows; i++)
        t->value[i] = (double)t->class_of_row[i];
    return MLC_OK;
}

mlc_status mlci_target_classes(mlc_context *call, const mlc_dataset *dataset,
                               const mlci_classes *known, mlci_target **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    int32_t field = -1;
    mlci_column *column = NULL;
    mlci_target *t = NULL;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_TARGET, &field, err));
    if (field < 0) return refuse_no_target(dataset, err);
    const char *const name = dataset->fields[field].name;
    MLCI_TRY(mlci_dataset_take_column(dataset, field, &column, err));
    mlc_status status = create(root, name, dataset->n_rows, 1, &t, err);
    if (status == MLC_OK && known != NULL) {
        t->classes = mlci_classes_ref(known);
    } else if (status == MLC_OK) {
        status = mlci_classes_fit(root, column, name, dataset->classes, dataset->positive,
                                  &t->classes, err);
    }
    if (status == MLC_OK) status = fill_classes(t, column, err);
    mlci_column_unref(column);
    if (status != MLC_OK) {
        mlci_target_free(t);
        return status;
    }
    *out = t;
    return MLC_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static mlc_status check_numeric(const mlci_field *field, mlc_error *err)
{
    const mlci_column *const c = field->column;
    if (mlci_type_is_number(c->type) || c->type == MLC_TYPE_VECTOR) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                     "target '%s' is %s: a regressor needs numbers; for classes use a classifier",
                     field->name, mlci_type_kind(c->type));
}

/* Names of the outputs of one column, from output `at` on. */
static mlc_status name_outputs(mlci_target *t, const mlci_field *field, int32_t at, mlc_error *err)
{
    const mlci_column *const c = field->column;
    if (c->type != MLC_TYPE_VECTOR) return copy_name(t->root, field->name, &t->names[at], err);
    mlci_text text = mlci_text_init(t->root);
    mlc_status status = MLC_OK;
    for (int64_t k = 0; k < c->width && status == MLC_OK; k++) {
        mlci_text_append_text(&text, field->name);
        mlci_text_append_char(&text, '[');
        if (c->components != NULL) {
            mlci_text_append_text(&text, c->components[k]);
        } else {
            mlci_text_append_integer(&text, k);
        }
        mlci_text_append_char(&text, ']');
        status = mlci_text_take(&text, &t->names[at + k], err);
    }
    mlci_text_clear(&text);
    return status;
}

/* The first value that is no finite number; of two bounds the upper one may be missing. */
static mlc_status check_values(const mlci_target *t, int32_t are_bounds, mlc_error *err)
{
    for (int64_t i = 0; i < t->n_rows * t->n_outputs; i++) {
        if (isfinite(t->value[i])) continue;
        if (are_bounds && t->n_outputs == 2 && i % 2 == 1 && !(t->value[i] < 0)) {
            t->value[i] = INFINITY;
            continue;
        }
        const char *const name = t->names[i % t->n_outputs];
        return mlci_fail(
            err, MLC_ERROR_DATA, name, "target '%s' is %s in row %lld: leave such rows out", name,
            isnan(t->value[i]) ? "missing" : "infinite", (long long)(i / t->n_outputs) + 1);
    }
    return MLC_OK;
}

static mlc_status fill_numbers(mlci_target *t, const mlc_dataset *dataset, int32_t are_bounds,
                               mlc_error *err)
{
    int32_t at = 0;
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        const mlci_field *const field = &dataset->fields[i];
        if (field->role != MLCI_ROLE_TARGET) continue;
        mlci_column *column = NULL;
        MLCI_TRY(name_outputs(t, field, at, err));
        MLCI_TRY(mlci_dataset_take_column(dataset, i, &column, err));
        mlci_column_reals(column, 0, t->n_rows, t->value + at, t->n_outputs);
        at += (int32_t)column->width;
        mlci_column_unref(column);
    }
    return check_values(t, are_bounds, err);
}

static mlc_status open_numbers(mlc_context *call, const mlc_dataset *dataset, int32_t are_bounds,
                               mlci_target **out, mlc_error *err)
{
    const char *name = NULL;
    int64_t n_outputs = 0;
    mlci_target *t = NULL;
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        const mlci_field *const field = &dataset->fields[i];
        if (field->role != MLCI_ROLE_TARGET) continue;
        MLCI_TRY(check_numeric(field, err));
        if (name == NULL) name = field->name;
        n_outputs += field->column->width;
    }
    if (name == NULL) return refuse_no_target(dataset, err);
    if (dataset->n_rows == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, name, "target '%s' has no rows", name);
    }
    MLCI_TRY(create(mlci_context_root(call), name, dataset->n_rows, n_outputs, &t, err));
    const mlc_status status = fill_numbers(t, dataset, are_bounds, err);
    if (status != MLC_OK) {
        mlci_target_free(t);
        return status;
    }
    *out = t;
    return MLC_OK;
}

mlc_status mlci_target_numbers(mlc_context *call, const mlc_dataset *dataset, mlci_target **out,
                               mlc_error *err)
{
    return open_numbers(call, dataset, 0, out, err);
}

mlc_status mlci_target_bounds(mlc_context *call, const mlc_dataset *dataset, mlci_target **out,
                              mlc_error *err)
{
    return open_numbers(call, dataset, 1, out, err);
}

/* ---- weights and offsets ------------------------------------------------------------------ */

/* The column of a role as finite doubles; NULL when there is none. */
static mlc_status role_values(const mlc_dataset *dataset, int32_t role, double **out,
                              const char **name, mlc_error *err)
{
    int32_t i = -1;
    *out = NULL;
    MLCI_TRY(mlci_dataset_role_field(dataset, role, &i, err));
    if (i < 0) return MLC_OK;
    *name = dataset->fields[i].name;
    const int64_t n = dataset->n_rows;
    if (!mlci_type_is_number(dataset->fields[i].column->type)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, *name, "%s '%s' is %s: it must be a number",
                         mlci_role_name(role), *name,
                         mlci_type_kind(dataset->fields[i].column->type));
    }
    double *const values = mlci_alloc_raw(dataset->root, n, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, n, sizeof *values);
    mlc_status status = mlc_dataset_copy_real(dataset, *name, values, n, err);
    for (int64_t row = 0; row < n && status == MLC_OK; row++) {
        if (isfinite(values[row])) continue;
        status =
            mlci_fail(err, MLC_ERROR_DATA, *name,
                      "%s '%s' is %s in row %lld: it must be a finite number", mlci_role_name(role),
                      *name, isnan(values[row]) ? "missing" : "infinite", (long long)row + 1);
    }
    if (status != MLC_OK) {
        mlci_free(values);
        return status;
    }
    *out = values;
    return MLC_OK;
}

mlc_status mlci_dataset_weights(const mlc_dataset *dataset, double **out, mlc_error *err)
{
    double *values = NULL;
    const char *name = NULL;
    int some = dataset->n_rows == 0;
    MLCI_TRY(role_values(dataset, MLCI_ROLE_WEIGHT, &values, &name, err));
    for (int64_t row = 0; values != NULL && row < dataset->n_rows; row++) {
        if (values[row] > 0) some = 1;
        if (values[row] >= 0) continue;
        char text[MLCI_NUMBER_SIZE];
        mlci_real_format(values[row], text);
        mlci_free(values);
        return mlci_fail(err, MLC_ERROR_DATA, name,
                         "weight '%s' is %s in row %lld: it must be at least 0", name, text,
                         (long long)row + 1);
    }
    if (values != NULL && !some) {
        mlci_free(values);
        return mlci_fail(err, MLC_ERROR_DATA, name, "weight '%s' is 0 in every row", name);
    }
    *out = values;
    return MLC_OK;
}

mlc_status mlci_dataset_offsets(const mlc_dataset *dataset, double **out, mlc_error *err)
{
    double *values = NULL;
    const char *name = NULL;
    MLCI_TRY(role_values(dataset, MLCI_ROLE_OFFSET, &values, &name, err));
    *out = values;
    return MLC_OK;
}

mlc_status mlci_dataset_groups(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                               mlc_error *err)
{
    int32_t field = -1;
    mlci_column *column = NULL;
    *out = NULL;
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_GROUP, &field, err));
    if (field < 0) return MLC_OK;
    const char *const name = dataset->fields[field].name;
    if (dataset->fields[field].column->type == MLC_TYPE_VECTOR)
        return mlci_fail(err, MLC_ERROR_COLUMN, name,
                         "group '%s' is a vector: it must have one value a row", name);
    int32_t *const group = mlci_alloc_raw(dataset->root, dataset->n_rows, sizeof *group);
    if (group == NULL) return mlci_fail_memory(err, dataset->n_rows, sizeof *group);
    mlc_status status = mlci_dataset_take_column(dataset, field, &column, err);
    if (status == MLC_OK) status = mlci_order_number(call, column, group, NULL, err);
    mlci_column_unref(column);
    for (int64_t row = 0; row < dataset->n_rows && status == MLC_OK; row++)
        if (group[row] < 0)
            status = mlci_fail(err, MLC_ERROR_DATA, name, "group '%s' is missing in row %lld", name,
                               (long long)row + 1);
    if (status != MLC_OK) {
        mlci_free(group);
        return status;
    }
    *out = group;
    return MLC_OK;
}
