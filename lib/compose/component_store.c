/* Fitted components into sections and back.
 *
 * The section "model" holds the tree: for each node its id, name, parameters as settings text,
 * inputs and dropped names, then its parts. The state of a leaf, and of a composition that learns,
 * lies in a section of its own, named after its path ("state/on/simple_imputer"), so that an error
 * says which step is damaged. */
#include <string.h>

#include "component.h"

#define STORE_VERSION 1
#define MAX_STORED_DEPTH (MLCI_COMPONENT_MAX_DEPTH + 8) /* `automatic` adds some */

/* ---- saving ----------------------------------------------------------------------------- */

static void write_name(mlci_writer *w, const char *text)
{
    mlci_write_text(w, text, text == NULL ? -1 : (int64_t)strlen(text));
}

/* Parameters as settings text: the form that survives new parameters. */
static void write_params(const mlci_component *c, mlci_writer *w)
{
    mlci_text text = mlci_text_init(c->root);
    const mlci_param *row = c->descriptor->params;
    for (; row != NULL && row->name != NULL; row++) {
        if (text.length > 0) mlci_text_append_char(&text, ' ');
        mlci_text_append_text(&text, row->name);
        mlci_text_append_char(&text, '=');
        mlci_param_format(row, c->params, 0, &text);
    }
    if (text.failed) w->failed = 1;
    mlci_write_text(w, text.data == NULL ? "" : text.data, text.length);
    mlci_text_clear(&text);
}

/* 0: a composition without state. */
static int32_t state_version(const mlci_component *c)
{
    if (mlci_is_composition(c)) {
        const mlci_learned *const learned = mlci_composition_of(c)->learned;
        return learned == NULL ? 0 : learned->version;
    }
    return c->descriptor->kind == MLCI_KIND_MODEL ? mlci_model_of(c)->state_version
                                                  : mlci_transform_of(c)->state_version;
}

static void write_node(const mlci_component *c, mlci_writer *w)
{
    mlci_write_int64(w, c->descriptor->kind);
    write_name(w, c->descriptor->name);
    mlci_write_int64(w, state_version(c));
    write_name(w, c->name);
    mlci_write_int64(w, c->is_named);
    mlci_write_int64(w, c->is_product);
    write_name(w, c->columns);
    write_params(c, w);
    mlci_write_int64(w, c->n_inputs);
    for (int32_t i = 0; i < c->n_inputs; i++) {
        write_name(w, c->inputs[i].name);
        mlci_write_int64(w, c->inputs[i].takes);
        mlci_write_int64(w, c->inputs[i].width);
    }
    mlci_write_int64(w, c->n_dropped);
    for (int32_t i = 0; i < c->n_dropped; i++)
        write_name(w, c->dropped[i]);
    mlci_write_int64(w, c->n_targets);
    mlci_write_int64(w, c->n_parts);
    for (int32_t i = 0; i < c->n_parts; i++)
        write_node(c->parts[i], w);
}

static void write_state(const mlci_component *c, mlci_writer *w)
{
    if (mlci_is_composition(c)) {
        mlci_composition_of(c)->learned->save(c->state, w);
        return;
    }
    if (c->descriptor->kind != MLCI_KIND_MODEL) {
        if (c->n_inputs > 0) mlci_transform_of(c)->save(c->params, c->state, w);
        return;
    }
    mlci_features_save(c->features, w);
    mlci_write_int64(w, c->classes != NULL);
    if (c->classes != NULL) mlci_classes_save(c->classes, w);
    mlci_model_of(c)->save(c->params, c->state, w);
}

static mlc_status save_states(const mlci_component *c, mlci_text *path,
                              const mlci_section_sink *sink, mlc_error *err)
{
    const int64_t length = path->length;
    mlci_text_append_char(path, '/');
    mlci_text_append_text(path, c->name);
    MLCI_TRY(mlci_text_status(path, err));
    for (int32_t i = 0; i < c->n_parts; i++) {
        MLCI_TRY(save_states(c->parts[i], path, sink, err));
    }
    if (state_version(c) > 0) {
        mlci_writer *w = sink->open(sink->user, path->data);
        if (w == NULL) return mlci_fail_memory(err, 1, sizeof *w);
        write_state(c, w);
        MLCI_TRY(mlci_writer_status(w, err));
    }
    path->length = length;
    path->data[length] = '\0';
    return MLC_OK;
}

