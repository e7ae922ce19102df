/* From regions to columns: category or text, sorted dictionaries, gaps. */
#include "csv_reading.h"

#include <stdio.h>

/* n rows of distinct values w000, w001 ... each `repeats` times. */
static mlc_dataset *words_of(int n, int repeats, const char *settings, int64_t chunk)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "w\n");
    for (int i = 0; i < n * repeats; i++)
        mlci_text_append_format(&t, "w%03d\n", i * 7 % n);
    mlc_dataset *d = NULL;
    ck_assert_int_eq(parse_in_chunks(t.data, t.length, settings, chunk, 2, &d, NULL), MLC_OK);
    mlci_text_clear(&t);
    return d;
}

START_TEST(test_column_is_a_category_up_to_sixteen_values)
{
    mlc_dataset *d = words_of(16, 1, NULL, 1000);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_CATEGORY);
    mlc_dataset_free(d);
    d = words_of(17, 1, NULL, 1000);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_TEXT);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_is_a_category_up_to_half_of_the_values)
{
    mlc_dataset *d = words_of(50, 2, NULL, 37);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_CATEGORY);
    mlc_dataset_free(d);
    /* 51 of 101: more than half. */
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "w\n");
    for (int i = 0; i < 101; i++)
        mlci_text_append_format(&t, "w%03d\n", i % 51);
    d = NULL;
    ck_assert_int_eq(parse_in_chunks(t.data, t.length, NULL, 64, 2, &d, NULL), MLC_OK);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_TEXT);
    mlc_dataset_free(d);
    mlci_text_clear(&t);
}
END_TEST

/* Thousands of different texts first, then only repeats of one: listed, yet a category when half
 * of the values are repeats. */
START_TEST(test_column_that_starts_distinct_is_judged_as_a_whole)
{
    for (int more = 0; more < 2; more++) {
        mlci_text t = mlci_text_init(NULL);
        mlci_text_append_text(&t, "w\n");
        for (int i = 0; i < 10000; i++) {
            mlci_text_append_format(&t, "w%05d\n", i < 5000 + more ? i : 7);
        }
        mlc_dataset *whole = NULL, *cut = NULL;
        ck_assert_int_eq(parse_in_chunks(t.data, t.length, NULL, 1 << 20, 1, &whole, NULL), MLC_OK);
        ck_assert_int_eq(parse_in_chunks(t.data, t.length, NULL, 9000, 2, &cut, NULL), MLC_OK);
        ck_assert_int_eq(type_of(whole, "w"), more ? MLC_TYPE_TEXT : MLC_TYPE_CATEGORY);
        ck_assert(text_is(whole, "w", 4999, "w04999"));
        ck_assert(text_is(whole, "w", 9999, "w00007"));
        assert_same(whole, cut);
        mlc_dataset_free(whole);
        mlc_dataset_free(cut);
        mlci_text_clear(&t);
    }
}
END_TEST

/* The text of a row: of five kinds of columns. */
static int write_cell(int column, int row, char *out, size_t size)
{
    static const int repeats[] = {3, 700, 9000, 30000, 1000000};
    const int k = (int)((unsigned)row * 2654435761U % (unsigned)repeats[column]);
    switch (k % 4) {
    case 0:
        return snprintf(out, size, "w%d", k);
    case 1:
        return snprintf(out, size, "a word \"%d\" in quotes", k);
    case 2:
        return snprintf(out, size, "number %d, a text that is longer than any key of the table", k);
    default:
        return snprintf(out, size, "%c%d", 'a' + k % 26, k / 7 * 7);
    }
}

