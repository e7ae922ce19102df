/* Windows of lines over files and memory, packed and plain: every byte once, whole lines, their
 * numbers; and what is read through them is the same for windows of any size, messages included. */
#include "line_windows.h"

#include "check_suite.h"
#include "format_reading.h"
#include "gzip.h"
#include "torture.h"

static const char *write_bytes(char path[128], const char *name, const char *bytes, int64_t n)
{
    FILE *const file = fopen(path_of(path, name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq((int64_t)fwrite(bytes, 1, (size_t)n, file), n);
    fclose(file);
    return path;
}

/* The text in a file, packed when the name ends so. */
static const char *write_text(char path[128], const char *name, const char *text)
{
    char *packed = NULL;
    int64_t n = (int64_t)strlen(text);
    if (strstr(name, ".gz") == NULL) return write_bytes(path, name, text, n);
    ck_assert_int_eq(mlci_gzip(NULL, text, n, &packed, &n, NULL), MLC_OK);
    write_bytes(path, name, packed, n);
    mlci_free(packed);
    return path;
}

/* ---- the windows themselves ----------------------------------------------------------------- */

static void assert_windows(mlc_context *call, mlci_line_windows *w, const char *text,
                           int64_t window_bytes)
{
    const char *bytes = NULL;
    int64_t n = 0, line = 0, at = 0, expected_line = 1, k = 0;
    for (;; k++) {
        const mlc_status status = mlci_line_windows_next(w, call, &bytes, &n, &line, NULL);
        if (status == MLC_END) break;
        ck_assert_int_eq(status, MLC_OK);
        ck_assert_int_gt(n, 0);
        ck_assert_int_eq(line, expected_line);
        ck_assert_int_eq(strncmp(bytes, text + at, (size_t)n), 0);
        for (int64_t i = 0; i < n; i++)
            expected_line += bytes[i] == '\n';
        at += n;
        ck_assert(bytes[n - 1] == '\n' || text[at] == '\0');
        ck_assert_int_eq(mlci_line_windows_report(w, call, NULL), MLC_OK);
    }
    ck_assert_int_eq(at, (int64_t)strlen(text));
    ck_assert(k > 1 || window_bytes > 10);
    for (int64_t again = k - 1; again >= 0; again--) {
        ck_assert_int_eq(mlci_line_windows_again(w, call, again, &bytes, &n, &line, NULL), MLC_OK);
        at -= n; /* from the last one to the first they are the whole text again */
        ck_assert_int_eq(strncmp(bytes, text + at, (size_t)n), 0);
    }
    ck_assert_int_eq(at, 0);
    ck_assert_int_eq(line, 1);
    mlc_error err;
    ck_assert_int_eq(mlci_line_windows_again(w, call, k, &bytes, &n, &line, &err), MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "changed while it was read"));
}

START_TEST(test_windows_are_whole_lines_of_files_and_memory)
{
    static const char text[] = "a\nbb\n\nccc and a line that is longer than most windows are\n"
                               "d\n\n\nthe last one has no end";
    static const char *const names[] = {"w.txt", "w.txt.gz"};
    char path[128], marked[200] = "\xef\xbb\xbf";
    mlc_context local, *call = NULL;
    mlci_line_windows w;
    strcat(marked, text);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int64_t bytes = 1; bytes < 200; bytes++) {
        for (int k = 0; k < 4; k++) {
            write_text(path, names[k % 2], k < 2 ? text : marked);
            ck_assert_int_eq(mlci_line_windows_open(call, path, bytes, 0, &w, NULL), MLC_OK);
            assert_windows(call, &w, text, bytes);
            mlci_line_windows_close(&w);
            unlink(path);
        }
        w = mlci_line_windows_within(NULL, "text", text, (int64_t)strlen(text), 1, bytes);
        assert_windows(call, &w, text, bytes);
    }
    mlci_call_end(call);
}
END_TEST

