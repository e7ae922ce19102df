#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_suite.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][256];
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

START_TEST(test_cause_when_known_is_plain_english)
{
    char text[MLCI_CAUSE_SIZE];
    ck_assert_str_eq(mlci_system_cause(-ENOENT, text), "no such file or directory");
    ck_assert_str_eq(mlci_system_cause(ENOSPC, text), "no space left on the device");
}
END_TEST

START_TEST(test_cause_when_unknown_is_the_number)
{
    char text[MLCI_CAUSE_SIZE];
    ck_assert_str_eq(mlci_system_cause(-12345, text), "errno 12345");
}
END_TEST

START_TEST(test_clock_when_read_twice_goes_forward)
{
    const int64_t first = mlci_clock_ns();
    usleep(2000);
    const int64_t passed = mlci_clock_ns() - first;
    ck_assert_int_ge(passed, 2000000);
    ck_assert_int_lt(passed, 60000000000);
}
END_TEST

START_TEST(test_real_path_when_links_are_chained_follows_them)
{
    make_folder();
    char out[MLCI_PATH_SIZE];
    ck_assert_int_eq(symlink("b", in_folder("a")), 0);
    ck_assert_int_eq(symlink(in_folder("c"), in_folder("b")), 0);
    ck_assert_int_eq(mlci_native_system.real_path(NULL, in_folder("a"), out, sizeof out), 0);
    ck_assert_str_eq(out, in_folder("c")); /* which need not be there */
    unlink(in_folder("a"));
    unlink(in_folder("b"));
    rmdir(folder);
}
END_TEST

START_TEST(test_real_path_when_links_go_round_fails)
{
    make_folder();
    char out[MLCI_PATH_SIZE];
    ck_assert_int_eq(symlink("loop", in_folder("loop")), 0);
    ck_assert_int_eq(mlci_native_system.real_path(NULL, in_folder("loop"), out, sizeof out),
                     -ELOOP);
    unlink(in_folder("loop"));
    rmdir(folder);
}
END_TEST

START_TEST(test_real_path_when_the_room_is_small_fails)
{
    char out[8];
    ck_assert_int_eq(mlci_native_system.real_path(NULL, "/12345678", out, sizeof out),
                     -ENAMETOOLONG);
    ck_assert_int_eq(mlci_native_system.real_path(NULL, "/123456", out, sizeof out), 0);
    ck_assert_str_eq(out, "/123456");
}
END_TEST

START_TEST(test_native_when_it_fails_gives_the_errno)
{
    make_folder();
    const mlci_system *s = &mlci_native_system;
    char byte;
    ck_assert_int_eq(s->open_read(NULL, in_folder("none")), -ENOENT);
    ck_assert_int_eq(s->open_append(NULL, in_folder("none")), -ENOENT);
    ck_assert_int_eq(s->open_directory(NULL, "/dev/null"), -ENOTDIR);
    ck_assert_int_eq(s->create_exclusive(NULL, folder, 0600), -EEXIST);
    ck_assert_int_eq(s->file_mode(NULL, in_folder("none")), -ENOENT);
    ck_assert_int_eq(s->file_size(NULL, -1), -EBADF);
    ck_assert_int_eq(s->set_mode(NULL, -1, 0600), -EBADF);
    ck_assert_int_eq(s->read(NULL, -1, &byte, 1), -EBADF);
    ck_assert_int_eq(s->write(NULL, -1, "a", 1), -EBADF);
    ck_assert_int_eq(s->sync(NULL, -1), -EBADF);
    ck_assert_int_eq(s->close(NULL, -1), -EBADF);
    ck_assert_int_eq(s->rename(NULL, in_folder("none"), in_folder("other")), -ENOENT);
    ck_assert_int_eq(s->unlink(NULL, in_folder("none")), -ENOENT);
    rmdir(folder);
}
END_TEST

START_TEST(test_descriptors_when_opened_are_not_inherited)
{
    const int64_t fd = mlci_native_system.open_read(NULL, "/dev/null");
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fcntl((int)fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ck_assert_int_eq(mlci_native_system.file_size(NULL, fd), -EINVAL);
    ck_assert_int_eq(mlci_native_system.close(NULL, fd), 0);
}
END_TEST

MLCI_CHECK_SUITE("system", test_cause_when_known_is_plain_english,
                 test_cause_when_unknown_is_the_number, test_clock_when_read_twice_goes_forward,
                 test_real_path_when_links_are_chained_follows_them,
                 test_real_path_when_links_go_round_fails,
                 test_real_path_when_the_room_is_small_fails,
                 test_native_when_it_fails_gives_the_errno,
                 test_descriptors_when_opened_are_not_inherited)
