/* DART (Vinayak and Gilad-Bachrach 2015), with LightGBM's parameters.
 *
 * A round that is not skipped drops each earlier round with probability drop_rate (in proportion to
 * its weight unless uniform_drop), k of them: its trees learn what the others leave. Then the new
 * trees get learning_rate / (1 + k) and the dropped ones are scaled by k / (1 + k); as XGBoost does
 * it, learning_rate / (learning_rate + k) and k / (learning_rate + k). Draws go by (random_state,
 * round, earlier round). Dropped trees are walked by codes: O(rows x depth) each, twice. */
#include "dart.h"

#include <string.h>

#include "random.h"

#define SKIP UINT32_MAX /* the index of the draw whether a round drops at all */

struct mlci_dart {
    mlci_root *root;
    const mlci_boost_params *params;
    const mlci_binned *binned;
    const mlci_linear_tree *linear; /* NULL: leaves are constant */
    mlci_ensemble *ensemble;
    int64_t first_tree, first_node; /* those that may be dropped */
    int32_t *bin;                   /* of their nodes, as mlci_tree has it */
    int64_t bin_capacity;
    double *weight; /* by round from first_tree on */
    int64_t n_dropped;
    int64_t *dropped; /* rounds from first_tree on, ascending */
    double rate;      /* of this round */
    int64_t node_capacity;
    mlci_tree_node *nodes; /* of one tree, scaled */
};

mlc_status mlci_dart_create(mlci_root *root, const mlci_boost_params *params,
                            const mlci_binned *binned, const mlci_linear_tree *linear,
                            mlci_ensemble *ensemble, mlci_dart **out, mlc_error *err)
{
    const int64_t there = ensemble->n_trees / ensemble->n_outputs;
    const int64_t n = params->n_estimators > there ? params->n_estimators - there : 0;
    *out = NULL;
    if (params->boosting != MLCI_BOOSTING_DART) return MLC_OK;
    mlci_dart *const d = mlci_alloc(root, 1, sizeof *d);
    if (d == NULL) return mlci_fail_memory(err, 1, sizeof *d);
    *d = (mlci_dart){
        .root = root, .params = params, .binned = binned, .linear = linear, .ensemble = ensemble};
    d->first_tree = ensemble->n_trees;
    d->first_node = ensemble->first_node[ensemble->n_trees];
    d->weight = mlci_alloc(root, n, sizeof *d->weight);
    d->dropped = mlci_alloc(root, n, sizeof *d->dropped);
    if (d->weight == NULL || d->dropped == NULL) {
        mlci_dart_free(d);
        return mlci_fail_memory(err, n, sizeof *d->weight);
    }
    *out = d;
    return MLC_OK;
}

void mlci_dart_free(mlci_dart *d)
{
    if (d == NULL) return;
    mlci_free(d->bin);
    mlci_free(d->weight);
    mlci_free(d->dropped);
    mlci_free(d->nodes);
    mlci_free(d);
}

/* Room for n elements of an array that is full. */
static int64_t capacity_for(int64_t need, int64_t capacity)
{
    return need > 2 * capacity ? need : 2 * capacity;
}

mlc_status mlci_dart_note(mlci_dart *d, const mlci_tree *tree, mlc_error *err)
{
    const mlci_ensemble *const e = d->ensemble;
    const int64_t need = e->first_node[e->n_trees] - d->first_node;
    if (need > d->bin_capacity) {
        const int64_t capacity = capacity_for(need, d->bin_capacity);
        int32_t *const bin = mlci_realloc(d->root, d->bin, capacity, sizeof *bin);
        if (bin == NULL) return mlci_fail_memory(err, capacity, sizeof *bin);
        d->bin = bin;
        d->bin_capacity = capacity;
    }
    if (tree->n_nodes > d->node_capacity) {
        const int64_t capacity = capacity_for(tree->n_nodes, d->node_capacity);
        mlci_tree_node *const nodes = mlci_realloc(d->root, d->nodes, capacity, sizeof *nodes);
        if (nodes == NULL) return mlci_fail_memory(err, capacity, sizeof *nodes);
        d->nodes = nodes;
        d->node_capacity = capacity;
    }
    memcpy(d->bin + need - tree->n_nodes, tree->bin, (size_t)tree->n_nodes * sizeof *d->bin);
    return MLC_OK;
}

/* The same where leaves are linear; its nodes are in d->nodes. */
static mlc_status add_linear_tree(mlc_context *call, mlci_dart *d, int64_t t, double factor,
                                  double *raw, mlc_error *err)
{
    const mlci_ensemble *const e = d->ensemble;
    const int64_t first = e->first_node[t], n = e->first_node[t + 1] - first;
    mlci_leaf_terms terms = *e->terms;
    terms.first += first;
    terms.intercept += first;
    const mlci_tree view = {.n_nodes = (int32_t)n,
                            .nodes = d->nodes,
                            .bin = d->bin + (first - d->first_node),
                            .sets = e->sets + e->first_set[t] * MLCI_SET_WORDS,
                            .terms = &terms};
    return mlci_linear_tree_add_rows(call, d->linear, &view, factor, NULL, 0, d->binned->n_rows,
                                     raw + t % e->n_outputs * d->binned->n_rows, err);
}

