/* Trees of ONNX: TreeEnsembleRegressor and TreeEnsembleClassifier (ai.onnx.ml 1 and 3, nodes and
 * leaves in one list) and TreeEnsemble (5, apart) become one list of nodes, then trees with one
 * output each: a leaf that adds to several outputs stands in a tree for each of them.
 *
 * Questions become thresholds, x <= t going left, and sets of categories, whose members go left. Of
 * a text the question is asked here, for each label; those that go where unseen texts go are no
 * members. Of a number that is scaled, filled or rounded before, the threshold is found by asking:
 * each of those operations keeps or turns the order of numbers, so the answer changes once. A chain
 * of `x == a` whose yes is one node is one set. */
#include "onnx_tree_list.h"

#include <math.h>
#include <string.h>

#define MOST_ANSWERS (INT64_C(1) << 28)
#define MOST_CODE 16777216 /* of a category that is a number: integers that floats hold */

/* A node of a tree that is laid out. */
typedef struct placed {
    int64_t node, last; /* last: of a chain of questions, else the node itself */
    int32_t left, right;
} placed;

typedef struct maker {
    mlci_onnx_tree_node *in;
    mlci_onnx_tree_list list;
    int64_t n_outputs;
    placed *placed;
    uint8_t *seen;   /* nodes */
    int32_t *labels; /* of a set: members */
    int64_t *marked; /* outputs of the tree at hand */
    int64_t n_marked;
    uint8_t *is_marked;
    double *set; /* of a question: its members, ascending */
    int64_t n_set;
    int64_t n_answers;            /* that texts were asked for */
    const mlci_onnx_map **map_of; /* of each input that is a text */
} maker;

static mlc_status fault(const maker *m, const char *what, mlc_error *err)
{
    return mlci_onnx_fault(m->list.f, m->in->op, what, err);
}

/* ---- outputs ------------------------------------------------------------------------------ */

static mlc_status read_sum(maker *m, int64_t *divisor, mlc_error *err)
{
    mlci_span text;
    int64_t number = 1;
    *divisor = 1;
    if (m->list.is_new)
        MLCI_TRY(mlci_onnx_integer_of(m->list.f, m->in->op, "aggregate_function", 1, &number, err));
    MLCI_TRY(m->list.is_new
                 ? MLC_OK
                 : mlci_onnx_text_of(m->list.f, m->in->op, "aggregate_function", &text, err));
    if (!m->list.is_new)
        number = text.at == NULL || mlci_span_is(text, "SUM") ? 1
                 : mlci_span_is(text, "AVERAGE")              ? 0
                                                              : 2;
    if (number == 0) *divisor = m->list.n_roots > 0 ? m->list.n_roots : 1;
    if (number == 0 || number == 1) return MLC_OK;
    return mlci_onnx_unknown(m->list.f, m->in->op, "takes the least or largest of its trees", err);
}

static mlc_status read_post(maker *m, mlc_error *err)
{
    mlci_span text = {NULL, 0};
    int64_t number = 0;
    if (m->list.is_new)
        MLCI_TRY(mlci_onnx_integer_of(m->list.f, m->in->op, "post_transform", 0, &number, err));
    else
        MLCI_TRY(mlci_onnx_text_of(m->list.f, m->in->op, "post_transform", &text, err));
    if (m->list.is_new ? number == 0 : text.at == NULL || mlci_span_is(text, "NONE"))
        m->in->post = MLCI_ONNX_NO_POST;
    else if (m->list.is_new ? number == 2 : mlci_span_is(text, "LOGISTIC"))
        m->in->post = MLCI_ONNX_LOGISTIC;
    else if (m->list.is_new ? number == 1 : mlci_span_is(text, "SOFTMAX"))
        m->in->post = MLCI_ONNX_SOFTMAX;
    else
        return mlci_onnx_unknown(m->list.f, m->in->op, "has a post_transform that is not known",
                                 err);
    return MLC_OK;
}

/* Two classes of which the first gets all weights have one score, which is the second's: its
 * probability, where no weight is negative, or what a logistic function makes one of. */
