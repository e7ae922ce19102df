/* Trees of ONNX as their files list them: TreeEnsembleRegressor and TreeEnsembleClassifier
 * (ai.onnx.ml 1 and 3) have nodes and leaves in one list, in any order, with weights apart;
 * TreeEnsemble (5) has splits and leaves apart, and sets one after the other. */
#include "onnx_tree_list.h"

/* Lists of attributes by their number in `names`. */
enum {
    TREE_IDS,
    NODE_IDS,
    FEATURES,
    VALUES,
    YES,
    NO,
    TRACKS,
    TARGET_TREES,
    TARGET_NODES,
    TARGETS,
    WEIGHTS,
    BASE,
    MODES, /* version 5 from here on */
    YES_LEAVES,
    NO_LEAVES,
    MEMBERS,
    ROOTS,
    N_LISTS
};

typedef struct reader {
    mlci_onnx_tree_list *out;
    mlci_onnx_numbers list[N_LISTS];
    mlci_onnx_source_node *spare_nodes;
    mlci_onnx_weight *spare_weights;
} reader;

static mlc_status fault(const reader *m, const char *what, mlc_error *err)
{
    return mlci_onnx_fault(m->out->f, m->out->op, what, err);
}

/* ---- lists of the file -------------------------------------------------------------------- */

typedef struct list_name {
    int32_t list;
    const char *name, *tensor; /* tensor: a second name, for doubles */
} list_name;

static const list_name common_old[] = {
    {TREE_IDS, "nodes_treeids", NULL},
    {NODE_IDS, "nodes_nodeids", NULL},
    {FEATURES, "nodes_featureids", NULL},
    {VALUES, "nodes_values", "nodes_values_as_tensor"},
    {YES, "nodes_truenodeids", NULL},
    {NO, "nodes_falsenodeids", NULL},
    {TRACKS, "nodes_missing_value_tracks_true", NULL},
    {BASE, "base_values", "base_values_as_tensor"},
};
static const list_name regressor[] = {
    {TARGET_TREES, "target_treeids", NULL},
    {TARGET_NODES, "target_nodeids", NULL},
    {TARGETS, "target_ids", NULL},
    {WEIGHTS, "target_weights", "target_weights_as_tensor"},
};
static const list_name classifier[] = {
    {TARGET_TREES, "class_treeids", NULL},
    {TARGET_NODES, "class_nodeids", NULL},
    {TARGETS, "class_ids", NULL},
    {WEIGHTS, "class_weights", "class_weights_as_tensor"},
};
static const list_name version_5[] = {
    {FEATURES, "nodes_featureids", NULL},  {VALUES, "nodes_splits", NULL},
    {MODES, "nodes_modes", NULL},          {YES, "nodes_truenodeids", NULL},
    {YES_LEAVES, "nodes_trueleafs", NULL}, {NO, "nodes_falsenodeids", NULL},
    {NO_LEAVES, "nodes_falseleafs", NULL}, {TRACKS, "nodes_missing_value_tracks_true", NULL},
    {MEMBERS, "membership_values", NULL},  {TARGETS, "leaf_targetids", NULL},
    {WEIGHTS, "leaf_weights", NULL},       {ROOTS, "tree_roots", NULL},
};
#define N_OF(list) ((int32_t)(sizeof(list) / sizeof(list)[0]))

static mlc_status read_lists(reader *m, const list_name *names, int32_t n, mlc_error *err)
{
    for (int32_t i = 0; i < n; i++) {
        mlci_onnx_numbers *const list = &m->list[names[i].list];
        MLCI_TRY(mlci_onnx_numbers_of(m->out->f, m->out->op, names[i].name, list, err));
        if (names[i].tensor == NULL || list->values != NULL) continue;
        MLCI_TRY(mlci_onnx_numbers_of(m->out->f, m->out->op, names[i].tensor, list, err));
    }
    return MLC_OK;
}

/* A list has n numbers; integers of a range, where there is one. */
static mlc_status check_list(const reader *m, int32_t list, int64_t n, double low, double high,
                             mlc_error *err)
{
    const mlci_onnx_numbers *const l = &m->list[list];
    if (l->n != n) return fault(m, "its lists have different lengths", err);
    for (int64_t i = 0; i < n && low <= high; i++)
        if (!(l->values[i] >= low && l->values[i] <= high) ||
            l->values[i] != (double)(int64_t)l->values[i])
            return fault(m, "a number of a node, feature or output is none that there is", err);
    return MLC_OK;
}

static int64_t at(const reader *m, int32_t list, int64_t i)
{
    return (int64_t)m->list[list].values[i];
}

static int32_t tracks_at(const reader *m, int64_t i)
{
    return m->list[TRACKS].n > 0 && m->list[TRACKS].values[i] != 0;
}

