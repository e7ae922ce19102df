/* The public transform handle. */
#include "record.h"

mlc_status mlci_transform_wrap(mlci_root *root, mlci_component *component, mlci_record *record,
                               mlc_transform **out, mlc_error *err)
{
    mlc_transform *transform = mlci_alloc(root, 1, sizeof *transform);
    if (transform == NULL) {
        mlci_component_unref(component);
        mlci_record_unref(record);
        return mlci_fail_memory(err, 1, sizeof *transform);
    }
    *transform = (mlc_transform){1, mlci_root_ref(root), component, record};
    *out = transform;
    return MLC_OK;
}

mlc_transform *mlc_transform_ref(const mlc_transform *transform)
{
    mlc_transform *t = (mlc_transform *)transform;
    __atomic_fetch_add(&t->n_references, 1, __ATOMIC_RELAXED);
    return t;
}

void mlc_transform_free(mlc_transform *transform)
{
    if (transform == NULL) return;
    if (__atomic_sub_fetch(&transform->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = transform->root;
    mlci_component_unref(transform->component);
    mlci_record_unref(transform->record);
    mlci_free(transform);
    mlci_root_unref(root);
}

int32_t mlc_transform_is_fitted(const mlc_transform *transform)
{
    return transform != NULL && transform->component->is_fitted;
}

static mlc_status wrap_recipe(mlci_root *root, const mlci_recipe *recipe, mlc_transform **out,
                              mlc_error *err)
{
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_create(root, MLCI_KIND_TRANSFORM, recipe, &component, err));
    return mlci_transform_wrap(root, component, NULL, out, err);
}

mlc_status mlc_transform_parse(mlc_context *ctx, const char *recipe, mlc_transform **out,
                               mlc_error *err)
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

mlc_status mlc_transform_create(mlc_context *ctx, const char *name, const char *settings,
                                mlc_transform **out, mlc_error *err)
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

/* A composition, by its id, of parts. */
static mlc_status compose(mlci_root *root, const char *id, const char *columns,
                          const char *settings, mlci_component *const *parts, int32_t n_parts,
                          mlc_transform **out, mlc_error *err)
{
    const mlci_descriptor *descriptor = NULL;
    MLCI_TRY(mlci_registry_get(MLCI_KIND_TRANSFORM, id, &descriptor, err));
    mlci_component *component = NULL;
    MLCI_TRY(mlci_component_compose(root, descriptor, columns, settings, parts, n_parts, &component,
                                    err));
    return mlci_transform_wrap(root, component, NULL, out, err);
}

mlc_status mlc_transform_chain(mlc_transform *const *steps, int32_t n_steps, mlc_transform **out,
                               mlc_error *err)
{
    if (steps == NULL || n_steps < 1 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "steps",
                         "n_steps = %d: a chain needs at least one step", (int)n_steps);
    }
    for (int32_t i = 0; i < n_steps; i++) {
        if (steps[i] == NULL) {
            return mlci_fail(err, MLC_ERROR_ARGUMENT, "steps", "step %d is NULL", (int)i);
        }
    }
    mlci_root *root = steps[0]->root;
    mlci_component **parts = mlci_alloc(root, n_steps, sizeof *parts);
    if (parts == NULL) return mlci_fail_memory(err, n_steps, sizeof *parts);
    for (int32_t i = 0; i < n_steps; i++)
        parts[i] = steps[i]->component;
    const mlc_status status = compose(root, "chain", NULL, NULL, parts, n_steps, out, err);
    mlci_free(parts);
    return status;
}

mlc_status mlc_transform_on(const char *columns, const mlc_transform *inner, const char *settings,
                            mlc_transform **out, mlc_error *err)
{
    if (columns == NULL || inner == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "columns", "columns, inner or out is NULL");
    }
    mlci_component *const parts[1] = {inner->component};
    mlci_recipe *words = NULL; /* reads the selectors as a recipe's are read */
    MLCI_TRY(mlci_recipe_create(inner->root, "on", &words, err));
    mlc_status status = mlci_recipe_set_columns(words, columns, err);
    if (status == MLC_OK) {
        status = compose(inner->root, "on", words->columns, settings, parts, 1, out, err);
    }
    mlci_recipe_free(words);
    return status;
}

mlc_status mlc_transform_format(const mlc_transform *transform, const char *settings,
                                mlc_buffer **out, mlc_error *err)
{
    if (transform == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "transform", "transform or out is NULL");
    }
    return mlci_component_format(transform->component, settings, out, err);
}

static mlc_status fit_call(mlc_context *call, const mlc_transform *recipe, const mlc_dataset *train,
                           mlc_transform **out, mlc_error *err)
{
    mlc_dataset *rows = NULL;
    MLCI_TRY(mlci_dataset_without_weightless(call, train, &rows, err));
    mlci_record *record = NULL;
    mlci_component *fitted = NULL;
    mlc_status status = mlci_record_create(call, rows, &record, err);
    if (status == MLC_OK) {
        const mlci_fitting fitting = {.call = call, .train = rows};
        status = mlci_component_fit(&fitting, recipe->component, &fitted, err);
    }
    mlc_dataset_free(rows);
    if (status != MLC_OK) {
        mlci_record_unref(record);
        return status;
    }
    return mlci_transform_wrap(mlci_context_root(call), fitted, record, out, err);
}

mlc_status mlc_transform_fit(mlc_context *ctx, const mlc_transform *recipe,
                             const mlc_dataset *train, mlc_transform **out, mlc_error *err)
{
    if (recipe == NULL || train == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "recipe", "recipe, train or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = fit_call(call, recipe, train, out, err);
    mlci_call_end(call);
    return status;
}

static mlc_status require_fitted(const mlc_transform *transform, mlc_error *err)
{
    if (transform == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "transform", "transform is NULL");
    }
    if (transform->component->is_fitted) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_NOT_FITTED, transform->component->name,
                     "'%s' is a recipe that was not fitted: fit it first",
                     transform->component->name);
}

static mlc_status apply_call(mlc_context *call, const mlc_transform *transform,
                             const mlc_dataset *rows, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *whole = NULL;
    mlc_status status;
    if (transform->record != NULL) {
        status = mlci_record_bind(call, transform->record, rows, &whole, err);
    } else {
        status = mlci_dataset_contiguous(call, rows, &whole, err);
    }
    if (status == MLC_OK) {
        status = mlci_component_apply(call, transform->component, whole, out, err);
    }
    mlc_dataset_free(whole);
    return status;
}

mlc_status mlc_transform_apply(mlc_context *ctx, const mlc_transform *transform,
                               const mlc_dataset *rows, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(require_fitted(transform, err));
    if (rows == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows", "rows or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = apply_call(call, transform, rows, out, err);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_transform_table(mlc_context *ctx, const mlc_transform *transform, const char *table,
                               mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(require_fitted(transform, err));
    if (table == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "table", "table or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = mlci_component_table(call, transform->component, table, out, err);
    mlci_call_end(call);
    return status;
}
