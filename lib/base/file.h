/* Whole files over the system table: reading into memory, and writing so that a crash leaves the
 * old file or the new one, never a mix. */
#ifndef MLCI_FILE_H
#define MLCI_FILE_H

#include <mlcore/status.h>

#include "memory.h"

/* Reads a file whole. max_bytes bounds it (0: none). *out is an mlci block with a NUL after the
 * bytes. Regular files are sized first; pipes are read to their end. */
mlc_status mlci_file_read(mlci_root *root, const char *path, int64_t max_bytes, char **out,
                          int64_t *n_out, mlc_error *err);

/* Writes beside the target (`.NAME.mlc-XXXXXXXX`), syncs, renames, syncs the directory. The
 * temporary file is gone on every failure. A target that is no regular file (a pipe, /dev/stdout)
 * is written directly. */
mlc_status mlci_file_write(mlci_root *root, const char *path, const void *bytes, int64_t n_bytes,
                           int32_t sync, mlc_error *err);

/* Where the bytes of a file come from: pieces one after the other, each until the next is asked
 * for; *n is 0 behind the last. */
typedef struct mlci_file_pieces {
    void *arg;
    mlc_status (*next)(void *arg, const void **bytes, int64_t *n, mlc_error *err);
} mlci_file_pieces;

/* The same for a file that is never in memory as a whole. */
mlc_status mlci_file_write_pieces(mlci_root *root, const char *path, const mlci_file_pieces *pieces,
                                  int32_t sync, mlc_error *err);

/* Puts the file's name before the message of a failure. */
mlc_status mlci_name_file(const char *path, mlc_status status, mlc_error *err);

#endif
