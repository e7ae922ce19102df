/* LightGBM's text models, versions v2 to v4 of the format: lines `key=value`, a header, a block a
 * tree. The fields and their meaning are those of LightGBM's src/boosting/gbdt_model_text.cpp and
 * src/io/tree.cpp. */
#include <string.h>

#include "lightgbm_text.h"
#include "number.h"

/* ---- trees -------------------------------------------------------------------------------- */

/* Room for one more tree, zeroed. */
static mlc_status open_tree(mlci_lightgbm *r, mlc_error *err)
{
    if (r->n_trees == r->capacity) {
        const int64_t capacity = r->capacity < 16 ? 16 : 2 * r->capacity;
        mlci_lightgbm_tree *const grown =
            mlci_realloc(r->model->root, r->trees, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        r->trees = grown;
        r->capacity = capacity;
    }
    r->trees[r->n_trees] = (mlci_lightgbm_tree){.first_set = 0};
    return MLC_OK;
}

/* Finds the trees, and a place in the model for each. */
static mlc_status list_trees(mlci_lightgbm *r, mlci_lightgbm_reader *numbers, mlc_error *err)
{
    int64_t n_sets = 0;
    for (int more = 1; more && mlci_span_is(r->key, "Tree"); more = mlci_lightgbm_next(r)) {
        int64_t number = 0;
        MLCI_TRY(mlci_lightgbm_count(r, "Tree", r->n_trees, r->n_trees, &number, err));
        MLCI_TRY(open_tree(r, err));
        mlci_lightgbm_tree *const tree = &r->trees[r->n_trees];
        MLCI_TRY(mlci_lightgbm_list_fields(r, tree, err));
        numbers->tree = tree;
        numbers->number = r->n_trees;
        MLCI_TRY(mlci_lightgbm_measure(numbers, err));
        tree->first_set = n_sets;
        n_sets += tree->n_sets;
        MLCI_TRY(mlci_foreign_place_tree(r->model, (int32_t)(r->n_trees % r->per_round),
                                         2 * tree->n_leaves - 1, err));
        r->n_trees++;
    }
    if (!mlci_lightgbm_ends_trees(r))
        return mlci_foreign_fail(r->model, err, "end of trees",
                                 "line %lld: the trees have no end: the file was cut off",
                                 (long long)r->line);
    if (r->n_trees % r->per_round != 0 || r->n_trees == 0)
        return mlci_foreign_fail(r->model, err, "trees",
                                 "it has %lld trees, which is not a number of rounds of %d each",
                                 (long long)r->n_trees, (int)r->per_round);
    r->model->n_rounds = r->n_trees / r->per_round;
    return MLC_OK;
}

static mlc_status read_tree(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    mlci_lightgbm_reader *const r = (mlci_lightgbm_reader *)arg + slot;
    const mlci_foreign *const m = r->file->model;
    r->tree = &r->file->trees[t];
    r->number = t;
    return mlci_lightgbm_read_tree(r, m->nodes + m->first_node[t], err);
}

/* Of the two errors that a file may have, one where trees are found and one where they are read,
 * that in the earlier tree counts. */
static mlc_status read_with(mlci_lightgbm *r, mlci_lightgbm_reader *readers, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    mlc_error error = {0};
    const mlc_status listed = list_trees(r, readers, &error);
    MLCI_TRY(mlci_foreign_make_nodes(m, err));
    MLCI_TRY(mlci_parallel_for(m->call, r->n_trees, read_tree, readers, err));
    if (listed != MLC_OK && err != NULL) *err = error;
    if (listed != MLC_OK) return listed;
    for (int64_t t = 0; t < r->n_trees; t++)
        MLCI_TRY(mlci_lightgbm_add_tree(m, &r->trees[t], m->nodes + m->first_node[t], err));
    return MLC_OK;
}

static mlc_status read_trees(mlci_lightgbm *r, mlc_error *err)
{
    const int32_t n = mlci_n_slots(r->model->call);
    mlci_lightgbm_reader *const readers = mlci_alloc(r->model->root, n, sizeof *readers);
    if (readers == NULL) return mlci_fail_memory(err, n, sizeof *readers);
    for (int32_t i = 0; i < n; i++)
        readers[i].file = r;
    const mlc_status status = read_with(r, readers, err);
    for (int32_t i = 0; i < n; i++)
        mlci_free(readers[i].reals);
    mlci_free(readers);
    return status;
}

/* ---- header ------------------------------------------------------------------------------- */

static mlc_status check_version(mlci_lightgbm *r, mlc_error *err)
{
    if (mlci_span_is(r->value, "v2") || mlci_span_is(r->value, "v3") ||
        mlci_span_is(r->value, "v4"))
        return MLC_OK;
    return mlci_foreign_refuse(r->model, err, MLC_ERROR_VERSION, "version",
                               "line %lld: version %.*s of the format; v2, v3 and v4 are known",
                               (long long)r->line,
                               (int)(r->value.length > 40 ? 40 : r->value.length), r->value.at);
}

/* Features without names are called Column_0, Column_1, ... */
static int is_numbered(mlci_span name, int64_t i)
{
    int64_t number = -1;
    return name.length > 7 && memcmp(name.at, "Column_", 7) == 0 &&
           mlci_integer_parse(name.at + 7, name.length - 7, &number) && number == i;
}

static mlc_status set_names(mlci_lightgbm *r, mlc_error *err)
{
    mlci_span names = r->names, name;
    int64_t n = 0, n_numbered = 0;
    while (mlci_span_word(&names, &name))
        n_numbered += is_numbered(name, n++);
    if (n != r->n_features)
        return mlci_foreign_fail(r->model, err, "feature_names",
                                 "feature_names has %lld names, max_feature_idx says %lld",
                                 (long long)n, (long long)r->n_features);
    names = r->names;
    for (int64_t i = 0; n_numbered < n && mlci_span_word(&names, &name); i++)
        MLCI_TRY(mlci_foreign_name_input(r->model, i, name.at, name.length, err));
    return MLC_OK;
}

/* "[low:high]", "none", or the codes of a category, "3:1:2". */
static mlc_status set_infos(mlci_lightgbm *r, mlc_error *err)
{
    mlci_span infos = r->infos, info;
    int64_t i = 0;
    for (; mlci_span_word(&infos, &info); i++)
        if (i < r->n_features && info.at[0] != '[' && !mlci_span_is(info, "none"))
            r->model->inputs[i].is_category = 1;
    if (r->infos.at == NULL || i == r->n_features) return MLC_OK;
    return mlci_foreign_fail(r->model, err, "feature_infos",
                             "feature_infos has %lld entries, max_feature_idx says %lld features",
                             (long long)i, (long long)r->n_features);
}

static mlc_status finish_header(mlci_lightgbm *r, mlc_error *err)
{
    if (r->names.at == NULL || r->n_features == 0 || r->per_round == 0)
        return mlci_foreign_fail(r->model, err, "header", "line %lld: trees before %s",
                                 (long long)r->line,
                                 r->n_features == 0  ? "max_feature_idx"
                                 : r->per_round == 0 ? "num_tree_per_iteration"
                                                     : "feature_names");
    MLCI_TRY(mlci_foreign_set_inputs(r->model, r->n_features, err));
    MLCI_TRY(set_names(r, err));
    MLCI_TRY(set_infos(r, err));
    return mlci_foreign_set_outputs(r->model, r->per_round, err);
}

static mlc_status read_header(mlci_lightgbm *r, mlc_error *err)
{
    int64_t n = 0;
    while (mlci_lightgbm_next(r)) {
        if (mlci_span_is(r->key, "Tree") || mlci_lightgbm_ends_trees(r))
            return finish_header(r, err);
        if (mlci_span_is(r->key, "version")) {
            MLCI_TRY(check_version(r, err));
            mlci_span_keep(r->value, r->model->version, sizeof r->model->version);
        } else if (mlci_span_is(r->key, "num_class")) {
            MLCI_TRY(mlci_lightgbm_count(r, "num_class", 1, MLCI_MAX_LOADED_CLASSES, &n, err));
            r->n_classes = (int32_t)n;
        } else if (mlci_span_is(r->key, "num_tree_per_iteration")) {
            MLCI_TRY(mlci_lightgbm_count(r, "num_tree_per_iteration", 1, MLCI_MAX_LOADED_CLASSES,
                                         &n, err));
            r->per_round = (int32_t)n;
        } else if (mlci_span_is(r->key, "max_feature_idx")) {
            MLCI_TRY(mlci_lightgbm_count(r, "max_feature_idx", 0, INT32_MAX - 1, &n, err));
            r->n_features = n + 1;
        } else if (mlci_span_is(r->key, "objective")) {
            r->objective = r->value;
        } else if (mlci_span_is(r->key, "average_output")) {
            r->average = 1;
        } else if (mlci_span_is(r->key, "feature_names")) {
            r->names = r->value;
        } else if (mlci_span_is(r->key, "feature_infos")) {
            r->infos = r->value;
        }
    }
    return mlci_foreign_fail(r->model, err, "trees", "it has no trees: the file was cut off");
}

/* ---- after the trees ---------------------------------------------------------------------- */

static mlc_status read_rest(mlci_lightgbm *r, mlc_error *err)
{
    static const char pandas[] = "pandas_categorical:";
    const int64_t n = (int64_t)sizeof pandas - 1;
    while (mlci_lightgbm_next(r)) {
        const mlci_span line = {r->key.at, r->value.at + r->value.length - r->key.at};
        if (line.length > n && memcmp(line.at, pandas, (size_t)n) == 0)
            MLCI_TRY(mlci_lightgbm_labels(r, (mlci_span){line.at + n, line.length - n}, err));
        else
            mlci_lightgbm_parameter(r);
    }
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status set_missing(mlci_lightgbm *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    int32_t zero_kind = 0, other_kind = 0, is_linear = 0;
    for (int64_t t = 0; t < r->n_trees; t++) {
        zero_kind |= r->trees[t].zero_kind;
        other_kind |= r->trees[t].other_kind;
        is_linear |= r->trees[t].lines.intercept != NULL;
    }
    if (zero_kind && (other_kind || is_linear))
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "decision_type",
                                   "zeros are missing values of some splits only%s, which cannot "
                                   "be told from one setting",
                                   is_linear ? ", or of linear trees" : "");
    m->zero_is_missing = zero_kind || m->settings->zero_as_missing;
    return MLC_OK;
}

static mlc_status read_all(mlci_lightgbm *r, mlc_error *err)
{
    MLCI_TRY(read_header(r, err));
    MLCI_TRY(read_trees(r, err));
    MLCI_TRY(mlci_lightgbm_objective(r, err));
    MLCI_TRY(read_rest(r, err));
    MLCI_TRY(set_missing(r, err));
    return mlci_text_status(&r->model->recipe, err);
}

static mlc_status read_lightgbm(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    mlci_lightgbm *const r = mlci_alloc(model->root, 1, sizeof *r);
    if (r == NULL) return mlci_fail_memory(err, 1, sizeof *r);
    model->library = "LightGBM";
    model->compare = MLCI_COMPARE_DOUBLE;
    r->model = model;
    r->at = bytes;
    r->end = bytes + n;
    const mlc_status status = read_all(r, err);
    for (int64_t t = 0; t < r->n_trees; t++)
        mlci_lightgbm_clear_tree(&r->trees[t]);
    mlci_free(r->trees);
    mlci_free(r);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    return n > 5 && memcmp(bytes, "tree", 4) == 0 && (bytes[4] == '\n' || bytes[4] == '\r');
}

const mlci_import_format mlci_import_lightgbm = {"lightgbm", "LightGBM's text models", sniff,
                                                 read_lightgbm, NULL};
