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

MLCI_CHECK_MAIN("csv_column", test_column_is_a_category_up_to_sixteen_values,
                test_column_is_a_category_up_to_half_of_the_values,
                test_column_that_starts_distinct_is_judged_as_a_whole,
                test_column_text_setting_overrides, test_column_codes_are_ranks_by_bytes,
                test_column_gaps_of_rows_left_out_are_closed)
