/* Regressions of rows that a leaf has, against the normal equations in long double. */
#include "tree/leaf_regression.h"

#include <string.h>

#include "boosting.h"

enum { N = 40000, F = 5 };

/* Sums of terms that are rounded to 2^-48 of the largest; the condition of these systems. */
#define ROUNDING 1e-9

typedef struct rows {
    double *values[F];
    mlci_gradients gradients;
    uint32_t *order;
    mlci_number_columns columns;
} rows;

static rows make(void)
{
    rows r = {.columns = {.n_features = F, .n_rows = N}};
    r.gradients.g = calloc(N, sizeof(double));
    r.gradients.h = calloc(N, sizeof(double));
    r.order = calloc(N, sizeof *r.order);
    for (int j = 0; j < F; j++)
        r.values[j] = calloc(N, sizeof(double));
    for (int64_t i = 0; i < N; i++) {
        for (int j = 0; j < F; j++)
            r.values[j][i] = (test_unit((uint32_t)j, i) - 0.3) * pow(10, 3 * j - 5) +
                             (j == 3 ? 2000 : 0); /* far from 0 */
        if (i % 11 == 3) r.values[1][i] = NAN;
        if (i % 1000 == 7) r.values[2][i] = INFINITY;
        r.gradients.g[i] = (test_unit(20, i) - 0.4) * 1e-3;
        r.gradients.h[i] = test_unit(21, i) * test_unit(22, i) * 1e-3;
        r.order[i] = (uint32_t)i;
    }
    return r;
}

static void clear(rows *r)
{
    for (int j = 0; j < F; j++)
        free(r->values[j]);
    free(r->gradients.g);
    free(r->gradients.h);
    free(r->order);
}

/* What a leaf of these rows and features gets: the solution by elimination. */
static void expect(const rows *r, const mlci_leaf_rows *leaf, const int32_t *feature, double l2,
                   double *c)
{
    long double a[F + 1][F + 2] = {{0}}, u[F + 1], middle[F];
    const int n = (int)leaf->n_features;
    for (int j = 0; j < n; j++) /* near enough to the mean */
        middle[j] = r->values[feature[j]][r->order[leaf->begin]] * 1.0L;
    for (int64_t k = leaf->begin; k < leaf->begin + leaf->n; k++) {
        const uint32_t row = r->order[k];
        int complete = 1;
        for (int j = 0; j < n; j++) {
            const double x = r->values[feature[j]][row];
            complete &= isfinite(x) != 0;
            u[j] = (long double)x - middle[j];
        }
        u[n] = 1;
        for (int i = 0; i <= n && complete; i++) {
            for (int j = 0; j <= n; j++)
                a[i][j] += (long double)r->gradients.h[row] * u[i] * u[j];
            a[i][n + 1] -= (long double)r->gradients.g[row] * u[i];
        }
    }
    for (int i = 0; i < n; i++)
        a[i][i] += l2;
    for (int i = 0; i <= n; i++) { /* positive definite: no exchanges */
        for (int t = 0; t <= n; t++) {
            const long double share = t == i ? 0 : a[t][i] / a[i][i];
            for (int j = i; j <= n + 1 && t != i; j++)
                a[t][j] -= share * a[i][j];
        }
    }
    long double intercept = a[n][n + 1] / a[n][n];
    for (int j = 0; j < n; j++) {
        c[j] = (double)(a[j][n + 1] / a[j][j]);
        intercept -= a[j][n + 1] / a[j][j] * middle[j];
    }
    c[n] = (double)intercept;
}

static void run(rows *r, mlc_context *ctx, mlci_leaf_regression *job)
{
    mlc_context local, *call = NULL;
    r->columns.values = r->values;
    job->columns = &r->columns;
    job->gradients = &r->gradients;
    job->rows = r->order;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_leaf_regress(call, job, NULL), MLC_OK);
    mlci_call_end(call);
}

/* Leaves over ranges of rows: a large one, others, one of two rows, one without features. */
#define LEAVES 6
static const mlci_leaf_rows shapes[LEAVES] = {
    {.begin = 0, .n = 35000, .first_feature = 0, .n_features = 5},
    {.begin = 35000, .n = 2, .first_feature = 5, .n_features = 2},
    {.begin = 35002, .n = 3, .first_feature = 7, .n_features = 2},
    {.begin = 35005, .n = 1995, .first_feature = 9, .n_features = 1},
    {.begin = 37000, .n = 1000, .first_feature = 10, .n_features = 0},
    {.begin = 38000, .n = 2000, .first_feature = 10, .n_features = 3}};
