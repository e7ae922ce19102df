/* Growth of single trees, through the descriptors. */
#include "forests.h"

#define ROUNDING 1e-9 /* of impurities by two ways */

/* A leaf's rows by walking the training rows down; returns the number of leaves. */
static int64_t count_leaves(const mlci_forest *f)
{
    int64_t n = 0;
    for (int64_t i = 0; i < f->first_node[f->n_trees]; i++)
        n += f->nodes[i].left == 0;
    return n;
}

static int32_t depth_of(const mlci_forest *f)
{
    int32_t depth[4096] = {0}, deepest = 0;
    for (int64_t i = 0; i < f->first_node[1]; i++) {
        if (f->nodes[i].left == 0) continue;
        depth[f->nodes[i].left] = depth[f->nodes[i].left + 1] = depth[i] + 1;
        deepest = depth[i] + 1 > deepest ? depth[i] + 1 : deepest;
    }
    return deepest;
}

START_TEST(test_thresholds_are_midpoints_and_leaves_are_means)
{
    double x[] = {1, 2, 4, 8}, y[] = {1, 1, 5, 7};
    test_problem p = {.n_rows = 4, .n_features = 1, .x = x, .y = y};
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, NULL);
    const mlci_forest *const f = t.state;
    ck_assert_int_eq(f->first_node[1], 5);
    ck_assert_double_eq(f->nodes[0].value, 3);
    ck_assert_double_eq(f->nodes[1].value, 1);
    ck_assert_double_eq(f->nodes[2].value, 6);
    ck_assert_double_eq(f->nodes[3].value, 5);
    ck_assert_double_eq_tol(f->impurity[0], 6.75, 1e-12); /* mean 3.5 */
    ck_assert_double_eq(f->cover[2], 2);
    forest_clear(&t);
}
END_TEST

START_TEST(test_limits_hold)
{
    test_problem p = test_problem_make(600, 4, 0);
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "max_depth=3");
    ck_assert_int_eq(depth_of(t.state), 3);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "max_leaf_nodes=17");
    ck_assert_int_eq(count_leaves(t.state), 17);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "min_samples_leaf=30");
    for (int64_t i = 0; i < t.state->first_node[1]; i++)
        ck_assert_double_ge(t.state->cover[i], 30);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "min_weight_fraction_leaf=0.1");
    for (int64_t i = 0; i < t.state->first_node[1]; i++)
        ck_assert_double_ge(t.state->cover[i], 60);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "min_samples_split=100");
    for (int64_t i = 0; i < t.state->first_node[1]; i++)
        if (t.state->nodes[i].left != 0) ck_assert_double_ge(t.state->cover[i], 100);
    forest_clear(&t);
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "min_impurity_decrease=1e9");
    ck_assert_int_eq(t.state->first_node[1], 1);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

/* The best leaves first: with as many leaves, no less impurity is left than by best-first growth.
 */
START_TEST(test_best_first_growth_takes_the_largest_decreases)
{
    double x[8], y[8] = {0, 0.1, 0.2, 0.3, 10, 20, 10, 20};
    for (int i = 0; i < 8; i++)
        x[i] = i;
    test_problem p = {.n_rows = 8, .n_features = 1, .x = x, .y = y};
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "max_leaf_nodes=5");
    /* After the root all splits are among the last four rows. */
    const double tops[] = {0.15, 10, 10, 20, 20};
    double values[5];
    int n = 0;
    for (int64_t i = 0; i < t.state->first_node[1]; i++)
        if (t.state->nodes[i].left == 0) values[n++] = t.state->nodes[i].value;
    ck_assert_int_eq(n, 5);
    for (int k = 0; k < 5; k++) {
        int found = 0;
        for (int i = 0; i < 5; i++)
            found |= fabs(values[i] - tops[k]) < ROUNDING;
        ck_assert_msg(found, "no leaf of %g", tops[k]);
    }
    forest_clear(&t);
}
END_TEST

/* Missing values go where they help; those that training did not see to the heavier child. */
START_TEST(test_missing_values_learn_a_side_or_follow_the_heavier_child)
{
    double x[] = {1, 2, 3, 4, NAN, NAN, 5, 6}, y[] = {0, 0, 1, 1, 0, 0, 1, 1}, more[] = {NAN};
    test_problem p = {.n_rows = 8, .n_features = 1, .x = x, .y = y, .n_classes = 2};
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_classifier, &p, NULL);
    ck_assert_int_eq(t.state->first_node[1], 3);
    ck_assert(t.state->nodes[0].split & MLCI_NODE_MISSING_LEFT);
    forest_clear(&t);
    x[4] = x[5] = 1.5; /* none is missing: 4 of 8 rows are low, a tie goes right */
    for (int heavier = 0; heavier < 2; heavier++) {
        if (heavier) y[2] = 0;
        forest_run(&t, NULL, &mlci_model_decision_tree_classifier, &p, NULL);
        double *const out = forest_output(&t, more, 1, 1, MLCI_OUTPUT_PREDICTION);
        ck_assert_double_eq(out[0], heavier ? 0 : 1);
        free(out);
        forest_clear(&t);
    }
}
END_TEST

/* Only missing values differ: the threshold is infinite. */
START_TEST(test_missing_values_alone_may_go_right)
{
    double x[] = {3, 3, 3, NAN}, y[] = {1, 1, 1, 9}, rows[] = {1e300, -5, NAN};
    test_problem p = {.n_rows = 4, .n_features = 1, .x = x, .y = y};
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, NULL);
    double *const out = forest_output(&t, rows, 3, 3, MLCI_OUTPUT_PREDICTION);
    ck_assert(isinf(t.state->nodes[0].value));
    ck_assert(out[0] == 1 && out[1] == 1 && out[2] == 9);
    free(out);
    forest_clear(&t);
}
END_TEST

