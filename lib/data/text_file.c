/* Whole files of text, written plain or gzip-compressed, and where lines of text are. */
#include "text_file.h"

#include <string.h>

#include "file.h"
#include "gzip.h"

static int ends_in_gz(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

mlc_status mlci_text_file_write(mlci_root *root, const char *path, const mlci_text *text,
                                mlc_error *err)
{
    const char *const bytes = text->length == 0 ? "" : text->data;
    char *packed = NULL;
    int64_t n = text->length;
    if (ends_in_gz(path)) MLCI_TRY(mlci_gzip(root, bytes, text->length, &packed, &n, err));
    const mlc_status status =
        mlci_file_write(root, path, packed != NULL ? packed : bytes, n, 1, err);
    mlci_free(packed);
    return status;
}

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
