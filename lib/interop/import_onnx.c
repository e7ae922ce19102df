/* ONNX: graphs that are one ensemble of trees with what is before and after it.
 *
 * The nodes are gone through in their order, and each value gets a form: columns of the inputs,
 * texts as codes, raw scores, what a link makes of them, labels. An operator that has no meaning
 * there is refused by its name. */
#include <math.h>
#include <string.h>

#include "import.h"
#include "onnx_read_trees.h"

typedef enum form_kind {
    FORM_NONE,
    FORM_CONSTANT,
    FORM_COLUMNS, /* numbers or coded texts */
    FORM_TEXT,    /* an input of texts */
    FORM_SCORES,
    FORM_SECOND, /* 1 - of these are scores or probabilities: those of the first class */
    FORM_LINKED, /* responses or probabilities */
    FORM_ABOVE,  /* is the one score of a row above `bound`? */
    FORM_CLASS,  /* a number of a class */
    FORM_LABEL,
    FORM_MAPS /* what ZipMap gives */
} form_kind;

/* Scores on their way. */
typedef struct scores {
    int64_t start; /* place of what was added, -1: nothing */
    double factor, divisor, bound;
    int32_t link, has_bound;
} scores;

typedef struct form {
    form_kind kind;
    int32_t is_float; /* numbers are rounded to float32 */
    int64_t first, n; /* columns: in the list of them */
    int64_t constant; /* which one; of an input of texts the input */
    scores scores;
} form;

typedef struct graph {
    mlci_foreign *model;
    mlci_onnx_file file;
    int64_t *ids; /* of names: nodes, constants, inputs, outputs one after the other */
    int64_t n_ids;
    form *forms; /* by id */
    int64_t n_sources, source_capacity;
    mlci_onnx_source *sources;
    int64_t n_maps, map_capacity;
    mlci_onnx_map **maps;
    mlci_span **key_lists;
    int64_t n_key_lists;
    int64_t *first_column; /* of each input, its first feature */
    int32_t has_trees, is_class;
    mlci_onnx_tree_node trees;
    mlci_span label_texts_of; /* constant or attribute that has the labels */
    int64_t n_labels;
    mlci_span *labels; /* texts; NULL: */
    double *label_numbers;
    int32_t label_type; /* of those */
    double *starts;     /* what was added to scores: n_outputs each */
    int64_t n_starts;
} graph;

typedef struct step {
    graph *g;
    const mlci_onnx_op *op;
    form *in[4]; /* the first inputs; NULL beyond */
    form *out;
} step;

static mlc_status refuse(const step *s, const char *what, mlc_error *err)
{
    return mlci_onnx_unknown(&s->g->file, s->op, what, err);
}

static mlc_status refuse_place(const step *s, mlc_error *err)
{
    return refuse(s, "is not known at this place of a graph", err);
}

static int is_scores(const form *f)
{
    return f != NULL && (f->kind == FORM_SCORES || f->kind == FORM_LINKED);
}

static int is_kind(const form *f, form_kind kind)
{
    return f != NULL && f->kind == kind;
}

/* ---- constants ---------------------------------------------------------------------------- */

static mlc_status constant_numbers(const step *s, const form *f, mlci_onnx_numbers *out,
                                   mlc_error *err)
{
    *out = (mlci_onnx_numbers){0};
    if (!is_kind(f, FORM_CONSTANT)) return refuse(s, "needs a constant", err);
    return mlci_onnx_tensor_numbers(&s->g->file, s->g->file.constants[f->constant].message, out,
                                    NULL, err);
}

/* A constant of one number. */
static mlc_status constant_number(const step *s, const form *f, double *out, mlc_error *err)
{
    mlci_onnx_numbers list;
    MLCI_TRY(constant_numbers(s, f, &list, err));
    *out = list.n == 1 ? list.values[0] : (double)NAN;
    mlci_free(list.values);
    return list.n == 1 ? MLC_OK : refuse(s, "has a constant of more than one number", err);
}

/* ---- columns ------------------------------------------------------------------------------ */

static mlc_status add_source(graph *g, mlci_onnx_source source, mlc_error *err)
{
    if (g->n_sources == g->source_capacity) {
        const int64_t capacity = g->source_capacity == 0 ? 64 : 2 * g->source_capacity;
        if (capacity > 16 * (int64_t)MLCI_MAX_FEATURES)
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "max_features",
                                       "its columns are put together too often");
        mlci_onnx_source *const grown =
            mlci_realloc(g->model->root, g->sources, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        g->sources = grown;
        g->source_capacity = capacity;
    }
    g->sources[g->n_sources++] = source;
    return MLC_OK;
}

/* Columns of a value, once more, behind all others. */
static mlc_status copy_sources(graph *g, const form *from, mlc_error *err)
{
    for (int64_t i = 0; i < from->n; i++)
        MLCI_TRY(add_source(g, g->sources[from->first + i], err));
    return MLC_OK;
}

static mlc_status concat_columns(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    *s->out = (form){.kind = FORM_COLUMNS, .first = g->n_sources};
    for (int32_t i = 0; i < s->op->n_inputs; i++) {
        const form *const f = &g->forms[g->ids[s->op->first_input + i]];
        if (f->kind != FORM_COLUMNS) return refuse_place(s, err);
        s->out->is_float |= f->is_float;
        MLCI_TRY(copy_sources(g, f, err));
    }
    s->out->n = g->n_sources - s->out->first;
    return MLC_OK;
}

