/* log(1 + x) of floats from 0 to 1: the bits of systems with the same method, everywhere less than
 * one unit in the last place wrong. */
#include "kernel_cases.h"

START_TEST(test_logarithms_of_one_and_more_then_less_than_a_unit_wrong)
{
    for (uint32_t bits = 0x01000000; bits <= 0x3f800000; bits += 9973) {
        float x;
        int exponent;
        memcpy(&x, &bits, sizeof x);
        const long double want = log1pl((long double)x);
        frexpl(want, &exponent);
        const long double error = fabsl((long double)mlci_libm_log1pf(x) - want);
        ck_assert_msg(error / ldexpl(1.0L, exponent - 24) < 1, "%a", (double)x);
    }
}
END_TEST

START_TEST(test_ends_are_those_of_log1p)
{
    ck_assert(mlci_libm_log1pf(0) == 0);
    ck_assert(mlci_libm_log1pf(1) == 0x1.62e43p-1F);
    ck_assert(mlci_libm_log1pf(0x1p-40F) == 0x1p-40F);
}
END_TEST

/* From glibc 2.36, some of each way through; most of them are not what a correctly rounded result
 * is. */
START_TEST(test_logarithms_of_one_and_more_then_the_bits_of_glibc_2_36)
{
    static const struct {
        float x, value;
    } known[] = {
        {0x1.05ee96p-17F, 0x1.05ee54p-17F}, {0x1.63fec2p-19F, 0x1.63fea4p-19F},
        {0x1.dcc47ap-10F, 0x1.dc55ap-10F},  {0x1.11dbep-10F, 0x1.11b748p-10F},
        {0x1.15a78ep-3F, 0x1.0460d4p-3F},   {0x1.61e566p-3F, 0x1.4670c2p-3F},
        {0x1.982dfcp-2F, 0x1.578854p-2F},   {0x1.4a2b32p-2F, 0x1.1e2db6p-2F},
        {0x1.a8277cp-2F, 0x1.62e41cp-2F},   {0x1.a82736p-2F, 0x1.62e3eap-2F},
        {0x1.ab4042p-2F, 0x1.651414p-2F},   {0x1.bdfb2ap-2F, 0x1.7235b6p-2F},
        {0x1.485bd8p-1F, 0x1.fb6578p-2F},   {0x1.4c4cd2p-1F, 0x1.001808p-1F},
        {0x1.d27094p-1F, 0x1.4b96c4p-1F},   {0x1.fbb93ep-1F, 0x1.60bfaap-1F},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        ck_assert_msg(mlci_libm_log1pf(known[i].x) == known[i].value, "%a", (double)known[i].x);
}
END_TEST

MLCI_CHECK_SUITE("libm_log1pf", test_logarithms_of_one_and_more_then_less_than_a_unit_wrong,
                 test_ends_are_those_of_log1p,
                 test_logarithms_of_one_and_more_then_the_bits_of_glibc_2_36)
