/* on: a transform for some of the features. The inner transform sees a dataset with those
 * features alone; what it makes of them takes the place of the first of them. */
#include <string.h>

#include "program.h"
#include "wires.h"

enum { REMAINDER_PASSTHROUGH, REMAINDER_DROP };

struct on_params {
    int32_t remainder;
};

static const mlci_choice remainders[] = {
    {"passthrough", REMAINDER_PASSTHROUGH, "the other features stay as they are"},
    {"drop", REMAINDER_DROP, "the other features are left out"},
    {NULL, 0, NULL},
};

static const mlci_param on_table[] = {
    MLCI_CHOICE(struct on_params, remainder, REMAINDER_PASSTHROUGH, remainders,
                "what becomes of the features that were not chosen"),
    {.name = NULL},
};

/* ---- which fields go where -------------------------------------------------------------- */

enum { STAYS, GOES_IN, IS_DROPPED };

/* The fate of each field, by names that are sorted. */
static mlc_status decide(const mlci_component *c, const mlci_names *outer, uint8_t **out,
                         mlc_error *err)
{
    uint8_t *const fate = mlci_alloc(c->root, outer->n, 1);
    if (fate == NULL) return mlci_fail_memory(err, outer->n, 1);
    for (int32_t i = 0; i < c->n_dropped; i++) {
        const int32_t f = mlci_names_find(outer, c->dropped[i]);
        if (f >= 0) fate[f] = IS_DROPPED;
    }
    for (int32_t i = 0; i < c->n_inputs; i++) {
        const int32_t f = mlci_names_find(outer, c->inputs[i].name);
        if (f >= 0) fate[f] = GOES_IN;
    }
    *out = fate;
    return MLC_OK;
}

static mlc_status name_inner(const mlci_component *c, const mlci_names *outer, const uint8_t *fate,
                             const mlci_names *inner, char **out, mlc_error *err)
{
    mlci_names stay = {0};
    mlc_status status = mlci_names_open(c->root, outer->n, &stay, err);
    if (status == MLC_OK) {
        stay.n = 0;
        for (int32_t f = 0; f < outer->n; f++) {
            if (fate[f] == STAYS) stay.name[stay.n++] = outer->name[f];
        }
        status = mlci_names_sort(&stay, err);
    }
    if (status == MLC_OK) status = mlci_wires_name(c->parts[0]->name, &stay, inner, out, err);
    mlci_names_close(&stay);
    return status;
}

/* w: all zero; *n counts those that were laid, also on failure. */
static mlc_status lay_wires(const mlci_component *c, const mlci_names *outer, const uint8_t *fate,
                            char **inner_names, int32_t n_inner, mlci_wire *w, int32_t *n,
                            mlc_error *err)
{
    int inner_done = 0;
    for (int32_t f = 0; f < outer->n; f++) {
        if (fate[f] == STAYS) {
            const char *const name = outer->name[f];
            w[*n] = (mlci_wire){.field = f, .port = -1};
            w[*n].name = mlci_copy_text(c->root, name, (int64_t)strlen(name));
            if (w[(*n)++].name == NULL) return mlci_fail_memory(err, 1, 1);
        }
        if (fate[f] != GOES_IN || inner_done) continue;
        for (int32_t p = 0; p < n_inner; p++) {
            w[(*n)++] = (mlci_wire){.field = -1, .port = p, .name = inner_names[p]};
            inner_names[p] = NULL;
        }
        inner_done = 1;
    }
    return MLC_OK;
}

/* The fields after `on`: wires with field into outer and port into inner. An inner field that is
 * named like one that stays gets the step's name before it. */
static mlc_status merge(const mlci_component *c, const mlci_names *outer, const mlci_names *inner,
                        mlci_wire **wires, int32_t *n_wires, mlc_error *err)
{
    const int64_t n_most = (int64_t)outer->n + inner->n;
    mlci_wire *w = mlci_alloc(c->root, n_most, sizeof *w);
    char **inner_names = mlci_alloc(c->root, inner->n, sizeof *inner_names);
    uint8_t *fate = NULL;
    int32_t n = 0;
    mlc_status status = w == NULL || inner_names == NULL ? mlci_fail_memory(err, n_most, sizeof *w)
                                                         : decide(c, outer, &fate, err);
    if (status == MLC_OK) status = name_inner(c, outer, fate, inner, inner_names, err);
    if (status == MLC_OK) {
        status = lay_wires(c, outer, fate, inner_names, inner->n, w, &n, err);
    }
    for (int32_t p = 0; inner_names != NULL && p < inner->n; p++)
        mlci_free(inner_names[p]);
    mlci_free(inner_names);
    mlci_free(fate);
    if (status != MLC_OK) {
        mlci_wires_free(w, n);
        return status;
    }
    *wires = w;
    *n_wires = n;
    return MLC_OK;
}

