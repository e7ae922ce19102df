/* Latin-1 and UTF-16 (Unicode 15, 3.9) to UTF-8. One character at a time; runs of ASCII, which
 * most files mostly are, cost a byte each. O(bytes). */
#include "encoding.h"

#define LONGEST 4 /* bytes of a character in UTF-8 */

static int64_t put_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static uint32_t unit_at(const unsigned char *bytes, int is_big)
{
    return is_big ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

/* The character at bytes[0 .. n): its length in bytes; 0 when more are needed, -1 for none. */
static int64_t take_utf16(const unsigned char *bytes, int64_t n, int is_big, uint32_t *out)
{
    if (n < 2) return 0;
    const uint32_t unit = unit_at(bytes, is_big);
    *out = unit;
    if (unit < 0xd800 || unit > 0xdfff) return 2;
    if (unit > 0xdbff) return -1;
    if (n < 4) return 0;
    const uint32_t low = unit_at(bytes + 2, is_big);
    if (low < 0xdc00 || low > 0xdfff) return -1;
    *out = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

static void settle_order(int32_t *encoding, const unsigned char *bytes, int64_t n)
{
    if (*encoding != MLCI_ENCODING_UTF16 || n < 2) return;
    const int is_big = bytes[0] == 0xfe && bytes[1] == 0xff;
    *encoding = is_big ? MLCI_ENCODING_UTF16_BE : MLCI_ENCODING_UTF16_LE;
}

int mlci_encoding_convert(int32_t *encoding, const unsigned char *bytes, int64_t n, int32_t is_end,
                          char *out, int64_t room, int64_t *n_taken, int64_t *n_out)
{
    int64_t at = 0, put = 0;
    int is_text = 1;
    settle_order(encoding, bytes, n);
    while (at < n && put + LONGEST <= room) {
        uint32_t c = bytes[at];
        int64_t length = 1;
        if (*encoding != MLCI_ENCODING_LATIN1) {
            length = take_utf16(bytes + at, n - at, *encoding == MLCI_ENCODING_UTF16_BE, &c);
        }
        if (length <= 0) {
            is_text = length == 0 && !is_end;
            break;
        }
        at += length;
        put += put_utf8(c, out + put);
    }
    *n_taken = at;
    *n_out = put;
    return is_text;
}
