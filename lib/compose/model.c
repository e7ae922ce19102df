/* The public model handle: made, composed, fitted, asked. */
#include <string.h>

#include "record.h"

/* Rows kept as golden: enough to notice a wrong load, small in the file. */
#define GOLDEN_ROWS 16

mlc_status mlci_model_wrap(mlci_root *root, mlci_component *component, mlci_record *record,
                           mlc_dataset *golden, mlc_model **out, mlc_error *err)
{
    mlc_model *model = mlci_alloc(root, 1, sizeof *model);
    if (model == NULL) {
        mlci_component_unref(component);
        mlci_record_unref(record);
        mlc_dataset_free(golden);
        return mlci_fail_memory(err, 1, sizeof *model);
    }
    *model = (mlc_model){1, mlci_root_ref(root), component, record, golden};
    *out = model;
    return MLC_OK;
}

mlc_status mlci_model_require_fitted(const mlc_model *model, mlc_error *err)
{
    if (model == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "model", "model is NULL");
    if (model->component->is_fitted) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_NOT_FITTED, model->component->name,
                     "'%s' is a recipe that was not fitted: fit it first", model->component->name);
}

mlc_model *mlc_model_ref(const mlc_model *model)
{
    mlc_model *m = (mlc_model *)model;
    __atomic_fetch_add(&m->n_references, 1, __ATOMIC_RELAXED);
    return m;
}

void mlc_model_free(mlc_model *model)
{
    if (model == NULL) return;
    if (__atomic_sub_fetch(&model->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = model->root;
    mlci_component_unref(model->component);
    mlci_record_unref(model->record);
    mlc_dataset_free(model->golden);
    mlci_free(model);
    mlci_root_unref(root);
}

int32_t mlc_model_is_fitted(const mlc_model *model)
{
    return model != NULL && model->component->is_fitted;
}

/* ---- recipes ---------------------------------------------------------------------------- */

static mlc_status wrap_recipe(mlci_root *root, const mlci_recipe *recipe, mlc_model **out,
                              mlc_error *err)
{
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_create(root, MLCI_KIND_MODEL, recipe, &component, err));
    return mlci_model_wrap(root, component, NULL, NULL, out, err);
}

mlc_status mlc_model_parse(mlc_context *ctx, const char *recipe, mlc_model **out, mlc_error *err)
{
    if (recipe == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "recipe", "recipe or out is NULL");
    }
    mlci_root *root = mlci_context_root(ctx);
    mlci_recipe *parsed = NULL;
    MLCI_TRY(mlci_recipe_parse(root, recipe, &parsed, err));
    const mlc_status status = wrap_recipe(root, parsed, out, err);
    mlci_recipe_free(parsed);
    return status;
}

mlc_status mlc_model_create(mlc_context *ctx, const char *name, const char *settings,
                            mlc_model **out, mlc_error *err)
{
    if (name == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "name", "name or out is NULL");
    }
    mlci_root *root = mlci_context_root(ctx);
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(root, name, &recipe, err));
    mlc_status status = mlci_settings_parse(root, settings, 0, &recipe->settings, err);
    if (status == MLC_OK) status = wrap_recipe(root, recipe, out, err);
    mlci_recipe_free(recipe);
    return status;
}

mlc_status mlc_model_pipeline(const mlc_transform *before, const mlc_model *model, mlc_model **out,
                              mlc_error *err)
{
    if (before == NULL || model == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "model", "before, model or out is NULL");
    }
    mlci_root *root = before->root;
    const mlci_descriptor *pipeline = NULL;
    MLCI_TRY(mlci_registry_get(MLCI_KIND_MODEL, "pipeline", &pipeline, err));
    mlci_component *const parts[2] = {before->component, model->component};
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_compose(root, pipeline, NULL, NULL, parts, 2, &component, err));
    return mlci_model_wrap(root, component, NULL, NULL, out, err);
}

mlc_status mlc_model_with(const mlc_model *model, const char *settings, mlc_model **out,
                          mlc_error *err)
{
    if (model == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "model", "model or out is NULL");
    }
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_with(model->component, settings, &component, err));
    return mlci_model_wrap(model->root, component, NULL, NULL, out, err);
}

mlc_status mlc_model_recipe(const mlc_model *model, mlc_model **out, mlc_error *err)
{
    if (model == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "model", "model or out is NULL");
    }
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_recipe(model->component, &component, err));
    return mlci_model_wrap(model->root, component, NULL, NULL, out, err);
}

mlc_status mlc_model_format(const mlc_model *model, const char *settings, mlc_buffer **out,
                            mlc_error *err)
{
    if (model == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "model", "model or out is NULL");
    }
    return mlci_component_format(model->component, settings, out, err);
}

/* ---- fitting ---------------------------------------------------------------------------- */

