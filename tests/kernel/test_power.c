/* Powers beside the C library's, in long double where it has the bits. */
#include <math.h>

#include "check_suite.h"
#include "power.h"

START_TEST(test_powers_are_near_those_of_long_double)
{
    double worst = 0;
    uint64_t state = 1;
    for (int i = 0; i < 300000; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const double u = (double)(state >> 11) * 0x1p-53, v = (double)(state << 21 >> 11) * 0x1p-53;
        const double x = i % 3 == 0 ? 1 + (u - 0.5) * 1e-3 : ldexp(1 + u, i % 61 - 30);
        const double y = i % 2 == 0 ? floor((v - 0.5) * 200) : (v - 0.5) * pow(10, i % 5 - 1);
        const long double expected = powl(x, y);
        if (!(expected > 1e-300L && expected < 1e300L)) continue;
        const double unit = nextafter((double)expected, INFINITY) - (double)expected;
        const double error = (double)fabsl(mlci_power(x, y) - expected) / unit;
        if (error > worst) worst = error;
    }
    ck_assert_msg(worst <= 1.5, "%g units of the last place", worst);
}
END_TEST

START_TEST(test_powers_that_are_doubles_are_exact)
{
    ck_assert_double_eq(mlci_power(3, 2), 9);
    ck_assert_double_eq(mlci_power(-3, 3), -27);
    ck_assert_double_eq(mlci_power(10, 22), 1e22);
    ck_assert_double_eq(mlci_power(2, -1074), 0x1p-1074);
    ck_assert_double_eq(mlci_power(1.5, 10), 57.6650390625);
    ck_assert_double_eq(mlci_power(2, 0.5), sqrt(2));
    for (int n = -60; n <= 60; n++)
        ck_assert_double_eq(mlci_power(2, n), ldexp(1, n));
}
END_TEST

START_TEST(test_special_cases_are_those_of_c)
{
    static const double values[] = {-INFINITY, -2.5, -2, -1,  -0.5,     -0.0,  0.0,    0.5,
                                    1,         2,    3,  NAN, INFINITY, 1e300, -1e300, 1e-300};
    const int n = (int)(sizeof values / sizeof values[0]);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            const double expected = pow(values[i], values[j]);
            const double result = mlci_power(values[i], values[j]);
            if (isnan(expected)) {
                ck_assert_msg(isnan(result), "%g ** %g", values[i], values[j]);
            } else if (expected == 0 || isinf(expected)) {
                ck_assert_msg(result == expected && signbit(result) == signbit(expected),
                              "%g ** %g = %g", values[i], values[j], result);
            } else {
                ck_assert_double_eq_tol(result / expected, 1, 1e-15);
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("power", test_powers_are_near_those_of_long_double,
                 test_powers_that_are_doubles_are_exact, test_special_cases_are_those_of_c)
