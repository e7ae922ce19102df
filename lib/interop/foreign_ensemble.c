/* From trees as a file has them to an ensemble.
 *
 * Three things change: children become neighbours that come after their parent; thresholds become
 * the largest doubles that go left; categories that no set tells apart share a bin. The bins are
 * found by splitting classes set by set, in time linear in the members. */
#include "foreign_ensemble.h"

#include <math.h>
#include <string.h>

typedef struct foreign_set {
    int32_t set, feature;
} foreign_set;

typedef struct maker {
    mlci_foreign *model;
    mlci_ensemble *ensemble;
    int64_t *order; /* trees of the file in the order of the ensemble; -1: one that adds nothing */
    int64_t n_order;
    int64_t n_sets;
    foreign_set *sets;  /* of all nodes, by feature */
    int64_t *first_of;  /* of each feature, its first set; after them the next one's */
    uint32_t *most_bin; /* of each feature */
    uint8_t *seen;      /* nodes of a tree */
    int32_t *queue;     /* nodes of a tree by breadth, as they are laid out */
    int32_t *depth;     /* of those */
    uint32_t *bits;     /* of a set, in bins */
} maker;

static mlc_status fail_node(const maker *m, int64_t tree, int64_t node, const char *what,
                            mlc_error *err)
{
    return mlci_foreign_fail(m->model, err, "trees", "tree %lld, node %lld: %s", (long long)tree,
                             (long long)node, what);
}

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

/* ---- bins of categories ------------------------------------------------------------------- */

/* Classes of a feature's codes: of each, every set so far has all or none. */
typedef struct classes {
    int32_t n;
    int32_t *size;    /* codes of a class */
    int32_t *touched; /* those that the set at hand has */
    int32_t *target;  /* the class that those go to; 0: not known yet */
    int32_t *marked;  /* classes that the set touches */
} classes;

/* The code of a member in our own features: its label's, where there are labels. */
static int32_t own_code(const mlci_foreign_input *input, int32_t code)
{
    return input->labels == NULL ? code : input->label_of_code[code];
}

static mlc_status check_set(const mlci_foreign *f, int64_t set, int64_t feature, mlc_error *err)
{
    const int64_t first = f->first_member[set], end = f->first_member[set + 1];
    const mlci_foreign_input *const input = &f->inputs[feature];
    for (int64_t i = first; i < end; i++)
        if (f->members[i] < 0 || (i > first && f->members[i] <= f->members[i - 1]))
            return mlci_foreign_fail(
                f, err, "categories",
                "the categories of a split of feature '%s' do not ascend from 0 on", input->name);
    if (input->labels == NULL || first == end || f->members[end - 1] < input->n_labels)
        return MLC_OK;
    return mlci_foreign_fail(f, err, "categories",
                             "a split has category %d of feature '%s', which has %d of them",
                             (int)f->members[end - 1], input->name, (int)input->n_labels);
}

/* How many codes each feature has. */
static mlc_status count_codes(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t *const n_codes = m->ensemble->categories.first_code + 1, total = 0;
    for (int64_t j = 0; j < f->n_features; j++)
        if (f->inputs[j].is_category) n_codes[j] = f->inputs[j].n_labels;
    for (int64_t k = 0; k < m->n_sets; k++) {
        const int64_t s = m->sets[k].set, j = m->sets[k].feature, end = f->first_member[s + 1];
        MLCI_TRY(check_set(f, s, j, err));
        if (end > f->first_member[s] && f->members[end - 1] >= n_codes[j])
            n_codes[j] = (int64_t)f->members[end - 1] + 1;
        /* A split by an empty set needs a feature of categories all the same. */
        if (n_codes[j] == 0) n_codes[j] = 1;
    }
    for (int64_t j = 0; j < f->n_features; j++)
        total += n_codes[j];
    if (total <= f->settings->max_categories) return MLC_OK;
    return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, "max_categories",
                               "its features have %lld categories: more than max_categories = %lld "
                               "of the import settings",
                               (long long)total, (long long)f->settings->max_categories);
}

/* Members of a set leave their classes, where those have others too. Class `rest` has what no set
 * has, and so always has others. */
