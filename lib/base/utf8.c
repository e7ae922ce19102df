/* UTF-8 as of RFC 3629, and the width of text on a terminal.
 *
 * Validity goes eight bytes at a time through plain ASCII. Width looks code points up in the
 * range tables of unicode_ranges.c by bisection; ASCII never gets there. */
#include <stdint.h>
#include <string.h>

#include "text.h"
#include "unicode_ranges.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Length of the well-formed sequence at text[0 .. left), left at least 1; 0 when it is not one.
 * *code gets its code point. */
static int32_t decode(const unsigned char *text, int64_t left, uint32_t *code)
{
    const unsigned char lead = text[0];
    uint32_t value, least;
    int32_t length;
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2, least = 0x80, value = lead & 0x1fU;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3, least = 0x800, value = lead & 0x0fU;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4, least = 0x10000, value = lead & 0x07U;
    } else {
        return 0;
    }
    if (left < length) return 0;
    for (int32_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        value = value << 6 | (text[i] & 0x3fU);
    }
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
    *code = value;
    return length;
}

static int in_ranges(const mlci_code_range *ranges, int32_t n, uint32_t code)
{
    int32_t low = 0, high = n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && code >= ranges[low].first;
}

static int64_t width_of(uint32_t code)
{
    if (code < 0x20 || code == 0x7f) return 0;
    if (code < 0x300) return code >= 0xa0 || code < 0x7f;
    if (in_ranges(mlci_unicode_zero, mlci_n_unicode_zero, code)) return 0;
    return in_ranges(mlci_unicode_wide, mlci_n_unicode_wide, code) ? 2 : 1;
}

int mlci_utf8_valid(const char *text, int64_t length, int64_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t code;
    for (int64_t i = 0; i < length;) {
        if (length - i >= 8) {
            uint64_t word;
            memcpy(&word, bytes + i, sizeof word);
            if ((word & HIGH_BITS) == 0) {
                i += 8;
                continue;
            }
        }
        const int32_t n = decode(bytes + i, length - i, &code);
        if (n == 0) {
            if (at != NULL) *at = i;
            return 0;
        }
        i += n;
    }
    return 1;
}

int64_t mlci_text_width(const char *text, int64_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    int64_t width = 0;
    for (int64_t i = 0; i < length;) {
        uint32_t code = 0xfffd;
        const int32_t n = decode(bytes + i, length - i, &code);
        width += width_of(code); /* a stray byte shows as a replacement character */
        i += n > 0 ? n : 1;
    }
    return width;
}
