/* JSON Lines a batch at a time: a window of lines is read as a file by itself, and its columns are
 * brought into the order of the first batch. */
#include <string.h>

#include "format_batches.h"
#include "jsonl.h"
#include "line_windows.h"

typedef struct batches {
    mlci_root *root;
    mlci_line_windows windows;
    mlci_jsonl_settings settings;
    char *roles;        /* applied to whole batches; a block, or NULL */
    mlc_dataset *first; /* whose columns and types all have */
} batches;

static mlc_status missing_column(const mlci_column *like, int64_t n_rows, mlci_column **out,
                                 mlc_error *err)
{
    mlci_column *none = NULL, *whole = NULL;
    MLCI_TRY(mlci_column_take(like, NULL, 0, 0, &none, err));
    int64_t *const rows = mlci_alloc_raw(like->root, n_rows, (int64_t)sizeof *rows);
    mlc_status status = MLC_OK;
    if (rows == NULL) status = mlci_fail_memory(err, n_rows, (int64_t)sizeof *rows);
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++)
        rows[i] = -1;
    if (status == MLC_OK) status = mlci_column_take(none, rows, 0, n_rows, &whole, err);
    mlci_free(rows);
    mlci_column_unref(none);
    if (status == MLC_OK) *out = whole;
    return status;
}

static mlc_status refuse_fresh(const batches *b, const char *name, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, name,
                     "%s: column '%s' comes after the first batch, whose columns all batches have: "
                     "name them with columns=",
                     b->windows.name, name);
}

/* Column j of the first batch, in the rows of this one. */
static mlc_status find_column(const batches *b, const mlc_dataset *d, int32_t j, mlci_column **out,
                              mlc_error *err)
{
    const mlci_field *const field = &b->first->fields[j];
    const int32_t i = mlci_dataset_find(d, field->name);
    if (i < 0) return missing_column(field->column, d->n_rows, out, err);
    mlci_column *const found = d->fields[i].column;
    const int is_same = found->type == field->column->type && found->width == field->column->width;
    if (!is_same && found->n_missing == found->n_rows) {
        return missing_column(field->column, d->n_rows, out, err);
    }
    if (!is_same) {
        return mlci_fail(err, MLC_ERROR_FORMAT, field->name,
                         "%s: column '%s' is %s here and %s in the first batch: say types= or "
                         "columns=",
                         b->windows.name, field->name, mlci_type_kind(found->type),
                         mlci_type_kind(field->column->type));
    }
    *out = mlci_column_ref(found);
    return MLC_OK;
}

/* The columns of the first batch; a column of its own is refused. */
static mlc_status conform(const batches *b, const mlc_dataset *d, mlc_dataset **out, mlc_error *err)
{
    const int32_t n = b->first->n_fields;
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < d->n_fields; i++) {
        const char *const name = d->fields[i].name;
        if (mlci_dataset_find(b->first, name) < 0) return refuse_fresh(b, name, err);
    }
    const char **const names = mlci_alloc(b->root, n, (int64_t)sizeof *names);
    mlci_column **const columns = mlci_alloc(b->root, n, (int64_t)sizeof *columns);
    if (names == NULL || columns == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *columns);
    }
    for (int32_t j = 0; j < n && status == MLC_OK; j++) {
        names[j] = b->first->fields[j].name;
        status = find_column(b, d, j, &columns[j], err);
    }
    if (status == MLC_OK) {
        status = mlci_dataset_create(b->root, n, names, columns, NULL, out, err);
        if (status == MLC_OK) (*out)->n_rows = d->n_rows; /* also without columns */
    }
    for (int32_t j = 0; j < n && columns != NULL; j++)
        mlci_column_unref(columns[j]);
    mlci_free(columns);
    mlci_free(names);
    return status;
}

static mlc_status read_window(batches *b, mlc_context *call, const char *bytes, int64_t n,
                              int64_t line, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *d = NULL;
    b->settings.first_line = line - 1;
    b->settings.like = b->first;
    b->settings.is_later = b->first != NULL;
    MLCI_TRY(mlci_jsonl_read_text(call, b->windows.name, bytes, n, &b->settings,
                                  MLCI_JSONL_CHUNK_BYTES, &d, err));
    if (b->first == NULL) {
        b->first = mlc_dataset_ref(d);
        *out = d;
        return MLC_OK;
    }
    mlc_dataset *same = NULL;
    const mlc_status status = conform(b, d, &same, err);
    if (status == MLC_OK) {
        same->problems = mlc_dataset_ref(d->problems);
        *out = same;
    }
    mlc_dataset_free(d);
    return status;
}

static mlc_status next(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err)
{
    batches *const b = self;
    const char *bytes = NULL;
    int64_t n = 0, line = 1;
    mlc_dataset *d = NULL;
    const mlc_status found = mlci_line_windows_next(&b->windows, call, &bytes, &n, &line, err);
    if (found != MLC_OK) return found;
    MLCI_TRY(mlci_line_windows_report(&b->windows, call, err));
    MLCI_TRY(read_window(b, call, bytes, n, line, &d, err));
    if (b->roles != NULL) {
        /* Fields are the batch's own: `first` must stay without roles. */
        mlc_dataset *with = NULL;
        mlc_status status = mlci_dataset_with_fields(d, d->n_fields, d->fields, &with, err);
        mlc_dataset_free(d);
        if (status == MLC_OK) status = mlci_dataset_apply_roles(with, b->roles, err);
        if (status != MLC_OK) {
            mlc_dataset_free(with);
            return status;
        }
        d = with;
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
    mlci_free(b->roles);
    mlci_jsonl_settings_clear(&b->settings);
    mlci_free(b);
    mlci_root_unref(root);
}

mlc_status mlci_jsonl_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                      int64_t batch_bytes, mlci_batches *out, mlc_error *err)
{
    batches *const b = mlci_alloc(call->root, 1, (int64_t)sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *b);
    b->root = mlci_root_ref(call->root);
    mlc_status status = mlci_jsonl_settings_read(call->root, settings, &b->settings, err);
    if (status == MLC_OK) {
        b->roles = b->settings.roles;
        b->settings.roles = NULL;
        status = mlci_line_windows_open(call, path, batch_bytes, 1, &b->windows, err);
    }
    if (status != MLC_OK) {
        close_batches(b);
        return status;
    }
    *out = (mlci_batches){.self = b, .next = next, .close = close_batches};
    return MLC_OK;
}

mlc_status mlci_jsonl_open_batches(mlc_context *call, const char *path, const char *settings,
                                   mlci_batches *out, mlc_error *err)
{
    return mlci_jsonl_open_batches_of(call, path, settings, MLCI_BATCH_BYTES, out, err);
}
