/* Lays a tree out as steps, splits and factors for the kernel of Shapley values.
 *
 * The walk goes down with a stack of its own, so that no tree is too deep for it. A child that
 * nobody of the training rows reached (a cover of 0) keeps its factor, which is then 0 for rows
 * that do not go there. */
#include "shap_walk.h"

#include "quadrature.h"

typedef struct mlci_shap_level {
    int32_t node;  /* in the tree */
    int32_t split; /* index of its split */
    int32_t next;  /* what comes next: MLCI_SHAP_YES, _NO or _END */
    double share;  /* of the factor of its feature, on the edge that is walked */
} level;

/* ---- memory ------------------------------------------------------------------------------- */

static int64_t most_nodes(const mlci_shap_trees *e)
{
    int64_t most = 1;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t n = e->first_node[t + 1] - e->first_node[t];
        most = n > most ? n : most;
    }
    return most;
}

mlc_status mlci_shap_builder_open(mlci_root *root, const mlci_shap_trees *trees,
                                  const int32_t *place, int32_t n_used, int32_t with_pairs,
                                  mlci_shap_builder *out, mlc_error *err)
{
    const int64_t n = most_nodes(trees) / 2;
    *out = (mlci_shap_builder){
        .root = root, .trees = trees, .place = place, .n_used = n_used, .with_pairs = with_pairs};
    out->steps = mlci_alloc_raw(root, 3 * n, sizeof *out->steps);
    out->splits = mlci_alloc_raw(root, n, sizeof *out->splits);
    out->children = mlci_alloc_raw(root, n, 2 * (int64_t)sizeof *out->children);
    out->above = mlci_alloc_raw(root, n, sizeof *out->above);
    out->categories = mlci_alloc_raw(root, n, sizeof *out->categories);
    out->levels = mlci_alloc_raw(root, n, sizeof *out->levels);
    out->nearest = mlci_alloc_raw(root, n_used, sizeof *out->nearest);
    if (out->steps == NULL || out->splits == NULL || out->children == NULL || out->above == NULL ||
        out->categories == NULL || out->levels == NULL || out->nearest == NULL)
        return mlci_fail_memory(err, n, sizeof *out->splits);
    for (int32_t u = 0; u < n_used; u++)
        out->nearest[u] = -1;
    return MLC_OK;
}

void mlci_shap_builder_clear(mlci_shap_builder *b)
{
    mlci_free(b->steps);
    mlci_free(b->splits);
    mlci_free(b->children);
    mlci_free(b->above);
    mlci_free(b->categories);
    mlci_free(b->levels);
    mlci_free(b->nearest);
    mlci_free(b->others);
    mlci_free(b->factors);
    mlci_free(b->nodes);
}

static mlc_status add_other(mlci_shap_builder *b, int32_t depth, int64_t pair, mlc_error *err)
{
    if (b->n_others == b->other_capacity) {
        const int64_t capacity = b->n_others < 64 ? 128 : 2 * b->n_others;
        mlci_shap_other *const grown =
            mlci_realloc(b->root, b->others, capacity, sizeof *b->others);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *b->others);
        b->others = grown;
        b->other_capacity = capacity;
    }
    b->others[b->n_others++] = (mlci_shap_other){.depth = depth, .pair = pair};
    return MLC_OK;
}

/* ---- steps and splits --------------------------------------------------------------------- */

/* A row of NaN fails either test, so the test is the one that sends it to its side. */
static void choose_test(mlci_shap_builder *b, int32_t node_index, const mlci_tree_node *node,
                        mlci_shap_split *split)
{
    split->threshold = node->value;
    split->column = split->feature;
    split->is_greater = 1;
    if (node->split & MLCI_NODE_CATEGORY) {
        const int32_t column = b->n_used + b->n_categories;
        b->categories[b->n_categories++] = (mlci_shap_category){node_index, column};
        split->column = column;
        split->threshold = 0.5;
    } else {
        split->is_greater = (node->split & MLCI_NODE_MISSING_LEFT) != 0;
    }
}

