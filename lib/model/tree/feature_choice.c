/* Which features a node may be split by: those that interaction constraints leave on its path, and
 * of them a share drawn without replacement by (seed, tree, node). */
#include <string.h>

#include "grow_state.h"
#include "random.h"

int mlci_feature_choice_open(mlci_grower *g)
{
    const int64_t n_used = g->data.binned->n_used;
    if (!(g->rules.max_features < 1) && g->rules.interactions == NULL) return 1;
    g->allowed = mlci_alloc(g->root, 2 * n_used, 1);
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
static void draw(mlci_grower *g, int32_t node, uint8_t *allowed)
{
    const int64_t n_used = g->data.binned->n_used;
    const uint64_t seed =
        mlci_random_bits(g->rules.seed, MLCI_RANDOM_BAG_COLUMNS, g->stream, (uint64_t)node);
    int64_t n_allowed = 0, n = 0;
    for (int64_t i = 0; i < n_used; i++)
        n_allowed += allowed[i];
    int64_t most = (int64_t)(g->rules.max_features * (double)n_allowed + 0.5);
    if (most < 1) most = 1;
    mlci_random_permutation(seed, MLCI_RANDOM_BAG_COLUMNS, 0, n_used, g->column_order,
                            g->column_scratch);
    for (int64_t i = 0; i < n_used; i++) {
        uint8_t *const own = &allowed[g->column_order[i]];
        if (n >= most) *own = 0;
        n += *own;
    }
}

const uint8_t *mlci_feature_choice(mlci_grower *g, int32_t which, const mlci_leaf *l)
{
    const mlci_binned *const binned = g->data.binned;
    if (g->allowed == NULL) return NULL;
    uint8_t *const allowed = g->allowed + which * (int64_t)binned->n_used;
    memset(allowed, 1, (size_t)binned->n_used);
    if (g->rules.interactions != NULL)
        mlci_interactions_keep(g->rules.interactions, find_path(g, l), g->path, binned->n_used,
                               binned->used, allowed);
    if (g->rules.max_features < 1) draw(g, l->node, allowed);
    return allowed;
}
