/* Windows: whatever their size, records come whole and in order. */
#include "csv_reading.h"

/* Goes through all windows of a size, consuming whole lines; the bytes joined. */
static char *join(const char *text, int32_t encoding, int64_t window_bytes)
{
    mlc_context local, *call = NULL;
    mlci_csv_windows w;
    mlci_byte_stream *stream = NULL;
    mlci_text joined = mlci_text_init(NULL);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    const int64_t n = (int64_t)strlen(text);
    ck_assert_int_eq(mlci_byte_stream_of(call, "x", text, n, encoding, &stream, NULL), MLC_OK);
    mlci_csv_windows_init(&w, NULL, stream, window_bytes);
    w.first_bytes = window_bytes >= 9 ? window_bytes / 3 : 0;
    for (int again = 0; again < 2; again++) {
        joined.length = 0;
        ck_assert_int_eq(mlci_csv_windows_start(&w, call, NULL), MLC_OK);
        for (;;) {
            int64_t end = w.source.n;
            while (w.source.has_more && end > 0 && w.source.bytes[end - 1] != '\n')
                end--;
            mlci_text_append(&joined, w.source.bytes, end);
            if (!w.source.has_more) break;
            if (end % 2 == 0) mlci_csv_windows_read_ahead(&w, call, NULL);
            ck_assert_int_eq(mlci_csv_windows_advance(&w, call, end, NULL), MLC_OK);
        }
    }
    mlci_csv_windows_clear(&w);
    mlci_call_end(call);
    return joined.data;
}

START_TEST(test_windows_of_any_size_then_all_of_the_text)
{
    mlci_text text = mlci_text_init(NULL);
    for (int i = 0; i < 400; i++) {
        mlci_text_append_format(&text, "line %d%s", i, i % 7 == 0 ? "\r\n" : "\n");
        for (int k = 0; k < i % 50 * (i % 9 == 0 ? 40 : 0); k++)
            mlci_text_append_char(&text, 'x');
    }
    for (int64_t size = 1; size < 40000; size = size * 3 + 1) {
        for (int32_t encoding = 0; encoding < 2; encoding++) {
            char *const joined = join(text.data, encoding, size);
            ck_assert_str_eq(joined, text.data);
            mlci_free(joined);
        }
    }
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_windows_then_the_byte_order_mark_is_gone)
{
    for (int64_t size = 1; size < 40; size++) {
        char *const joined = join("\xef\xbb\xbfone\ntwo\n", 0, size);
        if (size >= 3) ck_assert_str_eq(joined, "one\ntwo\n");
        mlci_free(joined);
    }
}
END_TEST

MLCI_CHECK_MAIN("csv_window", test_windows_of_any_size_then_all_of_the_text,
                test_windows_then_the_byte_order_mark_is_gone)