/* The child where the test is true (1) or false (0). */
static int32_t child_of(const mlci_tree_node *node, int32_t side)
{
    const int greater_is_left = (node->split & MLCI_NODE_CATEGORY) != 0;
    const int missing_left = (node->split & MLCI_NODE_MISSING_LEFT) != 0;
    const int yes_is_right = !greater_is_left && missing_left;
    return node->left + (side ? yes_is_right : !yes_is_right);
}

static mlc_status start_split(mlci_shap_builder *b, int64_t tree, int32_t depth, mlc_error *err)
{
    const mlci_shap_trees *const e = b->trees;
    const mlci_tree_node *const nodes = e->nodes + e->first_node[tree];
    level *const here = &b->levels[depth];
    const mlci_tree_node *const node = &nodes[here->node];
    here->split = (int32_t)b->n_splits++;
    mlci_shap_split *const split = &b->splits[here->split];
    const double left = mlci_shap_left_share(e, tree, node);
    const int32_t yes = child_of(node, 1);
    *split = (mlci_shap_split){.feature = b->place[node->split & MLCI_NODE_FEATURE],
                               .depth = depth,
                               .first_other = b->n_others,
                               .share = yes == node->left ? left : 1 - left};
    split->above = b->nearest[split->feature];
    choose_test(b, here->node, node, split);
    b->children[2 * here->split] = child_of(node, 0);
    b->children[2 * here->split + 1] = yes;
    if (depth > 0) {
        const level *const parent = &b->levels[depth - 1];
        split->side = child_of(&nodes[parent->node], 1) == here->node;
    }
    b->above[here->split] = split->above < 0 ? 1 : b->levels[split->above].share;
    for (int32_t k = 0; k < depth && b->with_pairs; k++) {
        const int32_t other = b->splits[b->levels[k].split].feature;
        if (other == split->feature || b->nearest[other] != k) continue;
        MLCI_TRY(add_other(b, k, mlci_shap_pair(split->feature, other), err));
    }
    split->n_others = b->n_others - split->first_other;
    b->nearest[split->feature] = depth;
    return MLC_OK;
}

/* Takes the next step at a level; 1 and *child set where it goes down. */
static int take_step(mlci_shap_builder *b, const mlci_tree_node *nodes, level *here, int32_t *child)
{
    const mlci_shap_split *const split = &b->splits[here->split];
    const mlci_tree_node *const node = &nodes[here->node];
    const double above = b->above[here->split];
    const int64_t again = split->above < 0 ? 0 : MLCI_SHAP_AGAIN;
    const int64_t at = (int64_t)here->split << MLCI_SHAP_STEP_BITS | again;
    const int32_t yes = child_of(node, 1), no = child_of(node, 0);
    const int32_t what = here->next++;
    if (what == MLCI_SHAP_END) {
        const int64_t leaves = (nodes[yes].left == 0 ? MLCI_SHAP_YES_LEAF : 0) |
                               (nodes[no].left == 0 ? MLCI_SHAP_NO_LEAF : 0);
        b->steps[b->n_steps++] = at | MLCI_SHAP_END | leaves;
        return 0;
    }
    *child = what == MLCI_SHAP_YES ? yes : no;
    here->share = above * (what == MLCI_SHAP_YES ? split->share : 1 - split->share);
    if (nodes[*child].left == 0) return 0;
    b->steps[b->n_steps++] = at | what;
    return 1;
}

static mlc_status lay_steps(mlci_shap_builder *b, int64_t tree, mlc_error *err)
{
    const mlci_tree_node *const nodes = b->trees->nodes + b->trees->first_node[tree];
    int32_t depth = 0, distinct = 0, child = 0;
    b->n_steps = b->n_splits = b->n_others = 0;
    b->n_categories = b->n_distinct = b->walk.n_levels = 0;
    if (nodes[0].left == 0) return MLC_OK;
    b->levels[0] = (level){.node = 0, .split = -1};
    while (depth >= 0) {
        level *const here = &b->levels[depth];
        if (here->split < 0) {
            MLCI_TRY(start_split(b, tree, depth, err));
            distinct += b->splits[here->split].above < 0;
            if (distinct > b->n_distinct) b->n_distinct = distinct;
            if (depth >= b->walk.n_levels) b->walk.n_levels = depth + 1;
        }
        if (take_step(b, nodes, here, &child)) {
            b->levels[++depth] = (level){.node = child, .split = -1};
        } else if (here->next > MLCI_SHAP_END) {
            const mlci_shap_split *const split = &b->splits[here->split];
            b->nearest[split->feature] = split->above;
            distinct -= split->above < 0;
            depth--;
        }
    }
    return MLC_OK;
}

