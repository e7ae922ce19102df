/* C source under construction: templates, arrays, comments and literals of the files that
 * export_c.c writes. */
#ifndef MLCI_EXPORT_C_SOURCE_H
#define MLCI_EXPORT_C_SOURCE_H

#include "text.h"

typedef struct mlci_c_source {
    mlci_text *out;
    const char *name;  /* of the model: `@` of templates */
    const char *upper; /* the same in capitals: `$` */
    int64_t line;      /* where the line of an array that is open starts */
    int32_t is_empty;  /* the array has no cell yet */
} mlci_c_source;

/* A template: `@` is the name, `$` the name in capitals. */
void mlci_c_put(mlci_c_source *c, const char *text);
/* `#define $_WHAT value`. */
void mlci_c_define(mlci_c_source *c, const char *what, int64_t value);

/* `static const type @_name[] = {`, cells, `};`. An array without cells gets one that is 0, since C
 * has no empty arrays. */
void mlci_c_open_array(mlci_c_source *c, const char *type, const char *name);
void mlci_c_real(mlci_c_source *c, double value);
void mlci_c_integer(mlci_c_source *c, int64_t value);
void mlci_c_text(mlci_c_source *c, const char *bytes, int64_t length);
void mlci_c_close_array(mlci_c_source *c);
/* The narrowest of uint8_t, uint16_t and uint32_t for numbers up to that. */
const char *mlci_c_unsigned(int64_t most);

/* A real that reads back to the same bits. */
void mlci_c_append_real(mlci_text *out, double value);
/* A text in quotes that can stand in a comment: no end of it, no line, no trigraph. */
void mlci_c_append_quoted(mlci_text *out, const char *bytes, int64_t length);
/* A string literal of just these bytes. */
void mlci_c_append_literal(mlci_text *out, const char *bytes, int64_t length);

#endif
