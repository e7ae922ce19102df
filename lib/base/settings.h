/* Settings text, parsed but not yet understood: `a=1 b='x y'` or a JSON object.
 *
 * Pairs are separated by white space or commas. A value is a bare word (up to white space, a
 * comma or a bracket), a word with its own settings in brackets (`f_beta(beta=2)`, kept as
 * written), a quoted text ('..' or ".." with \\ \' \" \n \t \r \uXXXX), or a list [v, v ...],
 * which is kept as its items joined by commas. Items that are no word (they hold a comma, white
 * space, a quote, a bracket) are kept in single quotes. A comma and a further value make a list
 * as well: `ignore=id,name target=y`. A first word without `=` is the name of a component where
 * the caller asks for one (`k_fold n_splits=5`; in JSON the member "id").
 *
 * JSON: null is none, an array is a list, an inner object's members get dotted names. */
#ifndef MLCI_SETTINGS_H
#define MLCI_SETTINGS_H

#include <mlcore/status.h>

#include "json.h"
#include "memory.h"
#include "text.h"

#define MLCI_SETTINGS_MAX 4096 /* settings in one text */

typedef struct mlci_setting {
    char *name;
    char *value;    /* text of the value, quotes resolved */
    int32_t quoted; /* was a text in quotes that reads otherwise without them: not a number, not
                       none, not a list. `'mean'` is the word mean */
    int32_t used;   /* taken by a reader */
    int64_t line, column; /* of the name in the text; 0 in JSON and when made by program */
} mlci_setting;

typedef struct mlci_settings {
    mlci_root *root;
    char *head; /* first word without `=`, or NULL */
    mlci_setting *items;
    int32_t n, capacity;
} mlci_settings;

/* text may be NULL (nothing set). MLC_ERROR_SYNTAX with line and column; a name given twice is
 * an error. with_head allows a head word. On failure *out is empty. */
mlc_status mlci_settings_parse(mlci_root *root, const char *text, int32_t with_head,
                               mlci_settings *out, mlc_error *err);
/* The members of a JSON object whose first event is the current one. */
mlc_status mlci_settings_parse_json(mlci_json *reader, int32_t with_head, mlci_settings *out,
                                    mlc_error *err);
/* Adds or replaces; on failure nothing has changed. */
mlc_status mlci_settings_put(mlci_settings *s, const char *name, const char *value, int32_t quoted,
                             mlc_error *err);
/* Adds a copy; the name is not there yet. */
mlc_status mlci_settings_add(mlci_settings *s, const mlci_setting *setting, mlc_error *err);
mlci_setting *mlci_settings_find(const mlci_settings *s, const char *name);
void mlci_settings_clear(mlci_settings *s);

/* A value as it is written in text or JSON; reads back to the same value and quoted. */
void mlci_value_format(const char *value, int32_t quoted, int32_t json, mlci_text *out);
/* All of them as settings text: `head a=1 b='x y'`. */
void mlci_settings_format(const mlci_settings *s, mlci_text *out);

/* A list value's items: calls fn for each text between commas, trimmed; quotes and brackets
 * protect commas; quotes around an item are resolved. A blank list and NULL have no items. Stops at
 * the first failure. */
mlc_status mlci_list_each(const char *list,
                          mlc_status (*fn)(void *arg, const char *item, int64_t length,
                                           mlc_error *err),
                          void *arg, mlc_error *err);

#endif
