/* Components as values: made from recipes, counted, cloned. What fitting and predicting do with
 * them is in component_fit.c; how recipes are changed and written is in component_recipe.c. */
#include "component.h"

#include <string.h>

static void free_names(char **names, int32_t n)
{
    for (int32_t i = 0; names != NULL && i < n; i++)
        mlci_free(names[i]);
    mlci_free(names);
}

static void free_state(mlci_component *c)
{
    if (c->state == NULL) return;
    if (mlci_is_composition(c)) {
        mlci_composition_of(c)->learned->free(c->state);
    } else if (c->descriptor->kind == MLCI_KIND_MODEL) {
        mlci_model_of(c)->free_state(c->state);
    } else if (mlci_transform_of(c)->free_state != NULL) {
        mlci_transform_of(c)->free_state(c->state);
    }
}

mlci_component *mlci_component_ref(const mlci_component *component)
{
    mlci_component *c = (mlci_component *)component;
    __atomic_fetch_add(&c->n_references, 1, __ATOMIC_RELAXED);
    return c;
}

void mlci_component_unref(mlci_component *component)
{
    if (component == NULL) return;
    if (__atomic_sub_fetch(&component->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = component->root;
    if (component->descriptor != NULL) free_state(component);
    for (int32_t i = 0; i < component->n_parts; i++)
        mlci_component_unref(component->parts[i]);
    mlci_free(component->parts);
    for (int32_t i = 0; component->inputs != NULL && i < component->n_inputs; i++) {
        mlci_free(component->inputs[i].name);
    }
    mlci_free(component->inputs);
    free_names(component->dropped, component->n_dropped);
    mlci_features_unref(component->features);
    mlci_classes_unref(component->classes);
    if (component->params != NULL && component->descriptor->params != NULL) {
        mlci_params_clear(component->descriptor->params, component->params);
    }
    mlci_free(component->params);
    mlci_host_transform_free(component->host);
    mlci_free(component->name);
    mlci_free(component->columns);
    mlci_free(component);
    mlci_root_unref(root);
}

/* A node with its default parameters and no parts. */
static mlc_status create_node(mlci_root *root, const mlci_descriptor *descriptor,
                              mlci_component **out, mlc_error *err)
{
    mlci_component *c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    c->n_references = 1;
    c->root = mlci_root_ref(root);
    c->descriptor = descriptor;
    mlc_status status = MLC_OK;
    if (descriptor->params_size > 0) {
        c->params = mlci_alloc(root, 1, descriptor->params_size);
        if (c->params == NULL) {
            status = mlci_fail_memory(err, 1, descriptor->params_size);
        } else if (descriptor->params != NULL) {
            status = mlci_params_defaults(root, descriptor->params, c->params, err);
        }
    }
    if (status == MLC_OK) {
        *out = c;
    } else {
        mlci_component_unref(c);
    }
    return status;
}

static mlc_status create_host_node(mlci_root *root, const char *name, mlci_component **out,
                                   mlc_error *err)
{
    mlci_transform_descriptor *host = NULL;
    void *params = NULL;
    MLCI_TRY(mlci_host_transform_create(root, name, &host, &params, err));
    mlci_component *c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) {
        mlci_host_transform_free(host);
        mlci_free(params);
        return mlci_fail_memory(err, 1, sizeof *c);
    }
    c->n_references = 1;
    c->root = mlci_root_ref(root);
    c->host = host;
    c->descriptor = &host->base;
    c->params = params;
    *out = c;
    return MLC_OK;
}

static mlc_status set_text(mlci_component *c, char **member, const char *text, mlc_error *err)
{
    if (text == NULL) return MLC_OK;
    *member = mlci_copy_text(c->root, text, (int64_t)strlen(text));
    return *member == NULL ? mlci_fail_memory(err, (int64_t)strlen(text) + 1, 1) : MLC_OK;
}

/* Takes references on parts; each part gets a name that is unique among them: a name that was
 * given must be free, an id that is taken gets _2, _3 ... Parts are shared values, so a part
 * whose name has to change is cloned shallowly by its caller (see name_parts). */
static mlc_status set_parts(mlci_component *c, mlci_component *const *parts, int32_t n,
                            mlc_error *err)
{
    if (n == 0) return MLC_OK;
    c->parts = mlci_alloc(c->root, n, sizeof *c->parts);
    if (c->parts == NULL) return mlci_fail_memory(err, n, sizeof *c->parts);
    for (int32_t i = 0; i < n; i++)
        c->parts[i] = mlci_component_ref(parts[i]);
    c->n_parts = n;
    return MLC_OK;
}

static int name_is_taken(mlci_component *const *parts, int32_t n, const char *name)
{
    for (int32_t i = 0; i < n; i++) {
        if (strcmp(parts[i]->name, name) == 0) return 1;
    }
    return 0;
}

/* The same component under another step name: shares what it learned by sharing nothing that is
 * mutable; a fitted part keeps its state through a reference on the original. */
static mlc_status rename_part(mlci_component **part, const char *name, mlc_error *err)
{
    mlci_component *copy = NULL;
    if ((*part)->is_fitted) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "step name '%s' is used twice and the second step is fitted: give one of "
                         "them a name of its own with name=",
                         (*part)->name);
    }
    MLCI_TRY(
        mlci_component_clone((*part)->root, *part, (*part)->parts, (*part)->n_parts, &copy, err));
    mlci_free(copy->name);
    copy->name = NULL;
    const mlc_status status = set_text(copy, &copy->name, name, err);
    if (status != MLC_OK) {
        mlci_component_unref(copy);
        return status;
    }
    mlci_component_unref(*part);
    *part = copy;
    return MLC_OK;
}

