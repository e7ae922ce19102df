/* Fitting and applying: where datasets become what leaf components see (columns, matrices,
 * targets) and results become datasets again. */
#include "component.h"

#include <string.h>

#include "wires.h"

int32_t mlci_type_takes(int32_t type)
{
    switch (type) {
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        return MLCI_TAKES_CATEGORY;
    case MLC_TYPE_VECTOR:
        return MLCI_TAKES_VECTOR;
    case MLC_TYPE_TIMESTAMP:
        return MLCI_TAKES_TIME;
    default:
        return MLCI_TAKES_NUMBER;
    }
}

/* ---- what every leaf is fitted with ----------------------------------------------------- */

/* The index of each row for random draws and ties: the int64 key column, which may be NULL. */
static mlc_status row_indices(const mlc_dataset *data, const int64_t **out, mlc_error *err)
{
    int32_t key = -1;
    MLCI_TRY(mlci_dataset_role_field(data, MLCI_ROLE_KEY, &key, err));
    const mlci_column *const column = key < 0 ? NULL : data->fields[key].column;
    *out = column != NULL && column->type == MLC_TYPE_INT64 ? column->values : NULL;
    return MLC_OK;
}

/* ---- leaf transforms -------------------------------------------------------------------- */

static mlc_status refuse_type(const mlci_component *c, const mlci_field *field, mlc_error *err)
{
    const int32_t accepts = mlci_transform_of(c)->accepts;
    return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                     "column '%s' is %s; '%s' takes %s%s%s: choose other columns with on()",
                     field->name, mlci_type_name(field->column->type), c->descriptor->name,
                     accepts & MLCI_TAKES_NUMBER ? "numbers" : "",
                     accepts & MLCI_TAKES_NUMBER && accepts & MLCI_TAKES_CATEGORY ? " and " : "",
                     accepts & MLCI_TAKES_CATEGORY ? "categories" : "");
}

/* Indices of the fields that the transform works on, in the order of the dataset. */
static mlc_status choose_fields(const mlci_fitting *fitting, const mlci_component *c,
                                int32_t *chosen, int32_t *n_chosen, mlc_error *err)
{
    const mlci_transform_descriptor *d = mlci_transform_of(c);
    *n_chosen = 0;
    for (int32_t i = 0; i < fitting->train->n_fields; i++) {
        const mlci_field *field = &fitting->train->fields[i];
        const int32_t takes = mlci_type_takes(field->column->type);
        if (!mlci_field_is_feature(field)) continue;
        if (fitting->is_explicit && (d->accepts & takes) == 0) return refuse_type(c, field, err);
        if (!fitting->is_explicit && (d->takes & takes) == 0) continue;
        chosen[(*n_chosen)++] = i;
    }
    return MLC_OK;
}

mlc_status mlci_component_keep_inputs(mlci_component *fitted, const mlc_dataset *train,
                                      const int32_t *chosen, int32_t n, mlc_error *err)
{
    fitted->inputs = mlci_alloc(fitted->root, n, sizeof *fitted->inputs);
    if (fitted->inputs == NULL) return mlci_fail_memory(err, n, sizeof *fitted->inputs);
    fitted->n_inputs = n;
    for (int32_t i = 0; i < n; i++) {
        const mlci_field *field = &train->fields[chosen[i]];
        mlci_input *input = &fitted->inputs[i];
        input->name = mlci_copy_text(fitted->root, field->name, (int64_t)strlen(field->name));
        if (input->name == NULL) return mlci_fail_memory(err, 1, 1);
        input->takes = mlci_type_takes(field->column->type);
        input->width = field->column->width;
    }
    return MLC_OK;
}

