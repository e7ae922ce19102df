/* A system table for tests over the native one: counts calls, fails the k-th with a given errno,
 * writes short, or kills the process at a given call. Calls are counted over all members, in the
 * order in which they happen.
 *
 *     mlci_fault_system f = mlci_fault_system_init();
 *     f.fail_at = 3, f.error = ENOSPC;
 *     mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f)); */
#ifndef MLCI_FAULT_SYSTEM_H
#define MLCI_FAULT_SYSTEM_H

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "system.h"

typedef struct mlci_fault_system {
    mlci_system table;
    int64_t n_calls;
    int64_t fail_at;      /* 1-based call that fails; 0: none */
    int32_t from_then_on; /* and all after it */
    int32_t error;        /* the errno */
    const char *only;     /* count and fail only calls of this name; NULL: all */
    int64_t short_bytes;  /* a write or read moves at most so many; 0: no bound */
    int64_t kill_before;  /* SIGKILL before this call; 0: none */
    int64_t kill_after;   /* SIGKILL after this call; 0: none */
    int64_t n_failed;
    int64_t n_open;       /* descriptors not closed yet */
    int64_t n_renamed;    /* renames that were done */
    const char *failed;   /* name of the first call that failed */
    int32_t failed_late;  /* 1: it failed after a rename was done */
    /* Whether a failure of that call after that many renames costs the caller nothing, and how
     * many there were that do; NULL: not asked. */
    int (*is_harmless)(const char *name, int64_t n_renamed);
    int64_t n_harmful;
    int32_t unlink_failed; /* 1: so that a file may have been left */
} mlci_fault_system;

/* Counts a call; 1 when it is to fail. */
static inline int mlci_fault_enter(mlci_fault_system *f, const char *name)
{
    if (f->only != NULL && strcmp(f->only, name) != 0) return 0;
    const int64_t k = ++f->n_calls;
    if (k == f->kill_before) kill(getpid(), SIGKILL);
    if (f->fail_at == 0 || k < f->fail_at || (k > f->fail_at && !f->from_then_on)) return 0;
    if (f->n_failed++ == 0) {
        f->failed = name;
        f->failed_late = f->n_renamed > 0;
    }
    if (strcmp(name, "unlink") == 0) f->unlink_failed = 1;
    if (f->is_harmless != NULL && !f->is_harmless(name, f->n_renamed)) f->n_harmful++;
    return 1;
}

static inline int64_t mlci_fault_leave(mlci_fault_system *f, int64_t result)
{
    if (f->kill_after > 0 && f->n_calls == f->kill_after) kill(getpid(), SIGKILL);
    return result;
}

/* A member that only passes on. */
#define MLCI_FAULT_MEMBER(name, parameters, ...)                                                  \
    static inline int64_t mlci_fault_##name parameters                                            \
    {                                                                                             \
        mlci_fault_system *f = user;                                                              \
        if (mlci_fault_enter(f, #name)) return -f->error;                                         \
        return mlci_fault_leave(f, mlci_native_system.name(NULL, __VA_ARGS__));                   \
    }

/* A member that makes a descriptor. */
#define MLCI_FAULT_OPENER(name, parameters, ...)                                                  \
    static inline int64_t mlci_fault_##name parameters                                            \
    {                                                                                             \
        mlci_fault_system *f = user;                                                              \
        if (mlci_fault_enter(f, #name)) return -f->error;                                         \
        const int64_t fd = mlci_native_system.name(NULL, __VA_ARGS__);                            \
        if (fd >= 0) f->n_open++;                                                                 \
        return mlci_fault_leave(f, fd);                                                           \
    }

MLCI_FAULT_OPENER(open_read, (void *user, const char *path), path)
MLCI_FAULT_OPENER(open_append, (void *user, const char *path), path)
MLCI_FAULT_OPENER(open_directory, (void *user, const char *path), path)
MLCI_FAULT_OPENER(create_exclusive, (void *user, const char *path, uint32_t mode), path, mode)
MLCI_FAULT_MEMBER(file_size, (void *user, int64_t fd), fd)
MLCI_FAULT_MEMBER(file_mode, (void *user, const char *path), path)
MLCI_FAULT_MEMBER(set_mode, (void *user, int64_t fd, uint32_t mode), fd, mode)
MLCI_FAULT_MEMBER(real_path, (void *user, const char *path, char *out, int64_t n), path, out, n)
MLCI_FAULT_MEMBER(sync, (void *user, int64_t fd), fd)
MLCI_FAULT_MEMBER(unlink, (void *user, const char *path), path)
MLCI_FAULT_MEMBER(thread_create, (void *user, void *t, void *(*fn)(void *), void *a), t, fn, a)
MLCI_FAULT_MEMBER(mutex_init, (void *user, void *mutex), mutex)
MLCI_FAULT_MEMBER(condition_init, (void *user, void *condition), condition)

static inline int64_t mlci_fault_read(void *user, int64_t fd, void *bytes, int64_t n)
{
    mlci_fault_system *f = user;
    if (mlci_fault_enter(f, "read")) return -f->error;
    if (f->short_bytes > 0 && n > f->short_bytes) n = f->short_bytes;
    return mlci_fault_leave(f, mlci_native_system.read(NULL, fd, bytes, n));
}

static inline int64_t mlci_fault_write(void *user, int64_t fd, const void *bytes, int64_t n)
{
    mlci_fault_system *f = user;
    if (mlci_fault_enter(f, "write")) return -f->error;
    if (f->short_bytes > 0 && n > f->short_bytes) n = f->short_bytes;
    return mlci_fault_leave(f, mlci_native_system.write(NULL, fd, bytes, n));
}

static inline int64_t mlci_fault_rename(void *user, const char *from, const char *to)
{
    mlci_fault_system *f = user;
    if (mlci_fault_enter(f, "rename")) return -f->error;
    const int64_t result = mlci_native_system.rename(NULL, from, to);
    if (result >= 0) f->n_renamed++;
    return mlci_fault_leave(f, result);
}

/* As the real one: the descriptor is gone even when it fails. */
static inline int64_t mlci_fault_close(void *user, int64_t fd)
{
    mlci_fault_system *f = user;
    const int fails = mlci_fault_enter(f, "close");
    const int64_t result = mlci_native_system.close(NULL, fd);
    f->n_open--;
    return mlci_fault_leave(f, fails ? -f->error : result);
}

static inline mlci_fault_system mlci_fault_system_init(void)
{
    return (mlci_fault_system){
        .error = EIO,
        .table = {.open_read = mlci_fault_open_read,
                  .open_append = mlci_fault_open_append,
                  .open_directory = mlci_fault_open_directory,
                  .create_exclusive = mlci_fault_create_exclusive,
                  .file_size = mlci_fault_file_size,
                  .file_mode = mlci_fault_file_mode,
                  .set_mode = mlci_fault_set_mode,
                  .real_path = mlci_fault_real_path,
                  .read = mlci_fault_read,
                  .write = mlci_fault_write,
                  .sync = mlci_fault_sync,
                  .close = mlci_fault_close,
                  .rename = mlci_fault_rename,
                  .unlink = mlci_fault_unlink,
                  .thread_create = mlci_fault_thread_create,
                  .mutex_init = mlci_fault_mutex_init,
                  .condition_init = mlci_fault_condition_init},
    };
}

/* Of *f, which must not move after. */
static inline const mlci_system *mlci_fault_system_table(mlci_fault_system *f)
{
    f->table.user = f;
    return &f->table;
}

#endif
