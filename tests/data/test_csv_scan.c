/* Records, batches, chunks: the fast paths against the record-by-record definition. */
#include "csv_reading.h"

static mlci_csv_source source_of(const char *text)
{
    return (mlci_csv_source){
        .name = "csv", .bytes = text, .n = (int64_t)strlen(text), .delimiter = ',', .quote = '"'};
}

static int refuse_none(void *arg, const mlci_csv_fault *fault)
{
    *(mlci_csv_fault *)arg = *fault;
    return 0;
}

START_TEST(test_scan_record_finds_separators)
{
    const mlci_csv_source s = source_of("ab,\"c,\n\"\"d\" ,\r\nx");
    uint32_t at[8] = {0};
    mlci_csv_record record;
    mlci_csv_scan_record(&s, 0, s.n, -1, at, 8, &record);
    ck_assert_int_eq(record.n_fields, 3);
    ck_assert_int_eq(record.next, s.n - 1);
    ck_assert_uint_eq(at[1], 3); /* counted from -1 */
    ck_assert_uint_eq(at[2], 13);
    ck_assert_uint_eq(at[3], 14);
}
END_TEST

START_TEST(test_scan_record_trailing_delimiter_is_an_empty_field)
{
    const mlci_csv_source s = source_of("a,b,");
    mlci_csv_record record;
    mlci_csv_scan_record(&s, 0, s.n, -1, NULL, 0, &record);
    ck_assert_int_eq(record.n_fields, 3);
    ck_assert_int_eq(record.next, 4);
}
END_TEST

START_TEST(test_scan_record_after_a_fault_goes_on_with_the_next_line)
{
    const mlci_csv_source s = source_of("a,\"b\nc,d\n");
    mlci_csv_record record;
    mlci_csv_scan_record(&s, 0, s.n, -1, NULL, 0, &record);
    ck_assert_int_eq(record.fault.kind, MLCI_CSV_NOT_CLOSED);
    ck_assert_int_eq(record.fault.opened, 2);
    ck_assert_int_eq(record.next, 5);
}
END_TEST

/* All cells of a text by batches, as one text with marks. */
static char *cells_of(const mlci_csv_source *s, int64_t n_fields, int64_t max_rows)
{
    mlci_csv_batch batch = {.capacity = mlci_csv_batch_capacity(n_fields)};
    batch.at = mlci_alloc_raw(NULL, batch.capacity, 4);
    mlci_csv_fault fault = {0};
    const mlci_csv_policy policy = {refuse_none, &fault};
    mlci_text t = mlci_text_init(NULL);
    for (int64_t at = 0; at < s->n; at = batch.next) {
        mlci_csv_scan_batch(s, at, s->n, n_fields, max_rows, &policy, &batch);
        ck_assert_int_eq(fault.kind, MLCI_CSV_NO_FAULT);
        for (int64_t r = 0; r < batch.n_rows; r++) {
            for (int64_t j = 0; j < n_fields; j++) {
                const mlci_csv_cell cell = mlci_csv_batch_cell(s, &batch, r, j);
                mlci_text_append(&t, cell.text, cell.length);
                mlci_text_append_char(&t, j + 1 == n_fields ? '\x02' : '\x01');
            }
        }
    }
    mlci_free(batch.at);
    return t.data;
}

START_TEST(test_scan_batch_fast_and_exact_paths_agree)
{
    /* Quotes, CRLF and doubled quotes at every offset of the 64-byte blocks; max_rows 1 with a
     * blank line in front takes the exact path. */
    for (int pad = 0; pad < 70; pad++) {
        mlci_text fast = mlci_text_init(NULL), slow = mlci_text_init(NULL);
        for (int i = 0; i < 40; i++) {
            mlci_text line = mlci_text_init(NULL);
            for (int k = 0; k < (i == 0 ? pad : i % 5); k++)
                mlci_text_append_char(&line, 'p');
            mlci_text_append_text(&line, i % 3 == 0   ? ",\"q,\"\"\r\n\",2\r\n"
                                         : i % 3 == 1 ? ",\"\",\"\"\"\"\n"
                                                      : ",,\r");
            mlci_text_append(&fast, line.data, line.length);
            mlci_text_append_text(&slow, " \n");
            mlci_text_append(&slow, line.data, line.length);
            mlci_text_clear(&line);
        }
        const mlci_csv_source a = source_of(fast.data), b = source_of(slow.data);
        char *const x = cells_of(&a, 3, INT64_MAX), *const y = cells_of(&b, 3, 1);
        ck_assert_str_eq(x, y);
        mlci_free(x);
        mlci_free(y);
        mlci_text_clear(&fast);
        mlci_text_clear(&slow);
    }
}
END_TEST

