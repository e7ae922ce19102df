/* From trees as a file has them to an ensemble.
 *
 * Three things change: children become neighbours that come after their parent; thresholds become
 * the largest doubles that go left; categories that no set tells apart share a bin. Each tree is a
 * task, which checks its nodes and writes them to its place. */
#include "foreign_ensemble.h"

#include <math.h>
#include <string.h>

#include "foreign_bins.h"

/* What walking over trees takes, of each slot: for the nodes of a tree. */
typedef struct walk {
    uint8_t *seen;
    int32_t *depth;
} walk;

typedef struct maker {
    mlci_foreign *model;
    mlci_ensemble *ensemble;
    int64_t *order; /* trees of the file in the order of the ensemble; -1: one that adds nothing */
    int64_t n_order;
    uint32_t *most_bin;         /* of each feature */
    int64_t n_trees;            /* of the ensemble, before those without a split */
    int32_t *n_nodes, *n_units; /* of each tree of the ensemble, sets counted as it has them */
    int32_t *queue; /* nodes of the file's trees by breadth, tree by tree, as they are laid out */
    walk *walks;
} maker;

/* ---- which trees -------------------------------------------------------------------------- */

/* Tree t of the ensemble adds to output t % n_outputs: those of an output stay in their order, and
 * outputs that have fewer get trees without a split. */
static mlc_status order_trees(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t *const n = mlci_alloc(f->root, f->n_outputs, sizeof *n);
    int64_t most = 0;
    if (n == NULL) return mlci_fail_memory(err, f->n_outputs, sizeof *n);
    for (int64_t t = 0; t < f->n_trees; t++) {
        if (f->output[t] < 0 || f->output[t] >= f->n_outputs) {
            mlci_free(n);
            return mlci_foreign_fail(f, err, "trees", "tree %lld adds to output %d of %d",
                                     (long long)t, (int)f->output[t], (int)f->n_outputs);
        }
        n[f->output[t]]++;
        if (n[f->output[t]] > most) most = n[f->output[t]];
    }
    m->n_order = most * f->n_outputs;
    m->order = m->n_order > f->settings->max_trees
                   ? NULL
                   : mlci_alloc(f->root, m->n_order, sizeof *m->order);
    for (int64_t i = 0; m->order != NULL && i < m->n_order; i++)
        m->order[i] = -1;
    memset(n, 0, (size_t)f->n_outputs * sizeof *n);
    for (int64_t t = 0; m->order != NULL && t < f->n_trees; t++)
        m->order[f->n_outputs * n[f->output[t]]++ + f->output[t]] = t;
    mlci_free(n);
    if (m->order != NULL) return MLC_OK;
    if (m->n_order <= f->settings->max_trees)
        return mlci_fail_memory(err, m->n_order, sizeof *m->order);
    return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, "max_trees",
                               "its outputs would have %lld trees: more than max_trees = %lld of "
                               "the import settings",
                               (long long)m->n_order, (long long)f->settings->max_trees);
}

/* ---- trees -------------------------------------------------------------------------------- */

static const char *leaf_fault(const mlci_foreign *f, const mlci_foreign_node *node)
{
    if (!isfinite(node->value)) return "the value of the leaf is not finite";
    if (node->line < 0) return NULL;
    const mlci_foreign_line *const line = &f->lines[node->line];
    if (!isfinite(line->intercept)) return "the constant of the leaf is not finite";
    for (int64_t i = line->first; i < line->first + line->n; i++) {
        const int64_t j = f->term_feature[i];
        if (j < 0 || j >= f->n_features || f->inputs[j].is_category)
            return "the line of the leaf has a feature that there is not";
        if (i > line->first && j <= f->term_feature[i - 1])
            return "the features of the leaf's line do not ascend";
        if (!isfinite(f->term_factor[i])) return "a coefficient of the leaf is not finite";
    }
    return NULL;
}

static const char *split_fault(const mlci_foreign *f, const mlci_foreign_node *node, int64_t n,
                               const uint8_t *seen)
{
    if (node->feature >= f->n_features) return "it splits by a feature that there is not";
    if (node->left < 0 || node->left >= n || node->right < 0 || node->right >= n)
        return "a child of it is not in the tree";
    if (seen[node->left] || seen[node->right] || node->left == node->right)
        return "a child of it has another parent already";
    if (node->set < 0 && f->inputs[node->feature].is_category)
        return "it splits categories by a threshold";
    if (node->set < 0 && node->value != node->value) return "its threshold is not a number";
    if (node->set >= 0 && !f->inputs[node->feature].is_category)
        return "it splits numbers by a set of categories";
    if (node->set >= f->n_sets) return "its set belongs to another node";
    return NULL;
}