mlc_status mlci_component_save(const mlci_component *component, const mlci_section_sink *sink,
                               mlc_error *err)
{
    mlci_writer *w = sink->open(sink->user, "model");
    if (w == NULL) return mlci_fail_memory(err, 1, sizeof *w);
    mlci_write_int64(w, STORE_VERSION);
    write_node(component, w);
    MLCI_TRY(mlci_writer_status(w, err));
    mlci_text path = mlci_text_init(component->root);
    mlci_text_append_text(&path, "state");
    const mlc_status status = save_states(component, &path, sink, err);
    mlci_text_clear(&path);
    return status;
}

/* ---- loading ---------------------------------------------------------------------------- */

/* The words of a node before they are believed. */
typedef struct node_words {
    int32_t kind, state_version, is_named, is_product;
    char *id, *name, *columns, *params;
} node_words;

static void clear_words(node_words *n)
{
    mlci_free(n->id);
    mlci_free(n->name);
    mlci_free(n->columns);
    mlci_free(n->params);
}

static void read_words(mlci_reader *r, node_words *n)
{
    int64_t length = 0;
    n->kind = (int32_t)mlci_read_count(r, "kind", MLCI_KIND_TRANSFORM, MLCI_KIND_MODEL);
    n->id = mlci_read_text(r, &length);
    n->state_version = (int32_t)mlci_read_count(r, "state version", 0, INT32_MAX);
    n->name = mlci_read_text(r, &length);
    n->is_named = (int32_t)mlci_read_count(r, "name flag", 0, 1);
    n->is_product = (int32_t)mlci_read_count(r, "product flag", 0, 1);
    n->columns = mlci_read_text(r, &length);
    n->params = mlci_read_text(r, &length);
    if (r->status == MLC_OK && (n->id == NULL || n->name == NULL || n->params == NULL)) {
        mlci_reader_refuse(r, "a step without id, name or parameters");
    }
}

/* The words as a recipe of one step. */
static mlc_status words_to_recipe(mlci_root *root, const node_words *n, mlci_recipe **out,
                                  mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_recipe_create(root, n->id, &recipe, err));
    mlc_status status = mlci_settings_parse(root, n->params, 0, &recipe->settings, err);
    if (status == MLC_OK) {
        recipe->name = mlci_copy_text(root, n->name, (int64_t)strlen(n->name));
        if (n->columns != NULL) {
            recipe->columns = mlci_copy_text(root, n->columns, (int64_t)strlen(n->columns));
        }
        if (recipe->name == NULL || (n->columns != NULL && recipe->columns == NULL)) {
            status = mlci_fail_memory(err, 1, 1);
        }
    }
    if (status != MLC_OK) {
        mlci_recipe_free(recipe);
        return status;
    }
    *out = recipe;
    return MLC_OK;
}

/* What is wrong with the words is wrong with the file. */
static mlc_status blame_file(mlc_status status, const node_words *n, mlc_error *err)
{
    if (status == MLC_ERROR_COMPONENT && strchr(n->id, '.') != NULL) {
        return mlci_fail(err, status, n->id,
                         "the model needs the host's transform '%s' with state version %d: "
                         "register it in the context that loads it",
                         n->id, (int)n->state_version);
    }
    if (status != MLC_ERROR_SETTING && status != MLC_ERROR_SYNTAX && status != MLC_ERROR_COLUMN &&
        status != MLC_ERROR_ARGUMENT) {
        return status;
    }
    if (err != NULL) err->status = MLC_ERROR_FORMAT;
    return MLC_ERROR_FORMAT;
}

static mlc_status create_from_words(mlci_root *root, int32_t kind, const node_words *n,
                                    mlci_component **out, mlc_error *err)
{
    if (n->kind != kind) {
        return mlci_fail(err, MLC_ERROR_FORMAT, "model", "step '%s' is of the wrong kind", n->name);
    }
    mlci_recipe *recipe = NULL;
    mlc_status status = words_to_recipe(root, n, &recipe, err);
    if (status == MLC_OK) status = mlci_component_create_bare(root, kind, recipe, out, err);
    mlci_recipe_free(recipe);
    return status == MLC_OK ? MLC_OK : blame_file(status, n, err);
}

static void read_inputs(mlci_reader *r, mlci_component *c)
{
    int64_t length = 0;
    const int64_t n = mlci_read_count(r, "number of inputs", 0, r->length);
    if (r->status != MLC_OK) return;
    c->inputs = mlci_alloc(c->root, n, sizeof *c->inputs);
    if (c->inputs == NULL) {
        r->status = mlci_fail_memory(&r->error, n, sizeof *c->inputs);
        return;
    }
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        c->n_inputs++;
        c->inputs[i].name = mlci_read_text(r, &length);
        c->inputs[i].takes = (int32_t)mlci_read_count(r, "kind of input", 1, MLCI_TAKES_TIME);
        c->inputs[i].width = mlci_read_count(r, "width", 1, INT32_MAX);
        if (c->inputs[i].name == NULL) mlci_reader_refuse(r, "an input without a name");
    }
}

