/* Whole files: adult.csv.gz of the UCI repository (48,842 rows; 2,799 workclass, 2,809 occupation
 * and 857 native-country are '?', which the data set's description says as well), settings,
 * roles, problems, and the same result for any cut and number of threads. */
#include "csv_reading.h"

#include <stdio.h>

#include "torture.h"

static char path_of_data[4096];

static const char *data_path(const char *name)
{
    const char *const folder = getenv("MLC_TEST_DATA");
    snprintf(path_of_data, sizeof path_of_data, "%s/%s", folder == NULL ? "." : folder, name);
    return path_of_data;
}

static int64_t count_missing(const mlc_dataset *d, const char *column)
{
    return d->fields[mlc_dataset_find(d, column)].column->n_missing;
}

START_TEST(test_read_csv_adult_has_its_published_counts)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_read_csv(NULL, data_path("adult.csv.gz"), NULL, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 48842);
    ck_assert_int_eq(mlc_dataset_n_columns(d), 15);
    ck_assert_int_eq(count_missing(d, "workclass"), 2799);
    ck_assert_int_eq(count_missing(d, "occupation"), 2809);
    ck_assert_int_eq(count_missing(d, "native-country"), 857);
    ck_assert_int_eq(count_missing(d, "age"), 0);
    ck_assert_int_eq(type_of(d, "age"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(d, "workclass"), MLC_TYPE_CATEGORY);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_read_csv_missing_file_names_it)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, "/nowhere/at/all.csv", NULL, &d, &err),
                     MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "/nowhere/at/all.csv"));
}
END_TEST

START_TEST(test_parse_csv_header_only_has_no_rows)
{
    mlc_dataset *d = parse("a,b,c\n", NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(d), 3);
    ck_assert_int_eq(type_of(d, "b"), MLC_TYPE_FLOAT64);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_empty_says_what_was_expected)
{
    const char *const message = "csv is empty: a line with the names of the columns was expected";
    parse_fails("", 0, NULL, MLC_ERROR_FORMAT, message);
    parse_fails("\n \r\n\xef\xbb\xbf", 4, NULL, MLC_ERROR_FORMAT, message);
    parse_fails("\xef\xbb\xbf", 3, NULL, MLC_ERROR_FORMAT, message);
}
END_TEST

START_TEST(test_parse_csv_byte_order_mark_is_skipped)
{
    mlc_dataset *d = parse("\xef\xbb\xbf"
                           "a,b\n1,2\n",
                           NULL);
    ck_assert_str_eq(mlc_dataset_column_name(d, 0), "a");
    ck_assert_double_eq(real_of(d, "a", 0), 1);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_utf16_is_refused_by_name)
{
    parse_fails("\xff\xfe"
                "a\0,\0",
                6, NULL, MLC_ERROR_FORMAT,
                "csv:1:1: the text is UTF-16: read it with encoding=utf-16");
}
END_TEST

START_TEST(test_parse_csv_every_line_end_gives_the_same)
{
    mlc_dataset *lf = parse("a,b\n1,x\n2,\"y\nz\"\n", NULL);
    mlc_dataset *crlf = parse("a,b\r\n1,x\r\n2,\"y\nz\"\r\n", NULL);
    mlc_dataset *cr = parse("a,b\r1,x\r2,\"y\nz\"\r", NULL);
    mlc_dataset *cut = parse("a,b\n1,x\n2,\"y\nz\"", NULL);
    assert_same(lf, crlf);
    assert_same(lf, cr);
    assert_same(lf, cut);
    ck_assert(text_is(lf, "b", 1, "y\nz"));
    mlc_dataset_free(lf);
    mlc_dataset_free(crlf);
    mlc_dataset_free(cr);
    mlc_dataset_free(cut);
}
END_TEST

START_TEST(test_parse_csv_blank_lines_are_skipped)
{
    mlc_dataset *d = parse("a,b\n\n1,2\n  \n\n3,4\n\n", NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 2);
    ck_assert_double_eq(real_of(d, "b", 1), 4);
    mlc_dataset *one = parse("a\n\n1\n \n3\n", NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(one), 2);
    mlc_dataset_free(d);
    mlc_dataset_free(one);
}
END_TEST

