/* Cells: words that mean missing, quotes, kinds of values, types that are asked for. */
#include "csv_reading.h"

static int32_t kind_of(const char *text)
{
    mlci_csv_reader reader = {.marks = {.decimal = '.'}, .infer_times = 1};
    ck_assert_int_eq(mlci_csv_nulls_init(&reader.nulls, NULL, "NA,?,-999", NULL), MLC_OK);
    const mlci_csv_cell cell = mlci_csv_trim(text, text + strlen(text), '"');
    const int32_t kind = mlci_csv_classify(&reader, &cell);
    mlci_csv_nulls_clear(&reader.nulls);
    return kind;
}

START_TEST(test_classify_tells_kinds_apart)
{
    ck_assert_int_eq(kind_of("12"), MLCI_CSV_SEEN_INTEGER);
    ck_assert_int_eq(kind_of(" -7 "), MLCI_CSV_SEEN_INTEGER);
    ck_assert_int_eq(kind_of("9223372036854775808"), MLCI_CSV_SEEN_REAL);
    ck_assert_int_eq(kind_of("1e3"), MLCI_CSV_SEEN_REAL);
    ck_assert_int_eq(kind_of("TRUE"), MLCI_CSV_SEEN_BOOL);
    ck_assert_int_eq(kind_of("tRUE"), MLCI_CSV_SEEN_TEXT);
    ck_assert_int_eq(kind_of("0x10"), MLCI_CSV_SEEN_TEXT);
    ck_assert_int_eq(kind_of("1 2"), MLCI_CSV_SEEN_TEXT);
    ck_assert_int_eq(kind_of("\"12\""), MLCI_CSV_SEEN_INTEGER);
    ck_assert_int_eq(kind_of("\"NA\""), MLCI_CSV_SEEN_TEXT);
    ck_assert_int_eq(kind_of("NA"), 0);
    ck_assert_int_eq(kind_of("-999"), 0);
    ck_assert_int_eq(kind_of("  "), 0);
    ck_assert_int_eq(kind_of("\"\""), 0);
}
END_TEST

START_TEST(test_type_of_is_the_narrowest)
{
    ck_assert_int_eq(mlci_csv_type_of(0), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_INTEGER), MLC_TYPE_INT64);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_INTEGER | MLCI_CSV_SEEN_REAL),
                     MLC_TYPE_FLOAT64);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_BOOL), MLC_TYPE_BOOL);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_BOOL | MLCI_CSV_SEEN_INTEGER), MLC_TYPE_TEXT);
    ck_assert_int_eq(mlci_csv_type_of(15), MLC_TYPE_TEXT);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_TIME), MLC_TYPE_TIMESTAMP);
    ck_assert_int_eq(mlci_csv_type_of(MLCI_CSV_SEEN_TIME | MLCI_CSV_SEEN_INTEGER), MLC_TYPE_TEXT);
}
END_TEST

/* What the marks make of a text; "" for what is no number. */
static const char *unmarked(char decimal, char thousands, const char *text)
{
    static char out[MLCI_CSV_MARKED_BYTES + 1];
    const mlci_csv_marks marks = {decimal, thousands};
    out[mlci_csv_unmark(&marks, text, (int64_t)strlen(text), out)] = '\0';
    return out;
}

START_TEST(test_unmark_gives_the_usual_marks)
{
    ck_assert_str_eq(unmarked(',', 0, "-1,5e3"), "-1.5e3");
    ck_assert_str_eq(unmarked(',', '.', "1.234.567,89"), "1234567.89");
    ck_assert_str_eq(unmarked('.', ',', "-12,345"), "-12345");
    ck_assert_str_eq(unmarked('.', ',', "12,34,567"), "1234567"); /* as in India */
    ck_assert_str_eq(unmarked(',', 0, "1.5"), "");
    ck_assert_str_eq(unmarked('.', ',', ",123"), "");
    ck_assert_str_eq(unmarked('.', ',', "123,"), "");
    ck_assert_str_eq(unmarked('.', ',', "1,,2"), "");
    ck_assert_str_eq(unmarked('.', ',', "1.2,3"), "");
    ck_assert_str_eq(unmarked('.', ',', "1e1,2"), "");
}
END_TEST

START_TEST(test_unquote_halves_doubled_quotes)
{
    char out[16];
    const mlci_csv_cell cell = {"a\"\"b\"\"\"\"", 8, 1};
    ck_assert_int_eq(mlci_csv_unquote(&cell, '"', out), 5);
    ck_assert_int_eq(memcmp(out, "a\"b\"\"", 5), 0);
}
END_TEST

