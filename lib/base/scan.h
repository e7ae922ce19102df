/* The cursor that settings and recipe texts are read with: positions, names and values.
 *
 *     name  = (letter | "_") { letter | digit | "_" | "." }
 *     value = word | call | quoted | "[" [ value { "," value } ] "]"
 *     word  = what has no white space, comma, bracket, quote, backslash or "="
 *     call  = word "(" ... ")", kept as it is written: a component with its settings
 *     quoted= '...' or "..." with \\ \' \" \n \t \r \uXXXX
 *
 * A list is kept as its items joined by commas; items that are neither a word nor a call stand
 * in single quotes. */
#ifndef MLCI_SCAN_H
#define MLCI_SCAN_H

#include "settings.h"
#include "text.h"

#define MLCI_NAME_MAX 127 /* bytes of a name: what mlc_error has room for */
#define MLCI_LIST_DEPTH 3

typedef struct mlci_scan {
    mlci_root *root;
    const char *source; /* what opens each message: "settings", "recipe" */
    const char *start, *at, *end;
    const char *mark, *mark_line; /* a place whose line is known, and where that line starts */
    int64_t line;
} mlci_scan;

typedef enum mlci_value_kind {
    MLCI_VALUE_WORD,
    MLCI_VALUE_QUOTED,
    MLCI_VALUE_LIST
} mlci_value_kind;

/* MLC_ERROR_SYNTAX when the text is not UTF-8. */
mlc_status mlci_scan_open(mlci_scan *s, mlci_root *root, const char *source, const char *text,
                          mlc_error *err);
void mlci_scan_position(mlci_scan *s, const char *at, int64_t *line, int64_t *column);
/* MLC_ERROR_SYNTAX "source:line:column: message". */
mlc_status mlci_scan_fail(mlci_scan *s, const char *at, const char *name, const char *message,
                          mlc_error *err);
/* "expected <what>; found <what is at the cursor>". */
mlc_status mlci_scan_expected(mlci_scan *s, const char *what, mlc_error *err);

void mlci_scan_space(mlci_scan *s);
/* 1 when the next byte is c, which is taken. */
int mlci_scan_take(mlci_scan *s, char c);
/* Bytes of the name at the cursor; 0: there is none. */
int64_t mlci_scan_name(const mlci_scan *s);
/* 1 when name, white space, "=" comes next. */
int mlci_scan_is_pair(const mlci_scan *s);
/* Takes a value and appends it to out, quotes resolved. */
mlc_status mlci_scan_value(mlci_scan *s, mlci_text *out, mlci_value_kind *kind, mlc_error *err);
/* Takes a quoted text, whose opening quote is next. */
mlc_status mlci_scan_quoted(mlci_scan *s, mlci_text *out, mlc_error *err);

/* Adds an item to a list in the making; n_items counts. */
void mlci_list_append(mlci_text *list, int64_t *n_items, const char *item, int64_t length,
                      mlci_value_kind kind);
/* '...' with escapes. */
void mlci_text_append_quoted(mlci_text *out, const char *bytes, int64_t length);

int mlci_name_valid(const char *name, int64_t length);
/* 1 when all of it is one word or call. */
int mlci_is_word(const char *text, int64_t length);
/* 1 for a word that means more than its letters: a number, true, false, none, null. */
int mlci_is_special_word(const char *text, int64_t length);
/* 1 when the text is what the items of a list are kept as; -1 when memory ran out. */
int mlci_is_list(mlci_root *root, const char *text);
/* ASCII letters alike; word in lower case. */
int mlci_word_equal(const char *text, int64_t length, const char *word);

#endif
