/* Windows of whole lines. What follows the last line end of a window starts the next one, so each
 * byte is read once; a line that is longer than a window doubles it until it fits. */
#include "line_windows.h"

#include <string.h>

#include "text_file.h"

#define LEAST_BYTES 64 /* to read: of a few the last may not be filled */

/* ---- opening -------------------------------------------------------------------------------- */

/* Windows over a stream, which is taken over. */
static mlci_line_windows over_stream(mlci_root *root, const char *name, mlci_byte_stream *stream,
                                     int64_t window_bytes)
{
    mlci_line_windows w = {.root = root,
                           .name = name,
                           .stream = stream,
                           .window_bytes = window_bytes,
                           .line = 1,
                           .first_line = 1,
                           .n_next = -1,
                           .is_before = 1};
    w.memory = mlci_byte_stream_memory(stream, &w.n_memory);
    return w;
}

mlc_status mlci_line_windows_open(mlc_context *call, const char *path, int64_t window_bytes,
                                  int32_t once, mlci_line_windows *out, mlc_error *err)
{
    mlci_byte_stream *stream = NULL;
    char *const copy = mlci_copy_text(call->root, path, (int64_t)strlen(path));
    if (copy == NULL) return mlci_fail_memory(err, (int64_t)strlen(path), 1);
    const mlc_status status =
        mlci_byte_stream_open(call, copy, MLCI_ENCODING_UTF8, once, &stream, err);
    if (status != MLC_OK) {
        mlci_free(copy);
        return status;
    }
    *out = over_stream(call->root, copy, stream, window_bytes);
    out->path = copy;
    return MLC_OK;
}

mlc_status mlci_line_windows_of(mlc_context *call, const char *name, const void *bytes, int64_t n,
                                mlci_line_windows *out, mlc_error *err)
{
    mlci_byte_stream *stream = NULL;
    MLCI_TRY(mlci_byte_stream_of(call, name, bytes, n, MLCI_ENCODING_UTF8, &stream, err));
    *out = over_stream(call->root, name, stream, MLCI_WINDOW_BYTES);
    return MLC_OK;
}

mlci_line_windows mlci_line_windows_within(mlci_root *root, const char *name, const char *bytes,
                                           int64_t n, int64_t line, int64_t window_bytes)
{
    return (mlci_line_windows){.root = root,
                               .name = name,
                               .memory = n == 0 ? "" : bytes,
                               .n_memory = n,
                               .window_bytes = window_bytes,
                               .line = line,
                               .first_line = line,
                               .n_next = -1};
}

void mlci_line_windows_close(mlci_line_windows *windows)
{
    mlci_byte_stream_close(windows->stream);
    mlci_free(windows->block);
    mlci_free(windows->next_block);
    mlci_free(windows->path);
    *windows = (mlci_line_windows){.n_next = -1};
}

/* ---- windows in memory ---------------------------------------------------------------------- */

static void next_in_memory(mlci_line_windows *w)
{
    const char *const at = w->bytes == NULL ? w->memory : w->bytes + w->n_window;
    const int64_t left = w->memory + w->n_memory - at;
    w->bytes = at;
    w->n_window = mlci_text_line_start(at, left, w->window_bytes);
}

/* ---- windows of a stream -------------------------------------------------------------------- */

/* How much to read: hardly more than there is. What is packed may be far more than it looks, so
 * windows at least double. */
static int64_t bytes_to_read(const mlci_line_windows *w)
{
    int64_t likely = mlci_byte_stream_left(w->stream);
    if (likely >= 0 && likely < 2 * w->n_held) likely = 2 * w->n_held;
    if (likely < 0 || likely >= w->window_bytes) return w->window_bytes;
    return likely < LEAST_BYTES ? LEAST_BYTES : likely;
}

/* Room for so many bytes; the first n are kept. */
static mlc_status make_room(mlci_line_windows *w, int64_t n, int64_t wanted, mlc_error *err)
{
    if (w->next_capacity >= wanted) return MLC_OK;
    if (n == 0) {
        mlci_free(w->next_block);
        w->next_block = NULL;
        w->next_capacity = 0;
    }
    wanted += wanted / 64; /* what is kept of a window varies */
    char *const grown = mlci_realloc(w->root, w->next_block, wanted, 1);
    if (grown == NULL) return mlci_fail_memory(err, wanted, 1);
    w->next_block = grown;
    w->next_capacity = wanted;
    return MLC_OK;
}

/* Appends bytes of the stream to the n of the next block. */
static mlc_status append(mlci_line_windows *w, mlc_context *call, int64_t n, int64_t wanted,
                         mlc_error *err)
{
    int64_t got = 0;
    mlc_error why;
    MLCI_TRY(make_room(w, n, n + wanted, err));
    const mlc_status status =
        mlci_byte_stream_read(w->stream, call, w->next_block + n, wanted, &got, &why);
    if (status == MLC_ERROR_FORMAT) {
        w->broken = why;
    } else if (status != MLC_OK) {
        if (err != NULL) *err = why;
        return status;
    }
    w->at_end = status == MLC_OK && got < wanted;
    w->n_next = n + got;
    return MLC_OK;
}

