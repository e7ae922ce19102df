#include "tree/shap_patterns.h"

#include "explaining.h"
#include "tree/shap_pattern_set.h"

/* The features of a path and which of them a row takes, by climbing down again from the root. */
static int climb(const mlci_ensemble *e, int32_t at, int32_t leaf, const double *x, int *taken)
{
    if (at == leaf) return 1;
    const mlci_tree_node *const node = &e->nodes[at];
    if (node->left == 0) return 0;
    const uint32_t j = node->split & MLCI_NODE_FEATURE;
    const int left = test_goes_left(e, 0, node, x[j]);
    for (int side = 0; side < 2; side++) {
        if (!climb(e, node->left + side, leaf, x, taken)) continue;
        taken[j] = (taken[j] != 0) && left == !side;
        return 1;
    }
    return 0;
}

START_TEST(test_bits_say_which_features_of_the_path_a_row_takes)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        test_forest f = test_forest_make(6, 1, 1, seed);
        test_forest_grow(&f, 25, (int)(seed % 2), 0);
        const int32_t place[6] = {5, 4, 3, 2, 1, 0};
        const mlci_shap_trees trees = test_trees(&f.e);
        mlci_shap_paths paths;
        ck_assert_int_eq(mlci_shap_paths_open(NULL, &trees, 0, place, 6, &paths, NULL), MLC_OK);
        ck_assert_int_eq(paths.n_leaves, 25);
        ck_assert_int_eq(paths.n_words, 1);
        double *const x = test_forest_rows(&f, 20);
        uint64_t patterns[49];
        for (int i = 0; i < 20; i++) {
            mlci_shap_paths_mark(&paths, x + 6 * i, patterns);
            for (int32_t l = 0; l < 25; l++) {
                const mlci_shap_leaf *const leaf = &paths.leaves[l];
                int taken[6] = {2, 2, 2, 2, 2, 2}, n = 0;
                ck_assert(climb(&f.e, 0, leaf->node, x + 6 * i, taken));
                for (int j = 0; j < 6; j++)
                    n += taken[j] != 2;
                ck_assert_int_eq(n, leaf->n_features);
                for (int32_t b = 0; b < leaf->n_features; b++) {
                    const int32_t feature = 5 - paths.features[leaf->first + b];
                    ck_assert_int_eq(patterns[leaf->node] >> b & 1, taken[feature]);
                }
                for (int32_t b = leaf->n_features; b < 64; b++)
                    ck_assert_int_eq(patterns[leaf->node] >> b & 1, 1);
            }
        }
        free(x);
        mlci_shap_paths_clear(&paths);
        test_forest_clear(&f);
    }
}
END_TEST

START_TEST(test_a_set_numbers_patterns_in_the_order_in_which_they_came)
{
    enum { N = 500 };
    static uint64_t patterns[N * 2];
    mlci_shap_pattern_set set = {.n_words = 2, .patterns = patterns};
    set.n_slots = mlci_shap_pattern_slots(N, 100);
    ck_assert_int_gt(set.n_slots, N);
    set.slots = malloc((size_t)set.n_slots * sizeof *set.slots);
    for (int round = 0; round < 2; round++) {
        mlci_shap_pattern_set_clear(&set);
        for (uint64_t i = 0; i < N; i++) {
            const uint64_t pattern[] = {i % 7, i / 7 << 60};
            const int32_t n = set.n, k = mlci_shap_pattern_add(&set, pattern);
            ck_assert_int_eq(mlci_shap_pattern_add(&set, pattern), k);
            ck_assert_int_le(k, n);
            ck_assert_mem_eq(patterns + 2 * k, pattern, sizeof pattern);
        }
        ck_assert_int_eq(set.n, 7 * 16);
    }
    ck_assert_int_le(mlci_shap_pattern_slots(N, 3), 32);
    ck_assert_int_gt(mlci_shap_pattern_slots(N, 3), 8);
    free(set.slots);
}
END_TEST

MLCI_CHECK_SUITE("shap_patterns", test_bits_say_which_features_of_the_path_a_row_takes,
                 test_a_set_numbers_patterns_in_the_order_in_which_they_came)
