/* Searching leaves for splits, and dividing them.
 *
 * Of two children the one with fewer rows gets its histogram from its rows, the other by
 * subtraction. A large node's rows are shared by threads; else one task a range of features
 * builds, subtracts and searches, or the caller alone where the node is so small that waking a
 * thread costs more. Where hessians vary, child weights are estimated in the search and checked on
 * the rows afterwards; a leaf whose best split fails the check is searched again with exact
 * weights. What a node has not seen in training (missing values, categories) goes to its heavier
 * child, the left one among equals. */
#include <math.h>
#include <string.h>

#include "grow_state.h"
#include "multi_split.h"
#include "partition.h"

#define NEAR_BUNDLES 4   /* whose cells the nearest cache holds */
#define TASK_CELLS 20000 /* additions to cells and scores that are worth a task of their own */

/* ---- search ------------------------------------------------------------------------------- */

void mlci_bundles_of_task(const mlci_grower *g, int64_t task, int32_t n_tasks, int32_t *first,
                          int32_t *end)
{
    const int32_t n = g->data.binned->n_bundles;
    const int32_t width = (n + n_tasks - 1) / n_tasks;
    *first = (int32_t)task * width < n ? (int32_t)task * width : n;
    *end = *first + width < n ? *first + width : n;
}

static void search_bundles(mlci_search_work *w, int64_t task, int32_t first, int32_t end)
{
    mlci_grower *const g = w->grower;
    if (w->parent != NULL)
        mlci_histogram_subtract(g->builder, w->parent, w->small->histogram, first, end,
                                w->large->histogram);
    for (int32_t i = 0; i < w->n_searches; i++) {
        mlci_tree_split *const best = &w->found[i * w->n_tasks + task];
        if (g->multi == NULL)
            mlci_split_find(&w->searches[i], first, end, best);
        else
            mlci_multi_find(&w->searches[i], first, end, best);
    }
}

static mlc_status search_features(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    mlci_search_work *const w = arg;
    mlci_grower *const g = w->grower;
    int32_t first, end;
    mlci_bundles_of_task(g, task, w->n_tasks, &first, &end);
    if (w->build_small)
        mlci_histogram_build_bundles(g->builder, g->rows + w->small->begin, w->small->n, first, end,
                                     w->small->histogram);
    if (w->take_small)
        mlci_histogram_subtract_rows(g->builder, g->rows + w->small->begin, w->small->n, first, end,
                                     w->large->histogram);
    for (int32_t i = 0; i < w->n_searches; i++)
        w->found[i * w->n_tasks + task] = mlci_split_none(&w->searches[i]);
    /* A few bundles at a time, so that cells are searched while they are in the nearest cache. */
    for (int32_t from = first; from < end; from += NEAR_BUNDLES)
        search_bundles(w, task, from, end - from < NEAR_BUNDLES ? end : from + NEAR_BUNDLES);
    return MLC_OK;
}

void mlci_leaf_search(mlci_grower *g, const mlci_leaf *l, mlci_split_search *s)
{
    *s = (mlci_split_search){
        .rules = &g->split_rules,
        .kernels = g->builder->kernels,
        .binned = g->data.binned,
        .histogram = l->histogram,
        .g = l->g,
        .h = l->h,
        .weight = l->weight,
        .output = l->output,
        .node = l->node,
        .is_exact = l->is_exact,
        .rows = g->rows + l->begin,
        .n_rows = l->n,
        .row_weight = g->data.row_weight,
        .shards = g->data.shards,
        .leaf = g->data.shards == NULL ? 0 : l - g->leaves,
    };
    if (g->multi == NULL) {
        mlci_split_start(s);
        return;
    }
    s->multi = g->multi;
    s->sums = mlci_multi_sums(g->multi, l - g->leaves);
    if (g->split_rules.by_output) s->outputs = mlci_leaf_output_at(g, l - g->leaves, 0);
    s->least_score = mlci_multi_least_score(s);
}

double mlci_leaf_own_score(const mlci_split_search *s)
{
    return s->multi == NULL ? mlci_split_own_score(s) : mlci_multi_own_score(s);
}

static int is_large_enough(const mlci_grower *g, const mlci_leaf *l)
{
    return l->depth < g->rules.max_depth && l->n >= 2 &&
           (double)l->weight >= 2 * g->split_rules.min_weight &&
           (double)l->h >= 2 * g->split_rules.min_hessian;
}

