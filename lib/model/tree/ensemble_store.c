/* Boosted trees in an artifact.
 *
 * Loading believes nothing: every count is bounded by the bytes that are left before memory is
 * taken; children must lie after their parent and have one parent each, which bounds a walk by
 * the number of nodes; features, thresholds, sets and leaves are checked once here, so that
 * prediction need not. */
#include <math.h>
#include <string.h>

#include "ensemble.h"
#include "link.h"

#define MOST_TREES 100000000
#define MOST_FEATURES 0x3FFFFFFF

void mlci_ensemble_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_ensemble *const e = state;
    const int64_t n_nodes = e->first_node[e->n_trees], n_sets = e->first_set[e->n_trees];
    mlci_write_int64(w, e->n_features);
    mlci_write_int32(w, e->n_outputs);
    mlci_write_int32(w, e->n_classes);
    mlci_write_int32(w, e->link);
    mlci_write_reals(w, e->start, e->n_outputs);
    mlci_write_int64s(w, e->first_code, e->n_features + 1);
    mlci_write_uint8s(w, e->bin_of_code, e->first_code[e->n_features]);
    mlci_write_int64s(w, e->first_node, e->n_trees + 1);
    mlci_write_int64s(w, e->first_set, e->n_trees + 1);
    for (int64_t i = 0; i < n_nodes; i++) {
        mlci_write_real(w, e->nodes[i].value);
        mlci_write_int32(w, (int32_t)e->nodes[i].split);
        mlci_write_int32(w, e->nodes[i].left);
    }
    mlci_write_reals(w, e->gain, n_nodes);
    mlci_write_reals(w, e->cover, n_nodes);
    for (int64_t i = 0; i < n_sets * MLCI_SET_WORDS; i++)
        mlci_write_int32(w, (int32_t)e->sets[i]);
    mlci_write_reals(w, e->train_loss, e->n_rounds);
    mlci_write_reals(w, e->valid_loss, e->n_rounds);
}

/* Offsets: from 0, never falling (rising with `rising`), bounded. */
static void check_offsets(mlci_reader *r, const int64_t *offsets, int64_t n, int64_t most,
                          int32_t rising, const char *what)
{
    if (r->status != MLC_OK) return;
    int ok = offsets[0] == 0;
    for (int64_t i = 0; i < n && ok; i++)
        ok = offsets[i + 1] >= offsets[i] + rising && offsets[i + 1] <= most;
    if (!ok) mlci_reader_refuse(r, what);
}

static void refuse_node(mlci_reader *r, int64_t tree, int64_t node, const char *what)
{
    r->status = mlci_fail_at(&r->error, MLC_ERROR_FORMAT, 0, r->at, r->section,
                             "section '%s': tree %lld, node %lld: %s", r->section, (long long)tree,
                             (long long)node, what);
}

/* What is wrong with a split, or NULL. */
static const char *split_fault(const mlci_ensemble *e, const mlci_tree_node *node, int64_t n_sets)
{
    const int64_t j = node->split & MLCI_NODE_FEATURE;
    if (j >= e->n_features) return "it splits by a feature that there is not";
    if (node->value != node->value) return "its threshold is not a number";
    const int has_codes = e->first_code[j + 1] > e->first_code[j];
    if (!(node->split & MLCI_NODE_CATEGORY))
        return has_codes ? "it splits categories by a threshold" : NULL;
    if (!has_codes) return "it splits numbers by a set of categories";
    if (!(node->value >= 0 && node->value < (double)n_sets) ||
        node->value != (double)(int64_t)node->value)
        return "its set of categories is not there";
    return NULL;
}

/* Children in pairs, in the order of their parents' numbers or any other, each after its parent
 * and with one parent. depths has room for a number a node, which becomes 1 for the root and 0 for
 * what no walk reaches. */
static const char *node_fault(const mlci_ensemble *e, int64_t tree, int64_t i, int32_t *depths)
{
    const mlci_tree_node *const node = &e->nodes[e->first_node[tree] + i];
    const int64_t n = e->first_node[tree + 1] - e->first_node[tree];
    const double gain = e->gain[e->first_node[tree] + i];
    const double cover = e->cover[e->first_node[tree] + i];
    if (depths[i] == 0) return "no split leads to it";
    if (!(gain >= 0) || !(cover >= 0)) return "its gain or cover is negative";
    if (node->left == 0) {
        if (node->split != 0) return "it is a leaf with a split";
        return isfinite(node->value) ? NULL : "its value is not finite";
    }
    if (node->left <= i || node->left + (int64_t)1 >= n)
        return "its children must come after it and lie in the tree";
    if (depths[node->left] != 0 || depths[node->left + 1] != 0)
        return "a child of it has another parent already";
    depths[node->left] = depths[node->left + 1] = depths[i] + 1;
    return split_fault(e, node, e->first_set[tree + 1] - e->first_set[tree]);
}

static void check_tree(const mlci_ensemble *e, int64_t tree, int32_t *depths, int32_t *deepest,
                       mlci_reader *r)
{
    const int64_t n = e->first_node[tree + 1] - e->first_node[tree];
    memset(depths, 0, (size_t)n * sizeof *depths);
    depths[0] = 1;
    for (int64_t i = 0; i < n; i++) {
        const char *const fault = node_fault(e, tree, i, depths);
        if (fault != NULL) {
            refuse_node(r, tree, i, fault);
            return;
        }
        if (depths[i] - 1 > *deepest) *deepest = depths[i] - 1;
    }
}

