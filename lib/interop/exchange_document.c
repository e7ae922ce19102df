/* Exchange documents: fitted pipelines as JSON of our own (docs/exchange.md has every field).
 *
 * The document has rows with what the estimator itself gives for them; a model that does not give
 * the same is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "exchange.h"

#define EXCHANGE_VERSION 1

enum {
    EXCHANGE,
    LIBRARY,
    VERSION,
    ESTIMATOR,
    OBJECTIVE,
    INPUTS,
    CLASSES,
    STEPS,
    MODEL,
    CHECK,
    N_FIELDS
};
static const char *const names[] = {
    MLCI_EXCHANGE_FIRST, "library", "version", "estimator", "objective", "inputs",
    "classes",           "steps",   "model",   "check",     NULL};

/* ---- nodes -------------------------------------------------------------------------------- */

mlc_status mlci_exchange_add_node(mlci_exchange *x, int32_t is_leaf, mlci_exchange_node **out,
                                  mlc_error *err)
{
    if (x->n_nodes == x->node_capacity) {
        const int32_t capacity = x->node_capacity == 0 ? 8 : 2 * x->node_capacity;
        mlci_exchange_node *const grown =
            mlci_realloc(x->foreign->root, x->nodes, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        x->nodes = grown;
        x->node_capacity = capacity;
    }
    *out = &x->nodes[x->n_nodes++];
    **out = (mlci_exchange_node){.is_leaf = is_leaf};
    mlci_writer_init(&(*out)->state, x->foreign->root);
    return MLC_OK;
}

static void free_inputs(mlci_exchange_node *node)
{
    for (int32_t i = 0; i < node->n_inputs; i++)
        mlci_free(node->inputs[i].name);
    mlci_free(node->inputs);
    node->inputs = NULL;
    node->n_inputs = 0;
}

static void clear(mlci_exchange *x)
{
    for (int32_t i = 0; i < x->n_nodes; i++) {
        free_inputs(&x->nodes[i]);
        mlci_writer_clear(&x->nodes[i].state);
    }
    mlci_free(x->nodes);
    mlci_recipe_free(x->recipe);
    mlci_features_unref(x->inputs);
    mlci_features_unref(x->features);
    mlci_foreign_made_clear(&x->made);
}

/* ---- from the recipe to the component ----------------------------------------------------- */

static mlc_status restore(const mlci_exchange *x, mlci_component *c, const mlci_exchange_node *node,
                          mlc_error *err)
{
    mlci_reader r;
    MLCI_TRY(mlci_writer_status(&node->state, err));
    mlci_reader_init(&r, c->root, c->name, node->state.data, node->state.length);
    mlci_limits limits = mlci_default_limits;
    limits.max_trees = x->foreign->settings->max_trees;
    limits.max_nodes = x->foreign->settings->max_nodes;
    limits.max_features = x->foreign->settings->max_features;
    limits.max_depth = x->foreign->settings->max_depth;
    limits.call = x->foreign->call;
    r.limits = &limits;
    return mlci_component_restore(x->foreign->call, c, &r, err);
}

/* Gives the steps what they know. The tree is still nobody else's. */
static mlc_status fill(mlci_exchange *x, mlci_component *c, int32_t is_root, int32_t *at,
                       mlc_error *err)
{
    const int is_leaf = !mlci_is_composition(c);
    c->is_product = !is_root;
    c->is_fitted = 1;
    if (is_leaf || mlci_composition_of(c)->takes_columns) {
        mlci_exchange_node *const node = &x->nodes[(*at)++];
        if (c->descriptor->kind == MLCI_KIND_TRANSFORM) {
            c->inputs = node->inputs;
            c->n_inputs = node->n_inputs;
            node->inputs = NULL;
            node->n_inputs = 0;
        }
        c->n_targets = node->n_targets;
        if (is_leaf) MLCI_TRY(restore(x, c, node, err));
    }
    for (int32_t i = 0; i < c->n_parts; i++)
        MLCI_TRY(fill(x, c->parts[i], 0, at, err));
    return MLC_OK;
}

static mlc_status make_component(mlci_exchange *x, mlc_error *err)
{
    mlci_component *c = NULL;
    int32_t at = 0;
    MLCI_TRY(mlci_component_create(x->foreign->root, MLCI_KIND_MODEL, x->recipe, &c, err));
    const mlc_status status = fill(x, c, 1, &at, err);
    mlci_component_unref(x->made.component);
    x->made.component = c;
    return status;
}

/* ---- rows of the document ----------------------------------------------------------------- */

static mlc_status compare(mlci_exchange *x, const double *values, int64_t n_values, int32_t output,
                          double tolerance, mlc_error *err)
{
    /* What all rounds give says nothing of the first ones. */
    if (x->made.n_rounds < x->foreign->n_rounds) return MLC_OK;
    const int64_t n_rows = x->made.rows->n_rows;
    const double own = x->foreign->settings->tolerance;
    const mlci_expected expected = {values, n_values / n_rows, tolerance > own ? tolerance : own};
    const mlc_status status = mlci_foreign_compare(x->foreign, x->made.component, x->made.rows,
                                                   output, &expected, &x->made.in_file, err);
    if (status != MLC_ERROR_DATA) return status;
    if (err != NULL) err->status = MLC_ERROR_FORMAT; /* the rows are the document's own */
    return MLC_ERROR_FORMAT;
}

static mlc_status check_output(const mlci_exchange *x, mlci_json_span value, int32_t *output,
                               mlc_error *err)
{
    static const struct {
        const char *name;
        int32_t output;
    } outputs[] = {{"raw", MLCI_OUTPUT_RAW},
                   {"probability", MLCI_OUTPUT_PROBABILITY},
                   {"prediction", MLCI_OUTPUT_PREDICTION}};
    char *word = NULL;
    MLCI_TRY(mlci_json_text(&x->file, value, "output", &word, err));
    *output = 0;
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
        if (strcmp(word, outputs[i].name) == 0) *output = outputs[i].output;
    mlci_free(word);
    if (*output != 0) return MLC_OK;
    return mlci_json_refuse(&x->file, value, "output", "it is raw, probability or prediction", err);
}

static mlc_status check_rows(mlci_exchange *x, mlci_json_span check, mlc_error *err)
{
    enum { N_ROWS, ROWS, OUTPUT, VALUES, TOLERANCE };
    static const char *const fields[] = {"n_rows", "rows", "output", "values", "tolerance", NULL};
    mlci_json_span field[5];
    double *values = NULL, tolerance = 0;
    int64_t n_rows = 0, n = 0;
    int32_t output = 0;
    /* Those that trees were compared by are of other columns. */
    mlc_dataset_free(x->made.rows);
    x->made.rows = NULL;
    MLCI_TRY(mlci_json_fields(&x->file, check, "check", fields, field, err));
    MLCI_TRY(mlci_json_count(&x->file, field[N_ROWS], "n_rows", 1, x->file.n_bytes, &n_rows, err));
    MLCI_TRY(check_output(x, field[OUTPUT], &output, err));
    if (field[TOLERANCE].at != NULL) {
        MLCI_TRY(mlci_json_real(&x->file, field[TOLERANCE], "tolerance", &tolerance, err));
        if (!(tolerance >= 0 && isfinite(tolerance)))
            return mlci_json_refuse(&x->file, field[TOLERANCE], "tolerance",
                                    "it is not a finite number from 0 on", err);
    }
    MLCI_TRY(mlci_exchange_rows(x, field[ROWS], n_rows, &x->made.rows, err));
    MLCI_TRY(mlci_json_reals(&x->file, field[VALUES], "values", -1, &values, &n, err));
    const mlc_status status = n % n_rows != 0 ? mlci_json_refuse(&x->file, field[VALUES], "values",
                                                                 "not as many for each row", err)
                                              : compare(x, values, n, output, tolerance, err);
    mlci_free(values);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status read_word(const mlci_exchange *x, mlci_json_span value, const char *what,
                            char *out, size_t size, mlc_error *err)
{
    char *text = NULL;
    MLCI_TRY(mlci_json_text(&x->file, value, what, &text, err));
    mlci_cut_text(out, size, snprintf(out, size, "%s", text));
    mlci_free(text);
    return MLC_OK;
}

static mlc_status read_header(mlci_exchange *x, const mlci_json_span *field, mlc_error *err)
{
    mlci_foreign *const m = x->foreign;
    int64_t version = 0;
    char library[64];
    MLCI_TRY(
        mlci_json_count(&x->file, field[EXCHANGE], "mlcore_exchange", 1, INT32_MAX, &version, err));
    if (version > EXCHANGE_VERSION)
        return mlci_foreign_refuse(m, err, MLC_ERROR_VERSION, "mlcore_exchange",
                                   "version %lld of the document; this library knows %d",
                                   (long long)version, EXCHANGE_VERSION);
    MLCI_TRY(read_word(x, field[LIBRARY], "library", library, sizeof library, err));
    if (strcmp(library, m->library) != 0)
        return mlci_json_refuse(&x->file, field[LIBRARY], "library", "it is scikit-learn", err);
    MLCI_TRY(read_word(x, field[VERSION], "version", m->version, sizeof m->version, err));
    const mlci_json_span objective = field[field[OBJECTIVE].at != NULL ? OBJECTIVE : ESTIMATOR];
    return read_word(x, objective, "estimator", m->objective, sizeof m->objective, err);
}

/* A pipeline where there are steps, else the model alone. */
static mlc_status read_recipe(mlci_exchange *x, const mlci_json_span *field, mlc_error *err)
{
    mlci_recipe *model = NULL;
    if (field[STEPS].at == NULL) return mlci_exchange_model(x, field[MODEL], &x->recipe, err);
    MLCI_TRY(mlci_exchange_recipe(x, "pipeline", NULL, &x->recipe, err));
    MLCI_TRY(mlci_exchange_steps(x, field[STEPS], x->recipe, err));
    MLCI_TRY(mlci_exchange_model(x, field[MODEL], &model, err));
    const mlc_status status = mlci_recipe_add_step(x->recipe, model, err);
    if (status != MLC_OK) mlci_recipe_free(model);
    return status;
}

static mlc_status read_document(mlci_exchange *x, mlc_error *err)
{
    mlci_json_span field[N_FIELDS];
    MLCI_TRY(mlci_json_fields(&x->file, mlci_json_whole(&x->file), "document", names, field, err));
    MLCI_TRY(read_header(x, field, err));
    MLCI_TRY(mlci_exchange_classes(x, field[CLASSES], err));
    MLCI_TRY(mlci_exchange_features(x, field[INPUTS], "inputs", 0, &x->inputs, err));
    MLCI_TRY(read_recipe(x, field, err));
    MLCI_TRY(make_component(x, err));
    x->made.inputs = mlci_features_ref(x->inputs);
    return check_rows(x, field[CHECK], err);
}

mlc_status mlci_exchange_make(mlci_foreign *model, const char *bytes, int64_t n,
                              mlci_foreign_made *made, mlc_error *err)
{
    mlci_exchange x = {.foreign = model, .file = {model, bytes, n}};
    const mlc_status status = mlci_json_blame(&x.file, read_document(&x, err), err);
    if (status == MLC_OK) {
        *made = x.made;
        x.made = (mlci_foreign_made){0};
    }
    clear(&x);
    return status;
}
