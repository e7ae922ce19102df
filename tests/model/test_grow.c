#include "tree/grow.h"

#include "growing.h"

static mlci_tree *grow(test_data *d, const mlci_grow_rules *rules, const int64_t *fixed,
                       const double *y)
{
    mlci_grower *grower = NULL;
    mlci_tree *tree = NULL;
    const mlci_grow_data data = {d->binned, d->gradients, fixed, 1, y};
    ck_assert_int_eq(mlci_tree_create(NULL, 200, &tree, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_create(d->call, &data, rules, &grower, NULL), MLC_OK);
    ck_assert_int_eq(mlci_grower_grow(d->call, grower, d->all, d->binned->n_train, 0, tree, NULL),
                     MLC_OK);
    mlci_grower_free(grower);
    return tree;
}

START_TEST(test_tree_of_four_groups_has_their_means_as_leaves)
{
    /* Means of the groups: 0, 1, 8, 16; numbers are exact in the fixed point. */
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const double y[] = {0, 0, 1, 1, 8, 8, 16, 16};
    mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, x, y, 8, 1, NULL, NULL, 1);
    mlci_tree *const t = grow(&d, &rules, NULL, y);
    ck_assert_int_eq(t->n_nodes, 7);
    ck_assert_double_eq(t->nodes[0].value, 4.5);
    ck_assert_double_eq(t->nodes[t->nodes[0].left + 1].value, 6.5);
    ck_assert_double_eq(t->nodes[t->nodes[0].left].value, 2.5);
    /* Leaves: the right child is split first, its gain is larger. */
    ck_assert_double_eq(t->nodes[3].value, 8);
    ck_assert_double_eq(t->nodes[4].value, 16);
    ck_assert_double_eq(t->nodes[5].value, 0);
    ck_assert_double_eq(t->nodes[6].value, 1);
    ck_assert_double_eq(t->cover[0], 8);
    ck_assert_double_eq(t->cover[4], 2);
    /* Gain of the root: 2^2/4 + 48^2/4 - 50^2/8. */
    ck_assert_double_eq(t->gain[0], 264.5);
    mlci_tree_free(t);
    rules.max_leaf_nodes = 3;
    rules.l2 = 0.25;
    rules.learning_rate = 0.5;
    mlci_tree *const small = grow(&d, &rules, NULL, y);
    ck_assert_int_eq(small->n_nodes, 5);
    ck_assert_double_eq_tol(small->nodes[4].value, 0.5 * 32 / 2.25, 1e-14);
    mlci_tree_free(small);
    test_data_close(&d);
}
END_TEST

START_TEST(test_tree_respects_depth_and_rows_in_leaves)
{
    test_problem p = test_problem_make(2000, 4, 0);
    mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, p.x, p.y, 2000, 4, NULL, NULL, 1);
    rules.max_depth = 3;
    rules.min_samples_leaf = 150;
    mlci_tree *const t = grow(&d, &rules, NULL, p.y);
    int32_t depth[200] = {0};
    ck_assert_int_gt(t->n_nodes, 7);
    for (int32_t i = 0; i < t->n_nodes; i++) {
        ck_assert_double_ge(t->cover[i], 150);
        if (t->nodes[i].left == 0) continue;
        depth[t->nodes[i].left] = depth[t->nodes[i].left + 1] = depth[i] + 1;
        ck_assert_int_lt(depth[i], 3);
        ck_assert_double_eq(t->cover[i],
                            t->cover[t->nodes[i].left] + t->cover[t->nodes[i].left + 1]);
    }
    mlci_tree_free(t);
    test_data_close(&d);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_tree_counts_weights_exactly_where_hessians_vary)
{
    /* Weights that no power of two divides: estimates by hessian may be off, leaves may not. */
    enum { N = 600 };
    test_problem p = test_problem_make(N, 4, 0);
    int64_t fixed[N];
    double weight[N];
    for (int64_t i = 0; i < N; i++) {
        fixed[i] = 1 + (int64_t)(1000 * test_unit(300, i) * test_unit(301, i));
        weight[i] = (double)fixed[i];
    }
    mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, p.x, p.y, N, 4, fixed, weight, 1);
    rules.min_samples_leaf = 5000;
    mlci_tree *const t = grow(&d, &rules, fixed, p.y);
    ck_assert_int_gt(t->n_nodes, 5);
    for (int32_t i = 0; i < t->n_nodes; i++)
        ck_assert_double_ge(t->cover[i], 5000);
    mlci_tree_free(t);
    test_data_close(&d);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_tree_sends_missing_values_it_has_not_seen_to_the_heavier_child)
{
    const double x[] = {1, 2, 3, 4, 5}, y[] = {0, 0, 0, 7, 7}, mirrored[] = {7, 7, 0, 0, 0};
    const mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, x, y, 5, 1, NULL, NULL, 1);
    mlci_tree *const left = grow(&d, &rules, NULL, y);
    ck_assert_uint_ne(left->nodes[0].split & MLCI_NODE_MISSING_LEFT, 0);
    mlci_tree_free(left);
    test_data_close(&d);
    test_data_open(&d, x, mirrored, 5, 1, NULL, NULL, 1);
    mlci_tree *const right = grow(&d, &rules, NULL, mirrored);
    ck_assert_uint_eq(right->nodes[0].split & MLCI_NODE_MISSING_LEFT, 0);
    mlci_tree_free(right);
    test_data_close(&d);
}
END_TEST

