/* Trees of ONNX: TreeEnsembleRegressor and TreeEnsembleClassifier (ai.onnx.ml 1 and 3, nodes and
 * leaves in one list) and TreeEnsemble (5, apart) become one list of nodes, then trees with one
 * output each: a leaf that adds to several outputs stands in a tree for each of them.
 *
 * A chain of `x == a` whose yes is one node is one question. */
#include <string.h>

#include "onnx_tree_maker.h"

static mlc_status fault(const mlci_onnx_tree_maker *m, const char *what, mlc_error *err)
{
    return mlci_onnx_fault(m->list.f, m->in->op, what, err);
}

/* ---- outputs ------------------------------------------------------------------------------ */

static mlc_status read_sum(mlci_onnx_tree_maker *m, int64_t *divisor, mlc_error *err)
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
    return mlci_onnx_unknown(m->list.f, m->in->op,
                             "takes the least or largest of its trees: aggregate_function = SUM or "
                             "AVERAGE would be right",
                             err);
}

static mlc_status read_post(mlci_onnx_tree_maker *m, mlc_error *err)
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
        return mlci_onnx_unknown(
            m->list.f, m->in->op,
            "has a post_transform that is not known: NONE, LOGISTIC or SOFTMAX would be right",
            err);
    return MLC_OK;
}

/* Two classes of which the first gets all weights have one score, which is the second's: its
 * probability, where no weight is negative, or what a logistic function makes one of. */
static mlc_status check_one_score(const mlci_onnx_tree_maker *m, mlc_error *err)
{
    if (m->in->post == MLCI_ONNX_LOGISTIC) return MLC_OK;
    if (m->in->post == MLCI_ONNX_SOFTMAX)
        return mlci_onnx_unknown(m->list.f, m->in->op,
                                 "has a softmax of one score: a score a class would be right", err);
    for (int64_t k = 0; k < m->list.n_weights; k++)
        if (!(m->list.weights[k].value >= 0))
            return mlci_onnx_unknown(m->list.f, m->in->op,
                                     "has one score of two classes that is no probability: "
                                     "post_transform = LOGISTIC would be right",
                                     err);
    return MLC_OK;
}

static mlc_status count_outputs(mlci_onnx_tree_maker *m, mlc_error *err)
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

/* The runtime adds base values when the trees are summed up. */
static mlc_status set_base(mlci_onnx_tree_maker *m, mlc_error *err)
{
    const mlci_onnx_numbers *const base = &m->list.base;
    mlci_foreign *const model = m->list.model;
    int64_t divisor = 1;
    int has_base = 0;
    MLCI_TRY(read_sum(m, &divisor, err));
    model->rule.divisor = (double)divisor;
    if (base->n > 0 && base->n != m->n_outputs)
        return mlci_onnx_unknown(
            m->list.f, m->in->op,
            "has not one base value an output: as many base_values would be right", err);
    for (int64_t k = 0; k < base->n; k++)
        has_base |= base->values[k] != 0;
    if (!has_base) return MLC_OK;
    if (divisor > 1)
        return mlci_onnx_unknown(
            m->list.f, m->in->op,
            "has a mean and base values: aggregate_function = SUM would be right", err);
    model->end = mlci_alloc(model->root, base->n, sizeof *model->end);
    if (model->end == NULL) return mlci_fail_memory(err, base->n, sizeof *model->end);
    memcpy(model->end, base->values, (size_t)base->n * sizeof *model->end);
    return MLC_OK;
}

/* ---- features ----------------------------------------------------------------------------- */

static mlc_status mark_category(mlci_onnx_tree_maker *m, const mlci_onnx_source_node *node,
                                mlc_error *err)
{
    if (node->feature >= m->in->n_sources)
        return fault(m, "a node asks for a column that its input does not have", err);
    const mlci_onnx_source *const s = &m->in->sources[node->feature];
    const int is_code = mlci_onnx_is_code(m->in->changes, s);
    if (mlci_onnx_is_text(s) || (!is_code && !mlci_onnx_asks_for_values(node))) return MLC_OK;
    m->list.model->inputs[s->feature].is_category = 1;
    if (is_code && !mlci_onnx_is_whole(m->in->changes, s))
        return mlci_onnx_unknown(m->list.f, m->in->op,
                                 "reads numbers that may have fractions as categories: an input of "
                                 "int64 would be right",
                                 err);
    if (is_code || s->change < 0) return MLC_OK;
    return mlci_onnx_unknown(
        m->list.f, m->in->op,
        "asks for values of numbers that were changed: an input as it is would be right", err);
}

