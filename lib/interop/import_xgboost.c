/* XGBoost's models, releases 1.0 to 3.x, in JSON and in UBJSON: trees, dart, random forests, trees
 * with a value an output in each leaf, gblinear. The reading is in xgboost_*.c; here the parts are
 * put together. */
#include <string.h>

#include "foreign_levels.h"
#include "import.h"
#include "xgboost.h"

#define LATEST_VERSION 3

/* ---- trees -------------------------------------------------------------------------------- */

static mlc_status check_trees(const mlci_xgboost *x, mlc_error *err)
{
    const mlci_foreign *const m = x->model;
    if (!x->has_trees)
        return mlci_foreign_fail(m, err, "trees", "it has neither trees nor weights");
    if (x->n_trees == 0)
        return mlci_foreign_fail(m, err, "trees", "it has no trees: it was not trained");
    if (x->n_declared_trees >= 0 && x->n_declared_trees != x->n_trees)
        return mlci_foreign_fail(m, err, "num_trees", "it has %lld trees, num_trees says %lld",
                                 (long long)x->n_trees, (long long)x->n_declared_trees);
    if (x->tree_info.n != x->n_trees)
        return mlci_foreign_fail(m, err, "tree_info", "it has %lld trees, tree_info %lld",
                                 (long long)x->n_trees, (long long)x->tree_info.n);
    if (x->first_tree.n > 0 && x->first_tree.at[x->first_tree.n - 1] != x->n_trees)
        return mlci_foreign_fail(m, err, "iteration_indptr",
                                 "iteration_indptr does not end at the number of trees, %lld",
                                 (long long)x->n_trees);
    if (x->n_leaf_values > 1 && x->n_leaf_values != m->n_outputs)
        return mlci_foreign_fail(m, err, "size_leaf_vector",
                                 "its leaves have %lld values, the model %d outputs",
                                 (long long)x->n_leaf_values, (int)m->n_outputs);
    return MLC_OK;
}

/* Trees whose leaves have one value say what they add to. */
static mlc_status set_outputs(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    for (int64_t t = 0; x->n_leaf_values == 1 && t < x->n_trees; t++) {
        const int64_t output = x->tree_info.at[t];
        if (output < 0 || output >= m->n_outputs)
            return mlci_foreign_fail(m, err, "tree_info", "tree %lld adds to output %lld of %d",
                                     (long long)t, (long long)output, (int)m->n_outputs);
        m->output[t] = (int32_t)output;
    }
    return MLC_OK;
}

/* dart: the leaves of a tree count as much as its weight says, and none says 1. */
static mlc_status weigh_trees(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    if (x->weight_drop.n > x->n_trees)
        return mlci_foreign_fail(m, err, "weight_drop", "it has %lld trees, weight_drop %lld",
                                 (long long)x->n_trees, (long long)x->weight_drop.n);
    for (int64_t t = 0; t < x->weight_drop.n * x->n_leaf_values; t++) {
        const float weight = x->weight_drop.at[t / x->n_leaf_values];
        for (int64_t i = m->first_node[t]; i < m->first_node[t + 1]; i++) {
            mlci_foreign_node *const node = &m->nodes[i];
            if (node->feature < 0) node->value = (double)((float)node->value * weight);
        }
    }
    return MLC_OK;
}

/* ---- rounds ------------------------------------------------------------------------------- */

/* Does each round of n trees have as many of each output? */
static int are_rounds_alike(const mlci_xgboost *x, int64_t n, int64_t *counts)
{
    const int64_t n_outputs = x->n_leaf_values > 1 ? 1 : x->model->n_outputs;
    if (n < 1 || x->n_trees % n != 0 || n % n_outputs != 0) return 0;
    for (int64_t t = 0; n_outputs > 1 && t < x->n_trees; t++)
        if (counts[x->tree_info.at[t]]++ / (n / n_outputs) != t / n) return 0;
    for (int64_t i = 0; i < x->first_tree.n; i++)
        if (x->first_tree.at[i] != i * n) return 0;
    return 1;
}

