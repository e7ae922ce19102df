/* The driver of a growing tree: open a node, look for its best split, part its rows.
 *
 * Depth first, or best leaf first with max_leaf_nodes. Rows of a node are a range of one array,
 * always ascending; a node's children follow it. Random draws go by node, thresholds lie in the
 * middle between the two values that a split keeps apart. */
#include "cart_grow.h"

#include <math.h>
#include <string.h>

#include "bin_cuts.h"
#include "cart_monotone.h"
#include "cart_node.h"
#include "cart_random.h"
#include "cart_search.h"
#include "kernels.h"

#define FIRST_TASKS 64
#define POLL_WORK (1 << 19) /* rows times features between looks at the cancel flag */
#define SHARED_WORK (1 << 17)
#define IMPROVEMENT_SLACK 2.220446049250313e-16

/* A node whose rows are known. */
typedef struct task {
    int32_t node, depth;
    int64_t begin, n;
    double gain; /* best leaf first: by the share of the tree's weight */
    mlci_cart_bounds bounds;
    mlci_cart_split split;
} task;

struct mlci_cart_grower {
    mlci_root *root;
    const mlci_cart_data *data;
    mlci_cart_node node;
    int32_t n_scratch;
    mlci_cart_scratch *scratch;
    uint32_t *parted;  /* rows that go right, while a node is parted */
    int32_t *features; /* a permutation of the used features ... */
    int32_t *swapped;  /* ... and what undoes it */
    task *tasks;       /* a stack, or a heap */
    int32_t n_tasks, task_capacity;
    int64_t work; /* since the last poll */
    /* of this tree */
    const mlci_cart_bag *bag;
    uint32_t number;
    mlci_cart_tree *tree;
    double total_weight;
    uint8_t *undecided; /* splits whose missing values follow the heavier child, by node */
    int32_t undecided_capacity;
};

static mlc_status poll_after(mlc_context *call, mlci_cart_grower *g, int64_t n_rows,
                             mlc_error *err)
{
    g->work += n_rows;
    if (g->work < POLL_WORK) return MLC_OK;
    g->work = 0;
    return mlci_poll(call, err);
}

/* ---- the search of a node ----------------------------------------------------------------- */

static int search_feature(const mlci_cart_grower *g, mlci_cart_scratch *scratch, int32_t feature,
                          mlci_cart_draws *draws, mlci_cart_split *best)
{
    const mlci_cart_search *const search = &g->node.search;
    const int is_category = g->data->columns->columns[feature].is_category;
    if (g->data->rules->is_random)
        return is_category ? mlci_cart_draw_category(search, scratch, feature, draws, best)
                           : mlci_cart_draw_number(search, scratch, feature, draws, best);
    return is_category ? mlci_cart_search_category(search, scratch, feature, best)
                       : mlci_cart_search_number(search, scratch, feature, best);
}

typedef struct shared_search {
    mlci_cart_grower *grower;
    mlci_cart_split *best; /* a feature each */
} shared_search;

static mlc_status search_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const shared_search *const s = arg;
    const mlci_cart_grower *const g = s->grower;
    s->best[block] = (mlci_cart_split){.score = MLCI_CART_NO_SCORE, .feature = -1};
    search_feature(g, &g->scratch[slot], g->data->columns->used[block], NULL, &s->best[block]);
    return MLC_OK;
}

/* A large node of a lone tree: a feature a task, then the best of all. */
static mlc_status search_together(mlc_context *call, mlci_cart_grower *g, mlci_cart_split *best,
                                  mlc_error *err)
{
    const int32_t n = g->data->columns->n_used;
    shared_search s = {g, mlci_alloc(g->root, n, sizeof *s.best)};
    if (s.best == NULL) return mlci_fail_memory(err, n, sizeof *s.best);
    const mlc_status status = mlci_parallel_for(call, n, search_block, &s, err);
    for (int32_t i = 0; i < n && status == MLC_OK; i++)
        if (s.best[i].feature >= 0) mlci_cart_split_take(&s.best[i], best);
    mlci_free(s.best);
    return status;
}

