/* Settings text, parsed but not yet understood: `a=1 b='x y'` or a JSON object.
 *
 * Pairs are separated by white space or commas. A value is a bare word (up to white space, a
 * comma or a bracket), a quoted text ('..' or ".." with \\ \' \" \n \t \r \uXXXX), or a list
 * [v, v ...], which is kept as its items joined by commas. A first word without `=` is the name
 * of a component where the caller asks for one (`k_fold n_splits=5`). */
#ifndef MLCI_SETTINGS_H
#define MLCI_SETTINGS_H

#include <mlcore/status.h>

#include "memory.h"

typedef struct mlci_setting {
    char *name;
    char *value;    /* text of the value, quotes resolved */
    int32_t quoted; /* was a text in quotes: not a number, not none */
    int32_t used;   /* taken by a reader */
    int64_t line, column; /* of the name in the source; 0 when made by program */
} mlci_setting;

typedef struct mlci_settings {
    mlci_root *root;
    char *head; /* first word without `=`, or NULL */
    mlci_setting *items;
    int32_t n, capacity;
} mlci_settings;

/* text may be NULL (nothing set). MLC_ERROR_SYNTAX with line and column; a name given twice is
 * an error. with_head allows a head word. */
mlc_status mlci_settings_parse(mlci_root *root, const char *text, int32_t with_head,
                               mlci_settings *out, mlc_error *err);
/* Adds or replaces. */
mlc_status mlci_settings_put(mlci_settings *s, const char *name, const char *value,
                             int32_t quoted, mlc_error *err);
mlci_setting *mlci_settings_find(const mlci_settings *s, const char *name);
void mlci_settings_clear(mlci_settings *s);

/* A list value's items: calls fn for each text between commas, trimmed; quotes protect commas.
 * Stops at the first failure. */
mlc_status mlci_list_each(const char *list,
                          mlc_status (*fn)(void *arg, const char *item, int64_t length,
                                           mlc_error *err),
                          void *arg, mlc_error *err);

#endif
