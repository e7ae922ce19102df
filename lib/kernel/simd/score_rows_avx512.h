/* Row kernels of prediction with trees on AVX-512 F, DQ, BW, VL. */
#ifndef MLCI_SCORE_ROWS_AVX512_H
#define MLCI_SCORE_ROWS_AVX512_H

#include <immintrin.h>

#include "score_kernels.h"

/* How many of 8 thresholds a number does not exceed. */
static inline uint32_t count_passed(const double *eight, __m512d x)
{
    return (uint32_t)__builtin_popcount(_mm512_cmp_pd_mask(x, _mm512_loadu_pd(eight), _CMP_LE_OQ));
}

/* n_levels is a constant. */
static inline void code_column(const double *table, int32_t n_levels, const double *x,
                               int64_t x_stride, int64_t n, uint8_t *codes)
{
    const double *const middle = n_levels == 3 ? table + 8 : table;
    const double *const blocks = n_levels == 1 ? table : n_levels == 2 ? table + 8 : table + 40;
    for (int64_t i = 0; i < n; i++) {
        const __m512d v = _mm512_set1_pd(x[i * x_stride]);
        uint32_t block = n_levels == 3 ? count_passed(table, v) : 0;
        if (n_levels >= 2) block = 8 * block + count_passed(middle + 8 * block, v);
        codes[i] = (uint8_t)(8 * block + count_passed(blocks + 8 * block, v));
    }
}

static void test_codes(const mlci_code_test *tests, int64_t n_tests, const uint8_t *codes,
                       int64_t n_words, mlci_row_bits *bits)
{
    for (int64_t t = 0; t < n_tests; t++) {
        const uint8_t *const column = codes + (int64_t)tests[t].column * MLCI_SCORE_ROWS;
        const __m512i mask = _mm512_set1_epi8((char)tests[t].mask);
        const __m512i least = _mm512_set1_epi8((char)tests[t].least);
        for (int64_t w = 0; w < n_words; w++) {
            const __m512i code = _mm512_and_si512(_mm512_loadu_si512(column + 64 * w), mask);
            bits[t].word[w] = _mm512_cmpge_epu8_mask(code, least);
        }
    }
}

/* Byte code / 8 of the set, from one of its halves, and bit code % 8 of that. */
static void test_sets(const mlci_set_test *tests, int64_t n_tests, const uint8_t *codes,
                      int64_t n_words, mlci_row_bits *bits)
{
    const __m512i bit_of = _mm512_set1_epi64((int64_t)0x8040201008040201u);
    const __m512i low_5 = _mm512_set1_epi8(31), low_3 = _mm512_set1_epi8(7);
    for (int64_t t = 0; t < n_tests; t++) {
        const uint8_t *const column = codes + (int64_t)tests[t].column * MLCI_SCORE_ROWS;
        const __m128i *const set = (const __m128i *)(const void *)tests[t].set;
        const __m512i low = _mm512_broadcast_i32x4(_mm_loadu_si128(set));
        const __m512i high = _mm512_broadcast_i32x4(_mm_loadu_si128(set + 1));
        for (int64_t w = 0; w < n_words; w++) {
            const __m512i code = _mm512_loadu_si512(column + 64 * w);
            const __m512i at = _mm512_and_si512(_mm512_srli_epi16(code, 3), low_5);
            const __m512i byte = _mm512_mask_shuffle_epi8(_mm512_shuffle_epi8(low, at),
                                                          _mm512_movepi8_mask(code), high, at);
            const __m512i bit = _mm512_shuffle_epi8(bit_of, _mm512_and_si512(code, low_3));
            bits[t].word[w] = _mm512_test_epi8_mask(byte, bit);
        }
    }
}

static inline void spread_word(const mlci_row_bits *planes, int32_t n_planes, int64_t w,
                               uint8_t *leaf)
{
    __m512i number = _mm512_setzero_si512();
    for (int32_t b = 0; b < n_planes; b++)
        number = _mm512_mask_add_epi8(number, planes[b].word[w], number,
                                      _mm512_set1_epi8((char)(1 << b)));
    _mm512_storeu_si512(leaf, number);
}

static void add_values(const double *values, const uint8_t *leaf, int64_t n, double *sum)
{
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m512i at = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(leaf + i)));
        const __m512d value = _mm512_i64gather_pd(at, values, 8);
        _mm512_storeu_pd(sum + i, _mm512_add_pd(_mm512_loadu_pd(sum + i), value));
    }
    for (; i < n; i++)
        sum[i] += values[leaf[i]];
}

#endif
