/* Transforms of exchange documents: a recipe, and the state that an artifact would hold. */
#include <math.h>
#include <string.h>

#include "exchange.h"
#include "scan.h"

/* ---- settings ----------------------------------------------------------------------------- */

static void add_name(mlci_text *settings, const char *name)
{
    if (settings->length > 0) mlci_text_append_char(settings, ' ');
    mlci_text_append_format(settings, "%s=", name);
}

mlc_status mlci_exchange_word(const mlci_exchange *x, mlci_json_span value, const char *name,
                              mlci_text *settings, mlc_error *err)
{
    char *word = NULL;
    if (mlci_json_is_none(value)) return MLC_OK;
    MLCI_TRY(mlci_json_text(&x->file, value, name, &word, err));
    const size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789");
    const int fits = n > 0 && word[n] == '\0';
    if (fits) {
        add_name(settings, name);
        mlci_text_append_text(settings, word);
    }
    mlci_free(word);
    return fits ? mlci_text_status(settings, err)
                : mlci_json_refuse(&x->file, value, name, "it is not a word", err);
}

mlc_status mlci_exchange_number(const mlci_exchange *x, mlci_json_span value, const char *name,
                                mlci_text *settings, mlc_error *err)
{
    double number = 0;
    if (mlci_json_is_none(value)) return MLC_OK;
    MLCI_TRY(mlci_json_real(&x->file, value, name, &number, err));
    if (!isfinite(number)) return MLC_OK;
    add_name(settings, name);
    mlci_text_append_real(settings, number);
    return mlci_text_status(settings, err);
}

mlc_status mlci_exchange_switch(const mlci_exchange *x, mlci_json_span value, const char *name,
                                mlci_text *settings, mlc_error *err)
{
    int32_t is_on = 0;
    if (value.at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_flag(&x->file, value, name, &is_on, err));
    add_name(settings, name);
    mlci_text_append_text(settings, is_on ? "true" : "false");
    return mlci_text_status(settings, err);
}

mlc_status mlci_exchange_recipe(const mlci_exchange *x, const char *id, const mlci_text *settings,
                                mlci_recipe **out, mlc_error *err)
{
    mlci_root *const root = x->foreign->root;
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(root, id, &recipe, err));
    const mlc_status status =
        settings == NULL || settings->length == 0
            ? MLC_OK
            : mlci_settings_parse(root, settings->data, 0, &recipe->settings, err);
    if (status != MLC_OK) {
        mlci_recipe_free(recipe);
        return status;
    }
    *out = recipe;
    return MLC_OK;
}

/* ---- columns of a state ------------------------------------------------------------------- */

/* A column of a step while its part of the state is written. */
typedef struct state_list {
    mlci_exchange *x;
    int32_t node; /* its place, since nodes move */
    int64_t n_components;
} state_list;

static mlci_exchange_node *node_of(const state_list *list)
{
    return &list->x->nodes[list->node];
}

static void write_name(mlci_writer *w, const char *text)
{
    mlci_write_text(w, text, (int64_t)strlen(text));
}

static mlc_status write_numeric(void *arg, int64_t i, const char *name, int64_t length,
                                mlci_json_span value, mlc_error *err)
{
    static const char *const names[] = {"components", NULL};
    state_list *const list = arg;
    mlci_exchange_node *const node = node_of(list);
    const mlci_input *const input = &node->inputs[i];
    mlci_json_span components[1];
    (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(&list->x->file, value, "a column", names, components, err));
    write_name(&node->state, input->name);
    mlci_write_int64(&node->state, 0);
    mlci_write_int64(&node->state, input->width);
    mlci_write_int64(&node->state, components[0].at != NULL);
    list->n_components += input->width;
    if (components[0].at == NULL) return MLC_OK;
    mlci_json_texts t;
    MLCI_TRY(mlci_json_read_texts(&list->x->file, components[0], "components", &t, err));
    for (int64_t k = 0; k < t.n; k++)
        mlci_write_text(&node->state, t.texts[k], t.lengths[k]);
    const int fits = t.n == input->width;
    mlci_json_texts_clear(&t);
    return fits ? MLC_OK
                : mlci_json_refuse(&list->x->file, components[0], "components",
                                   "not a text a component", err);
}