/* Probabilities of both classes: 1 - p, p. */
static mlc_status concat(const step *s, mlc_error *err)
{
    int64_t axis = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    if (axis != 1 && axis != -1) return refuse(s, "puts rows together", err);
    if (!is_kind(s->in[0], FORM_SECOND)) return concat_columns(s, err);
    if (s->op->n_inputs != 2 || !is_scores(s->in[1])) return refuse_place(s, err);
    *s->out = *s->in[1];
    s->out->kind = FORM_LINKED;
    s->g->is_class = 1;
    return MLC_OK;
}

static mlc_status new_map(graph *g, int64_t n, mlci_onnx_map **out, mlc_error *err)
{
    mlci_root *const root = g->model->root;
    mlci_onnx_map *const map = mlci_alloc(root, 1, sizeof *map);
    mlci_onnx_map **const grown = mlci_realloc(root, g->maps, g->n_maps + 1, sizeof *grown);
    if (grown != NULL) g->maps = grown;
    if (map == NULL || grown == NULL) {
        mlci_free(map);
        return mlci_fail_memory(err, 1, sizeof *map);
    }
    g->maps[g->n_maps++] = map;
    map->values = mlci_alloc(root, n, sizeof *map->values);
    if (map->values == NULL) return mlci_fail_memory(err, n, sizeof *map->values);
    map->n = n;
    *out = map;
    return MLC_OK;
}

static mlc_status keep_keys(graph *g, mlci_span *keys, mlc_error *err)
{
    mlci_span **const grown =
        mlci_realloc(g->model->root, g->key_lists, g->n_key_lists + 1, sizeof *grown);
    if (grown == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, g->n_key_lists + 1, sizeof *grown);
    }
    g->key_lists = grown;
    g->key_lists[g->n_key_lists++] = keys;
    return MLC_OK;
}

/* What a LabelEncoder makes of its keys and of others. */
static mlc_status encoder_values(const step *s, mlci_onnx_numbers *values, double *otherwise,
                                 mlc_error *err)
{
    const mlci_onnx_file *const f = &s->g->file;
    int64_t integer = -1;
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_int64s", values, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "default_int64", -1, &integer, err));
    *otherwise = (double)integer;
    if (values->values != NULL) return MLC_OK;
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_floats", values, err));
    return mlci_onnx_float_of(f, s->op, "default_float", -0.0, otherwise, err);
}

static mlc_status fill_map(const step *s, mlci_span *keys, int64_t n_keys, mlci_onnx_map **out,
                           mlc_error *err)
{
    mlci_onnx_numbers values;
    double otherwise = 0;
    MLCI_TRY(encoder_values(s, &values, &otherwise, err));
    mlc_status status = values.n == n_keys ? new_map(s->g, n_keys, out, err)
                        : values.n == 0    ? refuse(s, "does not make numbers of texts", err)
                                           : mlci_onnx_fault(&s->g->file, s->op,
                                                             "its lists have different lengths", err);
    if (status == MLC_OK) {
        mlci_onnx_map *const map = *out;
        map->keys = keys;
        map->missing = map->unseen = otherwise;
        for (int64_t k = 0; k < n_keys; k++) {
            map->values[k] = values.values[k];
            if (keys[k].length == 0) map->missing = values.values[k];
        }
    }
    mlci_free(values.values);
    return status;
}

/* Texts become numbers. The empty text is a missing one; it stays a label too. */
static mlc_status label_encoder(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    mlci_onnx_map *map = NULL;
    mlci_span *keys = NULL;
    int64_t n = 0;
    if (!is_kind(s->in[0], FORM_TEXT)) return refuse_place(s, err);
    MLCI_TRY(mlci_onnx_texts_of(&g->file, s->op, "keys_strings", &n, &keys, err));
    if (keys == NULL) return refuse(s, "has no keys_strings", err);
    MLCI_TRY(keep_keys(g, keys, err));
    MLCI_TRY(fill_map(s, keys, n, &map, err));
    *s->out = (form){.kind = FORM_COLUMNS, .first = g->n_sources, .n = 1};
    return add_source(g, (mlci_onnx_source){(int32_t)g->first_column[s->in[0]->constant], map},
                      err);
}

static double look_up(const mlci_onnx_numbers *table, double index, int *is_there)
{
    if (!(index >= 0 && index < (double)table->n)) {
        *is_there = 0;
        return 0;
    }
    return table->values[(int64_t)index];
}

/* Codes become the numbers of a table. */
static mlc_status gather_codes(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    const mlci_onnx_map *const from = g->sources[s->in[1]->first].map;
    const int32_t feature = g->sources[s->in[1]->first].feature;
    mlci_onnx_map *map = NULL;
    mlci_onnx_numbers table;
    int is_there = 1;
    if (s->in[1]->n != 1 || from == NULL) return refuse_place(s, err);
    MLCI_TRY(constant_numbers(s, s->in[0], &table, err));
    mlc_status status = new_map(g, from->n, &map, err);
    if (status == MLC_OK) {
        map->keys = from->keys;
        map->missing = look_up(&table, from->missing, &is_there);
        map->unseen = look_up(&table, from->unseen, &is_there);
        for (int64_t k = 0; k < from->n; k++)
            map->values[k] = look_up(&table, from->values[k], &is_there);
        if (!is_there)
            status = mlci_onnx_fault(&g->file, s->op, "an index is beyond its table", err);
    }
    mlci_free(table.values);
    if (status != MLC_OK) return status;
    *s->out = (form){.kind = FORM_COLUMNS, .first = g->n_sources, .n = 1};
    return add_source(g, (mlci_onnx_source){feature, map}, err);
}

