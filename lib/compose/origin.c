/* The origin of a model as a table: objects inside objects become dotted names. */
#include "origin.h"

#include <string.h>

#include "dataset_impl.h"
#include "json.h"
#include "text.h"

#define MOST_ROWS 256
#define MOST_DEPTH 4

typedef struct origin_rows {
    mlci_root *root;
    int64_t n;
    char *names[MOST_ROWS], *values[MOST_ROWS];
    char *path[MOST_DEPTH]; /* the key at each depth */
    int32_t depth;
} origin_rows;

static mlc_status add_row(origin_rows *rows, const char *value, int64_t length, mlc_error *err)
{
    if (rows->n == MOST_ROWS)
        return mlci_fail(err, MLC_ERROR_SYNTAX, "origin", "more than %d entries", MOST_ROWS);
    mlci_text name = mlci_text_init(rows->root);
    for (int32_t d = 0; d < rows->depth; d++) {
        if (d > 0) mlci_text_append_char(&name, '.');
        mlci_text_append_text(&name, rows->path[d]);
    }
    rows->values[rows->n] = mlci_copy_text(rows->root, value, length);
    if (rows->values[rows->n] == NULL) {
        mlci_text_clear(&name);
        return mlci_fail_memory(err, length + 1, 1);
    }
    return mlci_text_take(&name, &rows->names[rows->n++], err);
}

static mlc_status take_key(origin_rows *rows, const mlci_json *r, mlc_error *err)
{
    char **const key = &rows->path[rows->depth - 1];
    mlci_free(*key);
    *key = mlci_copy_text(rows->root, r->text, r->length);
    return *key == NULL ? mlci_fail_memory(err, r->length + 1, 1) : MLC_OK;
}

static mlc_status take_event(origin_rows *rows, const mlci_json *r, mlc_error *err)
{
    const int64_t length = (int64_t)(r->at - r->token);
    switch (r->event) {
    case MLCI_JSON_OBJECT:
        if (rows->depth == MOST_DEPTH) break;
        rows->depth++;
        return MLC_OK;
    case MLCI_JSON_END_OBJECT:
        rows->depth--;
        return MLC_OK;
    case MLCI_JSON_KEY:
        return take_key(rows, r, err);
    case MLCI_JSON_TEXT:
        if (rows->depth == 0) break;
        return add_row(rows, r->text, r->length, err);
    case MLCI_JSON_NUMBER:
    case MLCI_JSON_TRUE:
    case MLCI_JSON_FALSE:
    case MLCI_JSON_NULL:
        if (rows->depth == 0) break;
        return add_row(rows, r->token, length, err);
    default:
        break;
    }
    return mlci_json_fail(r, err, "origin", "an origin is an object of texts and numbers");
}

static mlc_status read_rows(origin_rows *rows, mlci_json *r, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    while (r->event != MLCI_JSON_END) {
        MLCI_TRY(take_event(rows, r, err));
        MLCI_TRY(mlci_json_next(r, err));
    }
    return MLC_OK;
}

mlc_status mlci_origin_table(mlci_root *root, const char *json, mlc_dataset **out, mlc_error *err)
{
    mlci_json r;
    origin_rows *const rows = mlci_alloc(root, 1, sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, 1, sizeof *rows);
    rows->root = root;
    mlci_json_open(&r, root, json, (int64_t)strlen(json));
    mlc_status status = read_rows(rows, &r, err);
    mlci_json_close(&r);
    if (status == MLC_OK) {
        mlci_table table;
        mlci_table_init(&table, root);
        mlci_table_texts(&table, "name", rows->n, (const char *const *)rows->names);
        mlci_table_texts(&table, "value", rows->n, (const char *const *)rows->values);
        status = mlci_table_finish(&table, out, err);
    }
    for (int64_t i = 0; i < rows->n; i++) {
        mlci_free(rows->names[i]);
        mlci_free(rows->values[i]);
    }
    for (int32_t d = 0; d < MOST_DEPTH; d++)
        mlci_free(rows->path[d]);
    mlci_free(rows);
    return status;
}
