/* Row kernels of prediction with trees on AVX-512 F, DQ, BW, VL, and VBMI where there is. */
#ifndef MLCI_SCORE_ROWS_AVX512_H
#define MLCI_SCORE_ROWS_AVX512_H

#include <immintrin.h>
#include <string.h>

#include "score_kernels.h"

#ifdef __AVX512VBMI__
#include "score_codes_avx512vbmi.h"
#else
#include "score_codes_avx512.h"
#endif

/* How many of 8 thresholds a number does not exceed. */
static inline uint32_t count_passed(const double *eight, __m512d x)
{
    return (uint32_t)__builtin_popcount(_mm512_cmp_pd_mask(x, _mm512_loadu_pd(eight), _CMP_LE_OQ));
}

/* n_levels is a constant. */
static inline uint8_t code_number_by(const double *table, int32_t n_levels, double x)
{
    const double *const middle = n_levels == 3 ? table + 8 : table;
    const double *const blocks = n_levels == 1 ? table : n_levels == 2 ? table + 8 : table + 40;
    const __m512d v = _mm512_set1_pd(x);
    uint32_t block = n_levels == 3 ? count_passed(table, v) : 0;
    if (n_levels >= 2) block = 8 * block + count_passed(middle + 8 * block, v);
    return (uint8_t)(8 * block + count_passed(blocks + 8 * block, v));
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

/* Where a row goes right, of 64 splits. n_parts is a constant where it matters. */
__attribute__((always_inline)) static inline uint64_t
ask_64(const mlci_row_splits *splits, int64_t first, const code_table *table, int32_t n_parts)
{
    const __m512i column = _mm512_load_si512(splits->column + first);
    const __m512i code = _mm512_sub_epi8(look_up_codes(table, n_parts, column),
                                         _mm512_load_si512(splits->missing_left + first));
    return _mm512_cmplt_epu8_mask(code, _mm512_load_si512(splits->rank + first));
}

/* The same for n times 64, with those that go right besides, if any. */
static inline void ask_splits(const mlci_row_splits *splits, int64_t first, int64_t n,
                              const uint8_t *codes, const uint64_t *also, uint64_t *right)
{
    const code_table table = load_codes(codes, splits->n_columns);
    const int32_t n_parts = (splits->n_columns + COLUMNS_A_PART - 1) / COLUMNS_A_PART;
    if (n_parts <= 1)
        for (int64_t i = 0; i < n; i++)
            right[i] = ask_64(splits, first + 64 * i, &table, 1);
    else if (n_parts == 2)
        for (int64_t i = 0; i < n; i++)
            right[i] = ask_64(splits, first + 64 * i, &table, 2);
    else
        for (int64_t i = 0; i < n; i++)
            right[i] = ask_64(splits, first + 64 * i, &table, n_parts);
    if (also == NULL) return;
    for (int64_t i = 0; i < n; i++)
        right[i] |= also[i];
}

/* Two trees share 64 splits. */
static void find_paths(const mlci_path_trees *trees, int64_t first, int64_t n, const uint8_t *codes,
                       const uint64_t *also, uint8_t *leaf)
{
    union {
        uint64_t pairs[MLCI_ROW_CHUNK / 2 + 1];
        uint32_t trees[MLCI_ROW_CHUNK + 2];
    } right;
    const int64_t odd = first % 2;
    ask_splits(&trees->splits, 32 * (first - odd), (n + odd + 1) / 2, codes, also, right.pairs);
    for (int64_t t = 0; t < n; t++) {
        const uint32_t *const left = trees->left + 32 * (first + t);
        const __m512i way = _mm512_set1_epi32((int32_t)right.trees[t + odd]);
        const __mmask16 low = _mm512_testn_epi32_mask(way, _mm512_load_si512(left));
        const __mmask16 high = _mm512_testn_epi32_mask(way, _mm512_load_si512(left + 16));
        leaf[t] = (uint8_t)__builtin_ctz((uint32_t)low | (uint32_t)high << 16);
    }
}

/* Eight trees go down a level at a time. */
static void find_heaps(const mlci_heap_trees *trees, int64_t first, int64_t n, const uint8_t *codes,
                       const uint64_t *also, uint16_t *next)
{
    uint64_t right[MLCI_ROW_CHUNK + 8];
    const __m512i one = _mm512_set1_epi64(1);
    _mm512_storeu_si512(right + n, _mm512_setzero_si512()); /* eights are read */
    ask_splits(&trees->splits, 64 * first, n, codes, also, right);
    for (int64_t t = 0; t < n; t += 8) {
        const __m512i ways = _mm512_loadu_si512(right + t);
        __m512i at = one;
        for (int d = 0; d < MLCI_HEAP_DEPTH; d++) {
            const __m512i goes_right = _mm512_and_si512(_mm512_srlv_epi64(ways, at), one);
            at = _mm512_add_epi64(_mm512_add_epi64(at, at), goes_right);
        }
        uint8_t place[8];
        _mm_storel_epi64((__m128i *)place, _mm512_cvtepi64_epi8(at));
        for (int64_t k = 0; k < 8 && t + k < n; k++)
            next[t + k] = trees->next[64 * (first + t + k) + place[k] - 64];
    }
}

/* Values that are looked up: of up to 32 leaves from registers, else by a gather. */
typedef struct value_table {
    const double *values;
    __m512d part[4];
} value_table;

static inline value_table load_values(const double *values, int32_t n_values)
{
    value_table t = {.values = values};
    for (int32_t p = 0; p < 4; p++) {
        const int32_t n = n_values - 8 * p;
        const __mmask8 here = n >= 8 ? 255 : n > 0 ? (__mmask8)((1 << n) - 1) : 0;
        t.part[p] = _mm512_maskz_loadu_pd(here, values + (n > 0 ? 8 * p : 0));
    }
    return t;
}

/* n_parts is a constant: 2 for 16 values, 4 for 32, 0 for more. */
__attribute__((always_inline)) static inline __m512d look_up(const value_table *t, int n_parts,
                                                             const uint8_t *leaf)
{
    const __m512i at = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)leaf));
    if (n_parts == 0) return _mm512_i64gather_pd(at, t->values, 8);
    const __m512d low = _mm512_permutex2var_pd(t->part[0], at, t->part[1]);
    if (n_parts == 2) return low;
    const __m512d high = _mm512_permutex2var_pd(t->part[2], at, t->part[3]);
    return _mm512_mask_blend_pd(_mm512_test_epi64_mask(at, _mm512_set1_epi64(16)), low, high);
}

