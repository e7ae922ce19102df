/* A tree of a text model of LightGBM: src/io/tree.cpp says what the fields mean. */
#include <string.h>

#include "lightgbm_text.h"

/* decision_type: bit 0 categories, bit 1 missing goes left, bits 2 and 3 what is missing. */
#define IS_CATEGORY 1
#define MISSING_LEFT 2
#define MISSING_KIND(type) ((type) >> 2 & 3)
enum { NONE_MISSING = 0, ZERO_MISSING = 1, NAN_MISSING = 2 };

/* A field that may be absent: 0 then. */
static mlc_status read_one(mlci_lightgbm *r, int field, double high, int64_t *out, mlc_error *err)
{
    *out = 0;
    if (r->field[field].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_integers(r, field, 1, 0, high, err));
    *out = (int64_t)r->reals[0];
    return MLC_OK;
}

/* ---- categories --------------------------------------------------------------------------- */

/* The sets of a tree, of which split k has number (its threshold); *sets gets where they start. */
static mlc_status read_sets(mlci_lightgbm *r, int64_t n_cat, int32_t *first_set, mlc_error *err)
{
    *first_set = (int32_t)r->model->n_sets;
    if (n_cat == 0) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_CAT_BOUNDARIES, n_cat + 1, 0, (double)INT32_MAX, err));
    int64_t *const bounds = mlci_alloc(r->model->root, n_cat + 1, sizeof *bounds);
    if (bounds == NULL) return mlci_fail_memory(err, n_cat + 1, sizeof *bounds);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i <= n_cat; i++) {
        bounds[i] = (int64_t)r->reals[i];
        if (i == 0 ? bounds[i] != 0 : bounds[i] < bounds[i - 1])
            status =
                mlci_lightgbm_fail_field(r, MLCI_CAT_BOUNDARIES, "they do not rise from 0", err);
    }
    if (status == MLC_OK)
        status = mlci_lightgbm_integers(r, MLCI_CAT_THRESHOLD, bounds[n_cat], 0, (double)UINT32_MAX,
                                        err);
    uint32_t *const words =
        status == MLC_OK ? mlci_alloc(r->model->root, bounds[n_cat], sizeof *words) : NULL;
    if (status == MLC_OK && words == NULL)
        status = mlci_fail_memory(err, bounds[n_cat], sizeof *words);
    for (int64_t i = 0; words != NULL && i < bounds[n_cat]; i++)
        words[i] = (uint32_t)r->reals[i];
    for (int64_t i = 0; i < n_cat && status == MLC_OK; i++) {
        int32_t set = 0;
        status = mlci_foreign_add_bit_set(r->model, bounds[i + 1] - bounds[i], words + bounds[i],
                                          &set, err);
    }
    mlci_free(words);
    mlci_free(bounds);
    return status;
}

/* ---- a tree ------------------------------------------------------------------------------- */

/* Splits are nodes 0 to n - 2, leaf k is node n - 1 + k: what the file calls ~k. */
static int32_t node_of(double child, int64_t n_leaves)
{
    return (int32_t)(child >= 0 ? child : (double)(n_leaves - 1) + (-child - 1));
}

static mlc_status set_kind(mlci_lightgbm *r, mlci_foreign_node *node, int32_t type, int64_t n_cat,
                           int32_t first_set, mlc_error *err)
{
    node->missing = MLCI_MISSING_RIGHT;
    if (type & IS_CATEGORY) {
        if (!(node->value >= 0 && node->value < (double)n_cat) ||
            node->value != (double)(int64_t)node->value)
            return mlci_lightgbm_fail_field(
                r, MLCI_THRESHOLD, "a split has a set of categories that is not there", err);
        node->set = first_set + (int32_t)node->value;
        if (node->feature < r->model->n_features) r->model->inputs[node->feature].is_category = 1;
        return MLC_OK;
    }
    switch (MISSING_KIND(type)) {
    case NONE_MISSING:
        node->missing = MLCI_MISSING_IS_ZERO;
        r->other_kind = 1;
        return MLC_OK;
    case ZERO_MISSING:
        r->zero_kind = 1;
        break;
    case NAN_MISSING:
        r->other_kind = 1;
        break;
    default:
        return mlci_lightgbm_fail_field(r, MLCI_DECISION_TYPE,
                                        "a kind of missing values that is not known", err);
    }
    node->missing = type & MISSING_LEFT ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return MLC_OK;
}

static mlc_status read_splits(mlci_lightgbm *r, int64_t n_leaves, mlci_foreign_node *nodes,
                              int64_t n_cat, int32_t first_set, mlc_error *err)
{
    const int64_t n = n_leaves - 1;
    const double last = (double)(r->model->n_features - 1);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_SPLIT_FEATURE, n, 0, last, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].feature = (int32_t)r->reals[i];
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_THRESHOLD, n, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].value = r->reals[i];
    MLCI_TRY(
        mlci_lightgbm_integers(r, MLCI_LEFT_CHILD, n, (double)-n_leaves, (double)(n - 1), err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].left = node_of(r->reals[i], n_leaves);
    MLCI_TRY(
        mlci_lightgbm_integers(r, MLCI_RIGHT_CHILD, n, (double)-n_leaves, (double)(n - 1), err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].right = node_of(r->reals[i], n_leaves);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_DECISION_TYPE, n, 0, 15, err));
    for (int64_t i = 0; i < n; i++)
        MLCI_TRY(set_kind(r, &nodes[i], (int32_t)r->reals[i], n_cat, first_set, err));
    if (r->field[MLCI_SPLIT_GAIN].at != NULL) {
        MLCI_TRY(mlci_lightgbm_reals(r, MLCI_SPLIT_GAIN, n, err));
        for (int64_t i = 0; i < n; i++)
            nodes[i].gain = r->reals[i];
    }
    if (r->field[MLCI_INTERNAL_COUNT].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_INTERNAL_COUNT, n, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].cover = r->reals[i];
    return MLC_OK;
}

