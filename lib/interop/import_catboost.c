/* CatBoost's models as JSON: save_model(path, format="json").
 *
 * A tree of the symmetric kind has a question a level; bit i of a leaf's number is the answer to
 * split i. Numbers are compared as floats, `x > border` is 1. Scores are sums of doubles, tree by
 * tree, and the bias comes last: in this order they are CatBoost's own to the last bit. One-hot
 * splits ask for the hash of a category; the file says which text has which hash. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "catboost_info.h"
#include "import.h"

enum { FEATURES_INFO, MODEL_INFO, SCALE_AND_BIAS, OBLIVIOUS_TREES, TREES, N_FIELDS };
static const char *const names[] = {"features_info",   "model_info", "scale_and_bias",
                                    "oblivious_trees", "trees",      NULL};

#define MOST_DEPTH 24 /* of a symmetric tree; CatBoost has 16 at most */

/* What NaN answers. */
enum { MISSING_FALSE, MISSING_TRUE };

typedef struct reader {
    mlci_foreign *model;
    mlci_json_file file;
    mlci_json_span field[N_FIELDS];
    int32_t n_float, n_category; /* CatBoost numbers them apart */
    int32_t *flat_float, *flat_category;
    uint8_t *missing;      /* of each float feature */
    mlci_json_texts texts; /* categories, by hash */
    double *hashes;
    double scale;
    int32_t n_outputs;
} reader;

static mlc_status grow(const reader *r, void *array, int64_t n, int64_t size, mlc_error *err)
{
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    grown = mlci_realloc(r->model->root, old, n, size);
    if (grown == NULL) return mlci_fail_memory(err, n, size);
    memcpy(array, &grown, sizeof grown);
    return MLC_OK;
}

/* ---- features ----------------------------------------------------------------------------- */

enum { FEATURE_INDEX, FLAT_INDEX, FEATURE_NAME, FEATURE_ID, TREATMENT, N_FEATURE };
static const char *const feature_names[] = {"feature_index", "flat_feature_index",  "feature_name",
                                            "feature_id",    "nan_value_treatment", NULL};

static mlc_status read_places(const reader *r, mlci_json_span value, mlci_json_span *field,
                              int64_t expected, int32_t *flat, mlc_error *err)
{
    int64_t index = 0, place = 0;
    MLCI_TRY(mlci_json_fields(&r->file, value, "a feature", feature_names, field, err));
    MLCI_TRY(mlci_json_count(&r->file, field[FEATURE_INDEX], "feature_index", expected, expected,
                             &index, err));
    MLCI_TRY(mlci_json_count(&r->file, field[FLAT_INDEX], "flat_feature_index", 0, INT32_MAX - 1,
                             &place, err));
    *flat = (int32_t)place;
    return MLC_OK;
}

static mlc_status find_treatment(const reader *r, mlci_json_span value, uint8_t *out,
                                 mlc_error *err)
{
    char *word = NULL;
    if (value.at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_text(&r->file, value, "nan_value_treatment", &word, err));
    const int is_true = strcmp(word, "AsTrue") == 0;
    const int fits = is_true || strcmp(word, "AsFalse") == 0 || strcmp(word, "AsIs") == 0;
    mlci_free(word);
    *out = is_true ? MISSING_TRUE : MISSING_FALSE;
    return fits ? MLC_OK
                : mlci_json_refuse(&r->file, value, "nan_value_treatment",
                                   "it is AsIs, AsFalse or AsTrue", err);
}

static mlc_status add_float(void *arg, int64_t i, const char *name, int64_t length,
                            mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    mlci_json_span field[N_FEATURE];
    int32_t flat = 0;
    (void)name, (void)length;
    MLCI_TRY(read_places(r, value, field, i, &flat, err));
    MLCI_TRY(grow(r, &r->flat_float, i + 1, sizeof *r->flat_float, err));
    MLCI_TRY(grow(r, &r->missing, i + 1, sizeof *r->missing, err));
    r->flat_float[i] = flat;
    r->missing[i] = MISSING_FALSE;
    r->n_float++;
    return find_treatment(r, field[TREATMENT], &r->missing[i], err);
}