static mlc_status make_nodes(reader *m, int64_t n, int64_t n_weights, mlc_error *err)
{
    mlci_root *const root = m->out->model->root;
    m->out->n_nodes = n;
    m->out->n_weights = n_weights;
    m->out->nodes = mlci_alloc(root, n, sizeof *m->out->nodes);
    m->spare_nodes = mlci_alloc(root, n, sizeof *m->out->nodes);
    m->out->weights = mlci_alloc(root, n_weights, sizeof *m->out->weights);
    m->spare_weights = mlci_alloc(root, n_weights, sizeof *m->out->weights);
    m->out->roots = mlci_alloc(root, n + 1, sizeof *m->out->roots);
    if (m->out->nodes != NULL && m->spare_nodes != NULL && m->out->weights != NULL &&
        m->spare_weights != NULL && m->out->roots != NULL)
        return MLC_OK;
    return mlci_fail_memory(err, n, sizeof *m->out->nodes);
}

/* ---- versions 1 and 3 --------------------------------------------------------------------- */

static const char *const mode_names[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                         "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};

static mlc_status mode_of(const reader *m, mlci_span text, int32_t *mode, mlc_error *err)
{
    *mode = MLCI_ONNX_LEAF;
    if (mlci_span_is(text, "LEAF")) return MLC_OK;
    for (*mode = 0; *mode < N_OF(mode_names); ++*mode)
        if (mlci_span_is(text, mode_names[*mode])) return MLC_OK;
    return fault(m, "a mode of nodes_modes is not known", err);
}

static int node_before(const mlci_onnx_source_node *a, const mlci_onnx_source_node *b)
{
    return a->tree != b->tree ? a->tree < b->tree : a->id < b->id;
}

/* Bottom-up merge sort by tree and number; files mostly have that order. */
static mlc_status sort_nodes(reader *m, mlc_error *err)
{
    const int64_t n = m->out->n_nodes;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = low + width < n ? low + width : n;
            const int64_t high = low + 2 * width < n ? low + 2 * width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                const int second =
                    a >= middle || (b < high && node_before(&m->out->nodes[b], &m->out->nodes[a]));
                m->spare_nodes[k] = second ? m->out->nodes[b++] : m->out->nodes[a++];
            }
        }
        mlci_onnx_source_node *const sorted = m->spare_nodes;
        m->spare_nodes = m->out->nodes;
        m->out->nodes = sorted;
        MLCI_TRY(mlci_poll(m->out->model->call, err));
    }
    for (int64_t i = 1; i < n; i++)
        if (!node_before(&m->out->nodes[i - 1], &m->out->nodes[i]))
            return fault(m, "a node is there twice", err);
    return MLC_OK;
}

static int weight_before(const mlci_onnx_weight *a, const mlci_onnx_weight *b)
{
    if (a->tree != b->tree) return a->tree < b->tree;
    return a->id != b->id ? a->id < b->id : a->target < b->target;
}

static mlc_status sort_weights(reader *m, mlc_error *err)
{
    const int64_t n = m->out->n_weights;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = low + width < n ? low + width : n;
            const int64_t high = low + 2 * width < n ? low + 2 * width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                const mlci_onnx_weight *const x = &m->out->weights[b < n ? b : n - 1],
                                              *const y = &m->out->weights[a];
                const int second = a >= middle || (b < high && weight_before(x, y));
                m->spare_weights[k] = second ? m->out->weights[b++] : m->out->weights[a++];
            }
        }
        mlci_onnx_weight *const sorted = m->spare_weights;
        m->spare_weights = m->out->weights;
        m->out->weights = sorted;
        MLCI_TRY(mlci_poll(m->out->model->call, err));
    }
    return MLC_OK;
}

/* The place of a node of a tree whose nodes are first .. end; -1: there is none. */
static int64_t find_node(const reader *m, int64_t first, int64_t end, int64_t id)
{
    while (first < end) {
        const int64_t middle = first + (end - first) / 2;
        if (m->out->nodes[middle].id < id)
            first = middle + 1;
        else
            end = middle;
    }
    return first < m->out->n_nodes && m->out->nodes[first].id == id ? first : -1;
}

/* Children as places, and the root: the node that stands first in the file. */
static mlc_status link_tree(reader *m, int64_t first, int64_t end, mlc_error *err)
{
    int64_t root = first;
    for (int64_t i = first; i < end; i++) {
        mlci_onnx_source_node *const node = &m->out->nodes[i];
        if (node->order < m->out->nodes[root].order) root = i;
        if (node->mode == MLCI_ONNX_LEAF) continue;
        node->yes = find_node(m, first, end, node->yes);
        node->no = find_node(m, first, end, node->no);
        if (node->yes < first || node->no < first || node->yes >= end || node->no >= end)
            return fault(m, "a child of a node is not in its tree", err);
    }
    m->out->roots[m->out->n_roots++] = root;
    return MLC_OK;
}

