/* Trees as a node of ONNX: TreeEnsemble (ai.onnx.ml 5, doubles) or TreeEnsembleRegressor (3,
 * floats).
 *
 * Features that are categories hold bins here, of which 0 is missing and NaN. A set becomes a
 * question about the bins that do not go where unseen ones go, so that any other number is unseen.
 * In version 3 it is a chain of questions, whose yes is the same node each time. A threshold t as a
 * float is the largest that is not above t: every float goes the same way. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "onnx_export.h"

#define MOST_MEMBERS 10000 /* of a set that runtimes take as one */
#define NO_BIN (-1.0)      /* what no row has */

/* Lists of the node. Names are those of version 5; others have the same content in version 3. */
enum {
    TREE_IDS, /* version 3 only */
    NODE_IDS,
    FEATURES,
    SPLITS,
    MODES,
    TRUE_IDS,
    TRUE_LEAVES,
    FALSE_IDS,
    FALSE_LEAVES,
    TRACKS,
    MEMBERS,
    TARGETS,
    WEIGHTS,
    ROOTS,
    TARGET_TREES, /* version 3 only */
    TARGET_NODES,
    N_LISTS
};

typedef struct maker {
    mlci_onnx_export *x;
    const mlci_onnx_trees *trees;
    int32_t is_new;                     /* version 5 */
    int64_t tree, add;                  /* what is written: contribution `add` of a tree */
    int64_t n_nodes, n_leaves, n_trees; /* of the file so far; in version 3 nodes of the tree */
    int64_t *place;                     /* of each node of the tree: its number in the file */
    double *members;                    /* of a set */
    int64_t n_members;
    int64_t lengths[N_LISTS];
    mlci_text list[N_LISTS];
} maker;

static void put_integer(maker *m, int32_t list, int64_t value)
{
    mlci_proto_put_varint(&m->list[list], (uint64_t)value);
    m->lengths[list]++;
}

static void put_real(maker *m, int32_t list, double value)
{
    if (m->is_new)
        mlci_proto_put_double(&m->list[list], value);
    else
        mlci_proto_put_float(&m->list[list], (float)value);
    m->lengths[list]++;
}

