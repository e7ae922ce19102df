/* Where the features of a model come from: the cells of a record are followed through the compiled
 * model. What replaces a column, or is made of it alone, comes from where that column does. */
#include "feature_groups.h"

#include <string.h>

#include "program.h"

#define FROM_SEVERAL (-1)

void mlci_feature_groups_clear(mlci_feature_groups *g)
{
    for (int64_t i = 0; g->names != NULL && i < g->n; i++)
        mlci_free(g->names[i]);
    mlci_free(g->names);
    mlci_free(g->group);
    *g = (mlci_feature_groups){0};
}

static mlc_status name_group(mlci_feature_groups *g, const mlci_features *features, int64_t j,
                             mlc_error *err)
{
    mlci_text text = mlci_text_init(g->root);
    mlci_features_name(features, j, &text);
    const mlc_status status = mlci_text_take(&text, &g->names[g->n], err);
    if (status == MLC_OK) g->n++;
    return status;
}

static mlc_status make_groups(mlci_root *root, int64_t n_features, int64_t n_names,
                              mlci_feature_groups *out, mlc_error *err)
{
    *out = (mlci_feature_groups){.root = root, .n_features = n_features};
    out->group = mlci_alloc(root, n_features, sizeof *out->group);
    out->names = mlci_alloc(root, n_names, sizeof *out->names);
    if (out->group != NULL && out->names != NULL) return MLC_OK;
    mlci_feature_groups_clear(out);
    return mlci_fail_memory(err, n_names, sizeof *out->names);
}

mlc_status mlci_feature_groups_encoded(mlci_root *root, const mlc_model *model,
                                       mlci_feature_groups *out, mlc_error *err)
{
    const mlci_features *const features = mlci_component_last(model->component)->features;
    const int64_t n = features->n_features;
    MLCI_TRY(make_groups(root, n, n, out, err));
    mlc_status status = MLC_OK;
    for (int64_t j = 0; j < n && status == MLC_OK; j++) {
        out->group[j] = j;
        status = name_group(out, features, j, err);
    }
    if (status != MLC_OK) mlci_feature_groups_clear(out);
    return status;
}

/* ---- origins of cells --------------------------------------------------------------------- */

/* Where all of these cells come from; FROM_SEVERAL where they differ. */
static int64_t common_origin(const int64_t *origin, const int32_t *cells, int64_t n)
{
    if (n == 0) return FROM_SEVERAL;
    for (int64_t i = 1; i < n; i++) {
        if (origin[cells[i]] != origin[cells[0]]) return FROM_SEVERAL;
    }
    return origin[cells[0]];
}

/* The cells of one output column. first: of each input of the transform, the place of its first
 * cell among those that are read; and their number. */
static void trace_port(const mlci_component *c, const mlci_port *port, const int32_t *in,
                       const int32_t *first, int64_t *origin, int32_t out)
{
    const int32_t input = port->input >= 0 ? port->input : port->made_of - 1;
    const int32_t low = input < 0 ? 0 : first[input];
    const int32_t width = (input < 0 ? first[c->n_inputs] : first[input + 1]) - low;
    const int64_t all = common_origin(origin, in + low, width);
    const int by_cell = input >= 0 && width == port->width;
    for (int64_t k = 0; k < port->width; k++)
        origin[out + k] = by_cell ? origin[in[low + k]] : all;
}

static mlc_status trace_step(const mlci_program_step *step, int64_t *origin, mlc_error *err)
{
    const mlci_component *const c = step->transform;
    const mlci_transform_descriptor *const d = mlci_transform_of(c);
    const int32_t n_ports = d->n_ports(c->params, c->state);
    int32_t out = step->out;
    int32_t *const first = mlci_alloc(c->root, (int64_t)c->n_inputs + 1, sizeof *first);
    if (first == NULL) return mlci_fail_memory(err, (int64_t)c->n_inputs + 1, sizeof *first);
    for (int32_t k = 0; k < c->n_inputs; k++)
        first[k + 1] = first[k] + (int32_t)c->inputs[k].width;
    for (int32_t p = 0; p < n_ports; p++) {
        mlci_port port;
        d->port(c->params, c->state, p, &port);
        trace_port(c, &port, step->in, first, origin, out);
        out += (int32_t)port.width;
    }
    mlci_free(first);
    return MLC_OK;
}

static mlc_status trace_program(const mlci_program *program, int64_t n_raw, int64_t *origin,
                                mlc_error *err)
{
    for (int64_t i = 0; i < n_raw; i++)
        origin[i] = i;
    for (int32_t s = 0; s < program->n_steps; s++) {
        MLCI_TRY(trace_step(&program->steps[s], origin, err));
    }
    return MLC_OK;
}

static mlc_status group_by_origin(const mlci_program *program, const mlci_features *raw,
                                  mlci_feature_groups *g, mlc_error *err)
{
    int64_t *const origin = mlci_alloc(program->root, program->n_cells, sizeof *origin);
    if (origin == NULL) return mlci_fail_memory(err, program->n_cells, sizeof *origin);
    mlc_status status = trace_program(program, raw->n_features, origin, err);
    for (int64_t j = 0; j < raw->n_features && status == MLC_OK; j++)
        status = name_group(g, raw, j, err);
    for (int64_t j = 0; j < g->n_features && status == MLC_OK; j++) {
        const int64_t from = origin[program->in[j]];
        g->group[j] = from == FROM_SEVERAL ? g->n : from;
        if (from == FROM_SEVERAL) status = name_group(g, program->model->features, j, err);
    }
    mlci_free(origin);
    return status;
}

mlc_status mlci_feature_groups_raw(mlci_root *root, const mlc_model *model,
                                   mlci_feature_groups *out, mlc_error *err)
{
    const mlci_features *const raw = model->record->inputs;
    mlci_program *program = NULL;
    MLCI_TRY(mlci_program_compile(root, model->component, raw, &program, err));
    const int64_t n = program->model->features->n_features;
    mlc_status status = make_groups(root, n, raw->n_features + n, out, err);
    if (status == MLC_OK) {
        status = group_by_origin(program, raw, out, err);
        if (status != MLC_OK) mlci_feature_groups_clear(out);
    }
    mlci_program_free(program);
    return status;
}
