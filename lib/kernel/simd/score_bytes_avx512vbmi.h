/* What moves bytes in prediction with trees, on AVX-512 with VBMI: codes of a row are looked up 64
 * columns at a time, splits on the ways to leaves are taken as eight bits from anywhere. */
#ifndef MLCI_SCORE_BYTES_AVX512VBMI_H
#define MLCI_SCORE_BYTES_AVX512VBMI_H

#include <immintrin.h>

#include "score_asked.h"
#include "score_kernels.h"

#define COLUMNS_A_PART 64

typedef struct code_table {
    __m512i part[4];
} code_table;

/* Up to 64 of n_columns codes from `first` on, where there may be none. */
static inline __m512i load_part(const uint8_t *codes, int64_t n_columns, int64_t first)
{
    const int64_t n = n_columns - first;
    const __mmask64 here = n >= 64 ? ~(__mmask64)0 : n > 0 ? ((__mmask64)1 << n) - 1 : 0;
    return _mm512_maskz_loadu_epi8(here, codes + (n > 0 ? first : 0));
}

/* n_parts is a constant. */
static inline code_table load_codes(const uint8_t *codes, int64_t n_columns, int32_t n_parts)
{
    code_table t;
    t.part[0] = load_part(codes, n_columns, 0);
    if (n_parts > 1) t.part[1] = load_part(codes, n_columns, 64);
    if (n_parts > 2) t.part[2] = load_part(codes, n_columns, 128);
    if (n_parts > 2) t.part[3] = load_part(codes, n_columns, 192);
    return t;
}

/* n_parts is a constant where it matters. */
static inline __m512i look_up_codes(const code_table *t, int32_t n_parts, __m512i column)
{
    if (n_parts == 1) return _mm512_permutexvar_epi8(column, t->part[0]);
    const __m512i low = _mm512_permutex2var_epi8(t->part[0], column, t->part[1]);
    if (n_parts == 2) return low;
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(column), low,
                                  _mm512_permutex2var_epi8(t->part[2], column, t->part[3]));
}

/* Which codes of these columns are at most their bounds. By averages, it is those where that of
 * bound and ~code is 128 or more: comparisons all take the port that look-ups take, averages
 * another, so that some of each are faster than either. */
static inline uint64_t find_at_most(const code_table *t, int32_t n_parts, __m512i column,
                                    __m512i bound, int by_average)
{
    const __m512i turned = _mm512_xor_si512(t->part[0], _mm512_set1_epi8(-1));
    if (n_parts > 1 || !by_average)
        return _mm512_cmple_epu8_mask(look_up_codes(t, n_parts, column), bound);
    return _mm512_movepi8_mask(_mm512_avg_epu8(_mm512_permutexvar_epi8(column, turned), bound));
}

/* Half a register: additions of single numbers, which each wait for the one before, take two cycles
 * then instead of three. */
static inline int64_t find_lane(const mlci_path_trees *trees, int64_t first,
                                const asked_trees *asked, int64_t i, int64_t half)
{
    const mlci_path_window *const window = &trees->windows[first + 2 * i + half];
    const __m256i from = _mm256_load_si256((const __m256i *)window->from);
    const __m256i lane_first = _mm256_load_si256((const __m256i *)window->first);
    const __m256i second = _mm256_set1_epi64x((int64_t)asked->word[i]);
    const __m256i eight = _mm256_multishift_epi64_epi8(from, second);
    const __m256i away = _mm256_and_si256(eight, lane_first);
    const __m256i is_leaf = _mm256_cmpeq_epi8(away, _mm256_setzero_si256());
    return (int64_t)_tzcnt_u64((uint32_t)_mm256_movemask_epi8(is_leaf));
}

#endif
