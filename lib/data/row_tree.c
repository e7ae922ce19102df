/* A tree of rows (Bentley 1975): the rows of a part are sorted by the number that spreads most
 * there and cut where the left half is full leaves. Ties are by row, so the tree is a function of
 * the rows alone. Boxes are exact: comparisons only. */
#include "row_tree.h"

#include <float.h>
#include <math.h>

#include "error.h"
#include "order.h"

typedef struct build {
    mlc_context *call;
    const double *numbers;
    mlci_row_tree *tree;
    mlci_order_key *keys; /* 2 n: of a part, and room to sort */
} build;

static int64_t n_rows_of(const mlci_row_tree *tree, mlci_tree_node node)
{
    const int64_t begin = node.first * MLCI_TREE_LEAF, end = begin + node.n * MLCI_TREE_LEAF;
    return (end < tree->n ? end : tree->n) - begin;
}

/* Sets the box of a node; returns the number that spreads most. */
static int64_t find_box(const build *b, mlci_tree_node node)
{
    const int64_t p = b->tree->n_numbers, n = n_rows_of(b->tree, node);
    const int64_t *const rows = b->tree->order + node.first * MLCI_TREE_LEAF;
    double *const low = b->tree->box + 2 * p * node.index, *const high = low + p;
    int64_t widest = 0;
    for (int64_t k = 0; k < p; k++)
        low[k] = high[k] = b->numbers[rows[0] * p + k];
    for (int64_t i = 1; i < n; i++) {
        const double *const x = b->numbers + rows[i] * p;
        for (int64_t k = 0; k < p; k++) {
            low[k] = x[k] < low[k] ? x[k] : low[k];
            high[k] = x[k] > high[k] ? x[k] : high[k];
        }
    }
    for (int64_t k = 1; k < p; k++)
        widest = high[k] - low[k] > high[widest] - low[widest] ? k : widest;
    return widest;
}

static mlc_status split(const build *b, mlci_tree_node node, mlc_error *err)
{
    const int64_t p = b->tree->n_numbers, n = n_rows_of(b->tree, node);
    int64_t *const rows = b->tree->order + node.first * MLCI_TREE_LEAF;
    const int64_t axis = find_box(b, node);
    if (node.n == 1) return MLC_OK;
    for (int64_t i = 0; i < n; i++) {
        const double value = b->numbers[rows[i] * p + axis];
        b->keys[i] = (mlci_order_key){mlci_order_of_real(value), rows[i]};
    }
    MLCI_TRY(mlci_order_sort(b->call, b->keys, b->keys + n, n, err));
    for (int64_t i = 0; i < n; i++)
        rows[i] = b->keys[i].row;
    MLCI_TRY(split(b, mlci_tree_left(node), err));
    return split(b, mlci_tree_right(node), err);
}

mlc_status mlci_row_tree_build(mlc_context *call, const double *numbers, int64_t n,
                               int64_t n_numbers, mlci_row_tree *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    const int64_t n_leaves = (n + MLCI_TREE_LEAF - 1) / MLCI_TREE_LEAF, n_nodes = 2 * n_leaves - 1;
    const int64_t box_size = 2 * n_numbers * (int64_t)sizeof *out->box;
    *out = (mlci_row_tree){n, n_numbers, n_leaves, NULL, NULL, n_nodes};
    out->order = mlci_alloc_raw(root, n, (int64_t)sizeof *out->order);
    out->box = mlci_alloc_raw(root, n_nodes, box_size);
    build b = {call, numbers, out, mlci_alloc_raw(root, 2 * n, (int64_t)sizeof *b.keys)};
    mlc_status status = MLC_OK;
    if (out->order == NULL || out->box == NULL || b.keys == NULL)
        status = mlci_fail_memory(err, n_nodes, box_size);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        out->order[i] = i;
    if (status == MLC_OK) status = split(&b, mlci_tree_root(out), err);
    mlci_free(b.keys);
    return status;
}

void mlci_row_tree_clear(mlci_row_tree *tree)
{
    mlci_free(tree->order);
    mlci_free(tree->box);
    *tree = (mlci_row_tree){0};
}

/* Each of the at most n + 2 roundings of a sum is less than DBL_EPSILON of it, here and there; what
 * underflows is less than DBL_MIN a term. */
double mlci_box_gap(const double *a, const double *b, int64_t n_numbers)
{
    double sum = 0;
    for (int64_t k = 0; k < n_numbers; k++) {
        const double right = b[k] - a[n_numbers + k], left = a[k] - b[n_numbers + k];
        double gap = right > left ? right : left;
        gap = gap > 0 ? gap : 0;
        sum += gap * gap;
    }
    const double n = (double)(n_numbers + 2);
    return sum * (1 - 2 * n * DBL_EPSILON) - n * DBL_MIN;
}