static mlc_status split_classes(const mlci_foreign *f, const foreign_set *set, uint16_t *bin,
                                int32_t rest, classes *c, mlc_error *err)
{
    const mlci_foreign_input *const input = &f->inputs[set->feature];
    const int64_t first = f->first_member[set->set], end = f->first_member[set->set + 1];
    int32_t n_marked = 0;
    for (int64_t i = first; i < end; i++) {
        const int32_t old = bin[own_code(input, f->members[i])];
        if (c->touched[old]++ == 0) c->marked[n_marked++] = old;
    }
    for (int32_t k = 0; k < n_marked; k++) {
        const int32_t old = c->marked[k];
        const int is_whole = old != rest && c->touched[old] == c->size[old];
        if (!is_whole && c->n > MLCI_MOST_CATEGORY_BINS)
            return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, input->name,
                                       "its splits tell more than %d categories of feature '%s' "
                                       "apart",
                                       MLCI_MOST_CATEGORY_BINS, input->name);
        c->target[old] = is_whole ? old : c->n++;
        if (!is_whole) c->size[old] -= c->touched[old];
        if (!is_whole) c->size[c->target[old]] = c->touched[old];
    }
    for (int64_t i = first; i < end; i++) {
        uint16_t *const at = &bin[own_code(input, f->members[i])];
        *at = (uint16_t)c->target[*at];
    }
    for (int32_t k = 0; k < n_marked; k++)
        c->touched[c->marked[k]] = c->target[c->marked[k]] = 0;
    return MLC_OK;
}

/* The bin of codes in no set: that of missing ones, or one of their own. */
static int32_t rest_bin(const mlci_foreign *f)
{
    return f->unseen_is_no_member || f->known_is_no_member;
}

/* The bins of one feature, whose sets are k to end - 1. */
static mlc_status bin_feature(maker *m, int64_t k, int64_t end, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const mlci_category_bins *const c = &m->ensemble->categories;
    const int64_t j = m->sets[k].feature, n_codes = mlci_n_codes(c, j), room = n_codes + 2;
    uint16_t *const bin = c->bin_of_code + c->first_code[j];
    int32_t *const memory = mlci_alloc(f->root, room, 4 * (int64_t)sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, room, 4 * (int64_t)sizeof *memory);
    const int32_t rest = rest_bin(f);
    classes parts = {rest + 1, memory, memory + room, memory + 2 * room, memory + 3 * room};
    mlc_status status = MLC_OK;
    for (; k < end && status == MLC_OK; k++) {
        status = split_classes(f, &m->sets[k], bin, rest, &parts, err);
        if (status == MLC_OK) status = mlci_poll(f->call, err);
    }
    mlci_free(memory);
    return status;
}

