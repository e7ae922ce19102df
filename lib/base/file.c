/* Whole files. Writing goes beside the target and is renamed over it, so that a crash at any
 * moment leaves the old file or the new one (the order write, fsync, close, rename, fsync of the
 * directory is what file systems promise that for). A failed fsync is reported and not repeated:
 * the kernel may have dropped the pages already. */
#include "file.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context_impl.h"
#include "error.h"
#include "system.h"

#define FIRST_BYTES 65536 /* capacity for what has no size: pipes, /proc */
#define NAME_BYTES 200    /* of the target's name in the temporary one, with a NUL */
#define MAX_ATTEMPTS 64

static mlc_status fail_io(mlc_error *err, const char *path, const char *doing, int64_t result)
{
    char cause[MLCI_CAUSE_SIZE];
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: cannot %s: %s", path, doing,
                     mlci_system_cause(result, cause));
}

static mlc_status check_path(const char *path, mlc_error *err)
{
    if (path != NULL && path[0] != '\0') return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path is %s: it must name a file",
                     path == NULL ? "NULL" : "empty");
}

/* ---- reading ------------------------------------------------------------------------------ */

static mlc_status fail_limit(mlc_error *err, const char *path, int64_t max_bytes)
{
    return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%s: larger than the limit of %" PRId64 " bytes",
                     path, max_bytes);
}

mlc_status mlci_file_reader_open(mlci_root *root, const char *path, int64_t max_bytes,
                                 mlci_file_reader *f, mlc_error *err)
{
    MLCI_TRY(check_path(path, err));
    const mlci_system *const system = mlci_root_system(root);
    const int64_t fd = system->open_read(system->user, path);
    if (fd < 0) return fail_io(err, path, "open", fd);
    const int64_t size = system->file_size(system->user, fd);
    *f = (mlci_file_reader){system, path, fd, size > 0 ? size : -1, max_bytes, 0};
    if (max_bytes <= 0 || size <= max_bytes) return MLC_OK;
    mlci_file_reader_close(f);
    return fail_limit(err, path, max_bytes);
}

mlc_status mlci_file_reader_next(mlci_file_reader *f, char *out, int64_t room, int64_t *n,
                                 mlc_error *err)
{
    *n = 0;
    while (*n < room) {
        const int64_t got = f->system->read(f->system->user, f->fd, out + *n, room - *n);
        if (got == 0) return MLC_OK;
        if (got < 0) return fail_io(err, f->path, "read", got);
        *n += got;
        f->n_read += got;
        if (f->max_bytes > 0 && f->n_read > f->max_bytes)
            return fail_limit(err, f->path, f->max_bytes);
    }
    return MLC_OK;
}

void mlci_file_reader_close(mlci_file_reader *f)
{
    /* Nothing was written through fd: a failing close loses nothing. */
    if (f->system != NULL && f->fd >= 0) f->system->close(f->system->user, f->fd);
    f->fd = -1;
}

/* Reads to the end. The capacity follows what has been read, with room for the NUL and for the read
 * that finds the end. */
static mlc_status read_all(mlci_root *root, mlci_file_reader *f, char **bytes, int64_t *n,
                           mlc_error *err)
{
    int64_t capacity = f->size > 0 ? f->size + 2 : FIRST_BYTES;
    for (*n = 0;; capacity *= 2) {
        char *const grown =
            capacity <= INT64_MAX / 2 ? mlci_realloc(root, *bytes, capacity, 1) : NULL;
        if (grown == NULL) return mlci_fail_memory(err, capacity, 1);
        *bytes = grown;
        int64_t got = 0;
        MLCI_TRY(mlci_file_reader_next(f, grown + *n, capacity - 1 - *n, &got, err));
        *n += got;
        if (*n == capacity - 1) continue;
        grown[*n] = '\0';
        return MLC_OK;
    }
}

