/* Boosted trees: memory, and predictions from the scores that the scorer gives. */
#include "ensemble.h"

#include <math.h>
#include <string.h>

#include "kernels.h"
#include "link.h"
#include "score_names.h"
#include "scorer.h"

/* ---- a growing tree ----------------------------------------------------------------------- */

mlc_status mlci_tree_create(mlci_root *root, int32_t capacity, mlci_tree **out, mlc_error *err)
{
    mlci_tree *const tree = mlci_alloc(root, 1, sizeof *tree);
    if (tree == NULL) return mlci_fail_memory(err, 1, sizeof *tree);
    tree->root = root;
    tree->capacity = capacity;
    tree->nodes = mlci_alloc(root, capacity, sizeof *tree->nodes);
    tree->gain = mlci_alloc(root, capacity, sizeof *tree->gain);
    tree->cover = mlci_alloc(root, capacity, sizeof *tree->cover);
    tree->bin = mlci_alloc(root, capacity, sizeof *tree->bin);
    if (tree->nodes == NULL || tree->gain == NULL || tree->cover == NULL || tree->bin == NULL) {
        mlci_tree_free(tree);
        return mlci_fail_memory(err, capacity, sizeof *tree->nodes);
    }
    mlci_tree_reset(tree);
    *out = tree;
    return MLC_OK;
}

void mlci_tree_free(mlci_tree *tree)
{
    if (tree == NULL) return;
    mlci_free(tree->nodes);
    mlci_free(tree->gain);
    mlci_free(tree->cover);
    mlci_free(tree->bin);
    mlci_free(tree->sets);
    mlci_leaf_terms_free(tree->terms);
    mlci_free(tree);
}

static void clear_node(mlci_tree *tree, int32_t node)
{
    tree->nodes[node] = (mlci_tree_node){0, 0, 0};
    tree->gain[node] = 0;
    tree->cover[node] = 0;
    tree->bin[node] = 0;
}

void mlci_tree_reset(mlci_tree *tree)
{
    tree->n_nodes = 1;
    tree->n_sets = 0;
    if (tree->terms != NULL) tree->terms->n_nodes = tree->terms->n_terms = 0;
    clear_node(tree, 0);
}

mlc_status mlci_tree_add_children(mlci_tree *tree, int32_t *left, mlc_error *err)
{
    if (tree->n_nodes + 2 > tree->capacity)
        return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "a tree outgrew its memory");
    *left = tree->n_nodes;
    clear_node(tree, tree->n_nodes++);
    clear_node(tree, tree->n_nodes++);
    return MLC_OK;
}

mlc_status mlci_tree_add_set(mlci_tree *tree, const uint32_t *set, int32_t *index, mlc_error *err)
{
    if (tree->n_sets == tree->set_capacity) {
        const int32_t capacity = tree->set_capacity == 0 ? 16 : 2 * tree->set_capacity;
        uint32_t *const sets =
            mlci_realloc(tree->root, tree->sets, (int64_t)capacity * MLCI_SET_WORDS, sizeof *sets);
        if (sets == NULL)
            return mlci_fail_memory(err, (int64_t)capacity * MLCI_SET_WORDS, sizeof *sets);
        tree->sets = sets;
        tree->set_capacity = capacity;
    }
    *index = tree->n_sets++;
    memcpy(tree->sets + (int64_t)*index * MLCI_SET_WORDS, set, MLCI_SET_WORDS * sizeof *set);
    return MLC_OK;
}

/* ---- the ensemble's memory ---------------------------------------------------------------- */

static mlc_status copy_categories(mlci_ensemble *e, const mlci_binned *binned, mlc_error *err)
{
    mlci_category_bins *const c = &e->categories;
    for (int64_t j = 0; j < e->n_features; j++)
        if (binned->rules[j].is_category) c->first_code[j + 1] = binned->rules[j].n_codes;
    MLCI_TRY(mlci_category_bins_place(e->root, e->n_features, c, err));
    for (int64_t j = 0; j < e->n_features; j++)
        for (int64_t i = 0; i < mlci_n_codes(c, j); i++)
            c->bin_of_code[c->first_code[j] + i] = binned->rules[j].bin_of_code[i];
    return MLC_OK;
}