/* Weights of the leaves, both in order. */
static mlc_status link_weights(reader *m, mlc_error *err)
{
    int64_t i = 0;
    for (int64_t k = 0; k < m->out->n_weights; k++) {
        const mlci_onnx_weight *const w = &m->out->weights[k];
        while (i < m->out->n_nodes &&
               (m->out->nodes[i].tree < w->tree ||
                (m->out->nodes[i].tree == w->tree && m->out->nodes[i].id < w->id)))
            i++;
        if (i == m->out->n_nodes || m->out->nodes[i].tree != w->tree ||
            m->out->nodes[i].id != w->id)
            return fault(m, "a leaf that gets a weight is not there", err);
        if (m->out->nodes[i].n_weights++ == 0) m->out->nodes[i].first_weight = k;
    }
    return MLC_OK;
}

static mlc_status fill_old(reader *m, const mlci_span *modes, mlc_error *err)
{
    for (int64_t i = 0; i < m->out->n_nodes; i++) {
        mlci_onnx_source_node *const node = &m->out->nodes[i];
        *node = (mlci_onnx_source_node){.tree = at(m, TREE_IDS, i),
                                        .id = at(m, NODE_IDS, i),
                                        .order = i,
                                        .feature = at(m, FEATURES, i),
                                        .yes = at(m, YES, i),
                                        .no = at(m, NO, i),
                                        .value = m->list[VALUES].values[i],
                                        .tracks = tracks_at(m, i)};
        MLCI_TRY(mode_of(m, modes[i], &node->mode, err));
    }
    for (int64_t k = 0; k < m->out->n_weights; k++)
        m->out->weights[k] = (mlci_onnx_weight){.tree = at(m, TARGET_TREES, k),
                                                .id = at(m, TARGET_NODES, k),
                                                .order = k,
                                                .target = at(m, TARGETS, k),
                                                .value = m->list[WEIGHTS].values[k]};
    MLCI_TRY(sort_nodes(m, err));
    MLCI_TRY(sort_weights(m, err));
    for (int64_t first = 0, end; first < m->out->n_nodes; first = end) {
        for (end = first;
             end < m->out->n_nodes && m->out->nodes[end].tree == m->out->nodes[first].tree; end++) {
        }
        MLCI_TRY(link_tree(m, first, end, err));
    }
    return link_weights(m, err);
}

static mlc_status read_old(reader *m, mlc_error *err)
{
    const double most = 9e15, any = -9e15;
    int64_t n = 0;
    mlci_span *modes = NULL;
    MLCI_TRY(read_lists(m, common_old, N_OF(common_old), err));
    MLCI_TRY(read_lists(m, m->out->is_classifier ? classifier : regressor, N_OF(regressor), err));
    n = m->list[TREE_IDS].n;
    const int64_t n_weights = m->list[WEIGHTS].n;
    static const int32_t of_nodes[] = {TREE_IDS, NODE_IDS, YES, NO};
    for (int32_t i = 0; i < N_OF(of_nodes); i++)
        MLCI_TRY(check_list(m, of_nodes[i], n, any, most, err));
    MLCI_TRY(check_list(m, FEATURES, n, 0, INT32_MAX, err));
    MLCI_TRY(check_list(m, VALUES, n, 1, 0, err));
    if (m->list[TRACKS].n > 0) MLCI_TRY(check_list(m, TRACKS, n, 0, 1, err));
    MLCI_TRY(check_list(m, TARGET_TREES, n_weights, any, most, err));
    MLCI_TRY(check_list(m, TARGET_NODES, n_weights, any, most, err));
    MLCI_TRY(check_list(m, TARGETS, n_weights, 0, MLCI_MAX_LOADED_CLASSES - 1, err));
    MLCI_TRY(make_nodes(m, n, n_weights, err));
    int64_t n_modes = 0;
    mlc_status status =
        mlci_onnx_texts_of(m->out->f, m->out->op, "nodes_modes", &n_modes, &modes, err);
    if (status == MLC_OK)
        status = n_modes == n ? fill_old(m, modes, err)
                              : fault(m, "its lists have different lengths", err);
    mlci_free(modes);
    return status;
}

/* ---- version 5 ---------------------------------------------------------------------------- */

static mlc_status place_of(const reader *m, int32_t list, int32_t leaves, int64_t i, int64_t n,
                           int64_t *out, mlc_error *err)
{
    const int64_t k = at(m, list, i), most = at(m, leaves, i) ? m->out->n_weights : n;
    *out = at(m, leaves, i) ? n + k : k;
    return k < most ? MLC_OK : fault(m, "a child of a node is not there", err);
}

