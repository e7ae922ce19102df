/* The model of an exchange document: its recipe, and the state that an artifact would hold.
 *
 * Trees of any kind go through mlci_foreign first: that lays them out, makes bounds of thresholds
 * and bins of categories, and compares the result with the document's trees row by row. */
#include <math.h>
#include <string.h>

#include "exchange.h"
#include "tree/node_store.h"

enum { BOOSTED, FOREST, ISOLATION, LINEAR, VECTORS };

typedef struct model_kind {
    const char *name;
    int32_t kind;
    int32_t classifies;
    int32_t one_tree;
} model_kind;

static const model_kind model_kinds[] = {
    {"gradient_boosting_classifier", BOOSTED, 1, 0},
    {"gradient_boosting_regressor", BOOSTED, 0, 0},
    {"gradient_boosting_ranker", BOOSTED, 0, 0},
    {"decision_tree_classifier", FOREST, 1, 1},
    {"decision_tree_regressor", FOREST, 0, 1},
    {"random_forest_classifier", FOREST, 1, 0},
    {"random_forest_regressor", FOREST, 0, 0},
    {"extra_trees_classifier", FOREST, 1, 0},
    {"extra_trees_regressor", FOREST, 0, 0},
    {"isolation_forest", ISOLATION, 0, 0},
    {"ridge", LINEAR, 0, 0},
    {"logistic_regression", LINEAR, 1, 0},
    {"support_vector_classifier", VECTORS, 1, 0},
    {"support_vector_regressor", VECTORS, 0, 0},
    {"one_class_svm", VECTORS, 0, 0},
};

enum {
    COMPONENT,
    FEATURES,
    TREES,
    START,
    COMPARE,
    LINK,
    FACTOR,
    MEAN,
    SHARES,
    IMPORTANCE,
    MEAN_PATH,
    THRESHOLD,
    WEIGHTS,
    INTERCEPT,
    LOSS,
    CRITERION,
    LEARNING_RATE,
    QUANTILE,
    ALPHA,
    C,
    N_MODEL
};
static const char *const model_names[] = {
    "component", "features",  "trees",         "start",     "compare",   "link",    "factor",
    "mean",      "shares",    "importance",    "mean_path", "threshold", "weights", "intercept",
    "loss",      "criterion", "learning_rate", "quantile",  "alpha",     "C",       NULL};

typedef struct reader {
    mlci_exchange *x;
    const model_kind *kind;
    mlci_json_span model, field[N_MODEL];
    int64_t first_share, n_shares; /* rows of the tree at hand; all */
    double *shares;
    int64_t n_found;   /* numbers in it */
    int64_t *share_of; /* first row of each tree; n_trees + 1 */
} reader;

static int has_trees(const model_kind *k)
{
    return k->kind != LINEAR && k->kind != VECTORS;
}

/* ---- trees -------------------------------------------------------------------------------- */

enum { FEATURE, BOUND, LEFT, RIGHT, VALUE, MISSING_LEFT, GAIN, COVER, SET, SETS, N_TREE };
static const char *const tree_names[] = {"feature", "threshold",    "left", "right",
                                         "value",   "missing_left", "gain", "cover",
                                         "set",     "sets",         NULL};

/* Room for the numbers of the nodes of a tree. */
typedef struct tree_fields {
    int64_t n;
    int32_t *feature, *left, *right, *missing_left, *set;
    double *bound, *value, *gain, *cover;
} tree_fields;

static void clear_fields(tree_fields *t)
{
    void *const blocks[] = {t->feature, t->left,  t->right, t->missing_left, t->set,
                            t->bound,   t->value, t->gain,  t->cover};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
}

