#include "file.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"
#include "context_impl.h"
#include "fault_system.h"
#include "text.h"
#include "torture.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/mlcore-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Names in the folder apart from . and .., and how many of them are temporary files. */
static int count_names(int *n_temporary)
{
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    int n = 0;
    *n_temporary = 0;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        n++;
        *n_temporary += strstr(entry->d_name, ".mlc-") != NULL;
    }
    closedir(d);
    return n;
}

static void remove_folder(void)
{
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            unlink(in_folder(entry->d_name));
        }
    }
    closedir(d);
    ck_assert_int_eq(rmdir(folder), 0);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static void check_content(const char *path, const char *text)
{
    char got[256];
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    const size_t n = fread(got, 1, sizeof got - 1, f);
    fclose(f);
    got[n] = '\0';
    ck_assert_str_eq(got, text);
}

/* ---- reading ------------------------------------------------------------------------------ */

START_TEST(test_read_when_regular_gives_all_and_a_nul)
{
    make_folder();
    put(in_folder("a"), "some text");
    char *bytes = NULL;
    int64_t n = -1;
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("a"), 0, &bytes, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 9);
    ck_assert_str_eq(bytes, "some text");
    mlci_free(bytes);
    put(in_folder("a"), "");
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("a"), 0, &bytes, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 0);
    ck_assert_str_eq(bytes, "");
    mlci_free(bytes);
    remove_folder();
}
END_TEST

START_TEST(test_read_when_a_pipe_reads_to_its_end)
{
    make_folder();
    ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
    enum { size = 300000 };
    const pid_t child = fork();
    if (child == 0) {
        FILE *f = fopen(in_folder("pipe"), "wb");
        for (int i = 0; f != NULL && i < size; i++)
            fputc('a' + i % 26, f);
        fclose(f);
        _exit(0);
    }
    char *bytes = NULL;
    int64_t n = -1;
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("pipe"), 0, &bytes, &n, NULL), MLC_OK);
    waitpid(child, NULL, 0);
    ck_assert_int_eq(n, size);
    for (int i = 0; i < size; i++)
        ck_assert_int_eq(bytes[i], 'a' + i % 26);
    mlci_free(bytes);
    remove_folder();
}
END_TEST

START_TEST(test_read_when_the_size_is_not_told_reads_to_the_end)
{
    char *bytes = NULL;
    int64_t n = -1;
    ck_assert_int_eq(mlci_file_read(NULL, "/proc/self/status", 0, &bytes, &n, NULL), MLC_OK);
    ck_assert_int_gt(n, 100);
    ck_assert_int_eq(strncmp(bytes, "Name:", 5), 0);
    mlci_free(bytes);
}
END_TEST

START_TEST(test_read_when_larger_than_the_limit_refuses)
{
    make_folder();
    put(in_folder("a"), "0123456789");
    char *bytes = NULL;
    int64_t n = -1;
    mlc_error err;
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("a"), 9, &bytes, &n, &err), MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "/a: larger than the limit of 9 bytes"));
    ck_assert_int_eq(mlci_file_read(NULL, "/proc/self/status", 9, &bytes, &n, &err),
                     MLC_ERROR_LIMIT);
    ck_assert_ptr_null(bytes);
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("a"), 10, &bytes, &n, &err), MLC_OK);
    ck_assert_int_eq(n, 10);
    mlci_free(bytes);
    remove_folder();
}
END_TEST

START_TEST(test_read_when_it_cannot_says_path_and_cause)
{
    make_folder();
    char *bytes = NULL, wanted[256];
    int64_t n = -1;
    mlc_error err;
    ck_assert_int_eq(mlci_file_read(NULL, in_folder("none"), 0, &bytes, &n, &err), MLC_ERROR_IO);
    snprintf(wanted, sizeof wanted, "%s/none: cannot open: no such file or directory", folder);
    ck_assert_str_eq(err.message, wanted);
    ck_assert_int_eq(mlci_file_read(NULL, folder, 0, &bytes, &n, &err), MLC_ERROR_IO);
    snprintf(wanted, sizeof wanted, "%s: cannot read: is a directory", folder);
    ck_assert_str_eq(err.message, wanted);
    ck_assert_int_eq(mlci_file_read(NULL, "", 0, &bytes, &n, &err), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlci_file_read(NULL, NULL, 0, &bytes, &n, &err), MLC_ERROR_ARGUMENT);
    ck_assert_ptr_null(bytes);
    remove_folder();
}
END_TEST

