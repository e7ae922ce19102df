/* Splits that are paid for while a tree grows (feature_cost.h). Where the first split of the model
 * by a feature is done, that feature costs less in all other leaves: the queue is made again from
 * what they gain by it now. A leaf that nothing was worth its cost for may come back, so it keeps
 * its histogram. */
#include "feature_cost.h"
#include "grow_state.h"
#include "multi_split.h"

int mlci_grow_pays_once(const mlci_grower *g, int32_t used)
{
    const mlci_feature_costs *const costs = g->rules.costs;
    return costs != NULL && mlci_feature_cost_once(costs, g->data.binned->used[used]) > 0;
}

int mlci_grow_may_pay_once(const mlci_grower *g)
{
    return g->rules.costs != NULL && g->rules.costs->coupled != NULL;
}

void mlci_grow_pay(mlci_grower *g, const mlci_leaf *l)
{
    if (g->rules.costs == NULL) return;
    mlci_feature_costs_pay(g->rules.costs, g->data.binned->used[l->split.used], g->rows + l->begin,
                           l->n);
}

/* A split by a feature that costs less than when the leaf was searched. */
static void search_feature(mlci_grower *g, mlci_leaf *l, int32_t used)
{
    mlci_split_search s;
    const uint8_t *const allowed = mlci_feature_choice(g, 0, l);
    if (allowed != NULL && !allowed[used]) return;
    mlci_leaf_search(g, l, &s);
    mlci_tree_split found = mlci_split_none(&s);
    if (g->multi == NULL)
        mlci_split_find_in(&s, used, &found);
    else
        mlci_multi_find_in(&s, used, &found);
    mlci_split_take(&found, &l->split);
    l->gain = l->split.score - mlci_leaf_own_score(&s);
}

void mlci_grow_search_paid(mlci_grower *g, int32_t used)
{
    g->n_heap = 0;
    for (int32_t i = 0; i < g->n_leaves; i++) {
        mlci_leaf *const l = &g->leaves[i];
        if (l->histogram == NULL || !mlci_leaf_can_split(g, l)) continue;
        search_feature(g, l, used);
        if (l->split.used >= 0) mlci_leaf_push(g, i);
    }
}
