/* Which features a node may be split by: those that interaction constraints leave on its path, of a
 * share that is drawn for the tree, and of them a share drawn for the node, without replacement, by
 * (seed, tree, node). */
#include <string.h>

#include "grow_state.h"
#include "random.h"

#define TREE UINT64_MAX /* the number of the node that stands for the tree */

int mlci_feature_choice_open(mlci_grower *g)
{
    const int64_t n_used = g->data.binned->n_used;
    const int draws = g->rules.max_features < 1 || g->rules.feature_fraction < 1;
    if (!draws && g->rules.interactions == NULL) return 1;
    g->allowed = mlci_alloc(g->root, 3 * n_used, 1);
    g->column_order = mlci_alloc(g->root, n_used, sizeof *g->column_order);
    g->column_scratch = mlci_alloc(g->root, n_used, sizeof *g->column_scratch);
    return g->allowed != NULL && g->column_order != NULL && g->column_scratch != NULL;
}

void mlci_feature_choice_close(mlci_grower *g)
{
    mlci_free(g->allowed);
    mlci_free(g->column_order);
    mlci_free(g->column_scratch);
}

/* The features that splits above the leaf look at. */
static int32_t find_path(mlci_grower *g, const mlci_leaf *l)
{
    int32_t n = 0;
    for (int32_t a = g->parent[l->node]; a >= 0; a = g->parent[a])
        g->path[n++] = (int32_t)(g->tree->nodes[a].split & MLCI_NODE_FEATURE);
    return n;
}

/* Keeps a share of those allowed, at least one. */
static void draw(mlci_grower *g, double share, uint64_t node, uint8_t *allowed)
{
    const int64_t n_used = g->data.binned->n_used;
    const uint64_t seed = mlci_random_bits(g->rules.seed, MLCI_RANDOM_BAG_COLUMNS, g->stream, node);
    int64_t n_allowed = 0, n = 0;
    if (!(share < 1)) return;
    for (int64_t i = 0; i < n_used; i++)
        n_allowed += allowed[i];
    int64_t most = (int64_t)(share * (double)n_allowed + 0.5);
    if (most < 1) most = 1;
    mlci_random_permutation(seed, MLCI_RANDOM_BAG_COLUMNS, 0, n_used, g->column_order,
                            g->column_scratch);
    for (int64_t i = 0; i < n_used; i++) {
        uint8_t *const own = &allowed[g->column_order[i]];
        if (n >= most) *own = 0;
        n += *own;
    }
}

static uint8_t *features_of_tree(const mlci_grower *g)
{
    return g->allowed + 2 * (int64_t)g->data.binned->n_used;
}

void mlci_feature_choice_start(mlci_grower *g)
{
    if (g->allowed == NULL) return;
    memset(features_of_tree(g), 1, (size_t)g->data.binned->n_used);
    draw(g, g->rules.feature_fraction, TREE, features_of_tree(g));
}

const uint8_t *mlci_feature_choice(mlci_grower *g, int32_t which, const mlci_leaf *l)
{
    const mlci_binned *const binned = g->data.binned;
    if (g->allowed == NULL) return NULL;
    if (g->rules.interactions == NULL && !(g->rules.max_features < 1)) return features_of_tree(g);
    uint8_t *const allowed = g->allowed + which * (int64_t)binned->n_used;
    memcpy(allowed, features_of_tree(g), (size_t)binned->n_used);
    if (g->rules.interactions != NULL)
        mlci_interactions_keep(g->rules.interactions, find_path(g, l), g->path, binned->n_used,
                               binned->used, allowed);
    draw(g, g->rules.max_features, (uint64_t)l->node, allowed);
    return allowed;
}
