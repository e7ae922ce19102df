/* Boosted trees in an artifact.
 *
 * Loading believes nothing: every count is bounded by the bytes that are left before memory is
 * taken; children must lie after their parent and have one parent each, which bounds a walk by
 * the number of nodes; features, thresholds, sets and leaves are checked once here, so that
 * prediction need not. */
#include <math.h>
#include <string.h>

#include "boost.h"
#include "ensemble.h"
#include "link.h"
#include "node_store.h"
#include "score_names.h"

#define MOST_TREES 100000000

void mlci_ensemble_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_ensemble *const e = state;
    const int64_t n_nodes = e->first_node[e->n_trees], n_sets = e->first_set[e->n_trees];
    mlci_write_int64(w, e->n_features);
    mlci_write_int32(w, e->n_outputs);
    mlci_write_int32(w, e->n_classes);
    mlci_write_int32(w, e->link);
    mlci_write_reals(w, e->start, e->n_outputs);
    mlci_category_bins_write(w, e->n_features, &e->categories);
    mlci_write_int64s(w, e->first_node, e->n_trees + 1);
    mlci_write_int64s(w, e->first_set, e->n_trees + 1);
    mlci_write_nodes(w, e->nodes, n_nodes);
    mlci_write_reals(w, e->gain, n_nodes);
    mlci_write_reals(w, e->cover, n_nodes);
    mlci_write_sets(w, e->sets, n_sets);
    mlci_write_reals(w, e->train_loss, e->n_rounds);
    mlci_write_reals(w, e->valid, e->n_rounds * e->valid_width);
    mlci_write_int64(w, e->terms != NULL);
    if (e->terms != NULL) {
        mlci_write_int64s(w, e->terms->first, n_nodes + 1);
        mlci_write_reals(w, e->terms->intercept, n_nodes);
        mlci_write_int32s(w, e->terms->feature, e->terms->n_terms);
        mlci_write_reals(w, e->terms->factor, e->terms->n_terms);
    }
    mlci_write_int64(w, e->rule != NULL);
    if (e->rule == NULL) return;
    mlci_write_int32(w, e->rule->is_float);
    mlci_write_int32(w, e->categories.unseen_bin);
    mlci_write_real(w, e->rule->factor);
    mlci_write_real(w, e->rule->divisor);
}

/* What is wrong with the terms of a node, or NULL. */
static const char *terms_fault(const mlci_ensemble *e, int64_t i)
{
    const mlci_leaf_terms *const terms = e->terms;
    const int64_t first = terms->first[i], end = terms->first[i + 1];
    if (first == end) return terms->intercept[i] != 0 ? "an intercept without terms" : NULL;
    if (e->nodes[i].left != 0) return "a split has terms";
    if (!isfinite(terms->intercept[i])) return "an intercept is not finite";
    for (int64_t k = first; k < end; k++) {
        const int64_t j = terms->feature[k];
        if (j < 0 || j >= e->n_features) return "a term has a feature that there is not";
        if (k > first && j <= terms->feature[k - 1]) return "features of a leaf do not ascend";
        if (mlci_n_codes(&e->categories, j) > 0) return "a term has a category";
        if (!isfinite(terms->factor[k])) return "a factor is not finite";
    }
    return NULL;
}

static void read_terms(mlci_ensemble *e, mlci_reader *r)
{
    if (mlci_read_count(r, "presence of terms", 0, 1) == 0) return;
    const int64_t n_nodes = e->first_node[e->n_trees];
    e->terms = mlci_alloc(e->root, 1, sizeof *e->terms);
    if (e->terms == NULL) {
        r->status = mlci_fail_memory(&r->error, 1, sizeof *e->terms);
        return;
    }
    mlci_leaf_terms *const terms = e->terms;
    terms->root = e->root;
    terms->n_nodes = terms->node_capacity = n_nodes;
    terms->first = mlci_read_int64s(r, n_nodes + 1, NULL);
    terms->intercept = mlci_read_reals(r, n_nodes, NULL);
    mlci_check_offsets(r, terms->first, n_nodes, r->length, 0, "the terms of leaves are damaged");
    terms->n_terms = terms->term_capacity = r->status == MLC_OK ? terms->first[n_nodes] : 0;
    if (r->status == MLC_OK && terms->n_terms == 0)
        mlci_reader_refuse(r, "terms of leaves without any");
    terms->feature = mlci_read_int32s(r, terms->n_terms, NULL);
    terms->factor = mlci_read_reals(r, terms->n_terms, NULL);
    for (int64_t i = 0; i < n_nodes && r->status == MLC_OK; i++) {
        const char *const fault = terms_fault(e, i);
        if (fault != NULL) mlci_reader_refuse(r, fault);
    }
}

static void read_rule(mlci_ensemble *e, mlci_reader *r)
{
    if (mlci_read_count(r, "presence of a score rule", 0, 1) == 0) return;
    e->rule = mlci_alloc(e->root, 1, sizeof *e->rule);
    if (e->rule == NULL) {
        r->status = mlci_fail_memory(&r->error, 1, sizeof *e->rule);
        return;
    }
    e->rule->is_float = mlci_read_int32(r);
    e->categories.unseen_bin = mlci_read_int32(r);
    e->rule->factor = mlci_read_real(r);
    e->rule->divisor = mlci_read_real(r);
    if (r->status == MLC_OK &&
        ((e->rule->is_float | 1) != 1 || (e->categories.unseen_bin | 1) != 1 ||
         !(e->rule->factor > 0 && isfinite(e->rule->factor)) ||
         !(e->rule->divisor > 0 && isfinite(e->rule->divisor))))
        mlci_reader_refuse(r, "the score rule is not what it can be");
}