static void write_optional(mlci_writer *w, const char *text)
{
    mlci_write_int64(w, text != NULL);
    if (text != NULL) write_name(w, text);
}

static mlc_status write_imputed(void *arg, int64_t i, const char *name, int64_t length,
                                mlci_json_span value, mlc_error *err)
{
    enum { FILL, EMPTY, INDICATOR };
    static const char *const names[] = {"fill", "empty", "indicator", NULL};
    state_list *const list = arg;
    const mlci_json_file *const file = &list->x->file;
    mlci_exchange_node *const node = node_of(list);
    const int is_text = node->inputs[i].takes == MLCI_TAKES_CATEGORY;
    mlci_json_span field[3];
    char *fill = NULL, *indicator = NULL;
    double number = 0;
    int32_t is_empty = 0;
    (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(file, value, "a column", names, field, err));
    MLCI_TRY(mlci_json_flag(file, field[EMPTY], "empty", &is_empty, err));
    mlc_status status = mlci_json_is_none(field[INDICATOR])
                            ? MLC_OK
                            : mlci_json_text(file, field[INDICATOR], "indicator", &indicator, err);
    if (status == MLC_OK && !is_empty)
        status = is_text ? mlci_json_text(file, field[FILL], "fill", &fill, err)
                         : mlci_json_real(file, field[FILL], "fill", &number, err);
    mlci_writer *const w = &node->state;
    write_optional(w, node->inputs[i].name);
    write_optional(w, indicator);
    write_optional(w, fill);
    mlci_write_int64(w, is_text);
    mlci_write_int64(w, is_empty);
    mlci_write_real(w, number);
    mlci_free(indicator);
    mlci_free(fill);
    return status;
}

static mlc_status write_values(const state_list *list, int64_t i, mlci_json_span value, int64_t *n,
                               mlc_error *err)
{
    mlci_exchange_node *const node = node_of(list);
    const int is_text = node->inputs[i].takes == MLCI_TAKES_CATEGORY;
    mlci_write_int64(&node->state, is_text);
    if (!is_text) {
        double *numbers = NULL;
        MLCI_TRY(mlci_json_reals(&list->x->file, value, "categories", -1, &numbers, n, err));
        mlci_write_reals(&node->state, numbers, *n);
        mlci_free(numbers);
        return MLC_OK;
    }
    mlci_dictionary *texts = NULL;
    MLCI_TRY(mlci_exchange_dictionary(list->x, value, "categories", &texts, err));
    *n = texts->n;
    mlci_dictionary_save(texts, &node->state);
    mlci_dictionary_unref(texts);
    return MLC_OK;
}

static mlc_status write_encoded(void *arg, int64_t i, const char *name, int64_t length,
                                mlci_json_span value, mlc_error *err)
{
    enum { CATEGORIES, MISSING, LEVELS, N_LEVELS, INFREQUENT };
    static const char *const names[] = {"categories", "missing",    "levels",
                                        "n_levels",   "infrequent", NULL};
    state_list *const list = arg;
    const mlci_json_file *const file = &list->x->file;
    mlci_exchange_node *const node = node_of(list);
    mlci_json_span field[5];
    int64_t n = 0, n_levels = 0, infrequent = -1;
    int32_t has_missing = 0, *levels = NULL;
    (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(file, value, "a column", names, field, err));
    write_name(&node->state, node->inputs[i].name);
    MLCI_TRY(write_values(list, i, field[CATEGORIES], &n, err));
    MLCI_TRY(mlci_json_flag(file, field[MISSING], "missing", &has_missing, err));
    MLCI_TRY(mlci_json_count(file, field[N_LEVELS], "n_levels", 0, INT32_MAX, &n_levels, err));
    if (!mlci_json_is_none(field[INFREQUENT]))
        MLCI_TRY(mlci_json_count(file, field[INFREQUENT], "infrequent", -1, INT32_MAX, &infrequent,
                                 err));
    MLCI_TRY(mlci_json_integers(file, field[LEVELS], "levels", n + has_missing, 0, INT32_MAX,
                                &levels, NULL, err));
    mlci_write_int64(&node->state, has_missing);
    mlci_write_int64(&node->state, n_levels);
    mlci_write_int64(&node->state, infrequent);
    mlci_write_int32s(&node->state, levels, n + has_missing);
    mlci_free(levels);
    return MLC_OK;
}

