/* Nodes and sets of trees in an artifact: every count is bounded by the bytes that are left before
 * memory is taken; children lie after their parent and have one parent each, which bounds a walk by
 * the number of nodes. Checked once here, so that prediction need not. */
#include "node_store.h"

#include <string.h>

#define NODES_A_LOOK 65536 /* at whether the load is cancelled */

void mlci_write_nodes(mlci_writer *w, const mlci_tree_node *nodes, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        mlci_write_real(w, nodes[i].value);
        mlci_write_int32(w, (int32_t)nodes[i].split);
        mlci_write_int32(w, nodes[i].left);
    }
}

void mlci_write_sets(mlci_writer *w, const uint32_t *sets, int64_t n)
{
    for (int64_t i = 0; i < n * MLCI_SET_WORDS; i++)
        mlci_write_int32(w, (int32_t)sets[i]);
}

/* Room for n records of so many bytes in the file. */
static void *take_room(mlci_reader *r, int64_t n, int64_t size)
{
    if (r->status != MLC_OK) return NULL;
    if (n > (r->length - r->at) / size) {
        mlci_reader_refuse(r, "the trees do not fit the section");
        return NULL;
    }
    void *const room = mlci_alloc(r->root, n, size);
    if (room == NULL) r->status = mlci_fail_memory(&r->error, n, size);
    return room;
}

mlci_tree_node *mlci_read_nodes(mlci_reader *r, int64_t n)
{
    mlci_tree_node *const nodes = take_room(r, n, sizeof *nodes);
    for (int64_t i = 0; nodes != NULL && i < n; i++) {
        if (i % NODES_A_LOOK == 0) mlci_reader_poll(r);
        nodes[i].value = mlci_read_real(r);
        nodes[i].split = (uint32_t)mlci_read_int32(r);
        nodes[i].left = mlci_read_int32(r);
    }
    return nodes;
}

uint32_t *mlci_read_sets(mlci_reader *r, int64_t n)
{
    uint32_t *const sets = take_room(r, n, MLCI_SET_WORDS * (int64_t)sizeof *sets);
    for (int64_t i = 0; sets != NULL && i < n * MLCI_SET_WORDS; i++)
        sets[i] = (uint32_t)mlci_read_int32(r);
    return sets;
}

void mlci_check_offsets(mlci_reader *r, const int64_t *offsets, int64_t n, int64_t most,
                        int32_t rising, const char *what)
{
    if (r->status != MLC_OK) return;
    int ok = offsets[0] == 0;
    for (int64_t i = 0; i < n && ok; i++)
        ok = offsets[i + 1] >= offsets[i] + rising && offsets[i + 1] <= most;
    if (!ok) mlci_reader_refuse(r, what);
}

typedef struct node_checks {
    const mlci_node_view *view;
    mlci_node_check check;
    const void *owner;
    int32_t *units; /* of a set of each feature: so many of MLCI_SET_WORDS words */
    int32_t *depths, deepest;
} node_checks;

/* What is wrong with a split, or NULL. */
static const char *split_fault(const mlci_node_view *view, const int32_t *units, int64_t tree,
                               const mlci_tree_node *node)
{
    const int64_t j = node->split & MLCI_NODE_FEATURE;
    const int64_t n_sets = view->first_set[tree + 1] - view->first_set[tree];
    if (j >= view->n_features) return "it splits by a feature that there is not";
    if (node->value != node->value) return "its threshold is not a number";
    const int has_codes = mlci_n_codes(view->categories, j) > 0;
    if (!(node->split & MLCI_NODE_CATEGORY))
        return has_codes ? "it splits categories by a threshold" : NULL;
    if (!has_codes) return "it splits numbers by a set of categories";
    if (!(node->value >= 0 && node->value <= (double)(n_sets - units[j])) ||
        node->value != (double)(int64_t)node->value)
        return "its set of categories is not there";
    return NULL;
}

/* depths has room for a number a node of the tree, which becomes 1 for the root and 0 for what no
 * walk reaches. */
static const char *place_fault(const node_checks *c, int64_t tree, int64_t i)
{
    const mlci_node_view *const view = c->view;
    int32_t *const depths = c->depths;
    const mlci_tree_node *const node = &view->nodes[view->first_node[tree] + i];
    const int64_t n = view->first_node[tree + 1] - view->first_node[tree];
    if (depths[i] == 0) return "no split leads to it";
    if (node->left == 0) return node->split != 0 ? "it is a leaf with a split" : NULL;
    if (node->left <= i || node->left + (int64_t)1 >= n)
        return "its children must come after it and lie in the tree";
    if (depths[node->left] != 0 || depths[node->left + 1] != 0)
        return "a child of it has another parent already";
    depths[node->left] = depths[node->left + 1] = depths[i] + 1;
    return split_fault(view, c->units, tree, node);
}

static void check_tree(mlci_reader *r, node_checks *c, int64_t tree)
{
    const int64_t first = c->view->first_node[tree], n = c->view->first_node[tree + 1] - first;
    memset(c->depths, 0, (size_t)n * sizeof *c->depths);
    c->depths[0] = 1;
    for (int64_t i = 0; i < n; i++) {
        if (i % NODES_A_LOOK == 0) mlci_reader_poll(r);
        if (r->status != MLC_OK) return;
        const char *fault = place_fault(c, tree, i);
        if (fault == NULL) fault = c->check(c->owner, tree, first + i);
        if (fault != NULL) {
            r->status = mlci_fail_at(&r->error, MLC_ERROR_FORMAT, 0, r->at, r->section,
                                     "section '%s': tree %lld, node %lld: %s", r->section,
                                     (long long)tree, (long long)i, fault);
            return;
        }
        if (c->depths[i] - 1 > c->deepest) c->deepest = c->depths[i] - 1;
    }
}

void mlci_check_nodes(mlci_reader *r, const mlci_node_view *view, mlci_node_check check,
                      const void *owner)
{
    node_checks c = {.view = view, .check = check, .owner = owner};
    int64_t most = 0;
    if (r->status != MLC_OK) return;
    for (int64_t t = 0; t < view->n_trees; t++) {
        const int64_t n = view->first_node[t + 1] - view->first_node[t];
        most = n > most ? n : most;
    }
    c.depths = mlci_alloc(view->root, most, sizeof *c.depths);
    c.units = mlci_alloc(view->root, view->n_features, sizeof *c.units);
    if (c.depths == NULL || c.units == NULL)
        r->status = mlci_fail_memory(&r->error, most + view->n_features, sizeof *c.depths);
    for (int64_t j = 0; j < view->n_features && r->status == MLC_OK; j++)
        c.units[j] = (int32_t)mlci_category_bins_units(view->categories, j);
    for (int64_t t = 0; t < view->n_trees && r->status == MLC_OK; t++)
        check_tree(r, &c, t);
    mlci_reader_limit(r, "splits from root to leaf", c.deepest, "max_depth", r->limits->max_depth);
    mlci_free(c.depths);
    mlci_free(c.units);
}