static void read_dropped(mlci_reader *r, mlci_component *c)
{
    int64_t length = 0;
    const int64_t n = mlci_read_count(r, "number of dropped columns", 0, r->length);
    if (r->status != MLC_OK) return;
    c->dropped = mlci_alloc(c->root, n, sizeof *c->dropped);
    if (c->dropped == NULL) {
        r->status = mlci_fail_memory(&r->error, n, sizeof *c->dropped);
        return;
    }
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        c->dropped[i] = mlci_read_text(r, &length);
        if (c->dropped[i] == NULL) {
            mlci_reader_refuse(r, "a dropped column without a name");
        } else {
            c->n_dropped++;
        }
    }
}

static mlc_status check_version(const mlci_component *c, int32_t version, mlc_error *err)
{
    const int32_t own = state_version(c);
    if (own == 0) return MLC_OK;
    if (c->host != NULL && version != own) {
        return mlci_fail(err, MLC_ERROR_COMPONENT, c->descriptor->name,
                         "the model was saved with state version %d of the host's transform "
                         "'%s'; version %d is registered",
                         (int)version, c->descriptor->name, (int)own);
    }
    if (version < 1 || version > own) {
        return mlci_fail(err, MLC_ERROR_VERSION, "model",
                         "step '%s' was saved with state version %d of '%s'; this library "
                         "knows up to %d",
                         c->name, (int)version, c->descriptor->name, (int)own);
    }
    return MLC_OK;
}

static mlc_status check_parts(const mlci_component *c, mlc_error *err)
{
    if (!mlci_is_composition(c)) {
        if (c->n_parts == 0) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_FORMAT, "model", "step '%s' cannot have steps", c->name);
    }
    const mlci_composition *d = mlci_composition_of(c);
    const int parts_are_state = d->max_parts == 0;
    if (!parts_are_state &&
        (c->n_parts < d->min_parts || (d->max_parts >= 0 && c->n_parts > d->max_parts))) {
        return mlci_fail(err, MLC_ERROR_FORMAT, "model", "'%s' has %d steps", c->name,
                         (int)c->n_parts);
    }
    return d->check == NULL ? MLC_OK : d->check(c, err);
}

/* The tree while it is read. */
typedef struct tree_reader {
    mlci_reader r;
    int64_t n_nodes;
} tree_reader;

static mlc_status load_node(tree_reader *tree, int32_t kind, int32_t depth, mlci_component **out,
                            mlc_error *err)
{
    mlci_reader *const r = &tree->r;
    if (depth > MAX_STORED_DEPTH) {
        return mlci_fail(err, MLC_ERROR_FORMAT, "model", "steps are nested too deeply");
    }
    node_words words = {0};
    mlci_component *c = NULL;
    mlci_reader_limit(r, "steps", ++tree->n_nodes, "max_steps", r->limits->max_steps);
    read_words(r, &words);
    mlc_status status = r->status;
    if (status != MLC_OK) {
        if (err != NULL) *err = r->error;
    } else {
        status = create_from_words(r->root, kind, &words, &c, err);
    }
    if (status == MLC_OK) {
        c->is_named = words.is_named;
        c->is_product = words.is_product;
        read_inputs(r, c);
        read_dropped(r, c);
        c->n_targets = (int32_t)mlci_read_count(r, "number of targets", 0, INT32_MAX);
        const int64_t n_parts = mlci_read_count(r, "number of steps", 0, MLCI_RECIPE_MAX_NODES);
        if (r->status != MLC_OK && err != NULL) *err = r->error;
        status = r->status;
        for (int64_t i = 0; i < n_parts && status == MLC_OK; i++) {
            const int last_is_model =
                mlci_is_composition(c) && mlci_composition_of(c)->last_is_model && i == n_parts - 1;
            mlci_component *part = NULL;
            status = load_node(tree, last_is_model ? MLCI_KIND_MODEL : MLCI_KIND_TRANSFORM,
                               depth + 1, &part, err);
            if (status == MLC_OK) status = mlci_composition_add_part(c, part, err);
        }
    }
    if (status == MLC_OK) status = check_version(c, words.state_version, err);
    if (status == MLC_OK) status = blame_file(check_parts(c, err), &words, err);
    clear_words(&words);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}