/* ---- steps -------------------------------------------------------------------------------- */

/* Fields of any step. */
enum { STEP, COLUMNS, STEPS, MEAN, SCALE, FILL_VALUE, N_FIELDS = 17 };
static const char *const field_names[] = {"step",
                                          "columns",
                                          "steps",
                                          "mean",
                                          "scale",
                                          "fill_value",
                                          "strategy",
                                          "norm",
                                          "handle_unknown",
                                          "drop",
                                          "with_mean",
                                          "with_std",
                                          "add_indicator",
                                          "sparse_output",
                                          "keep_empty_features",
                                          "unknown_value",
                                          "encoded_missing_value",
                                          NULL};
enum {
    FIRST_WORD = FILL_VALUE + 1,
    FIRST_SWITCH = FIRST_WORD + 4,
    FIRST_NUMBER = FIRST_SWITCH + 5
};

static mlc_status read_settings(const mlci_exchange *x, const mlci_json_span *field, mlci_text *out,
                                mlc_error *err)
{
    char *fill = NULL;
    if (!mlci_json_is_none(field[FILL_VALUE])) {
        MLCI_TRY(mlci_json_text(&x->file, field[FILL_VALUE], "fill_value", &fill, err));
        add_name(out, "fill_value");
        mlci_text_append_quoted(out, fill, (int64_t)strlen(fill));
        mlci_free(fill);
    }
    for (int i = FIRST_WORD; i < FIRST_SWITCH; i++)
        MLCI_TRY(mlci_exchange_word(x, field[i], field_names[i], out, err));
    for (int i = FIRST_SWITCH; i < FIRST_NUMBER; i++)
        MLCI_TRY(mlci_exchange_switch(x, field[i], field_names[i], out, err));
    for (int i = FIRST_NUMBER; i < N_FIELDS; i++)
        MLCI_TRY(mlci_exchange_number(x, field[i], field_names[i], out, err));
    return mlci_text_status(out, err);
}

typedef struct step_kind {
    const char *name;
    mlci_json_each_fn write; /* the state of a column */
    int32_t is_scaler;       /* mean and scale follow */
} step_kind;

static const step_kind step_kinds[] = {{"standard_scaler", write_numeric, 1},
                                       {"normalizer", write_numeric, 0},
                                       {"simple_imputer", write_imputed, 0},
                                       {"one_hot_encoder", write_encoded, 0},
                                       {"ordinal_encoder", write_encoded, 0}};

static mlc_status write_reals(mlci_exchange *x, int32_t node, mlci_json_span value,
                              const char *what, int64_t n, mlc_error *err)
{
    double *numbers = NULL;
    MLCI_TRY(mlci_json_reals(&x->file, value, what, n, &numbers, NULL, err));
    mlci_write_reals(&x->nodes[node].state, numbers, n);
    mlci_free(numbers);
    return MLC_OK;
}

static mlc_status fill_leaf(mlci_exchange *x, const step_kind *kind, const mlci_json_span *field,
                            mlc_error *err)
{
    mlci_exchange_node *node = NULL;
    MLCI_TRY(mlci_exchange_add_node(x, 1, &node, err));
    state_list list = {x, x->n_nodes - 1, 0};
    MLCI_TRY(mlci_exchange_inputs(x, field[COLUMNS], node, err));
    mlci_write_int64(&node->state, node->n_inputs);
    MLCI_TRY(mlci_json_each(&x->file, field[COLUMNS], "columns", kind->write, &list, err));
    if (!kind->is_scaler) return MLC_OK;
    MLCI_TRY(write_reals(x, list.node, field[MEAN], "mean", list.n_components, err));
    return write_reals(x, list.node, field[SCALE], "scale", list.n_components, err);
}

static mlc_status add_leaf(mlci_exchange *x, const step_kind *kind, const mlci_json_span *field,
                           mlci_recipe *parent, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    mlci_text settings = mlci_text_init(x->foreign->root);
    mlc_status status = read_settings(x, field, &settings, err);
    if (status == MLC_OK) status = mlci_exchange_recipe(x, kind->name, &settings, &recipe, err);
    mlci_text_clear(&settings);
    if (status != MLC_OK) return status;
    status = mlci_recipe_add_step(parent, recipe, err);
    if (status != MLC_OK) {
        mlci_recipe_free(recipe);
        return status;
    }
    return fill_leaf(x, kind, field, err);
}

