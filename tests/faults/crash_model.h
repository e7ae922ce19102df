/* What a disk may hold after a crash, after Pillai et al. (All File Systems Are Not Created Equal,
 * OSDI 2014): a table over the native one records what a save does, and the states that are legal
 * after each prefix of it are worked out. Until a file is synced, each write to it may be lost, be
 * there in part, or have grown the file by zeros, whatever became of the others; until the
 * directory is synced, each name made, moved or removed may be so or not. A rename is one step. */
#ifndef MLCI_CRASH_MODEL_H
#define MLCI_CRASH_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "system.h"

typedef enum {
    CRASH_CREATE,
    CRASH_WRITE,
    CRASH_SYNC,
    CRASH_RENAME,
    CRASH_UNLINK,
    CRASH_SYNC_DIRECTORY
} crash_kind;

typedef struct crash_step {
    crash_kind kind;
    int32_t dropped; /* as if it had not been made: to see that the model minds */
    char *bytes;     /* WRITE: malloc */
    int64_t offset, n;
} crash_step;

#define CRASH_STEPS 64

/* One save: there is one target, one temporary file, and one directory. */
typedef struct crash_record {
    mlci_system table;
    crash_step steps[CRASH_STEPS];
    int n_steps;
    int64_t file, directory; /* descriptors; -1: none */
    int64_t length;          /* of the temporary file */
    int64_t short_bytes;     /* a write takes at most so many */
} crash_record;

static inline crash_step *crash_add(crash_record *r, crash_kind kind)
{
    ck_assert_int_lt(r->n_steps, CRASH_STEPS);
    r->steps[r->n_steps] = (crash_step){.kind = kind};
    return &r->steps[r->n_steps++];
}

static inline int64_t crash_create(void *user, const char *path, uint32_t mode)
{
    crash_record *r = user;
    r->file = mlci_native_system.create_exclusive(NULL, path, mode);
    crash_add(r, CRASH_CREATE);
    return r->file;
}

static inline int64_t crash_open_directory(void *user, const char *path)
{
    crash_record *r = user;
    r->directory = mlci_native_system.open_directory(NULL, path);
    return r->directory;
}

static inline int64_t crash_write(void *user, int64_t fd, const void *bytes, int64_t n)
{
    crash_record *r = user;
    ck_assert_int_eq(fd, r->file);
    const int64_t put =
        mlci_native_system.write(NULL, fd, bytes, n < r->short_bytes ? n : r->short_bytes);
    crash_step *step = crash_add(r, CRASH_WRITE);
    step->bytes = malloc((size_t)put);
    memcpy(step->bytes, bytes, (size_t)put);
    step->offset = r->length;
    step->n = put;
    r->length += put;
    return put;
}

static inline int64_t crash_sync(void *user, int64_t fd)
{
    crash_record *r = user;
    ck_assert(fd == r->file || fd == r->directory);
    crash_add(r, fd == r->directory ? CRASH_SYNC_DIRECTORY : CRASH_SYNC);
    return mlci_native_system.sync(NULL, fd);
}

static inline int64_t crash_close(void *user, int64_t fd)
{
    crash_record *r = user;
    if (fd == r->file) r->file = -1;
    if (fd == r->directory) r->directory = -1;
    return mlci_native_system.close(NULL, fd);
}

static inline int64_t crash_rename(void *user, const char *from, const char *to)
{
    crash_add(user, CRASH_RENAME);
    return mlci_native_system.rename(NULL, from, to);
}

static inline int64_t crash_unlink(void *user, const char *path)
{
    crash_add(user, CRASH_UNLINK);
    return mlci_native_system.unlink(NULL, path);
}

/* Of *r, which must not move after. */
static inline const mlci_system *crash_table(crash_record *r, int64_t short_bytes)
{
    *r = (crash_record){
        .table = mlci_native_system, .file = -1, .directory = -1, .short_bytes = short_bytes};
    r->table.user = r;
    r->table.create_exclusive = crash_create;
    r->table.open_directory = crash_open_directory;
    r->table.write = crash_write;
    r->table.sync = crash_sync;
    r->table.close = crash_close;
    r->table.rename = crash_rename;
    r->table.unlink = crash_unlink;
    return &r->table;
}

