/* Row kernels of prediction with trees on AVX2. */
#ifndef MLCI_SCORE_ROWS_AVX2_H
#define MLCI_SCORE_ROWS_AVX2_H

#include <immintrin.h>
#include <string.h>

#include "score_asked.h"
#include "score_places.h"

/* How many of 8 thresholds a number does not exceed. */
static inline uint32_t count_passed(const double *eight, __m256d x)
{
    const __m256d low = _mm256_cmp_pd(x, _mm256_loadu_pd(eight), _CMP_LE_OQ);
    const __m256d high = _mm256_cmp_pd(x, _mm256_loadu_pd(eight + 4), _CMP_LE_OQ);
    const uint32_t bits = (uint32_t)_mm256_movemask_pd(low) | (uint32_t)_mm256_movemask_pd(high)
                                                                  << 4;
    return (uint32_t)__builtin_popcount(bits);
}

/* n_levels is a constant. */
static inline uint8_t code_number_by(const double *table, int32_t n_levels, double x)
{
    const double *const middle = n_levels == 3 ? table + 8 : table;
    const double *const blocks = n_levels == 1 ? table : n_levels == 2 ? table + 8 : table + 40;
    const __m256d v = _mm256_set1_pd(x);
    uint32_t block = n_levels == 3 ? count_passed(table, v) : 0;
    if (n_levels >= 2) block = 8 * block + count_passed(middle + 8 * block, v);
    return (uint8_t)(8 * block + count_passed(blocks + 8 * block, v));
}

static inline void store_half(mlci_row_bits *bits, int64_t half, __m256i yes)
{
    const uint32_t rows = (uint32_t)_mm256_movemask_epi8(yes);
    memcpy((char *)bits->word + 4 * half, &rows, sizeof rows);
}

static void test_codes(const mlci_code_test *tests, int64_t n_tests, const uint8_t *codes,
                       int64_t n_words, mlci_row_bits *bits)
{
    for (int64_t t = 0; t < n_tests; t++) {
        const uint8_t *const column = codes + (int64_t)tests[t].column * MLCI_SCORE_ROWS;
        const __m256i mask = _mm256_set1_epi8((char)tests[t].mask);
        const __m256i least = _mm256_set1_epi8((char)tests[t].least);
        for (int64_t half = 0; half < 2 * n_words; half++) {
            const __m256i all = _mm256_loadu_si256((const __m256i *)(column + 32 * half));
            const __m256i code = _mm256_and_si256(all, mask);
            store_half(&bits[t], half, _mm256_cmpeq_epi8(_mm256_max_epu8(code, least), code));
        }
    }
}

/* Byte code / 8 of the set, from one of its halves, and bit code % 8 of that. */
static void test_sets(const mlci_set_test *tests, int64_t n_tests, const uint8_t *codes,
                      int64_t n_words, mlci_row_bits *bits)
{
    const __m256i bit_of = _mm256_set1_epi64x((int64_t)0x8040201008040201u);
    const __m256i low_5 = _mm256_set1_epi8(31), low_3 = _mm256_set1_epi8(7);
    for (int64_t t = 0; t < n_tests; t++) {
        const uint8_t *const column = codes + (int64_t)tests[t].column * MLCI_SCORE_ROWS;
        const __m128i *const set = (const __m128i *)(const void *)tests[t].set;
        const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128(set));
        const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128(set + 1));
        for (int64_t half = 0; half < 2 * n_words; half++) {
            const __m256i code = _mm256_loadu_si256((const __m256i *)(column + 32 * half));
            const __m256i at = _mm256_and_si256(_mm256_srli_epi16(code, 3), low_5);
            const __m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, at),
                                                    _mm256_shuffle_epi8(high, at), code);
            const __m256i bit = _mm256_shuffle_epi8(bit_of, _mm256_and_si256(code, low_3));
            store_half(&bits[t], half, _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit));
        }
    }
}

/* Eight copies of each of four bytes, of which each keeps one bit. */
static inline __m256i bytes_of_bits(uint32_t bits)
{
    const __m256i copies =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((int64_t)0x8040201008040201u);
    const __m256i all = _mm256_shuffle_epi8(_mm256_set1_epi32((int32_t)bits), copies);
    return _mm256_cmpeq_epi8(_mm256_and_si256(all, bit), bit);
}

