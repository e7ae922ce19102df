/* Bytes from files and memory, as they are, inflated and converted, in pieces of any size; and what
 * happens when the system fails. */
#include "byte_stream.h"

#include <stdio.h>
#include <unistd.h>

#include "csv_reading.h"
#include "fault_system.h"
#include "gzip.h"
#include "torture.h"

static const char *const some = "a,b\n1,caf\xc3\xa9\n2,x\n";

static char *write_file(const char *bytes, int64_t n)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/mlc_byte_stream_%ld", (long)getpid());
    FILE *const file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq((int64_t)fwrite(bytes, 1, (size_t)n, file), n);
    fclose(file);
    return path;
}

static void reads_as(mlc_context *call, mlci_byte_stream *stream, const char *expected)
{
    const int64_t length = (int64_t)strlen(expected);
    for (int64_t piece = 4; piece < 40; piece += 3) {
        char out[200];
        int64_t n = 0, filled = 0;
        do {
            ck_assert_int_eq(mlci_byte_stream_read(stream, call, out + filled, piece, &n, NULL),
                             MLC_OK);
            filled += n;
        } while (n >= piece - 3);
        ck_assert_int_eq(filled, length);
        ck_assert_int_eq(memcmp(out, expected, (size_t)length), 0);
        ck_assert_int_eq(mlci_byte_stream_rewind(stream, call, NULL), MLC_OK);
    }
    mlci_byte_stream_close(stream);
}

START_TEST(test_stream_of_files_and_memory_then_the_same_bytes)
{
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_byte_stream *stream = NULL;
    char *packed = NULL;
    int64_t n_packed = 0;
    const int64_t n = (int64_t)strlen(some);
    ck_assert_int_eq(mlci_gzip(NULL, some, n, &packed, &n_packed, NULL), MLC_OK);
    ck_assert_int_eq(mlci_byte_stream_of(call, "x", some, n, 0, &stream, NULL), MLC_OK);
    int64_t n_memory = 0;
    ck_assert_ptr_eq(mlci_byte_stream_memory(stream, &n_memory), some);
    reads_as(call, stream, some);
    ck_assert_int_eq(mlci_byte_stream_of(call, "x", packed, n_packed, 0, &stream, NULL), MLC_OK);
    ck_assert_ptr_null(mlci_byte_stream_memory(stream, &n_memory));
    reads_as(call, stream, some);
    for (int32_t once = 0; once < 2; once++) {
        ck_assert_int_eq(mlci_byte_stream_open(call, write_file(some, n), 0, once, &stream, NULL),
                         MLC_OK);
        reads_as(call, stream, some);
    }
    char *const path = write_file(packed, n_packed);
    ck_assert_int_eq(mlci_byte_stream_open(call, path, 0, 0, &stream, NULL), MLC_OK);
    reads_as(call, stream, some);
    unlink(path);
    mlci_free(packed);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_stream_of_latin1_then_utf8)
{
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_byte_stream *stream = NULL;
    ck_assert_int_eq(
        mlci_byte_stream_of(call, "x", "caf\xe9", 4, MLCI_ENCODING_LATIN1, &stream, NULL), MLC_OK);
    reads_as(call, stream, "caf\xc3\xa9");
    mlci_call_end(call);
}
END_TEST

START_TEST(test_stream_of_half_a_character_then_its_byte_is_named)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, "a\0\n\0\x00\xdc", 6, "encoding=utf-16", &d, &err),
                     MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.message, "csv: byte 4 is no character of UTF-16");
}
END_TEST

/* Each call to the system fails once: an error, and nothing is left open. */
START_TEST(test_stream_when_the_system_fails_then_said_so)
{
    char *const path = write_file(some, (int64_t)strlen(some));
    for (int64_t k = 1;; k++) {
        mlci_fault_system f = mlci_fault_system_init();
        f.error = EIO;
        f.only = k % 2 == 0 ? "read" : "open_read";
        f.fail_at = (k + 1) / 2;
        mlc_context *ctx = NULL;
        const mlc_host host = {.size = sizeof host, .n_threads = 1}; /* cores are not asked for */
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
        mlc_dataset *d = NULL;
        mlc_error err;
        const mlc_status status = mlc_dataset_read_csv(ctx, path, NULL, &d, &err);
        ck_assert_int_eq(status, f.n_failed > 0 ? MLC_ERROR_IO : MLC_OK);
        if (status != MLC_OK) ck_assert_ptr_nonnull(strstr(err.message, path));
        ck_assert_int_eq(f.n_open, 0);
        mlc_dataset_free(d);
        mlc_context_close(ctx);
        if (f.n_failed == 0 && k > 6) break;
    }
    unlink(path);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const mlc_status status = mlc_dataset_read_csv(ctx, arg, "encoding=latin-1", &d, err);
    mlc_dataset_free(d);
    return status;
}

START_TEST(test_stream_when_memory_fails_leaks_nothing)
{
    char *packed = NULL;
    int64_t n_packed = 0;
    ck_assert_int_eq(mlci_gzip(NULL, some, (int64_t)strlen(some), &packed, &n_packed, NULL),
                     MLC_OK);
    char *const path = write_file(packed, n_packed);
    mlci_torture(read_and_free, path);
    unlink(path);
    mlci_free(packed);
}
END_TEST

MLCI_CHECK_SUITE("byte_stream", test_stream_of_files_and_memory_then_the_same_bytes,
                 test_stream_of_latin1_then_utf8,
                 test_stream_of_half_a_character_then_its_byte_is_named,
                 test_stream_when_the_system_fails_then_said_so,
                 test_stream_when_memory_fails_leaks_nothing)