START_TEST(test_parse_csv_null_words_replace_the_default_ones)
{
    mlc_dataset *d = parse("a,b\n-1,NA\n2,x\n,y\n", "null='-1'");
    ck_assert(isnan(real_of(d, "a", 0)));
    ck_assert(isnan(real_of(d, "a", 2))); /* empty always is */
    ck_assert(text_is(d, "b", 0, "NA"));
    mlc_dataset_free(d);
    d = parse("a\n?\nNA\nNaN\nnull\nNone\nN/A\n1.5\n", NULL);
    ck_assert_int_eq(d->fields[0].column->n_missing, 6);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_types_are_obeyed)
{
    mlc_dataset *d = parse("zip,flag,f,when,name,n\n01234,1,0.1,2024-02-29T12:00:00+02:00,7,3\n"
                           "00501,0,NA,,8,4\n",
                           "types='zip:category,flag:bool,f:float32,when:timestamp,name:text,"
                           "n:float64'");
    ck_assert(text_is(d, "zip", 1, "00501"));
    ck_assert_int_eq(type_of(d, "flag"), MLC_TYPE_BOOL);
    ck_assert_double_eq(real_of(d, "flag", 0), 1);
    ck_assert_int_eq(type_of(d, "f"), MLC_TYPE_FLOAT32);
    ck_assert_double_eq(real_of(d, "f", 0), (double)0.1f);
    ck_assert(isnan(real_of(d, "f", 1)));
    ck_assert_double_eq(real_of(d, "when", 0), 1709200800e6); /* date -d 2024-02-29T10:00Z +%s */
    ck_assert(isnan(real_of(d, "when", 1)));
    ck_assert_int_eq(type_of(d, "name"), MLC_TYPE_TEXT);
    ck_assert_int_eq(type_of(d, "n"), MLC_TYPE_FLOAT64);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_cell_against_types_says_where)
{
    const char *text = "age,job\n1,x\n 2.5,y\n";
    parse_fails(text, (int64_t)strlen(text), "types='age:int64'", MLC_ERROR_FORMAT,
                "csv:3:2: '2.5' in column 'age' is not an int64, which types= asks for");
    text = "a,t\n1,\"2024-13-01\"\n";
    parse_fails(text, (int64_t)strlen(text), "types='t:timestamp'", MLC_ERROR_FORMAT,
                "csv:2:4: '2024-13-01' in column 't' is not a timestamp, which types= asks for");
    text = "f\n1\nx\n";
    parse_fails(text, (int64_t)strlen(text), "types='f:float32'", MLC_ERROR_FORMAT,
                "csv:3:1: 'x' in column 'f' is not a float32, which types= asks for");
}
END_TEST

START_TEST(test_parse_csv_long_cell_against_types_is_cut_at_a_character)
{
    /* 59 letters, and an e with an accent over bytes 60 and 61. */
    const char *text = "a\n"
                       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\xc3\xa9zzz\n";
    parse_fails(
        text, (int64_t)strlen(text), "types='a:int64'", MLC_ERROR_FORMAT,
        "csv:2:1: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...' in column "
        "'a' is not an int64, which types= asks for");
}
END_TEST

START_TEST(test_parse_csv_many_null_words_are_all_kept)
{
    mlc_dataset *d = parse("x\nw0\nw40\nw17\n5\n",
                           "null='w0,w1,w2,w3,w4,w5,w6,w7,w8,w9,w10,w11,w12,w13,w14,w15,w16,w17,"
                           "w18,w40'");
    ck_assert_int_eq(type_of(d, "x"), MLC_TYPE_INT64);
    ck_assert(isnan(real_of(d, "x", 0)));
    ck_assert(isnan(real_of(d, "x", 1)));
    ck_assert_double_eq(real_of(d, "x", 3), 5);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_late_contradictions_change_the_whole_column)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "i,f,b,m\n");
    for (int i = 0; i < 3000; i++) {
        if (i < 2999)
            mlci_text_append_format(&t, "%d,%d,true,\n", i, i);
        else
            mlci_text_append_format(&t, "%d,2.5,%d,7\n", i, i);
    }
    mlc_dataset *d = parse(t.data, NULL);
    ck_assert_int_eq(type_of(d, "i"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(d, "f"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(d, "b"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(d, "m"), MLC_TYPE_INT64);
    ck_assert_double_eq(real_of(d, "f", 17), 17);
    ck_assert_double_eq(real_of(d, "m", 2999), 7);
    ck_assert_int_eq(d->fields[3].column->n_missing, 2999);
    mlc_dataset_free(d);
    mlci_text_clear(&t);
}
END_TEST

START_TEST(test_parse_csv_integers_beyond_64_bits_are_real)
{
    mlc_dataset *d = parse("a\n9223372036854775807\n9223372036854775808\n", NULL);
    ck_assert_int_eq(type_of(d, "a"), MLC_TYPE_FLOAT64);
    ck_assert_double_eq(real_of(d, "a", 1), 9223372036854775808.0);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("csv_parse", test_classify_tells_kinds_apart, test_type_of_is_the_narrowest,
                 test_unmark_gives_the_usual_marks, test_unquote_halves_doubled_quotes,
                 test_parse_csv_null_words_replace_the_default_ones,
                 test_parse_csv_types_are_obeyed, test_parse_csv_cell_against_types_says_where,
                 test_parse_csv_late_contradictions_change_the_whole_column,
                 test_parse_csv_long_cell_against_types_is_cut_at_a_character,
                 test_parse_csv_many_null_words_are_all_kept,
                 test_parse_csv_integers_beyond_64_bits_are_real)
