/* Pruning a tree written by hand:
 *
 *     0 impurity 1, all of 16 rows
 *       1 impurity 0.4, 8 rows: 3 and 4, 4 rows each, impurity 0.3 and 0.1
 *       2 impurity 0.8, 8 rows: 5 and 6, 4 rows each, impurity 0 and 0.2
 *
 * R is 1; 0.2, 0.4; 0.075, 0.025, 0, 0.05. The weakest link is 1, at (0.2 - 0.1) / 1 = 0.1, then
 * 2 at (0.4 - 0.05) / 1 = 0.35, then the root at (1 - 0.2 - 0.4) / 1 = 0.4. */
#include "forests.h"

static mlci_cart_tree *make_tree(int32_t n_classes)
{
    mlci_cart_tree *tree = NULL;
    int32_t left;
    ck_assert_int_eq(mlci_cart_tree_create(NULL, n_classes, &tree, NULL), MLC_OK);
    for (int k = 0; k < 4; k++)
        ck_assert_int_eq(mlci_cart_tree_split(tree, &left, NULL), MLC_OK);
    const double cover[] = {16, 8, 8, 4, 4, 4, 4}, impurity[] = {1, 0.4, 0.8, 0.3, 0.1, 0, 0.2};
    for (int i = 0; i < 7; i++) {
        tree->cover[i] = cover[i];
        tree->impurity[i] = impurity[i];
        tree->mean[i] = 10 * i;
        tree->nodes[i] = i < 3 ? (mlci_tree_node){i, (uint32_t)i, 2 * i + 1}
                               : (mlci_tree_node){0.25 * (i - 3), 0, 0};
    }
    return tree;
}

START_TEST(test_pruning_cuts_links_up_to_alpha)
{
    const double alpha[] = {0.099, 0.1, 0.349, 0.35, 0.399, 0.4};
    const int32_t n_nodes[] = {7, 5, 5, 3, 3, 1};
    for (int k = 0; k < 6; k++) {
        mlci_cart_tree *const tree = make_tree(0);
        ck_assert_int_eq(mlci_cart_tree_prune(tree, alpha[k], NULL), MLC_OK);
        ck_assert_msg(tree->n_nodes == n_nodes[k], "alpha %g leaves %d nodes", alpha[k],
                      (int)tree->n_nodes);
        mlci_cart_tree_free(tree);
    }
}
END_TEST

START_TEST(test_pruned_nodes_keep_their_means_and_the_others_their_order)
{
    mlci_cart_tree *const tree = make_tree(0);
    ck_assert_int_eq(mlci_cart_tree_prune(tree, 0.2, NULL), MLC_OK);
    ck_assert(tree->nodes[1].left == 0 && tree->nodes[1].split == 0);
    ck_assert_double_eq(tree->nodes[1].value, 10);
    ck_assert_int_eq(tree->nodes[2].left, 3);
    ck_assert_double_eq(tree->nodes[3].value, 0.5);
    ck_assert_double_eq(tree->impurity[4], 0.2);
    mlci_cart_tree_free(tree);
}
END_TEST

START_TEST(test_pruned_classes_are_means_of_the_leaves)
{
    mlci_cart_tree *const two = make_tree(2), *const three = make_tree(3);
    ck_assert_int_eq(mlci_cart_tree_prune(two, 0.2, NULL), MLC_OK);
    ck_assert_double_eq(two->nodes[1].value, 0.125); /* 4 rows of 0, 4 of 0.25 */
    mlci_cart_tree_free(two);
    const double weights[] = {3, 1}, shares[] = {0.5, 0.375, 0.125};
    const int32_t classes[] = {1, 2};
    three->nodes[3].value = 0; /* class 0 alone */
    ck_assert_int_eq(
        mlci_cart_tree_add_shares(three, weights, 2, classes, &three->nodes[4].value, NULL),
        MLC_OK);
    three->nodes[5].value = three->nodes[6].value = 2;
    ck_assert_int_eq(mlci_cart_tree_prune(three, 0.2, NULL), MLC_OK);
    ck_assert_double_ge(three->nodes[1].value, 3);
    ck_assert_mem_eq(three->shares + 3 * ((int)three->nodes[1].value - 3), shares, sizeof shares);
    mlci_cart_tree_free(three);
}
END_TEST

MLCI_CHECK_SUITE("cart_prune", test_pruning_cuts_links_up_to_alpha,
                 test_pruned_nodes_keep_their_means_and_the_others_their_order,
                 test_pruned_classes_are_means_of_the_leaves)
