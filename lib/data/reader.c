/* Readers: one kind of session over whatever yields batches, and the callback of a host as such. */
#include "reader.h"

#include <string.h>

#include "concat.h"
#include "root.h"

struct mlc_reader {
    mlci_root *root; /* reference */
    mlci_batches batches;
    char *roles;         /* or NULL */
    mlc_dataset *layout; /* no rows, with the columns of the first batch; NULL before it */
    int64_t n_rows, n_batches;
    mlc_status status; /* MLC_END or a failure: there is nothing more to read */
    mlc_error error;
};

/* ---- the session ---------------------------------------------------------------------------- */

mlc_status mlci_reader_create(mlci_root *root, const char *roles, mlc_reader **out, mlc_error *err)
{
    mlc_reader *const r = mlci_alloc(root, 1, (int64_t)sizeof *r);
    char *const copy = roles == NULL ? NULL : mlci_copy_text(root, roles, (int64_t)strlen(roles));
    if (r == NULL || (roles != NULL && copy == NULL)) {
        mlci_free(r);
        mlci_free(copy);
        return mlci_fail_memory(err, 1, (int64_t)sizeof *r);
    }
    *r = (mlc_reader){.root = mlci_root_ref(root), .roles = copy};
    *out = r;
    return MLC_OK;
}

void mlci_reader_start(mlc_reader *reader, const mlci_batches *batches)
{
    reader->batches = *batches;
}

void mlc_reader_close(mlc_reader *reader)
{
    if (reader == NULL) return;
    mlci_root *const root = reader->root;
    if (reader->batches.close != NULL) reader->batches.close(reader->batches.self);
    mlc_dataset_free(reader->layout);
    mlci_free(reader->roles);
    mlci_free(reader);
    mlci_root_unref(root);
}

int64_t mlc_reader_n_rows(const mlc_reader *reader)
{
    return reader == NULL ? 0 : reader->n_rows;
}

/* A dataset without rows that has these columns, and holds on to no values. */
static mlc_status remember_layout(mlc_context *call, const mlc_dataset *batch, mlc_dataset **out,
                                  mlc_error *err)
{
    mlc_dataset *none = NULL;
    MLCI_TRY(mlc_dataset_rows(call, batch, NULL, 0, 0, &none, err));
    const mlc_status status = mlci_dataset_contiguous(call, none, out, err);
    mlc_dataset_free(none);
    return status;
}

/* Every batch has the columns of the first one, in their order and of their types. */
static mlc_status check_layout(const mlc_reader *r, const mlc_dataset *batch, mlc_error *err)
{
    const mlc_dataset *const first = r->layout;
    for (int32_t i = 0; i < first->n_fields && i < batch->n_fields; i++) {
        const mlci_field *const a = &first->fields[i], *const b = &batch->fields[i];
        if (strcmp(a->name, b->name) != 0) {
            return mlci_fail(err, MLC_ERROR_COLUMN, b->name,
                             "batch %lld: column %d is '%s', and '%s' in the first batch",
                             (long long)r->n_batches + 1, (int)i + 1, b->name, a->name);
        }
        if (a->column->type != b->column->type || a->column->width != b->column->width) {
            return mlci_fail(err, MLC_ERROR_COLUMN, b->name,
                             "batch %lld: column '%s' is %s of width %lld, and %s of width %lld in "
                             "the first batch",
                             (long long)r->n_batches + 1, b->name, mlci_type_name(b->column->type),
                             (long long)b->column->width, mlci_type_name(a->column->type),
                             (long long)a->column->width);
        }
    }
    if (first->n_fields == batch->n_fields) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, NULL,
                     "batch %lld has %d columns, and the first batch %d",
                     (long long)r->n_batches + 1, (int)batch->n_fields, (int)first->n_fields);
}

static mlc_status next_batch(mlc_context *call, mlc_reader *r, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *batch = NULL;
    MLCI_TRY(mlci_poll(call, err));
    const mlc_status came = r->batches.next(r->batches.self, call, &batch, err);
    if (came != MLC_OK) return came;
    mlc_status status = r->layout == NULL ? remember_layout(call, batch, &r->layout, err)
                                          : check_layout(r, batch, err);
    if (status == MLC_OK && r->roles != NULL) {
        status = mlc_dataset_with_roles(call, batch, r->roles, out, err);
    } else if (status == MLC_OK) {
        *out = mlc_dataset_ref(batch);
    }
    if (status == MLC_OK) {
        r->n_rows += batch->n_rows;
        r->n_batches++;
    }
    mlc_dataset_free(batch);
    return status;
}

