/* Layouts of small trees lead to the leaves that walks lead to. */
#include "tree/path_layout.h"

#include "random_trees.h"

enum { MOST = 2 * MLCI_PATH_LEAVES - 1 };

/* Splits leaf `leaf`, the children being the next two nodes. */
static void split_leaf(mlci_tree_node *nodes, int32_t *n, int32_t leaf)
{
    nodes[leaf].left = *n;
    memset(nodes + *n, 0, 2 * sizeof *nodes);
    *n += 2;
}

/* A tree of so many leaves: by chance, or as balanced as can be, or a chain that leans to the left
 * or to the right or to one after the other. */
static int32_t make_tree(mlci_tree_node *nodes, int32_t n_leaves, int shape)
{
    int32_t n = 1, last = 0;
    memset(nodes, 0, sizeof *nodes);
    while (n < 2 * n_leaves - 1) {
        int32_t leaf = (int32_t)random_below((uint32_t)n);
        while (shape == 0 && nodes[leaf].left != 0)
            leaf = (int32_t)random_below((uint32_t)n);
        if (shape == 1) leaf = (n - 1) / 2;
        if (shape >= 2) leaf = last;
        last = n + (shape == 3 || (shape == 4 && n / 2 % 2 == 1));
        split_leaf(nodes, &n, leaf);
    }
    return n;
}

/* As a walk: at a split a row goes right where its bit of `right` is set, one bit a node. */
static int32_t walk(const mlci_tree_node *nodes, uint64_t right)
{
    int32_t i = 0;
    while (nodes[i].left != 0)
        i = nodes[i].left + (int32_t)(right >> i & 1);
    return i;
}

static int32_t find(const mlci_path_layout *l, uint64_t right)
{
    uint32_t second = 0;
    int32_t lane = 0;
    for (int32_t p = 0; p < l->n_places; p++)
        second |= (uint32_t)(right >> l->splits[p] & 1) << p;
    second ^= l->right_first;
    while ((l->first[lane] & second) != 0)
        lane++;
    return l->leaves[lane];
}

static void check_layout(const mlci_tree_node *nodes, int32_t n_nodes)
{
    mlci_path_layout l;
    mlci_path_layout_make(nodes, n_nodes, &l);
    ck_assert_int_eq(2 * l.n_leaves - 1, n_nodes);
    ck_assert_int_le(l.n_places, MLCI_ROW_SPLITS);
    for (int32_t j = 0; j < MLCI_PATH_LEAVES; j++)
        ck_assert_uint_eq(l.first[j], (uint32_t)l.window.first[j] << l.window.from[j]);
    for (int i = 0; i < 64; i++) {
        const uint64_t right = (uint64_t)random_below(1u << 28) << 36 ^
                               (uint64_t)random_below(1u << 28) << 18 ^ random_below(1u << 28);
        ck_assert_int_eq(find(&l, right), walk(nodes, right));
    }
}

START_TEST(test_layout_of_any_shape_then_leaf_of_a_walk_and_its_splits_in_a_window)
{
    mlci_tree_node nodes[MOST];
    for (int shape = 0; shape < 5; shape++)
        for (int32_t n_leaves = 1; n_leaves <= MLCI_PATH_LEAVES; n_leaves++)
            for (int turn = 0; turn < (shape == 0 ? 500 : 1); turn++)
                check_layout(nodes, make_tree(nodes, n_leaves, shape));
}
END_TEST

/* Each side of the root by chance: its splits and the root do not fit one window. */
START_TEST(test_layout_of_sixteen_leaves_on_each_side_then_root_at_two_places)
{
    mlci_tree_node nodes[MOST], side[MOST];
    for (int turn = 0; turn < 5000; turn++) {
        int32_t at[2][MOST], n = 1;
        memset(nodes, 0, sizeof *nodes);
        split_leaf(nodes, &n, 0);
        for (int s = 0; s < 2; s++) {
            const int32_t n_side = make_tree(side, 16, turn % 5);
            at[s][0] = 1 + s;
            for (int32_t i = 0; i < n_side; i++) {
                if (side[i].left == 0) continue;
                at[s][side[i].left] = n;
                at[s][side[i].left + 1] = n + 1;
                split_leaf(nodes, &n, at[s][i]);
            }
        }
        mlci_path_layout l;
        mlci_path_layout_make(nodes, n, &l);
        ck_assert_int_eq(l.n_places, MLCI_ROW_SPLITS);
        check_layout(nodes, n);
    }
}
END_TEST

MLCI_CHECK_SUITE("path_layout",
                 test_layout_of_any_shape_then_leaf_of_a_walk_and_its_splits_in_a_window,
                 test_layout_of_sixteen_leaves_on_each_side_then_root_at_two_places)
