/* A text file as windows of whole lines: for readers of batches, which hold one at a time. */
#ifndef MLCI_LINE_WINDOWS_H
#define MLCI_LINE_WINDOWS_H

#include "context_impl.h"
#include "error.h"

typedef struct mlci_line_windows {
    mlci_root *root;
    char *path;           /* a block */
    int64_t fd;           /* -1: closed, or all of it is held */
    int64_t window_bytes; /* of a window; more where a line is longer */
    char *block;
    int64_t n_held, capacity, n_taken; /* bytes in the block; handed out before */
    int64_t line;                      /* of the next window's first byte */
    int32_t at_end;
} mlci_line_windows;

/* Opens the file. One that is gzip-compressed is inflated whole. */
mlc_status mlci_line_windows_open(mlc_context *call, const char *path, int64_t window_bytes,
                                  mlci_line_windows *out, mlc_error *err);
/* The next lines, borrowed until the next call; MLC_END when there are no more. *line: of the first
 * byte, from 1. */
mlc_status mlci_line_windows_next(mlci_line_windows *windows, const char **bytes, int64_t *n,
                                  int64_t *line, mlc_error *err);
void mlci_line_windows_close(mlci_line_windows *windows);

#endif