static mlc_status check_one_score(const maker *m, mlc_error *err)
{
    if (m->in->post == MLCI_ONNX_LOGISTIC) return MLC_OK;
    if (m->in->post == MLCI_ONNX_SOFTMAX)
        return mlci_onnx_unknown(m->list.f, m->in->op, "has a softmax of one score", err);
    for (int64_t k = 0; k < m->list.n_weights; k++)
        if (!(m->list.weights[k].value >= 0))
            return mlci_onnx_unknown(m->list.f, m->in->op,
                                     "has one score of two classes that is no probability", err);
    return MLC_OK;
}

static mlc_status count_outputs(maker *m, mlc_error *err)
{
    int64_t n = m->in->n_classes;
    int is_one = n == 2;
    if (!m->list.is_classifier)
        MLCI_TRY(mlci_onnx_integer_of(m->list.f, m->in->op, "n_targets", 1, &n, err));
    if (n < 1 || n > MLCI_MAX_LOADED_CLASSES)
        return fault(m, "it has no number of outputs that there can be", err);
    for (int64_t k = 0; k < m->list.n_weights; k++) {
        if (m->list.weights[k].target >= n)
            return fault(m, "a leaf adds to an output that is not there", err);
        is_one &= m->list.weights[k].target == 0;
    }
    if (is_one) MLCI_TRY(check_one_score(m, err));
    m->n_outputs = is_one ? 1 : n;
    return mlci_foreign_set_outputs(m->list.model, (int32_t)m->n_outputs, err);
}

static mlc_status set_start(maker *m, mlc_error *err)
{
    const mlci_onnx_numbers *const base = &m->list.base;
    int64_t divisor = 1;
    MLCI_TRY(read_sum(m, &divisor, err));
    if (base->n > 0 && base->n != m->n_outputs)
        return mlci_onnx_unknown(m->list.f, m->in->op, "has not one base value an output", err);
    for (int64_t k = 0; k < base->n; k++)
        m->list.model->start[k] = base->values[k];
    m->list.model->rule.divisor = (double)divisor;
    for (int64_t k = 0; k < base->n && divisor > 1; k++)
        if (base->values[k] != 0)
            return mlci_onnx_unknown(m->list.f, m->in->op, "has a mean and base values", err);
    return MLC_OK;
}

/* ---- features ----------------------------------------------------------------------------- */

static int asks_for_values(const mlci_onnx_source_node *node)
{
    return node->mode >= MLCI_ONNX_EQ;
}

static int is_code(const maker *m, const mlci_onnx_source *s)
{
    return s->map == NULL && mlci_onnx_code(m->in->changes, s) != NULL;
}

static mlc_status mark_category(maker *m, const mlci_onnx_source_node *node, mlc_error *err)
{
    if (node->feature >= m->in->n_sources)
        return fault(m, "a node asks for a column that its input does not have", err);
    const mlci_onnx_source *const s = &m->in->sources[node->feature];
    if (s->map != NULL || (!is_code(m, s) && !asks_for_values(node))) return MLC_OK;
    m->list.model->inputs[s->feature].is_category = 1;
    if (is_code(m, s) || s->change < 0) return MLC_OK;
    return mlci_onnx_unknown(m->list.f, m->in->op, "asks for values of numbers that were changed",
                             err);
}

/* Columns that are asked for their values are categories. */
static mlc_status mark_categories(maker *m, mlc_error *err)
{
    for (int64_t i = 0; i < m->list.n_nodes; i++) {
        const mlci_onnx_source_node *const node = &m->list.nodes[i];
        if (node->mode != MLCI_ONNX_LEAF) MLCI_TRY(mark_category(m, node, err));
    }
    for (int64_t i = 0; i < m->list.n_nodes; i++) {
        const mlci_onnx_source_node *const node = &m->list.nodes[i];
        if (node->mode == MLCI_ONNX_LEAF || asks_for_values(node)) continue;
        const mlci_onnx_source *const s = &m->in->sources[node->feature];
        if (s->map == NULL && !is_code(m, s) && m->list.model->inputs[s->feature].is_category)
            return mlci_onnx_unknown(m->list.f, m->in->op,
                                     "asks one column for values and for thresholds", err);
    }
    return MLC_OK;
}