int mlci_leaf_can_split(const mlci_grower *g, const mlci_leaf *l)
{
    return g->n_leaves < g->max_leaves && is_large_enough(g, l);
}

/* As many tasks as the work is worth: it has no influence on what is found. */
static int32_t count_tasks(const mlc_context *call, const mlci_grower *g, const mlci_search_work *w)
{
    const int64_t n_cells = g->builder->n_cells, n_bundles = g->data.binned->n_bundles;
    const int32_t n_slots = mlci_n_slots(call);
    int64_t cost = w->n_searches * n_cells * (w->searches[0].is_exact ? 10 : 1);
    cost += w->n_searches * 50 * (int64_t)g->data.binned->n_used;
    if (w->build_small || w->take_small) cost += w->small->n * n_bundles;
    const int64_t most = cost / TASK_CELLS < n_bundles ? cost / TASK_CELLS : n_bundles;
    return most < 1 ? 1 : most < n_slots ? (int32_t)most : n_slots;
}

mlc_status mlci_leaf_search_all(mlc_context *call, mlci_grower *g, mlci_leaf *const *leaves,
                                mlci_search_work *w, mlc_error *err)
{
    w->grower = g;
    for (int32_t i = 0; i < w->n_searches; i++) {
        mlci_leaf_search(g, leaves[i], &w->searches[i]);
        w->searches[i].allowed = mlci_feature_choice(g, i, leaves[i]);
    }
    w->n_tasks = count_tasks(call, g, w);
    w->found = w->n_tasks == 1 ? w->own : g->found;
    if (w->n_tasks == 1)
        MLCI_TRY(search_features(w, 0, 0, err));
    else
        MLCI_TRY(mlci_parallel_for(call, w->n_tasks, search_features, w, err));
    for (int32_t i = 0; i < w->n_searches; i++) {
        mlci_leaf *const l = leaves[i];
        l->split = w->found[i * w->n_tasks];
        for (int32_t t = 1; t < w->n_tasks; t++)
            mlci_split_take(&w->found[i * w->n_tasks + t], &l->split);
        l->gain = l->split.score - mlci_leaf_own_score(&w->searches[i]);
    }
    return MLC_OK;
}

/* ---- one split ---------------------------------------------------------------------------- */

static void codes_to_left(const mlci_tree_split *split, uint32_t *set)
{
    memcpy(set, split->set, sizeof split->set);
    if (split->is_category) return;
    for (int32_t w = 0; w < MLCI_SET_WORDS; w++) {
        const int32_t n = split->bin + 1 - 32 * w; /* codes 0 .. bin in this word and later ones */
        set[w] = n >= 32 ? UINT32_MAX : n > 0 ? ((uint32_t)1 << n) - 1 : 0;
    }
    if (!split->missing_left) set[0] &= ~(uint32_t)1;
}

/* The same as codes of the bundle of the feature. */
static void bundle_codes_to_left(const mlci_tree_split *split, const mlci_bin_place *place,
                                 uint32_t *set)
{
    uint32_t own[MLCI_SET_WORDS];
    codes_to_left(split, place->is_alone ? set : own);
    if (place->is_alone) return;
    memset(set, 0, sizeof own);
    for (uint32_t code = 0; code < MLCI_BIN_CODES; code++)
        if (mlci_set_has(own, place->code_of[code])) mlci_set_add(set, code);
}

int64_t mlci_rows_weight(const mlci_grower *g, const uint32_t *rows, int64_t n)
{
    int64_t weight = 0;
    if (g->data.row_weight == NULL) return n;
    for (int64_t i = 0; i < n; i++)
        weight += g->data.row_weight[rows[i]];
    return weight;
}

int mlci_leaf_has_code(const mlci_grower *g, const mlci_leaf *l, int32_t used, int32_t code)
{
    mlci_feature_cells cells;
    if (g->multi != NULL)
        return mlci_multi_has_code(g->multi, g->data.binned, l->histogram, used,
                                   mlci_multi_sums(g->multi, l - g->leaves), code);
    mlci_histogram_feature(g->data.binned, l->histogram, used, (mlci_wide_cell){l->g, l->h},
                           &cells);
    return mlci_cell_at(cells.cells, cells.is_wide, code).h > 0;
}

