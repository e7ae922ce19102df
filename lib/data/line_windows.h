/* Text as windows of whole lines, of which one is looked at while the bytes after it are read and
 * inflated: memory is that of two windows, or of two lines where those are longer. */
#ifndef MLCI_LINE_WINDOWS_H
#define MLCI_LINE_WINDOWS_H

#include "byte_stream.h"
#include "error.h"

#define MLCI_WINDOW_BYTES ((int64_t)8 << 20)

typedef struct mlci_line_windows {
    mlci_root *root;
    const char *name; /* for messages */
    char *path;       /* the name, where it is ours; a block */
    mlci_byte_stream *stream;
    const char *memory; /* text that is looked at in place, or NULL */
    int64_t n_memory;
    int64_t window_bytes;
    char *block, *next_block;
    int64_t capacity, next_capacity;
    const char *bytes;         /* the window, and what follows its last line */
    int64_t n_window, n_held;  /* bytes of it, and with what follows */
    int64_t n_next;            /* bytes of the next one; -1: not read yet */
    int64_t line, first_line;  /* of the window's first byte, from 1; of the first window's */
    int32_t at_end, is_before; /* no more bytes come; no window was looked at yet */
    mlc_error broken;          /* what ended the stream: its bytes cease to be what gzip packs */
} mlci_line_windows;

/* Opens a file, packed or not. What cannot be read twice is held in memory unless it is read
 * `once`. */
mlc_status mlci_line_windows_open(mlc_context *call, const char *path, int64_t window_bytes,
                                  int32_t once, mlci_line_windows *out, mlc_error *err);
/* The same of bytes, which must outlive the windows, as must the name. */
mlc_status mlci_line_windows_of(mlc_context *call, const char *name, const void *bytes, int64_t n,
                                mlci_line_windows *out, mlc_error *err);
/* Lines of a text, behind its byte-order mark, in place: nothing to close. line: of the first byte.
 */
mlci_line_windows mlci_line_windows_within(mlci_root *root, const char *name, const char *bytes,
                                           int64_t n, int64_t line, int64_t window_bytes);
/* The next lines, borrowed until the next call, also those before a fault of the stream; MLC_END
 * when there are no more. A byte-order mark is left out. *line: of the first byte, from 1. */
mlc_status mlci_line_windows_next(mlci_line_windows *windows, mlc_context *call, const char **bytes,
                                  int64_t *n, int64_t *line, mlc_error *err);
/* Reads what comes after the window, which may be looked at meanwhile. */
mlc_status mlci_line_windows_read_ahead(mlci_line_windows *windows, mlc_context *call,
                                        mlc_error *err);
/* Window k, from 0, once more: the same bytes, unless the file has changed since. */
mlc_status mlci_line_windows_again(mlci_line_windows *windows, mlc_context *call, int64_t k,
                                   const char **bytes, int64_t *n, int64_t *line, mlc_error *err);
/* Progress, in hundredths of the source, then mlci_poll(). Lines from the middle of a text are part
 * of something else, which has its own. */
mlc_status mlci_line_windows_report(const mlci_line_windows *windows, mlc_context *call,
                                    mlc_error *err);
void mlci_line_windows_close(mlci_line_windows *windows);

#endif
