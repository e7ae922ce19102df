/* A pull reader for JSON (RFC 8259): one event at a time, no tree, bounded nesting. What other
 * programs write beside the standard is taken on request. */
#ifndef MLCI_JSON_H
#define MLCI_JSON_H

#include <mlcore/status.h>

#include "memory.h"

typedef enum mlci_json_event {
    MLCI_JSON_END, /* after the top value */
    MLCI_JSON_OBJECT,
    MLCI_JSON_END_OBJECT,
    MLCI_JSON_ARRAY,
    MLCI_JSON_END_ARRAY,
    MLCI_JSON_KEY,    /* text, length */
    MLCI_JSON_TEXT,   /* text, length */
    MLCI_JSON_NUMBER, /* text, length as written; real; integer and is_integer, unless texts_only */
    MLCI_JSON_TRUE,
    MLCI_JSON_FALSE,
    MLCI_JSON_NULL
} mlci_json_event;

#define MLCI_JSON_MAX_DEPTH 64

typedef struct mlci_json {
    mlci_root *root;
    const char *at, *start, *end;
    const char *token; /* where the latest event starts */
    int32_t depth;
    int32_t expects; /* what may come next */
    uint8_t in_object[MLCI_JSON_MAX_DEPTH];
    char *decoded; /* block that holds text with escapes resolved */
    int64_t decoded_capacity;
    mlci_json_event event; /* the latest */
    const char *text;      /* not NUL-terminated unless decoded; valid until the next event */
    int64_t length;        /* texts may hold NUL (\u0000) */
    double real;           /* inf when the number is beyond a double */
    int64_t integer;
    int32_t is_integer;
    int32_t is_lenient; /* set after opening: NaN, Infinity and -Infinity are numbers too */
    int32_t texts_only; /* may be set at any time: numbers are their texts, which is cheaper */
} mlci_json;

/* Sets up a reader over bytes that stay alive. */
void mlci_json_open(mlci_json *r, mlci_root *root, const char *bytes, int64_t length);
/* The next event, in r->event. MLC_ERROR_SYNTAX with line and column when it is not JSON (also
 * invalid UTF-8, depth, lone surrogates, something after the value). */
mlc_status mlci_json_next(mlci_json *r, mlc_error *err);
/* Skips the value whose first event is the current one; after a key, the value of that key. */
mlc_status mlci_json_skip(mlci_json *r, mlc_error *err);
/* MLC_ERROR_SYNTAX at the start of the latest event, for values that are not what the caller
 * expects. */
mlc_status mlci_json_fail(const mlci_json *r, mlc_error *err, const char *name,
                          const char *message);
void mlci_json_close(mlci_json *r);

#endif
