/* Leaf-wise growth (Shi 2007; LightGBM): the open leaf of the largest gain is split next, the
 * lower node number among equals, until there are max_leaf_nodes or no gain is left. Depth-wise
 * growth takes open leaves nearer the root first. A leaf is a range of one array of row numbers. */
#include "grow_state.h"

#include <math.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------- */

static int make_arrays(mlci_grower *g)
{
    mlci_root *const root = g->root;
    const int64_t n = g->data.shards != NULL ? 0 : g->data.binned->n_train;
    g->max_tasks = g->builder->n_slots;
    g->leaves = mlci_alloc(root, g->max_leaves, sizeof *g->leaves);
    g->heap = mlci_alloc(root, g->max_leaves, sizeof *g->heap);
    g->rows = mlci_alloc_raw(root, n, sizeof *g->rows);
    g->other_rows = mlci_alloc_raw(root, n, sizeof *g->other_rows);
    g->found = mlci_alloc(root, 2 * (int64_t)g->max_tasks, sizeof *g->found);
    g->chunks = mlci_alloc(root, g->max_leaves + n / MLCI_LEAF_ROWS + 1, sizeof *g->chunks);
    int ok = g->leaves != NULL && g->heap != NULL && g->rows != NULL && g->other_rows != NULL &&
             g->found != NULL && g->chunks != NULL;
    if (g->multi != NULL && (g->rules.monotone != NULL || g->rules.path_smooth > 0))
        ok = ok && mlci_multi_open_outputs(g->multi, g->max_leaves);
    if (g->rules.interactions != NULL || g->rules.monotone != NULL) {
        g->parent = mlci_alloc(root, 2 * g->max_leaves, sizeof *g->parent);
        g->leaf_of_node = mlci_alloc(root, 2 * g->max_leaves, sizeof *g->leaf_of_node);
        g->path = mlci_alloc(root, g->max_leaves + 1, sizeof *g->path);
        ok = ok && g->parent != NULL && g->leaf_of_node != NULL && g->path != NULL;
    }
    if (g->rules.policy == MLCI_GROW_OBLIVIOUS) {
        g->level = mlci_alloc(root, g->max_leaves / 2 + 1, sizeof *g->level);
        g->level_left = mlci_alloc(root, g->max_leaves + 2, sizeof *g->level_left);
        ok = ok && g->level != NULL && g->level_left != NULL;
    }
    if (g->rules.forced != NULL) {
        g->forced_leaf = mlci_alloc(root, g->rules.forced->n, sizeof *g->forced_leaf);
        ok = ok && g->forced_leaf != NULL;
    }
    if (g->rules.has_quantiles) {
        g->keys = mlci_alloc_raw(root, n, sizeof *g->keys);
        g->key_weights = mlci_alloc_raw(root, n, sizeof *g->key_weights);
        ok = ok && g->keys != NULL && g->key_weights != NULL;
    }
    return ok && mlci_feature_choice_open(g) && mlci_monotone_open(g);
}

mlc_status mlci_grower_create(mlc_context *call, const mlci_grow_data *data,
                              const mlci_grow_rules *rules, mlci_grower **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_grower *const g = mlci_alloc(root, 1, sizeof *g);
    if (g == NULL) return mlci_fail_memory(err, 1, sizeof *g);
    g->root = root;
    g->data = *data;
    g->rules = *rules;
    g->max_leaves = rules->max_leaf_nodes < data->binned->n_train + 1 ? rules->max_leaf_nodes
                                                                      : data->binned->n_train + 1;
    mlc_status status = MLC_OK;
    if (data->outputs != NULL)
        status =
            mlci_multi_create(root, data->outputs, data->n_outputs, g->max_leaves, &g->multi, err);
    if (status == MLC_OK)
        status = mlci_histogram_builder_create(
            call, data->binned, g->multi == NULL ? 1 : g->multi->rules.n_lanes, &g->builder, err);
    if (status == MLC_OK && !(make_arrays(g) && mlci_ahead_open(call, g)))
        status = mlci_fail_memory(err, data->binned->n_train, sizeof *g->rows);
    if (status != MLC_OK) {
        mlci_grower_free(g);
        return status;
    }
    g->builder->coarse = g->multi == NULL ? data->gradients->coarse : g->multi->coarse;
    *out = g;
    return MLC_OK;
}

