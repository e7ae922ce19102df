/* Leaf-wise growth (Shi 2007; LightGBM): the open leaf of the largest gain is split next, the
 * lower node number among equals, until there are max_leaf_nodes or no gain is left. Depth-wise
 * growth takes open leaves nearer the root first. An oblivious tree splits all leaves of a level
 * by one condition (split_level.h), for as long as the next level has room.
 *
 * A leaf is a range of one array of row numbers. Of two children the one with fewer rows gets its
 * histogram from its rows, the other by subtraction. A large node's rows are shared by threads;
 * else one task a range of features builds, subtracts and searches, or the caller alone where the
 * node is so small that waking a thread costs more. Where hessians vary, child weights are
 * estimated in the search and checked on the rows afterwards; a leaf whose best split fails the
 * check is searched again with exact weights. What a node has not seen in training (missing values,
 * categories) goes to its heavier child, the left one among equals. */
#include "grow_state.h"

#include <math.h>
#include <string.h>

#include "partition.h"
#include "random.h"
#include "split_level.h"

#define TASK_BUNDLES 4   /* bundles of a task: a multiple of this */
#define TASK_CELLS 10000 /* additions to cells and scores that are worth a task of their own */

/* ---- memory ------------------------------------------------------------------------------- */

static int make_arrays(mlci_grower *g)
{
    mlci_root *const root = g->root;
    const int64_t n = g->data.binned->n_train, n_used = g->data.binned->n_used;
    g->max_tasks = g->builder->n_slots;
    g->leaves = mlci_alloc(root, g->max_leaves, sizeof *g->leaves);
    g->heap = mlci_alloc(root, g->max_leaves, sizeof *g->heap);
    g->rows = mlci_alloc_raw(root, n, sizeof *g->rows);
    g->other_rows = mlci_alloc_raw(root, n, sizeof *g->other_rows);
    g->found = mlci_alloc(root, 2 * (int64_t)g->max_tasks, sizeof *g->found);
    g->chunks = mlci_alloc(root, g->max_leaves + n / MLCI_LEAF_ROWS + 1, sizeof *g->chunks);
    int ok = g->leaves != NULL && g->heap != NULL && g->rows != NULL && g->other_rows != NULL &&
             g->found != NULL && g->chunks != NULL;
    if (g->rules.max_features < 1) {
        g->allowed = mlci_alloc(root, 2 * n_used, 1);
        g->column_order = mlci_alloc(root, n_used, sizeof *g->column_order);
        g->column_scratch = mlci_alloc(root, n_used, sizeof *g->column_scratch);
        ok = ok && g->allowed != NULL && g->column_order != NULL && g->column_scratch != NULL;
    }
    if (g->rules.policy == MLCI_GROW_OBLIVIOUS) {
        g->level = mlci_alloc(root, g->max_leaves / 2 + 1, sizeof *g->level);
        g->level_left = mlci_alloc(root, g->max_leaves + 2, sizeof *g->level_left);
        ok = ok && g->level != NULL && g->level_left != NULL;
    }
    if (g->rules.has_quantiles) {
        g->keys = mlci_alloc_raw(root, n, sizeof *g->keys);
        g->key_weights = mlci_alloc_raw(root, n, sizeof *g->key_weights);
        ok = ok && g->keys != NULL && g->key_weights != NULL;
    }
    return ok;
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
    mlc_status status = mlci_histogram_builder_create(call, data->binned, &g->builder, err);
    if (status == MLC_OK && !make_arrays(g))
        status = mlci_fail_memory(err, data->binned->n_train, sizeof *g->rows);
    if (status != MLC_OK) {
        mlci_grower_free(g);
        return status;
    }
    g->builder->coarse = data->gradients->coarse;
    *out = g;
    return MLC_OK;
}

static void drop_histograms(mlci_grower *g)
{
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
    mlci_free(g->leaves);
    mlci_free(g->heap);
    mlci_free(g->rows);
    mlci_free(g->other_rows);
    mlci_free(g->found);
    mlci_free(g->level);
    mlci_free(g->level_left);
    mlci_free(g->allowed);
    mlci_free(g->column_order);
    mlci_free(g->column_scratch);
    mlci_free(g->chunks);
    mlci_free(g->keys);
    mlci_free(g->key_weights);
    mlci_free(g);
}