/* Adds factor times a tree's values to the scores of all rows. */
static mlc_status add_tree(mlc_context *call, mlci_dart *d, int64_t t, double factor, double *raw,
                           mlc_error *err)
{
    const mlci_ensemble *const e = d->ensemble;
    const int64_t first = e->first_node[t], n = e->first_node[t + 1] - first;
    memcpy(d->nodes, e->nodes + first, (size_t)n * sizeof *d->nodes);
    if (d->linear != NULL && e->terms != NULL) return add_linear_tree(call, d, t, factor, raw, err);
    for (int64_t i = 0; i < n; i++)
        if (d->nodes[i].left == 0) d->nodes[i].value *= factor;
    const mlci_tree view = {.n_nodes = (int32_t)n,
                            .nodes = d->nodes,
                            .bin = d->bin + (first - d->first_node),
                            .sets = e->sets + e->first_set[t] * MLCI_SET_WORDS};
    return mlci_tree_add_scores(call, d->binned, &view, NULL, 0, d->binned->n_rows,
                                raw + t % e->n_outputs * d->binned->n_rows, err);
}

static double draw(const mlci_dart *d, int64_t round, uint64_t index)
{
    return mlci_random_unit((uint64_t)d->params->random_state, MLCI_RANDOM_DROP, (uint32_t)round,
                            index);
}

/* n: rounds that may be dropped. */
static void choose(mlci_dart *d, int64_t round, int64_t n)
{
    const mlci_boost_params *const p = d->params;
    double rate = p->drop_rate, sum = 0, scale = 1;
    d->n_dropped = 0;
    if (n == 0 || draw(d, round, SKIP) < p->skip_drop) return;
    for (int64_t i = 0; i < n; i++)
        sum += d->weight[i];
    if (!p->uniform_drop) scale = (double)n / sum;
    if (p->max_drop > 0 && rate > (double)p->max_drop / (double)n)
        rate = (double)p->max_drop / (double)n;
    for (int64_t i = 0; i < n; i++) {
        const double share = p->uniform_drop ? rate : rate * d->weight[i] * scale;
        if (draw(d, round, (uint64_t)i) < share) d->dropped[d->n_dropped++] = i;
        if (p->max_drop > 0 && d->n_dropped == p->max_drop) break;
    }
}

mlc_status mlci_dart_drop(mlc_context *call, mlci_dart *d, int64_t round, double *raw, double *rate,
                          mlc_error *err)
{
    const int32_t n_outputs = d->ensemble->n_outputs;
    const int64_t n = (d->ensemble->n_trees - d->first_tree) / n_outputs;
    const double learning_rate = d->params->learning_rate;
    choose(d, round, n);
    const double k = (double)d->n_dropped;
    for (int64_t i = 0; i < d->n_dropped; i++)
        for (int32_t o = 0; o < n_outputs; o++)
            MLCI_TRY(
                add_tree(call, d, d->first_tree + d->dropped[i] * n_outputs + o, -1, raw, err));
    if (!d->params->xgboost_dart_mode)
        d->rate = learning_rate / (1 + k);
    else
        d->rate = k > 0 ? learning_rate / (learning_rate + k) : learning_rate;
    d->weight[n] = d->rate;
    *rate = d->rate;
    return MLC_OK;
}

static void scale_tree(mlci_ensemble *e, int64_t t, double factor)
{
    for (int64_t i = e->first_node[t]; i < e->first_node[t + 1]; i++)
        if (e->nodes[i].left == 0) e->nodes[i].value *= factor;
    if (e->terms != NULL)
        mlci_leaf_terms_scale(e->terms, e->first_node[t], e->first_node[t + 1], factor);
}

mlc_status mlci_dart_return(mlc_context *call, mlci_dart *d, double *raw, mlc_error *err)
{
    const int32_t n_outputs = d->ensemble->n_outputs;
    const double k = (double)d->n_dropped;
    const double factor = k / (k + (d->params->xgboost_dart_mode ? d->params->learning_rate : 1));
    for (int64_t i = 0; i < d->n_dropped; i++) {
        for (int32_t o = 0; o < n_outputs; o++) {
            const int64_t t = d->first_tree + d->dropped[i] * n_outputs + o;
            scale_tree(d->ensemble, t, factor);
            MLCI_TRY(add_tree(call, d, t, 1, raw, err));
        }
        d->weight[d->dropped[i]] *= factor;
    }
    return MLC_OK;
}
