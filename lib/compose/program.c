/* Compiles a fitted model into steps over cells, and runs them. */
#include "program.h"

#include <math.h>
#include <string.h>

#include "wires.h"

#define MAX_CELLS (INT32_MAX / 64)

mlc_status mlci_frame_names(const mlci_frame *frame, mlci_names *out, mlc_error *err)
{
    MLCI_TRY(mlci_names_open(frame->program->root, frame->n_fields, out, err));
    for (int32_t i = 0; i < frame->n_fields; i++)
        out->name[i] = frame->fields[i].name;
    return mlci_names_sort(out, err);
}

static void clear_fields(mlci_frame_field *fields, int32_t n)
{
    for (int32_t i = 0; fields != NULL && i < n; i++)
        mlci_free(fields[i].name);
    mlci_free(fields);
}

mlc_status mlci_frame_drop(mlci_frame *frame, int32_t n_names, char *const *names, mlc_error *err)
{
    if (n_names == 0) return MLC_OK;
    mlci_names index = {0};
    mlc_status status = mlci_frame_names(frame, &index, err);
    for (int32_t i = 0; i < n_names && status == MLC_OK; i++) {
        const int32_t f = mlci_names_find(&index, names[i]);
        if (f >= 0) frame->fields[f].width = 0; /* marked: a field has cells */
    }
    mlci_names_close(&index);
    if (status != MLC_OK) return status;
    int32_t kept = 0;
    for (int32_t i = 0; i < frame->n_fields; i++) {
        if (frame->fields[i].width > 0) {
            frame->fields[kept++] = frame->fields[i];
        } else {
            mlci_free(frame->fields[i].name);
        }
    }
    frame->n_fields = kept;
    return MLC_OK;
}

/* Finds a field, which must have as many cells as its reader was fitted with. */
static mlc_status get_field(const mlci_frame *frame, const mlci_names *index, const char *name,
                            int64_t width, int32_t *out, mlc_error *err)
{
    const int32_t f = mlci_names_find(index, name);
    if (f < 0) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "column '%s' is lost on the way to the model",
                         name);
    }
    if (frame->fields[f].width != width) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name,
                         "column '%s' has %d cells where %lld are read", name,
                         (int)frame->fields[f].width, (long long)width);
    }
    *out = f;
    return MLC_OK;
}

/* More cells: each is 32 bytes of every caller's scratch, so their number is bounded. */
static mlc_status add_cells(mlci_program *program, int64_t n, mlc_error *err)
{
    if (n < 0 || n > MAX_CELLS - program->n_cells) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a record would take more than %d cells",
                         MAX_CELLS);
    }
    program->n_cells += (int32_t)n;
    return MLC_OK;
}

/* What a step or the model reads. */
typedef struct reading {
    const char *name;
    int64_t width;
} reading;

/* The field of each reading. */
static mlc_status find_fields(const mlci_frame *frame, int32_t n_readings, const reading *readings,
                              int32_t *fields, mlc_error *err)
{
    mlci_names index = {0};
    mlc_status status = mlci_frame_names(frame, &index, err);
    for (int32_t i = 0; i < n_readings && status == MLC_OK; i++) {
        status = get_field(frame, &index, readings[i].name, readings[i].width, &fields[i], err);
    }
    mlci_names_close(&index);
    return status;
}

/* The cells of the fields that are read, one after the other; *n gets their number. fields gets
 * the field of each reading. */
static mlc_status list_cells(const mlci_frame *frame, int32_t n_readings, const reading *readings,
                             int32_t *fields, int32_t **cells, int32_t *n, mlc_error *err)
{
    int64_t total = 0;
    MLCI_TRY(find_fields(frame, n_readings, readings, fields, err));
    for (int32_t i = 0; i < n_readings; i++)
        total += readings[i].width;
    int32_t *list = mlci_alloc(frame->program->root, total, sizeof *list);
    if (list == NULL) return mlci_fail_memory(err, total, sizeof *list);
    *n = 0;
    for (int32_t i = 0; i < n_readings; i++) {
        const mlci_frame_field *field = &frame->fields[fields[i]];
        for (int32_t k = 0; k < field->width; k++)
            list[(*n)++] = field->cell + k;
    }
    if (*n > frame->program->max_in) frame->program->max_in = *n;
    *cells = list;
    return MLC_OK;
}

/* ---- transforms ------------------------------------------------------------------------- */