/* The largest float that is not above t. */
static float float_below(double t)
{
    float f = (float)t;
    uint32_t bits;
    if (!((double)f > t)) return f;
    if (f > FLT_MAX) return FLT_MAX;
    if (f == 0) return -0x1p-149F;
    memcpy(&bits, &f, sizeof bits);
    bits += f > 0 ? -1U : 1U;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* ---- nodes -------------------------------------------------------------------------------- */

typedef struct question {
    int32_t mode;
    uint32_t feature;
    double value;
    int64_t yes, no; /* nodes of the tree; -1: the next question */
    int32_t missing_yes;
} question;

static void put_mode(maker *m, int32_t mode)
{
    static const char *const names[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                        "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};
    if (m->is_new)
        mlci_text_append_char(&m->list[MODES], (char)mode);
    else
        mlci_proto_add_text(&m->list[MODES], MLCI_ONNX_ATTRIBUTE_TEXTS, names[mode]);
    m->lengths[MODES]++;
}

static int is_leaf(const maker *m, int64_t node)
{
    const mlci_node_view *const v = &m->trees->view;
    return v->nodes[v->first_node[m->tree] + node].left == 0;
}

static void put_child(maker *m, int64_t node, int64_t next, int32_t ids, int32_t leaves)
{
    put_integer(m, ids, node < 0 ? next : m->place[node]);
    if (m->is_new) put_integer(m, leaves, node >= 0 && is_leaf(m, node));
}

static void put_question(maker *m, const question *q, int64_t id)
{
    if (!m->is_new) {
        put_integer(m, TREE_IDS, m->n_trees);
        put_integer(m, NODE_IDS, id);
    }
    put_integer(m, FEATURES, q->feature);
    put_real(m, SPLITS, m->is_new || q->mode != MLCI_ONNX_LEQ ? q->value : float_below(q->value));
    put_mode(m, q->mode);
    put_child(m, q->yes, id + 1, TRUE_IDS, TRUE_LEAVES);
    put_child(m, q->no, id + 1, FALSE_IDS, FALSE_LEAVES);
    put_integer(m, TRACKS, q->missing_yes);
}

/* ---- sets of categories ------------------------------------------------------------------- */

/* The bins that go another way than unseen ones; returns 1 when they go left. */
static int list_members(maker *m, const mlci_tree_node *node)
{
    const mlci_node_view *const v = &m->trees->view;
    const uint32_t feature = node->split & MLCI_NODE_FEATURE;
    const uint32_t *const set =
        v->sets + (v->first_set[m->tree] + (int64_t)node->value) * MLCI_SET_WORDS;
    const int other = mlci_set_has(set, (uint32_t)v->categories->unseen_bin) != 0;
    const uint32_t most = mlci_category_bins_most(v->categories, feature);
    m->n_members = 0;
    for (uint32_t bin = 1; bin <= most; bin++)
        if ((mlci_set_has(set, bin) != 0) != other) m->members[m->n_members++] = bin;
    if (m->n_members == 0) m->members[m->n_members++] = NO_BIN;
    return !other;
}

/* How many nodes of the file a split takes. */
static int64_t count_questions(maker *m, const mlci_tree_node *node)
{
    if (!(node->split & MLCI_NODE_CATEGORY)) return 1;
    list_members(m, node);
    return m->is_new && m->n_members <= MOST_MEMBERS ? 1 : m->n_members;
}

static void put_set(maker *m, const mlci_tree_node *node, int64_t id)
{
    const mlci_node_view *const v = &m->trees->view;
    const uint32_t *const set =
        v->sets + (v->first_set[m->tree] + (int64_t)node->value) * MLCI_SET_WORDS;
    const int left = list_members(m, node);
    question q = {.mode = MLCI_ONNX_EQ, .feature = node->split & MLCI_NODE_FEATURE};
    q.yes = left ? node->left : node->left + 1;
    q.missing_yes = (mlci_set_has(set, 0) != 0) == left;
    if (m->is_new && m->n_members <= MOST_MEMBERS) {
        q.mode = MLCI_ONNX_MEMBER;
        q.no = left ? node->left + 1 : node->left;
        put_question(m, &q, id);
        for (int64_t i = 0; i < m->n_members; i++)
            put_real(m, MEMBERS, m->members[i]);
        put_real(m, MEMBERS, (double)NAN);
        return;
    }
    for (int64_t i = 0; i < m->n_members; i++) {
        q.value = m->members[i];
        q.no = i + 1 < m->n_members ? -1 : left ? node->left + 1 : node->left;
        put_question(m, &q, id + i);
        q.missing_yes = 0; /* NaN equals nothing: the first question has parted it */
    }
}

/* ---- trees -------------------------------------------------------------------------------- */

static void put_split(maker *m, const mlci_tree_node *node, int64_t id)
{
    if (node->split & MLCI_NODE_CATEGORY) {
        put_set(m, node, id);
        return;
    }
    const question q = {.mode = MLCI_ONNX_LEQ,
                        .feature = node->split & MLCI_NODE_FEATURE,
                        .value = node->value,
                        .yes = node->left,
                        .no = node->left + 1,
                        .missing_yes = (node->split & MLCI_NODE_MISSING_LEFT) != 0};
    put_question(m, &q, id);
}

static void put_weight(maker *m, int64_t node, int32_t k)
{
    int32_t target = 0;
    const double weight = m->trees->add(m->trees->state, m->tree, node, k, &target);
    put_integer(m, TARGETS, target);
    put_real(m, WEIGHTS, weight);
}

static void put_leaf(maker *m, int64_t node)
{
    const int64_t index = m->trees->view.first_node[m->tree] + node;
    if (m->is_new) {
        put_weight(m, index, (int32_t)m->add);
        return;
    }
    put_integer(m, TREE_IDS, m->n_trees);
    put_integer(m, NODE_IDS, m->place[node]);
    put_integer(m, FEATURES, 0);
    put_real(m, SPLITS, 0);
    mlci_proto_add_text(&m->list[MODES], MLCI_ONNX_ATTRIBUTE_TEXTS, "LEAF");
    put_integer(m, TRUE_IDS, 0);
    put_integer(m, FALSE_IDS, 0);
    put_integer(m, TRACKS, 0);
    for (int32_t k = 0; k < m->trees->n_adds(m->trees->state, m->tree); k++) {
        put_integer(m, TARGET_TREES, m->n_trees);
        put_integer(m, TARGET_NODES, m->place[node]);
        put_weight(m, index, k);
    }
}

/* Numbers of the file for the nodes of a tree. */
static void place_nodes(maker *m, const mlci_tree_node *nodes, int64_t n)
{
    if (!m->is_new) m->n_nodes = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t *const next = m->is_new && nodes[i].left == 0 ? &m->n_leaves : &m->n_nodes;
        m->place[i] = *next;
        *next += nodes[i].left == 0 ? 1 : count_questions(m, &nodes[i]);
    }
}

/* Version 5 has splits for roots: a lone leaf is a question with it on both sides. */
static void put_lone_leaf(maker *m)
{
    const question q = {.mode = MLCI_ONNX_LEQ};
    put_integer(m, ROOTS, m->n_nodes);
    put_question(m, &q, m->n_nodes++);
    put_leaf(m, 0);
}

static void put_tree(maker *m)
{
    const mlci_node_view *const v = &m->trees->view;
    const mlci_tree_node *const nodes = v->nodes + v->first_node[m->tree];
    const int64_t n = v->first_node[m->tree + 1] - v->first_node[m->tree];
    place_nodes(m, nodes, n);
    if (m->is_new && nodes[0].left == 0) {
        put_lone_leaf(m);
        return;
    }
    if (m->is_new) put_integer(m, ROOTS, m->place[0]);
    for (int64_t i = 0; i < n; i++) {
        if (nodes[i].left == 0)
            put_leaf(m, i);
        else
            put_split(m, &nodes[i], m->place[i]);
    }
    m->n_trees++;
}

static mlc_status put_forest(maker *m, mlc_error *err)
{
    const mlci_onnx_trees *const t = m->trees;
    for (m->tree = 0; m->tree < t->view.n_trees; m->tree++) {
        const int32_t n = m->is_new ? t->n_adds(t->state, m->tree) : 1;
        for (m->add = 0; m->add < n; m->add++)
            put_tree(m);
        MLCI_TRY(mlci_poll(m->x->e->call, err));
    }
    return MLC_OK;
}

/* ---- the node ----------------------------------------------------------------------------- */

typedef struct attribute {
    const char *name;
    int32_t list, type; /* of a tensor, or MLCI_ONNX_STRING: texts; 0: integers, -1: floats */
} attribute;

static void set_lists(maker *m, const attribute *attributes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const attribute *const a = &attributes[i];
        const mlci_text *const list = &m->list[a->list];
        if (a->type == 0)
            mlci_onnx_set_integers(&m->x->g, a->name, list);
        else if (a->type < 0)
            mlci_onnx_set_floats(&m->x->g, a->name, list);
        else if (a->type == MLCI_ONNX_STRING)
            mlci_onnx_set_texts(&m->x->g, a->name, list);
        else
            mlci_onnx_set_tensor(&m->x->g, a->name, a->type, m->lengths[a->list], list);
    }
}