mlc_status mlci_ensemble_open(mlci_root *root, int64_t n_features, int32_t n_outputs,
                              mlci_ensemble **out, mlc_error *err)
{
    mlci_ensemble *const e = mlci_alloc(root, 1, sizeof *e);
    if (e == NULL) return mlci_fail_memory(err, 1, sizeof *e);
    e->root = mlci_root_ref(root);
    e->n_features = n_features;
    e->n_outputs = n_outputs;
    e->valid_width = 1;
    e->start = mlci_alloc(root, n_outputs, sizeof *e->start);
    e->first_node = mlci_alloc(root, 1, sizeof *e->first_node);
    e->first_set = mlci_alloc(root, 1, sizeof *e->first_set);
    mlc_status status = MLC_OK;
    if (e->start == NULL || e->first_node == NULL || e->first_set == NULL)
        status = mlci_fail_memory(err, n_outputs, sizeof *e->start);
    if (status == MLC_OK) status = mlci_category_bins_open(root, n_features, &e->categories, err);
    if (status != MLC_OK) {
        mlci_ensemble_free(e);
        return status;
    }
    *out = e;
    return MLC_OK;
}

mlc_status mlci_ensemble_create(mlci_root *root, const mlci_binned *binned, int32_t n_outputs,
                                mlci_ensemble **out, mlc_error *err)
{
    mlci_ensemble *e = NULL;
    MLCI_TRY(mlci_ensemble_open(root, binned->n_features, n_outputs, &e, err));
    const mlc_status status = copy_categories(e, binned, err);
    if (status != MLC_OK) {
        mlci_ensemble_free(e);
        return status;
    }
    *out = e;
    return MLC_OK;
}

void mlci_ensemble_free(void *ensemble)
{
    mlci_ensemble *const e = ensemble;
    if (e == NULL) return;
    mlci_root *const root = e->root;
    mlci_scorer_free(e->scorer);
    mlci_free(e->start);
    mlci_free(e->rule);
    mlci_free(e->first_node);
    mlci_free(e->nodes);
    mlci_free(e->gain);
    mlci_free(e->cover);
    mlci_free(e->first_set);
    mlci_free(e->sets);
    mlci_leaf_terms_free(e->terms);
    mlci_category_bins_free(&e->categories);
    mlci_free(e->train_loss);
    mlci_free(e->valid);
    mlci_free(e->metrics);
    mlci_free(e);
    mlci_root_unref(root);
}

/* Room for n elements of an array that doubles; *array may move. */
static int grow_array(mlci_root *root, void *array, int64_t size, int64_t capacity)
{
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    grown = mlci_realloc(root, old, capacity, size);
    if (grown == NULL) return 0;
    memcpy(array, &grown, sizeof grown);
    return 1;
}

static int64_t capacity_for(int64_t need, int64_t capacity)
{
    const int64_t doubled = capacity < 64 ? 64 : 2 * capacity;
    return need > doubled ? need : doubled;
}

static mlc_status make_room(mlci_ensemble *e, int64_t n_nodes, int64_t n_sets, mlc_error *err)
{
    if (e->n_trees + 1 > e->tree_capacity) {
        const int64_t capacity = capacity_for(e->n_trees + 1, e->tree_capacity);
        if (!grow_array(e->root, &e->first_node, sizeof *e->first_node, capacity + 1) ||
            !grow_array(e->root, &e->first_set, sizeof *e->first_set, capacity + 1))
            return mlci_fail_memory(err, capacity + 1, sizeof *e->first_node);
        e->tree_capacity = capacity;
    }
    if (n_nodes > e->node_capacity) {
        const int64_t capacity = capacity_for(n_nodes, e->node_capacity);
        if (!grow_array(e->root, &e->nodes, sizeof *e->nodes, capacity) ||
            !grow_array(e->root, &e->gain, sizeof *e->gain, capacity) ||
            !grow_array(e->root, &e->cover, sizeof *e->cover, capacity))
            return mlci_fail_memory(err, capacity, sizeof *e->nodes);
        e->node_capacity = capacity;
    }
    if (n_sets > e->set_capacity) {
        const int64_t capacity = capacity_for(n_sets, e->set_capacity);
        if (!grow_array(e->root, &e->sets, MLCI_SET_WORDS * sizeof *e->sets, capacity))
            return mlci_fail_memory(err, capacity, MLCI_SET_WORDS * sizeof *e->sets);
        e->set_capacity = capacity;
    }
    return MLC_OK;
}