/* Some columns of a value. */
static mlc_status gather_columns(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    mlci_onnx_numbers indices;
    const form from = *s->in[0];
    MLCI_TRY(constant_numbers(s, s->in[1], &indices, err));
    *s->out = (form){.kind = FORM_COLUMNS, .first = g->n_sources, .is_float = from.is_float};
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < indices.n && status == MLC_OK; i++) {
        const double k = indices.values[i];
        status = k >= 0 && k < (double)from.n
                     ? add_source(g, g->sources[from.first + (int64_t)k], err)
                     : mlci_onnx_fault(&g->file, s->op, "there is no such column", err);
    }
    s->out->n = g->n_sources - s->out->first;
    mlci_free(indices.values);
    return status;
}

/* ---- labels ------------------------------------------------------------------------------- */

static mlc_status keep_label_numbers(graph *g, mlci_onnx_numbers *numbers, int32_t type)
{
    g->label_numbers = numbers->values;
    g->n_labels = numbers->n;
    g->label_type = type;
    return MLC_OK;
}

static mlc_status constant_labels(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    const mlci_span message = g->file.constants[s->in[0]->constant].message;
    mlci_onnx_numbers numbers;
    int32_t type = 0;
    *s->out = (form){.kind = FORM_LABEL, .scores = s->in[1]->scores};
    g->is_class = 1;
    if (g->n_labels > 0) return refuse(s, "makes labels twice", err);
    if (mlci_onnx_tensor_texts(&g->file, message, &g->n_labels, &g->labels, NULL) == MLC_OK)
        return MLC_OK;
    MLCI_TRY(mlci_onnx_tensor_numbers(&g->file, message, &numbers, &type, err));
    return keep_label_numbers(g, &numbers, type);
}

/* classlabels_strings, classlabels_int64s (or _ints) of a classifier. */
static mlc_status attribute_labels(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    mlci_onnx_numbers numbers;
    MLCI_TRY(
        mlci_onnx_texts_of(&g->file, s->op, "classlabels_strings", &g->n_labels, &g->labels, err));
    if (g->n_labels > 0) return MLC_OK;
    mlci_free(g->labels);
    g->labels = NULL;
    MLCI_TRY(mlci_onnx_numbers_of(&g->file, s->op, "classlabels_int64s", &numbers, err));
    keep_label_numbers(g, &numbers, MLCI_ONNX_INT64);
    return g->n_labels > 0 ? MLC_OK : mlci_onnx_fault(&g->file, s->op, "it has no labels", err);
}

static mlc_status gather(const step *s, mlc_error *err)
{
    int64_t axis = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    if (is_kind(s->in[0], FORM_CONSTANT) && is_kind(s->in[1], FORM_CLASS) && axis == 0)
        return constant_labels(s, err);
    if (is_kind(s->in[0], FORM_CONSTANT) && is_kind(s->in[1], FORM_COLUMNS) && axis == 0)
        return gather_codes(s, err);
    if (is_kind(s->in[0], FORM_COLUMNS) && (axis == 1 || axis == -1)) return gather_columns(s, err);
    return refuse_place(s, err);
}

static mlc_status extractor(const step *s, mlc_error *err)
{
    if (is_kind(s->in[0], FORM_CONSTANT) && is_kind(s->in[1], FORM_CLASS))
        return constant_labels(s, err);
    if (is_kind(s->in[0], FORM_COLUMNS)) return gather_columns(s, err);
    return refuse_place(s, err);
}

/* ---- trees -------------------------------------------------------------------------------- */

/* An input of unknown width has the columns that the trees ask for. */
static mlc_status widen_input(graph *g, const mlci_onnx_op *op, form *columns, mlc_error *err)
{
    int64_t n = 0;
    MLCI_TRY(mlci_onnx_count_features(&g->file, op, &n, err));
    MLCI_TRY(mlci_foreign_set_inputs(g->model, n, err));
    columns->first = g->n_sources;
    columns->n = n;
    for (int64_t j = 0; j < n; j++)
        MLCI_TRY(add_source(g, (mlci_onnx_source){(int32_t)j, NULL}, err));
    return MLC_OK;
}

static mlc_status take_trees(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    if (!is_kind(s->in[0], FORM_COLUMNS)) return refuse_place(s, err);
    if (g->has_trees) return refuse(s, "is there twice", err);
    g->has_trees = 1;
    if (g->model->n_features == 0) MLCI_TRY(widen_input(g, s->op, s->in[0], err));
    g->trees = (mlci_onnx_tree_node){.file = &g->file,
                                     .op = s->op,
                                     .n_sources = s->in[0]->n,
                                     .sources = g->sources + s->in[0]->first,
                                     .n_classes = g->n_labels};
    MLCI_TRY(mlci_onnx_read_trees(&g->trees, err));
    const int32_t is_old = !mlci_span_is(s->op->name, "TreeEnsemble");
    g->model->compare = s->in[0]->is_float ? MLCI_COMPARE_FLOAT : MLCI_COMPARE_DOUBLE;
    g->model->rule.is_float = is_old ? s->in[0]->is_float : !g->trees.is_double;
    return MLC_OK;
}