/* The sets of nodes that ask for members, one after the other, each with a NaN at its end. */
static mlc_status take_members(reader *m, int64_t n, mlc_error *err)
{
    const mlci_onnx_numbers *const members = &m->list[MEMBERS];
    int64_t next = 0;
    for (int64_t i = 0; i < n; i++) {
        mlci_onnx_source_node *const node = &m->out->nodes[i];
        if (node->mode != MLCI_ONNX_MEMBER) continue;
        node->first_member = next;
        while (next < members->n && members->values[next] == members->values[next])
            next++;
        if (next == members->n) return fault(m, "membership_values is too short", err);
        node->n_members = next++ - node->first_member;
    }
    return next == members->n ? MLC_OK : fault(m, "membership_values is too long", err);
}

static mlc_status fill_new(reader *m, int64_t n, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        mlci_onnx_source_node *const node = &m->out->nodes[i];
        *node = (mlci_onnx_source_node){.feature = at(m, FEATURES, i),
                                        .value = m->list[VALUES].values[i],
                                        .mode = (int32_t)at(m, MODES, i),
                                        .tracks = tracks_at(m, i)};
        MLCI_TRY(place_of(m, YES, YES_LEAVES, i, n, &node->yes, err));
        MLCI_TRY(place_of(m, NO, NO_LEAVES, i, n, &node->no, err));
    }
    for (int64_t k = 0; k < m->out->n_weights; k++) {
        m->out->nodes[n + k] =
            (mlci_onnx_source_node){.mode = MLCI_ONNX_LEAF, .first_weight = k, .n_weights = 1};
        m->out->weights[k] =
            (mlci_onnx_weight){.target = at(m, TARGETS, k), .value = m->list[WEIGHTS].values[k]};
    }
    m->out->n_roots = m->list[ROOTS].n;
    for (int64_t t = 0; t < m->out->n_roots; t++)
        m->out->roots[t] = at(m, ROOTS, t);
    return take_members(m, n, err);
}

static mlc_status read_new(reader *m, mlc_error *err)
{
    MLCI_TRY(read_lists(m, version_5, N_OF(version_5), err));
    const int64_t n = m->list[FEATURES].n, n_leaves = m->list[WEIGHTS].n;
    MLCI_TRY(check_list(m, FEATURES, n, 0, INT32_MAX, err));
    MLCI_TRY(check_list(m, VALUES, n, 1, 0, err));
    MLCI_TRY(check_list(m, MODES, n, 0, MLCI_ONNX_MEMBER, err));
    MLCI_TRY(check_list(m, YES, n, 0, (double)INT32_MAX, err));
    MLCI_TRY(check_list(m, NO, n, 0, (double)INT32_MAX, err));
    MLCI_TRY(check_list(m, YES_LEAVES, n, 0, 1, err));
    MLCI_TRY(check_list(m, NO_LEAVES, n, 0, 1, err));
    if (m->list[TRACKS].n > 0) MLCI_TRY(check_list(m, TRACKS, n, 0, 1, err));
    MLCI_TRY(check_list(m, TARGETS, n_leaves, 0, MLCI_MAX_LOADED_CLASSES - 1, err));
    MLCI_TRY(check_list(m, ROOTS, m->list[ROOTS].n, 0, (double)n - 1, err));
    if (m->list[ROOTS].n > n) return fault(m, "it has more trees than nodes", err);
    MLCI_TRY(make_nodes(m, n + n_leaves, n_leaves, err));
    return fill_new(m, n, err);
}

/* ---- together ----------------------------------------------------------------------------- */

static mlci_onnx_numbers take_list(reader *m, int32_t list)
{
    const mlci_onnx_numbers taken = m->list[list];
    m->list[list] = (mlci_onnx_numbers){0};
    return taken;
}

mlc_status mlci_onnx_tree_list_read(mlci_onnx_tree_list *list, mlc_error *err)
{
    reader m = {.out = list};
    const mlc_status status = list->is_new ? read_new(&m, err) : read_old(&m, err);
    list->is_double = m.list[VALUES].is_double;
    list->members = take_list(&m, MEMBERS);
    list->base = take_list(&m, BASE);
    for (int32_t i = 0; i < N_LISTS; i++)
        mlci_free(m.list[i].values);
    mlci_free(m.spare_nodes);
    mlci_free(m.spare_weights);
    return status;
}

void mlci_onnx_tree_list_clear(mlci_onnx_tree_list *list)
{
    mlci_free(list->nodes);
    mlci_free(list->weights);
    mlci_free(list->roots);
    mlci_free(list->members.values);
    mlci_free(list->base.values);
}
