/* One interface to the readers of JSON and of UBJSON. */
#include "document.h"

#include <string.h>

#include "error.h"
#include "number.h"
#include "text.h"

int mlci_document_is_ubjson(const char *bytes, int64_t n)
{
    return n > 1 && bytes[0] == '{' && memchr("iUIlL$#", bytes[1], 7) != NULL;
}

void mlci_document_open(mlci_document *d, mlci_root *root, const char *bytes, int64_t n)
{
    d->root = root;
    d->is_ubjson = mlci_document_is_ubjson(bytes, n);
    d->event = MLCI_JSON_END;
    d->text = "";
    d->length = 0;
    mlci_json_open(&d->json, root, bytes, d->is_ubjson ? 0 : n);
    mlci_ubjson_open(&d->ubjson, bytes, d->is_ubjson ? n : 0);
    d->json.is_lenient = d->json.texts_only = 1;
}

void mlci_document_close(mlci_document *d)
{
    mlci_json_close(&d->json);
}

static void take_event(mlci_document *d)
{
    d->event = d->is_ubjson ? d->ubjson.event : d->json.event;
    d->text = d->is_ubjson ? d->ubjson.text : d->json.text;
    d->length = d->is_ubjson ? d->ubjson.length : d->json.length;
}

mlc_status mlci_document_next(mlci_document *d, mlc_error *err)
{
    MLCI_TRY(d->is_ubjson ? mlci_ubjson_next(&d->ubjson, err) : mlci_json_next(&d->json, err));
    take_event(d);
    return MLC_OK;
}

mlc_status mlci_document_skip(mlci_document *d, mlc_error *err)
{
    MLCI_TRY(d->is_ubjson ? mlci_ubjson_skip(&d->ubjson, err) : mlci_json_skip(&d->json, err));
    take_event(d);
    return MLC_OK;
}

mlc_status mlci_document_fail(const mlci_document *d, mlc_error *err, const char *name,
                              const char *what)
{
    mlci_text message = mlci_text_init(NULL);
    mlci_text_append_format(&message, "%s: %s", name, what);
    const char *const text = message.data == NULL ? what : message.data;
    const mlc_status status = d->is_ubjson ? mlci_ubjson_fail(&d->ubjson, err, name, text)
                                           : mlci_json_fail(&d->json, err, name, text);
    mlci_text_clear(&message);
    return status;
}

int mlci_document_is(const mlci_document *d, const char *text)
{
    return mlci_text_equal(d->text, d->length, text);
}

mlc_status mlci_document_enter(mlci_document *d, const char *name, mlci_json_event opening,
                               mlc_error *err)
{
    MLCI_TRY(mlci_document_next(d, err));
    if (d->event == opening) return MLC_OK;
    return mlci_document_fail(d, err, name,
                              opening == MLCI_JSON_OBJECT ? "it is no object" : "it is no array");
}

mlc_status mlci_document_key(mlci_document *d, int *more, mlc_error *err)
{
    MLCI_TRY(mlci_document_next(d, err));
    *more = d->event == MLCI_JSON_KEY;
    return MLC_OK;
}

/* The latest event as an integer; 0 when it is none. */
static int take_integer(const mlci_document *d, int64_t *out)
{
    if (d->event == MLCI_JSON_TRUE || d->event == MLCI_JSON_FALSE) {
        *out = d->event == MLCI_JSON_TRUE;
        return 1;
    }
    if (d->event == MLCI_JSON_NUMBER && d->is_ubjson) {
        *out = d->ubjson.integer;
        return d->ubjson.is_integer;
    }
    return (d->event == MLCI_JSON_NUMBER || d->event == MLCI_JSON_TEXT) &&
           mlci_integer_parse(d->text, d->length, out);
}

static int take_float(const mlci_document *d, float *out)
{
    if (d->event != MLCI_JSON_NUMBER) return 0;
    if (!d->is_ubjson) return mlci_float_parse(d->text, d->length, out);
    *out = (float)d->ubjson.real;
    return 1;
}

