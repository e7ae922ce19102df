/* The text as windows: parts of a megabyte or so of which one is looked at while the bytes after it
 * are read. What a window leaves of its last record goes in front of them. A record that is longer
 * than a window doubles it until it fits, so that all of its bytes are copied O(1) times. Towards
 * the end windows get smaller, so that what they hold is little beside what has become of the text.
 *
 * Where the bytes cease to be text (gzip that is damaged, half a character of UTF-16), those before
 * are given first: a fault in them is the first of the file, whatever the sizes of windows.
 *
 * A text that is in memory as it is is looked at in place. */
#include "csv.h"

#include <string.h>

#define LEAST_BYTES 64              /* to read: of a few the last may not be filled */
#define HEADROOM ((int64_t)8 << 10) /* for what is left of the window before */
#define SHARE 32 /* a window is so much of what is left of the text, at most ... */
#define FIRST_SHARE                                                                                \
    4                /* of others: all of its texts are new, and each region has a table of them   \
                      */
#define ROWS_SHARE 4 /* ... or so much where rows are long */

void mlci_csv_windows_init(mlci_csv_windows *windows, mlci_root *root, mlci_byte_stream *stream,
                           int64_t window_bytes, int64_t least_bytes)
{
    *windows = (mlci_csv_windows){.root = root,
                                  .stream = stream,
                                  .window_bytes = window_bytes,
                                  .least_bytes = least_bytes,
                                  .n_next = -1};
    windows->memory = mlci_byte_stream_memory(stream, &windows->n_memory);
}

void mlci_csv_windows_clear(mlci_csv_windows *windows)
{
    mlci_free(windows->block);
    mlci_free(windows->next_block);
    mlci_byte_stream_close(windows->stream);
    *windows = (mlci_csv_windows){.n_next = -1};
}

/* Of the bytes held, those that records may be told from: a CR at the end may be half of CRLF. */
static void set_source(mlci_csv_windows *w, const char *bytes, int64_t n)
{
    w->n_held = n;
    w->source.bytes = bytes;
    w->source.has_more = !w->at_end;
    w->source.n = n > 0 && !w->at_end && bytes[n - 1] == '\r' ? n - 1 : n;
}

static void drop_next_block(mlci_csv_windows *w)
{
    mlci_free(w->next_block);
    w->next_block = NULL;
    w->next_capacity = 0;
}

/* At least `wanted` bytes for the next window, and hardly more. */
static mlc_status make_room(mlci_csv_windows *w, int64_t wanted, mlc_error *err)
{
    char *block = NULL;
    if (w->next_capacity >= wanted && w->next_capacity - wanted <= wanted / 4) return MLC_OK;
    if (w->next_capacity < wanted) {
        drop_next_block(w);
        block = mlci_alloc_stream(w->root, wanted, 1);
    } else {
        block = mlci_realloc(w->root, w->next_block, wanted, 1);
    }
    if (block == NULL) return mlci_fail_memory(err, wanted, 1);
    w->next_block = block;
    w->next_capacity = wanted;
    return MLC_OK;
}

/* Are all bytes read that come before a fault of the stream? What is wrong with them comes first.
 */
static int is_broken(const mlci_csv_windows *w)
{
    return w->broken.status != MLC_OK;
}

/* Bytes of a window while so many are left of the text; -1: not known. */
static int64_t bytes_of_window(const mlci_csv_windows *w, int64_t left)
{
    int64_t wanted = w->window_bytes;
    int64_t rows = w->rows_bytes;
    if (left >= 0 && left / SHARE < wanted) wanted = left / SHARE;
    if (w->n_held == 0) wanted /= FIRST_SHARE;
    if (left >= 0 && left / ROWS_SHARE < rows) rows = left / ROWS_SHARE;
    if (wanted < rows) wanted = rows;
    return wanted > w->least_bytes ? wanted : w->least_bytes;
}

/* How much to read, at least as much as is `kept`: hardly more than there is, and enough to tell
 * the delimiter by. What is packed may be far more than it looks, so windows at least double. */
static int64_t bytes_to_read(const mlci_csv_windows *w, int64_t kept)
{
    int64_t likely = mlci_byte_stream_left(w->stream);
    int64_t wanted = bytes_of_window(w, likely);
    if (w->n_held == 0 && wanted < w->first_bytes) wanted = w->first_bytes;
    if (wanted < kept) wanted = kept;
    if (wanted < LEAST_BYTES) wanted = LEAST_BYTES;
    if (likely >= 0 && likely < 2 * w->n_held) likely = 2 * w->n_held;
    if (likely >= 0 && likely < wanted) wanted = likely < LEAST_BYTES ? LEAST_BYTES : likely;
    return w->n_held == 0 && wanted < w->head_bytes ? w->head_bytes : wanted;
}

