/* Bytes and verdicts after RFC 3629 and table 3-7 of the Unicode standard; widths after Annex 11.
 */
#include <string.h>

#include "check_suite.h"
#include "text.h"

static int valid(const char *text)
{
    return mlci_utf8_valid(text, (int64_t)strlen(text), NULL);
}

static int64_t width(const char *text)
{
    return mlci_text_width(text, (int64_t)strlen(text));
}

START_TEST(test_utf8_valid_of_well_formed_text_holds)
{
    ck_assert(valid(""));
    ck_assert(valid("plain ASCII that is longer than a word"));
    ck_assert(valid("\xc2\x80 \xdf\xbf"));
    ck_assert(valid("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
    ck_assert(valid("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
    ck_assert(mlci_utf8_valid("a\0b", 3, NULL));
}
END_TEST

START_TEST(test_utf8_valid_of_malformed_text_names_the_first_bad_byte)
{
    const char *const texts[] = {
        "12345678\x80",         /* continuation alone */
        "12345678\xc0\xaf",     /* overlong */
        "12345678\xc1\xbf",     /* overlong */
        "12345678\xe0\x9f\xbf", /* overlong */
        "12345678\xf0\x8f\xbf\xbf",
        "12345678\xed\xa0\x80",     /* surrogate */
        "12345678\xf4\x90\x80\x80", /* beyond U+10FFFF */
        "12345678\xf5\x80\x80\x80",
        "12345678\xff",
        "12345678\xc3",
        "12345678\xe2\x82",
        "12345678\xf0\x9f\x98",
        "12345678\xc3(",
        "12345678\xe2(\xa1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t at = -1;
        ck_assert(!mlci_utf8_valid(texts[i], (int64_t)strlen(texts[i]), &at));
        ck_assert_int_eq(at, 8);
    }
}
END_TEST

START_TEST(test_utf8_valid_of_every_code_point_agrees_with_the_encoding)
{
    for (uint32_t code = 0x80; code < 0x120000; code++) {
        char text[4];
        int64_t n = 0;
        if (code < 0x800) {
            text[n++] = (char)(0xc0 | code >> 6);
        } else if (code < 0x10000) {
            text[n++] = (char)(0xe0 | code >> 12);
            text[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        } else {
            text[n++] = (char)(0xf0 | code >> 18);
            text[n++] = (char)(0x80 | (code >> 12 & 0x3f));
            text[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        }
        text[n++] = (char)(0x80 | (code & 0x3f));
        const int expected = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
        if (mlci_utf8_valid(text, n, NULL) != expected || mlci_utf8_valid(text, n - 1, NULL))
            ck_abort_msg("U+%04x", code);
    }
}
END_TEST

START_TEST(test_text_width_counts_columns)
{
    ck_assert_int_eq(width(""), 0);
    ck_assert_int_eq(width("plain"), 5);
    ck_assert_int_eq(width("caf\xc3\xa9"), 4);
    ck_assert_int_eq(width("cafe\xcc\x81"), 4);             /* e and a combining acute */
    ck_assert_int_eq(width("\xe6\x97\xa5\xe6\x9c\xac"), 4); /* two ideographs */
    ck_assert_int_eq(width("\xea\xb0\x80"), 2);             /* a Hangul syllable */
    ck_assert_int_eq(width("\xef\xbc\xa1"), 2);             /* fullwidth A */
    ck_assert_int_eq(width("\xef\xbd\xb1"), 1);             /* halfwidth katakana */
    ck_assert_int_eq(width("\xf0\x9f\x98\x80"), 2);         /* an emoji */
    ck_assert_int_eq(width("a\xe2\x80\x8b"
                           "b"),
                     2);                                    /* zero width space */
    ck_assert_int_eq(width("\xd0\x96\xce\xa9\xd7\x90"), 3); /* Cyrillic, Greek, Hebrew */
    ck_assert_int_eq(width("a\tb"), 2);                     /* a control character */
    ck_assert_int_eq(width("a\xff"
                           "b"),
                     3); /* a stray byte shows as one */
}
END_TEST

MLCI_CHECK_SUITE("utf8", test_utf8_valid_of_well_formed_text_holds,
                 test_utf8_valid_of_malformed_text_names_the_first_bad_byte,
                 test_utf8_valid_of_every_code_point_agrees_with_the_encoding,
                 test_text_width_counts_columns)
