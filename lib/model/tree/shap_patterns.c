/* Paths of a tree and patterns of rows on them. Children come after their parents, so one pass
 * over the nodes marks all of them. */
#include "shap_patterns.h"

#include <string.h>

void mlci_shap_paths_clear(mlci_shap_paths *p)
{
    mlci_free(p->leaves);
    mlci_free(p->features);
    mlci_free(p->bit);
    *p = (mlci_shap_paths){0};
}

/* A walk with a stack of its own. */
typedef struct path_walk {
    int32_t *stack;  /* nodes on the way */
    uint8_t *next;   /* what comes next there: left, right, back */
    uint8_t *fresh;  /* whether the feature is new on the path */
    int32_t *bit_of; /* of each used feature on the path; else -1 */
    int32_t *path;   /* the features of the bits */
    int32_t depth, n_distinct;
    int64_t n_listed, capacity; /* of features */
} path_walk;

static mlc_status open_walk(path_walk *w, mlci_root *root, int64_t n_nodes, int32_t n_used,
                            mlc_error *err)
{
    const int64_t n = n_nodes / 2 + 1;
    w->stack = mlci_alloc_raw(root, n, sizeof *w->stack);
    w->next = mlci_alloc_raw(root, n, 1);
    w->fresh = mlci_alloc_raw(root, n, 1);
    w->bit_of = mlci_alloc_raw(root, n_used, sizeof *w->bit_of);
    w->path = mlci_alloc_raw(root, n_used, sizeof *w->path);
    if (w->stack == NULL || w->next == NULL || w->fresh == NULL || w->bit_of == NULL ||
        w->path == NULL)
        return mlci_fail_memory(err, n + n_used, sizeof *w->stack);
    for (int32_t u = 0; u < n_used; u++)
        w->bit_of[u] = -1;
    return MLC_OK;
}

static void clear_walk(path_walk *w)
{
    mlci_free(w->stack);
    mlci_free(w->next);
    mlci_free(w->fresh);
    mlci_free(w->bit_of);
    mlci_free(w->path);
}

static mlc_status add_leaf(mlci_shap_paths *p, path_walk *w, int32_t node, mlc_error *err)
{
    if (w->n_listed + w->n_distinct > w->capacity) {
        const int64_t capacity = 2 * (w->n_listed + w->n_distinct) + 64;
        int32_t *const grown = mlci_realloc(p->root, p->features, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        p->features = grown;
        w->capacity = capacity;
    }
    p->leaves[p->n_leaves++] = (mlci_shap_leaf){node, w->n_distinct, w->n_listed};
    if (w->n_distinct > 0)
        memcpy(p->features + w->n_listed, w->path, (size_t)w->n_distinct * sizeof *w->path);
    w->n_listed += w->n_distinct;
    if (w->n_distinct > 64 * p->n_words) p->n_words = (w->n_distinct + 63) / 64;
    return MLC_OK;
}

static void enter_split(mlci_shap_paths *p, path_walk *w, const int32_t *place, int32_t node)
{
    const mlci_tree_node *const split = &p->trees->nodes[p->trees->first_node[p->tree] + node];
    const int32_t feature = place[split->split & MLCI_NODE_FEATURE];
    const int is_fresh = w->bit_of[feature] < 0;
    if (is_fresh) {
        w->path[w->n_distinct] = feature;
        w->bit_of[feature] = w->n_distinct++;
    }
    p->bit[node] = w->bit_of[feature];
    w->stack[w->depth] = node;
    w->fresh[w->depth] = (uint8_t)is_fresh;
    w->next[w->depth++] = 0;
}

static void leave_split(path_walk *w)
{
    w->depth--;
    if (w->fresh[w->depth]) w->bit_of[w->path[--w->n_distinct]] = -1;
}

static mlc_status walk_tree(mlci_shap_paths *p, path_walk *w, const int32_t *place, mlc_error *err)
{
    const mlci_tree_node *const nodes = p->trees->nodes + p->trees->first_node[p->tree];
    if (nodes[0].left == 0) return add_leaf(p, w, 0, err);
    enter_split(p, w, place, 0);
    while (w->depth > 0) {
        const int32_t node = w->stack[w->depth - 1];
        const int32_t side = w->next[w->depth - 1]++;
        const int32_t child = nodes[node].left + side;
        if (side == 2)
            leave_split(w);
        else if (nodes[child].left != 0)
            enter_split(p, w, place, child);
        else
            MLCI_TRY(add_leaf(p, w, child, err));
    }
    return MLC_OK;
}

mlc_status mlci_shap_paths_open(mlci_root *root, const mlci_shap_trees *trees, int64_t tree,
                                const int32_t *place, int32_t n_used, mlci_shap_paths *out,
                                mlc_error *err)
{
    const int64_t n = trees->first_node[tree + 1] - trees->first_node[tree];
    path_walk walk = {0};
    *out = (mlci_shap_paths){
        .root = root, .trees = trees, .tree = tree, .n_nodes = (int32_t)n, .n_words = 1};
    out->leaves = mlci_alloc_raw(root, n / 2 + 1, sizeof *out->leaves);
    out->bit = mlci_alloc(root, n, sizeof *out->bit);
    mlc_status status = out->leaves == NULL || out->bit == NULL
                            ? mlci_fail_memory(err, n, sizeof *out->leaves)
                            : open_walk(&walk, root, n, n_used, err);
    if (status == MLC_OK) status = walk_tree(out, &walk, place, err);
    clear_walk(&walk);
    if (status != MLC_OK) mlci_shap_paths_clear(out);
    return status;
}

void mlci_shap_paths_mark(const mlci_shap_paths *p, const double *x, uint64_t *patterns)
{
    const mlci_tree_node *const nodes = p->trees->nodes + p->trees->first_node[p->tree];
    const int32_t words = p->n_words;
    for (int32_t w = 0; w < words; w++)
        patterns[w] = UINT64_MAX;
    for (int32_t i = 0; i < p->n_nodes; i++) {
        const mlci_tree_node *const node = &nodes[i];
        if (node->left == 0) continue;
        const double v = x[node->split & MLCI_NODE_FEATURE];
        const int goes_left = mlci_shap_goes_left(p->trees, p->tree, node, v);
        const uint64_t *const here = patterns + (int64_t)i * words;
        uint64_t *const left = patterns + (int64_t)node->left * words;
        for (int32_t w = 0; w < words; w++)
            left[w] = left[words + w] = here[w];
        left[goes_left * words + p->bit[i] / 64] &= ~((uint64_t)1 << p->bit[i] % 64);
    }
}