/* Weight 0 is absence: such rows leave before anything looks at them. Keeps a view, made whole. */
mlc_status mlci_dataset_without_weightless(mlc_context *call, const mlc_dataset *rows,
                                           mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *whole = NULL;
    MLCI_TRY(mlci_dataset_contiguous(call, rows, &whole, err));
    double *weight = NULL;
    mlc_status status = mlci_dataset_weights(whole, &weight, err);
    if (status != MLC_OK || weight == NULL) {
        if (status == MLC_OK) *out = whole;
        if (status != MLC_OK) mlc_dataset_free(whole);
        return status;
    }
    int64_t n = 0;
    int64_t *kept = mlci_alloc_raw(rows->root, rows->n_rows, sizeof *kept);
    for (int64_t i = 0; kept != NULL && i < rows->n_rows; i++) {
        if (weight[i] > 0) kept[n++] = i;
    }
    mlc_dataset *view = NULL;
    if (kept == NULL) {
        status = mlci_fail_memory(err, rows->n_rows, sizeof *kept);
    } else if (n == rows->n_rows) {
        *out = mlc_dataset_ref(whole);
    } else {
        status = mlc_dataset_rows(call, whole, kept, 0, n, &view, err);
        if (status == MLC_OK) status = mlci_dataset_contiguous(call, view, out, err);
    }
    mlc_dataset_free(view);
    mlci_free(kept);
    mlci_free(weight);
    mlc_dataset_free(whole);
    return status;
}

/* Rows spread over the training set, raw inputs only, for the artifact's self-test. */
static mlc_status take_golden(mlc_context *call, const mlc_dataset *train,
                              const mlci_record *record, mlc_dataset **out, mlc_error *err)
{
    int64_t rows[GOLDEN_ROWS];
    const int64_t n = train->n_rows < GOLDEN_ROWS ? train->n_rows : GOLDEN_ROWS;
    for (int64_t i = 0; i < n; i++)
        rows[i] = i * (train->n_rows / n);
    mlci_field *fields = mlci_alloc(train->root, train->n_fields, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, train->n_fields, sizeof *fields);
    int32_t n_fields = 0;
    for (int32_t i = 0; i < record->inputs->n_inputs; i++) {
        const int32_t f = mlci_dataset_find(train, record->inputs->inputs[i].name);
        fields[n_fields] = train->fields[f];
        fields[n_fields++].role = MLCI_ROLE_FEATURE;
    }
    mlc_dataset *inputs = NULL, *view = NULL;
    mlc_status status = mlci_dataset_with_fields(train, n_fields, fields, &inputs, err);
    if (status == MLC_OK) status = mlc_dataset_rows(call, inputs, rows, 0, n, &view, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(call, view, out, err);
    mlc_dataset_free(view);
    mlc_dataset_free(inputs);
    mlci_free(fields);
    return status;
}

static mlc_status require_target(const mlci_record *record, const mlci_component *model,
                                 const mlc_dataset *rows, mlc_error *err)
{
    const char *const name = mlci_record_role(record, MLCI_ROLE_TARGET);
    const int32_t can = mlci_component_last(model)->descriptor->capabilities;
    if (name == NULL || !(can & (MLCI_CAN_CLASSIFY | MLCI_CAN_REGRESS))) return MLC_OK;
    for (int32_t i = 0; i < rows->n_fields; i++)
        if (rows->fields[i].role == MLCI_ROLE_TARGET) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ROLE, name,
                     "no column '%s', the target of the model, among the %d columns", name,
                     (int)rows->n_fields);
}

mlc_status mlci_record_rows(mlc_context *call, const mlci_record *record,
                            const mlci_component *model, const mlc_dataset *rows, mlc_dataset **out,
                            mlc_error *err)
{
    mlc_dataset *bound = NULL;
    MLCI_TRY(mlci_record_bind(call, record, rows, &bound, err));
    mlc_status status = require_target(record, model, bound, err);
    if (status == MLC_OK) status = mlci_dataset_without_weightless(call, bound, out, err);
    mlc_dataset_free(bound);
    return status;
}

static mlc_status fit_call(mlc_context *call, const mlc_model *recipe, const mlc_dataset *train,
                           const mlc_dataset *valid, mlc_model **out, mlc_error *err)
{
    mlc_dataset *rows = NULL, *valid_rows = NULL, *golden = NULL;
    mlci_record *record = NULL;
    mlci_component *fitted = NULL;
    mlc_status status = mlci_dataset_without_weightless(call, train, &rows, err);
    if (status == MLC_OK) status = mlci_record_create(call, rows, &record, err);
    if (status == MLC_OK && valid != NULL) {
        status = mlci_record_rows(call, record, recipe->component, valid, &valid_rows, err);
    }
    if (status == MLC_OK) {
        const mlci_fitting fitting = {.call = call, .train = rows, .valid = valid_rows};
        status = mlci_component_fit(&fitting, recipe->component, &fitted, err);
    }
    if (status == MLC_OK) status = take_golden(call, rows, record, &golden, err);
    mlc_dataset_free(rows);
    mlc_dataset_free(valid_rows);
    if (status != MLC_OK) {
        mlci_component_unref(fitted);
        mlci_record_unref(record);
        return status;
    }
    return mlci_model_wrap(mlci_context_root(call), fitted, record, golden, out, err);
}

mlc_status mlc_model_fit(mlc_context *ctx, const mlc_model *recipe, const mlc_dataset *train,
                         const mlc_dataset *valid, mlc_model **out, mlc_error *err)
{
    if (recipe == NULL || train == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "recipe", "recipe, train or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = fit_call(call, recipe, train, valid, out, err);
    mlci_call_end(call);
    return status;
}