/* ---- the queue of open leaves ------------------------------------------------------------- */

static int comes_before(const mlci_grower *g, int32_t a, int32_t b)
{
    const mlci_leaf *const p = &g->leaves[a], *const q = &g->leaves[b];
    if (g->rules.policy == MLCI_GROW_DEPTH_WISE && p->depth != q->depth) return p->depth < q->depth;
    return p->gain > q->gain || (p->gain == q->gain && p->node < q->node);
}

static void push_leaf(mlci_grower *g, int32_t index)
{
    int64_t i = g->n_heap++;
    while (i > 0 && comes_before(g, index, g->heap[(i - 1) / 2])) {
        g->heap[i] = g->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    g->heap[i] = index;
}

static int32_t pop_leaf(mlci_grower *g)
{
    const int32_t top = g->heap[0], last = g->heap[--g->n_heap];
    int64_t i = 0;
    for (int64_t child = 1; child < g->n_heap; child = 2 * i + 1) {
        if (child + 1 < g->n_heap && comes_before(g, g->heap[child + 1], g->heap[child])) child++;
        if (!comes_before(g, g->heap[child], last)) break;
        g->heap[i] = g->heap[child];
        i = child;
    }
    g->heap[i] = last;
    return top;
}

/* ---- search ------------------------------------------------------------------------------- */

/* The features of one or two leaves, in tasks. With `parent`, the histograms of both are made
 * first: small's from its rows unless it is there, large's by subtraction. */
typedef struct search_work {
    mlci_grower *grower;
    const mlci_histogram *parent; /* NULL: they are there */
    const mlci_leaf *small, *large;
    int32_t build_small;
    int32_t n_searches, n_tasks;
    mlci_split_search searches[2];
} search_work;

/* The bundles of a task, the same number for each. */
static void bundles_of_task(const mlci_grower *g, int64_t task, int32_t n_tasks, int32_t *first,
                            int32_t *end)
{
    const int32_t n = g->data.binned->n_bundles;
    int32_t width = (n + n_tasks - 1) / n_tasks;
    width = (width + TASK_BUNDLES - 1) / TASK_BUNDLES * TASK_BUNDLES;
    *first = (int32_t)task * width < n ? (int32_t)task * width : n;
    *end = *first + width < n ? *first + width : n;
}

static mlc_status search_features(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const search_work *const w = arg;
    mlci_grower *const g = w->grower;
    int32_t first, end;
    bundles_of_task(g, task, w->n_tasks, &first, &end);
    if (w->build_small)
        mlci_histogram_build_bundles(g->builder, g->rows + w->small->begin, w->small->n, first, end,
                                     w->small->histogram);
    if (w->parent != NULL)
        mlci_histogram_subtract(g->builder, w->parent, w->small->histogram, first, end,
                                w->large->histogram);
    for (int32_t i = 0; i < w->n_searches; i++)
        mlci_split_find(&w->searches[i], first, end, &g->found[i * w->n_tasks + task]);
    return MLC_OK;
}

/* The features a node looks at: a share drawn without replacement. */
static const uint8_t *draw_features(mlci_grower *g, int32_t which, int32_t node)
{
    const int64_t n_used = g->data.binned->n_used;
    if (g->allowed == NULL) return NULL;
    uint8_t *const allowed = g->allowed + which * n_used;
    const uint64_t seed =
        mlci_random_bits(g->rules.seed, MLCI_RANDOM_BAG_COLUMNS, g->stream, (uint64_t)node);
    int64_t n = (int64_t)(g->rules.max_features * (double)n_used + 0.5);
    if (n < 1) n = 1;
    mlci_random_permutation(seed, MLCI_RANDOM_BAG_COLUMNS, 0, n_used, g->column_order,
                            g->column_scratch);
    memset(allowed, 0, (size_t)n_used);
    for (int64_t i = 0; i < n && i < n_used; i++)
        allowed[g->column_order[i]] = 1;
    return allowed;
}

static void set_up_search(mlci_grower *g, int32_t which, const mlci_leaf *l, mlci_split_search *s)
{
    *s = (mlci_split_search){
        .rules = &g->split_rules,
        .kernels = g->builder->kernels,
        .binned = g->data.binned,
        .histogram = l->histogram,
        .g = l->g,
        .h = l->h,
        .weight = l->weight,
        .least_score = mlci_split_least_score(&g->split_rules, l->g, l->h),
        .allowed = draw_features(g, which, l->node),
        .is_exact = l->is_exact,
        .rows = g->rows + l->begin,
        .n_rows = l->n,
        .row_weight = g->data.row_weight,
    };
}

static int can_split(const mlci_grower *g, const mlci_leaf *l)
{
    return l->depth < g->rules.max_depth && l->n >= 2 && g->n_leaves < g->max_leaves &&
           (double)l->weight >= 2 * g->split_rules.min_weight &&
           (double)l->h >= 2 * g->split_rules.min_hessian;
}

/* As many tasks as the work is worth: it has no influence on what is found. */
static int32_t count_tasks(const mlci_grower *g, const search_work *w)
{
    const int64_t n_cells = g->builder->n_cells, n_bundles = g->data.binned->n_bundles;
    int64_t cost = w->n_searches * n_cells * (w->searches[0].is_exact ? 10 : 1);
    cost += w->n_searches * 50 * (int64_t)g->data.binned->n_used;
    if (w->build_small) cost += w->small->n * n_bundles;
    const int64_t most = cost / TASK_CELLS < n_bundles ? cost / TASK_CELLS : n_bundles;
    return most < 1 ? 1 : most < g->max_tasks ? (int32_t)most : g->max_tasks;
}

/* Finds the best splits of the given leaves and queues those that have one. */
static mlc_status search_leaves(mlc_context *call, mlci_grower *g, const int32_t *indices,
                                search_work *w, mlc_error *err)
{
    w->grower = g;
    for (int32_t i = 0; i < w->n_searches; i++)
        set_up_search(g, i, &g->leaves[indices[i]], &w->searches[i]);
    w->n_tasks = count_tasks(g, w);
    if (w->n_tasks == 1)
        MLCI_TRY(search_features(w, 0, 0, err));
    else
        MLCI_TRY(mlci_parallel_for(call, w->n_tasks, search_features, w, err));
    for (int32_t i = 0; i < w->n_searches; i++) {
        mlci_leaf *const l = &g->leaves[indices[i]];
        const double parent =
            mlci_split_score(&g->split_rules, (double)l->g, (double)l->h, g->split_rules.l2);
        l->split = g->found[i * w->n_tasks];
        for (int32_t t = 1; t < w->n_tasks; t++)
            mlci_split_take(&g->found[i * w->n_tasks + t], &l->split);
        l->gain = l->split.score - parent;
        if (l->split.used >= 0) push_leaf(g, indices[i]);
    }
    return MLC_OK;
}

/* ---- one split ---------------------------------------------------------------------------- */

static void codes_to_left(const mlci_tree_split *split, uint32_t *set)
{
    memcpy(set, split->set, sizeof split->set);
    if (split->is_category) return;
    if (split->missing_left) mlci_set_add(set, 0);
    for (int32_t c = 1; c <= split->bin; c++)
        mlci_set_add(set, (uint32_t)c);
}

static int64_t weight_of(const mlci_grower *g, const uint32_t *rows, int64_t n)
{
    int64_t weight = 0;
    if (g->data.row_weight == NULL) return n;
    for (int64_t i = 0; i < n; i++)
        weight += g->data.row_weight[rows[i]];
    return weight;
}

/* Codes that the node has not seen go to the heavier child. */
static void place_unseen(const mlci_grower *g, const mlci_leaf *l, int64_t left_weight,
                         mlci_tree_split *split)
{
    const int32_t left = 2 * left_weight >= l->weight;
    mlci_feature_cells cells;
    mlci_histogram_feature(g->data.binned, l->histogram, split->used, (mlci_wide_cell){l->g, l->h},
                           &cells);
    for (int32_t c = 0; c < (split->is_category ? cells.n_codes : 1); c++) {
        if (mlci_cell_at(cells.cells, cells.is_wide, c).h > 0) continue;
        split->missing_left = left;
        if (split->is_category && left) mlci_set_add(split->set, (uint32_t)c);
    }
}

static mlc_status write_node(const mlci_grower *g, const mlci_leaf *l, const mlci_tree_split *split,
                             mlci_tree *tree, mlc_error *err)
{
    const int64_t feature = g->data.binned->used[split->used];
    const mlci_bin_rule *const rule = &g->data.binned->rules[feature];
    const double g_unit = mlci_coarse_g_unit(g->data.gradients);
    mlci_tree_node *const node = &tree->nodes[l->node];
    int32_t left, set;
    MLCI_TRY(mlci_tree_add_children(tree, &left, err));
    node->left = left;
    node->split = (uint32_t)feature;
    tree->bin[l->node] = split->bin;
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

/* The leaf becomes its left child, a new leaf the right one. */
static void divide_leaf(mlci_grower *g, int32_t index, int64_t n_left, int64_t left_weight,
                        mlci_tree *tree)
{
    mlci_leaf *const l = &g->leaves[index], *const r = &g->leaves[g->n_leaves++];
    const mlci_tree_split split = l->split;
    const int32_t left = tree->nodes[l->node].left;
    *r = *l;
    r->histogram = NULL;
    r->node = left + 1;
    r->begin = l->begin + n_left;
    r->n = l->n - n_left;
    r->g = l->g - split.left_g;
    r->h = l->h - split.left_h;
    r->weight = l->weight - left_weight;
    l->node = left;
    l->n = n_left;
    l->g = split.left_g;
    l->h = split.left_h;
    l->weight = left_weight;
    l->depth = ++r->depth;
    l->is_exact = r->is_exact = 0;
    tree->cover[l->node] = (double)l->weight / g->data.unit;
    tree->cover[r->node] = (double)r->weight / g->data.unit;
}

/* Histograms of the children a, which has that of their parent, and b, and a search of those that
 * are open: n_open of them. */
static mlc_status make_children(mlc_context *call, mlci_grower *g, int32_t a, int32_t b,
                                const int32_t *open, int32_t n_open, mlc_error *err)
{
    mlci_leaf *const left = &g->leaves[a], *const right = &g->leaves[b];
    mlci_leaf *const small = left->n <= right->n ? left : right;
    mlci_leaf *const large = left->n <= right->n ? right : left;
    mlci_histogram *const parent = left->histogram;
    search_work w = {.parent = parent, .small = small, .large = large, .n_searches = n_open};
    /* In the parent's memory where that is of the right size. */
    const int narrows = parent->is_wide && large->n <= MLCI_PACKED_ROWS;
    left->histogram = NULL;
    small->histogram = mlci_histogram_take(g->builder, small->n);
    large->histogram = narrows ? mlci_histogram_take(g->builder, large->n) : parent;
    mlc_status status = MLC_OK;
    if (small->histogram == NULL || large->histogram == NULL)
        status = mlci_fail_memory(err, g->builder->n_cells, sizeof(uint64_t));
    w.build_small = !mlci_histogram_is_shared(g->builder, small->n);
    if (status == MLC_OK && !w.build_small)
        status = mlci_histogram_build(call, g->builder, g->rows + small->begin, small->n,
                                      small->histogram, err);
    if (status == MLC_OK) status = search_leaves(call, g, open, &w, err);
    if (narrows) mlci_histogram_give(g->builder, parent);
    return status;
}

/* Searches the children that can be split. */
static mlc_status open_children(mlc_context *call, mlci_grower *g, int32_t a, int32_t b,
                                mlc_error *err)
{
    const int32_t both[2] = {a, b};
    int32_t open[2], n_open = 0;
    for (int32_t i = 0; i < 2; i++)
        if (can_split(g, &g->leaves[both[i]])) open[n_open++] = both[i];
    if (n_open > 0) MLCI_TRY(make_children(call, g, a, b, open, n_open, err));
    for (int32_t i = 0; i < 2; i++) {
        mlci_leaf *const l = &g->leaves[both[i]];
        if (n_open > 0 && can_split(g, l) && l->split.used >= 0) continue;
        mlci_histogram_give(g->builder, l->histogram);
        l->histogram = NULL;
    }
    return MLC_OK;
}

/* Parts the rows of a leaf; what goes left comes first. */
static mlc_status part_leaf(mlc_context *call, mlci_grower *g, const mlci_leaf *l,
                            const mlci_tree_split *split, int64_t *n_left, int64_t *left_weight,
                            mlc_error *err)
{
    const int64_t feature = g->data.binned->used[split->used];
    mlci_partition partition = {.kernels = g->builder->kernels,
                                .rows = g->rows + l->begin,
                                .n = l->n,
                                .scratch = g->other_rows + l->begin,
                                .codes = mlci_binned_column(g->data.binned, feature)};
    codes_to_left(split, partition.set);
    MLCI_TRY(mlci_partition_rows(call, &partition, n_left, err));
    *left_weight = weight_of(g, partition.rows, *n_left);
    return MLC_OK;
}

static mlc_status split_leaf(mlc_context *call, mlci_grower *g, int32_t index, mlci_tree *tree,
                             mlc_error *err)
{
    mlci_leaf *const l = &g->leaves[index];
    const double least = g->split_rules.min_weight;
    int64_t n_left = 0, left_weight = 0;
    MLCI_TRY(part_leaf(call, g, l, &l->split, &n_left, &left_weight, err));
    if ((double)left_weight < least || (double)(l->weight - left_weight) < least) {
        search_work again = {.n_searches = 1};
        l->is_exact = 1;
        return search_leaves(call, g, &index, &again, err);
    }
    place_unseen(g, l, left_weight, &l->split);
    MLCI_TRY(write_node(g, l, &l->split, tree, err));
    divide_leaf(g, index, n_left, left_weight, tree);
    return open_children(call, g, index, (int32_t)g->n_leaves - 1, err);
}

/* ---- one level ---------------------------------------------------------------------------- */

typedef struct level_work {
    mlci_grower *grower;
    int32_t n_tasks;
} level_work;

static mlc_status search_level_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const level_work *const w = arg;
    mlci_grower *const g = w->grower;
    int32_t first, end;
    bundles_of_task(g, task, w->n_tasks, &first, &end);
    mlci_split_level_find(g->level, g->n_leaves, first, end, &g->found[task]);
    return MLC_OK;
}

/* The split of all leaves; used -1 where none gains. */
static mlc_status search_level(mlc_context *call, mlci_grower *g, mlci_tree_split *best,
                               mlc_error *err)
{
    const int32_t n_bundles = g->data.binned->n_bundles;
    level_work w = {g, g->max_tasks < n_bundles ? g->max_tasks : n_bundles};
    for (int64_t i = 0; i < g->n_leaves; i++) {
        set_up_search(g, i > 0, &g->leaves[i], &g->level[i]);
        g->level[i].allowed = g->level[0].allowed;
    }
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
        mlci_feature_cells cells;
        const mlci_leaf *const l = &g->leaves[i];
        mlci_histogram_feature(g->data.binned, l->histogram, split->used,
                               (mlci_wide_cell){l->g, l->h}, &cells);
        if (mlci_cell_at(cells.cells, cells.is_wide, 0).h > 0) return;
        left += g->level_left[2 * i + 1];
        all += l->weight;
    }
    if (!split->is_category) split->missing_left = 2 * left >= all;
}

