/* The door: formats by ending, setting and first bytes. */
#include "format_reading.h"
#include "torture.h"

static mlc_status read_back(const char *path, const char *settings, mlc_dataset **out,
                            mlc_error *err)
{
    *out = NULL;
    return mlc_dataset_read(NULL, path, settings, out, err);
}

START_TEST(test_format_is_told_by_the_ending)
{
    static const char *const names[] = {"a.csv",      "a.TXT",    "a.tsv",    "a.jsonl",
                                        "a.JSONL.GZ", "a.ndjson", "a.b.jsonl"};
    mlc_dataset *d = parse("a,b\n1,x\n2,y\n", NULL), *again = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        mlc_error err;
        path_of(path, names[i]);
        ck_assert_int_eq(mlc_dataset_write(NULL, d, path, NULL, NULL), MLC_OK);
        const mlc_status status = read_back(path, NULL, &again, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        assert_same(d, again);
        mlc_dataset_free(again);
        unlink(path);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_format_setting_goes_before_the_ending)
{
    char path[128];
    path_of(path, "odd.csv");
    mlc_dataset *d = parse("a\n1\n2\n", NULL), *again = NULL;
    ck_assert_int_eq(mlc_dataset_write(NULL, d, path, "format=jsonl nan=null", NULL), MLC_OK);
    ck_assert_int_eq(read_back(path, "target=a format='jsonl'", &again, NULL), MLC_OK);
    ck_assert_str_eq(mlc_dataset_column_role(again, 0), "target");
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

START_TEST(test_format_unknown_endings_and_names_are_listed)
{
    mlc_error err;
    mlc_dataset *d = NULL;
    ck_assert_int_eq(read_back("a.parquet", NULL, &d, &err), MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.name, "format");
    ck_assert_str_eq(err.message,
                     "a.parquet: the ending does not tell the format: say format=; known are csv "
                     "(.csv, .txt, .data), tsv (.tsv, .tab), jsonl (.jsonl, .ndjson), libsvm "
                     "(.libsvm, .svmlight, .svm), sqlite (.sqlite, .sqlite3, .db, .db3), text also "
                     "as .gz");
    static const char *const plain[] = {"csv", "a.csv/b", ".gz", "a.gz", "", "csv.", "jsonl"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        ck_assert_int_eq(read_back(plain[i], NULL, &d, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(read_back("a.csv", "format=json", &d, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "format");
    ck_assert_int_eq(
        strncmp(err.message, "format = 'json': did you mean 'jsonl'? known are csv", 52), 0);
}
END_TEST

START_TEST(test_format_of_bytes_is_told_by_the_first_of_them)
{
    static const struct {
        const char *text, *column;
    } cases[] = {{"a,b\n1,2\n", "b"}, {" \n{\"q\":1}", "q"},     {"\xef\xbb\xbf{\"q\":1}", "q"},
                 {"1 2:3\n", "x"},    {"-1 qid:3 # c\n", "qid"}, {"1 2\n3 4\n", "1 2"},
                 {"[1,2]\n3,4", "[1"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *d = NULL;
        mlc_error err;
        const mlc_status status =
            mlc_dataset_parse(NULL, cases[i].text, (int64_t)strlen(cases[i].text), NULL, &d, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        ck_assert_msg(mlc_dataset_find(d, cases[i].column) >= 0, "%s", cases[i].text);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_format_arguments_are_checked)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_read(NULL, NULL, NULL, &d, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_read(NULL, "a.csv", NULL, NULL, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_parse(NULL, NULL, 1, NULL, &d, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_parse(NULL, "a", -1, NULL, &d, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_write(NULL, NULL, "a.csv", NULL, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_dataset_read(NULL, "/no/such.jsonl", NULL, &d, &err), MLC_ERROR_IO);
    ck_assert_int_eq(mlc_dataset_read(NULL, "a.csv", "format=", &d, &err), MLC_ERROR_SYNTAX);
}
END_TEST

START_TEST(test_format_without_sqlite_says_so)
{
    char path[128];
    mlc_error err;
    path_of(path, "a.db");
    mlc_dataset *d = parse("a\n1\n", NULL), *again = NULL;
    const mlc_status status = mlc_dataset_write(NULL, d, path, NULL, &err);
    if (status == MLC_OK) {
        ck_assert_int_eq(read_back(path, NULL, &again, &err), MLC_OK);
        assert_same(d, again);
    } else {
        ck_assert_int_eq(status, MLC_ERROR_UNSUPPORTED);
        ck_assert_str_eq(err.message, "this libmlcore was built without SQLite: build it with "
                                      "-Dsqlite=enabled");
    }
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
}
END_TEST

static mlc_status door_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    path_of(path, arg);
    mlc_dataset *d = NULL, *again = NULL;
    const char *const text = "a\tb\n1\tx\n";
    mlc_status status =
        mlc_dataset_parse(ctx, text, (int64_t)strlen(text), "format=tsv target=a", &d, err);
    if (status == MLC_OK) status = mlc_dataset_write(ctx, d, path, NULL, err);
    if (status == MLC_OK) status = mlc_dataset_read(ctx, path, "id=b", &again, err);
    mlc_dataset_free(again);
    mlc_dataset_free(d);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_format_when_memory_fails_leaks_nothing, door_and_free, (void *)"t.tsv")
MLCI_TORTURE_TEST(test_format_packed_when_memory_fails_leaks_nothing, door_and_free,
                  (void *)"t.jsonl.gz")

MLCI_CHECK_SUITE("format", test_format_is_told_by_the_ending,
                 test_format_setting_goes_before_the_ending,
                 test_format_unknown_endings_and_names_are_listed,
                 test_format_of_bytes_is_told_by_the_first_of_them,
                 test_format_arguments_are_checked, test_format_without_sqlite_says_so,
                 test_format_when_memory_fails_leaks_nothing,
                 test_format_packed_when_memory_fails_leaks_nothing)