static mlc_status add_step(mlci_program *program, const mlci_component *transform, int32_t *in,
                           int32_t n_in, mlc_error *err)
{
    mlci_program_step *grown =
        mlci_realloc(program->root, program->steps, program->n_steps + 1, sizeof *grown);
    if (grown == NULL) {
        mlci_free(in);
        return mlci_fail_memory(err, program->n_steps + 1, sizeof *grown);
    }
    program->steps = grown;
    program->steps[program->n_steps++] = (mlci_program_step){transform, n_in, in, program->n_cells};
    return MLC_OK;
}

/* The fields after a step, whose ports lie one after the other from the first free cell. */
static mlc_status move_fields(mlci_frame *frame, const mlci_component *c, mlci_wire *wires,
                              int32_t n_wires, mlc_error *err)
{
    const mlci_transform_descriptor *d = mlci_transform_of(c);
    mlci_program *program = frame->program;
    const int32_t n_ports = d->n_ports(c->params, c->state);
    mlci_frame_field *fields = mlci_alloc(program->root, n_wires, sizeof *fields);
    int32_t *port_cell = mlci_alloc(program->root, n_ports, sizeof *port_cell);
    if (fields == NULL || port_cell == NULL) {
        mlci_free(fields);
        mlci_free(port_cell);
        return mlci_fail_memory(err, n_wires, sizeof *fields);
    }
    mlci_port port;
    mlc_status status = MLC_OK;
    for (int32_t p = 0; p < n_ports && status == MLC_OK; p++) {
        d->port(c->params, c->state, p, &port);
        port_cell[p] = program->n_cells;
        status = add_cells(program, port.width, err);
    }
    if (status != MLC_OK) {
        mlci_free(fields);
        mlci_free(port_cell);
        return status;
    }
    for (int32_t i = 0; i < n_wires; i++) {
        fields[i].name = wires[i].name;
        wires[i].name = NULL;
        if (wires[i].port >= 0) {
            d->port(c->params, c->state, wires[i].port, &port);
            fields[i].cell = port_cell[wires[i].port];
            fields[i].width = (int32_t)port.width;
        } else {
            fields[i].cell = frame->fields[wires[i].field].cell;
            fields[i].width = frame->fields[wires[i].field].width;
        }
    }
    mlci_free(port_cell);
    clear_fields(frame->fields, frame->n_fields);
    frame->fields = fields;
    frame->n_fields = n_wires;
    return MLC_OK;
}

static mlc_status transform_leaf(mlci_frame *frame, const mlci_component *c, const char **names,
                                 int32_t *input_field, mlc_error *err)
{
    int32_t *in = NULL, n_in = 0, n_wires = 0;
    mlci_wire *wires = NULL;
    reading *inputs = mlci_alloc(frame->program->root, c->n_inputs, sizeof *inputs);
    if (inputs == NULL) return mlci_fail_memory(err, c->n_inputs, sizeof *inputs);
    for (int32_t i = 0; i < c->n_inputs; i++) {
        inputs[i] = (reading){c->inputs[i].name, c->inputs[i].width};
    }
    mlc_status status = list_cells(frame, c->n_inputs, inputs, input_field, &in, &n_in, err);
    mlci_free(inputs);
    if (status != MLC_OK) return status;
    MLCI_TRY(add_step(frame->program, c, in, n_in, err));
    for (int32_t i = 0; i < frame->n_fields; i++)
        names[i] = frame->fields[i].name;
    MLCI_TRY(mlci_component_wires(c, frame->n_fields, names, input_field, &wires, &n_wires, err));
    status = move_fields(frame, c, wires, n_wires, err);
    mlci_wires_free(wires, n_wires);
    return status;
}

mlc_status mlci_frame_transform(mlci_frame *frame, const mlci_component *transform, mlc_error *err)
{
    if (mlci_is_composition(transform)) {
        return mlci_composition_of(transform)->compile(frame, transform, err);
    }
    if (transform->n_inputs == 0) return MLC_OK;
    mlci_root *root = frame->program->root;
    const char **names = mlci_alloc(root, frame->n_fields, sizeof *names);
    int32_t *input_field = mlci_alloc(root, transform->n_inputs, sizeof *input_field);
    mlc_status status = names == NULL || input_field == NULL
                            ? mlci_fail_memory(err, frame->n_fields, sizeof *names)
                            : transform_leaf(frame, transform, names, input_field, err);
    mlci_free(input_field);
    mlci_free(names);
    return status;
}

/* ---- models ----------------------------------------------------------------------------- */