/* Are all bytes read that come before a fault of the stream? What is wrong with whole lines of them
 * comes first. */
static int is_broken(const mlci_line_windows *w)
{
    return w->broken.status != MLC_OK;
}

static int has_line_end(const char *bytes, int64_t n)
{
    return n > 0 && memchr(bytes, '\n', (size_t)n) != NULL;
}

mlc_status mlci_line_windows_read_ahead(mlci_line_windows *windows, mlc_context *call,
                                        mlc_error *err)
{
    mlci_line_windows *const w = windows;
    const int64_t kept = w->n_held - w->n_window;
    if (w->memory != NULL || w->n_next >= 0 || w->at_end || is_broken(w)) return MLC_OK;
    const int64_t wanted = bytes_to_read(w);
    MLCI_TRY(make_room(w, 0, kept + wanted, err));
    if (kept > 0) memcpy(w->next_block, w->bytes + w->n_window, (size_t)kept);
    int64_t from = kept;
    MLCI_TRY(append(w, call, kept, wanted, err));
    while (!w->at_end && !is_broken(w) && !has_line_end(w->next_block + from, w->n_next - from)) {
        from = w->n_next;
        MLCI_TRY(append(w, call, from, from > w->window_bytes ? from : w->window_bytes, err));
    }
    return MLC_OK;
}

/* The bytes up to the last line end, or all of them at the end of the text. */
static int64_t whole_lines(const mlci_line_windows *w)
{
    int64_t end = w->n_held;
    while (!w->at_end && end > 0 && w->bytes[end - 1] != '\n')
        end--;
    return end;
}

static mlc_status next_of_stream(mlci_line_windows *w, mlc_context *call, mlc_error *err)
{
    MLCI_TRY(mlci_line_windows_read_ahead(w, call, err));
    char *const block = w->block;
    const int64_t capacity = w->capacity;
    w->block = w->next_block;
    w->capacity = w->next_capacity;
    w->next_block = block;
    w->next_capacity = capacity;
    w->bytes = w->block;
    w->n_held = w->n_next < 0 ? 0 : w->n_next;
    w->n_next = -1;
    w->n_window = whole_lines(w);
    if (w->n_window > 0 || !is_broken(w)) return MLC_OK;
    if (err != NULL) *err = w->broken;
    return w->broken.status;
}

/* ---- both ----------------------------------------------------------------------------------- */

mlc_status mlci_line_windows_next(mlci_line_windows *windows, mlc_context *call, const char **bytes,
                                  int64_t *n, int64_t *line, mlc_error *err)
{
    mlci_line_windows *const w = windows;
    if (w->bytes != NULL) w->line += mlci_text_line(w->bytes, w->n_window) - 1;
    if (w->memory != NULL) {
        next_in_memory(w);
    } else {
        MLCI_TRY(next_of_stream(w, call, err));
    }
    *bytes = w->bytes;
    *n = w->n_window;
    *line = w->line;
    if (w->is_before) MLCI_TRY(mlci_text_skip_mark(w->name, bytes, n, err));
    w->is_before = 0;
    return *n == 0 ? MLC_END : MLC_OK;
}

/* To the first window. */
static mlc_status rewind_windows(mlci_line_windows *w, mlc_context *call, mlc_error *err)
{
    if (w->stream != NULL) MLCI_TRY(mlci_byte_stream_rewind(w->stream, call, err));
    w->bytes = NULL;
    w->n_window = w->n_held = 0;
    w->n_next = -1;
    w->line = w->first_line;
    w->is_before = w->stream != NULL;
    w->at_end = 0;
    w->broken = (mlc_error){0};
    return MLC_OK;
}

mlc_status mlci_line_windows_again(mlci_line_windows *windows, mlc_context *call, int64_t k,
                                   const char **bytes, int64_t *n, int64_t *line, mlc_error *err)
{
    MLCI_TRY(rewind_windows(windows, call, err));
    for (int64_t i = 0; i <= k; i++) {
        const mlc_status status = mlci_line_windows_next(windows, call, bytes, n, line, err);
        if (status == MLC_END) {
            return mlci_fail(err, MLC_ERROR_IO, NULL, "%s changed while it was read",
                             windows->name);
        }
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

mlc_status mlci_line_windows_report(const mlci_line_windows *windows, mlc_context *call,
                                    mlc_error *err)
{
    const mlci_line_windows *const w = windows;
    if (w->stream == NULL) return mlci_poll(call, err);
    const double share = w->memory != NULL
                             ? (double)(w->bytes + w->n_window - w->memory) / (double)w->n_memory
                             : mlci_byte_stream_share(w->stream);
    if (share < 0) return mlci_poll(call, err);
    return mlci_report(call, "read", (int64_t)(100 * share), 100, NULL, 0, err);
}
