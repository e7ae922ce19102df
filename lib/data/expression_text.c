/* Functions of texts. Positions and lengths count characters (code points of UTF-8, which the
 * columns are known to be), case follows Unicode letter by letter, and blanks are Unicode's white
 * space. Texts that are parts of others point into them; only new ones take memory. */
#include <string.h>

#include "expression_impl.h"
#include "letter_case.h"

typedef mlci_kernel_call kernel_call;

static const mlci_span *texts(const kernel_call *c, int32_t k)
{
    return c->arguments[k].values;
}

/* Room for a new text as row i; NULL when there is none, and the row an empty text. */
static char *new_text(kernel_call *c, int64_t i, int64_t length)
{
    mlci_span *const out = c->values;
    char *const bytes = mlci_arena_take(c->arena, length);
    out[i] = bytes == NULL ? (mlci_span){"", 0} : (mlci_span){bytes, length};
    return bytes;
}

/* ---- code points -------------------------------------------------------------------------- */

static int is_first_byte(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static uint32_t decode(const char *at, int64_t *n)
{
    const unsigned char *const b = (const unsigned char *)at;
    *n = b[0] < 0x80 ? 1 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (*n == 1) return b[0];
    if (*n == 2) return (b[0] & 0x1fU) << 6 | (b[1] & 0x3fU);
    if (*n == 3) return (b[0] & 0x0fU) << 12 | (b[1] & 0x3fU) << 6 | (b[2] & 0x3fU);
    return (b[0] & 7U) << 18 | (b[1] & 0x3fU) << 12 | (b[2] & 0x3fU) << 6 | (b[3] & 0x3fU);
}

static int64_t encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const int64_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int64_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(marks[n] | code);
    return n;
}

static int64_t count_characters(const mlci_span *t)
{
    int64_t n = 0;
    for (int64_t i = 0; i < t->length; i++)
        n += is_first_byte(t->text[i]);
    return n;
}

/* White_Space of Unicode's property list, and the four separators that Python counts too. */
static int is_blank(uint32_t code)
{
    return (code >= 9 && code <= 13) || code == ' ' || (code >= 0x1c && code <= 0x1f) ||
           code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
           code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* ---- functions ---------------------------------------------------------------------------- */

static void measure(kernel_call *c)
{
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = count_characters(&texts(c, 0)[i]);
}

/* variant 0: lower case; 1: upper. A letter of two bytes may become one of three. */
static void change_case(kernel_call *c)
{
    const int32_t upper = c->instruction->overload->variant;
    const mlci_case_run *const runs = upper ? mlci_upper_case : mlci_lower_case;
    const int32_t n_runs = upper ? mlci_n_upper_case : mlci_n_lower_case;
    const char first = upper ? 'a' : 'A';
    for (int64_t i = 0; i < c->n; i++) {
        const mlci_span t = texts(c, 0)[i];
        char *const out = new_text(c, i, t.length + t.length / 2);
        int64_t n = 0, step = 1;
        if (out == NULL) return;
        for (int64_t at = 0; at < t.length; at += step) {
            const uint32_t code = decode(t.text + at, &step);
            const uint32_t letter = code - (uint32_t)(unsigned char)first;
            n += encode(code >= 0x80  ? mlci_change_case(runs, n_runs, code)
                        : letter < 26 ? code ^ 0x20U
                                      : code,
                        out + n);
        }
        ((mlci_span *)c->values)[i].length = n;
    }
}

static void trim(kernel_call *c)
{
    mlci_span *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        mlci_span t = texts(c, 0)[i];
        int64_t step = 0;
        while (t.length > 0 && is_blank(decode(t.text, &step))) {
            t.text += step;
            t.length -= step;
        }
        while (t.length > 0) {
            int64_t last = t.length - 1;
            while (last > 0 && !is_first_byte(t.text[last]))
                last--;
            if (!is_blank(decode(t.text + last, &step))) break;
            t.length = last;
        }
        out[i] = t;
    }
}

/* Where `part` begins in t, from `from` on; -1: nowhere. */
static int64_t find(const mlci_span *t, const mlci_span *part, int64_t from)
{
    if (part->length == 0) return from;
    for (int64_t at = from; at + part->length <= t->length; at++) {
        const char *const hit =
            memchr(t->text + at, part->text[0], (size_t)(t->length - part->length - at + 1));
        if (hit == NULL) return -1;
        at = hit - t->text;
        if (memcmp(hit, part->text, (size_t)part->length) == 0) return at;
    }
    return -1;
}

enum { CONTAINS, STARTS_WITH, ENDS_WITH };

