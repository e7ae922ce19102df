/* Row kernels of prediction with trees in plain C: their meaning (score_kernels.h). */
#ifndef MLCI_SCORE_ROWS_REFERENCE_H
#define MLCI_SCORE_ROWS_REFERENCE_H

#include <stddef.h>

#include "score_kernels.h"

/* How many of 8 thresholds a number does not exceed. */
static inline uint32_t count_passed(const double *eight, double x)
{
    uint32_t n = 0;
    for (int k = 0; k < 8; k++)
        n += x <= eight[k];
    return n;
}

static inline uint8_t code_number_by(const double *table, int32_t n_levels, double x)
{
    uint32_t block = 0;
    if (n_levels == 3) {
        block = count_passed(table, x);
        table += 8;
    }
    if (n_levels >= 2) {
        block = 8 * block + count_passed(table + 8 * block, x);
        table += n_levels == 3 ? 32 : 8;
    }
    return (uint8_t)(8 * block + count_passed(table + 8 * block, x));
}

static void test_codes(const mlci_code_test *tests, int64_t n_tests, const uint8_t *codes,
                       int64_t n_words, mlci_row_bits *bits)
{
    for (int64_t t = 0; t < n_tests; t++) {
        const mlci_code_test test = tests[t];
        const uint8_t *const column = codes + (int64_t)test.column * MLCI_SCORE_ROWS;
        for (int64_t w = 0; w < n_words; w++) {
            uint64_t word = 0;
            for (int i = 0; i < 64; i++)
                word |= (uint64_t)((column[64 * w + i] & test.mask) >= test.least) << i;
            bits[t].word[w] = word;
        }
    }
}

static void test_sets(const mlci_set_test *tests, int64_t n_tests, const uint8_t *codes,
                      int64_t n_words, mlci_row_bits *bits)
{
    for (int64_t t = 0; t < n_tests; t++) {
        const uint32_t *const set = tests[t].set;
        const uint8_t *const column = codes + (int64_t)tests[t].column * MLCI_SCORE_ROWS;
        for (int64_t w = 0; w < n_words; w++) {
            uint64_t word = 0;
            for (int i = 0; i < 64; i++) {
                const uint32_t code = column[64 * w + i];
                word |= (uint64_t)(set[code >> 5] >> (code & 31) & 1) << i;
            }
            bits[t].word[w] = word;
        }
    }
}

/* leaf[i]: bit b is bit i of planes[b].word[w]. Eight bits are spread to bytes at a time: a copy of
 * them in each byte, where one is kept and moved to the lowest place. */
static void spread_word(const mlci_row_bits *planes, int32_t n_planes, int64_t w, uint8_t *leaf)
{
    for (int o = 0; o < 8; o++) {
        uint64_t eight = 0;
        for (int32_t b = 0; b < n_planes; b++) {
            const uint64_t copies = (planes[b].word[w] >> 8 * o & 255) * 0x0101010101010101u;
            const uint64_t kept = copies & 0x8040201008040201u;
            eight |= ((kept + 0x7F7F7F7F7F7F7F7Fu) >> 7 & 0x0101010101010101u) << b;
        }
        for (int i = 0; i < 8; i++)
            leaf[8 * o + i] = (uint8_t)(eight >> 8 * i);
    }
}

/* Where a row goes right, of n <= 64 splits. */
static uint64_t ask_splits(const mlci_row_splits *splits, int64_t first, int n,
                           const uint8_t *codes)
{
    uint64_t right = 0;
    for (int i = 0; i < n; i++) {
        const uint8_t code =
            (uint8_t)(codes[splits->column[first + i]] - splits->missing_left[first + i]);
        right |= (uint64_t)(code < splits->rank[first + i]) << i;
    }
    return right;
}

static void find_paths(const mlci_path_trees *trees, int64_t first, int64_t n, const uint8_t *codes,
                       const uint64_t *also, uint8_t *leaf)
{
    for (int64_t t = 0; t < n; t++) {
        const int64_t at = first % 2 + t;
        const uint32_t *const left = trees->left + 32 * (first + t);
        const uint64_t besides = also == NULL ? 0 : also[at / 2] >> 32 * (at % 2);
        const uint32_t right =
            (uint32_t)(ask_splits(&trees->splits, 32 * (first + t), 32, codes) | besides);
        uint8_t found = 0;
        while ((right & left[found]) != 0)
            found++;
        leaf[t] = found;
    }
}

static void find_heaps(const mlci_heap_trees *trees, int64_t first, int64_t n, const uint8_t *codes,
                       const uint64_t *also, uint16_t *next)
{
    for (int64_t t = 0; t < n; t++) {
        const uint64_t right =
            ask_splits(&trees->splits, 64 * (first + t), 64, codes) | (also == NULL ? 0 : also[t]);
        uint32_t at = 1;
        for (int d = 0; d < MLCI_HEAP_DEPTH; d++)
            at = 2 * at + (uint32_t)(right >> at & 1);
        next[t] = trees->next[64 * (first + t) + at - 64];
    }
}

static void add_values(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    for (int64_t i = 0; i < n; i++)
        sum[i] += values[leaf[i]];
}

static void add_floats(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum)
{
    for (int64_t i = 0; i < n; i++)
        sum[i] = (double)(float)(sum[i] + values[leaf[i]]);
}

#endif
