#include "dense.h"
#include "kernel_cases.h"

#define MOST 120

static double a[MOST * MOST], v[MOST * MOST], values[MOST], work[3 * MOST];

static void make_symmetric(int64_t n, double size)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++)
            a[i * n + j] = a[j * n + i] = size * case_real();
    }
    memcpy(v, a, sizeof v);
}

/* |A v - value v| and |V V' - I|, against n times the rounding of the largest value. */
static void check_pairs(int64_t n, double size)
{
    const double bound = 1e-15 * 4.0 * (double)(n + 4);
    const double scale = fmax(fabs(values[0]), fabs(values[n - 1])) + 1e-300 * size;
    for (int64_t i = 0; i < n; i++) {
        if (i > 0) ck_assert(values[i - 1] >= values[i]);
        for (int64_t j = 0; j < n; j++) {
            double product = 0.0, inner = 0.0;
            for (int64_t k = 0; k < n; k++) {
                product += a[j * n + k] * v[i * n + k];
                inner += v[i * n + k] * v[j * n + k];
            }
            ck_assert_double_le(fabs(product - values[i] * v[i * n + j]), bound * scale);
            ck_assert_double_le(fabs(inner - (i == j ? 1.0 : 0.0)), bound);
        }
    }
}

START_TEST(test_eigen_of_random_matrices_then_pairs_and_orthogonal_rows)
{
    static const int64_t sizes[] = {1, 2, 3, 5, 16, 50, 120};
    static const double scales[] = {1.0, 1e-280, 1e290};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        make_symmetric(sizes[s], scales[s % 3]);
        ck_assert_int_eq(
            mlci_symmetric_eigen(case_tables[case_n_tables - 1], sizes[s], v, values, work), 1);
        check_pairs(sizes[s], scales[s % 3]);
    }
}
END_TEST

START_TEST(test_eigen_on_every_table_then_same_bits)
{
    static double first[MOST * MOST], first_values[MOST];
    make_symmetric(37, 1.0);
    for (int t = 0; t < case_n_tables; t++) {
        memcpy(v, a, sizeof v);
        ck_assert_int_eq(mlci_symmetric_eigen(case_tables[t], 37, v, values, work), 1);
        if (t == 0) {
            memcpy(first, v, sizeof v);
            memcpy(first_values, values, sizeof values);
        }
        case_assert_same(37 * 37, v, first);
        case_assert_same(37, values, first_values);
    }
}
END_TEST

START_TEST(test_eigen_of_second_differences_then_known_values)
{
    /* Tridiagonal -1 2 -1: values 2 - 2 cos(k pi / (n + 1)). */
    enum { N = 40 };
    for (int64_t i = 0; i < N; i++) {
        for (int64_t j = 0; j < N; j++)
            v[i * N + j] = i == j ? 2.0 : i - j == 1 || j - i == 1 ? -1.0 : 0.0;
    }
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], N, v, values, work), 1);
    for (int64_t k = 0; k < N; k++) {
        const double want = 2.0 - 2.0 * cos((double)(N - k) * 3.14159265358979323846 / (N + 1));
        ck_assert_double_eq_tol(values[k], want, 1e-14);
    }
}
END_TEST

START_TEST(test_eigen_of_zero_diagonal_and_repeated_values_then_exact)
{
    double zero[9] = {0}, diagonal[9] = {5, 0, 0, 0, 7, 0, 0, 0, 5};
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], 3, zero, values, work), 1);
    ck_assert(values[0] == 0.0 && values[2] == 0.0);
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], 3, diagonal, values, work), 1);
    ck_assert(values[0] == 7.0 && values[1] == 5.0 && values[2] == 5.0);
    ck_assert(diagonal[1] == 1.0);
}
END_TEST

START_TEST(test_eigen_of_nan_or_infinite_then_0)
{
    double bad[4] = {1, NAN, NAN, 1}, infinite[4] = {1, 0, 0, INFINITY};
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], 2, bad, values, work), 0);
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], 2, infinite, values, work), 0);
}
END_TEST

START_TEST(test_minimum_norm_of_a_singular_system_then_shortest_solution)
{
    /* A = [1 1; 1 1], b = (2, 2): every (t, 2 - t) solves it, the shortest is (1, 1). A second
     * right side is three times the first. */
    for (int t = 0; t < case_n_tables; t++) {
        double m[4] = {1, 1, 1, 1}, b[4] = {2, 6, 2, 6}, room[4];
        ck_assert_int_eq(mlci_symmetric_eigen(case_tables[t], 2, m, values, work), 1);
        ck_assert_int_eq(mlci_minimum_norm_solve(case_tables[t], 2, m, values, 1e-12, b, 2, room),
                         1);
        ck_assert_double_eq_tol(b[0], 1.0, 1e-15 * 4);
        ck_assert_double_eq_tol(b[1], 3.0, 1e-15 * 8);
        ck_assert_double_eq_tol(b[2], 1.0, 1e-15 * 4);
        ck_assert_double_eq_tol(b[3], 3.0, 1e-15 * 8);
    }
}
END_TEST

START_TEST(test_minimum_norm_of_nothing_then_rank_0_and_zero)
{
    double m[4] = {0}, b[2] = {1, 2}, room[2];
    ck_assert_int_eq(mlci_symmetric_eigen(case_tables[0], 2, m, values, work), 1);
    ck_assert_int_eq(mlci_minimum_norm_solve(case_tables[0], 2, m, values, 0.0, b, 1, room), 0);
    ck_assert(b[0] == 0.0 && b[1] == 0.0);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "eigen", test_eigen_of_random_matrices_then_pairs_and_orthogonal_rows,
                    test_eigen_on_every_table_then_same_bits,
                    test_eigen_of_second_differences_then_known_values,
                    test_eigen_of_zero_diagonal_and_repeated_values_then_exact,
                    test_eigen_of_nan_or_infinite_then_0,
                    test_minimum_norm_of_a_singular_system_then_shortest_solution,
                    test_minimum_norm_of_nothing_then_rank_0_and_zero)
