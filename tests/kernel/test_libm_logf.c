/* log() of floats: on systems with the same method, the same bits as theirs; anywhere, hardly more
 * than half a unit in the last place wrong. */
#include "kernel_cases.h"

START_TEST(test_log_of_floats_then_hardly_more_than_half_a_unit_wrong)
{
    for (uint32_t bits = 1; bits < 0x7f800000; bits += 9973) {
        float x;
        int exponent;
        memcpy(&x, &bits, sizeof x);
        const long double want = logl((long double)x);
        frexpl(want, &exponent);
        const long double error = fabsl((long double)mlci_libm_logf(x) - want);
        ck_assert_msg(x == 1 || error / ldexpl(1.0L, exponent - 24) < 0.819L, "%a", (double)x);
    }
}
END_TEST

START_TEST(test_ends_are_those_of_log)
{
    ck_assert(mlci_libm_logf(1) == 0);
    ck_assert(isinf(mlci_libm_logf(0)) && mlci_libm_logf(0) < 0);
    ck_assert(isnan(mlci_libm_logf(-1)));
    ck_assert(isnan(mlci_libm_logf(NAN)));
    ck_assert(isinf(mlci_libm_logf(INFINITY)));
}
END_TEST

#ifdef __GLIBC__
START_TEST(test_log_of_floats_then_the_bits_of_this_system)
{
    for (uint32_t bits = 0x00800000; bits < 0x7f800000; bits += 997) {
        float x;
        memcpy(&x, &bits, sizeof x);
        ck_assert_msg(mlci_libm_logf(x) == logf(x), "%a", (double)x);
    }
}
END_TEST
#else
#define test_log_of_floats_then_the_bits_of_this_system test_ends_are_those_of_log
#endif

MLCI_CHECK_SUITE("libm_logf", test_log_of_floats_then_hardly_more_than_half_a_unit_wrong,
                 test_ends_are_those_of_log, test_log_of_floats_then_the_bits_of_this_system)