static mlc_status fit_state(const mlci_fitting *fitting, mlci_component *fitted,
                            const int32_t *chosen, mlc_error *err)
{
    const mlc_dataset *train = fitting->train;
    const int32_t n = fitted->n_inputs;
    const mlci_column **columns = mlci_alloc(fitted->root, n, sizeof *columns);
    const char **names = mlci_alloc(fitted->root, n, sizeof *names);
    double *weight = NULL;
    const int64_t *row_index = NULL;
    mlc_status status = columns == NULL || names == NULL
                            ? mlci_fail_memory(err, n, sizeof *columns)
                            : mlci_dataset_weights(train, &weight, err);
    if (status == MLC_OK) status = row_indices(train, &row_index, err);
    if (status == MLC_OK) {
        for (int32_t i = 0; i < n; i++) {
            columns[i] = train->fields[chosen[i]].column;
            names[i] = fitted->inputs[i].name;
        }
        const mlci_transform_fit args = {.call = fitting->call,
                                         .params = fitted->params,
                                         .n_columns = n,
                                         .columns = columns,
                                         .names = names,
                                         .weight = weight,
                                         .row_index = row_index};
        status = mlci_transform_of(fitted)->fit(&args, &fitted->state, err);
    }
    mlci_free(weight);
    mlci_free(names);
    mlci_free(columns);
    return status;
}

static mlc_status fit_transform(const mlci_fitting *fitting, mlci_component *fitted, mlc_error *err)
{
    int32_t *chosen = mlci_alloc(fitted->root, fitting->train->n_fields, sizeof *chosen);
    if (chosen == NULL) return mlci_fail_memory(err, fitting->train->n_fields, sizeof *chosen);
    int32_t n = 0;
    mlc_status status = choose_fields(fitting, fitted, chosen, &n, err);
    if (status == MLC_OK)
        status = mlci_component_keep_inputs(fitted, fitting->train, chosen, n, err);
    if (status == MLC_OK && n > 0) status = fit_state(fitting, fitted, chosen, err);
    mlci_free(chosen);
    return status;
}

/* ---- leaf models ------------------------------------------------------------------------ */

typedef struct model_data {
    mlci_matrix *x, *valid_x;
    mlci_target *y, *valid_y;
    double *weight, *valid_weight;
    double *offset, *valid_offset;
    const int64_t *row_index;
    int32_t *group, *valid_group;
} model_data;

static void close_model_data(model_data *d)
{
    mlci_matrix_close(d->x);
    mlci_matrix_close(d->valid_x);
    mlci_target_free(d->y);
    mlci_target_free(d->valid_y);
    mlci_free(d->weight);
    mlci_free(d->valid_weight);
    mlci_free(d->offset);
    mlci_free(d->valid_offset);
    mlci_free(d->group);
    mlci_free(d->valid_group);
}

static mlc_status open_target(mlc_context *call, const mlci_component *c, const mlc_dataset *data,
                              const mlci_classes *known, mlci_target **out, mlc_error *err)
{
    const int32_t capabilities = c->descriptor->capabilities;
    if (capabilities & MLCI_CAN_CLASSIFY) {
        return mlci_target_classes(call, data, known, out, err);
    }
    if (!(capabilities & MLCI_CAN_REGRESS)) return MLC_OK;
    if (capabilities & MLCI_TAKES_BOUNDS) return mlci_target_bounds(call, data, out, err);
    MLCI_TRY(mlci_target_numbers(call, data, out, err));
    if ((*out)->n_outputs > 1 && !(capabilities & MLCI_CAN_MULTI_OUTPUT)) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL, "'%s' takes one target; there are %d",
                         c->descriptor->name, (int)(*out)->n_outputs);
    }
    return MLC_OK;
}

/* The groups, where the model needs them. rows: "training" or "validation". */
static mlc_status open_groups(mlc_context *call, const mlci_component *c, const mlc_dataset *data,
                              const char *rows, int32_t **out, mlc_error *err)
{
    if (!(c->descriptor->capabilities & MLCI_NEEDS_GROUP)) return MLC_OK;
    MLCI_TRY(mlci_dataset_groups(call, data, out, err));
    if (*out != NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ROLE, "group",
                     "'%s' learns from groups, such as the documents of a query, and no column of "
                     "the %s rows says which they are: give one the role group, as in group=query",
                     c->descriptor->name, rows);
}

