/* A JSON text as UBJSON, in the way of XGBoost: lengths of 8 bytes, arrays with their counts,
 * arrays of numbers with their type as well. NaN and infinities are numbers. */
#ifndef MLCI_UBJSON_WRITING_H
#define MLCI_UBJSON_WRITING_H

#include <string.h>

#include "checks.h"
#include "json.h"
#include "text.h"

static inline void ubjson_put_bits(mlci_text *out, uint64_t bits, int n_bytes)
{
    for (int i = n_bytes - 1; i >= 0; i--)
        mlci_text_append_char(out, (char)(unsigned char)(bits >> 8 * i & 255));
}

static inline void ubjson_put_length(mlci_text *out, int64_t length)
{
    mlci_text_append_char(out, 'L');
    ubjson_put_bits(out, (uint64_t)length, 8);
}

static inline void ubjson_put_float(mlci_text *out, double value)
{
    const float f = (float)value;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    ubjson_put_bits(out, bits, 4);
}

static inline void ubjson_put_value(mlci_text *out, mlci_json *r);

/* 'l' where all elements from here on are integers, 'L' where some are large, 'd' where all are
 * numbers, else 0. */
static inline char ubjson_type_ahead(mlci_json r, int64_t *n)
{
    char type = 'l';
    const int32_t depth = r.depth;
    *n = 0;
    r.decoded = NULL; /* a reader of its own */
    r.decoded_capacity = 0;
    for (;;) {
        ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
        if (r.depth < depth) break;
        if (r.event == MLCI_JSON_NUMBER && !r.is_integer && type != 0) type = 'd';
        if (r.event == MLCI_JSON_NUMBER && r.integer != (int32_t)r.integer && type == 'l')
            type = 'L';
        if (r.event != MLCI_JSON_NUMBER) type = 0;
        *n += 1;
        if (r.event == MLCI_JSON_OBJECT || r.event == MLCI_JSON_ARRAY)
            ck_assert_int_eq(mlci_json_skip(&r, NULL), MLC_OK);
    }
    mlci_json_close(&r);
    return type;
}

static inline void ubjson_put_array(mlci_text *out, mlci_json *r)
{
    int64_t n = 0;
    const char type = ubjson_type_ahead(*r, &n);
    mlci_text_append_char(out, '[');
    if (type != 0) {
        mlci_text_append_char(out, '$');
        mlci_text_append_char(out, type);
    }
    mlci_text_append_char(out, '#');
    ubjson_put_length(out, n);
    for (;;) {
        ck_assert_int_eq(mlci_json_next(r, NULL), MLC_OK);
        if (r->event == MLCI_JSON_END_ARRAY) return;
        if (type == 'l' || type == 'L')
            ubjson_put_bits(out, (uint64_t)r->integer, type == 'l' ? 4 : 8);
        else if (type == 'd')
            ubjson_put_float(out, r->real);
        else
            ubjson_put_value(out, r);
    }
}

static inline void ubjson_put_object(mlci_text *out, mlci_json *r)
{
    mlci_text_append_char(out, '{');
    for (;;) {
        ck_assert_int_eq(mlci_json_next(r, NULL), MLC_OK);
        if (r->event == MLCI_JSON_END_OBJECT) break;
        ubjson_put_length(out, r->length);
        mlci_text_append(out, r->text, r->length);
        ck_assert_int_eq(mlci_json_next(r, NULL), MLC_OK);
        ubjson_put_value(out, r);
    }
    mlci_text_append_char(out, '}');
}

static inline void ubjson_put_number(mlci_text *out, const mlci_json *r)
{
    mlci_text_append_char(out, r->is_integer ? 'l' : 'd');
    if (r->is_integer)
        ubjson_put_bits(out, (uint64_t)r->integer, 4);
    else
        ubjson_put_float(out, r->real);
}

/* The value whose first event is the current one. */
static inline void ubjson_put_value(mlci_text *out, mlci_json *r)
{
    if (r->event == MLCI_JSON_OBJECT) {
        ubjson_put_object(out, r);
    } else if (r->event == MLCI_JSON_ARRAY) {
        ubjson_put_array(out, r);
    } else if (r->event == MLCI_JSON_NUMBER) {
        ubjson_put_number(out, r);
    } else if (r->event == MLCI_JSON_TEXT) {
        mlci_text_append_char(out, 'S');
        ubjson_put_length(out, r->length);
        mlci_text_append(out, r->text, r->length);
    } else {
        mlci_text_append_char(out, r->event == MLCI_JSON_TRUE    ? 'T'
                                   : r->event == MLCI_JSON_FALSE ? 'F'
                                                                 : 'Z');
    }
}

/* The caller clears the text. */
static inline mlci_text ubjson_of_json(const char *json)
{
    mlci_text out = mlci_text_init(NULL);
    mlci_json r;
    mlci_json_open(&r, NULL, json, (int64_t)strlen(json));
    r.is_lenient = 1;
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ubjson_put_value(&out, &r);
    mlci_json_close(&r);
    return out;
}

#endif