/* The lines of the leaves: counts, then features and factors one leaf after another. */
static mlc_status read_lines(mlci_lightgbm *r, int64_t n_leaves, mlci_foreign_node *leaves,
                             mlc_error *err)
{
    mlci_foreign *const m = r->model;
    int64_t n_terms = 0;
    double *const memory = mlci_alloc(m->root, 2 * n_leaves, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, 2 * n_leaves, sizeof *memory);
    double *const constant = memory, *const count = memory + n_leaves;
    mlc_status status = mlci_lightgbm_reals(r, MLCI_LEAF_CONST, n_leaves, err);
    if (status == MLC_OK) memcpy(constant, r->reals, (size_t)n_leaves * sizeof *constant);
    if (status == MLC_OK)
        status =
            mlci_lightgbm_integers(r, MLCI_NUM_FEATURES, n_leaves, 0, (double)m->n_features, err);
    for (int64_t i = 0; i < n_leaves && status == MLC_OK; i++) {
        count[i] = r->reals[i];
        n_terms += (int64_t)count[i];
    }
    if (status == MLC_OK && n_terms > r->field[MLCI_LEAF_FEATURES].length)
        status = mlci_lightgbm_fail_field(r, MLCI_LEAF_FEATURES, "it has too few numbers", err);
    int32_t *const features = status == MLC_OK ? mlci_alloc(m->root, n_terms, 4) : NULL;
    if (status == MLC_OK && features == NULL) status = mlci_fail_memory(err, n_terms, 4);
    if (status == MLC_OK)
        status = mlci_lightgbm_integers(r, MLCI_LEAF_FEATURES, n_terms, 0,
                                        (double)(m->n_features - 1), err);
    for (int64_t i = 0; i < n_terms && status == MLC_OK; i++)
        features[i] = (int32_t)r->reals[i];
    if (status == MLC_OK) status = mlci_lightgbm_reals(r, MLCI_LEAF_COEFF, n_terms, err);
    for (int64_t i = 0, at = 0; i < n_leaves && status == MLC_OK; at += (int64_t)count[i++])
        status = mlci_foreign_add_line(m, constant[i], (int32_t)count[i], features + at,
                                       r->reals + at, &leaves[i].line, err);
    mlci_free(features);
    mlci_free(memory);
    return status;
}

static mlc_status read_leaves(mlci_lightgbm *r, int64_t n_leaves, mlci_foreign_node *leaves,
                              mlc_error *err)
{
    int64_t is_linear = 0;
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_LEAF_VALUE, n_leaves, err));
    for (int64_t i = 0; i < n_leaves; i++)
        leaves[i].value = r->reals[i];
    if (r->field[MLCI_LEAF_COUNT].at != NULL && r->field[MLCI_LEAF_COUNT].length > 0) {
        MLCI_TRY(mlci_lightgbm_reals(r, MLCI_LEAF_COUNT, n_leaves, err));
        for (int64_t i = 0; i < n_leaves; i++)
            leaves[i].cover = r->reals[i];
    }
    MLCI_TRY(read_one(r, MLCI_IS_LINEAR, 1, &is_linear, err));
    if (!is_linear) return MLC_OK;
    r->is_linear = 1;
    return read_lines(r, n_leaves, leaves, err);
}

mlc_status mlci_lightgbm_tree(mlci_lightgbm *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    int64_t n_leaves = 0, n_cat = 0;
    int32_t first_set = 0;
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(mlci_lightgbm_list_fields(r, err));
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_NUM_LEAVES, 1, 1, (double)(INT32_MAX / 4), err));
    n_leaves = (int64_t)r->reals[0];
    /* Each leaf has a number in the file. */
    if (n_leaves > r->field[MLCI_LEAF_VALUE].length)
        return mlci_lightgbm_fail_field(r, MLCI_NUM_LEAVES, "leaf_value has fewer numbers", err);
    MLCI_TRY(read_one(r, MLCI_NUM_CAT, (double)n_leaves, &n_cat, err));
    MLCI_TRY(read_sets(r, n_cat, &first_set, err));
    MLCI_TRY(
        mlci_foreign_add_tree(m, (int32_t)(r->tree % r->per_round), 2 * n_leaves - 1, &nodes, err));
    if (n_leaves > 1) MLCI_TRY(read_splits(r, n_leaves, nodes, n_cat, first_set, err));
    return read_leaves(r, n_leaves, nodes + n_leaves - 1, err);
}
