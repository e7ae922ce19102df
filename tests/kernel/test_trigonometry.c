/* Against libm, which is within an ulp on the systems that the tests run on. */
#include "trigonometry.h"

#include <math.h>

#include "check_suite.h"
#include "random.h"

#define MOST_ULPS 3 /* the 2.5 that the header promises, and libm's half */

static double ulps(double found, double expected)
{
    const double size = fabs(expected);
    const double ulp = size < 1e-300 ? 5e-324 : nextafter(size, INFINITY) - size;
    return fabs(found - expected) / ulp;
}

START_TEST(test_functions_are_those_of_libm)
{
    double worst[3] = {0};
    for (uint64_t i = 0; i < 300000; i++) {
        const double scale = i % 3 == 0 ? 1e5 : i % 3 == 1 ? 20 : 1;
        const double x = scale * (2 * mlci_random_unit(1, MLCI_RANDOM_TEST, 0, i) - 1);
        const double off[] = {ulps(mlci_sin(x), sin(x)), ulps(mlci_cos(x), cos(x)),
                              ulps(mlci_atan(x), atan(x))};
        for (int k = 0; k < 3; k++)
            worst[k] = fmax(worst[k], off[k]);
    }
    for (int k = 0; k < 3; k++)
        ck_assert_msg(worst[k] <= MOST_ULPS, "function %d: %g ulps", k, worst[k]);
}
END_TEST

START_TEST(test_special_values)
{
    ck_assert_double_eq(mlci_sin(0), 0);
    ck_assert_double_eq(mlci_cos(0), 1);
    ck_assert_double_eq(mlci_atan(0), 0);
    ck_assert(signbit(mlci_atan(-0.0)));
    ck_assert_double_eq(mlci_atan(INFINITY), MLCI_PI / 2);
    ck_assert_double_eq(mlci_atan(-INFINITY), -MLCI_PI / 2);
    ck_assert_double_eq(mlci_atan(1), MLCI_PI / 4);
    ck_assert_double_eq(mlci_sin(MLCI_PI), sin(MLCI_PI));
    ck_assert(isnan(mlci_sin(1e300)) && isnan(mlci_cos(INFINITY)) && isnan(mlci_sin(NAN)));
    ck_assert(isnan(mlci_atan(NAN)));
    ck_assert_double_eq(mlci_sin(1e-200), 1e-200);
    ck_assert_double_eq(mlci_atan(1e-200), 1e-200);
}
END_TEST

START_TEST(test_normals_have_the_moments_of_the_normal_distribution)
{
    /* Standard errors of the first four moments of n deviates: 1, sqrt 2, sqrt 15, sqrt 96. */
    enum { N = 1000000 };
    double sum[4] = {0}, paired = 0, before = 0;
    for (uint64_t i = 0; i < N; i++) {
        const double z = mlci_random_normal(7, MLCI_RANDOM_TEST, 1, i);
        sum[0] += z;
        sum[1] += z * z - 1;
        sum[2] += z * z * z;
        sum[3] += z * z * z * z - 3;
        paired += z * before;
        before = z;
    }
    const double error[] = {1, sqrt(2), sqrt(15), sqrt(96)};
    for (int k = 0; k < 4; k++)
        ck_assert_double_lt(fabs(sum[k]) / N, 4.5 * error[k] / sqrt(N));
    ck_assert_double_lt(fabs(paired) / N, 4.5 / sqrt(N));
}
END_TEST

MLCI_CHECK_SUITE("trigonometry", test_functions_are_those_of_libm, test_special_values,
                 test_normals_have_the_moments_of_the_normal_distribution)
