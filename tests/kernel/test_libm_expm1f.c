/* exp(x) - 1 of floats: the bits of systems with the same method, everywhere less than one unit in
 * the last place wrong. */
#include "kernel_cases.h"

static void check(float x)
{
    int exponent;
    const long double want = expm1l((long double)x);
    frexpl(want, &exponent);
    const long double error = fabsl((long double)mlci_libm_expm1f(x) - want);
    ck_assert_msg(error / ldexpl(1.0L, exponent - 24) < 1, "%a", (double)x);
}

START_TEST(test_exponentials_less_one_then_less_than_a_unit_wrong)
{
    for (uint32_t bits = 0x01000000; bits < 0x42b17218; bits += 9973) {
        float x;
        memcpy(&x, &bits, sizeof x);
        check(x);
        check(-x);
    }
}
END_TEST

START_TEST(test_ends_are_those_of_expm1)
{
    ck_assert(mlci_libm_expm1f(0) == 0);
    ck_assert(mlci_libm_expm1f(-INFINITY) == -1 && mlci_libm_expm1f(-50) == -1);
    ck_assert(isinf(mlci_libm_expm1f(INFINITY)) && isinf(mlci_libm_expm1f(89)));
    ck_assert(isnan(mlci_libm_expm1f(NAN)));
}
END_TEST

/* From glibc 2.36, one of each way through; most of them are not what a correctly rounded result
 * is. */
START_TEST(test_exponentials_less_one_then_the_bits_of_glibc_2_36)
{
    static const struct {
        float x, value;
    } known[] = {
        {-0x1.224554p-2F, -0x1.f9834cp-3F}, {-0x1.02714cp-4F, -0x1.f4ea7ep-5F},
        {-0x1.02b648p+0F, -0x1.45a17p-1F},  {-0x1.ebc288p-2F, -0x1.8683a4p-2F},
        {-0x1.a87dccp+0F, -0x1.9e787p-1F},  {-0x1.823388p+2F, -0x1.fec618p-1F},
        {-0x1.0b7084p+4F, -0x1.fffffep-1F}, {0x1.d5b9ccp-3F, 0x1.07fac8p-2F},
        {0x1.08d92ep-1F, 0x1.5adc4cp-1F},   {0x1.a6791p+1F, 0x1.a20ca4p+4F},
        {0x1.140ffp+5F, 0x1.b8de7p+49F},    {0x1.0321b6p+6F, 0x1.60a07cp+93F},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        ck_assert_msg(mlci_libm_expm1f(known[i].x) == known[i].value, "%a", (double)known[i].x);
}
END_TEST

MLCI_CHECK_SUITE("libm_expm1f", test_exponentials_less_one_then_less_than_a_unit_wrong,
                 test_ends_are_those_of_expm1,
                 test_exponentials_less_one_then_the_bits_of_glibc_2_36)