/* Splits every leaf by one condition; the children of leaf i are leaves i and n + i. */
static mlc_status split_level(mlc_context *call, mlci_grower *g, const mlci_tree_split *found,
                              int32_t is_last, mlci_tree *tree, mlc_error *err)
{
    const int64_t n = g->n_leaves;
    mlci_tree_split split = *found;
    for (int64_t i = 0; i < n; i++)
        MLCI_TRY(part_leaf(call, g, &g->leaves[i], &split, &g->level_left[2 * i],
                           &g->level_left[2 * i + 1], err));
    place_unseen_level(g, &split);
    for (int64_t i = 0; i < n; i++) {
        mlci_leaf *const l = &g->leaves[i];
        l->split = split;
        mlci_split_level_apply(&g->level[i], &l->split, &l->gain);
        MLCI_TRY(write_node(g, l, &l->split, tree, err));
        divide_leaf(g, (int32_t)i, g->level_left[2 * i], g->level_left[2 * i + 1], tree);
        if (!is_last) MLCI_TRY(make_children(call, g, (int32_t)i, (int32_t)(n + i), NULL, 0, err));
    }
    return MLC_OK;
}

static mlc_status grow_levels(mlc_context *call, mlci_grower *g, mlci_tree *tree, mlc_error *err)
{
    int32_t goes_on = g->leaves[0].histogram != NULL;
    for (int64_t depth = 1; goes_on && depth <= g->rules.max_depth; depth++) {
        mlci_tree_split split;
        if (2 * g->n_leaves > g->max_leaves) break;
        MLCI_TRY(search_level(call, g, &split, err));
        if (split.used < 0) break;
        goes_on = 4 * g->n_leaves <= g->max_leaves && depth < g->rules.max_depth;
        MLCI_TRY(split_level(call, g, &split, !goes_on, tree, err));
    }
    return MLC_OK;
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
        .is_plain = r->l1 == 0 && !(r->max_delta > 0),
        .max_cat_to_onehot = r->max_cat_to_onehot,
        .max_cat_threshold = r->max_cat_threshold,
        .cat_smooth_h = r->cat_smooth / h_unit,
        .cat_smooth_weight = r->cat_smooth * weight_unit,
        .cat_l2 = r->cat_l2 / h_unit,
        .min_group_weight = r->min_data_per_group * weight_unit,
    };
}