/* Sets of the ensemble that the set of a split takes. */
static int64_t units_of(const maker *m, const mlci_foreign_node *node)
{
    return node->set < 0 ? 0 : m->most_bin[node->feature] / MLCI_BIN_CODES + 1;
}

/* A split as it is here, of which the children follow. */
static mlci_tree_node own_split(const maker *m, const mlci_foreign_node *node, int32_t left)
{
    mlci_tree_node own = {.value = mlci_foreign_bound(m->model->compare, node->value),
                          .split = (uint32_t)node->feature,
                          .left = left};
    if (node->missing == MLCI_MISSING_LEFT ||
        (node->missing == MLCI_MISSING_IS_ZERO && 0 <= own.value))
        own.split |= MLCI_NODE_MISSING_LEFT;
    return own;
}

/* A line without terms is its constant. */
static double leaf_value(const mlci_foreign *f, const mlci_foreign_node *node)
{
    const mlci_foreign_line *const line = node->line < 0 ? NULL : &f->lines[node->line];
    return line != NULL && line->n == 0 ? line->intercept : node->value;
}

static double not_negative(double x)
{
    return x > 0 && isfinite(x) ? x : 0;
}

/* A node as it is here; of a split the children are the next two. A set is not written yet. */
static void put_node(const maker *m, const mlci_foreign_node *node, int64_t to, int32_t left,
                     int64_t n_units)
{
    const mlci_ensemble *const e = m->ensemble;
    e->gain[to] = node->feature < 0 ? 0 : not_negative(node->gain);
    e->cover[to] = not_negative(node->cover);
    if (node->feature < 0) {
        e->nodes[to] = (mlci_tree_node){leaf_value(m->model, node), 0, 0};
    } else if (node->set < 0) {
        e->nodes[to] = own_split(m, node, left);
    } else {
        e->nodes[to] =
            (mlci_tree_node){(double)n_units, (uint32_t)node->feature | MLCI_NODE_CATEGORY, left};
    }
}

/* Has the nodes in a cache, which are then read in another order than they lie in. */
static void fetch_nodes(const mlci_foreign_node *nodes, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        __builtin_prefetch(&nodes[i]);
}

/* Checks a tree of the file, node by node by breadth, and writes it to its place in the ensemble.
 */
static mlc_status put_own(const maker *m, int64_t t, const walk *w, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const int64_t tree = m->order[t], first = f->first_node[tree];
    const int64_t n = f->first_node[tree + 1] - first, to = m->ensemble->first_node[t];
    int32_t *const queue = m->queue + first;
    int64_t reached = 1, n_units = 0;
    fetch_nodes(f->nodes + first, n);
    memset(w->seen, 0, (size_t)n);
    queue[0] = w->depth[0] = 0;
    w->seen[0] = 1;
    for (int64_t i = 0; i < reached; i++) {
        const mlci_foreign_node *const node = &f->nodes[first + queue[i]];
        const char *const fault =
            node->feature < 0 ? leaf_fault(f, node) : split_fault(f, node, n, w->seen);
        if (fault != NULL) return mlci_foreign_fail_node(f, err, tree, queue[i], fault);
        put_node(m, node, to + i, (int32_t)reached, n_units);
        if (node->feature < 0) continue;
        if (w->depth[i] >= f->settings->max_depth)
            return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, "max_depth",
                                       "tree %lld is deeper than max_depth = %lld of the import "
                                       "settings",
                                       (long long)tree, (long long)f->settings->max_depth);
        n_units += units_of(m, node);
        w->seen[node->left] = w->seen[node->right] = 1;
        w->depth[reached] = w->depth[reached + 1] = w->depth[i] + 1;
        queue[reached++] = node->left;
        queue[reached++] = node->right;
    }
    m->n_nodes[t] = (int32_t)reached;
    m->n_units[t] = (int32_t)n_units;
    return n_units <= INT32_MAX ? MLC_OK : mlci_fail_memory(err, n_units, MLCI_SET_WORDS * 4);
}

static mlc_status put_tree(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_ensemble *const e = m->ensemble;
    if (m->order[t] >= 0) return put_own(m, t, &m->walks[slot], err);
    e->nodes[e->first_node[t]] = (mlci_tree_node){0, 0, 0};
    e->gain[e->first_node[t]] = e->cover[e->first_node[t]] = 0;
    return MLC_OK;
}