mlc_status mlci_reader_step(mlc_context *call, mlc_reader *reader, mlc_dataset **out,
                            mlc_error *err)
{
    mlc_reader *const r = reader;
    if (r->status == MLC_OK) r->status = next_batch(call, r, out, &r->error);
    if (r->status < 0 && err != NULL) *err = r->error;
    return r->status;
}

mlc_status mlci_reader_break(mlc_reader *reader, mlc_status status, const mlc_error *why)
{
    reader->status = status;
    reader->error = *why;
    return status;
}

mlc_status mlci_reader_check(const mlc_reader *reader, mlc_dataset **out, mlc_error *err)
{
    if (reader != NULL && out != NULL) return MLC_OK;
    const char *const what = reader == NULL ? "reader" : "out";
    return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
}

mlc_status mlc_reader_next(mlc_context *ctx, mlc_reader *reader, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_reader_check(reader, out, err));
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_reader_step(call, reader, out, err);
    mlci_call_end(call);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static mlc_status collect(mlc_context *call, mlc_reader *r, mlci_parts *parts, mlc_dataset **out,
                          mlc_error *err)
{
    for (;;) {
        mlc_dataset *batch = NULL;
        const mlc_status status = mlci_reader_step(call, r, &batch, err);
        if (status == MLC_END) break;
        if (status != MLC_OK) return status;
        MLCI_TRY(mlci_parts_add(parts, batch, err));
    }
    return parts->n == 0 ? MLC_END : mlci_parts_join(call, parts, out, err);
}

mlc_status mlc_reader_collect(mlc_context *ctx, mlc_reader *reader, mlc_dataset **out,
                              mlc_error *err)
{
    mlc_error why;
    MLCI_TRY(mlci_reader_check(reader, out, err));
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_parts parts = {.root = call->root};
    const mlc_status status = collect(call, reader, &parts, out, &why);
    if (status < 0) {
        if (err != NULL) *err = why;
        (void)mlci_reader_break(reader, status, &why);
    }
    mlci_parts_clear(&parts);
    mlci_call_end(call);
    return status;
}

/* ---- callbacks of the host ------------------------------------------------------------------ */

static mlc_status source_next(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    const mlc_source *const source = self;
    mlc_dataset *rows = NULL;
    mlc_error said;
    memset(&said, 0, sizeof said);
    const mlc_status status = source->next(source->user, &rows, &said);
    said.message[sizeof said.message - 1] = '\0';
    if (status == MLC_OK && rows != NULL) {
        *out = rows;
        return MLC_OK;
    }
    if (status == MLC_END) return MLC_END;
    const char *const why = status == MLC_OK          ? "it yielded no dataset"
                            : said.message[0] != '\0' ? said.message
                                                      : "it gave no message";
    return mlci_fail(err, MLC_ERROR_CALLBACK, "source", "the source of the host failed: %s", why);
}

static void source_close(void *self)
{
    mlc_source *const source = self;
    if (source->release != NULL) source->release(source->user);
    mlci_free(source);
}

mlc_status mlc_reader_from_source(mlc_context *ctx, const mlc_source *source, const char *roles,
                                  mlc_reader **out, mlc_error *err)
{
    if (source == NULL || out == NULL) {
        const char *const what = source == NULL ? "source" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlci_root *const root = mlci_context_root(ctx);
    mlc_source own = {.size = sizeof own};
    MLCI_TRY(mlci_copy_sized(&own, sizeof own, source, "mlc_source", err));
    if (own.next == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "source",
                         "source.next is NULL, but it is needed");
    }
    mlc_reader *reader = NULL;
    MLCI_TRY(mlci_reader_create(root, roles, &reader, err));
    mlc_source *const copy = mlci_alloc(root, 1, (int64_t)sizeof *copy);
    if (copy == NULL) {
        mlc_reader_close(reader);
        return mlci_fail_memory(err, 1, (int64_t)sizeof *copy);
    }
    *copy = own;
    mlci_reader_start(reader, &(mlci_batches){copy, source_next, source_close});
    *out = reader;
    return MLC_OK;
}