static int are_same_keys(const mlci_onnx_map *a, const mlci_onnx_map *b)
{
    if (a->n != b->n) return 0;
    for (int64_t k = 0; a->keys != b->keys && k < a->n; k++)
        if (!mlci_span_same(a->keys[k], b->keys[k])) return 0;
    return 1;
}

/* Sets have the places of labels, so that all columns of an input must know the same ones. */
static mlc_status check_keys(maker *m, const mlci_onnx_source *s, mlc_error *err)
{
    if (m->map_of[s->feature] == NULL) {
        m->map_of[s->feature] = s->map;
    } else if (!are_same_keys(m->map_of[s->feature], s->map)) {
        return mlci_onnx_unknown(m->list.f, m->in->op,
                                 "reads an input of texts by two lists of keys", err);
    }
    return MLC_OK;
}

static mlc_status label_feature(maker *m, const mlci_onnx_source *s, mlc_error *err)
{
    mlci_root *const root = m->list.model->root;
    const char **const texts = mlci_alloc(root, s->map->n, sizeof *texts);
    int64_t *const lengths = mlci_alloc(root, s->map->n, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL || s->map->n > INT32_MAX
                            ? mlci_fail_memory(err, s->map->n, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0; k < s->map->n && status == MLC_OK; k++) {
        texts[k] = s->map->keys[k].at;
        lengths[k] = s->map->keys[k].length;
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m->list.model, s->feature, (int32_t)s->map->n, texts,
                                          lengths, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status label_features(maker *m, mlc_error *err)
{
    int64_t most = 1;
    m->map_of = mlci_alloc(m->list.model->root, m->list.model->n_features, sizeof *m->map_of);
    if (m->map_of == NULL)
        return mlci_fail_memory(err, m->list.model->n_features, sizeof *m->map_of);
    for (int64_t j = 0; j < m->in->n_sources; j++) {
        const mlci_onnx_source *const s = &m->in->sources[j];
        if (s->map == NULL) continue;
        const int is_known = m->map_of[s->feature] != NULL;
        MLCI_TRY(check_keys(m, s, err));
        if (is_known) continue;
        if (s->map->n > m->list.model->settings->max_categories)
            return mlci_foreign_refuse(m->list.model, err, MLC_ERROR_LIMIT, "max_categories",
                                       "an input has more than max_categories = %lld of the import "
                                       "settings",
                                       (long long)m->list.model->settings->max_categories);
        MLCI_TRY(label_feature(m, s, err));
        if (s->map->n > most) most = s->map->n;
    }
    if (m->list.members.n > most) most = m->list.members.n;
    if (m->list.n_nodes > most) most = m->list.n_nodes;
    m->labels = mlci_alloc(m->list.model->root, most, sizeof *m->labels);
    m->set = mlci_alloc(m->list.model->root, most, sizeof *m->set);
    if (m->labels != NULL && m->set != NULL) return MLC_OK;
    return mlci_fail_memory(err, most, sizeof *m->set);
}

/* ---- laying out --------------------------------------------------------------------------- */

static const mlci_onnx_source_node *child(const maker *m, int64_t i)
{
    return &m->list.nodes[i];
}

/* The last question of a chain of `x == a` with the same yes; itself where there is none. */
static int64_t end_of_chain(const maker *m, int64_t i)
{
    const mlci_onnx_source_node *const first = child(m, i);
    for (int64_t n = 0; first->mode == MLCI_ONNX_EQ && n < m->list.n_nodes; n++) {
        const mlci_onnx_source_node *const next = child(m, child(m, i)->no);
        if (next->mode != MLCI_ONNX_EQ || next->feature != first->feature ||
            next->yes != first->yes || m->seen[child(m, i)->no])
            break;
        i = child(m, i)->no;
        m->seen[i] = 1;
    }
    return i;
}

/* A question with the same leaf on both sides is that leaf. */
static int64_t skip_idle(const maker *m, int64_t i)
{
    const mlci_onnx_source_node *const node = child(m, i);
    return node->mode != MLCI_ONNX_LEAF && node->yes == node->no &&
                   child(m, node->yes)->mode == MLCI_ONNX_LEAF
               ? node->yes
               : i;
}

static mlc_status enqueue(maker *m, int64_t i, int64_t *n, int32_t *number, mlc_error *err)
{
    i = skip_idle(m, i);
    if (child(m, i)->mode != MLCI_ONNX_LEAF && m->seen[i])
        return mlci_onnx_unknown(m->list.f, m->in->op, "has a node with two parents", err);
    m->seen[i] = 1;
    *number = (int32_t)*n;
    m->placed[(*n)++] = (placed){.node = i, .last = i};
    return MLC_OK;
}

/* A tree by breadth. */
static mlc_status lay_out(maker *m, int64_t root, int64_t *n, mlc_error *err)
{
    int32_t number = 0;
    *n = 0;
    MLCI_TRY(enqueue(m, root, n, &number, err));
    for (int64_t k = 0; k < *n; k++) {
        placed *const p = &m->placed[k];
        const mlci_onnx_source_node *const node = child(m, p->node);
        if (node->mode == MLCI_ONNX_LEAF) continue;
        p->last = end_of_chain(m, p->node);
        if (*n + 2 > INT32_MAX || *n + 2 > 2 * m->list.n_nodes + 1)
            return fault(m, "a tree has more nodes than the file", err);
        MLCI_TRY(enqueue(m, node->yes, n, &m->placed[k].left, err));
        MLCI_TRY(enqueue(m, child(m, m->placed[k].last)->no, n, &m->placed[k].right, err));
    }
    return MLC_OK;
}

/* ---- questions ---------------------------------------------------------------------------- */

static double below(double x)
{
    uint64_t bits;
    if (x == 0) return -0x1p-1074;
    memcpy(&bits, &x, sizeof bits);
    bits = x > 0 ? bits - 1 : bits + 1;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Shell's sort. */
static void sort_set(double *set, int64_t n)
{
    for (int64_t gap = n / 2; gap > 0; gap /= 2)
        for (int64_t i = gap; i < n; i++) {
            const double x = set[i];
            int64_t k = i;
            for (; k >= gap && set[k - gap] > x; k -= gap)
                set[k] = set[k - gap];
            set[k] = x;
        }
}

/* The values that a node, or one of its chain, asks for. */
static void take_set(maker *m, const placed *p)
{
    const mlci_onnx_source_node *node = child(m, p->node);
    m->n_set = 0;
    if (!asks_for_values(node)) return;
    if (node->mode == MLCI_ONNX_MEMBER) {
        m->n_set = node->n_members;
        for (int64_t i = 0; i < m->n_set; i++)
            m->set[i] = m->list.members.values[node->first_member + i];
    } else {
        for (m->set[m->n_set++] = node->value; node != child(m, p->last);
             m->set[m->n_set++] = node->value)
            node = child(m, node->no);
    }
    sort_set(m->set, m->n_set);
}

static int is_member(const maker *m, double x)
{
    int64_t first = 0, end = m->n_set;
    while (first < end) {
        const int64_t middle = first + (end - first) / 2;
        if (m->set[middle] < x)
            first = middle + 1;
        else
            end = middle;
    }
    return first < m->n_set && m->set[first] == x;
}

/* Do missing numbers go the way of yes? */
static int tracks(const maker *m, const placed *p)
{
    const mlci_onnx_source_node *node = child(m, p->node);
    int yes = node->tracks;
    if (node->mode == MLCI_ONNX_NEQ) return 1; /* NaN is not equal to anything */
    for (; node != child(m, p->last); yes |= node->tracks)
        node = child(m, node->no);
    return yes;
}

/* The answer of a question for a number. */
static int answer(const maker *m, const placed *p, double x)
{
    const mlci_onnx_source_node *const node = child(m, p->node);
    if (x != x) return tracks(m, p);
    switch (node->mode) {
    case MLCI_ONNX_LEQ:
        return x <= node->value;
    case MLCI_ONNX_LT:
        return x < node->value;
    case MLCI_ONNX_GTE:
        return x >= node->value;
    case MLCI_ONNX_GT:
        return x > node->value;
    case MLCI_ONNX_NEQ:
        return x != node->value;
    default:
        return is_member(m, x);
    }
}

/* The same for a value of the column's input. */
static int answer_of(const maker *m, const placed *p, const mlci_onnx_source *s, double x)
{
    return answer(m, p, mlci_onnx_value(m->in->changes, s, x));
}

static mlc_status put_labels(maker *m, int64_t n, mlci_foreign_node *out, mlc_error *err)
{
    int32_t *members = NULL;
    MLCI_TRY(mlci_foreign_add_set(m->list.model, n, &members, &out->set, err));
    memcpy(members, m->labels, (size_t)n * sizeof *members);
    return MLC_OK;
}

/* A question about a text: its labels that do not go the way of unseen texts go left. */
static mlc_status ask_text(maker *m, const placed *p, const mlci_onnx_source *s,
                           mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_map *const map = s->map;
    int64_t n = 0;
    m->n_answers += map->n;
    if (m->n_answers > MOST_ANSWERS)
        return mlci_foreign_refuse(m->list.model, err, MLC_ERROR_LIMIT, "max_categories",
                                   "its trees ask too often for too many texts");
    take_set(m, p);
    const int other = answer_of(m, p, s, map->unseen);
    for (int64_t k = 0; k < map->n; k++)
        if (answer_of(m, p, s, map->values[k]) != other) m->labels[n++] = (int32_t)k;
    out->left = other ? p->right : p->left;
    out->right = other ? p->left : p->right;
    out->missing =
        answer_of(m, p, s, map->missing) != other ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return put_labels(m, n, out, err);
}

/* The next of ascending codes, once. */
static mlc_status add_code(maker *m, double value, int64_t *n, mlc_error *err)
{
    if (!(value >= 0 && value < MOST_CODE) || value != (double)(int32_t)value)
        return mlci_onnx_unknown(m->list.f, m->in->op,
                                 "asks for a value that is no number of a category: integers from "
                                 "0 on are",
                                 err);
    if (*n == 0 || m->labels[*n - 1] != (int32_t)value) m->labels[(*n)++] = (int32_t)value;
    return MLC_OK;
}

/* A question about the value of a number: members go left. */
static mlc_status ask_code(maker *m, const placed *p, mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_source_node *const node = child(m, p->node);
    const int is_not = node->mode == MLCI_ONNX_NEQ, missing_yes = tracks(m, p);
    int64_t n = 0;
    take_set(m, p);
    for (int64_t i = 0; i < m->n_set; i++)
        MLCI_TRY(add_code(m, m->set[i], &n, err));
    out->left = is_not ? p->right : p->left;
    out->right = is_not ? p->left : p->right;
    out->missing = missing_yes != is_not ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return put_labels(m, n, out, err);
}

/* A question about whether a number is one code: that code goes left. */
static mlc_status ask_equal(maker *m, const placed *p, const mlci_onnx_source *s,
                            mlci_foreign_node *out, mlc_error *err)
{
    const double code = mlci_onnx_code(m->in->changes, s)->a;
    int64_t n = 0;
    take_set(m, p);
    const int other = answer_of(m, p, s, code + 1);
    if (answer_of(m, p, s, code) != other) MLCI_TRY(add_code(m, code, &n, err));
    out->left = other ? p->right : p->left;
    out->right = other ? p->left : p->right;
    out->missing =
        answer_of(m, p, s, (double)NAN) != other ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return put_labels(m, n, out, err);
}

/* Numbers in their order as integers: -0 is next to 0. */
static int64_t order_of(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits - 1 : bits;
}

static double number_of(int64_t order)
{
    double x;
    const int64_t bits = order < 0 ? INT64_MIN - order - 1 : order;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A threshold of a number that is changed before: the largest number that is answered as the
 * smallest is. */
static mlc_status ask_changed(const maker *m, const placed *p, const mlci_onnx_source *s,
                              mlci_foreign_node *out, mlc_error *err)
{
    const char *const disorder = mlci_onnx_disorder(m->in->changes, s);
    int64_t low = order_of((double)-INFINITY), high = order_of((double)INFINITY);
    if (disorder != NULL) return mlci_onnx_unknown(m->list.f, m->in->op, disorder, err);
    const double threshold = child(m, p->node)->value;
    if (threshold != threshold) return fault(m, "a threshold is not a number", err);
    const int yes = answer_of(m, p, s, (double)-INFINITY);
    const int is_one = answer_of(m, p, s, (double)INFINITY) == yes;
    while (!is_one && high - 1 > low) {
        const int64_t middle = low / 2 + high / 2 + (low % 2 + high % 2) / 2;
        if (answer_of(m, p, s, number_of(middle)) == yes)
            low = middle;
        else
            high = middle;
    }
    out->value = is_one ? (double)INFINITY : number_of(low);
    out->left = yes ? p->left : p->right;
    out->right = yes ? p->right : p->left;
    out->missing = answer_of(m, p, s, (double)NAN) == yes ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return MLC_OK;
}

/* A threshold: x <= t goes left. */
static mlc_status ask_number(const maker *m, const placed *p, mlci_foreign_node *out,
                             mlc_error *err)
{
    const mlci_onnx_source_node *const node = child(m, p->node);
    const int is_above = node->mode == MLCI_ONNX_GTE || node->mode == MLCI_ONNX_GT;
    const int is_open = node->mode == MLCI_ONNX_LT || node->mode == MLCI_ONNX_GTE;
    if (node->value != node->value || (is_open && isinf(node->value)))
        return fault(m, "a threshold is not a number", err);
    out->value = is_open ? below(node->value) : node->value;
    out->left = is_above ? p->right : p->left;
    out->right = is_above ? p->left : p->right;
    out->missing = tracks(m, p) != is_above ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return MLC_OK;
}

/* What a leaf adds to an output; its weights are in the order of outputs. */
static double leaf_value(const maker *m, const mlci_onnx_source_node *leaf, int64_t output)
{
    const int64_t last = leaf->first_weight + leaf->n_weights;
    int64_t first = leaf->first_weight, end = last;
    double sum = 0;
    while (first < end) {
        const int64_t middle = first + (end - first) / 2;
        if (m->list.weights[middle].target < output)
            first = middle + 1;
        else
            end = middle;
    }
    for (; first < last && m->list.weights[first].target == output; first++)
        sum += m->list.weights[first].value;
    return sum;
}

static mlc_status put_node(maker *m, const placed *p, int64_t output, mlci_foreign_node *out,
                           mlc_error *err)
{
    const mlci_onnx_source_node *const node = child(m, p->node);
    if (node->mode == MLCI_ONNX_LEAF) {
        out->value = leaf_value(m, node, output);
        return MLC_OK;
    }
    const mlci_onnx_source *const s = &m->in->sources[node->feature];
    out->feature = s->feature;
    if (s->map != NULL) return ask_text(m, p, s, out, err);
    if (is_code(m, s)) return ask_equal(m, p, s, out, err);
    if (asks_for_values(node)) return ask_code(m, p, out, err);
    return m->in->is_plain ? ask_number(m, p, out, err) : ask_changed(m, p, s, out, err);
}

/* ---- trees -------------------------------------------------------------------------------- */

/* The outputs that the leaves of a tree add to. */
static void mark_outputs(maker *m, int64_t n)
{
    for (int64_t i = 0; i < m->n_marked; i++)
        m->is_marked[m->marked[i]] = 0;
    m->n_marked = 0;
    for (int64_t k = 0; k < n; k++) {
        const mlci_onnx_source_node *const node = child(m, m->placed[k].node);
        for (int64_t w = node->first_weight; w < node->first_weight + node->n_weights; w++) {
            const int64_t target = m->list.weights[w].target;
            if (node->mode != MLCI_ONNX_LEAF || m->is_marked[target]) continue;
            m->is_marked[target] = 1;
            m->marked[m->n_marked++] = target;
        }
    }
}

static mlc_status put_tree(maker *m, int64_t output, int64_t n, mlc_error *err)
{
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(mlci_foreign_add_tree(m->list.model, (int32_t)output, n, &nodes, err));
    for (int64_t k = 0; k < n; k++)
        MLCI_TRY(put_node(m, &m->placed[k], output, &nodes[k], err));
    return MLC_OK;
}

static mlc_status put_trees(maker *m, mlc_error *err)
{
    m->marked = mlci_alloc(m->list.model->root, m->n_outputs, sizeof *m->marked);
    m->is_marked = mlci_alloc(m->list.model->root, m->n_outputs, 1);
    if (m->marked == NULL || m->is_marked == NULL)
        return mlci_fail_memory(err, m->n_outputs, sizeof *m->marked);
    for (int64_t t = 0; t < m->list.n_roots; t++) {
        int64_t n = 0;
        MLCI_TRY(lay_out(m, m->list.roots[t], &n, err));
        mark_outputs(m, n);
        for (int64_t i = 0; i < m->n_marked; i++)
            MLCI_TRY(put_tree(m, m->marked[i], n, err));
    }
    return MLC_OK;
}

/* Trees of an output, the most that one has, are rounds. */
static mlc_status count_rounds(maker *m, mlc_error *err)
{
    int64_t *const n = mlci_alloc(m->list.model->root, m->n_outputs, sizeof *n);
    if (n == NULL) return mlci_fail_memory(err, m->n_outputs, sizeof *n);
    for (int64_t t = 0; t < m->list.model->n_trees; t++)
        if (++n[m->list.model->output[t]] > m->list.model->n_rounds)
            m->list.model->n_rounds = n[m->list.model->output[t]];
    mlci_free(n);
    return MLC_OK;
}

static mlc_status lay_out_room(maker *m, mlc_error *err)
{
    const int64_t n = m->list.n_nodes;
    m->placed = mlci_alloc(m->list.model->root, 2 * n + 1, sizeof *m->placed);
    m->seen = mlci_alloc(m->list.model->root, n, 1);
    if (m->placed != NULL && m->seen != NULL) return MLC_OK;
    return mlci_fail_memory(err, 2 * n + 1, sizeof *m->placed);
}

static mlc_status read_all(maker *m, mlc_error *err)
{
    MLCI_TRY(mlci_onnx_tree_list_read(&m->list, err));
    m->in->is_double = m->list.is_double;
    m->in->n_trees = m->list.n_roots;
    MLCI_TRY(read_post(m, err));
    MLCI_TRY(count_outputs(m, err));
    MLCI_TRY(set_start(m, err));
    MLCI_TRY(mark_categories(m, err));
    MLCI_TRY(label_features(m, err));
    m->list.model->unseen_is_no_member = 1;
    MLCI_TRY(lay_out_room(m, err));
    MLCI_TRY(put_trees(m, err));
    if (m->list.model->n_trees == 0) return fault(m, "it has no trees", err);
    return count_rounds(m, err);
}

mlc_status mlci_onnx_read_trees(mlci_onnx_tree_node *node, mlc_error *err)
{
    maker m = {.in = node};
    m.list = (mlci_onnx_tree_list){.f = node->file, .op = node->op, .model = node->file->model};
    m.list.is_new = mlci_span_is(node->op->name, "TreeEnsemble");
    m.list.is_classifier = mlci_span_is(node->op->name, "TreeEnsembleClassifier");
    const mlc_status status = read_all(&m, err);
    mlci_onnx_tree_list_clear(&m.list);
    void *const blocks[] = {m.placed, m.seen, m.labels, m.set, m.marked, m.is_marked, m.map_of};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    return status;
}

mlc_status mlci_onnx_count_features(const mlci_onnx_file *f, const mlci_onnx_op *op, int64_t *n,
                                    mlc_error *err)
{
    mlci_onnx_numbers list;
    *n = 1;
    MLCI_TRY(mlci_onnx_numbers_of(f, op, "nodes_featureids", &list, err));
    for (int64_t i = 0; i < list.n; i++)
        if (list.values[i] >= (double)*n && list.values[i] < INT32_MAX)
            *n = (int64_t)list.values[i] + 1;
    mlci_free(list.values);
    return MLC_OK;
}
