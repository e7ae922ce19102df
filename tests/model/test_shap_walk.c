#include "explaining.h"

/* A builder for all features of the forest. */
static void open_builder(test_forest *f, mlci_shap_trees *trees, int32_t *place,
                         mlci_shap_builder *b)
{
    *trees = test_trees(&f->e);
    for (int64_t j = 0; j < f->e.n_features; j++)
        place[j] = (int32_t)j;
    ck_assert_int_eq(
        mlci_shap_builder_open(NULL, trees, place, (int32_t)f->e.n_features, 0, b, NULL), MLC_OK);
}

START_TEST(test_steps_enter_what_is_no_leaf_and_end_every_split_once)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        test_forest f = test_forest_make(5, 1, 1, seed);
        int32_t place[5];
        mlci_shap_trees trees;
        mlci_shap_builder b;
        test_forest_grow(&f, 2 + (int32_t)seed, (int)(seed % 2), 0);
        open_builder(&f, &trees, place, &b);
        ck_assert_int_eq(mlci_shap_build(&b, 0, NULL), MLC_OK);
        const int64_t n_splits = (f.e.first_node[1] - 1) / 2;
        int64_t n_ends = 0, n_entered = 0, depth = 0;
        for (int64_t i = 0; i < b.walk.n_steps; i++) {
            const int64_t at = b.walk.steps[i] >> MLCI_SHAP_STEP_BITS;
            const int64_t what = b.walk.steps[i] & 3;
            ck_assert_int_eq(b.walk.splits[at].depth, depth);
            n_ends += what == MLCI_SHAP_END;
            n_entered += what != MLCI_SHAP_END;
            depth += what == MLCI_SHAP_END ? -1 : 1;
            ck_assert_int_le(depth, b.walk.n_levels - 1);
        }
        ck_assert_int_eq(depth, -1);
        ck_assert_int_eq(n_ends, n_splits);
        ck_assert_int_eq(n_entered, n_splits - 1);
        mlci_shap_builder_clear(&b);
        test_forest_clear(&f);
    }
}
END_TEST

START_TEST(test_nodes_are_half_the_features_of_the_longest_path)
{
    test_forest f = test_forest_make(40, 0, 1, 3);
    int32_t place[40];
    mlci_shap_trees trees;
    mlci_shap_builder b;
    mlci_ensemble *const e = &f.e;
    for (int32_t i = 0; i < 40; i++) {
        e->nodes[2 * i] = (mlci_tree_node){.split = (uint32_t)i, .left = 2 * i + 1};
        e->nodes[2 * i + 1].value = 1;
    }
    /* A chain to the right: the children of 2 i are 2 i + 1, a leaf, and 2 i + 2. */
    e->n_trees = 1;
    e->first_node[1] = 81;
    open_builder(&f, &trees, place, &b);
    ck_assert_int_eq(mlci_shap_build(&b, 0, NULL), MLC_OK);
    ck_assert_int_eq(b.n_distinct, 40);
    ck_assert_int_eq(b.walk.n_nodes, 20);
    ck_assert_int_eq(b.walk.n_levels, 40);
    mlci_shap_builder_clear(&b);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_share_is_that_of_the_cover_and_a_half_where_nothing_is_known)
{
    test_forest f = test_forest_make(1, 0, 1, 1);
    mlci_ensemble *const e = &f.e;
    const mlci_shap_trees trees = test_trees(e);
    const mlci_tree_node *const node = &e->nodes[0];
    e->nodes[0].left = 1;
    const double covers[][3] = {{3, 1, 0.75}, {0, 2, 0},          {0, 0, 0.5},
                                {5, 0, 1},    {INFINITY, 1, 0.5}, {1e308, 1.7e308, 0.5}};
    for (size_t i = 0; i < sizeof covers / sizeof covers[0]; i++) {
        e->cover[1] = covers[i][0];
        e->cover[2] = covers[i][1];
        ck_assert_double_eq(mlci_shap_left_share(&trees, 0, node), covers[i][2]);
    }
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_values_are_those_of_the_leaves_next_to_a_split)
{
    test_forest f = test_forest_make(3, 0, 1, 8);
    int32_t place[3];
    mlci_shap_trees trees;
    mlci_shap_builder b;
    test_forest_grow(&f, 12, 0, 0);
    open_builder(&f, &trees, place, &b);
    ck_assert_int_eq(mlci_shap_build(&b, 0, NULL), MLC_OK);
    mlci_shap_set_output(&b, 0);
    int n_leaves = 0;
    for (int64_t i = 0; i < b.n_splits; i++) {
        for (int side = 0; side < 2; side++) {
            const mlci_tree_node *const child = &f.e.nodes[b.children[2 * i + side]];
            if (child->left != 0) continue;
            ck_assert_double_eq(b.walk.splits[i].value[side], child->value);
            n_leaves++;
        }
    }
    ck_assert_int_eq(n_leaves, 12);
    mlci_shap_builder_clear(&b);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_pairs_are_numbered_without_gaps)
{
    int seen[45] = {0};
    for (int64_t i = 0; i < 10; i++)
        for (int64_t j = 0; j < i; j++) {
            ck_assert_int_eq(mlci_shap_pair(i, j), mlci_shap_pair(j, i));
            seen[mlci_shap_pair(i, j)]++;
        }
    for (int k = 0; k < 45; k++)
        ck_assert_int_eq(seen[k], 1);
}
END_TEST

MLCI_CHECK_SUITE("shap_walk", test_steps_enter_what_is_no_leaf_and_end_every_split_once,
                 test_nodes_are_half_the_features_of_the_longest_path,
                 test_share_is_that_of_the_cover_and_a_half_where_nothing_is_known,
                 test_values_are_those_of_the_leaves_next_to_a_split,
                 test_pairs_are_numbered_without_gaps)
