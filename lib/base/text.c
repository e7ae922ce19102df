/* Text under construction, comparison, and the nearest name.
 *
 * A builder doubles, so n appends cost O(n). The nearest name is by edits in the optimal string
 * alignment form (F. J. Damerau, 1964: insert, delete, replace, swap of neighbours), three rows
 * of the table at a time; names longer than NAME_LIMIT are not compared. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buffer_impl.h"
#include "checked.h"
#include "number.h"

#define FIRST_CAPACITY 64
#define NAME_LIMIT 64 /* bytes; longer names are no slips of the finger */

/* Room for n more bytes and the NUL; 0, and the builder marked, when there is none. */
static int reserve(mlci_text *t, int64_t n)
{
    int64_t needed;
    if (t->failed) return 0;
    if (!mlci_add_size(t->length, n, &needed) || !mlci_add_size(needed, 1, &needed)) goto failed;
    if (needed > t->capacity) {
        int64_t capacity;
        if (!mlci_mul_size(t->capacity, 2, &capacity)) goto failed;
        if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
        if (capacity < needed) capacity = needed;
        char *data = mlci_realloc(t->root, t->data, capacity, 1);
        if (data == NULL) goto failed;
        t->data = data;
        t->capacity = capacity;
    }
    return 1;
failed:
    t->failed = 1;
    return 0;
}