mlc_status mlci_ensemble_open_trees(mlci_ensemble *e, int64_t n_trees, const int32_t *n_nodes,
                                    mlc_error *err)
{
    if (!grow_array(e->root, &e->first_node, sizeof *e->first_node, n_trees + 1) ||
        !grow_array(e->root, &e->first_set, sizeof *e->first_set, n_trees + 1))
        return mlci_fail_memory(err, n_trees + 1, sizeof *e->first_node);
    for (int64_t t = 0; t < n_trees; t++) {
        e->first_node[t + 1] = e->first_node[t] + n_nodes[t];
        e->first_set[t + 1] = 0;
    }
    const int64_t n = e->first_node[n_trees];
    e->nodes = mlci_alloc_raw(e->root, n, sizeof *e->nodes);
    e->gain = mlci_alloc_stream(e->root, n, sizeof *e->gain);
    e->cover = mlci_alloc_stream(e->root, n, sizeof *e->cover);
    if (e->nodes == NULL || e->gain == NULL || e->cover == NULL)
        return mlci_fail_memory(err, n, sizeof *e->nodes);
    e->n_trees = e->tree_capacity = n_trees;
    e->node_capacity = n;
    return MLC_OK;
}

void mlci_ensemble_trim_trees(mlci_ensemble *e, const int32_t *n_nodes)
{
    int64_t to = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t from = e->first_node[t];
        const size_t n = (size_t)n_nodes[t];
        e->first_node[t] = to;
        to += n_nodes[t];
        if (from == e->first_node[t]) continue;
        memmove(e->nodes + e->first_node[t], e->nodes + from, n * sizeof *e->nodes);
        memmove(e->gain + e->first_node[t], e->gain + from, n * sizeof *e->gain);
        memmove(e->cover + e->first_node[t], e->cover + from, n * sizeof *e->cover);
    }
    e->first_node[e->n_trees] = to;
}

mlc_status mlci_ensemble_open_sets(mlci_ensemble *e, const int32_t *n_sets, mlc_error *err)
{
    for (int64_t t = 0; t < e->n_trees; t++)
        e->first_set[t + 1] = e->first_set[t] + n_sets[t];
    const int64_t n = e->first_set[e->n_trees];
    e->sets = mlci_alloc_raw(e->root, n, MLCI_SET_WORDS * sizeof *e->sets);
    if (e->sets == NULL) return mlci_fail_memory(err, n, MLCI_SET_WORDS * sizeof *e->sets);
    e->set_capacity = n;
    return MLC_OK;
}

/* Terms of n_nodes more nodes. */
static mlc_status add_terms(mlci_ensemble *e, const mlci_leaf_terms *terms, int64_t n_nodes,
                            mlc_error *err)
{
    if (terms != NULL && terms->n_terms == 0) terms = NULL;
    if (terms == NULL && e->terms == NULL) return MLC_OK;
    if (e->terms == NULL) {
        MLCI_TRY(mlci_leaf_terms_create(e->root, &e->terms, err));
        MLCI_TRY(mlci_leaf_terms_resize(e->terms, e->first_node[e->n_trees], err));
    }
    return mlci_leaf_terms_append(e->terms, terms, n_nodes, err);
}

mlc_status mlci_ensemble_add_tree(mlci_ensemble *e, const mlci_tree *tree, mlc_error *err)
{
    const int64_t node = e->first_node[e->n_trees], set = e->first_set[e->n_trees];
    const size_t n = (size_t)tree->n_nodes;
    MLCI_TRY(make_room(e, node + tree->n_nodes, set + tree->n_sets, err));
    memcpy(e->nodes + node, tree->nodes, n * sizeof *e->nodes);
    memcpy(e->gain + node, tree->gain, n * sizeof *e->gain);
    memcpy(e->cover + node, tree->cover, n * sizeof *e->cover);
    if (tree->n_sets > 0)
        memcpy(e->sets + set * MLCI_SET_WORDS, tree->sets,
               (size_t)tree->n_sets * MLCI_SET_WORDS * sizeof *e->sets);
    MLCI_TRY(add_terms(e, tree->terms, tree->n_nodes, err));
    e->n_trees++;
    e->first_node[e->n_trees] = node + tree->n_nodes;
    e->first_set[e->n_trees] = set + tree->n_sets;
    return MLC_OK;
}

mlc_status mlci_ensemble_set_metrics(mlci_ensemble *e, const char *names, int32_t n_metrics,
                                     mlc_error *err)
{
    const int64_t width = 1 + n_metrics, n = e->n_rounds;
    if (n_metrics > 0 && e->metrics != NULL && strcmp(names, e->metrics) == 0) return MLC_OK;
    if (n_metrics == 0 && e->metrics == NULL) return MLC_OK;
    char *const copy =
        n_metrics == 0 ? NULL : mlci_copy_text(e->root, names, (int64_t)strlen(names));
    double *const valid = mlci_alloc(e->root, e->round_capacity > n ? e->round_capacity : n,
                                     width * (int64_t)sizeof *valid);
    if (valid == NULL || (n_metrics > 0 && copy == NULL)) {
        mlci_free(copy);
        mlci_free(valid);
        return mlci_fail_memory(err, n, width * (int64_t)sizeof *valid);
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < width; k++)
            valid[i * width + k] = k == 0 ? e->valid[i * e->valid_width] : NAN;
    mlci_free(e->valid);
    mlci_free(e->metrics);
    e->valid = valid;
    e->metrics = copy;
    e->valid_width = width;
    return MLC_OK;
}

