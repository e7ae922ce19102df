/* Printed tables and JSON, written out by hand. */
#include "csv_reading.h"
#include "torture.h"

static void formats(const mlc_dataset *d, const char *settings, const char *expected)
{
    mlc_buffer *buffer = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_format(d, settings, &buffer, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_str_eq(mlc_buffer_data(buffer), expected);
    mlc_buffer_free(buffer);
}

START_TEST(test_format_table_aligns)
{
    mlc_dataset *d = parse("n,name,x,ok\n1,short,0.123456789,true\n100,\xc3\xa9t\xc3\xa9,NA,NA\n"
                           "-5,\"two\nlines\",1e10,false\n",
                           NULL);
    formats(d, NULL,
            "  n  name               x  ok\n"
            "  1  short       0.123457  true\n"
            "100  \xc3\xa9t\xc3\xa9                -  -\n"
            " -5  two\\nlines     1e+10  false\n");
    formats(d, "digits=2 max_rows=2",
            " n  name            x  ok\n"
            " 1  short        0.12  true\n"
            "... 1 more row\n"
            "-5  two\\nlines  1e+10  false\n");
    formats(d, "max_rows=0", "n  name  x  ok\n... 3 more rows\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_table_wide_characters_take_two_columns)
{
    mlc_dataset *d = parse("a,b\n\xe6\x97\xa5\xe6\x9c\xac,x\nabcdef,y\n", NULL);
    formats(d, NULL, "a       b\n\xe6\x97\xa5\xe6\x9c\xac    x\nabcdef  y\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_table_keeps_to_its_width)
{
    mlc_dataset *d = parse("first,second,third\n1,2,3\n", NULL);
    formats(d, "max_width=21", "first  second  third\n    1       2      3\n");
    formats(d, "max_width=19", "first  second  ...\n    1       2  ...\n... 1 more column\n");
    formats(d, "max_width=12", "first  ...\n    1  ...\n... 2 more columns\n");
    mlc_dataset_free(d);
    d = parse("text\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", NULL);
    formats(d, NULL, "text\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\n");
    formats(d, "max_width=10", "text\naaaaaaa...\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_json_holds_everything)
{
    mlc_dataset *d = parse("i,f,w,b,t\n1,0.1,\"q\"\"\n\",true,2024-02-29\n,-inf,NA,NA,\n",
                           "target=w types='t:timestamp'");
    formats(d, "format=json",
            "{\"columns\":[{\"name\":\"i\",\"type\":\"int64\",\"role\":\"feature\"},"
            "{\"name\":\"f\",\"type\":\"float64\",\"role\":\"feature\"},"
            "{\"name\":\"w\",\"type\":\"category\",\"role\":\"target\"},"
            "{\"name\":\"b\",\"type\":\"bool\",\"role\":\"feature\"},"
            "{\"name\":\"t\",\"type\":\"timestamp\",\"role\":\"feature\"}],"
            "\"rows\":[[1,0.1,\"q\\\"\\n\",true,\"2024-02-29T00:00:00Z\"],"
            "[null,-1e999,null,null,null]]}");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_json_writes_vectors_as_arrays_and_nan_as_null)
{
    static const double x[] = {1, (double)NAN, 3, 4.5};
    const mlc_array array = {.size = sizeof array,
                             .name = "x",
                             .type = MLC_TYPE_FLOAT64,
                             .data = x,
                             .n_rows = 2,
                             .n_columns = 2};
    mlc_dataset *d = NULL;
    mlc_buffer *buffer = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_format(d, "format=json", &buffer, NULL), MLC_OK);
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(buffer), "\"type\":\"vector\""));
    ck_assert_ptr_nonnull(strstr(mlc_buffer_data(buffer), "\"rows\":[[[1,null]],[[3,4.5]]]}"));
    mlc_buffer_free(buffer);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_views_show_their_rows)
{
    static const int64_t rows[] = {2, 0};
    mlc_dataset *d = parse("a\n10\n20\n30\n", NULL), *view = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, rows, 0, 2, &view, NULL), MLC_OK);
    formats(view, NULL, " a\n30\n10\n");
    formats(view, "format=csv", "a\n30\n10\n");
    formats(view, "format=csv max_rows=1", "a\n30\n");
    mlc_dataset_free(view);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_wrong_settings_are_named)
{
    mlc_dataset *d = parse("a\n1\n", NULL);
    mlc_buffer *buffer = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_format(d, "format=xml", &buffer, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "format");
    ck_assert_int_eq(mlc_dataset_format(d, "digits=18", &buffer, &err), MLC_ERROR_SETTING);
    ck_assert_int_eq(mlc_dataset_format(NULL, NULL, &buffer, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_null(buffer);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status format_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const settings[] = {"max_rows=2", "format=csv", "format=json"};
    const char *const text = "a,b\n1,x\n2,y\n3,z\n";
    mlc_dataset *d = NULL;
    mlc_status status = mlc_dataset_parse_csv(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    for (int i = 0; i < 3 && status == MLC_OK; i++) {
        mlc_buffer *buffer = NULL;
        status = mlc_dataset_format(d, settings[i], &buffer, err);
        mlc_buffer_free(buffer);
    }
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_format_when_memory_fails_leaks_nothing, format_and_free, NULL)

MLCI_CHECK_SUITE("dataset_format", test_format_table_aligns,
                 test_format_table_wide_characters_take_two_columns,
                 test_format_table_keeps_to_its_width, test_format_json_holds_everything,
                 test_format_json_writes_vectors_as_arrays_and_nan_as_null,
                 test_format_views_show_their_rows, test_format_wrong_settings_are_named,
                 test_format_when_memory_fails_leaks_nothing)
