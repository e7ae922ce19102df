/* Columns of numbers: what transforms keep of them, and copies whose numbers they change. */
#include "numeric_columns.h"

#include <math.h>
#include <string.h>

#include "text.h"

static void free_names(char **names, int64_t n)
{
    for (int64_t i = 0; names != NULL && i < n; i++)
        mlci_free(names[i]);
    mlci_free(names);
}

void mlci_numeric_columns_clear(mlci_numeric_columns *c)
{
    for (int32_t i = 0; c->list != NULL && i < c->n_columns; i++) {
        mlci_free(c->list[i].name);
        free_names(c->list[i].components, c->list[i].width);
    }
    mlci_free(c->list);
    c->list = NULL;
}

static mlc_status open_columns(mlci_numeric_columns *c, mlci_root *root, int64_t n, mlc_error *err)
{
    *c = (mlci_numeric_columns){.root = root};
    c->list = mlci_alloc(root, n, sizeof *c->list);
    if (c->list == NULL) return mlci_fail_memory(err, n, sizeof *c->list);
    c->n_columns = (int32_t)n;
    return MLC_OK;
}

/* ---- fitting ------------------------------------------------------------------------------ */

static mlc_status copy_components(mlci_root *root, const mlci_column *column,
                                  mlci_numeric_column *out, mlc_error *err)
{
    if (column->components == NULL) return MLC_OK;
    out->components = mlci_alloc(root, column->width, sizeof *out->components);
    if (out->components == NULL) return mlci_fail_memory(err, column->width, 8);
    for (int64_t k = 0; k < column->width; k++) {
        const char *const name = column->components[k];
        out->components[k] = mlci_copy_text(root, name, (int64_t)strlen(name));
        if (out->components[k] == NULL) return mlci_fail_memory(err, 1, 1);
    }
    return MLC_OK;
}

mlc_status mlci_numeric_columns_fit(const mlci_transform_fit *fit, mlci_numeric_columns *out,
                                    mlc_error *err)
{
    MLCI_TRY(open_columns(out, mlci_context_root(fit->call), fit->n_columns, err));
    for (int32_t i = 0; i < fit->n_columns; i++) {
        const mlci_column *const column = fit->columns[i];
        mlci_numeric_column *const c = &out->list[i];
        c->width = column->width;
        c->first = out->n;
        c->is_sparse = column->indices != NULL;
        out->n += column->width;
        c->name = mlci_copy_text(out->root, fit->names[i], (int64_t)strlen(fit->names[i]));
        if (c->name == NULL) return mlci_fail_memory(err, 1, 1);
        MLCI_TRY(copy_components(out->root, column, c, err));
    }
    return MLC_OK;
}

/* ---- ports and inputs --------------------------------------------------------------------- */

static int is_vector(const mlci_numeric_column *c)
{
    return c->width > 1 || c->components != NULL;
}

void mlci_numeric_columns_port(const mlci_numeric_columns *c, int32_t i, mlci_port *out)
{
    const mlci_numeric_column *const column = &c->list[i];
    *out = (mlci_port){.name = column->name,
                       .type = is_vector(column) ? MLC_TYPE_VECTOR : MLC_TYPE_FLOAT64,
                       .width = column->width,
                       .input = i,
                       .components = (const char *const *)column->components};
}

int mlci_numeric_columns_read(const mlci_numeric_columns *c, int32_t n, const mlci_input *inputs)
{
    if (n != c->n_columns) return 0;
    for (int32_t i = 0; i < n; i++) {
        const int32_t takes = c->list[i].width > 1 ? MLCI_TAKES_VECTOR : inputs[i].takes;
        if ((takes & (MLCI_TAKES_NUMBER | MLCI_TAKES_VECTOR)) == 0) return 0;
        if (inputs[i].takes != takes || inputs[i].width != c->list[i].width) return 0;
    }
    return 1;
}

/* ---- copies ------------------------------------------------------------------------------- */

static mlc_status copy_sparse(mlci_root *root, const mlci_numeric_column *c, const mlci_column *in,
                              mlci_column **out, mlc_error *err)
{
    const int64_t n = in->offsets[in->n_rows];
    int64_t *const offsets = mlci_alloc_raw(root, in->n_rows + 1, sizeof *offsets);
    int32_t *const indices = mlci_alloc_raw(root, n, sizeof *indices);
    double *const values = mlci_alloc_raw(root, n, sizeof *values);
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, n, sizeof *values);
    }
    memcpy(offsets, in->offsets, (size_t)(in->n_rows + 1) * sizeof *offsets);
    if (n > 0) memcpy(indices, in->indices, (size_t)n * sizeof *indices);
    if (n > 0) memcpy(values, in->values, (size_t)n * sizeof *values);
    return mlci_column_create_sparse(root, in->n_rows, c->width, offsets, indices, values, out,
                                     err);
}

