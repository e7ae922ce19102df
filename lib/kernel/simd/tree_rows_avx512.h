/* Row kernels of the tree engine on AVX-512 F, DQ, BW, VL. */
#ifndef MLCI_TREE_ROWS_AVX512_H
#define MLCI_TREE_ROWS_AVX512_H

#include <immintrin.h>

#include "tree_rows.h"

/* How many of 16 thresholds are below x. */
static inline uint32_t count_below(const double *thresholds, __m512d x)
{
    const __mmask8 low = _mm512_cmp_pd_mask(_mm512_loadu_pd(thresholds), x, _CMP_LT_OQ);
    const __mmask8 high = _mm512_cmp_pd_mask(_mm512_loadu_pd(thresholds + 8), x, _CMP_LT_OQ);
    return (uint32_t)__builtin_popcount((uint32_t)low | (uint32_t)high << 8);
}

/* Two levels of 16: which block of thresholds, then which in it. */
static void code_among_many(const double thresholds[MLCI_THRESHOLDS], int64_t n, const double *x,
                            uint8_t *codes)
{
    double last[16];
    for (int b = 0; b < 16; b++)
        last[b] = thresholds[16 * b + 15];
    for (int64_t i = 0; i < n; i++) {
        const __m512d value = _mm512_set1_pd(x[i]);
        const uint32_t block = count_below(last, value);
        /* The last threshold is infinite, so there is always a block that is not below. */
        const uint32_t below = 16 * block + count_below(thresholds + 16 * block, value);
        codes[i] = (uint8_t)(x[i] == x[i] ? below + 1 : 0);
    }
}

/* Keys of 8 numbers, as mlci_key_of_number(). */
static inline __m512i keys_of_numbers(__m512d x)
{
    const __m512i sign = _mm512_set1_epi64(INT64_MIN), bits = _mm512_castpd_si512(x);
    const __mmask8 is_some = _mm512_test_epi64_mask(bits, _mm512_set1_epi64(INT64_MAX));
    const __m512i positive_zero = _mm512_maskz_mov_epi64(is_some, bits);
    const __m512i flips = _mm512_or_si512(_mm512_srai_epi64(positive_zero, 63), sign);
    return _mm512_xor_si512(positive_zero, flips);
}

/* 8 numbers at a time; their cells by a gather. */
static void find_buckets(const mlci_bucket_map *map, int64_t n, const double *x, uint16_t *buckets)
{
    const __m512i low = _mm512_set1_epi64((int64_t)map->low);
    const __m512i span = _mm512_set1_epi64((int64_t)map->span);
    const __m128i cell_shift = _mm_cvtsi32_si128(map->cell_shift);
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m512d some = _mm512_loadu_pd(x + i);
        const __m512i key = _mm512_max_epu64(keys_of_numbers(some), low);
        const __m512i distance = _mm512_min_epu64(_mm512_sub_epi64(key, low), span);
        const __m512i place = _mm512_srl_epi64(distance, cell_shift);
        const __m512i cell = _mm512_cvtepu32_epi64(_mm512_i64gather_epi32(place, map->cells, 4));
        const __m512i shift = _mm512_and_si512(cell, _mm512_set1_epi64(63));
        const __m512i bucket =
            _mm512_add_epi64(_mm512_srli_epi64(cell, 16), _mm512_srlv_epi64(distance, shift));
        const __mmask8 is_nan = _mm512_cmp_pd_mask(some, some, _CMP_UNORD_Q);
        const __m512i known = _mm512_mask_mov_epi64(bucket, is_nan, _mm512_set1_epi64(map->of_nan));
        _mm_storeu_si128((__m128i *)(void *)(buckets + i), _mm512_cvtepi64_epi16(known));
    }
    find_each_bucket(map, n - i, x + i, buckets + i);
}