static void drop_histograms(mlci_grower *g)
{
    mlci_ahead_drop(g);
    for (int64_t i = 0; i < g->n_leaves; i++) {
        mlci_histogram_give(g->builder, g->leaves[i].histogram);
        g->leaves[i].histogram = NULL;
    }
}

void mlci_grower_free(mlci_grower *g)
{
    if (g == NULL) return;
    if (g->leaves != NULL && g->builder != NULL) drop_histograms(g);
    mlci_histogram_builder_free(g->builder);
    mlci_multi_free(g->multi);
    mlci_free(g->leaves);
    mlci_free(g->heap);
    mlci_free(g->rows);
    mlci_free(g->other_rows);
    mlci_free(g->found);
    mlci_free(g->level);
    mlci_free(g->level_left);
    mlci_ahead_close(g);
    mlci_feature_choice_close(g);
    mlci_monotone_close(g);
    mlci_free(g->parent);
    mlci_free(g->leaf_of_node);
    mlci_free(g->path);
    mlci_free(g->chunks);
    mlci_free(g->forced_leaf);
    mlci_free(g->keys);
    mlci_free(g->key_weights);
    mlci_free(g);
}

/* ---- a tree ------------------------------------------------------------------------------- */

/* The rules in coarse units of this tree. */
static void scale_rules(mlci_grower *g)
{
    const mlci_grow_rules *const r = &g->rules;
    const double g_unit = mlci_coarse_g_unit(g->data.gradients);
    const double h_unit = mlci_coarse_h_unit(g->data.gradients);
    const double weight_unit = g->data.unit;
    const double min_hessian = r->min_hessian / h_unit;
    g->split_rules = (mlci_split_rules){
        .l1 = r->l1 / g_unit,
        .l2 = r->l2 / h_unit,
        .max_delta = r->max_delta > 0 ? r->max_delta / g_unit * h_unit : INFINITY,
        .min_hessian = min_hessian > 0.5 ? min_hessian : 0.5,
        .min_gain = r->min_gain / g_unit * (h_unit / g_unit),
        .min_weight = r->min_samples_leaf * weight_unit,
        .is_plain = r->l1 == 0 && !(r->max_delta > 0) && !(r->path_smooth > 0),
        .by_output = r->path_smooth > 0 || g->monotone != NULL,
        .smoothing = r->path_smooth * weight_unit,
        .draws_cuts = r->extra_trees,
        .seed = r->seed,
        .stream = g->stream,
        .contri = r->contri,
        .costs = r->costs,
        .cost_unit = g->multi == NULL ? h_unit / g_unit / g_unit : 1,
        .monotone = g->monotone,
        .max_cat_to_onehot = r->max_cat_to_onehot,
        .max_cat_threshold = r->max_cat_threshold,
        .cat_smooth_h = r->cat_smooth / h_unit,
        .cat_smooth_weight = r->cat_smooth * weight_unit,
        .cat_l2 = r->cat_l2 / h_unit,
        .min_group_weight = r->min_data_per_group * weight_unit,
    };
}

/* Before a tree of several outputs. */
static mlc_status start_outputs(mlc_context *call, mlci_grower *g, mlc_error *err)
{
    const mlci_grow_rules *const r = &g->rules;
    const mlci_multi_limits limits = {.l1 = r->l1,
                                      .l2 = r->l2,
                                      .max_delta = r->max_delta,
                                      .cat_l2 = r->cat_l2,
                                      .cat_smooth = r->cat_smooth,
                                      .min_gain = r->min_gain,
                                      .min_hessian = r->min_hessian};
    return g->multi == NULL ? MLC_OK : mlci_multi_start(call, g->multi, &limits, err);
}