/* The set of a split in bins. */
static void put_set(const maker *m, const mlci_foreign_node *node, uint32_t *bits)
{
    const mlci_foreign *const f = m->model;
    const mlci_category_bins *const c = &m->ensemble->categories;
    memset(bits, f->members_go_right ? 255 : 0, (size_t)units_of(m, node) * MLCI_BIN_CODES / 8);
    for (int64_t i = f->first_member[node->set]; i < f->first_member[node->set + 1]; i++) {
        const int32_t code = mlci_foreign_own_code(&f->inputs[node->feature], f->members[i]);
        const uint32_t bin = c->bin_of_code[c->first_code[node->feature] + code];
        if (f->members_go_right)
            bits[bin / 32] &= ~((uint32_t)1 << bin % 32);
        else
            bits[bin / 32] |= (uint32_t)1 << bin % 32;
    }
    bits[0] = (bits[0] & ~(uint32_t)1) | (node->missing == MLCI_MISSING_LEFT);
}

/* The sets of a tree, in the order of its nodes. */
static mlc_status put_sets(void *arg, int64_t t, int32_t slot, mlc_error *err)
{
    const maker *const m = arg;
    const mlci_foreign *const f = m->model;
    const int64_t first = m->order[t] < 0 ? 0 : f->first_node[m->order[t]];
    uint32_t *bits = m->ensemble->sets + m->ensemble->first_set[t] * MLCI_SET_WORDS;
    for (int64_t i = 0; m->order[t] >= 0 && i < m->n_nodes[t]; i++) {
        const mlci_foreign_node *const node = &f->nodes[first + m->queue[first + i]];
        if (node->feature < 0 || node->set < 0) continue;
        put_set(m, node, bits);
        bits += units_of(m, node) * MLCI_SET_WORDS;
    }
    return MLC_OK;
}

/* Terms of the linear leaves of a tree, as its nodes lie here. */
static mlc_status put_terms(const maker *m, int64_t t, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const int64_t first = m->order[t] < 0 ? 0 : f->first_node[m->order[t]];
    for (int64_t i = 0; i < m->n_nodes[t]; i++) {
        const int32_t at = m->order[t] < 0 ? -1 : f->nodes[first + m->queue[first + i]].line;
        const mlci_foreign_line *const line = at < 0 ? NULL : &f->lines[at];
        if (line == NULL || line->n == 0)
            MLCI_TRY(mlci_leaf_terms_add(m->ensemble->terms, 0, 0, NULL, NULL, err));
        else
            MLCI_TRY(mlci_leaf_terms_add(m->ensemble->terms, line->intercept, line->n,
                                         f->term_feature + line->first,
                                         f->term_factor + line->first, err));
    }
    return mlci_poll(f->call, err);
}

static mlc_status put_lines(const maker *m, mlc_error *err)
{
    if (m->model->n_lines == 0) return MLC_OK;
    MLCI_TRY(mlci_leaf_terms_create(m->ensemble->root, &m->ensemble->terms, err));
    for (int64_t t = 0; t < m->n_trees; t++)
        MLCI_TRY(put_terms(m, t, err));
    return MLC_OK;
}

/* Trees without a split, after the others. */
static mlc_status put_constants(const maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const mlci_ensemble *const e = m->ensemble;
    for (int64_t t = m->n_trees; t < e->n_trees; t++) {
        const double value = f->end[t - m->n_trees];
        if (!isfinite(value))
            return mlci_foreign_fail(f, err, "bias", "what is added last is not finite");
        e->nodes[e->first_node[t]] = (mlci_tree_node){value, 0, 0};
        e->gain[e->first_node[t]] = e->cover[e->first_node[t]] = 0;
    }
    return e->terms == NULL ? MLC_OK
                            : mlci_leaf_terms_resize(e->terms, e->first_node[e->n_trees], err);
}

static mlc_status make_walks(maker *m, int64_t most_nodes, mlc_error *err)
{
    mlci_root *const root = m->model->root;
    const int32_t n = mlci_n_slots(m->model->call);
    m->walks = mlci_alloc(root, n, sizeof *m->walks);
    if (m->walks == NULL) return mlci_fail_memory(err, n, sizeof *m->walks);
    for (int32_t i = 0; i < n; i++) {
        m->walks[i].seen = mlci_alloc_raw(root, most_nodes, 1);
        m->walks[i].depth = mlci_alloc_raw(root, most_nodes + 1, sizeof *m->walks[i].depth);
        if (m->walks[i].seen == NULL || m->walks[i].depth == NULL)
            return mlci_fail_memory(err, most_nodes, 5);
    }
    return MLC_OK;
}

static void free_walks(maker *m)
{
    for (int32_t i = 0; m->walks != NULL && i < mlci_n_slots(m->model->call); i++) {
        mlci_free(m->walks[i].seen);
        mlci_free(m->walks[i].depth);
    }
    mlci_free(m->walks);
}

