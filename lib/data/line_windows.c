/* Windows of whole lines over a file. What follows the last line end of a window stays in the block
 * and starts the next one, so each byte is read once and memory is that of the longest window. */
#include "line_windows.h"

#include <string.h>

#include "gzip.h"
#include "system.h"
#include "text_file.h"

static mlc_status fail_io(const mlci_line_windows *w, const char *what, int64_t result,
                          mlc_error *err)
{
    char cause[MLCI_CAUSE_SIZE];
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: %s: %s", w->path, what,
                     mlci_system_cause(result, cause));
}

static mlc_status grow(mlci_line_windows *w, mlc_error *err)
{
    const int64_t capacity = w->capacity == 0 ? w->window_bytes + 1 : 2 * w->capacity;
    char *const block = mlci_realloc(w->root, w->block, capacity, 1);
    if (block == NULL) return mlci_fail_memory(err, capacity, 1);
    w->block = block;
    w->capacity = capacity;
    return MLC_OK;
}

/* Reads on until the block is full or the file ends. */
static mlc_status fill(mlci_line_windows *w, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(w->root);
    while (!w->at_end && w->n_held < w->capacity) {
        const int64_t n =
            system->read(system->user, w->fd, w->block + w->n_held, w->capacity - w->n_held);
        if (n < 0) return fail_io(w, "cannot read", n, err);
        w->at_end = n == 0;
        w->n_held += n;
    }
    return MLC_OK;
}

/* All of a file that is packed, in the block. */
static mlc_status inflate_whole(mlci_line_windows *w, mlc_context *call, mlc_error *err)
{
    mlci_free(w->block);
    w->block = NULL;
    MLCI_TRY(mlci_text_file_read(call, w->path, &w->block, &w->n_held, err));
    w->capacity = w->n_held;
    w->at_end = 1;
    return MLC_OK;
}

static mlc_status start(mlci_line_windows *w, mlc_context *call, mlc_error *err)
{
    const mlci_system *const system = mlci_root_system(w->root);
    w->fd = system->open_read(system->user, w->path);
    if (w->fd < 0) return fail_io(w, "cannot open", w->fd, err);
    MLCI_TRY(grow(w, err));
    MLCI_TRY(fill(w, err));
    return mlci_is_gzip(w->block, w->n_held) ? inflate_whole(w, call, err) : MLC_OK;
}

mlc_status mlci_line_windows_open(mlc_context *call, const char *path, int64_t window_bytes,
                                  mlci_line_windows *out, mlc_error *err)
{
    *out =
        (mlci_line_windows){.root = call->root, .fd = -1, .window_bytes = window_bytes, .line = 1};
    out->path = mlci_copy_text(call->root, path, (int64_t)strlen(path));
    const mlc_status status =
        out->path == NULL ? mlci_fail_memory(err, 1, 1) : start(out, call, err);
    if (status != MLC_OK) mlci_line_windows_close(out);
    return status;
}

/* The bytes up to the last line end that is held, or all of them at the end of the file. */
static int64_t whole_lines(const mlci_line_windows *w)
{
    int64_t end = w->n_held;
    if (w->at_end) {
        if (end - w->n_taken > w->window_bytes) {
            end = mlci_text_line_start(w->block, w->n_held, w->n_taken + w->window_bytes);
        }
        return end;
    }
    while (end > w->n_taken && w->block[end - 1] != '\n')
        end--;
    return end;
}

mlc_status mlci_line_windows_next(mlci_line_windows *windows, const char **bytes, int64_t *n,
                                  int64_t *line, mlc_error *err)
{
    mlci_line_windows *const w = windows;
    if (!w->at_end) {
        memmove(w->block, w->block + w->n_taken, (size_t)(w->n_held - w->n_taken));
        w->n_held -= w->n_taken;
        w->n_taken = 0;
        MLCI_TRY(fill(w, err));
        while (!w->at_end && whole_lines(w) == 0) {
            MLCI_TRY(grow(w, err));
            MLCI_TRY(fill(w, err));
        }
    }
    const int64_t end = whole_lines(w);
    if (end == w->n_taken) return MLC_END;
    *bytes = w->block + w->n_taken;
    *n = end - w->n_taken;
    *line = w->line;
    w->line += mlci_text_line(*bytes, *n) - 1;
    w->n_taken = end;
    return MLC_OK;
}

void mlci_line_windows_close(mlci_line_windows *windows)
{
    const mlci_system *const system = mlci_root_system(windows->root);
    if (windows->fd >= 0) (void)system->close(system->user, windows->fd);
    mlci_free(windows->block);
    mlci_free(windows->path);
    *windows = (mlci_line_windows){.root = windows->root, .fd = -1};
}
