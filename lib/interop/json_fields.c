/* Values of JSON files by name, one look at a time. */
#include "json_fields.h"

#include <stdio.h>
#include <string.h>

#include "number.h"
#include "text.h"

/* ---- looking ------------------------------------------------------------------------------ */

static void open_value(const mlci_json_file *f, mlci_json_span value, mlci_json *r)
{
    mlci_json_open(r, f->model->root, f->bytes, value.end - f->bytes);
    r->at = r->token = value.at;
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

mlci_json_span mlci_json_whole(const mlci_json_file *f)
{
    const char *const end = f->bytes + f->n_bytes, *const at = skip_space(f->bytes, end);
    return (mlci_json_span){at == end ? NULL : at, end};
}

char mlci_json_first(mlci_json_span list)
{
    if (!mlci_json_is(list, '[')) return '\0';
    const char *const at = skip_space(list.at + 1, list.end);
    return at == list.end ? '\0' : *at;
}

int mlci_json_starts(const char *bytes, int64_t n, const char *name)
{
    const char *const end = bytes + n;
    const int64_t length = (int64_t)strlen(name);
    const char *at = skip_space(bytes, end);
    if (at == end || *at != '{') return 0;
    at = skip_space(at + 1, end);
    return end - at > length + 1 && *at == '"' && at[length + 1] == '"' &&
           memcmp(at + 1, name, (size_t)length) == 0;
}

mlc_status mlci_json_refuse(const mlci_json_file *f, mlci_json_span value, const char *what,
                            const char *message, mlc_error *err)
{
    char text[256];
    mlci_json r;
    if (value.at == NULL) return mlci_foreign_fail(f->model, err, what, "%s is missing", what);
    open_value(f, value, &r);
    mlci_cut_text(text, sizeof text, snprintf(text, sizeof text, "%s: %s", what, message));
    return mlci_json_fail(&r, err, what, text);
}

mlc_status mlci_json_blame(const mlci_json_file *f, mlc_status status, mlc_error *err)
{
    if (status != MLC_ERROR_SYNTAX) return status;
    if (err == NULL) return MLC_ERROR_FORMAT;
    const mlc_error inner = *err;
    mlci_foreign_fail(f->model, err, inner.name[0] == '\0' ? NULL : inner.name,
                      "line %lld, column %lld: %s", (long long)inner.line, (long long)inner.column,
                      inner.message);
    err->line = inner.line;
    err->column = inner.column;
    return MLC_ERROR_FORMAT;
}

/* Passes over the value that starts with the current event. */
static mlc_status take_span(mlci_json *r, mlci_json_span *out, mlc_error *err)
{
    out->at = r->token;
    MLCI_TRY(mlci_json_skip(r, err));
    out->end = r->at;
    return MLC_OK;
}

static mlc_status take_field(const mlci_json_file *f, mlci_json *r, const char *what,
                             const char *const *names, mlci_json_span *values, mlc_error *err)
{
    mlci_json_span unused = {NULL, NULL}, *place = &unused;
    for (int i = 0; names[i] != NULL; i++)
        if (mlci_text_equal(r->text, r->length, names[i])) place = &values[i];
    if (place->at != NULL)
        return mlci_json_refuse(f, (mlci_json_span){r->token, r->end}, what,
                                "a name comes a second time", err);
    MLCI_TRY(mlci_json_next(r, err));
    return take_span(r, place, err);
}

static mlc_status read_fields(const mlci_json_file *f, mlci_json *r, const char *what,
                              const char *const *names, mlci_json_span *values, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT) return mlci_json_next(r, err);
        MLCI_TRY(take_field(f, r, what, names, values, err));
    }
}

mlc_status mlci_json_fields(const mlci_json_file *f, mlci_json_span object, const char *what,
                            const char *const *names, mlci_json_span *values, mlc_error *err)
{
    mlci_json r;
    for (int i = 0; names[i] != NULL; i++)
        values[i] = (mlci_json_span){NULL, NULL};
    if (!mlci_json_is(object, '{'))
        return mlci_json_refuse(f, object, what, "it is not an object", err);
    open_value(f, object, &r);
    const mlc_status status = read_fields(f, &r, what, names, values, err);
    mlci_json_close(&r);
    return status;
}

static mlc_status visit(mlci_json *r, mlci_json_each_fn each, void *arg, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    const int is_object = r->event == MLCI_JSON_OBJECT;
    for (int64_t i = 0;; i++) {
        mlci_json_span value;
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT || r->event == MLCI_JSON_END_ARRAY)
            return mlci_json_next(r, err);
        /* The name is kept where it stands: what it is decoded to goes with the next event. */
        char *const name = is_object ? mlci_copy_text(r->root, r->text, r->length) : NULL;
        const int64_t length = r->length;
        if (is_object && name == NULL) return mlci_fail_memory(err, length + 1, 1);
        mlc_status status = is_object ? mlci_json_next(r, err) : MLC_OK;
        if (status == MLC_OK) status = take_span(r, &value, err);
        if (status == MLC_OK) status = each(arg, i, name, is_object ? length : 0, value, err);
        mlci_free(name);
        if (status != MLC_OK) return status;
    }
}

