/* Metadata of Arrow schemas: int32 n, then n times int32 length and key, int32 length and value.
 * There is no NUL at the end and nothing is aligned. */
#include "arrow_metadata.h"

#include <string.h>

#include "json.h"

static int32_t read_length(const char **at)
{
    int32_t n;
    memcpy(&n, *at, sizeof n);
    *at += sizeof n;
    return n;
}

int mlci_arrow_metadata_find(const char *metadata, const char *key, const char **value,
                             int32_t *length)
{
    const char *at = metadata;
    const int32_t n_key = (int32_t)strlen(key);
    int32_t n = metadata != NULL ? read_length(&at) : 0;
    for (; n > 0; n--) {
        const int32_t own = read_length(&at);
        if (own < 0) return 0;
        const char *const name = at;
        at += own;
        *length = read_length(&at);
        if (*length < 0) return 0;
        *value = at;
        at += *length;
        if (own == n_key && memcmp(name, key, (size_t)own) == 0) return 1;
    }
    return 0;
}

/* ---- components ----------------------------------------------------------------------------- */

static mlc_status refuse_components(const char *name, int64_t width, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, name,
                     "column '%s': %s in its metadata must be a JSON array of %lld texts", name,
                     MLCI_ARROW_COMPONENTS, (long long)width);
}

/* The texts of a JSON array one after the other in *text; where each starts, as an offset. */
static mlc_status read_names(mlci_json *json, const char *name, int64_t width, mlci_text *text,
                             int64_t *starts, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event != MLCI_JSON_ARRAY) return refuse_components(name, width, err);
    for (int64_t k = 0; k < width; k++) {
        MLCI_TRY(mlci_json_next(json, err));
        if (json->event != MLCI_JSON_TEXT ||
            (json->length > 0 && memchr(json->text, '\0', (size_t)json->length) != NULL))
            return refuse_components(name, width, err);
        starts[k] = text->length;
        mlci_text_append(text, json->text, json->length);
        mlci_text_append_char(text, '\0');
    }
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event != MLCI_JSON_END_ARRAY) return refuse_components(name, width, err);
    MLCI_TRY(mlci_json_next(json, err));
    return mlci_text_status(text, err);
}

static mlc_status set_names(const char *name, const char *list, int32_t length, mlci_column *column,
                            mlc_error *err)
{
    mlci_json json;
    mlci_text text = mlci_text_init(column->root);
    const char **const names = mlci_alloc_raw(column->root, column->width, sizeof *names);
    int64_t *const starts = mlci_alloc_raw(column->root, column->width, sizeof *starts);
    mlc_status status = MLC_OK;
    mlci_json_open(&json, column->root, list, length);
    if (names == NULL || starts == NULL)
        status = mlci_fail_memory(err, column->width, sizeof *names);
    if (status == MLC_OK) status = read_names(&json, name, column->width, &text, starts, err);
    if (status == MLC_OK) {
        for (int64_t k = 0; k < column->width; k++)
            names[k] = text.data + starts[k];
        status = mlci_column_set_components(column, names, err);
    }
    mlci_json_close(&json);
    mlci_text_clear(&text);
    mlci_free((void *)names);
    mlci_free(starts);
    return status;
}

mlc_status mlci_arrow_components_read(const char *metadata, const char *name, mlci_column *column,
                                      mlc_error *err)
{
    const char *list = NULL;
    int32_t length = 0;
    if (mlci_arrow_metadata_find(metadata, MLCI_ARROW_COMPONENTS, &list, &length)) {
        /* A name is three bytes at least: no room is made for more of them than can be there. */
        if (column->width > length / 3) return refuse_components(name, column->width, err);
        return set_names(name, list, length, column, err);
    }
    return column->indices == NULL ? mlci_column_number_components(column, name, err) : MLC_OK;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void append_bytes(mlci_text *to, const char *bytes, int64_t length)
{
    const int32_t n = (int32_t)length;
    mlci_text_append(to, (const char *)&n, sizeof n);
    mlci_text_append(to, bytes, length);
}

static void add_pair(mlci_arrow_metadata *m, const char *key, const char *value, int64_t length)
{
    static const char count[sizeof(int32_t)];
    if (m->n++ == 0) mlci_text_append(&m->bytes, count, sizeof count);
    append_bytes(&m->bytes, key, (int64_t)strlen(key));
    append_bytes(&m->bytes, value, length);
}

void mlci_arrow_metadata_add(mlci_arrow_metadata *m, const char *key, const char *value)
{
    if (value != NULL) add_pair(m, key, value, (int64_t)strlen(value));
}

void mlci_arrow_metadata_add_components(mlci_arrow_metadata *m, const mlci_column *column)
{
    mlci_text list = mlci_text_init(m->bytes.root);
    if (column->components == NULL) return;
    for (int64_t k = 0; k < column->width; k++) {
        const char *const name = column->components[k];
        mlci_text_append_char(&list, k == 0 ? '[' : ',');
        mlci_text_append_json(&list, name, (int64_t)strlen(name));
    }
    mlci_text_append_char(&list, ']');
    if (list.failed || list.length > INT32_MAX) {
        m->bytes.failed = 1;
    } else {
        add_pair(m, MLCI_ARROW_COMPONENTS, list.data, list.length);
    }
    mlci_text_clear(&list);
}

mlc_status mlci_arrow_metadata_take(mlci_arrow_metadata *m, char **out, mlc_error *err)
{
    *out = NULL;
    if (m->n > 0 && !m->bytes.failed) memcpy(m->bytes.data, &m->n, sizeof m->n);
    mlc_status status = mlci_text_status(&m->bytes, err);
    if (status == MLC_OK && m->n > 0) status = mlci_text_take(&m->bytes, out, err);
    mlci_text_clear(&m->bytes);
    m->n = 0;
    return status;
}