static mlc_context *open_with(mlci_test_allocator *a, mlci_fault_system *f)
{
    const mlc_host host = mlci_test_host(a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(f));
    return ctx;
}

START_TEST(test_read_when_each_call_fails_leaks_nothing)
{
    make_folder();
    put(in_folder("a"), "0123456789");
    for (int64_t k = 1; k <= 20; k++) {
        mlci_test_allocator a = {0};
        mlci_fault_system f = mlci_fault_system_init();
        f.fail_at = k;
        f.short_bytes = 3;
        mlc_context *ctx = open_with(&a, &f);
        char *bytes = NULL;
        int64_t n = -1;
        const mlc_status status =
            mlci_file_read(mlci_context_root(ctx), in_folder("a"), 0, &bytes, &n, NULL);
        const int harmless =
            f.n_failed == 0 || strcmp(f.failed, "file_size") == 0 || strcmp(f.failed, "close") == 0;
        ck_assert_int_eq(status, harmless ? MLC_OK : MLC_ERROR_IO);
        if (status == MLC_OK) ck_assert_str_eq(bytes, "0123456789");
        mlci_free(bytes);
        mlc_context_close(ctx);
        ck_assert_int_eq(f.n_open, 0);
        ck_assert_int_eq(a.live_bytes, 0);
    }
    remove_folder();
}
END_TEST

static mlc_status read_status(mlc_context *ctx, void *arg, mlc_error *err)
{
    char *bytes = NULL;
    int64_t n;
    const mlc_status status = mlci_file_read(mlci_context_root(ctx), arg, 0, &bytes, &n, err);
    mlci_free(bytes);
    return status;
}

START_TEST(test_read_when_memory_fails_leaks_nothing)
{
    make_folder();
    FILE *f = fopen(in_folder("a"), "wb");
    for (int i = 0; i < 200000; i++)
        fputc('a', f);
    fclose(f);
    char path[256];
    snprintf(path, sizeof path, "%s", in_folder("a"));
    mlci_torture(read_status, path);
    mlci_torture(read_status, (char *)(uintptr_t) "/proc/self/maps");
    remove_folder();
}
END_TEST

/* ---- writing ------------------------------------------------------------------------------ */

START_TEST(test_write_when_new_makes_the_file)
{
    make_folder();
    mlc_error err;
    int n_temporary;
    for (int32_t sync = 0; sync < 2; sync++) {
        ck_assert_int_eq(mlci_file_write(NULL, in_folder("a"), "hello", 5, sync, &err), MLC_OK);
        check_content(in_folder("a"), "hello");
        ck_assert_int_eq(count_names(&n_temporary), 1);
        unlink(in_folder("a"));
    }
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("a"), NULL, 0, 1, &err), MLC_OK);
    check_content(in_folder("a"), "");
    remove_folder();
}
END_TEST

