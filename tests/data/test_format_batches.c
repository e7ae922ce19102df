/* Files a batch at a time: the rows are those of the whole file, columns and types the same in each
 * batch, and what contradicts the first one is an error. */
#include "concat.h"
#include "format_batches.h"
#include "format_reading.h"
#include "torture.h"

typedef mlc_status (*open_fn)(mlc_context *call, const char *path, const char *settings,
                              int64_t batch_bytes, mlci_batches *out, mlc_error *err);

static const char *write_file(char path[128], const char *name, const char *text)
{
    FILE *const file = fopen(path_of(path, name), "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return path;
}

/* All batches, one after another; the number of them in *n. */
static mlc_status read_batches(mlc_context *ctx, open_fn open, const char *path,
                               const char *settings, int64_t batch_bytes, mlc_dataset **out,
                               int32_t *n, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_batches batches;
    mlc_dataset *parts[64] = {NULL};
    *n = 0;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = open(call, path, settings, batch_bytes, &batches, err);
    if (status == MLC_OK) {
        do {
            ck_assert_int_lt(*n, 64);
            status = batches.next(batches.self, call, &parts[*n], err);
            *n += status == MLC_OK;
        } while (status == MLC_OK);
        if (status == MLC_END) status = MLC_OK;
        batches.close(batches.self);
    }
    if (status == MLC_OK && out != NULL) {
        status = mlci_concat(call, *n, (const mlc_dataset *const *)parts, out, err);
    }
    for (int32_t i = 1; i < *n && status == MLC_OK; i++) {
        ck_assert_int_eq(parts[i]->n_fields, parts[0]->n_fields);
        for (int32_t j = 0; j < parts[0]->n_fields; j++)
            ck_assert_int_eq(parts[i]->fields[j].column->type, parts[0]->fields[j].column->type);
    }
    for (int32_t i = 0; i < *n; i++)
        mlc_dataset_free(parts[i]);
    mlci_call_end(call);
    return status;
}

static const char lines[] = "\xef\xbb\xbf{\"a\":1,\"b\":\"x\",\"v\":[1,2]}\n"
                            "{\"a\":2,\"b\":\"y\",\"v\":null}\n\n{\"b\":\"x\",\"v\":[3,4]}\n"
                            "{\"a\":7}\n{\"b\":\"long enough to be more than a window of bytes\"}";

START_TEST(test_jsonl_batches_have_the_rows_of_the_file)
{
    char path[128];
    mlc_dataset *whole = NULL;
    write_file(path, "b.jsonl", lines);
    ck_assert_int_eq(mlc_dataset_read(NULL, path, "target=a", &whole, NULL), MLC_OK);
    for (int64_t bytes = 40; bytes < 250; bytes += 7) {
        mlc_dataset *all = NULL;
        mlc_error err;
        int32_t n = 0;
        const mlc_status status =
            read_batches(NULL, mlci_jsonl_open_batches_of, path, "target=a", bytes, &all, &n, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        ck_assert_int_ge(n, bytes < 100 ? 2 : 1);
        assert_same(whole, all);
        ck_assert_str_eq(mlc_dataset_column_role(all, 0), "target");
        mlc_dataset_free(all);
    }
    mlc_dataset_free(whole);
    unlink(path);
}
END_TEST

static void batches_fail(const char *name, open_fn open, const char *text, const char *settings,
                         const char *message)
{
    char path[128];
    mlc_error err = {0};
    int32_t n = 0;
    write_file(path, name, text);
    ck_assert_int_eq(read_batches(NULL, open, path, settings, 30, NULL, &n, &err),
                     MLC_ERROR_FORMAT);
    ck_assert_msg(strstr(err.message, message) != NULL, "%s", err.message);
    unlink(path);
}

START_TEST(test_batches_that_contradict_the_first_fail)
{
    const open_fn jsonl = mlci_jsonl_open_batches_of, libsvm = mlci_libsvm_open_batches_of;
    batches_fail(
        "c.jsonl", jsonl, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n{\"a\":2.5}\n", NULL,
        ":5:6: column 'a': '2.5' is no int64 as in the first batch, which settles the types "
        "of all: types= says another");
    batches_fail("c.jsonl", jsonl, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n{\"z\":2}\n", NULL,
                 "column 'z' comes after the first batch");
    batches_fail("c.jsonl", jsonl, "{\"v\":[1]}\n{\"v\":[2]}\n{\"v\":[3]}\n{\"v\":[1,2]}\n", NULL,
                 "column 'v' is");
    batches_fail("c.svm", libsvm, "1 1:1 2:2\n1 1:1 2:2\n1 1:1 2:2\n1 1:1 3:2\n", NULL,
                 ":4:1: index 3 is beyond the vector of 2 components (width=)");
    batches_fail("c.svm", libsvm, "1 1:1 2:2\n1 1:1 2:2\n1 1:1 2:2\n1.5 1:1\n", NULL,
                 "a label is no whole number");
    batches_fail("c.svm", libsvm, "1 1:1 2:2\n1 1:1 2:2\n1 1:1 2:2\n1 qid:3 1:1\n", NULL, "qid:");
}
END_TEST

START_TEST(test_libsvm_batches_have_the_rows_of_the_file)
{
    static const char text[] = "1 0:1 7:2\n-1 3:4\n# only this\n2 1:1\n\n3 7:1e-3\n0\n";
    char path[128];
    mlc_dataset *whole = NULL;
    write_file(path, "b.svm", text);
    ck_assert_int_eq(mlc_dataset_read(NULL, path, NULL, &whole, NULL), MLC_OK);
    for (int64_t bytes = 10; bytes < 60; bytes += 3) {
        mlc_dataset *all = NULL;
        mlc_error err;
        int32_t n = 0;
        const mlc_status status =
            read_batches(NULL, mlci_libsvm_open_batches_of, path, NULL, bytes, &all, &n, &err);
        ck_assert_msg(status == MLC_OK, "%s", err.message);
        ck_assert_int_eq(all->n_rows, whole->n_rows);
        for (int64_t i = 0; i < whole->n_rows; i++) {
            double a[8], b[8];
            mlci_column_reals(whole->fields[1].column, i, 1, a, 8);
            mlci_column_reals(all->fields[1].column, i, 1, b, 8);
            ck_assert_mem_eq(a, b, sizeof a);
            ck_assert_double_eq(real_of(whole, "target", i), real_of(all, "target", i));
        }
        mlc_dataset_free(all);
    }
    mlc_dataset_free(whole);
    unlink(path);
}
END_TEST

static mlc_status batches_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    int32_t n = 0;
    write_file(path, "t.jsonl", lines);
    const mlc_status status =
        read_batches(ctx, mlci_jsonl_open_batches_of, path, "target=a", 45, NULL, &n, err);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_batches_when_memory_fails_leak_nothing, batches_and_free, NULL)

MLCI_CHECK_SUITE("format_batches", test_jsonl_batches_have_the_rows_of_the_file,
                 test_batches_that_contradict_the_first_fail,
                 test_libsvm_batches_have_the_rows_of_the_file,
                 test_batches_when_memory_fails_leak_nothing)