static mlc_status add_category(void *arg, int64_t i, const char *name, int64_t length,
                               mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    mlci_json_span field[N_FEATURE];
    int32_t flat = 0;
    (void)name, (void)length;
    MLCI_TRY(read_places(r, value, field, i, &flat, err));
    MLCI_TRY(grow(r, &r->flat_category, i + 1, sizeof *r->flat_category, err));
    r->flat_category[i] = flat;
    r->n_category++;
    return MLC_OK;
}

/* Features without a name of their own have their number or nothing. */
static mlc_status name_feature(void *arg, int64_t i, const char *name, int64_t length,
                               mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    mlci_json_span field[N_FEATURE];
    char *given = NULL, number[24];
    int32_t flat = 0;
    (void)name, (void)length;
    MLCI_TRY(read_places(r, value, field, i, &flat, err));
    const mlci_json_span text = field[field[FEATURE_NAME].at != NULL ? FEATURE_NAME : FEATURE_ID];
    if (text.at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_text(&r->file, text, "feature_name", &given, err));
    snprintf(number, sizeof number, "%d", (int)flat);
    const int has_name = given[0] != '\0' && strcmp(given, number) != 0;
    const mlc_status status =
        has_name ? mlci_foreign_name_input(r->model, flat, given, (int64_t)strlen(given), err)
                 : MLC_OK;
    mlci_free(given);
    return status;
}

static mlc_status add_hash(void *arg, int64_t i, const char *name, int64_t length,
                           mlci_json_span value, mlc_error *err)
{
    enum { HASH, VALUE };
    static const char *const fields[] = {"hash", "value", NULL};
    reader *const r = arg;
    mlci_json_texts *const t = &r->texts;
    mlci_json_span field[2];
    int64_t hash = 0;
    (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(&r->file, value, "a hash", fields, field, err));
    MLCI_TRY(mlci_json_count(&r->file, field[HASH], "hash", 0, UINT32_MAX, &hash, err));
    MLCI_TRY(grow(r, &r->hashes, i + 1, sizeof *r->hashes, err));
    MLCI_TRY(grow(r, &t->texts, i + 1, sizeof *t->texts, err));
    MLCI_TRY(grow(r, &t->lengths, i + 1, sizeof *t->lengths, err));
    r->hashes[i] = (double)hash;
    MLCI_TRY(mlci_json_text(&r->file, field[VALUE], "value", &t->texts[i], err));
    t->lengths[i] = (int64_t)strlen(t->texts[i]);
    t->n = i + 1;
    return MLC_OK;
}

/* Places may be anything, but each is taken once and none is left out. */
static mlc_status check_places(const reader *r, int64_t n, mlc_error *err)
{
    uint8_t *const seen = mlci_alloc(r->model->root, n, 1);
    if (seen == NULL) return mlci_fail_memory(err, n, 1);
    int fits = 1;
    for (int64_t i = 0; i < n && fits; i++) {
        const int32_t flat = i < r->n_float ? r->flat_float[i] : r->flat_category[i - r->n_float];
        fits = flat < n && !seen[flat];
        if (fits) seen[flat] = 1;
    }
    mlci_free(seen);
    if (fits) return MLC_OK;
    return mlci_foreign_fail(r->model, err, "flat_feature_index",
                             "the places of the features are not 0 to %lld", (long long)n - 1);
}

static mlc_status label_categories(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    if (r->n_category > 0 && r->texts.n > m->settings->max_categories / r->n_category)
        return mlci_foreign_refuse(m, err, MLC_ERROR_LIMIT, "max_categories",
                                   "it has %lld categories for each of %d features: more than "
                                   "max_categories = %lld of the import settings",
                                   (long long)r->texts.n, (int)r->n_category,
                                   (long long)m->settings->max_categories);
    char name[32];
    for (int32_t i = 0; i < r->n_category; i++) {
        const int32_t flat = r->flat_category[i];
        if (m->inputs[flat].name == NULL)
            MLCI_TRY(mlci_foreign_name_input(m, flat, name,
                                             snprintf(name, sizeof name, "x%d", (int)flat), err));
        MLCI_TRY(mlci_foreign_label_input(m, flat, (int32_t)r->texts.n,
                                          (const char *const *)r->texts.texts, r->texts.lengths,
                                          err));
    }
    return MLC_OK;
}

