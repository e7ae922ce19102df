/* A document in JSON or in UBJSON, whichever its first bytes say: one reader of what it means
 * serves both. JSON may have NaN and infinities. */
#ifndef MLCI_DOCUMENT_H
#define MLCI_DOCUMENT_H

#include "ubjson.h"

typedef struct mlci_document {
    mlci_root *root;
    int32_t is_ubjson;
    mlci_json json;
    mlci_ubjson ubjson;
    mlci_json_event event; /* the latest */
    const char *text;      /* of keys, texts, and numbers in JSON; until the next event */
    int64_t length;
} mlci_document;

/* Numbers of an array; what grows is freed with mlci_free(). */
typedef struct mlci_floats {
    int64_t n, capacity;
    float *at;
} mlci_floats;

typedef struct mlci_integers {
    int64_t n, capacity;
    int64_t *at;
} mlci_integers;

/* Does something start like UBJSON, an object whose first key has a length? */
int mlci_document_is_ubjson(const char *bytes, int64_t n);

/* Sets up a reader over bytes that stay alive. */
void mlci_document_open(mlci_document *d, mlci_root *root, const char *bytes, int64_t n);
void mlci_document_close(mlci_document *d);
/* The next event. MLC_ERROR_SYNTAX says where the document is damaged. */
mlc_status mlci_document_next(mlci_document *d, mlc_error *err);
/* Skips the value whose first event is the current one; after a key, the value of that key. */
mlc_status mlci_document_skip(mlci_document *d, mlc_error *err);
/* MLC_ERROR_SYNTAX at the latest event; the message is "name: what". */
mlc_status mlci_document_fail(const mlci_document *d, mlc_error *err, const char *name,
                              const char *what);
/* Is that the key or text of the latest event? */
int mlci_document_is(const mlci_document *d, const char *text);

/* After a key: its value, which must be an object or an array. */
mlc_status mlci_document_enter(mlci_document *d, const char *name, mlci_json_event opening,
                               mlc_error *err);
/* The next key of an object in *more, or its end: *more 0. */
mlc_status mlci_document_key(mlci_document *d, int *more, mlc_error *err);
/* After a key: an integer as a number, as a text of one, or as true or false. */
mlc_status mlci_document_integer(mlci_document *d, const char *name, int64_t *out, mlc_error *err);
/* After a key: the numbers of its array; true and false are 1 and 0. */
mlc_status mlci_document_integers(mlci_document *d, const char *name, mlci_integers *out,
                                  mlc_error *err);
/* The same as floats, each rounded once. */
mlc_status mlci_document_floats(mlci_document *d, const char *name, mlci_floats *out,
                                mlc_error *err);
mlc_status mlci_document_add_integer(mlci_document *d, mlci_integers *out, int64_t value,
                                     mlc_error *err);
mlc_status mlci_document_add_float(mlci_document *d, mlci_floats *out, float value, mlc_error *err);

#endif