/* Few texts, many, and ever new ones: each row's text is the one written, whatever the windows. */
START_TEST(test_column_texts_are_those_written_in_any_windows)
{
    enum { N_ROWS = 20000, N_COLUMNS = 5 };
    static const mlci_csv_sizes sizes[] = {{1 << 20, 1 << 24, 1 << 24},
                                           {30011, 200003, 1},
                                           {30011, 400009, 7000},
                                           {1 << 16, 1 << 20, 1}};
    char cell[128];
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "c0,c1,c2,c3,c4\n");
    for (int r = 0; r < N_ROWS; r++) {
        for (int j = 0; j < N_COLUMNS; j++) {
            const int n = write_cell(j, r, cell, sizeof cell);
            if (r % 11 != j) {
                mlci_text_append_char(&t, '"');
                for (int i = 0; i < n; i++) {
                    if (cell[i] == '"') mlci_text_append_char(&t, '"');
                    mlci_text_append_char(&t, cell[i]);
                }
                mlci_text_append_char(&t, '"');
            }
            mlci_text_append_char(&t, j + 1 < N_COLUMNS ? ',' : '\n');
        }
    }
    mlc_dataset *first = NULL;
    for (int s = 0; s < 4; s++) {
        mlc_dataset *d = NULL;
        ck_assert_int_eq(parse_in_windows(t.data, t.length, NULL, &sizes[s], 1 + s % 3, &d, NULL),
                         MLC_OK);
        ck_assert_int_eq(type_of(d, "c2"), MLC_TYPE_CATEGORY);
        ck_assert_int_eq(type_of(d, "c4"), MLC_TYPE_TEXT);
        for (int r = 0; r < N_ROWS; r++) {
            for (int j = 0; j < N_COLUMNS; j++) {
                const char name[] = {'c', (char)('0' + j), 0};
                write_cell(j, r, cell, sizeof cell);
                ck_assert(text_is(d, name, r, r % 11 != j ? cell : NULL));
            }
        }
        if (first == NULL) {
            first = d;
        } else {
            assert_same(first, d);
            mlc_dataset_free(d);
        }
    }
    mlc_dataset_free(first);
    mlci_text_clear(&t);
}
END_TEST

START_TEST(test_column_text_setting_overrides)
{
    mlc_dataset *d = words_of(17, 1, "text=category", 20);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_CATEGORY);
    mlc_dataset_free(d);
    d = words_of(2, 30, "text=text", 20);
    ck_assert_int_eq(type_of(d, "w"), MLC_TYPE_TEXT);
    ck_assert(text_is(d, "w", 1, "w001"));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_codes_are_ranks_by_bytes)
{
    mlc_dataset *d = parse("w\nb\nZ\n\xc3\xa9\na\n\"\"\nab\nb\n", NULL);
    static const double codes[] = {4, 1, 5, 2, 0, 3, 4};
    for (int64_t i = 0; i < 7; i++)
        ck_assert_double_eq(real_of(d, "w", i), codes[i]);
    ck_assert_str_eq(mlc_dataset_category(d, "w", 1), "Z");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_gaps_of_rows_left_out_are_closed)
{
    mlci_text t = mlci_text_init(NULL), clean = mlci_text_init(NULL);
    mlci_text_append_text(&t, "i,f,w,b\n");
    mlci_text_append_text(&clean, "i,f,w,b\n");
    for (int i = 0; i < 100; i++) {
        char line[64];
        const int n = snprintf(line, sizeof line, "%d,%s,w%d,%s\n", i, i % 9 == 0 ? "" : "0.5",
                               i % 6, i % 4 == 1 ? "NA" : "true");
        mlci_text_append(&t, line, n);
        mlci_text_append(&clean, line, n);
        if (i % 10 == 3) mlci_text_append_text(&t, "ragged,row\n");
    }
    mlc_dataset *expected = parse(clean.data, NULL);
    for (int64_t chunk = 11; chunk < 1500; chunk += 97) {
        mlc_dataset *d = NULL;
        ck_assert_int_eq(parse_in_chunks(t.data, t.length, "on_error=skip", chunk, 2, &d, NULL),
                         MLC_OK);
        assert_same(expected, d);
        mlc_dataset_free(d);
    }
    mlc_dataset_free(expected);
    mlci_text_clear(&t);
    mlci_text_clear(&clean);
}
END_TEST

MLCI_CHECK_SUITE("csv_column", test_column_is_a_category_up_to_sixteen_values,
                 test_column_is_a_category_up_to_half_of_the_values,
                 test_column_that_starts_distinct_is_judged_as_a_whole,
                 test_column_texts_are_those_written_in_any_windows,
                 test_column_text_setting_overrides, test_column_codes_are_ranks_by_bytes,
                 test_column_gaps_of_rows_left_out_are_closed)
