/* Expected values: number_cases.h (Python), strtod and strtof of the C library, closed forms. */
#include "number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "number_cases.h"
#include "random.h"

#define SEED 7

/* MLC_LONG=1: 10 million random texts instead of 300,000. */
static uint64_t n_random(void)
{
    const char *const is_long = getenv("MLC_LONG");
    return is_long != NULL && *is_long == '1' ? 5000000 : 150000;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t float_bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t draw(uint32_t stream, uint64_t index)
{
    return mlci_random_bits(SEED, MLCI_RANDOM_TEST, stream, index);
}

static double parse(const char *text)
{
    double value = -77.0;
    ck_assert_msg(mlci_real_parse(text, (int64_t)strlen(text), &value), "refused %s", text);
    return value;
}

static void check_against_library(const char *text)
{
    float value = -77.0F;
    ck_assert_msg(bits_of(parse(text)) == bits_of(strtod(text, NULL)), "%s", text);
    ck_assert(mlci_float_parse(text, (int64_t)strlen(text), &value));
    ck_assert_msg(float_bits_of(value) == float_bits_of(strtof(text, NULL)), "float %s", text);
}

START_TEST(test_real_parse_of_listed_texts_gives_the_nearest_double_and_float)
{
    for (size_t i = 0; i < sizeof text_cases / sizeof text_cases[0]; i++) {
        const char *text = text_cases[i].text;
        float value = 0;
        ck_assert_msg(bits_of(parse(text)) == text_cases[i].bits, "%s", text);
        ck_assert(mlci_float_parse(text, (int64_t)strlen(text), &value));
        ck_assert_msg(float_bits_of(value) == text_cases[i].float_bits, "float %s", text);
    }
}
END_TEST

START_TEST(test_real_parse_of_random_decimals_agrees_with_the_c_library)
{
    char text[100];
    for (uint64_t i = 0; i < n_random(); i++) {
        const uint64_t a = draw(1, i), b = draw(2, i), c = draw(3, i);
        snprintf(text, sizeof text, "%s%llu.%llue%d", c & 1 ? "-" : "",
                 (unsigned long long)(a >> (c >> 1 & 63)), (unsigned long long)(b >> (c >> 7 & 63)),
                 (int)(c >> 13 & 1023) - 500);
        check_against_library(text);
    }
}
END_TEST

START_TEST(test_real_parse_of_short_decimals_agrees_with_the_c_library)
{
    char text[100];
    for (uint64_t i = 0; i < n_random(); i++) {
        const uint64_t a = draw(4, i), c = draw(5, i);
        snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(a >> (c & 63)),
                 (int)(c >> 6 & 7) + 1, (unsigned long long)(c >> 9 & 1023));
        check_against_library(text);
    }
}
END_TEST

START_TEST(test_float_parse_near_midpoints_rounds_once)
{
    /* Midpoints of floats and their neighbouring doubles, by 17 digits: reading as a double first
     * would land on the midpoint and then tie to even. */
    char text[200];
    for (uint64_t i = 0; i < 20000; i++) {
        const uint32_t bits = (uint32_t)draw(6, i) % UINT32_C(0x7f7fffff);
        const uint32_t next_bits = bits + 1;
        float low, high;
        memcpy(&low, &bits, sizeof low);
        memcpy(&high, &next_bits, sizeof high);
        const double middle = ((double)low + (double)high) / 2;
        snprintf(text, sizeof text, "%.150e", middle);
        check_against_library(text);
        strcpy(strchr(text, 'e') - 1, "1");
        check_against_library(text);
        snprintf(text, sizeof text, "%.16e", nextafter(middle, 0.0));
        check_against_library(text);
        snprintf(text, sizeof text, "%.16e", nextafter(middle, INFINITY));
        check_against_library(text);
    }
}
END_TEST