static int32_t put_new(maker *m, int32_t features)
{
    static const attribute attributes[] = {{"nodes_featureids", FEATURES, 0},
                                           {"nodes_splits", SPLITS, MLCI_ONNX_DOUBLE},
                                           {"nodes_modes", MODES, MLCI_ONNX_UINT8},
                                           {"nodes_truenodeids", TRUE_IDS, 0},
                                           {"nodes_trueleafs", TRUE_LEAVES, 0},
                                           {"nodes_falsenodeids", FALSE_IDS, 0},
                                           {"nodes_falseleafs", FALSE_LEAVES, 0},
                                           {"nodes_missing_value_tracks_true", TRACKS, 0},
                                           {"leaf_targetids", TARGETS, 0},
                                           {"leaf_weights", WEIGHTS, MLCI_ONNX_DOUBLE},
                                           {"tree_roots", ROOTS, 0}};
    static const attribute members = {"membership_values", MEMBERS, MLCI_ONNX_DOUBLE};
    mlci_onnx *const g = &m->x->g;
    const int32_t out = mlci_onnx_open(g, "TreeEnsemble", MLCI_ONNX_ML, 1, &features);
    set_lists(m, attributes, sizeof attributes / sizeof attributes[0]);
    if (m->lengths[MEMBERS] > 0) set_lists(m, &members, 1);
    mlci_onnx_set_integer(g, "n_targets", m->trees->n_targets);
    mlci_onnx_set_integer(g, "aggregate_function", 1);
    mlci_onnx_set_integer(g, "post_transform", 0);
    mlci_onnx_close(g);
    return out;
}