static form scores_of(const graph *g)
{
    form out = {.kind = FORM_SCORES};
    out.scores = (scores){-1, 1, g->model->rule.divisor, 0, MLCI_LINK_IDENTITY, 0};
    if (g->trees.post == MLCI_ONNX_NO_POST) return out;
    out.kind = FORM_LINKED;
    out.scores.link = g->trees.post == MLCI_ONNX_SOFTMAX ? MLCI_LINK_SOFTMAX : MLCI_LINK_LOGIT;
    return out;
}

static mlc_status regressor_trees(const step *s, mlc_error *err)
{
    MLCI_TRY(take_trees(s, err));
    *s->out = scores_of(s->g);
    return MLC_OK;
}

/* Its first result are labels, its second probabilities. */
static mlc_status classifier_trees(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    MLCI_TRY(attribute_labels(s, err));
    if (g->n_labels < 2) return refuse(s, "has one class only", err);
    MLCI_TRY(take_trees(s, err));
    g->is_class = 1;
    form made = scores_of(g);
    made.kind = FORM_LINKED;
    *s->out = made;
    s->out->kind = FORM_LABEL;
    if (s->op->n_outputs > 1) g->forms[g->ids[s->op->first_output + 1]] = made;
    return MLC_OK;
}

/* ---- scores ------------------------------------------------------------------------------- */

static mlc_status pass(const step *s, mlc_error *err)
{
    if (s->in[0] == NULL || s->in[0]->kind == FORM_NONE) return refuse_place(s, err);
    *s->out = *s->in[0];
    return MLC_OK;
}

static mlc_status cast(const step *s, mlc_error *err)
{
    int64_t to = 0;
    MLCI_TRY(pass(s, err));
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "to", 0, &to, err));
    if (s->in[0]->kind == FORM_COLUMNS) {
        const int32_t is_text = s->g->sources[s->in[0]->first].map != NULL;
        if (to == MLCI_ONNX_FLOAT) s->out->is_float |= !is_text;
        if (to != MLCI_ONNX_FLOAT && to != MLCI_ONNX_DOUBLE && !is_text)
            return refuse(s, "makes other numbers of columns", err);
    }
    if (s->in[0]->kind == FORM_ABOVE) s->out->kind = FORM_CLASS;
    return MLC_OK;
}

/* What reorders no values. */
static mlc_status reshape(const step *s, mlc_error *err)
{
    if (is_kind(s->in[0], FORM_COLUMNS) || is_kind(s->in[0], FORM_TEXT))
        return refuse_place(s, err);
    return pass(s, err);
}

static mlc_status add(const step *s, mlc_error *err)
{
    graph *const g = s->g;
    mlci_onnx_numbers list;
    const int64_t n = g->model->n_outputs;
    if (!is_kind(s->in[0], FORM_SCORES) || s->in[0]->scores.start >= 0 ||
        s->in[0]->scores.factor != 1 || s->in[0]->scores.divisor != 1)
        return refuse_place(s, err);
    MLCI_TRY(constant_numbers(s, s->in[1], &list, err));
    double *const grown =
        mlci_realloc(g->model->root, g->starts, (g->n_starts + 1) * n, sizeof *grown);
    mlc_status status = grown == NULL ? mlci_fail_memory(err, n, sizeof *grown)
                        : list.n != n && list.n != 1
                            ? refuse(s, "adds not one number an output", err)
                            : MLC_OK;
    if (grown != NULL) g->starts = grown;
    for (int64_t k = 0; k < n && status == MLC_OK; k++)
        g->starts[g->n_starts * n + k] = list.values[list.n == 1 ? 0 : k];
    mlci_free(list.values);
    if (status != MLC_OK) return status;
    *s->out = *s->in[0];
    s->out->scores.start = g->n_starts++;
    return MLC_OK;
}

static mlc_status scale(const step *s, mlc_error *err)
{
    const int is_division = mlci_span_is(s->op->name, "Div");
    double number = 0;
    if (!is_kind(s->in[0], FORM_SCORES) || s->in[0]->scores.factor != 1 ||
        (is_division && s->in[0]->scores.divisor != 1))
        return refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[1], &number, err));
    if (!(number > 0 && number < 1e300)) return refuse(s, "scales by what is not above 0", err);
    *s->out = *s->in[0];
    *(is_division ? &s->out->scores.divisor : &s->out->scores.factor) = number;
    return MLC_OK;
}

/* 1 - p. */
static mlc_status subtract(const step *s, mlc_error *err)
{
    double number = 0;
    if (!is_scores(s->in[1]) || s->g->model->n_outputs != 1) return refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[0], &number, err));
    if (number != 1) return refuse_place(s, err);
    *s->out = *s->in[1];
    s->out->kind = FORM_SECOND;
    return MLC_OK;
}

static mlc_status link_by(const step *s, int32_t link, mlc_error *err)
{
    if (!is_kind(s->in[0], FORM_SCORES)) return refuse_place(s, err);
    if (link != MLCI_LINK_LOGIT && s->in[0]->scores.factor != 1) return refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = FORM_LINKED;
    s->out->scores.link = link;
    return MLC_OK;
}

