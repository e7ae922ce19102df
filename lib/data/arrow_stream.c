/* Streams of record batches: all of them as one dataset, or a dataset a batch.
 *
 * A single batch with rows stays as it is, lent columns and all. Several are joined by
 * mlci_concat(), where categories meet by their texts: each batch has dictionaries of its own. What
 * texts are is decided once all of them are there. */
#include <string.h>

#include "arrow_empty.h"
#include "arrow_import.h"
#include "concat.h"
#include "reader.h"
#include "text.h"

#define FIRST_PARTS 16

typedef struct stream_reader {
    mlc_context *call;
    struct ArrowArrayStream *stream;
    struct ArrowSchema schema;
    mlci_arrow_settings settings;
    int64_t row;       /* rows read so far */
    int32_t is_joined; /* batches may share dictionaries, as they are going to be one dataset */
    mlci_arrow_dictionary *last; /* of each column; NULL before the first batch */
} stream_reader;

/* ---- batches -------------------------------------------------------------------------------- */

static mlc_status fail_stream(const stream_reader *r, const char *what, int code, mlc_error *err)
{
    const char *says = r->stream->get_last_error(r->stream);
    if (says == NULL || !mlci_utf8_valid(says, (int64_t)strlen(says), NULL))
        says = "it says no more";
    return mlci_fail(err, MLC_ERROR_CALLBACK, "stream",
                     "the Arrow stream could not give %s (error %d): %s", what, code, says);
}

static mlc_status open_reader(stream_reader *r, const char *settings, mlc_error *err)
{
    MLCI_TRY(mlci_arrow_settings_read(r->call->root, settings, &r->settings, err));
    const int code = r->stream->get_schema(r->stream, &r->schema);
    if (code != 0) {
        r->schema.release = NULL; /* nothing was given, whatever stands there */
        return fail_stream(r, "its schema", code, err);
    }
    if (r->schema.release != NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "stream", "the Arrow stream gave a released schema");
}

static void close_reader(stream_reader *r)
{
    for (int64_t i = 0; r->last != NULL && i < r->schema.n_children; i++)
        mlci_arrow_dictionary_clear(&r->last[i]);
    mlci_free(r->last);
    if (r->schema.release != NULL) r->schema.release(&r->schema);
    mlci_arrow_settings_clear(&r->settings);
}

/* Rows of an array that is given up, also on failure. */
static mlc_status read_array(stream_reader *r, struct ArrowArray *array, mlc_dataset **out,
                             mlc_error *err)
{
    mlci_arrow_owner *owner = NULL;
    const mlc_status made = mlci_arrow_owner_create(r->call->root, array, &owner, err);
    if (made != MLC_OK) {
        array->release(array);
        return made;
    }
    const mlc_status status = mlci_arrow_batch_rows(
        r->call, &r->schema, owner, &r->settings, r->row, r->is_joined ? &r->last : NULL, out, err);
    if (status == MLC_OK) r->row += (*out)->n_rows;
    mlci_arrow_owner_unref(owner);
    return status;
}

/* The next batch that has rows; *out is NULL at the end. */
static mlc_status read_batch(stream_reader *r, mlc_dataset **out, mlc_error *err)
{
    *out = NULL;
    for (;;) {
        struct ArrowArray array = {0};
        MLCI_TRY(mlci_poll(r->call, err));
        const int code = r->stream->get_next(r->stream, &array);
        if (code != 0) return fail_stream(r, "its next batch", code, err);
        if (array.release == NULL) return MLC_OK;
        if (array.length != 0) return read_array(r, &array, out, err);
        array.release(&array);
    }
}

static mlc_status read_empty(stream_reader *r, mlc_dataset **out, mlc_error *err)
{
    struct ArrowArray array;
    MLCI_TRY(mlci_arrow_empty(r->call->root, &r->schema, &array, err));
    return read_array(r, &array, out, err);
}

/* ---- one dataset ---------------------------------------------------------------------------- */

typedef struct parts {
    mlc_dataset **part;
    int32_t n, capacity;
} parts;

static void parts_clear(parts *all)
{
    for (int32_t i = 0; i < all->n; i++)
        mlc_dataset_free(all->part[i]);
    mlci_free(all->part);
}

static mlc_status parts_add(parts *all, mlci_root *root, mlc_dataset *part, mlc_error *err)
{
    if (all->n == all->capacity) {
        const int64_t capacity = all->capacity > 0 ? (int64_t)all->capacity * 2 : FIRST_PARTS;
        mlc_dataset **const grown =
            capacity > INT32_MAX ? NULL : mlci_realloc(root, all->part, capacity, sizeof *grown);
        if (grown == NULL) {
            mlc_dataset_free(part);
            return mlci_fail_memory(err, capacity, sizeof *grown);
        }
        all->part = grown;
        all->capacity = (int32_t)capacity;
    }
    all->part[all->n++] = part;
    return MLC_OK;
}

static mlc_status read_parts(stream_reader *r, parts *all, mlc_error *err)
{
    for (;;) {
        mlc_dataset *part = NULL;
        MLCI_TRY(read_batch(r, &part, err));
        if (part == NULL) return MLC_OK;
        MLCI_TRY(parts_add(all, r->call->root, part, err));
    }
}