static mlc_status name_parts(mlci_component *c, mlc_error *err)
{
    for (int32_t i = 1; i < c->n_parts; i++) {
        mlci_component *part = c->parts[i];
        if (!name_is_taken(c->parts, i, part->name)) continue;
        if (part->is_named) {
            return mlci_fail(err, MLC_ERROR_SETTING, part->name,
                             "step name '%s' is used twice in '%s'", part->name,
                             c->descriptor->name);
        }
        mlci_text name = mlci_text_init(c->root);
        for (int32_t k = 2; name.length == 0 || name_is_taken(c->parts, i, name.data); k++) {
            mlci_text_clear(&name);
            mlci_text_append_format(&name, "%s_%d", part->descriptor->name, k);
            if (name.failed) break;
        }
        mlc_status status = mlci_text_status(&name, err);
        if (status == MLC_OK) status = rename_part(&c->parts[i], name.data, err);
        mlci_text_clear(&name);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

static mlc_status check_kinds(const mlci_component *c, mlc_error *err)
{
    const mlci_composition *composition = mlci_composition_of(c);
    for (int32_t i = 0; i < c->n_parts; i++) {
        const int is_last = i == c->n_parts - 1;
        const int32_t wanted =
            is_last && composition->last_is_model ? MLCI_KIND_MODEL : MLCI_KIND_TRANSFORM;
        if (c->parts[i]->descriptor->kind == wanted) continue;
        return mlci_fail(err, MLC_ERROR_ARGUMENT, c->parts[i]->descriptor->name,
                         "'%s' is a %s; step %d of '%s' must be a %s%s",
                         c->parts[i]->descriptor->name,
                         mlci_kind_name(c->parts[i]->descriptor->kind), (int)i + 1,
                         c->descriptor->name, mlci_kind_name(wanted),
                         composition->last_is_model ? " (transforms first, the model last)" : "");
    }
    return MLC_OK;
}

static mlc_status check_parts(const mlci_component *c, mlc_error *err)
{
    if (!mlci_is_composition(c)) {
        if (c->n_parts == 0) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_SYNTAX, c->parts[0]->descriptor->name,
                         "'%s' takes parameters as name=value, not steps", c->descriptor->name);
    }
    const mlci_composition *composition = mlci_composition_of(c);
    if (c->n_parts < composition->min_parts ||
        (composition->max_parts >= 0 && c->n_parts > composition->max_parts)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, c->descriptor->name,
                         "'%s' has %d steps: it takes %s%d", c->descriptor->name, (int)c->n_parts,
                         composition->max_parts < 0 ? "at least " : "",
                         (int)composition->min_parts);
    }
    MLCI_TRY(check_kinds(c, err));
    return composition->check == NULL ? MLC_OK : composition->check(c, err);
}

/* The depth of a tree; adds its nodes to *n_nodes and gives up once they are too many. */
static int32_t measure(const mlci_component *c, int64_t *n_nodes)
{
    int32_t deepest = 0;
    ++*n_nodes;
    for (int32_t i = 0; i < c->n_parts && *n_nodes <= MLCI_RECIPE_MAX_NODES; i++) {
        const int32_t depth = measure(c->parts[i], n_nodes);
        if (depth > deepest) deepest = depth;
    }
    return deepest + 1;
}

