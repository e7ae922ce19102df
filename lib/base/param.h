/* The parameter engine: one table drives defaults, parsing, checks, help, JSON and storage.
 *
 * A component declares a struct and a table of rows that say where in the struct each parameter
 * lives. Every function that takes settings has such a table as well. */
#ifndef MLCI_PARAM_H
#define MLCI_PARAM_H

#include <stddef.h>

#include "json.h"
#include "settings.h"
#include "text.h"

typedef enum mlci_param_type {
    MLCI_PARAM_REAL,    /* double */
    MLCI_PARAM_INTEGER, /* int64_t */
    MLCI_PARAM_BOOL,    /* int32_t, 0 or 1 */
    MLCI_PARAM_CHOICE,  /* int32_t, the value of the mlci_choice */
    MLCI_PARAM_TEXT     /* char *, owned by the struct; NULL when none */
} mlci_param_type;

#define MLCI_PARAM_OPEN_LOW 1   /* above low, not at it */
#define MLCI_PARAM_OPEN_HIGH 2  /* below high, not at it */
#define MLCI_PARAM_TUNABLE 4    /* a search may vary it */
#define MLCI_PARAM_LOG_SCALE 8  /* ... by factors */
#define MLCI_PARAM_NONE 16      /* `none` is allowed: MLCI_NONE_REAL, MLCI_NONE_INTEGER, NULL */
#define MLCI_PARAM_LIST 32      /* TEXT that is a list of items separated by commas */
#define MLCI_PARAM_HOST 64      /* CHOICE that also takes a dotted host name: see host_offset */
#define MLCI_PARAM_INFINITE 128 /* REAL that may be infinite; else a missing bound is "finite" */
#define MLCI_PARAM_NUMBERS 256  /* LIST of finite numbers within real_low .. real_high */

#define MLCI_CHOICE_HOST (-1) /* the value of a CHOICE that holds a host name */

#define MLCI_NONE_INTEGER INT64_MIN
#define MLCI_NONE_REAL ((double)NAN)

typedef struct mlci_choice {
    const char *name; /* NULL ends the list */
    int32_t value;    /* that of a row before it: another name of that choice */
    const char *doc;
} mlci_choice;

typedef struct mlci_param {
    const char *name; /* NULL ends the table */
    mlci_param_type type;
    int32_t flags;
    int64_t offset; /* offsetof the member */
    /* Defaults and bounds of the type of the row. No bound: -INFINITY, INFINITY; INT64_MIN + 1,
     * INT64_MAX. */
    double real, real_low, real_high;
    int64_t integer, low, high; /* also BOOL and CHOICE: integer is the default */
    const char *text;
    const mlci_choice *choices;
    int64_t host_offset;   /* MLCI_PARAM_HOST: a char * member that gets the dotted name */
    double search_low, search_high; /* TUNABLE: the range a search takes by default */
    const char *aliases; /* "max_iter,n_iter", or NULL */
    const char *doc;     /* lower case, no final dot: what it does, with unit */
    const char *since;
} mlci_param;

/* Row builders, so that a table reads as a table. REAL and INTEGER take closed bounds; add flags
 * and the rest as further designated initialisers:
 *     MLCI_REAL(struct ridge_params, alpha, 1.0, 0, INFINITY, "strength of the L2 penalty",
 *               .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE) */
#define MLCI_REAL(struct_, member, default_, low_, high_, doc_, ...)                              \
    {.name = #member, .type = MLCI_PARAM_REAL, .offset = (int64_t)offsetof(struct_, member),      \
     .real = (default_), .real_low = (low_), .real_high = (high_), .doc = (doc_), __VA_ARGS__}
#define MLCI_INTEGER(struct_, member, default_, low_, high_, doc_, ...)                           \
    {.name = #member, .type = MLCI_PARAM_INTEGER, .offset = (int64_t)offsetof(struct_, member),   \
     .integer = (default_), .low = (low_), .high = (high_), .doc = (doc_), __VA_ARGS__}
