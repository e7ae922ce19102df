/* 64 bytes as masks in plain C: eight words of eight bytes. */
#ifndef MLCI_SCAN_BLOCK_REFERENCE_H
#define MLCI_SCAN_BLOCK_REFERENCE_H

#include <stdint.h>

typedef struct scan_block {
    uint64_t part[8];
} scan_block;

static inline scan_block scan_load(const char *bytes)
{
    scan_block b;
    for (int i = 0; i < 8; i++) {
        const unsigned char *p = (const unsigned char *)bytes + 8 * i;
        uint64_t word = 0;
        for (int k = 7; k >= 0; k--)
            word = word << 8 | p[k];
        b.part[i] = word;
    }
    return b;
}

/* The high bits of eight bytes, gathered. */
static inline uint64_t scan_gather(uint64_t high)
{
    return (high >> 7) * 0x0102040810204080U >> 56;
}

/* Bit i is set where byte i is c. */
static inline uint64_t scan_match(const scan_block *b, char c)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fU;
    const uint64_t needle = 0x0101010101010101U * (unsigned char)c;
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        const uint64_t x = b->part[i] ^ needle;
        /* The high bit of each byte of x that is zero, exactly. */
        mask |= scan_gather(~(((x & low7) + low7) | x | low7)) << (8 * i);
    }
    return mask;
}

/* Not 0 where some byte is above 127 or NUL. */
static inline uint64_t scan_not_text(const scan_block *b)
{
    const uint64_t high = 0x8080808080808080U;
    uint64_t found = 0;
    for (int i = 0; i < 8; i++)
        found |= (b->part[i] | ~((b->part[i] | high) - 0x0101010101010101U)) & high;
    return found;
}

/* Not the builtin, which without a popcount instruction is a call. */
static inline int64_t scan_count(uint64_t m)
{
    m -= m >> 1 & 0x5555555555555555U;
    m = (m & 0x3333333333333333U) + (m >> 2 & 0x3333333333333333U);
    m = (m + (m >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return (int64_t)(m * 0x0101010101010101U >> 56);
}

static inline void scan_places(uint64_t mask, uint32_t first, uint32_t *out)
{
    for (; mask != 0; mask &= mask - 1)
        *out++ = first + (uint32_t)__builtin_ctzll(mask);
}

#endif
