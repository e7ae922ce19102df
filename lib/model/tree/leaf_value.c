/* Values of leaves, and scores of rows after a tree.
 *
 * A leaf's value is -G / (H + l2) times the learning rate, with G and H from a second sum over
 * its rows: 30-bit integers, so the split's coarse rounding does not reach the leaf and the sum is
 * exact in any order. Losses without curvature take an exact weighted quantile of the residuals
 * instead. O(rows) a tree. */
#include <math.h>

#include "grow_state.h"
#include "order_key.h"
#include "quantile.h"

static void cut_chunks(mlci_grower *g)
{
    g->n_chunks = 0;
    for (int32_t i = 0; g->data.shards == NULL && i < g->n_leaves; i++) {
        const mlci_leaf *const l = &g->leaves[i];
        for (int64_t at = 0; at < l->n; at += MLCI_LEAF_ROWS) {
            const int64_t end = at + MLCI_LEAF_ROWS < l->n ? at + MLCI_LEAF_ROWS : l->n;
            g->chunks[g->n_chunks++] = (mlci_leaf_chunk){i, l->begin + at, l->begin + end, 0, 0};
        }
    }
}

static int64_t count_tasks(const mlci_grower *g)
{
    return (g->data.binned->n_train + MLCI_LEAF_ROWS - 1) / MLCI_LEAF_ROWS;
}

/* A task has a share of the chunks, which are mostly small. */
static mlc_status sum_chunks(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    mlci_grower *const g = arg;
    const int64_t n_tasks = count_tasks(g), end = (task + 1) * g->n_chunks / n_tasks;
    for (int64_t i = task * g->n_chunks / n_tasks; i < end; i++) {
        mlci_leaf_chunk *const c = &g->chunks[i];
        int64_t sum[2];
        g->builder->kernels->sum_fine(&g->data.gradients->fine->g, g->rows + c->begin,
                                      c->end - c->begin, sum);
        c->g = sum[0];
        c->h = sum[1];
    }
    return MLC_OK;
}

/* The Newton step of a leaf. Its hessian counts as min_hessian at least: rows that are all but
 * sure have next to none. */
double mlci_newton_step(const mlci_grow_rules *rules, double g, double h)
{
    const double size = fabs(g) - rules->l1;
    const double curvature = (h > rules->min_hessian ? h : rules->min_hessian) + rules->l2;
    if (!(size > 0) || !(curvature > 0)) return 0;
    double step = size / curvature;
    if (rules->max_delta > 0 && step > rules->max_delta) step = rules->max_delta;
    return g > 0 ? -step : step;
}

/* What a step comes to: outputs of the tree's growth are in coarse units. */
static double settle(const mlci_grower *g, const mlci_leaf *l, double step)
{
    const double unit =
        mlci_coarse_g_unit(g->data.gradients) / mlci_coarse_h_unit(g->data.gradients);
    const mlci_split_rules *const r = &g->split_rules;
    if (!r->by_output) return step;
    const mlci_leaf_output *const o = mlci_leaf_output_at(g, l - g->leaves, g->output);
    if (r->smoothing > 0) {
        const double own = (double)l->weight / ((double)l->weight + r->smoothing);
        step = own * step + (1 - own) * (o->anchor * unit);
    }
    const double low = o->low * unit, high = o->high * unit;
    return step < low ? low : step > high ? high : step;
}

static mlc_status set_newton_values(mlc_context *call, mlci_grower *g, mlci_tree *tree,
                                    mlc_error *err)
{
    const double unit = (double)(1 << MLCI_FINE_BITS);
    int64_t c = 0;
    MLCI_TRY(mlci_parallel_for(call, count_tasks(g), sum_chunks, g, err));
    for (int64_t i = 0; i < g->n_leaves; i++) {
        const mlci_leaf *const l = &g->leaves[i];
        int64_t sum[2] = {0, 0};
        if (g->data.shards != NULL) mlci_shards_sum(g->data.shards, i, sum);
        for (; c < g->n_chunks && g->chunks[c].leaf == i; c++) {
            sum[0] += g->chunks[c].g;
            sum[1] += g->chunks[c].h;
        }
        const double step =
            mlci_newton_step(&g->rules, (double)sum[0] * (g->data.gradients->g_scale / unit),
                             (double)sum[1] * (g->data.gradients->h_scale / unit));
        tree->nodes[l->node].value = g->rules.learning_rate * settle(g, l, step);
    }
    return MLC_OK;
}

typedef struct renew_work {
    mlci_grower *grower;
    mlci_tree *tree;
} renew_work;

