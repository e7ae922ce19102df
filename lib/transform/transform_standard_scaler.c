/* standard_scaler: (x - mean) / standard deviation of each column of numbers.
 *
 * Population variance, as scikit-learn; a column whose variance is rounding noise (at most
 * n eps var + (n mean eps)^2) is constant and is scaled by 1. Missing values are left out of
 * the statistics and stay missing. */
#include <math.h>
#include <string.h>

#include "column_moments.h"
#include "dataset_impl.h"
#include "descriptor.h"

struct scaler_params {
    int32_t with_mean;
    int32_t with_std;
};

typedef struct scaled_column {
    char *name;
    int32_t is_sparse;
    int64_t width;
    int64_t first;     /* of its components in mean and scale */
    char **components; /* names of a vector's; or NULL */
} scaled_column;

typedef struct scaler_state {
    mlci_root *root;
    int32_t n_columns;
    scaled_column *columns;
    int64_t n; /* components of all columns */
    double *mean, *scale;
} scaler_state;

static void free_names(char **names, int64_t n)
{
    for (int64_t i = 0; names != NULL && i < n; i++)
        mlci_free(names[i]);
    mlci_free(names);
}

static void scaler_free(void *state)
{
    scaler_state *s = state;
    if (s == NULL) return;
    for (int32_t i = 0; s->columns != NULL && i < s->n_columns; i++) {
        mlci_free(s->columns[i].name);
        free_names(s->columns[i].components, s->columns[i].width);
    }
    mlci_free(s->columns);
    mlci_free(s->mean);
    mlci_free(s->scale);
    mlci_free(s);
}

static scaler_state *new_state(mlci_root *root, int32_t n_columns)
{
    scaler_state *s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return NULL;
    s->root = root;
    s->columns = mlci_alloc(root, n_columns, sizeof *s->columns);
    if (s->columns == NULL) {
        mlci_free(s);
        return NULL;
    }
    s->n_columns = n_columns;
    return s;
}

/* ---- fitting ---------------------------------------------------------------------------- */

static mlc_status copy_components(mlci_root *root, const mlci_column *column, scaled_column *out,
                                  mlc_error *err)
{
    if (column->components == NULL) return MLC_OK;
    out->components = mlci_alloc(root, column->width, sizeof *out->components);
    if (out->components == NULL) return mlci_fail_memory(err, column->width, 8);
    for (int64_t k = 0; k < column->width; k++) {
        const char *name = column->components[k];
        out->components[k] = mlci_copy_text(root, name, (int64_t)strlen(name));
        if (out->components[k] == NULL) return mlci_fail_memory(err, 1, 1);
    }
    return MLC_OK;
}

static mlc_status describe_columns(const mlci_transform_fit *fit, scaler_state *s, mlc_error *err)
{
    const struct scaler_params *params = fit->params;
    for (int32_t i = 0; i < fit->n_columns; i++) {
        const mlci_column *column = fit->columns[i];
        scaled_column *out = &s->columns[i];
        out->width = column->width;
        out->first = s->n;
        s->n += column->width;
        out->is_sparse = column->indices != NULL;
        if (out->is_sparse && params->with_mean) {
            return mlci_fail(err, MLC_ERROR_COLUMN, fit->names[i],
                             "column '%s' is sparse: centring would make it dense; set "
                             "with_mean=false",
                             fit->names[i]);
        }
        out->name = mlci_copy_text(s->root, fit->names[i], (int64_t)strlen(fit->names[i]));
        if (out->name == NULL) return mlci_fail_memory(err, 1, 1);
        MLCI_TRY(copy_components(s->root, column, out, err));
    }
    return MLC_OK;
}

static int is_constant(const mlci_moments *m, double variance)
{
    const double eps = 2.220446049250313e-16;
    const double noise = m->weight * m->mean * eps;
    return variance <= m->weight * eps * variance + noise * noise;
}

static void set_statistics(const struct scaler_params *params, const mlci_moments *m, double *mean,
                           double *scale)
{
    const double variance = m->weight > 0 ? m->m2 / m->weight : 0;
    *mean = params->with_mean ? m->mean : 0;
    *scale = 1;
    if (params->with_std && !is_constant(m, variance) && sqrt(variance) > 0) {
        *scale = sqrt(variance);
    }
}