static const char *node_fault(const void *owner, int64_t tree, int64_t i)
{
    const mlci_ensemble *const e = owner;
    if (!(e->gain[i] >= 0) || !(e->cover[i] >= 0)) return "its gain or cover is negative";
    if (e->nodes[i].left == 0 && !isfinite(e->nodes[i].value)) return "its value is not finite";
    return NULL;
}

static void read_nodes(mlci_ensemble *e, mlci_reader *r)
{
    const int64_t n_nodes = e->first_node[e->n_trees], n_sets = e->first_set[e->n_trees];
    e->nodes = mlci_read_nodes(r, n_nodes);
    e->gain = mlci_read_reals(r, n_nodes, NULL);
    e->cover = mlci_read_reals(r, n_nodes, NULL);
    e->sets = mlci_read_sets(r, n_sets);
}

static void check_trees(const mlci_ensemble *e, mlci_reader *r)
{
    const mlci_node_view view = mlci_ensemble_view(e);
    mlci_check_nodes(r, &view, node_fault, e);
}

static void read_shape(mlci_ensemble *e, mlci_reader *r, int64_t n_features, int64_t n_classes)
{
    e->n_features = mlci_read_count(r, "n_features", n_features, n_features);
    e->n_outputs = mlci_read_int32(r);
    e->n_classes = mlci_read_int32(r);
    e->link = mlci_read_int32(r);
    if (r->status == MLC_OK &&
        (n_features > MLCI_MOST_TREE_FEATURES || e->n_classes != n_classes || e->n_outputs < 1))
        mlci_reader_refuse(r, "the number of outputs, classes or the link is not what it can be");
}

/* Early stopping looked at all of the parameter's metrics or at none. */
static void read_history(mlci_ensemble *e, const char *names, int32_t n_metrics, mlci_reader *r)
{
    int64_t n_valid = 0;
    e->train_loss = mlci_read_reals(r, -1, &e->n_rounds);
    e->valid = mlci_read_reals(r, -1, &n_valid);
    e->valid_width = n_valid > e->n_rounds ? 1 + n_metrics : 1;
    if (r->status == MLC_OK && n_valid != e->n_rounds * e->valid_width)
        mlci_reader_refuse(r, "the history is damaged");
    if (r->status != MLC_OK || e->valid_width == 1) return;
    e->metrics = mlci_copy_text(e->root, names, (int64_t)strlen(names));
    if (e->metrics == NULL) r->status = mlci_fail_memory(&r->error, (int64_t)strlen(names) + 1, 1);
}

static void read_ensemble(mlci_ensemble *e, const char *names, int32_t n_metrics, mlci_reader *r)
{
    int64_t n = 0, n_sets = 0;
    e->start = mlci_read_reals(r, e->n_outputs, NULL);
    for (int32_t k = 0; r->status == MLC_OK && k < e->n_outputs; k++)
        if (!isfinite(e->start[k])) mlci_reader_refuse(r, "a start score is not finite");
    mlci_category_bins_read(r, e->n_features, &e->categories);
    e->first_node = mlci_read_int64s(r, -1, &n);
    if (r->status == MLC_OK && (n < 1 || n > MOST_TREES || (n - 1) % e->n_outputs != 0))
        mlci_reader_refuse(r, "the number of trees does not fit the outputs");
    e->n_trees = n - 1;
    mlci_reader_limit(r, "trees", e->n_trees, "max_trees", r->limits->max_trees);
    mlci_check_offsets(r, e->first_node, e->n_trees, r->length, 1, "the nodes are damaged");
    if (r->status == MLC_OK) {
        mlci_reader_limit(r, "nodes", e->first_node[e->n_trees], "max_nodes", r->limits->max_nodes);
    }
    e->first_set = mlci_read_int64s(r, n, &n_sets);
    mlci_check_offsets(r, e->first_set, e->n_trees, r->length, 0, "the category sets are damaged");
    if (r->status == MLC_OK) read_nodes(e, r);
    if (r->status == MLC_OK) check_trees(e, r);
    read_history(e, names, n_metrics, r);
    read_terms(e, r);
    read_rule(e, r);
    const mlci_link link = mlci_ensemble_link(e);
    if (r->status == MLC_OK && !mlci_link_is_possible(&link))
        mlci_reader_refuse(r, "the number of outputs, classes or the link is not what it can be");
}

mlc_status mlci_ensemble_load(mlc_context *call, const void *params, mlci_reader *r,
                              int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    const mlci_boost_params *const p = params;
    mlci_root *const root = mlci_context_root(call);
    int32_t n_metrics = 0;
    MLCI_TRY(mlci_score_names_count(p->early_stopping_metric, NULL, &n_metrics, err));
    mlci_ensemble *const e = mlci_alloc(root, 1, sizeof *e);
    if (e == NULL) return mlci_fail_memory(err, 1, sizeof *e);
    e->root = mlci_root_ref(root);
    read_shape(e, r, n_features, n_classes);
    if (r->status == MLC_OK) read_ensemble(e, p->early_stopping_metric, n_metrics, r);
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
