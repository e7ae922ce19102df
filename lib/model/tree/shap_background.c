/* Interventional Shapley values of trees, exact for the given background rows.
 *
 * A row x and a background row b give a leaf of value v something only where each feature of its
 * path is taken by x or by b. With n features taken by x alone and m by b alone, each of the n gets
 * v (n - 1)! m! / (n + m)!, each of the m loses v n! (m - 1)! / (n + m)!, others have no share
 * (Lundberg et al. 2020, appendix). So a leaf knows rows by their patterns (shap_patterns.h) alone:
 * background rows of one pattern are counted together, and what a pattern of x gets is worked out
 * once a block of rows. Time: leaves x path a row and tree, and leaves x background patterns a
 * pattern. The counts of trees that would take too much memory are made anew for each block. */
#include "shap_background.h"

#include "background.h"
#include "shap_pattern_set.h"
#include "shap_patterns.h"

/* Bytes that the counts of all trees may take while the explanation is open. */
#define MAX_KEPT ((int64_t)1 << 26)

/* The patterns of the background rows at a leaf. */
typedef struct leaf_rows {
    int64_t first; /* in patterns and shares */
    int64_t n;
} leaf_rows;

typedef struct tree_rows {
    mlci_shap_paths paths;
    leaf_rows *leaves; /* NULL: not counted */
    int64_t n_patterns;
    uint64_t *patterns; /* n_words each */
    double *shares;     /* of the weight of the background */
} tree_rows;

struct mlci_shap_background {
    mlc_context *call;
    mlci_root *root;
    const mlci_shap_trees *trees;
    const mlci_shap_features *features;
    mlci_background rows;
    tree_rows *kept;
    double *means;       /* n_trees x n_outputs: over the background */
    int32_t *path_sizes; /* of each tree: features of a path, at most */
    int32_t most;        /* of those */
    double *odds;        /* (n - 1)! m! / (n + m)! at n * (most + 1) + m */
};

/* ---- patterns of rows --------------------------------------------------------------------- */

/* The patterns of rows at the leaves of a tree, leaf by leaf: n_leaves x n_rows x n_words. */
static mlc_status mark_rows(const mlci_shap_background *b, const mlci_shap_paths *p,
                            const double *x, int64_t n_rows, uint64_t **out, mlc_error *err)
{
    const int64_t words = p->n_words, bytes = words * (int64_t)sizeof **out;
    uint64_t *const nodes = mlci_alloc_raw(b->root, p->n_nodes, bytes);
    *out = mlci_alloc_raw(b->root, n_rows, p->n_leaves * bytes);
    mlc_status status =
        nodes == NULL || *out == NULL ? mlci_fail_memory(err, n_rows, p->n_leaves * bytes) : MLC_OK;
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        mlci_shap_paths_mark(p, x + i * b->trees->n_features, nodes);
        for (int64_t l = 0; l < p->n_leaves; l++)
            for (int64_t w = 0; w < words; w++)
                (*out)[(l * n_rows + i) * words + w] = nodes[p->leaves[l].node * words + w];
        if (i % MLCI_BLOCK_ROWS == 0) status = mlci_poll(b->call, err);
    }
    mlci_free(nodes);
    return status;
}

static mlc_status open_set(mlci_root *root, int64_t n_rows, int32_t n_words,
                           mlci_shap_pattern_set *set, mlc_error *err)
{
    set->n_words = n_words;
    set->n_slots = mlci_shap_pattern_slots(n_rows, INT32_MAX);
    set->slots = mlci_alloc_raw(root, set->n_slots, sizeof *set->slots);
    set->patterns = mlci_alloc_raw(root, n_rows, n_words * (int64_t)sizeof *set->patterns);
    if (set->slots != NULL && set->patterns != NULL) return MLC_OK;
    return mlci_fail_memory(err, set->n_slots + n_rows * n_words, sizeof *set->patterns);
}

static void close_set(mlci_shap_pattern_set *set)
{
    mlci_free(set->slots);
    mlci_free(set->patterns);
    *set = (mlci_shap_pattern_set){0};
}

/* ---- counting the background -------------------------------------------------------------- */

static void clear_tree(tree_rows *t)
{
    mlci_shap_paths_clear(&t->paths);
    mlci_free(t->leaves);
    mlci_free(t->patterns);
    mlci_free(t->shares);
    *t = (tree_rows){0};
}

