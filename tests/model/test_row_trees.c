/* Which trees go which way for single rows; that all ways give the leaves of the walk is in
 * test_scorer.c. */
#include "random_trees.h"
#include "tree/row_trees.h"

static mlci_ensemble *trees_of(int32_t n_leaves, int32_t shape, int64_t n_features, int64_t n_trees)
{
    const random_trees r = {.n_features = n_features,
                            .n_outputs = 1,
                            .n_trees = n_trees,
                            .n_leaves = n_leaves,
                            .shape = shape,
                            .n_thresholds = 20};
    return random_finished(&r);
}

START_TEST(test_way_of_a_tree_follows_its_leaves_depth_and_the_columns)
{
    static const struct {
        int32_t n_leaves, shape;
        int64_t n_features;
        int32_t kind;
    } cases[] = {
        {1, TREE_CHAIN, 5, MLCI_ROW_BY_PATH},       {32, TREE_CHAIN, 5, MLCI_ROW_BY_PATH},
        {33, TREE_CHAIN, 5, MLCI_ROW_BY_HEAP},      {64, TREE_BALANCED, 5, MLCI_ROW_BY_HEAP},
        {256, TREE_BALANCED, 5, MLCI_ROW_BY_HEAP},  {257, TREE_BALANCED, 5, MLCI_ROW_BY_NUMBERS},
        {31, TREE_BALANCED, 2000, MLCI_ROW_BY_WALK}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        mlci_ensemble *const e =
            trees_of(cases[k].n_leaves, cases[k].shape, cases[k].n_features, 100);
        const mlci_row_trees *const rows = e->scorer->rows;
        int64_t next = 0;
        for (int64_t i = 0; i < rows->n_runs; i++) {
            ck_assert_int_eq(rows->runs[i].kind, cases[k].kind);
            ck_assert_int_eq(rows->runs[i].first, next);
            ck_assert_int_le(rows->runs[i].n, MLCI_ROW_CHUNK);
            next += rows->runs[i].n;
        }
        ck_assert_int_eq(next, 100);
        mlci_ensemble_free(e);
    }
}
END_TEST

START_TEST(test_sets_are_looked_up_while_their_answers_fit_memory)
{
    /* A word of answers for two trees and each of some 256 bins, and no more than 4 million. */
    const random_trees r = {.n_features = 2,
                            .n_categories = 1,
                            .n_outputs = 1,
                            .n_trees = 40000,
                            .n_leaves = 2,
                            .n_thresholds = 9};
    mlci_ensemble *const e = random_finished(&r);
    const mlci_row_trees *const rows = e->scorer->rows;
    int64_t n_paths = 0;
    for (int64_t i = 0; i < rows->n_runs; i++) {
        const int32_t kind = n_paths < rows->n_paths ? MLCI_ROW_BY_PATH : MLCI_ROW_BY_WALK;
        ck_assert_int_eq(rows->runs[i].kind, kind);
        n_paths += kind == MLCI_ROW_BY_PATH ? rows->runs[i].n : 0;
    }
    ck_assert_int_eq(n_paths, rows->n_paths);
    ck_assert_int_lt(n_paths, 40000);
    ck_assert_int_gt(rows->path_splits.sets.n_lines * MLCI_SET_LINE * rows->path_splits.sets.n_bins,
                     4 << 19);
    mlci_ensemble_free(e);
}
END_TEST

START_TEST(test_runs_end_with_their_output)
{
    const random_trees r = {
        .n_features = 3, .n_outputs = 3, .n_trees = 3 * 600, .n_leaves = 9, .n_thresholds = 20};
    mlci_ensemble *const e = random_finished(&r);
    const mlci_row_trees *const rows = e->scorer->rows;
    ck_assert_int_eq(rows->n_runs, 6);
    for (int64_t i = 0; i < 6; i++) {
        ck_assert_int_eq(rows->runs[i].first, i / 2 * 600 + i % 2 * MLCI_ROW_CHUNK);
        ck_assert_int_eq(rows->runs[i].n, i % 2 ? 600 - MLCI_ROW_CHUNK : MLCI_ROW_CHUNK);
    }
    mlci_ensemble_free(e);
}
END_TEST

START_TEST(test_break_even_is_from_2_to_64_rows)
{
    static const int32_t n_leaves[] = {1, 2, 31, 64, 255, 300};
    for (int k = 0; k < 6; k++) {
        for (int64_t n_trees = 1; n_trees < 400; n_trees += 300) {
            mlci_ensemble *const e = trees_of(n_leaves[k], TREE_BALANCED, 5, n_trees);
            const int64_t n = mlci_row_trees_break_even(e->scorer);
            ck_assert_int_ge(n, 2);
            ck_assert_int_le(n, 64);
            ck_assert_int_eq(e->scorer->least_block, n);
            mlci_ensemble_free(e);
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("row_trees", test_way_of_a_tree_follows_its_leaves_depth_and_the_columns,
                 test_sets_are_looked_up_while_their_answers_fit_memory,
                 test_runs_end_with_their_output, test_break_even_is_from_2_to_64_rows)