/* Names in quotes, so that none is a pattern. */
static mlc_status choose_columns(const mlci_exchange *x, mlci_recipe *on, mlc_error *err)
{
    const mlci_exchange_node *const node = &x->nodes[x->n_nodes - 1];
    mlci_text text = mlci_text_init(x->foreign->root);
    for (int32_t i = 0; i < node->n_inputs; i++) {
        if (i > 0) mlci_text_append_text(&text, ", ");
        mlci_text_append_quoted(&text, node->inputs[i].name, (int64_t)strlen(node->inputs[i].name));
    }
    mlc_status status = mlci_text_status(&text, err);
    if (status == MLC_OK) status = mlci_recipe_set_columns(on, text.data, err);
    mlci_text_clear(&text);
    return status;
}

/* Appends an empty step; it belongs to the parent. */
static mlc_status add_composition(const mlci_exchange *x, const char *id, mlci_recipe *parent,
                                  mlci_recipe **out, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_exchange_recipe(x, id, NULL, &recipe, err));
    const mlc_status status = mlci_recipe_add_step(parent, recipe, err);
    if (status != MLC_OK) {
        mlci_recipe_free(recipe);
        return status;
    }
    *out = recipe;
    return MLC_OK;
}

/* `on` has one part: a chain, even of one step. */
static mlc_status add_on(mlci_exchange *x, const mlci_json_span *field, mlci_recipe *parent,
                         mlc_error *err)
{
    mlci_exchange_node *node = NULL;
    mlci_recipe *on = NULL, *chain = NULL;
    MLCI_TRY(mlci_exchange_add_node(x, 0, &node, err));
    MLCI_TRY(mlci_exchange_inputs(x, field[COLUMNS], node, err));
    MLCI_TRY(add_composition(x, "on", parent, &on, err));
    MLCI_TRY(choose_columns(x, on, err));
    MLCI_TRY(add_composition(x, "chain", on, &chain, err));
    const int32_t n = x->n_nodes;
    MLCI_TRY(mlci_exchange_steps(x, field[STEPS], chain, err));
    if (x->n_nodes > n) return MLC_OK;
    return mlci_json_refuse(&x->file, field[STEPS], "steps", "there is none", err);
}

typedef struct step_list {
    mlci_exchange *x;
    mlci_recipe *parent;
} step_list;

static mlc_status add_step(void *arg, int64_t i, const char *name, int64_t length,
                           mlci_json_span value, mlc_error *err)
{
    step_list *const list = arg;
    mlci_exchange *const x = list->x;
    mlci_json_span field[N_FIELDS];
    char *step = NULL;
    (void)i, (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(&x->file, value, "a step", field_names, field, err));
    MLCI_TRY(mlci_json_text(&x->file, field[STEP], "step", &step, err));
    const step_kind *kind = NULL;
    for (size_t k = 0; k < sizeof step_kinds / sizeof step_kinds[0]; k++)
        if (strcmp(step, step_kinds[k].name) == 0) kind = &step_kinds[k];
    const int is_on = strcmp(step, "on") == 0;
    mlci_free(step);
    /* One level of `on`: a step inside may not choose columns again. */
    if (is_on && strcmp(list->parent->id, "chain") != 0) return add_on(x, field, list->parent, err);
    if (kind != NULL) return add_leaf(x, kind, field, list->parent, err);
    return mlci_json_refuse(&x->file, field[STEP], "step",
                            is_on ? "on stands inside on"
                                  : "it is on, standard_scaler, normalizer, simple_imputer, "
                                    "one_hot_encoder or ordinal_encoder",
                            err);
}

mlc_status mlci_exchange_steps(mlci_exchange *x, mlci_json_span value, mlci_recipe *parent,
                               mlc_error *err)
{
    step_list list = {x, parent};
    if (!mlci_json_is(value, '['))
        return mlci_json_refuse(&x->file, value, "steps", "it is not a list of steps", err);
    return mlci_json_each(&x->file, value, "steps", add_step, &list, err);
}