mlc_status mlci_document_integer(mlci_document *d, const char *name, int64_t *out, mlc_error *err)
{
    MLCI_TRY(mlci_document_next(d, err));
    return take_integer(d, out) ? MLC_OK : mlci_document_fail(d, err, name, "it is no integer");
}

/* ---- arrays of numbers -------------------------------------------------------------------- */

/* The array, which may move, has room for n elements. */
static mlc_status make_room(mlci_root *root, void *array, int64_t size, int64_t n,
                            int64_t *capacity, mlc_error *err)
{
    void *old, *grown;
    if (n <= *capacity) return MLC_OK;
    const int64_t least = *capacity < 32 ? 64 : 2 * *capacity;
    const int64_t more = n > least ? n : least;
    memcpy(&old, array, sizeof old);
    grown = mlci_realloc(root, old, more, size);
    if (grown == NULL) return mlci_fail_memory(err, more, size);
    memcpy(array, &grown, sizeof grown);
    *capacity = more;
    return MLC_OK;
}

mlc_status mlci_document_add_integer(mlci_document *d, mlci_integers *out, int64_t value,
                                     mlc_error *err)
{
    MLCI_TRY(make_room(d->root, &out->at, sizeof *out->at, out->n + 1, &out->capacity, err));
    out->at[out->n++] = value;
    return MLC_OK;
}

mlc_status mlci_document_add_float(mlci_document *d, mlci_floats *out, float value, mlc_error *err)
{
    MLCI_TRY(make_room(d->root, &out->at, sizeof *out->at, out->n + 1, &out->capacity, err));
    out->at[out->n++] = value;
    return MLC_OK;
}

/* The numbers of the array that has just begun, where they are packed. */
static int take_packed(mlci_document *d, char *type, const char **bytes, int64_t *n)
{
    if (!d->is_ubjson || !mlci_ubjson_packed(&d->ubjson, type, bytes, n)) return 0;
    take_event(d);
    return 1;
}

mlc_status mlci_document_integers(mlci_document *d, const char *name, mlci_integers *out,
                                  mlc_error *err)
{
    char type;
    const char *bytes;
    int64_t n, value;
    double real;
    out->n = 0;
    MLCI_TRY(mlci_document_enter(d, name, MLCI_JSON_ARRAY, err));
    if (take_packed(d, &type, &bytes, &n)) {
        MLCI_TRY(make_room(d->root, &out->at, sizeof *out->at, n, &out->capacity, err));
        for (const int64_t size = mlci_ubjson_size(type); out->n < n; out->n++)
            if (!mlci_ubjson_number(type, bytes + out->n * size, &real, &out->at[out->n]))
                return mlci_document_fail(d, err, name, "its numbers are no integers");
        return MLC_OK;
    }
    for (;;) {
        MLCI_TRY(mlci_document_next(d, err));
        if (d->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (!take_integer(d, &value))
            return mlci_document_fail(d, err, name, "an element is no integer");
        MLCI_TRY(mlci_document_add_integer(d, out, value, err));
    }
}

mlc_status mlci_document_floats(mlci_document *d, const char *name, mlci_floats *out,
                                mlc_error *err)
{
    char type;
    const char *bytes;
    int64_t n, integer;
    double real;
    float value;
    out->n = 0;
    MLCI_TRY(mlci_document_enter(d, name, MLCI_JSON_ARRAY, err));
    if (take_packed(d, &type, &bytes, &n)) {
        MLCI_TRY(make_room(d->root, &out->at, sizeof *out->at, n, &out->capacity, err));
        for (const int64_t size = mlci_ubjson_size(type); out->n < n; out->n++) {
            (void)mlci_ubjson_number(type, bytes + out->n * size, &real, &integer);
            out->at[out->n] = (float)real;
        }
        return MLC_OK;
    }
    for (;;) {
        MLCI_TRY(mlci_document_next(d, err));
        if (d->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (!take_float(d, &value))
            return mlci_document_fail(d, err, name, "an element is no number");
        MLCI_TRY(mlci_document_add_float(d, out, value, err));
    }
}
