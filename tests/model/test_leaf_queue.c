#include "tree/grow_state.h"

#include "growing.h"

enum { N = 200 };

static mlci_grower *open_grower(int32_t policy)
{
    static mlci_leaf leaves[N];
    static int32_t heap[N];
    static mlci_grower g;
    memset(leaves, 0, sizeof leaves);
    g = (mlci_grower){.leaves = leaves, .heap = heap, .rules = {.policy = policy}};
    for (int32_t i = 0; i < N; i++) {
        leaves[i].node = (int32_t)((i * 77 + 5) % N);
        leaves[i].depth = (int32_t)(7 * test_unit(1, i));
        leaves[i].gain = floor(20 * test_unit(2, i)); /* many ties */
    }
    return &g;
}

START_TEST(test_leaves_come_by_gain_the_lower_node_first)
{
    mlci_grower *const g = open_grower(MLCI_GROW_LEAF_WISE);
    for (int32_t i = 0; i < N; i++)
        mlci_leaf_push(g, i);
    const mlci_leaf *before = &g->leaves[mlci_leaf_pop(g)];
    while (g->n_heap > 0) {
        const mlci_leaf *const l = &g->leaves[mlci_leaf_pop(g)];
        ck_assert(before->gain > l->gain || (before->gain == l->gain && before->node < l->node));
        before = l;
    }
}
END_TEST

START_TEST(test_depth_wise_the_nearest_to_the_root_come_first)
{
    mlci_grower *const g = open_grower(MLCI_GROW_DEPTH_WISE);
    for (int32_t i = N - 1; i >= 0; i--)
        mlci_leaf_push(g, i);
    const mlci_leaf *before = &g->leaves[mlci_leaf_pop(g)];
    while (g->n_heap > 0) {
        const mlci_leaf *const l = &g->leaves[mlci_leaf_pop(g)];
        ck_assert_int_le(before->depth, l->depth);
        if (before->depth == l->depth) ck_assert_double_ge(before->gain, l->gain);
        before = l;
    }
}
END_TEST

MLCI_CHECK_SUITE("leaf_queue", test_leaves_come_by_gain_the_lower_node_first,
                 test_depth_wise_the_nearest_to_the_root_come_first)
