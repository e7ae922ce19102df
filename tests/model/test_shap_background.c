#include "explaining.h"

#include "torture.h"

/* Rounding of sums of a few hundred terms of size 1. */
static const double close_to_exact = 1e-13;

/* The definition: the mean over background rows of the games against each. */
static void check_rows(test_forest *f, int64_t n_rows, int64_t n_others, int weighted)
{
    const mlci_ensemble *const e = &f->e;
    const int p = (int)e->n_features;
    double *const x = test_forest_rows(f, n_rows), *const others = test_forest_rows(f, n_others);
    double weight[64], total = 0, base[8];
    for (int64_t b = 0; b < n_others; b++) {
        weight[b] = weighted ? 1 + (double)(b % 3) : 1;
        total += weight[b];
    }
    double *const got =
        test_explain_against(NULL, e, x, n_rows, 0, 256,
                             (test_others){others, weighted ? weight : NULL, n_others}, base);
    for (int32_t k = 0; k < e->n_outputs; k++) {
        for (int64_t i = 0; i < n_rows; i++) {
            double expected[16] = {0}, mean = 0;
            for (int64_t b = 0; b < n_others; b++) {
                double *const v = test_games(e, k, x + i * p, others + b * p);
                test_shapley(v, p, weight[b] / total, expected);
                mean += weight[b] / total * v[0];
                free(v);
            }
            ck_assert_double_eq_tol(base[k], mean, close_to_exact);
            for (int j = 0; j < p; j++)
                ck_assert_double_eq_tol(got[(i * e->n_outputs + k) * p + j], expected[j],
                                        close_to_exact);
        }
    }
    free(x);
    free(others);
    free(got);
}

START_TEST(test_values_of_random_trees_equal_their_definition)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        test_forest f = test_forest_make(1 + (int64_t)(seed % 6), (int64_t)(seed % 3 == 0),
                                         1 + (int32_t)(seed % 2), seed);
        for (int t = 0; t < 3; t++)
            test_forest_grow(&f, 1 + (int32_t)(20 * forest_unit(&f)), (int)(seed % 2), 0);
        check_rows(&f, 6, 1 + (int64_t)seed, seed % 4 == 0);
        test_forest_clear(&f);
    }
}
END_TEST

/* A path of 100 features of which rows and background take 95 alike is one of 5 features. */
START_TEST(test_paths_of_more_features_than_a_word_has_bits_are_exact)
{
    enum { P = 100 };
    test_forest f = test_forest_make(P, 0, 1, 3);
    mlci_ensemble *const e = &f.e;
    for (int32_t i = 0; i < P; i++) {
        e->nodes[2 * i] = (mlci_tree_node){.split = (uint32_t)i, .left = 2 * i + 1};
        e->cover[2 * i] = 1;
    }
    e->nodes[2 * P].value = 7; /* the leaf that x > 0 leads to throughout */
    e->n_trees = 1;
    e->first_node[1] = 2 * P + 1;
    double x[P], other[P], base;
    for (int j = 0; j < P; j++)
        x[j] = other[j] = 1;
    other[3] = other[70] = other[99] = 0; /* taken by x alone */
    x[5] = x[64] = 0;                     /* taken by the background alone */
    double *const got =
        test_explain_against(NULL, e, x, 1, 0, 1, (test_others){other, NULL, 1}, &base);
    const double gain = 7 * 2.0 * 2 / 120; /* v 2! 2! / 5! */
    const double loss = 7 * 6.0 * 1 / 120; /* v 3! 1! / 5! */
    for (int j = 0; j < P; j++) {
        const double wanted = other[j] == 0 ? gain : x[j] == 0 ? -loss : 0;
        ck_assert_double_eq_tol(got[j], wanted, close_to_exact);
    }
    ck_assert_double_eq(base, e->start[0]);
    free(got);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_base_and_contributions_of_fitted_models_add_to_the_raw_score)
{
    const int32_t classes[] = {0, 2, 3};
    const double rounding = 1e-12;
    for (int k = 0; k < 3; k++) {
        test_problem p = test_problem_make(1500, 12, classes[k]);
        mlc_context *const ctx = test_root(1, NULL);
        test_fit t;
        test_fit_run(&t, ctx, &p, "n_estimators=15 max_leaf_nodes=64 min_samples_leaf=2");
        const int32_t m = t.state->n_outputs;
        double base[3];
        double *const raw = test_predict(&t, p.x, 300, MLCI_OUTPUT_RAW);
        double *const got = test_explain_against(NULL, t.state, p.x, 300, 0, 256,
                                                 (test_others){p.x + 300 * 12, NULL, 200}, base);
        for (int64_t i = 0; i < 300 * m; i++) {
            double sum = base[i % m], size = fabs(sum);
            for (int64_t j = 0; j < 12; j++) {
                sum += got[i * 12 + j];
                size += fabs(got[i * 12 + j]);
            }
            ck_assert_double_eq_tol(sum, raw[i], rounding * size);
        }
        free(raw);
        free(got);
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&p);
    }
}
END_TEST

