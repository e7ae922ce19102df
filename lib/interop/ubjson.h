/* A pull reader for UBJSON (Universal Binary JSON, draft 12): the events of json.h, one at a time,
 * no tree, bounded nesting. Counts are believed only as far as the bytes go. */
#ifndef MLCI_UBJSON_H
#define MLCI_UBJSON_H

#include "json.h"

typedef struct mlci_ubjson_level {
    int64_t left; /* elements to come; -1: those up to the closing mark */
    char type;    /* of all of them; 0: each has its own */
    uint8_t is_object;
} mlci_ubjson_level;

typedef struct mlci_ubjson {
    const char *at, *start, *end;
    const char *token; /* where the latest event starts */
    int32_t depth;
    int32_t has_begun, has_key; /* the top value is read; the value of a key is next */
    mlci_ubjson_level level[MLCI_JSON_MAX_DEPTH];
    mlci_json_event event; /* the latest */
    const char *text;      /* of keys and texts; not NUL-terminated, any bytes */
    int64_t length;
    double real;
    int64_t integer;
    int32_t is_integer;
} mlci_ubjson;

/* Sets up a reader over bytes that stay alive. */
void mlci_ubjson_open(mlci_ubjson *r, const char *bytes, int64_t length);
/* The next event, in r->event. MLC_ERROR_SYNTAX with the byte when it is not UBJSON. */
mlc_status mlci_ubjson_next(mlci_ubjson *r, mlc_error *err);
/* Skips the value whose first event is the current one; after a key, the value of that key. */
mlc_status mlci_ubjson_skip(mlci_ubjson *r, mlc_error *err);
/* MLC_ERROR_SYNTAX at the start of the latest event. */
mlc_status mlci_ubjson_fail(const mlci_ubjson *r, mlc_error *err, const char *name,
                            const char *message);

/* After MLCI_JSON_ARRAY: where its numbers are all of one type, their type, bytes and how many, and
 * the end of the array is the current event. Else 0. */
int mlci_ubjson_packed(mlci_ubjson *r, char *type, const char **bytes, int64_t *n);
/* Bytes of a number of a type; 0: it is not one of numbers. */
int64_t mlci_ubjson_size(char type);
/* The number at `at`; 1 when it is an integer, else it is in *real alone. */
int mlci_ubjson_number(char type, const char *at, double *real, int64_t *integer);

#endif
