/* Text in other encodings to UTF-8, in pieces. */
#ifndef MLCI_ENCODING_H
#define MLCI_ENCODING_H

#include <stdint.h>

#define MLCI_ENCODING_UTF8 0
#define MLCI_ENCODING_LATIN1 1 /* bytes are the code points 0 to 255 */
#define MLCI_ENCODING_UTF16 2  /* by its byte-order mark; little-endian without one */
#define MLCI_ENCODING_UTF16_LE 3
#define MLCI_ENCODING_UTF16_BE 4

/* Converts a piece to UTF-8; a byte-order mark stays one. *encoding becomes LE or BE when a first
 * piece of UTF16 has shown which. Takes as much of bytes[0 .. n) as out[0 .. room) holds, in whole
 * characters: *n_taken bytes become *n_out. is_end: no bytes follow. Returns 0 when the character
 * after the taken ones is none: a lone surrogate or half a unit at the end. */
int mlci_encoding_convert(int32_t *encoding, const unsigned char *bytes, int64_t n, int32_t is_end,
                          char *out, int64_t room, int64_t *n_taken, int64_t *n_out);

#endif