START_TEST(test_tree_without_features_rows_or_signal_is_one_leaf)
{
    const double x[] = {1, 1, 1}, y[] = {3, 6, 0}, rising[] = {1, 2, 3}, same[] = {2, 2, 2};
    const mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, x, y, 3, 1, NULL, NULL, 1);
    mlci_tree *const constant = grow(&d, &rules, NULL, y);
    ck_assert_int_eq(constant->n_nodes, 1);
    ck_assert_double_eq(constant->nodes[0].value, 3);
    mlci_tree_free(constant);
    test_data_close(&d);
    test_data_open(&d, rising, same, 3, 1, NULL, NULL, 1);
    mlci_tree *const flat = grow(&d, &rules, NULL, same);
    ck_assert_int_eq(flat->n_nodes, 1);
    ck_assert_double_eq(flat->nodes[0].value, 2);
    mlci_tree_free(flat);
    test_data_close(&d);
}
END_TEST

START_TEST(test_tree_with_sampled_features_uses_different_ones_by_node)
{
    test_problem p = test_problem_make(3000, 8, 0);
    mlci_grow_rules rules = test_rules();
    test_data d;
    int32_t used[8] = {0}, n_used = 0;
    test_data_open(&d, p.x, p.y, 3000, 8, NULL, NULL, 1);
    rules.max_features = 0.25;
    mlci_tree *const t = grow(&d, &rules, NULL, p.y);
    for (int32_t i = 0; i < t->n_nodes; i++)
        if (t->nodes[i].left != 0) used[t->nodes[i].split & MLCI_NODE_FEATURE] = 1;
    for (int j = 0; j < 8; j++)
        n_used += used[j];
    ck_assert_int_ge(n_used, 6);
    mlci_tree_free(t);
    test_data_close(&d);
    test_problem_clear(&p);
}
END_TEST

/* Depth of each node; returns the largest. */
static int32_t depths(const mlci_tree *t, int32_t *depth)
{
    int32_t most = 0;
    depth[0] = 0;
    for (int32_t i = 0; i < t->n_nodes; i++) {
        if (t->nodes[i].left == 0) continue;
        depth[t->nodes[i].left] = depth[t->nodes[i].left + 1] = depth[i] + 1;
        if (depth[i] + 1 > most) most = depth[i] + 1;
    }
    return most;
}