static mlc_status read_fields(const mlci_json_file *file, const mlci_json_span *field,
                              tree_fields *t, mlc_error *err)
{
    MLCI_TRY(mlci_json_integers(file, field[FEATURE], "feature", -1, -1, INT32_MAX - 1, &t->feature,
                                &t->n, err));
    MLCI_TRY(mlci_json_reals(file, field[BOUND], "threshold", t->n, &t->bound, NULL, err));
    MLCI_TRY(mlci_json_integers(file, field[LEFT], "left", t->n, -1, INT32_MAX - 1, &t->left, NULL,
                                err));
    MLCI_TRY(mlci_json_integers(file, field[RIGHT], "right", t->n, -1, INT32_MAX - 1, &t->right,
                                NULL, err));
    MLCI_TRY(mlci_json_reals(file, field[VALUE], "value", t->n, &t->value, NULL, err));
    if (field[MISSING_LEFT].at != NULL)
        MLCI_TRY(mlci_json_integers(file, field[MISSING_LEFT], "missing_left", t->n, 0, 1,
                                    &t->missing_left, NULL, err));
    if (field[GAIN].at != NULL)
        MLCI_TRY(mlci_json_reals(file, field[GAIN], "gain", t->n, &t->gain, NULL, err));
    if (field[COVER].at != NULL)
        MLCI_TRY(mlci_json_reals(file, field[COVER], "cover", t->n, &t->cover, NULL, err));
    if (field[SET].at == NULL) return MLC_OK;
    return mlci_json_integers(file, field[SET], "set", t->n, -1, INT32_MAX - 1, &t->set, NULL, err);
}

static mlc_status add_set(void *arg, int64_t i, const char *name, int64_t length,
                          mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    int32_t *codes = NULL, *members = NULL, set = 0;
    int64_t n = 0;
    (void)i, (void)name, (void)length;
    MLCI_TRY(mlci_json_integers(&r->x->file, value, "sets", -1, 0, INT32_MAX - 1, &codes, &n, err));
    const mlc_status status = mlci_foreign_add_set(r->x->foreign, n, &members, &set, err);
    if (status == MLC_OK && n > 0) memcpy(members, codes, (size_t)n * sizeof *codes);
    mlci_free(codes);
    return status;
}

/* A leaf of more than two classes has a row of shares, counted in its tree. */
static mlc_status set_leaf(const reader *r, double value, mlci_foreign_node *node, mlc_error *err)
{
    const int32_t n_classes = r->x->foreign->n_classes;
    const int64_t n = r->n_shares - r->first_share;
    node->value = value;
    if (r->kind->kind != FOREST || r->shares == NULL) return MLC_OK;
    if (!(value >= 0 && value < (double)n && value == (double)(int64_t)value))
        return mlci_foreign_fail(r->x->foreign, err, "value",
                                 "tree %lld: a leaf has shares that are not there",
                                 (long long)r->x->foreign->n_trees - 1);
    node->value = value + n_classes;
    return MLC_OK;
}

static mlc_status set_nodes(const reader *r, const tree_fields *t, int64_t first_set,
                            mlci_foreign_node *nodes, mlc_error *err)
{
    const int64_t n_sets = r->x->foreign->n_sets - first_set;
    for (int64_t i = 0; i < t->n; i++) {
        mlci_foreign_node *const node = &nodes[i];
        node->feature = t->feature[i];
        if (t->gain != NULL) node->gain = t->gain[i];
        if (t->cover != NULL) node->cover = t->cover[i];
        if (node->feature < 0) {
            MLCI_TRY(set_leaf(r, t->value[i], node, err));
            continue;
        }
        node->value = t->bound[i];
        node->left = t->left[i];
        node->right = t->right[i];
        node->missing =
            t->missing_left != NULL && t->missing_left[i] ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
        if (t->set == NULL || t->set[i] < 0) continue;
        if (t->set[i] >= n_sets)
            return mlci_foreign_fail(r->x->foreign, err, "set",
                                     "tree %lld, node %lld: its set is not there",
                                     (long long)r->x->foreign->n_trees - 1, (long long)i);
        node->set = (int32_t)(first_set + t->set[i]);
    }
    return MLC_OK;
}