static mlc_status fit_columns(const mlci_transform_fit *fit, scaler_state *s, mlc_error *err)
{
    MLCI_TRY(describe_columns(fit, s, err));
    s->mean = mlci_alloc(s->root, s->n, sizeof *s->mean);
    s->scale = mlci_alloc(s->root, s->n, sizeof *s->scale);
    mlci_moments *moments = mlci_alloc(s->root, s->n, sizeof *moments);
    mlc_status status = MLC_OK;
    if (s->mean == NULL || s->scale == NULL || moments == NULL) {
        status = mlci_fail_memory(err, s->n, sizeof *moments);
    }
    for (int32_t i = 0; i < s->n_columns && status == MLC_OK; i++) {
        status = mlci_column_moments(fit->call, fit->columns[i], fit->weight,
                                     moments + s->columns[i].first, err);
    }
    for (int64_t j = 0; status == MLC_OK && j < s->n; j++) {
        set_statistics(fit->params, &moments[j], &s->mean[j], &s->scale[j]);
        if (isfinite(s->mean[j]) && isfinite(s->scale[j])) continue;
        status = mlci_fail(err, MLC_ERROR_DATA, NULL,
                           "a column holds infinite or huge values: its mean or standard "
                           "deviation is not finite");
    }
    mlci_free(moments);
    return status;
}

static mlc_status scaler_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    scaler_state *s = new_state(mlci_context_root(fit->call), fit->n_columns);
    if (s == NULL) return mlci_fail_memory(err, fit->n_columns, sizeof *s->columns);
    const mlc_status status = fit_columns(fit, s, err);
    if (status != MLC_OK) {
        scaler_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

/* ---- applying --------------------------------------------------------------------------- */

static int32_t scaler_n_ports(const void *params, const void *state)
{
    (void)params;
    return ((const scaler_state *)state)->n_columns;
}

static void scaler_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    const scaled_column *c = &((const scaler_state *)state)->columns[i];
    const int is_vector = c->width > 1 || c->components != NULL;
    *out = (mlci_port){.name = c->name,
                       .type = is_vector ? MLC_TYPE_VECTOR : MLC_TYPE_FLOAT64,
                       .width = c->width,
                       .input = i,
                       .components = (const char *const *)c->components};
}

static double scale_value(const scaler_state *s, int64_t j, double x)
{
    return (x - s->mean[j]) / s->scale[j];
}

static mlc_status apply_sparse(mlci_root *root, const scaler_state *s, const scaled_column *c,
                               const mlci_column *in, mlci_column **out, mlc_error *err)
{
    const int64_t n = in->offsets[in->n_rows];
    int64_t *offsets = mlci_alloc_raw(root, in->n_rows + 1, sizeof *offsets);
    int32_t *indices = mlci_alloc_raw(root, n, sizeof *indices);
    double *values = mlci_alloc_raw(root, n, sizeof *values);
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, n, sizeof *values);
    }
    memcpy(offsets, in->offsets, (size_t)(in->n_rows + 1) * sizeof *offsets);
    memcpy(indices, in->indices, (size_t)n * sizeof *indices);
    const double *from = in->values;
    for (int64_t i = 0; i < n; i++)
        values[i] = scale_value(s, c->first + indices[i], from[i]);
    return mlci_column_create_sparse(root, in->n_rows, c->width, offsets, indices, values, out,
                                     err);
}

static mlc_status apply_dense(mlci_root *root, const scaler_state *s, const scaled_column *c,
                              const mlci_column *in, mlci_column **out, mlc_error *err)
{
    const int is_vector = c->width > 1 || c->components != NULL;
    MLCI_TRY(mlci_column_create(root, is_vector ? MLC_TYPE_VECTOR : MLC_TYPE_FLOAT64, in->n_rows,
                                c->width, !is_vector, out, err));
    double *values = mlci_column_data(*out);
    mlci_column_reals(in, 0, in->n_rows, values, c->width);
    for (int64_t i = 0; i < in->n_rows; i++) {
        for (int64_t k = 0; k < c->width; k++) {
            double *x = &values[i * c->width + k];
            *x = scale_value(s, c->first + k, *x);
        }
        if (!is_vector && isnan(values[i])) mlci_column_set_missing(*out, i);
    }
    return MLC_OK;
}

