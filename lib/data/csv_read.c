/* Reading CSV: from a file or from memory to a dataset. */
#include "csv.h"

#include <string.h>

#define MANY_WORDS 8192
#define DETECTION_BYTES ((int64_t)128 << 10) /* in which the delimiter is looked for */

mlc_status mlci_csv_reader_open(mlc_context *call, const char *name, mlci_byte_stream *stream,
                                const mlci_csv_settings *settings, const mlci_csv_sizes *sizes,
                                mlci_csv_reader *reader, mlc_error *err)
{
    *reader = (mlci_csv_reader){.call = call,
                                .root = call->root,
                                .marks = settings->marks,
                                .infer_times = settings->timestamps,
                                .text_as = settings->text,
                                .on_error = settings->on_error,
                                .skip_rows = settings->skip_rows,
                                .most_rows = settings->n_rows < 0 ? INT64_MAX : settings->n_rows,
                                .chunk_bytes = sizes->chunk_bytes,
                                .window_rows = sizes->window_rows,
                                .nulls = {.root = call->root}};
    reader->source = (mlci_csv_source){.name = name,
                                       .delimiter = settings->delimiter_byte,
                                       .quote = settings->quote_byte,
                                       .comment = settings->comment_byte,
                                       .kernels = mlci_scan_kernels_of(mlci_root_isa(call->root))};
    mlci_csv_windows_init(&reader->windows, call->root, stream, sizes->window_bytes,
                          sizes->least_window_bytes);
    if (settings->delimiter_byte == '\0') reader->windows.first_bytes = DETECTION_BYTES;
    const mlc_status status = mlci_csv_read_header(reader, settings, err);
    if (status != MLC_OK) mlci_csv_reader_clear(reader);
    return status;
}

/* ---- the dataset ---------------------------------------------------------------------------- */

typedef struct finisher {
    mlci_csv_reader *reader;
    const char **names;
    mlci_column **columns;
} finisher;

static mlc_status finish_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const finisher *const f = arg;
    (void)slot;
    if (f->reader->columns[block].is_left_out || f->columns[block] != NULL) return MLC_OK;
    return mlci_csv_finish_column(f->reader, (int32_t)block, &f->columns[block], err);
}

/* Columns of many categories, which are sorted by all threads; then the others side by side. */
static mlc_status finish_columns(finisher *f, mlc_error *err)
{
    const mlci_csv_reader *const reader = f->reader;
    for (int32_t j = 0; j < reader->n_columns; j++) {
        if (reader->columns[j].words.n >= MANY_WORDS) MLCI_TRY(finish_block(f, j, 0, err));
    }
    return mlci_parallel_for(reader->call, reader->n_columns, finish_block, f, err);
}

/* The dataset of the columns that are there; they move to the front. */
static mlc_status make_dataset(const finisher *f, const char *roles, mlc_dataset **out,
                               mlc_error *err)
{
    const mlci_csv_reader *const reader = f->reader;
    int32_t n = 0;
    for (int32_t j = 0; j < reader->n_columns; j++) {
        if (f->columns[j] == NULL) continue;
        mlci_column *const column = f->columns[j];
        f->columns[j] = NULL;
        f->columns[n] = column;
        f->names[n++] = reader->columns[j].name;
    }
    mlc_dataset *dataset = NULL;
    mlc_status status =
        mlci_dataset_create(reader->root, n, f->names, f->columns, NULL, &dataset, err);
    if (status == MLC_OK && roles != NULL) status = mlci_dataset_apply_roles(dataset, roles, err);
    if (status == MLC_OK && reader->on_error == MLCI_CSV_COLLECT) {
        status = mlci_csv_list_left_out(reader, &dataset->problems, err);
    }
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}

