/* Questions of the trees of an ONNX file as questions of ours about the inputs.
 *
 * Questions become thresholds, x <= t going left, and sets of categories, whose members go left. Of
 * a text, or a number that is a code, the question is asked here for each one that is known; those
 * that go where unseen ones go are no members. Of a number that is scaled, filled or rounded
 * before, the threshold is found by asking: each of those operations keeps or turns the order of
 * numbers, so the answer changes once. */
#include <math.h>
#include <string.h>

#include "onnx_tree_maker.h"

#define MOST_ANSWERS (INT64_C(1) << 28)
#define MOST_CODE 16777216 /* of a category that is a number: integers that floats hold */

static mlc_status fault(const mlci_onnx_tree_maker *m, const char *what, mlc_error *err)
{
    return mlci_onnx_fault(m->list.f, m->in->op, what, err);
}

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
static void take_set(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p)
{
    const mlci_onnx_source_node *node = mlci_onnx_tree_node_at(m, p->node);
    m->n_set = 0;
    if (!mlci_onnx_asks_for_values(node)) return;
    if (node->mode == MLCI_ONNX_MEMBER) {
        m->n_set = node->n_members;
        for (int64_t i = 0; i < m->n_set; i++)
            m->set[i] = m->list.members.values[node->first_member + i];
    } else {
        for (m->set[m->n_set++] = node->value; node != mlci_onnx_tree_node_at(m, p->last);
             m->set[m->n_set++] = node->value)
            node = mlci_onnx_tree_node_at(m, node->no);
    }
    sort_set(m->set, m->n_set);
}

static int is_member(const mlci_onnx_tree_maker *m, double x)
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
static int tracks(const mlci_onnx_tree_maker *m, const mlci_onnx_placed *p)
{
    const mlci_onnx_source_node *node = mlci_onnx_tree_node_at(m, p->node);
    int yes = node->tracks;
    if (node->mode == MLCI_ONNX_NEQ) return 1; /* NaN is not equal to anything */
    for (; node != mlci_onnx_tree_node_at(m, p->last); yes |= node->tracks)
        node = mlci_onnx_tree_node_at(m, node->no);
    return yes;
}

/* The answer of a question for a number. */
static int answer(const mlci_onnx_tree_maker *m, const mlci_onnx_placed *p, double x)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
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
static int answer_of(const mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                     const mlci_onnx_source *s, double x)
{
    return answer(m, p, mlci_onnx_value(m->in->changes, s, x));
}

static mlc_status put_labels(mlci_onnx_tree_maker *m, int64_t n, mlci_foreign_node *out,
                             mlc_error *err)
{
    int32_t *members = NULL;
    MLCI_TRY(mlci_foreign_add_set(m->list.model, n, &members, &out->set, err));
    if (n > 0) memcpy(members, m->labels, (size_t)n * sizeof *members);
    return MLC_OK;
}

static mlc_status count_answers(mlci_onnx_tree_maker *m, int64_t n, mlc_error *err)
{
    m->n_answers += n;
    if (m->n_answers <= MOST_ANSWERS) return MLC_OK;
    return mlci_foreign_refuse(m->list.model, err, MLC_ERROR_LIMIT, "max_categories",
                               "its trees ask too often for too many categories");
}

/* A question about a text: its labels that do not go the way of unseen texts go left. */
static mlc_status ask_text(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                           const mlci_onnx_source *s, mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_map *const map = s->map;
    int64_t n = 0;
    MLCI_TRY(count_answers(m, map->n, err));
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

/* The values at hand as codes, each once; those go left. */
static mlc_status put_codes(mlci_onnx_tree_maker *m, mlci_foreign_node *out, mlc_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < m->n_set; i++) {
        const double value = m->set[i];
        if (!(value >= 0 && value < MOST_CODE) || value != (double)(int32_t)value)
            return mlci_onnx_unknown(m->list.f, m->in->op,
                                     "asks for a value that is no number of a category: integers "
                                     "from 0 on are",
                                     err);
        if (n == 0 || m->labels[n - 1] != (int32_t)value) m->labels[n++] = (int32_t)value;
    }
    return put_labels(m, n, out, err);
}

/* A question about the value of a number: members go left. */
static mlc_status ask_value(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                            mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
    const int is_not = node->mode == MLCI_ONNX_NEQ, missing_yes = tracks(m, p);
    take_set(m, p);
    out->left = is_not ? p->right : p->left;
    out->right = is_not ? p->left : p->right;
    out->missing = missing_yes != is_not ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return put_codes(m, out, err);
}

/* A question about a number that is a code: codes that do not go the way of others go left. */
static mlc_status ask_codes(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                            const mlci_onnx_source *s, mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_changes *const c = m->in->changes;
    mlci_onnx_codes codes;
    int64_t n = 0;
    mlci_onnx_codes_of(c, s, &codes);
    MLCI_TRY(count_answers(m, codes.n, err));
    take_set(m, p);
    const int other = answer(m, p, mlci_onnx_unseen(c, s));
    out->left = other ? p->right : p->left;
    out->right = other ? p->left : p->right;
    out->missing =
        answer(m, p, mlci_onnx_missing(c, s)) != other ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    for (int64_t k = 0; k < codes.n; k++)
        if (answer(m, p, mlci_onnx_code_value(c, s, codes.at[k], k)) != other)
            m->labels[n++] = (int32_t)k;
    /* All answers are there: the values asked for make room for the codes. */
    for (m->n_set = 0; m->n_set < n; m->n_set++)
        m->set[m->n_set] = codes.at[m->labels[m->n_set]];
    sort_set(m->set, m->n_set);
    return put_codes(m, out, err);
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
static mlc_status ask_changed(const mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                              const mlci_onnx_source *s, mlci_foreign_node *out, mlc_error *err)
{
    const char *const disorder = mlci_onnx_disorder(m->in->changes, s);
    int64_t low = order_of((double)-INFINITY), high = order_of((double)INFINITY);
    if (disorder != NULL) return mlci_onnx_unknown(m->list.f, m->in->op, disorder, err);
    const double threshold = mlci_onnx_tree_node_at(m, p->node)->value;
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
static mlc_status ask_number(const mlci_onnx_tree_maker *m, const mlci_onnx_placed *p,
                             mlci_foreign_node *out, mlc_error *err)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
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

mlc_status mlci_onnx_ask(mlci_onnx_tree_maker *m, const mlci_onnx_placed *p, mlci_foreign_node *out,
                         mlc_error *err)
{
    const mlci_onnx_source_node *const node = mlci_onnx_tree_node_at(m, p->node);
    const mlci_onnx_source *const s = &m->in->sources[node->feature];
    out->feature = s->feature;
    if (mlci_onnx_is_text(s)) return ask_text(m, p, s, out, err);
    if (mlci_onnx_is_code(m->in->changes, s)) return ask_codes(m, p, s, out, err);
    if (mlci_onnx_asks_for_values(node)) return ask_value(m, p, out, err);
    return m->in->is_plain ? ask_number(m, p, out, err) : ask_changed(m, p, s, out, err);
}
