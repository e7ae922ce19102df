/* Expected values: number_cases.h (repr and %g of Python), round trips. */
#include "number.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "number_cases.h"
#include "random.h"

#define N_ROUND_TRIPS 1000000

static double real_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void check_real(double value, const char *expected)
{
    char text[MLCI_NUMBER_SIZE];
    const int32_t length = mlci_real_format(value, text);
    ck_assert_str_eq(text, expected);
    ck_assert_int_eq(length, (int32_t)strlen(expected));
}

START_TEST(test_real_format_of_listed_values_gives_the_digits_of_repr)
{
    char text[MLCI_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof double_cases / sizeof double_cases[0]; i++) {
        const double value = real_of(double_cases[i].bits);
        check_real(value, double_cases[i].text);
        mlci_real_format(-value, text);
        ck_assert_int_eq(text[0], '-');
        ck_assert_str_eq(text + 1, double_cases[i].text);
    }
}
END_TEST

START_TEST(test_float_format_of_listed_values_gives_the_shortest_text)
{
    char text[MLCI_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof float_cases / sizeof float_cases[0]; i++) {
        const int32_t length = mlci_float_format(float_of(float_cases[i].bits), text);
        ck_assert_str_eq(text, float_cases[i].text);
        ck_assert_int_eq(length, (int32_t)strlen(text));
    }
}
END_TEST

START_TEST(test_real_format_of_random_bits_reads_back_to_the_same_bits)
{
    char text[MLCI_NUMBER_SIZE];
    for (uint64_t i = 0; i < N_ROUND_TRIPS; i++) {
        uint64_t bits = mlci_random_bits(1, MLCI_RANDOM_TEST, 0, i), back_bits;
        if (i % 16 == 0) bits &= UINT64_C(0x800fffffffffffff); /* subnormal */
        const double value = real_of(bits);
        double back = 0.0;
        if (isnan(value)) continue;
        ck_assert(mlci_real_parse(text, mlci_real_format(value, text), &back));
        memcpy(&back_bits, &back, sizeof back_bits);
        ck_assert_msg(back_bits == bits, "%s", text);
    }
}
END_TEST

START_TEST(test_float_format_of_random_bits_reads_back_to_the_same_bits)
{
    char text[MLCI_NUMBER_SIZE];
    for (uint64_t i = 0; i < N_ROUND_TRIPS; i++) {
        const uint32_t bits = (uint32_t)mlci_random_bits(2, MLCI_RANDOM_TEST, 0, i);
        const float value = float_of(bits);
        uint32_t back_bits;
        float back = 0.0F;
        if (isnan(value)) continue;
        ck_assert(mlci_float_parse(text, mlci_float_format(value, text), &back));
        memcpy(&back_bits, &back, sizeof back_bits);
        ck_assert_msg(back_bits == bits, "%s", text);
    }
}
END_TEST

START_TEST(test_real_format_of_special_and_integral_values_is_plain)
{
    check_real(NAN, "nan");
    check_real(-NAN, "nan");
    check_real(INFINITY, "inf");
    check_real(-INFINITY, "-inf");
    check_real(0.0, "0");
    check_real(-0.0, "-0");
    check_real(3.0, "3");
    check_real(-120.0, "-120");
    check_real(9007199254740991.0, "9007199254740991");
    check_real(1e15, "1000000000000000");
    check_real(1e16, "1e+16");
    check_real(0.0001, "0.0001");
    check_real(0.00001, "1e-05");
    check_real(-1.5e-300, "-1.5e-300");
}
END_TEST

START_TEST(test_float_format_of_special_values_is_plain)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_float_format(0.1F, text);
    ck_assert_str_eq(text, "0.1");
    mlci_float_format(-INFINITY, text);
    ck_assert_str_eq(text, "-inf");
    mlci_float_format(-0.0F, text);
    ck_assert_str_eq(text, "-0");
    mlci_float_format(16777216.0F, text);
    ck_assert_str_eq(text, "16777216");
}
END_TEST

START_TEST(test_real_format_digits_of_listed_values_agrees_with_percent_g)
{
    char text[MLCI_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof digit_cases / sizeof digit_cases[0]; i++) {
        const int32_t length =
            mlci_real_format_digits(real_of(digit_cases[i].bits), digit_cases[i].digits, text);
        ck_assert_str_eq(text, digit_cases[i].text);
        ck_assert_int_eq(length, (int32_t)strlen(text));
    }
}
END_TEST

START_TEST(test_real_format_digits_of_special_values_and_odd_digits_stays_in_bounds)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format_digits(NAN, 3, text);
    ck_assert_str_eq(text, "nan");
    mlci_real_format_digits(-0.0, 3, text);
    ck_assert_str_eq(text, "-0");
    mlci_real_format_digits(-2.0 / 3.0, 0, text); /* taken as 1 */
    ck_assert_str_eq(text, "-0.7");
    mlci_real_format_digits(2.0 / 3.0, 99, text); /* taken as 17 */
    ck_assert_str_eq(text, "0.66666666666666663");
}
END_TEST

START_TEST(test_integer_format_at_the_bounds_writes_all_digits)
{
    char text[MLCI_NUMBER_SIZE];
    ck_assert_int_eq(mlci_integer_format(INT64_MIN, text), 20);
    ck_assert_str_eq(text, "-9223372036854775808");
    mlci_integer_format(INT64_MAX, text);
    ck_assert_str_eq(text, "9223372036854775807");
    mlci_integer_format(0, text);
    ck_assert_str_eq(text, "0");
}
END_TEST

MLCI_CHECK_SUITE("number_write", test_real_format_of_listed_values_gives_the_digits_of_repr,
                 test_float_format_of_listed_values_gives_the_shortest_text,
                 test_real_format_of_random_bits_reads_back_to_the_same_bits,
                 test_float_format_of_random_bits_reads_back_to_the_same_bits,
                 test_real_format_of_special_and_integral_values_is_plain,
                 test_float_format_of_special_values_is_plain,
                 test_real_format_digits_of_listed_values_agrees_with_percent_g,
                 test_real_format_digits_of_special_values_and_odd_digits_stays_in_bounds,
                 test_integer_format_at_the_bounds_writes_all_digits)
