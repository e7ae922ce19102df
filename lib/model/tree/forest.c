/* Memory of a forest: trees appended to common arrays. */
#include "forest.h"

#include <string.h>

#define FIRST_ROOM 64

/* ---- creation ----------------------------------------------------------------------------- */

static mlc_status copy_categories(mlci_forest *f, const mlci_cart_columns *columns, mlc_error *err)
{
    mlci_category_bins *const c = &f->categories;
    MLCI_TRY(mlci_category_bins_open(f->root, f->n_features, c, err));
    for (int64_t j = 0; j < f->n_features; j++)
        if (columns->columns[j].is_category)
            c->first_code[j + 1] = columns->columns[j].n_categories;
    MLCI_TRY(mlci_category_bins_place(f->root, f->n_features, c, err));
    for (int64_t j = 0; j < f->n_features; j++)
        for (int64_t i = 0; i < mlci_n_codes(c, j); i++)
            c->bin_of_code[c->first_code[j] + i] = columns->columns[j].bin_of_code[i];
    return MLC_OK;
}

static mlc_status fill(mlci_forest *f, const mlci_cart_columns *columns, int32_t keep_impurity,
                       mlc_error *err)
{
    f->importance = mlci_alloc(f->root, f->n_features, sizeof *f->importance);
    f->first_node = mlci_alloc(f->root, 1, sizeof *f->first_node);
    f->first_set = mlci_alloc(f->root, 1, sizeof *f->first_set);
    f->first_share = mlci_alloc(f->root, 1, sizeof *f->first_share);
    if (keep_impurity) f->impurity = mlci_alloc(f->root, 0, sizeof *f->impurity);
    if (f->importance == NULL || f->first_node == NULL || f->first_set == NULL ||
        f->first_share == NULL || (keep_impurity && f->impurity == NULL))
        return mlci_fail_memory(err, f->n_features + 1, sizeof *f->importance);
    return copy_categories(f, columns, err);
}

mlc_status mlci_forest_create(mlci_root *root, const mlci_cart_columns *columns, int32_t n_classes,
                              int32_t keep_impurity, mlci_forest **out, mlc_error *err)
{
    mlci_forest *const f = mlci_alloc(root, 1, sizeof *f);
    if (f == NULL) return mlci_fail_memory(err, 1, sizeof *f);
    f->root = mlci_root_ref(root);
    f->n_features = columns->n_features;
    f->n_classes = n_classes;
    const mlc_status status = fill(f, columns, keep_impurity, err);
    if (status != MLC_OK) {
        mlci_forest_free(f);
        return status;
    }
    *out = f;
    return MLC_OK;
}

void mlci_forest_free(void *forest)
{
    mlci_forest *const f = forest;
    if (f == NULL) return;
    mlci_root *const root = f->root;
    void *const blocks[] = {f->first_node, f->nodes,       f->cover,  f->impurity,   f->first_set,
                            f->sets,       f->first_share, f->shares, f->importance, f->oob};
    mlci_category_bins_free(&f->categories);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_free(f);
    mlci_root_unref(root);
}

/* ---- trees -------------------------------------------------------------------------------- */

/* Room for n elements of an array; *array may move. */
static int grow_array(mlci_root *root, void *array, int64_t n, int64_t size)
{
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    grown = mlci_realloc(root, old, n, size);
    if (grown == NULL) return 0;
    memcpy(array, &grown, sizeof grown);
    return 1;
}

static int64_t room_for(int64_t need, int64_t capacity)
{
    const int64_t doubled = capacity < FIRST_ROOM ? FIRST_ROOM : 2 * capacity;
    return need > doubled ? need : doubled;
}

static int make_tree_room(mlci_forest *f)
{
    if (f->n_trees + 1 <= f->tree_capacity) return 1;
    const int64_t room = room_for(f->n_trees + 1, f->tree_capacity);
    if (!grow_array(f->root, &f->first_node, room + 1, sizeof *f->first_node) ||
        !grow_array(f->root, &f->first_set, room + 1, sizeof *f->first_set) ||
        !grow_array(f->root, &f->first_share, room + 1, sizeof *f->first_share))
        return 0;
    f->tree_capacity = room;
    return 1;
}