/* The next rows of shares: as many as the leaves of the tree name. */
static void count_shares(reader *r, const tree_fields *t)
{
    double most = -1;
    r->first_share = r->n_shares;
    for (int64_t i = 0; i < t->n; i++)
        if (t->feature[i] < 0 && t->value[i] > most && t->value[i] < (double)t->n)
            most = t->value[i];
    r->n_shares += (int64_t)(most + 1);
}

static mlc_status add_tree(void *arg, int64_t i, const char *name, int64_t length,
                           mlci_json_span value, mlc_error *err)
{
    reader *const r = arg;
    mlci_foreign *const m = r->x->foreign;
    mlci_json_span field[N_TREE];
    mlci_foreign_node *nodes = NULL;
    tree_fields t = {0};
    (void)name, (void)length;
    const int64_t first_set = m->n_sets;
    MLCI_TRY(mlci_json_fields(&r->x->file, value, "a tree", tree_names, field, err));
    if (field[SETS].at != NULL)
        MLCI_TRY(mlci_json_each(&r->x->file, field[SETS], "sets", add_set, r, err));
    mlc_status status = read_fields(&r->x->file, field, &t, err);
    if (status == MLC_OK)
        status = mlci_foreign_add_tree(m, (int32_t)(i % m->n_outputs), t.n, &nodes, err);
    if (status == MLC_OK && r->shares != NULL) {
        count_shares(r, &t);
        int64_t *const grown =
            mlci_realloc(m->root, r->share_of, m->n_trees + 1, sizeof *r->share_of);
        if (grown == NULL) status = mlci_fail_memory(err, m->n_trees + 1, sizeof *grown);
        if (grown != NULL) {
            r->share_of = grown;
            grown[m->n_trees - 1] = r->first_share;
            grown[m->n_trees] = r->n_shares;
        }
    }
    if (status == MLC_OK) status = set_nodes(r, &t, first_set, nodes, err);
    clear_fields(&t);
    return status;
}

static mlc_status read_trees(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->x->foreign;
    MLCI_TRY(mlci_json_each(&r->x->file, r->field[TREES], "trees", add_tree, r, err));
    if (m->n_trees == 0 && r->kind->kind != BOOSTED)
        return mlci_json_refuse(&r->x->file, r->field[TREES], "trees", "there is no tree", err);
    if (m->n_trees % m->n_outputs != 0)
        return mlci_json_refuse(&r->x->file, r->field[TREES], "trees", "not a tree a score", err);
    if (r->kind->one_tree && m->n_trees != 1)
        return mlci_json_refuse(&r->x->file, r->field[TREES], "trees", "it has one tree", err);
    m->n_rounds = m->n_trees / m->n_outputs;
    return MLC_OK;
}

/* ---- what all trees share ----------------------------------------------------------------- */

static mlc_status find_word(const mlci_exchange *x, mlci_json_span value, const char *what,
                            const char *const *words, int32_t *out, mlc_error *err)
{
    char *word = NULL;
    MLCI_TRY(mlci_json_text(&x->file, value, what, &word, err));
    for (*out = 0; words[*out] != NULL && strcmp(words[*out], word) != 0; ++*out) {
    }
    mlci_free(word);
    if (words[*out] != NULL) return MLC_OK;
    return mlci_json_refuse(&x->file, value, what, "it is not one of the words it can be", err);
}

static mlc_status set_compare(reader *r, mlc_error *err)
{
    static const char *const words[] = {"double", "float", "float_below", NULL};
    static const int32_t compares[] = {MLCI_COMPARE_DOUBLE, MLCI_COMPARE_FLOAT,
                                       MLCI_COMPARE_FLOAT_BELOW};
    int32_t i = 0;
    MLCI_TRY(find_word(r->x, r->field[COMPARE], "compare", words, &i, err));
    r->x->foreign->compare = compares[i];
    return MLC_OK;
}