/* ---- datasets --------------------------------------------------------------------------- */

/* The inputs alone, in the order of the dataset. */
static mlc_status select_inputs(const mlci_component *c, const mlc_dataset *rows, int with_others,
                                mlc_dataset **out, mlc_error *err)
{
    mlci_field *fields = mlci_alloc(rows->root, rows->n_fields, sizeof *fields);
    uint8_t *fate = NULL;
    mlc_status status = fields == NULL ? mlci_fail_memory(err, rows->n_fields, sizeof *fields)
                                       : decide(c, &rows->names, &fate, err);
    if (status == MLC_OK) {
        int32_t n = 0;
        for (int32_t i = 0; i < rows->n_fields; i++) {
            const mlci_field *field = &rows->fields[i];
            if (fate[i] == GOES_IN || (with_others && !mlci_field_is_feature(field))) {
                fields[n++] = *field;
            }
        }
        status = mlci_dataset_with_fields(rows, n, fields, out, err);
    }
    mlci_free(fate);
    mlci_free(fields);
    return status;
}

static mlc_status merge_datasets(const mlci_component *c, const mlc_dataset *rows,
                                 const mlc_dataset *inner, mlc_dataset **out, mlc_error *err)
{
    mlci_wire *wires = NULL;
    int32_t n = 0;
    mlci_field *fields = NULL;
    mlc_status status = merge(c, &rows->names, &inner->names, &wires, &n, err);
    if (status == MLC_OK) {
        fields = mlci_alloc(rows->root, n, sizeof *fields);
        if (fields == NULL) status = mlci_fail_memory(err, n, sizeof *fields);
    }
    if (status == MLC_OK) {
        for (int32_t i = 0; i < n; i++) {
            const mlci_field *from =
                wires[i].port < 0 ? &rows->fields[wires[i].field] : &inner->fields[wires[i].port];
            fields[i] = (mlci_field){wires[i].name, from->role, from->column};
        }
        status = mlci_dataset_with_fields(rows, n, fields, out, err);
    }
    mlci_free(fields);
    mlci_wires_free(wires, n);
    return status;
}

static mlc_status require_inputs(const mlci_component *c, const mlc_dataset *rows, mlc_error *err)
{
    for (int32_t i = 0; i < c->n_inputs; i++) {
        if (mlci_dataset_find(rows, c->inputs[i].name) >= 0) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, c->inputs[i].name,
                         "column '%s', which was chosen by on(%s), is missing", c->inputs[i].name,
                         c->columns);
    }
    return MLC_OK;
}

static mlc_status on_apply(mlc_context *call, const mlci_component *fitted, mlc_dataset **data,
                           mlc_error *err)
{
    MLCI_TRY(require_inputs(fitted, *data, err));
    mlc_dataset *chosen = NULL, *inner = NULL, *merged = NULL;
    mlc_status status = select_inputs(fitted, *data, 0, &chosen, err);
    if (status == MLC_OK) {
        status = mlci_component_apply(call, fitted->parts[0], chosen, &inner, err);
    }
    if (status == MLC_OK) status = merge_datasets(fitted, *data, inner, &merged, err);
    mlc_dataset_free(chosen);
    mlc_dataset_free(inner);
    if (status != MLC_OK) return status;
    mlc_dataset_free(*data);
    *data = merged;
    return MLC_OK;
}

/* ---- fitting ---------------------------------------------------------------------------- */

static mlc_status keep_dropped(const mlc_dataset *train, const uint8_t *picked,
                               mlci_component *fitted, mlc_error *err)
{
    fitted->dropped = mlci_alloc(fitted->root, train->n_fields, sizeof *fitted->dropped);
    if (fitted->dropped == NULL) {
        return mlci_fail_memory(err, train->n_fields, sizeof *fitted->dropped);
    }
    for (int32_t i = 0; i < train->n_fields; i++) {
        const mlci_field *field = &train->fields[i];
        if (picked[i] || !mlci_field_is_feature(field)) continue;
        char *name = mlci_copy_text(fitted->root, field->name, (int64_t)strlen(field->name));
        if (name == NULL) return mlci_fail_memory(err, 1, 1);
        fitted->dropped[fitted->n_dropped++] = name;
    }
    return MLC_OK;
}

static mlc_status pick(const mlc_dataset *train, mlci_component *fitted, uint8_t *picked,
                       int32_t *chosen, mlc_error *err)
{
    MLCI_TRY(mlci_dataset_pick(train, fitted->columns, 1, picked, err));
    int32_t n = 0;
    for (int32_t i = 0; i < train->n_fields; i++) {
        if (picked[i]) chosen[n++] = i;
    }
    MLCI_TRY(mlci_component_keep_inputs(fitted, train, chosen, n, err));
    const struct on_params *params = fitted->params;
    return params->remainder == REMAINDER_DROP ? keep_dropped(train, picked, fitted, err) : MLC_OK;
}

