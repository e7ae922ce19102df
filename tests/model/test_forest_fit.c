/* Forests through their descriptors: parameters, threads, importance, failing memory. */
#include "forests.h"
#include "torture.h"

#define ROUNDING 1e-12 /* targets are multiples of 2^-40, and sums of them */

START_TEST(test_settings_that_cannot_be_are_named)
{
    const char *const settings[][2] = {
        {"max_features=many", "max_features"},
        {"max_features=0", "max_features"},
        {"max_features=1.5", "max_features"},
        {"max_features=-2", "max_features"},
        {"max_samples=0", "max_samples"},
        {"max_samples=half", "max_samples"},
        {"max_samples=-0.5", "max_samples"},
        {"bootstrap=false max_samples=5", "max_samples"},
        {"bootstrap=false oob_score=true", "oob_score"},
        {"bootstrap=false class_weight=balanced_subsample", "class_weight"},
        {"criterion=squared_error", "criterion"},
        {"n_estimators=0", "n_estimators"},
        {"min_samples_split=1", "min_samples_split"},
        {"max_depth=0", "max_depth"},
    };
    test_problem p = test_problem_make(30, 2, 2);
    for (size_t k = 0; k < sizeof settings / sizeof settings[0]; k++) {
        forest_fit t;
        forest_run(&t, NULL, &mlci_model_random_forest_classifier, &p, settings[k][0]);
        ck_assert_msg(t.status == MLC_ERROR_SETTING, "%s", settings[k][0]);
        ck_assert_str_eq(t.error.name, settings[k][1]);
        forest_clear(&t);
    }
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_amounts_may_be_words_counts_and_shares)
{
    const char *const settings[] = {"max_features=sqrt", "max_features=log2", "max_features=none",
                                    "max_features=3",    "max_features=0.01", "max_features=1.0",
                                    "max_features=99",   "max_samples=7",     "max_samples=0.5",
                                    "max_samples=2.5"};
    test_problem p = test_problem_make(60, 4, 2);
    for (size_t k = 0; k < sizeof settings / sizeof settings[0]; k++) {
        forest_fit t;
        char text[64];
        snprintf(text, sizeof text, "n_estimators=2 %s", settings[k]);
        forest_run(&t, NULL, &mlci_model_random_forest_classifier, &p, text);
        ck_assert_msg(t.status == MLC_OK, "%s: %s", text, t.error.message);
        if (k == 7) ck_assert_double_eq(t.state->cover[0], 7);
        if (k == 8) ck_assert_double_eq(t.state->cover[0], 30);
        if (k == 9) ck_assert_double_eq(t.state->cover[0], 150);
        forest_clear(&t);
    }
    test_problem_clear(&p);
}
END_TEST

/* The same bytes for any number of threads and each instruction set. */
static void check_everywhere(const mlci_model_descriptor *model, const char *settings,
                             int32_t n_classes)
{
    static const char *const isas[] = {"reference", "avx2", "avx512"};
    static const int32_t threads[] = {1, 2, 3, 7};
    test_problem p = test_problem_make(900, 6, n_classes);
    mlci_writer expected = {0};
    for (int i = 0; i < 3; i++) {
        const mlc_host host = {.size = sizeof host, .isa = isas[i]};
        mlc_context *ctx = NULL;
        if (mlc_context_create(&host, &ctx, NULL) != MLC_OK) continue;
        mlc_context_close(ctx);
        for (int k = 0; k < 4; k++) {
            forest_fit t;
            ctx = test_root(threads[k], isas[i]);
            forest_run(&t, ctx, model, &p, settings);
            ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
            mlci_writer w = forest_bytes(&t);
            if (expected.data == NULL) {
                expected = w;
            } else {
                ck_assert_int_eq(w.length, expected.length);
                ck_assert_mem_eq(w.data, expected.data, (size_t)w.length);
                mlci_writer_clear(&w);
            }
            forest_clear(&t);
            mlc_context_close(ctx);
        }
    }
    mlci_writer_clear(&expected);
    test_problem_clear(&p);
}

START_TEST(test_forests_are_the_same_everywhere)
{
    check_everywhere(&mlci_model_random_forest_classifier, "n_estimators=9 oob_score=true", 2);
    check_everywhere(&mlci_model_random_forest_classifier,
                     "n_estimators=5 criterion=entropy class_weight=balanced_subsample", 4);
    check_everywhere(&mlci_model_random_forest_regressor, "n_estimators=5 oob_score=true", 0);
    check_everywhere(&mlci_model_extra_trees_classifier, "n_estimators=9", 3);
    check_everywhere(&mlci_model_extra_trees_regressor, "n_estimators=5 max_features=0.5", 0);
    check_everywhere(&mlci_model_decision_tree_regressor, "criterion=absolute_error max_depth=5",
                     0);
    check_everywhere(&mlci_model_decision_tree_classifier, "criterion=entropy ccp_alpha=0.001", 3);
}
END_TEST

