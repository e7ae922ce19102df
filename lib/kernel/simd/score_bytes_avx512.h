/* What moves bytes in prediction with trees, on AVX-512: codes of a row are looked up 16 columns at
 * a time, splits on the ways to leaves are taken as words of 32. */
#ifndef MLCI_SCORE_BYTES_AVX512_H
#define MLCI_SCORE_BYTES_AVX512_H

#include <immintrin.h>

#include "score_asked.h"
#include "score_kernels.h"

#define COLUMNS_A_PART 16

typedef struct code_table {
    const uint8_t *codes;
} code_table;

static inline code_table load_codes(const uint8_t *codes, int64_t n_columns, int32_t n_parts)
{
    (void)n_columns;
    (void)n_parts;
    return (code_table){codes};
}

/* Other columns have the top bit set, for which a shuffle gives 0. n_parts is a constant where it
 * matters. */
static inline __m512i look_up_codes(const code_table *t, int32_t n_parts, __m512i column)
{
    const __m512i others = _mm512_set1_epi8(0x70);
    __m512i code = _mm512_setzero_si512();
    for (int32_t p = 0; p < n_parts; p++) {
        const __m128i sixteen = _mm_loadu_si128((const __m128i *)(t->codes + 16 * p));
        const __m512i place = _mm512_sub_epi8(column, _mm512_set1_epi8((char)(16 * p)));
        const __m512i part =
            _mm512_shuffle_epi8(_mm512_broadcast_i32x4(sixteen), _mm512_adds_epu8(place, others));
        code = _mm512_or_si512(code, part);
    }
    return code;
}

/* Which codes of these columns are at most their bounds. */
static inline uint64_t find_at_most(const code_table *t, int32_t n_parts, __m512i column,
                                    __m512i bound, int by_average)
{
    (void)by_average;
    return _mm512_cmple_epu8_mask(look_up_codes(t, n_parts, column), bound);
}

static inline int64_t find_lane(const mlci_path_trees *trees, int64_t first,
                                const asked_trees *asked, int64_t i, int64_t half)
{
    const uint32_t *const lane_first = trees->first + MLCI_PATH_LEAVES * (first + 2 * i + half);
    const __m512i way = _mm512_set1_epi32((int32_t)asked->second[2 * i + half]);
    const uint32_t low = _mm512_testn_epi32_mask(way, _mm512_load_si512(lane_first));
    const uint32_t high = _mm512_testn_epi32_mask(way, _mm512_load_si512(lane_first + 16));
    return __builtin_ctz(high << 16 | low);
}

#endif