mlc_status mlci_file_read(mlci_root *root, const char *path, int64_t max_bytes, char **out,
                          int64_t *n_out, mlc_error *err)
{
    mlci_file_reader f;
    char *bytes = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_file_reader_open(root, path, max_bytes, &f, err));
    const mlc_status status = read_all(root, &f, &bytes, &n, err);
    mlci_file_reader_close(&f);
    if (status != MLC_OK) {
        mlci_free(bytes);
        return status;
    }
    *out = bytes;
    *n_out = n;
    return MLC_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

static mlc_status write_all(const mlci_new_file *f, const char *bytes, int64_t n, mlc_error *err)
{
    while (n > 0) {
        const int64_t put = f->system->write(f->system->user, f->fd, bytes, n);
        if (put < 0) return fail_io(err, f->path, "write", put);
        /* POSIX lets a write of more than 0 bytes give 0 only on broken devices. */
        if (put == 0) return fail_io(err, f->path, "write", -EIO);
        bytes += put;
        n -= put;
    }
    return MLC_OK;
}

/* A pipe that nobody reads must fail the write, not end the host: keeps SIGPIPE from this thread.
 * 0 when one is waiting already, which is then the host's business. */
static int hold_pipe_signal(sigset_t *old)
{
    sigset_t pending, pipe;
    sigemptyset(&pending);
    sigpending(&pending);
    if (sigismember(&pending, SIGPIPE)) return 0;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    return pthread_sigmask(SIG_BLOCK, &pipe, old) == 0;
}

/* Takes back what the writes may have raised, and restores the mask. */
static void drop_pipe_signal(const sigset_t *old)
{
    sigset_t pending, pipe;
    int number;
    sigemptyset(&pending);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    if (sigismember(&pending, SIGPIPE)) sigwait(&pipe, &number);
    pthread_sigmask(SIG_SETMASK, old, NULL);
}

/* Bytes of the path up to and with the last slash. */
static int directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (int)(slash - path) + 1;
}

/* Creates `.NAME.mlc-XXXXXXXX` under a name that nobody has. */
static mlc_status create_temporary(mlci_new_file *f, mlc_error *err)
{
    const int at = directory_length(f->path);
    uint64_t number =
        (uint64_t)mlci_clock_ns() ^ ((uint64_t)getpid() << 32) ^ (uint64_t)(uintptr_t)f;
    char name[NAME_BYTES];
    mlci_cut_text(name, sizeof name, snprintf(name, sizeof name, "%s", f->path + at));
    const int64_t mode = f->mode >= 0 ? f->mode & 0777 : 0666;
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        const int n = snprintf(f->temporary, sizeof f->temporary, "%.*s.%s.mlc-%08" PRIx32, at,
                               f->path, name, (uint32_t)(number >> 32));
        int64_t made = -ENAMETOOLONG;
        if (n > 0 && n < (int)sizeof f->temporary) {
            made = f->system->create_exclusive(f->system->user, f->temporary, (uint32_t)mode);
        }
        if (made >= 0) {
            f->fd = made;
            return MLC_OK;
        }
        f->temporary[0] = '\0';
        if (made != -EEXIST) return fail_io(err, f->path, "make a file beside it", made);
    }
    return fail_io(err, f->path, "make a file beside it", -EEXIST);
}

/* Makes the rename itself durable. Some file systems have no fsync of directories. */
static mlc_status sync_directory(const mlci_new_file *f, mlc_error *err)
{
    const mlci_system *system = f->system;
    char directory[MLCI_PATH_SIZE];
    const int n = directory_length(f->path);
    snprintf(directory, sizeof directory, "%.*s", n > 0 ? n : 1, n > 0 ? f->path : ".");
    const int64_t fd = system->open_directory(system->user, directory);
    if (fd < 0) return fail_io(err, directory, "open the directory", fd);
    const int64_t result = system->sync(system->user, fd);
    system->close(system->user, fd);
    if (result >= 0 || result == -EINVAL || result == -ENOTSUP) return MLC_OK;
    return fail_io(err, directory, "sync the directory", result);
}

/* A path through a descriptor means what the descriptor has open, even a regular file. */
static int names_descriptor(const char *path)
{
    static const char *const prefixes[] = {"/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0) return 1;
    }
    return 0;
}