static mlc_status sigmoid(const step *s, mlc_error *err)
{
    return link_by(s, MLCI_LINK_LOGIT, err);
}

static mlc_status exponential(const step *s, mlc_error *err)
{
    return link_by(s, MLCI_LINK_LOG, err);
}

static mlc_status softmax(const step *s, mlc_error *err)
{
    int64_t axis = 1;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 1, &axis, err));
    if (axis != 1 && axis != -1) return refuse(s, "goes along rows", err);
    return link_by(s, MLCI_LINK_SOFTMAX, err);
}

static mlc_status greater(const step *s, mlc_error *err)
{
    double bound = 0;
    if (!is_scores(s->in[0]) || s->g->model->n_outputs != 1) return refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[1], &bound, err));
    *s->out = *s->in[0];
    s->out->kind = FORM_ABOVE;
    s->out->scores.bound = bound;
    s->out->scores.has_bound = 1;
    return MLC_OK;
}

static mlc_status arg_max(const step *s, mlc_error *err)
{
    int64_t axis = 0, last = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "select_last_index", 0, &last, err));
    if (!is_scores(s->in[0]) || last != 0 || (axis != 1 && axis != -1)) return refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = FORM_CLASS;
    s->g->is_class = 1;
    return MLC_OK;
}

/* Probabilities as a list of maps: nothing more than they are. */
static mlc_status zip_map(const step *s, mlc_error *err)
{
    if (!is_kind(s->in[0], FORM_LINKED)) return refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = FORM_MAPS;
    return MLC_OK;
}

/* ---- going through the graph -------------------------------------------------------------- */

typedef struct operator
{
    const char *name;
    int32_t is_ml; /* of ai.onnx.ml */
    mlc_status (*take)(const step *s, mlc_error *err);
}
operator;

static const operator operators[] = {
    {"TreeEnsembleClassifier", 1, classifier_trees},
    {"TreeEnsembleRegressor", 1, regressor_trees},
    {"TreeEnsemble", 1, regressor_trees},
    {"LabelEncoder", 1, label_encoder},
    {"ArrayFeatureExtractor", 1, extractor},
    {"ZipMap", 1, zip_map},
    {"Identity", 0, pass},
    {"Cast", 0, cast},
    {"Concat", 0, concat},
    {"Gather", 0, gather},
    {"Reshape", 0, reshape},
    {"Flatten", 0, reshape},
    {"Squeeze", 0, reshape},
    {"Add", 0, add},
    {"Sub", 0, subtract},
    {"Div", 0, scale},
    {"Mul", 0, scale},
    {"Sigmoid", 0, sigmoid},
    {"Softmax", 0, softmax},
    {"Exp", 0, exponential},
    {"Greater", 0, greater},
    {"ArgMax", 0, arg_max},
};

static mlc_status take_op(graph *g, const mlci_onnx_op *op, mlc_error *err)
{
    const int is_ml = mlci_span_is(op->domain, "ai.onnx.ml");
    form made = {0};
    step s = {.g = g, .op = op, .out = &made};
    if (op->n_outputs < 1) return mlci_onnx_fault(&g->file, op, "it has no result", err);
    for (int32_t i = 0; i < 4 && i < op->n_inputs; i++)
        s.in[i] = &g->forms[g->ids[op->first_input + i]];
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (operators[i].is_ml != is_ml || !mlci_span_is(op->name, operators[i].name)) continue;
        if (!is_ml && op->domain.length > 0 && !mlci_span_is(op->domain, "ai.onnx")) continue;
        MLCI_TRY(operators[i].take(&s, err));
        g->forms[g->ids[op->first_output]] = made;
        return MLC_OK;
    }
    return mlci_onnx_unknown(&g->file, op, "is not known", err);
}

/* ---- names -------------------------------------------------------------------------------- */

static void list_keys(const graph *g, mlci_text_key *keys)
{
    const mlci_onnx_file *const f = &g->file;
    int64_t n = 0;
    for (int64_t i = 0; i < f->n_names; i++, n++)
        keys[n] = (mlci_text_key){f->names[i].at, f->names[i].length, (int32_t)n};
    for (int64_t i = 0; i < f->n_constants; i++, n++)
        keys[n] = (mlci_text_key){f->constants[i].name.at, f->constants[i].name.length, (int32_t)n};
    for (int64_t i = 0; i < f->n_inputs; i++, n++)
        keys[n] = (mlci_text_key){f->inputs[i].name.at, f->inputs[i].name.length, (int32_t)n};
    for (int64_t i = 0; i < f->n_outputs; i++, n++)
        keys[n] = (mlci_text_key){f->outputs[i].at, f->outputs[i].length, (int32_t)n};
}

/* Each name gets a number, the same for the same name. */
static mlc_status number_names(graph *g, mlc_error *err)
{
    const mlci_onnx_file *const f = &g->file;
    mlci_root *const root = g->model->root;
    const int64_t n = f->n_names + f->n_constants + f->n_inputs + f->n_outputs;
    if (n > INT32_MAX)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                   "it has too many names");
    mlci_text_key *const keys = mlci_alloc(root, n, 2 * (int64_t)sizeof *keys);
    g->ids = mlci_alloc(root, n, sizeof *g->ids);
    g->forms = mlci_alloc(root, n, sizeof *g->forms);
    if (keys == NULL || g->ids == NULL || g->forms == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, n, sizeof *g->forms);
    }
    list_keys(g, keys);
    mlci_text_keys_sort(keys, keys + n, n);
    for (int64_t i = 0, id = 0; i < n; i++) {
        if (i > 0 && mlci_text_compare(keys[i - 1].text, keys[i - 1].length, keys[i].text,
                                       keys[i].length) != 0)
            id++;
        g->ids[keys[i].index] = id;
    }
    mlci_free(keys);
    return MLC_OK;
}