/* Codes that the node has not seen go to the heavier child. */
static void place_unseen(const mlci_grower *g, const mlci_leaf *l, int64_t left_weight,
                         mlci_tree_split *split)
{
    const int32_t left = 2 * left_weight >= l->weight;
    const int32_t n_codes = g->data.binned->places[split->used].n_codes;
    for (int32_t c = 0; c < (split->is_category ? n_codes : 1); c++) {
        if (mlci_leaf_has_code(g, l, split->used, c)) continue;
        split->missing_left = left;
        if (split->is_category && left) mlci_set_add(split->set, (uint32_t)c);
    }
}

static mlc_status write_node(mlci_grower *g, const mlci_leaf *l, mlc_error *err)
{
    mlci_tree *const tree = g->tree;
    const mlci_tree_split *const split = &l->split;
    const int64_t feature = g->data.binned->used[split->used];
    const mlci_bin_rule *const rule = &g->data.binned->rules[feature];
    const double g_unit = mlci_coarse_g_unit(g->data.gradients);
    mlci_tree_node *const node = &tree->nodes[l->node];
    int32_t left, set;
    MLCI_TRY(mlci_tree_add_children(tree, &left, err));
    node->left = left;
    node->split = (uint32_t)feature;
    tree->bin[l->node] = split->bin;
    /* Of several outputs the gain is in real units. */
    tree->gain[l->node] = l->gain;
    if (g->multi == NULL)
        tree->gain[l->node] = l->gain * g_unit / mlci_coarse_h_unit(g->data.gradients) * g_unit;
    if (!split->is_category) {
        node->value = split->bin < rule->n_bins ? rule->thresholds[split->bin - 1] : INFINITY;
        if (split->missing_left) node->split |= MLCI_NODE_MISSING_LEFT;
        return MLC_OK;
    }
    MLCI_TRY(mlci_tree_add_set(tree, split->set, &set, err));
    node->value = (double)set;
    node->split |= MLCI_NODE_CATEGORY;
    return MLC_OK;
}

void mlci_leaf_make_pair(const mlci_grower *g, const mlci_leaf *parent, const mlci_division *d,
                         mlci_leaf children[2])
{
    mlci_leaf *const l = &children[0], *const r = &children[1];
    *l = *r = *parent;
    l->depth = ++r->depth;
    l->is_exact = r->is_exact = 0;
    l->is_ahead = r->is_ahead = 0;
    r->histogram = NULL;
    l->n = d->n_left;
    r->begin += d->n_left;
    r->n -= d->n_left;
    l->weight = d->left_weight;
    r->weight -= d->left_weight;
    if (g->multi != NULL) return;
    l->g = parent->split.left_g;
    l->h = parent->split.left_h;
    r->g -= l->g;
    r->h -= l->h;
}

/* The sums of the children of a leaf of several outputs, whose histogram is there yet. */
static void divide_sums(mlci_grower *g, int32_t index, const mlci_leaf *parent)
{
    uint32_t set[MLCI_SET_WORDS];
    double *const sums = mlci_multi_sums(g->multi, index);
    double *const right = mlci_multi_sums(g->multi, g->n_leaves);
    codes_to_left(&parent->split, set);
    memcpy(right, sums, (size_t)g->multi->rules.n_lanes * 2 * sizeof *right);
    mlci_multi_divide(g->multi, g->data.binned, parent->histogram, parent->split.used, set, sums,
                      right);
}

/* A leaf becomes the left one of its children, a new leaf the right one. */
static mlc_status enter_children(mlci_grower *g, int32_t index, const mlci_leaf children[2],
                                 mlc_error *err)
{
    mlci_leaf *const l = &g->leaves[index], *const r = &g->leaves[g->n_leaves];
    MLCI_TRY(write_node(g, l, err));
    const mlci_leaf parent = *l;
    const int32_t left = g->tree->nodes[l->node].left;
    if (g->multi != NULL) divide_sums(g, index, &parent);
    mlci_grow_pay(g, &parent);
    if (g->data.shards != NULL) mlci_shards_divide(g->data.shards, index, g->n_leaves);
    *l = children[0];
    *r = children[1];
    l->node = left;
    r->node = left + 1;
    g->tree->cover[l->node] = (double)l->weight / g->data.unit;
    g->tree->cover[r->node] = (double)r->weight / g->data.unit;
    if (g->parent != NULL) {
        g->parent[l->node] = g->parent[r->node] = parent.node;
        g->leaf_of_node[l->node] = index;
        g->leaf_of_node[r->node] = (int32_t)g->n_leaves;
        g->leaf_of_node[parent.node] = -1;
    }
    mlci_leaf_divide_outputs(g, index, (int32_t)g->n_leaves++, &parent.split);
    return MLC_OK;
}