mlc_status mlci_frame_model(mlci_frame *frame, const mlci_component *model, mlc_error *err)
{
    if (mlci_is_composition(model)) {
        return mlci_composition_of(model)->compile(frame, model, err);
    }
    const mlci_features *features = model->features;
    mlci_root *const root = frame->program->root;
    reading *inputs = mlci_alloc(root, features->n_inputs, sizeof *inputs);
    int32_t *fields = mlci_alloc(root, features->n_inputs, sizeof *fields);
    mlc_status status = MLC_OK;
    if (inputs == NULL || fields == NULL) {
        status = mlci_fail_memory(err, features->n_inputs, sizeof *inputs);
        goto done;
    }
    for (int32_t i = 0; i < features->n_inputs; i++) {
        inputs[i] = (reading){features->inputs[i].name, features->inputs[i].width};
    }
    frame->program->model = model;
    status = list_cells(frame, features->n_inputs, inputs, fields, &frame->program->in,
                        &frame->program->n_in, err);

done:
    mlci_free(fields);
    mlci_free(inputs);
    return status;
}

mlc_status mlci_frame_finish(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    mlci_program *const program = frame->program;
    const mlci_component **grown =
        mlci_realloc(program->root, program->finishes, program->n_finishes + 1, sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, program->n_finishes + 1, sizeof *grown);
    program->finishes = grown;
    program->finishes[program->n_finishes++] = fitted;
    return MLC_OK;
}

static mlc_status start_frame(mlci_frame *frame, const mlci_features *inputs, mlc_error *err)
{
    mlci_root *root = frame->program->root;
    frame->fields = mlci_alloc(root, inputs->n_inputs, sizeof *frame->fields);
    if (frame->fields == NULL) {
        return mlci_fail_memory(err, inputs->n_inputs, sizeof *frame->fields);
    }
    for (int32_t i = 0; i < inputs->n_inputs; i++) {
        const mlci_feature *input = &inputs->inputs[i];
        mlci_frame_field *field = &frame->fields[i];
        field->name = mlci_copy_text(root, input->name, (int64_t)strlen(input->name));
        if (field->name == NULL) return mlci_fail_memory(err, 1, 1);
        frame->n_fields++;
        field->cell = frame->program->n_cells;
        field->width = (int32_t)input->width;
        MLCI_TRY(add_cells(frame->program, input->width, err));
    }
    return MLC_OK;
}

/* Are the model's features the record's inputs, as they are? Texts have dictionaries of their own
 * in both. */
static int is_direct(const mlci_program *program, const mlci_features *inputs)
{
    const mlci_features *const features = program->model->features;
    if (features->zero_is_missing || program->n_steps > 0 || program->n_in != inputs->n_features ||
        features->n_inputs != inputs->n_inputs)
        return 0;
    for (int32_t j = 0; j < program->n_in; j++)
        if (program->in[j] != j) return 0;
    for (int32_t i = 0; i < inputs->n_inputs; i++)
        if (inputs->inputs[i].dictionary != NULL || features->inputs[i].dictionary != NULL)
            return 0;
    return 1;
}

mlc_status mlci_program_compile(mlci_root *root, const mlci_component *model,
                                const mlci_features *inputs, mlci_program **out, mlc_error *err)
{
    mlci_program *program = mlci_alloc(root, 1, sizeof *program);
    if (program == NULL) return mlci_fail_memory(err, 1, sizeof *program);
    program->root = root;
    mlci_frame frame = {.program = program};
    mlc_status status = start_frame(&frame, inputs, err);
    if (status == MLC_OK) status = mlci_frame_model(&frame, model, err);
    clear_fields(frame.fields, frame.n_fields);
    if (status != MLC_OK) {
        mlci_program_free(program);
        return status;
    }
    program->is_direct = is_direct(program, inputs);
    mlci_program_set_rows(program, 1);
    *out = program;
    return MLC_OK;
}

void mlci_program_free(mlci_program *program)
{
    if (program == NULL) return;
    for (int32_t i = 0; i < program->n_steps; i++)
        mlci_free(program->steps[i].in);
    mlci_free(program->steps);
    mlci_free(program->in);
    mlci_free(program->finishes);
    mlci_free(program);
}

/* ---- running ---------------------------------------------------------------------------- */

static int64_t round_up_64(int64_t bytes)
{
    return (bytes + 63) & ~(int64_t)63;
}

/* Of what a finisher may read: the widest output that the model has. */
static int64_t finish_bytes(const mlci_program *p)
{
    int64_t widest = 0;
    if (p->n_finishes == 0) return 0;
    for (int32_t output = MLCI_OUTPUT_PREDICTION; output <= MLCI_OUTPUT_QUANTILE; output *= 2) {
        if (!mlci_component_has_output(p->model, output)) continue;
        const int64_t width = mlci_component_n_outputs(p->model, output);
        if (width > widest) widest = width;
    }
    return round_up_64(p->n_rows * widest * (int64_t)sizeof(double));
}

