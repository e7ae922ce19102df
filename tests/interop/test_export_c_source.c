/* Pieces of C source: literals that read back, arrays, templates. */
#include "export_c_source.h"

#include <math.h>

#include "check_suite.h"

static void check_real(double value, const char *wanted)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_c_append_real(&text, value);
    ck_assert_str_eq(text.data, wanted);
    mlci_text_clear(&text);
}

START_TEST(test_reals_are_reals_to_the_last_bit)
{
    check_real(0.1, "0.1");
    check_real(3, "3.0");
    check_real(-0.0, "-0.0");
    check_real(1e300, "1e+300");
    check_real(1.0000000000000002, "1.0000000000000002");
    check_real((double)INFINITY, "INFINITY");
    check_real(-(double)INFINITY, "-INFINITY");
    check_real((double)NAN, "NAN");
}
END_TEST

static void check_escaped(void (*append)(mlci_text *, const char *, int64_t), const char *bytes,
                          int64_t length, const char *wanted)
{
    mlci_text text = mlci_text_init(NULL);
    append(&text, bytes, length);
    ck_assert_str_eq(text.data, wanted);
    mlci_text_clear(&text);
}

START_TEST(test_texts_in_comments_and_literals_hold_anything)
{
    check_escaped(mlci_c_append_quoted, "a*/b/*c", 7, "\"a\\052/b\\057*c\"");
    check_escaped(mlci_c_append_quoted, "a?\?/b", 5, "\"a\\077?/b\"");
    check_escaped(mlci_c_append_quoted, "\xc3\xa9", 2, "\"\xc3\xa9\"");
    check_escaped(mlci_c_append_quoted, "\xe2\x80\xaez", 4, "\"\\342\x80\xaez\"");
    check_escaped(mlci_c_append_quoted, "a\nb\\", 4, "\"a\\012b\\\\\"");
    check_escaped(mlci_c_append_literal, "\xc3\xa9*/", 4, "\"\\303\\251*/\"");
    check_escaped(mlci_c_append_literal, "\"\0007", 3, "\"\\\"\\0007\"");
}
END_TEST

START_TEST(test_arrays_have_a_type_lines_and_a_cell)
{
    mlci_text out = mlci_text_init(NULL);
    mlci_c_source c = {.out = &out, .name = "m", .upper = "M"};
    ck_assert_str_eq(mlci_c_unsigned(255), "uint8_t");
    ck_assert_str_eq(mlci_c_unsigned(256), "uint16_t");
    ck_assert_str_eq(mlci_c_unsigned(65536), "uint32_t");
    mlci_c_open_array(&c, "double", "none");
    mlci_c_close_array(&c);
    ck_assert_str_eq(out.data, "static const double m_none[] = {\n    0\n};\n");
    mlci_text_clear(&out);
    out = mlci_text_init(NULL);
    mlci_c_open_array(&c, "int", "some");
    for (int i = 0; i < 60; i++)
        mlci_c_integer(&c, 1000 + i);
    mlci_c_close_array(&c);
    int64_t longest = 0, n_lines = 0;
    for (const char *at = out.data, *end; *at != '\0'; at = end + 1, n_lines++) {
        end = strchr(at, '\n');
        longest = end - at > longest ? end - at : longest;
    }
    ck_assert_int_le(longest, 100);
    ck_assert_int_eq(n_lines, 6);
    mlci_text_clear(&out);
}
END_TEST

START_TEST(test_templates_have_the_name_in_both_cases)
{
    mlci_text out = mlci_text_init(NULL);
    mlci_c_source c = {.out = &out, .name = "risk", .upper = "RISK"};
    mlci_c_put(&c, "@_raw($_N)@");
    mlci_c_define(&c, "N", 3);
    ck_assert_str_eq(out.data, "risk_raw(RISK_N)risk#define RISK_N 3\n");
    mlci_text_clear(&out);
}
END_TEST

MLCI_CHECK_SUITE("export_c_source", test_reals_are_reals_to_the_last_bit,
                 test_texts_in_comments_and_literals_hold_anything,
                 test_arrays_have_a_type_lines_and_a_cell,
                 test_templates_have_the_name_in_both_cases)
