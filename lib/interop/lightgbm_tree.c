/* A tree of a text model of LightGBM: src/io/tree.cpp says what the fields mean. */
#include <string.h>

#include "lightgbm_text.h"

/* decision_type: bit 0 categories, bit 1 missing goes left, bits 2 and 3 what is missing. */
#define IS_CATEGORY 1
#define MISSING_LEFT 2
#define MISSING_KIND(type) ((type) >> 2 & 3)
enum { NONE_MISSING = 0, ZERO_MISSING = 1, NAN_MISSING = 2 };

/* A field that may be absent: 0 then. */
static mlc_status read_one(mlci_lightgbm_reader *r, int field, double high, int64_t *out,
                           mlc_error *err)
{
    *out = 0;
    if (r->tree->field[field].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_integers(r, field, 1, 0, high, err));
    *out = (int64_t)r->reals[0];
    return MLC_OK;
}

mlc_status mlci_lightgbm_measure(mlci_lightgbm_reader *r, mlc_error *err)
{
    mlci_lightgbm_tree *const tree = r->tree;
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_NUM_LEAVES, 1, 1, (double)(INT32_MAX / 4), err));
    tree->n_leaves = (int64_t)r->reals[0];
    /* Each leaf has a number in the file. */
    if (tree->n_leaves > tree->field[MLCI_LEAF_VALUE].length)
        return mlci_lightgbm_fail_field(r, MLCI_NUM_LEAVES, "leaf_value has fewer numbers", err);
    return read_one(r, MLCI_NUM_CAT, (double)tree->n_leaves, &tree->n_sets, err);
}

/* ---- categories --------------------------------------------------------------------------- */

/* The sets of a tree, of which split k has number (its threshold). */
static mlc_status read_sets(mlci_lightgbm_reader *r, mlc_error *err)
{
    mlci_root *const root = r->file->model->root;
    mlci_lightgbm_tree *const tree = r->tree;
    const int64_t n = tree->n_sets;
    if (n == 0) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_CAT_BOUNDARIES, n + 1, 0, (double)INT32_MAX, err));
    tree->first_word = mlci_alloc(root, n + 1, sizeof *tree->first_word);
    if (tree->first_word == NULL) return mlci_fail_memory(err, n + 1, sizeof *tree->first_word);
    for (int64_t i = 0; i <= n; i++) {
        tree->first_word[i] = (int64_t)r->reals[i];
        if (i == 0 ? tree->first_word[i] != 0 : tree->first_word[i] < tree->first_word[i - 1])
            return mlci_lightgbm_fail_field(r, MLCI_CAT_BOUNDARIES, "they do not rise from 0", err);
    }
    const int64_t n_words = tree->first_word[n];
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_CAT_THRESHOLD, n_words, 0, (double)UINT32_MAX, err));
    tree->words = mlci_alloc(root, n_words, sizeof *tree->words);
    if (tree->words == NULL) return mlci_fail_memory(err, n_words, sizeof *tree->words);
    for (int64_t i = 0; i < n_words; i++)
        tree->words[i] = (uint32_t)r->reals[i];
    return MLC_OK;
}

/* ---- splits ------------------------------------------------------------------------------- */

/* Splits are nodes 0 to n - 2, leaf k is node n - 1 + k: what the file calls ~k. */
static int32_t node_of(double child, int64_t n_leaves)
{
    return (int32_t)(child >= 0 ? child : (double)(n_leaves - 1) + (-child - 1));
}

static mlc_status set_kind(mlci_lightgbm_reader *r, mlci_foreign_node *node, int32_t type,
                           mlc_error *err)
{
    mlci_lightgbm_tree *const tree = r->tree;
    node->missing = MLCI_MISSING_RIGHT;
    if (type & IS_CATEGORY) {
        if (!(node->value >= 0 && node->value < (double)tree->n_sets) ||
            node->value != (double)(int64_t)node->value)
            return mlci_lightgbm_fail_field(
                r, MLCI_THRESHOLD, "a split has a set of categories that is not there", err);
        node->set = (int32_t)(tree->first_set + (int64_t)node->value);
        return MLC_OK;
    }
    switch (MISSING_KIND(type)) {
    case NONE_MISSING:
        node->missing = MLCI_MISSING_IS_ZERO;
        tree->other_kind = 1;
        return MLC_OK;
    case ZERO_MISSING:
        tree->zero_kind = 1;
        break;
    case NAN_MISSING:
        tree->other_kind = 1;
        break;
    default:
        return mlci_lightgbm_fail_field(r, MLCI_DECISION_TYPE,
                                        "a kind of missing values that is not known", err);
    }
    node->missing = type & MISSING_LEFT ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return MLC_OK;
}

static mlc_status read_ways(mlci_lightgbm_reader *r, mlci_foreign_node *nodes, mlc_error *err)
{
    const int64_t n_leaves = r->tree->n_leaves, n = n_leaves - 1;
    const double first = (double)-n_leaves, last = (double)(n - 1);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_LEFT_CHILD, n, first, last, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].left = node_of(r->reals[i], n_leaves);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_RIGHT_CHILD, n, first, last, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].right = node_of(r->reals[i], n_leaves);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_DECISION_TYPE, n, 0, 15, err));
    for (int64_t i = 0; i < n; i++)
        MLCI_TRY(set_kind(r, &nodes[i], (int32_t)r->reals[i], err));
    return MLC_OK;
}

