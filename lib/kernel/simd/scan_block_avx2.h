/* 64 bytes as masks on AVX2: two vectors. */
#ifndef MLCI_SCAN_BLOCK_AVX2_H
#define MLCI_SCAN_BLOCK_AVX2_H

#include <immintrin.h>
#include <stdint.h>

typedef struct scan_block {
    __m256i part[2];
} scan_block;

static inline scan_block scan_load(const char *bytes)
{
    const __m256i *const at = (const __m256i *)(const void *)bytes;
    return (scan_block){{_mm256_loadu_si256(at), _mm256_loadu_si256(at + 1)}};
}

static inline uint64_t scan_mask(__m256i low, __m256i high)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 |
           (uint32_t)_mm256_movemask_epi8(low);
}

/* Bit i is set where byte i is c. */
static inline uint64_t scan_match(const scan_block *b, char c)
{
    const __m256i needle = _mm256_set1_epi8(c);
    return scan_mask(_mm256_cmpeq_epi8(b->part[0], needle), _mm256_cmpeq_epi8(b->part[1], needle));
}

/* Not 0 where some byte is above 127 or NUL. */
static inline uint64_t scan_not_text(const scan_block *b)
{
    return scan_mask(b->part[0], b->part[1]) | scan_match(b, '\0');
}

static inline int64_t scan_count(uint64_t m)
{
    return _mm_popcnt_u64(m);
}

static inline void scan_places(uint64_t mask, uint32_t first, uint32_t *out)
{
    for (; mask != 0; mask &= mask - 1)
        *out++ = first + (uint32_t)__builtin_ctzll(mask);
}

#endif