START_TEST(test_windows_of_what_is_no_text_fail)
{
    char path[128];
    mlc_context local, *call = NULL;
    mlci_line_windows w;
    mlc_error err;
    const char *bytes;
    int64_t n, line;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_line_windows_open(call, "none.txt", 9, 0, &w, &err), MLC_ERROR_IO);
    write_bytes(path, "u.txt", "\xff\xfe\x41\x00", 4);
    ck_assert_int_eq(mlci_line_windows_open(call, path, 9, 0, &w, NULL), MLC_OK);
    ck_assert_int_eq(mlci_line_windows_next(&w, call, &bytes, &n, &line, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "UTF-16"));
    mlci_line_windows_close(&w);
    unlink(path);
    mlci_call_end(call);
}
END_TEST

/* ---- what is read through them --------------------------------------------------------------- */

typedef struct reading {
    const char *text, *name, *settings; /* name ends in .jsonl, .svm, also .gz */
    int64_t window_bytes;
} reading;

static mlc_status read_through(mlc_context *call, const reading *c, mlci_line_windows *windows,
                               mlc_dataset **out, mlc_error *err)
{
    mlc_status status;
    if (strstr(c->name, ".svm") != NULL) {
        mlci_libsvm_settings s;
        status = mlci_libsvm_settings_read(call->root, c->settings, &s, err);
        if (status != MLC_OK) return status;
        status = mlci_libsvm_read(call, windows, NULL, &s, 23, out, err);
        mlci_libsvm_settings_clear(&s);
        return status;
    }
    mlci_jsonl_settings s;
    status = mlci_jsonl_settings_read(call->root, c->settings, &s, err);
    if (status != MLC_OK) return status;
    status = mlci_jsonl_read(call, windows, &s, 23, out, err);
    mlci_jsonl_settings_clear(&s);
    return status;
}

static mlc_status read_file(mlc_context *ctx, const reading *c, mlc_dataset **out, mlc_error *err)
{
    char path[128];
    mlc_context local, *call = NULL;
    mlci_line_windows windows;
    write_text(path, c->name, c->text);
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_line_windows_open(call, path, c->window_bytes, 0, &windows, err);
    if (status == MLC_OK) {
        status = read_through(call, c, &windows, out, err);
        mlci_line_windows_close(&windows);
    }
    mlci_call_end(call);
    unlink(path);
    return status;
}

static const reading good[] = {
    {"\xef\xbb\xbf{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5}\n\n{\"b\":\"y\",\"v\":[1,2]}\n{\"a\":null}",
     "r.jsonl", "target=b", 0},
    {"{\"a\":1}\n[1]\n{\"a\":2}\n\nnonsense\n{\"a\":\n{\"a\":3,\"b\":{\"c\":true}}\n", "r.jsonl",
     "on_error=collect", 0},
    {"1 qid:1 1:1 3:2\n# none\n-1 qid:2 2:0.5\n\n2 qid:2\n", "r.svm", NULL, 0}};

static const reading bad[] = {
    {"{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n\n{\"b\":\"y\",\"a\":\"text\"}\n{\"a\":3}\n", "r.jsonl",
     NULL, 0},
    {"{\"v\":[1,2]}\n{\"v\":[1]}\n{\"v\":[1,2]}\n", "r.jsonl", NULL, 0},
    {"{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n\n\n{\"a\" 4}\n", "r.jsonl", NULL, 0},
    {"{\"a\":1}\n{\"a\":2}\n{\"a\":2.5}\n", "r.jsonl", "types=a:int64", 0},
    {"{\"a\":1}\n{\"a\":2}\n{\"a\":2.5}\n", "r.jsonl", "columns=z:z", 0},
    {"1 1:1\n2 2:2\n\n3 9:1\n", "r.svm", "width=4", 0},
    {"1 1:1\n2 2:2\n\n3 0:1\n", "r.svm", "index_base=1", 0},
    {"1 1:1\n2 2:2\n\n# no\n3 qid:1 4:1\n", "r.svm", NULL, 0},
    {"1 qid:3 1:1\n2 qid:4 2:2\n\n3 4:1\n", "r.svm", NULL, 0},
    {"1 1:1\n2 2:2\n\n3 4:1 3:1\n", "r.svm", NULL, 0}};