void mlci_program_set_rows(mlci_program *p, int64_t n_rows)
{
    const mlci_component *const model = p->model;
    const mlci_model_descriptor *const d = mlci_model_of(model);
    const int64_t scratch =
        d->scratch_size == NULL ? 0 : d->scratch_size(model->params, model->state, n_rows);
    const int64_t n_features = n_rows * model->features->n_features;
    p->n_rows = n_rows;
    p->gathered_at = round_up_64(p->n_cells * (int64_t)sizeof(mlc_value));
    p->features_at = p->gathered_at + round_up_64(p->max_in * (int64_t)sizeof(mlc_value));
    p->model_at = p->features_at + round_up_64(n_features * (int64_t)sizeof(double));
    p->finishes_at = p->model_at + round_up_64(scratch * (int64_t)sizeof(double));
    p->finish_bytes = finish_bytes(p);
    p->scratch_bytes = p->finishes_at + p->n_finishes * p->finish_bytes;
}

/* What mlci_matrix_check() refuses in a batch. */
__attribute__((noinline)) static mlc_status check_features(const mlci_component *model,
                                                           const double *x, int64_t first,
                                                           int64_t n, mlc_error *err)
{
    const int64_t n_features = model->features->n_features;
    for (int64_t j = 0; j < n * n_features; j++) {
        if (isfinite(x[j])) continue;
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "row %lld has a missing or infinite value, which '%s' cannot take: add "
                         "simple_imputer before it",
                         (long long)(first + j / n_features) + 1, model->name);
    }
    return MLC_OK;
}

static void gather(const mlc_value *cells, const int32_t *in, int32_t n, mlc_value *out)
{
    for (int32_t i = 0; i < n; i++)
        out[i] = cells[in[i]];
}

double *mlci_program_features(const mlci_program *program, void *scratch)
{
    return (double *)(void *)((char *)scratch + program->features_at);
}

mlc_status mlci_program_run(const mlci_program *program, void *scratch, double *x, int64_t *flags,
                            mlc_error *err)
{
    mlc_value *const cells = scratch;
    mlc_value *const gathered = (mlc_value *)(void *)((char *)scratch + program->gathered_at);
    for (int32_t i = 0; i < program->n_steps; i++) {
        const mlci_program_step *step = &program->steps[i];
        const mlci_component *c = step->transform;
        gather(cells, step->in, step->n_in, gathered);
        MLCI_TRY(mlci_transform_of(c)->row(c->params, c->state, gathered, cells + step->out, flags,
                                           err));
    }
    gather(cells, program->in, program->n_in, gathered);
    int64_t model_flags = 0; /* about columns that the record does not have: not for the caller */
    mlci_features_row(program->model->features, gathered, x, &model_flags);
    return MLC_OK;
}

static void answer(const mlci_program *p, const mlci_model_predict *request, int32_t n_finishes);

/* What the last of these steps after the model gives. */
static void finish(const mlci_program *p, const mlci_model_predict *request, int32_t n_finishes)
{
    const mlci_component *const c = p->finishes[n_finishes - 1];
    const mlci_finisher *const f = mlci_finisher_of(c);
    char *const memory = (char *)request->scratch - p->model_at + p->finishes_at;
    mlci_model_predict read = *request;
    read.output = f->reads(c, request->output);
    read.out = (double *)(void *)(memory + (n_finishes - 1) * p->finish_bytes);
    answer(p, &read, n_finishes - 1);
    f->rows(c, request->output, request->n_rows, mlci_component_n_outputs(p->model, read.output),
            read.out, request->out);
}

/* What the model and the first n_finishes steps after it give. */
static void answer(const mlci_program *p, const mlci_model_predict *request, int32_t n_finishes)
{
    if (n_finishes == 0)
        mlci_model_of(p->model)->predict(request);
    else
        finish(p, request, n_finishes);
}

mlc_status mlci_program_predict(const mlci_program *program, int32_t isa, int32_t output,
                                int64_t first, int64_t n, const double *x, void *scratch,
                                double *out, mlc_error *err)
{
    const mlci_component *model = program->model;
    if ((model->descriptor->capabilities & MLCI_CAN_MISSING) == 0)
        MLCI_TRY(check_features(model, x, first, n, err));
    const mlci_model_predict args = {.isa = isa,
                                     .output = output,
                                     .params = model->params,
                                     .state = model->state,
                                     .x = x,
                                     .n_rows = n,
                                     .out = out,
                                     .scratch =
                                         (double *)(void *)((char *)scratch + program->model_at)};
    answer(program, &args, program->n_finishes);
    return MLC_OK;
}
