/* Datasets into files: their rows go through the sink that batches go through as well. */
#include <mlcore/read.h>

#include "format_sinks.h"

#define SLICE_ROWS ((int64_t)1 << 18) /* between two reports of progress */

typedef mlc_status (*open_sink)(mlc_context *call, const char *path, const char *settings,
                                mlci_row_sink *out, mlc_error *err);

static mlc_status write_slice(mlc_context *call, mlci_row_sink *sink, const mlc_dataset *dataset,
                              int64_t first, mlc_error *err)
{
    const int64_t left = dataset->n_rows - first, n = left < SLICE_ROWS ? left : SLICE_ROWS;
    mlc_dataset *slice = NULL;
    MLCI_TRY(mlci_report(call, "write", first, dataset->n_rows, NULL, 0, err));
    MLCI_TRY(mlc_dataset_rows(call, dataset, NULL, first, n, &slice, err));
    const mlc_status status = sink->append(sink->self, slice, err);
    mlc_dataset_free(slice);
    return status;
}

static mlc_status write_all(mlc_context *call, mlci_row_sink *sink, const mlc_dataset *dataset,
                            mlc_error *err)
{
    int64_t first = 0;
    do { /* also the columns of no rows */
        MLCI_TRY(write_slice(call, sink, dataset, first, err));
        first += SLICE_ROWS;
    } while (first < dataset->n_rows);
    MLCI_TRY(mlci_report(call, "write", dataset->n_rows, dataset->n_rows, NULL, 0, err));
    return sink->finish(sink->self, err);
}

/* Without a context by that of the dataset. */
static mlc_status write_by(open_sink open, mlc_context *ctx, const mlc_dataset *dataset,
                           const char *path, const char *settings, mlc_error *err)
{
    mlc_context of_dataset = {.root = dataset->root, .n_references = 1}, local, *call = NULL;
    mlci_row_sink sink;
    if (ctx == NULL && dataset->root != NULL) ctx = &of_dataset;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = open(call, path, settings, &sink, err);
    if (status == MLC_OK) {
        status = write_all(call, &sink, dataset, err);
        sink.close(sink.self);
    }
    mlci_call_end(call);
    return status;
}

static mlc_status check(const mlc_dataset *dataset, const char *path, mlc_error *err)
{
    if (dataset != NULL && path != NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, dataset == NULL ? "dataset" : "path",
                     "dataset and path must not be NULL");
}

mlc_status mlc_dataset_write(mlc_context *ctx, const mlc_dataset *dataset, const char *path,
                             const char *settings, mlc_error *err)
{
    MLCI_TRY(check(dataset, path, err));
    return write_by(mlci_row_sink_open, ctx, dataset, path, settings, err);
}

mlc_status mlc_dataset_write_csv(const mlc_dataset *dataset, const char *path, const char *settings,
                                 mlc_error *err)
{
    MLCI_TRY(check(dataset, path, err));
    return write_by(mlci_csv_open_sink, NULL, dataset, path, settings, err);
}
