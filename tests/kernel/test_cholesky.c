#include "dense.h"
#include "kernel_cases.h"

#define MOST 200

static double a[MOST * MOST], u[MOST * MOST], x[MOST * 3], b[MOST * 3];

/* Positive definite: G'G + 0.1 I, and a right side with a known answer. */
static void make_system(int64_t n, int64_t n_rhs)
{
    static double g[MOST * MOST];
    case_fill(g, n * n, 0);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < n; j++) {
            double total = i == j ? 0.1 : 0.0;
            for (int64_t k = 0; k < n; k++)
                total += g[k * n + i] * g[k * n + j];
            a[i * n + j] = total;
        }
    }
    case_fill(x, n * n_rhs, 0);
    memcpy(b, x, sizeof b);
}

static double residual(int64_t n, int64_t n_rhs)
{
    double worst = 0.0, size = 0.0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t r = 0; r < n_rhs; r++) {
            double total = -b[i * n_rhs + r];
            for (int64_t j = 0; j < n; j++) {
                total += a[i * n + j] * x[j * n_rhs + r];
                size = fmax(size, fabs(a[i * n + j] * x[j * n_rhs + r]));
            }
            worst = fmax(worst, fabs(total));
        }
    }
    return worst / fmax(size, 1.0);
}

START_TEST(test_cholesky_then_small_residual_and_same_bits_on_every_table)
{
    static const int64_t sizes[] = {1, 2, 3, 7, 63, 64, 65, 130, 200};
    static double first_u[MOST * MOST], first_x[MOST * 3];
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const int64_t n = sizes[s], n_rhs = 1 + (int64_t)(s % 3);
        make_system(n, n_rhs);
        for (int t = 0; t < case_n_tables; t++) {
            memcpy(u, a, sizeof u);
            memcpy(x, b, sizeof x);
            ck_assert_int_eq(mlci_cholesky_factor(case_tables[t], n, u, n, 0.0), -1);
            mlci_cholesky_solve(case_tables[t], n, u, n, x, n_rhs);
            ck_assert_double_lt(residual(n, n_rhs), 1e-13 * (double)n);
            for (int64_t i = 0; i < n; i++)
                for (int64_t j = 0; j < i; j++)
                    ck_assert(case_same(u[i * n + j], a[i * n + j]));
            if (t == 0) {
                memcpy(first_u, u, sizeof u);
                memcpy(first_x, x, sizeof x);
            }
            case_assert_same(n * n, u, first_u);
            case_assert_same(n * n_rhs, x, first_x);
        }
    }
}
END_TEST

START_TEST(test_cholesky_of_a_known_matrix_then_its_factor_and_determinant)
{
    /* [4 2; 2 5] = U'U with U = [2 1; 0 2]; determinant 16. */
    double m[] = {4, 2, 2, 5};
    ck_assert_int_eq(mlci_cholesky_factor(case_tables[0], 2, m, 2, 0.0), -1);
    ck_assert(case_same(m[0], 2.0) && case_same(m[1], 1.0) && case_same(m[3], 2.0));
    ck_assert_double_eq_tol(mlci_cholesky_log_determinant(2, m, 2), 2.772588722239781, 1e-15 * 4);
}
END_TEST

START_TEST(test_cholesky_when_a_column_depends_on_others_then_its_index)
{
    enum { N = 100 };
    make_system(N, 1);
    /* Column 90 is the sum of columns 3 and 70. */
    for (int64_t i = 0; i < N; i++)
        a[i * N + 90] = a[i * N + 3] + a[i * N + 70];
    for (int64_t i = 0; i < N; i++)
        a[90 * N + i] = a[3 * N + i] + a[70 * N + i];
    for (int t = 0; t < case_n_tables; t++) {
        memcpy(u, a, sizeof u);
        ck_assert_int_eq(mlci_cholesky_factor(case_tables[t], N, u, N, 1e-10), 90);
    }
}
END_TEST

START_TEST(test_cholesky_of_indefinite_or_nan_then_index_of_the_pivot)
{
    double m[] = {1, 2, 2, 1}, bad[] = {NAN, 0, 0, 1}, huge[] = {1, 0, 0, INFINITY};
    ck_assert_int_eq(mlci_cholesky_factor(case_tables[0], 2, m, 2, 0.0), 1);
    ck_assert_int_eq(mlci_cholesky_factor(case_tables[0], 2, bad, 2, 0.0), 0);
    ck_assert_int_eq(mlci_cholesky_factor(case_tables[0], 2, huge, 2, 0.0), 1);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "cholesky",
                    test_cholesky_then_small_residual_and_same_bits_on_every_table,
                    test_cholesky_of_a_known_matrix_then_its_factor_and_determinant,
                    test_cholesky_when_a_column_depends_on_others_then_its_index,
                    test_cholesky_of_indefinite_or_nan_then_index_of_the_pivot)