START_TEST(test_real_parse_of_midpoints_with_all_their_digits_ties_to_even)
{
    char text[1200], longer[1300];
    for (uint64_t i = 0; i < 4000; i++) {
        const uint64_t bits = draw(7, i) % UINT64_C(0x7fe0000000000000) >> (i % 4 ? 0 : i % 60);
        double low;
        memcpy(&low, &bits, sizeof low);
        const double high = nextafter(low, INFINITY);
        snprintf(text, sizeof text, "%.800Le", ((long double)low + (long double)high) / 2);
        check_against_library(text);
        const char *exponent = strchr(text, 'e');
        const int n = (int)(exponent - text);
        snprintf(longer, sizeof longer, "%.*s%050d%s", n, text, 1, exponent);
        check_against_library(longer);
        snprintf(longer, sizeof longer, "%.*s%s", 20 + (int)(i % 30), text, exponent);
        check_against_library(longer);
    }
}
END_TEST

START_TEST(test_real_parse_of_spellings_accepts_the_documented_ones)
{
    ck_assert_double_eq(parse("5."), 5.0);
    ck_assert_double_eq(parse(".5"), 0.5);
    ck_assert_double_eq(parse("+5E+2"), 500.0);
    ck_assert_double_eq(parse("00012345678.5"), 12345678.5);
    ck_assert(bits_of(parse("-0")) == UINT64_C(0x8000000000000000));
    ck_assert(isnan(parse("NaN")));
    ck_assert_double_eq(parse("Inf"), INFINITY);
    ck_assert_double_eq(parse("-infinity"), -INFINITY);
    ck_assert_double_eq(parse("1e400"), INFINITY);
    ck_assert_double_eq(parse("-1e99999999999999999999999"), -INFINITY);
    ck_assert_double_eq(parse("1e-99999999999999999999999"), 0.0);
    ck_assert_double_eq(parse("0e99999999999999999999999"), 0.0);
}
END_TEST

START_TEST(test_float_parse_of_words_and_overflow_gives_the_special_values)
{
    float value = 0.0F;
    ck_assert(mlci_float_parse("nan", 3, &value));
    ck_assert(isnan(value));
    ck_assert(mlci_float_parse("-inf", 4, &value));
    ck_assert(value == -INFINITY);
    ck_assert(mlci_float_parse("3.5e38", 6, &value));
    ck_assert(value == INFINITY);
    ck_assert(mlci_float_parse("-1e-46", 6, &value));
    ck_assert_uint_eq(float_bits_of(value), 0x80000000);
}
END_TEST

START_TEST(test_real_parse_of_zeros_around_a_long_text_keeps_the_value)
{
    char text[3000];
    memset(text, '0', sizeof text);
    text[1] = '.';
    snprintf(text + 2000, 1000, "125e2000");
    ck_assert_double_eq(parse(text), 12.5);
    memset(text, '0', sizeof text);
    text[0] = '7';
    snprintf(text + 2001, 900, "e-2000");
    ck_assert_double_eq(parse(text), 7.0);
}
END_TEST

START_TEST(test_real_parse_of_anything_else_refuses_and_leaves_the_value)
{
    const char *const texts[] = {
        "",     ".",      "-",     "+",    "e5",        ".e5",      "1e",      "1e+", "1e5.",
        "1 ",   " 1",     "1x",    "0x10", "1.2.3",     "--1",      "+-1",     "in",  "infinit",
        "nanx", "nan(0)", "1_000", "1,5",  "12345678a", "1234567:", "1234567/"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 42.0;
        float single = 42.0F;
        const int64_t length = (int64_t)strlen(texts[i]);
        ck_assert_msg(!mlci_real_parse(texts[i], length, &value), "accepted %s", texts[i]);
        ck_assert(!mlci_float_parse(texts[i], length, &single));
        ck_assert_double_eq(value, 42.0);
    }
}
END_TEST

START_TEST(test_real_parse_of_a_part_of_a_text_reads_no_further)
{
    double value = 0.0;
    ck_assert(mlci_real_parse("123456789", 4, &value));
    ck_assert_double_eq(value, 1234.0);
    ck_assert(!mlci_real_parse("1", 0, &value));
}
END_TEST

