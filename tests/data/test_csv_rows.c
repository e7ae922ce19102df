/* Lines of CSV: texts of every length with what must be quoted at every place, categories once and
 * cell by cell, views of rows. */
#include "csv_reading.h"
#include "csv_rows.h"

#include <stdio.h>

static void append(const mlc_dataset *d, char delimiter, int32_t digits, mlci_text *out)
{
    mlci_csv_rows rows;
    ck_assert_int_eq(mlci_csv_rows_open(d, d->n_rows, delimiter, digits, &rows, NULL), MLC_OK);
    ck_assert_int_eq(mlci_csv_append_names(&rows, out, NULL), MLC_OK);
    mlci_csv_append_rows(&rows, 0, d->n_rows, out);
    mlci_csv_rows_close(&rows);
    ck_assert_int_eq(mlci_text_status(out, NULL), MLC_OK);
}

/* A column of one text of that type, as it is written. */
static void check_text(const char *text, int64_t n, int32_t type, char delimiter,
                       const char *expected)
{
    mlci_column *column = NULL, *category = NULL;
    mlc_dataset *d = NULL;
    const char *const names[] = {"a"};
    ck_assert_int_eq(mlci_column_create_text(NULL, 1, &text, &n, &column, NULL), MLC_OK);
    if (type == MLC_TYPE_CATEGORY) {
        ck_assert_int_eq(mlci_column_to_category(column, &category, NULL), MLC_OK);
        mlci_column_unref(column);
        column = category;
    }
    ck_assert_int_eq(mlci_dataset_create(NULL, 1, names, &column, NULL, &d, NULL), MLC_OK);
    mlci_text out = mlci_text_init(NULL);
    append(d, delimiter, 0, &out);
    mlci_text_append(&out, "", 0);
    ck_assert_msg(strncmp(out.data, "a\n", 2) == 0 && strcmp(out.data + 2, expected) == 0,
                  "%s instead of %s", out.data, expected);
    mlci_text_clear(&out);
    mlci_column_unref(column);
    mlc_dataset_free(d);
}

START_TEST(test_csv_rows_special_bytes_at_any_place_are_quoted)
{
    enum { MOST = 70 };
    char text[MOST + 1], expected[2 * MOST + 8];
    for (int n = 1; n <= MOST; n++) {
        for (int at = -1; at < n; at++) {
            memset(text, 'x', (size_t)n);
            text[n] = '\0';
            snprintf(expected, sizeof expected, "%s\n", text);
            if (at >= 0) {
                text[at] = "\n\r;"[(n + at) % 3];
                snprintf(expected, sizeof expected, "\"%s\"\n", text);
            }
            check_text(text, n, MLC_TYPE_TEXT, ';', expected);
            check_text(text, n, MLC_TYPE_CATEGORY, ';', expected);
            if (at < 0) continue;
            text[at] = '"';
            snprintf(expected, sizeof expected, "\"%.*s\"%s\"\n", at + 1, text, text + at + 1);
            check_text(text, n, MLC_TYPE_TEXT, ';', expected);
            check_text(text, n, MLC_TYPE_CATEGORY, ';', expected);
        }
    }
}
END_TEST

START_TEST(test_csv_rows_texts_that_would_not_read_back_are_quoted)
{
    static const char *const texts[] = {"", "NA", "?", " x", "x ", "\xef\xbb\xbfx", "a,b"};
    char expected[32];
    for (int i = 0; i < 7; i++) {
        snprintf(expected, sizeof expected, "\"%s\"\n", texts[i]);
        check_text(texts[i], (int64_t)strlen(texts[i]), MLC_TYPE_TEXT, ',', expected);
        check_text(texts[i], (int64_t)strlen(texts[i]), MLC_TYPE_CATEGORY, ',', expected);
    }
    check_text("NAM", 3, MLC_TYPE_TEXT, ',', "NAM\n");
    check_text("a,b", 3, MLC_TYPE_TEXT, '\t', "a,b\n");
}
END_TEST

START_TEST(test_csv_rows_of_every_type_and_few_digits)
{
    mlc_dataset *d = parse("b,i,f,g,t,c\ntrue,-12,0.123456,2.5,2024-02-29,x\n"
                           "false,,1e300,,,\n,7,,0.1,2024-02-29 01:02:03.000004,\"a\"\"b\"\n",
                           "types='g:float32'");
    mlci_text out = mlci_text_init(NULL);
    append(d, ',', 0, &out);
    append(d, '|', 2, &out);
    mlci_text_append(&out, "", 0);
    ck_assert_str_eq(out.data,
                     "b,i,f,g,t,c\ntrue,-12,0.123456,2.5,2024-02-29T00:00:00Z,x\n"
                     "false,,1e+300,,,\n,7,,0.1,2024-02-29T01:02:03.000004Z,\"a\"\"b\"\n"
                     "b|i|f|g|t|c\ntrue|-12|0.12|2.5|2024-02-29T00:00:00Z|x\n"
                     "false||1e+300|||\n|7||0.1|2024-02-29T01:02:03.000004Z|\"a\"\"b\"\n");
    mlci_text_clear(&out);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("csv_rows", test_csv_rows_special_bytes_at_any_place_are_quoted,
                 test_csv_rows_texts_that_would_not_read_back_are_quoted,
                 test_csv_rows_of_every_type_and_few_digits)
