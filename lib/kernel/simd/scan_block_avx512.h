/* 64 bytes as masks on AVX-512: one vector. */
#ifndef MLCI_SCAN_BLOCK_AVX512_H
#define MLCI_SCAN_BLOCK_AVX512_H

#include <immintrin.h>
#include <stdint.h>

typedef struct scan_block {
    __m512i part;
} scan_block;

static inline scan_block scan_load(const char *bytes)
{
    return (scan_block){_mm512_loadu_si512(bytes)};
}

/* Bit i is set where byte i is c. */
static inline uint64_t scan_match(const scan_block *b, char c)
{
    return _mm512_cmpeq_epi8_mask(b->part, _mm512_set1_epi8(c));
}

/* Not 0 where some byte is above 127 or NUL. */
static inline uint64_t scan_not_text(const scan_block *b)
{
    return _mm512_cmple_epi8_mask(b->part, _mm512_setzero_si512());
}

static inline int64_t scan_count(uint64_t m)
{
    return _mm_popcnt_u64(m);
}

/* Without branches that depend on the text: 16 places at a time, packed. Writes up to 64. */
static inline void scan_places(uint64_t mask, uint32_t first, uint32_t *out)
{
    const __m512i places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (int i = 0; i < 4; i++) {
        const __mmask16 part = (__mmask16)(mask >> (16 * i));
        const __m512i at = _mm512_add_epi32(places, _mm512_set1_epi32((int)first + 16 * i));
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(part, at));
        out += _mm_popcnt_u32(part);
    }
}

#endif