/* ---- inputs ------------------------------------------------------------------------------- */

static int is_number(int32_t type)
{
    return type == MLCI_ONNX_FLOAT || type == MLCI_ONNX_DOUBLE || type == MLCI_ONNX_INT64 ||
           type == MLCI_ONNX_INT32 || type == MLCI_ONNX_BOOL;
}

/* An input that is also a constant is one. */
static int is_input(const graph *g, int64_t i)
{
    const int64_t id = g->ids[g->file.n_names + g->file.n_constants + i];
    return g->forms[id].kind == FORM_NONE;
}

static mlc_status count_columns(graph *g, int64_t *n, mlc_error *err)
{
    int64_t n_unknown = 0, n_inputs = 0;
    *n = 0;
    for (int64_t i = 0; i < g->file.n_inputs; i++) {
        const mlci_onnx_known *const input = &g->file.inputs[i];
        g->first_column[i] = *n;
        if (!is_input(g, i)) continue;
        if (!is_number(input->type) && (input->type != MLCI_ONNX_STRING || input->width != 1))
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "input",
                                       "an input is neither numbers nor one column of texts");
        n_inputs++;
        n_unknown += input->width < 0;
        *n += input->width < 0 ? 0 : input->width;
        if (*n > g->model->settings->max_features) break;
    }
    if (n_unknown == 0 || n_inputs == 1) return MLC_OK;
    return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "input",
                               "an input does not say how many columns it has");
}

/* One input of many columns is a vector; others have the names of the file. */
static mlc_status name_columns(graph *g, int64_t i, int64_t n, mlc_error *err)
{
    const mlci_onnx_known *const input = &g->file.inputs[i];
    mlci_text name = mlci_text_init(g->model->root);
    mlc_status status = MLC_OK;
    if (input->width == n && n > 1) return MLC_OK;
    for (int64_t k = 0; k < input->width && status == MLC_OK; k++) {
        mlci_text_clear(&name);
        mlci_text_append(&name, input->name.at, input->name.length);
        if (input->width > 1) mlci_text_append_format(&name, "_%lld", (long long)k);
        status = mlci_text_status(&name, err);
        if (status == MLC_OK)
            status = mlci_foreign_name_input(g->model, g->first_column[i] + k, name.data,
                                             name.length, err);
    }
    mlci_text_clear(&name);
    return status;
}

static mlc_status open_input(graph *g, int64_t i, int64_t n, mlc_error *err)
{
    const mlci_onnx_known *const input = &g->file.inputs[i];
    form *const f = &g->forms[g->ids[g->file.n_names + g->file.n_constants + i]];
    if (!is_input(g, i)) return MLC_OK;
    *f = (form){.kind = FORM_TEXT, .constant = i};
    if (input->type != MLCI_ONNX_STRING) {
        *f = (form){.kind = FORM_COLUMNS, .first = g->n_sources};
        f->is_float = input->type != MLCI_ONNX_DOUBLE;
        f->n = input->width < 0 ? 0 : input->width;
        for (int64_t k = 0; k < f->n; k++)
            MLCI_TRY(
                add_source(g, (mlci_onnx_source){(int32_t)(g->first_column[i] + k), NULL}, err));
    }
    return n == 0 ? MLC_OK : name_columns(g, i, n, err);
}