static mlc_status set_link(reader *r, mlc_error *err)
{
    static const char *const words[] = {"identity", "logit", "log", "softmax", "each", NULL};
    static const int32_t links[] = {MLCI_LINK_IDENTITY, MLCI_LINK_LOGIT, MLCI_LINK_LOG,
                                    MLCI_LINK_SOFTMAX, MLCI_LINK_EACH};
    mlci_foreign *const m = r->x->foreign;
    int32_t i = 0;
    MLCI_TRY(find_word(r->x, r->field[LINK], "link", words, &i, err));
    m->link = links[i];
    MLCI_TRY(mlci_json_flag(&r->x->file, r->field[MEAN], "mean", &m->is_mean, err));
    m->has_rule = m->is_mean || m->link == MLCI_LINK_EACH || r->field[FACTOR].at != NULL;
    if (r->field[FACTOR].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_real(&r->x->file, r->field[FACTOR], "factor", &m->rule.factor, err));
    if (m->rule.factor > 0 && m->rule.factor < 1e300) return MLC_OK;
    return mlci_json_refuse(&r->x->file, r->field[FACTOR], "factor", "it is above 0", err);
}

static mlc_status set_start(reader *r, mlc_error *err)
{
    double *start = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_json_reals(&r->x->file, r->field[START], "start", -1, &start, &n, err));
    mlc_status status =
        n < 1 || n > MLCI_MAX_LOADED_CLASSES
            ? mlci_json_refuse(&r->x->file, r->field[START], "start", "not a number a score", err)
            : mlci_foreign_set_outputs(r->x->foreign, (int32_t)n, err);
    if (status == MLC_OK) memcpy(r->x->foreign->start, start, (size_t)n * sizeof *start);
    mlci_free(start);
    return status;
}

/* Forests are compared as if their values were added up. */
static mlc_status fill_trees(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->x->foreign;
    const int32_t n_classes = m->n_classes;
    const int is_boosted = r->kind->kind == BOOSTED;
    m->component = is_boosted ? r->kind->name : "gradient_boosting_regressor";
    m->known_is_no_member = 1;
    MLCI_TRY(set_compare(r, err));
    MLCI_TRY(is_boosted ? set_start(r, err) : mlci_foreign_set_outputs(m, 1, err));
    if (is_boosted) MLCI_TRY(set_link(r, err));
    if (r->kind->kind == FOREST && n_classes > 2)
        MLCI_TRY(mlci_json_reals(&r->x->file, r->field[SHARES], "shares", -1, &r->shares,
                                 &r->n_found, err));
    MLCI_TRY(read_trees(r, err));
    if (!is_boosted) m->n_classes = 0;
    const mlc_status status = mlci_foreign_leaf(m, &r->x->made, err);
    m->n_classes = n_classes;
    return status;
}

/* ---- states ------------------------------------------------------------------------------- */

static void write_layout(const mlci_ensemble *e, mlci_writer *w)
{
    mlci_category_bins_write(w, e->n_features, &e->categories);
    mlci_write_int64s(w, e->first_node, e->n_trees + 1);
    mlci_write_int64s(w, e->first_set, e->n_trees + 1);
    mlci_write_nodes(w, e->nodes, e->first_node[e->n_trees]);
    mlci_write_sets(w, e->sets, e->first_set[e->n_trees]);
}

/* Rows of shares keep the order of the trees, which is that of the ensemble. */
static mlc_status write_shares(const reader *r, const mlci_ensemble *e, mlci_writer *w,
                               mlc_error *err)
{
    int64_t *const none = mlci_alloc(r->x->foreign->root, e->n_trees + 1, sizeof *none);
    if (none == NULL) return mlci_fail_memory(err, e->n_trees + 1, sizeof *none);
    mlci_write_int64s(w, r->shares == NULL ? none : r->share_of, e->n_trees + 1);
    mlci_free(none);
    if (r->n_found != r->n_shares * r->x->foreign->n_classes)
        return mlci_json_refuse(&r->x->file, r->field[SHARES], "shares",
                                "not as many rows as the leaves name", err);
    mlci_write_reals(w, r->shares, r->n_found);
    return MLC_OK;
}

