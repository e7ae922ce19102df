/* Files over the system table: reading into memory, and writing so that a crash leaves the
 * old file or the new one, never a mix. */
#ifndef MLCI_FILE_H
#define MLCI_FILE_H

#include <mlcore/status.h>

#include "memory.h"
#include "system.h"

/* Reads a file whole. max_bytes bounds it (0: none). *out is an mlci block with a NUL after the
 * bytes. Regular files are sized first; pipes are read to their end. */
mlc_status mlci_file_read(mlci_root *root, const char *path, int64_t max_bytes, char **out,
                          int64_t *n_out, mlc_error *err);

/* A file that is read a part at a time. The fields are the reader's own; the path must outlive it.
 */
typedef struct mlci_file_reader {
    const mlci_system *system;
    const char *path;
    int64_t fd;        /* -1: closed */
    int64_t size;      /* -1: not known */
    int64_t max_bytes; /* 0: no limit */
    int64_t n_read;
} mlci_file_reader;

mlc_status mlci_file_reader_open(mlci_root *root, const char *path, int64_t max_bytes,
                                 mlci_file_reader *f, mlc_error *err);
/* The next bytes: fewer than there is room for at the end of the file only. */
mlc_status mlci_file_reader_next(mlci_file_reader *f, char *out, int64_t room, int64_t *n,
                                 mlc_error *err);
void mlci_file_reader_close(mlci_file_reader *f);

/* Writes beside the target (`.NAME.mlc-XXXXXXXX`), syncs, renames, syncs the directory. The
 * temporary file is gone on every failure. A target that is no regular file (a pipe, /dev/stdout)
 * is written directly. */
mlc_status mlci_file_write(mlci_root *root, const char *path, const void *bytes, int64_t n_bytes,
                           int32_t sync, mlc_error *err);

/* The same for a file that is never in memory as a whole: opened, appended to, finished. The fields
 * are the file's own. */
typedef struct mlci_new_file {
    const mlci_system *system;
    int64_t fd;                     /* -1: closed */
    int64_t mode;                   /* st_mode of the target; negative when there is no target */
    int32_t is_direct;              /* the target is written itself, as nothing can replace it */
    char path[MLCI_PATH_SIZE];      /* of the target, links followed unless it is direct */
    char temporary[MLCI_PATH_SIZE]; /* "" when there is none to remove */
} mlci_new_file;

mlc_status mlci_new_file_open(mlci_root *root, const char *path, mlci_new_file *f, mlc_error *err);
mlc_status mlci_new_file_append(mlci_new_file *f, const void *bytes, int64_t n, mlc_error *err);
/* Puts the file in its place; sync: so that a crash cannot take it back. */
mlc_status mlci_new_file_finish(mlci_new_file *f, int32_t sync, mlc_error *err);
/* Gives up what was not finished: the target is as it was. After a failed open there is no need. */
void mlci_new_file_close(mlci_new_file *f);

/* Puts the file's name before the message of a failure. */
mlc_status mlci_name_file(const char *path, mlc_status status, mlc_error *err);

#endif