/* The JSON escape of c, a control character, quote or backslash, written to out; its length. */
static int32_t json_escape(unsigned char c, char out[6])
{
    static const char hexadecimal[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: character, letter */
    out[0] = '\\';
    for (size_t i = 0; i + 1 < sizeof named; i += 2) {
        if ((unsigned char)named[i] == c) {
            out[1] = named[i + 1];
            return 2;
        }
    }
    memcpy(out + 1, "u00", 3);
    out[4] = hexadecimal[c >> 4];
    out[5] = hexadecimal[c & 15];
    return 6;
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* Edits from a to b. Both are at most NAME_LIMIT long. */
static int32_t count_edits(const char *a, int32_t n_a, const char *b, int32_t n_b)
{
    int32_t rows[3][NAME_LIMIT + 1];
    int32_t *before = rows[0], *last = rows[1], *current = rows[2];
    for (int32_t j = 0; j <= n_b; j++)
        last[j] = before[j] = j;
    for (int32_t i = 1; i <= n_a; i++) {
        current[0] = i;
        for (int32_t j = 1; j <= n_b; j++) {
            const int32_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
            current[j] = least(replaced, least(last[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = least(current[j], before[j - 2] + 1);
        }
        int32_t *free_row = before;
        before = last;
        last = current;
        current = free_row;
    }
    return last[n_b];
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Names are compared without case and with one kind of word separator. */
static int32_t fold_name(const char *name, char out[NAME_LIMIT])
{
    const size_t length = strnlen(name, NAME_LIMIT + 1);
    if (length > NAME_LIMIT) return -1;
    for (size_t i = 0; i < length; i++)
        out[i] = name[i] == '-' ? '_' : lower(name[i]);
    return (int32_t)length;
}

void mlci_text_clear(mlci_text *t)
{
    mlci_free(t->data);
    *t = mlci_text_init(t->root);
}

void mlci_text_append(mlci_text *t, const char *bytes, int64_t length)
{
    if (length < 0 || !reserve(t, length)) return;
    if (length > 0) memcpy(t->data + t->length, bytes, (size_t)length);
    t->length += length;
    t->data[t->length] = '\0';
}

void mlci_text_append_text(mlci_text *t, const char *text)
{
    mlci_text_append(t, text, (int64_t)strlen(text));
}

void mlci_text_append_char(mlci_text *t, char c)
{
    if (!reserve(t, 1)) return;
    t->data[t->length++] = c;
    t->data[t->length] = '\0';
}

char *mlci_text_room(mlci_text *t, int64_t n)
{
    return reserve(t, n) ? t->data + t->length : NULL;
}

void mlci_text_append_spaces(mlci_text *t, int64_t n)
{
    if (n <= 0 || !reserve(t, n)) return;
    memset(t->data + t->length, ' ', (size_t)n);
    t->length += n;
    t->data[t->length] = '\0';
}

void mlci_text_append_integer(mlci_text *t, int64_t value)
{
    char *const digits = mlci_text_room(t, MLCI_NUMBER_SIZE);
    if (digits != NULL) t->length += mlci_integer_format(value, digits);
}

void mlci_text_append_real(mlci_text *t, double value)
{
    char *const digits = mlci_text_room(t, MLCI_NUMBER_SIZE);
    if (digits != NULL) t->length += mlci_real_format(value, digits);
}

void mlci_text_append_format(mlci_text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !reserve(t, length)) {
        t->failed = 1;
        return;
    }
    va_start(args, format);
    vsnprintf(t->data + t->length, (size_t)length + 1, format, args);
    va_end(args);
    t->length += length;
}

void mlci_text_append_json(mlci_text *t, const char *bytes, int64_t length)
{
    char escape[6];
    int64_t start = 0;
    mlci_text_append_char(t, '"');
    for (int64_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        const int32_t n = json_escape(c, escape);
        mlci_text_append(t, bytes + start, i - start);
        mlci_text_append(t, escape, n);
        start = i + 1;
    }
    mlci_text_append(t, bytes + start, length - start);
    mlci_text_append_char(t, '"');
}

mlc_status mlci_text_status(const mlci_text *t, mlc_error *err)
{
    return t->failed ? mlci_fail_memory(err, t->length + 1, 1) : MLC_OK;
}

mlc_status mlci_text_take(mlci_text *t, char **out, mlc_error *err)
{
    mlci_text_append(t, "", 0); /* nothing appended is the empty text */
    const mlc_status status = mlci_text_status(t, err);
    if (status != MLC_OK) {
        mlci_text_clear(t);
        return status;
    }
    *out = t->data;
    *t = mlci_text_init(t->root);
    return MLC_OK;
}

mlc_status mlci_text_to_buffer(mlci_text *t, mlc_buffer **out, mlc_error *err)
{
    char *block;
    const int64_t length = t->length;
    MLCI_TRY(mlci_text_take(t, &block, err));
    return mlci_buffer_adopt(t->root, block, length, out, err);
}

int mlci_text_compare(const char *a, int64_t n_a, const char *b, int64_t n_b)
{
    const int64_t n = n_a < n_b ? n_a : n_b;
    const int order = n > 0 ? memcmp(a, b, (size_t)n) : 0;
    if (order != 0) return order < 0 ? -1 : 1;
    return (n_a > n_b) - (n_a < n_b);
}

int mlci_text_equal(const char *a, int64_t n_a, const char *b)
{
    return mlci_text_compare(a, n_a, b, (int64_t)strlen(b)) == 0;
}

const char *mlci_nearest(const char *name, const char *(*next)(const void *arg, int32_t i),
                         const void *arg)
{
    char wanted[NAME_LIMIT], candidate[NAME_LIMIT];
    const int32_t n_wanted = fold_name(name, wanted);
    const char *nearest = NULL;
    int32_t fewest = 0;
    if (n_wanted < 1) return NULL;
    for (int32_t i = 0;; i++) {
        const char *text = next(arg, i);
        if (text == NULL) return nearest;
        const int32_t n_candidate = fold_name(text, candidate);
        if (n_candidate < 1) continue;
        /* A third of the longer name may differ, but at least one letter must agree. */
        const int32_t longer = n_wanted > n_candidate ? n_wanted : n_candidate;
        const int32_t allowed = longer < 3 ? longer - 1 : longer / 3;
        const int32_t edits = count_edits(wanted, n_wanted, candidate, n_candidate);
        if (edits > allowed || (nearest != NULL && edits >= fewest)) continue;
        nearest = text;
        fewest = edits;
    }
}
