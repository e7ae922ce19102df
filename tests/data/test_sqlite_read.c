/* SQLite as a source: queries that only read, failures that name their place, and files that were
 * made to do harm. */
#include "format_batches.h"
#include "format_reading.h"
#include "torture.h"

static const char *file_of_people(char path[128])
{
    path_of(path, "people.db");
    unlink(path);
    mlc_dataset *d = parse("name,age\nAnn,31\nBob,\nCy,28\n", "text=text");
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, "table=people", NULL), MLC_OK);
    mlc_dataset_free(d);
    return path;
}

START_TEST(test_sqlite_query_gives_its_rows)
{
    char path[128];
    mlc_dataset *d = NULL;
    file_of_people(path);
    ck_assert_int_eq(mlc_dataset_read(NULL, path,
                                      "query='SELECT age + 1 AS next, name FROM people "
                                      "ORDER BY name DESC' target=next",
                                      &d, NULL),
                     MLC_OK);
    ck_assert_int_eq(d->n_rows, 3);
    ck_assert_double_eq(real_of(d, "next", 0), 29);
    ck_assert(isnan(real_of(d, "next", 1)));
    ck_assert(text_is(d, "name", 2, "Ann"));
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "target");
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

static void fails(const char *path, const char *settings, mlc_status status, const char *message)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_read(NULL, path, settings, &d, &err), status);
    ck_assert_msg(strstr(err.message, message) != NULL, "%s", err.message);
    ck_assert_ptr_null(d);
}

START_TEST(test_sqlite_failures_name_their_place)
{
    char path[128];
    file_of_people(path);
    fails(path, "query='DELETE FROM people'", MLC_ERROR_SETTING,
          "query: one SELECT statement is run: nothing may be changed, attached or set");
    fails(path, "query='SELECT 1; SELECT 2'", MLC_ERROR_SETTING,
          "query: one statement is run, and another follows it");
    fails(path, "query=\"SELECT 1 AS a UNION ALL SELECT zeroblob(3)\"", MLC_ERROR_FORMAT,
          "column 'a', row 2: a blob");
    fails(path, "query=\"SELECT 1 AS a UNION ALL SELECT 'x'\"", MLC_ERROR_FORMAT,
          "column 'a', row 2: a text, where rows before have a number");
    fails(path, "query='SELECT 1 AS a, 2 AS a'", MLC_ERROR_COLUMN, "both named 'a'");
    fails(path, "table=pepole", MLC_ERROR_SETTING, "did you mean 'people'?");
    fails(path, "query='SELECT randomblob(2000000000)'", MLC_ERROR_LIMIT, "too big");
    fails("/no/such.db", NULL, MLC_ERROR_IO, "no such file");
    unlink(path);
}
END_TEST

START_TEST(test_sqlite_query_ends_with_the_deadline)
{
    char path[128];
    mlc_context *root = NULL, *ctx = NULL;
    mlc_dataset *d = NULL;
    mlc_error err;
    file_of_people(path);
    ck_assert_int_eq(mlc_context_create(NULL, &root, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_derive(root, &ctx, NULL), MLC_OK);
    mlc_context_set_deadline_ms(ctx, 50);
    ck_assert_int_eq(mlc_dataset_read(ctx, path,
                                      "query='WITH RECURSIVE r(x) AS (VALUES(1) UNION ALL "
                                      "SELECT x + 1 FROM r) SELECT count(*) FROM r'",
                                      &d, &err),
                     MLC_ERROR_DEADLINE);
    mlc_context_close(ctx);
    mlc_context_close(root);
    unlink(path);
}
END_TEST

START_TEST(test_sqlite_damaged_bytes_are_refused_or_read)
{
    char path[128];
    file_of_people(path);
    char *const bytes = text_of_file(path);
    const int64_t n = 8192; /* two pages of 4096 */
    uint64_t seed = 1;
    for (int k = 0; k < 2000; k++) {
        char *const copy = malloc((size_t)n);
        memcpy(copy, bytes, (size_t)n);
        for (int i = 0; i <= k % 7; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            copy[(seed >> 33) % (k % 2 == 0 ? 200 : (uint64_t)n)] = (char)(seed >> 20);
        }
        mlc_dataset *d = NULL;
        mlc_error err;
        const mlc_status status = mlc_dataset_parse(NULL, copy, n, "format=sqlite", &d, &err);
        if (status != MLC_OK) ck_assert_int_ne(err.message[0], '\0');
        mlc_dataset_free(d);
        free(copy);
    }
    free(bytes);
    unlink(path);
}
END_TEST

START_TEST(test_sqlite_batches_have_the_types_of_the_first)
{
    char path[128];
    mlc_context local, *call = NULL;
    mlci_batches batches;
    mlc_dataset *d = NULL;
    mlc_error err;
    file_of_people(path);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_sqlite_open_batches_of(call, path, "target=age", 2, &batches, NULL),
                     MLC_OK);
    ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_OK);
    ck_assert_int_eq(d->n_rows, 2);
    mlc_dataset_free(d);
    ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_OK);
    ck_assert_int_eq(d->n_rows, 1);
    ck_assert_double_eq(real_of(d, "age", 0), 28);
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "target");
    mlc_dataset_free(d);
    ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_END);
    batches.close(batches.self);
    ck_assert_int_eq(mlci_sqlite_open_batches_of(call, path,
                                                 "query=\"SELECT 1 AS a UNION ALL SELECT 'x'\"", 1,
                                                 &batches, NULL),
                     MLC_OK);
    ck_assert_int_eq(batches.next(batches.self, call, &d, NULL), MLC_OK);
    mlc_dataset_free(d);
    ck_assert_int_eq(batches.next(batches.self, call, &d, &err), MLC_ERROR_FORMAT);
    ck_assert_msg(strstr(err.message, "column 'a', row 2: 'x' is no int64") != NULL, "%s",
                  err.message);
    batches.close(batches.self);
    mlci_call_end(call);
    unlink(path);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    mlc_dataset *d = NULL;
    path_of(path, "people.db");
    const mlc_status status = mlc_dataset_read(ctx, path, arg, &d, err);
    mlc_dataset_free(d);
    return status;
}

START_TEST(test_sqlite_when_memory_fails_leaks_nothing)
{
    char path[128];
    file_of_people(path);
    mlci_torture(read_and_free, (void *)"target=age types='name:category'");
    mlci_torture(read_and_free, (void *)"query='SELECT name AS n, 1.5 AS x FROM people' null=Bob");
    unlink(path);
}
END_TEST

MLCI_CHECK_SUITE("sqlite_read", test_sqlite_query_gives_its_rows,
                 test_sqlite_failures_name_their_place, test_sqlite_query_ends_with_the_deadline,
                 test_sqlite_damaged_bytes_are_refused_or_read,
                 test_sqlite_batches_have_the_types_of_the_first,
                 test_sqlite_when_memory_fails_leaks_nothing)