START_TEST(test_write_when_in_pieces_joins_them_or_leaves_nothing)
{
    static const char *const texts[] = {"one ", "two ", "three"};
    make_folder();
    int n_temporary;
    for (int n_pieces = 0; n_pieces < 5; n_pieces++) { /* 4: finished */
        mlci_new_file file;
        ck_assert_int_eq(mlci_new_file_open(NULL, in_folder("a"), &file, NULL), MLC_OK);
        for (int k = 0; k < n_pieces && k < 3; k++) {
            const int64_t n = (int64_t)strlen(texts[k]);
            ck_assert_int_eq(mlci_new_file_append(&file, texts[k], n, NULL), MLC_OK);
        }
        ck_assert_int_eq(count_names(&n_temporary), 1);
        ck_assert_int_eq(n_temporary, 1);
        if (n_pieces == 4) ck_assert_int_eq(mlci_new_file_finish(&file, 1, NULL), MLC_OK);
        mlci_new_file_close(&file);
        ck_assert_int_eq(count_names(&n_temporary), n_pieces < 4 ? 0 : 1);
        ck_assert_int_eq(n_temporary, 0);
    }
    check_content(in_folder("a"), "one two three");
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_path_is_relative_works)
{
    make_folder();
    char old[512];
    ck_assert_ptr_nonnull(getcwd(old, sizeof old));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mlci_file_write(NULL, "a", "hello", 5, 1, NULL), MLC_OK);
    ck_assert_int_eq(chdir(old), 0);
    check_content(in_folder("a"), "hello");
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_target_is_there_keeps_its_mode)
{
    make_folder();
    put(in_folder("a"), "old");
    const mode_t mask = umask(077);
    static const mode_t modes[] = {0640, 0666, 0400 | 0200, 0755};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(chmod(in_folder("a"), modes[i]), 0);
        ck_assert_int_eq(mlci_file_write(NULL, in_folder("a"), "new", 3, 0, NULL), MLC_OK);
        struct stat about;
        ck_assert_int_eq(stat(in_folder("a"), &about), 0);
        ck_assert_int_eq(about.st_mode & 07777, modes[i]);
    }
    check_content(in_folder("a"), "new");
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("b"), "new", 3, 0, NULL), MLC_OK);
    struct stat about;
    ck_assert_int_eq(stat(in_folder("b"), &about), 0);
    ck_assert_int_eq(about.st_mode & 07777, 0600); /* a new file: what the umask leaves */
    umask(mask);
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_target_is_a_link_replaces_what_it_names)
{
    make_folder();
    put(in_folder("real"), "old");
    ck_assert_int_eq(symlink("real", in_folder("link")), 0);
    ck_assert_int_eq(symlink("later", in_folder("dangling")), 0);
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("link"), "new", 3, 1, NULL), MLC_OK);
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("dangling"), "made", 4, 1, NULL), MLC_OK);
    check_content(in_folder("real"), "new");
    check_content(in_folder("later"), "made");
    struct stat about;
    ck_assert_int_eq(lstat(in_folder("link"), &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    ck_assert_int_eq(lstat(in_folder("dangling"), &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    remove_folder();
}
END_TEST

static int64_t create_checked(void *user, const char *path, uint32_t mode)
{
    ck_assert(mlci_utf8_valid(path, (int64_t)strlen(path), NULL));
    ck_assert_ptr_nonnull(strstr(path, ".mlc-"));
    return mlci_fault_create_exclusive(user, path, mode);
}

START_TEST(test_write_when_the_name_is_as_long_as_can_be_works)
{
    make_folder();
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    f.table.create_exclusive = create_checked;
    mlc_context *ctx = open_with(&a, &f);
    char name[256];
    /* 85 characters of three bytes: cutting for the temporary name falls inside one. */
    for (int i = 0; i < 85; i++)
        memcpy(name + 3 * i, "\xE2\x82\xAC", 3);
    name[255] = '\0';
    ck_assert_int_eq(mlci_file_write(mlci_context_root(ctx), in_folder(name), "x", 1, 1, NULL),
                     MLC_OK);
    check_content(in_folder(name), "x");
    mlc_context_close(ctx);
    remove_folder();
}
END_TEST

START_TEST(test_write_when_it_cannot_says_path_and_cause)
{
    make_folder();
    char wanted[512];
    mlc_error err;
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("no/a"), "x", 1, 1, &err), MLC_ERROR_IO);
    snprintf(wanted, sizeof wanted,
             "%s/no/a: cannot make a file beside it: no such file or directory", folder);
    ck_assert_str_eq(err.message, wanted);
    ck_assert_int_eq(mlci_file_write(NULL, folder, "x", 1, 1, &err), MLC_ERROR_IO);
    snprintf(wanted, sizeof wanted, "%s: cannot open for writing: is a directory", folder);
    ck_assert_str_eq(err.message, wanted);
    ck_assert_int_eq(mlci_file_write(NULL, "", "x", 1, 1, &err), MLC_ERROR_ARGUMENT);
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_target_is_a_pipe_writes_into_it)
{
    make_folder();
    ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
    const int fd = open(in_folder("pipe"), O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(mlci_file_write(NULL, in_folder("pipe"), "hello", 5, 1, NULL), MLC_OK);
    char got[8] = "";
    ck_assert_int_eq(read(fd, got, sizeof got), 5);
    ck_assert_str_eq(got, "hello");
    close(fd);
    struct stat about;
    ck_assert_int_eq(stat(in_folder("pipe"), &about), 0);
    ck_assert(S_ISFIFO(about.st_mode));
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_target_is_a_descriptor_writes_through_it)
{
    make_folder();
    put(in_folder("a"), "before ");
    const int fd = open(in_folder("a"), O_RDWR | O_APPEND);
    ck_assert_int_ge(fd, 0);
    char path[64];
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    ck_assert_int_eq(mlci_file_write(NULL, path, "after", 5, 1, NULL), MLC_OK);
    char got[32] = "";
    ck_assert_int_eq(pread(fd, got, sizeof got, 0), 12);
    ck_assert_str_eq(got, "before after");
    close(fd);
    remove_folder();
}
END_TEST

START_TEST(test_write_when_nobody_reads_the_pipe_fails_without_a_signal)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
    /* A reader while it is opened, none when it is written. */
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    mlc_context *ctx = open_with(&a, &f);
    static char bytes[1 << 20];
    const pid_t child = fork(); /* reads a little, then goes */
    if (child == 0) {
        close(ends[1]);
        _exit(read(ends[0], bytes, 100) <= 0);
    }
    close(ends[0]);
    mlc_error err;
    ck_assert_int_eq(mlci_file_write(mlci_context_root(ctx), path, bytes, sizeof bytes, 1, &err),
                     MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "cannot write: nobody reads the pipe"));
    sigset_t pending, mask;
    sigemptyset(&pending);
    sigpending(&pending);
    ck_assert(!sigismember(&pending, SIGPIPE));
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    ck_assert(!sigismember(&mask, SIGPIPE));
    waitpid(child, NULL, 0);
    close(ends[1]);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_write_when_short_writes_all)
{
    make_folder();
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    f.short_bytes = 7;
    mlc_context *ctx = open_with(&a, &f);
    const char *text = "a text that is longer than seven bytes";
    ck_assert_int_eq(mlci_file_write(mlci_context_root(ctx), in_folder("a"), text,
                                     (int64_t)strlen(text), 1, NULL),
                     MLC_OK);
    check_content(in_folder("a"), text);
    mlc_context_close(ctx);
    remove_folder();
}
END_TEST

