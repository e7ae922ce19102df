#include "explaining.h"
#include "plain_walk.h"

#include "torture.h"

/* Rounding of sums of a few hundred terms of size 1. */
static const double close_to_exact = 1e-13;

static void check_rows(test_forest *f, int64_t n_rows)
{
    const mlci_ensemble *const e = &f->e;
    const int p = (int)e->n_features;
    double *const x = test_forest_rows(f, n_rows);
    double base[8];
    double *const got = test_explain(NULL, e, x, n_rows, 0, 256, base);
    double *const matrix = test_explain(NULL, e, x, n_rows, 1, 256, NULL);
    for (int64_t i = 0; i < n_rows; i++) {
        for (int32_t k = 0; k < e->n_outputs; k++) {
            double expected[16] = {0}, pairs[256];
            double *const v = test_games(e, k, x + i * p, NULL);
            const double *const ours = got + (i * e->n_outputs + k) * p;
            const double *const ours2 = matrix + (i * e->n_outputs + k) * p * p;
            test_shapley(v, p, 1, expected);
            test_interactions(v, p, pairs);
            ck_assert_double_eq_tol(base[k], v[0], close_to_exact);
            for (int j = 0; j < p; j++)
                ck_assert_double_eq_tol(ours[j], expected[j], close_to_exact);
            for (int j = 0; j < p * p; j++)
                ck_assert_double_eq_tol(ours2[j], pairs[j], close_to_exact);
            free(v);
        }
    }
    free(x);
    free(got);
    free(matrix);
}

START_TEST(test_values_and_interactions_of_random_trees_equal_their_definition)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        test_forest f = test_forest_make(1 + (int64_t)(seed % 7), (int64_t)(seed % 3 == 0),
                                         1 + (int32_t)(seed % 2), seed);
        for (int t = 0; t < 4; t++)
            test_forest_grow(&f, 1 + (int32_t)(20 * forest_unit(&f)), (int)(seed % 2), 0);
        check_rows(&f, 9);
        test_forest_clear(&f);
    }
}
END_TEST

START_TEST(test_children_that_no_row_reached_share_as_their_definition_says)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        test_forest f = test_forest_make(4, 1, 1, seed);
        for (int t = 0; t < 3; t++)
            test_forest_grow(&f, 12, (int)(seed % 2), 0.3);
        check_rows(&f, 9);
        test_forest_clear(&f);
    }
}
END_TEST

/* Base and contributions add to the raw score, relative to the sizes that are added. */
static void check_additivity(const mlci_ensemble *e, const double *x, int64_t n_rows)
{
    const double rounding = 1e-12;
    const int64_t m = e->n_outputs, p = e->n_features;
    double *const base = calloc((size_t)m, sizeof *base);
    double *const got = test_explain(NULL, e, x, n_rows, 0, 256, base);
    double *const raw = calloc((size_t)(n_rows * m), sizeof *raw);
    plain_raw(e, x, n_rows, raw);
    for (int64_t i = 0; i < n_rows * m; i++) {
        double sum = base[i % m], size = fabs(sum);
        for (int64_t j = 0; j < p; j++) {
            sum += got[i * p + j];
            size += fabs(got[i * p + j]);
        }
        ck_assert_double_eq_tol(sum, raw[i], rounding * size);
    }
    free(base);
    free(got);
    free(raw);
}

START_TEST(test_base_and_contributions_of_fitted_models_add_to_the_raw_score)
{
    const int32_t classes[] = {0, 2, 3};
    const char *const settings[] = {"n_estimators=30",
                                    "n_estimators=10 max_leaf_nodes=255 min_samples_leaf=1",
                                    "n_estimators=20 max_depth=6 max_leaf_nodes=64"};
    for (int k = 0; k < 9; k++) {
        test_problem p = test_problem_make(2000, 12, classes[k % 3]);
        mlc_context *const ctx = test_root(1, NULL);
        test_fit t;
        test_fit_run(&t, ctx, &p, settings[k / 3]);
        ck_assert_int_eq(t.status, MLC_OK);
        check_additivity(t.state, p.x, 300);
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&p);
    }
}
END_TEST

START_TEST(test_base_and_contributions_of_deep_trees_add_to_the_raw_score)
{
    const int64_t features[] = {3, 20, 70, 200};
    for (int k = 0; k < 4; k++) {
        test_forest f = test_forest_make(features[k], 2, 2, 11 + (uint64_t)k);
        for (int t = 0; t < 6; t++)
            test_forest_grow(&f, 300, 1, t % 2 ? 0.05 : 0);
        double *const x = test_forest_rows(&f, 100);
        check_additivity(&f.e, x, 100);
        free(x);
        test_forest_clear(&f);
    }
}
END_TEST

