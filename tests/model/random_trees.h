/* Ensembles of random trees, and rows that lie on, beside and far from their thresholds. */
#ifndef MLCI_TEST_RANDOM_TREES_H
#define MLCI_TEST_RANDOM_TREES_H

#include "boosting.h"
#include "plain_walk.h"
#include "tree/scorer.h"

enum { TREE_ANY_SHAPE, TREE_CHAIN, TREE_BALANCED };

typedef struct random_trees {
    int64_t n_features;
    int32_t n_categories; /* of the features, the first ones */
    int32_t n_outputs;
    int64_t n_trees;
    int32_t n_leaves; /* of each tree; 0: from 1 on, one more each tree */
    int32_t shape;
    int32_t n_thresholds; /* to choose from, for a feature; 0: any number */
    int32_t is_shared;    /* trees of a round have the same splits */
    int32_t is_linear;    /* leaves of some trees */
    int32_t sums;         /* RANDOM_SUMS_ */
} random_trees;

/* What is rounded to float: nothing, sums, sums and leaves. */
enum { RANDOM_SUMS_OF_DOUBLES, RANDOM_FLOAT_SUMS, RANDOM_SUMS_OF_FLOATS };

static uint32_t random_state = 1;

static inline uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(random_state >> 4) * n >> 28);
}

static inline double random_threshold(const random_trees *r)
{
    static const double odd[] = {0.0, -0.0, INFINITY, -INFINITY, 4.9e-324, -4.9e-324, 1.7e308};
    if (random_below(40) == 0) return odd[random_below(7)];
    if (r->n_thresholds > 0) return (double)random_below((uint32_t)r->n_thresholds) * 0.25 - 8;
    return (double)random_below(1u << 28) * 0x1p-24 - 8;
}

/* Categories: codes of a feature, with bins as training would give them. */
#define RANDOM_CODES 300

static inline mlci_bin_rule random_rule(int32_t is_category)
{
    mlci_bin_rule rule = {.is_category = is_category};
    if (!is_category) return rule;
    rule.n_codes = RANDOM_CODES;
    rule.bin_of_code = mlci_alloc(NULL, RANDOM_CODES, 1);
    for (int i = 0; i < RANDOM_CODES; i++)
        rule.bin_of_code[i] = (uint8_t)(i % 7 == 0 ? 0 : random_below(256));
    return rule;
}

static inline void random_split(const random_trees *r, mlci_tree *tree, int32_t i)
{
    mlci_tree_node *const node = &tree->nodes[i];
    const uint32_t j = random_below((uint32_t)r->n_features);
    if (j < (uint32_t)r->n_categories) {
        uint32_t set[MLCI_SET_WORDS];
        int32_t index;
        /* Few distinct sets in half of the nodes. */
        const uint32_t kept = random_state;
        if (random_below(2)) random_state = j * 77 + kept % 3;
        for (int w = 0; w < MLCI_SET_WORDS; w++)
            set[w] = random_below(1u << 28) ^ random_below(1u << 28) << 4;
        random_state = kept + 1;
        ck_assert_int_eq(mlci_tree_add_set(tree, set, &index, NULL), MLC_OK);
        node->value = index;
        node->split = j | MLCI_NODE_CATEGORY;
    } else {
        node->value = random_threshold(r);
        node->split = j | (random_below(2) ? MLCI_NODE_MISSING_LEFT : 0);
    }
    ck_assert_int_eq(mlci_tree_add_children(tree, &node->left, NULL), MLC_OK);
}

static inline void random_tree(const random_trees *r, int32_t n_leaves, mlci_tree *tree)
{
    int32_t *const leaves = calloc((size_t)n_leaves, sizeof *leaves);
    mlci_tree_reset(tree);
    for (int32_t n = 1; n < n_leaves; n++) {
        int32_t k = (int32_t)random_below((uint32_t)n);
        if (r->shape == TREE_CHAIN) k = n - 1;
        if (r->shape == TREE_BALANCED) k = 0;
        const int32_t i = leaves[k];
        random_split(r, tree, i);
        memmove(leaves + k, leaves + k + 1, (size_t)(n - 1 - k) * sizeof *leaves);
        leaves[n - 1] = tree->nodes[i].left + (int32_t)random_below(2);
        leaves[n] = tree->nodes[i].left + (leaves[n - 1] == tree->nodes[i].left);
    }
    for (int32_t i = 0; i < tree->n_nodes; i++)
        if (tree->nodes[i].left == 0)
            tree->nodes[i].value =
                ldexp((double)random_below(1u << 28) - 0x1p27, (int)random_below(20) - 40);
    free(leaves);
}

static inline void random_values(mlci_tree *tree)
{
    for (int32_t i = 0; i < tree->n_nodes; i++)
        if (tree->nodes[i].left == 0)
            tree->nodes[i].value = (double)random_below(1u << 28) - 0x1p27;
}