/* Draws features without replacement until enough were seen, one of them with two values. */
static mlc_status search_drawn(mlc_context *call, mlci_cart_grower *g, const task *t,
                               mlci_cart_split *best, mlc_error *err)
{
    const int32_t n_used = g->data->columns->n_used;
    const int64_t enough = g->data->rules->max_features;
    int32_t *const features = g->features;
    int32_t n_seen = 0, n_varying = 0;
    mlc_status status = MLC_OK;
    mlci_cart_draws draws = mlci_cart_draws_of(g->data->rules->seed, g->number, (uint32_t)t->node);
    while (status == MLC_OK && n_seen < n_used && (n_seen < enough || n_varying == 0)) {
        const int32_t j =
            enough >= n_used
                ? n_seen
                : n_seen + (int32_t)mlci_cart_draw_below(&draws, (uint32_t)(n_used - n_seen));
        const int32_t feature = features[j];
        features[j] = features[n_seen];
        g->swapped[n_seen] = j;
        features[n_seen++] = feature;
        n_varying += search_feature(g, g->scratch, feature, &draws, best);
        status = poll_after(call, g, t->n, err);
    }
    /* Back in order: the draws of a node do not depend on those before. */
    while (n_seen-- > 0) {
        const int32_t j = g->swapped[n_seen], feature = features[j];
        features[j] = features[n_seen];
        features[n_seen] = feature;
    }
    return status;
}

static mlc_status find_split(mlc_context *call, mlci_cart_grower *g, const task *t,
                             mlci_cart_split *best, mlc_error *err)
{
    const int32_t n_used = g->data->columns->n_used;
    *best = (mlci_cart_split){.score = MLCI_CART_NO_SCORE, .feature = -1};
    if (g->n_scratch > 1 && !g->data->rules->is_random && g->data->rules->max_features >= n_used &&
        t->n * n_used >= SHARED_WORK)
        return search_together(call, g, best, err);
    return search_drawn(call, g, t, best, err);
}

/* ---- parting rows ------------------------------------------------------------------------- */

/* What a number's split finds while it parts rows. */
typedef struct parted {
    int64_t n_left;
    uint32_t below, above; /* the ranks next to the threshold */
    int32_t has_missing;
} parted;

static parted part_numbers(const mlci_cart_grower *g, const task *t, const mlci_cart_split *split)
{
    const mlci_cart_column *const column = &g->data->columns->columns[split->feature];
    uint32_t *const rows = g->bag->rows + t->begin, *const ranks = g->scratch[0].ranks;
    parted p = {.above = MLCI_CART_MISSING};
    int64_t n_right = 0;
    mlci_cart_take_ranks(column, rows, t->n, ranks);
    for (int64_t i = 0; i < t->n; i++) {
        const uint32_t row = rows[i], rank = ranks[i];
        const int is_missing = rank == MLCI_CART_MISSING;
        const int is_low = rank <= split->rank;
        const int goes_left = is_low | (is_missing & split->missing_left);
        p.has_missing |= is_missing;
        p.below = is_low && rank > p.below ? rank : p.below;
        p.above = !is_low && rank < p.above ? rank : p.above;
        rows[p.n_left] = row;
        g->parted[n_right] = row;
        p.n_left += goes_left;
        n_right += !goes_left;
    }
    memcpy(rows + p.n_left, g->parted, (size_t)n_right * sizeof *rows);
    return p;
}

static int64_t part_categories(const mlci_cart_grower *g, const task *t,
                               const mlci_cart_split *split)
{
    const mlci_cart_column *const column = &g->data->columns->columns[split->feature];
    uint32_t *const rows = g->bag->rows + t->begin;
    const int64_t n_left = g->data->criterion.kernels->part_rows(split->set, column->codes, rows,
                                                                 t->n, rows, g->parted);
    memcpy(rows + n_left, g->parted, (size_t)(t->n - n_left) * sizeof *rows);
    return n_left;
}

static double threshold_of(const mlci_cart_column *column, const mlci_cart_split *split,
                           const parted *p)
{
    if (split->is_drawn) return split->threshold;
    if (p->above == MLCI_CART_MISSING) return INFINITY; /* missing values alone go right */
    return mlci_threshold_between(column->values[p->below], column->values[p->above]);
}