START_TEST(test_weights_are_rows_repeated)
{
    test_problem p = test_problem_make(300, 4, 3), repeated = test_problem_make(300, 4, 3);
    p.weight = calloc(300, sizeof *p.weight);
    int64_t n = 0;
    repeated.x = realloc(repeated.x, 900 * 4 * sizeof *repeated.x);
    repeated.y = realloc(repeated.y, 900 * sizeof *repeated.y);
    for (int64_t i = 0; i < 300; i++) {
        p.weight[i] = (double)(1 + i % 3);
        for (int64_t k = 0; k <= i % 3; k++, n++) {
            memcpy(repeated.x + 4 * n, p.x + 4 * i, 4 * sizeof *p.x);
            repeated.y[n] = p.y[i];
        }
    }
    repeated.n_rows = n;
    forest_fit a, b;
    forest_run(&a, NULL, &mlci_model_decision_tree_classifier, &p, "min_samples_leaf=4");
    forest_run(&b, NULL, &mlci_model_decision_tree_classifier, &repeated, "min_samples_leaf=4");
    mlci_writer u = forest_bytes(&a), v = forest_bytes(&b);
    ck_assert_int_eq(u.length, v.length);
    ck_assert_mem_eq(u.data, v.data, (size_t)u.length);
    mlci_writer_clear(&u);
    mlci_writer_clear(&v);
    forest_clear(&a);
    forest_clear(&b);
    test_problem_clear(&p);
    test_problem_clear(&repeated);
}
END_TEST

/* Rows that arrive in another order, with their indices, give the same tree. */
START_TEST(test_order_of_rows_does_not_matter)
{
    test_problem p = test_problem_make(500, 5, 0), shuffled = test_problem_make(500, 5, 0);
    shuffled.row_index = calloc(500, sizeof *shuffled.row_index);
    for (int64_t i = 0; i < 500; i++) {
        const int64_t from = (i * 77 + 13) % 500;
        memcpy(shuffled.x + 5 * i, p.x + 5 * from, 5 * sizeof *p.x);
        shuffled.y[i] = p.y[from];
        shuffled.row_index[i] = from;
    }
    const mlci_model_descriptor *const models[] = {&mlci_model_decision_tree_regressor,
                                                   &mlci_model_random_forest_regressor,
                                                   &mlci_model_extra_trees_regressor};
    for (int m = 0; m < 3; m++) {
        forest_fit a, b;
        const char *const settings = m == 0 ? "max_features=0.5" : "n_estimators=5 max_features=2";
        forest_run(&a, NULL, models[m], &p, settings);
        forest_run(&b, NULL, models[m], &shuffled, settings);
        mlci_writer u = forest_bytes(&a), v = forest_bytes(&b);
        ck_assert_int_eq(u.length, v.length);
        ck_assert_mem_eq(u.data, v.data, (size_t)u.length);
        mlci_writer_clear(&u);
        mlci_writer_clear(&v);
        forest_clear(&a);
        forest_clear(&b);
    }
    test_problem_clear(&p);
    test_problem_clear(&shuffled);
}
END_TEST

/* A lone tree of many rows, whose root is searched by several threads. */
START_TEST(test_threads_that_share_a_node_find_the_same_tree)
{
    test_problem p = test_problem_make(40000, 6, 2);
    mlci_writer expected = {0};
    const int32_t threads[] = {1, 2, 7};
    for (int k = 0; k < 3; k++) {
        mlc_context *const ctx = test_root(threads[k], NULL);
        forest_fit t;
        forest_run(&t, ctx, &mlci_model_decision_tree_classifier, &p, "max_depth=6");
        mlci_writer w = forest_bytes(&t);
        if (k == 0) expected = w;
        ck_assert_int_eq(w.length, expected.length);
        ck_assert_mem_eq(w.data, expected.data, (size_t)w.length);
        if (k > 0) mlci_writer_clear(&w);
        forest_clear(&t);
        mlc_context_close(ctx);
    }
    mlci_writer_clear(&expected);
    test_problem_clear(&p);
}
END_TEST

/* A chain: each split takes one row off, so the depth has a limit. */
START_TEST(test_depth_ends_where_a_load_would_refuse)
{
    enum { N = 4300 };
    test_problem p = {.n_rows = N, .n_features = 1};
    p.x = calloc(N, sizeof *p.x);
    p.y = calloc(N, sizeof *p.y);
    for (int i = 0; i < N; i++) {
        p.x[i] = i;
        p.y[i] = pow(1.3, fmin(i, 2600));
    }
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, NULL);
    int32_t deepest = 0, *const depth = calloc(2 * N, sizeof *depth);
    for (int64_t i = 0; i < t.state->first_node[1]; i++) {
        deepest = depth[i] > deepest ? depth[i] : deepest;
        if (t.state->nodes[i].left == 0) continue;
        depth[t.state->nodes[i].left] = depth[t.state->nodes[i].left + 1] = depth[i] + 1;
    }
    ck_assert_int_le(deepest, MLCI_CART_MOST_DEPTH);
    ck_assert_int_ge(deepest, 100);
    free(depth);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("cart_grow", test_thresholds_are_midpoints_and_leaves_are_means, test_limits_hold,
                 test_best_first_growth_takes_the_largest_decreases,
                 test_missing_values_learn_a_side_or_follow_the_heavier_child,
                 test_missing_values_alone_may_go_right, test_weights_are_rows_repeated,
                 test_order_of_rows_does_not_matter,
                 test_threads_that_share_a_node_find_the_same_tree,
                 test_depth_ends_where_a_load_would_refuse)