static mlc_status apply_column(mlci_root *root, const scaler_state *s, const scaled_column *c,
                               const mlci_column *in, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(in->indices != NULL && c->is_sparse ? apply_sparse(root, s, c, in, out, err)
                                                 : apply_dense(root, s, c, in, out, err));
    if (c->components == NULL) return MLC_OK;
    const mlc_status status =
        mlci_column_set_components(*out, (const char *const *)c->components, err);
    if (status != MLC_OK) mlci_column_unref(*out);
    return status;
}

static mlc_status scaler_apply(mlc_context *call, const void *params, const void *state,
                               const mlci_column *const *columns, int64_t n_rows, mlci_column **out,
                               mlc_error *err)
{
    (void)params;
    (void)n_rows;
    const scaler_state *s = state;
    for (int32_t i = 0; i < s->n_columns; i++) {
        mlc_status status = mlci_poll(call, err);
        if (status == MLC_OK) {
            status =
                apply_column(mlci_context_root(call), s, &s->columns[i], columns[i], &out[i], err);
        }
        if (status == MLC_OK) continue;
        out[i] = NULL;
        while (i-- > 0) {
            mlci_column_unref(out[i]);
            out[i] = NULL;
        }
        return status;
    }
    return MLC_OK;
}

static mlc_status scaler_row(const void *params, const void *state, const mlc_value *in,
                             mlc_value *out, int64_t *flags, mlc_error *err)
{
    (void)params;
    (void)err;
    const scaler_state *s = state;
    for (int64_t j = 0; j < s->n; j++) {
        double x = NAN;
        if (in[j].kind == MLC_REAL) x = in[j].real;
        if (in[j].kind == MLC_INTEGER) x = (double)in[j].integer;
        if (in[j].kind == MLC_TEXT) *flags |= MLC_FLAG_WRONG_KIND;
        const double y = scale_value(s, j, x);
        out[j] = (mlc_value){.kind = isnan(y) ? MLC_MISSING : MLC_REAL, .real = y};
    }
    return MLC_OK;
}

/* ---- tables and storage ----------------------------------------------------------------- */

static mlc_status name_rows(const scaler_state *s, char **names, mlc_error *err)
{
    for (int32_t i = 0; i < s->n_columns; i++) {
        const scaled_column *c = &s->columns[i];
        for (int64_t k = 0; k < c->width; k++) {
            mlci_text text = mlci_text_init(s->root);
            mlci_text_append_text(&text, c->name);
            if (c->components != NULL) {
                mlci_text_append_format(&text, "[%s]", c->components[k]);
            } else if (c->width > 1) {
                mlci_text_append_format(&text, "[%lld]", (long long)k);
            }
            MLCI_TRY(mlci_text_take(&text, &names[c->first + k], err));
        }
    }
    return MLC_OK;
}

static mlc_status scaler_table(mlc_context *call, const void *params, const void *state,
                               const char *table, mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)table;
    const scaler_state *s = state;
    mlci_root *root = mlci_context_root(call);
    char **names = mlci_alloc(root, s->n, sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, s->n, sizeof *names);
    mlc_status status = name_rows(s, names, err);
    if (status == MLC_OK) {
        mlci_table t;
        mlci_table_init(&t, root);
        mlci_table_texts(&t, "column", s->n, (const char *const *)names);
        mlci_table_reals(&t, "mean", s->n, s->mean);
        mlci_table_reals(&t, "scale", s->n, s->scale);
        status = mlci_table_finish(&t, out, err);
    }
    free_names(names, s->n);
    return status;
}

static void scaler_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    const scaler_state *s = state;
    mlci_write_int64(w, s->n_columns);
    for (int32_t i = 0; i < s->n_columns; i++) {
        const scaled_column *c = &s->columns[i];
        mlci_write_text(w, c->name, (int64_t)strlen(c->name));
        mlci_write_int64(w, c->is_sparse);
        mlci_write_int64(w, c->width);
        mlci_write_int64(w, c->components != NULL);
        for (int64_t k = 0; c->components != NULL && k < c->width; k++) {
            mlci_write_text(w, c->components[k], (int64_t)strlen(c->components[k]));
        }
    }
    mlci_write_reals(w, s->mean, s->n);
    mlci_write_reals(w, s->scale, s->n);
}

