/* Row kernels of prediction with trees on AVX-512 F, DQ, BW, VL, and VBMI where there is. */
#ifndef MLCI_SCORE_ROWS_AVX512_H
#define MLCI_SCORE_ROWS_AVX512_H

#include <immintrin.h>
#include <string.h>

#include "score_asked.h"
#include "score_kernels.h"

#ifdef __AVX512VBMI__
#include "score_bytes_avx512vbmi.h"
#else
#include "score_bytes_avx512.h"
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

/* The first n of sixteen lanes. */
static inline __mmask16 first_lanes(int64_t n)
{
    return n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1);
}

/* Bits of the splits of two trees. Copied: words may not be read through a pointer to halves. */
static inline uint64_t take_word(const uint32_t *halves, int64_t i)
{
    uint64_t word;
    memcpy(&word, halves + 2 * i, sizeof word);
    return word;
}

/* Where a row goes the second way, of 64 splits. n_parts is a constant where it matters, the others
 * are constants. */
__attribute__((always_inline)) static inline uint64_t ask_64(const mlci_row_splits *splits,
                                                             int64_t word, const code_table *table,
                                                             int32_t n_parts, int has_missing,
                                                             int by_average)
{
    const __m512i column = _mm512_load_si512(splits->column + 64 * word);
    const __m512i bound = _mm512_load_si512(splits->bound + 64 * word);
    const uint64_t right_first = take_word(splits->right_first, word);
    if (!has_missing) return find_at_most(table, n_parts, column, bound, by_average) ^ right_first;
    const __m512i code = look_up_codes(table, n_parts, column);
    const uint64_t right = _mm512_cmple_epu8_mask(code, bound);
    const uint64_t missing = _mm512_testn_epi8_mask(code, code);
    return (right & ~(missing & take_word(splits->missing_left, word))) ^ right_first;
}

/* Words `first` to first + n - 1. has_missing is a constant, and n_parts where it matters. */
__attribute__((always_inline)) static inline void ask_words(const mlci_row_splits *splits,
                                                            int64_t first, int64_t n,
                                                            const uint8_t *codes, int32_t n_parts,
                                                            int has_missing, asked_trees *asked)
{
    const mlci_row_splits all = *splits; /* a copy, as answers might be written over it */
    const code_table table = load_codes(codes, all.n_columns, n_parts);
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        asked->word[i] = ask_64(&all, first + i, &table, n_parts, has_missing, 0);
        asked->word[i + 1] = ask_64(&all, first + i + 1, &table, n_parts, has_missing, 1);
        asked->word[i + 2] = ask_64(&all, first + i + 2, &table, n_parts, has_missing, 0);
        asked->word[i + 3] = ask_64(&all, first + i + 3, &table, n_parts, has_missing, 0);
    }
    for (; i < n; i++)
        asked->word[i] = ask_64(&all, first + i, &table, n_parts, has_missing, 0);
}

/* has_missing is a constant. */
__attribute__((always_inline)) static inline void ask_parts(const mlci_row_splits *splits,
                                                            int64_t first, int64_t n,
                                                            const uint8_t *codes, int has_missing,
                                                            asked_trees *asked)
{
    const int32_t n_parts = (splits->n_columns + COLUMNS_A_PART - 1) / COLUMNS_A_PART;
    if (n_parts <= 1)
        ask_words(splits, first, n, codes, 1, has_missing, asked);
    else if (n_parts == 2)
        ask_words(splits, first, n, codes, 2, has_missing, asked);
    else
        ask_words(splits, first, n, codes, n_parts, has_missing, asked);
}

/* Is a code 0? Those of no columns are. */
static inline int any_missing(const uint8_t *codes, int64_t n_columns)
{
    __mmask64 found = n_columns == 0;
    for (int64_t c = 0; c < n_columns; c += 64) {
        const int64_t n = n_columns - c;
        const __mmask64 here = n >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << n) - 1;
        const __m512i code = _mm512_maskz_loadu_epi8(here, codes + c);
        found |= _mm512_mask_testn_epi8_mask(here, code, code);
    }
    return found != 0;
}

/* Where a row goes the second way in n trees. */
static inline void ask_trees(const mlci_row_splits *splits, int64_t first, int64_t n,
                             const mlci_coded_row *row, asked_trees *asked)
{
    const int64_t n_words = (n + 1) / 2;
    if (any_missing(row->codes, splits->n_columns))
        ask_parts(splits, first / 2, n_words, row->codes, 1, asked);
    else
        ask_parts(splits, first / 2, n_words, row->codes, 0, asked);
    for (int64_t i = 0; row->also != NULL && i < n_words; i++)
        asked->word[i] |= row->also[i];
}