/* What cannot be replaced by a rename: pipes, terminals, what a descriptor stands for. */
static mlc_status open_direct(mlci_new_file *f, const char *path, mlc_error *err)
{
    f->is_direct = 1;
    mlci_cut_text(f->path, sizeof f->path, snprintf(f->path, sizeof f->path, "%s", path));
    f->fd = f->system->open_append(f->system->user, path);
    return f->fd < 0 ? fail_io(err, path, "open for writing", f->fd) : MLC_OK;
}

mlc_status mlci_new_file_open(mlci_root *root, const char *path, mlci_new_file *f, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(root);
    MLCI_TRY(check_path(path, err));
    f->system = system;
    f->fd = -1;
    f->is_direct = 0;
    f->temporary[0] = '\0';
    f->mode = system->file_mode(system->user, path);
    if (f->mode < 0 && f->mode != -ENOENT) return fail_io(err, path, "look at it", f->mode);
    if (f->mode >= 0 && (!S_ISREG((mode_t)f->mode) || names_descriptor(path))) {
        return open_direct(f, path, err);
    }
    int64_t result = system->real_path(system->user, path, f->path, sizeof f->path);
    if (result < 0) return fail_io(err, path, "follow its links", result);
    MLCI_TRY(create_temporary(f, err));
    /* open() took the umask off; an existing file keeps its mode in full. */
    if (f->mode < 0) return MLC_OK;
    result = system->set_mode(system->user, f->fd, (uint32_t)(f->mode & 07777));
    if (result >= 0) return MLC_OK;
    mlci_new_file_close(f);
    return fail_io(err, f->path, "keep its mode", result);
}

mlc_status mlci_new_file_append(mlci_new_file *f, const void *bytes, int64_t n, mlc_error *err)
{
    if (!f->is_direct) return write_all(f, bytes, n, err);
    sigset_t old;
    const int held = hold_pipe_signal(&old);
    const mlc_status status = write_all(f, bytes, n, err);
    if (held) drop_pipe_signal(&old);
    return status;
}

static mlc_status close_written(mlci_new_file *f, mlc_error *err)
{
    const int64_t result = f->system->close(f->system->user, f->fd);
    f->fd = -1;
    return result < 0 ? fail_io(err, f->path, "close", result) : MLC_OK;
}

mlc_status mlci_new_file_finish(mlci_new_file *f, int32_t sync, mlc_error *err)
{
    const mlci_system *const system = f->system;
    if (f->is_direct) return close_written(f, err);
    int64_t result = sync ? system->sync(system->user, f->fd) : 0;
    if (result < 0) return fail_io(err, f->path, "sync", result);
    MLCI_TRY(close_written(f, err));
    result = system->rename(system->user, f->temporary, f->path);
    if (result < 0) return fail_io(err, f->path, "put the new file in its place", result);
    f->temporary[0] = '\0';
    return sync ? sync_directory(f, err) : MLC_OK;
}

void mlci_new_file_close(mlci_new_file *f)
{
    const mlci_system *const system = f->system;
    if (f->fd >= 0) system->close(system->user, f->fd);
    if (f->temporary[0] != '\0') system->unlink(system->user, f->temporary);
    f->fd = -1;
    f->temporary[0] = '\0';
}

mlc_status mlci_file_write(mlci_root *root, const char *path, const void *bytes, int64_t n_bytes,
                           int32_t sync, mlc_error *err)
{
    mlci_new_file file;
    MLCI_TRY(mlci_new_file_open(root, path, &file, err));
    mlc_status status = mlci_new_file_append(&file, bytes, n_bytes, err);
    if (status == MLC_OK) status = mlci_new_file_finish(&file, sync, err);
    mlci_new_file_close(&file);
    return status;
}

mlc_status mlci_name_file(const char *path, mlc_status status, mlc_error *err)
{
    if (status == MLC_OK || err == NULL || status == MLC_ERROR_NO_MEMORY) return status;
    const mlc_error inner = *err;
    return mlci_fail_at(err, status, inner.line, inner.column, inner.name, "%s: %s", path,
                        inner.message);
}
