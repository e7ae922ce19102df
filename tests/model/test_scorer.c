/* Predictions equal the plain walk bit for bit: any shape of trees, any features, categories and
 * numbers, on each instruction set, for any number of rows at a time. */
#include "random_trees.h"

static void check_block(const mlci_ensemble *e, int32_t isa, const double *x, int64_t n_rows)
{
    double *const scratch =
        mlci_alloc(NULL, mlci_scorer_scratch_size(e->scorer, n_rows), sizeof *scratch);
    double *const raw = calloc((size_t)(n_rows * e->n_outputs), sizeof *raw);
    double *const leaf = calloc((size_t)(n_rows * e->n_trees) + 1, sizeof *leaf);
    double *const expected = calloc((size_t)e->n_outputs, sizeof *expected);
    mlci_scorer_raw(e->scorer, isa, x, n_rows, scratch, raw);
    mlci_scorer_leaf(e->scorer, isa, x, n_rows, scratch, leaf);
    for (int64_t i = 0; i < n_rows; i++) {
        const double *const row = x + i * e->n_features;
        plain_raw(e, row, 1, expected);
        ck_assert_mem_eq(raw + i * e->n_outputs, expected, (size_t)e->n_outputs * sizeof *expected);
        for (int64_t t = 0; t < e->n_trees; t++)
            ck_assert_double_eq(leaf[i * e->n_trees + t], (double)plain_walk(e, t, row));
    }
    free(expected);
    free(leaf);
    free(raw);
    mlci_free(scratch);
}

static void check_trees(random_trees r)
{
    static const int64_t counts[] = {1, 2, 3, 4, 5, 7, 8, 63, 64, 65, 130, 256};
    mlci_ensemble *const e = random_finished(&r);
    double *const x = random_rows(&r, e, 256);
    for (int32_t isa = MLCI_ISA_REFERENCE; isa <= mlci_root_isa(NULL); isa++)
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
            check_block(e, isa, x, counts[k]);
    free(x);
    mlci_ensemble_free(e);
}

START_TEST(test_scores_of_trees_of_any_size_and_shape_equal_the_walk)
{
    for (int32_t shape = TREE_ANY_SHAPE; shape <= TREE_BALANCED; shape++)
        check_trees((random_trees){
            .n_features = 9, .n_outputs = 1, .n_trees = 40, .shape = shape, .n_thresholds = 64});
}
END_TEST

START_TEST(test_scores_of_large_trees_equal_the_walk)
{
    static const int32_t n_leaves[] = {255, 256, 257, 700};
    for (int32_t shape = TREE_ANY_SHAPE; shape <= TREE_BALANCED; shape++)
        for (int k = 0; k < 4; k++)
            check_trees((random_trees){.n_features = 5,
                                       .n_categories = 1,
                                       .n_outputs = 1,
                                       .n_trees = 3,
                                       .n_leaves = n_leaves[k],
                                       .shape = shape,
                                       .n_thresholds = 64});
}
END_TEST

START_TEST(test_scores_when_some_trees_are_large_keep_the_order_of_sums)
{
    random_trees r = {.n_features = 4, .n_outputs = 2, .n_trees = 300, .n_thresholds = 30};
    check_trees(r);
}
END_TEST

/* Values of two runs of 512 trees wait for the same sum. */
START_TEST(test_scores_of_several_runs_of_trees_keep_the_order_of_sums)
{
    check_trees((random_trees){
        .n_features = 5, .n_outputs = 1, .n_trees = 1100, .n_leaves = 40, .n_thresholds = 30});
}
END_TEST

START_TEST(test_scores_of_many_features_equal_the_walk)
{
    static const int64_t n_features[] = {1, 16, 17, 63, 64, 65, 128, 129, 256, 257, 1000};
    for (int k = 0; k < 11; k++)
        check_trees((random_trees){.n_features = n_features[k],
                                   .n_outputs = 1,
                                   .n_trees = 60,
                                   .n_leaves = 31,
                                   .n_thresholds = 5});
}
END_TEST

START_TEST(test_scores_of_more_thresholds_than_codes_equal_the_walk)
{
    static const int32_t n_thresholds[] = {7, 8, 9, 62, 63, 64, 253, 254, 255, 256, 600};
    for (int k = 0; k < 11; k++)
        check_trees((random_trees){.n_features = 2,
                                   .n_outputs = 1,
                                   .n_trees = 40,
                                   .n_leaves = 200,
                                   .n_thresholds = n_thresholds[k]});
    check_trees((random_trees){.n_features = 3, .n_outputs = 1, .n_trees = 30, .n_leaves = 256});
}
END_TEST