/* The bounds of recipes hold for compositions of handles as well, where the same part may be in
 * many places. Parts were checked when they were made, so the recursion is bounded. */
static mlc_status check_size(const mlci_component *c, mlc_error *err)
{
    int64_t n_nodes = 0;
    const int32_t depth = measure(c, &n_nodes);
    if (n_nodes > MLCI_RECIPE_MAX_NODES) {
        return mlci_fail(err, MLC_ERROR_LIMIT, c->descriptor->name,
                         "'%s' would have more than %d steps", c->descriptor->name,
                         MLCI_RECIPE_MAX_NODES);
    }
    if (depth <= MLCI_COMPONENT_MAX_DEPTH) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_LIMIT, c->descriptor->name,
                     "'%s' would be nested more than %d deep", c->descriptor->name,
                     MLCI_COMPONENT_MAX_DEPTH);
}

static mlc_status check_columns(const mlci_component *c, mlc_error *err)
{
    const int wanted = mlci_is_composition(c) && mlci_composition_of(c)->takes_columns;
    if (wanted && c->columns == NULL) {
        return mlci_fail(err, MLC_ERROR_SYNTAX, c->descriptor->name,
                         "'%s' needs the columns first, such as %s(type:number, ...)",
                         c->descriptor->name, c->descriptor->name);
    }
    if (!wanted && c->columns != NULL) {
        return mlci_fail(err, MLC_ERROR_SYNTAX, c->descriptor->name,
                         "'%s' takes no columns: use on(columns, %s)", c->descriptor->name,
                         c->descriptor->name);
    }
    return c->columns == NULL ? MLC_OK : mlci_selectors_check(c->columns, err);
}