static mlc_status join_parts(stream_reader *r, parts *all, mlc_dataset **out, mlc_error *err)
{
    if (all->n == 0) return read_empty(r, out, err);
    if (all->n > 1)
        return mlci_concat(r->call, all->n, (const mlc_dataset *const *)all->part, out, err);
    *out = all->part[0];
    all->n = 0;
    return MLC_OK;
}

/* Takes the texts that no row has out of dictionaries that were shared. */
static mlc_status drop_unused(const stream_reader *r, mlc_dataset *fresh, mlc_error *err)
{
    for (int32_t i = 0; r->last != NULL && i < fresh->n_fields; i++) {
        mlci_field *const field = &fresh->fields[i];
        mlci_column *column = NULL;
        if (!r->last[i].is_shared) continue;
        MLCI_TRY(mlci_column_drop_unused(field->column, &column, err));
        mlci_column_unref(field->column);
        field->column = column;
    }
    return MLC_OK;
}

static mlc_status read_stream(stream_reader *r, const char *settings, mlc_dataset **out,
                              mlc_error *err)
{
    parts all = {0};
    mlc_dataset *dataset = NULL;
    mlc_status status = open_reader(r, settings, err);
    r->is_joined = 1;
    if (status == MLC_OK) status = read_parts(r, &all, err);
    if (status == MLC_OK) status = join_parts(r, &all, &dataset, err);
    if (status == MLC_OK) status = drop_unused(r, dataset, err);
    if (status == MLC_OK) status = mlci_arrow_settle(r->call, &r->settings, dataset, err);
    parts_clear(&all);
    close_reader(r);
    if (status == MLC_OK) {
        *out = dataset;
    } else {
        mlc_dataset_free(dataset);
    }
    return status;
}

static mlc_status check_stream(const struct ArrowArrayStream *stream, const void *out,
                               mlc_error *err)
{
    if (stream == NULL || out == NULL) {
        const char *const what = stream == NULL ? "stream" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    if (stream->release != NULL && stream->get_schema != NULL && stream->get_next != NULL &&
        stream->get_last_error != NULL)
        return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "stream", "the Arrow stream is %s",
                     stream->release == NULL ? "released already" : "without one of its functions");
}

mlc_status mlc_dataset_from_arrow_stream(mlc_context *ctx, struct ArrowArrayStream *stream,
                                         const char *settings, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(check_stream(stream, out, err));
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    stream_reader r = {.call = call, .stream = stream};
    const mlc_status status = read_stream(&r, settings, out, err);
    if (status == MLC_OK) {
        stream->release(stream);
        stream->release = NULL;
    }
    mlci_call_end(call);
    return status;
}

/* ---- a dataset a batch ---------------------------------------------------------------------- */

typedef struct open_stream {
    struct ArrowArrayStream stream; /* moved here */
    stream_reader reader;
} open_stream;

static mlc_status next_batch(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    open_stream *const s = self;
    s->reader.call = call;
    mlc_dataset *rows = NULL;
    MLCI_TRY(read_batch(&s->reader, &rows, err));
    if (rows == NULL) return MLC_END;
    const mlc_status status = mlci_arrow_settle(call, &s->reader.settings, rows, err);
    if (status == MLC_OK) {
        *out = rows;
    } else {
        mlc_dataset_free(rows);
    }
    return status;
}

static void close_batches(void *self)
{
    open_stream *const s = self;
    close_reader(&s->reader);
    s->stream.release(&s->stream);
    mlci_free(s);
}

mlc_status mlci_arrow_open_batches(mlc_context *call, struct ArrowArrayStream *stream,
                                   const char *settings, mlci_batches *out, mlc_error *err)
{
    MLCI_TRY(check_stream(stream, out, err));
    open_stream *const s = mlci_alloc(call->root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->reader = (stream_reader){.call = call, .stream = stream};
    const mlc_status status = open_reader(&s->reader, settings, err);
    if (status != MLC_OK) {
        close_reader(&s->reader);
        mlci_free(s);
        return status;
    }
    if (s->reader.settings.text == MLCI_ARROW_TEXT_AUTO) /* one batch cannot tell */
        s->reader.settings.text = MLCI_ARROW_TEXT_TEXT;
    s->stream = *stream;
    s->reader.stream = &s->stream;
    stream->release = NULL;
    *out = (mlci_batches){.self = s, .next = next_batch, .close = close_batches};
    return MLC_OK;
}

mlc_status mlc_reader_from_arrow(mlc_context *ctx, struct ArrowArrayStream *stream,
                                 const char *settings, mlc_reader **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlc_reader *reader = NULL;
    mlci_batches batches = {0};
    MLCI_TRY(check_stream(stream, out, err));
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_reader_create(call->root, NULL, &reader, err);
    if (status == MLC_OK) status = mlci_arrow_open_batches(call, stream, settings, &batches, err);
    if (status == MLC_OK) {
        mlci_reader_start(reader, &batches);
        *out = reader;
    } else {
        mlc_reader_close(reader);
    }
    mlci_call_end(call);
    return status;
}
