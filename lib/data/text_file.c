/* Text as files have it: its mark, and where lines are. */
#include "text_file.h"

#include <string.h>

#include "error.h"

mlc_status mlci_text_skip_mark(const char *name, const char **bytes, int64_t *n, mlc_error *err)
{
    const unsigned char *const b = (const unsigned char *)*bytes;
    if (*n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 1, 1, NULL,
                            "%s:1:1: the text is UTF-16: convert it to UTF-8 first", name);
    }
    if (*n >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf) {
        *bytes += 3;
        *n -= 3;
    }
    return MLC_OK;
}

int64_t mlci_text_line(const char *bytes, int64_t at)
{
    int64_t line = 1;
    const char *const end = bytes + at;
    for (const char *c = bytes; c < end; line++) {
        c = memchr(c, '\n', (size_t)(end - c));
        if (c == NULL) break;
        c++;
    }
    return line;
}

int64_t mlci_text_line_start(const char *bytes, int64_t n, int64_t at)
{
    if (at <= 0) return 0;
    if (at >= n) return n;
    const char *const end = memchr(bytes + at - 1, '\n', (size_t)(n - at + 1));
    return end == NULL ? n : end - bytes + 1;
}
