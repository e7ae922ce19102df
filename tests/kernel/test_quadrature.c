#include "quadrature.h"

#include "kernel_cases.h"

/* Rounding of sums of up to 300 numbers that add to 1. */
static const double rounding = 2e-15;

START_TEST(test_nodes_and_weights_equal_the_published_ones)
{
    /* Abramowitz & Stegun, table 25.4, on [-1, 1]. */
    const double x[] = {0.183434642495650, 0.525532409916329, 0.796666477413627, 0.960289856497536};
    const double w[] = {0.362683783378362, 0.313706645877887, 0.222381034453374, 0.101228536290376};
    const double digits = 5e-16; /* that the table has */
    double node[8], rest[8], weight[8];
    mlci_gauss_legendre(8, node, rest, weight);
    for (int k = 0; k < 4; k++) {
        ck_assert_double_eq_tol(node[4 + k], (1 + x[k]) / 2, digits);
        ck_assert_double_eq_tol(rest[4 + k], (1 - x[k]) / 2, digits);
        ck_assert_double_eq_tol(node[3 - k], (1 - x[k]) / 2, digits);
        ck_assert_double_eq_tol(weight[4 + k], w[k] / 2, digits);
        ck_assert_double_eq(weight[3 - k], weight[4 + k]);
    }
}
END_TEST

START_TEST(test_one_point_is_the_middle)
{
    double node, rest, weight;
    mlci_gauss_legendre(1, &node, &rest, &weight);
    ck_assert_double_eq(node, 0.5);
    ck_assert_double_eq(rest, 0.5);
    ck_assert_double_eq(weight, 1);
}
END_TEST

START_TEST(test_powers_up_to_twice_the_points_are_integrated_exactly)
{
    enum { MOST = 300 };
    const int64_t points[] = {2, 3, 4, 5, 8, 13, 16, 31, 64, MOST};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        const int64_t n = points[i];
        double node[MOST], rest[MOST], weight[MOST];
        mlci_gauss_legendre(n, node, rest, weight);
        for (int64_t k = 0; k < n; k++) {
            ck_assert_double_gt(node[k], k == 0 ? 0 : node[k - 1]);
            ck_assert_double_eq(rest[k], node[n - 1 - k]);
            ck_assert_double_gt(weight[k], 0);
        }
        for (int64_t degree = 0; degree < 2 * n; degree++) {
            double sum = 0;
            for (int64_t k = 0; k < n; k++)
                sum += weight[k] * pow(node[k], (double)degree);
            const double exact = 1 / ((double)degree + 1);
            /* A node that is off by one rounding moves its power by as many as the degree has. */
            ck_assert_double_eq_tol(sum, exact, rounding * (1 + (double)degree * exact));
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("quadrature", test_nodes_and_weights_equal_the_published_ones,
                 test_one_point_is_the_middle,
                 test_powers_up_to_twice_the_points_are_integrated_exactly)