/* ---- factors ------------------------------------------------------------------------------ */

static void fill_factors(const mlci_shap_builder *b, const mlci_shap_split *split, double above,
                         double *out)
{
    const int64_t n = b->walk.n_nodes;
    const double *const t = b->nodes, *const rest = t + n;
    const double yes = above * split->share, no = above * (1 - split->share);
    const int is_again = split->above >= 0;
    for (int64_t q = 0; q < n; q++) {
        const double inverse = is_again ? 1 / (t[q] + above * rest[q]) : 1;
        out[2 * q] = (t[q] + yes * rest[q]) * inverse;
        out[2 * q + 1] = yes * rest[q] * inverse;
        if (is_again) out[2 * n + q] = above * inverse * inverse;
        if (!b->with_pairs) continue;
        double *const edges = out + (2 + is_again) * n;
        edges[2 * q] = (1 - yes) / (t[q] + yes * rest[q]);
        edges[2 * q + 1] = (1 - no) / (t[q] + no * rest[q]);
    }
}

/* The rule that is exact for the longest paths. */
static mlc_status choose_nodes(mlci_shap_builder *b, mlc_error *err)
{
    const int32_t n = (b->n_distinct + 1) / 2;
    if (n == b->walk.n_nodes) return MLC_OK;
    if (n > b->node_capacity) {
        double *const grown = mlci_realloc(b->root, b->nodes, 4 * (int64_t)n, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, 4 * (int64_t)n, sizeof *grown);
        b->nodes = grown;
        b->node_capacity = n;
    }
    b->walk.n_nodes = n;
    mlci_gauss_legendre(n, b->nodes, b->nodes + n, b->nodes + 2 * n);
    for (int32_t q = 0; q < n; q++)
        b->nodes[3 * n + q] = -1 / b->nodes[n + q];
    return MLC_OK;
}

mlc_status mlci_shap_build(mlci_shap_builder *b, int64_t tree, mlc_error *err)
{
    b->tree = tree;
    MLCI_TRY(lay_steps(b, tree, err));
    b->walk.n_steps = b->n_steps;
    if (b->n_steps == 0) return MLC_OK;
    MLCI_TRY(choose_nodes(b, err));
    const int64_t n = b->walk.n_nodes, each = b->with_pairs ? 5 * n : 3 * n;
    if (b->n_splits * each > b->factor_capacity) {
        double *const grown =
            mlci_realloc(b->root, b->factors, b->n_splits, each * (int64_t)sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, b->n_splits, each * (int64_t)sizeof *grown);
        b->factors = grown;
        b->factor_capacity = b->n_splits * each;
    }
    int64_t at = 0;
    for (int64_t i = 0; i < b->n_splits; i++) {
        b->splits[i].factors = at;
        fill_factors(b, &b->splits[i], b->above[i], b->factors + at);
        at += (2 + (b->splits[i].above >= 0) + 2 * (b->with_pairs != 0)) * n;
    }
    b->walk.steps = b->steps;
    b->walk.splits = b->splits;
    b->walk.factors = b->factors;
    b->walk.others = b->others;
    b->walk.weights = b->nodes + 2 * n;
    b->walk.gone = b->nodes + 3 * n;
    return MLC_OK;
}

void mlci_shap_set_output(mlci_shap_builder *b, int32_t output)
{
    const mlci_shap_trees *const trees = b->trees;
    const int64_t first = trees->first_node[b->tree];
    for (int64_t i = 0; i < b->n_splits; i++)
        for (int side = 0; side < 2; side++) {
            const int64_t node = first + b->children[2 * i + side];
            if (trees->nodes[node].left != 0) continue;
            b->splits[i].value[side] = trees->leaf_value(trees->state, b->tree, node, output);
        }
}
