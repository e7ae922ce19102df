/* Row kernels of the tree engine on AVX2. */
#ifndef MLCI_TREE_ROWS_AVX2_H
#define MLCI_TREE_ROWS_AVX2_H

#include <immintrin.h>

#include "tree_rows.h"

/* How many of 16 thresholds are below x. */
static inline uint32_t count_below(const double *thresholds, __m256d x)
{
    uint32_t below = 0;
    for (int v = 0; v < 4; v++) {
        const __m256d four = _mm256_loadu_pd(thresholds + 4 * v);
        below |= (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(four, x, _CMP_LT_OQ)) << 4 * v;
    }
    /* Thresholds ascend, so the set bits are the lowest ones. */
    return (uint32_t)__builtin_ctz(~below);
}

/* Two levels of 16: which block of thresholds, then which in it. */
static void code_among_many(const double thresholds[MLCI_THRESHOLDS], int64_t n, const double *x,
                            uint8_t *codes)
{
    double last[16];
    for (int b = 0; b < 16; b++)
        last[b] = thresholds[16 * b + 15];
    for (int64_t i = 0; i < n; i++) {
        const __m256d value = _mm256_set1_pd(x[i]);
        const uint32_t block = count_below(last, value);
        /* The last threshold is infinite, so there is always a block that is not below. */
        const uint32_t below = 16 * block + count_below(thresholds + 16 * block, value);
        codes[i] = (uint8_t)(x[i] == x[i] ? below + 1 : 0);
    }
}

static void find_buckets(const mlci_bucket_map *map, int64_t n, const double *x, uint16_t *buckets)
{
    find_each_bucket(map, n, x, buckets);
}

static void code_buckets(const mlci_bucket_codes *table, int64_t n, const double *x,
                         const uint16_t *buckets, uint8_t *codes)
{
    code_each_bucket(table, n, x, buckets, codes);
}

/* Bits of the four values that are the same. */
static inline uint32_t same_bits(const double *x, const double *common)
{
    const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)x);
    const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)common);
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(a, b)));
}

/* 8 values at a time; most often none of them is another. */
static int64_t find_other(int64_t n, const double *x, const double *common, uint32_t *places)
{
    int64_t i = 0, found = 0;
    for (; i + 8 <= n; i += 8) {
        uint32_t others =
            255 ^ (same_bits(x + i, common + i) | same_bits(x + i + 4, common + i + 4) << 4);
        for (; others != 0; others &= others - 1)
            places[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(others);
    }
    return found + find_each_other(i, n, x, common, places + found);
}

/* Moves the chosen ones of four numbers to the front: bytes for each choice. */
#define WORD(i) 4 * (i), 4 * (i) + 1, 4 * (i) + 2, 4 * (i) + 3
static const uint8_t front_of[16][16] = {
    {0},
    {WORD(0)},
    {WORD(1)},
    {WORD(0), WORD(1)},
    {WORD(2)},
    {WORD(0), WORD(2)},
    {WORD(1), WORD(2)},
    {WORD(0), WORD(1), WORD(2)},
    {WORD(3)},
    {WORD(0), WORD(3)},
    {WORD(1), WORD(3)},
    {WORD(0), WORD(1), WORD(3)},
    {WORD(2), WORD(3)},
    {WORD(0), WORD(2), WORD(3)},
    {WORD(1), WORD(2), WORD(3)},
    {WORD(0), WORD(1), WORD(2), WORD(3)},
};
#undef WORD

static inline void store_chosen(uint32_t *to, __m128i four, int chosen)
{
    const __m128i order = _mm_loadu_si128((const __m128i *)front_of[chosen]);
    _mm_storeu_si128((__m128i *)to, _mm_shuffle_epi8(four, order));
}

/* Bits of 8 codes in the set. */
static inline int bits_of_codes(__m256i words, __m256i code)
{
    const __m256i word = _mm256_permutevar8x32_epi32(words, _mm256_srli_epi32(code, 5));
    const __m256i low = _mm256_and_si256(code, _mm256_set1_epi32(31));
    const __m256i bit = _mm256_slli_epi32(_mm256_srlv_epi32(word, low), 31);
    return _mm256_movemask_ps(_mm256_castsi256_ps(bit));
}

/* 8 rows at a time: their codes by a gather, their bits of the set, four shuffled stores. */
static int64_t part_rows(const uint32_t set[MLCI_CODE_SET_WORDS], const uint8_t *codes,
                         const uint32_t *rows, int64_t n, uint32_t *left, uint32_t *right)
{
    const __m256i words = _mm256_loadu_si256((const __m256i *)set);
    /* Offsets of a gather are signed: row numbers are taken about 2^31. */
    const __m256i middle = _mm256_set1_epi32(INT32_MIN);
    const int *const codes_middle = (const int *)(const void *)(codes + ((int64_t)1 << 31));
    int64_t i = 0, n_left = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i row = _mm256_loadu_si256((const __m256i *)(rows + i));
        const __m256i code =
            _mm256_and_si256(_mm256_i32gather_epi32(codes_middle, _mm256_xor_si256(row, middle), 1),
                             _mm256_set1_epi32(255));
        const int goes_left = bits_of_codes(words, code);
        for (int half = 0; half < 2; half++) {
            const __m128i four =
                half ? _mm256_extracti128_si256(row, 1) : _mm256_castsi256_si128(row);
            const int chosen = goes_left >> 4 * half & 15;
            store_chosen(left + n_left, four, chosen);
            store_chosen(right + i + 4 * half - n_left, four, ~chosen & 15);
            n_left += __builtin_popcount((unsigned)chosen);
        }
    }
    return n_left + part_each_row(set, codes, rows + i, n - i, left + n_left, right + i - n_left);
}

