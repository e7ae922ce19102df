/* Text under construction, and what is asked of texts.
 *
 * A builder remembers that memory ran out, so appends need no checks: ask mlci_text_status()
 * once at the end. */
#ifndef MLCI_TEXT_H
#define MLCI_TEXT_H

#include <mlcore/buffer.h>
#include <mlcore/status.h>

#include "error.h"
#include "memory.h"

typedef struct mlci_text {
    mlci_root *root;
    char *data; /* NUL-terminated once something was appended; else NULL */
    int64_t length, capacity;
    int32_t failed;
} mlci_text;

static inline mlci_text mlci_text_init(mlci_root *root)
{
    return (mlci_text){.root = root};
}
void mlci_text_clear(mlci_text *t);
void mlci_text_append(mlci_text *t, const char *bytes, int64_t length);
void mlci_text_append_text(mlci_text *t, const char *text);
void mlci_text_append_char(mlci_text *t, char c);
void mlci_text_append_spaces(mlci_text *t, int64_t n);
void mlci_text_append_integer(mlci_text *t, int64_t value);
void mlci_text_append_real(mlci_text *t, double value);
/* Room for n bytes and a NUL behind the text, for a function that writes there; who has used some
 * of it adds them to the length. NULL when memory is short. */
char *mlci_text_room(mlci_text *t, int64_t n);
/* No reals in the format: see error.h. */
void mlci_text_append_format(mlci_text *t, const char *format, ...) MLCI_PRINTF(2, 3);
/* A JSON string with its quotes. */
void mlci_text_append_json(mlci_text *t, const char *bytes, int64_t length);
/* MLC_OK, or MLC_ERROR_NO_MEMORY when an append failed. */
mlc_status mlci_text_status(const mlci_text *t, mlc_error *err);
/* The text as a block of its own; the builder is empty after it, also on failure. */
mlc_status mlci_text_take(mlci_text *t, char **out, mlc_error *err);
/* The text as a buffer; the builder is empty after it, also on failure. */
mlc_status mlci_text_to_buffer(mlci_text *t, mlc_buffer **out, mlc_error *err);

/* Valid UTF-8 (no surrogates, no overlong forms)? On 0, *at (may be NULL) is the first bad byte. */
int mlci_utf8_valid(const char *text, int64_t length, int64_t *at);
/* Columns on a terminal: code points, wide ones twice, combining marks not at all. */
int64_t mlci_text_width(const char *text, int64_t length);
/* Order of bytes, shorter first among equals. */
int mlci_text_compare(const char *a, int64_t n_a, const char *b, int64_t n_b);
int mlci_text_equal(const char *a, int64_t n_a, const char *b);

/* The candidate nearest to name by edits (transpositions count one; case and - for _ none), or
 * NULL when none is near enough to be meant: a third of the letters. Ties go to the first. next
 * returns candidate i, or NULL at the end. */
const char *mlci_nearest(const char *name, const char *(*next)(const void *arg, int32_t i),
                         const void *arg);

#endif
