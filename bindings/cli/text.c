/* Texts of the command; see text.h. */
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *check_memory(void *memory)
{
    if (memory == NULL) {
        fputs("mlcore: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void *memory_zeroed(size_t n, size_t size)
{
    return check_memory(calloc(n > 0 ? n : 1, size));
}

const char **text_array(size_t n)
{
    return memory_zeroed(n, sizeof(const char *));
}

char *text_format(const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = check_memory(malloc((size_t)(length < 0 ? 0 : length) + 1));
    text[0] = '\0';
    if (length > 0) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

/* ---- numbers -------------------------------------------------------------------------------- */

const char *text_count(char *buffer, int64_t n)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%lld", (long long)n);
    int k = 0;
    for (int i = 0; i < length; i++) {
        const int left = length - i;
        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-') buffer[k++] = ',';
        buffer[k++] = digits[i];
    }
    buffer[k] = '\0';
    return buffer;
}

const char *text_bytes(char *buffer, int64_t n)
{
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB"};
    double value = (double)n;
    int unit = 0;
    for (; value >= 1000 && unit < 4; unit++)
        value /= 1000;
    snprintf(buffer, TEXT_NUMBER, value >= 100 || unit == 0 ? "%.0f %s" : "%.1f %s", value,
             units[unit]);
    return buffer;
}

const char *text_seconds(char *buffer, double seconds)
{
    const long whole = lround(seconds);
    if (seconds < 0.9995) {
        snprintf(buffer, TEXT_NUMBER, "%.0f ms", seconds * 1e3);
    } else if (seconds < 9.95) {
        snprintf(buffer, TEXT_NUMBER, "%.1f s", seconds);
    } else if (whole < 60) {
        snprintf(buffer, TEXT_NUMBER, "%ld s", whole);
    } else if (whole < 3600) {
        snprintf(buffer, TEXT_NUMBER, "%ld min %ld s", whole / 60, whole % 60);
    } else {
        snprintf(buffer, TEXT_NUMBER, "%ld h %ld min", whole / 3600, whole / 60 % 60);
    }
    return buffer;
}

const char *text_real(char *buffer, double value)
{
    const int is_whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(buffer, TEXT_NUMBER, is_whole ? "%.0f" : "%.6g", value);
    return buffer;
}

/* ---- lines ---------------------------------------------------------------------------------- */

int text_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void new_line(FILE *out, int indent)
{
    fprintf(out, "\n%*s", indent, "");
}

void text_wrap(FILE *out, const char *text, int indent, int at, int width)
{
    int column = at;
    for (const char *p = text; *p != '\0';) {
        char word[512];
        const size_t blanks = strspn(p, " \n"), length = strcspn(p + blanks, " \n");
        const int is_paragraph = blanks >= 2 && memchr(p, '\n', blanks) != NULL && p != text;
        if (length == 0) break;
        p += blanks;
        snprintf(word, sizeof word, "%.*s", (int)length, p);
        if (is_paragraph) {
            fputc('\n', out);
            new_line(out, indent);
            column = indent;
        } else if (column > indent && column + 1 + text_width(word) > width) {
            new_line(out, indent);
            column = indent;
        } else if (column > indent && p != text) {
            fputc(' ', out);
            column++;
        }
        fputs(word, out);
        column += text_width(word);
        p += length;
    }
    fputc('\n', out);
}

void text_json(FILE *out, const char *text)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F) {
            fprintf(out, "\\u%04x", c);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}