mlc_status mlci_json_each(const mlci_json_file *f, mlci_json_span value, const char *what,
                          mlci_json_each_fn each, void *arg, mlc_error *err)
{
    mlci_json r;
    if (!mlci_json_is(value, '{') && !mlci_json_is(value, '['))
        return mlci_json_refuse(f, value, what, "it is not a list", err);
    open_value(f, value, &r);
    const mlc_status status = visit(&r, each, arg, err);
    mlci_json_close(&r);
    return status;
}

/* ---- single values ------------------------------------------------------------------------ */

static int is_number(const mlci_json *r, double *out)
{
    if (r->event == MLCI_JSON_NUMBER) {
        *out = r->real;
        return 1;
    }
    return r->event == MLCI_JSON_TEXT && r->length > 0 &&
           (*r->text == 'n' || *r->text == 'i' || *r->text == '-') &&
           mlci_real_parse(r->text, r->length, out);
}

/* The only event of a value that is no list. */
static mlc_status read_one(const mlci_json_file *f, mlci_json_span value, const char *what,
                           mlci_json *r, mlc_error *err)
{
    if (value.at == NULL) return mlci_json_refuse(f, value, what, "", err);
    open_value(f, value, r);
    const mlc_status status = mlci_json_next(r, err);
    if (status != MLC_OK) mlci_json_close(r);
    return status;
}

mlc_status mlci_json_real(const mlci_json_file *f, mlci_json_span value, const char *what,
                          double *out, mlc_error *err)
{
    mlci_json r;
    MLCI_TRY(read_one(f, value, what, &r, err));
    const int fits = is_number(&r, out);
    mlci_json_close(&r);
    return fits ? MLC_OK : mlci_json_refuse(f, value, what, "it is not a number", err);
}

mlc_status mlci_json_count(const mlci_json_file *f, mlci_json_span value, const char *what,
                           int64_t low, int64_t high, int64_t *out, mlc_error *err)
{
    mlci_json r;
    MLCI_TRY(read_one(f, value, what, &r, err));
    const int fits =
        r.event == MLCI_JSON_NUMBER && r.is_integer && r.integer >= low && r.integer <= high;
    *out = r.integer;
    mlci_json_close(&r);
    return fits ? MLC_OK
                : mlci_json_refuse(f, value, what, "it is not a number that it can be", err);
}

mlc_status mlci_json_flag(const mlci_json_file *f, mlci_json_span value, const char *what,
                          int32_t *out, mlc_error *err)
{
    *out = mlci_json_is(value, 't');
    if (value.at == NULL || *out || *value.at == 'f') return MLC_OK;
    return mlci_json_refuse(f, value, what, "it is neither true nor false", err);
}

mlc_status mlci_json_text(const mlci_json_file *f, mlci_json_span value, const char *what,
                          char **out, mlc_error *err)
{
    mlci_json r;
    MLCI_TRY(read_one(f, value, what, &r, err));
    const int fits =
        r.event == MLCI_JSON_TEXT && memchr(r.text, 0, (size_t)r.length) == NULL;
    if (fits) *out = mlci_copy_text(f->model->root, r.text, r.length);
    const int64_t length = r.length;
    mlci_json_close(&r);
    if (!fits) return mlci_json_refuse(f, value, what, "it is not a text", err);
    return *out == NULL ? mlci_fail_memory(err, length + 1, 1) : MLC_OK;
}

/* ---- lists -------------------------------------------------------------------------------- */

typedef struct reals {
    const mlci_json_file *file;
    mlci_json_span value;
    const char *what;
    int64_t n, capacity, most; /* most -1: no limit */
    double *values;
} reals;

static mlc_status add_real(reals *a, double x, mlc_error *err)
{
    if (a->n == a->most)
        return mlci_json_refuse(a->file, a->value, a->what, "it has too many numbers", err);
    if (a->n == a->capacity) {
        const int64_t capacity = a->capacity == 0 ? 16 : 2 * a->capacity;
        double *const grown =
            mlci_realloc(a->file->model->root, a->values, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        a->values = grown;
        a->capacity = capacity;
    }
    a->values[a->n++] = x;
    return MLC_OK;
}

static mlc_status list_reals(reals *a, mlci_json *r, mlc_error *err)
{
    double x = 0;
    MLCI_TRY(mlci_json_next(r, err));
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY) break;
        if (!is_number(r, &x))
            return mlci_json_refuse(a->file, (mlci_json_span){r->token, r->end}, a->what,
                                    "something in it is not a number", err);
        MLCI_TRY(add_real(a, x, err));
    }
    if (a->most < 0 || a->n == a->most) return MLC_OK;
    return mlci_json_refuse(a->file, a->value, a->what, "it has too few numbers", err);
}

