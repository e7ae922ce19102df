/* Filling the caller's error record. Nothing here allocates or depends on the locale: messages
 * are formatted with vsnprintf from integers and texts only, and cut at a UTF-8 boundary. */
#include "error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

_Static_assert(sizeof(mlc_error) == 1024, "the error record is frozen");

void mlci_cut_text(char *text, size_t size, int length)
{
    if (length < 0) {
        text[0] = '\0';
        return;
    }
    if ((size_t)length < size) return;
    size_t n = size - 1;
    size_t start = n;
    while (start > 0 && n - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0) return;
    start--;
    const unsigned char lead = (unsigned char)text[start];
    const size_t needed = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (n - start < needed) n = start;
    text[n] = '\0';
}

/* What is quoted may be any bytes; what is said is UTF-8. */
static void mend_text(char *text)
{
    int64_t bad = 0;
    for (int64_t n = (int64_t)strlen(text); !mlci_utf8_valid(text, n, &bad); n -= bad + 1) {
        text[bad] = '?';
        text += bad + 1;
    }
}

static void fill(mlc_error *err, mlc_status status, const char *name, const char *format,
                 va_list arguments)
{
    err->status = status;
    err->reserved = 0;
    /* Name and message may be given from the record itself, so they are made aside first. */
    char text[sizeof err->message > sizeof err->name ? sizeof err->message : sizeof err->name];
    memset(text, 0, sizeof text);
    const int length = vsnprintf(text, sizeof err->message, format, arguments);
    mlci_cut_text(text, sizeof err->message, length);
    mend_text(text);
    char label[sizeof err->name] = "";
    if (name != NULL) {
        mlci_cut_text(label, sizeof label, snprintf(label, sizeof label, "%s", name));
        mend_text(label);
    }
    memcpy(err->message, text, sizeof err->message);
    memcpy(err->name, label, sizeof label);
}

mlc_status mlci_fail(mlc_error *err, mlc_status status, const char *name, const char *format, ...)
{
    if (err == NULL) return status;
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, name, format, arguments);
    va_end(arguments);
    err->line = 0;
    err->column = 0;
    return status;
}

mlc_status mlci_fail_at(mlc_error *err, mlc_status status, int64_t line, int64_t column,
                        const char *name, const char *format, ...)
{
    if (err == NULL) return status;
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, name, format, arguments);
    va_end(arguments);
    err->line = line;
    err->column = column;
    return status;
}

mlc_status mlci_fail_memory(mlc_error *err, int64_t count, int64_t size)
{
    return mlci_fail(err, MLC_ERROR_NO_MEMORY, NULL,
                     "no memory for %" PRId64 " x %" PRId64
                     " bytes: the system is short of it or the context's limit is reached",
                     count, size);
}