static mlc_status open_inputs(graph *g, mlc_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < g->file.n_constants; i++)
        g->forms[g->ids[g->file.n_names + i]] = (form){.kind = FORM_CONSTANT, .constant = i};
    g->first_column = mlci_alloc(g->model->root, g->file.n_inputs, sizeof *g->first_column);
    if (g->first_column == NULL)
        return mlci_fail_memory(err, g->file.n_inputs, sizeof *g->first_column);
    MLCI_TRY(count_columns(g, &n, err));
    if (n > 0) MLCI_TRY(mlci_foreign_set_inputs(g->model, n, err));
    for (int64_t i = 0; i < g->file.n_inputs; i++)
        MLCI_TRY(open_input(g, i, n, err));
    return MLC_OK;
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status text_classes(const graph *g, mlci_column **out, mlc_error *err)
{
    const char **const texts = mlci_alloc(g->model->root, g->n_labels, sizeof *texts);
    int64_t *const lengths = mlci_alloc(g->model->root, g->n_labels, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL
                            ? mlci_fail_memory(err, g->n_labels, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0; k < g->n_labels && status == MLC_OK; k++) {
        texts[k] = g->labels[k].at;
        lengths[k] = g->labels[k].length;
        if (!mlci_utf8_valid(texts[k], lengths[k], NULL) || lengths[k] == 0 ||
            memchr(texts[k], 0, (size_t)lengths[k]) != NULL)
            status = mlci_foreign_fail(g->model, err, "labels", "a label is no text");
    }
    if (status == MLC_OK)
        status = mlci_column_create_text(g->model->root, g->n_labels, texts, lengths, out, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status number_classes(const graph *g, mlci_column **out, mlc_error *err)
{
    const int is_real = g->label_type == MLCI_ONNX_FLOAT || g->label_type == MLCI_ONNX_DOUBLE;
    for (int64_t k = 0; k < g->n_labels; k++)
        if (!mlci_class_number_valid(g->label_numbers[k]))
            return mlci_foreign_fail(g->model, err, "labels", "a label is no whole number");
    MLCI_TRY(mlci_column_create(g->model->root, is_real ? MLC_TYPE_FLOAT64 : MLC_TYPE_INT64,
                                g->n_labels, 1, 0, out, err));
    for (int64_t k = 0; k < g->n_labels; k++) {
        if (is_real)
            ((double *)mlci_column_data(*out))[k] = g->label_numbers[k];
        else
            ((int64_t *)mlci_column_data(*out))[k] = (int64_t)g->label_numbers[k];
    }
    return MLC_OK;
}

/* "b,a": the labels in the order of the file. */
static mlc_status list_classes(const graph *g, mlci_text *list, mlc_error *err)
{
    for (int64_t k = 0; k < g->n_labels; k++) {
        if (k > 0) mlci_text_append_char(list, ',');
        if (g->labels == NULL) {
            mlci_text_append_real(list, g->label_numbers[k]);
            continue;
        }
        if (memchr(g->labels[k].at, ',', (size_t)g->labels[k].length) != NULL ||
            g->labels[k].at[0] == ' ')
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "labels",
                                       "labels that have commas are not in the order of their "
                                       "bytes");
        mlci_text_append(list, g->labels[k].at, g->labels[k].length);
    }
    return mlci_text_status(list, err);
}

static int is_ascending(const graph *g)
{
    for (int64_t k = 1; k < g->n_labels; k++)
        if (g->labels != NULL ? mlci_text_compare(g->labels[k - 1].at, g->labels[k - 1].length,
                                                  g->labels[k].at, g->labels[k].length) >= 0
                              : !(g->label_numbers[k - 1] < g->label_numbers[k]))
            return 0;
    return 1;
}

static mlc_status make_classes(graph *g, mlc_error *err)
{
    const mlci_import_settings *const s = g->model->settings;
    mlci_text list = mlci_text_init(g->model->root);
    mlci_column *column = NULL;
    if (s->classes != NULL || g->n_labels == 0) return MLC_OK;
    mlc_status status =
        g->labels != NULL ? text_classes(g, &column, err) : number_classes(g, &column, err);
    if (status == MLC_OK && !is_ascending(g)) status = list_classes(g, &list, err);
    if (status == MLC_OK)
        status = mlci_classes_fit(g->model->root, column, s->target, list.data, s->positive,
                                  &g->model->classes, err);
    mlci_column_unref(column);
    mlci_text_clear(&list);
    if (status == MLC_OK && g->model->classes->n != g->model->n_classes)
        return mlci_foreign_fail(g->model, err, "labels", "a label is there twice");
    return status;
}

/* ---- outputs ------------------------------------------------------------------------------ */

static const form *output_form(const graph *g, int64_t i)
{
    const mlci_onnx_file *const f = &g->file;
    return &g->forms[g->ids[f->n_names + f->n_constants + f->n_inputs + i]];
}

/* How much an output tells of how scores are used. */
static int32_t worth(const form *f)
{
    switch (f->kind) {
    case FORM_LINKED:
    case FORM_MAPS:
        return 3;
    case FORM_SCORES:
        return f->scores.divisor != 1 ? 2 : 1;
    case FORM_LABEL:
    case FORM_CLASS:
        return 1;
    default:
        return 0;
    }
}

/* The output that tells most; all have to come from the same scores. */
static mlc_status choose_output(const graph *g, const form **out, mlc_error *err)
{
    *out = NULL;
    for (int64_t i = 0; i < g->file.n_outputs; i++) {
        const form *const f = output_form(g, i);
        if (worth(f) == 0)
            return mlci_foreign_refuse(
                g->model, err, MLC_ERROR_UNSUPPORTED, "output",
                "output '%.*s' is neither scores nor labels",
                (int)(g->file.outputs[i].length > 64 ? 64 : g->file.outputs[i].length),
                g->file.outputs[i].at);
        if (*out != NULL && (*out)->scores.start != f->scores.start)
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "output",
                                       "its outputs come from different scores");
        if (*out == NULL || worth(f) > worth(*out)) *out = f;
    }
    return *out != NULL ? MLC_OK
                        : mlci_foreign_fail(g->model, err, "output", "the graph has no outputs");
}

/* One score decides for the second class above 0 before a logistic function, 0.5 after it. */
static mlc_status check_bounds(const graph *g, const scores *s, mlc_error *err)
{
    for (int64_t i = 0; i < g->file.n_outputs; i++) {
        const scores *const other = &output_form(g, i)->scores;
        if (!other->has_bound) continue;
        const double bound =
            other->link == MLCI_LINK_IDENTITY && s->link == MLCI_LINK_LOGIT ? 0 : 0.5;
        if (other->bound != bound ||
            (s->link == MLCI_LINK_IDENTITY && other->divisor != s->divisor))
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "label",
                                       "its label does not go by the larger probability");
    }
    return MLC_OK;
}