/* Bits of n cells that are not 0. */
static inline void mark_cells(const uint64_t *cells, int64_t n, uint64_t present[MLCI_CELL_WORDS])
{
    const __m256i zero = _mm256_setzero_si256();
    int64_t i = 0;
    memset(present, 0, MLCI_CELL_WORDS * sizeof *present);
    for (; i + 4 <= n; i += 4) {
        const __m256i cell = _mm256_loadu_si256((const __m256i *)(cells + i));
        const int none = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(cell, zero)));
        present[i / 64] |= (uint64_t)(~none & 15) << i % 64;
    }
    for (; i < n; i++)
        present[i / 64] |= (uint64_t)(cells[i] != 0) << i % 64;
}

static int64_t running_sums(const uint64_t *cells, int32_t is_wide, int64_t n,
                            const int64_t start[2], double *g, double *h,
                            uint64_t present[MLCI_CELL_WORDS])
{
    if (is_wide) return run_wide_cells(cells, n, start, g, h, present);
    mark_cells(cells, n, present);
    return run_packed_cells(cells, present, start, g, h);
}

static inline int64_t keep_all_cells(const uint64_t *cells, int64_t n, uint64_t *kept,
                                     uint64_t present[MLCI_CELL_WORDS])
{
    mark_cells(cells, n, present);
    return keep_marked_cells(cells, present, kept);
}

/* Running sums of 4 cells after what was before, which becomes their last. */
static inline __m256i run_cells(__m256i cells, __m256i *before)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i one_up = _mm256_blend_epi32(_mm256_permute4x64_epi64(cells, 0x90), zero, 0x03);
    const __m256i pairs = _mm256_add_epi64(cells, one_up);
    const __m256i two_up = _mm256_permute2x128_si256(pairs, pairs, 0x08);
    const __m256i sums = _mm256_add_epi64(*before, _mm256_add_epi64(pairs, two_up));
    *before = _mm256_permute4x64_epi64(sums, 0xff);
    return sums;
}

/* 8 keys at a time against each key; comparisons are signed, so all are taken about 2^31. */
static void count_keys_below(int64_t n, const uint32_t *keys, uint32_t *below)
{
    uint32_t moved[MLCI_MOST_ORDERED + 8] = {0};
    for (int64_t i = 0; i < n; i++)
        moved[i] = keys[i] ^ 0x80000000u;
    for (int64_t i = 0; i < n; i += 8) {
        uint32_t counted[8];
        const __m256i some = _mm256_loadu_si256((const __m256i *)(moved + i));
        __m256i count = _mm256_setzero_si256();
        for (int64_t j = 0; j < n; j++)
            count = _mm256_sub_epi32(
                count, _mm256_cmpgt_epi32(some, _mm256_set1_epi32((int32_t)moved[j])));
        _mm256_storeu_si256((__m256i *)counted, count);
        memcpy(below + i, counted, (size_t)(n - i < 8 ? n - i : 8) * sizeof *below);
    }
}

#endif