/* The totals of the root: the cells of any one bundle. */
static void sum_root(const mlci_grower *g, mlci_leaf *root)
{
    const int32_t *const first_cell = g->data.binned->first_cell;
    if (g->multi != NULL) {
        mlci_multi_sum_root(g->multi, g->data.binned, root->histogram,
                            mlci_multi_sums(g->multi, 0));
        return;
    }
    root->g = root->h = 0;
    for (int32_t c = first_cell[0]; c < first_cell[1]; c++) {
        const mlci_wide_cell cell =
            mlci_cell_at(root->histogram->cells, root->histogram->is_wide, c);
        root->g += cell.g;
        root->h += cell.h;
    }
}

static mlc_status open_root(mlc_context *call, mlci_grower *g, mlc_error *err)
{
    mlci_leaf *const root = &g->leaves[0];
    mlci_search_work w = {.n_searches = 1};
    *root = (mlci_leaf){.n = g->n_rows};
    if (g->data.shards != NULL)
        mlci_shards_start(g->data.shards, &root->n, &root->weight);
    else
        root->weight = mlci_rows_weight(g, g->rows, g->n_rows);
    g->tree->cover[0] = (double)root->weight / g->data.unit;
    g->n_leaves = 1;
    if (g->parent != NULL) g->parent[0] = -1;
    if (g->parent != NULL) g->leaf_of_node[0] = 0;
    root->h = INT64_MAX; /* not known yet */
    if (g->data.binned->n_used == 0 || !mlci_leaf_can_split(g, root)) return MLC_OK;
    root->histogram = mlci_histogram_take(g->builder, root->n);
    if (root->histogram == NULL) return mlci_fail_memory(err, g->builder->n_cells, 16);
    MLCI_TRY(mlci_leaf_build(call, g, root, err));
    sum_root(g, root);
    mlci_leaf_open_outputs(g);
    if (g->rules.policy == MLCI_GROW_OBLIVIOUS || !mlci_leaf_can_split(g, root)) return MLC_OK;
    MLCI_TRY(mlci_leaf_search_all(call, g, (mlci_leaf *[]){root}, &w, err));
    if (root->split.used >= 0) mlci_leaf_push(g, 0);
    return MLC_OK;
}

mlc_status mlci_grower_grow(mlc_context *call, mlci_grower *g, const uint32_t *rows, int64_t n,
                            uint32_t stream, mlci_tree *tree, mlc_error *err)
{
    mlci_tree_reset(tree);
    g->tree = tree;
    g->n_rows = n;
    g->n_heap = 0;
    g->n_leaves = 0;
    g->stream = stream;
    if (n > 0 && rows != NULL) memcpy(g->rows, rows, (size_t)n * sizeof *rows);
    for (int64_t i = 0; rows == NULL && g->data.shards == NULL && i < n; i++)
        g->rows[i] = (uint32_t)i;
    scale_rules(g);
    mlci_feature_choice_start(g);
    mlc_status status = start_outputs(call, g, err);
    if (status == MLC_OK) status = open_root(call, g, err);
    if (status == MLC_OK) status = mlci_grow_forced(call, g, err);
    while (status == MLC_OK && g->n_heap > 0 && g->n_leaves < g->max_leaves)
        status = mlci_leaf_split(call, g, mlci_leaf_pop(g), err);
    if (status == MLC_OK && g->rules.policy == MLCI_GROW_OBLIVIOUS)
        status = mlci_grow_levels(call, g, err);
    drop_histograms(g);
    if (status == MLC_OK && g->multi == NULL) status = mlci_leaf_set_values(call, g, tree, err);
    return status;
}

mlc_status mlci_grower_set_output(mlc_context *call, mlci_grower *g, int32_t k, mlci_tree *tree,
                                  mlc_error *err)
{
    g->data.gradients = g->data.outputs[k];
    g->output = k;
    return mlci_leaf_set_values(call, g, tree, err);
}
