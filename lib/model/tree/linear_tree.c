/* Boosted trees with linear leaves: LightGBM's linear_tree.
 *
 * A tree grows as any other. Then each leaf gets a ridge regression on the numbers that the splits
 * above it ask for; categories only split. The tree is as deep as before, so a leaf has few
 * features, and rows are read by columns of doubles that are kept for the length of the fit. */
#include "linear_tree.h"

#include "grow_state.h"
#include "leaf_regression.h"

struct mlci_linear_tree {
    mlci_root *root;
    const mlci_binned *binned;
    const mlci_grower *grower;
    double l2;
    mlci_number_columns *columns;
    int32_t *parent;        /* by node */
    int32_t *leaf_of_node;  /* -1: a split */
    mlci_leaf_rows *leaves; /* as the grower has them */
    int64_t n_features, capacity;
    int32_t *feature; /* leaf by leaf */
    double *factor;
};

/* ---- memory ------------------------------------------------------------------------------- */

/* Numbers that trees may split by. */
static mlc_status copy_columns(mlci_linear_tree *l, const mlci_model_fit *fit,
                               const mlci_boost_data *data, mlc_error *err)
{
    uint8_t *const wanted = mlci_alloc(l->root, fit->x->n_features, 1);
    if (wanted == NULL) return mlci_fail_memory(err, fit->x->n_features, 1);
    for (int32_t u = 0; u < l->binned->n_used; u++)
        wanted[l->binned->used[u]] = !l->binned->rules[l->binned->used[u]].is_category;
    const mlc_status status = mlci_number_columns_create(fit, data, wanted, &l->columns, err);
    mlci_free(wanted);
    return status;
}

mlc_status mlci_linear_tree_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                   const mlci_binned *binned, const mlci_grower *grower,
                                   mlci_linear_tree **out, mlc_error *err)
{
    const mlci_boost_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    const int64_t n_nodes = 2 * grower->max_leaves;
    *out = NULL;
    if (!p->linear_tree) return MLC_OK;
    mlci_linear_tree *const l = mlci_alloc(root, 1, sizeof *l);
    if (l == NULL) return mlci_fail_memory(err, 1, sizeof *l);
    *l = (mlci_linear_tree){
        .root = root, .binned = binned, .grower = grower, .l2 = p->linear_lambda};
    l->parent = mlci_alloc(root, n_nodes, sizeof *l->parent);
    l->leaf_of_node = mlci_alloc(root, n_nodes, sizeof *l->leaf_of_node);
    l->leaves = mlci_alloc(root, grower->max_leaves, sizeof *l->leaves);
    mlc_status status = l->parent == NULL || l->leaf_of_node == NULL || l->leaves == NULL
                            ? mlci_fail_memory(err, n_nodes, sizeof *l->leaves)
                            : copy_columns(l, fit, data, err);
    if (status != MLC_OK) {
        mlci_linear_tree_free(l);
        return status;
    }
    *out = l;
    return MLC_OK;
}

void mlci_linear_tree_free(mlci_linear_tree *l)
{
    if (l == NULL) return;
    mlci_number_columns_free(l->columns);
    mlci_free(l->parent);
    mlci_free(l->leaf_of_node);
    mlci_free(l->leaves);
    mlci_free(l->feature);
    mlci_free(l->factor);
    mlci_free(l);
}

static mlc_status make_features(mlci_linear_tree *l, int64_t need, mlc_error *err)
{
    if (need <= l->capacity) return MLC_OK;
    const int64_t n = need > 2 * l->capacity ? need : 2 * l->capacity;
    int32_t *const feature = mlci_realloc(l->root, l->feature, n, sizeof *feature);
    if (feature == NULL) return mlci_fail_memory(err, n, sizeof *feature);
    l->feature = feature;
    double *const factor = mlci_realloc(l->root, l->factor, n, sizeof *factor);
    if (factor == NULL) return mlci_fail_memory(err, n, sizeof *factor);
    l->factor = factor;
    l->capacity = n;
    return MLC_OK;
}

/* ---- models of leaves --------------------------------------------------------------------- */

/* Into the features of the leaf, which ascend and are there once each. */
static void add_feature(mlci_linear_tree *l, mlci_leaf_rows *leaf, int32_t feature)
{
    int32_t *const features = l->feature + leaf->first_feature;
    int64_t at = leaf->n_features;
    while (at > 0 && features[at - 1] > feature)
        at--;
    if (at > 0 && features[at - 1] == feature) return;
    for (int64_t i = leaf->n_features; i > at; i--)
        features[i] = features[i - 1];
    features[at] = feature;
    leaf->n_features++;
    l->n_features++;
}

static mlc_status list_features(mlci_linear_tree *l, const mlci_tree *tree, int32_t node,
                                mlci_leaf_rows *leaf, mlc_error *err)
{
    for (int32_t i = l->parent[node]; i >= 0; i = l->parent[i]) {
        const uint32_t split = tree->nodes[i].split;
        if (split & MLCI_NODE_CATEGORY) continue;
        MLCI_TRY(make_features(l, l->n_features + 1, err));
        add_feature(l, leaf, (int32_t)(split & MLCI_NODE_FEATURE));
    }
    return MLC_OK;
}

