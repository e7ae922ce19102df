/* SQLite as a target: what was written is what is read, and a failure leaves the file as it was.
 * tests/python/test_formats.py has sqlite3 of Python read and write beside us. */
#include "format_reading.h"
#include "torture.h"

static mlc_dataset *read_file(const char *path, const char *settings)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_read(NULL, path, settings, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return d;
}

START_TEST(test_sqlite_reads_back_what_was_written)
{
    char path[128];
    path_of(path, "w.db");
    mlc_dataset *d = parse("i,f,b,t,w\n1,0.5,true,x,2024-02-29T12:30:00.000001Z\n"
                           "-9223372036854775808,1e300,false,\"\",1900-01-01\n,,,,\n"
                           "3,4,true,\"q\"\"'\n\",2024-01-01\n",
                           "types='f:float64,w:timestamp'");
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, "table='t;\"x'", NULL), MLC_OK);
    mlc_dataset *again = read_file(path, "types='w:timestamp'");
    assert_same(d, again);
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

START_TEST(test_sqlite_tables_are_failed_on_replaced_or_appended_to)
{
    char path[128];
    mlc_error err;
    path_of(path, "e.db");
    mlc_dataset *d = parse("a,b\n1,x\n2,y\n", NULL), *other = parse("a,c\n1,2\n", NULL);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, NULL, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, "table=DATA", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "if_exists");
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, "if_exists=append", NULL), MLC_OK);
    ck_assert_int_ne(mlc_dataset_write(NULL, other, path, "if_exists=append", &err), MLC_OK);
    mlc_dataset *again = read_file(path, NULL);
    ck_assert_int_eq(again->n_rows, 4);
    mlc_dataset_free(again);
    ck_assert_int_eq(mlc_dataset_write(NULL, other, path, "if_exists=replace", NULL), MLC_OK);
    again = read_file(path, "table=Data");
    assert_same(other, again);
    mlc_dataset_free(again);
    mlc_dataset_free(other);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

START_TEST(test_sqlite_failures_leave_no_file)
{
    char path[128];
    mlc_error err;
    path_of(path, "n.db");
    mlc_dataset *d = parse("a,A\n1,x\n", NULL), *none = parse_as("jsonl", "{}", NULL);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, NULL, &err), MLC_ERROR_SETTING);
    ck_assert_ptr_nonnull(strstr(err.message, "duplicate column name"));
    ck_assert_int_eq(mlc_dataset_write(NULL, none, path, NULL, &err), MLC_ERROR_DATA);
    ck_assert_int_eq(mlc_dataset_write(NULL, d, "/no/such/folder/x.db", NULL, &err), MLC_ERROR_IO);
    ck_assert_int_ne(access(path, F_OK), 0);
    mlc_dataset_free(none);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status write_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    path_of(path, "t.db");
    mlc_dataset *d = NULL;
    const char *const text = "{\"a\":1,\"b\":[1,2],\"c\":\"x\"}\n{\"a\":2.5}\n";
    mlc_status status = mlc_dataset_parse(ctx, text, (int64_t)strlen(text), NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_write(ctx, d, path, NULL, err);
    if (status != MLC_OK) ck_assert_int_ne(access(path, F_OK), 0);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_sqlite_write_when_memory_fails_leaves_nothing, write_and_free, NULL)

MLCI_CHECK_SUITE("sqlite_write", test_sqlite_reads_back_what_was_written,
                 test_sqlite_tables_are_failed_on_replaced_or_appended_to,
                 test_sqlite_failures_leave_no_file,
                 test_sqlite_write_when_memory_fails_leaves_nothing)
