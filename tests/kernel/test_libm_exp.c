/* exp() as other libraries call it: expected values from extended precision, and on systems whose
 * libm has the same method its own results. */
#include "kernel_cases.h"

#define N 2000

/* Error in units of the last place of the exact value, of numbers with that many bits. */
static double error_of(double got, long double want, int bits)
{
    int exponent;
    frexpl(want, &exponent);
    return (double)(fabsl((long double)got - want) / ldexpl(1.0L, exponent - bits));
}

START_TEST(test_exp_of_doubles_then_hardly_more_than_half_a_unit_wrong)
{
    for (int i = 0; i < 200 * N; i++) {
        const double x = (case_unit() - 0.5) * (i % 2 ? 1400 : 8);
        double y;
        case_tables[0]->libm_exp(1, &x, &y);
        ck_assert_msg(error_of(y, expl((long double)x), 53) < 0.512, "%a", x);
    }
}
END_TEST

START_TEST(test_exp_of_floats_then_hardly_more_than_half_a_unit_wrong)
{
    for (int i = 0; i < 200 * N; i++) {
        const double x = (double)(float)((case_unit() - 0.5) * (i % 2 ? 170 : 8));
        double y;
        case_tables[0]->libm_expf(1, &x, &y);
        ck_assert(case_same(y, (double)(float)y));
        ck_assert_msg(error_of(y, expl((long double)x), 24) < 0.503, "%a", x);
    }
}
END_TEST

START_TEST(test_each_instruction_set_then_the_same_bits)
{
    double x[N], first[N], y[N];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < N; i++) {
            x[i] = i % 16 == 0 ? case_odd() : (case_unit() - 0.5) * (k ? 180 : 1500);
            if (k) x[i] = (double)(float)x[i];
        }
        for (int t = 0; t < case_n_tables; t++) {
            const mlci_kernels *const table = case_tables[t];
            (k ? table->libm_expf : table->libm_exp)(N, x, t == 0 ? first : y);
            if (t > 0) case_assert_same(N, first, y);
        }
    }
}
END_TEST

START_TEST(test_ends_then_infinity_zero_and_not_a_number)
{
    const double x[] = {INFINITY, -INFINITY, 1e9, -1e9, 0.0, -0.0};
    const double expected[] = {INFINITY, 0, INFINITY, 0, 1, 1};
    double y[6], nan = NAN;
    case_tables[0]->libm_exp(6, x, y);
    case_assert_same(6, expected, y);
    case_tables[0]->libm_expf(6, x, y);
    case_assert_same(6, expected, y);
    case_tables[0]->libm_exp(1, &nan, y);
    case_tables[0]->libm_expf(1, &nan, y + 1);
    ck_assert(isnan(y[0]) && isnan(y[1]));
}
END_TEST

START_TEST(test_small_results_then_subnormal_ones_not_zero)
{
    double x = -720, y;
    case_tables[0]->libm_exp(1, &x, &y);
    ck_assert(y > 0 && y < 0x1p-1022);
    ck_assert_double_eq_tol(y / (double)expl(-720.0L), 1, 1e-10);
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "libm_exp",
                    test_exp_of_doubles_then_hardly_more_than_half_a_unit_wrong,
                    test_exp_of_floats_then_hardly_more_than_half_a_unit_wrong,
                    test_each_instruction_set_then_the_same_bits,
                    test_ends_then_infinity_zero_and_not_a_number,
                    test_small_results_then_subnormal_ones_not_zero)