int32_t mlci_component_hides_zeros(const mlci_component *model)
{
    const mlci_model_descriptor *const d = mlci_model_of(model);
    return d->zero_is_missing != NULL && d->zero_is_missing(model->params);
}

/* The features of the training rows; those that are there already stay. */
static mlc_status open_features(const mlci_fitting *fitting, mlci_component *fitted, mlc_error *err)
{
    const int32_t hides_zeros = mlci_component_hides_zeros(fitted);
    if (fitted->features == NULL) {
        MLCI_TRY(mlci_features_fit(fitting->call, fitting->train, fitted->name,
                                   fitted->descriptor->capabilities, &fitted->features, err));
        fitted->features->zero_is_missing = hides_zeros;
    }
    if (fitted->features->zero_is_missing == hides_zeros) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "zero_as_missing",
                     "zero_as_missing: the model was fitted with the other value: leave it");
}

static mlc_status open_model_data(const mlci_fitting *fitting, mlci_component *fitted,
                                  model_data *d, mlc_error *err)
{
    mlc_context *call = fitting->call;
    const mlc_dataset *train = fitting->train, *valid = fitting->valid;
    if (train->n_rows == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "there are no rows to fit '%s' on%s",
                         fitted->name, " (rows of weight 0 do not count)");
    }
    const int is_known = fitted->features != NULL;
    MLCI_TRY(open_target(call, fitted, train, fitted->classes, &d->y, err));
    if (d->y != NULL && d->y->classes != NULL && fitted->classes == NULL)
        fitted->classes = mlci_classes_ref(d->y->classes);
    if (d->y != NULL && d->y->classes == NULL) fitted->n_targets = d->y->n_outputs;
    MLCI_TRY(open_features(fitting, fitted, err));
    MLCI_TRY(mlci_matrix_open(call, fitted->features, train, &d->x, err));
    if (is_known)
        MLCI_TRY(mlci_matrix_check(d->x, fitted->name, fitted->descriptor->capabilities, err));
    MLCI_TRY(mlci_dataset_weights(train, &d->weight, err));
    MLCI_TRY(mlci_dataset_offsets(train, &d->offset, err));
    MLCI_TRY(row_indices(train, &d->row_index, err));
    MLCI_TRY(open_groups(fitting->call, fitted, train, "training", &d->group, err));
    if (valid == NULL || !(fitted->descriptor->capabilities & MLCI_CAN_VALIDATE)) return MLC_OK;
    MLCI_TRY(open_target(call, fitted, valid, fitted->classes, &d->valid_y, err));
    MLCI_TRY(mlci_matrix_open(call, fitted->features, valid, &d->valid_x, err));
    MLCI_TRY(mlci_dataset_weights(valid, &d->valid_weight, err));
    MLCI_TRY(open_groups(fitting->call, fitted, valid, "validation", &d->valid_group, err));
    return mlci_dataset_offsets(valid, &d->valid_offset, err);
}

mlc_status mlci_component_learn(const mlci_fitting *fitting, mlci_component *fitted,
                                mlci_learn_fn learn, const void *arg, mlc_error *err)
{
    model_data d = {0};
    mlc_status status = open_model_data(fitting, fitted, &d, err);
    if (status == MLC_OK) {
        const mlci_model_fit args = {.call = fitting->call,
                                     .params = fitted->params,
                                     .x = d.x,
                                     .y = d.y,
                                     .weight = d.weight,
                                     .offset = d.offset,
                                     .valid_x = d.valid_x,
                                     .valid_y = d.valid_y,
                                     .valid_weight = d.valid_weight,
                                     .valid_offset = d.valid_offset,
                                     .row_index = d.row_index,
                                     .group = d.group,
                                     .valid_group = d.valid_group};
        status = learn(fitted, &args, arg, &fitted->state, err);
    }
    close_model_data(&d);
    return status;
}

static mlc_status learn_afresh(const mlci_component *c, const mlci_model_fit *fit, const void *arg,
                               void **state, mlc_error *err)
{
    (void)arg;
    return mlci_model_of(c)->fit(fit, state, err);
}

/* ---- any component ---------------------------------------------------------------------- */

