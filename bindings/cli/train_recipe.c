/* The recipe of train. Parameters go by dotted paths from the top: `pipeline(automatic, ridge)`
 * has `ridge.alpha`. A bare name in --set means the last step's, which is the model. Where the
 * steps are and what they take is read from the recipe and the catalog as JSON. */
#include "train_recipe.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

/* Takes changes of a recipe one by one. */
typedef struct editor {
    session *s;
    mlc_model *model;
    json_node *recipe, *catalog;
} editor;

static mlc_status parse_buffer(session *s, mlc_buffer *buffer, json_node **out)
{
    *out = json_parse(mlc_buffer_data(buffer));
    if (*out != NULL) return MLC_OK;
    s->err = (mlc_error){.status = MLC_ERROR_INTERNAL, .message = "the library's JSON is no JSON"};
    return MLC_ERROR_INTERNAL;
}

static mlc_status open_editor(editor *e)
{
    mlc_buffer *buffer = NULL;
    mlc_status status = mlc_model_format(e->model, "format=json", &buffer, &e->s->err);
    if (status == MLC_OK) status = parse_buffer(e->s, buffer, &e->recipe);
    mlc_buffer_free(buffer);
    buffer = NULL;
    if (status == MLC_OK) status = mlc_catalog(e->s->ctx, &buffer, &e->s->err);
    if (status == MLC_OK) status = parse_buffer(e->s, buffer, &e->catalog);
    mlc_buffer_free(buffer);
    return status;
}

static const char *step_name(const json_node *step)
{
    const char *name = json_text(step, "name");
    return name != NULL ? name : json_text(step, "id");
}

/* The path of the last step within the last step, with a dot at its end; "" when the recipe is a
 * single component. */
static char *model_path(const json_node *recipe)
{
    char *path = text_format("%s", "");
    const json_node *steps = json_get(recipe, "steps");
    while (steps != NULL && steps->first != NULL) {
        const json_node *last = steps->first;
        while (last->next != NULL)
            last = last->next;
        char *longer = text_format("%s%s.", path, step_name(last));
        free(path);
        path = longer;
        steps = json_get(last, "steps");
    }
    return path;
}

static mlc_status change(editor *e, const char *settings)
{
    mlc_model *changed = NULL;
    const mlc_status status = mlc_model_with(e->model, settings, &changed, &e->s->err);
    if (status != MLC_OK) return status;
    mlc_model_free(e->model);
    e->model = changed;
    return MLC_OK;
}

/* One --set: a bare name gets the path of the model. */
static mlc_status set_parameter(editor *e, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        e->s->err = (mlc_error){.status = MLC_ERROR_SETTING};
        snprintf(e->s->err.message, sizeof e->s->err.message,
                 "--set %.100s: must be a name and a value, as in learning_rate=0.05", text);
        return MLC_ERROR_SETTING;
    }
    const int is_path = memchr(text, '.', (size_t)(equals - text)) != NULL;
    char *path = is_path ? text_format("%s", "") : model_path(e->recipe);
    /* A value that is not one word goes in quotes unless it is written as a list or in them. */
    const char *value = equals + 1;
    const int is_plain = value[strcspn(value, " \t,'\"")] == '\0';
    const int is_written = strchr("'\"[", value[0]) != NULL;
    const char *quote = is_plain || is_written ? "" : strchr(value, '\'') != NULL ? "\"" : "'";
    char *settings = text_format("%s%.*s=%s%s%s", path, (int)(equals - text), text, quote,
                                 value[0] == '\0' ? "''" : value, quote);
    const mlc_status status = change(e, settings);
    free(settings);
    free(path);
    return status;
}

/* Whether a component of the catalog has a parameter. */
static int has_parameter(const editor *e, const char *id, const char *parameter)
{
    const json_node *list = json_get(e->catalog, "components");
    for (const json_node *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const json_node *rows = json_get(c, "parameters");
        const char *name = json_text(c, "name");
        if (name == NULL || id == NULL || strcmp(name, id) != 0 || rows == NULL) continue;
        for (const json_node *row = rows->first; row != NULL; row = row->next) {
            const char *row_name = json_text(row, "name");
            if (row_name != NULL && strcmp(row_name, parameter) == 0) return 1;
        }
    }
    return 0;
}

/* --seed: random_state of every step that has one. */
static mlc_status set_seed(editor *e, const json_node *step, const char *path, const char *seed)
{
    mlc_status status = MLC_OK;
    if (has_parameter(e, json_text(step, "id"), "random_state")) {
        char *settings = text_format("%srandom_state=%s", path, seed);
        status = change(e, settings);
        free(settings);
    }
    const json_node *steps = json_get(step, "steps");
    const json_node *child = steps != NULL ? steps->first : NULL;
    for (; child != NULL && status == MLC_OK; child = child->next) {
        char *longer = text_format("%s%s.", path, step_name(child));
        status = set_seed(e, child, longer, seed);
        free(longer);
    }
    return status;
}

static int is_set(const session *s, const char *name)
{
    const char *text;
    const size_t length = strlen(name);
    for (int k = 0; (text = cli_args_nth(&s->args, "set", k)) != NULL; k++) {
        const size_t n = strcspn(text, "=");
        if (n >= length && memcmp(text + n - length, name, length) == 0) return 1;
    }
    return 0;
}

/* --early-stopping: without rows of --valid, a tenth of the training rows. */
static mlc_status stop_early(editor *e)
{
    mlc_status status = set_parameter(e, "early_stopping=true");
    if (status == MLC_OK && cli_args_get(&e->s->args, "valid") == NULL &&
        !is_set(e->s, "validation_fraction")) {
        status = set_parameter(e, "validation_fraction=0.1");
    }
    return status;
}

static mlc_status apply_options(editor *e)
{
    const cli_args *args = &e->s->args;
    const char *seed = cli_args_get(args, "seed"), *text;
    mlc_status status = open_editor(e);
    if (status == MLC_OK && seed != NULL) status = set_seed(e, e->recipe, "", seed);
    if (status == MLC_OK && cli_args_get(args, "early-stopping") != NULL) status = stop_early(e);
    for (int k = 0; status == MLC_OK && (text = cli_args_nth(args, "set", k)) != NULL; k++) {
        status = set_parameter(e, text);
    }
    json_free(e->recipe);
    json_free(e->catalog);
    return status;
}

/* A pipeline prepares its own rows. */
static int is_pipeline(const char *model)
{
    const size_t n = strlen("pipeline");
    return strncmp(model, "pipeline", n) == 0 && (model[n] == '(' || model[n] == '\0');
}

mlc_status train_recipe_make(session *s, const char *model, mlc_model **out)
{
    const char *recipe = cli_args_get(&s->args, "recipe");
    if (recipe == NULL && is_pipeline(model)) recipe = model;
    char *text =
        recipe != NULL ? text_format("%s", recipe) : text_format("pipeline(automatic, %s)", model);
    editor e = {.s = s};
    mlc_status status = mlc_model_parse(s->ctx, text, &e.model, &s->err);
    free(text);
    if (status == MLC_OK) status = apply_options(&e);
    if (status != MLC_OK) {
        mlc_model_free(e.model);
        return status;
    }
    *out = e.model;
    return MLC_OK;
}
