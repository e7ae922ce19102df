/* Walks of forests against a walk of one row down one tree at a time. */
#include "forests.h"

#define ROUNDING 1e-12 /* of sums over trees and classes */

static int64_t walk_slowly(const mlci_forest *f, int64_t tree, const double *x)
{
    int64_t i = f->first_node[tree];
    while (f->nodes[i].left != 0) {
        const mlci_tree_node *const node = &f->nodes[i];
        const double v = x[node->split & MLCI_NODE_FEATURE];
        const int goes_left =
            isnan(v) ? (node->split & MLCI_NODE_MISSING_LEFT) != 0 : v <= node->value;
        i = f->first_node[tree] + node->left + !goes_left;
    }
    return i;
}

static void check_model(const mlci_model_descriptor *model, int32_t n_classes)
{
    enum { N = 300 };
    test_problem p = test_problem_make(N, 5, n_classes);
    forest_fit t;
    forest_run(&t, NULL, model, &p, "n_estimators=13 min_samples_leaf=3");
    const mlci_forest *const f = t.state;
    const int32_t width = mlci_forest_width(f);
    double *const leaves = forest_output(&t, p.x, N, 256, MLCI_OUTPUT_LEAF);
    double *const out = forest_output(&t, p.x, N, 256, MLCI_OUTPUT_PREDICTION);
    double *const shares =
        n_classes > 0 ? forest_output(&t, p.x, N, 256, MLCI_OUTPUT_PROBABILITY) : NULL;
    for (int64_t i = 0; i < N; i++) {
        double sums[8] = {0}, expected = 0, total = 0;
        for (int64_t k = 0; k < 13; k++) {
            const int64_t leaf = walk_slowly(f, k, p.x + 5 * i);
            ck_assert_double_eq(leaves[i * 13 + k], (double)(leaf - f->first_node[k]));
            mlci_forest_add_leaf(f, k, leaf, sums);
        }
        mlci_forest_finish(f, MLCI_OUTPUT_PREDICTION, sums, 13, &expected);
        ck_assert_double_eq(out[i], expected);
        for (int32_t k = 0; k < n_classes; k++) {
            total += shares[i * n_classes + k];
            if (width > 1) ck_assert_double_eq(shares[i * n_classes + k], sums[k] / 13);
        }
        if (n_classes > 0) ck_assert_double_eq_tol(total, 1, ROUNDING);
    }
    /* A row has the same bits alone, in a few and in many. */
    const int32_t outputs[] = {MLCI_OUTPUT_PREDICTION, MLCI_OUTPUT_PROBABILITY};
    for (int o = 0; o < (n_classes > 0 ? 2 : 1); o++) {
        const int64_t size = N * model->n_outputs(&t.params, f, outputs[o]) * (int64_t)sizeof *out;
        double *const many = forest_output(&t, p.x, N, 256, outputs[o]);
        for (int64_t block = 1; block < 20; block += 6) {
            double *const few = forest_output(&t, p.x, N, block, outputs[o]);
            ck_assert_mem_eq(few, many, (size_t)size);
            free(few);
        }
        free(many);
    }
    free(leaves);
    free(out);
    free(shares);
    forest_clear(&t);
    test_problem_clear(&p);
}

START_TEST(test_forests_predict_the_mean_of_their_leaves)
{
    check_model(&mlci_model_random_forest_classifier, 2);
    check_model(&mlci_model_random_forest_classifier, 4);
    check_model(&mlci_model_extra_trees_regressor, 0);
}
END_TEST

START_TEST(test_equal_shares_predict_the_first_class)
{
    double x[] = {1, 1}, y[] = {1, 0};
    test_problem p = {.n_rows = 2, .n_features = 1, .x = x, .y = y, .n_classes = 2};
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_classifier, &p, NULL);
    double *const out = forest_output(&t, x, 1, 1, MLCI_OUTPUT_PREDICTION);
    ck_assert_double_eq(out[0], 0);
    free(out);
    forest_clear(&t);
}
END_TEST

MLCI_CHECK_SUITE("forest_predict", test_forests_predict_the_mean_of_their_leaves,
                 test_equal_shares_predict_the_first_class)