static mlc_status make_places(maker *m, int64_t n, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const int64_t n_nodes = f->n_trees == 0 ? 0 : f->first_node[f->n_trees];
    m->n_nodes = mlci_alloc(f->root, n, sizeof *m->n_nodes);
    m->n_units = mlci_alloc(f->root, n, sizeof *m->n_units);
    m->queue = mlci_alloc_stream(f->root, n_nodes, sizeof *m->queue);
    if (m->n_nodes == NULL || m->n_units == NULL || m->queue == NULL)
        return mlci_fail_memory(err, n_nodes + n, sizeof *m->queue);
    for (int64_t t = 0; t < n; t++) {
        const int64_t tree = t < m->n_trees ? m->order[t] : -1;
        m->n_nodes[t] = tree < 0 ? 1 : (int32_t)(f->first_node[tree + 1] - f->first_node[tree]);
    }
    return mlci_ensemble_open_trees(m->ensemble, n, m->n_nodes, err);
}

static mlc_status put_trees(maker *m, int64_t n_trees, int64_t most_nodes, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    m->n_trees = n_trees;
    MLCI_TRY(make_places(m, n_trees + (f->end == NULL ? 0 : f->n_outputs), err));
    MLCI_TRY(make_walks(m, most_nodes, err));
    MLCI_TRY(mlci_parallel_for(f->call, n_trees, put_tree, m, err));
    mlci_ensemble_trim_trees(m->ensemble, m->n_nodes);
    MLCI_TRY(mlci_ensemble_open_sets(m->ensemble, m->n_units, err));
    if (f->n_sets > 0) MLCI_TRY(mlci_parallel_for(f->call, n_trees, put_sets, m, err));
    MLCI_TRY(put_lines(m, err));
    return put_constants(m, err);
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status set_scores(maker *m, int64_t rounds, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    mlci_ensemble *const e = m->ensemble;
    e->n_classes = f->n_classes;
    e->link = f->link;
    for (int32_t k = 0; k < f->n_outputs; k++) {
        if (!isfinite(f->start[k]))
            return mlci_foreign_fail(f, err, "base_score", "its first score is not finite");
        e->start[k] = f->start[k];
    }
    if (!f->has_rule) return MLC_OK;
    e->rule = mlci_alloc(f->root, 1, sizeof *e->rule);
    if (e->rule == NULL) return mlci_fail_memory(err, 1, sizeof *e->rule);
    *e->rule = f->rule;
    if (f->is_mean) e->rule->divisor = (double)rounds;
    return MLC_OK;
}

static mlc_status make(maker *m, int64_t n_rounds, int64_t *kept, mlc_error *err)
{
    mlci_foreign *const f = m->model;
    int64_t most_nodes = 1;
    MLCI_TRY(order_trees(m, err));
    MLCI_TRY(mlci_ensemble_open(f->root, f->n_features, f->n_outputs, &m->ensemble, err));
    for (int64_t t = 0; t < f->n_trees; t++)
        if (f->first_node[t + 1] - f->first_node[t] > most_nodes)
            most_nodes = f->first_node[t + 1] - f->first_node[t];
    MLCI_TRY(mlci_foreign_bins(f, m->ensemble, err));
    m->most_bin = mlci_alloc(f->root, f->n_features, sizeof *m->most_bin);
    if (m->most_bin == NULL) return mlci_fail_memory(err, f->n_features, sizeof *m->most_bin);
    for (int64_t j = 0; j < f->n_features; j++)
        m->most_bin[j] = mlci_category_bins_most(&m->ensemble->categories, j);
    const int64_t in_file = f->n_rounds > 0 ? f->n_rounds : 1;
    *kept = n_rounds > 0 && n_rounds < in_file ? n_rounds : in_file;
    MLCI_TRY(set_scores(m, *kept, err));
    MLCI_TRY(put_trees(m, m->n_order / in_file * *kept, most_nodes, err));
    const mlci_link link = mlci_ensemble_link(m->ensemble);
    if (!mlci_link_is_possible(&link))
        return mlci_foreign_fail(f, err, "objective",
                                 "objective '%s' does not fit %d outputs and %d classes",
                                 f->objective, (int)f->n_outputs, (int)f->n_classes);
    return mlci_ensemble_finish(f->call, m->ensemble, err);
}

mlc_status mlci_foreign_ensemble(mlci_foreign *model, int64_t n_rounds, mlci_ensemble **out,
                                 int64_t *kept, mlc_error *err)
{
    maker m = {.model = model};
    const mlc_status status = make(&m, n_rounds, kept, err);
    mlci_free(m.order);
    mlci_free(m.most_bin);
    mlci_free(m.n_nodes);
    mlci_free(m.n_units);
    mlci_free(m.queue);
    free_walks(&m);
    if (status != MLC_OK) {
        mlci_ensemble_free(m.ensemble);
        return status;
    }
    *out = m.ensemble;
    return MLC_OK;
}