/* Trees of a round: as the document says, or those of all outputs. */
static int64_t trees_of_round(const mlci_xgboost *x)
{
    const int64_t n_outputs = x->n_leaf_values > 1 ? 1 : x->model->n_outputs;
    if (x->first_tree.n > 1) return x->first_tree.at[1];
    if (x->n_parallel_trees < 1 || x->n_parallel_trees > INT32_MAX) return n_outputs;
    return x->n_parallel_trees * n_outputs;
}

/* Rounds that are not alike, of a training that went on with other parameters, are taken together
 * as one. */
static mlc_status set_rounds(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    const int64_t n = trees_of_round(x);
    int64_t *const counts = mlci_alloc(m->root, m->n_outputs, sizeof *counts);
    if (counts == NULL) return mlci_fail_memory(err, m->n_outputs, sizeof *counts);
    m->n_rounds = are_rounds_alike(x, n, counts) ? x->n_trees / n : 1;
    mlci_free(counts);
    if (x->best_iteration >= 0 && x->best_iteration < m->n_rounds)
        m->best_round = x->best_iteration + 1;
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status check_version(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    mlci_text text = mlci_text_init(NULL);
    const int64_t *const v = x->version;
    if (v[0] < 0)
        return mlci_foreign_fail(m, err, "version", "it does not say which release wrote it");
    mlci_text_append_format(&text, "%lld.%lld.%lld", (long long)v[0], (long long)v[1],
                            (long long)v[2]);
    if (text.data != NULL)
        memcpy(m->version, text.data,
               (size_t)text.length < sizeof m->version ? (size_t)text.length + 1 : 0);
    mlci_text_clear(&text);
    if (v[0] >= 1 && v[0] <= LATEST_VERSION) return MLC_OK;
    return mlci_foreign_refuse(m, err, MLC_ERROR_VERSION, "version",
                               "it was written by release %s; 1.0 to %d.x can be read", m->version,
                               LATEST_VERSION);
}

static mlc_status check_booster(const mlci_xgboost *x, mlc_error *err)
{
    static const char *const known[] = {"gbtree", "dart", "gblinear"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(x->booster, known[i]) == 0) return MLC_OK;
    return mlci_foreign_refuse(x->model, err, MLC_ERROR_UNSUPPORTED, "name",
                               "booster '%s' is not known: gbtree, dart and gblinear are",
                               x->booster);
}

static mlc_status finish_trees(mlci_xgboost *x, mlc_error *err)
{
    MLCI_TRY(check_trees(x, err));
    MLCI_TRY(set_outputs(x, err));
    MLCI_TRY(weigh_trees(x, err));
    return set_rounds(x, err);
}

/* Of one quantile, releases may not say which. */
static mlc_status set_levels(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    if (strcmp(m->objective, "reg:quantileerror") != 0) return MLC_OK;
    if (x->levels.length == 0 && m->n_outputs == 1) return MLC_OK;
    return mlci_foreign_set_levels(m, "quantile_alpha", x->levels.length > 0 ? x->levels.data : "",
                                   err);
}

static mlc_status read_all(mlci_xgboost *x, mlc_error *err)
{
    MLCI_TRY(mlci_xgboost_read(x, err));
    MLCI_TRY(check_version(x, err));
    MLCI_TRY(check_booster(x, err));
    MLCI_TRY(mlci_xgboost_set_objective(x, err));
    MLCI_TRY(mlci_xgboost_set_inputs(x, err));
    if (x->has_weights && !x->has_trees)
        MLCI_TRY(mlci_xgboost_set_weights(x, err));
    else
        MLCI_TRY(finish_trees(x, err));
    return set_levels(x, err);
}

static void clear(mlci_xgboost *x)
{
    void *const blocks[] = {x->base_score.at, x->weight_drop.at, x->weights.at,    x->tree_info.at,
                            x->first_tree.at, x->name_ends.at,   x->label_ends.at, x->n_labels.at};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_text_clear(&x->names);
    mlci_text_clear(&x->types);
    mlci_text_clear(&x->labels);
    mlci_text_clear(&x->levels);
    mlci_xgboost_tree_clear(&x->tree);
    mlci_document_close(&x->document);
    mlci_free(x);
}

/* A document that is damaged, as the others fail: a file of the format it is not. */
static mlc_status as_format(const mlci_foreign *model, const mlc_error *inner, mlc_error *err)
{
    if (inner->line > 0)
        mlci_foreign_fail(model, err, inner->name, "line %lld, column %lld: %s",
                          (long long)inner->line, (long long)inner->column, inner->message);
    else
        mlci_foreign_fail(model, err, inner->name, "%s", inner->message);
    if (err != NULL) {
        err->line = inner->line;
        err->column = inner->column;
    }
    return MLC_ERROR_FORMAT;
}

/* ---- what a file is ----------------------------------------------------------------------- */

static int starts_with(const char *bytes, int64_t n, const char *text)
{
    const size_t length = strlen(text);
    return n >= (int64_t)length && memcmp(bytes, text, length) == 0;
}

static int64_t find(const char *bytes, int64_t n, const char *text, int64_t length)
{
    for (int64_t i = 0; i + length <= n; i++)
        if (memcmp(bytes + i, text, (size_t)length) == 0) return i;
    return -1;
}

/* The binary files of releases before 3.1: they start with "binf", a snapshot of the memory with
 * "CONFIG-offset:", or with numbers and then the name of the booster behind its length. */
static int is_binary(const char *bytes, int64_t n)
{
    static const struct {
        const char *mark;
        int64_t length;
    } boosters[] = {{"\6\0\0\0\0\0\0\0gbtree", 14},
                    {"\4\0\0\0\0\0\0\0dart", 12},
                    {"\10\0\0\0\0\0\0\0gblinear", 16}};
    if (starts_with(bytes, n, "binf") || starts_with(bytes, n, "bs64") ||
        starts_with(bytes, n, "CONFIG-offset:"))
        return 1;
    for (size_t i = 0; i < sizeof boosters / sizeof boosters[0]; i++)
        if (find(bytes, n < 256 ? n : 256, boosters[i].mark, boosters[i].length) >= 0) return 1;
    return 0;
}

/* An object that begins with one of the keys of XGBoost's root. */
static int sniff(const char *bytes, int64_t n)
{
    static const char *const keys[] = {"learner", "Model", "Config"};
    mlci_document d;
    int found = 0;
    if (is_binary(bytes, n)) return 1;
    mlci_document_open(&d, NULL, bytes, n);
    if (mlci_document_next(&d, NULL) == MLC_OK && d.event == MLCI_JSON_OBJECT &&
        mlci_document_next(&d, NULL) == MLC_OK && d.event == MLCI_JSON_KEY) {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            found |= mlci_document_is(&d, keys[i]);
        if (mlci_document_is(&d, "version"))
            found = find(bytes, n < 256 ? n : 256, "learner", 7) >= 0;
    }
    mlci_document_close(&d);
    return found;
}

static mlc_status read_xgboost(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    mlc_error inner;
    model->library = "XGBoost";
    if (is_binary(bytes, n))
        return mlci_foreign_refuse(model, err, MLC_ERROR_UNSUPPORTED, "format",
                                   "it has XGBoost's old binary format: load it with a release "
                                   "before 3.1 and save it as .json or .ubj");
    mlci_xgboost *const x = mlci_alloc(model->root, 1, sizeof *x);
    if (x == NULL) return mlci_fail_memory(err, 1, sizeof *x);
    model->compare = MLCI_COMPARE_FLOAT_BELOW;
    model->members_go_right = model->unseen_is_no_member = 1;
    model->zero_is_missing = model->settings->zero_as_missing;
    x->model = model;
    x->version[0] = x->best_iteration = x->n_declared_trees = x->n_parallel_trees = -1;
    x->n_leaf_values = 1;
    x->names = x->types = x->labels = x->levels = mlci_text_init(model->root);
    mlci_document_open(&x->document, model->root, bytes, n);
    const mlc_status status = read_all(x, &inner);
    clear(x);
    if (status == MLC_ERROR_SYNTAX) return as_format(model, &inner, err);
    if (status != MLC_OK && err != NULL) *err = inner;
    return status;
}

const mlci_import_format mlci_import_xgboost = {"xgboost", "XGBoost's models in JSON or UBJSON",
                                                sniff, .read = read_xgboost};
