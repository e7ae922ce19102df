/* Texts of Arrow as text columns.
 *
 * Offsets are copied to int64 from 0 on and must ascend; the bytes are lent where null rows have
 * none, and copied otherwise and from views. All bytes are checked at once for UTF-8 and NUL, and
 * each offset for lying between two characters; rows are gone through only to name the bad one. */
#include <string.h>

#include "arrow_import.h"
#include "checked.h"
#include "text.h"

#define IN_PLACE 12 /* bytes of a view's text that stand in the view itself */

static mlc_status fail_row(const mlci_arrow_source *s, int64_t i, const char *why, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, s->name, "column '%s': the text of row %lld %s", s->name,
                     (long long)(s->row + i + 1), why);
}

/* ---- checks --------------------------------------------------------------------------------- */

static mlc_status check_row(const mlci_arrow_source *s, int64_t i, const char *text, int64_t length,
                            mlc_error *err)
{
    if (length > 0 && memchr(text, '\0', (size_t)length) != NULL)
        return fail_row(s, i, "holds a NUL byte: take it out", err);
    if (mlci_utf8_valid(text, length, NULL)) return MLC_OK;
    return fail_row(s, i, "is not valid UTF-8: convert it first", err);
}

/* The bytes of all rows lie one after the other. */
static mlc_status check_texts(const mlci_arrow_source *s, const char *bytes, const int64_t *offsets,
                              mlc_error *err)
{
    const int64_t total = offsets[s->n];
    if (total == 0) return MLC_OK;
    int is_good = memchr(bytes, '\0', (size_t)total) == NULL && mlci_utf8_valid(bytes, total, NULL);
    for (int64_t i = 0; i < s->n && is_good; i++)
        is_good = offsets[i] == total || ((uint8_t)bytes[offsets[i]] & 0xC0) != 0x80;
    for (int64_t i = 0; i < s->n && !is_good; i++)
        MLCI_TRY(check_row(s, i, bytes + offsets[i], offsets[i + 1] - offsets[i], err));
    return MLC_OK;
}

/* ---- texts between offsets ------------------------------------------------------------------ */

/* Offset i of the array; type.size is 4 or 8. */
static int64_t offset_at(const mlci_arrow_source *s, int64_t i)
{
    const char *const at = (const char *)s->array->buffers[1] + (s->first + i) * s->type.size;
    int32_t narrow;
    int64_t wide;
    if (s->type.size == 8) {
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

/* Offsets of the rows without those that are null, from 0 on; *has_gaps: null rows have bytes. */
static mlc_status copy_offsets(const mlci_arrow_source *s, int64_t *out, int *has_gaps,
                               mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(s);
    int64_t from = offset_at(s, 0);
    if (from < 0) return fail_row(s, 0, "begins at a negative offset", err);
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t to = offset_at(s, i + 1);
        if (to < from) return fail_row(s, i, "ends before it begins: offsets must ascend", err);
        const int is_there = mlci_arrow_is_valid(s, valid, i);
        out[i + 1] = out[i] + (is_there ? to - from : 0);
        if (!is_there && to > from) *has_gaps = 1;
        from = to;
    }
    return MLC_OK;
}

/* A text column of n rows without bytes yet, and its offsets. */
static mlc_status create_text(const mlci_arrow_source *s, mlci_column **out, int64_t **offsets,
                              mlc_error *err)
{
    MLCI_TRY(mlci_column_create(s->owner->root, MLC_TYPE_TEXT, s->n, 1, 0, out, err));
    *offsets = (int64_t *)(*out)->offsets;
    return MLC_OK;
}

/* Room for the bytes of all rows. */
static mlc_status add_bytes(mlci_column *column, char **out, mlc_error *err)
{
    const int64_t n = column->offsets[column->n_rows];
    char *const bytes = mlci_alloc_raw(column->root, n, 1);
    if (bytes == NULL) return mlci_fail_memory(err, n, 1);
    mlci_free((void *)column->values);
    column->values = *out = bytes;
    return MLC_OK;
}

static mlc_status copy_bytes(const mlci_arrow_source *s, const char *from, mlci_column *column,
                             mlc_error *err)
{
    char *bytes = NULL;
    MLCI_TRY(add_bytes(column, &bytes, err));
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t length = column->offsets[i + 1] - column->offsets[i];
        if (length > 0) memcpy(bytes + column->offsets[i], from + offset_at(s, i), (size_t)length);
    }
    return MLC_OK;
}

