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
    mlci_csv_windows_init(&w, NULL, stream, window_bytes, 1 + window_bytes / 5);
    w.first_bytes = window_bytes % 2 == 0 ? 3 * window_bytes : 0;
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

/* Lines of 100 bytes: no window holds more than its size and what was left of a line, and towards
 * the end windows are a share of what is left. */
START_TEST(test_windows_of_a_long_text_then_small_towards_its_end)
{
    enum { N_LINES = 20000, LINE = 100, WINDOW = 20000, LEAST = 3000 };
    const int64_t n = (int64_t)N_LINES * LINE;
    mlc_context local, *call = NULL;
    mlci_csv_windows w;
    mlci_byte_stream *stream = NULL;
    char *const text = malloc((size_t)n);
    memset(text, 'x', (size_t)n);
    for (int64_t i = LINE - 1; i < n; i += LINE)
        text[i] = '\n';
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    /* Converted, it is read as a stream. */
    ck_assert_int_eq(mlci_byte_stream_of(call, "x", text, n, MLCI_ENCODING_LATIN1, &stream, NULL),
                     MLC_OK);
    mlci_csv_windows_init(&w, NULL, stream, WINDOW, LEAST);
    ck_assert_int_eq(mlci_csv_windows_start(&w, call, NULL), MLC_OK);
    int64_t consumed = 0, n_windows = 1;
    for (; w.source.has_more; n_windows++) {
        const int64_t end = w.source.n / LINE * LINE;
        ck_assert_int_le(w.n_held, WINDOW + LINE);
        consumed += end;
        mlci_csv_windows_read_ahead(&w, call, NULL);
        ck_assert_int_eq(mlci_csv_windows_advance(&w, call, end, NULL), MLC_OK);
    }
    ck_assert_int_eq(consumed + w.n_held, n);
    ck_assert_int_le(w.n_held, 2 * LEAST);
    /* Each is a 32nd of what may be left, which is taken to be twice as much, as a character may
     * become two bytes: 84 of full size, 16 ln(20/3) smaller ones, then 16 of the least. */
    ck_assert_int_gt(n_windows, 120);
    ck_assert_int_lt(n_windows, 140);
    mlci_csv_windows_clear(&w);
    mlci_call_end(call);
    free(text);
}
END_TEST

MLCI_CHECK_SUITE("csv_window", test_windows_of_any_size_then_all_of_the_text,
                 test_windows_of_a_long_text_then_small_towards_its_end,
                 test_windows_then_the_byte_order_mark_is_gone)
