/* Minimal cost-complexity pruning (Breiman et al. 1984, sections 3.3 and 10.2).
 *
 * The tree that minimises R + alpha * leaves, R the impurity of the leaves weighted by their share
 * of the rows, and the smallest of those, is found in one pass from the leaves up: a branch goes
 * where its split as a leaf costs no more. It is the tree that cutting weakest links one by one
 * ends with. O(nodes). */
#include <string.h>

#include "cart_tree.h"

#define COST_SLACK 1e-12 /* of the root's risk: equal costs differ by rounding */

/* What is known of each node. */
typedef struct pruning {
    double *cost;  /* of the best branch below it */
    int32_t *top;  /* the new leaf that it is in, or -1 */
    int32_t *slot; /* new leaves: the place of their sums; kept nodes: their new index */
    double *sums;  /* a new leaf's sums: n_classes, or one */
} pruning;

static int is_cut(const pruning *p, int32_t i)
{
    return p->top[i] == i;
}

/* Marks the nodes that become leaves, then what is below them; returns how many do. */
static int32_t mark_leaves(const mlci_cart_tree *tree, double alpha, pruning *p)
{
    const double slack = COST_SLACK * tree->impurity[0];
    int32_t n_cut = 0;
    for (int32_t i = tree->n_nodes - 1; i >= 0; i--) {
        const int32_t left = tree->nodes[i].left;
        const double leaf = tree->impurity[i] * (tree->cover[i] / tree->cover[0]) + alpha;
        const double branch = left == 0 ? leaf : p->cost[left] + p->cost[left + 1];
        p->top[i] = left != 0 && leaf <= branch + slack ? i : -1;
        p->cost[i] = p->top[i] == i ? leaf : branch;
    }
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        const int32_t left = tree->nodes[i].left;
        if (is_cut(p, i)) p->slot[i] = n_cut++;
        if (left == 0 || p->top[i] < 0) continue;
        p->top[left] = p->top[left + 1] = p->top[i];
    }
    return n_cut;
}

/* Adds old leaves to the sums of the new ones. */
static void add_leaves(const mlci_cart_tree *tree, pruning *p)
{
    const int32_t n_classes = tree->n_classes, n_sums = n_classes < 3 ? 1 : n_classes;
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].left != 0 || p->top[i] < 0) continue;
        double *const sums = p->sums + (int64_t)p->slot[p->top[i]] * n_sums;
        const double value = tree->nodes[i].value, cover = tree->cover[i];
        if (n_classes < 3) {
            sums[0] += value * cover; /* of numbers not used */
        } else if (value < n_classes) {
            sums[(int32_t)value] += cover;
        } else {
            const double *const shares = tree->shares + ((int64_t)value - n_classes) * n_classes;
            for (int32_t k = 0; k < n_classes; k++)
                sums[k] += shares[k] * cover;
        }
    }
}

static mlc_status set_values(mlci_cart_tree *tree, const pruning *p, mlc_error *err)
{
    const int32_t n_classes = tree->n_classes, n_sums = n_classes < 3 ? 1 : n_classes;
    int32_t *const classes = mlci_alloc(tree->root, n_sums, sizeof *classes);
    mlc_status status = MLC_OK;
    if (classes == NULL) return mlci_fail_memory(err, n_sums, sizeof *classes);
    for (int32_t k = 0; k < n_sums; k++)
        classes[k] = k;
    for (int32_t i = 0; i < tree->n_nodes && status == MLC_OK; i++) {
        if (!is_cut(p, i)) continue;
        const double *const sums = p->sums + (int64_t)p->slot[i] * n_sums;
        tree->nodes[i] = (mlci_tree_node){0, 0, 0};
        tree->gain[i] = 0;
        if (n_classes == 0)
            tree->nodes[i].value = tree->mean[i];
        else if (n_classes < 3)
            tree->nodes[i].value = sums[0] / tree->cover[i];
        else
            status = mlci_cart_tree_add_shares(tree, sums, n_classes, classes,
                                               &tree->nodes[i].value, err);
    }
    mlci_free(classes);
    return status;
}

/* Moves the nodes that stay to the front; children of kept splits keep their order. */
static void close_up(mlci_cart_tree *tree, const pruning *p)
{
    int32_t n = 0;
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        if (p->top[i] >= 0 && !is_cut(p, i)) continue;
        p->slot[i] = n;
        tree->nodes[n] = tree->nodes[i];
        tree->cover[n] = tree->cover[i];
        tree->impurity[n] = tree->impurity[i];
        tree->gain[n++] = tree->gain[i];
    }
    for (int32_t i = 0; i < n; i++)
        if (tree->nodes[i].left != 0) tree->nodes[i].left = p->slot[tree->nodes[i].left];
    tree->n_nodes = n;
}

static mlc_status prune(mlci_cart_tree *tree, double alpha, pruning *p, mlc_error *err)
{
    const int32_t n_sums = tree->n_classes < 3 ? 1 : tree->n_classes;
    p->cost = mlci_alloc_raw(tree->root, tree->n_nodes, sizeof *p->cost);
    p->top = mlci_alloc_raw(tree->root, tree->n_nodes, sizeof *p->top);
    p->slot = mlci_alloc(tree->root, tree->n_nodes, sizeof *p->slot);
    if (p->cost == NULL || p->top == NULL || p->slot == NULL)
        return mlci_fail_memory(err, tree->n_nodes, sizeof *p->cost);
    const int64_t n_cut = mark_leaves(tree, alpha, p);
    if (n_cut == 0) return MLC_OK;
    p->sums = mlci_alloc(tree->root, n_cut * n_sums, sizeof *p->sums);
    if (p->sums == NULL) return mlci_fail_memory(err, n_cut * n_sums, sizeof *p->sums);
    add_leaves(tree, p);
    MLCI_TRY(set_values(tree, p, err));
    close_up(tree, p);
    return MLC_OK;
}

mlc_status mlci_cart_tree_prune(mlci_cart_tree *tree, double alpha, mlc_error *err)
{
    pruning p = {0};
    const mlc_status status = prune(tree, alpha, &p, err);
    mlci_free(p.cost);
    mlci_free(p.top);
    mlci_free(p.slot);
    mlci_free(p.sums);
    return status;
}