/* The totals of the root: the cells of any one bundle. */
static void sum_root(const mlci_grower *g, mlci_leaf *root)
{
    const int32_t *const first_cell = g->data.binned->first_cell;
    root->g = root->h = 0;
    for (int32_t c = first_cell[0]; c < first_cell[1]; c++) {
        const mlci_wide_cell cell =
            mlci_cell_at(root->histogram->cells, root->histogram->is_wide, c);
        root->g += cell.g;
        root->h += cell.h;
    }
}

static mlc_status open_root(mlc_context *call, mlci_grower *g, mlci_tree *tree, mlc_error *err)
{
    mlci_leaf *const root = &g->leaves[0];
    const int32_t index = 0;
    search_work w = {.n_searches = 1};
    *root = (mlci_leaf){.n = g->n_rows, .weight = weight_of(g, g->rows, g->n_rows)};
    tree->cover[0] = (double)root->weight / g->data.unit;
    g->n_leaves = 1;
    root->h = INT64_MAX; /* not known yet */
    if (g->data.binned->n_used == 0 || !can_split(g, root)) return MLC_OK;
    root->histogram = mlci_histogram_take(g->builder, root->n);
    if (root->histogram == NULL) return mlci_fail_memory(err, g->builder->n_cells, 16);
    MLCI_TRY(mlci_histogram_build(call, g->builder, g->rows, g->n_rows, root->histogram, err));
    sum_root(g, root);
    if (g->rules.policy == MLCI_GROW_OBLIVIOUS) return MLC_OK;
    return can_split(g, root) ? search_leaves(call, g, &index, &w, err) : MLC_OK;
}

mlc_status mlci_grower_grow(mlc_context *call, mlci_grower *g, const uint32_t *rows, int64_t n,
                            uint32_t stream, mlci_tree *tree, mlc_error *err)
{
    mlci_tree_reset(tree);
    g->n_rows = n;
    g->n_heap = 0;
    g->n_leaves = 0;
    g->stream = stream;
    if (n > 0) memcpy(g->rows, rows, (size_t)n * sizeof *rows);
    scale_rules(g);
    mlc_status status = open_root(call, g, tree, err);
    while (status == MLC_OK && g->n_heap > 0 && g->n_leaves < g->max_leaves)
        status = split_leaf(call, g, pop_leaf(g), tree, err);
    if (status == MLC_OK && g->rules.policy == MLCI_GROW_OBLIVIOUS)
        status = grow_levels(call, g, tree, err);
    drop_histograms(g);
    if (status == MLC_OK) status = mlci_leaf_set_values(call, g, tree, err);
    return status;
}
