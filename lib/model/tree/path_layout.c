/* Ordering splits and leaves of small trees. */
#include "path_layout.h"

#include <string.h>

#define MOST_NODES (2 * MLCI_PATH_LEAVES - 1)
#define WINDOW 8 /* places */

typedef struct maker {
    const mlci_tree_node *nodes;
    int32_t n_leaves[MOST_NODES]; /* below each */
    mlci_path_layout *out;
} maker;

static int is_right_first(const maker *m, int32_t split)
{
    const int32_t left = m->nodes[split].left;
    return m->n_leaves[left + 1] < m->n_leaves[left];
}

static void insert_split(mlci_path_layout *l, int32_t place, int32_t split)
{
    memmove(l->splits + place + 1, l->splits + place,
            (size_t)(l->n_places - place) * sizeof *l->splits);
    l->splits[place] = split;
    l->n_places++;
}

/* Appends a node's splits: one after the other on the second sides, each amid those on its first
 * side, whose own splits are half as many at most. */
static void order_splits(maker *m, int32_t top)
{
    mlci_path_layout *const l = m->out;
    for (int32_t i = top; m->nodes[i].left != 0;) {
        const int32_t begin = l->n_places, right_first = is_right_first(m, i);
        order_splits(m, m->nodes[i].left + right_first);
        const int32_t n = l->n_places - begin;
        if (n < 2 * WINDOW - 1) {
            insert_split(l, begin + (n + 1) / 2, i);
        } else {
            insert_split(l, begin + 2 * n / 3, i);
            insert_split(l, begin + n / 3, i);
        }
        i = m->nodes[i].left + !right_first;
    }
}

/* Moves the bit of a split that stands at two places where the lower one is too far away. */
static uint32_t near_root(const mlci_path_layout *l, uint32_t first)
{
    if (first == 0 || first >> __builtin_ctz(first) < 1U << WINDOW) return first;
    for (int32_t p = 0; p < l->n_places; p++)
        if (l->splits[p] == 0) first ^= (uint32_t)1 << p;
    return first;
}

static void put_leaf(mlci_path_layout *l, int32_t lane, int32_t leaf, uint32_t first)
{
    const uint32_t bits = near_root(l, first);
    const int from = bits == 0 ? 0 : __builtin_ctz(bits);
    l->leaves[lane] = leaf;
    l->first[lane] = bits;
    l->window.from[lane] = (uint8_t)from;
    l->window.first[lane] = (uint8_t)(bits >> from);
}

static void order_leaves(const maker *m, int32_t n_nodes)
{
    mlci_path_layout *const l = m->out;
    int32_t lane[MOST_NODES] = {0}; /* the first below each */
    uint32_t first[MOST_NODES] = {0}, bit[MOST_NODES] = {0};
    for (int32_t p = l->n_places - 1; p >= 0; p--)
        bit[l->splits[p]] = (uint32_t)1 << p;
    for (int32_t i = 0; i < n_nodes; i++) {
        const int32_t left = m->nodes[i].left;
        if (left == 0) {
            put_leaf(l, lane[i], i, first[i]);
            continue;
        }
        const int32_t one = left + is_right_first(m, i), other = left + !is_right_first(m, i);
        lane[one] = lane[i];
        first[one] = first[i] | bit[i];
        lane[other] = lane[i] + m->n_leaves[one];
        first[other] = first[i];
    }
}

void mlci_path_layout_make(const mlci_tree_node *nodes, int32_t n_nodes, mlci_path_layout *out)
{
    maker m = {.nodes = nodes, .out = out};
    memset(out, 0, sizeof *out);
    for (int32_t i = n_nodes - 1; i >= 0; i--) {
        const int32_t left = nodes[i].left;
        m.n_leaves[i] = left == 0 ? 1 : m.n_leaves[left] + m.n_leaves[left + 1];
    }
    out->n_leaves = m.n_leaves[0];
    order_splits(&m, 0);
    for (int32_t p = 0; p < out->n_places; p++)
        out->right_first |= (uint32_t)is_right_first(&m, out->splits[p]) << p;
    order_leaves(&m, n_nodes);
}
