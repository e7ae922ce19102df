/* LightGBM's text models, versions v2 to v4 of the format: lines `key=value`, a header, a block a
 * tree. The fields and their meaning are those of LightGBM's src/boosting/gbdt_model_text.cpp and
 * src/io/tree.cpp. */
#include <string.h>

#include "lightgbm_text.h"
#include "number.h"

static mlc_status read_trees(mlci_lightgbm *r, mlc_error *err)
{
    for (; mlci_span_is(r->key, "Tree"); r->tree++) {
        int64_t number = 0;
        MLCI_TRY(mlci_lightgbm_count(r, "Tree", r->tree, r->tree, &number, err));
        MLCI_TRY(mlci_lightgbm_tree(r, err));
        if (!mlci_lightgbm_next(r)) break;
    }
    if (!mlci_lightgbm_ends_trees(r))
        return mlci_foreign_fail(r->model, err, "end of trees",
                                 "line %lld: the trees have no end: the file was cut off",
                                 (long long)r->line);
    if (r->tree % r->per_round != 0 || r->tree == 0)
        return mlci_foreign_fail(r->model, err, "trees",
                                 "it has %lld trees, which is not a number of rounds of %d each",
                                 (long long)r->tree, (int)r->per_round);
    r->model->n_rounds = r->tree / r->per_round;
    return MLC_OK;
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

static mlc_status read_all(mlci_lightgbm *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    MLCI_TRY(read_header(r, err));
    MLCI_TRY(read_trees(r, err));
    MLCI_TRY(mlci_lightgbm_objective(r, err));
    MLCI_TRY(read_rest(r, err));
    if (r->zero_kind && (r->other_kind || r->is_linear))
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "decision_type",
                                   "zeros are missing values of some splits only%s, which cannot "
                                   "be told from one setting",
                                   r->is_linear ? ", or of linear trees" : "");
    m->zero_is_missing = r->zero_kind || m->settings->zero_as_missing;
    return mlci_text_status(&m->recipe, err);
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
    mlci_free(r->reals);
    mlci_free(r);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    return n > 5 && memcmp(bytes, "tree", 4) == 0 && (bytes[4] == '\n' || bytes[4] == '\r');
}

const mlci_import_format mlci_import_lightgbm = {"lightgbm", "LightGBM's text models", sniff,
                                                 read_lightgbm, NULL};