/* Room for all patterns that a set may find at one more leaf. */
static mlc_status make_room(mlci_root *root, tree_rows *t, int64_t need, int64_t *capacity,
                            mlc_error *err)
{
    if (need <= *capacity) return MLC_OK;
    const int64_t more = need > 2 * *capacity ? need : 2 * *capacity;
    const int64_t bytes = t->paths.n_words * (int64_t)sizeof *t->patterns;
    uint64_t *const patterns = mlci_realloc(root, t->patterns, more, bytes);
    if (patterns != NULL) t->patterns = patterns;
    double *const shares = mlci_realloc(root, t->shares, more, sizeof *shares);
    if (shares != NULL) t->shares = shares;
    if (patterns == NULL || shares == NULL) return mlci_fail_memory(err, more, bytes);
    *capacity = more;
    return MLC_OK;
}

/* Counts the rows of each pattern at leaf l. */
static void count_leaf(const mlci_shap_background *b, const tree_rows *t, int64_t l,
                       const uint64_t *patterns, mlci_shap_pattern_set *set, double *shares)
{
    const int64_t words = t->paths.n_words;
    set->n_slots = mlci_shap_pattern_slots(b->rows.n_rows, t->paths.leaves[l].n_features);
    mlci_shap_pattern_set_clear(set);
    for (int64_t i = 0; i < b->rows.n_rows; i++) {
        const int32_t n = set->n;
        const int32_t k = mlci_shap_pattern_add(set, patterns + i * words);
        shares[k] = (k == n ? 0 : shares[k]) + b->rows.weight[i];
    }
}

static mlc_status count_leaves(const mlci_shap_background *b, tree_rows *t,
                               const uint64_t *patterns, mlc_error *err)
{
    const int64_t words = t->paths.n_words;
    mlci_shap_pattern_set set = {0};
    double *const shares = mlci_alloc_raw(b->root, b->rows.n_rows, sizeof *shares);
    int64_t capacity = 0, n = 0;
    mlc_status status = shares == NULL
                            ? mlci_fail_memory(err, b->rows.n_rows, sizeof *shares)
                            : open_set(b->root, b->rows.n_rows, t->paths.n_words, &set, err);
    for (int64_t l = 0; l < t->paths.n_leaves && status == MLC_OK; l++) {
        count_leaf(b, t, l, patterns + l * b->rows.n_rows * words, &set, shares);
        status = make_room(b->root, t, n + set.n, &capacity, err);
        if (status == MLC_OK) status = mlci_poll(b->call, err);
        if (status != MLC_OK) break;
        t->leaves[l] = (leaf_rows){.first = n, .n = set.n};
        memcpy(t->patterns + n * words, set.patterns,
               (size_t)(set.n * words) * sizeof *t->patterns);
        memcpy(t->shares + n, shares, (size_t)set.n * sizeof *shares);
        n += set.n;
    }
    t->n_patterns = n;
    close_set(&set);
    mlci_free(shares);
    return status;
}