mlc_status mlci_component_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                              mlci_component **fitted, mlc_error *err)
{
    MLCI_TRY(mlci_poll(fitting->call, err));
    mlci_component *c = NULL;
    mlci_root *root = mlci_context_root(fitting->call);
    MLCI_TRY(mlci_component_clone(root, recipe, NULL, 0, &c, err));
    mlc_status status;
    if (mlci_is_composition(c)) {
        status = mlci_composition_of(c)->fit(fitting, recipe, c, err);
    } else if (c->descriptor->kind == MLCI_KIND_MODEL) {
        status = mlci_component_learn(fitting, c, learn_afresh, NULL, err);
    } else {
        status = fit_transform(fitting, c, err);
    }
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    c->is_fitted = 1;
    *fitted = c;
    return MLC_OK;
}

mlc_status mlci_component_fit_part(const mlci_fitting *fitting, const mlci_component *part,
                                   mlci_component *fitted, mlc_error *err)
{
    if (mlci_is_frozen(part)) {
        return mlci_composition_add_part(fitted, mlci_component_ref(part), err);
    }
    mlci_component *product = NULL;
    MLCI_TRY(mlci_component_fit(fitting, part, &product, err));
    product->is_product = 1;
    return mlci_composition_add_part(fitted, product, err);
}

/* ---- applying --------------------------------------------------------------------------- */

/* Finds the fitted inputs by name; types may differ within a kind (int64 for float64). */
static mlc_status find_inputs(const mlci_component *c, const mlc_dataset *rows,
                              int32_t *input_field, const mlci_column **columns, mlc_error *err)
{
    for (int32_t i = 0; i < c->n_inputs; i++) {
        const mlci_input *input = &c->inputs[i];
        const int32_t f = mlci_dataset_find(rows, input->name);
        if (f < 0) {
            return mlci_fail(err, MLC_ERROR_COLUMN, input->name,
                             "column '%s', which '%s' was fitted with, is missing", input->name,
                             c->name);
        }
        const mlci_column *column = rows->fields[f].column;
        /* A column in which every row is missing has whatever type its reader chose. */
        const int all_missing = column->type != MLC_TYPE_VECTOR && input->width == 1 &&
                                column->n_missing == column->n_rows;
        if (!all_missing &&
            (mlci_type_takes(column->type) != input->takes || column->width != input->width)) {
            return mlci_fail(err, MLC_ERROR_COLUMN, input->name,
                             "column '%s' is %s; '%s' was fitted with %s", input->name,
                             mlci_type_name(column->type), c->name,
                             input->takes == MLCI_TAKES_CATEGORY ? "categories"
                             : input->takes == MLCI_TAKES_VECTOR ? "a vector of another width"
                             : input->takes == MLCI_TAKES_TIME   ? "times"
                                                                 : "numbers");
        }
        input_field[i] = f;
        columns[i] = column;
    }
    return MLC_OK;
}

/* The dataset with the wires' fields: those that stay keep role and column, ports are new
 * features. */
static mlc_status rewire(const mlc_dataset *rows, const mlci_wire *wires, int32_t n_wires,
                         mlci_column *const *made, mlc_dataset **out, mlc_error *err)
{
    mlci_field *fields = mlci_alloc(rows->root, n_wires, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, n_wires, sizeof *fields);
    for (int32_t i = 0; i < n_wires; i++) {
        fields[i].name = wires[i].name;
        fields[i].role = wires[i].field < 0 ? MLCI_ROLE_FEATURE : rows->fields[wires[i].field].role;
        fields[i].column =
            wires[i].field < 0 ? made[wires[i].port] : rows->fields[wires[i].field].column;
    }
    const mlc_status status = mlci_dataset_with_fields(rows, n_wires, fields, out, err);
    mlci_free(fields);
    return status;
}

typedef struct apply_memory {
    const mlci_column **columns;
    int32_t *input_field;
    const char **names;
    mlci_column **made;
    int32_t n_made;
    mlci_wire *wires;
    int32_t n_wires;
} apply_memory;