static void set_rule(graph *g, const scores *s)
{
    mlci_foreign *const m = g->model;
    m->link = s->link;
    m->rule.factor = s->factor;
    m->rule.divisor = s->divisor;
    m->n_classes = !g->is_class ? 0 : m->n_outputs == 1 ? 2 : m->n_outputs;
    if (m->n_outputs > 1 && m->n_classes > 0 && m->link == MLCI_LINK_LOGIT)
        m->link = MLCI_LINK_EACH;
    for (int32_t k = 0; k < m->n_outputs && s->start >= 0; k++)
        m->start[k] += g->starts[s->start * m->n_outputs + k];
    m->has_rule = m->rule.is_float || s->factor != 1 || s->divisor != 1 ||
                  m->link == MLCI_LINK_EACH ||
                  (m->n_classes > 0 && m->link == MLCI_LINK_IDENTITY) ||
                  (m->n_classes == 2 && m->n_outputs == 2);
}

static void write_objective(graph *g)
{
    static const char *const links[] = {"identity", "logistic", "exp", "softmax", "", "", "each"};
    mlci_foreign *const m = g->model;
    const size_t size = sizeof m->objective - 1;
    const size_t n =
        (size_t)g->trees.op->name.length < size ? (size_t)g->trees.op->name.length : size;
    memcpy(m->objective, g->trees.op->name.at, n);
    m->objective[n] = '\0';
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_format(&text, "%s %s", m->objective, links[m->link]);
    if (text.data != NULL && (size_t)text.length < size)
        memcpy(m->objective, text.data, (size_t)text.length + 1);
    mlci_text_clear(&text);
}

static mlc_status finish(graph *g, mlc_error *err)
{
    mlci_foreign *const m = g->model;
    const form *f = NULL;
    if (!g->has_trees)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "graph", "it has no trees");
    MLCI_TRY(choose_output(g, &f, err));
    if (f->scores.link == MLCI_LINK_SOFTMAX) g->is_class = 1;
    set_rule(g, &f->scores);
    MLCI_TRY(check_bounds(g, &f->scores, err));
    if (g->is_class && g->n_labels > 0 && g->n_labels != m->n_classes)
        return mlci_foreign_fail(m, err, "labels", "it has %lld labels for %d classes",
                                 (long long)g->n_labels, (int)m->n_classes);
    m->component = g->is_class ? "gradient_boosting_classifier" : "gradient_boosting_regressor";
    if (m->link == MLCI_LINK_LOG) mlci_text_append_text(&m->recipe, "loss=poisson");
    if (m->link == MLCI_LINK_LOGIT && !g->is_class)
        mlci_text_append_text(&m->recipe, "loss=cross_entropy");
    write_objective(g);
    return g->is_class ? make_classes(g, err) : MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status read_graph(graph *g, const char *bytes, int64_t n, mlc_error *err)
{
    g->file.model = g->model;
    MLCI_TRY(mlci_onnx_read(&g->file, bytes, n, err));
    mlci_text version = mlci_text_init(NULL);
    mlci_text_append_format(&version, "ai.onnx.ml %lld", (long long)g->file.ml_version);
    if (version.data != NULL && version.length < (int64_t)sizeof g->model->version)
        memcpy(g->model->version, version.data, (size_t)version.length + 1);
    mlci_text_clear(&version);
    MLCI_TRY(number_names(g, err));
    MLCI_TRY(open_inputs(g, err));
    for (int64_t i = 0; i < g->file.n_ops; i++)
        MLCI_TRY(take_op(g, &g->file.ops[i], err));
    return finish(g, err);
}

static void clear(graph *g)
{
    for (int64_t i = 0; i < g->n_maps; i++) {
        mlci_free(g->maps[i]->values);
        mlci_free(g->maps[i]);
    }
    for (int64_t i = 0; i < g->n_key_lists; i++)
        mlci_free(g->key_lists[i]);
    void *const blocks[] = {g->ids,    g->forms,         g->sources, g->maps,        g->key_lists,
                            g->labels, g->label_numbers, g->starts,  g->first_column};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_onnx_file_clear(&g->file);
}

static mlc_status read_onnx(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    graph *const g = mlci_alloc(model->root, 1, sizeof *g);
    if (g == NULL) return mlci_fail_memory(err, 1, sizeof *g);
    model->library = "ONNX";
    g->model = model;
    const mlc_status status = read_graph(g, bytes, n, err);
    clear(g);
    mlci_free(g);
    return status;
}

/* ir_version, field 1, as a small number, then another field of a model. */
static int sniff(const char *bytes, int64_t n)
{
    mlci_proto r;
    mlci_proto_read(&r, bytes, n < 4096 ? n : 4096);
    if (!mlci_proto_next(&r) || r.field != 1 || r.wire != MLCI_PROTO_VARINT || r.value < 1 ||
        r.value > 1000 || r.at == r.end)
        return 0;
    const int next = (uint8_t)*r.at;
    const int field = next >> 3, wire = next & 7;
    return (field == 5 && wire == MLCI_PROTO_VARINT) ||
           (wire == MLCI_PROTO_BYTES && field >= 2 && field <= 15 && field != 5);
}

const mlci_import_format mlci_import_onnx = {"onnx", "ONNX graphs of trees", sniff, read_onnx};
