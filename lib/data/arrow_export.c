/* Datasets to Arrow: schema, one array of all rows, and a stream of several.
 *
 * Views with row numbers are made whole first, once; a range of rows stays where it is. A stream
 * keeps the dataset and gives each batch as an array with an offset. */
#include "arrow_export.h"

#include <string.h>

#include "param.h"

#define NO_MEMORY 12 /* ENOMEM wherever Arrow is */

typedef struct export_settings {
    int64_t batch_rows;
} export_settings;

static const mlci_param no_params[] = {{.name = NULL}};

static const mlci_param stream_params[] = {MLCI_INTEGER(export_settings, batch_rows, 0, 0,
                                                        INT64_MAX, "most rows of a batch; 0: all",
                                                        .since = "0.1"),
                                           {.name = NULL}};

static mlc_status read_settings(mlci_root *root, const char *text, const mlci_param *table,
                                export_settings *out, mlc_error *err)
{
    mlci_settings settings = {0};
    MLCI_TRY(mlci_settings_parse(root, text, 0, &settings, err));
    mlc_status status = mlci_params_defaults(root, table, out, err);
    if (status == MLC_OK)
        status = mlci_params_read(root, "Arrow export", table, NULL, &settings, out, err);
    mlci_settings_clear(&settings);
    return status;
}

static mlc_status check_arguments(const mlc_dataset *dataset, const void *out, mlc_error *err)
{
    if (dataset != NULL && out != NULL) return MLC_OK;
    const char *const what = dataset == NULL ? "dataset" : "out";
    return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
}

mlc_status mlc_dataset_arrow_schema(mlc_context *ctx, const mlc_dataset *dataset,
                                    const char *settings, struct ArrowSchema *out, mlc_error *err)
{
    export_settings read = {0};
    mlci_root *const root = mlci_context_root(ctx);
    MLCI_TRY(check_arguments(dataset, out, err));
    MLCI_TRY(read_settings(root, settings, no_params, &read, err));
    return mlci_arrow_export_schema(root, dataset, out, err);
}

/* The dataset without row numbers: itself (referenced) where it has none. */
static mlc_status without_row_numbers(mlc_context *ctx, const mlc_dataset *dataset,
                                      mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    if (dataset->rows == NULL) {
        *out = mlc_dataset_ref(dataset);
        return MLC_OK;
    }
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_dataset_contiguous(call, dataset, out, err);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_arrow_array(mlc_context *ctx, const mlc_dataset *dataset,
                                   const char *settings, struct ArrowArray *out, mlc_error *err)
{
    export_settings read = {0};
    mlc_dataset *whole = NULL;
    mlci_root *const root = mlci_context_root(ctx);
    MLCI_TRY(check_arguments(dataset, out, err));
    MLCI_TRY(read_settings(root, settings, no_params, &read, err));
    MLCI_TRY(without_row_numbers(ctx, dataset, &whole, err));
    const mlc_status status =
        mlci_arrow_export_rows(root, whole, whole->first, whole->n_rows, out, err);
    mlc_dataset_free(whole);
    return status;
}

/* ---- streams -------------------------------------------------------------------------------- */

typedef struct stream_memory {
    mlci_root *root;      /* reference */
    mlc_dataset *dataset; /* reference; without row numbers */
    int64_t at;           /* rows given so far */
    int64_t batch_rows;
    mlc_error error; /* of the last call */
} stream_memory;

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    stream_memory *const s = stream->private_data;
    s->error.message[0] = '\0';
    return mlci_arrow_export_schema(s->root, s->dataset, out, &s->error) == MLC_OK ? 0 : NO_MEMORY;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    stream_memory *const s = stream->private_data;
    const int64_t left = s->dataset->n_rows - s->at;
    const int64_t n = left < s->batch_rows ? left : s->batch_rows;
    s->error.message[0] = '\0';
    memset(out, 0, sizeof *out);
    if (n == 0) return 0;
    if (mlci_arrow_export_rows(s->root, s->dataset, s->dataset->first + s->at, n, out, &s->error) !=
        MLC_OK)
        return NO_MEMORY;
    s->at += n;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const stream_memory *const s = stream->private_data;
    return s->error.message[0] != '\0' ? s->error.message : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream_memory *const s = stream->private_data;
    mlci_root *const root = s->root;
    mlc_dataset_free(s->dataset);
    mlci_free(s);
    stream->release = NULL;
    mlci_root_unref(root);
}

mlc_status mlc_dataset_arrow_stream(mlc_context *ctx, const mlc_dataset *dataset,
                                    const char *settings, struct ArrowArrayStream *out,
                                    mlc_error *err)
{
    export_settings read = {0};
    mlc_dataset *whole = NULL;
    mlci_root *const root = mlci_context_root(ctx);
    MLCI_TRY(check_arguments(dataset, out, err));
    MLCI_TRY(read_settings(root, settings, stream_params, &read, err));
    MLCI_TRY(without_row_numbers(ctx, dataset, &whole, err));
    stream_memory *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) {
        mlc_dataset_free(whole);
        return mlci_fail_memory(err, 1, sizeof *s);
    }
    s->root = mlci_root_ref(root);
    s->dataset = whole;
    s->batch_rows = read.batch_rows > 0 ? read.batch_rows : INT64_MAX;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = s};
    return MLC_OK;
}