static mlc_status apply_leaf(mlc_context *call, const mlci_component *c, const mlc_dataset *rows,
                             apply_memory *m, mlc_dataset **out, mlc_error *err)
{
    const mlci_transform_descriptor *d = mlci_transform_of(c);
    m->n_made = d->n_ports(c->params, c->state);
    m->columns = mlci_alloc(rows->root, c->n_inputs, sizeof *m->columns);
    m->input_field = mlci_alloc(rows->root, c->n_inputs, sizeof *m->input_field);
    m->names = mlci_alloc(rows->root, rows->n_fields, sizeof *m->names);
    m->made = mlci_alloc(rows->root, m->n_made, sizeof *m->made);
    if (m->columns == NULL || m->input_field == NULL || m->names == NULL || m->made == NULL) {
        return mlci_fail_memory(err, rows->n_fields, sizeof *m->names);
    }
    MLCI_TRY(find_inputs(c, rows, m->input_field, m->columns, err));
    MLCI_TRY(d->apply(call, c->params, c->state, m->columns, rows->n_rows, m->made, err));
    for (int32_t i = 0; i < rows->n_fields; i++)
        m->names[i] = rows->fields[i].name;
    MLCI_TRY(mlci_component_wires(c, rows->n_fields, m->names, m->input_field, &m->wires,
                                  &m->n_wires, err));
    return rewire(rows, m->wires, m->n_wires, m->made, out, err);
}

mlc_status mlci_component_apply(mlc_context *call, const mlci_component *transform,
                                const mlc_dataset *rows, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_poll(call, err));
    if (mlci_is_composition(transform)) {
        mlc_dataset *data = mlc_dataset_ref(rows);
        const mlc_status status =
            mlci_composition_of(transform)->apply(call, transform, &data, err);
        if (status == MLC_OK) {
            *out = data;
        } else {
            mlc_dataset_free(data);
        }
        return status;
    }
    if (transform->n_inputs == 0) {
        *out = mlc_dataset_ref(rows);
        return MLC_OK;
    }
    apply_memory m = {0};
    const mlc_status status = apply_leaf(call, transform, rows, &m, out, err);
    mlci_wires_free(m.wires, m.n_wires);
    for (int32_t i = 0; m.made != NULL && i < m.n_made; i++)
        mlci_column_unref(m.made[i]);
    mlci_free(m.made);
    mlci_free(m.names);
    mlci_free(m.input_field);
    mlci_free(m.columns);
    return status;
}

mlc_status mlci_component_matrix(mlc_context *call, const mlci_component *model,
                                 const mlc_dataset *rows, mlci_matrix **out, mlc_error *err)
{
    if (!mlci_is_composition(model)) return mlci_matrix_open(call, model->features, rows, out, err);
    if (!mlci_composition_of(model)->passes_rows) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "'%s' puts the answers of several models together: ask one of them",
                         model->name);
    }
    mlc_dataset *data = mlc_dataset_ref(rows);
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < model->n_parts - 1 && status == MLC_OK; i++) {
        mlc_dataset *moved = NULL;
        status = mlci_component_apply(call, model->parts[i], data, &moved, err);
        if (status != MLC_OK) break;
        mlc_dataset_free(data);
        data = moved;
    }
    if (status == MLC_OK) {
        status = mlci_component_matrix(call, model->parts[model->n_parts - 1], data, out, err);
    }
    mlc_dataset_free(data);
    return status;
}

/* ---- predicting ------------------------------------------------------------------------- */

#define BLOCKS_A_SLOT 4 /* at least, so that none waits long for the others */

typedef struct predict_job {
    const mlci_component *model;
    const mlci_matrix *x;
    int32_t isa, output;
    int64_t width;
    int64_t block_rows;
    double *out;
    double *memory; /* a part a slot: rows, then scratch */
    int64_t rows_size, slot_size;
} predict_job;