static mlc_status on_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                         mlci_component *fitted, mlc_error *err)
{
    const mlc_dataset *train = fitting->train;
    uint8_t *picked = mlci_alloc(fitted->root, train->n_fields, 1);
    int32_t *chosen = mlci_alloc(fitted->root, train->n_fields, sizeof *chosen);
    mlc_status status = picked == NULL || chosen == NULL
                            ? mlci_fail_memory(err, train->n_fields, sizeof *chosen)
                            : pick(train, fitted, picked, chosen, err);
    mlci_free(chosen);
    mlci_free(picked);
    if (status != MLC_OK) return status;
    mlc_dataset *selected = NULL;
    MLCI_TRY(select_inputs(fitted, train, 1, &selected, err));
    mlci_fitting inner = *fitting;
    inner.train = selected;
    inner.is_explicit = 1;
    status = mlci_component_fit_part(&inner, recipe->parts[0], fitted, err);
    mlc_dataset_free(selected);
    return status;
}

/* ---- single records --------------------------------------------------------------------- */

static mlc_status frame_select(const mlci_component *c, const mlci_names *names,
                               const mlci_frame *frame, mlci_frame *inner, mlc_error *err)
{
    mlci_root *root = frame->program->root;
    uint8_t *fate = NULL;
    inner->program = frame->program;
    inner->fields = mlci_alloc(root, frame->n_fields, sizeof *inner->fields);
    mlc_status status = inner->fields == NULL
                            ? mlci_fail_memory(err, frame->n_fields, sizeof *inner->fields)
                            : decide(c, names, &fate, err);
    for (int32_t i = 0; i < frame->n_fields && status == MLC_OK; i++) {
        const mlci_frame_field *from = &frame->fields[i];
        if (fate[i] != GOES_IN) continue;
        mlci_frame_field *to = &inner->fields[inner->n_fields++];
        *to = *from;
        to->name = mlci_copy_text(root, from->name, (int64_t)strlen(from->name));
        if (to->name == NULL) status = mlci_fail_memory(err, 1, 1);
    }
    mlci_free(fate);
    return status;
}

static void frame_clear(mlci_frame *frame)
{
    for (int32_t i = 0; i < frame->n_fields; i++)
        mlci_free(frame->fields[i].name);
    mlci_free(frame->fields);
}

/* On success frame has the merged fields. */
static mlc_status frame_merge(const mlci_component *c, const mlci_names *names, mlci_frame *frame,
                              const mlci_frame *inner, mlc_error *err)
{
    mlci_names inner_names = {0};
    mlci_wire *wires = NULL;
    int32_t n = 0;
    mlc_status status = mlci_frame_names(inner, &inner_names, err);
    if (status == MLC_OK) status = merge(c, names, &inner_names, &wires, &n, err);
    mlci_names_close(&inner_names);
    if (status != MLC_OK) return status;
    mlci_frame merged = {.program = frame->program};
    merged.fields = mlci_alloc(frame->program->root, n, sizeof *merged.fields);
    if (merged.fields == NULL) {
        mlci_wires_free(wires, n);
        return mlci_fail_memory(err, n, sizeof *merged.fields);
    }
    for (int32_t i = 0; i < n; i++) {
        merged.fields[i] =
            wires[i].port < 0 ? frame->fields[wires[i].field] : inner->fields[wires[i].port];
        merged.fields[i].name = wires[i].name;
        wires[i].name = NULL;
    }
    merged.n_fields = n;
    mlci_wires_free(wires, n);
    frame_clear(frame);
    *frame = merged;
    return MLC_OK;
}

static mlc_status on_compile(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    mlci_names names = {0};
    mlci_frame inner = {0};
    mlc_status status = mlci_frame_names(frame, &names, err);
    if (status == MLC_OK) status = frame_select(fitted, &names, frame, &inner, err);
    if (status == MLC_OK) status = mlci_frame_transform(&inner, fitted->parts[0], err);
    if (status == MLC_OK) status = frame_merge(fitted, &names, frame, &inner, err);
    frame_clear(&inner);
    mlci_names_close(&names);
    return status;
}

extern const mlci_composition mlci_compose_on;
const mlci_composition mlci_compose_on = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_IS_COMPOSITION,
             .name = "on",
             .summary = "a transform for some of the features",
             .details = "The first item says which: names, type:number, type:category, type:text, "
                        "or patterns such as capital-*; several are written on([a, b], ...). The "
                        "result takes the place of the first chosen column. In scikit-learn this "
                        "is ColumnTransformer, whose remainder is dropped by default; here it "
                        "passes through.",
             .since = "0.1",
             .params = on_table,
             .params_size = sizeof(struct on_params)},
    .min_parts = 1,
    .max_parts = 1,
    .takes_columns = 1,
    .fit = on_fit,
    .apply = on_apply,
    .compile = on_compile,
};