static mlc_status read_next(mlci_csv_windows *w, mlc_context *call, int64_t kept, mlc_error *err)
{
    if (w->memory != NULL || w->n_next >= 0 || w->at_end || is_broken(w)) return MLC_OK;
    const int64_t wanted = bytes_to_read(w, kept);
    int64_t n = 0;
    mlc_error why;
    MLCI_TRY(make_room(w, HEADROOM + wanted, err));
    const mlc_status status =
        mlci_byte_stream_read(w->stream, call, w->next_block + HEADROOM, wanted, &n, &why);
    if (status == MLC_ERROR_FORMAT) {
        w->broken = why;
    } else if (status != MLC_OK) {
        if (err != NULL) *err = why;
        return status;
    }
    w->n_next = n;
    /* A character of UTF-8 may not have fitted. */
    if (n < wanted - 4 && !is_broken(w)) w->at_end = 1;
    return MLC_OK;
}

mlc_status mlci_csv_windows_read_ahead(mlci_csv_windows *windows, mlc_context *call, mlc_error *err)
{
    return read_next(windows, call, 0, err);
}

static mlc_status advance_in_memory(mlci_csv_windows *w, int64_t consumed)
{
    const char *const bytes = w->source.bytes + consumed;
    const int64_t left = w->memory + w->n_memory - bytes;
    int64_t wanted = w->window_bytes;
    if (consumed == 0 && 2 * w->n_held > wanted) wanted = 2 * w->n_held;
    if (w->n_held == 0 && wanted < w->first_bytes) wanted = w->first_bytes;
    if (w->n_held == 0 && wanted < w->head_bytes) wanted = w->head_bytes;
    w->at_end = left <= wanted;
    set_source(w, bytes, w->at_end ? left : wanted);
    w->share = (double)(bytes + w->n_held - w->memory) / (double)(w->n_memory + 1);
    return MLC_OK;
}

/* Bytes before those read ahead, from `consumed` on. */
static mlc_status put_before(mlci_csv_windows *w, int64_t consumed, mlc_error *err)
{
    const int64_t kept = w->n_held - consumed;
    int64_t at = HEADROOM;
    if (kept > HEADROOM) {
        char *const grown = mlci_alloc_raw(w->root, kept + w->n_next, 1);
        if (grown == NULL) return mlci_fail_memory(err, kept + w->n_next, 1);
        memcpy(grown + kept, w->next_block + HEADROOM, (size_t)w->n_next);
        mlci_free(w->next_block);
        w->next_block = grown;
        w->next_capacity = kept + w->n_next;
        at = kept;
    }
    if (kept > 0) memcpy(w->next_block + at - kept, w->source.bytes + consumed, (size_t)kept);
    char *const block = w->block;
    const int64_t capacity = w->capacity;
    const int64_t n = kept + w->n_next;
    w->block = w->next_block;
    w->capacity = w->next_capacity;
    w->next_block = block;
    w->next_capacity = capacity;
    w->n_next = -1;
    w->share = mlci_byte_stream_share(w->stream);
    set_source(w, w->block + at - kept, n);
    if (w->at_end) drop_next_block(w);
    return MLC_OK;
}

mlc_status mlci_csv_windows_advance(mlci_csv_windows *w, mlc_context *call, int64_t consumed,
                                    mlc_error *err)
{
    if (consumed > 0) w->is_first = 0;
    if (w->memory != NULL) return advance_in_memory(w, consumed);
    MLCI_TRY(read_next(w, call, consumed == 0 ? w->n_held : 0, err));
    if (w->n_next < 0 && is_broken(w)) {
        if (err != NULL) *err = w->broken;
        return w->broken.status;
    }
    if (w->n_next < 0) w->n_next = 0;
    return put_before(w, consumed, err);
}

static void skip_byte_order_mark(mlci_csv_windows *w)
{
    if (w->n_held < 3 || memcmp(w->source.bytes, "\xef\xbb\xbf", 3) != 0) return;
    set_source(w, w->source.bytes + 3, w->n_held - 3);
}

mlc_status mlci_csv_windows_start(mlci_csv_windows *w, mlc_context *call, mlc_error *err)
{
    if (w->is_first && w->n_next < 0) return MLC_OK; /* still here */
    if (w->is_started && w->memory == NULL) {
        MLCI_TRY(mlci_byte_stream_rewind(w->stream, call, err));
    }
    w->is_started = w->is_first = 1;
    w->source.line = 1;
    w->source.bytes = w->memory;
    w->n_held = 0;
    w->at_end = 0;
    w->broken.status = MLC_OK;
    w->n_next = -1;
    MLCI_TRY(mlci_csv_windows_advance(w, call, 0, err));
    skip_byte_order_mark(w);
    return MLC_OK;
}