static mlc_status refuse_features(const reader *r, mlci_json_span list, const char *what,
                                  mlc_error *err)
{
    if (mlci_json_is_none(list) || mlci_json_first(list) == ']') return MLC_OK;
    return mlci_foreign_refuse(r->model, err, MLC_ERROR_UNSUPPORTED, what,
                               "it has %s features, which have no counterpart here", what);
}

static mlc_status read_features(reader *r, mlc_error *err)
{
    enum { FLOATS, CATEGORIES, HASHES, TEXT, EMBEDDING };
    static const char *const fields[] = {"float_features",     "categorical_features",
                                         "cat_features_hash",  "text_features",
                                         "embedding_features", NULL};
    const mlci_json_file *const file = &r->file;
    mlci_json_span field[5];
    MLCI_TRY(mlci_json_fields(file, r->field[FEATURES_INFO], "features_info", fields, field, err));
    MLCI_TRY(refuse_features(r, field[TEXT], "text", err));
    MLCI_TRY(refuse_features(r, field[EMBEDDING], "embedding", err));
    if (field[FLOATS].at != NULL)
        MLCI_TRY(mlci_json_each(file, field[FLOATS], "float_features", add_float, r, err));
    if (field[CATEGORIES].at != NULL)
        MLCI_TRY(
            mlci_json_each(file, field[CATEGORIES], "categorical_features", add_category, r, err));
    if (field[HASHES].at != NULL)
        MLCI_TRY(mlci_json_each(file, field[HASHES], "cat_features_hash", add_hash, r, err));
    const int64_t n = (int64_t)r->n_float + r->n_category;
    MLCI_TRY(check_places(r, n, err));
    MLCI_TRY(mlci_foreign_set_inputs(r->model, n, err));
    if (field[FLOATS].at != NULL)
        MLCI_TRY(mlci_json_each(file, field[FLOATS], "float_features", name_feature, r, err));
    if (field[CATEGORIES].at != NULL)
        MLCI_TRY(
            mlci_json_each(file, field[CATEGORIES], "categorical_features", name_feature, r, err));
    return label_categories(r, err);
}

/* ---- splits ------------------------------------------------------------------------------- */

enum { SPLIT_TYPE, FLOAT_INDEX, BORDER, CATEGORY_INDEX, HASH_VALUE, N_SPLIT };
static const char *const split_names[] = {
    "split_type", "float_feature_index", "border", "cat_feature_index", "value", NULL};

/* A split that was read; where two trees of an output have it, each has a set of its own. */
typedef struct split {
    int32_t feature, missing, is_category;
    double border, hash;
} split;

static mlc_status read_number_split(const reader *r, const mlci_json_span *field, split *s,
                                    mlc_error *err)
{
    int64_t i = 0;
    MLCI_TRY(mlci_json_count(&r->file, field[FLOAT_INDEX], "float_feature_index", 0, r->n_float - 1,
                             &i, err));
    MLCI_TRY(mlci_json_real(&r->file, field[BORDER], "border", &s->border, err));
    s->border = (double)(float)s->border;
    s->feature = r->flat_float[i];
    s->missing = r->missing[i] == MISSING_TRUE ? MLCI_MISSING_RIGHT : MLCI_MISSING_LEFT;
    return MLC_OK;
}

/* Hashes of features' values are written with a sign. */
static mlc_status read_category_split(const reader *r, const mlci_json_span *field, split *s,
                                      mlc_error *err)
{
    int64_t i = 0, hash = 0;
    MLCI_TRY(mlci_json_count(&r->file, field[CATEGORY_INDEX], "cat_feature_index", 0,
                             r->n_category - 1, &i, err));
    MLCI_TRY(
        mlci_json_count(&r->file, field[HASH_VALUE], "value", INT32_MIN, UINT32_MAX, &hash, err));
    s->feature = r->flat_category[i];
    s->missing = MLCI_MISSING_LEFT;
    s->is_category = 1;
    s->hash = (double)(uint32_t)hash;
    return MLC_OK;
}

