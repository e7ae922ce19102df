/* Ensembles made by hand and at random, and their games: what each coalition of features gives. */
#ifndef MLCI_TEST_EXPLAINING_H
#define MLCI_TEST_EXPLAINING_H

#include "boosting.h"
#include "shapley.h"
#include "tree/shap.h"
#include "tree/shap_walk.h"

enum {
    TEST_CODES = 5, /* categories of a category feature, each its own bin */
    TEST_MOST_TREES = 4000
};

/* Trees under construction; free with test_forest_clear(). */
typedef struct test_forest {
    mlci_ensemble e;
    uint64_t state;       /* of the tests' own numbers */
    int64_t n_categories; /* the last features are categories */
} test_forest;

static inline double forest_unit(test_forest *f) /* [0, 1) */
{
    f->state = f->state * 6364136223846793005u + 1442695040888963407u;
    return (double)(f->state >> 11) * 0x1p-53;
}

static inline test_forest test_forest_make(int64_t n_features, int64_t n_categories,
                                           int32_t n_outputs, uint64_t seed)
{
    test_forest f = {.state = seed, .n_categories = n_categories};
    mlci_ensemble *const e = &f.e;
    e->n_features = n_features;
    e->n_outputs = n_outputs;
    e->start = calloc((size_t)n_outputs, sizeof *e->start);
    for (int32_t k = 0; k < n_outputs; k++)
        e->start[k] = k + 0.25;
    e->first_node = calloc(TEST_MOST_TREES + 1, sizeof *e->first_node);
    e->first_set = calloc(TEST_MOST_TREES + 1, sizeof *e->first_set);
    e->nodes = calloc(60 * TEST_MOST_TREES, sizeof *e->nodes);
    e->cover = calloc(60 * TEST_MOST_TREES, sizeof *e->cover);
    e->sets = calloc(10000 * MLCI_SET_WORDS, sizeof *e->sets);
    mlci_category_bins *const c = &e->categories;
    c->first_code = calloc((size_t)n_features + 1, sizeof *c->first_code);
    c->bin_of_code = calloc((size_t)n_categories * TEST_CODES + 1, sizeof *c->bin_of_code);
    for (int64_t j = 0; j < n_features; j++)
        c->first_code[j + 1] = c->first_code[j] + (j >= n_features - n_categories ? TEST_CODES : 0);
    for (int64_t i = 0; i < n_categories * TEST_CODES; i++)
        c->bin_of_code[i] = (uint16_t)(1 + i % TEST_CODES);
    return f;
}

static inline double test_leaf_value(const void *state, int64_t tree, int64_t node, int32_t output)
{
    return ((const mlci_ensemble *)state)->nodes[node].value;
}

/* The same as explanations see it. */
static inline mlci_shap_trees test_trees(const mlci_ensemble *e)
{
    return (mlci_shap_trees){.n_features = e->n_features,
                             .n_trees = e->n_trees,
                             .n_outputs = e->n_outputs,
                             .first_node = e->first_node,
                             .nodes = e->nodes,
                             .cover = e->cover,
                             .first_set = e->first_set,
                             .sets = e->sets,
                             .categories = &e->categories,
                             .start = e->start,
                             .state = e,
                             .leaf_value = test_leaf_value};
}

static inline void test_forest_clear(test_forest *f)
{
    free(f->e.start);
    free(f->e.first_node);
    free(f->e.first_set);
    free(f->e.nodes);
    free(f->e.cover);
    free(f->e.sets);
    free(f->e.categories.first_code);
    free(f->e.categories.bin_of_code);
}

