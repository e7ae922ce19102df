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

/* Reads to the end of fd. The capacity follows what has been read, with room for the NUL and for
 * the read that finds the end. */
static mlc_status read_all(mlci_root *root, const char *path, int64_t fd, int64_t max_bytes,
                           char **out, int64_t *n_out, mlc_error *err)
{
    const mlci_system *system = mlci_root_system(root);
    const int64_t size = system->file_size(system->user, fd);
    if (max_bytes > 0 && size > max_bytes) return fail_limit(err, path, max_bytes);
    int64_t capacity = size > 0 ? size + 2 : FIRST_BYTES;
    char *bytes = mlci_alloc_raw(root, capacity, 1);
    if (bytes == NULL) return mlci_fail_memory(err, capacity, 1);
    int64_t n = 0;
    mlc_status status = MLC_OK;
    for (;;) {
        const int64_t got = system->read(system->user, fd, bytes + n, capacity - 1 - n);
        if (got == 0) break;
        if (got < 0) {
            status = fail_io(err, path, "read", got);
            goto done;
        }
        n += got;
        if (max_bytes > 0 && n > max_bytes) {
            status = fail_limit(err, path, max_bytes);
            goto done;
        }
        if (n < capacity - 1) continue;
        char *grown = capacity <= INT64_MAX / 2 ? mlci_realloc(root, bytes, capacity * 2, 1) : NULL;
        if (grown == NULL) {
            status = mlci_fail_memory(err, 2, capacity);
            goto done;
        }
        bytes = grown;
        capacity *= 2;
    }
    bytes[n] = '\0';
    *out = bytes;
    *n_out = n;
    bytes = NULL;
done:
    mlci_free(bytes);
    return status;
}

mlc_status mlci_file_read(mlci_root *root, const char *path, int64_t max_bytes, char **out,
                          int64_t *n_out, mlc_error *err)
{
    MLCI_TRY(check_path(path, err));
    const mlci_system *system = mlci_root_system(root);
    const int64_t fd = system->open_read(system->user, path);
    if (fd < 0) return fail_io(err, path, "open", fd);
    const mlc_status status = read_all(root, path, fd, max_bytes, out, n_out, err);
    /* Nothing was written through fd: a failing close loses nothing. */
    system->close(system->user, fd);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------ */

static mlc_status write_piece(const mlci_system *system, const char *path, int64_t fd,
                              const char *bytes, int64_t n, mlc_error *err)
{
    while (n > 0) {
        const int64_t put = system->write(system->user, fd, bytes, n);
        if (put < 0) return fail_io(err, path, "write", put);
        /* POSIX lets a write of more than 0 bytes give 0 only on broken devices. */
        if (put == 0) return fail_io(err, path, "write", -EIO);
        bytes += put;
        n -= put;
    }
    return MLC_OK;
}

static mlc_status write_all(const mlci_system *system, const char *path, int64_t fd,
                            const mlci_file_pieces *pieces, mlc_error *err)
{
    for (;;) {
        const void *bytes = NULL;
        int64_t n = 0;
        MLCI_TRY(pieces->next(pieces->arg, &bytes, &n, err));
        if (n == 0) return MLC_OK;
        MLCI_TRY(write_piece(system, path, fd, bytes, n, err));
    }
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

/* Into what cannot be replaced by a rename: pipes, terminals, what a descriptor stands for. */
static mlc_status write_directly(const mlci_system *system, const char *path,
                                 const mlci_file_pieces *pieces, mlc_error *err)
{
    const int64_t fd = system->open_append(system->user, path);
    if (fd < 0) return fail_io(err, path, "open for writing", fd);
    sigset_t old;
    const int held = hold_pipe_signal(&old);
    const mlc_status status = write_all(system, path, fd, pieces, err);
    if (held) drop_pipe_signal(&old);
    const int64_t closed = system->close(system->user, fd);
    return status == MLC_OK && closed < 0 ? fail_io(err, path, "close", closed) : status;
}

/* A target and the temporary file beside it. */
typedef struct replacement {
    const mlci_system *system;
    char path[MLCI_PATH_SIZE];      /* of the target, links followed */
    char temporary[MLCI_PATH_SIZE]; /* "" when there is none to remove */
    int64_t mode;                   /* st_mode of the target; negative when there is no target */
} replacement;

/* Bytes of the path up to and with the last slash. */
static int directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (int)(slash - path) + 1;
}

/* Creates `.NAME.mlc-XXXXXXXX` under a name that nobody has. */
static mlc_status create_temporary(replacement *r, int64_t *fd, mlc_error *err)
{
    const int at = directory_length(r->path);
    uint64_t number =
        (uint64_t)mlci_clock_ns() ^ ((uint64_t)getpid() << 32) ^ (uint64_t)(uintptr_t)r;
    char name[NAME_BYTES];
    mlci_cut_text(name, sizeof name, snprintf(name, sizeof name, "%s", r->path + at));
    const int64_t mode = r->mode >= 0 ? r->mode & 0777 : 0666;
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
        number = number * 6364136223846793005u + 1442695040888963407u;
        const int n = snprintf(r->temporary, sizeof r->temporary, "%.*s.%s.mlc-%08" PRIx32, at,
                               r->path, name, (uint32_t)(number >> 32));
        int64_t made = -ENAMETOOLONG;
        if (n > 0 && n < (int)sizeof r->temporary) {
            made = r->system->create_exclusive(r->system->user, r->temporary, (uint32_t)mode);
        }
        if (made >= 0) {
            *fd = made;
            return MLC_OK;
        }
        r->temporary[0] = '\0';
        if (made != -EEXIST) return fail_io(err, r->path, "make a file beside it", made);
    }
    return fail_io(err, r->path, "make a file beside it", -EEXIST);
}