mlc_status mlci_csv_finish(mlci_csv_reader *reader, const char *roles, mlc_dataset **out,
                           mlc_error *err)
{
    const int32_t n = reader->n_columns;
    finisher f = {.reader = reader,
                  .names = mlci_alloc(reader->root, n, (int64_t)sizeof(char *)),
                  .columns = mlci_alloc(reader->root, n, (int64_t)sizeof(mlci_column *))};
    mlc_status status = MLC_OK;
    if (f.names == NULL || f.columns == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *f.names);
    }
    if (status == MLC_OK) status = finish_columns(&f, err);
    if (status == MLC_OK) status = make_dataset(&f, roles, out, err);
    for (int32_t j = 0; j < n && f.columns != NULL; j++)
        mlci_column_unref(f.columns[j]);
    mlci_free(f.columns);
    mlci_free(f.names);
    return status;
}

mlc_status mlci_csv_read_stream(mlc_context *call, const char *name, mlci_byte_stream *stream,
                                const mlci_csv_settings *settings, const mlci_csv_sizes *sizes,
                                mlc_dataset **out, mlc_error *err)
{
    mlci_csv_reader reader;
    MLCI_TRY(mlci_csv_reader_open(call, name, stream, settings, sizes, &reader, err));
    mlc_status status = mlci_csv_read_rows(&reader, err);
    mlci_csv_end_rows(&reader);
    if (status == MLC_OK) status = mlci_csv_finish(&reader, settings->roles, out, err);
    mlci_csv_reader_clear(&reader);
    return status;
}

/* ---- what is called ------------------------------------------------------------------------- */

/* What to read: a file, or bytes. */
typedef struct input {
    const char *path; /* NULL: bytes */
    const void *bytes;
    int64_t n_bytes;
    const mlc_dataset *like;
} input;

static mlc_status open_stream(mlc_context *call, const input *in, int32_t encoding,
                              mlci_byte_stream **out, mlc_error *err)
{
    if (in->path != NULL) return mlci_byte_stream_open(call, in->path, encoding, 0, out, err);
    const void *const bytes = in->n_bytes == 0 ? "" : in->bytes;
    return mlci_byte_stream_of(call, "csv", bytes, in->n_bytes, encoding, out, err);
}

static mlc_status read_input(mlc_context *ctx, const input *in, const char *text, mlc_dataset **out,
                             mlc_error *err)
{
    static const mlci_csv_sizes sizes = {MLCI_CSV_CHUNK_BYTES, MLCI_CSV_WINDOW_BYTES,
                                         MLCI_CSV_LEAST_WINDOW_BYTES, MLCI_CSV_WINDOW_ROWS};
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_csv_settings settings = {0};
    mlci_byte_stream *stream = NULL;
    mlc_status status = mlci_csv_settings_read(call->root, text, &settings, err);
    if (status == MLC_OK) {
        settings.like = in->like;
        status = open_stream(call, in, settings.encoding, &stream, err);
        if (status == MLC_OK) {
            status = mlci_csv_read_stream(call, in->path != NULL ? in->path : "csv", stream,
                                          &settings, &sizes, out, err);
        }
        mlci_csv_settings_clear(&settings);
    }
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_read_csv_like(mlc_context *ctx, const char *path, const mlc_dataset *like,
                                     const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "path and out must not be NULL");
    }
    if (path[0] == '\0') {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "path", "path is empty: it must name a file");
    }
    const input in = {.path = path, .like = like};
    return read_input(ctx, &in, settings, out, err);
}

mlc_status mlc_dataset_read_csv(mlc_context *ctx, const char *path, const char *settings,
                                mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_read_csv_like(ctx, path, NULL, settings, out, err);
}

mlc_status mlc_dataset_parse_csv_like(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                      const mlc_dataset *like, const char *settings,
                                      mlc_dataset **out, mlc_error *err)
{
    if ((bytes == NULL && n_bytes != 0) || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "bytes and out must not be NULL, n_bytes not negative");
    }
    const input in = {.bytes = bytes, .n_bytes = n_bytes, .like = like};
    return read_input(ctx, &in, settings, out, err);
}

mlc_status mlc_dataset_parse_csv(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                 const char *settings, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_parse_csv_like(ctx, bytes, n_bytes, NULL, settings, out, err);
}
