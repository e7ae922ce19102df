/* Transforms of the host: each column of numbers by itself, through the host's callbacks. Their
 * descriptor is made for one component and looks like any other from outside. */
#include <math.h>
#include <string.h>

#include "component.h"

typedef struct host_params {
    const char *name;                 /* of the transform: the descriptor's */
    const mlc_transform_hooks *hooks; /* live as long as the root, which the component keeps */
} host_params;

typedef struct host_state {
    int32_t n_columns;
    int32_t n_state; /* doubles a column */
    char **names;
    double *values; /* n_columns x n_state */
} host_state;

static void host_free_state(void *state)
{
    host_state *s = state;
    for (int32_t i = 0; s->names != NULL && i < s->n_columns; i++)
        mlci_free(s->names[i]);
    mlci_free(s->names);
    mlci_free(s->values);
    mlci_free(s);
}

static host_state *new_state(mlci_root *root, int32_t n_columns, int32_t n_state)
{
    host_state *s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return NULL;
    s->n_columns = n_columns;
    s->n_state = n_state;
    s->names = mlci_alloc(root, n_columns, sizeof *s->names);
    s->values = mlci_alloc(root, (int64_t)n_columns * n_state, sizeof *s->values);
    if (s->names == NULL || s->values == NULL) {
        host_free_state(s);
        return NULL;
    }
    return s;
}

/* A callback's failure as ours, with its message kept. */
static mlc_status callback_failed(const host_params *params, const mlc_error *said, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_CALLBACK, params->name, "transform '%s' failed: %s",
                     params->name, said->message[0] != '\0' ? said->message : "no message");
}

static mlc_status fit_columns(const mlci_transform_fit *fit, host_state *s, double *values,
                              const double *weight, mlc_error *err)
{
    const mlc_transform_hooks *hooks = ((const host_params *)fit->params)->hooks;
    for (int32_t j = 0; j < fit->n_columns; j++) {
        const int64_t n = fit->columns[j]->n_rows;
        s->names[j] = mlci_copy_text(mlci_context_root(fit->call), fit->names[j],
                                     (int64_t)strlen(fit->names[j]));
        if (s->names[j] == NULL) return mlci_fail_memory(err, 1, 1);
        if (hooks->fit == NULL) continue;
        mlci_column_reals(fit->columns[j], 0, n, values, 1);
        mlc_error said = {0};
        const mlc_status status =
            hooks->fit(hooks->user, n, values, weight, s->values + (int64_t)j * s->n_state, &said);
        if (status != MLC_OK) return callback_failed(fit->params, &said, err);
    }
    return MLC_OK;
}