static int make_node_room(mlci_forest *f, int64_t n_nodes)
{
    if (n_nodes <= f->node_capacity) return 1;
    const int64_t room = room_for(n_nodes, f->node_capacity);
    if (!grow_array(f->root, &f->nodes, room, sizeof *f->nodes) ||
        !grow_array(f->root, &f->cover, room, sizeof *f->cover) ||
        (f->impurity != NULL && !grow_array(f->root, &f->impurity, room, sizeof *f->impurity)))
        return 0;
    f->node_capacity = room;
    return 1;
}

static int make_room(mlci_forest *f, const mlci_cart_tree *tree)
{
    const int64_t n_sets = f->first_set[f->n_trees] + tree->n_sets;
    const int64_t n_shares = f->first_share[f->n_trees] + tree->n_shares;
    if (!make_tree_room(f) || !make_node_room(f, f->first_node[f->n_trees] + tree->n_nodes))
        return 0;
    if (n_sets > f->set_capacity) {
        const int64_t room = room_for(n_sets, f->set_capacity);
        if (!grow_array(f->root, &f->sets, room, MLCI_SET_WORDS * sizeof *f->sets)) return 0;
        f->set_capacity = room;
    }
    if (n_shares > f->share_capacity) {
        const int64_t room = room_for(n_shares, f->share_capacity);
        const int64_t bytes = f->n_classes * (int64_t)sizeof *f->shares;
        if (!grow_array(f->root, &f->shares, room, bytes)) return 0;
        f->share_capacity = room;
    }
    return 1;
}

/* Copies what a node refers to behind that of its tree so far, and makes it refer there. */
static void copy_set(mlci_forest *f, const mlci_cart_tree *tree, int64_t *n_sets,
                     mlci_tree_node *node)
{
    const int64_t first = f->first_set[f->n_trees];
    memcpy(f->sets + (first + *n_sets) * MLCI_SET_WORDS,
           tree->sets + (int64_t)node->value * MLCI_SET_WORDS, MLCI_SET_WORDS * sizeof *f->sets);
    node->value = (double)(*n_sets)++;
}

static void copy_shares(mlci_forest *f, const mlci_cart_tree *tree, int64_t *n_shares,
                        mlci_tree_node *node)
{
    const int64_t n = f->n_classes, row = (int64_t)node->value - n;
    memcpy(f->shares + (f->first_share[f->n_trees] + *n_shares) * n, tree->shares + row * n,
           (size_t)n * sizeof *f->shares);
    node->value = (double)(n + (*n_shares)++);
}

mlc_status mlci_forest_add_tree(mlci_forest *f, const mlci_cart_tree *tree, mlc_error *err)
{
    const size_t n = (size_t)tree->n_nodes;
    const int64_t first = f->first_node[f->n_trees];
    int64_t n_sets = 0, n_shares = 0;
    if (!make_room(f, tree)) return mlci_fail_memory(err, tree->n_nodes, sizeof *f->nodes);
    memcpy(f->nodes + first, tree->nodes, n * sizeof *f->nodes);
    memcpy(f->cover + first, tree->cover, n * sizeof *f->cover);
    if (f->impurity != NULL) memcpy(f->impurity + first, tree->impurity, n * sizeof *f->impurity);
    for (int64_t i = first; i < first + tree->n_nodes; i++) {
        mlci_tree_node *const node = &f->nodes[i];
        if (node->left != 0 && (node->split & MLCI_NODE_CATEGORY))
            copy_set(f, tree, &n_sets, node);
        else if (node->left == 0 && f->n_classes > 2 && node->value >= f->n_classes)
            copy_shares(f, tree, &n_shares, node);
    }
    f->first_set[f->n_trees + 1] = f->first_set[f->n_trees] + n_sets;
    f->first_share[f->n_trees + 1] = f->first_share[f->n_trees] + n_shares;
    f->first_node[++f->n_trees] = first + tree->n_nodes;
    return MLC_OK;
}