START_TEST(test_trees_differ_and_do_not_depend_on_their_number)
{
    test_problem p = test_problem_make(200, 5, 2);
    forest_fit few, many;
    forest_run(&few, NULL, &mlci_model_random_forest_classifier, &p, "n_estimators=3");
    forest_run(&many, NULL, &mlci_model_random_forest_classifier, &p, "n_estimators=70");
    const int64_t n = few.state->first_node[3];
    ck_assert_mem_eq(few.state->nodes, many.state->nodes, (size_t)n * sizeof *few.state->nodes);
    const int64_t n1 = few.state->first_node[1], n2 = few.state->first_node[2] - n1;
    ck_assert(n1 != n2 || memcmp(few.state->nodes, few.state->nodes + n1,
                                 (size_t)n1 * sizeof *few.state->nodes) != 0);
    forest_clear(&few);
    forest_clear(&many);
    test_problem_clear(&p);
}
END_TEST

/* Only the first two of six features matter. */
START_TEST(test_importance_adds_up_to_one_and_finds_what_matters)
{
    test_problem p = test_problem_make(500, 6, 0);
    for (int64_t i = 0; i < 500; i++)
        p.y[i] = 3 * p.x[6 * i] + p.x[6 * i + 1];
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_random_forest_regressor, &p, "n_estimators=20");
    double sum = 0;
    for (int j = 0; j < 6; j++)
        sum += t.state->importance[j];
    ck_assert_double_eq_tol(sum, 1, ROUNDING);
    ck_assert_double_gt(t.state->importance[0], 0.1);
    ck_assert_double_gt(t.state->importance[0] + t.state->importance[1], 0.9);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_odd_problems_give_a_leaf)
{
    test_problem p = test_problem_make(50, 3, 0);
    forest_fit t;
    for (int64_t i = 0; i < 50; i++)
        p.y[i] = 4.25;
    forest_run(&t, NULL, &mlci_model_random_forest_regressor, &p, "n_estimators=3");
    ck_assert_int_eq(t.state->first_node[3], 3); /* equal targets */
    ck_assert_double_eq(t.state->nodes[0].value, 4.25);
    forest_clear(&t);
    for (int64_t i = 0; i < 50; i++) {
        p.y[i] = (double)i;
        for (int j = 0; j < 3; j++)
            p.x[3 * i + j] = j == 0 ? 7 : NAN;
    }
    forest_run(&t, NULL, &mlci_model_extra_trees_regressor, &p, "n_estimators=2");
    ck_assert_int_eq(t.state->first_node[2], 2); /* constant and missing features */
    ck_assert_double_eq_tol(t.state->nodes[0].value, 24.5, ROUNDING);
    ck_assert_double_eq(t.state->importance[0], 0);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

/* More classes than node sums hold at once, most of them absent from most nodes. */
START_TEST(test_many_classes_are_learned)
{
    enum { N = 1200, K = 300 };
    test_problem p = {.n_rows = N, .n_features = 2, .n_classes = K};
    p.x = calloc(2 * N, sizeof *p.x);
    p.y = calloc(N, sizeof *p.y);
    for (int i = 0; i < N; i++) {
        p.y[i] = i % K;
        p.x[2 * i] = (i % K) / 20 + 0.1 * test_unit(1, i);
        p.x[2 * i + 1] = (i % K) % 20 + 0.1 * test_unit(2, i);
    }
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_classifier, &p, NULL);
    double *const out = forest_output(&t, p.x, N, 256, MLCI_OUTPUT_PREDICTION);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq(out[i], p.y[i]);
    free(out);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

typedef struct life {
    const mlci_model_descriptor *model;
    const test_problem *p;
    const char *settings;
} life;

static mlc_status fit_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const life *const l = arg;
    forest_fit t;
    forest_run(&t, ctx, l->model, l->p, l->settings);
    *err = t.error;
    forest_clear(&t);
    return t.status;
}

START_TEST(test_memory_that_fails_is_said)
{
    test_problem p = test_problem_make(120, 3, 3), numbers = test_problem_make(120, 3, 0);
    life forest = {&mlci_model_random_forest_classifier, &p,
                   "n_estimators=2 oob_score=true criterion=entropy ccp_alpha=0.01"};
    life tree = {&mlci_model_decision_tree_regressor, &numbers,
                 "criterion=absolute_error max_leaf_nodes=9 ccp_alpha=0.01"};
    mlci_torture(fit_once, &forest);
    mlci_torture(fit_once, &tree);
    test_problem_clear(&p);
    test_problem_clear(&numbers);
}
END_TEST

MLCI_CHECK_SUITE("forest_fit", test_settings_that_cannot_be_are_named,
                 test_amounts_may_be_words_counts_and_shares, test_forests_are_the_same_everywhere,
                 test_trees_differ_and_do_not_depend_on_their_number,
                 test_importance_adds_up_to_one_and_finds_what_matters,
                 test_odd_problems_give_a_leaf, test_many_classes_are_learned,
                 test_memory_that_fails_is_said)