/* The leaf value is a quantile of the residuals instead. */
static mlc_status renew_leaf(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const renew_work *const w = arg;
    mlci_grower *const g = w->grower;
    const mlci_leaf *const l = &g->leaves[block];
    uint64_t *const keys = g->keys + l->begin;
    int64_t *const weights = g->data.row_weight == NULL ? NULL : g->key_weights + l->begin;
    if (l->n == 0) return MLC_OK;
    for (int64_t i = 0; i < l->n; i++) {
        const uint32_t row = g->rows[l->begin + i];
        keys[i] = mlci_key_of_number(g->data.y[row] - g->raw[row]);
        if (weights != NULL) weights[i] = g->data.row_weight[row];
    }
    double step = mlci_weighted_quantile(keys, weights, l->n, g->quantile);
    if (g->rules.max_delta > 0 && fabs(step) > g->rules.max_delta)
        step = step > 0 ? g->rules.max_delta : -g->rules.max_delta;
    w->tree->nodes[l->node].value = g->rules.learning_rate * step;
    return MLC_OK;
}

void mlci_grower_set_quantile(mlci_grower *g, double level, const double *y, const double *raw)
{
    g->data.y = y;
    g->quantile = level;
    g->raw = raw;
}

void mlci_grower_set_rate(mlci_grower *g, double learning_rate)
{
    g->rules.learning_rate = learning_rate;
}

mlc_status mlci_leaf_set_values(mlc_context *call, mlci_grower *g, mlci_tree *tree, mlc_error *err)
{
    renew_work w = {g, tree};
    cut_chunks(g);
    if (!g->rules.has_quantiles) {
        if (g->monotone != NULL) mlci_monotone_finish(g);
        return set_newton_values(call, g, tree, err);
    }
    MLCI_TRY(mlci_parallel_for(call, g->n_leaves, renew_leaf, &w, err));
    if (g->monotone != NULL) mlci_monotone_repair(g->rules.monotone, g->spans, tree);
    return MLC_OK;
}

/* ---- scores ------------------------------------------------------------------------------- */

typedef struct score_work {
    const mlci_grower *grower;
    const mlci_binned *binned;
    const mlci_tree *tree;
    const uint32_t *rows;
    int64_t first, n;
    double *raw;
} score_work;

/* How many of n rows, ascending, are below a row. */
static int64_t count_below(const uint32_t *rows, int64_t n, int64_t row)
{
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (rows[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The rows of a leaf are ascending. A task has the same range of rows in all leaves, so that no
 * two write to the same part of the scores. */
static mlc_status add_range(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const score_work *const w = arg;
    const mlci_grower *const g = w->grower;
    for (int64_t l = 0; l < g->n_leaves; l++) {
        const mlci_leaf *const leaf = &g->leaves[l];
        const uint32_t *const rows = g->rows + leaf->begin;
        const double value = w->tree->nodes[leaf->node].value;
        const int64_t end = (task + 1) * MLCI_LEAF_ROWS;
        for (int64_t i = count_below(rows, leaf->n, task * MLCI_LEAF_ROWS);
             i < leaf->n && rows[i] < end; i++)
            w->raw[rows[i]] += value;
    }
    return MLC_OK;
}

mlc_status mlci_grower_add_scores(mlc_context *call, mlci_grower *g, const mlci_tree *tree,
                                  double *raw, mlc_error *err)
{
    score_work w = {.grower = g, .tree = tree, .raw = raw};
    return mlci_parallel_for(call, count_tasks(g), add_range, &w, err);
}

int32_t mlci_tree_child_by_codes(const mlci_binned *binned, const mlci_tree *tree, int32_t i,
                                 int64_t row)
{
    const mlci_tree_node *const node = &tree->nodes[i];
    const int32_t used = binned->used_of[node->split & MLCI_NODE_FEATURE];
    const uint8_t code = mlci_binned_code(binned, used, row);
    int left;
    if (node->split & MLCI_NODE_CATEGORY)
        left = mlci_set_has(tree->sets + (int64_t)node->value * MLCI_SET_WORDS, code);
    else
        left =
            code == 0 ? (node->split & MLCI_NODE_MISSING_LEFT) != 0 : (int32_t)code <= tree->bin[i];
    return node->left + !left;
}

int32_t mlci_tree_leaf_by_codes(const mlci_binned *binned, const mlci_tree *tree, int64_t row)
{
    int32_t i = 0;
    while (tree->nodes[i].left != 0)
        i = mlci_tree_child_by_codes(binned, tree, i, row);
    return i;
}

static mlc_status add_walked(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const score_work *const w = arg;
    const int64_t end = (block + 1) * MLCI_LEAF_ROWS < w->n ? (block + 1) * MLCI_LEAF_ROWS : w->n;
    for (int64_t i = block * MLCI_LEAF_ROWS; i < end; i++) {
        const int64_t row = w->rows == NULL ? w->first + i : w->rows[i];
        w->raw[row] += w->tree->nodes[mlci_tree_leaf_by_codes(w->binned, w->tree, row)].value;
    }
    return MLC_OK;
}

mlc_status mlci_tree_add_scores(mlc_context *call, const mlci_binned *binned, const mlci_tree *tree,
                                const uint32_t *rows, int64_t first, int64_t n, double *raw,
                                mlc_error *err)
{
    score_work w = {
        .binned = binned, .tree = tree, .rows = rows, .first = first, .n = n, .raw = raw};
    return mlci_parallel_for(call, (n + MLCI_LEAF_ROWS - 1) / MLCI_LEAF_ROWS, add_walked, &w, err);
}