/* Fails call k of a save over an old file and looks at what is left. */
static int64_t save_with_fault(int64_t k, int32_t error)
{
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    f.fail_at = k;
    f.error = error;
    f.short_bytes = 4;
    put(in_folder("a"), "the old file");
    mlc_context *ctx = open_with(&a, &f);
    mlc_error err;
    const mlc_status status =
        mlci_file_write(mlci_context_root(ctx), in_folder("a"), "the new one", 11, 1, &err);
    const int64_t n_failed = f.n_failed;
    /* Once renamed it is the new file; a failure to make that durable is still told. Nothing was
     * written through the directory, so its close does not count. */
    const int renamed = f.n_renamed > 0;
    const int harmless = n_failed == 0 || (f.failed_late && strcmp(f.failed, "close") == 0);
    ck_assert_int_eq(status, harmless ? MLC_OK : MLC_ERROR_IO);
    if (status != MLC_OK) ck_assert_ptr_nonnull(strstr(err.message, folder));
    check_content(in_folder("a"), renamed ? "the new one" : "the old file");
    int n_temporary;
    count_names(&n_temporary);
    ck_assert_int_eq(n_temporary, 0);
    mlc_context_close(ctx);
    ck_assert_int_eq(f.n_open, 0);
    ck_assert_int_eq(a.live_bytes, 0);
    return n_failed;
}

START_TEST(test_write_when_each_call_fails_leaves_old_or_new_and_nothing_else)
{
    make_folder();
    static const int32_t errors[] = {EIO, ENOSPC, EDQUOT};
    for (int e = 0; e < 3; e++) {
        int64_t k = 1;
        while (save_with_fault(k, errors[e]) > 0)
            k++;
        ck_assert_int_gt(k, 9); /* mode, links, create, mode, 3 writes, sync, close, rename ... */
    }
    remove_folder();
}
END_TEST