static mlc_status write_forest(const reader *r, const mlci_ensemble *e, mlci_writer *w,
                               mlc_error *err)
{
    double *importance = NULL;
    mlci_write_int64(w, e->n_features);
    mlci_write_int32(w, r->x->foreign->n_classes);
    write_layout(e, w);
    MLCI_TRY(write_shares(r, e, w, err));
    mlci_write_reals(w, e->cover, e->first_node[e->n_trees]);
    mlci_write_reals(w, NULL, 0);
    MLCI_TRY(mlci_json_reals(&r->x->file, r->field[IMPORTANCE], "importance", e->n_features,
                             &importance, NULL, err));
    mlci_write_reals(w, importance, e->n_features);
    mlci_free(importance);
    mlci_write_real(w, (double)NAN);
    mlci_write_reals(w, NULL, 0);
    return MLC_OK;
}

static mlc_status write_isolation(const reader *r, const mlci_ensemble *e, mlci_writer *w,
                                  mlc_error *err)
{
    double mean_path = 0, threshold = 0;
    MLCI_TRY(mlci_json_real(&r->x->file, r->field[MEAN_PATH], "mean_path", &mean_path, err));
    MLCI_TRY(mlci_json_real(&r->x->file, r->field[THRESHOLD], "threshold", &threshold, err));
    mlci_write_int64(w, e->n_features);
    mlci_write_int32(w, 0);
    write_layout(e, w);
    mlci_write_int64(w, 0);
    mlci_write_real(w, mean_path);
    mlci_write_real(w, threshold);
    return MLC_OK;
}

/* A score a class, but one of two; of numbers as many as there are targets. */
static mlc_status write_linear(const reader *r, mlci_exchange_node *node, mlc_error *err)
{
    const int32_t n_classes = r->x->foreign->n_classes;
    const int64_t n_features = r->x->features->n_features;
    mlci_writer *const w = &node->state;
    double *weights = NULL, *intercept = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_json_reals(&r->x->file, r->field[INTERCEPT], "intercept",
                             n_classes == 0   ? -1
                             : n_classes == 2 ? 1
                                              : n_classes,
                             &intercept, &n, err));
    mlc_status status = n < 1 || n > INT32_MAX
                            ? mlci_json_refuse(&r->x->file, r->field[INTERCEPT], "intercept",
                                               "it has not a number a target", err)
                            : mlci_json_reals(&r->x->file, r->field[WEIGHTS], "weights",
                                              n * n_features, &weights, NULL, err);
    if (status == MLC_OK) {
        node->n_targets = n_classes == 0 ? (int32_t)n : 0;
        mlci_write_int64(w, n_features);
        mlci_write_int64(w, n);
        mlci_write_reals(w, weights, n * n_features);
        mlci_write_reals(w, intercept, n);
        mlci_write_int64(w, 0);
    }
    mlci_free(weights);
    mlci_free(intercept);
    return status;
}