static mlc_status host_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    mlci_root *root = mlci_context_root(fit->call);
    const mlc_transform_hooks *hooks = ((const host_params *)fit->params)->hooks;
    const int64_t n = fit->columns[0]->n_rows;
    host_state *s = new_state(root, fit->n_columns, hooks->n_state);
    double *values = mlci_alloc_raw(root, n, sizeof *values);
    double *ones = fit->weight == NULL ? mlci_alloc_raw(root, n, sizeof *ones) : NULL;
    mlc_status status = MLC_OK;
    if (s == NULL || values == NULL || (fit->weight == NULL && ones == NULL)) {
        status = mlci_fail_memory(err, n, sizeof *values);
    } else {
        for (int64_t i = 0; ones != NULL && i < n; i++)
            ones[i] = 1;
        status = fit_columns(fit, s, values, fit->weight == NULL ? ones : fit->weight, err);
    }
    mlci_free(ones);
    mlci_free(values);
    if (status != MLC_OK) {
        if (s != NULL) host_free_state(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int32_t host_n_ports(const void *params, const void *state)
{
    (void)params;
    return ((const host_state *)state)->n_columns;
}

static void host_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    const host_state *s = state;
    *out = (mlci_port){
        .name = s->names[i], .type = MLC_TYPE_FLOAT64, .width = 1, .input = i, .components = NULL};
}

static mlc_status apply_values(const host_params *params, const host_state *s, int32_t j, int64_t n,
                               const double *values, double *out, mlc_error *err)
{
    mlc_error said = {0};
    const mlc_transform_hooks *hooks = params->hooks;
    const mlc_status status =
        hooks->apply(hooks->user, s->values + (int64_t)j * s->n_state, n, values, out, &said);
    return status == MLC_OK ? MLC_OK : callback_failed(params, &said, err);
}

static mlc_status host_apply(mlc_context *call, const void *params, const void *state,
                             const mlci_column *const *columns, int64_t n_rows, mlci_column **out,
                             mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    const host_state *s = state;
    double *values = mlci_alloc_raw(root, n_rows, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, n_rows, sizeof *values);
    mlc_status status = MLC_OK;
    int32_t made = 0;
    for (int32_t j = 0; j < s->n_columns && status == MLC_OK; j++) {
        status = mlci_column_create(root, MLC_TYPE_FLOAT64, n_rows, 1, 1, &out[j], err);
        if (status != MLC_OK) break;
        made++;
        mlci_column_reals(columns[j], 0, n_rows, values, 1);
        double *result = mlci_column_data(out[j]);
        status = apply_values(params, s, j, n_rows, values, result, err);
        for (int64_t i = 0; status == MLC_OK && i < n_rows; i++) {
            if (result[i] != result[i]) mlci_column_set_missing(out[j], i);
        }
    }
    mlci_free(values);
    for (int32_t j = 0; status != MLC_OK && j < made; j++) {
        mlci_column_unref(out[j]);
        out[j] = NULL;
    }
    return status;
}

static mlc_status host_row(const void *params, const void *state, const mlc_value *in,
                           mlc_value *out, int64_t *flags, mlc_error *err)
{
    const host_state *s = state;
    for (int32_t j = 0; j < s->n_columns; j++) {
        double value = NAN;
        if (in[j].kind == MLC_REAL) value = in[j].real;
        if (in[j].kind == MLC_INTEGER) value = (double)in[j].integer;
        if (in[j].kind == MLC_TEXT) *flags |= MLC_FLAG_WRONG_KIND;
        double result = NAN;
        MLCI_TRY(apply_values(params, s, j, 1, &value, &result, err));
        out[j] = (mlc_value){.kind = result == result ? MLC_REAL : MLC_MISSING, .real = result};
    }
    return MLC_OK;
}

static void host_save(const void *params, const void *state, mlci_writer *w)
{
    const host_state *s = state;
    (void)params;
    mlci_write_int64(w, s->n_columns);
    mlci_write_int64(w, s->n_state);
    for (int32_t j = 0; j < s->n_columns; j++) {
        mlci_write_text(w, s->names[j], (int64_t)strlen(s->names[j]));
    }
    mlci_write_reals(w, s->values, (int64_t)s->n_columns * s->n_state);
}

static mlc_status host_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                            mlc_error *err)
{
    const mlc_transform_hooks *hooks = ((const host_params *)params)->hooks;
    const int64_t n_columns = mlci_read_count(r, "number of columns", 1, 1 << 20);
    const int64_t n_state = mlci_read_count(r, "state size", hooks->n_state, hooks->n_state);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    if (n_columns * 4 > r->length) {
        mlci_reader_refuse(r, "more columns than the section can hold");
        return mlci_reader_finish(r, err);
    }
    host_state *s = new_state(mlci_context_root(call), (int32_t)n_columns, (int32_t)n_state);
    if (s == NULL) return mlci_fail_memory(err, n_columns, sizeof *s->names);
    for (int32_t j = 0; j < s->n_columns; j++) {
        int64_t length = 0;
        s->names[j] = mlci_read_text(r, &length);
        if (s->names[j] == NULL) mlci_reader_refuse(r, "a column without a name");
    }
    mlci_free(s->values);
    s->values = mlci_read_reals(r, n_columns * n_state, NULL);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        host_free_state(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int host_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    const host_state *s = state;
    if (n != s->n_columns) return 0;
    for (int32_t j = 0; j < n; j++) {
        if ((inputs[j].takes & (MLCI_TAKES_NUMBER | MLCI_TAKES_TIME)) == 0) return 0;
        if (inputs[j].width != 1) return 0;
    }
    return 1;
}

mlc_status mlci_host_transform_create(mlci_root *root, const char *name,
                                      mlci_transform_descriptor **out, void **params,
                                      mlc_error *err)
{
    const mlc_transform_hooks *hooks = mlci_root_transform(root, name);
    if (hooks == NULL) {
        return mlci_fail(err, MLC_ERROR_COMPONENT, name,
                         "no transform '%s': names with a dot belong to the host; register it "
                         "in the context first",
                         name);
    }
    const int64_t name_length = (int64_t)strlen(name);
    mlci_transform_descriptor *d = mlci_alloc(root, 1, sizeof *d);
    host_params *p = mlci_alloc(root, 1, sizeof *p);
    char *id = mlci_copy_text(root, name, name_length);
    if (d == NULL || p == NULL || id == NULL) {
        mlci_free(d);
        mlci_free(p);
        mlci_free(id);
        return mlci_fail_memory(err, 1, sizeof *d);
    }
    p->name = id;
    p->hooks = hooks;
    *d = (mlci_transform_descriptor){
        .base = {.kind = MLCI_KIND_TRANSFORM,
                 .name = id,
                 .summary = "a transform of the host",
                 .details = "",
                 .since = "0.1"},
        .state_version = hooks->state_version,
        .takes = MLCI_TAKES_NUMBER,
        .accepts = MLCI_TAKES_NUMBER | MLCI_TAKES_TIME,
        .fit = host_fit,
        .n_ports = host_n_ports,
        .port = host_port,
        .apply = host_apply,
        .row = host_row,
        .save = host_save,
        .load = host_load,
        .reads = host_reads,
        .free_state = host_free_state,
    };
    *out = d;
    *params = p;
    return MLC_OK;
}

void mlci_host_transform_free(mlci_transform_descriptor *descriptor)
{
    if (descriptor == NULL) return;
    mlci_free((void *)(uintptr_t)descriptor->base.name);
    mlci_free(descriptor);
}