/* Sixteen trees go down a level at a time. */
static void find_heaps(const mlci_heap_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *place)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    const __m512i one = _mm512_set1_epi32(1);
    for (int64_t t = 0; t < n; t += 16) {
        const __m512i ways = _mm512_maskz_loadu_epi32(first_lanes(n - t), asked.second + t);
        __m512i at = one;
        for (int d = 0; d < MLCI_HEAP_DEPTH; d++) {
            const __m512i goes_right = _mm512_and_si512(_mm512_srlv_epi32(ways, at), one);
            at = _mm512_add_epi32(_mm512_add_epi32(at, at), goes_right);
        }
        const __m512i below = _mm512_and_si512(at, _mm512_set1_epi32(MLCI_ROW_SPLITS - 1));
        _mm_storeu_si128((__m128i *)(place + t), _mm512_cvtepi32_epi8(below));
    }
}

/* Eight cells at these places among those of eight trees. */
static inline __m512i take_eight(const mlci_heap_cell *cells, __mmask8 here, __m256i place)
{
    const __m256i tree = _mm256_setr_epi32(0, 32, 64, 96, 128, 160, 192, 224);
    return _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), here, _mm256_add_epi32(place, tree),
                                       cells, 8);
}

static int64_t take_places(const mlci_heap_trees *trees, int64_t first, int64_t n,
                           const uint8_t *place, double *value, uint32_t *at, uint32_t *slot)
{
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int64_t n_walks = 0;
    for (int64_t t = 0; t < n; t += 16) {
        const __mmask16 here = first_lanes(n - t);
        const mlci_heap_cell *const cells = trees->cells + MLCI_ROW_SPLITS * (first + t);
        const __m512i places = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(place + t)));
        const __m512i low = take_eight(cells, (__mmask8)here, _mm512_castsi512_si256(places));
        const __m512i high = take_eight(cells + 8 * MLCI_ROW_SPLITS, (__mmask8)(here >> 8),
                                        _mm512_extracti64x4_epi64(places, 1));
        const __m512i walked = _mm512_maskz_loadu_epi32(here, trees->walked + first + t);
        const __mmask16 walks =
            _mm512_test_epi32_mask(walked, _mm512_sllv_epi32(_mm512_set1_epi32(1), places));
        const __m512i node = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(low)),
                                                _mm512_cvtepi64_epi32(high), 1);
        const __m512i number = _mm512_add_epi32(lane, _mm512_set1_epi32((int32_t)t));
        _mm512_storeu_si512(value + t, low);
        _mm512_storeu_si512(value + t + 8, high);
        _mm512_storeu_si512(at + n_walks, _mm512_maskz_compress_epi32(walks, node));
        _mm512_storeu_si512(slot + n_walks, _mm512_maskz_compress_epi32(walks, number));
        n_walks += __builtin_popcount(walks);
    }
    return n_walks;
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

/* Up to 32 floats from registers, else by a gather; is_small is a constant. */
__attribute__((always_inline)) static inline int64_t add_sixteens(const float *values,
                                                                  int32_t n_values, int is_small,
                                                                  const uint8_t *leaf, int64_t n,
                                                                  float *sum)
{
    const int32_t n_low = n_values < 16 ? n_values : 16, n_high = n_values - n_low;
    const __mmask16 low_here = (__mmask16)((1U << n_low) - 1);
    const __mmask16 high_here = is_small ? (__mmask16)((1U << n_high) - 1) : 0;
    const __m512 low = _mm512_maskz_loadu_ps(low_here, values);
    const __m512 high = _mm512_maskz_loadu_ps(high_here, values + n_low);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512i at = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(leaf + i)));
        const __m512 value =
            is_small ? _mm512_permutex2var_ps(low, at, high) : _mm512_i32gather_ps(at, values, 4);
        _mm512_storeu_ps(sum + i, _mm512_add_ps(_mm512_loadu_ps(sum + i), value));
    }
    return i;
}

static void add_float_values(const float *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                             float *sum)
{
    int64_t i = n_values <= 32 ? add_sixteens(values, n_values, 1, leaf, n, sum)
                               : add_sixteens(values, n_values, 0, leaf, n, sum);
    for (; i < n; i++)
        sum[i] += values[leaf[i]];
}

#endif