static mlc_status bin_categories(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    mlci_category_bins *const c = &m->ensemble->categories;
    MLCI_TRY(count_codes(m, err));
    MLCI_TRY(mlci_category_bins_place(f->root, f->n_features, c, err));
    c->unseen_bin = f->unseen_is_no_member;
    for (int64_t i = 0; i < c->first_code[f->n_features]; i++)
        c->bin_of_code[i] = (uint16_t)rest_bin(f);
    for (int64_t k = 0, end; k < m->n_sets; k = end) {
        for (end = k; end < m->n_sets && m->sets[end].feature == m->sets[k].feature; end++) {
        }
        MLCI_TRY(bin_feature(m, k, end, err));
    }
    m->most_bin = mlci_alloc(f->root, f->n_features, sizeof *m->most_bin);
    if (m->most_bin == NULL) return mlci_fail_memory(err, f->n_features, sizeof *m->most_bin);
    for (int64_t j = 0; j < f->n_features; j++)
        m->most_bin[j] = mlci_category_bins_most(c, j);
    m->bits = mlci_alloc(f->root, MLCI_MOST_CATEGORY_BINS + 1, 1);
    return m->bits == NULL ? mlci_fail_memory(err, MLCI_MOST_CATEGORY_BINS + 1, 1) : MLC_OK;
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

static const char *split_fault(const maker *m, const mlci_foreign_node *node, int64_t n)
{
    const mlci_foreign *const f = m->model;
    if (node->feature >= f->n_features) return "it splits by a feature that there is not";
    if (node->left < 0 || node->left >= n || node->right < 0 || node->right >= n)
        return "a child of it is not in the tree";
    if (m->seen[node->left] || m->seen[node->right] || node->left == node->right)
        return "a child of it has another parent already";
    if (node->set < 0 && f->inputs[node->feature].is_category)
        return "it splits categories by a threshold";
    if (node->set < 0 && node->value != node->value) return "its threshold is not a number";
    if (node->set >= 0 && !f->inputs[node->feature].is_category)
        return "it splits numbers by a set of categories";
    return NULL;
}

/* Nodes of a tree by breadth into the queue. */
static mlc_status walk_tree(maker *m, int64_t tree, int64_t *n_reached, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const int64_t first = f->first_node[tree], n = f->first_node[tree + 1] - first;
    int64_t reached = 1;
    memset(m->seen, 0, (size_t)n);
    m->queue[0] = m->depth[0] = 0;
    m->seen[0] = 1;
    for (int64_t i = 0; i < reached; i++) {
        const mlci_foreign_node *const node = &f->nodes[first + m->queue[i]];
        const char *const fault = node->feature < 0 ? leaf_fault(f, node) : split_fault(m, node, n);
        if (fault != NULL) return fail_node(m, tree, m->queue[i], fault, err);
        if (node->feature < 0) continue;
        if (m->depth[i] >= f->settings->max_depth)
            return mlci_foreign_refuse(f, err, MLC_ERROR_LIMIT, "max_depth",
                                       "tree %lld is deeper than max_depth = %lld of the import "
                                       "settings",
                                       (long long)tree, (long long)f->settings->max_depth);
        m->seen[node->left] = m->seen[node->right] = 1;
        m->depth[reached] = m->depth[reached + 1] = m->depth[i] + 1;
        m->queue[reached++] = node->left;
        m->queue[reached++] = node->right;
    }
    *n_reached = reached;
    return MLC_OK;
}

/* The set of a split in bins. */
static mlc_status put_set(maker *m, const mlci_foreign_node *node, mlci_tree *tree, int32_t *index,
                          mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    const mlci_category_bins *const c = &m->ensemble->categories;
    const uint32_t most = m->most_bin[node->feature];
    const int64_t units = most / MLCI_BIN_CODES + 1;
    memset(m->bits, f->members_go_right ? 255 : 0, (size_t)units * MLCI_BIN_CODES / 8);
    for (int64_t i = f->first_member[node->set]; i < f->first_member[node->set + 1]; i++) {
        const int32_t code = own_code(&f->inputs[node->feature], f->members[i]);
        const uint32_t bin = c->bin_of_code[c->first_code[node->feature] + code];
        if (f->members_go_right)
            m->bits[bin / 32] &= ~((uint32_t)1 << bin % 32);
        else
            m->bits[bin / 32] |= (uint32_t)1 << bin % 32;
    }
    m->bits[0] = (m->bits[0] & ~(uint32_t)1) | (node->missing == MLCI_MISSING_LEFT);
    MLCI_TRY(mlci_tree_add_set(tree, m->bits, index, err));
    for (int64_t u = 1; u < units; u++) {
        int32_t next = 0;
        MLCI_TRY(mlci_tree_add_set(tree, m->bits + u * MLCI_SET_WORDS, &next, err));
    }
    return MLC_OK;
}

static mlc_status put_split(maker *m, const mlci_foreign_node *node, mlci_tree *tree, int32_t i,
                            mlc_error *err)
{
    mlci_tree_node *const own = &tree->nodes[i];
    own->split = (uint32_t)node->feature;
    if (node->set >= 0) {
        int32_t index = 0;
        MLCI_TRY(put_set(m, node, tree, &index, err));
        own->value = index;
        own->split |= MLCI_NODE_CATEGORY;
    } else {
        own->value = mlci_foreign_bound(m->model->compare, node->value);
        if (node->missing == MLCI_MISSING_LEFT ||
            (node->missing == MLCI_MISSING_IS_ZERO && 0 <= own->value))
            own->split |= MLCI_NODE_MISSING_LEFT;
    }
    return mlci_tree_add_children(tree, &own->left, err);
}

static double not_negative(double x)
{
    return x > 0 && isfinite(x) ? x : 0;
}

static mlc_status put_leaf(maker *m, const mlci_foreign_node *node, mlci_tree *tree, int32_t i,
                           mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    tree->nodes[i].value = node->value;
    if (node->line < 0) return mlci_leaf_terms_add(tree->terms, 0, 0, NULL, NULL, err);
    const mlci_foreign_line *const line = &f->lines[node->line];
    if (line->n > 0)
        return mlci_leaf_terms_add(tree->terms, line->intercept, line->n,
                                   f->term_feature + line->first, f->term_factor + line->first,
                                   err);
    tree->nodes[i].value = line->intercept;
    return mlci_leaf_terms_add(tree->terms, 0, 0, NULL, NULL, err);
}

static mlc_status put_tree(maker *m, int64_t tree, mlci_tree *own, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t n = 0;
    mlci_tree_reset(own);
    if (tree < 0) {
        MLCI_TRY(mlci_leaf_terms_add(own->terms, 0, 0, NULL, NULL, err));
        return mlci_ensemble_add_tree(m->ensemble, own, err);
    }
    MLCI_TRY(walk_tree(m, tree, &n, err));
    for (int64_t i = 0; i < n; i++) {
        const mlci_foreign_node *const node = &f->nodes[f->first_node[tree] + m->queue[i]];
        if (node->feature < 0) {
            MLCI_TRY(put_leaf(m, node, own, (int32_t)i, err));
        } else {
            MLCI_TRY(put_split(m, node, own, (int32_t)i, err));
            MLCI_TRY(mlci_leaf_terms_add(own->terms, 0, 0, NULL, NULL, err));
        }
        own->gain[i] = node->feature < 0 ? 0 : not_negative(node->gain);
        own->cover[i] = not_negative(node->cover);
    }
    return mlci_ensemble_add_tree(m->ensemble, own, err);
}

/* A tree without a split. */
static mlc_status put_constant(maker *m, double value, mlci_tree *own, mlc_error *err)
{
    if (!isfinite(value))
        return mlci_foreign_fail(m->model, err, "bias", "what is added last is not finite");
    mlci_tree_reset(own);
    own->nodes[0].value = value;
    MLCI_TRY(mlci_leaf_terms_add(own->terms, 0, 0, NULL, NULL, err));
    return mlci_ensemble_add_tree(m->ensemble, own, err);
}

static mlc_status put_trees(maker *m, int64_t n_trees, int64_t most_nodes, mlc_error *err)
{
    mlci_root *const root = m->model->root;
    mlci_tree *tree = NULL;
    m->seen = mlci_alloc(root, most_nodes, 1);
    m->queue = mlci_alloc(root, most_nodes, sizeof *m->queue);
    m->depth = mlci_alloc(root, most_nodes, sizeof *m->depth);
    if (m->seen == NULL || m->queue == NULL || m->depth == NULL)
        return mlci_fail_memory(err, most_nodes, 9);
    MLCI_TRY(mlci_tree_create(root, (int32_t)most_nodes, &tree, err));
    mlc_status status = mlci_leaf_terms_create(root, &tree->terms, err);
    for (int64_t i = 0; i < n_trees && status == MLC_OK; i++) {
        status = put_tree(m, m->order[i], tree, err);
        if (status == MLC_OK) status = mlci_poll(m->model->call, err);
    }
    for (int32_t k = 0; m->model->end != NULL && k < m->model->n_outputs && status == MLC_OK; k++)
        status = put_constant(m, m->model->end[k], tree, err);
    mlci_tree_free(tree);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

/* Calls visit() for each split by a set that the file has. */
static mlc_status visit_sets(maker *m, void (*visit)(maker *, const mlci_foreign_node *),
                             mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    int64_t n = 0;
    for (int64_t t = 0; t < f->n_trees; t++) {
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++) {
            const mlci_foreign_node *const node = &f->nodes[i];
            if (node->feature < 0 || node->set < 0) continue;
            if (node->feature >= f->n_features || !f->inputs[node->feature].is_category)
                return fail_node(m, t, i - f->first_node[t],
                                 "it splits by a set of categories of a feature that has none",
                                 err);
            if (n++ == f->n_sets)
                return fail_node(m, t, i - f->first_node[t], "its set belongs to another node",
                                 err);
            visit(m, node);
        }
        MLCI_TRY(mlci_poll(f->call, err));
    }
    return MLC_OK;
}

static void count_set(maker *m, const mlci_foreign_node *node)
{
    m->first_of[node->feature + 1]++;
}

static void place_set(maker *m, const mlci_foreign_node *node)
{
    m->sets[m->first_of[node->feature]++] = (foreign_set){node->set, node->feature};
}

/* The sets of all nodes, by feature. */
static mlc_status list_sets(maker *m, mlc_error *err)
{
    const mlci_foreign *const f = m->model;
    m->sets = mlci_alloc(f->root, f->n_sets, sizeof *m->sets);
    m->first_of = mlci_alloc(f->root, f->n_features + 1, sizeof *m->first_of);
    if (m->sets == NULL || m->first_of == NULL)
        return mlci_fail_memory(err, f->n_sets + f->n_features, sizeof *m->sets);
    MLCI_TRY(visit_sets(m, count_set, err));
    for (int64_t j = 0; j < f->n_features; j++)
        m->first_of[j + 1] += m->first_of[j];
    m->n_sets = m->first_of[f->n_features];
    return visit_sets(m, place_set, err);
}

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
    MLCI_TRY(list_sets(m, err));
    MLCI_TRY(bin_categories(m, err));
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
    mlci_free(m.sets);
    mlci_free(m.first_of);
    mlci_free(m.most_bin);
    mlci_free(m.bits);
    mlci_free(m.seen);
    mlci_free(m.queue);
    mlci_free(m.depth);
    if (status != MLC_OK) {
        mlci_ensemble_free(m.ensemble);
        return status;
    }
    *out = m.ensemble;
    return MLC_OK;
}
