/* LightGBM's text models, versions v2 to v4 of the format: lines `key=value`, a header, a block a
 * tree. The fields and their meaning are those of LightGBM's src/boosting/gbdt_model_text.cpp and
 * src/io/tree.cpp. */
#include <string.h>

#include "lightgbm_text.h"
#include "number.h"

/* ---- parts of the file -------------------------------------------------------------------- */

/* Goes back to a line, to be looked at again with more of the file behind it. */
static void go_back(mlci_lightgbm *r, const char *start, int64_t line)
{
    r->at = start;
    r->line = line;
}

/* Gives up what was looked at and holds more of what follows. */
static mlc_status hold_more(mlci_lightgbm *r, mlc_error *err)
{
    MLCI_TRY(mlci_import_source_more(r->source, r->at - r->source->bytes, err));
    r->at = r->source->bytes;
    r->end = r->at + r->source->n;
    return MLC_OK;
}

/* ---- trees -------------------------------------------------------------------------------- */

/* Room for one more tree, zeroed. */
static mlc_status open_tree(mlci_lightgbm *r, mlc_error *err)
{
    if (r->n_held == r->capacity) {
        const int64_t capacity = r->capacity < 16 ? 16 : 2 * r->capacity;
        mlci_lightgbm_tree *const grown =
            mlci_realloc(r->model->root, r->trees, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        r->trees = grown;
        r->capacity = capacity;
    }
    r->trees[r->n_held] = (mlci_lightgbm_tree){.first_set = 0};
    return MLC_OK;
}

/* Finds a tree, whose first line is the latest one, and a place for it in the model; nothing where
 * r->is_cut. */
static mlc_status list_tree(mlci_lightgbm *r, mlci_lightgbm_reader *numbers, mlc_error *err)
{
    int64_t number = 0;
    const int64_t t = r->n_trees + r->n_held;
    MLCI_TRY(mlci_lightgbm_count(r, "Tree", t, t, &number, err));
    MLCI_TRY(open_tree(r, err));
    mlci_lightgbm_tree *const tree = &r->trees[r->n_held];
    MLCI_TRY(mlci_lightgbm_list_fields(r, tree, err));
    if (r->is_cut) return MLC_OK;
    numbers->tree = tree;
    numbers->number = t;
    MLCI_TRY(mlci_lightgbm_measure(numbers, err));
    tree->first_set = r->n_sets;
    MLCI_TRY(mlci_foreign_place_tree(r->model, (int32_t)(t % r->per_round), 2 * tree->n_leaves - 1,
                                     err));
    r->n_sets += tree->n_sets;
    r->n_held++;
    return MLC_OK;
}

/* Finds the trees that are held whole; *more: others follow. */
static mlc_status list_trees(mlci_lightgbm *r, mlci_lightgbm_reader *numbers, int *more,
                             mlc_error *err)
{
    for (;;) {
        const char *const start = r->at;
        const int64_t line = r->line;
        const int is_tree = mlci_lightgbm_next(r) && mlci_span_is(r->key, "Tree");
        if (is_tree) MLCI_TRY(list_tree(r, numbers, err));
        *more = r->is_cut;
        if (r->is_cut) go_back(r, start, line);
        if (r->is_cut || !is_tree) return MLC_OK;
    }
}

static mlc_status read_tree(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    mlci_lightgbm_reader *const r = (mlci_lightgbm_reader *)arg + slot;
    const mlci_foreign *const m = r->file->model;
    r->tree = &r->file->trees[i];
    r->number = r->file->n_trees + i;
    return mlci_lightgbm_read_tree(r, m->nodes + m->first_node[r->number], err);
}

static mlc_status add_trees(mlci_lightgbm *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    for (int64_t i = 0; i < r->n_held; i++) {
        const mlci_lightgbm_tree *const tree = &r->trees[i];
        MLCI_TRY(mlci_lightgbm_add_tree(m, tree, m->nodes + m->first_node[r->n_trees + i], err));
        r->zero_kind |= tree->zero_kind;
        r->other_kind |= tree->other_kind;
        r->is_linear |= tree->lines.intercept != NULL;
    }
    return MLC_OK;
}

static void clear_trees(mlci_lightgbm *r)
{
    for (int64_t i = 0; i < r->n_held; i++)
        mlci_lightgbm_clear_tree(&r->trees[i]);
    r->n_trees += r->n_held;
    r->n_held = 0;
}

/* Trees of what is held. Of the two errors that it may have, one where trees are found and one
 * where they are read, that in the earlier tree counts. */
static mlc_status read_part(mlci_lightgbm *r, mlci_lightgbm_reader *readers, int *more,
                            mlc_error *err)
{
    mlc_error error = {0};
    const mlc_status listed = list_trees(r, readers, more, &error);
    mlc_status status = mlci_foreign_make_nodes(r->model, err);
    if (status == MLC_OK)
        status = mlci_parallel_for(r->model->call, r->n_held, read_tree, readers, err);
    if (status == MLC_OK && listed != MLC_OK) {
        status = listed;
        if (err != NULL) *err = error;
    }
    if (status == MLC_OK) status = add_trees(r, err);
    clear_trees(r);
    return status;
}

static mlc_status read_parts(mlci_lightgbm *r, mlci_lightgbm_reader *readers, mlc_error *err)
{
    for (int more = 1; more;) {
        MLCI_TRY(read_part(r, readers, &more, err));
        if (more) MLCI_TRY(hold_more(r, err));
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

static mlc_status read_trees(mlci_lightgbm *r, mlc_error *err)
{
    const int32_t n = mlci_n_slots(r->model->call);
    mlci_lightgbm_reader *const readers = mlci_alloc(r->model->root, n, sizeof *readers);
    if (readers == NULL) return mlci_fail_memory(err, n, sizeof *readers);
    for (int32_t i = 0; i < n; i++)
        readers[i].file = r;
    const mlc_status status = read_parts(r, readers, err);
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
    if (r->objective.at != NULL) {
        r->kept = mlci_copy_text(r->model->root, r->objective.at, r->objective.length);
        if (r->kept == NULL) return mlci_fail_memory(err, r->objective.length, 1);
        r->objective.at = r->kept;
    }
    return mlci_foreign_set_outputs(r->model, r->per_round, err);
}

/* The lines before the trees; of what is held, where r->is_cut. */
static mlc_status read_header_lines(mlci_lightgbm *r, mlc_error *err)
{
    int64_t n = 0;
    for (;;) {
        const char *const start = r->at;
        if (!mlci_lightgbm_next(r)) break;
        if (mlci_span_is(r->key, "Tree") || mlci_lightgbm_ends_trees(r)) {
            go_back(r, start, r->line - 1);
            return finish_header(r, err);
        }
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
    if (r->is_cut) return MLC_OK;
    return mlci_foreign_fail(r->model, err, "trees", "it has no trees: the file was cut off");
}

/* Until all of it is held, it is read again with what was behind. */
static mlc_status read_header(mlci_lightgbm *r, mlc_error *err)
{
    for (;;) {
        MLCI_TRY(read_header_lines(r, err));
        if (!r->is_cut) return MLC_OK;
        go_back(r, r->source->bytes, 0);
        MLCI_TRY(hold_more(r, err));
    }
}

/* ---- after the trees ---------------------------------------------------------------------- */

static mlc_status read_rest(mlci_lightgbm *r, mlc_error *err)
{
    while (!r->source->at_end)
        MLCI_TRY(hold_more(r, err));
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
    if (r->zero_kind && (r->other_kind || r->is_linear))
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "decision_type",
                                   "zeros are missing values of some splits only%s, which cannot "
                                   "be told from one setting",
                                   r->is_linear ? ", or of linear trees" : "");
    m->zero_is_missing = r->zero_kind || m->settings->zero_as_missing;
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

static mlc_status read_lightgbm(mlci_foreign *model, mlci_import_source *source, mlc_error *err)
{
    mlci_lightgbm *const r = mlci_alloc(model->root, 1, sizeof *r);
    if (r == NULL) return mlci_fail_memory(err, 1, sizeof *r);
    model->library = "LightGBM";
    model->compare = MLCI_COMPARE_DOUBLE;
    r->model = model;
    r->source = source;
    r->at = source->bytes;
    r->end = r->at + source->n;
    const mlc_status status = read_all(r, err);
    mlci_free(r->trees);
    mlci_free(r->kept);
    mlci_free(r);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    return n > 5 && memcmp(bytes, "tree", 4) == 0 && (bytes[4] == '\n' || bytes[4] == '\r');
}

const mlci_import_format mlci_import_lightgbm = {"lightgbm", "LightGBM's text models", sniff,
                                                 .read_parts = read_lightgbm};