/* Eights of rows; returns how many rows these are. is_float is a constant, too. */
__attribute__((always_inline)) static inline int64_t add_eights(const value_table *t, int n_parts,
                                                                int is_float, const uint8_t *leaf,
                                                                int64_t n, double *sum)
{
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m512d more = _mm512_add_pd(_mm512_loadu_pd(sum + i), look_up(t, n_parts, leaf + i));
        if (is_float) more = _mm512_cvtps_pd(_mm512_cvtpd_ps(more));
        _mm512_storeu_pd(sum + i, more);
    }
    return i;
}

static void add_values(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    const value_table t = load_values(values, n_values);
    int64_t i = n_values <= 16   ? add_eights(&t, 2, 0, leaf, n, sum)
                : n_values <= 32 ? add_eights(&t, 4, 0, leaf, n, sum)
                                 : add_eights(&t, 0, 0, leaf, n, sum);
    for (; i < n; i++)
        sum[i] += values[leaf[i]];
}

static void add_floats(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    const value_table t = load_values(values, n_values);
    int64_t i = n_values <= 16   ? add_eights(&t, 2, 1, leaf, n, sum)
                : n_values <= 32 ? add_eights(&t, 4, 1, leaf, n, sum)
                                 : add_eights(&t, 0, 1, leaf, n, sum);
    for (; i < n; i++)
        sum[i] = (double)(float)(sum[i] + values[leaf[i]]);
}

#endif
