/* Reads recipes by recursive descent; depth and number of nodes are bounded. */
#include <stdio.h>
#include <string.h>

#include "recipe.h"
#include "scan.h"
#include "selectors.h"

typedef struct parser {
    mlci_scan scan;
    int32_t n_nodes;
} parser;

static mlc_status limit_nodes(int32_t *n_nodes, int32_t depth, mlc_error *err)
{
    if (++*n_nodes > MLCI_RECIPE_MAX_NODES) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a recipe has at most %d components",
                         MLCI_RECIPE_MAX_NODES);
    }
    if (depth >= MLCI_RECIPE_MAX_DEPTH) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a recipe is nested at most %d deep",
                         MLCI_RECIPE_MAX_DEPTH);
    }
    return MLC_OK;
}

/* Gives a text under construction to the recipe. */
static mlc_status take_columns(mlci_recipe *recipe, mlci_text *text, mlc_error *err)
{
    char *columns = NULL;
    MLCI_TRY(mlci_text_take(text, &columns, err));
    mlci_free(recipe->columns);
    recipe->columns = columns;
    return MLC_OK;
}

mlc_status mlci_recipe_set_columns(mlci_recipe *recipe, const char *selectors, mlc_error *err)
{
    mlci_scan s;
    MLCI_TRY(mlci_scan_open(&s, recipe->root, "selectors", selectors, err));
    mlci_text text = mlci_text_init(recipe->root);
    mlc_status status = mlci_selectors_take(&s, "", &text, err);
    if (status == MLC_OK) status = take_columns(recipe, &text, err);
    mlci_text_clear(&text);
    return status;
}

/* ---- text --------------------------------------------------------------------------------- */

/* The columns of `on`: one selector, or several in brackets. */
static mlc_status parse_columns(parser *p, mlci_recipe *recipe, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    mlci_text text = mlci_text_init(recipe->root);
    mlc_status status;
    if (mlci_scan_take(s, '[')) {
        status = mlci_selectors_take(s, "]", &text, err);
        if (status == MLC_OK && !mlci_scan_take(s, ']')) {
            status = mlci_scan_expected(s, "']' after the selectors", err);
        }
    } else {
        status = mlci_selector_take(s, ")", &text, err);
    }
    if (status == MLC_OK) status = take_columns(recipe, &text, err);
    mlci_text_clear(&text);
    return status;
}

/* `name=r`, which names the step, or a setting. name is short enough. */
static mlc_status parse_setting(parser *p, mlci_recipe *recipe, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const from = s->at;
    char name[MLCI_NAME_MAX + 1], message[2 * MLCI_NAME_MAX];
    const int64_t n = mlci_scan_name(s);
    if (!mlci_name_valid(from, n)) {
        return mlci_scan_fail(s, from, NULL, "a name has at most 127 bytes and no dot at its end",
                              err);
    }
    memcpy(name, from, (size_t)n);
    name[n] = '\0';
    const int names_step = strcmp(name, "name") == 0;
    if (mlci_settings_find(&recipe->settings, name) != NULL || (names_step && recipe->name)) {
        snprintf(message, sizeof message, "'%s' is given twice", name);
        return mlci_scan_fail(s, from, name, message, err);
    }
    s->at += n;
    mlci_scan_space(s);
    mlci_scan_take(s, '=');
    mlci_scan_space(s);
    mlci_setting setting = {.name = name};
    mlci_scan_position(s, from, &setting.line, &setting.column);
    mlci_text value = mlci_text_init(recipe->root);
    mlci_value_kind kind;
    const char *const at_value = s->at;
    mlc_status status = mlci_scan_value(s, &value, &kind, err);
    if (status == MLC_OK) status = mlci_text_status(&value, err);
    if (status == MLC_OK) {
        char empty[1] = "";
        setting.value = value.length > 0 ? value.data : empty;
        setting.quoted = kind == MLCI_VALUE_QUOTED;
        if (!names_step) {
            status = mlci_settings_add(&recipe->settings, &setting, err);
        } else if (!mlci_step_name_valid(setting.value)) {
            status = mlci_scan_fail(s, at_value, "name",
                                    "a step's name is letters, digits and single underscores, "
                                    "and starts with a letter",
                                    err);
        } else {
            status = mlci_recipe_set_name(recipe, setting.value, err);
        }
    }
    mlci_text_clear(&value);
    return status;
}

