/* Memory of a growing tree: arrays that double. */
#include "cart_tree.h"

#include <string.h>

#define FIRST_NODES 64
#define FIRST_SETS 8

mlc_status mlci_cart_tree_create(mlci_root *root, int32_t n_classes, mlci_cart_tree **out,
                                 mlc_error *err)
{
    mlci_cart_tree *const tree = mlci_alloc(root, 1, sizeof *tree);
    if (tree == NULL) return mlci_fail_memory(err, 1, sizeof *tree);
    tree->root = root;
    tree->n_classes = n_classes;
    *out = tree;
    return MLC_OK;
}

void mlci_cart_tree_free(mlci_cart_tree *tree)
{
    if (tree == NULL) return;
    mlci_free(tree->nodes);
    mlci_free(tree->cover);
    mlci_free(tree->impurity);
    mlci_free(tree->mean);
    mlci_free(tree->gain);
    mlci_free(tree->sets);
    mlci_free(tree->shares);
    mlci_free(tree);
}

static int grow_reals(mlci_root *root, double **array, int64_t n)
{
    double *const grown = mlci_realloc(root, *array, n, sizeof *grown);
    if (grown == NULL) return 0;
    *array = grown;
    return 1;
}

static mlc_status make_room(mlci_cart_tree *tree, int32_t n_nodes, mlc_error *err)
{
    if (n_nodes <= tree->capacity) return MLC_OK;
    if (n_nodes > INT32_MAX / 2)
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a tree of more than %d nodes", INT32_MAX / 2);
    const int32_t capacity = tree->capacity == 0 ? FIRST_NODES : 2 * tree->capacity;
    mlci_tree_node *const nodes = mlci_realloc(tree->root, tree->nodes, capacity, sizeof *nodes);
    if (nodes == NULL) return mlci_fail_memory(err, capacity, sizeof *nodes);
    tree->nodes = nodes;
    if (!grow_reals(tree->root, &tree->cover, capacity) ||
        !grow_reals(tree->root, &tree->impurity, capacity) ||
        !grow_reals(tree->root, &tree->mean, capacity) ||
        !grow_reals(tree->root, &tree->gain, capacity))
        return mlci_fail_memory(err, capacity, sizeof *tree->cover);
    tree->capacity = capacity;
    return MLC_OK;
}

static void add_leaf(mlci_cart_tree *tree)
{
    const int32_t i = tree->n_nodes++;
    tree->nodes[i] = (mlci_tree_node){0, 0, 0};
    tree->cover[i] = tree->impurity[i] = tree->mean[i] = tree->gain[i] = 0;
}

mlc_status mlci_cart_tree_split(mlci_cart_tree *tree, int32_t *left, mlc_error *err)
{
    const int32_t n_new = tree->n_nodes == 0 ? 1 : 2;
    MLCI_TRY(make_room(tree, tree->n_nodes + n_new, err));
    *left = tree->n_nodes;
    for (int32_t i = 0; i < n_new; i++)
        add_leaf(tree);
    return MLC_OK;
}

mlc_status mlci_cart_tree_add_set(mlci_cart_tree *tree, const uint32_t *set, int32_t *index,
                                  mlc_error *err)
{
    if (tree->n_sets == tree->set_capacity) {
        const int32_t capacity = tree->set_capacity == 0 ? FIRST_SETS : 2 * tree->set_capacity;
        uint32_t *const sets =
            mlci_realloc(tree->root, tree->sets, (int64_t)capacity * MLCI_SET_WORDS, sizeof *sets);
        if (sets == NULL)
            return mlci_fail_memory(err, (int64_t)capacity * MLCI_SET_WORDS, sizeof *sets);
        tree->sets = sets;
        tree->set_capacity = capacity;
    }
    *index = tree->n_sets++;
    memcpy(tree->sets + (int64_t)*index * MLCI_SET_WORDS, set, MLCI_SET_WORDS * sizeof *set);
    return MLC_OK;
}

mlc_status mlci_cart_tree_add_shares(mlci_cart_tree *tree, const double *weights, int32_t n,
                                     const int32_t *classes, double *value, mlc_error *err)
{
    const int32_t n_classes = tree->n_classes;
    double total = 0;
    int32_t n_present = 0;
    for (int32_t k = 0; k < n; k++) {
        total += weights[k];
        if (!(weights[k] > 0)) continue;
        n_present++;
        *value = classes[k];
    }
    if (n_present == 1) return MLC_OK;
    if (tree->n_shares == tree->share_capacity) {
        const int32_t capacity = tree->share_capacity == 0 ? FIRST_SETS : 2 * tree->share_capacity;
        if (!grow_reals(tree->root, &tree->shares, (int64_t)capacity * n_classes))
            return mlci_fail_memory(err, (int64_t)capacity * n_classes, sizeof *tree->shares);
        tree->share_capacity = capacity;
    }
    double *const shares = tree->shares + (int64_t)tree->n_shares * n_classes;
    memset(shares, 0, (size_t)n_classes * sizeof *shares);
    for (int32_t k = 0; k < n; k++)
        shares[classes[k]] = weights[k] / total;
    *value = (double)n_classes + tree->n_shares++;
    return MLC_OK;
}

void mlci_cart_tree_importance(const mlci_cart_tree *tree, int64_t n_features, double *out)
{
    double total = 0;
    for (int64_t j = 0; j < n_features; j++)
        out[j] = 0;
    for (int32_t i = 0; i < tree->n_nodes; i++)
        if (tree->nodes[i].left != 0)
            out[tree->nodes[i].split & MLCI_NODE_FEATURE] += tree->gain[i];
    for (int64_t j = 0; j < n_features; j++)
        total += out[j];
    for (int64_t j = 0; j < n_features && total > 0; j++)
        out[j] /= total;
}