static void read_nodes(mlci_ensemble *e, mlci_reader *r)
{
    /* 16 bytes a node and 32 a set are still to come: bounds what is allocated. */
    const int64_t n_nodes = e->first_node[e->n_trees], n_sets = e->first_set[e->n_trees];
    const int64_t left = r->length - r->at;
    if (n_nodes > left / 16 || n_sets > left / (4 * MLCI_SET_WORDS)) {
        mlci_reader_refuse(r, "the trees do not fit the section");
        return;
    }
    e->nodes = mlci_alloc(e->root, n_nodes, sizeof *e->nodes);
    e->sets = mlci_alloc(e->root, n_sets, MLCI_SET_WORDS * sizeof *e->sets);
    if (e->nodes == NULL || e->sets == NULL) {
        r->status = mlci_fail_memory(&r->error, n_nodes, sizeof *e->nodes);
        return;
    }
    for (int64_t i = 0; i < n_nodes; i++) {
        e->nodes[i].value = mlci_read_real(r);
        e->nodes[i].split = (uint32_t)mlci_read_int32(r);
        e->nodes[i].left = mlci_read_int32(r);
    }
    e->gain = mlci_read_reals(r, n_nodes, NULL);
    e->cover = mlci_read_reals(r, n_nodes, NULL);
    for (int64_t i = 0; i < n_sets * MLCI_SET_WORDS; i++)
        e->sets[i] = (uint32_t)mlci_read_int32(r);
}

static void check_trees(const mlci_ensemble *e, mlci_reader *r)
{
    int64_t most = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t n = e->first_node[t + 1] - e->first_node[t];
        most = n > most ? n : most;
    }
    int32_t *const depths = mlci_alloc(e->root, most, sizeof *depths);
    int32_t deepest = 0;
    if (depths == NULL) r->status = mlci_fail_memory(&r->error, most, sizeof *depths);
    for (int64_t t = 0; t < e->n_trees && r->status == MLC_OK; t++)
        check_tree(e, t, depths, &deepest, r);
    mlci_reader_limit(r, "splits from root to leaf", deepest, "max_depth", r->limits->max_depth);
    mlci_free(depths);
}

static void read_shape(mlci_ensemble *e, mlci_reader *r, int64_t n_features, int64_t n_classes)
{
    e->n_features = mlci_read_count(r, "n_features", n_features, n_features);
    e->n_outputs = mlci_read_int32(r);
    e->n_classes = mlci_read_int32(r);
    e->link = mlci_read_int32(r);
    const mlci_link link = {e->link, e->n_outputs, e->n_classes};
    if (r->status == MLC_OK &&
        (n_features > MOST_FEATURES || e->n_classes != n_classes || !mlci_link_is_possible(&link)))
        mlci_reader_refuse(r, "the number of outputs, classes or the link is not what it can be");
}

static void read_ensemble(mlci_ensemble *e, mlci_reader *r)
{
    int64_t n = 0, n_sets = 0, n_valid = 0;
    e->start = mlci_read_reals(r, e->n_outputs, NULL);
    for (int32_t k = 0; r->status == MLC_OK && k < e->n_outputs; k++)
        if (!isfinite(e->start[k])) mlci_reader_refuse(r, "a start score is not finite");
    e->first_code = mlci_read_int64s(r, e->n_features + 1, NULL);
    check_offsets(r, e->first_code, e->n_features, INT32_MAX, 0, "the categories are damaged");
    e->bin_of_code =
        mlci_read_uint8s(r, r->status == MLC_OK ? e->first_code[e->n_features] : 0, NULL);
    e->first_node = mlci_read_int64s(r, -1, &n);
    if (r->status == MLC_OK && (n < 1 || n > MOST_TREES || (n - 1) % e->n_outputs != 0))
        mlci_reader_refuse(r, "the number of trees does not fit the outputs");
    e->n_trees = n - 1;
    mlci_reader_limit(r, "trees", e->n_trees, "max_trees", r->limits->max_trees);
    check_offsets(r, e->first_node, e->n_trees, r->length, 1, "the nodes are damaged");
    if (r->status == MLC_OK) {
        mlci_reader_limit(r, "nodes", e->first_node[e->n_trees], "max_nodes", r->limits->max_nodes);
    }
    e->first_set = mlci_read_int64s(r, n, &n_sets);
    check_offsets(r, e->first_set, e->n_trees, r->length, 0, "the category sets are damaged");
    if (r->status == MLC_OK) read_nodes(e, r);
    if (r->status == MLC_OK) check_trees(e, r);
    e->train_loss = mlci_read_reals(r, -1, &e->n_rounds);
    e->valid_loss = mlci_read_reals(r, -1, &n_valid);
    if (r->status == MLC_OK && n_valid != e->n_rounds)
        mlci_reader_refuse(r, "the history is damaged");
}

mlc_status mlci_ensemble_load(mlc_context *call, const void *params, mlci_reader *r,
                              int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_ensemble *const e = mlci_alloc(root, 1, sizeof *e);
    if (e == NULL) return mlci_fail_memory(err, 1, sizeof *e);
    e->root = mlci_root_ref(root);
    read_shape(e, r, n_features, n_classes);
    if (r->status == MLC_OK) read_ensemble(e, r);
    if (r->status != MLC_OK) {
        mlci_ensemble_free(e);
        if (err != NULL) *err = r->error;
        return r->status;
    }
    const mlc_status status = mlci_ensemble_finish(call, e, err);
    if (status != MLC_OK) {
        mlci_ensemble_free(e);
        return status;
    }
    *state = e;
    return MLC_OK;
}