START_TEST(test_write_when_the_directory_has_no_sync_is_done)
{
    make_folder();
    /* The second sync is that of the directory, where some file systems answer EINVAL. */
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    f.only = "sync";
    f.fail_at = 2;
    f.error = EINVAL;
    mlc_context *ctx = open_with(&a, &f);
    ck_assert_int_eq(mlci_file_write(mlci_context_root(ctx), in_folder("a"), "x", 1, 1, NULL),
                     MLC_OK);
    ck_assert_int_eq(f.n_failed, 1);
    mlc_context_close(ctx);
    remove_folder();
}
END_TEST

START_TEST(test_write_when_names_are_taken_tries_others)
{
    make_folder();
    mlci_test_allocator a = {0};
    mlci_fault_system f = mlci_fault_system_init();
    f.only = "create_exclusive";
    f.fail_at = 1;
    f.error = EEXIST;
    mlc_context *ctx = open_with(&a, &f);
    mlci_root *root = mlci_context_root(ctx);
    ck_assert_int_eq(mlci_file_write(root, in_folder("a"), "x", 1, 1, NULL), MLC_OK);
    check_content(in_folder("a"), "x");
    f.n_calls = 0;
    f.from_then_on = 1;
    mlc_error err;
    ck_assert_int_eq(mlci_file_write(root, in_folder("a"), "y", 1, 1, &err), MLC_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "exists already"));
    check_content(in_folder("a"), "x");
    mlc_context_close(ctx);
    remove_folder();
}
END_TEST

/* Kills a child before or after call k of a save; 0 when the child came to its end. */
static int save_and_die(int64_t k, int after)
{
    put(in_folder("a"), "the old file");
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        mlci_test_allocator a = {0};
        mlci_fault_system f = mlci_fault_system_init();
        f.short_bytes = 4;
        if (after)
            f.kill_after = k;
        else
            f.kill_before = k;
        mlc_context *ctx = open_with(&a, &f);
        _exit(mlci_file_write(mlci_context_root(ctx), in_folder("a"), "the new one", 11, 1, NULL) !=
              MLC_OK);
    }
    int status, n_temporary;
    waitpid(child, &status, 0);
    char got[64] = "";
    FILE *f = fopen(in_folder("a"), "rb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_gt(fread(got, 1, sizeof got - 1, f), 0);
    fclose(f);
    ck_assert(strcmp(got, "the old file") == 0 || strcmp(got, "the new one") == 0);
    const int n = count_names(&n_temporary);
    ck_assert_int_le(n_temporary, 1);
    ck_assert_int_eq(n, 1 + n_temporary);
    remove_folder();
    make_folder();
    if (WIFSIGNALED(status)) return 1;
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    return 0;
}

START_TEST(test_write_when_killed_at_each_call_leaves_old_or_new)
{
    make_folder();
    for (int after = 0; after < 2; after++) {
        int64_t k = 1;
        while (save_and_die(k, after))
            k++;
        ck_assert_int_gt(k, 9);
    }
    remove_folder();
}
END_TEST

MLCI_CHECK_SUITE(
    "file", test_read_when_regular_gives_all_and_a_nul, test_read_when_a_pipe_reads_to_its_end,
    test_read_when_the_size_is_not_told_reads_to_the_end,
    test_read_when_larger_than_the_limit_refuses, test_read_when_it_cannot_says_path_and_cause,
    test_read_when_each_call_fails_leaks_nothing, test_read_when_memory_fails_leaks_nothing,
    test_write_when_new_makes_the_file, test_write_when_in_pieces_joins_them_or_leaves_nothing,
    test_write_when_the_path_is_relative_works, test_write_when_the_target_is_there_keeps_its_mode,
    test_write_when_the_target_is_a_link_replaces_what_it_names,
    test_write_when_the_name_is_as_long_as_can_be_works,
    test_write_when_it_cannot_says_path_and_cause,
    test_write_when_the_target_is_a_pipe_writes_into_it,
    test_write_when_the_target_is_a_descriptor_writes_through_it,
    test_write_when_nobody_reads_the_pipe_fails_without_a_signal, test_write_when_short_writes_all,
    test_write_when_each_call_fails_leaves_old_or_new_and_nothing_else,
    test_write_when_the_directory_has_no_sync_is_done, test_write_when_names_are_taken_tries_others,
    test_write_when_killed_at_each_call_leaves_old_or_new)