#define MLCI_BOOL(struct_, member, default_, doc_, ...)                                           \
    {.name = #member, .type = MLCI_PARAM_BOOL, .offset = (int64_t)offsetof(struct_, member),      \
     .integer = (default_), .doc = (doc_), __VA_ARGS__}
#define MLCI_CHOICE(struct_, member, default_, choices_, doc_, ...)                               \
    {.name = #member, .type = MLCI_PARAM_CHOICE, .offset = (int64_t)offsetof(struct_, member),    \
     .integer = (default_), .choices = (choices_), .doc = (doc_), __VA_ARGS__}
#define MLCI_STRING(struct_, member, default_, doc_, ...)                                         \
    {.name = #member, .type = MLCI_PARAM_TEXT, .offset = (int64_t)offsetof(struct_, member),      \
     .text = (default_), .doc = (doc_), __VA_ARGS__}

/* Fills values (a zeroed struct) with the defaults; texts are blocks of root. */
mlc_status mlci_params_defaults(mlci_root *root, const mlci_param *table, void *values,
                                mlc_error *err);
/* Reads settings into values that hold defaults already. Every setting must be known, of its
 * type and in its range, also under an alias; alias and name together with other values are an
 * error. owner is the component's name, for messages. check may be NULL: the cross-field rules.
 * Settings that are marked used are left to whoever marked them; the others are marked. On
 * failure nothing has changed; err has the place of the setting where one is known.
 *
 * Integers may be written 1e3 or 200.0, booleans true, false, yes, no, 1 or 0. `none` and JSON's
 * null are none where that is allowed: MLCI_PARAM_NONE, and a TEXT whose default is none. */
mlc_status mlci_params_read(mlci_root *root, const char *owner, const mlci_param *table,
                            mlc_status (*check)(const void *values, mlc_error *err),
                            const mlci_settings *settings, void *values, mlc_error *err);
/* Defaults, then text, in one step: what functions with settings call. values (any bytes) is
 * cleared on failure. */
mlc_status mlci_params_from_text(mlci_root *root, const char *owner, const mlci_param *table,
                                 mlc_status (*check)(const void *values, mlc_error *err),
                                 const char *settings, void *values, mlc_error *err);
mlc_status mlci_params_copy(mlci_root *root, const mlci_param *table, int64_t size,
                            const void *values, void *out, mlc_error *err);
void mlci_params_clear(const mlci_param *table, void *values);
/* Offset of the char * that the row owns, -1 when it owns none. */
int64_t mlci_param_text_offset(const mlci_param *row);
/* 1 when the row takes none. */
int mlci_param_takes_none(const mlci_param *row);
/* The numbers of a list that was read with MLCI_PARAM_NUMBERS: the first `capacity` of them go to
 * out. Returns how many there are; text may be NULL. */
int32_t mlci_param_numbers(const char *text, double *out, int32_t capacity);
/* 1 when the row is another name of one before it, which read but do not write. */
int mlci_choice_is_alias(const mlci_choice *choices, const mlci_choice *row);
/* 1 when the parameter has its default. */
int mlci_param_is_default(const mlci_param *row, const void *values);
/* The value as settings text (with quotes where needed), or as JSON; reads back to the same
 * bits. */
void mlci_param_format(const mlci_param *row, const void *values, int32_t json, mlci_text *out);
/* The range as people write it: "> 0", "1 to 255", "auto, mean or none". */
void mlci_param_format_range(const mlci_param *row, mlci_text *out);
/* The bounds of a number as a message says them: "at least 1", "above 0 and at most 1". */
void mlci_param_format_bounds(const mlci_param *row, mlci_text *out);
/* The name of the type: real, integer, bool, choice, text or list. */
const char *mlci_param_type_name(const mlci_param *row);
/* The default as settings text, or as JSON. */
void mlci_param_format_default(const mlci_param *row, int32_t json, mlci_text *out);
/* One row as a JSON object, for the catalog; its lines are indented by so many spaces. */
void mlci_param_describe(const mlci_param *row, int32_t indent, mlci_text *out);

#endif