static mlc_status parse_node(parser *p, int32_t depth, mlci_recipe **out, mlc_error *err);

static mlc_status parse_step(parser *p, int32_t depth, mlci_recipe *recipe, mlc_error *err)
{
    mlci_recipe *step = NULL;
    MLCI_TRY(parse_node(p, depth + 1, &step, err));
    const mlc_status status = mlci_recipe_add_step(recipe, step, err);
    if (status != MLC_OK) mlci_recipe_free(step);
    return status;
}

/* Behind "(": the items up to ")". */
static mlc_status parse_items(parser *p, int32_t depth, mlci_recipe *recipe, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const open = s->at - 1;
    int32_t columns_next = strcmp(recipe->id, "on") == 0;
    mlci_scan_space(s);
    if (mlci_scan_take(s, ')')) return MLC_OK;
    for (;;) {
        mlci_scan_space(s);
        if (mlci_scan_is_pair(s)) {
            MLCI_TRY(parse_setting(p, recipe, err));
        } else if (columns_next && s->at < s->end) {
            MLCI_TRY(parse_columns(p, recipe, err));
            columns_next = 0;
        } else if (s->at < s->end) {
            MLCI_TRY(parse_step(p, depth, recipe, err));
        }
        mlci_scan_space(s);
        if (mlci_scan_take(s, ')')) return MLC_OK;
        if (s->at == s->end) return mlci_scan_fail(s, open, NULL, "this '(' is not closed", err);
        if (!mlci_scan_take(s, ',')) return mlci_scan_expected(s, "',' or ')'", err);
    }
}

static mlc_status parse_node(parser *p, int32_t depth, mlci_recipe **out, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    char id[MLCI_NAME_MAX + 1];
    const char *const from = s->at;
    MLCI_TRY(limit_nodes(&p->n_nodes, depth, err));
    const int64_t n = mlci_scan_name(s);
    if (n == 0) return mlci_scan_expected(s, "the name of a component", err);
    if (!mlci_name_valid(from, n)) {
        return mlci_scan_fail(s, from, NULL, "a name has at most 127 bytes and no dot at its end",
                              err);
    }
    memcpy(id, from, (size_t)n);
    id[n] = '\0';
    s->at += n;

    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(s->root, id, &recipe, err));
    mlci_scan_position(s, from, &recipe->line, &recipe->column);
    mlci_scan_space(s);
    const mlc_status status = mlci_scan_take(s, '(') ? parse_items(p, depth, recipe, err) : MLC_OK;
    if (status == MLC_OK) {
        *out = recipe;
    } else {
        mlci_recipe_free(recipe);
    }
    return status;
}