START_TEST(test_scores_of_categories_equal_the_walk)
{
    static const int32_t n_categories[] = {1, 3, 6};
    for (int k = 0; k < 3; k++)
        check_trees((random_trees){.n_features = 6,
                                   .n_categories = n_categories[k],
                                   .n_outputs = 1,
                                   .n_trees = 50,
                                   .n_leaves = 31,
                                   .n_thresholds = 20});
}
END_TEST

START_TEST(test_scores_of_several_outputs_equal_the_walk)
{
    static const int32_t n_outputs[] = {2, 3, 10};
    for (int k = 0; k < 3; k++)
        check_trees((random_trees){.n_features = 6,
                                   .n_categories = 2,
                                   .n_outputs = n_outputs[k],
                                   .n_trees = 7 * n_outputs[k],
                                   .n_leaves = 12,
                                   .n_thresholds = 20});
}
END_TEST

START_TEST(test_scores_of_trees_that_share_their_splits_equal_the_walk)
{
    static const int32_t n_leaves[] = {0, 31, 256, 257};
    for (int k = 0; k < 4; k++) {
        for (int32_t n_categories = 0; n_categories < 3; n_categories += 2) {
            random_trees r = {.n_features = 6,
                              .n_categories = n_categories,
                              .n_outputs = 3,
                              .n_trees = 60,
                              .n_leaves = n_leaves[k],
                              .n_thresholds = 30,
                              .is_shared = 1};
            mlci_ensemble *const e = random_finished(&r);
            ck_assert_int_eq(e->scorer->is_shared, n_leaves[k] <= 256);
            mlci_ensemble_free(e);
            check_trees(r);
        }
    }
}
END_TEST

/* One split that is another one, whatever of it, and nothing is shared. */
START_TEST(test_scores_of_trees_that_nearly_share_their_splits_equal_the_walk)
{
    for (int what = 0; what < 3; what++) {
        const random_trees r = {.n_features = 5,
                                .n_categories = what == 2 ? 5 : 0,
                                .n_outputs = 2,
                                .n_trees = 8,
                                .n_leaves = 20,
                                .is_shared = 1};
        mlci_ensemble *const e = random_ensemble(&r);
        mlci_tree_node *const root = &e->nodes[e->first_node[5]];
        mlc_context local, *call = NULL;
        if (what == 0) root->value += 1;
        if (what == 1) root->split ^= MLCI_NODE_MISSING_LEFT;
        if (what == 2) e->sets[(e->first_set[5] + (int64_t)root->value) * MLCI_SET_WORDS] ^= 2;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
        ck_assert_int_eq(mlci_ensemble_finish(call, e, NULL), MLC_OK);
        mlci_call_end(call);
        ck_assert_int_eq(e->scorer->is_shared, 0);
        double *const x = random_rows(&r, e, 100);
        for (int32_t isa = MLCI_ISA_REFERENCE; isa <= mlci_root_isa(NULL); isa++)
            check_block(e, isa, x, 100);
        free(x);
        mlci_ensemble_free(e);
    }
}
END_TEST

START_TEST(test_scores_of_linear_leaves_equal_the_walk)
{
    for (int32_t shape = TREE_ANY_SHAPE; shape <= TREE_BALANCED; shape++)
        check_trees((random_trees){.n_features = 9,
                                   .n_categories = 2,
                                   .n_outputs = 1,
                                   .n_trees = 40,
                                   .shape = shape,
                                   .n_thresholds = 64,
                                   .is_linear = 1});
    /* Trees that are walked by numbers, several outputs, many columns. */
    check_trees((random_trees){
        .n_features = 4, .n_outputs = 2, .n_trees = 300, .n_thresholds = 30, .is_linear = 1});
    check_trees((random_trees){.n_features = 300,
                               .n_outputs = 3,
                               .n_trees = 60,
                               .n_leaves = 31,
                               .n_thresholds = 5,
                               .is_linear = 1});
    check_trees((random_trees){.n_features = 6,
                               .n_outputs = 3,
                               .n_trees = 60,
                               .n_leaves = 31,
                               .n_thresholds = 30,
                               .is_shared = 1,
                               .is_linear = 1});
}
END_TEST

/* The start is no float, whatever the leaves are. */
START_TEST(test_scores_of_float_sums_equal_the_walk)
{
    for (int32_t sums = RANDOM_FLOAT_SUMS; sums <= RANDOM_SUMS_OF_FLOATS; sums++) {
        check_trees((random_trees){
            .n_features = 9, .n_outputs = 1, .n_trees = 60, .n_thresholds = 64, .sums = sums});
        check_trees((random_trees){.n_features = 9,
                                   .n_outputs = 3,
                                   .n_trees = 60,
                                   .n_leaves = 100,
                                   .n_thresholds = 64,
                                   .sums = sums});
        check_trees((random_trees){.n_features = 6,
                                   .n_outputs = 3,
                                   .n_trees = 60,
                                   .n_leaves = 31,
                                   .n_thresholds = 30,
                                   .is_shared = 1,
                                   .sums = sums});
    }
}
END_TEST

