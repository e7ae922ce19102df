/* SQLite a batch of rows at a time. Types are those of the first batch, or what types= says: SQLite
 * itself promises none. */
#include <string.h>

#include "format_batches.h"
#include "sqlite_reader.h"

typedef struct batches {
    mlci_root *root;
    char *path; /* a block: the file's name in messages */
    mlci_sqlite_reader reader;
    int64_t batch_rows;
    int64_t n_rows; /* so far */
    mlc_dataset *first;
    int32_t is_done;
} batches;

static mlc_status next(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    batches *const b = self;
    mlc_dataset *d = NULL;
    if (b->is_done) return MLC_END;
    MLCI_TRY(mlci_report(call, "read", b->n_rows, 0, NULL, 0, err));
    b->reader.call = b->reader.file.call = call;
    if (b->first != NULL) {
        b->reader.wishes.like = b->first;
        b->reader.wishes.is_exact = 1;
    }
    MLCI_TRY(mlci_sqlite_reader_next(&b->reader, b->batch_rows, &d, err));
    b->is_done = b->reader.at_end;
    if (b->first != NULL && d->n_rows == 0) {
        mlc_dataset_free(d);
        return MLC_END;
    }
    if (b->first == NULL) b->first = mlc_dataset_ref(d);
    b->n_rows += d->n_rows;
    *out = d;
    return MLC_OK;
}

static void close_batches(void *self)
{
    batches *const b = self;
    mlci_root *const root = b->root;
    mlci_sqlite_reader_close(&b->reader);
    mlc_dataset_free(b->first);
    mlci_free(b->path);
    mlci_free(b);
    mlci_root_unref(root);
}

mlc_status mlci_sqlite_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                       int64_t batch_rows, mlci_batches *out, mlc_error *err)
{
    batches *const b = mlci_alloc(call->root, 1, (int64_t)sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *b);
    b->root = mlci_root_ref(call->root);
    b->batch_rows = batch_rows;
    b->reader.call = call;
    b->path = mlci_copy_text(call->root, path, (int64_t)strlen(path));
    mlc_status status = b->path == NULL ? mlci_fail_memory(err, 1, 1)
                                        : mlci_sqlite_reader_settings(&b->reader, settings, err);
    if (status == MLC_OK) status = mlci_sqlite_open(&b->reader.file, call, b->path, 0, err);
    if (status == MLC_OK) status = mlci_sqlite_reader_start(&b->reader, NULL, err);
    if (status != MLC_OK) {
        close_batches(b);
        return status;
    }
    *out = (mlci_batches){.self = b, .next = next, .close = close_batches};
    return MLC_OK;
}

mlc_status mlci_sqlite_open_batches(mlc_context *call, const char *path, const char *settings,
                                    mlci_batches *out, mlc_error *err)
{
    return mlci_sqlite_open_batches_of(call, path, settings, MLCI_BATCH_ROWS, out, err);
}