START_TEST(test_real_read_ends_and_rounds_where_the_c_library_does)
{
    static const char *const after[] = {" 12", "", "\n7", ",", "x", "-1", ":", "/5", " "};
    char text[120];
    for (uint64_t i = 0; i < n_random() / 4; i++) {
        const uint64_t a = draw(6, i), b = draw(7, i), c = draw(8, i);
        const int n = snprintf(text, sizeof text, "%s%llu",
                               c & 1   ? "-"
                               : c & 2 ? "+"
                                       : "",
                               (unsigned long long)(a >> (c >> 2 & 63)));
        int at = n;
        if (c >> 8 & 1)
            at += snprintf(text + at, 40, ".%llu", (unsigned long long)(b >> (c >> 9 & 63)));
        if (c >> 15 & 1) at += snprintf(text + at, 10, "e%d", (int)(c >> 16 & 63) - 32);
        snprintf(text + at, 10, "%s", after[c >> 32 & 7]);
        double value = 0;
        char *end = NULL;
        const double expected = strtod(text, &end);
        ck_assert_ptr_eq(mlci_real_read(text, text + strlen(text), &value), end);
        ck_assert_msg(bits_of(value) == bits_of(expected), "%s", text);
        ck_assert_ptr_eq(mlci_real_read(text, end, &value), end); /* nothing is behind it */
        ck_assert_msg(bits_of(value) == bits_of(expected), "%s", text);
    }
}
END_TEST

START_TEST(test_real_read_of_anything_else_refuses)
{
    static const char *const texts[] = {"",    "-",  "+",  ".",     "x",   " 1",
                                        "--1", "e5", "1e", "1e+ 2", "nan", "-inf"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 42.0;
        ck_assert_ptr_null(mlci_real_read(texts[i], texts[i] + strlen(texts[i]), &value));
        ck_assert_double_eq(value, 42.0);
    }
}
END_TEST

START_TEST(test_integer_parse_at_the_bounds_takes_what_fits)
{
    int64_t value = 0;
    ck_assert(mlci_integer_parse("9223372036854775807", 19, &value));
    ck_assert_int_eq(value, INT64_MAX);
    ck_assert(mlci_integer_parse("-9223372036854775808", 20, &value));
    ck_assert_int_eq(value, INT64_MIN);
    ck_assert(mlci_integer_parse("+000000000000000000000000000012", 31, &value));
    ck_assert_int_eq(value, 12);
    ck_assert(mlci_integer_parse("-0", 2, &value));
    ck_assert_int_eq(value, 0);
}
END_TEST

START_TEST(test_integer_parse_of_anything_else_refuses)
{
    const char *const texts[] = {"",
                                 "-",
                                 "+",
                                 "1.",
                                 "1e3",
                                 "9223372036854775808",
                                 "-9223372036854775809",
                                 "99999999999999999999",
                                 " 1",
                                 "1 ",
                                 "12345678x",
                                 "--1",
                                 "18446744073709551617"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t value = 42;
        ck_assert_msg(!mlci_integer_parse(texts[i], (int64_t)strlen(texts[i]), &value),
                      "accepted %s", texts[i]);
        ck_assert_int_eq(value, 42);
    }
}
END_TEST

MLCI_CHECK_SUITE("number_read", test_real_parse_of_listed_texts_gives_the_nearest_double_and_float,
                 test_real_parse_of_random_decimals_agrees_with_the_c_library,
                 test_real_parse_of_short_decimals_agrees_with_the_c_library,
                 test_float_parse_near_midpoints_rounds_once,
                 test_real_parse_of_midpoints_with_all_their_digits_ties_to_even,
                 test_real_parse_of_spellings_accepts_the_documented_ones,
                 test_float_parse_of_words_and_overflow_gives_the_special_values,
                 test_real_parse_of_zeros_around_a_long_text_keeps_the_value,
                 test_real_parse_of_anything_else_refuses_and_leaves_the_value,
                 test_real_parse_of_a_part_of_a_text_reads_no_further,
                 test_real_read_ends_and_rounds_where_the_c_library_does,
                 test_real_read_of_anything_else_refuses,
                 test_integer_parse_at_the_bounds_takes_what_fits,
                 test_integer_parse_of_anything_else_refuses)