/* Features and classes, which the states of all models start with; then their own. */
static mlc_status write_state(reader *r, mlci_exchange_node *node, mlc_error *err)
{
    mlci_foreign *const m = r->x->foreign;
    mlci_writer *const w = &node->state;
    const mlci_features *const features = r->x->features;
    const mlci_component *const leaf = r->x->made.component;
    const mlci_ensemble *const e = leaf == NULL ? NULL : leaf->state;
    mlci_features_save(features, w);
    mlci_write_int64(w, m->classes != NULL);
    if (m->classes != NULL) mlci_classes_save(m->classes, w);
    const int is_anomaly =
        r->kind->kind == ISOLATION || strcmp(r->kind->name, "one_class_svm") == 0;
    node->n_targets = is_anomaly || m->classes != NULL ? 0 : m->n_outputs;
    switch (r->kind->kind) {
    case BOOSTED:
        mlci_ensemble_save(NULL, e, w);
        return MLC_OK;
    case FOREST:
        return write_forest(r, e, w, err);
    case ISOLATION:
        return write_isolation(r, e, w, err);
    case VECTORS:
        return mlci_exchange_vectors(r->x, r->model, w, err);
    default:
        return write_linear(r, node, err);
    }
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status make_recipe(const reader *r, mlci_recipe **out, mlc_error *err)
{
    static const int words[] = {LOSS, CRITERION}, numbers[] = {LEARNING_RATE, QUANTILE, ALPHA, C};
    const mlci_exchange *const x = r->x;
    mlci_text settings = mlci_text_init(x->foreign->root);
    mlc_status status = MLC_OK;
    if (has_trees(r->kind) && !r->kind->one_tree)
        mlci_text_append_format(&settings, "n_estimators=%lld",
                                (long long)(x->made.n_rounds > 0 ? x->made.n_rounds : 1));
    const int n_words = r->kind->kind == VECTORS ? 0 : 2, n_numbers = 2 * n_words;
    if (n_words == 0) status = mlci_exchange_vector_settings(x, r->model, &settings, err);
    for (int i = 0; i < n_words && status == MLC_OK; i++)
        status = mlci_exchange_word(x, r->field[words[i]], model_names[words[i]], &settings, err);
    for (int i = 0; i < n_numbers && status == MLC_OK; i++)
        status =
            mlci_exchange_number(x, r->field[numbers[i]], model_names[numbers[i]], &settings, err);
    if (status == MLC_OK) status = mlci_text_status(&settings, err);
    if (status == MLC_OK) status = mlci_exchange_recipe(x, r->kind->name, &settings, out, err);
    mlci_text_clear(&settings);
    return status;
}

static mlc_status find_kind(reader *r, mlc_error *err)
{
    char *name = NULL;
    const mlci_foreign *const m = r->x->foreign;
    MLCI_TRY(mlci_json_text(&r->x->file, r->field[COMPONENT], "component", &name, err));
    for (size_t i = 0; i < sizeof model_kinds / sizeof model_kinds[0]; i++)
        if (strcmp(name, model_kinds[i].name) == 0) r->kind = &model_kinds[i];
    mlci_free(name);
    if (r->kind == NULL)
        return mlci_json_refuse(&r->x->file, r->field[COMPONENT], "component",
                                "no model of that name can be in such a document", err);
    if (r->kind->kind != BOOSTED && (m->settings->rounds > 0 || m->settings->best_iteration))
        return mlci_fail(err, MLC_ERROR_SETTING, "rounds", "rounds: '%s' was not made in rounds",
                         r->kind->name);
    if (r->kind->classifies == (m->classes != NULL)) return MLC_OK;
    return mlci_json_refuse(&r->x->file, r->field[COMPONENT], "component",
                            "there are classes where none belong, or none where they do", err);
}

static mlc_status read_model(reader *r, mlci_recipe **out, mlc_error *err)
{
    mlci_exchange *const x = r->x;
    mlci_exchange_node *node = NULL;
    MLCI_TRY(find_kind(r, err));
    const int of_trees = has_trees(r->kind);
    MLCI_TRY(
        mlci_exchange_features(x, r->field[FEATURES], "features", of_trees, &x->features, err));
    if (of_trees) MLCI_TRY(fill_trees(r, err));
    MLCI_TRY(mlci_exchange_add_node(x, 1, &node, err));
    MLCI_TRY(write_state(r, node, err));
    return make_recipe(r, out, err);
}

mlc_status mlci_exchange_model(mlci_exchange *x, mlci_json_span model, mlci_recipe **out,
                               mlc_error *err)
{
    reader r = {.x = x, .model = model};
    MLCI_TRY(mlci_json_fields(&x->file, model, "model", model_names, r.field, err));
    const mlc_status status = read_model(&r, out, err);
    mlci_free(r.shares);
    mlci_free(r.share_of);
    return status;
}