START_TEST(test_bits_do_not_depend_on_threads_instruction_set_or_block)
{
    test_forest f = test_forest_make(9, 2, 2, 5);
    for (int t = 0; t < 6; t++)
        test_forest_grow(&f, 30, t % 2, 0);
    enum { N = 61, OTHERS = 40 };
    double *const x = test_forest_rows(&f, N), *const others = test_forest_rows(&f, OTHERS);
    const test_others against = {others, NULL, OTHERS};
    double *const expected = test_explain_against(NULL, &f.e, x, N, 0, 256, against, NULL);
    for (int32_t threads = 1; threads < 8; threads += 3) {
        mlc_context *const ctx = test_root(threads, threads == 1 ? "reference" : NULL);
        double *const got = test_explain_against(ctx, &f.e, x, N, 0, 7 * threads, against, NULL);
        ck_assert_mem_eq(got, expected, N * 2 * 9 * sizeof *got);
        free(got);
        mlc_context_close(ctx);
    }
    free(x);
    free(others);
    free(expected);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_no_trees_and_trees_without_splits_share_nothing)
{
    test_forest f = test_forest_make(2, 0, 1, 2);
    const double x[] = {0, 1};
    double base;
    for (int trees = 0; trees < 2; trees++) {
        double *const got =
            test_explain_against(NULL, &f.e, x, 1, 0, 1, (test_others){x, NULL, 1}, &base);
        ck_assert_double_eq(base, f.e.start[0] + (trees == 0 ? 0 : f.e.nodes[0].value));
        ck_assert_double_eq(got[0], 0);
        ck_assert_double_eq(got[1], 0);
        free(got);
        test_forest_grow(&f, 1, 0, 0);
    }
    test_forest_clear(&f);
}
END_TEST

/* So many trees that the counts of each would take too much: they are made again for each block.
 * Values are the sums of those of the trees by fours, which are kept. */
START_TEST(test_counts_that_are_too_large_to_keep_are_made_again)
{
    enum { N = 3, OTHERS = 60, P = 12 };
    test_forest f = test_forest_make(P, 0, 1, 21);
    mlci_ensemble *const e = &f.e;
    for (int t = 0; t < TEST_MOST_TREES; t++)
        test_forest_grow(&f, 30, 0, 0);
    double *const x = test_forest_rows(&f, N), *const others = test_forest_rows(&f, OTHERS);
    const test_others against = {others, NULL, OTHERS};
    double base, expected[N * P] = {0};
    double *const got = test_explain_against(NULL, e, x, N, 0, 2, against, &base);
    mlci_ensemble part = *e;
    part.n_trees = TEST_MOST_TREES / 4;
    for (int k = 0; k < 4; k++) {
        double part_base;
        part.first_node = e->first_node + k * part.n_trees;
        part.first_set = e->first_set + k * part.n_trees;
        double *const some = test_explain_against(NULL, &part, x, N, 0, N, against, &part_base);
        for (int i = 0; i < N * P; i++)
            expected[i] += some[i];
        base -= part_base - e->start[0];
        free(some);
    }
    const double rounding = 1e-10; /* of sums of 120,000 leaves */
    ck_assert_double_eq_tol(base, e->start[0], rounding);
    for (int i = 0; i < N * P; i++)
        ck_assert_double_eq_tol(got[i], expected[i], rounding);
    free(got);
    free(x);
    free(others);
    test_forest_clear(&f);
}
END_TEST

typedef struct tortured {
    test_forest f;
    double *x;
} tortured;

static mlc_status explain_against(mlc_context *ctx, void *arg, mlc_error *err)
{
    const tortured *const t = arg;
    static double out[10 * 4];
    mlc_context local, *call = NULL;
    mlci_matrix *background = NULL;
    void *plan = NULL;
    double base;
    MLCI_TRY(mlci_matrix_wrap(NULL, t->x, 10, 4, &background, err));
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err);
    const mlci_explain explain = {
        .call = call, .name = "trees", .state = &t->f.e, .background = background};
    if (status == MLC_OK) status = mlci_ensemble_explainer.open(&explain, &base, &plan, err);
    if (status == MLC_OK) status = mlci_ensemble_explainer.rows(plan, t->x, 10, out, err);
    if (status == MLC_OK) mlci_torture_answer(out, sizeof out);
    mlci_ensemble_explainer.close(plan);
    mlci_call_end(call);
    mlci_matrix_close(background);
    return status;
}

START_TEST(test_explaining_when_memory_fails_leaks_nothing)
{
    tortured t = {test_forest_make(4, 1, 1, 9), NULL};
    for (int k = 0; k < 3; k++)
        test_forest_grow(&t.f, 4 << k, k % 2, 0);
    t.x = test_forest_rows(&t.f, 10);
    mlci_torture(explain_against, &t);
    free(t.x);
    test_forest_clear(&t.f);
}
END_TEST

MLCI_CHECK_SUITE("shap_background", test_values_of_random_trees_equal_their_definition,
                 test_paths_of_more_features_than_a_word_has_bits_are_exact,
                 test_base_and_contributions_of_fitted_models_add_to_the_raw_score,
                 test_bits_do_not_depend_on_threads_instruction_set_or_block,
                 test_no_trees_and_trees_without_splits_share_nothing,
                 test_counts_that_are_too_large_to_keep_are_made_again,
                 test_explaining_when_memory_fails_leaks_nothing)