START_TEST(test_scores_of_no_trees_are_the_start)
{
    check_trees((random_trees){.n_features = 3, .n_outputs = 2});
}
END_TEST

START_TEST(test_scores_of_trees_of_one_leaf_are_sums_of_those)
{
    check_trees((random_trees){.n_features = 3, .n_outputs = 1, .n_trees = 20, .n_leaves = 1});
}
END_TEST

START_TEST(test_scores_of_more_columns_than_a_walk_has_equal_the_walk)
{
    /* 66,000 features, each with a threshold, and rounds that share their splits. */
    random_trees r = {
        .n_features = 66000, .n_outputs = 2, .n_trees = 2, .n_leaves = 1, .is_shared = 1};
    mlci_ensemble *const e = random_ensemble(&r);
    mlci_tree *tree = NULL;
    mlc_context local, *call = NULL;
    for (int32_t first = 0; first < 66000; first += 200) {
        ck_assert_int_eq(mlci_tree_create(NULL, 500, &tree, NULL), MLC_OK);
        r.shape = TREE_CHAIN;
        r.n_thresholds = 5;
        random_tree(&r, 201, tree);
        for (int32_t i = 0, n = 0; i < tree->n_nodes; i++)
            if (tree->nodes[i].left != 0)
                tree->nodes[i].split =
                    (tree->nodes[i].split & MLCI_NODE_MISSING_LEFT) | (uint32_t)(first + n++);
        ck_assert_int_eq(mlci_ensemble_add_tree(e, tree, NULL), MLC_OK);
        tree->nodes[tree->n_nodes - 1].value += 1;
        ck_assert_int_eq(mlci_ensemble_add_tree(e, tree, NULL), MLC_OK);
        mlci_tree_free(tree);
    }
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ensemble_finish(call, e, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(e->scorer->codes->n_columns, 66000);
    ck_assert_int_eq(e->scorer->is_shared, 1);
    double *const x = random_rows(&r, e, 9);
    for (int32_t isa = MLCI_ISA_REFERENCE; isa <= mlci_root_isa(NULL); isa++) {
        check_block(e, isa, x, 9);
        check_block(e, isa, x, 1);
    }
    free(x);
    mlci_ensemble_free(e);
}
END_TEST

/* Settings that give trees of all kinds: by leaf, by depth, oblivious, with subsets of rows. */
START_TEST(test_scores_of_trained_trees_equal_the_walk)
{
    static const char *const settings[] = {
        "n_estimators=30", "n_estimators=20 grow_policy=depth_wise max_depth=6 max_leaf_nodes=64",
        "n_estimators=20 grow_policy=oblivious max_depth=5",
        "n_estimators=9 max_leaf_nodes=400 min_samples_leaf=1"};
    for (int k = 0; k < 8; k++) {
        test_problem p = test_problem_make(1500, 6, k % 2 == 0 ? 0 : 3);
        mlc_context *const ctx = test_root(1, NULL);
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[k / 2]);
        ck_assert_int_eq(t.status, MLC_OK);
        const random_trees r = {.n_features = 6};
        double *const x = random_rows(&r, t.state, 256);
        for (int32_t isa = MLCI_ISA_REFERENCE; isa <= mlci_root_isa(NULL); isa++) {
            check_block(t.state, isa, p.x, 256);
            check_block(t.state, isa, x, 256);
            check_block(t.state, isa, x, 5);
        }
        free(x);
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&p);
    }
}
END_TEST

MLCI_CHECK_SUITE("scorer", test_scores_of_trees_of_any_size_and_shape_equal_the_walk,
                 test_scores_of_large_trees_equal_the_walk,
                 test_scores_when_some_trees_are_large_keep_the_order_of_sums,
                 test_scores_of_several_runs_of_trees_keep_the_order_of_sums,
                 test_scores_of_many_features_equal_the_walk,
                 test_scores_of_more_thresholds_than_codes_equal_the_walk,
                 test_scores_of_categories_equal_the_walk,
                 test_scores_of_several_outputs_equal_the_walk,
                 test_scores_of_trees_that_share_their_splits_equal_the_walk,
                 test_scores_of_trees_that_nearly_share_their_splits_equal_the_walk,
                 test_scores_of_linear_leaves_equal_the_walk,
                 test_scores_of_float_sums_equal_the_walk, test_scores_of_no_trees_are_the_start,
                 test_scores_of_trees_of_one_leaf_are_sums_of_those,
                 test_scores_of_more_columns_than_a_walk_has_equal_the_walk,
                 test_scores_of_trained_trees_equal_the_walk)
