/* Writing C: nothing here knows what a model is.
 *
 * Names and labels come from data, so that each may hold anything: what could end a comment or a
 * line, begin a trigraph, or turn the direction of text on a screen is written as an escape. */
#include "export_c_source.h"

#include <math.h>
#include <string.h>

#include "number.h"

#define WIDTH 100 /* columns of a line */

void mlci_c_put(mlci_c_source *c, const char *text)
{
    for (size_t n = strcspn(text, "@$"); *text != '\0'; n = strcspn(text, "@$")) {
        mlci_text_append(c->out, text, (int64_t)n);
        text += n;
        if (*text == '\0') return;
        mlci_text_append_text(c->out, *text == '@' ? c->name : c->upper);
        text++;
    }
}

void mlci_c_define(mlci_c_source *c, const char *what, int64_t value)
{
    mlci_text_append_format(c->out, "#define %s_%s %lld\n", c->upper, what, (long long)value);
}

/* ---- literals ----------------------------------------------------------------------------- */

void mlci_c_append_real(mlci_text *out, double value)
{
    char text[MLCI_NUMBER_SIZE];
    if (!isfinite(value)) {
        mlci_text_append_text(out, value != value ? "NAN" : value > 0 ? "INFINITY" : "-INFINITY");
        return;
    }
    mlci_real_format(value, text);
    mlci_text_append_text(out, text);
    if (strpbrk(text, ".e") == NULL) mlci_text_append_text(out, ".0");
}

static void append_octal(mlci_text *out, unsigned byte)
{
    const char digits[] = {'\\', (char)('0' + (byte >> 6)), (char)('0' + (byte >> 3 & 7)),
                           (char)('0' + (byte & 7))};
    mlci_text_append(out, digits, 4);
}

/* Marks of direction: U+061C, U+200E to U+202E, U+2060 to U+2069 (and what else begins so). */
static int turns_text(const unsigned char *at, int64_t left)
{
    return (left >= 2 && at[0] == 0xD8 && at[1] == 0x9C) ||
           (left >= 2 && at[0] == 0xE2 && (at[1] == 0x80 || at[1] == 0x81));
}

static void append_escaped(mlci_text *out, const char *bytes, int64_t length, int in_comment)
{
    const unsigned char *const at = (const unsigned char *)bytes;
    mlci_text_append_char(out, '"');
    for (int64_t i = 0; i < length; i++) {
        const unsigned char next = i + 1 < length ? at[i + 1] : 0;
        const int mark = (at[i] == '*' && next == '/') || (at[i] == '/' && next == '*');
        if (at[i] == '"' || at[i] == '\\') {
            mlci_text_append_char(out, '\\');
            mlci_text_append_char(out, (char)at[i]);
        } else if (at[i] < 32 || at[i] == 127 || (at[i] == '?' && next == '?') ||
                   (in_comment ? mark || turns_text(at + i, length - i) : at[i] > 127)) {
            append_octal(out, at[i]);
        } else {
            mlci_text_append_char(out, (char)at[i]);
        }
    }
    mlci_text_append_char(out, '"');
}

void mlci_c_append_quoted(mlci_text *out, const char *bytes, int64_t length)
{
    append_escaped(out, bytes, length, 1);
}

void mlci_c_append_literal(mlci_text *out, const char *bytes, int64_t length)
{
    append_escaped(out, bytes, length, 0);
}

/* ---- arrays ------------------------------------------------------------------------------- */

const char *mlci_c_unsigned(int64_t most)
{
    return most <= UINT8_MAX ? "uint8_t" : most <= UINT16_MAX ? "uint16_t" : "uint32_t";
}

void mlci_c_open_array(mlci_c_source *c, const char *type, const char *name)
{
    mlci_text_append_format(c->out, "static const %s %s_%s[] = {", type, c->name, name);
    c->is_empty = 1;
    c->line = 0;
}

/* Before a cell of that many columns. */
static void separate(mlci_c_source *c, int64_t width)
{
    if (!c->is_empty) mlci_text_append_char(c->out, ',');
    if (c->is_empty || c->out->length + width + 2 - c->line > WIDTH) {
        mlci_text_append_text(c->out, "\n   ");
        c->line = c->out->length - 3;
    }
    mlci_text_append_char(c->out, ' ');
    c->is_empty = 0;
}

void mlci_c_real(mlci_c_source *c, double value)
{
    char text[MLCI_NUMBER_SIZE];
    separate(c, mlci_real_format(value, text) + 2);
    mlci_c_append_real(c->out, value);
}

void mlci_c_integer(mlci_c_source *c, int64_t value)
{
    char text[MLCI_NUMBER_SIZE];
    separate(c, mlci_integer_format(value, text));
    mlci_text_append_text(c->out, text);
}

void mlci_c_text(mlci_c_source *c, const char *bytes, int64_t length)
{
    separate(c, length + 2);
    mlci_c_append_literal(c->out, bytes, length);
}

void mlci_c_close_array(mlci_c_source *c)
{
    if (c->is_empty) mlci_text_append_text(c->out, "\n    0");
    mlci_text_append_text(c->out, "\n};\n");
}