/* Columns that are asked for their values are categories. */
static mlc_status mark_categories(mlci_onnx_tree_maker *m, mlc_error *err)
{
    for (int64_t i = 0; i < m->list.n_nodes; i++) {
        const mlci_onnx_source_node *const node = &m->list.nodes[i];
        if (node->mode != MLCI_ONNX_LEAF) MLCI_TRY(mark_category(m, node, err));
    }
    for (int64_t i = 0; i < m->list.n_nodes; i++) {
        const mlci_onnx_source_node *const node = &m->list.nodes[i];
        if (node->mode == MLCI_ONNX_LEAF || mlci_onnx_asks_for_values(node)) continue;
        const mlci_onnx_source *const s = &m->in->sources[node->feature];
        if (!mlci_onnx_is_text(s) && !mlci_onnx_is_code(m->in->changes, s) &&
            m->list.model->inputs[s->feature].is_category)
            return mlci_onnx_unknown(
                m->list.f, m->in->op,
                "asks one column for values and for thresholds: one of them would be right", err);
    }
    return MLC_OK;
}

/* Sets have the places of labels, so that all columns of an input must know the same ones. */
static mlc_status check_keys(mlci_onnx_tree_maker *m, const mlci_onnx_source *s, mlc_error *err)
{
    if (m->map_of[s->feature] == NULL) {
        m->map_of[s->feature] = s->map;
    } else if (!mlci_onnx_are_same_texts(&m->map_of[s->feature]->keys, &s->map->keys)) {
        return mlci_onnx_unknown(
            m->list.f, m->in->op,
            "reads an input of texts by two lists of keys: the same keys would be right", err);
    }
    return MLC_OK;
}

static mlc_status label_feature(mlci_onnx_tree_maker *m, const mlci_onnx_source *s, mlc_error *err)
{
    mlci_root *const root = m->list.model->root;
    const char **const texts = mlci_alloc(root, s->map->n, sizeof *texts);
    int64_t *const lengths = mlci_alloc(root, s->map->n, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL || s->map->n > INT32_MAX
                            ? mlci_fail_memory(err, s->map->n, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0; k < s->map->n && status == MLC_OK; k++) {
        texts[k] = s->map->keys.texts[k].at;
        lengths[k] = s->map->keys.texts[k].length;
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m->list.model, s->feature, (int32_t)s->map->n, texts,
                                          lengths, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status label_features(mlci_onnx_tree_maker *m, mlc_error *err)
{
    int64_t most = 1;
    m->map_of = mlci_alloc(m->list.model->root, m->list.model->n_features, sizeof *m->map_of);
    if (m->map_of == NULL)
        return mlci_fail_memory(err, m->list.model->n_features, sizeof *m->map_of);
    for (int64_t j = 0; j < m->in->n_sources; j++) {
        const mlci_onnx_source *const s = &m->in->sources[j];
        if (s->map != NULL && s->map->n > most) most = s->map->n;
        if (!mlci_onnx_is_text(s)) continue;
        const int is_known = m->map_of[s->feature] != NULL;
        MLCI_TRY(check_keys(m, s, err));
        if (is_known) continue;
        if (s->map->n > m->list.model->settings->max_categories)
            return mlci_foreign_refuse(m->list.model, err, MLC_ERROR_LIMIT, "max_categories",
                                       "an input has more than max_categories = %lld of the import "
                                       "settings",
                                       (long long)m->list.model->settings->max_categories);
        MLCI_TRY(label_feature(m, s, err));
    }
    if (m->list.members.n > most) most = m->list.members.n;
    if (m->list.n_nodes > most) most = m->list.n_nodes;
    m->labels = mlci_alloc(m->list.model->root, most, sizeof *m->labels);
    m->set = mlci_alloc(m->list.model->root, most, sizeof *m->set);
    if (m->labels != NULL && m->set != NULL) return MLC_OK;
    return mlci_fail_memory(err, most, sizeof *m->set);
}

/* ---- laying out --------------------------------------------------------------------------- */

/* The last question of a chain of `x == a` with the same yes; itself where there is none. */
static int64_t end_of_chain(const mlci_onnx_tree_maker *m, int64_t i)
{
    const mlci_onnx_source_node *const first = mlci_onnx_tree_node_at(m, i);
    for (int64_t n = 0; first->mode == MLCI_ONNX_EQ && n < m->list.n_nodes; n++) {
        const mlci_onnx_source_node *const next =
            mlci_onnx_tree_node_at(m, mlci_onnx_tree_node_at(m, i)->no);
        if (next->mode != MLCI_ONNX_EQ || next->feature != first->feature ||
            next->yes != first->yes || m->seen[mlci_onnx_tree_node_at(m, i)->no])
            break;
        i = mlci_onnx_tree_node_at(m, i)->no;
        m->seen[i] = 1;
    }
    return i;
}

/* A question with the same leaf on both sides is that leaf. */
static int64_t skip_idle(const mlci_onnx_tree_maker *m, int64_t i)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, i);
    return node->mode != MLCI_ONNX_LEAF && node->yes == node->no &&
                   mlci_onnx_tree_node_at(m, node->yes)->mode == MLCI_ONNX_LEAF
               ? node->yes
               : i;
}

static mlc_status enqueue(mlci_onnx_tree_maker *m, int64_t i, int64_t *n, int32_t *number,
                          mlc_error *err)
{
    i = skip_idle(m, i);
    if (mlci_onnx_tree_node_at(m, i)->mode != MLCI_ONNX_LEAF && m->seen[i])
        return mlci_onnx_unknown(m->list.f, m->in->op,
                                 "has a node with two parents: a tree would be right", err);
    m->seen[i] = 1;
    *number = (int32_t)*n;
    m->placed[(*n)++] = (mlci_onnx_placed){.node = i, .last = i};
    return MLC_OK;
}

/* A tree by breadth. */
static mlc_status lay_out(mlci_onnx_tree_maker *m, int64_t root, int64_t *n, mlc_error *err)
{
    int32_t number = 0;
    *n = 0;
    MLCI_TRY(enqueue(m, root, n, &number, err));
    for (int64_t k = 0; k < *n; k++) {
        mlci_onnx_placed *const p = &m->placed[k];
        const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
        if (node->mode == MLCI_ONNX_LEAF) continue;
        p->last = end_of_chain(m, p->node);
        if (*n + 2 > INT32_MAX || *n + 2 > 2 * m->list.n_nodes + 1)
            return fault(m, "a tree has more nodes than the file", err);
        MLCI_TRY(enqueue(m, node->yes, n, &m->placed[k].left, err));
        MLCI_TRY(enqueue(m, mlci_onnx_tree_node_at(m, m->placed[k].last)->no, n,
                         &m->placed[k].right, err));
    }
    return MLC_OK;
}

/* ---- nodes -------------------------------------------------------------------------------- */

/* What a leaf adds to an output; its weights are in the order of outputs. */
static double leaf_value(const mlci_onnx_tree_maker *m, const mlci_onnx_source_node *leaf,
                         int64_t output)
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

static mlc_status put_node(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p, int64_t output,
                           mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
    if (node->mode == MLCI_ONNX_LEAF) {
        out->value = leaf_value(m, node, output);
        return MLC_OK;
    }
    return mlci_onnx_ask(m, p, out, err);
}

/* ---- trees -------------------------------------------------------------------------------- */

/* The outputs that the leaves of a tree add to. */
static void mark_outputs(mlci_onnx_tree_maker *m, int64_t n)
{
    for (int64_t i = 0; i < m->n_marked; i++)
        m->is_marked[m->marked[i]] = 0;
    m->n_marked = 0;
    for (int64_t k = 0; k < n; k++) {
        const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, m->placed[k].node);
        for (int64_t w = node->first_weight; w < node->first_weight + node->n_weights; w++) {
            const int64_t target = m->list.weights[w].target;
            if (node->mode != MLCI_ONNX_LEAF || m->is_marked[target]) continue;
            m->is_marked[target] = 1;
            m->marked[m->n_marked++] = target;
        }
    }
}