START_TEST(test_parse_csv_blanks_around_fields_are_trimmed)
{
    mlc_dataset *d = parse("age, job ,pay\n39, State-gov, 7.5\n 40 ,  \" a b \" ,\t8\n", NULL);
    ck_assert_str_eq(mlc_dataset_column_name(d, 1), "job");
    ck_assert(text_is(d, "job", 0, "State-gov"));
    ck_assert(text_is(d, "job", 1, " a b "));
    ck_assert_double_eq(real_of(d, "age", 1), 40);
    ck_assert_double_eq(real_of(d, "pay", 1), 8);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_quotes_protect_everything)
{
    mlc_dataset *d = parse("id,t\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"\"\n4,\"NA\"\n5,NA\n6,\n"
                           "7,\"\"\"\"\n8,\"\r\n\"\n",
                           NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 8);
    ck_assert(text_is(d, "t", 0, "a,b"));
    ck_assert(text_is(d, "t", 1, "say \"hi\""));
    ck_assert(text_is(d, "t", 2, ""));   /* quoted: an empty text */
    ck_assert(text_is(d, "t", 3, "NA")); /* quoted: a word */
    ck_assert(text_is(d, "t", 4, NULL));
    ck_assert(text_is(d, "t", 5, NULL));
    ck_assert(text_is(d, "t", 6, "\""));
    ck_assert(text_is(d, "t", 7, "\r\n"));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_quoted_numbers_are_numbers)
{
    mlc_dataset *d = parse("a,b\n\"1\",\"2.5\"\n\"\",\"\"\n\"3\",\"4\"\n", NULL);
    ck_assert_int_eq(type_of(d, "a"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(d, "b"), MLC_TYPE_FLOAT64);
    ck_assert(isnan(real_of(d, "a", 1)));
    ck_assert_double_eq(real_of(d, "b", 2), 4);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_faults_say_where_and_what)
{
    static const struct {
        const char *text, *message;
        int64_t line, column;
    } cases[] = {
        {"a,b\n1,2\n3\n", "csv:3: 1 field where 2 were expected", 3, 0},
        {"a,b\n1,2\n3,4,5\n", "csv:3: 3 fields where 2 were expected", 3, 0},
        {"a,b\n1,\"x\n2,y\n", "csv:4:1: quote not closed (opened at line 2)", 4, 1},
        {"a,b\n1,\"x\n2,y\n3,\"z\"\n", "csv:4:4: quote not closed (opened at line 2)", 4, 4},
        {"a,b\n1,\"x\"y\n",
         "csv:2:6: text after the closing quote of a field: quotes inside a "
         "quoted field have to be doubled",
         2, 6},
        {"a,b\n1,5\" disk\n",
         "csv:2:4: quote in an unquoted field: quote the whole field and "
         "double the quotes in it, or read with quote=none",
         2, 4},
        {"a,b\n1,caf\xe9\n",
         "csv:2:6: byte 0xE9 is not UTF-8: read with the file's encoding, as in "
         "encoding=latin-1",
         2, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *d = NULL;
        mlc_error err;
        ck_assert_int_eq(mlc_dataset_parse_csv(NULL, cases[i].text, (int64_t)strlen(cases[i].text),
                                               NULL, &d, &err),
                         MLC_ERROR_FORMAT);
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_int_eq(err.line, cases[i].line);
        ck_assert_int_eq(err.column, cases[i].column);
    }
    parse_fails("a,b\n1,x\0y\n", 10, NULL, MLC_ERROR_FORMAT,
                "csv:2:4: a NUL byte: this is not text in UTF-8");
}
END_TEST

START_TEST(test_parse_csv_first_fault_wins_whatever_its_kind)
{
    parse_fails("a,b\n1,2\nx,3\n4\n", 15, "types='a:int64'", MLC_ERROR_FORMAT,
                "csv:3:1: 'x' in column 'a' is not an int64, which types= asks for");
    parse_fails("a,b\n1,2\n4\nx,3\n", 15, "types='a:int64'", MLC_ERROR_FORMAT,
                "csv:3: 1 field where 2 were expected");
}
END_TEST

START_TEST(test_parse_csv_skip_leaves_rows_out)
{
    const char *text = "a,b\n1,2\n3\n4,\"x\"y\n5,6\n7,8\"9\n10,\"open\n11,12\n";
    mlc_dataset *d = parse(text, "on_error=skip");
    ck_assert_int_eq(mlc_dataset_n_rows(d), 3);
    ck_assert_double_eq(real_of(d, "a", 0), 1);
    ck_assert_double_eq(real_of(d, "a", 1), 5);
    ck_assert_double_eq(real_of(d, "a", 2), 11);
    ck_assert_int_eq(type_of(d, "b"), MLC_TYPE_INT64);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_collect_lists_what_was_left_out)
{
    const char *text = "a,b\n1,2\n3\n4,\"x\"y\n5,6\n";
    mlc_dataset *d = parse(text, "on_error=collect"), *problems = NULL;
    ck_assert_int_eq(mlc_dataset_problems(d, &problems, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(problems), 2);
    ck_assert_double_eq(real_of(problems, "line", 0), 3);
    ck_assert(text_is(problems, "message", 0, "1 field where 2 were expected"));
    ck_assert_double_eq(real_of(problems, "line", 1), 4);
    ck_assert_double_eq(real_of(problems, "column", 1), 6);
    mlc_dataset_free(problems);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_roles_come_with_the_settings)
{
    mlc_dataset *d = parse("x,w,y\n1,2,no\n3,4,yes\n", "target=y weight=w positive='yes'");
    ck_assert_str_eq(mlc_dataset_column_role(d, 2), "target");
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "weight");
    ck_assert_str_eq(d->positive, "yes");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_parse_csv_unknown_setting_suggests_over_both_sets)
{
    parse_fails("a\n1\n", 4, "delimeter=';'", MLC_ERROR_SETTING,
                "the CSV reader has no setting 'delimeter'; did you mean 'delimiter'?");
    parse_fails("a\n1\n", 4, "traget=a", MLC_ERROR_SETTING,
                "the CSV reader has no setting 'traget'; did you mean 'target'?");
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, "a\n1\n", 4, "target=b", &d, NULL),
                     MLC_ERROR_COLUMN);
}
END_TEST