/* On failure t is good for clearing. */
static mlc_status count_tree(const mlci_shap_background *b, int64_t tree, tree_rows *t,
                             mlc_error *err)
{
    uint64_t *patterns = NULL;
    MLCI_TRY(mlci_shap_paths_open(b->root, b->trees, tree, b->features->place, b->features->n_used,
                                  &t->paths, err));
    t->leaves = mlci_alloc(b->root, t->paths.n_leaves, sizeof *t->leaves);
    if (t->leaves == NULL) return mlci_fail_memory(err, t->paths.n_leaves, sizeof *t->leaves);
    mlc_status status = mark_rows(b, &t->paths, b->rows.x, b->rows.n_rows, &patterns, err);
    if (status == MLC_OK) status = count_leaves(b, t, patterns, err);
    mlci_free(patterns);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* The share of the background that ends in a leaf: the pattern of all bits. */
static double share_of_leaf(const tree_rows *t, int64_t l)
{
    const int32_t words = t->paths.n_words;
    for (int64_t k = t->leaves[l].first; k < t->leaves[l].first + t->leaves[l].n; k++) {
        uint64_t all = UINT64_MAX;
        for (int32_t w = 0; w < words; w++)
            all &= t->patterns[k * words + w];
        if (all == UINT64_MAX) return t->shares[k];
    }
    return 0;
}

static void find_means(const mlci_shap_background *b, int64_t tree, const tree_rows *t)
{
    const mlci_shap_trees *const e = b->trees;
    double *const means = b->means + tree * e->n_outputs;
    for (int32_t l = 0; l < t->paths.n_leaves; l++) {
        const int64_t node = e->first_node[tree] + t->paths.leaves[l].node;
        const double share = share_of_leaf(t, l);
        for (int32_t k = mlci_shap_first_output(e, tree);
             k < mlci_shap_end_output(e, tree) && share > 0; k++)
            means[k] += share * e->leaf_value(e->state, tree, node, k);
    }
}

static mlc_status open_tree(void *arg, int64_t tree, int32_t slot, mlc_error *err)
{
    const mlci_shap_background *const b = arg;
    tree_rows *const t = &b->kept[tree];
    (void)slot;
    MLCI_TRY(count_tree(b, tree, t, err));
    find_means(b, tree, t);
    for (int32_t l = 0; l < t->paths.n_leaves; l++)
        if (t->paths.leaves[l].n_features > b->path_sizes[tree])
            b->path_sizes[tree] = t->paths.leaves[l].n_features;
    const int64_t bytes = t->n_patterns * 8 * (t->paths.n_words + (int64_t)1);
    if (bytes > MAX_KEPT / b->trees->n_trees) clear_tree(t);
    return MLC_OK;
}

static mlc_status make_odds(mlci_shap_background *b, mlc_error *err)
{
    for (int64_t t = 0; t < b->trees->n_trees; t++)
        if (b->path_sizes[t] > b->most) b->most = b->path_sizes[t];
    const int64_t width = (int64_t)b->most + 1;
    b->odds = mlci_alloc(b->root, width, width * (int64_t)sizeof *b->odds);
    if (b->odds == NULL) return mlci_fail_memory(err, width, width * (int64_t)sizeof *b->odds);
    for (int64_t m = 0; m < width && width > 1; m++) {
        b->odds[width + m] = 1 / (double)(m + 1);
        for (int64_t n = 1; n + 1 < width; n++)
            b->odds[(n + 1) * width + m] = b->odds[n * width + m] * (double)n / (double)(n + m + 1);
    }
    return MLC_OK;
}

static mlc_status open_trees(const mlci_explain *explain, mlci_shap_background *b, mlc_error *err)
{
    const int64_t n = b->trees->n_trees, n_outputs = b->trees->n_outputs;
    b->kept = mlci_alloc(b->root, n, sizeof *b->kept);
    b->means = mlci_alloc(b->root, n, n_outputs * (int64_t)sizeof *b->means);
    b->path_sizes = mlci_alloc(b->root, n, sizeof *b->path_sizes);
    if (b->kept == NULL || b->means == NULL || b->path_sizes == NULL)
        return mlci_fail_memory(err, n, (int64_t)sizeof *b->kept);
    MLCI_TRY(mlci_background_read(explain, &b->rows, err));
    MLCI_TRY(mlci_parallel_for(explain->call, n, open_tree, b, err));
    return make_odds(b, err);
}

mlc_status mlci_shap_background_open(const mlci_explain *explain, const mlci_shap_trees *trees,
                                     const mlci_shap_features *features, double *base,
                                     mlci_shap_background **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(explain->call);
    mlci_shap_background *const b = mlci_alloc(root, 1, sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, sizeof *b);
    b->call = explain->call;
    b->root = root;
    b->trees = trees;
    b->features = features;
    const mlc_status status = open_trees(explain, b, err);
    if (status != MLC_OK) {
        mlci_shap_background_close(b);
        return status;
    }
    for (int32_t k = 0; k < trees->n_outputs; k++) {
        base[k] = trees->start == NULL ? 0 : trees->start[k];
        for (int64_t t = 0; t < trees->n_trees; t++)
            base[k] += b->means[t * trees->n_outputs + k];
    }
    *out = b;
    return MLC_OK;
}

void mlci_shap_background_close(mlci_shap_background *b)
{
    if (b == NULL) return;
    for (int64_t t = 0; b->kept != NULL && t < b->trees->n_trees; t++)
        clear_tree(&b->kept[t]);
    mlci_free(b->kept);
    mlci_free(b->means);
    mlci_free(b->path_sizes);
    mlci_background_clear(&b->rows);
    mlci_free(b->odds);
    mlci_free(b);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* What the rows of a block get, tree by tree. */
typedef struct giving {
    const mlci_shap_background *background;
    int64_t n_rows;
    double *values; /* n_rows x n_outputs x n_used */
    mlci_shap_pattern_set set;
    double *shares; /* of each pattern, a number a feature of the path */
} giving;

/* Adds what one pattern of the background gives: sign +1 for the bits of ours, -1 for theirs. */
static void add_bits(uint64_t bits, double share, double *out)
{
    for (; bits != 0; bits &= bits - 1)
        out[__builtin_ctzll(bits)] += share;
}

/* The shares of the features of a path for rows of a pattern, for a leaf of value 1. */
static void share_leaf(const mlci_shap_background *b, const tree_rows *t, int64_t l,
                       const uint64_t *pattern, double *out)
{
    const int32_t words = t->paths.n_words, n_features = t->paths.leaves[l].n_features;
    const int64_t width = (int64_t)b->most + 1;
    memset(out, 0, (size_t)n_features * sizeof *out);
    for (int64_t k = t->leaves[l].first; k < t->leaves[l].first + t->leaves[l].n; k++) {
        const uint64_t *const other = t->patterns + k * words;
        uint64_t both = UINT64_MAX;
        int32_t n = 0, m = 0;
        for (int32_t w = 0; w < words; w++)
            both &= pattern[w] | other[w];
        if (both != UINT64_MAX) continue;
        for (int32_t w = 0; w < words; w++) {
            n += __builtin_popcountll(pattern[w] & ~other[w]);
            m += __builtin_popcountll(other[w] & ~pattern[w]);
        }
        const double gain = n == 0 ? 0 : t->shares[k] * b->odds[n * width + m];
        const double loss = m == 0 ? 0 : t->shares[k] * b->odds[m * width + n];
        for (int32_t w = 0; w < words; w++) {
            add_bits(pattern[w] & ~other[w], gain, out + 64 * w);
            add_bits(other[w] & ~pattern[w], -loss, out + 64 * w);
        }
    }
}

static void give_leaf(giving *g, int64_t tree, const tree_rows *t, int64_t l,
                      const uint64_t *patterns)
{
    const mlci_shap_background *const b = g->background;
    const mlci_shap_trees *const e = b->trees;
    const mlci_shap_leaf *const leaf = &t->paths.leaves[l];
    const int64_t n_used = b->features->n_used, node = e->first_node[tree] + leaf->node;
    const int32_t *const features = t->paths.features + leaf->first;
    g->set.n_slots = mlci_shap_pattern_slots(g->n_rows, leaf->n_features);
    mlci_shap_pattern_set_clear(&g->set);
    for (int64_t i = 0; i < g->n_rows; i++) {
        const int32_t n = g->set.n;
        const int32_t p = mlci_shap_pattern_add(&g->set, patterns + i * t->paths.n_words);
        double *const shares = g->shares + (int64_t)p * leaf->n_features;
        if (p == n) share_leaf(b, t, l, patterns + i * t->paths.n_words, shares);
        for (int32_t k = mlci_shap_first_output(e, tree); k < mlci_shap_end_output(e, tree); k++) {
            const double value = e->leaf_value(e->state, tree, node, k);
            double *const to = g->values + (i * e->n_outputs + k) * n_used;
            for (int32_t j = 0; j < leaf->n_features; j++)
                to[features[j]] += value * shares[j];
        }
    }
}

static mlc_status give_tree(giving *g, int64_t tree, const double *x, mlc_error *err)
{
    const mlci_shap_background *const b = g->background;
    const tree_rows *t = &b->kept[tree];
    tree_rows again = {0};
    uint64_t *patterns = NULL;
    mlc_status status = mlci_poll(b->call, err);
    if (status == MLC_OK && t->leaves == NULL) {
        status = count_tree(b, tree, &again, err);
        t = &again;
    }
    if (status == MLC_OK) status = mark_rows(b, &t->paths, x, g->n_rows, &patterns, err);
    if (status == MLC_OK) status = open_set(b->root, g->n_rows, t->paths.n_words, &g->set, err);
    for (int64_t l = 0; status == MLC_OK && l < t->paths.n_leaves; l++)
        give_leaf(g, tree, t, l, patterns + l * g->n_rows * t->paths.n_words);
    close_set(&g->set);
    mlci_free(patterns);
    clear_tree(&again);
    return status;
}

mlc_status mlci_shap_background_rows(const mlci_shap_background *b, const double *x, int64_t n_rows,
                                     double *out, mlc_error *err)
{
    const mlci_shap_trees *const e = b->trees;
    const mlci_shap_features *const f = b->features;
    giving g = {.background = b, .n_rows = n_rows};
    const int64_t n = n_rows * e->n_outputs;
    g.values = mlci_alloc(b->root, n, f->n_used * (int64_t)sizeof *g.values);
    g.shares = mlci_alloc_raw(b->root, n_rows, (b->most + 1) * (int64_t)sizeof *g.shares);
    mlc_status status = g.values == NULL || g.shares == NULL
                            ? mlci_fail_memory(err, n, f->n_used * (int64_t)sizeof *g.values)
                            : MLC_OK;
    for (int64_t t = 0; t < e->n_trees && status == MLC_OK; t++)
        status = give_tree(&g, t, x, err);
    if (status == MLC_OK) {
        memset(out, 0, (size_t)(n * e->n_features) * sizeof *out);
        for (int64_t i = 0; i < n; i++)
            for (int32_t u = 0; u < f->n_used; u++)
                out[i * e->n_features + f->used[u]] = g.values[i * f->n_used + u];
    }
    mlci_free(g.values);
    mlci_free(g.shares);
    return status;
}