static mlc_status copy_dense(mlci_root *root, const mlci_numeric_column *c, const mlci_column *in,
                             mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(root, is_vector(c) ? MLC_TYPE_VECTOR : MLC_TYPE_FLOAT64, in->n_rows,
                                c->width, !is_vector(c), out, err));
    mlci_column_reals(in, 0, in->n_rows, mlci_column_data(*out), c->width);
    return MLC_OK;
}

mlc_status mlci_numeric_column_copy(mlci_root *root, const mlci_numeric_column *c,
                                    const mlci_column *in, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(in->indices != NULL && c->is_sparse ? copy_sparse(root, c, in, out, err)
                                                 : copy_dense(root, c, in, out, err));
    if (c->components == NULL) return MLC_OK;
    const mlc_status status =
        mlci_column_set_components(*out, (const char *const *)c->components, err);
    if (status == MLC_OK) return MLC_OK;
    mlci_column_unref(*out);
    *out = NULL;
    return status;
}

void mlci_numeric_column_finish(mlci_column *column)
{
    const double *const values = column->values;
    for (int64_t i = 0; column->type == MLC_TYPE_FLOAT64 && i < column->n_rows; i++)
        if (isnan(values[i])) mlci_column_set_missing(column, i);
}

/* ---- cells -------------------------------------------------------------------------------- */

double mlci_numeric_cell(const mlc_value *cell, int64_t *flags)
{
    if (cell->kind == MLC_REAL) return cell->real;
    if (cell->kind == MLC_INTEGER) return (double)cell->integer;
    if (cell->kind == MLC_TEXT) *flags |= MLC_FLAG_WRONG_KIND;
    return (double)NAN;
}

mlc_value mlci_numeric_value(double x)
{
    return (mlc_value){.kind = isnan(x) ? MLC_MISSING : MLC_REAL, .real = x};
}

/* ---- storage ------------------------------------------------------------------------------ */

void mlci_numeric_columns_save(const mlci_numeric_columns *c, mlci_writer *w)
{
    mlci_write_int64(w, c->n_columns);
    for (int32_t i = 0; i < c->n_columns; i++) {
        const mlci_numeric_column *const column = &c->list[i];
        mlci_write_text(w, column->name, (int64_t)strlen(column->name));
        mlci_write_int64(w, column->is_sparse);
        mlci_write_int64(w, column->width);
        mlci_write_int64(w, column->components != NULL);
        for (int64_t k = 0; column->components != NULL && k < column->width; k++)
            mlci_write_text(w, column->components[k], (int64_t)strlen(column->components[k]));
    }
}

static void load_column(mlci_reader *r, mlci_root *root, mlci_numeric_column *c)
{
    int64_t length = 0;
    c->name = mlci_read_text(r, &length);
    c->is_sparse = (int32_t)mlci_read_count(r, "sparse flag", 0, 1);
    c->width = mlci_read_count(r, "width", 1, INT32_MAX);
    const int64_t has_components = mlci_read_count(r, "component flag", 0, 1);
    if (r->status == MLC_OK && c->name == NULL) mlci_reader_refuse(r, "a column without a name");
    if (r->status == MLC_OK && has_components && c->width > r->length / 8)
        mlci_reader_refuse(r, "more components than names");
    if (r->status != MLC_OK || !has_components) return;
    c->components = mlci_alloc(root, c->width, sizeof *c->components);
    if (c->components == NULL) {
        r->status = mlci_fail_memory(&r->error, c->width, 8);
        return;
    }
    for (int64_t k = 0; k < c->width && r->status == MLC_OK; k++) {
        c->components[k] = mlci_read_text(r, &length);
        if (c->components[k] == NULL) mlci_reader_refuse(r, "a component without a name");
    }
}

void mlci_numeric_columns_load(mlci_reader *r, mlci_root *root, mlci_numeric_columns *out)
{
    *out = (mlci_numeric_columns){.root = root};
    const int64_t n = mlci_read_count(r, "number of columns", 1, r->length / 16);
    if (r->status != MLC_OK) return;
    if (open_columns(out, root, n, &r->error) != MLC_OK) {
        r->status = MLC_ERROR_NO_MEMORY;
        return;
    }
    for (int32_t i = 0; i < out->n_columns && r->status == MLC_OK; i++) {
        load_column(r, root, &out->list[i]);
        out->list[i].first = out->n;
        out->n += out->list[i].width;
    }
}
