/* What leaves are worth as they stand, and where that may move to: each output of a tree by itself,
 * in coarse units of its own. Bounds and smoothing of a split are those of all outputs together
 * only in that a split which puts one of them in the wrong order is none. */
#include <math.h>

#include "grow_state.h"
#include "multi_split.h"

int32_t mlci_grow_n_outputs(const mlci_grower *g)
{
    return g->multi == NULL ? 1 : g->multi->rules.n_outputs;
}

mlci_leaf_output *mlci_leaf_output_at(const mlci_grower *g, int64_t leaf, int32_t k)
{
    if (g->multi == NULL) return &g->leaves[leaf].output;
    return &g->multi->leaf_outputs[leaf * g->multi->rules.n_outputs + k];
}

static mlci_split_rules rules_at(const mlci_grower *g, int32_t k)
{
    return g->multi == NULL ? g->split_rules
                            : mlci_multi_rules_of(&g->multi->rules, &g->split_rules, k);
}

static mlci_split_side sums_at(const mlci_grower *g, int64_t leaf, int32_t k)
{
    const mlci_leaf *const l = &g->leaves[leaf];
    if (g->multi == NULL) return (mlci_split_side){(double)l->g, (double)l->h, (double)l->weight};
    const double *const sums = mlci_multi_sums(g->multi, leaf);
    return (mlci_split_side){sums[k], sums[g->multi->rules.n_lanes + k], (double)l->weight};
}

void mlci_leaf_open_outputs(mlci_grower *g)
{
    if (!g->split_rules.by_output) return;
    for (int32_t k = 0; k < mlci_grow_n_outputs(g); k++) {
        const mlci_split_rules rules = rules_at(g, k);
        const mlci_split_side all = sums_at(g, 0, k);
        const double step = mlci_split_step(&rules, all.g, all.h, rules.l2);
        *mlci_leaf_output_at(g, 0, k) = (mlci_leaf_output){step, -INFINITY, INFINITY, step};
    }
}

void mlci_leaf_divide_outputs(mlci_grower *g, int32_t left, int32_t right,
                              const mlci_tree_split *split)
{
    const int32_t both[2] = {left, right};
    if (!g->split_rules.by_output) return;
    for (int32_t k = 0; k < mlci_grow_n_outputs(g); k++) {
        const mlci_split_rules rules = rules_at(g, k);
        const mlci_leaf_output parent = *mlci_leaf_output_at(g, left, k);
        for (int32_t i = 0; i < 2; i++) {
            const mlci_split_side own = sums_at(g, both[i], k);
            mlci_leaf_output *const o = mlci_leaf_output_at(g, both[i], k);
            *o = parent;
            o->anchor = parent.value;
            o->value = mlci_split_output(&rules, &parent, own.g, own.h, own.weight, rules.l2);
        }
    }
    if (g->monotone != NULL) mlci_monotone_divide(g, left, right, split);
}