static mlc_status list_leaves(mlci_linear_tree *l, const mlci_tree *tree, mlc_error *err)
{
    const mlci_grower *const g = l->grower;
    l->n_features = 0;
    l->parent[0] = -1;
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        const int32_t left = tree->nodes[i].left;
        l->leaf_of_node[i] = -1;
        if (left != 0) l->parent[left] = l->parent[left + 1] = i;
    }
    for (int64_t i = 0; i < g->n_leaves; i++) {
        const mlci_leaf *const leaf = &g->leaves[i];
        l->leaf_of_node[leaf->node] = (int32_t)i;
        l->leaves[i] =
            (mlci_leaf_rows){.begin = leaf->begin, .n = leaf->n, .first_feature = l->n_features};
        MLCI_TRY(list_features(l, tree, leaf->node, &l->leaves[i], err));
    }
    return MLC_OK;
}

/* Those of the leaf's features that have a factor, as terms of the next node. */
static mlc_status add_terms(mlci_linear_tree *l, const mlci_leaf_rows *leaf, mlci_leaf_terms *terms,
                            mlc_error *err)
{
    int32_t *const feature = l->feature + leaf->first_feature;
    double *const factor = l->factor + leaf->first_feature;
    int64_t n = 0;
    for (int64_t j = 0; j < leaf->n_features && leaf->is_linear; j++) {
        if (factor[j] == 0) continue;
        feature[n] = feature[j];
        factor[n++] = factor[j];
    }
    return mlci_leaf_terms_add(terms, n > 0 ? leaf->intercept : 0, n, feature, factor, err);
}

mlc_status mlci_linear_tree_fit(mlc_context *call, mlci_linear_tree *l,
                                const mlci_gradients *gradients, mlci_tree *tree, mlc_error *err)
{
    const mlci_leaf_rows none = {.n = 0};
    MLCI_TRY(list_leaves(l, tree, err));
    const mlci_leaf_regression regression = {.columns = l->columns,
                                             .gradients = gradients,
                                             .l2 = l->l2,
                                             .rate = l->grower->rules.learning_rate,
                                             .rows = l->grower->rows,
                                             .feature = l->feature,
                                             .factor = l->factor,
                                             .n_leaves = l->grower->n_leaves,
                                             .leaves = l->leaves};
    MLCI_TRY(mlci_leaf_regress(call, &regression, err));
    if (tree->terms == NULL) MLCI_TRY(mlci_leaf_terms_create(l->root, &tree->terms, err));
    MLCI_TRY(mlci_leaf_terms_resize(tree->terms, 0, err));
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        const int32_t leaf = l->leaf_of_node[i];
        MLCI_TRY(add_terms(l, leaf < 0 ? &none : &l->leaves[leaf], tree->terms, err));
    }
    return MLC_OK;
}

/* ---- scores ------------------------------------------------------------------------------- */

typedef struct score_work {
    const mlci_linear_tree *linear;
    const mlci_tree *tree;
    double factor;
    const uint32_t *rows;
    int64_t first, n;
    double *raw;
} score_work;

static double value_of(const score_work *w, int32_t node, int64_t row)
{
    return mlci_columns_leaf_value(w->linear->columns, w->tree->terms, node,
                                   w->tree->nodes[node].value, row);
}

static mlc_status add_chunk(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const score_work *const w = arg;
    const mlci_grower *const g = w->linear->grower;
    const mlci_leaf_chunk *const c = &g->chunks[block];
    const int32_t node = g->leaves[c->leaf].node;
    for (int64_t i = c->begin; i < c->end; i++)
        w->raw[g->rows[i]] += value_of(w, node, g->rows[i]);
    return MLC_OK;
}

mlc_status mlci_linear_tree_add_grown(mlc_context *call, const mlci_linear_tree *l,
                                      const mlci_tree *tree, double *raw, mlc_error *err)
{
    score_work w = {.linear = l, .tree = tree, .raw = raw};
    return mlci_parallel_for(call, l->grower->n_chunks, add_chunk, &w, err);
}

static mlc_status add_walked(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const score_work *const w = arg;
    const int64_t end = (block + 1) * MLCI_LEAF_ROWS < w->n ? (block + 1) * MLCI_LEAF_ROWS : w->n;
    for (int64_t i = block * MLCI_LEAF_ROWS; i < end; i++) {
        const int64_t row = w->rows == NULL ? w->first + i : w->rows[i];
        const int32_t node = mlci_tree_leaf_by_codes(w->linear->binned, w->tree, row);
        w->raw[row] += w->factor * value_of(w, node, row);
    }
    return MLC_OK;
}

mlc_status mlci_linear_tree_add_rows(mlc_context *call, const mlci_linear_tree *l,
                                     const mlci_tree *tree, double factor, const uint32_t *rows,
                                     int64_t first, int64_t n, double *raw, mlc_error *err)
{
    score_work w = {.linear = l,
                    .tree = tree,
                    .factor = factor,
                    .rows = rows,
                    .first = first,
                    .n = n,
                    .raw = raw};
    return mlci_parallel_for(call, (n + MLCI_LEAF_ROWS - 1) / MLCI_LEAF_ROWS, add_walked, &w, err);
}
