/* JSON files whose fields may come in any order: stretches of the file by name, then their values.
 *
 * A stretch is looked at again when its turn comes, so a file is read as often as its objects are
 * nested, and takes no memory but for the numbers at hand. */
#ifndef MLCI_JSON_FIELDS_H
#define MLCI_JSON_FIELDS_H

#include "foreign.h"
#include "json.h"

/* The file, for messages with line and column. */
typedef struct mlci_json_file {
    const mlci_foreign *model;
    const char *bytes;
    int64_t n_bytes;
} mlci_json_file;

/* A value as it stands in the file; at NULL: it is not there. */
typedef struct mlci_json_span {
    const char *at, *end;
} mlci_json_span;

static inline int mlci_json_is(mlci_json_span s, char first)
{
    return s.at != NULL && *s.at == first;
}
/* Not there, or null. */
static inline int mlci_json_is_none(mlci_json_span s)
{
    return s.at == NULL || *s.at == 'n';
}

/* Is that the first name of an object? For formats that say what they are there. */
int mlci_json_starts(const char *bytes, int64_t n, const char *name);
/* What the first value of a list starts with; NUL: it is no list. */
char mlci_json_first(mlci_json_span list);
/* The whole file as a value. */
mlci_json_span mlci_json_whole(const mlci_json_file *file);
/* The values of an object by these names (up to a NULL); others are passed over, and what the
 * object does not have is not there. A name that comes twice is MLC_ERROR_SYNTAX. */
mlc_status mlci_json_fields(const mlci_json_file *file, mlci_json_span object, const char *what,
                            const char *const *names, mlci_json_span *values, mlc_error *err);
/* Calls each() for the values of an object that may have any names, or of an array (name NULL). */
typedef mlc_status (*mlci_json_each_fn)(void *arg, int64_t i, const char *name, int64_t length,
                                        mlci_json_span value, mlc_error *err);
mlc_status mlci_json_each(const mlci_json_file *file, mlci_json_span value, const char *what,
                          mlci_json_each_fn each, void *arg, mlc_error *err);

/* MLC_ERROR_SYNTAX at a value: "what: message". */
mlc_status mlci_json_refuse(const mlci_json_file *file, mlci_json_span value, const char *what,
                            const char *message, mlc_error *err);
/* Numbers may also be the texts "nan", "inf" and "-inf". */
mlc_status mlci_json_real(const mlci_json_file *file, mlci_json_span value, const char *what,
                          double *out, mlc_error *err);
mlc_status mlci_json_count(const mlci_json_file *file, mlci_json_span value, const char *what,
                           int64_t low, int64_t high, int64_t *out, mlc_error *err);
/* true or false; what is not there is false. */
mlc_status mlci_json_flag(const mlci_json_file *file, mlci_json_span value, const char *what,
                          int32_t *out, mlc_error *err);
/* A block with a NUL behind the text, which has none inside. */
mlc_status mlci_json_text(const mlci_json_file *file, mlci_json_span value, const char *what,
                          char **out, mlc_error *err);
/* An array of exactly n numbers, or of any number when n is -1 (*found, may be NULL): a block. */
mlc_status mlci_json_reals(const mlci_json_file *file, mlci_json_span value, const char *what,
                           int64_t n, double **out, int64_t *found, mlc_error *err);
/* The same for integers from low to high. */
mlc_status mlci_json_integers(const mlci_json_file *file, mlci_json_span value, const char *what,
                              int64_t n, int32_t low, int32_t high, int32_t **out, int64_t *found,
                              mlc_error *err);
/* Texts of an array, numbers and flags as they are written; a null is none. */
typedef struct mlci_json_texts {
    mlci_root *root;
    int64_t n;
    char **texts; /* NULL: none */
    int64_t *lengths;
    int64_t capacity;
} mlci_json_texts;
mlc_status mlci_json_read_texts(const mlci_json_file *file, mlci_json_span value, const char *what,
                                mlci_json_texts *out, mlc_error *err);
void mlci_json_texts_clear(mlci_json_texts *texts);

/* What is wrong with the JSON is wrong with the model: MLC_ERROR_FORMAT with the same place. */
mlc_status mlci_json_blame(const mlci_json_file *file, mlc_status status, mlc_error *err);

#endif
