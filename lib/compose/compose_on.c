/* on: a transform for some of the features. The inner transform sees a dataset with those
 * features alone; what it makes of them takes the place of the first of them. */
#include <string.h>

#include "program.h"

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

static int is_input(const mlci_component *c, const char *name)
{
    for (int32_t i = 0; i < c->n_inputs; i++) {
        if (strcmp(c->inputs[i].name, name) == 0) return 1;
    }
    return 0;
}

static int is_dropped(const mlci_component *c, const char *name)
{
    for (int32_t i = 0; i < c->n_dropped; i++) {
        if (strcmp(c->dropped[i], name) == 0) return 1;
    }
    return 0;
}

typedef struct names {
    int32_t n;
    const char **list;
} names;

static mlc_status copy_name(mlci_wire *wire, mlci_root *root, const char *name, mlc_error *err)
{
    wire->name = mlci_copy_text(root, name, (int64_t)strlen(name));
    return wire->name == NULL ? mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1) : MLC_OK;
}

static int stays(const mlci_component *c, const names *outer, const char *name)
{
    for (int32_t i = 0; i < outer->n; i++) {
        if (strcmp(outer->list[i], name) == 0) {
            return !is_input(c, name) && !is_dropped(c, name);
        }
    }
    return 0;
}

static int is_taken(const mlci_component *c, const names *outer, const mlci_wire *wires, int32_t n,
                    const char *name)
{
    for (int32_t i = 0; i < n; i++) {
        if (strcmp(wires[i].name, name) == 0) return 1;
    }
    return stays(c, outer, name);
}

/* Names wire n after an inner field. A name that a field which stays has already gets the step's
 * name before it, and a number where that is taken as well. */
static mlc_status name_inner(const mlci_component *c, const names *outer, const char *name,
                             mlci_wire *wires, int32_t n, mlc_error *err)
{
    mlci_text text = mlci_text_init(c->root);
    mlci_text_append_text(&text, name);
    for (int32_t k = 1; !text.failed && is_taken(c, outer, wires, n, text.data); k++) {
        mlci_text_clear(&text);
        mlci_text_append_format(&text, "%s.%s", c->parts[0]->name, name);
        if (k > 1) mlci_text_append_format(&text, "_%d", (int)k);
    }
    return mlci_text_take(&text, &wires[n].name, err);
}

/* The fields after `on`: wires with field into outer and port into inner. */
static mlc_status merge(const mlci_component *c, const names *outer, const names *inner,
                        mlci_wire **wires, int32_t *n_wires, mlc_error *err)
{
    mlci_wire *w = mlci_alloc(c->root, (int64_t)outer->n + inner->n, sizeof *w);
    if (w == NULL) return mlci_fail_memory(err, (int64_t)outer->n + inner->n, sizeof *w);
    int32_t n = 0, inner_done = 0;
    mlc_status status = MLC_OK;
    for (int32_t f = 0; f < outer->n && status == MLC_OK; f++) {
        if (is_input(c, outer->list[f])) {
            for (int32_t p = 0; p < inner->n && !inner_done && status == MLC_OK; p++) {
                w[n].field = -1;
                w[n].port = p;
                status = name_inner(c, outer, inner->list[p], w, n, err);
                n += status == MLC_OK;
            }
            inner_done = 1;
        } else if (!is_dropped(c, outer->list[f])) {
            w[n].field = f;
            w[n].port = -1;
            status = copy_name(&w[n++], c->root, outer->list[f], err);
        }
    }
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
    if (fields == NULL) return mlci_fail_memory(err, rows->n_fields, sizeof *fields);
    int32_t n = 0;
    for (int32_t i = 0; i < rows->n_fields; i++) {
        const mlci_field *field = &rows->fields[i];
        if (is_input(c, field->name) || (with_others && !mlci_field_is_feature(field))) {
            fields[n++] = *field;
        }
    }
    const mlc_status status = mlci_dataset_with_fields(rows, n, fields, out, err);
    mlci_free(fields);
    return status;
}

static mlc_status list_names(const mlc_dataset *rows, names *out, mlc_error *err)
{
    out->list = mlci_alloc(rows->root, rows->n_fields, sizeof *out->list);
    if (out->list == NULL) return mlci_fail_memory(err, rows->n_fields, sizeof *out->list);
    out->n = rows->n_fields;
    for (int32_t i = 0; i < rows->n_fields; i++)
        out->list[i] = rows->fields[i].name;
    return MLC_OK;
}

static mlc_status merge_datasets(const mlci_component *c, const mlc_dataset *rows,
                                 const mlc_dataset *inner, mlc_dataset **out, mlc_error *err)
{
    names outer_names = {0}, inner_names = {0};
    mlci_wire *wires = NULL;
    int32_t n = 0;
    mlci_field *fields = NULL;
    mlc_status status = list_names(rows, &outer_names, err);
    if (status == MLC_OK) status = list_names(inner, &inner_names, err);
    if (status == MLC_OK) status = merge(c, &outer_names, &inner_names, &wires, &n, err);
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
    mlci_free(inner_names.list);
    mlci_free(outer_names.list);
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

static mlc_status frame_names(const mlci_frame *frame, names *out, mlc_error *err)
{
    out->list = mlci_alloc(frame->program->root, frame->n_fields, sizeof *out->list);
    if (out->list == NULL) return mlci_fail_memory(err, frame->n_fields, sizeof *out->list);
    out->n = frame->n_fields;
    for (int32_t i = 0; i < frame->n_fields; i++)
        out->list[i] = frame->fields[i].name;
    return MLC_OK;
}

static mlc_status frame_select(const mlci_component *c, const mlci_frame *frame, mlci_frame *inner,
                               mlc_error *err)
{
    mlci_root *root = frame->program->root;
    inner->program = frame->program;
    inner->fields = mlci_alloc(root, frame->n_fields, sizeof *inner->fields);
    if (inner->fields == NULL) {
        return mlci_fail_memory(err, frame->n_fields, sizeof *inner->fields);
    }
    for (int32_t i = 0; i < frame->n_fields; i++) {
        const mlci_frame_field *from = &frame->fields[i];
        if (!is_input(c, from->name)) continue;
        mlci_frame_field *to = &inner->fields[inner->n_fields];
        *to = *from;
        to->name = mlci_copy_text(root, from->name, (int64_t)strlen(from->name));
        if (to->name == NULL) return mlci_fail_memory(err, 1, 1);
        inner->n_fields++;
    }
    return MLC_OK;
}

static void frame_clear(mlci_frame *frame)
{
    for (int32_t i = 0; i < frame->n_fields; i++)
        mlci_free(frame->fields[i].name);
    mlci_free(frame->fields);
}

/* Frees wires whatever happens; on success frame has the merged fields. */
static mlc_status frame_merge(const mlci_component *c, mlci_frame *frame, const mlci_frame *inner,
                              mlc_error *err)
{
    names outer_names = {0}, inner_names = {0};
    mlci_wire *wires = NULL;
    int32_t n = 0;
    mlc_status status = frame_names(frame, &outer_names, err);
    if (status == MLC_OK) status = frame_names(inner, &inner_names, err);
    if (status == MLC_OK) status = merge(c, &outer_names, &inner_names, &wires, &n, err);
    mlci_free(outer_names.list);
    mlci_free(inner_names.list);
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
    mlci_frame inner = {0};
    mlc_status status = frame_select(fitted, frame, &inner, err);
    if (status == MLC_OK) status = mlci_frame_transform(&inner, fitted->parts[0], err);
    if (status == MLC_OK) status = frame_merge(fitted, frame, &inner, err);
    frame_clear(&inner);
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
