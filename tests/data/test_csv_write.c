/* Writing: what is written reads back to the same values. */
#include "csv_reading.h"

#include <stdio.h>
#include <unistd.h>

#include "file.h"
#include "gzip.h"
#include "torture.h"

static void path_for(char *path, size_t size)
{
    snprintf(path, size, "/tmp/mlc_test_csv_write_%d.csv", (int)getpid());
}

START_TEST(test_write_csv_reads_back_the_same)
{
    char path[64];
    path_for(path, sizeof path);
    mlc_dataset *d = parse("i,f,w,b,t\n1,0.1,\"a,b\",true,\"x\"\"\n\"\n-7,,NA,,\"\"\n"
                           "9223372036854775807,1e-310,\" x \",false,\"?\"\n,3,\"\",NA,plain\n",
                           "types='t:text'");
    ck_assert_int_eq(mlc_dataset_write_csv(d, path, NULL, NULL), MLC_OK);
    mlc_dataset *again = NULL;
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, path, "types='t:text'", &again, NULL), MLC_OK);
    assert_same(d, again);
    mlc_dataset_free(again);
    ck_assert_int_eq(mlc_dataset_write_csv(d, path, "delimiter=tab header=false", NULL), MLC_OK);
    ck_assert_int_eq(
        mlc_dataset_read_csv(NULL, path, "header=false types='column_5:text'", &again, NULL),
        MLC_OK);
    ck_assert_int_eq(again->n_rows, 4);
    ck_assert(text_is(again, "column_3", 0, "a,b"));
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

static char *text_of(const mlc_dataset *d, const char *settings)
{
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_dataset_format(d, settings, &buffer, NULL), MLC_OK);
    char *const text = strdup(mlc_buffer_data(buffer));
    mlc_buffer_free(buffer);
    return text;
}

START_TEST(test_write_csv_quotes_where_it_must)
{
    mlc_dataset *d = parse("a,b\n\"NA\",plain\n\"\",\"q\"\"q\"\n,\" lead\"\nx,\"l\r\nl\"\n", NULL);
    char *const text = text_of(d, "format=csv");
    ck_assert_str_eq(text, "a,b\n\"NA\",plain\n\"\",\"q\"\"q\"\n,\" lead\"\nx,\"l\r\nl\"\n");
    free(text);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_write_csv_single_column_keeps_missing_rows)
{
    mlc_dataset *d = parse("a\n1\nNA\n3\n", NULL);
    char *const text = text_of(d, "format=csv");
    ck_assert_str_eq(text, "a\n1\nNA\n3\n");
    free(text);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_write_csv_vectors_become_columns)
{
    static const double x[] = {1, 2, 3, 4.5};
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = MLC_TYPE_FLOAT64,
                             .data = x,
                             .n_rows = 2,
                             .n_columns = 2};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    char *const text = text_of(d, "format=csv"), expected[64];
    const char *const zero = mlc_dataset_component_name(d, 0, 0);
    const char *const one = mlc_dataset_component_name(d, 0, 1);
    snprintf(expected, sizeof expected, "x[%s],x[%s]\n1,2\n3,4.5\n", zero ? zero : "0",
             one ? one : "1");
    ck_assert_str_eq(text, expected);
    free(text);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_write_csv_wrong_delimiters_and_paths_fail)
{
    mlc_dataset *d = parse("a\n1\n", NULL);
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_write_csv(d, "/tmp/x.csv", "delimiter='.'", &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "delimiter = '.': must be tab, or one byte such as ';' that is "
                                  "no part of a number");
    ck_assert_int_eq(mlc_dataset_write_csv(d, "/no/such/folder/x.csv", NULL, &err), MLC_ERROR_IO);
    ck_assert_int_eq(mlc_dataset_write_csv(NULL, "x", NULL, NULL), MLC_ERROR_ARGUMENT);
    mlc_dataset_free(d);
}
END_TEST

