/* Bytes to import, against the file that they come from. */
#include "import_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"
#include "context_impl.h"
#include "error.h"
#include "torture.h"

#define N_BYTES 5000

static char path[64];

static char byte_at(int64_t i)
{
    return (char)(i * 7 + i / 251);
}

static void write_bytes(void)
{
    FILE *const f = fopen(path, "wb");
    for (int64_t i = 0; f != NULL && i < N_BYTES; i++)
        fputc(byte_at(i), f);
    ck_assert_int_eq(fclose(f), 0);
}

static void make_file(void)
{
    strcpy(path, "/tmp/mlc-source-XXXXXX");
    close(mkstemp(path));
    write_bytes();
}

/* What is held is the file from byte `first` on. */
static void assert_held(const mlci_import_source *s, int64_t first)
{
    ck_assert_int_le(first + s->n, N_BYTES);
    for (int64_t i = 0; i < s->n; i++)
        ck_assert_int_eq(s->bytes[i], byte_at(first + i));
}

static void assert_goes_by(int64_t part_bytes, int64_t kept)
{
    mlci_import_source s;
    ck_assert_int_eq(mlci_import_source_open(NULL, path, 0, part_bytes, &s, NULL), MLC_OK);
    int64_t first = 0;
    while (!s.at_end) {
        const int64_t done = s.n > kept ? s.n - kept : 0, before = s.n - done;
        assert_held(&s, first);
        ck_assert_int_eq(mlci_import_source_more(&s, done, NULL), MLC_OK);
        first += done;
        ck_assert(s.at_end || s.n > before);
    }
    assert_held(&s, first);
    ck_assert_int_eq(first + s.n, N_BYTES);
    mlci_import_source_close(&s);
}

START_TEST(test_parts_of_any_size_are_the_file)
{
    static const int64_t sizes[] = {1, 7, 64, 1000, N_BYTES - 1, N_BYTES, N_BYTES + 1, 1 << 20};
    make_file();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int64_t kept = 0; kept < 2000; kept += 333)
            assert_goes_by(sizes[i], kept);
    unlink(path);
}
END_TEST

START_TEST(test_all_is_the_whole_file)
{
    make_file();
    for (int64_t part_bytes = 1; part_bytes < 20000; part_bytes *= 3) {
        mlci_import_source s;
        ck_assert_int_eq(mlci_import_source_open(NULL, path, 0, part_bytes, &s, NULL), MLC_OK);
        ck_assert_int_eq(mlci_import_source_all(&s, NULL), MLC_OK);
        ck_assert_int_eq(s.n, N_BYTES);
        assert_held(&s, 0);
        mlci_import_source_close(&s);
    }
    unlink(path);
}
END_TEST

/* A pipe does not tell its size. */
START_TEST(test_pipe_goes_by_like_a_file)
{
    strcpy(path, "/tmp/mlc-source-XXXXXX");
    close(mkstemp(path));
    unlink(path);
    for (int all = 0; all < 2; all++) {
        ck_assert_int_eq(mkfifo(path, 0600), 0);
        const pid_t child = fork();
        if (child == 0) {
            write_bytes();
            _exit(0);
        }
        if (all) {
            mlci_import_source s;
            ck_assert_int_eq(mlci_import_source_open(NULL, path, 0, 100, &s, NULL), MLC_OK);
            ck_assert_int_eq(mlci_import_source_all(&s, NULL), MLC_OK);
            ck_assert_int_eq(s.n, N_BYTES);
            assert_held(&s, 0);
            mlci_import_source_close(&s);
        } else {
            assert_goes_by(300, 40);
        }
        waitpid(child, NULL, 0);
        unlink(path);
    }
}
END_TEST

START_TEST(test_file_is_above_the_limit_then_refused)
{
    mlci_import_source s;
    mlc_error err;
    make_file();
    ck_assert_int_eq(mlci_import_source_open(NULL, path, N_BYTES - 1, 100, &s, &err),
                     MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "larger than the limit of 4999 bytes"));
    ck_assert_int_eq(mlci_import_source_open(NULL, "/proc/self/status", 50, 20, &s, &err), MLC_OK);
    ck_assert_int_eq(s.is_broken, 0);
    ck_assert_int_eq(mlci_import_source_all(&s, &err), MLC_ERROR_LIMIT);
    ck_assert_int_eq(s.is_broken, 1);
    mlci_import_source_close(&s);
    unlink(path);
}
END_TEST

START_TEST(test_file_is_not_there_then_its_path_and_the_cause)
{
    mlci_import_source s;
    mlc_error err;
    ck_assert_int_eq(mlci_import_source_open(NULL, "/nowhere/model", 0, 100, &s, &err),
                     MLC_ERROR_IO);
    ck_assert_str_eq(err.message, "/nowhere/model: cannot open: no such file or directory");
}
END_TEST

START_TEST(test_memory_is_held_whole)
{
    mlci_import_source s = mlci_import_source_of("some bytes", 10);
    ck_assert_int_eq(s.at_end, 1);
    ck_assert_int_eq(mlci_import_source_more(&s, 5, NULL), MLC_OK);
    ck_assert_int_eq(s.n, 5);
    ck_assert_int_eq(memcmp(s.bytes, "bytes", 5), 0);
    ck_assert_int_eq(mlci_import_source_all(&s, NULL), MLC_OK);
    ck_assert_int_eq(s.n, 5);
}
END_TEST

static mlc_status read_parts(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_import_source s;
    MLCI_TRY(mlci_import_source_open(mlci_context_root(ctx), path, 0, 900, &s, err));
    mlc_status status = mlci_import_source_more(&s, 10, err);
    if (status == MLC_OK) status = mlci_import_source_all(&s, err);
    mlci_import_source_close(&s);
    return status;
}

START_TEST(test_source_when_memory_fails_leaks_nothing)
{
    make_file();
    mlci_torture(read_parts, NULL);
    unlink(path);
}
END_TEST

MLCI_CHECK_SUITE("import_source", test_parts_of_any_size_are_the_file, test_all_is_the_whole_file,
                 test_pipe_goes_by_like_a_file, test_file_is_above_the_limit_then_refused,
                 test_file_is_not_there_then_its_path_and_the_cause, test_memory_is_held_whole,
                 test_source_when_memory_fails_leaks_nothing)