mlc_status mlci_json_reals(const mlci_json_file *f, mlci_json_span value, const char *what,
                           int64_t n, double **out, int64_t *found, mlc_error *err)
{
    mlci_json r;
    reals a = {.file = f, .value = value, .what = what, .most = n};
    if (!mlci_json_is(value, '['))
        return mlci_json_refuse(f, value, what, "it is not a list of numbers", err);
    open_value(f, value, &r);
    mlc_status status = list_reals(&a, &r, err);
    mlci_json_close(&r);
    if (status == MLC_OK && a.values == NULL) {
        a.values = mlci_alloc(f->model->root, 0, sizeof *a.values);
        if (a.values == NULL) status = mlci_fail_memory(err, 0, sizeof *a.values);
    }
    if (status != MLC_OK) {
        mlci_free(a.values);
        return status;
    }
    *out = a.values;
    if (found != NULL) *found = a.n;
    return MLC_OK;
}

mlc_status mlci_json_integers(const mlci_json_file *f, mlci_json_span value, const char *what,
                              int64_t n, int32_t low, int32_t high, int32_t **out, int64_t *found,
                              mlc_error *err)
{
    double *numbers = NULL;
    int64_t count = 0;
    MLCI_TRY(mlci_json_reals(f, value, what, n, &numbers, &count, err));
    int32_t *const integers = mlci_alloc(f->model->root, count, sizeof *integers);
    mlc_status status =
        integers == NULL ? mlci_fail_memory(err, count, sizeof *integers) : MLC_OK;
    for (int64_t i = 0; i < count && status == MLC_OK; i++) {
        if (!(numbers[i] >= low && numbers[i] <= high) ||
            numbers[i] != (double)(int32_t)numbers[i])
            status = mlci_json_refuse(f, value, what, "a number is not what it can be", err);
        else
            integers[i] = (int32_t)numbers[i];
    }
    mlci_free(numbers);
    if (status != MLC_OK) {
        mlci_free(integers);
        return status;
    }
    *out = integers;
    if (found != NULL) *found = count;
    return MLC_OK;
}

/* ---- texts -------------------------------------------------------------------------------- */

void mlci_json_texts_clear(mlci_json_texts *t)
{
    for (int64_t i = 0; i < t->n; i++)
        mlci_free(t->texts[i]);
    mlci_free(t->texts);
    mlci_free(t->lengths);
    *t = (mlci_json_texts){.root = t->root};
}

static mlc_status grow_texts(mlci_json_texts *t, mlc_error *err)
{
    if (t->n < t->capacity) return MLC_OK;
    const int64_t capacity = t->capacity == 0 ? 16 : 2 * t->capacity;
    char **const texts = mlci_realloc(t->root, t->texts, capacity, sizeof *texts);
    if (texts != NULL) t->texts = texts;
    int64_t *const lengths = mlci_realloc(t->root, t->lengths, capacity, sizeof *lengths);
    if (lengths != NULL) t->lengths = lengths;
    if (texts == NULL || lengths == NULL) return mlci_fail_memory(err, capacity, sizeof *texts);
    t->capacity = capacity;
    return MLC_OK;
}

static mlc_status add_text(mlci_json_texts *t, const char *text, int64_t length, mlc_error *err)
{
    MLCI_TRY(grow_texts(t, err));
    t->texts[t->n] = text == NULL ? NULL : mlci_copy_text(t->root, text, length);
    if (text != NULL && t->texts[t->n] == NULL) return mlci_fail_memory(err, length + 1, 1);
    t->lengths[t->n++] = length;
    return MLC_OK;
}

static mlc_status list_texts(const mlci_json_file *f, mlci_json *r, const char *what,
                             mlci_json_texts *t, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        switch (r->event) {
        case MLCI_JSON_END_ARRAY:
            return MLC_OK;
        case MLCI_JSON_NULL:
            MLCI_TRY(add_text(t, NULL, 0, err));
            break;
        case MLCI_JSON_NUMBER:
        case MLCI_JSON_TRUE:
        case MLCI_JSON_FALSE:
            MLCI_TRY(add_text(t, r->token, r->at - r->token, err));
            break;
        default:
            if (r->event != MLCI_JSON_TEXT || memchr(r->text, 0, (size_t)r->length) != NULL)
                return mlci_json_refuse(f, (mlci_json_span){r->token, r->end}, what,
                                        "something in it is not a text", err);
            MLCI_TRY(add_text(t, r->text, r->length, err));
        }
    }
}

mlc_status mlci_json_read_texts(const mlci_json_file *f, mlci_json_span value, const char *what,
                                mlci_json_texts *out, mlc_error *err)
{
    mlci_json r;
    mlci_json_texts t = {.root = f->model->root};
    if (!mlci_json_is(value, '['))
        return mlci_json_refuse(f, value, what, "it is not a list of texts", err);
    open_value(f, value, &r);
    const mlc_status status = list_texts(f, &r, what, &t, err);
    mlci_json_close(&r);
    if (status != MLC_OK) {
        mlci_json_texts_clear(&t);
        return status;
    }
    *out = t;
    return MLC_OK;
}