/* Makes a split of a leaf, which has that cover; none: the share of left is 0. */
static inline void forest_split(test_forest *f, mlci_tree_node *nodes, double *cover, int32_t i,
                                int32_t *n, int64_t *n_sets, double none)
{
    mlci_ensemble *const e = &f->e;
    const int64_t j = (int64_t)(forest_unit(f) * (double)e->n_features);
    nodes[i].split = (uint32_t)j;
    nodes[i].left = *n;
    if (j >= e->n_features - f->n_categories) {
        uint32_t *const set = e->sets + (e->first_set[e->n_trees] + *n_sets) * MLCI_SET_WORDS;
        nodes[i].split |= MLCI_NODE_CATEGORY;
        nodes[i].value = (double)(*n_sets)++;
        for (uint32_t b = 0; b <= TEST_CODES; b++)
            if (forest_unit(f) < 0.5) mlci_set_add(set, b);
    } else {
        nodes[i].value = floor(8 * forest_unit(f)) / 4 - 1;
        if (forest_unit(f) < 0.5) nodes[i].split |= MLCI_NODE_MISSING_LEFT;
    }
    const double share = forest_unit(f) < none ? 0 : 0.05 + 0.9 * forest_unit(f);
    const int swap = forest_unit(f) < 0.5;
    cover[*n + swap] = share * cover[i];
    cover[*n + !swap] = (1 - share) * cover[i];
    for (int c = 0; c < 2; c++)
        nodes[(*n)++] = (mlci_tree_node){.value = 2 * forest_unit(f) - 1};
}

/* A tree that splits leaves at random until it has so many; deep: the newest leaf. */
static inline void test_forest_grow(test_forest *f, int32_t n_leaves, int deep, double none)
{
    mlci_ensemble *const e = &f->e;
    mlci_tree_node *const nodes = e->nodes + e->first_node[e->n_trees];
    double *const cover = e->cover + e->first_node[e->n_trees];
    int32_t n = 1;
    int64_t n_sets = 0;
    nodes[0] = (mlci_tree_node){.value = forest_unit(f)};
    cover[0] = 100;
    while (n < 2 * n_leaves - 1) {
        const int32_t i = deep ? n - 1 : (int32_t)(forest_unit(f) * n);
        if (nodes[i].left == 0) forest_split(f, nodes, cover, i, &n, &n_sets, none);
    }
    e->n_trees++;
    e->first_node[e->n_trees] = e->first_node[e->n_trees - 1] + n;
    e->first_set[e->n_trees] = e->first_set[e->n_trees - 1] + n_sets;
}

/* Rows with ties at the thresholds, missing values and unseen categories. */
static inline double *test_forest_rows(test_forest *f, int64_t n)
{
    const int64_t p = f->e.n_features;
    double *const x = calloc((size_t)(n * p), sizeof *x);
    for (int64_t i = 0; i < n * p; i++) {
        const int is_category = i % p >= p - f->n_categories;
        x[i] = is_category ? floor((TEST_CODES + 2) * forest_unit(f)) - 1
                           : floor(16 * forest_unit(f)) / 8 - 1;
        if (forest_unit(f) < 0.1) x[i] = NAN;
    }
    return x;
}

/* ---- definitions -------------------------------------------------------------------------- */

static inline int test_goes_left(const mlci_ensemble *e, int64_t tree, const mlci_tree_node *node,
                                 double x)
{
    if (node->split & MLCI_NODE_CATEGORY) {
        const int known = x >= 0 && x < TEST_CODES;
        const uint32_t *const set =
            e->sets + (e->first_set[tree] + (int64_t)node->value) * MLCI_SET_WORDS;
        return mlci_set_has(set, known ? 1 + (uint32_t)x : 0);
    }
    return isnan(x) ? (node->split & MLCI_NODE_MISSING_LEFT) != 0 : x <= node->value;
}

/* What a tree gives where the features of `known` are those of x; the others are those of other,
 * or averaged over cover where that is NULL. */
