/* A program (compose/program.h) as a table that a loop goes through: each entry makes one cell of a
 * record out of another. Texts are codes in the dictionary of the input that they come from, so
 * what encoders and models make of them is a table by code. */
#include "export_c_steps.h"

#include <math.h>
#include <string.h>

#include "categories.h"
#include "param.h"

/* What an operation does; generated code has the same numbers. */
enum { SCALE, FILL, IS_MISSING, LOOK_UP, IS_EQUAL };

#define REFUSED ((double)INFINITY) /* in a table: the library refuses such a row */

typedef struct planner {
    mlci_c_steps *s;
    const mlci_dictionary **labels; /* of cells; NULL: a number */
    const mlci_component *step;
    const mlci_program_step *cells; /* that it reads and writes */
} planner;

static mlc_status refuse(const planner *p, const char *what, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, p->step->name, "'%s' cannot be written as C: %s",
                     p->step->name, what);
}

/* ---- operations --------------------------------------------------------------------------- */

static mlc_status add_step(mlci_c_steps *s, mlci_c_step step, mlc_error *err)
{
    if (s->n == s->capacity) {
        const int64_t capacity = s->capacity == 0 ? 64 : 2 * s->capacity;
        mlci_c_step *const grown = mlci_realloc(s->root, s->steps, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        s->steps = grown;
        s->capacity = capacity;
    }
    s->steps[s->n++] = step;
    return MLC_OK;
}

static mlc_status add_value(mlci_c_steps *s, double value, mlc_error *err)
{
    if (s->n_values == s->value_capacity) {
        const int64_t capacity = s->value_capacity == 0 ? 64 : 2 * s->value_capacity;
        double *const grown = mlci_realloc(s->root, s->values, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        s->values = grown;
        s->value_capacity = capacity;
    }
    s->values[s->n_values++] = value;
    s->may_refuse |= value == REFUSED;
    return MLC_OK;
}

/* ---- scalers and imputers ----------------------------------------------------------------- */

/* A table of the step, by its name. */
static mlc_status table_of(const planner *p, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    return mlci_transform_of(p->step)->table(call, p->step->params, p->step->state, "statistics",
                                             out, err);
}

static mlc_status plan_scaler(const planner *p, mlc_context *call, mlc_error *err)
{
    mlc_dataset *table = NULL;
    mlc_status status = table_of(p, call, &table, err);
    for (int32_t j = 0; j < p->cells->n_in && status == MLC_OK; j++) {
        mlci_c_step step = {.what = SCALE, .in = p->cells->in[j], .out = p->cells->out + j};
        status = mlc_dataset_real(table, "mean", j, &step.a, err);
        if (status == MLC_OK) status = mlc_dataset_real(table, "scale", j, &step.b, err);
        if (status == MLC_OK) status = add_step(p->s, step, err);
    }
    mlc_dataset_free(table);
    return status;
}

/* What a text is filled with: its code, if it is a label. */
static mlc_status plan_text_fill(const planner *p, const mlc_dataset *table, int32_t input,
                                 int32_t out, mlc_error *err)
{
    const mlci_dictionary *const labels = p->labels[p->cells->in[input]];
    const char *text = NULL;
    int64_t length = 0;
    if (labels == NULL) return refuse(p, "it reads texts without a list of labels", err);
    MLCI_TRY(mlc_dataset_text(table, "text", input, &text, &length, err));
    const int32_t code = mlci_dictionary_find(labels, text, length);
    if (code < 0)
        return refuse(p, "it fills texts with one that the training rows do not have", err);
    p->labels[out] = labels;
    return add_step(
        p->s, (mlci_c_step){.what = FILL, .in = p->cells->in[input], .out = out, .a = code}, err);
}

static mlc_status plan_imputer(const planner *p, mlc_context *call, mlc_error *err)
{
    const mlci_transform_descriptor *const d = mlci_transform_of(p->step);
    const int32_t n = d->n_ports(p->step->params, p->step->state);
    mlc_dataset *table = NULL;
    mlc_status status = table_of(p, call, &table, err);
    for (int32_t i = 0; i < n && status == MLC_OK; i++) {
        mlci_port port;
        d->port(p->step->params, p->step->state, i, &port);
        const int32_t input = port.input >= 0 ? port.input : port.made_of - 1;
        mlci_c_step step = {.what = port.input >= 0 ? FILL : IS_MISSING,
                            .in = p->cells->in[input],
                            .out = p->cells->out + i};
        if (port.type == MLC_TYPE_CATEGORY) {
            status = plan_text_fill(p, table, input, step.out, err);
            continue;
        }
        if (port.input >= 0) status = mlc_dataset_real(table, "number", input, &step.a, err);
        if (status == MLC_OK) status = add_step(p->s, step, err);
    }
    mlc_dataset_free(table);
    return status;
}

/* ---- encoders ----------------------------------------------------------------------------- */

static const void *member(const mlci_component *step, const char *name)
{
    const mlci_param *param = step->descriptor->params;
    while (param->name != NULL && strcmp(param->name, name) != 0)
        param++;
    return (const char *)step->params + param->offset;
}

/* The word of a choice. */
static int is_choice(const mlci_component *step, const char *name, const char *word)
{
    const mlci_param *param = step->descriptor->params;
    int32_t value = 0;
    memcpy(&value, member(step, name), sizeof value);
    while (param->name != NULL && strcmp(param->name, name) != 0)
        param++;
    for (const mlci_choice *c = param->choices; c != NULL && c->name != NULL; c++)
        if (c->value == value && strcmp(c->name, word) == 0) return 1;
    return 0;
}

/* What an encoder learned, by way of its section of an artifact. */
static mlc_status read_categories(const planner *p, mlci_categories **out, int32_t *n,
                                  mlc_error *err)
{
    mlci_writer w;
    mlci_reader r;
    mlci_writer_init(&w, p->s->root);
    mlci_transform_of(p->step)->save(p->step->params, p->step->state, &w);
    mlc_status status = mlci_writer_status(&w, err);
    *n = 0;
    if (status == MLC_OK) {
        mlci_reader_init(&r, p->s->root, p->step->name, w.data, w.length);
        const int64_t count = mlci_read_count(&r, "number of columns", 1, w.length);
        *out = mlci_alloc(p->s->root, count, sizeof **out);
        if (*out == NULL) status = mlci_fail_memory(err, count, sizeof **out);
        for (int64_t i = 0; i < count && status == MLC_OK && r.status == MLC_OK; i++)
            mlci_categories_load(&r, &(*out)[(*n)++]);
        if (status == MLC_OK) status = mlci_reader_finish(&r, err);
    }
    mlci_writer_clear(&w);
    return status;
}

/* The number of a cell: of a code, -1 unknown, -2 missing. */
static double encoded(const planner *p, const mlci_categories *c, int32_t in, int64_t code)
{
    int64_t length = 0, flags = 0;
    mlc_value cell = {.kind = MLC_MISSING};
    const int is_one_hot = strcmp(p->step->descriptor->name, "one_hot_encoder") == 0;
    const int is_error = is_choice(p->step, "handle_unknown", "error");
    if (code >= 0) {
        cell.kind = MLC_TEXT;
        cell.text = mlci_dictionary_text(p->labels[in], (int32_t)code, &length);
        cell.length = (int32_t)length;
    }
    int32_t level = code == -1 ? MLCI_LEVEL_UNKNOWN : mlci_categories_level(c, &cell, &flags);
    const int rare_missing = c->has_missing && c->level[c->n_values] == c->infrequent;
    if (!is_one_hot && code == -2 && !rare_missing)
        return *(const double *)member(p->step, "encoded_missing_value");
    if (level == MLCI_LEVEL_UNKNOWN && is_error) return REFUSED;
    if (level == MLCI_LEVEL_UNKNOWN && !is_one_hot)
        return *(const double *)member(p->step, "unknown_value");
    if (level == MLCI_LEVEL_UNKNOWN && !is_choice(p->step, "handle_unknown", "ignore"))
        level = c->infrequent;
    return level;
}

/* Into cell `out` the number of a category. */
static mlc_status plan_look_up(const planner *p, const mlci_categories *c, int32_t in, int32_t out,
                               mlc_error *err)
{
    if (p->labels[in] == NULL || c->dictionary == NULL)
        return refuse(p, "it encodes numbers, or texts without a list of labels", err);
    mlci_c_step step = {.what = LOOK_UP, .in = in, .out = out, .first = p->s->n_values};
    step.n = p->labels[in]->n;
    step.a = encoded(p, c, in, -1);
    step.b = encoded(p, c, in, -2);
    p->s->may_refuse |= step.a == REFUSED || step.b == REFUSED;
    for (int64_t code = 0; code < step.n; code++)
        MLCI_TRY(add_value(p->s, encoded(p, c, in, code), err));
    return add_step(p->s, step, err);
}

/* Components ask whether the level, in a cell of its own, is theirs; port i is of its input. */
static mlc_status plan_one_hot(const planner *p, const mlci_categories *columns, mlc_error *err)
{
    const mlci_transform_descriptor *const d = mlci_transform_of(p->step);
    int32_t out = p->cells->out;
    for (int32_t i = 0; i < d->n_ports(p->step->params, p->step->state); i++) {
        mlci_port port;
        d->port(p->step->params, p->step->state, i, &port);
        const mlci_categories *const c = &columns[port.input];
        const int32_t level = p->s->n_cells++, dropped = c->n_levels - (int32_t)port.width;
        MLCI_TRY(plan_look_up(p, c, p->cells->in[port.input], level, err));
        for (int32_t k = 0; k < port.width; k++)
            MLCI_TRY(add_step(
                p->s, (mlci_c_step){.what = IS_EQUAL, .in = level, .out = out++, .a = dropped + k},
                err));
    }
    return MLC_OK;
}

static mlc_status plan_encoder(const planner *p, mlc_error *err)
{
    mlci_categories *columns = NULL;
    int32_t n = 0;
    mlc_status status = read_categories(p, &columns, &n, err);
    if (status == MLC_OK && strcmp(p->step->descriptor->name, "one_hot_encoder") == 0)
        status = plan_one_hot(p, columns, err);
    else
        for (int32_t i = 0; i < n && status == MLC_OK; i++)
            status = plan_look_up(p, &columns[i], p->cells->in[i], p->cells->out + i, err);
    for (int32_t i = 0; i < n; i++)
        mlci_categories_clear(&columns[i]);
    mlci_free(columns);
    return status;
}

/* ---- the model's features ----------------------------------------------------------------- */

/* Categories of a model have its own codes. */
static mlc_status plan_feature(const planner *p, int32_t in, const mlci_dictionary *labels,
                               mlc_error *err)
{
    mlci_c_step step = {
        .what = LOOK_UP, .in = in, .out = p->s->n_cells++, .a = -1, .b = (double)NAN};
    step.first = p->s->n_values;
    if (p->labels[in] == NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, p->step->name,
                         "'%s' reads texts without a list of labels, for which C has no words",
                         p->step->name);
    step.n = p->labels[in]->n;
    for (int32_t code = 0; code < p->labels[in]->n; code++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(p->labels[in], code, &length);
        MLCI_TRY(add_value(p->s, mlci_dictionary_find(labels, text, length), err));
    }
    return add_step(p->s, step, err);
}

static mlc_status plan_features(planner *p, mlc_error *err)
{
    mlci_program *const program = p->s->program;
    const mlci_features *const features = program->model->features;
    p->step = program->model;
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const input = &features->inputs[i];
        if (input->dictionary == NULL) continue;
        MLCI_TRY(plan_feature(p, program->in[input->first], input->dictionary, err));
        program->in[input->first] = p->s->n_cells - 1;
    }
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status plan_step(const planner *p, mlc_context *call, mlc_error *err)
{
    const char *const name = p->step->descriptor->name;
    if (strcmp(name, "standard_scaler") == 0) return plan_scaler(p, call, err);
    if (strcmp(name, "simple_imputer") == 0) return plan_imputer(p, call, err);
    if (strcmp(name, "one_hot_encoder") == 0 || strcmp(name, "ordinal_encoder") == 0)
        return plan_encoder(p, err);
    return refuse(p, "there is no code for such a step", err);
}

static mlc_status plan(planner *p, mlc_context *call, mlc_error *err)
{
    const mlci_program *const program = p->s->program;
    p->labels = mlci_alloc(p->s->root, program->n_cells, sizeof *p->labels);
    if (p->labels == NULL) return mlci_fail_memory(err, program->n_cells, sizeof *p->labels);
    for (int32_t i = 0; i < p->s->inputs->n_inputs; i++)
        p->labels[p->s->inputs->inputs[i].first] = p->s->inputs->inputs[i].dictionary;
    for (int32_t i = 0; i < program->n_steps; i++) {
        p->cells = &program->steps[i];
        p->step = p->cells->transform;
        MLCI_TRY(plan_step(p, call, err));
    }
    return plan_features(p, err);
}

mlc_status mlci_c_steps_open(const mlci_export *e, mlci_c_steps *out, mlc_error *err)
{
    *out = (mlci_c_steps){.root = e->root, .inputs = e->model->record->inputs};
    planner p = {.s = out};
    MLCI_TRY(mlci_program_compile(e->root, e->model->component, out->inputs, &out->program, err));
    out->n_cells = out->program->n_cells;
    const mlc_status status = plan(&p, e->call, err);
    mlci_free(p.labels);
    return status;
}

void mlci_c_steps_close(mlci_c_steps *s)
{
    mlci_program_free(s->program);
    mlci_free(s->steps);
    mlci_free(s->values);
}

/* ---- code --------------------------------------------------------------------------------- */

static const char loop[] =
    "\n/* Makes cells out of cells, and of some of them what the model sees; 0 where the library\n"
    " * refuses the row. */\n"
    "static int @_features(const double *x, double *f)\n"
    "{\n"
    "    double cell[$_N_CELLS];\n"
    "    unsigned i;\n"
    "    memcpy(cell, x, $_N_FEATURES * sizeof *x);\n"
    "    for (i = 0; i < $_N_STEPS; i++) {\n"
    "        const double v = cell[@_step[i].in], a = @_step[i].a, b = @_step[i].b;\n"
    "        double made;\n"
    "        switch (@_step[i].what) {\n"
    "        case 0: /* scaled */\n"
    "            made = (v - a) / b;\n"
    "            break;\n"
    "        case 1: /* filled */\n"
    "            made = v != v ? a : v;\n"
    "            break;\n"
    "        case 2: /* missing? */\n"
    "            made = v != v;\n"
    "            break;\n"
    "        case 3: /* a number by code; a: of unknown ones, b: of missing ones */\n"
    "            made = v != v ? b : a;\n"
    "            if (v > -1 && v < (double)@_step[i].n)\n"
    "                made = @_by_code[@_step[i].first + (uint32_t)v];\n"
    "            if (made > DBL_MAX) return 0;\n"
    "            break;\n"
    "        default: /* the same as a? */\n"
    "            made = v >= a && v <= a;\n"
    "            break;\n"
    "        }\n"
    "        cell[@_step[i].out] = made;\n"
    "    }\n"
    "    for (i = 0; i < sizeof @_seen / sizeof @_seen[0]; i++)\n"
    "        f[i] = cell[@_seen[i]];\n"
    "    return 1;\n"
    "}\n";

static void put_step(mlci_c_source *c, const mlci_c_step *step)
{
    mlci_text_append_format(c->out, "    {%d, %d, %d, ", (int)step->what, (int)step->in,
                            (int)step->out);
    mlci_c_append_real(c->out, step->a);
    mlci_text_append_text(c->out, ", ");
    mlci_c_append_real(c->out, step->b);
    mlci_text_append_format(c->out, ", %lld, %lld},\n", (long long)step->first, (long long)step->n);
}

void mlci_c_put_steps(mlci_c_source *c, const mlci_c_steps *s)
{
    static const mlci_c_step none = {0, 0, 0, 0, 1, 0, 0};
    mlci_c_put(c, "/* Steps before the model: what is done, from which cell to which, by which "
                  "numbers. */\n"
                  "static const struct {\n"
                  "    uint8_t what;\n"
                  "    uint32_t in, out;\n"
                  "    double a, b;\n"
                  "    uint32_t first, n;\n"
                  "} @_step[] = {\n");
    for (int64_t i = 0; i < s->n; i++)
        put_step(c, &s->steps[i]);
    if (s->n == 0) put_step(c, &none);
    mlci_c_put(c, "};\n");
    mlci_c_open_array(c, "double", "by_code");
    for (int64_t i = 0; i < s->n_values; i++)
        mlci_c_real(c, s->values[i]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, mlci_c_unsigned(s->n_cells), "seen");
    for (int32_t i = 0; i < s->program->n_in; i++)
        mlci_c_integer(c, s->program->in[i]);
    mlci_c_close_array(c);
    mlci_c_define(c, "N_STEPS", s->n);
    mlci_c_define(c, "N_CELLS", s->n_cells > 0 ? s->n_cells : 1);
    mlci_c_define(c, "N_SEEN", s->program->n_in > 0 ? s->program->n_in : 1);
    mlci_c_put(c, loop);
}