/* Codes that the node does not have go with the heavier child. */
static void place_absent(const mlci_cart_grower *g, const task *t, mlci_cart_split *split)
{
    const mlci_cart_column *const column = &g->data->columns->columns[split->feature];
    uint8_t present[MLCI_BIN_CODES] = {0};
    int64_t left = 0, right = 0;
    for (int64_t i = 0; i < t->n; i++) {
        const uint8_t code = column->codes[g->bag->rows[t->begin + i]];
        present[code] = 1;
        *(mlci_set_has(split->set, code) ? &left : &right) += g->node.pairs[i].w;
    }
    for (uint32_t c = 0; c < MLCI_BIN_CODES && left > right; c++)
        if (!present[c]) mlci_set_add(split->set, c);
}

static mlc_status note_undecided(mlci_cart_grower *g, int32_t node, int is_undecided,
                                 mlc_error *err)
{
    if (g->tree->capacity > g->undecided_capacity) {
        uint8_t *const grown = mlci_realloc(g->root, g->undecided, g->tree->capacity, 1);
        if (grown == NULL) return mlci_fail_memory(err, g->tree->capacity, 1);
        g->undecided = grown;
        g->undecided_capacity = g->tree->capacity;
    }
    g->undecided[node] = (uint8_t)is_undecided;
    return MLC_OK;
}

/* Parts the rows of a node that is open, and makes its children. */
static mlc_status split_node(mlci_cart_grower *g, const task *t, mlci_cart_split *split,
                             int64_t *n_left, int32_t *left, mlc_error *err)
{
    const mlci_cart_column *const column = &g->data->columns->columns[split->feature];
    int32_t set = 0, is_undecided = 0;
    mlci_tree_node node = {.split = (uint32_t)split->feature};
    MLCI_TRY(mlci_cart_tree_split(g->tree, left, err));
    node.left = *left;
    if (split->is_category) {
        place_absent(g, t, split);
        MLCI_TRY(mlci_cart_tree_add_set(g->tree, split->set, &set, err));
        *n_left = part_categories(g, t, split);
        node.value = set;
        node.split |= MLCI_NODE_CATEGORY;
    } else {
        const parted p = part_numbers(g, t, split);
        *n_left = p.n_left;
        node.value = threshold_of(column, split, &p);
        if (split->missing_left) node.split |= MLCI_NODE_MISSING_LEFT;
        is_undecided = !p.has_missing;
    }
    g->tree->nodes[t->node] = node;
    return note_undecided(g, t->node, is_undecided, err);
}

/* Missing values that training did not see go with the heavier child. */
static void decide_missing(mlci_cart_grower *g)
{
    mlci_cart_tree *const tree = g->tree;
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        mlci_tree_node *const node = &tree->nodes[i];
        if (node->left == 0 || !g->undecided[i]) continue;
        if (tree->cover[node->left] > tree->cover[node->left + 1])
            node->split |= MLCI_NODE_MISSING_LEFT;
        else
            node->split &= ~MLCI_NODE_MISSING_LEFT;
    }
}

/* ---- growth ------------------------------------------------------------------------------- */

static mlc_status push_task(mlci_cart_grower *g, const task *t, mlc_error *err)
{
    if (g->n_tasks == g->task_capacity) {
        const int32_t capacity = g->task_capacity == 0 ? FIRST_TASKS : 2 * g->task_capacity;
        task *const tasks = mlci_realloc(g->root, g->tasks, capacity, sizeof *tasks);
        if (tasks == NULL) return mlci_fail_memory(err, capacity, sizeof *tasks);
        g->tasks = tasks;
        g->task_capacity = capacity;
    }
    g->tasks[g->n_tasks++] = *t;
    return MLC_OK;
}

