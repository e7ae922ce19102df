/* Against Gaussian elimination with row exchanges in long double, which shares nothing with it. */
#include "tree/leaf_solve.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "random.h"

enum { MOST = 12, ROWS = 60 };

/* Of coefficients, relative to the largest: 1e-16 times the conditions of these systems. */
#define ROUNDING 1e-10

static double unit(uint32_t stream, int64_t i)
{
    return mlci_random_unit(5, MLCI_RANDOM_TEST, stream, (uint64_t)i);
}

typedef struct problem {
    int64_t n;
    double u[ROWS][MOST + 1], g[ROWS], h[ROWS]; /* u[n] is 1 */
    double penalty[MOST];
} problem;

static problem make(int64_t n, uint32_t stream)
{
    problem p = {.n = n};
    for (int64_t i = 0; i < ROWS; i++) {
        for (int64_t j = 0; j < n; j++)
            p.u[i][j] = 2 * unit(stream + (uint32_t)j, i) - 1;
        p.u[i][n] = 1;
        p.g[i] = unit(stream + 50, i) - 0.3;
        p.h[i] = 0.1 + unit(stream + 51, i);
    }
    return p;
}

/* Keeps those of the features that have a flag. */
static void solve_plainly(const problem *p, const int *keep, double *c)
{
    long double a[MOST + 1][MOST + 2] = {{0}};
    const int64_t n = p->n;
    for (int64_t i = 0; i <= n; i++) {
        for (int64_t r = 0; r < ROWS; r++) {
            for (int64_t j = 0; j <= n; j++)
                a[i][j] += (long double)p->h[r] * p->u[r][i] * p->u[r][j];
            a[i][n + 1] -= (long double)p->g[r] * p->u[r][i];
        }
        if (i < n) a[i][i] += p->penalty[i];
    }
    for (int64_t i = 0; i < n; i++) {
        if (keep == NULL || keep[i]) continue;
        for (int64_t j = 0; j <= n; j++)
            a[i][j] = a[j][i] = 0;
        a[i][i] = 1;
        a[i][n + 1] = 0;
    }
    for (int64_t i = 0; i <= n; i++) {
        int64_t best = i;
        for (int64_t r = i; r <= n; r++)
            if (fabsl(a[r][i]) > fabsl(a[best][i])) best = r;
        for (int64_t j = 0; j <= n + 1; j++) {
            const long double kept = a[i][j];
            a[i][j] = a[best][j];
            a[best][j] = kept;
        }
        for (int64_t r = 0; r <= n; r++) {
            const long double share = r == i ? 0 : a[r][i] / a[i][i];
            for (int64_t j = i; j <= n + 1 && r != i; j++)
                a[r][j] -= share * a[i][j];
        }
    }
    for (int64_t i = 0; i <= n; i++)
        c[i] = (double)(a[i][n + 1] / a[i][i]);
}

static int64_t solve(const problem *p, double *c)
{
    double a[(MOST + 1) * (MOST + 1)] = {0}, penalty[MOST];
    const int64_t n = p->n;
    for (int64_t i = 0; i <= n; i++) {
        c[i] = 0;
        for (int64_t r = 0; r < ROWS; r++) {
            for (int64_t j = i; j <= n; j++)
                a[i * (n + 1) + j] += p->h[r] * p->u[r][i] * p->u[r][j];
            c[i] += p->g[r] * p->u[r][i];
        }
    }
    memcpy(penalty, p->penalty, sizeof penalty);
    return mlci_leaf_solve(n, a, penalty, c);
}

static void compare(const problem *p, const int *keep, int64_t n_kept)
{
    double found[MOST + 1], expected[MOST + 1], largest = 0;
    ck_assert_int_eq(solve(p, found), n_kept);
    solve_plainly(p, keep, expected);
    for (int64_t j = 0; j <= p->n; j++)
        largest = fmax(largest, fabs(expected[j]));
    for (int64_t j = 0; j <= p->n; j++)
        ck_assert_double_eq_tol(found[j], expected[j], ROUNDING * largest);
}

START_TEST(test_coefficients_are_those_of_the_normal_equations)
{
    for (int64_t n = 0; n <= MOST; n++) {
        problem p = make(n, (uint32_t)(100 * n));
        compare(&p, NULL, n);
        for (int64_t j = 0; j < n; j++)
            p.penalty[j] = 10 * unit(7, j);
        compare(&p, NULL, n);
    }
}
END_TEST

START_TEST(test_features_that_depend_on_earlier_ones_get_0)
{
    problem p = make(6, 3000);
    const int keep[] = {1, 0, 1, 0, 1, 1};
    for (int64_t i = 0; i < ROWS; i++) {
        p.u[i][1] = 0.25;                                       /* constant */
        p.u[i][3] = 0.5 * p.u[i][0] - 0.25 * p.u[i][2] + 0.125; /* a sum of others */
    }
    compare(&p, keep, 4);
    /* A penalty makes them count. */
    for (int64_t j = 0; j < 6; j++)
        p.penalty[j] = 0.5;
    double c[MOST + 1];
    solve(&p, c);
    ck_assert_double_ne(c[3], 0);
    ck_assert_double_eq_tol(c[1], 0, ROUNDING);
}
END_TEST

START_TEST(test_intercept_has_no_penalty)
{
    problem p = make(1, 4000);
    double c[2], g = 0, h = 0;
    p.penalty[0] = 1e12;
    ck_assert_int_eq(solve(&p, c), 1);
    for (int64_t i = 0; i < ROWS; i++) {
        g += p.g[i];
        h += p.h[i];
    }
    ck_assert_double_eq_tol(c[1], -g / h, ROUNDING);
    ck_assert_double_eq_tol(c[0], 0, ROUNDING);
}
END_TEST

START_TEST(test_sums_that_are_no_system_give_no_solution)
{
    double c[MOST + 1];
    problem p = make(2, 5000);
    p.h[3] = NAN;
    ck_assert_int_eq(solve(&p, c), -1);
    p = make(2, 5000);
    p.g[3] = INFINITY;
    ck_assert_int_eq(solve(&p, c), -1);
    memset(p.h, 0, sizeof p.h);
    ck_assert_int_eq(solve(&p, c), -1);
}
END_TEST

MLCI_CHECK_SUITE("leaf_solve", test_coefficients_are_those_of_the_normal_equations,
                 test_features_that_depend_on_earlier_ones_get_0, test_intercept_has_no_penalty,
                 test_sums_that_are_no_system_give_no_solution)
