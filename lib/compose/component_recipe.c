/* Recipes of components: changed by path, stripped of state, written as text or JSON. */
#include "component.h"

#include <string.h>

/* `automatic` has parts only once fitted: they are state, not recipe. */
static int32_t n_recipe_parts(const mlci_component *c)
{
    const int parts_are_state = mlci_is_composition(c) && mlci_composition_of(c)->max_parts == 0;
    return parts_are_state ? 0 : c->n_parts;
}

/* Nodes are told apart by their number in preorder: the same part may be in several places. */
static int64_t count_nodes(const mlci_component *c)
{
    int64_t n = 1;
    for (int32_t i = 0; i < n_recipe_parts(c); i++)
        n += count_nodes(c->parts[i]);
    return n;
}

typedef mlc_status (*rebuild_node)(void *arg, int64_t number, mlci_component *to, mlc_error *err);

/* A copy of the tree, whose node has that number, with visit() called for each node that was
 * cloned. Frozen nodes are shared as they are when keep_frozen. */
static mlc_status rebuild(const mlci_component *from, int64_t number, int keep_frozen,
                          rebuild_node visit, void *arg, mlci_component **out, mlc_error *err)
{
    mlci_component *to = NULL;
    MLCI_TRY(mlci_component_clone(from->root, from, NULL, 0, &to, err));
    mlc_status status = MLC_OK;
    int64_t next = number + 1;
    for (int32_t i = 0; i < n_recipe_parts(from) && status == MLC_OK; i++) {
        mlci_component *part = NULL;
        if (keep_frozen && mlci_is_frozen(from->parts[i])) {
            part = mlci_component_ref(from->parts[i]);
        } else {
            status = rebuild(from->parts[i], next, keep_frozen, visit, arg, &part, err);
        }
        if (status == MLC_OK) status = mlci_composition_add_part(to, part, err);
        next += count_nodes(from->parts[i]);
    }
    if (status == MLC_OK && visit != NULL) status = visit(arg, number, to, err);
    if (status != MLC_OK) {
        mlci_component_unref(to);
        return status;
    }
    *out = to;
    return MLC_OK;
}

mlc_status mlci_component_recipe(const mlci_component *component, mlci_component **out,
                                 mlc_error *err)
{
    return rebuild(component, 0, 0, NULL, NULL, out, err);
}

/* ---- settings by path ------------------------------------------------------------------- */

/* A node and its number. */
typedef struct place {
    const mlci_component *node;
    int64_t number;
} place;

static int has_name(const mlci_component *c, const char *name, size_t length)
{
    return strlen(c->name) == length && memcmp(c->name, name, length) == 0;
}

/* Counts the nodes below from with that step name, only its children or all; *found is the last
 * of them. */
static int32_t find_named(const place *from, const char *name, size_t length, int only_children,
                          place *found)
{
    int32_t n = 0;
    place part = {NULL, from->number + 1};
    for (int32_t i = 0; i < n_recipe_parts(from->node); i++) {
        part.node = from->node->parts[i];
        if (has_name(part.node, name, length)) {
            *found = part;
            n++;
        }
        if (!only_children) n += find_named(&part, name, length, 0, found);
        part.number += count_nodes(part.node);
    }
    return n;
}

static const mlci_param *find_param(const mlci_component *c, const char *name)
{
    const mlci_param *row = c->descriptor->params;
    for (; row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) return row;
    }
    return NULL;
}

/* The node below c that has the parameter, for a hint; NULL when none. */
static const mlci_component *find_owner(const mlci_component *c, const char *param)
{
    for (int32_t i = c->n_parts - 1; i >= 0; i--) {
        if (find_param(c->parts[i], param) != NULL) return c->parts[i];
        const mlci_component *owner = find_owner(c->parts[i], param);
        if (owner != NULL) return owner;
    }
    return NULL;
}

/* `step.step.param`: each step is a child, or the only descendant of that name. */
static mlc_status resolve(const mlci_component *top, const char *path, place *at,
                          const char **param, mlc_error *err)
{
    const char *rest = path;
    *at = (place){top, 0};
    for (const char *dot = strchr(rest, '.'); dot != NULL; dot = strchr(rest, '.')) {
        const size_t length = (size_t)(dot - rest);
        place next = {NULL, 0};
        int32_t n = find_named(at, rest, length, 1, &next);
        if (n == 0) n = find_named(at, rest, length, 0, &next);
        if (n != 1) {
            return mlci_fail(err, MLC_ERROR_SETTING, path, "%s: no %sstep '%.*s' in '%s'", path,
                             n == 0 ? "" : "single ", (int)length, rest, at->node->name);
        }
        *at = next;
        rest = dot + 1;
    }
    *param = rest;
    return MLC_OK;
}

typedef struct with_args {
    const mlci_component *base;
    mlci_settings *settings;
} with_args;