static mlc_status put_tree(mlci_onnx_tree_maker *m, int64_t output, int64_t n, mlc_error *err)
{
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(mlci_foreign_add_tree(m->list.model, (int32_t)output, n, &nodes, err));
    for (int64_t k = 0; k < n; k++)
        MLCI_TRY(put_node(m, &m->placed[k], output, &nodes[k], err));
    return MLC_OK;
}

static mlc_status put_trees(mlci_onnx_tree_maker *m, mlc_error *err)
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
static mlc_status count_rounds(mlci_onnx_tree_maker *m, mlc_error *err)
{
    int64_t *const n = mlci_alloc(m->list.model->root, m->n_outputs, sizeof *n);
    if (n == NULL) return mlci_fail_memory(err, m->n_outputs, sizeof *n);
    for (int64_t t = 0; t < m->list.model->n_trees; t++)
        if (++n[m->list.model->output[t]] > m->list.model->n_rounds)
            m->list.model->n_rounds = n[m->list.model->output[t]];
    mlci_free(n);
    return MLC_OK;
}

static mlc_status lay_out_room(mlci_onnx_tree_maker *m, mlc_error *err)
{
    const int64_t n = m->list.n_nodes;
    m->placed = mlci_alloc(m->list.model->root, 2 * n + 1, sizeof *m->placed);
    m->seen = mlci_alloc(m->list.model->root, n, 1);
    if (m->placed != NULL && m->seen != NULL) return MLC_OK;
    return mlci_fail_memory(err, 2 * n + 1, sizeof *m->placed);
}

static mlc_status read_all(mlci_onnx_tree_maker *m, mlc_error *err)
{
    MLCI_TRY(mlci_onnx_tree_list_read(&m->list, err));
    m->in->is_double = m->list.is_double;
    m->in->n_trees = m->list.n_roots;
    MLCI_TRY(read_post(m, err));
    MLCI_TRY(count_outputs(m, err));
    MLCI_TRY(set_base(m, err));
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
    mlci_onnx_tree_maker m = {.in = node};
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