static void ask_part(kernel_call *c)
{
    uint8_t *const out = c->values;
    const int32_t variant = c->instruction->overload->variant;
    for (int64_t i = 0; i < c->n; i++) {
        const mlci_span *const t = &texts(c, 0)[i], *const part = &texts(c, 1)[i];
        const int64_t at = variant == STARTS_WITH ? 0 : t->length - part->length;
        if (variant == CONTAINS) {
            out[i] = find(t, part, 0) >= 0;
        } else {
            out[i] =
                t->length >= part->length &&
                (part->length == 0 || memcmp(t->text + at, part->text, (size_t)part->length) == 0);
        }
    }
}

/* Bytes to character k, at most all of them. */
static int64_t skip_characters(const mlci_span *t, int64_t k)
{
    int64_t at = 0;
    while (at < t->length && k > 0) {
        at++;
        while (at < t->length && !is_first_byte(t->text[at]))
            at++;
        k--;
    }
    return at;
}

/* From character `start` on, counted from 1 or, negative, from the end; with a third argument, at
 * most as many. */
static void cut(kernel_call *c)
{
    mlci_span *const out = c->values;
    const int64_t *const starts = c->arguments[1].values;
    const int64_t *const counts = c->n_arguments > 2 ? c->arguments[2].values : NULL;
    for (int64_t i = 0; i < c->n; i++) {
        const mlci_span t = texts(c, 0)[i];
        int64_t from = starts[i] > 0 ? starts[i] - 1 : starts[i], count = INT64_MAX;
        if (counts != NULL) count = counts[i] > 0 ? counts[i] : 0;
        if (from < 0) {
            const int64_t n = count_characters(&t);
            from = from < -n ? 0 : from + n;
        }
        const int64_t at = skip_characters(&t, from);
        const mlci_span rest = {t.text + at, t.length - at};
        out[i] = (mlci_span){rest.text, skip_characters(&rest, count)};
    }
}

/* Every place where the second text is, without overlaps, becomes the third. */
static void replace(kernel_call *c)
{
    for (int64_t i = 0; i < c->n; i++) {
        const mlci_span *const t = &texts(c, 0)[i], *const part = &texts(c, 1)[i],
                               *const other = &texts(c, 2)[i];
        int64_t n = 0;
        ((mlci_span *)c->values)[i] = *t;
        if (part->length == 0) continue;
        for (int64_t at = find(t, part, 0); at >= 0; at = find(t, part, at + part->length))
            n++;
        if (n == 0) continue;
        int64_t grown, from = 0;
        if (__builtin_mul_overflow(n, other->length - part->length, &grown)) grown = INT64_MAX / 2;
        char *out = new_text(c, i, t->length + grown);
        if (out == NULL) return;
        for (int64_t at = find(t, part, 0); at >= 0; at = find(t, part, from)) {
            memcpy(out, t->text + from, (size_t)(at - from));
            out += at - from;
            memcpy(out, other->text, (size_t)other->length);
            out += other->length;
            from = at + part->length;
        }
        memcpy(out, t->text + from, (size_t)(t->length - from));
    }
}

void mlci_kernel_concat(mlci_kernel_call *c)
{
    for (int64_t i = 0; i < c->n; i++) {
        int64_t length = 0;
        for (int32_t k = 0; k < c->n_arguments; k++)
            length += texts(c, k)[i].length;
        char *out = new_text(c, i, length);
        if (out == NULL) return;
        for (int32_t k = 0; k < c->n_arguments; k++) {
            const mlci_span *const t = &texts(c, k)[i];
            memcpy(out, t->text, (size_t)t->length);
            out += t->length;
        }
    }
}

const mlci_overload mlci_overloads_text[] = {
    {.name = "length", .arguments = "t", .result = 'i', .run = measure},
    {.name = "lower", .arguments = "t", .result = 't', .run = change_case, .variant = 0},
    {.name = "upper", .arguments = "t", .result = 't', .run = change_case, .variant = 1},
    {.name = "trim", .arguments = "t", .result = 't', .run = trim},
    {.name = "contains", .arguments = "tt", .result = 'b', .run = ask_part, .variant = CONTAINS},
    {.name = "starts_with",
     .arguments = "tt",
     .result = 'b',
     .run = ask_part,
     .variant = STARTS_WITH},
    {.name = "ends_with", .arguments = "tt", .result = 'b', .run = ask_part, .variant = ENDS_WITH},
    {.name = "substring", .arguments = "ti", .result = 't', .run = cut},
    {.name = "substring", .arguments = "tii", .result = 't', .run = cut},
    {.name = "replace", .arguments = "ttt", .result = 't', .run = replace},
    {.name = "concat", .arguments = "tt*", .result = 't', .run = mlci_kernel_concat},
    {.name = NULL}};