/* Up to 6 terms for three leaves out of four. */
static inline void random_terms(const random_trees *r, mlci_tree *tree)
{
    ck_assert_int_eq(mlci_leaf_terms_create(NULL, &tree->terms, NULL), MLC_OK);
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        int32_t feature[6], n = 0;
        double factor[6];
        const int is_linear = tree->nodes[i].left == 0 && random_below(4) > 0;
        for (int64_t j = r->n_categories; is_linear && j < r->n_features && n < 6; j++) {
            if (random_below(2) == 0) continue;
            feature[n] = (int32_t)j;
            factor[n++] = ldexp((double)random_below(1u << 28) - 0x1p27, (int)random_below(9) - 30);
        }
        ck_assert_int_eq(
            mlci_leaf_terms_add(tree->terms, n > 0 ? 0.1 * i - 1 : 0, n, feature, factor, NULL),
            MLC_OK);
    }
}

/* Not finished yet. */
static inline mlci_ensemble *random_ensemble(const random_trees *r)
{
    mlci_bin_rule *const rules = calloc((size_t)r->n_features, sizeof *rules);
    for (int64_t j = 0; j < r->n_features; j++)
        rules[j] = random_rule(j < r->n_categories);
    const mlci_binned binned = {.n_features = r->n_features, .rules = rules};
    mlci_ensemble *e = NULL;
    mlci_tree *tree = NULL;
    ck_assert_int_eq(mlci_ensemble_create(NULL, &binned, r->n_outputs, &e, NULL), MLC_OK);
    for (int32_t k = 0; k < r->n_outputs; k++)
        e->start[k] = 0.1 * k - 0.3;
    for (int64_t t = 0; t < r->n_trees; t++) {
        const int32_t n_leaves = r->n_leaves > 0 ? r->n_leaves : (int32_t)t + 1;
        ck_assert_int_eq(mlci_tree_create(NULL, 2 * n_leaves + 1, &tree, NULL), MLC_OK);
        random_tree(r, n_leaves, tree);
        if (r->is_linear && t / r->n_outputs % 3 > 0) random_terms(r, tree);
        ck_assert_int_eq(mlci_ensemble_add_tree(e, tree, NULL), MLC_OK);
        for (; r->is_shared && t % r->n_outputs != r->n_outputs - 1; t++) {
            random_values(tree);
            ck_assert_int_eq(mlci_ensemble_add_tree(e, tree, NULL), MLC_OK);
        }
        mlci_tree_free(tree);
    }
    for (int64_t j = 0; j < r->n_features; j++)
        mlci_free(rules[j].bin_of_code);
    free(rules);
    return e;
}

/* The start is larger than what comes after it, so that a bit that it loses stays lost. */
static inline void random_sums(const random_trees *r, mlci_ensemble *e)
{
    if (r->sums == RANDOM_SUMS_OF_DOUBLES) return;
    e->rule = mlci_alloc(NULL, 1, sizeof *e->rule);
    *e->rule = (mlci_score_rule){.is_float = 1, .factor = 1, .divisor = 1};
    for (int32_t k = 0; k < e->n_outputs; k++)
        e->start[k] *= 1000;
    for (int64_t i = 0; r->sums == RANDOM_SUMS_OF_FLOATS && i < e->first_node[e->n_trees]; i++)
        if (e->nodes[i].left == 0) e->nodes[i].value = (double)(float)e->nodes[i].value;
}

static inline mlci_ensemble *random_finished(const random_trees *r)
{
    mlc_context local, *call = NULL;
    mlci_ensemble *const e = random_ensemble(r);
    random_sums(r, e);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ensemble_finish(call, e, NULL), MLC_OK);
    mlci_call_end(call);
    return e;
}

static inline double random_number(const mlci_ensemble *e)
{
    static const double odd[] = {NAN, NAN, INFINITY, -INFINITY, 0.0, -0.0, 1e-320, -1.7e308};
    const int64_t n_nodes = e->first_node[e->n_trees];
    const uint32_t kind = random_below(8);
    if (kind == 0) return odd[random_below(8)];
    if (kind < 5 && n_nodes > 0) {
        /* Of some node: a threshold, the next double or the one before, or a leaf's value. */
        const double value = e->nodes[random_below((uint32_t)n_nodes)].value;
        if (kind == 1) return nextafter(value, INFINITY);
        if (kind == 2) return nextafter(value, -INFINITY);
        return value;
    }
    return (double)random_below(1u << 28) * 0x1p-24 - 8;
}

/* free() them. */
static inline double *random_rows(const random_trees *r, const mlci_ensemble *e, int64_t n_rows)
{
    static const double odd[] = {NAN, -1, RANDOM_CODES, 1e18, INFINITY, -INFINITY, 3.5};
    double *const x = calloc((size_t)(n_rows * r->n_features) + 1, sizeof *x);
    for (int64_t i = 0; i < n_rows; i++) {
        for (int64_t j = 0; j < r->n_features; j++) {
            double *const to = &x[i * r->n_features + j];
            if (j >= r->n_categories)
                *to = random_number(e);
            else
                *to = random_below(10) == 0 ? odd[random_below(7)] : random_below(RANDOM_CODES);
        }
    }
    return x;
}

#endif