/* Fills the temporary file and closes it. */
static mlc_status fill_temporary(replacement *r, int64_t fd, const mlci_file_pieces *pieces,
                                 int32_t sync, mlc_error *err)
{
    const mlci_system *system = r->system;
    mlc_status status = MLC_OK;
    int64_t result = 0;
    /* open() took the umask off; an existing file keeps its mode in full. */
    if (r->mode >= 0) result = system->set_mode(system->user, fd, (uint32_t)(r->mode & 07777));
    if (result < 0) status = fail_io(err, r->path, "keep its mode", result);
    if (status == MLC_OK) status = write_all(system, r->path, fd, pieces, err);
    if (status == MLC_OK && sync) {
        result = system->sync(system->user, fd);
        if (result < 0) status = fail_io(err, r->path, "sync", result);
    }
    result = system->close(system->user, fd);
    return status == MLC_OK && result < 0 ? fail_io(err, r->path, "close", result) : status;
}

/* Makes the rename itself durable. Some file systems have no fsync of directories. */
static mlc_status sync_directory(const replacement *r, mlc_error *err)
{
    const mlci_system *system = r->system;
    char directory[MLCI_PATH_SIZE];
    const int n = directory_length(r->path);
    snprintf(directory, sizeof directory, "%.*s", n > 0 ? n : 1, n > 0 ? r->path : ".");
    const int64_t fd = system->open_directory(system->user, directory);
    if (fd < 0) return fail_io(err, directory, "open the directory", fd);
    const int64_t result = system->sync(system->user, fd);
    system->close(system->user, fd);
    if (result >= 0 || result == -EINVAL || result == -ENOTSUP) return MLC_OK;
    return fail_io(err, directory, "sync the directory", result);
}

static mlc_status replace(replacement *r, const mlci_file_pieces *pieces, int32_t sync,
                          mlc_error *err)
{
    int64_t fd = -1;
    MLCI_TRY(create_temporary(r, &fd, err));
    mlc_status status = fill_temporary(r, fd, pieces, sync, err);
    if (status == MLC_OK) {
        const int64_t result = r->system->rename(r->system->user, r->temporary, r->path);
        if (result < 0) status = fail_io(err, r->path, "put the new file in its place", result);
    }
    if (status != MLC_OK) {
        r->system->unlink(r->system->user, r->temporary);
        return status;
    }
    return sync ? sync_directory(r, err) : MLC_OK;
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

mlc_status mlci_file_write_pieces(mlci_root *root, const char *path, const mlci_file_pieces *pieces,
                                  int32_t sync, mlc_error *err)
{
    MLCI_TRY(check_path(path, err));
    replacement r = {.system = mlci_root_system(root)};
    r.mode = r.system->file_mode(r.system->user, path);
    if (r.mode < 0 && r.mode != -ENOENT) return fail_io(err, path, "look at it", r.mode);
    if (r.mode >= 0 && (!S_ISREG((mode_t)r.mode) || names_descriptor(path))) {
        return write_directly(r.system, path, pieces, err);
    }
    const int64_t result = r.system->real_path(r.system->user, path, r.path, sizeof r.path);
    if (result < 0) return fail_io(err, path, "follow its links", result);
    return replace(&r, pieces, sync, err);
}

typedef struct memory_piece {
    const void *bytes;
    int64_t n;
} memory_piece;

/* All of it, then nothing. */
static mlc_status give_memory(void *arg, const void **bytes, int64_t *n, mlc_error *err)
{
    memory_piece *const piece = arg;
    (void)err;
    *bytes = piece->bytes;
    *n = piece->n;
    piece->n = 0;
    return MLC_OK;
}

mlc_status mlci_file_write(mlci_root *root, const char *path, const void *bytes, int64_t n_bytes,
                           int32_t sync, mlc_error *err)
{
    memory_piece piece = {bytes, n_bytes};
    const mlci_file_pieces pieces = {&piece, give_memory};
    return mlci_file_write_pieces(root, path, &pieces, sync, err);
}

mlc_status mlci_name_file(const char *path, mlc_status status, mlc_error *err)
{
    if (status == MLC_OK || err == NULL || status == MLC_ERROR_NO_MEMORY) return status;
    const mlc_error inner = *err;
    return mlci_fail_at(err, status, inner.line, inner.column, inner.name, "%s: %s", path,
                        inner.message);
}