static mlc_status parse_text(parser *p, mlci_recipe **out, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(parse_node(p, 0, &recipe, err));
    mlci_scan_space(&p->scan);
    if (p->scan.at < p->scan.end) {
        mlci_recipe_free(recipe);
        return mlci_scan_expected(&p->scan, "the end of the recipe", err);
    }
    *out = recipe;
    return MLC_OK;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static mlc_status json_node(mlci_json *r, int32_t *n_nodes, int32_t depth, mlci_recipe **out,
                            mlc_error *err);

static mlc_status json_create(const mlci_json *r, mlci_recipe **out, mlc_error *err)
{
    char id[MLCI_NAME_MAX + 1];
    if (r->event != MLCI_JSON_TEXT || !mlci_name_valid(r->text, r->length)) {
        return mlci_json_fail(r, err, "id", "'id' must be the name of a component");
    }
    memcpy(id, r->text, (size_t)r->length);
    id[r->length] = '\0';
    return mlci_recipe_create(r->root, id, out, err);
}

static mlc_status json_name(const mlci_json *r, mlci_recipe *recipe, mlc_error *err)
{
    char name[MLCI_NAME_MAX + 1] = "";
    if (r->event == MLCI_JSON_NULL) return MLC_OK;
    if (r->event == MLCI_JSON_TEXT && r->length <= MLCI_NAME_MAX) {
        memcpy(name, r->text, (size_t)r->length);
    }
    if (r->event != MLCI_JSON_TEXT || (int64_t)strlen(name) != r->length ||
        !mlci_step_name_valid(name)) {
        return mlci_json_fail(r, err, "name",
                              "a step's name is letters, digits and single underscores, and "
                              "starts with a letter");
    }
    return mlci_recipe_set_name(recipe, name, err);
}

/* The selectors in a text, or the one in an item of an array: that is a name when it does not
 * read as a selector. */
static mlc_status take_json_columns(mlci_scan *s, int32_t one, mlci_text *out, mlc_error *err)
{
    if (!one) return mlci_selectors_take(s, "", out, err);
    mlci_text selector = mlci_text_init(s->root);
    mlc_status status = mlci_selector_take(s, "", &selector, NULL);
    mlci_scan_space(s);
    if (status == MLC_ERROR_NO_MEMORY) {
        status = mlci_fail_memory(err, s->end - s->start, 1);
    } else if (status != MLC_OK || s->at != s->end) {
        status = MLC_OK;
        mlci_text_append_quoted(out, s->start, s->end - s->start);
    } else {
        status = mlci_text_status(&selector, err);
        if (status == MLC_OK) mlci_text_append(out, selector.data, selector.length);
    }
    mlci_text_clear(&selector);
    return status;
}

static mlc_status json_selectors(const mlci_json *r, int32_t one, mlci_text *out, mlc_error *err)
{
    if (r->event != MLCI_JSON_TEXT || memchr(r->text, '\0', (size_t)r->length) != NULL) {
        return mlci_json_fail(r, err, "columns", "'columns' must be a text or an array of texts");
    }
    char *const copy = mlci_copy_text(r->root, r->text, r->length);
    if (copy == NULL) return mlci_fail_memory(err, r->length + 1, 1);
    mlci_scan s;
    mlc_status status = mlci_scan_open(&s, r->root, "columns", copy, err);
    if (status == MLC_OK) status = take_json_columns(&s, one, out, err);
    mlci_free(copy);
    return status;
}

static mlc_status json_column_array(mlci_json *r, mlci_text *out, mlc_error *err)
{
    for (int64_t i = 0;; i++) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY && i > 0) return MLC_OK;
        if (i > 0) mlci_text_append_char(out, ',');
        MLCI_TRY(json_selectors(r, 1, out, err));
    }
}

static mlc_status json_columns(mlci_json *r, mlci_recipe *recipe, mlc_error *err)
{
    if (r->event == MLCI_JSON_NULL) return MLC_OK;
    mlci_text text = mlci_text_init(recipe->root);
    mlc_status status = r->event == MLCI_JSON_ARRAY ? json_column_array(r, &text, err)
                                                    : json_selectors(r, 0, &text, err);
    if (status == MLC_OK) status = take_columns(recipe, &text, err);
    mlci_text_clear(&text);
    return status;
}

static mlc_status json_params(mlci_json *r, mlci_recipe *recipe, mlc_error *err)
{
    if (r->event == MLCI_JSON_NULL) return MLC_OK;
    if (r->event != MLCI_JSON_OBJECT) {
        return mlci_json_fail(r, err, "params", "'params' must be an object");
    }
    MLCI_TRY(mlci_settings_parse_json(r, 0, &recipe->settings, err));
    if (mlci_settings_find(&recipe->settings, "name") == NULL) return MLC_OK;
    return mlci_json_fail(r, err, "name", "'name' stands beside 'params', not in it");
}

static mlc_status json_steps(mlci_json *r, int32_t *n_nodes, int32_t depth, mlci_recipe *recipe,
                             mlc_error *err)
{
    if (r->event == MLCI_JSON_NULL) return MLC_OK;
    if (r->event != MLCI_JSON_ARRAY) {
        return mlci_json_fail(r, err, "steps", "'steps' must be an array of recipes");
    }
    for (;;) {
        mlci_recipe *step = NULL;
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        MLCI_TRY(json_node(r, n_nodes, depth + 1, &step, err));
        const mlc_status status = mlci_recipe_add_step(recipe, step, err);
        if (status == MLC_OK) continue;
        mlci_recipe_free(step);
        return status;
    }
}

enum { KEY_ID, KEY_NAME, KEY_COLUMNS, KEY_PARAMS, KEY_STEPS, N_KEYS };