static mlc_status read_split(const reader *r, mlci_json_span value, split *s, mlc_error *err)
{
    mlci_json_span field[N_SPLIT];
    char *type = NULL;
    *s = (split){0};
    MLCI_TRY(mlci_json_fields(&r->file, value, "a split", split_names, field, err));
    MLCI_TRY(mlci_json_text(&r->file, field[SPLIT_TYPE], "split_type", &type, err));
    const int is_number = strcmp(type, "FloatFeature") == 0;
    const int is_category = strcmp(type, "OneHotFeature") == 0;
    const int is_ctr = strcmp(type, "OnlineCtr") == 0;
    mlci_free(type);
    if (is_number) return read_number_split(r, field, s, err);
    if (is_category) return read_category_split(r, field, s, err);
    if (!is_ctr)
        return mlci_json_refuse(&r->file, value, "split_type", "a kind that is not known", err);
    return mlci_foreign_refuse(r->model, err, MLC_ERROR_UNSUPPORTED, "ctr",
                               "it splits by statistics of the target in categories (CTR), which "
                               "are not taken over: train with one_hot_max_size above the number "
                               "of categories, or encode them first");
}

/* The codes of a hash: where two texts share one, both. */
static mlc_status add_hash_set(reader *r, double hash, int32_t *set, mlc_error *err)
{
    int32_t *members = NULL;
    int64_t n = 0;
    for (int64_t i = 0; i < r->texts.n; i++)
        n += r->hashes[i] == hash;
    if (n == 0)
        return mlci_foreign_refuse(r->model, err, MLC_ERROR_UNSUPPORTED, "cat_features_hash",
                                   "a split asks for a category whose text is not in the file: "
                                   "save it with pool= of the training rows");
    MLCI_TRY(mlci_foreign_add_set(r->model, n, &members, set, err));
    for (int64_t i = 0; i < r->texts.n; i++)
        if (r->hashes[i] == hash) *members++ = (int32_t)i;
    return MLC_OK;
}

static mlc_status put_split(reader *r, const split *s, mlci_foreign_node *node, mlc_error *err)
{
    node->feature = s->feature;
    node->missing = s->missing;
    node->value = s->border;
    return s->is_category ? add_hash_set(r, s->hash, &node->set, err) : MLC_OK;
}

/* How much the leaves on the two sides of a split are apart: what CatBoost takes for the importance
 * of a feature (PredictionValuesChange). Files do not have what a split gained in training. */
static double effect(double left, double n_left, double right, double n_right)
{
    const double n = n_left + n_right, apart = left - right;
    const double found = n > 0 ? n_left * n_right / n * apart * apart : 0;
    return isfinite(found) && found > 0 ? found : 0;
}

/* ---- symmetric trees ---------------------------------------------------------------------- */

typedef struct oblivious {
    reader *r;
    int32_t depth;
    split splits[MOST_DEPTH];
} oblivious;

static mlc_status add_level(void *arg, int64_t i, const char *name, int64_t length,
                            mlci_json_span value, mlc_error *err)
{
    oblivious *const o = arg;
    (void)name, (void)length;
    if (i >= MOST_DEPTH)
        return mlci_json_refuse(&o->r->file, value, "splits", "the tree is too deep", err);
    o->depth++;
    return read_split(o->r, value, &o->splits[i], err);
}

