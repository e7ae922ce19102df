/* Batches: each window's rows as a dataset of their own, with the types that the first rows had. */
#include "csv_batches.h"

#include <string.h>

#include "csv.h"

typedef struct csv_batches {
    mlci_csv_settings settings;
    mlci_csv_reader reader;
    char *path;
} csv_batches;

/* The types of the first rows are those of all batches. */
static void keep_types(mlci_csv_reader *reader, const mlc_dataset *first)
{
    for (int32_t j = 0; j < reader->n_columns; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        if (column->forced != 0 || column->is_left_out) continue;
        column->forced = first->fields[mlci_dataset_find(first, column->name)].column->type;
        column->is_settled = 1;
    }
}

static mlc_status next_batch(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    csv_batches *const batches = self;
    mlci_csv_reader *const reader = &batches->reader;
    int32_t is_end = 0;
    mlc_dataset *dataset = NULL;
    reader->call = call;
    MLCI_TRY(mlci_csv_read_batch(reader, &is_end, err));
    if (is_end) return MLC_END;
    const double share = reader->windows.share < 0 ? 0 : reader->windows.share;
    MLCI_TRY(mlci_report(call, "read", (int64_t)(share * 1000), 1000, NULL, 0, err));
    MLCI_TRY(mlci_csv_finish(reader, batches->settings.roles, &dataset, err));
    keep_types(reader, dataset);
    *out = dataset;
    return MLC_OK;
}

static void close_batches(void *self)
{
    csv_batches *const batches = self;
    mlci_csv_reader_clear(&batches->reader);
    mlci_csv_settings_clear(&batches->settings);
    mlci_free(batches->path);
    mlci_free(batches);
}

static mlc_status open_reader(mlc_context *call, csv_batches *batches, const char *settings,
                              int64_t batch_bytes, mlc_error *err)
{
    const mlci_csv_sizes sizes = {MLCI_CSV_CHUNK_BYTES, batch_bytes, batch_bytes};
    mlci_byte_stream *stream = NULL;
    MLCI_TRY(mlci_csv_settings_read(call->root, settings, &batches->settings, err));
    MLCI_TRY(
        mlci_byte_stream_open(call, batches->path, batches->settings.encoding, 1, &stream, err));
    return mlci_csv_reader_open(call, batches->path, stream, &batches->settings, &sizes,
                                &batches->reader, err);
}

mlc_status mlci_csv_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                    int64_t batch_bytes, mlci_batches *out, mlc_error *err)
{
    csv_batches *const batches = mlci_alloc(call->root, 1, (int64_t)sizeof *batches);
    if (batches == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *batches);
    batches->path = mlci_copy_text(call->root, path, (int64_t)strlen(path));
    mlc_status status = batches->path == NULL
                            ? mlci_fail_memory(err, (int64_t)strlen(path), 1)
                            : open_reader(call, batches, settings, batch_bytes, err);
    if (status != MLC_OK) {
        close_batches(batches);
        return status;
    }
    *out = (mlci_batches){.self = batches, .next = next_batch, .close = close_batches};
    return MLC_OK;
}

mlc_status mlci_csv_open_batches(mlc_context *call, const char *path, const char *settings,
                                 mlci_batches *out, mlc_error *err)
{
    return mlci_csv_open_batches_of(call, path, settings, MLCI_CSV_BATCH_BYTES, out, err);
}
