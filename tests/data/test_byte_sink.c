/* Bytes into files: plain and packed, in pieces of any size, by any number of threads. */
#include "byte_sink.h"

#include "file.h"
#include "format_reading.h"
#include "gzip.h"
#include "torture.h"

#define N_BYTES ((int64_t)9 << 20) /* more than are packed at once */

static char *make_text(int64_t n)
{
    char *const text = malloc((size_t)n);
    ck_assert_ptr_nonnull(text);
    for (int64_t i = 0; i < n; i++)
        text[i] = (char)('a' + (i / 7 + i % 11) % 26);
    return text;
}

/* Puts the bytes piece by piece; is_left: without an end. */
static mlc_status put_all(mlc_context *ctx, const char *path, const char *bytes, int64_t n,
                          int64_t piece, int is_left, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_byte_sink *sink = NULL;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_byte_sink_open(call, path, &sink, err);
    for (int64_t at = 0; at < n && status == MLC_OK; at += piece)
        status = mlci_byte_sink_put(sink, bytes + at, n - at < piece ? n - at : piece, err);
    if (status == MLC_OK && !is_left) status = mlci_byte_sink_finish(sink, err);
    mlci_byte_sink_close(sink);
    mlci_call_end(call);
    return status;
}

static char *bytes_of(const char *path, int64_t *n)
{
    char *bytes = NULL;
    ck_assert_int_eq(mlci_file_read(NULL, path, 0, &bytes, n, NULL), MLC_OK);
    return bytes;
}

static void assert_unpacks_to(const char *packed, int64_t n_packed, const char *text, int64_t n)
{
    mlc_context local, *call = NULL;
    char *back = NULL;
    int64_t n_back = 0;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_gunzip(call, "x", packed, n_packed, &back, &n_back, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(n_back, n);
    ck_assert_mem_eq(back, text, (size_t)n);
    mlci_free(back);
}

START_TEST(test_byte_sink_when_plain_writes_the_bytes)
{
    char path[128];
    char *const text = make_text(5000);
    path_of(path, "sink.txt");
    for (int64_t piece = 7; piece < 6000; piece *= 10) {
        int64_t n = 0;
        ck_assert_int_eq(put_all(NULL, path, text, 5000, piece, 0, NULL), MLC_OK);
        char *const bytes = bytes_of(path, &n);
        ck_assert_int_eq(n, 5000);
        ck_assert_mem_eq(bytes, text, 5000);
        mlci_free(bytes);
        unlink(path);
    }
    free(text);
}
END_TEST

START_TEST(test_byte_sink_when_packed_depends_on_the_bytes_alone)
{
    static const int64_t pieces[] = {N_BYTES, 1 << 20, 333333, 100001};
    char path[128];
    char *const text = make_text(N_BYTES), *first = NULL;
    int64_t n_first = 0;
    path_of(path, "sink.txt.gz");
    for (int32_t k = 0; k < 4; k++) {
        const mlc_host host = {.size = sizeof host, .n_threads = k % 3 + 1};
        mlc_context *ctx = NULL;
        int64_t n = 0;
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        ck_assert_int_eq(put_all(ctx, path, text, N_BYTES, pieces[k], 0, NULL), MLC_OK);
        mlc_context_close(ctx);
        char *const bytes = bytes_of(path, &n);
        if (first == NULL) {
            first = bytes;
            n_first = n;
            assert_unpacks_to(first, n_first, text, N_BYTES);
            continue;
        }
        ck_assert_int_eq(n, n_first);
        ck_assert_mem_eq(bytes, first, (size_t)n);
        mlci_free(bytes);
    }
    mlci_free(first);
    free(text);
    unlink(path);
}
END_TEST

START_TEST(test_byte_sink_of_nothing_is_an_empty_text)
{
    char path[128];
    int64_t n = 0;
    ck_assert_int_eq(put_all(NULL, path_of(path, "none.txt"), NULL, 0, 1, 0, NULL), MLC_OK);
    mlci_free(bytes_of(path, &n));
    ck_assert_int_eq(n, 0);
    unlink(path);
    ck_assert_int_eq(put_all(NULL, path_of(path, "none.gz"), NULL, 0, 1, 0, NULL), MLC_OK);
    char *const bytes = bytes_of(path, &n);
    assert_unpacks_to(bytes, n, "", 0);
    mlci_free(bytes);
    unlink(path);
}
END_TEST

START_TEST(test_byte_sink_when_not_finished_leaves_the_file_as_it_was)
{
    char path[128];
    path_of(path, "left.gz");
    ck_assert_int_eq(put_all(NULL, path, "text", 4, 4, 1, NULL), MLC_OK);
    ck_assert_int_ne(access(path, F_OK), 0);
    mlci_byte_sink_close(NULL);
}
END_TEST

START_TEST(test_byte_sink_when_the_path_is_wrong_says_so)
{
    mlc_error err;
    ck_assert_int_eq(put_all(NULL, "/no/such/x.gz", "text", 4, 4, 0, &err), MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "/no/such/x.gz: cannot"));
}
END_TEST

static mlc_status put_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    char path[128];
    path_of(path, arg);
    const mlc_status status = put_all(ctx, path, "some bytes", 10, 4, 0, err);
    unlink(path);
    return status;
}
MLCI_TORTURE_TEST(test_byte_sink_when_memory_fails_leaks_nothing, put_and_free, (void *)"m.txt")
MLCI_TORTURE_TEST(test_byte_sink_packed_when_memory_fails_leaks_nothing, put_and_free,
                  (void *)"m.txt.gz")

MLCI_CHECK_SUITE("byte_sink", test_byte_sink_when_plain_writes_the_bytes,
                 test_byte_sink_when_packed_depends_on_the_bytes_alone,
                 test_byte_sink_of_nothing_is_an_empty_text,
                 test_byte_sink_when_not_finished_leaves_the_file_as_it_was,
                 test_byte_sink_when_the_path_is_wrong_says_so,
                 test_byte_sink_when_memory_fails_leaks_nothing,
                 test_byte_sink_packed_when_memory_fails_leaks_nothing)