/* Takes the bytes of the batch for those of the column. */
static mlc_status lend_bytes(const mlci_arrow_source *s, const char *bytes, mlci_column **column,
                             mlc_error *err)
{
    mlci_column *lent = NULL;
    MLCI_TRY(mlci_arrow_lend(s, MLC_TYPE_TEXT, 1, bytes, &lent, err));
    const int64_t *const own = lent->offsets;
    lent->offsets = (*column)->offsets;
    (*column)->offsets = own;
    mlci_column_unref(*column);
    *column = lent;
    return MLC_OK;
}

static mlc_status read_offset_texts(const mlci_arrow_source *s, mlci_column **column,
                                    mlc_error *err)
{
    int64_t *offsets = NULL;
    int has_gaps = 0;
    MLCI_TRY(create_text(s, column, &offsets, err));
    if (s->n == 0) return MLC_OK;
    MLCI_TRY(copy_offsets(s, offsets, &has_gaps, err));
    const char *const bytes = s->array->buffers[2];
    if (offsets[s->n] == 0) return MLC_OK;
    if (bytes == NULL)
        return mlci_fail(
            err, MLC_ERROR_ARGUMENT, s->name,
            "column '%s': buffer 2 of its Arrow array is NULL, with %lld bytes of text", s->name,
            (long long)offsets[s->n]);
    MLCI_TRY(has_gaps ? copy_bytes(s, bytes, *column, err)
                      : lend_bytes(s, bytes + offset_at(s, 0), column, err));
    return check_texts(s, (*column)->values, (*column)->offsets, err);
}

/* ---- views ---------------------------------------------------------------------------------- */

typedef struct text_view {
    int32_t length;
    int32_t prefix; /* the first four bytes again; of short texts the text starts here */
    int32_t buffer;
    int32_t offset;
} text_view;

/* Where the text of row i is, NULL when it lies outside of the buffers. */
static const char *view_text(const mlci_arrow_source *s, int64_t i, int64_t *length)
{
    const struct ArrowArray *const a = s->array;
    const char *const at = (const char *)a->buffers[1] + (s->first + i) * s->type.size;
    const int64_t n_data = a->n_buffers - 3;
    const char *const sizes = a->buffers[a->n_buffers - 1];
    text_view view;
    int64_t size = 0;
    memcpy(&view, at, sizeof view);
    *length = view.length;
    if (view.length >= 0 && view.length <= IN_PLACE) return at + sizeof view.length;
    if (view.length < 0 || view.buffer < 0 || view.buffer >= n_data || view.offset < 0 ||
        sizes == NULL || a->buffers[2 + view.buffer] == NULL)
        return NULL;
    memcpy(&size, sizes + (int64_t)view.buffer * (int64_t)sizeof size, sizeof size);
    if ((int64_t)view.offset + view.length > size) return NULL;
    return (const char *)a->buffers[2 + view.buffer] + view.offset;
}

static mlc_status read_views(const mlci_arrow_source *s, mlci_column **column, mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(s);
    int64_t *offsets = NULL, length = 0;
    char *bytes = NULL;
    MLCI_TRY(create_text(s, column, &offsets, err));
    for (int64_t i = 0; i < s->n; i++) {
        length = 0;
        if (mlci_arrow_is_valid(s, valid, i) && view_text(s, i, &length) == NULL)
            return fail_row(s, i, "lies outside of its buffers", err);
        if (!mlci_add_size(offsets[i], length, &offsets[i + 1]))
            return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                             "column '%s' has too many bytes of text", s->name);
    }
    MLCI_TRY(add_bytes(*column, &bytes, err));
    for (int64_t i = 0; i < s->n; i++) {
        if (offsets[i + 1] == offsets[i]) continue;
        const char *const text = view_text(s, i, &length);
        memcpy(bytes + offsets[i], text, (size_t)length);
    }
    return check_texts(s, bytes, offsets, err);
}

mlc_status mlci_arrow_text_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    mlc_status status = s->type.kind == MLCI_ARROW_VIEW ? read_views(s, &column, err)
                                                        : read_offset_texts(s, &column, err);
    if (status == MLC_OK) status = mlci_arrow_copy_valid(s, column, err);
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}