mlc_status mlci_leaf_divide(mlci_grower *g, int32_t index, int64_t n_left, int64_t left_weight,
                            mlc_error *err)
{
    const mlci_division division = {1, n_left, left_weight, {{0}}};
    mlci_leaf children[2];
    mlci_leaf_make_pair(g, &g->leaves[index], &division, children);
    return enter_children(g, index, children, err);
}

mlc_status mlci_leaf_build(mlc_context *call, mlci_grower *g, const mlci_leaf *l, mlc_error *err)
{
    if (g->data.shards != NULL)
        return mlci_shards_build(call, g->data.shards, l - g->leaves, l->histogram, err);
    return mlci_histogram_build(call, g->builder, g->rows + l->begin, l->n, l->histogram, err);
}

mlc_status mlci_leaf_make_children(mlc_context *call, mlci_grower *g, mlci_leaf *left,
                                   mlci_leaf *right, mlci_leaf *const *open, int32_t n_open,
                                   mlc_error *err)
{
    mlci_leaf *const small = left->n <= right->n ? left : right;
    mlci_leaf *const large = left->n <= right->n ? right : left;
    mlci_histogram *const parent = left->histogram, *const given = right->histogram;
    mlci_search_work w = {.parent = parent, .small = small, .large = large, .n_searches = n_open};
    /* In the parent's memory where that is of the right size. */
    const int narrows = parent->is_wide && large->n <= MLCI_PACKED_ROWS;
    const int is_alone = g->data.shards == NULL && !mlci_histogram_is_shared(call, small->n);
    left->histogram = NULL;
    small->histogram = given;
    large->histogram = narrows ? mlci_histogram_take(g->builder, large->n) : parent;
    /* Nobody looks at the small one's. */
    w.take_small = is_alone && n_open == 1 && open[0] == large &&
                   mlci_histogram_takes_rows(g->builder, parent);
    w.build_small = is_alone && !w.take_small;
    if (w.take_small)
        w.parent = NULL;
    else if (given == NULL)
        small->histogram = mlci_histogram_take(g->builder, small->n);
    mlc_status status = MLC_OK;
    if (large->histogram == NULL || (small->histogram == NULL && !w.take_small))
        status = mlci_fail_memory(err, g->builder->n_cells, sizeof(uint64_t));
    if (status == MLC_OK && !is_alone) status = mlci_leaf_build(call, g, small, err);
    if (status == MLC_OK) status = mlci_leaf_search_all(call, g, open, &w, err);
    if (narrows) mlci_histogram_give(g->builder, parent);
    return status;
}

mlc_status mlci_leaf_search_pair(mlc_context *call, mlci_grower *g, mlci_leaf *left,
                                 mlci_leaf *right, int32_t has_room, mlc_error *err)
{
    mlci_leaf *const both[2] = {left, right};
    mlci_leaf *open[2];
    int32_t n_open = 0;
    for (int32_t i = 0; i < 2; i++) {
        both[i]->split.used = -1;
        if (has_room && is_large_enough(g, both[i])) open[n_open++] = both[i];
    }
    return n_open == 0 ? MLC_OK : mlci_leaf_make_children(call, g, left, right, open, n_open, err);
}

/* Queues those children that can be split further; the others need no histogram. */
static void queue_pair(mlci_grower *g, int32_t a, int32_t b)
{
    const int32_t both[2] = {a, b};
    for (int32_t i = 0; i < 2; i++) {
        mlci_leaf *const l = &g->leaves[both[i]];
        const int can_split = mlci_leaf_can_split(g, l);
        if (l->split.used >= 0 && can_split) mlci_leaf_push(g, both[i]);
        if (can_split && (l->split.used >= 0 || mlci_grow_may_pay_once(g))) continue;
        mlci_histogram_give(g->builder, l->histogram);
        l->histogram = NULL;
    }
}

static mlci_partition partition_of(const mlci_grower *g, const mlci_leaf *l,
                                   const mlci_tree_split *split)
{
    const mlci_bin_place *const place = &g->data.binned->places[split->used];
    mlci_partition partition = {.kernels = g->builder->kernels,
                                .rows = g->rows + l->begin,
                                .n = l->n,
                                .scratch = g->other_rows + l->begin,
                                .codes = g->data.binned->columns[place->bundle]};
    bundle_codes_to_left(split, place, partition.set);
    return partition;
}