START_TEST(test_tree_grown_by_depth_fills_each_level_before_the_next)
{
    test_problem p = test_problem_make(4000, 4, 0);
    mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, p.x, p.y, 4000, 4, NULL, NULL, 1);
    rules.policy = MLCI_GROW_DEPTH_WISE;
    rules.max_leaf_nodes = 13;
    mlci_tree *const t = grow(&d, &rules, NULL, p.y);
    int32_t depth[200], at[8] = {0};
    ck_assert_int_eq(depths(t, depth), 4);
    ck_assert_int_eq(t->n_nodes, 25);
    for (int32_t i = 0; i < t->n_nodes; i++)
        if (t->nodes[i].left != 0) at[depth[i]]++;
    /* 1 + 2 + 4 splits, and 5 of the 8 leaves that follow. */
    ck_assert_int_eq(at[0], 1);
    ck_assert_int_eq(at[1], 2);
    ck_assert_int_eq(at[2], 4);
    ck_assert_int_eq(at[3], 5);
    mlci_tree_free(t);
    test_data_close(&d);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_oblivious_tree_asks_one_question_a_level)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        test_problem p = test_problem_make(4000, 9, 0);
        mlci_grow_rules rules = test_rules();
        test_data d;
        test_data_open(&d, p.x, p.y, 4000, 9, NULL, NULL, threads);
        rules.policy = MLCI_GROW_OBLIVIOUS;
        rules.min_samples_leaf = 20;
        mlci_tree *const t = grow(&d, &rules, NULL, p.y);
        int32_t depth[200];
        uint32_t split[8] = {0};
        double value[8];
        /* 31 leaves at most: four levels. */
        ck_assert_int_eq(depths(t, depth), 4);
        ck_assert_int_eq(t->n_nodes, 31);
        for (int32_t i = 0; i < t->n_nodes; i++) {
            if (t->nodes[i].left == 0) {
                ck_assert_int_eq(depth[i], 4);
                continue;
            }
            if (split[depth[i]] != 0) {
                ck_assert_uint_eq(t->nodes[i].split, split[depth[i]]);
                ck_assert_double_eq(t->nodes[i].value, value[depth[i]]);
            }
            split[depth[i]] = t->nodes[i].split;
            value[depth[i]] = t->nodes[i].value;
            ck_assert_double_eq(t->cover[i],
                                t->cover[t->nodes[i].left] + t->cover[t->nodes[i].left + 1]);
        }
        mlci_tree_free(t);
        test_data_close(&d);
        test_problem_clear(&p);
    }
}
END_TEST

/* Two leaves that disagree: what is best for both together is taken. */
START_TEST(test_oblivious_split_is_the_best_for_the_leaves_together)
{
    /* a parts first (y 0 against 20). Within a = 0, b is worth more; within a = 1, c by far. */
    double x[8 * 3], y[8];
    for (int i = 0; i < 8; i++) {
        const int a = i / 4, b = i / 2 % 2, c = i % 2;
        x[3 * i] = a;
        x[3 * i + 1] = b;
        x[3 * i + 2] = c;
        y[i] = 20 * a + (a ? 5 * c : 2 * b + c);
    }
    mlci_grow_rules rules = test_rules();
    test_data d;
    test_data_open(&d, x, y, 8, 3, NULL, NULL, 1);
    rules.policy = MLCI_GROW_OBLIVIOUS;
    rules.max_leaf_nodes = 4;
    mlci_tree *const t = grow(&d, &rules, NULL, y);
    ck_assert_int_eq(t->n_nodes, 7);
    ck_assert_uint_eq(t->nodes[0].split & MLCI_NODE_FEATURE, 0);
    const int32_t left = t->nodes[0].left;
    ck_assert_uint_eq(t->nodes[left].split & MLCI_NODE_FEATURE, 2);
    ck_assert_uint_eq(t->nodes[left + 1].split & MLCI_NODE_FEATURE, 2);
    /* Means of a, c = 00, 01, 10, 11. */
    ck_assert_double_eq_tol(t->nodes[t->nodes[left].left].value, 1, 1e-7);
    ck_assert_double_eq_tol(t->nodes[t->nodes[left].left + 1].value, 2, 1e-7);
    ck_assert_double_eq_tol(t->nodes[t->nodes[left + 1].left].value, 20, 1e-7);
    ck_assert_double_eq_tol(t->nodes[t->nodes[left + 1].left + 1].value, 25, 1e-7);
    mlci_tree_free(t);
    test_data_close(&d);
}
END_TEST

MLCI_CHECK_SUITE("grow", test_tree_grown_by_depth_fills_each_level_before_the_next,
                 test_oblivious_tree_asks_one_question_a_level,
                 test_oblivious_split_is_the_best_for_the_leaves_together,
                 test_tree_of_four_groups_has_their_means_as_leaves,
                 test_tree_respects_depth_and_rows_in_leaves,
                 test_tree_counts_weights_exactly_where_hessians_vary,
                 test_tree_sends_missing_values_it_has_not_seen_to_the_heavier_child,
                 test_tree_without_features_rows_or_signal_is_one_leaf,
                 test_tree_with_sampled_features_uses_different_ones_by_node)
