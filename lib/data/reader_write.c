/* Batches into a file: what is in memory are a batch or two and the text of some of its rows. */
#include "reader.h"
#include "row_sink.h"

static mlc_status write_batches(mlc_context *call, mlc_reader *reader, mlci_row_sink *sink,
                                mlc_error *err)
{
    for (int64_t n_batches = 0;; n_batches++) {
        mlc_dataset *batch = NULL;
        const mlc_status came = mlci_reader_step(call, reader, &batch, err);
        if (came == MLC_END && n_batches > 0) return sink->finish(sink->self, err);
        if (came != MLC_OK) return came;
        const mlc_status status = sink->append(sink->self, batch, err);
        mlc_dataset_free(batch);
        if (status != MLC_OK) return status;
    }
}

static mlc_status run(mlc_context *call, mlc_reader *reader, const char *path, const char *settings,
                      mlc_error *err)
{
    mlci_row_sink sink;
    mlc_error why;
    MLCI_TRY(mlci_row_sink_open(call, path, settings, &sink, err));
    const mlc_status status = write_batches(call, reader, &sink, &why);
    sink.close(sink.self);
    if (status >= 0) return status;
    if (err != NULL) *err = why;
    return mlci_reader_break(reader, status, &why);
}

mlc_status mlc_reader_write(mlc_context *ctx, mlc_reader *reader, const char *path,
                            const char *settings, mlc_error *err)
{
    if (reader == NULL || path == NULL) {
        const char *const what = reader == NULL ? "reader" : "path";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = run(call, reader, path, settings, err);
    mlci_call_end(call);
    return status;
}
