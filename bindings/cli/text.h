/* Texts of the command: made with printf's formats, for people and as JSON. The command may end
 * when memory is gone, so these never return NULL. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __GNUC__
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

void *memory_zeroed(size_t n, size_t size);
const char **text_array(size_t n);
/* A new text, to be freed. */
char *text_format(const char *format, ...) CLI_PRINTF(1, 2);

/* Numbers for people, in a buffer of at least 32 bytes, which is returned: 48,842; 1.2 MB;
 * 85 ms, 3.4 s, 2 min 5 s. */
#define TEXT_NUMBER 32
const char *text_count(char *buffer, int64_t n);
const char *text_bytes(char *buffer, int64_t n);
const char *text_seconds(char *buffer, double seconds);
/* Whole numbers in full, others with 6 significant digits at most. */
const char *text_real(char *buffer, double value);

/* Columns that a UTF-8 text takes on a terminal, one a code point. */
int text_width(const char *text);
/* Prints paragraphs (blank lines separate them) within width, each line after indent blanks.
 * The first line starts at column `at`, where the output already is. */
void text_wrap(FILE *out, const char *text, int indent, int at, int width);

/* A JSON string with its quotes; NULL gives null. */
void text_json(FILE *out, const char *text);

#endif