static inline void spread_word(const mlci_row_bits *planes, int32_t n_planes, int64_t w,
                               uint8_t *leaf)
{
    __m256i low = _mm256_setzero_si256(), high = low;
    for (int32_t b = 0; b < n_planes; b++) {
        const __m256i one = _mm256_set1_epi8((char)(1 << b));
        const uint64_t word = planes[b].word[w];
        low = _mm256_or_si256(low, _mm256_and_si256(one, bytes_of_bits((uint32_t)word)));
        high = _mm256_or_si256(high, _mm256_and_si256(one, bytes_of_bits((uint32_t)(word >> 32))));
    }
    _mm256_storeu_si256((__m256i *)leaf, low);
    _mm256_storeu_si256((__m256i *)(leaf + 32), high);
}

/* Where a row goes the second way, of the 32 splits of a tree. Codes are looked up 16 columns at a
 * time: other columns have the top bit set, for which a shuffle gives 0. n_groups is a constant
 * where it matters. */
__attribute__((always_inline)) static inline uint32_t ask_tree(const mlci_row_splits *splits,
                                                               int64_t tree, int32_t n_groups,
                                                               const uint8_t *codes,
                                                               int has_missing)
{
    const __m256i column = _mm256_load_si256((const __m256i *)(splits->column + 32 * tree));
    const __m256i bound = _mm256_load_si256((const __m256i *)(splits->bound + 32 * tree));
    const __m256i others = _mm256_set1_epi8(0x70);
    __m256i code = _mm256_setzero_si256();
    for (int32_t g = 0; g < n_groups; g++) {
        const __m128i sixteen = _mm_loadu_si128((const __m128i *)(codes + MLCI_ROW_LANES * g));
        const __m256i place = _mm256_sub_epi8(column, _mm256_set1_epi8((char)(16 * g)));
        const __m256i part = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(sixteen),
                                                 _mm256_adds_epu8(place, others));
        code = _mm256_or_si256(code, part);
    }
    const __m256i is_right = _mm256_cmpeq_epi8(_mm256_max_epu8(code, bound), bound);
    const uint32_t right = (uint32_t)_mm256_movemask_epi8(is_right);
    if (!has_missing) return right ^ splits->right_first[tree];
    const __m256i missing = _mm256_cmpeq_epi8(code, _mm256_setzero_si256());
    const uint32_t missing_left =
        (uint32_t)_mm256_movemask_epi8(missing) & splits->missing_left[tree];
    return (right & ~missing_left) ^ splits->right_first[tree];
}

/* Is a code 0? Those of no columns are. */
static inline int any_missing(const uint8_t *codes, int64_t n_columns)
{
    uint32_t found = n_columns == 0;
    for (int64_t c = 0; c < n_columns; c += MLCI_ROW_LANES) {
        const __m128i code = _mm_loadu_si128((const __m128i *)(codes + c));
        const uint32_t here = n_columns - c >= 16 ? 0xFFFF : (1U << (n_columns - c)) - 1;
        found |= here & (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(code, _mm_setzero_si128()));
    }
    return found != 0;
}

/* The same for n trees. has_missing is a constant. */
__attribute__((always_inline)) static inline void ask_groups(const mlci_row_splits *splits,
                                                             int64_t first, int64_t n,
                                                             const uint8_t *codes, int has_missing,
                                                             uint32_t *second)
{
    const mlci_row_splits all = *splits; /* a copy, as answers might be written over it */
    const int32_t n_groups = (all.n_columns + MLCI_ROW_LANES - 1) / MLCI_ROW_LANES;
    if (n_groups <= 1)
        for (int64_t i = 0; i < n; i++)
            second[i] = ask_tree(&all, first + i, 1, codes, has_missing);
    else if (n_groups == 2)
        for (int64_t i = 0; i < n; i++)
            second[i] = ask_tree(&all, first + i, 2, codes, has_missing);
    else
        for (int64_t i = 0; i < n; i++)
            second[i] = ask_tree(&all, first + i, n_groups, codes, has_missing);
}