static mlc_status read_splits(mlci_lightgbm_reader *r, mlci_foreign_node *nodes, mlc_error *err)
{
    const int64_t n = r->tree->n_leaves - 1;
    const double last = (double)(r->file->n_features - 1);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_SPLIT_FEATURE, n, 0, last, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].feature = (int32_t)r->reals[i];
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_THRESHOLD, n, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].value = r->reals[i];
    MLCI_TRY(read_ways(r, nodes, err));
    if (r->tree->field[MLCI_SPLIT_GAIN].at != NULL) {
        MLCI_TRY(mlci_lightgbm_reals(r, MLCI_SPLIT_GAIN, n, err));
        for (int64_t i = 0; i < n; i++)
            nodes[i].gain = r->reals[i];
    }
    if (r->tree->field[MLCI_INTERNAL_COUNT].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_INTERNAL_COUNT, n, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].cover = r->reals[i];
    return MLC_OK;
}

/* ---- leaves ------------------------------------------------------------------------------- */

/* The n numbers of a field as an array that stays. */
static mlc_status keep_reals(mlci_lightgbm_reader *r, int field, int64_t n, double **out,
                             mlc_error *err)
{
    MLCI_TRY(mlci_lightgbm_reals(r, field, n, err));
    *out = mlci_alloc(r->file->model->root, n, sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, n, sizeof **out);
    memcpy(*out, r->reals, (size_t)n * sizeof **out);
    return MLC_OK;
}

/* The lines of the leaves: counts, then features and factors one leaf after another. */
static mlc_status read_lines(mlci_lightgbm_reader *r, mlc_error *err)
{
    mlci_lightgbm_lines *const lines = &r->tree->lines;
    const int64_t n_leaves = r->tree->n_leaves, n_features = r->file->n_features;
    int64_t n = 0;
    MLCI_TRY(keep_reals(r, MLCI_LEAF_CONST, n_leaves, &lines->intercept, err));
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_NUM_FEATURES, n_leaves, 0, (double)n_features, err));
    MLCI_TRY(keep_reals(r, MLCI_NUM_FEATURES, n_leaves, &lines->count, err));
    for (int64_t i = 0; i < n_leaves; i++)
        n += (int64_t)lines->count[i];
    if (n > r->tree->field[MLCI_LEAF_FEATURES].length)
        return mlci_lightgbm_fail_field(r, MLCI_LEAF_FEATURES, "it has too few numbers", err);
    lines->feature = mlci_alloc(r->file->model->root, n, sizeof *lines->feature);
    if (lines->feature == NULL) return mlci_fail_memory(err, n, sizeof *lines->feature);
    MLCI_TRY(mlci_lightgbm_integers(r, MLCI_LEAF_FEATURES, n, 0, (double)(n_features - 1), err));
    for (int64_t i = 0; i < n; i++)
        lines->feature[i] = (int32_t)r->reals[i];
    return keep_reals(r, MLCI_LEAF_COEFF, n, &lines->factor, err);
}

static mlc_status read_leaves(mlci_lightgbm_reader *r, mlci_foreign_node *leaves, mlc_error *err)
{
    const int64_t n = r->tree->n_leaves;
    int64_t is_linear = 0;
    MLCI_TRY(mlci_lightgbm_reals(r, MLCI_LEAF_VALUE, n, err));
    for (int64_t i = 0; i < n; i++)
        leaves[i].value = r->reals[i];
    if (r->tree->field[MLCI_LEAF_COUNT].at != NULL && r->tree->field[MLCI_LEAF_COUNT].length > 0) {
        MLCI_TRY(mlci_lightgbm_reals(r, MLCI_LEAF_COUNT, n, err));
        for (int64_t i = 0; i < n; i++)
            leaves[i].cover = r->reals[i];
    }
    MLCI_TRY(read_one(r, MLCI_IS_LINEAR, 1, &is_linear, err));
    return is_linear ? read_lines(r, err) : MLC_OK;
}

/* ---- a tree ------------------------------------------------------------------------------- */

mlc_status mlci_lightgbm_read_tree(mlci_lightgbm_reader *r, mlci_foreign_node *nodes,
                                   mlc_error *err)
{
    const int64_t n_leaves = r->tree->n_leaves;
    mlci_foreign_clear_nodes(2 * n_leaves - 1, nodes);
    MLCI_TRY(read_sets(r, err));
    if (n_leaves > 1) MLCI_TRY(read_splits(r, nodes, err));
    return read_leaves(r, nodes + n_leaves - 1, err);
}

mlc_status mlci_lightgbm_add_tree(mlci_foreign *m, const mlci_lightgbm_tree *tree,
                                  mlci_foreign_node *nodes, mlc_error *err)
{
    const mlci_lightgbm_lines *const lines = &tree->lines;
    mlci_foreign_node *const leaves = nodes + tree->n_leaves - 1;
    for (int64_t i = 0; i < tree->n_sets; i++) {
        const int64_t first = tree->first_word[i];
        int32_t set = 0;
        MLCI_TRY(mlci_foreign_add_bit_set(m, tree->first_word[i + 1] - first, tree->words + first,
                                          &set, err));
    }
    for (int64_t i = 0; tree->n_sets > 0 && i < tree->n_leaves - 1; i++)
        if (nodes[i].set >= 0) m->inputs[nodes[i].feature].is_category = 1;
    for (int64_t i = 0, at = 0; lines->intercept != NULL && i < tree->n_leaves; i++) {
        const int32_t n = (int32_t)lines->count[i];
        MLCI_TRY(mlci_foreign_add_line(m, lines->intercept[i], n, lines->feature + at,
                                       lines->factor + at, &leaves[i].line, err));
        at += n;
    }
    return MLC_OK;
}

void mlci_lightgbm_clear_tree(mlci_lightgbm_tree *tree)
{
    mlci_free(tree->first_word);
    mlci_free(tree->words);
    mlci_free(tree->lines.intercept);
    mlci_free(tree->lines.count);
    mlci_free(tree->lines.feature);
    mlci_free(tree->lines.factor);
}