/* Looks at the rows of a node. Pruning needs to know what it would be as a leaf. */
static mlc_status open_node(mlc_context *call, mlci_cart_grower *g, const task *t, mlc_error *err)
{
    const int32_t n_classes = g->data->rows->n_classes;
    mlci_cart_node_open(&g->node, g->bag, t->begin, t->n);
    g->node.search.signs = g->data->rules->signs;
    g->node.search.bounds = t->bounds;
    g->tree->cover[t->node] = g->node.search.total.weight / g->bag->pair_unit;
    if (g->data->rules->keep_impurity || g->data->rules->ccp_alpha > 0)
        g->tree->impurity[t->node] = mlci_cart_node_impurity(&g->node);
    if (n_classes == 0 && g->data->rules->ccp_alpha > 0)
        g->tree->mean[t->node] = mlci_cart_node_mean(&g->node);
    return poll_after(call, g, t->n, err);
}

static int can_split(const mlci_cart_grower *g, const task *t)
{
    const mlci_cart_rules *const r = g->data->rules;
    const double weight = g->node.search.total.weight, unit = g->bag->pair_unit;
    const double least = g->node.search.total.least_weight;
    return t->depth < r->max_depth && t->n > 1 && weight >= 2 * least &&
           (r->min_samples_split <= 2 || weight >= r->min_samples_split * unit) &&
           !mlci_cart_node_is_pure(&g->node);
}

/* The best split of an open node; feature -1 where it stays a leaf. */
static mlc_status choose_split(mlc_context *call, mlci_cart_grower *g, task *t, mlc_error *err)
{
    t->split.feature = -1;
    if (!can_split(g, t)) return MLC_OK;
    MLCI_TRY(find_split(call, g, t, &t->split, err));
    if (t->split.feature < 0) return MLC_OK;
    t->gain = mlci_cart_node_gain(&g->node, t->split.score) / g->total_weight;
    if (t->gain + IMPROVEMENT_SLACK < g->data->rules->min_impurity_decrease) t->split.feature = -1;
    return MLC_OK;
}

static mlc_status make_leaf(mlci_cart_grower *g, const task *t, mlc_error *err)
{
    return mlci_cart_node_value(&g->node, g->tree, &g->tree->nodes[t->node].value, err);
}

/* Splits a task whose split is known; its children, left one first. */
static mlc_status part_task(mlci_cart_grower *g, task *t, task children[2], mlc_error *err)
{
    int64_t n_left = 0;
    int32_t left = 0;
    mlci_cart_bounds bounds[2];
    MLCI_TRY(split_node(g, t, &t->split, &n_left, &left, err));
    g->tree->gain[t->node] = t->gain;
    mlci_cart_divide_bounds(g->data, g->bag, t->split.feature, t->begin, n_left, t->n, t->bounds,
                            bounds);
    children[0] = (task){
        .node = left, .depth = t->depth + 1, .begin = t->begin, .n = n_left, .bounds = bounds[0]};
    children[1] = (task){.node = left + 1,
                         .depth = t->depth + 1,
                         .begin = t->begin + n_left,
                         .n = t->n - n_left,
                         .bounds = bounds[1]};
    return MLC_OK;
}

static mlc_status grow_depth_first(mlc_context *call, mlci_cart_grower *g, mlc_error *err)
{
    while (g->n_tasks > 0) {
        task t = g->tasks[--g->n_tasks], children[2];
        MLCI_TRY(open_node(call, g, &t, err));
        MLCI_TRY(choose_split(call, g, &t, err));
        if (t.split.feature < 0) {
            MLCI_TRY(make_leaf(g, &t, err));
            continue;
        }
        MLCI_TRY(part_task(g, &t, children, err));
        MLCI_TRY(push_task(g, &children[1], err));
        MLCI_TRY(push_task(g, &children[0], err));
    }
    return MLC_OK;
}

/* The order of the heap: the largest gain first, of those the lowest node. */
static int is_before(const task *a, const task *b)
{
    return a->gain > b->gain || (a->gain == b->gain && a->node < b->node);
}

static mlc_status push_best(mlci_cart_grower *g, const task *t, mlc_error *err)
{
    MLCI_TRY(push_task(g, t, err));
    int32_t i = g->n_tasks - 1;
    for (; i > 0 && is_before(t, &g->tasks[(i - 1) / 2]); i = (i - 1) / 2)
        g->tasks[i] = g->tasks[(i - 1) / 2];
    g->tasks[i] = *t;
    return MLC_OK;
}

