/* Text as files have it: marks, and where lines are. */
#include "text_file.h"

#include "check_suite.h"

START_TEST(test_text_file_lines_are_found)
{
    static const char text[] = "ab\n\nc\nlast";
    static const int64_t starts[] = {0, 3, 3, 3, 4, 6, 6, 10, 10, 10, 10};
    static const int64_t lines[] = {1, 1, 1, 2, 3, 3, 4, 4, 4, 4, 4};
    for (int64_t at = 0; at <= 10; at++) {
        ck_assert_int_eq(mlci_text_line_start(text, 10, at), starts[at]);
        ck_assert_int_eq(mlci_text_line(text, at), lines[at]);
    }
    ck_assert_int_eq(mlci_text_line_start(text, 0, 5), 0);
}
END_TEST

START_TEST(test_text_file_marks_are_skipped_or_refused)
{
    const char *bytes = "\xef\xbb\xbfx";
    int64_t n = 4;
    mlc_error err;
    ck_assert_int_eq(mlci_text_skip_mark("f", &bytes, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 1);
    bytes = "\xfe\xffx";
    n = 3;
    ck_assert_int_eq(mlci_text_skip_mark("f", &bytes, &n, &err), MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.message, "f:1:1: the text is UTF-16: convert it to UTF-8 first");
}
END_TEST

MLCI_CHECK_SUITE("text_file", test_text_file_lines_are_found,
                 test_text_file_marks_are_skipped_or_refused)