static inline double test_game(const mlci_ensemble *e, int64_t tree, int32_t i, const double *x,
                               const double *other, uint64_t known)
{
    const mlci_tree_node *const node = &e->nodes[e->first_node[tree] + i];
    const double *const cover = e->cover + e->first_node[tree];
    if (node->left == 0) return node->value;
    const uint32_t j = node->split & MLCI_NODE_FEATURE;
    const double *const from = known >> j & 1 ? x : other;
    if (from != NULL) {
        const int32_t child = node->left + !test_goes_left(e, tree, node, from[j]);
        return test_game(e, tree, child, x, other, known);
    }
    const double both = cover[node->left] + cover[node->left + 1];
    const double share = both > 0 ? cover[node->left] / both : 0.5;
    return share * test_game(e, tree, node->left, x, other, known) +
           (1 - share) * test_game(e, tree, node->left + 1, x, other, known);
}

/* The game of one output, for every coalition: 2^n_features values. */
static inline double *test_games(const mlci_ensemble *e, int32_t output, const double *x,
                                 const double *other)
{
    const uint64_t n = (uint64_t)1 << e->n_features;
    double *const v = calloc(n, sizeof *v);
    for (uint64_t s = 0; s < n; s++) {
        v[s] = e->start[output];
        for (int64_t t = output; t < e->n_trees; t += e->n_outputs)
            v[s] += test_game(e, t, 0, x, other, s);
    }
    return v;
}

/* The matrix of interactions (Lundberg et al. 2020, equations 2 to 5). */
static inline void test_interactions(const double *v, int n, double *out)
{
    double values[16] = {0};
    test_shapley(v, n, 1, values);
    memset(out, 0, (size_t)(n * n) * sizeof *out);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            const uint64_t bi = (uint64_t)1 << i, bj = (uint64_t)1 << j;
            for (uint64_t s = 0; s < (uint64_t)1 << n && i != j; s++) {
                const int k = __builtin_popcountll(s);
                if (s & (bi | bj)) continue;
                out[i * n + j] += (v[s | bi | bj] - v[s | bi] - v[s | bj] + v[s]) *
                                  test_factorial(k) * test_factorial(n - k - 2) /
                                  (2 * test_factorial(n - 1));
            }
        }
        out[i * n + i] = values[i];
        for (int j = 0; j < n; j++)
            if (j != i) out[i * n + i] -= out[i * n + j];
    }
}

/* ---- ours --------------------------------------------------------------------------------- */

/* Background rows with their weights; or none. */
typedef struct test_others {
    const double *x, *weight;
    int64_t n;
} test_others;

/* Explains rows in blocks of so many; the caller frees. base may be NULL. */
static inline double *test_explain_against(mlc_context *ctx, const mlci_ensemble *e,
                                           const double *x, int64_t n, int32_t interactions,
                                           int64_t block, test_others others, double *base)
{
    mlc_context local, *call = NULL;
    mlc_error err;
    mlci_matrix *background = NULL;
    void *plan = NULL;
    const int64_t p = e->n_features, width = e->n_outputs * p * (interactions ? p : 1);
    double *const out = calloc((size_t)(n * width) + 1, sizeof *out);
    double *const means = calloc((size_t)e->n_outputs, sizeof *means);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    if (others.n > 0)
        ck_assert_int_eq(mlci_matrix_wrap(NULL, others.x, others.n, p, &background, NULL), MLC_OK);
    const mlci_explain explain = {.call = call,
                                  .name = "trees",
                                  .state = e,
                                  .interactions = interactions,
                                  .background = background,
                                  .background_weight = others.weight};
    mlc_status status = mlci_ensemble_explainer.open(&explain, means, &plan, &err);
    mlci_matrix_close(background);
    for (int64_t i = 0; i < n && status == MLC_OK; i += block)
        status = mlci_ensemble_explainer.rows(plan, x + i * p, n - i < block ? n - i : block,
                                              out + i * width, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    if (base != NULL) memcpy(base, means, (size_t)e->n_outputs * sizeof *base);
    mlci_ensemble_explainer.close(plan);
    mlci_call_end(call);
    free(means);
    return out;
}

static inline double *test_explain(mlc_context *ctx, const mlci_ensemble *e, const double *x,
                                   int64_t n, int32_t interactions, int64_t block, double *base)
{
    return test_explain_against(ctx, e, x, n, interactions, block, (test_others){0}, base);
}

#endif