/* The last split is asked first, so that leaves lie in the order of their numbers. */
static mlc_status put_oblivious(oblivious *o, int32_t output, const double *values,
                                const double *weights, mlc_error *err)
{
    reader *const r = o->r;
    mlci_foreign_node *nodes = NULL;
    const int64_t n_leaves = (int64_t)1 << o->depth;
    MLCI_TRY(mlci_foreign_add_tree(r->model, output, 2 * n_leaves - 1, &nodes, err));
    for (int64_t i = 0; i < n_leaves; i++) {
        mlci_foreign_node *const leaf = &nodes[n_leaves - 1 + i];
        leaf->value = r->scale * values[i * r->n_outputs + output];
        leaf->cover = weights == NULL ? 0 : weights[i];
    }
    for (int64_t i = n_leaves - 2; i >= 0; i--) {
        int32_t level = 0;
        while (((int64_t)2 << level) - 1 <= i)
            level++;
        MLCI_TRY(put_split(r, &o->splits[o->depth - 1 - level], &nodes[i], err));
        nodes[i].left = (int32_t)(2 * i + 1);
        nodes[i].right = (int32_t)(2 * i + 2);
        nodes[i].cover = nodes[2 * i + 1].cover + nodes[2 * i + 2].cover;
        const int64_t half = n_leaves >> (level + 1);
        const mlci_foreign_node *const leaf =
            &nodes[n_leaves - 1 + 2 * half * (i + 1 - ((int64_t)1 << level))];
        for (int64_t k = 0; k < half; k++) /* leaves that this split alone parts */
            nodes[i].gain +=
                effect(leaf[k].value, leaf[k].cover, leaf[k + half].value, leaf[k + half].cover);
    }
    return MLC_OK;
}

/* ---- scores ------------------------------------------------------------------------------- */

static mlc_status set_outputs(reader *r, int64_t n, mlci_json_span where, mlc_error *err)
{
    if (n >= 1 && r->n_outputs == n) return MLC_OK;
    if (r->n_outputs != 0 || n < 1 || n > MLCI_MAX_LOADED_CLASSES)
        return mlci_json_refuse(&r->file, where, "leaf_values", "not a value a leaf and score",
                                err);
    r->n_outputs = (int32_t)n;
    return mlci_foreign_set_outputs(r->model, r->n_outputs, err);
}

static mlc_status add_oblivious(void *arg, int64_t i, const char *name, int64_t length,
                                mlci_json_span value, mlc_error *err)
{
    enum { SPLITS, LEAF_VALUES, LEAF_WEIGHTS };
    static const char *const fields[] = {"splits", "leaf_values", "leaf_weights", NULL};
    reader *const r = arg;
    oblivious o = {.r = r};
    mlci_json_span field[3];
    double *values = NULL, *weights = NULL;
    int64_t n = 0;
    (void)i, (void)name, (void)length;
    MLCI_TRY(mlci_json_fields(&r->file, value, "a tree", fields, field, err));
    if (!mlci_json_is_none(field[SPLITS]))
        MLCI_TRY(mlci_json_each(&r->file, field[SPLITS], "splits", add_level, &o, err));
    MLCI_TRY(mlci_json_reals(&r->file, field[LEAF_VALUES], "leaf_values", -1, &values, &n, err));
    const int64_t n_leaves = (int64_t)1 << o.depth;
    mlc_status status = n % n_leaves == 0
                            ? set_outputs(r, n / n_leaves, field[LEAF_VALUES], err)
                            : mlci_json_refuse(&r->file, field[LEAF_VALUES], "leaf_values",
                                               "not a value a leaf and score", err);
    if (status == MLC_OK && !mlci_json_is_none(field[LEAF_WEIGHTS]))
        status = mlci_json_reals(&r->file, field[LEAF_WEIGHTS], "leaf_weights", n_leaves, &weights,
                                 NULL, err);
    for (int32_t k = 0; k < r->n_outputs && status == MLC_OK; k++)
        status = put_oblivious(&o, k, values, weights, err);
    mlci_free(weights);
    mlci_free(values);
    return status;
}

/* ---- other trees -------------------------------------------------------------------------- */

enum { NODE_SPLIT, NODE_LEFT, NODE_RIGHT, NODE_VALUE, NODE_WEIGHT, N_NODE };
static const char *const node_names[] = {"split", "left", "right", "value", "weight", NULL};

/* A tree while its objects are walked; first without nodes, to count them. */
typedef struct plain {
    reader *r;
    mlci_foreign_node *nodes;
    int64_t n;
    int32_t output;
} plain;