/* Rows of every kind, some with quotes over lines. */
static char *nasty_text(int64_t n_rows, int64_t *length)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "i,r,w,b,m,t\n");
    for (int64_t i = 0; i < n_rows; i++) {
        mlci_text_append_integer(&t, i);
        mlci_text_append_text(&t, i % 7 == 3 ? ",NA," : i == n_rows - 2 ? ",1.5," : ",12,");
        mlci_text_append_text(&t, i % 3 == 0 ? "\"red, or\nblue\"," : i % 5 == 0 ? "" : "green,");
        if (i % 3 != 0 && i % 5 == 0) mlci_text_append_text(&t, "\"say \"\"\r\n\"\"\",");
        mlci_text_append_text(&t, i % 2 == 0 ? "true," : "False,");
        mlci_text_append_text(&t, i > n_rows / 2 ? "7," : ",");
        mlci_text_append_format(&t, "\"text %d\"", (int)(i * 37 % 101));
        mlci_text_append_text(&t, i % 4 == 0 ? "\r\n" : i % 11 == 0 ? "\n\n" : "\n");
    }
    *length = t.length;
    return t.data;
}

START_TEST(test_read_text_any_cut_and_threads_give_the_same)
{
    int64_t n = 0;
    char *const text = nasty_text(200, &n);
    mlc_dataset *whole = NULL;
    mlc_error err;
    ck_assert_int_eq(parse_in_chunks(text, n, NULL, n + 1, 1, &whole, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(whole), 200);
    ck_assert_int_eq(type_of(whole, "i"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(whole, "r"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(whole, "w"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(whole, "b"), MLC_TYPE_BOOL);
    ck_assert_int_eq(type_of(whole, "m"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(whole, "t"), MLC_TYPE_TEXT);
    for (int64_t chunk = 1; chunk < 3000; chunk += chunk < 200 ? 1 : 131) {
        mlc_dataset *d = NULL;
        const int32_t threads = (int32_t)(chunk % 3 + 1);
        ck_assert_int_eq(parse_in_chunks(text, n, NULL, chunk, threads, &d, &err), MLC_OK);
        assert_same(whole, d);
        mlc_dataset_free(d);
        /* In place, and through a stream. */
        const mlci_csv_sizes sizes = {chunk, 1 + chunk * 5 % 997, 1 + chunk * 3 % 101};
        for (int k = 0; k < 2; k++) {
            const char *const settings =
                k == 0 ? "delimiter=','" : "delimiter=',' encoding=latin-1";
            ck_assert_int_eq(parse_in_windows(text, n, settings, &sizes, threads, &d, &err),
                             MLC_OK);
            assert_same(whole, d);
            mlc_dataset_free(d);
        }
    }
    mlc_dataset_free(whole);
    mlci_free(text);
}
END_TEST

/* Windows and chunks that get longer with the rows, and those that do not. */
START_TEST(test_read_text_of_long_rows_any_sizes_and_threads_give_the_same)
{
    enum { N_ROWS = 70, N_COLUMNS = 500 };
    static const int32_t threads[] = {1, 2, 3, 7};
    static const mlci_csv_sizes sizes[] = {{1 << 20, 1 << 24, 1 << 24, 0},
                                           {2000, 9000, 3000, 0},
                                           {2000, 9000, 3000, 6},
                                           {20000, 40000, 1, 64},
                                           {1 << 17, 1 << 20, 1 << 15, 64}};
    mlci_text text = mlci_text_init(NULL);
    for (int j = 0; j < N_COLUMNS; j++)
        mlci_text_append_format(&text, "c%d%c", j, j + 1 < N_COLUMNS ? ',' : '\n');
    for (int i = 0; i < N_ROWS; i++) {
        for (int j = 0; j < N_COLUMNS; j++) {
            const int k = i * 31 + j * 17;
            if (j % 3 == 0 && k % 7 != 0) mlci_text_append_integer(&text, k % 1000);
            if (j % 3 == 1) mlci_text_append_format(&text, "%d.%d", k % 50, k % 9);
            if (j % 3 == 2) mlci_text_append_format(&text, "\"t, %d\n\"", k % (1 + j));
            mlci_text_append_char(&text, j + 1 < N_COLUMNS ? ',' : '\n');
        }
    }
    mlc_dataset *whole = NULL, *d = NULL;
    ck_assert_int_eq(parse_in_windows(text.data, text.length, NULL, &sizes[0], 1, &whole, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(whole), N_ROWS);
    ck_assert_double_eq(real_of(whole, "c4", 2), (2 * 31 + 4 * 17) % 50 + 0.1 * (130 % 9));
    for (int k = 1; k < 5; k++) {
        for (int t = 0; t < 4; t++) {
            /* Converted, it is read as a stream. */
            ck_assert_int_eq(parse_in_windows(text.data, text.length, "encoding=latin-1", &sizes[k],
                                              threads[t], &d, NULL),
                             MLC_OK);
            assert_same(whole, d);
            mlc_dataset_free(d);
        }
    }
    mlc_dataset_free(whole);
    mlci_text_clear(&text);
}
END_TEST

/* A text in a late row has its column read again, from a first window that has to hold the head as
 * the one before did, although there seem to be fewer bytes: those of Latin-1 become two each. */
START_TEST(test_read_text_whose_head_is_longer_than_a_window_is_read_again)
{
    enum { N_ROWS = 200, N_ONES = 195 };
    char text[2000];
    size_t n = 150;
    memset(text, 0xE4, n);
    n += (size_t)snprintf(text + n, sizeof text - n, ";b\n");
    for (int i = 0; i < N_ROWS; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s;2\n", i < N_ONES ? "1" : "x");
    for (int64_t bytes = 1; bytes < 40; bytes++) {
        const mlci_csv_sizes sizes = {bytes, 7 * bytes, 1, 0};
        mlc_dataset *d = NULL;
        mlc_error err;
        const mlc_status status = parse_in_windows(
            text, (int64_t)n, "encoding=latin-1 delimiter=';'", &sizes, 2, &d, &err);
        ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
        ck_assert_int_eq(mlc_dataset_n_rows(d), N_ROWS);
        ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_CATEGORY);
        ck_assert_int_eq(mlci_column_code(d->fields[0].column, N_ONES - 1), 0);
        ck_assert_int_eq(mlci_column_code(d->fields[0].column, N_ONES), 1);
        mlc_dataset_free(d);
    }
}
END_TEST

/* Rows that are regular, some that are not, and comments with a quote: the rows of a range are
 * those written, by number. */
START_TEST(test_read_text_ranges_of_rows_are_those_written_in_any_windows)
{
    enum { N_ROWS = 5000 };
    static const int32_t threads[] = {1, 2, 3, 7};
    static const mlci_csv_sizes sizes[] = {{1 << 20, 1 << 24, 1 << 24, 0},
                                           {700, 4000, 500, 0},
                                           {64, 300, 100, 0},
                                           {5000, 20000, 1, 9}};
    static const int64_t ranges[][2] = {{0, 3},       {1, 1},      {777, 1500}, {1999, 2},
                                        {2500, 2499}, {4990, 100}, {6000, 5},   {3000, 0}};
    for (int has_comments = 0; has_comments < 2; has_comments++) {
        mlci_text text = mlci_text_init(NULL);
        mlci_text_append_text(&text, "id,w\n");
        for (int i = 0; i < N_ROWS; i++) {
            if (has_comments && i % 97 == 5)
                mlci_text_append_text(&text, "# it's 5\" wide, or\r\n");
            if (i % 1300 == 1250) mlci_text_append_text(&text, " \n\n");
            mlci_text_append_format(&text, i % 800 == 700 ? " %d , \"a\n#\"\n" : "%d,#b\r\n", i);
        }
        for (int k = 0; k < 8 * 4; k++) {
            mlc_dataset *d = NULL;
            char settings[128];
            const int64_t first = ranges[k % 8][0], n = ranges[k % 8][1];
            snprintf(settings, sizeof settings, "encoding=latin-1 skip_rows=%d n_rows=%d%s",
                     (int)first, (int)n, has_comments ? " comment='#'" : "");
            ck_assert_int_eq(parse_in_windows(text.data, text.length, settings, &sizes[k / 8],
                                              threads[k % 4], &d, NULL),
                             MLC_OK);
            const int64_t left = first < N_ROWS ? N_ROWS - first : 0;
            ck_assert_int_eq(mlc_dataset_n_rows(d), n < left ? n : left);
            for (int64_t i = 0; i < mlc_dataset_n_rows(d); i++)
                ck_assert_double_eq(real_of(d, "id", i), (double)(first + i));
            mlc_dataset_free(d);
        }
        mlci_text_clear(&text);
    }
}
END_TEST

START_TEST(test_read_text_any_cut_skips_the_same_rows)
{
    int64_t n = 0;
    char *const text = nasty_text(60, &n);
    /* Every quote in turn becomes a letter, so that all that follows is out of step. */
    for (int64_t k = 0, seen = 0; k < n; k++) {
        if (text[k] != '"' || ++seen % 7 != 0) continue;
        text[k] = 'q';
        mlc_dataset *whole = NULL, *problems = NULL;
        mlc_error err, other;
        ck_assert_int_eq(parse_in_chunks(text, n, "on_error=collect", n + 1, 1, &whole, &err),
                         MLC_OK);
        ck_assert_int_eq(mlc_dataset_problems(whole, &problems, NULL), MLC_OK);
        mlc_dataset *none = NULL;
        const mlc_status status = parse_in_chunks(text, n, NULL, n + 1, 1, &none, &err);
        mlc_dataset_free(none);
        for (int64_t chunk = 1; chunk < 700; chunk += 23) {
            mlc_dataset *d = NULL, *listed = NULL;
            ck_assert_int_eq(parse_in_chunks(text, n, "on_error=collect", chunk, 2, &d, &other),
                             MLC_OK);
            ck_assert_int_eq(mlc_dataset_problems(d, &listed, NULL), MLC_OK);
            assert_same(whole, d);
            assert_same(problems, listed);
            mlc_dataset_free(d);
            mlc_dataset_free(listed);
            d = NULL;
            ck_assert_int_eq(parse_in_chunks(text, n, NULL, chunk, 2, &d, &other), status);
            if (status != MLC_OK) ck_assert_str_eq(err.message, other.message);
            mlc_dataset_free(d);
            const mlci_csv_sizes sizes = {chunk, 1 + chunk * 7 % 397, 1 + chunk % 211};
            ck_assert_int_eq(
                parse_in_windows(text, n, "on_error=collect delimiter=','", &sizes, 2, &d, &other),
                MLC_OK);
            ck_assert_int_eq(mlc_dataset_problems(d, &listed, NULL), MLC_OK);
            assert_same(whole, d);
            assert_same(problems, listed);
            mlc_dataset_free(d);
            mlc_dataset_free(listed);
            d = NULL;
            ck_assert_int_eq(parse_in_windows(text, n, "delimiter=','", &sizes, 2, &d, &other),
                             status);
            if (status != MLC_OK) ck_assert_str_eq(err.message, other.message);
            mlc_dataset_free(d);
        }
        mlc_dataset_free(problems);
        mlc_dataset_free(whole);
        text[k] = '"';
    }
    mlci_free(text);
}
END_TEST

START_TEST(test_parse_csv_cancelled_context_stops)
{
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlc_context_cancel(ctx);
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(ctx, "a,b\n1,2\n", 8, NULL, &d, NULL),
                     MLC_ERROR_CANCELLED);
    ck_assert_ptr_null(d);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_parse_csv_null_arguments_are_refused)
{
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, NULL, 3, NULL, &d, NULL), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, "a", 1, NULL, NULL, NULL), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, NULL, NULL, &d, NULL), MLC_ERROR_ARGUMENT);
}
END_TEST

static mlc_dataset *parse_like(const char *text, const mlc_dataset *like, const char *settings)
{
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_dataset_parse_csv_like(NULL, text, (int64_t)strlen(text), like, settings, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return d;
}

static const char *const like_types = "types='zip:category,note:text,when:timestamp,ok:bool'";
static const char *const like_rows = "zip,note,when,ok,n,x\n02139,a,2024-02-29,true,1,0.5\n";

START_TEST(test_parse_csv_like_other_rows_has_their_types)
{
    mlc_dataset *like = parse(like_rows, like_types);
    mlc_dataset *d = parse_like("x,n,ok,when,note,zip,new\n1,2.5,0,2024-03-01,7,10115,3\n"
                                "2,3,1,2024-03-02,8,07745,4\n",
                                like, NULL);
    ck_assert_int_eq(type_of(d, "zip"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(d, "note"), MLC_TYPE_TEXT);
    ck_assert_int_eq(type_of(d, "when"), MLC_TYPE_TIMESTAMP);
    ck_assert(text_is(d, "zip", 1, "07745"));
    /* Any number where a number was; what is new is as the file has it. */
    ck_assert_int_eq(type_of(d, "n"), MLC_TYPE_FLOAT64);
    ck_assert_int_eq(type_of(d, "x"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(d, "ok"), MLC_TYPE_INT64);
    ck_assert_int_eq(type_of(d, "new"), MLC_TYPE_INT64);
    mlc_dataset_free(d);
    d = parse_like("zip,note\nNA,\n?,NA\n", like, NULL);
    ck_assert_int_eq(type_of(d, "zip"), MLC_TYPE_CATEGORY);
    ck_assert_int_eq(type_of(d, "note"), MLC_TYPE_TEXT);
    mlc_dataset_free(d);
    d = parse_like("zip,ok\n1,true\n2,0\n", like, "types=zip:float32");
    ck_assert_int_eq(type_of(d, "zip"), MLC_TYPE_FLOAT32); /* types= goes first */
    ck_assert_int_eq(type_of(d, "ok"), MLC_TYPE_BOOL);     /* what bool accepts when asked for */
    mlc_dataset_free(d);
    mlc_dataset_free(like);
}
END_TEST

START_TEST(test_parse_csv_like_refuses_text_for_a_number_and_says_where)
{
    static const char *const text = "zip,n\n1,2\n2,many\n3,4\n";
    mlc_dataset *like = parse(like_rows, like_types), *d = NULL;
    mlc_error err;
    ck_assert_int_eq(
        mlc_dataset_parse_csv_like(NULL, text, (int64_t)strlen(text), like, NULL, &d, &err),
        MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.message, "csv:3:3: 'many' in column 'n' is not a float64, which the "
                                  "column is expected to be");
    ck_assert_str_eq(err.name, "n");
    ck_assert_int_eq(err.line, 3);
    ck_assert_int_eq(mlc_dataset_read_csv_like(NULL, NULL, like, NULL, &d, &err),
                     MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_read_csv_like(NULL, "/nowhere.csv", like, NULL, &d, &err),
                     MLC_ERROR_IO);
    ck_assert_ptr_null(d);
    mlc_dataset_free(like);
}
END_TEST

/* The text comes after the rows that types are guessed from, in another chunk. */
START_TEST(test_read_text_like_any_cut_fails_at_the_same_cell)
{
    mlc_dataset *like = parse("n,k\n1,a\n", NULL);
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_text(&text, "n,k\n");
    for (int i = 0; i < 5000; i++) {
        mlci_text_append_text(&text, i == 4321 ? "oops,5\n" : "17,\"5\n6\"\n");
    }
    for (int64_t chunk = 997; chunk < 100000; chunk *= 5) {
        mlc_context local, *call = NULL;
        mlci_csv_settings s = {0};
        mlci_byte_stream *stream = NULL;
        const mlci_csv_sizes sizes = {chunk, 3 * chunk, chunk};
        mlc_dataset *d = NULL;
        mlc_error err;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, &err), MLC_OK);
        ck_assert_int_eq(mlci_csv_settings_read(NULL, NULL, &s, &err), MLC_OK);
        ck_assert_int_eq(mlci_byte_stream_of(call, "csv", text.data, text.length, 0, &stream, &err),
                         MLC_OK);
        s.like = like;
        ck_assert_int_eq(mlci_csv_read_stream(call, "csv", stream, &s, &sizes, &d, &err),
                         MLC_ERROR_FORMAT);
        ck_assert_int_eq(err.line, 2 + 2 * 4321);
        ck_assert_str_eq(err.name, "n");
        mlci_csv_settings_clear(&s);
        mlci_call_end(call);
    }
    mlci_text_clear(&text);
    mlc_dataset_free(like);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const text = "a,b,c,t\n1,x,true,\"q\"\"q\"\n2.5,y,NA,\"other\"\n3\n"
                             "4,x,false,\"q\"\"q\"\n";
    mlc_dataset *d = NULL;
    const mlc_status status = mlc_dataset_parse_csv(
        ctx, text, (int64_t)strlen(text), "target=b on_error=collect null='NA,?'", &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_parse_csv_when_memory_fails_leaks_nothing, read_and_free, NULL)

MLCI_CHECK_SUITE(
    "csv_read", test_read_csv_adult_has_its_published_counts, test_read_csv_missing_file_names_it,
    test_parse_csv_header_only_has_no_rows, test_parse_csv_empty_says_what_was_expected,
    test_parse_csv_byte_order_mark_is_skipped, test_parse_csv_utf16_is_refused_by_name,
    test_read_text_of_long_rows_any_sizes_and_threads_give_the_same,
    test_read_text_whose_head_is_longer_than_a_window_is_read_again,
    test_read_text_ranges_of_rows_are_those_written_in_any_windows,
    test_parse_csv_every_line_end_gives_the_same, test_parse_csv_blank_lines_are_skipped,
    test_parse_csv_blanks_around_fields_are_trimmed, test_parse_csv_quotes_protect_everything,
    test_parse_csv_quoted_numbers_are_numbers, test_parse_csv_faults_say_where_and_what,
    test_parse_csv_first_fault_wins_whatever_its_kind, test_parse_csv_skip_leaves_rows_out,
    test_parse_csv_collect_lists_what_was_left_out, test_parse_csv_roles_come_with_the_settings,
    test_parse_csv_unknown_setting_suggests_over_both_sets,
    test_read_text_any_cut_and_threads_give_the_same, test_parse_csv_cancelled_context_stops,
    test_parse_csv_null_arguments_are_refused, test_parse_csv_like_other_rows_has_their_types,
    test_parse_csv_like_refuses_text_for_a_number_and_says_where,
    test_read_text_like_any_cut_fails_at_the_same_cell,
    test_parse_csv_when_memory_fails_leaks_nothing, MLCI_RESULTS,
    test_read_text_any_cut_skips_the_same_rows)