mlc_status mlci_component_compose(mlci_root *root, const mlci_descriptor *descriptor,
                                  const char *columns, const char *settings,
                                  mlci_component *const *parts, int32_t n_parts,
                                  mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    MLCI_TRY(create_node(root, descriptor, &c, err));
    mlci_settings parsed = {.root = root};
    mlc_status status = set_text(c, &c->name, descriptor->name, err);
    if (status == MLC_OK) status = set_text(c, &c->columns, columns, err);
    if (status == MLC_OK) status = mlci_settings_parse(root, settings, 0, &parsed, err);
    if (status == MLC_OK) {
        static const mlci_param none[1] = {{.name = NULL}};
        status = mlci_params_read(root, descriptor->name,
                                  descriptor->params != NULL ? descriptor->params : none,
                                  descriptor->check, &parsed, c->params, err);
    }
    mlci_settings_clear(&parsed);
    if (status == MLC_OK) status = set_parts(c, parts, n_parts, err);
    if (status == MLC_OK) status = check_columns(c, err);
    if (status == MLC_OK) status = check_parts(c, err);
    if (status == MLC_OK) status = check_size(c, err);
    if (status == MLC_OK) status = name_parts(c, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

static mlc_status create_from_recipe(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                     mlci_component **out, mlc_error *err);

static mlc_status create_parts(mlci_component *c, const mlci_recipe *recipe, mlc_error *err)
{
    if (recipe->n_steps == 0) return MLC_OK;
    c->parts = mlci_alloc(c->root, recipe->n_steps, sizeof *c->parts);
    if (c->parts == NULL) return mlci_fail_memory(err, recipe->n_steps, sizeof *c->parts);
    const int last_is_model = mlci_is_composition(c) && mlci_composition_of(c)->last_is_model;
    for (int32_t i = 0; i < recipe->n_steps; i++) {
        const int is_last = i == recipe->n_steps - 1;
        const int32_t kind = is_last && last_is_model ? MLCI_KIND_MODEL : MLCI_KIND_TRANSFORM;
        MLCI_TRY(create_from_recipe(c->root, kind, recipe->steps[i], &c->parts[i], err));
        c->n_parts++;
    }
    return MLC_OK;
}

/* Name, columns and parameters. */
static mlc_status fill_words(mlci_component *c, const mlci_recipe *recipe, mlc_error *err)
{
    static const mlci_param none[1] = {{.name = NULL}};
    MLCI_TRY(set_text(c, &c->name, recipe->name != NULL ? recipe->name : recipe->id, err));
    c->is_named = recipe->name != NULL;
    MLCI_TRY(set_text(c, &c->columns, recipe->columns, err));
    const mlci_param *table = c->descriptor->params != NULL ? c->descriptor->params : none;
    MLCI_TRY(mlci_params_read(c->root, c->descriptor->name, table, c->descriptor->check,
                              &recipe->settings, c->params, err));
    return check_columns(c, err);
}

static mlc_status fill_parts(mlci_component *c, const mlci_recipe *recipe, mlc_error *err)
{
    if (!mlci_is_composition(c) && recipe->n_steps > 0) {
        return mlci_fail_at(err, MLC_ERROR_SYNTAX, recipe->steps[0]->line, recipe->steps[0]->column,
                            recipe->steps[0]->id, "'%s' takes parameters as name=value, not '%s'",
                            c->descriptor->name, recipe->steps[0]->id);
    }
    MLCI_TRY(create_parts(c, recipe, err));
    MLCI_TRY(check_parts(c, err));
    return name_parts(c, err);
}

mlc_status mlci_component_create_bare(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                      mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    if (kind == MLCI_KIND_TRANSFORM && strchr(recipe->id, '.') != NULL) {
        MLCI_TRY(create_host_node(root, recipe->id, &c, err));
    } else {
        const mlci_descriptor *descriptor = NULL;
        MLCI_TRY(mlci_registry_get(kind, recipe->id, &descriptor, err));
        MLCI_TRY(create_node(root, descriptor, &c, err));
    }
    const mlc_status status = fill_words(c, recipe, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

static mlc_status create_from_recipe(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                     mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    MLCI_TRY(mlci_component_create_bare(root, kind, recipe, &c, err));
    const mlc_status status = fill_parts(c, recipe, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_component_create(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                 mlci_component **out, mlc_error *err)
{
    mlci_component *c = NULL;
    const mlc_status status = create_from_recipe(root, kind, recipe, &c, err);
    if (status != MLC_OK) {
        /* Errors of settings know no place; that of the whole recipe is better than none. */
        if (err != NULL && err->line == 0) {
            err->line = recipe->line;
            err->column = 0;
        }
        return status;
    }
    *out = c;
    return MLC_OK;
}

/* A node of the same descriptor and parameters. */
static mlc_status clone_node(mlci_root *root, const mlci_component *from, mlci_component **out,
                             mlc_error *err)
{
    const mlci_descriptor *d = from->descriptor;
    if (from->host != NULL) {
        return create_host_node(root != NULL ? root : from->root, d->name, out, err);
    }
    mlci_component *c = NULL;
    MLCI_TRY(create_node(root, d, &c, err));
    if (d->params != NULL) {
        mlci_params_clear(d->params, c->params);
        const mlc_status status =
            mlci_params_copy(root, d->params, d->params_size, from->params, c->params, err);
        if (status != MLC_OK) {
            mlci_component_unref(c);
            return status;
        }
    }
    *out = c;
    return MLC_OK;
}

mlc_status mlci_component_clone(mlci_root *root, const mlci_component *component,
                                mlci_component *const *parts, int32_t n_parts, mlci_component **out,
                                mlc_error *err)
{
    mlci_component *c = NULL;
    MLCI_TRY(clone_node(root, component, &c, err));
    c->is_named = component->is_named;
    mlc_status status = set_text(c, &c->name, component->name, err);
    if (status == MLC_OK) status = set_text(c, &c->columns, component->columns, err);
    if (status == MLC_OK) status = set_parts(c, parts, n_parts, err);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

const mlci_component *mlci_component_last(const mlci_component *model)
{
    while (mlci_is_composition(model) && model->n_parts > 0) {
        model = model->parts[model->n_parts - 1];
    }
    return model;
}

mlc_status mlci_composition_add_part(mlci_component *fitted, mlci_component *part, mlc_error *err)
{
    mlci_component **grown =
        mlci_realloc(fitted->root, fitted->parts, fitted->n_parts + 1, sizeof *grown);
    if (grown == NULL) {
        mlci_component_unref(part);
        return mlci_fail_memory(err, fitted->n_parts + 1, sizeof *grown);
    }
    fitted->parts = grown;
    fitted->parts[fitted->n_parts++] = part;
    return MLC_OK;
}
