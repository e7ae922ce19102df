/* libsvm text a batch at a time: base, width and the kind of labels are those of the first batch,
 * or what the settings say. */
#include "format_batches.h"
#include "libsvm.h"
#include "line_windows.h"

typedef struct batches {
    mlci_root *root;
    mlci_line_windows windows;
    mlci_libsvm_settings settings;
    mlc_dataset *first;
} batches;

/* The next lines, for the first batch with a row among them; none when there are no more. */
static mlc_status next_lines(batches *b, mlc_context *call, const char **bytes, int64_t *n,
                             int64_t *line, mlc_error *err)
{
    mlc_status status;
    do {
        status = mlci_line_windows_next(&b->windows, call, bytes, n, line, err);
    } while (status == MLC_OK && b->first == NULL && !mlci_libsvm_has_row(*bytes, *n));
    return status;
}

static mlc_status next(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    batches *const b = self;
    const char *bytes = NULL;
    int64_t n = 0, line = 1;
    int32_t base = 0;
    mlc_dataset *d = NULL;
    const mlc_status found = next_lines(b, call, &bytes, &n, &line, err);
    /* A file without any row is refused as it is when it is read at once. */
    const int is_empty = found == MLC_END && b->first == NULL;
    if (found != MLC_OK && !is_empty) return found;
    if (is_empty) n = 0;
    MLCI_TRY(mlci_line_windows_report(&b->windows, call, err));
    b->settings.first_line = line - 1;
    b->settings.first = b->first;
    b->settings.found_base = &base;
    MLCI_TRY(mlci_libsvm_read_text(call, b->windows.name, bytes, n, NULL, &b->settings,
                                   MLCI_LIBSVM_CHUNK_BYTES, &d, err));
    if (b->first == NULL) {
        b->first = mlc_dataset_ref(d);
        b->settings.width = d->fields[d->n_fields - 1].column->width;
        b->settings.index_base = base;
    }
    *out = d;
    return MLC_OK;
}

static void close_batches(void *self)
{
    batches *const b = self;
    mlci_root *const root = b->root;
    mlc_dataset_free(b->first);
    mlci_line_windows_close(&b->windows);
    mlci_libsvm_settings_clear(&b->settings);
    mlci_free(b);
    mlci_root_unref(root);
}

mlc_status mlci_libsvm_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                       int64_t batch_bytes, mlci_batches *out, mlc_error *err)
{
    batches *const b = mlci_alloc(call->root, 1, (int64_t)sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *b);
    b->root = mlci_root_ref(call->root);
    mlc_status status = mlci_libsvm_settings_read(call->root, settings, &b->settings, err);
    if (status == MLC_OK) {
        status = mlci_line_windows_open(call, path, batch_bytes, 1, &b->windows, err);
    }
    if (status != MLC_OK) {
        close_batches(b);
        return status;
    }
    *out = (mlci_batches){.self = b, .next = next, .close = close_batches};
    return MLC_OK;
}

mlc_status mlci_libsvm_open_batches(mlc_context *call, const char *path, const char *settings,
                                    mlci_batches *out, mlc_error *err)
{
    return mlci_libsvm_open_batches_of(call, path, settings, MLCI_BATCH_BYTES, out, err);
}