static task pop_best(mlci_cart_grower *g)
{
    task *const tasks = g->tasks;
    const task best = tasks[0], last = tasks[--g->n_tasks];
    const int32_t n = g->n_tasks;
    int32_t i = 0;
    for (int32_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_before(&tasks[child + 1], &tasks[child])) child++;
        if (!is_before(&tasks[child], &last)) break;
        tasks[i] = tasks[child];
    }
    if (n > 0) tasks[i] = last;
    return best;
}

/* Opens a node and queues it, or makes it a leaf. */
static mlc_status queue_node(mlc_context *call, mlci_cart_grower *g, task *t, mlc_error *err)
{
    MLCI_TRY(open_node(call, g, t, err));
    MLCI_TRY(choose_split(call, g, t, err));
    return t->split.feature < 0 ? make_leaf(g, t, err) : push_best(g, t, err);
}

static mlc_status grow_best_first(mlc_context *call, mlci_cart_grower *g, mlc_error *err)
{
    task root = g->tasks[--g->n_tasks];
    int64_t n_leaves = 1;
    MLCI_TRY(queue_node(call, g, &root, err));
    while (g->n_tasks > 0 && n_leaves < g->data->rules->max_leaf_nodes) {
        task t = pop_best(g), children[2];
        if (t.split.is_category) MLCI_TRY(open_node(call, g, &t, err));
        MLCI_TRY(part_task(g, &t, children, err));
        MLCI_TRY(queue_node(call, g, &children[0], err));
        MLCI_TRY(queue_node(call, g, &children[1], err));
        n_leaves++;
    }
    while (g->n_tasks > 0) {
        const task t = g->tasks[--g->n_tasks];
        MLCI_TRY(open_node(call, g, &t, err));
        MLCI_TRY(make_leaf(g, &t, err));
    }
    return MLC_OK;
}

static mlc_status grow_tree(mlc_context *call, mlci_cart_grower *g, mlc_error *err)
{
    const mlci_cart_rules *const r = g->data->rules;
    const task root = {.n = g->bag->n, .bounds = {-INFINITY, INFINITY}};
    int32_t first = 0;
    MLCI_TRY(mlci_cart_tree_split(g->tree, &first, err));
    g->n_tasks = 0;
    MLCI_TRY(push_task(g, &root, err));
    const double weight = mlci_cart_bag_weight(g->bag);
    const double share = r->min_weight_fraction_leaf * weight;
    /* One row is enough for 1, whatever it weighs. */
    const double least = r->min_samples_leaf > 1 ? r->min_samples_leaf * g->bag->pair_unit : 0;
    g->total_weight = weight / g->bag->pair_unit;
    g->node.search.total.least_weight = least > share ? least : share;
    if (!(g->node.search.total.least_weight >= 1)) g->node.search.total.least_weight = 1;
    MLCI_TRY(r->max_leaf_nodes > 0 ? grow_best_first(call, g, err)
                                   : grow_depth_first(call, g, err));
    if (g->tree->n_nodes > 1) decide_missing(g);
    return r->ccp_alpha > 0 ? mlci_cart_tree_prune(g->tree, r->ccp_alpha, err) : MLC_OK;
}

mlc_status mlci_cart_grow(mlc_context *call, mlci_cart_grower *g, const mlci_cart_bag *bag,
                          uint32_t number, mlci_cart_tree **out, mlc_error *err)
{
    g->bag = bag;
    g->number = number;
    MLCI_TRY(mlci_cart_tree_create(g->root, g->data->rows->n_classes, &g->tree, err));
    const mlc_status status = grow_tree(call, g, err);
    if (status == MLC_OK)
        *out = g->tree;
    else
        mlci_cart_tree_free(g->tree);
    g->tree = NULL;
    return status;
}

/* ---- memory ------------------------------------------------------------------------------- */

int32_t mlci_cart_sums_of(int32_t criterion, int32_t n_classes)
{
    if (n_classes == 0) return MLCI_CART_NUMBERS;
    return n_classes == 2 && criterion == MLCI_CRITERION_GINI ? MLCI_CART_TWO_CLASSES
                                                              : MLCI_CART_CLASSES;
}

