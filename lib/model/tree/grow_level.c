/* Oblivious growth: all leaves of a level are split by one condition (split_level.h), for as long
 * as the next level has room. */
#include "grow_state.h"
#include "split_level.h"

typedef struct level_work {
    mlci_grower *grower;
    int32_t n_tasks;
} level_work;

static mlc_status search_level_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const level_work *const w = arg;
    mlci_grower *const g = w->grower;
    int32_t first, end;
    mlci_bundles_of_task(g, task, w->n_tasks, &first, &end);
    mlci_split_level_find(g->level, g->n_leaves, first, end, &g->found[task]);
    return MLC_OK;
}

/* The split of all leaves; used -1 where none gains. */
static mlc_status search_level(mlc_context *call, mlci_grower *g, mlci_tree_split *best,
                               mlc_error *err)
{
    const int32_t n_bundles = g->data.binned->n_bundles;
    level_work w = {g, g->max_tasks < n_bundles ? g->max_tasks : n_bundles};
    for (int64_t i = 0; i < g->n_leaves; i++)
        mlci_leaf_search(g, &g->leaves[i], &g->level[i]);
    g->level[0].allowed = mlci_feature_choice(g, 0, &g->leaves[0]);
    MLCI_TRY(mlci_parallel_for(call, w.n_tasks, search_level_task, &w, err));
    *best = g->found[0];
    for (int32_t t = 1; t < w.n_tasks; t++)
        mlci_split_take(&g->found[t], best);
    return MLC_OK;
}

/* Missing values that no leaf has seen go to the heavier side of the level. */
static void place_unseen_level(const mlci_grower *g, mlci_tree_split *split)
{
    int64_t left = 0, all = 0;
    for (int64_t i = 0; i < g->n_leaves; i++) {
        const mlci_leaf *const l = &g->leaves[i];
        if (mlci_leaf_has_code(g, l, split->used, 0)) return;
        left += g->level_left[2 * i + 1];
        all += l->weight;
    }
    if (!split->is_category) split->missing_left = 2 * left >= all;
}

/* Splits every leaf by one condition; the children of leaf i are leaves i and n + i. */
static mlc_status split_level(mlc_context *call, mlci_grower *g, const mlci_tree_split *found,
                              int32_t is_last, mlc_error *err)
{
    const int64_t n = g->n_leaves;
    mlci_tree_split split = *found;
    for (int64_t i = 0; i < n; i++)
        MLCI_TRY(mlci_leaf_part(call, g, &g->leaves[i], &split, &g->level_left[2 * i],
                                &g->level_left[2 * i + 1], err));
    place_unseen_level(g, &split);
    for (int64_t i = 0; i < n; i++) {
        mlci_leaf *const l = &g->leaves[i];
        l->split = split;
        mlci_split_level_apply(&g->level[i], &l->split, &l->gain);
        MLCI_TRY(
            mlci_leaf_divide(g, (int32_t)i, g->level_left[2 * i], g->level_left[2 * i + 1], err));
        if (!is_last)
            MLCI_TRY(mlci_leaf_make_children(call, g, l, &g->leaves[n + i], NULL, 0, err));
    }
    return MLC_OK;
}

mlc_status mlci_grow_levels(mlc_context *call, mlci_grower *g, mlc_error *err)
{
    int32_t goes_on = g->leaves[0].histogram != NULL;
    for (int64_t depth = 1; goes_on && depth <= g->rules.max_depth; depth++) {
        mlci_tree_split split;
        if (2 * g->n_leaves > g->max_leaves) break;
        MLCI_TRY(search_level(call, g, &split, err));
        if (split.used < 0) break;
        goes_on = 4 * g->n_leaves <= g->max_leaves && depth < g->rules.max_depth;
        MLCI_TRY(split_level(call, g, &split, !goes_on, err));
    }
    return MLC_OK;
}