mlc_status mlci_leaf_part(mlc_context *call, mlci_grower *g, const mlci_leaf *l,
                          const mlci_tree_split *split, int64_t *n_left, int64_t *left_weight,
                          mlc_error *err)
{
    const mlci_partition partition = partition_of(g, l, split);
    if (g->data.shards != NULL)
        return mlci_shards_part(call, g->data.shards, l - g->leaves,
                                g->data.binned->places[split->used].bundle, partition.set, n_left,
                                left_weight, err);
    MLCI_TRY(mlci_partition_rows(call, &partition, n_left, err));
    *left_weight = mlci_rows_weight(g, partition.rows, *n_left);
    return MLC_OK;
}

void mlci_leaf_undo(mlci_grower *g, const mlci_leaf *l, int64_t n_left)
{
    const mlci_partition partition = partition_of(g, l, &l->split);
    if (g->data.shards == NULL) mlci_partition_undo(&partition, n_left);
}

mlc_status mlci_leaf_part_by(mlc_context *call, mlci_grower *g, mlci_leaf *l, mlci_division *d,
                             mlc_error *err)
{
    const double least = g->split_rules.min_weight;
    MLCI_TRY(mlci_leaf_part(call, g, l, &l->split, &d->n_left, &d->left_weight, err));
    d->is_done = (double)d->left_weight >= least && (double)(l->weight - d->left_weight) >= least;
    if (d->is_done)
        place_unseen(g, l, d->left_weight, &l->split);
    else
        mlci_leaf_undo(g, l, d->n_left);
    return MLC_OK;
}

static mlc_status search_again(mlc_context *call, mlci_grower *g, int32_t index, mlc_error *err)
{
    mlci_search_work again = {.n_searches = 1};
    mlci_leaf *const l = &g->leaves[index];
    MLCI_TRY(mlci_leaf_search_all(call, g, &l, &again, err));
    if (l->split.used >= 0) mlci_leaf_push(g, index);
    return MLC_OK;
}

/* A leaf whose children are searched: they enter the tree. */
static mlc_status split_ahead(mlci_grower *g, int32_t index, int32_t *done, mlc_error *err)
{
    const mlci_division *const d = &g->ahead[index];
    *done = d->is_done;
    if (!d->is_done) {
        g->leaves[index].is_ahead = 0;
        mlci_histogram_give(g->builder, d->children[1].histogram);
        return MLC_OK;
    }
    MLCI_TRY(enter_children(g, index, d->children, err));
    queue_pair(g, index, (int32_t)g->n_leaves - 1);
    return MLC_OK;
}

mlc_status mlci_leaf_split_by(mlc_context *call, mlci_grower *g, int32_t index, int32_t *done,
                              mlc_error *err)
{
    mlci_leaf *const l = &g->leaves[index];
    if (l->is_ahead) return split_ahead(g, index, done, err);
    mlci_division division;
    const int32_t used = l->split.used;
    const int pays_once = mlci_grow_pays_once(g, used);
    MLCI_TRY(mlci_leaf_part_by(call, g, l, &division, err));
    *done = division.is_done;
    if (!*done) return MLC_OK;
    MLCI_TRY(mlci_leaf_divide(g, index, division.n_left, division.left_weight, err));
    const int32_t right = (int32_t)g->n_leaves - 1;
    MLCI_TRY(
        mlci_leaf_search_pair(call, g, l, &g->leaves[right], g->n_leaves < g->max_leaves, err));
    queue_pair(g, index, right);
    if (pays_once) mlci_grow_search_paid(g, used);
    return MLC_OK;
}

mlc_status mlci_leaf_split(mlc_context *call, mlci_grower *g, int32_t index, mlc_error *err)
{
    mlci_leaf *const l = &g->leaves[index];
    int32_t done;
    if (l->is_stale) {
        /* Tighter bounds only lower a gain, so the others are still in order. */
        l->is_stale = 0;
        return search_again(call, g, index, err);
    }
    if (g->ahead != NULL) MLCI_TRY(mlci_ahead_go(call, g, index, err));
    MLCI_TRY(mlci_leaf_split_by(call, g, index, &done, err));
    if (done) return MLC_OK;
    l->is_exact = 1;
    return search_again(call, g, index, err);
}