#define MOST_W_LN_W (1 << 20) /* table of 8 MB */

mlc_status mlci_cart_data_init(const mlci_cart_columns *columns, const mlci_cart_rows *rows,
                               const mlci_cart_rules *rules, int64_t most_weight,
                               mlci_cart_data *data, mlc_error *err)
{
    mlci_cart_criterion *const c = &data->criterion;
    data->columns = columns;
    data->rows = rows;
    data->rules = rules;
    c->kind = rules->criterion;
    c->sums = mlci_cart_sums_of(rules->criterion, rows->n_classes);
    c->kernels = mlci_tree_kernels_of(mlci_root_isa(rows->root));
    if (rules->criterion != MLCI_CRITERION_ENTROPY) return MLC_OK;
    const int64_t n = most_weight < MOST_W_LN_W ? most_weight + 1 : MOST_W_LN_W;
    data->w_ln_w = mlci_alloc(rows->root, n, sizeof *data->w_ln_w);
    if (data->w_ln_w == NULL) return mlci_fail_memory(err, n, sizeof *data->w_ln_w);
    for (int64_t i = 1; i < n; i++)
        data->w_ln_w[i] = (double)i * mlci_ln((double)i);
    c->w_ln_w = data->w_ln_w;
    c->n_w_ln_w = n;
    return MLC_OK;
}

void mlci_cart_data_clear(mlci_cart_data *data)
{
    mlci_free(data->w_ln_w);
}

static mlc_status make_grower(mlci_cart_grower *g, int64_t n_rows, int32_t n_threads,
                              mlc_error *err)
{
    const int32_t n_used = g->data->columns->n_used;
    const int32_t is_absolute = g->data->criterion.kind == MLCI_CRITERION_ABSOLUTE;
    const int32_t n_sums =
        g->data->criterion.sums == MLCI_CART_CLASSES ? g->data->rows->n_classes : 2;
    g->parted = mlci_alloc_raw(g->root, n_rows + 1, sizeof *g->parted);
    g->features = mlci_alloc_raw(g->root, n_used, sizeof *g->features);
    g->swapped = mlci_alloc_raw(g->root, n_used, sizeof *g->swapped);
    g->scratch = mlci_alloc(g->root, n_threads, sizeof *g->scratch);
    if (g->parted == NULL || g->features == NULL || g->swapped == NULL || g->scratch == NULL)
        return mlci_fail_memory(err, n_rows + 1, sizeof *g->parted);
    memcpy(g->features, g->data->columns->used, (size_t)n_used * sizeof *g->features);
    g->n_scratch = n_threads;
    for (int32_t i = 0; i < n_threads; i++)
        MLCI_TRY(mlci_cart_scratch_init(g->root, n_rows, n_sums, is_absolute, &g->scratch[i], err));
    return mlci_cart_node_init(g->root, g->data, n_rows, &g->node, err);
}

mlc_status mlci_cart_grower_create(mlc_context *call, const mlci_cart_data *data, int64_t n_rows,
                                   int32_t n_threads, mlci_cart_grower **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_cart_grower *const g = mlci_alloc(root, 1, sizeof *g);
    if (g == NULL) return mlci_fail_memory(err, 1, sizeof *g);
    g->root = root;
    g->data = data;
    const mlc_status status = make_grower(g, n_rows, n_threads, err);
    if (status != MLC_OK) {
        mlci_cart_grower_free(g);
        return status;
    }
    *out = g;
    return MLC_OK;
}

void mlci_cart_grower_free(mlci_cart_grower *g)
{
    if (g == NULL) return;
    for (int32_t i = 0; i < g->n_scratch; i++)
        mlci_cart_scratch_clear(&g->scratch[i]);
    mlci_free(g->scratch);
    mlci_cart_node_clear(&g->node);
    mlci_free(g->parted);
    mlci_free(g->features);
    mlci_free(g->swapped);
    mlci_free(g->tasks);
    mlci_free(g->undecided);
    mlci_free(g);
}