static mlc_status read_value(plain *p, mlci_json_span value, double *out, mlc_error *err)
{
    reader *const r = p->r;
    double *values = NULL;
    int64_t n = 1;
    if (!mlci_json_is(value, '[')) {
        MLCI_TRY(set_outputs(r, 1, value, err));
        return mlci_json_real(&r->file, value, "value", out, err);
    }
    MLCI_TRY(mlci_json_reals(&r->file, value, "value", -1, &values, &n, err));
    const mlc_status status = set_outputs(r, n, value, err);
    if (status == MLC_OK) *out = values[p->output];
    mlci_free(values);
    return status;
}

static mlc_status read_leaf(plain *p, const mlci_json_span *field, int64_t at, double *mean,
                            mlc_error *err)
{
    double value = 0, weight = 0;
    MLCI_TRY(read_value(p, field[NODE_VALUE], &value, err));
    if (field[NODE_WEIGHT].at != NULL)
        MLCI_TRY(mlci_json_real(&p->r->file, field[NODE_WEIGHT], "weight", &weight, err));
    if (p->nodes == NULL) return MLC_OK;
    p->nodes[at].value = *mean = p->r->scale * value;
    p->nodes[at].cover = weight;
    return MLC_OK;
}

/* mean: of the leaves below, by their weights. JSON is nested 64 deep at most, which bounds the
 * recursion. */
static mlc_status read_node(plain *p, mlci_json_span value, double *mean, mlc_error *err)
{
    mlci_json_span field[N_NODE];
    const int64_t at = p->n++;
    double left_mean = 0, right_mean = 0;
    split s;
    MLCI_TRY(mlci_json_fields(&p->r->file, value, "a node", node_names, field, err));
    if (field[NODE_SPLIT].at == NULL) return read_leaf(p, field, at, mean, err);
    if (p->nodes != NULL) {
        MLCI_TRY(read_split(p->r, field[NODE_SPLIT], &s, err));
        MLCI_TRY(put_split(p->r, &s, &p->nodes[at], err));
    }
    const int64_t left = p->n;
    MLCI_TRY(read_node(p, field[NODE_LEFT], &left_mean, err));
    const int64_t right = p->n;
    MLCI_TRY(read_node(p, field[NODE_RIGHT], &right_mean, err));
    if (p->nodes == NULL) return MLC_OK;
    const double n_left = p->nodes[left].cover, n_right = p->nodes[right].cover;
    p->nodes[at].left = (int32_t)left;
    p->nodes[at].right = (int32_t)right;
    p->nodes[at].cover = n_left + n_right;
    p->nodes[at].gain = effect(left_mean, n_left, right_mean, n_right);
    *mean =
        n_left + n_right > 0 ? (n_left * left_mean + n_right * right_mean) / (n_left + n_right) : 0;
    return MLC_OK;
}

static mlc_status add_plain(void *arg, int64_t i, const char *name, int64_t length,
                            mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    plain counted = {.r = r};
    double mean = 0;
    (void)i, (void)name, (void)length;
    MLCI_TRY(read_node(&counted, value, &mean, err));
    for (int32_t k = 0; k < r->n_outputs; k++) {
        plain p = {.r = r, .output = k};
        MLCI_TRY(mlci_foreign_add_tree(r->model, k, counted.n, &p.nodes, err));
        MLCI_TRY(read_node(&p, value, &mean, err));
    }
    return MLC_OK;
}

/* ---- scale and bias ----------------------------------------------------------------------- */

typedef struct scaling {
    mlci_json_span scale, bias;
    int64_t n;
} scaling;

static mlc_status take_scaling(void *arg, int64_t i, const char *name, int64_t length,
                               mlci_json_span value, mlc_error *err)
{
    scaling *const s = arg;
    (void)name, (void)length, (void)err;
    if (i == 0) s->scale = value;
    if (i == 1) s->bias = value;
    s->n = i + 1;
    return MLC_OK;
}