/* The key of the current event, each at most once. -1: err is set. */
static int json_key(const mlci_json *r, uint32_t *seen, mlc_error *err)
{
    static const char *const keys[N_KEYS] = {"id", "name", "columns", "params", "steps"};
    for (int i = 0; i < N_KEYS; i++) {
        if (!mlci_text_equal(r->text, r->length, keys[i])) continue;
        if ((*seen & 1u << i) == 0) {
            *seen |= 1u << i;
            return i;
        }
        char message[48];
        snprintf(message, sizeof message, "'%s' is given twice", keys[i]);
        (void)mlci_json_fail(r, err, keys[i], message);
        return -1;
    }
    (void)mlci_json_fail(r, err, NULL,
                         "the keys of a recipe are id, name, columns, params and steps");
    return -1;
}

/* The members of the object; recipe has another id until it is read. */
static mlc_status json_members(mlci_json *r, int32_t *n_nodes, int32_t depth, mlci_recipe *recipe,
                               mlc_error *err)
{
    uint32_t seen = 0;
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT) break;
        const int key = json_key(r, &seen, err);
        if (key < 0) return MLC_ERROR_SYNTAX;
        MLCI_TRY(mlci_json_next(r, err));
        if (key == KEY_ID) {
            mlci_recipe *fresh = NULL;
            MLCI_TRY(json_create(r, &fresh, err));
            char *const id = fresh->id;
            fresh->id = recipe->id;
            recipe->id = id;
            mlci_recipe_free(fresh);
        }
        if (key == KEY_NAME) MLCI_TRY(json_name(r, recipe, err));
        if (key == KEY_COLUMNS) MLCI_TRY(json_columns(r, recipe, err));
        if (key == KEY_PARAMS) MLCI_TRY(json_params(r, recipe, err));
        if (key == KEY_STEPS) MLCI_TRY(json_steps(r, n_nodes, depth, recipe, err));
    }
    if ((seen & 1u << KEY_ID) == 0) {
        return mlci_json_fail(r, err, "id", "a recipe needs an 'id', the name of a component");
    }
    const int is_on = strcmp(recipe->id, "on") == 0;
    if (recipe->columns != NULL && !is_on) {
        return mlci_json_fail(r, err, "columns", "only 'on' has columns");
    }
    if (recipe->columns == NULL && is_on && recipe->n_steps > 0) {
        return mlci_json_fail(r, err, "columns", "'on' needs 'columns'");
    }
    return MLC_OK;
}

static mlc_status json_node(mlci_json *r, int32_t *n_nodes, int32_t depth, mlci_recipe **out,
                            mlc_error *err)
{
    MLCI_TRY(limit_nodes(n_nodes, depth, err));
    if (r->event == MLCI_JSON_TEXT) return json_create(r, out, err);
    if (r->event != MLCI_JSON_OBJECT) {
        return mlci_json_fail(r, err, NULL,
                              "a recipe is an object with an 'id', or the name of a component");
    }
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(r->root, "unnamed", &recipe, err));
    const mlc_status status = json_members(r, n_nodes, depth, recipe, err);
    if (status == MLC_OK) {
        *out = recipe;
    } else {
        mlci_recipe_free(recipe);
    }
    return status;
}

static mlc_status parse_json(parser *p, mlci_recipe **out, mlc_error *err)
{
    mlci_json reader;
    mlci_recipe *recipe = NULL;
    mlci_json_open(&reader, p->scan.root, p->scan.start, p->scan.end - p->scan.start);
    mlc_status status = mlci_json_next(&reader, err);
    if (status == MLC_OK) status = json_node(&reader, &p->n_nodes, 0, &recipe, err);
    if (status == MLC_OK) status = mlci_json_next(&reader, err);
    mlci_json_close(&reader);
    if (status == MLC_OK) {
        *out = recipe;
    } else {
        mlci_recipe_free(recipe);
    }
    return status;
}

mlc_status mlci_recipe_parse(mlci_root *root, const char *text, mlci_recipe **out, mlc_error *err)
{
    parser p = {.n_nodes = 0};
    MLCI_TRY(mlci_scan_open(&p.scan, root, "recipe", text, err));
    mlci_scan_space(&p.scan);
    if (p.scan.at < p.scan.end && (*p.scan.at == '{' || *p.scan.at == '"')) {
        return parse_json(&p, out, err);
    }
    return parse_text(&p, out, err);
}