/* 16 numbers at a time; thresholds and codes by gathers. */
static void code_buckets(const mlci_bucket_codes *table, int64_t n, const double *x,
                         const uint16_t *buckets, uint8_t *codes)
{
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512i bucket =
            _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(buckets + i)));
        const __m512d low =
            _mm512_i32gather_pd(_mm512_castsi512_si256(bucket), table->threshold, 8);
        const __m512d high =
            _mm512_i32gather_pd(_mm512_extracti32x8_epi32(bucket, 1), table->threshold, 8);
        const __mmask8 low_above = _mm512_cmp_pd_mask(low, _mm512_loadu_pd(x + i), _CMP_LT_OQ);
        const __mmask8 high_above =
            _mm512_cmp_pd_mask(high, _mm512_loadu_pd(x + i + 8), _CMP_LT_OQ);
        const __m512i code = _mm512_i32gather_epi32(bucket, table->code, 4);
        const __m512i all = _mm512_mask_add_epi32(code, _mm512_kunpackb(high_above, low_above),
                                                  code, _mm512_set1_epi32(1));
        _mm_storeu_si128((__m128i *)(void *)(codes + i), _mm512_cvtepi32_epi8(all));
    }
    code_each_bucket(table, n - i, x + i, buckets + i, codes + i);
}

static inline __mmask8 differ(const double *x, const double *common)
{
    return _mm512_cmpneq_epi64_mask(_mm512_loadu_si512(x), _mm512_loadu_si512(common));
}

/* 16 values at a time; most often none of them is another. */
static int64_t find_other(int64_t n, const double *x, const double *common, uint32_t *places)
{
    const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int64_t i = 0, found = 0;
    for (; i + 16 <= n; i += 16) {
        const __mmask16 others =
            _mm512_kunpackb(differ(x + i + 8, common + i + 8), differ(x + i, common + i));
        if (others == 0) continue;
        const __m512i place = _mm512_add_epi32(_mm512_set1_epi32((int32_t)i), order);
        _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi32(others, place));
        found += __builtin_popcount(others);
    }
    return found + find_each_other(i, n, x, common, places + found);
}

/* 16 rows at a time: their codes by a gather, their bits of the set, two compressed stores. */
static int64_t part_rows(const uint32_t set[MLCI_CODE_SET_WORDS], const uint8_t *codes,
                         const uint32_t *rows, int64_t n, uint32_t *left, uint32_t *right)
{
    const __m512i words = _mm512_broadcast_i32x8(_mm256_loadu_si256((const __m256i *)set));
    const __m512i one = _mm512_set1_epi32(1);
    /* Offsets of a gather are signed: row numbers are taken about 2^31. */
    const __m512i middle = _mm512_set1_epi32(INT32_MIN);
    const uint8_t *const codes_middle = codes + ((int64_t)1 << 31);
    int64_t i = 0, n_left = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512i row = _mm512_loadu_si512(rows + i);
        const __m512i code =
            _mm512_and_si512(_mm512_i32gather_epi32(_mm512_xor_si512(row, middle), codes_middle, 1),
                             _mm512_set1_epi32(255));
        const __m512i word = _mm512_permutexvar_epi32(_mm512_srli_epi32(code, 5), words);
        const __m512i bit = _mm512_srlv_epi32(word, _mm512_and_si512(code, _mm512_set1_epi32(31)));
        const __mmask16 goes_left = _mm512_test_epi32_mask(bit, one);
        _mm512_storeu_si512(left + n_left, _mm512_maskz_compress_epi32(goes_left, row));
        _mm512_storeu_si512(right + i - n_left,
                            _mm512_maskz_compress_epi32((__mmask16)~goes_left, row));
        n_left += __builtin_popcount(goes_left);
    }
    return n_left + part_each_row(set, codes, rows + i, n - i, left + n_left, right + i - n_left);
}

/* Sums of each lane and those before it. */
static inline __m512i sums_up_to(__m512i x)
{
    const __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 7));
    x = _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 6));
    return _mm512_add_epi64(x, _mm512_alignr_epi64(x, zero, 4));
}

/* Puts those of 8 cells that are not 0 side by side; bits that say which they are. These are copied
 * by hand: compilers would have the mask go there and back, over the port that is busy. */