static int32_t put_old(maker *m, int32_t features)
{
    static const attribute attributes[] = {{"nodes_treeids", TREE_IDS, 0},
                                           {"nodes_nodeids", NODE_IDS, 0},
                                           {"nodes_featureids", FEATURES, 0},
                                           {"nodes_values", SPLITS, -1},
                                           {"nodes_modes", MODES, MLCI_ONNX_STRING},
                                           {"nodes_truenodeids", TRUE_IDS, 0},
                                           {"nodes_falsenodeids", FALSE_IDS, 0},
                                           {"nodes_missing_value_tracks_true", TRACKS, 0},
                                           {"target_treeids", TARGET_TREES, 0},
                                           {"target_nodeids", TARGET_NODES, 0},
                                           {"target_ids", TARGETS, 0},
                                           {"target_weights", WEIGHTS, -1}};
    mlci_onnx *const g = &m->x->g;
    const int32_t out = mlci_onnx_open(g, "TreeEnsembleRegressor", MLCI_ONNX_ML, 1, &features);
    set_lists(m, attributes, sizeof attributes / sizeof attributes[0]);
    mlci_onnx_set_integer(g, "n_targets", m->trees->n_targets);
    mlci_onnx_set_text(g, "aggregate_function", "SUM");
    mlci_onnx_set_text(g, "post_transform", "NONE");
    mlci_onnx_close(g);
    return out;
}

static mlc_status make_room(maker *m, mlc_error *err)
{
    const mlci_node_view *const v = &m->trees->view;
    int64_t most = 1;
    uint32_t bins = 1;
    for (int64_t t = 0; t < v->n_trees; t++)
        if (v->first_node[t + 1] - v->first_node[t] > most)
            most = v->first_node[t + 1] - v->first_node[t];
    for (int64_t j = 0; j < v->n_features; j++) {
        const uint32_t n = mlci_category_bins_most(v->categories, j);
        if (n > bins) bins = n;
    }
    m->place = mlci_alloc(m->x->root, most, sizeof *m->place);
    m->members = mlci_alloc(m->x->root, (int64_t)bins + 1, sizeof *m->members);
    return m->place == NULL || m->members == NULL ? mlci_fail_memory(err, most + bins, 8) : MLC_OK;
}

mlc_status mlci_onnx_put_trees(mlci_onnx_export *x, const mlci_onnx_trees *trees, int32_t features,
                               int32_t *scores, mlc_error *err)
{
    maker m = {.x = x, .trees = trees, .is_new = x->g.opset == 5};
    for (int32_t i = 0; i < N_LISTS; i++)
        m.list[i] = mlci_text_init(x->root);
    mlc_status status = trees->view.n_trees > 0
                            ? make_room(&m, err)
                            : mlci_onnx_refuse(x->program->model, "it has no trees", err);
    if (status == MLC_OK) status = put_forest(&m, err);
    for (int32_t i = 0; i < N_LISTS && status == MLC_OK; i++)
        status = mlci_text_status(&m.list[i], err);
    if (status == MLC_OK) *scores = m.is_new ? put_new(&m, features) : put_old(&m, features);
    for (int32_t i = 0; i < N_LISTS; i++)
        mlci_text_clear(&m.list[i]);
    mlci_free(m.place);
    mlci_free(m.members);
    return status;
}
