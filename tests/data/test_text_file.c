/* Whole files of text: packed and plain, and where lines are. */
#include "check_main.h"
#include "format_reading.h"
#include "line_windows.h"
#include "text_file.h"
#include "torture.h"

static mlc_status write_and_read(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    mlc_context local, *call = NULL;
    path_of(path, arg);
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    mlci_text text = mlci_text_init(call->root);
    for (int i = 0; i < 5000; i++)
        mlci_text_append_format(&text, "%d,", i * i);
    const char *back = NULL;
    int64_t n = 0, line = 0;
    mlci_line_windows windows = {.n_next = -1};
    status = mlci_text_status(&text, err);
    if (status == MLC_OK) status = mlci_text_file_write(call->root, path, &text, err);
    if (status == MLC_OK) status = mlci_line_windows_open(call, path, 1 << 20, 0, &windows, err);
    if (status == MLC_OK) {
        status = mlci_line_windows_next(&windows, call, &back, &n, &line, err);
    }
    if (status == MLC_OK) {
        ck_assert_int_eq(n, text.length);
        ck_assert_mem_eq(back, text.data, (size_t)n);
    }
    mlci_line_windows_close(&windows);
    mlci_text_clear(&text);
    mlci_call_end(call);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_text_file_reads_back_what_was_written, write_and_read, (void *)"t.txt")
MLCI_TORTURE_TEST(test_text_file_reads_back_what_was_packed, write_and_read, (void *)"t.txt.gz")

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

MLCI_CHECK_MAIN("text_file", test_text_file_reads_back_what_was_written,
                test_text_file_reads_back_what_was_packed, test_text_file_lines_are_found,
                test_text_file_marks_are_skipped_or_refused)