static mlc_status read_scale(reader *r, scaling *s, mlc_error *err)
{
    *s = (scaling){.n = 0};
    r->scale = 1;
    if (r->field[SCALE_AND_BIAS].at == NULL) return MLC_OK;
    MLCI_TRY(
        mlci_json_each(&r->file, r->field[SCALE_AND_BIAS], "scale_and_bias", take_scaling, s, err));
    if (s->n != 2)
        return mlci_json_refuse(&r->file, r->field[SCALE_AND_BIAS], "scale_and_bias",
                                "it is a scale and a bias", err);
    return mlci_json_real(&r->file, s->scale, "scale_and_bias", &r->scale, err);
}

/* A bias of 0 is nothing; one number is for all scores. */
static mlc_status read_bias(reader *r, const scaling *s, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    double *bias = NULL, one = 0;
    int64_t n = 1;
    if (s->n == 0) return MLC_OK;
    if (mlci_json_is(s->bias, '['))
        MLCI_TRY(mlci_json_reals(&r->file, s->bias, "scale_and_bias", -1, &bias, &n, err));
    else
        MLCI_TRY(mlci_json_real(&r->file, s->bias, "scale_and_bias", &one, err));
    int is_zero = 1;
    mlc_status status =
        n == 1 || n == r->n_outputs
            ? MLC_OK
            : mlci_json_refuse(&r->file, s->bias, "scale_and_bias", "not a bias a score", err);
    for (int64_t k = 0; k < n && bias != NULL; k++)
        is_zero &= bias[k] == 0;
    if (status == MLC_OK && (bias == NULL ? one != 0 : !is_zero)) {
        m->end = mlci_alloc(m->root, m->n_outputs, sizeof *m->end);
        if (m->end == NULL) status = mlci_fail_memory(err, m->n_outputs, sizeof *m->end);
        for (int32_t k = 0; m->end != NULL && k < m->n_outputs; k++)
            m->end[k] = bias == NULL ? one : bias[n == 1 ? 0 : k];
    }
    mlci_free(bias);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status read_all(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    scaling scale;
    MLCI_TRY(mlci_json_fields(&r->file, mlci_json_whole(&r->file), "model", names, r->field, err));
    MLCI_TRY(read_features(r, err));
    MLCI_TRY(read_scale(r, &scale, err));
    const int is_oblivious = r->field[OBLIVIOUS_TREES].at != NULL;
    MLCI_TRY(mlci_json_each(&r->file, r->field[is_oblivious ? OBLIVIOUS_TREES : TREES], "trees",
                            is_oblivious ? add_oblivious : add_plain, r, err));
    if (r->n_outputs == 0) return mlci_foreign_fail(m, err, "trees", "it has no trees");
    m->n_rounds = m->n_trees / m->n_outputs;
    MLCI_TRY(read_bias(r, &scale, err));
    MLCI_TRY(mlci_catboost_info(m, &r->file, r->field[MODEL_INFO], err));
    if (is_oblivious)
        mlci_text_append_format(&m->recipe, "%sgrow_policy=oblivious",
                                m->recipe.length > 0 ? ", " : "");
    return mlci_text_status(&m->recipe, err);
}

static mlc_status read_catboost(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    reader r = {.model = model, .file = {model, bytes, n}, .texts = {.root = model->root}};
    model->library = "CatBoost";
    model->compare = MLCI_COMPARE_FLOAT;
    model->members_go_right = 1;
    model->unseen_is_no_member = 1;
    const mlc_status status = mlci_json_blame(&r.file, read_all(&r, err), err);
    mlci_free(r.flat_float);
    mlci_free(r.flat_category);
    mlci_free(r.missing);
    mlci_free(r.hashes);
    mlci_json_texts_clear(&r.texts);
    return status;
}

/* Names are sorted in these files, and one of these is the first. */
static int sniff(const char *bytes, int64_t n)
{
    return mlci_json_starts(bytes, n, "ctr_data") || mlci_json_starts(bytes, n, "features_info");
}

const mlci_import_format mlci_import_catboost = {"catboost", "CatBoost's JSON models", sniff,
                                                 .read = read_catboost};
