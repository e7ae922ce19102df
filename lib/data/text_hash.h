/* The hash of a text, and texts compared, by words: short ones mostly, many of them. */
#ifndef MLCI_TEXT_HASH_H
#define MLCI_TEXT_HASH_H

#include <stdint.h>
#include <string.h>

/* 8 bytes from there on, the first lowest on every machine. */
static inline uint64_t mlci_text_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The last length % 8 bytes of a text, the first lowest, without reading outside of it. */
static inline uint64_t mlci_text_rest(const char *text, int64_t length)
{
    const int64_t n = length & 7;
    const char *const rest = text + (length - n);
    uint64_t word = 0;
    if (n == 0) return 0;
    if (length >= 8) return mlci_text_word(text + length - 8) >> (64 - 8 * n);
    for (int64_t b = 0; b < n; b++)
        word |= (uint64_t)(uint8_t)rest[b] << (8 * b);
    return word;
}

/* A fixed hash, the same in every process: 8 bytes at a time, each mixed in by a multiplication and
 * a shift; the finish spreads the high bits down to where slots are taken from. */
static inline uint64_t mlci_text_hash(const char *text, int64_t length)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t h = (uint64_t)length * factor;
    for (int64_t i = 0; i + 8 <= length; i += 8) {
        h = (h ^ mlci_text_word(text + i)) * factor;
        h ^= h >> 32;
    }
    h = (h ^ mlci_text_rest(text, length)) * factor;
    h ^= h >> 29;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 32;
}

/* Are two texts of one length the same? */
static inline int mlci_text_is_same(const char *a, const char *b, int64_t length)
{
    uint64_t differs = 0;
    if (length > 32) return memcmp(a, b, (size_t)length) == 0;
    for (int64_t i = 0; i + 8 <= length; i += 8)
        differs |= mlci_text_word(a + i) ^ mlci_text_word(b + i);
    return (differs | (mlci_text_rest(a, length) ^ mlci_text_rest(b, length))) == 0;
}

#endif