static mlc_status read_state(mlc_context *call, mlci_component *c, mlci_reader *r, mlc_error *err)
{
    if (mlci_is_composition(c)) {
        return mlci_composition_of(c)->learned->load(c, r, &c->state, err);
    }
    if (c->descriptor->kind != MLCI_KIND_MODEL) {
        if (c->n_inputs == 0) return mlci_reader_finish(r, err);
        return mlci_transform_of(c)->load(call, c->params, r, &c->state, err);
    }
    c->features = mlci_features_load(r);
    if (c->features != NULL) c->features->zero_is_missing = mlci_component_hides_zeros(c);
    const int64_t has_classes = mlci_read_count(r, "class flag", 0, 1);
    if (r->status == MLC_OK && has_classes) c->classes = mlci_classes_load(r);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    const int wants_classes = (c->descriptor->capabilities & MLCI_CAN_CLASSIFY) != 0;
    if (wants_classes != (c->classes != NULL)) {
        mlci_reader_refuse(r, "classes where none belong, or none where they do");
        return mlci_reader_finish(r, err);
    }
    const int64_t n_classes = c->classes != NULL ? c->classes->n : 0;
    return mlci_model_of(c)->load(call, c->params, r, c->features->n_features, n_classes, &c->state,
                                  err);
}

/* A loaded transform must read what its step has, and replace inputs of it. */
static mlc_status check_ports(const mlci_component *c, mlc_error *err)
{
    if (mlci_is_composition(c) || c->descriptor->kind != MLCI_KIND_TRANSFORM || c->n_inputs == 0)
        return MLC_OK;
    if (!mlci_transform_of(c)->reads(c->state, c->n_inputs, c->inputs)) {
        return mlci_fail(err, MLC_ERROR_FORMAT, c->name,
                         "step '%s' was fitted on other columns than it has", c->name);
    }
    const int32_t n = mlci_transform_of(c)->n_ports(c->params, c->state);
    for (int32_t i = 0; i < n; i++) {
        mlci_port port = {0};
        mlci_transform_of(c)->port(c->params, c->state, i, &port);
        if (port.input >= c->n_inputs || port.width < 1 || port.width > INT32_MAX / 64) {
            return mlci_fail(err, MLC_ERROR_FORMAT, c->name,
                             "step '%s' makes columns of inputs that it does not have", c->name);
        }
    }
    return MLC_OK;
}

mlc_status mlci_component_restore(mlc_context *call, mlci_component *c, mlci_reader *r,
                                  mlc_error *err)
{
    c->is_fitted = 1;
    MLCI_TRY(read_state(call, c, r, err));
    return check_ports(c, err);
}

static mlc_status load_states(mlc_context *call, mlci_component *c, mlci_text *path,
                              const mlci_section_source *source, mlc_error *err)
{
    const int64_t length = path->length;
    mlci_text_append_char(path, '/');
    mlci_text_append_text(path, c->name);
    MLCI_TRY(mlci_text_status(path, err));
    c->is_fitted = 1;
    for (int32_t i = 0; i < c->n_parts; i++) {
        MLCI_TRY(load_states(call, c->parts[i], path, source, err));
    }
    if (state_version(c) > 0) {
        const void *data = NULL;
        int64_t n = 0;
        MLCI_TRY(source->find(source->user, path->data, &data, &n, err));
        mlci_reader r;
        mlci_reader_init(&r, c->root, path->data, data, n);
        r.limits = source->limits;
        MLCI_TRY(mlci_component_restore(call, c, &r, err));
    }
    path->length = length;
    path->data[length] = '\0';
    return MLC_OK;
}

mlc_status mlci_component_load(mlc_context *call, mlci_root *root, int32_t kind,
                               const mlci_section_source *source, mlci_component **out,
                               mlc_error *err)
{
    const void *data = NULL;
    int64_t n = 0;
    MLCI_TRY(source->find(source->user, "model", &data, &n, err));
    tree_reader tree = {.n_nodes = 0};
    mlci_reader_init(&tree.r, root, "model", data, n);
    tree.r.limits = source->limits;
    const int64_t version = mlci_read_int64(&tree.r);
    if (tree.r.status == MLC_OK && version != STORE_VERSION) {
        return mlci_fail(err, MLC_ERROR_VERSION, "model",
                         "the tree of steps has version %d; this library knows %d", (int)version,
                         STORE_VERSION);
    }
    mlci_component *c = NULL;
    MLCI_TRY(load_node(&tree, kind, 0, &c, err));
    mlc_status status = mlci_reader_finish(&tree.r, err);
    mlci_text path = mlci_text_init(root);
    mlci_text_append_text(&path, "state");
    if (status == MLC_OK) status = load_states(call, c, &path, source, err);
    mlci_text_clear(&path);
    if (status != MLC_OK) {
        mlci_component_unref(c);
        return status;
    }
    *out = c;
    return MLC_OK;
}
