/* Trees of made-up rows, checked against the rows themselves. */
#include "row_tree.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "random.h"

#define N 1000 /* 16 leaves, the last one not full */
#define P 3

static double numbers[N * P];

static void make_numbers(double scale)
{
    for (uint64_t i = 0; i < N * P; i++)
        numbers[i] = scale * (double)mlci_random_below(7, MLCI_RANDOM_TEST, 0, i, 50);
}

static void build(mlci_row_tree *tree)
{
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_tree_build(call, numbers, N, P, tree, NULL), MLC_OK);
    mlci_call_end(call);
}

/* Every row of the node is in its box, and each side of the box touches a row. */
static void assert_box(const mlci_row_tree *tree, mlci_tree_node node)
{
    const double *const box = mlci_tree_box(tree, node);
    const int64_t begin = node.first * MLCI_TREE_LEAF;
    const int64_t end = begin + node.n * MLCI_TREE_LEAF < N ? begin + node.n * MLCI_TREE_LEAF : N;
    for (int64_t k = 0; k < P; k++) {
        double low = (double)INFINITY, high = -(double)INFINITY;
        for (int64_t i = begin; i < end; i++) {
            low = fmin(low, numbers[tree->order[i] * P + k]);
            high = fmax(high, numbers[tree->order[i] * P + k]);
        }
        ck_assert_double_eq(box[k], low);
        ck_assert_double_eq(box[P + k], high);
    }
    if (node.n == 1) return;
    const mlci_tree_node left = mlci_tree_left(node), right = mlci_tree_right(node);
    ck_assert_int_eq(left.n + right.n, node.n);
    ck_assert_int_eq(left.first + left.n, right.first);
    assert_box(tree, left);
    assert_box(tree, right);
}

START_TEST(test_each_row_has_a_place_and_boxes_are_tight)
{
    uint8_t seen[N] = {0};
    mlci_row_tree tree;
    make_numbers(1);
    build(&tree);
    ck_assert_int_eq(tree.n_leaves, 16);
    for (int64_t i = 0; i < N; i++) {
        ck_assert_int_eq(seen[tree.order[i]], 0);
        seen[tree.order[i]] = 1;
    }
    assert_box(&tree, mlci_tree_root(&tree));
    mlci_row_tree_clear(&tree);
}
END_TEST

/* The smallest squared distance between rows of two leaves, as the searches compute it. */
static double smallest(const mlci_row_tree *tree, int64_t a, int64_t b)
{
    double least = (double)INFINITY;
    for (int64_t i = a * 64; i < a * 64 + 64 && i < N; i++) {
        for (int64_t j = b * 64; j < b * 64 + 64 && j < N; j++) {
            double sum = 0;
            for (int64_t k = 0; k < P; k++) {
                const double away =
                    numbers[tree->order[i] * P + k] - numbers[tree->order[j] * P + k];
                sum = fma(away, away, sum);
            }
            least = sum < least ? sum : least;
        }
    }
    return least;
}

static mlci_tree_node leaf_at(const mlci_row_tree *tree, int64_t leaf)
{
    mlci_tree_node node = mlci_tree_root(tree);
    while (node.n > 1)
        node = leaf < mlci_tree_right(node).first ? mlci_tree_left(node) : mlci_tree_right(node);
    ck_assert_int_eq(node.first, leaf);
    return node;
}

START_TEST(test_gaps_of_boxes_are_not_above_any_distance)
{
    const double scales[] = {1, 0.1, 1e-160, 1e-310, 1e150};
    for (int c = 0; c < 5; c++) {
        mlci_row_tree tree;
        int64_t n_apart = 0;
        make_numbers(scales[c]);
        build(&tree);
        for (int64_t a = 0; a < 16; a++) {
            for (int64_t b = 0; b < 16; b++) {
                const double gap = mlci_box_gap(mlci_tree_box(&tree, leaf_at(&tree, a)),
                                                mlci_tree_box(&tree, leaf_at(&tree, b)), P);
                ck_assert(gap <= smallest(&tree, a, b));
                n_apart += gap > 0;
            }
        }
        ck_assert(c >= 2 && c <= 3 ? n_apart == 0 : n_apart > 100); /* squares that underflow */
        mlci_row_tree_clear(&tree);
    }
}
END_TEST

START_TEST(test_one_row_is_a_leaf)
{
    static const double one[] = {4, 5};
    mlci_row_tree tree;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_tree_build(call, one, 1, 2, &tree, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(tree.n_leaves, 1);
    ck_assert_int_eq(tree.order[0], 0);
    ck_assert_double_eq(tree.box[1], 5);
    ck_assert_double_eq(tree.box[3], 5);
    mlci_row_tree_clear(&tree);
}
END_TEST

MLCI_CHECK_SUITE("row_tree", test_each_row_has_a_place_and_boxes_are_tight,
                 test_gaps_of_boxes_are_not_above_any_distance, test_one_row_is_a_leaf)
