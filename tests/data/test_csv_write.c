/* Writing: what is written reads back to the same values. */
#include "csv_reading.h"

#include <stdio.h>
#include <unistd.h>

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

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[64];
    path_for(path, sizeof path);
    mlc_dataset *d = NULL;
    const char *const text = "a,b\n1,\"x\"\"\"\n2,y\n";
    mlc_status status = mlc_dataset_parse_csv(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_write_csv(d, path, NULL, err);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_write_csv_when_memory_fails_leaks_nothing, write_and_free, NULL)

MLCI_CHECK_MAIN("csv_write", test_write_csv_reads_back_the_same,
                test_write_csv_quotes_where_it_must,
                test_write_csv_single_column_keeps_missing_rows,
                test_write_csv_vectors_become_columns,
                test_write_csv_wrong_delimiters_and_paths_fail,
                test_write_csv_when_memory_fails_leaks_nothing)
