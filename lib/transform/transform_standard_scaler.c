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
#include "numeric_columns.h"

struct scaler_params {
    int32_t with_mean;
    int32_t with_std;
};

typedef struct scaler_state {
    mlci_numeric_columns columns;
    double *mean, *scale; /* of all components */
} scaler_state;

static void scaler_free(void *state)
{
    scaler_state *s = state;
    if (s == NULL) return;
    mlci_numeric_columns_clear(&s->columns);
    mlci_free(s->mean);
    mlci_free(s->scale);
    mlci_free(s);
}

/* ---- fitting ---------------------------------------------------------------------------- */

static mlc_status check_columns(const mlci_transform_fit *fit, mlc_error *err)
{
    const struct scaler_params *params = fit->params;
    for (int32_t i = 0; i < fit->n_columns; i++) {
        if (fit->columns[i]->indices == NULL || !params->with_mean) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, fit->names[i],
                         "column '%s' is sparse: centring would make it dense; set "
                         "with_mean=false",
                         fit->names[i]);
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
    mlci_root *const root = mlci_context_root(fit->call);
    MLCI_TRY(check_columns(fit, err));
    MLCI_TRY(mlci_numeric_columns_fit(fit, &s->columns, err));
    const int64_t n = s->columns.n;
    s->mean = mlci_alloc(root, n, sizeof *s->mean);
    s->scale = mlci_alloc(root, n, sizeof *s->scale);
    mlci_moments *moments = mlci_alloc(root, n, sizeof *moments);
    mlc_status status = MLC_OK;
    if (s->mean == NULL || s->scale == NULL || moments == NULL) {
        status = mlci_fail_memory(err, n, sizeof *moments);
    }
    for (int32_t i = 0; i < s->columns.n_columns && status == MLC_OK; i++) {
        status = mlci_column_moments(fit->call, fit->columns[i], fit->weight,
                                     moments + s->columns.list[i].first, err);
    }
    for (int64_t j = 0; status == MLC_OK && j < n; j++) {
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
    scaler_state *s = mlci_alloc(mlci_context_root(fit->call), 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
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
    return ((const scaler_state *)state)->columns.n_columns;
}

static void scaler_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    mlci_numeric_columns_port(&((const scaler_state *)state)->columns, i, out);
}

static double scale_value(const scaler_state *s, int64_t j, double x)
{
    return (x - s->mean[j]) / s->scale[j];
}

static mlc_status apply_column(mlci_root *root, const scaler_state *s, const mlci_numeric_column *c,
                               const mlci_column *in, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_numeric_column_copy(root, c, in, out, err));
    const int32_t *const indices = (*out)->indices;
    double *const values = mlci_column_data(*out);
    const int64_t n = indices != NULL ? (*out)->offsets[in->n_rows] : in->n_rows * c->width;
    for (int64_t i = 0; i < n; i++) {
        const int64_t k = indices != NULL ? indices[i] : i % c->width;
        values[i] = scale_value(s, c->first + k, values[i]);
    }
    mlci_numeric_column_finish(*out);
    return MLC_OK;
}

static mlc_status scaler_apply(mlc_context *call, const void *params, const void *state,
                               const mlci_column *const *columns, int64_t n_rows, mlci_column **out,
                               mlc_error *err)
{
    (void)params;
    (void)n_rows;
    const scaler_state *s = state;
    for (int32_t i = 0; i < s->columns.n_columns; i++) {
        mlc_status status = mlci_poll(call, err);
        if (status == MLC_OK) {
            status = apply_column(mlci_context_root(call), s, &s->columns.list[i], columns[i],
                                  &out[i], err);
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
    for (int64_t j = 0; j < s->columns.n; j++)
        out[j] = mlci_numeric_value(scale_value(s, j, mlci_numeric_cell(&in[j], flags)));
    return MLC_OK;
}

/* ---- tables and storage ----------------------------------------------------------------- */

static mlc_status name_rows(const scaler_state *s, char **names, mlc_error *err)
{
    for (int32_t i = 0; i < s->columns.n_columns; i++) {
        const mlci_numeric_column *c = &s->columns.list[i];
        for (int64_t k = 0; k < c->width; k++) {
            mlci_text text = mlci_text_init(s->columns.root);
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
    char **names = mlci_alloc(root, s->columns.n, sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, s->columns.n, sizeof *names);
    mlc_status status = name_rows(s, names, err);
    if (status == MLC_OK) {
        mlci_table t;
        mlci_table_init(&t, root);
        mlci_table_texts(&t, "column", s->columns.n, (const char *const *)names);
        mlci_table_reals(&t, "mean", s->columns.n, s->mean);
        mlci_table_reals(&t, "scale", s->columns.n, s->scale);
        status = mlci_table_finish(&t, out, err);
    }
    for (int64_t j = 0; j < s->columns.n; j++)
        mlci_free(names[j]);
    mlci_free(names);
    return status;
}

static void scaler_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    const scaler_state *s = state;
    mlci_numeric_columns_save(&s->columns, w);
    mlci_write_reals(w, s->mean, s->columns.n);
    mlci_write_reals(w, s->scale, s->columns.n);
}

static mlc_status scaler_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                              mlc_error *err)
{
    (void)params;
    scaler_state *s = mlci_alloc(mlci_context_root(call), 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    mlci_numeric_columns_load(r, mlci_context_root(call), &s->columns);
    s->mean = mlci_read_reals(r, s->columns.n, NULL);
    s->scale = mlci_read_reals(r, s->columns.n, NULL);
    for (int64_t j = 0; r->status == MLC_OK && j < s->columns.n; j++) {
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
    return mlci_numeric_columns_read(&((const scaler_state *)state)->columns, n, inputs);
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