/* With where it goes the second way besides, if anywhere. */
static inline void ask_trees(const mlci_row_splits *splits, int64_t first, int64_t n,
                             const mlci_coded_row *row, asked_trees *asked)
{
    if (any_missing(row->codes, splits->n_columns))
        ask_groups(splits, first, n, row->codes, 1, asked->second);
    else
        ask_groups(splits, first, n, row->codes, 0, asked->second);
    for (int64_t i = 0; row->also != NULL && i < n; i++)
        asked->second[i] |= (uint32_t)(row->also[i / 2] >> 32 * (i % 2));
    _mm256_storeu_si256((__m256i *)(asked->second + n), _mm256_setzero_si256());
}

/* Which of eight leaves no split leads away from. */
static inline __m256i may_be_leaf(__m256i way, const uint32_t *first)
{
    const __m256i away = _mm256_and_si256(way, _mm256_load_si256((const __m256i *)first));
    return _mm256_cmpeq_epi32(away, _mm256_setzero_si256());
}

static inline int64_t find_lane(const mlci_path_trees *trees, int64_t first,
                                const asked_trees *asked, int64_t i, int64_t half)
{
    const uint32_t *const lane_first = trees->first + MLCI_PATH_LEAVES * (first + 2 * i + half);
    const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* after packing */
    const __m256i way = _mm256_set1_epi32((int32_t)asked->second[2 * i + half]);
    const __m256i low =
        _mm256_packs_epi32(may_be_leaf(way, lane_first), may_be_leaf(way, lane_first + 8));
    const __m256i high =
        _mm256_packs_epi32(may_be_leaf(way, lane_first + 16), may_be_leaf(way, lane_first + 24));
    const __m256i all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), in_order);
    return __builtin_ctz((uint32_t)_mm256_movemask_epi8(all));
}

/* Eight trees go down a level at a time. */
static void find_heaps(const mlci_heap_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *place)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    const __m256i one = _mm256_set1_epi32(1);
    for (int64_t t = 0; t < n; t += 8) {
        const __m256i ways = _mm256_loadu_si256((const __m256i *)(asked.second + t));
        __m256i at = one;
        for (int d = 0; d < MLCI_HEAP_DEPTH; d++) {
            const __m256i goes_right = _mm256_and_si256(_mm256_srlv_epi32(ways, at), one);
            at = _mm256_add_epi32(_mm256_add_epi32(at, at), goes_right);
        }
        const __m256i below = _mm256_and_si256(at, _mm256_set1_epi32(MLCI_ROW_SPLITS - 1));
        const __m128i words =
            _mm_packs_epi32(_mm256_castsi256_si128(below), _mm256_extracti128_si256(below, 1));
        _mm_storel_epi64((__m128i *)(place + t), _mm_packus_epi16(words, words));
    }
}

/* Four loads: gathers are slow on processors that guard them (Downfall). */
static void add_values(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const __m256d value = _mm256_setr_pd(values[leaf[i]], values[leaf[i + 1]],
                                             values[leaf[i + 2]], values[leaf[i + 3]]);
        _mm256_storeu_pd(sum + i, _mm256_add_pd(_mm256_loadu_pd(sum + i), value));
    }
    for (; i < n; i++)
        sum[i] += values[leaf[i]];
}

static void add_floats(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const __m256d value = _mm256_setr_pd(values[leaf[i]], values[leaf[i + 1]],
                                             values[leaf[i + 2]], values[leaf[i + 3]]);
        const __m256d more = _mm256_add_pd(_mm256_loadu_pd(sum + i), value);
        _mm256_storeu_pd(sum + i, _mm256_cvtps_pd(_mm256_cvtpd_ps(more)));
    }
    for (; i < n; i++)
        sum[i] = (double)(float)(sum[i] + values[leaf[i]]);
}

static void add_float_values(const float *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                             float *sum)
{
    int64_t i = 0;
    (void)n_values;
    for (; i + 4 <= n; i += 4) {
        const __m128 value = _mm_setr_ps(values[leaf[i]], values[leaf[i + 1]], values[leaf[i + 2]],
                                         values[leaf[i + 3]]);
        _mm_storeu_ps(sum + i, _mm_add_ps(_mm_loadu_ps(sum + i), value));
    }
    for (; i < n; i++)
        sum[i] += values[leaf[i]];
}

#endif