static const int32_t features[13] = {0, 1, 2, 3, 4, 0, 4, 0, 3, 3, 0, 2, 4};

START_TEST(test_leaves_get_the_ridge_regressions_of_their_complete_rows)
{
    rows r = make();
    mlc_context *const ctx = test_root(2, NULL);
    for (int turn = 0; turn < 2; turn++) {
        mlci_leaf_rows leaves[LEAVES];
        double factor[13], c[F + 1];
        memcpy(leaves, shapes, sizeof leaves);
        mlci_leaf_regression job = {.l2 = turn * 0.01,
                                    .rate = 0.25,
                                    .feature = features,
                                    .factor = factor,
                                    .n_leaves = LEAVES,
                                    .leaves = leaves};
        run(&r, ctx, &job);
        for (int i = 0; i < LEAVES; i++) {
            const int is_linear = i == 0 || i == 2 || i == 3 || i == 5;
            ck_assert_int_eq(leaves[i].is_linear, is_linear);
            if (!is_linear) continue;
            const int32_t *const names = features + leaves[i].first_feature;
            expect(&r, &leaves[i], names, job.l2, c);
            for (int64_t j = 0; j < leaves[i].n_features; j++) {
                const double found = factor[leaves[i].first_feature + j];
                ck_assert_double_eq_tol(found / (0.25 * c[j]), 1, ROUNDING);
            }
            ck_assert_double_eq_tol(leaves[i].intercept / (0.25 * c[leaves[i].n_features]), 1,
                                    ROUNDING);
        }
    }
    mlc_context_close(ctx);
    clear(&r);
}
END_TEST

START_TEST(test_bits_depend_on_the_rows_of_a_leaf_alone)
{
    rows r = make();
    double first[13 + LEAVES];
    const int32_t threads[] = {1, 2, 3, 7};
    for (int turn = 0; turn < 8; turn++) {
        mlc_context *const ctx = test_root(threads[turn % 4], turn % 2 ? "reference" : NULL);
        mlci_leaf_rows leaves[LEAVES];
        double found[13 + LEAVES];
        memcpy(leaves, shapes, sizeof leaves);
        for (int i = 0; turn > 0 && i < LEAVES; i++) { /* in another order */
            for (int64_t k = 0; k < leaves[i].n; k++) {
                uint32_t *const order = r.order + leaves[i].begin;
                const int64_t other =
                    (int64_t)(test_unit(90 + (uint32_t)turn, k) * (double)(k + 1));
                const uint32_t kept = order[k];
                order[k] = order[other];
                order[other] = kept;
            }
        }
        mlci_leaf_regression job = {.rate = 0.1,
                                    .feature = features,
                                    .factor = found,
                                    .n_leaves = LEAVES,
                                    .leaves = leaves};
        memset(found, 0, sizeof found);
        run(&r, ctx, &job);
        for (int i = 0; i < LEAVES; i++)
            found[13 + i] = leaves[i].is_linear ? leaves[i].intercept : 0;
        if (turn == 0) memcpy(first, found, sizeof first);
        ck_assert_mem_eq(first, found, sizeof first);
        mlc_context_close(ctx);
    }
    clear(&r);
}
END_TEST

START_TEST(test_leaves_without_a_regression_are_not_linear)
{
    rows r = make();
    mlc_context *const ctx = test_root(1, NULL);
    const int32_t names[] = {0, 1};
    for (int turn = 0; turn < 5; turn++) {
        double factor[2];
        mlci_leaf_rows leaf = {.n = 500, .n_features = 2};
        for (int64_t i = 0; i < 500; i++) {
            if (turn == 0) r.values[1][i] = NAN;
            if (turn == 1) r.values[0][i] = r.values[1][i] = 7;         /* both constant */
            if (turn == 2) r.values[1][i] = i % 2 ? 1.7e308 : -1.7e308; /* beyond any sum */
            if (turn == 3) r.gradients.h[i] = 0;
            if (turn == 4) r.values[1][i] = (double)i;
            if (turn == 4) r.gradients.h[i] = 1;
        }
        mlci_leaf_regression job = {
            .rate = 1, .feature = names, .factor = factor, .n_leaves = 1, .leaves = &leaf};
        run(&r, ctx, &job);
        ck_assert_int_eq(leaf.is_linear, turn == 4);
    }
    mlc_context_close(ctx);
    clear(&r);
}
END_TEST

MLCI_CHECK_SUITE("leaf_regression", test_leaves_get_the_ridge_regressions_of_their_complete_rows,
                 test_bits_depend_on_the_rows_of_a_leaf_alone,
                 test_leaves_without_a_regression_are_not_linear)
