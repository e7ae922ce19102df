/* The native system table, what an errno means, and the clock. */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_LINKS 40
#define MAX_TRANSFER (1 << 30)        /* Linux moves at most a little under 2 GiB a call */
#define WORKER_STACK_BYTES (2 << 20) /* musl's default of 128 KiB is too small for packing */

static int64_t result_of(int64_t result)
{
    return result < 0 ? -errno : result;
}

static int64_t open_file(const char *path, int flags, mode_t mode)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return result_of(fd);
}

static int64_t native_open_read(void *user, const char *path)
{
    return open_file(path, O_RDONLY | O_NOCTTY, 0);
}

static int64_t native_open_append(void *user, const char *path)
{
    return open_file(path, O_WRONLY | O_APPEND | O_NOCTTY, 0);
}

static int64_t native_open_directory(void *user, const char *path)
{
    return open_file(path, O_RDONLY | O_DIRECTORY, 0);
}

static int64_t native_create_exclusive(void *user, const char *path, uint32_t mode)
{
    return open_file(path, O_WRONLY | O_CREAT | O_EXCL, (mode_t)mode);
}

static int64_t native_file_size(void *user, int64_t fd)
{
    struct stat about;
    if (fstat((int)fd, &about) != 0) return -errno;
    return S_ISREG(about.st_mode) ? (int64_t)about.st_size : -EINVAL;
}

static int64_t native_file_mode(void *user, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) return -errno;
    return (int64_t)about.st_mode;
}

static int64_t native_set_mode(void *user, int64_t fd, uint32_t mode)
{
    return result_of(fchmod((int)fd, (mode_t)mode));
}

/* Replaces the last component of path by what its link says; 0 when it is no link. */
static int64_t follow_link(char *path, size_t n_path)
{
    char target[MLCI_PATH_SIZE];
    const ssize_t length = readlink(path, target, sizeof target);
    if (length < 0) return errno == EINVAL || errno == ENOENT ? 0 : -errno;
    const char *slash = strrchr(path, '/');
    const size_t kept = target[0] == '/' || slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (kept + (size_t)length >= n_path || length == (ssize_t)sizeof target) return -ENAMETOOLONG;
    memcpy(path + kept, target, (size_t)length);
    path[kept + (size_t)length] = '\0';
    return 1;
}

static int64_t native_real_path(void *user, const char *path, char *out, int64_t n_out)
{
    const size_t length = strlen(path);
    if (length >= (size_t)n_out) return -ENAMETOOLONG;
    memcpy(out, path, length + 1);
    for (int i = 0; i <= MAX_LINKS; i++) {
        const int64_t followed = follow_link(out, (size_t)n_out);
        if (followed <= 0) return followed;
    }
    return -ELOOP;
}

static int64_t native_read(void *user, int64_t fd, void *bytes, int64_t n)
{
    ssize_t got;
    do {
        got = read((int)fd, bytes, (size_t)(n < MAX_TRANSFER ? n : MAX_TRANSFER));
    } while (got < 0 && errno == EINTR);
    return result_of(got);
}

static int64_t native_write(void *user, int64_t fd, const void *bytes, int64_t n)
{
    ssize_t put;
    do {
        put = write((int)fd, bytes, (size_t)(n < MAX_TRANSFER ? n : MAX_TRANSFER));
    } while (put < 0 && errno == EINTR);
    return result_of(put);
}

static int64_t native_sync(void *user, int64_t fd)
{
    int result;
    do {
        result = fsync((int)fd);
    } while (result != 0 && errno == EINTR);
    return result_of(result);
}

/* Not repeated after EINTR: Linux has closed it by then, and the number may be someone else's. */
static int64_t native_close(void *user, int64_t fd)
{
    return close((int)fd) == 0 || errno == EINTR ? 0 : -errno;
}

static int64_t native_rename(void *user, const char *from, const char *to)
{
    return result_of(rename(from, to));
}

static int64_t native_unlink(void *user, const char *path)
{
    return result_of(unlink(path));
}

static int64_t native_thread_create(void *user, void *thread, void *(*fn)(void *), void *arg)
{
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result != 0) return -result;
    result = pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
    if (result == 0) result = pthread_create(thread, &attributes, fn, arg);
    pthread_attr_destroy(&attributes);
    return -result;
}

static int64_t native_mutex_init(void *user, void *mutex)
{
    return -pthread_mutex_init(mutex, NULL);
}

static int64_t native_condition_init(void *user, void *condition)
{
    return -pthread_cond_init(condition, NULL);
}

const mlci_system mlci_native_system = {
    .open_read = native_open_read,
    .open_append = native_open_append,
    .open_directory = native_open_directory,
    .create_exclusive = native_create_exclusive,
    .file_size = native_file_size,
    .file_mode = native_file_mode,
    .set_mode = native_set_mode,
    .real_path = native_real_path,
    .read = native_read,
    .write = native_write,
    .sync = native_sync,
    .close = native_close,
    .rename = native_rename,
    .unlink = native_unlink,
    .thread_create = native_thread_create,
    .mutex_init = native_mutex_init,
    .condition_init = native_condition_init,
};

const char *mlci_system_cause(int64_t result, char out[MLCI_CAUSE_SIZE])
{
    static const struct {
        int number;
        const char *text;
    } causes[] = {
        {EACCES, "permission denied"},
        {EPERM, "not permitted"},
        {ENOENT, "no such file or directory"},
        {ENOTDIR, "a part of the path is not a directory"},
        {EISDIR, "is a directory"},
        {EEXIST, "exists already"},
        {ENOSPC, "no space left on the device"},
        {EDQUOT, "the disk quota is used up"},
        {EFBIG, "the file would be too large"},
        {EROFS, "the file system is read-only"},
        {EIO, "input/output error"},
        {EMFILE, "too many open files in this process"},
        {ENFILE, "too many open files in the system"},
        {ENAMETOOLONG, "the path is too long"},
        {ELOOP, "too many symbolic links"},
        {ENOMEM, "no memory"},
        {EAGAIN, "resource not available now"},
        {EBUSY, "busy"},
        {ETXTBSY, "is a program that is running"},
        {EPIPE, "nobody reads the pipe"},
        {EXDEV, "on another file system"},
        {ENXIO, "no such device"},
        {EBADF, "bad file descriptor"},
        {EINVAL, "invalid argument"},
        {EINTR, "interrupted"},
        {ESTALE, "stale network file handle"},
    };
    const int64_t number = result < 0 ? -result : result;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].number == number) {
            snprintf(out, MLCI_CAUSE_SIZE, "%s", causes[i].text);
            return out;
        }
    }
    snprintf(out, MLCI_CAUSE_SIZE, "errno %lld", (long long)number);
    return out;
}

int64_t mlci_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