static inline uint32_t keep_cells(__m512i cells, uint64_t *kept)
{
    const __mmask8 counts = _mm512_test_epi64_mask(cells, cells);
    uint32_t bits;
    __asm__("kmovb %1, %0" : "=r"(bits) : "Yk"(counts));
    _mm512_storeu_si512(kept, _mm512_maskz_compress_epi64(counts, cells));
    return bits;
}

/* The same of n cells; returns how many. Bits are written a byte at a time where they belong: read
 * back as words at once, they would be waited for. */
static inline int64_t keep_all_cells(const uint64_t *cells, int64_t n, uint64_t *kept_cells,
                                     uint64_t present[MLCI_CELL_WORDS])
{
    uint8_t *const bits = (uint8_t *)present;
    uint64_t *end = kept_cells;
    const uint64_t n_full = (uint64_t)n / 8;
    memset(present, 0, MLCI_CELL_WORDS * sizeof *present);
    for (uint64_t i = 0; i < n_full; i++) {
        const uint32_t some = keep_cells(_mm512_loadu_si512(cells + 8 * i), end);
        bits[i] = (uint8_t)some;
        end += __builtin_popcount(some);
    }
    if (n % 8 > 0) {
        const __mmask8 within = (__mmask8)((1 << n % 8) - 1);
        const uint32_t some = keep_cells(_mm512_maskz_loadu_epi64(within, cells + 8 * n_full), end);
        bits[n_full] = (uint8_t)some;
        end += __builtin_popcount(some);
    }
    return end - kept_cells;
}

/* Packed sums are sums of both halves, 8 cells at a time. */
static int64_t running_sums(const uint64_t *cells, int32_t is_wide, int64_t n,
                            const int64_t start[2], double *g, double *h,
                            uint64_t present[MLCI_CELL_WORDS])
{
    if (is_wide) return run_wide_cells(cells, n, start, g, h, present);
    uint64_t some[64 * MLCI_CELL_WORDS + 8];
    const __m512i last = _mm512_set1_epi64(7), low = _mm512_set1_epi64(0xFFFFFFFF);
    __m512i before = _mm512_set1_epi64((int64_t)(((uint64_t)start[0] << 32) + (uint64_t)start[1]));
    const int64_t kept = keep_all_cells(cells, n, some, present);
    for (int64_t i = 0; i < kept; i += 8) {
        const __m512i sum = _mm512_add_epi64(before, sums_up_to(_mm512_loadu_si512(some + i)));
        before = _mm512_permutexvar_epi64(last, sum);
        _mm512_storeu_pd(g + i, _mm512_cvtepi64_pd(_mm512_srai_epi64(sum, 32)));
        _mm512_storeu_pd(h + i, _mm512_cvtepi64_pd(_mm512_and_si512(sum, low)));
    }
    return kept;
}

/* Running sums of 8 cells after what was before, which becomes their last. */
static inline __m512i run_cells(__m512i cells, __m512i *before)
{
    const __m512i sums = _mm512_add_epi64(*before, sums_up_to(cells));
    *before = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), sums);
    return sums;
}

/* 16 keys at a time against each key. */
static void count_keys_below(int64_t n, const uint32_t *keys, uint32_t *below)
{
    for (int64_t i = 0; i < n; i += 16) {
        const __mmask16 present = (__mmask16)(n - i >= 16 ? 0xFFFF : (1 << (n - i)) - 1);
        const __m512i some = _mm512_maskz_loadu_epi32(present, keys + i);
        const __m512i one = _mm512_set1_epi32(1);
        __m512i count = _mm512_setzero_si512();
        for (int64_t j = 0; j < n; j++) {
            const __mmask16 less =
                _mm512_cmplt_epu32_mask(_mm512_set1_epi32((int32_t)keys[j]), some);
            count = _mm512_mask_add_epi32(count, less, count, one);
        }
        _mm512_mask_storeu_epi32(below + i, present, count);
    }
}

#endif