static reading packed(reading c, int64_t window_bytes)
{
    c.name = strstr(c.name, ".svm") != NULL ? "r.svm.gz" : "r.jsonl.gz";
    c.window_bytes = window_bytes;
    return c;
}

static void assert_rows(const reading *one)
{
    mlc_dataset *whole = NULL;
    reading c = *one;
    c.window_bytes = 1 << 20;
    ck_assert_int_eq(read_file(NULL, &c, &whole, NULL), MLC_OK);
    for (int64_t k = 0; k < 100; k++) {
        mlc_dataset *d = NULL;
        mlc_error err = {0};
        c = packed(*one, 1 + k);
        if (k % 2 == 1) c.name = one->name;
        ck_assert_msg(read_file(NULL, &c, &d, &err) == MLC_OK, "%s", err.message);
        assert_same(whole, d);
        ck_assert((whole->problems == NULL) == (d->problems == NULL));
        if (d->problems != NULL) assert_same(whole->problems, d->problems);
        mlc_dataset_free(d);
    }
    mlc_dataset_free(whole);
}

START_TEST(test_rows_do_not_depend_on_windows)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_rows(&good[i]);
}
END_TEST

START_TEST(test_messages_do_not_depend_on_windows)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mlc_error expected = {0};
        mlc_dataset *none = NULL;
        reading c = packed(bad[i], 1 << 20);
        ck_assert_int_lt(read_file(NULL, &c, &none, &expected), 0);
        for (int64_t bytes = 1; bytes < 100; bytes++) {
            mlc_error err = {0};
            c = packed(bad[i], bytes);
            ck_assert_int_eq(read_file(NULL, &c, &none, &err), expected.status);
            ck_assert_str_eq(err.message, expected.message);
            ck_assert_int_eq(err.line, expected.line);
            ck_assert_int_eq(err.column, expected.column);
            ck_assert_ptr_null(none);
        }
    }
}
END_TEST

/* Of 60 MB that inflate one column of numbers is wanted. */
START_TEST(test_memory_is_that_of_two_windows_and_the_values)
{
    char path[128], pad[1001];
    mlci_text text = mlci_text_init(NULL);
    memset(pad, '.', 1000);
    pad[1000] = '\0';
    for (int i = 0; i < 60000; i++)
        mlci_text_append_format(&text, "{\"a\":%d,\"pad\":\"%s\"}\n", i % 7, pad);
    mlci_text_append_char(&text, '\0');
    ck_assert_int_eq(mlci_text_status(&text, NULL), MLC_OK);
    write_text(path, "m.jsonl.gz", text.data);
    ck_assert_int_gt(text.length, 60000000);
    mlci_text_clear(&text);
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = 25 << 20};
    mlc_context *ctx = NULL;
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    ck_assert_msg(mlc_dataset_read(ctx, path, "columns=a:a", &d, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(d), 60000);
    mlc_dataset_free(d);
    mlc_context_close(ctx);
    unlink(path);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const reading c = packed(*(const reading *)arg, 40);
    const mlc_status status = read_file(ctx, &c, &d, err);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_windows_of_jsonl_when_memory_fails_leak_nothing, read_and_free,
                  (void *)&good[1])
MLCI_TORTURE_TEST(test_windows_of_libsvm_when_memory_fails_leak_nothing, read_and_free,
                  (void *)&good[2])

MLCI_CHECK_SUITE("line_windows", test_windows_are_whole_lines_of_files_and_memory,
                 test_windows_of_what_is_no_text_fail, test_rows_do_not_depend_on_windows,
                 test_messages_do_not_depend_on_windows,
                 test_memory_is_that_of_two_windows_and_the_values,
                 test_windows_of_jsonl_when_memory_fails_leak_nothing,
                 test_windows_of_libsvm_when_memory_fails_leak_nothing)