/* Many rows of every type, whose texts look like everything else. */
static mlc_dataset *all_types(mlc_context *ctx, int64_t n)
{
    static const char *const texts[] = {"",    "NA",   "1",        "true", " x ", "a,b",
                                        "\"",  "l\nl", "\r",       "#c",   "?",   "2024-01-01",
                                        "1,5", "'",    "\xc3\xa9", ";",    "\t",  "plain"};
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "b,i,f,d,c,t,w\n");
    for (int64_t i = 0; i < n; i++) {
        const double real = (double)(i * 7919 - 12345) / 7.0 * (i % 5 == 0 ? 1e-300 : 1e10);
        mlci_text_append_text(&t, i % 7 == 0 ? "" : i % 2 == 0 ? "true" : "false");
        mlci_text_append_char(&t, ',');
        mlci_text_append_integer(&t, i % 11 == 0 ? INT64_MIN + i : i * 1234567891);
        mlci_text_append_text(&t, i % 5 == 0 ? ",," : ",0.1,");
        if (i % 13 != 0) mlci_text_append_real(&t, real);
        for (int k = 0; k < 2; k++) {
            mlci_text_append_text(&t, ",\"");
            for (const char *c = texts[(i * (k + 1)) % 18]; *c != '\0'; c++) {
                if (*c == '"') mlci_text_append_char(&t, '"');
                mlci_text_append_char(&t, *c);
            }
            mlci_text_append_char(&t, '"');
        }
        mlci_text_append_format(&t, ",20%d-0%d-1%d %d:00:00.%d\n", (int)(i % 90) + 10,
                                (int)(i % 9) + 1, (int)(i % 10), (int)(i % 14) + 10, (int)i);
    }
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_dataset_parse_csv(ctx, t.data, t.length,
                              "header=true types='b:bool,i:int64,f:float32,d:float64,c:category,"
                              "t:text,w:timestamp'",
                              &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlci_text_clear(&t);
    return d;
}

static char *bytes_of(const char *path, int64_t *n)
{
    char *bytes = NULL;
    ck_assert_int_eq(mlci_file_read(NULL, path, 0, &bytes, n, NULL), MLC_OK);
    return bytes;
}

START_TEST(test_write_csv_of_every_type_by_any_threads_reads_back_the_same)
{
    char path[80];
    char *first = NULL;
    for (int packed = 0; packed < 2; packed++) {
        int64_t n_first = 0, n = 0;
        snprintf(path, sizeof path, "/tmp/mlc_test_csv_write_%d.csv%s", (int)getpid(),
                 packed ? ".gz" : "");
        for (int32_t n_threads = 1; n_threads < 4; n_threads++) {
            const mlc_host host = {.size = sizeof host, .n_threads = n_threads};
            mlc_context *ctx = NULL;
            ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
            mlc_dataset *d = all_types(ctx, 50000), *again = NULL;
            mlc_error err = {0};
            ck_assert_int_eq(mlc_dataset_write_csv(d, path, NULL, NULL), MLC_OK);
            char *const bytes = bytes_of(path, &n);
            ck_assert_int_eq(mlci_is_gzip(bytes, n), packed);
            if (n_threads == 1) {
                first = bytes;
                n_first = n;
            } else {
                ck_assert_int_eq(n, n_first);
                ck_assert_int_eq(memcmp(bytes, first, (size_t)n), 0);
                mlci_free(bytes);
            }
            ck_assert_msg(mlc_dataset_read_csv_like(ctx, path, d, "types='d:float64,f:float32'",
                                                    &again, &err) == MLC_OK,
                          "%s", err.message);
            assert_same(d, again);
            mlc_dataset_free(again);
            mlc_dataset_free(d);
            mlc_context_close(ctx);
        }
        mlci_free(first);
        unlink(path);
    }
}
END_TEST

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/mlc_test_csv_write_%d.csv.gz", (int)getpid());
    mlc_dataset *d = NULL;
    const char *const text = "a,b\n1,\"x\"\"\"\n2,y\n";
    mlc_status status = mlc_dataset_parse_csv(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_write_csv(d, path, NULL, err);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_write_csv_when_memory_fails_leaks_nothing, write_and_free, NULL)

MLCI_CHECK_SUITE("csv_write", test_write_csv_reads_back_the_same,
                 test_write_csv_quotes_where_it_must,
                 test_write_csv_single_column_keeps_missing_rows,
                 test_write_csv_vectors_become_columns,
                 test_write_csv_wrong_delimiters_and_paths_fail,
                 test_write_csv_of_every_type_by_any_threads_reads_back_the_same,
                 test_write_csv_when_memory_fails_leaks_nothing)