static mlc_status predict_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const predict_job *job = arg;
    const int64_t first = block * job->block_rows;
    const int64_t left = job->x->n_rows - first;
    const int64_t n = left < job->block_rows ? left : job->block_rows;
    double *const memory = job->memory + slot * job->slot_size;
    const mlci_model_predict args = {.isa = job->isa,
                                     .output = job->output,
                                     .params = job->model->params,
                                     .state = job->model->state,
                                     .x = mlci_matrix_rows(job->x, first, n, memory),
                                     .n_rows = n,
                                     .out = job->out + first * job->width,
                                     .scratch = memory + job->rows_size};
    mlci_model_of(job->model)->predict(&args);
    (void)err;
    return MLC_OK;
}

static int64_t round_up_8(int64_t n)
{
    return (n + 7) & ~(int64_t)7;
}

int64_t mlci_component_most_rows(const mlci_component *leaf)
{
    const mlci_model_descriptor *const d = mlci_model_of(leaf);
    const int has_long =
        d->has_long_blocks != NULL && d->has_long_blocks(leaf->params, leaf->state);
    return has_long ? MLCI_LONG_BLOCK_ROWS : MLCI_BLOCK_ROWS;
}

/* Long blocks where each slot has several of them. */
static int64_t block_rows_of(mlc_context *call, const mlci_component *model, const mlci_matrix *x)
{
    const int64_t most = mlci_component_most_rows(model);
    const int64_t share = x->n_rows / (BLOCKS_A_SLOT * mlci_n_slots(call));
    if (share >= most) return most;
    return share < MLCI_BLOCK_ROWS ? MLCI_BLOCK_ROWS : share / MLCI_BLOCK_ROWS * MLCI_BLOCK_ROWS;
}

static mlc_status predict_leaf(mlc_context *call, const mlci_component *model,
                               const mlc_dataset *rows, int32_t output, double **out,
                               int64_t *width, mlc_error *err)
{
    const mlci_model_descriptor *d = mlci_model_of(model);
    mlci_root *root = mlci_context_root(call);
    predict_job job = {.model = model, .isa = mlci_root_isa(root), .output = output};
    job.width = d->n_outputs(model->params, model->state, output);
    mlci_matrix *x = NULL;
    MLCI_TRY(mlci_matrix_open(call, model->features, rows, &x, err));
    const mlc_status usable =
        mlci_matrix_check(x, model->name, model->descriptor->capabilities, err);
    if (usable != MLC_OK) {
        mlci_matrix_close(x);
        return usable;
    }
    job.x = x;
    job.block_rows = block_rows_of(call, model, x);
    const int64_t most = x->n_rows < job.block_rows ? x->n_rows : job.block_rows;
    job.rows_size = round_up_8(most * x->n_features);
    const int64_t scratch =
        d->scratch_size == NULL ? 0 : d->scratch_size(model->params, model->state, most);
    job.slot_size = job.rows_size + round_up_8(scratch);
    job.memory = mlci_alloc_raw(root, job.slot_size * mlci_n_slots(call), sizeof *job.memory);
    job.out = mlci_alloc_raw(root, x->n_rows, job.width * (int64_t)sizeof *job.out);
    mlc_status status;
    if (job.memory == NULL || job.out == NULL) {
        status = mlci_fail_memory(err, x->n_rows * job.width, sizeof *job.out);
    } else {
        const int64_t n_blocks = (x->n_rows + job.block_rows - 1) / job.block_rows;
        status = mlci_parallel_for(call, n_blocks, predict_block, &job, err);
    }
    mlci_free(job.memory);
    mlci_matrix_close(x);
    if (status != MLC_OK) {
        mlci_free(job.out);
        return status;
    }
    *out = job.out;
    *width = job.width;
    return MLC_OK;
}

mlc_status mlci_component_predict(mlc_context *call, const mlci_component *model,
                                  const mlc_dataset *rows, int32_t output, double **out,
                                  int64_t *width, mlc_error *err)
{
    MLCI_TRY(mlci_poll(call, err));
    MLCI_TRY(mlci_component_require_output(model, output, err));
    if (mlci_is_composition(model)) {
        return mlci_composition_of(model)->predict(call, model, rows, output, out, width, err);
    }
    return predict_leaf(call, model, rows, output, out, width, err);
}