static inline void crash_clear(crash_record *r)
{
    for (int i = 0; i < r->n_steps; i++)
        free(r->steps[i].bytes);
    r->n_steps = 0;
}

/* ---- states -----------------------------------------------------------------------------------
 */

typedef struct crash_tally {
    int64_t n_states, n_old, n_new, n_absent, n_torn; /* what the target is in them */
    int64_t most_temporary;                           /* names beside it, at most */
} crash_tally;

typedef struct crash_choice {
    const crash_record *r;
    int n_done; /* steps made before the crash */
    const char *old, *new;
    int64_t n_old, n_new;
    int32_t was_there; /* an old file was */
    char *file;        /* of n_new bytes: the temporary one */
    int64_t length;
} crash_choice;

/* The contents of the new file, given what became of each write: 2 bits each, in order. */
static inline void crash_fill(crash_choice *c, uint64_t fates)
{
    c->length = 0;
    memset(c->file, 0, (size_t)c->n_new);
    for (int i = 0; i < c->n_done; i++) {
        const crash_step *s = &c->r->steps[i];
        if (s->kind != CRASH_WRITE) continue;
        const int fate = fates & 3; /* done, lost, in part, zeros */
        fates >>= 2;
        if (fate == 1) continue;
        const int64_t n = fate == 2 ? s->n / 2 : s->n;
        if (fate != 3) memcpy(c->file + s->offset, s->bytes, (size_t)n);
        if (s->offset + n > c->length) c->length = s->offset + n;
    }
}

/* Looks at the names, given which unsynced steps of the directory were done: a bit each. */
static inline void crash_look(const crash_choice *c, uint64_t done, crash_tally *tally)
{
    int synced = -1, temporary = 0, replaced = 0;
    for (int i = 0; i < c->n_done; i++) {
        const crash_step *s = &c->r->steps[i];
        if (s->kind == CRASH_SYNC_DIRECTORY && !s->dropped) synced = i;
    }
    for (int i = 0; i < c->n_done; i++) {
        const crash_kind kind = c->r->steps[i].kind;
        if (kind != CRASH_CREATE && kind != CRASH_RENAME && kind != CRASH_UNLINK) continue;
        const int is_done = i < synced || (done & 1);
        if (i > synced) done >>= 1;
        if (!is_done) continue;
        temporary = kind == CRASH_CREATE;
        if (kind == CRASH_RENAME) replaced = 1;
    }
    tally->n_states++;
    if (temporary > tally->most_temporary) tally->most_temporary = temporary;
    if (!replaced) {
        tally->n_old += c->was_there;
        tally->n_absent += !c->was_there;
    } else if (c->length == c->n_new && memcmp(c->file, c->new, (size_t)c->n_new) == 0) {
        tally->n_new++;
    } else if (c->was_there && c->length == c->n_old &&
               memcmp(c->file, c->old, (size_t)c->n_old) == 0) {
        tally->n_old++;
    } else {
        tally->n_torn++;
    }
}

/* All states after the first n_done steps, added to *tally. */
static inline void crash_states(crash_choice *c, int n_done, crash_tally *tally)
{
    int n_writes = 0, n_names = 0, is_synced = 0;
    c->n_done = n_done;
    for (int i = 0; i < n_done; i++) {
        const crash_step *s = &c->r->steps[i];
        n_writes += s->kind == CRASH_WRITE;
        if (s->kind == CRASH_WRITE) is_synced = 0;
        n_names += s->kind == CRASH_CREATE || s->kind == CRASH_RENAME || s->kind == CRASH_UNLINK;
        is_synced |= s->kind == CRASH_SYNC && !s->dropped;
    }
    ck_assert_int_lt(n_writes, 8); /* there are 4 to the power of that */
    const uint64_t n_fates = is_synced ? 1 : (uint64_t)1 << 2 * n_writes;
    for (uint64_t fates = 0; fates < n_fates; fates++) {
        crash_fill(c, fates);
        for (uint64_t names = 0; names < (uint64_t)1 << n_names; names++)
            crash_look(c, names, tally);
    }
}

#endif
