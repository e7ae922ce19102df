/* Other encodings to UTF-8; expected bytes from Python's codecs. */
#include "encoding.h"

#include <string.h>

#include "check_suite.h"

/* Converted in pieces of that many bytes. */
static int64_t convert(int32_t encoding, const char *bytes, int64_t n, int64_t piece, char *out,
                       int *is_text)
{
    int64_t at = 0, put = 0;
    *is_text = 1;
    while (at < n && *is_text) {
        int64_t taken = 0, made = 0;
        int64_t length = piece;
        do { /* a piece that holds no whole character grows, as a buffer is filled up */
            if (length > n - at) length = n - at;
            *is_text = mlci_encoding_convert(&encoding, (const unsigned char *)bytes + at, length,
                                             at + length == n, out + put, 8, &taken, &made);
            length++;
        } while (*is_text && taken == 0);
        at += taken;
        put += made;
    }
    return put;
}

START_TEST(test_convert_then_utf8)
{
    static const struct {
        int32_t encoding;
        const char *bytes;
        int64_t n;
        const char *expected;
    } cases[] = {
        {MLCI_ENCODING_LATIN1, "caf\xe9 \xff", 6, "caf\xc3\xa9 \xc3\xbf"},
        {MLCI_ENCODING_UTF16_LE, "a\0\xe9\0\xac\x20\x3d\xd8\x00\xde", 10,
         "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {MLCI_ENCODING_UTF16_BE, "\0a\0\xe9\x20\xac\xd8\x3d\xde\x00", 10,
         "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {MLCI_ENCODING_UTF16, "\xfe\xff\0a", 4,
         "\xef\xbb\xbf"
         "a"},
        {MLCI_ENCODING_UTF16,
         "\xff\xfe"
         "a\0",
         4,
         "\xef\xbb\xbf"
         "a"},
        {MLCI_ENCODING_UTF16, "a\0", 2, "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int64_t piece = 1; piece <= cases[i].n; piece++) {
            char out[64];
            int is_text;
            const int64_t n =
                convert(cases[i].encoding, cases[i].bytes, cases[i].n, piece, out, &is_text);
            ck_assert_int_eq(is_text, 1);
            ck_assert_int_eq(n, (int64_t)strlen(cases[i].expected));
            ck_assert_int_eq(memcmp(out, cases[i].expected, (size_t)n), 0);
        }
    }
}
END_TEST

START_TEST(test_convert_of_what_is_no_character_then_refused)
{
    static const struct {
        const char *bytes;
        int64_t n;
    } cases[] = {{"a\0\x00\xdc", 4},
                 {"\x3d\xd8"
                  "a\0",
                  4},
                 {"a\0\x3d\xd8", 4},
                 {"a\0b", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[64];
        int is_text;
        convert(MLCI_ENCODING_UTF16_LE, cases[i].bytes, cases[i].n, 100, out, &is_text);
        ck_assert_int_eq(is_text, 0);
    }
}
END_TEST

MLCI_CHECK_SUITE("encoding", test_convert_then_utf8,
                 test_convert_of_what_is_no_character_then_refused)