START_TEST(test_cut_by_parity_and_record_by_record_agree)
{
    const char *text = "a,\"1\n2\"\r\nb,\"\"\"\n\"\n\n\nc,3\r\rd,\"4,\"\n  \ne,5";
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    const mlci_csv_source s = source_of(text);
    for (int64_t chunk = 1; chunk <= s.n; chunk++) {
        const int64_t n = mlci_csv_n_chunks(&s, 0, chunk);
        mlci_csv_region fast[64], exact[64];
        mlci_csv_cutting by_parity = {.chunk_bytes = chunk},
                         by_record = {.chunk_bytes = chunk, .exact = 1};
        ck_assert_int_eq(mlci_csv_cut(call, &s, &by_parity, fast, n, NULL), MLC_OK);
        ck_assert_int_eq(mlci_csv_cut(call, &s, &by_record, exact, n, NULL), MLC_OK);
        ck_assert_int_eq(by_parity.end, s.n);
        ck_assert_int_eq(by_record.end, s.n);
        ck_assert_int_eq(by_parity.n_lines, 10); /* LF and CRLF are one, CR CR are two */
        int64_t rows_fast = 0, rows_exact = 0;
        for (int64_t c = 0; c < n; c++) {
            rows_fast += fast[c].n_rows;
            rows_exact += exact[c].n_rows;
            ck_assert_int_ge(fast[c].n_rows, exact[c].n_rows);
        }
        ck_assert_int_eq(rows_exact, 5);
        ck_assert_int_eq(rows_fast, 6); /* the line of blanks counts until it is read */
    }
    mlci_call_end(call);
}
END_TEST

/* With more to come, both ways end at the same record, and say nothing of the one that is cut. */
START_TEST(test_cut_of_a_part_ends_with_its_last_whole_record)
{
    const char *text = "a,\"1\n2\"\nb,2\r\n\nc,\"x\"\"y\"\nd,4\n";
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int64_t length = 1; length <= (int64_t)strlen(text); length++) {
        mlci_csv_source s = source_of(text);
        s.n = length - (text[length - 1] == '\r'); /* as windows do */
        s.has_more = 1;
        int64_t n_all = INT64_MAX;
        const int64_t end = mlci_csv_pass_records(&s, 0, &n_all);
        for (int64_t chunk = 1; chunk <= length; chunk++) {
            const int64_t n = mlci_csv_n_chunks(&s, 0, chunk);
            mlci_csv_region fast[64], exact[64];
            mlci_csv_cutting by_parity = {.chunk_bytes = chunk};
            mlci_csv_cutting by_record = {.chunk_bytes = chunk, .exact = 1};
            ck_assert_int_eq(mlci_csv_cut(call, &s, &by_parity, fast, n, NULL), MLC_OK);
            ck_assert_int_eq(mlci_csv_cut(call, &s, &by_record, exact, n, NULL), MLC_OK);
            ck_assert_int_eq(by_record.end, end);
            ck_assert_int_eq(by_parity.end, end);
            ck_assert_int_eq(fast[n - 1].end, end);
        }
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_scan_record_comments_are_no_fields)
{
    mlci_csv_source s = source_of("#\"a,b\nc,#d\n");
    s.comment = '#';
    mlci_csv_record record;
    mlci_csv_scan_record(&s, 0, s.n, -1, NULL, 0, &record);
    ck_assert_int_eq(record.n_fields, 0);
    ck_assert_int_eq(record.fault.kind, MLCI_CSV_NO_FAULT);
    ck_assert_int_eq(record.next, 6);
    mlci_csv_scan_record(&s, 6, s.n, -1, NULL, 0, &record);
    ck_assert_int_eq(record.n_fields, 2);
}
END_TEST

START_TEST(test_bad_byte_finds_the_first)
{
    mlci_csv_fault fault = {0};
    const char text[] = "plain ascii, then \xc3\xa9, then \xff, then \0";
    const mlci_csv_source s = {.bytes = text, .n = sizeof text - 1};
    ck_assert_int_eq(mlci_csv_bad_byte(&s, 0, 20, &fault), 0);
    ck_assert_int_eq(mlci_csv_bad_byte(&s, 0, s.n, &fault), 1);
    ck_assert_int_eq(fault.kind, MLCI_CSV_BAD_UTF8);
    ck_assert_int_eq(fault.at, 27);
    ck_assert_int_eq(mlci_csv_bad_byte(&s, 28, s.n, &fault), 1);
    ck_assert_int_eq(fault.kind, MLCI_CSV_NUL);
    ck_assert_int_eq(fault.at, 35);
}
END_TEST

START_TEST(test_line_counts_every_kind_of_line_end)
{
    const mlci_csv_source s = source_of("a\nb\r\nc\rd");
    int64_t start = 0;
    ck_assert_int_eq(mlci_csv_line(&s, 0, 1, 7, &start), 4);
    ck_assert_int_eq(start, 7);
}
END_TEST

MLCI_CHECK_SUITE("csv_scan", test_scan_record_finds_separators,
                 test_scan_record_trailing_delimiter_is_an_empty_field,
                 test_scan_record_after_a_fault_goes_on_with_the_next_line,
                 test_scan_batch_fast_and_exact_paths_agree,
                 test_cut_by_parity_and_record_by_record_agree,
                 test_cut_of_a_part_ends_with_its_last_whole_record,
                 test_scan_record_comments_are_no_fields, test_bad_byte_finds_the_first,
                 test_line_counts_every_kind_of_line_end)