START_TEST(test_bits_are_the_same_on_each_instruction_set_and_for_a_row_alone)
{
    static const char *const isas[] = {"reference", "avx2", "avx512"};
    test_forest f = test_forest_make(9, 2, 2, 5);
    for (int t = 0; t < 10; t++)
        test_forest_grow(&f, 30, t % 2, 0.1);
    enum { N = 61 };
    double *const x = test_forest_rows(&f, N);
    for (int32_t interactions = 0; interactions < 2; interactions++) {
        const size_t bytes = (size_t)(N * 2 * 9 * (interactions ? 9 : 1)) * sizeof(double);
        double *const expected = test_explain(NULL, &f.e, x, N, interactions, 256, NULL);
        for (int i = 0; i < 3; i++) {
            const mlc_host host = {.size = sizeof host, .isa = isas[i]};
            mlc_context *ctx = NULL;
            if (mlc_context_create(&host, &ctx, NULL) != MLC_OK) continue;
            for (int64_t block = 1; block < 70; block += 30) {
                double *const got = test_explain(ctx, &f.e, x, N, interactions, block, NULL);
                ck_assert_mem_eq(got, expected, bytes);
                free(got);
            }
            mlc_context_close(ctx);
        }
        free(expected);
    }
    free(x);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_features_that_no_tree_splits_by_have_no_share)
{
    test_forest f = test_forest_make(3, 0, 1, 2);
    test_forest_grow(&f, 10, 0, 0);
    test_forest_grow(&f, 1, 0, 0); /* a leaf */
    mlci_ensemble *const e = &f.e;
    for (int64_t i = 0; i < e->first_node[1]; i++)
        if (e->nodes[i].left != 0) e->nodes[i].split = 1;
    double *const x = test_forest_rows(&f, 5);
    double *const got = test_explain(NULL, e, x, 5, 0, 256, NULL);
    double *const matrix = test_explain(NULL, e, x, 5, 1, 256, NULL);
    for (int i = 0; i < 5; i++) {
        ck_assert_double_eq(got[3 * i], 0);
        ck_assert_double_eq(got[3 * i + 2], 0);
        for (int k = 0; k < 9; k++)
            ck_assert_double_eq(matrix[9 * i + k], k == 4 ? got[3 * i + 1] : 0);
    }
    check_additivity(e, x, 5);
    free(x);
    free(got);
    free(matrix);
    test_forest_clear(&f);
}
END_TEST

START_TEST(test_linear_leaves_are_refused_by_name)
{
    mlc_context local, *call = NULL;
    mlc_error err;
    void *plan = NULL;
    double base;
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(300, 4, 0);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=3 linear_tree=true");
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    const mlci_explain explain = {.call = call, .name = "lines", .state = t.state};
    ck_assert_int_eq(t.model->explainer->open(&explain, &base, &plan, &err), MLC_ERROR_UNSUPPORTED);
    ck_assert_str_eq(err.name, "linear_tree");
    ck_assert_ptr_nonnull(strstr(err.message, "'lines' has linear leaves"));
    mlci_call_end(call);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_no_trees_then_the_start_alone)
{
    test_forest f = test_forest_make(2, 0, 1, 2);
    const double x[] = {0, 1};
    double base;
    double *const got = test_explain(NULL, &f.e, x, 1, 0, 256, &base);
    ck_assert_double_eq(base, f.e.start[0]);
    ck_assert_double_eq(got[0], 0);
    ck_assert_double_eq(got[1], 0);
    free(got);
    test_forest_clear(&f);
}
END_TEST

static mlc_status explain_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    test_forest *const f = arg;
    static double x[40], out[10 * 16 * 2];
    double base[2];
    for (int32_t interactions = 0; interactions < 2; interactions++) {
        mlc_context local, *call = NULL;
        void *plan = NULL;
        MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
        const mlci_explain explain = {
            .call = call, .name = "trees", .state = &f->e, .interactions = interactions};
        mlc_status status = mlci_ensemble_explainer.open(&explain, base, &plan, err);
        if (status == MLC_OK) status = mlci_ensemble_explainer.rows(plan, x, 10, out, err);
        if (status == MLC_OK)
            mlci_torture_answer(out, 10 * 4 * 2 * (interactions ? 4 : 1) * (int64_t)sizeof *out);
        mlci_ensemble_explainer.close(plan);
        mlci_call_end(call);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

START_TEST(test_explaining_when_memory_fails_leaks_nothing)
{
    test_forest f = test_forest_make(4, 1, 2, 9);
    for (int t = 0; t < 4; t++)
        test_forest_grow(&f, 4 << t, t % 2, 0);
    mlci_torture(explain_all, &f);
    test_forest_clear(&f);
}
END_TEST

MLCI_CHECK_SUITE("shap", test_values_and_interactions_of_random_trees_equal_their_definition,
                 test_children_that_no_row_reached_share_as_their_definition_says,
                 test_base_and_contributions_of_fitted_models_add_to_the_raw_score,
                 test_base_and_contributions_of_deep_trees_add_to_the_raw_score,
                 test_bits_are_the_same_on_each_instruction_set_and_for_a_row_alone,
                 test_features_that_no_tree_splits_by_have_no_share,
                 test_linear_leaves_are_refused_by_name, test_no_trees_then_the_start_alone,
                 test_explaining_when_memory_fails_leaks_nothing)