static void load_column(mlci_reader *r, scaler_state *s, scaled_column *c)
{
    int64_t length = 0;
    c->name = mlci_read_text(r, &length);
    c->is_sparse = (int32_t)mlci_read_count(r, "sparse flag", 0, 1);
    c->width = mlci_read_count(r, "width", 1, r->length / 16);
    c->first = s->n;
    s->n += c->width;
    const int64_t has_components = mlci_read_count(r, "component flag", 0, 1);
    if (r->status == MLC_OK && c->name == NULL) mlci_reader_refuse(r, "a column without a name");
    if (r->status != MLC_OK || !has_components) return;
    c->components = mlci_alloc(s->root, c->width, sizeof *c->components);
    if (c->components == NULL) {
        r->status = mlci_fail_memory(&r->error, c->width, 8);
        return;
    }
    for (int64_t k = 0; k < c->width && r->status == MLC_OK; k++) {
        c->components[k] = mlci_read_text(r, &length);
        if (c->components[k] == NULL) mlci_reader_refuse(r, "a component without a name");
    }
}

static mlc_status scaler_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                              mlc_error *err)
{
    (void)params;
    const int64_t n = mlci_read_count(r, "number of columns", 1, r->length / 16);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    scaler_state *s = new_state(mlci_context_root(call), (int32_t)n);
    if (s == NULL) return mlci_fail_memory(err, n, sizeof *s->columns);
    for (int32_t i = 0; i < s->n_columns && r->status == MLC_OK; i++) {
        load_column(r, s, &s->columns[i]);
    }
    s->mean = mlci_read_reals(r, s->n, NULL);
    s->scale = mlci_read_reals(r, s->n, NULL);
    for (int64_t j = 0; r->status == MLC_OK && j < s->n; j++) {
        if (!isfinite(s->mean[j]) || !(s->scale[j] > 0) || isinf(s->scale[j])) {
            mlci_reader_refuse(r, "a mean or scale that is not finite or not positive");
        }
    }
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        scaler_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int scaler_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    const scaler_state *s = state;
    if (n != s->n_columns) return 0;
    for (int32_t i = 0; i < n; i++) {
        const int32_t takes = s->columns[i].width > 1 ? MLCI_TAKES_VECTOR : inputs[i].takes;
        if ((takes & (MLCI_TAKES_NUMBER | MLCI_TAKES_VECTOR)) == 0) return 0;
        if (inputs[i].takes != takes || inputs[i].width != s->columns[i].width) return 0;
    }
    return 1;
}

static const mlci_param scaler_table_params[] = {
    MLCI_BOOL(struct scaler_params, with_mean, 1, "subtract the mean of the training rows",
              .since = "0.1"),
    MLCI_BOOL(struct scaler_params, with_std, 1,
              "divide by the standard deviation of the training rows", .since = "0.1"),
    {.name = NULL},
};

static const char *const scaler_tables[] = {"statistics", NULL};

extern const mlci_transform_descriptor mlci_transform_standard_scaler;
const mlci_transform_descriptor mlci_transform_standard_scaler = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_CAN_WEIGHT | MLCI_CAN_MISSING,
             .name = "standard_scaler",
             .summary = "numbers to mean 0 and standard deviation 1",
             .details = "Each column, or component of a vector, becomes (x - mean) / scale with "
                        "the weighted mean and population standard deviation of the training "
                        "rows, in one pass. Missing values are left out of the statistics and "
                        "stay missing. A constant column gets scale 1. As scikit-learn's "
                        "StandardScaler.",
             .since = "0.1",
             .params = scaler_table_params,
             .params_size = sizeof(struct scaler_params),
             .tables = scaler_tables},
    .state_version = 1,
    .takes = MLCI_TAKES_NUMBER,
    .accepts = MLCI_TAKES_NUMBER | MLCI_TAKES_VECTOR,
    .fit = scaler_fit,
    .n_ports = scaler_n_ports,
    .port = scaler_port,
    .apply = scaler_apply,
    .row = scaler_row,
    .table = scaler_table,
    .save = scaler_save,
    .load = scaler_load,
    .reads = scaler_reads,
    .free_state = scaler_free,
};