mlc_status mlci_ensemble_add_round(mlci_ensemble *e, double train_loss, const double *valid,
                                   mlc_error *err)
{
    if (e->n_rounds == e->round_capacity) {
        const int64_t capacity = capacity_for(e->n_rounds + 1, e->round_capacity);
        if (!grow_array(e->root, &e->train_loss, sizeof *e->train_loss, capacity) ||
            !grow_array(e->root, &e->valid, e->valid_width * (int64_t)sizeof *e->valid, capacity))
            return mlci_fail_memory(err, capacity, sizeof *e->train_loss);
        e->round_capacity = capacity;
    }
    e->train_loss[e->n_rounds] = train_loss;
    memcpy(e->valid + e->n_rounds * e->valid_width, valid,
           (size_t)e->valid_width * sizeof *e->valid);
    e->n_rounds++;
    return MLC_OK;
}

/* Shape and categories, no trees. */
static mlc_status copy_shape(mlci_ensemble *e, const mlci_ensemble *from, mlc_error *err)
{
    e->n_features = from->n_features;
    e->n_outputs = from->n_outputs;
    e->n_classes = from->n_classes;
    e->link = from->link;
    e->valid_width = 1;
    if (from->rule != NULL) {
        e->rule = mlci_alloc(e->root, 1, sizeof *e->rule);
        if (e->rule == NULL) return mlci_fail_memory(err, 1, sizeof *e->rule);
        *e->rule = *from->rule;
    }
    e->start = mlci_alloc(e->root, e->n_outputs, sizeof *e->start);
    e->first_node = mlci_alloc(e->root, 1, sizeof *e->first_node);
    e->first_set = mlci_alloc(e->root, 1, sizeof *e->first_set);
    if (e->start == NULL || e->first_node == NULL || e->first_set == NULL)
        return mlci_fail_memory(err, e->n_outputs, sizeof *e->start);
    memcpy(e->start, from->start, (size_t)e->n_outputs * sizeof *e->start);
    return mlci_category_bins_copy(e->root, e->n_features, &from->categories, &e->categories, err);
}

static mlc_status copy_trees(mlci_ensemble *e, const mlci_ensemble *from, int64_t n_trees,
                             mlc_error *err)
{
    const int64_t n_nodes = from->first_node[n_trees], n_sets = from->first_set[n_trees];
    if (from->terms != NULL) MLCI_TRY(add_terms(e, from->terms, n_nodes, err));
    for (int64_t t = 0; t < n_trees; t++) {
        MLCI_TRY(make_room(e, from->first_node[t + 1], from->first_set[t + 1], err));
        e->n_trees++;
        e->first_node[t + 1] = from->first_node[t + 1];
        e->first_set[t + 1] = from->first_set[t + 1];
    }
    if (n_nodes > 0) {
        memcpy(e->nodes, from->nodes, (size_t)n_nodes * sizeof *e->nodes);
        memcpy(e->gain, from->gain, (size_t)n_nodes * sizeof *e->gain);
        memcpy(e->cover, from->cover, (size_t)n_nodes * sizeof *e->cover);
    }
    if (n_sets > 0) memcpy(e->sets, from->sets, (size_t)n_sets * MLCI_SET_WORDS * sizeof *e->sets);
    return MLC_OK;
}

/* NaN where the history is shorter than the trees. */
static mlc_status copy_round(mlci_ensemble *e, const mlci_ensemble *from, int64_t i, mlc_error *err)
{
    double none[1 + MLCI_MOST_METRICS];
    if (i < from->n_rounds)
        return mlci_ensemble_add_round(e, from->train_loss[i], from->valid + i * e->valid_width,
                                       err);
    for (int64_t k = 0; k < e->valid_width; k++)
        none[k] = NAN;
    return mlci_ensemble_add_round(e, NAN, none, err);
}