static mlc_status with_visit(void *arg, int64_t number, mlci_component *to, mlc_error *err)
{
    with_args *args = arg;
    mlci_settings mine = {.root = to->root};
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < args->settings->n && status == MLC_OK; i++) {
        mlci_setting *s = &args->settings->items[i];
        place at;
        const char *param = NULL;
        status = resolve(args->base, s->name, &at, &param, err);
        if (status != MLC_OK || at.number != number) continue;
        s->used = 1;
        const mlci_component *owner =
            number == 0 && find_param(at.node, param) == NULL ? find_owner(at.node, param) : NULL;
        if (owner != NULL) {
            status = mlci_fail(err, MLC_ERROR_SETTING, param,
                               "%s: '%s' has no such parameter; did you mean '%s.%s'?", param,
                               at.node->name, owner->name, param);
        } else {
            status = mlci_settings_put(&mine, param, s->value, s->quoted, err);
        }
    }
    if (status == MLC_OK && mine.n > 0) {
        static const mlci_param none[1] = {{.name = NULL}};
        const mlci_descriptor *d = to->descriptor;
        status = mlci_params_read(to->root, d->name, d->params != NULL ? d->params : none, d->check,
                                  &mine, to->params, err);
        if (status == MLC_OK && mlci_is_composition(to) && mlci_composition_of(to)->check != NULL)
            status = mlci_composition_of(to)->check(to, err);
    }
    mlci_settings_clear(&mine);
    return status;
}

mlc_status mlci_component_with(const mlci_component *component, const char *settings,
                               mlci_component **out, mlc_error *err)
{
    mlci_settings parsed = {.root = component->root};
    MLCI_TRY(mlci_settings_parse(component->root, settings, 0, &parsed, err));
    mlci_component *changed = NULL;
    with_args args = {component, &parsed};
    mlc_status status = rebuild(component, 0, 1, with_visit, &args, &changed, err);
    for (int32_t i = 0; i < parsed.n && status == MLC_OK; i++) {
        if (parsed.items[i].used) continue;
        status =
            mlci_fail(err, MLC_ERROR_SETTING, parsed.items[i].name,
                      "%s: that step is fitted already and stays as it is", parsed.items[i].name);
    }
    mlci_settings_clear(&parsed);
    if (status != MLC_OK) {
        mlci_component_unref(changed);
        return status;
    }
    *out = changed;
    return MLC_OK;
}

/* ---- writing ---------------------------------------------------------------------------- */

static mlc_status put_params(const mlci_component *c, int32_t with_defaults, mlci_recipe *recipe,
                             mlc_error *err)
{
    const mlci_param *row = c->descriptor->params;
    for (; row != NULL && row->name != NULL; row++) {
        if (!with_defaults && mlci_param_is_default(row, c->params)) continue;
        const char *const *text = (const char *const *)((const char *)c->params + row->offset);
        mlci_text value = mlci_text_init(c->root);
        mlc_status status;
        if (row->type == MLCI_PARAM_TEXT && *text != NULL) {
            status = mlci_settings_put(&recipe->settings, row->name, *text, 1, err);
        } else {
            mlci_param_format(row, c->params, 0, &value);
            status = mlci_text_status(&value, err);
            if (status == MLC_OK) {
                status = mlci_settings_put(&recipe->settings, row->name, value.data, 0, err);
            }
        }
        mlci_text_clear(&value);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

static mlc_status copy_words(const mlci_component *c, mlci_recipe *recipe, mlc_error *err)
{
    if (c->is_named) {
        recipe->name = mlci_copy_text(c->root, c->name, (int64_t)strlen(c->name));
        if (recipe->name == NULL) return mlci_fail_memory(err, 1, 1);
    }
    if (c->columns != NULL) {
        recipe->columns = mlci_copy_text(c->root, c->columns, (int64_t)strlen(c->columns));
        if (recipe->columns == NULL) return mlci_fail_memory(err, 1, 1);
    }
    return MLC_OK;
}

mlc_status mlci_component_to_recipe(const mlci_component *component, int32_t with_defaults,
                                    mlci_recipe **out, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(component->root, component->descriptor->name, &recipe, err));
    mlc_status status = copy_words(component, recipe, err);
    if (status == MLC_OK) status = put_params(component, with_defaults, recipe, err);
    for (int32_t i = 0; i < n_recipe_parts(component) && status == MLC_OK; i++) {
        mlci_recipe *step = NULL;
        status = mlci_component_to_recipe(component->parts[i], with_defaults, &step, err);
        if (status != MLC_OK) break;
        status = mlci_recipe_add_step(recipe, step, err);
        if (status != MLC_OK) mlci_recipe_free(step);
    }
    if (status != MLC_OK) {
        mlci_recipe_free(recipe);
        return status;
    }
    *out = recipe;
    return MLC_OK;
}

struct format_settings {
    int32_t format;
    int32_t defaults;
};
static const mlci_choice formats[] = {
    {"text", 0, "the recipe grammar"}, {"json", 1, "a JSON object"}, {NULL, 0, NULL}};
static const mlci_param format_params[] = {
    MLCI_CHOICE(struct format_settings, format, 0, formats, "how the recipe is written"),
    MLCI_BOOL(struct format_settings, defaults, 0, "write parameters that have their default"),
    {.name = NULL},
};

mlc_status mlci_component_format(const mlci_component *component, const char *settings,
                                 mlc_buffer **out, mlc_error *err)
{
    struct format_settings s = {0};
    MLCI_TRY(
        mlci_params_from_text(component->root, "format", format_params, NULL, settings, &s, err));
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_component_to_recipe(component, s.defaults, &recipe, err));
    mlci_text text = mlci_text_init(component->root);
    mlci_recipe_format(recipe, s.format, &text);
    mlci_recipe_free(recipe);
    return mlci_text_to_buffer(&text, out, err);
}
