/* The bytes of an input taken one after the other: choices first, the rest as text. Behind the end
 * everything is zero. */
#ifndef MLCI_FUZZ_BYTES_H
#define MLCI_FUZZ_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct fuzz_bytes {
    const uint8_t *at, *end;
} fuzz_bytes;

static inline fuzz_bytes fuzz_bytes_of(const uint8_t *data, size_t size)
{
    return (fuzz_bytes){data, data + size};
}

static inline size_t fuzz_left(const fuzz_bytes *b)
{
    return (size_t)(b->end - b->at);
}

static inline uint8_t fuzz_u8(fuzz_bytes *b)
{
    return b->at < b->end ? *b->at++ : 0;
}

static inline uint64_t fuzz_u64(fuzz_bytes *b)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)fuzz_u8(b) << 8 * i;
    return value;
}

static inline double fuzz_real(fuzz_bytes *b)
{
    const uint64_t bits = fuzz_u64(b);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline size_t fuzz_below(fuzz_bytes *b, size_t n)
{
    return fuzz_u8(b) % n;
}

/* An exact copy of what is left, with a NUL; free() it. */
static inline char *fuzz_rest(fuzz_bytes *b)
{
    const size_t n = fuzz_left(b);
    char *text = malloc(n + 1);
    if (n > 0) memcpy(text, b->at, n);
    text[n] = '\0';
    b->at = b->end;
    return text;
}

/* The bytes up to the next line end, which is taken too; free() it. */
static inline char *fuzz_line(fuzz_bytes *b)
{
    const uint8_t *at = b->at;
    while (at < b->end && *at != '\n')
        at++;
    fuzz_bytes line = {b->at, at};
    b->at = at < b->end ? at + 1 : at;
    return fuzz_rest(&line);
}

#endif