mlc_status mlci_ensemble_copy(mlci_root *root, const mlci_ensemble *from, int64_t n_trees,
                              mlci_ensemble **out, mlc_error *err)
{
    mlci_ensemble *const e = mlci_alloc(root, 1, sizeof *e);
    if (e == NULL) return mlci_fail_memory(err, 1, sizeof *e);
    e->root = mlci_root_ref(root);
    mlc_status status = copy_shape(e, from, err);
    if (status == MLC_OK) status = copy_trees(e, from, n_trees, err);
    if (status == MLC_OK)
        status = mlci_ensemble_set_metrics(e, from->metrics, (int32_t)from->valid_width - 1, err);
    for (int64_t i = 0; i < n_trees / from->n_outputs && status == MLC_OK; i++)
        status = copy_round(e, from, i, err);
    if (status != MLC_OK) {
        mlci_ensemble_free(e);
        return status;
    }
    *out = e;
    return MLC_OK;
}

void mlci_ensemble_truncate(mlci_ensemble *e, int64_t n_trees)
{
    if (n_trees < e->n_trees) e->n_trees = n_trees;
}

mlc_status mlci_ensemble_finish(mlc_context *call, mlci_ensemble *e, mlc_error *err)
{
    if (e->terms != NULL)
        MLCI_TRY(mlci_leaf_terms_resize(e->terms, e->first_node[e->n_trees], err));
    if (e->terms != NULL && e->terms->n_terms == 0) {
        mlci_leaf_terms_free(e->terms);
        e->terms = NULL;
    }
    return mlci_scorer_create(call, e, &e->scorer, err);
}

/* ---- prediction --------------------------------------------------------------------------- */

int64_t mlci_ensemble_n_outputs(const void *params, const void *state, int32_t output)
{
    const mlci_ensemble *const e = state;
    switch (output) {
    case MLCI_OUTPUT_PREDICTION:
        return e->n_classes == 0 && e->link != MLCI_LINK_QUANTILES ? e->n_outputs : 1;
    case MLCI_OUTPUT_PROBABILITY:
        return e->n_classes;
    case MLCI_OUTPUT_RAW:
        return e->n_outputs;
    case MLCI_OUTPUT_LEAF:
        return e->n_trees;
    case MLCI_OUTPUT_INTERVAL:
        return e->link == MLCI_LINK_QUANTILES ? 2 : 0;
    case MLCI_OUTPUT_QUANTILE:
        return e->link == MLCI_LINK_QUANTILES ? e->n_outputs : 0;
    default:
        return 0;
    }
}

int32_t mlci_ensemble_has_log_odds(const void *params, const void *state)
{
    const mlci_ensemble *const e = state;
    return e->rule == NULL && (e->link == MLCI_LINK_LOGIT || e->link == MLCI_LINK_SOFTMAX);
}

int64_t mlci_ensemble_scratch_size(const void *params, const void *state, int64_t n_rows)
{
    const mlci_ensemble *const e = state;
    return (n_rows * e->n_outputs + 7) / 8 * 8 + mlci_scorer_scratch_size(e->scorer, n_rows);
}

/* What a link makes of raw scores. */
__attribute__((noinline)) static void predict_by_link(const mlci_model_predict *p)
{
    const mlci_ensemble *const e = p->state;
    double *const raw = p->scratch;
    double *const scratch = p->scratch + (p->n_rows * e->n_outputs + 7) / 8 * 8;
    mlci_scorer_raw(e->scorer, p->isa, p->x, p->n_rows, scratch, raw);
    const mlci_link link = mlci_ensemble_link(e);
    const mlci_kernels *const kernels = mlci_kernels_of(p->isa);
    if (p->output == MLCI_OUTPUT_PROBABILITY)
        mlci_link_probability(&link, kernels, p->n_rows, raw, p->out);
    else if (p->output == MLCI_OUTPUT_PREDICTION)
        mlci_link_prediction(&link, kernels, p->n_rows, raw, p->out);
    else if (p->output == MLCI_OUTPUT_INTERVAL)
        mlci_link_interval(&link, p->n_rows, raw, p->out);
    else if (p->output == MLCI_OUTPUT_QUANTILE)
        mlci_link_quantile(&link, p->n_rows, raw, p->out);
}

void mlci_ensemble_predict(const mlci_model_predict *p)
{
    const mlci_ensemble *const e = p->state;
    if (p->output == MLCI_OUTPUT_RAW)
        mlci_scorer_raw(e->scorer, p->isa, p->x, p->n_rows, p->scratch, p->out);
    else if (p->output == MLCI_OUTPUT_LEAF)
        mlci_scorer_leaf(e->scorer, p->isa, p->x, p->n_rows, p->scratch, p->out);
    else
        predict_by_link(p);
}
