/* Row kernels of prediction with trees in plain C: their meaning (score_kernels.h). */
#ifndef MLCI_SCORE_ROWS_REFERENCE_H
#define MLCI_SCORE_ROWS_REFERENCE_H

#include <stddef.h>

#include "score_asked.h"
#include "score_places.h"

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

/* Where a row goes the second way, of the splits of tree `first` + t. */
static uint32_t ask_tree(const mlci_row_splits *splits, int64_t first, int64_t t,
                         const mlci_coded_row *row)
{
    const uint8_t *const column = splits->column + MLCI_ROW_SPLITS * (first + t);
    const uint8_t *const bound = splits->bound + MLCI_ROW_SPLITS * (first + t);
    const uint32_t missing_left = splits->missing_left[first + t];
    uint32_t right = 0;
    for (int i = 0; i < MLCI_ROW_SPLITS; i++) {
        const uint8_t code = row->codes[column[i]];
        right |= (uint32_t)(code <= bound[i] && (code != 0 || !(missing_left >> i & 1))) << i;
    }
    const uint32_t second = right ^ splits->right_first[first + t];
    return row->also == NULL ? second : second | (uint32_t)(row->also[t / 2] >> 32 * (t % 2));
}

static void ask_trees(const mlci_row_splits *splits, int64_t first, int64_t n,
                      const mlci_coded_row *row, asked_trees *asked)
{
    for (int64_t t = 0; t < n; t++)
        asked->second[t] = ask_tree(splits, first, t, row);
}

static int64_t find_lane(const mlci_path_trees *trees, int64_t first, const asked_trees *asked,
                         int64_t i, int64_t half)
{
    const uint32_t second = asked->second[2 * i + half];
    const uint32_t *const lane_first = trees->first + MLCI_PATH_LEAVES * (first + 2 * i + half);
    int64_t lane = 0;
    while ((second & lane_first[lane]) != 0)
        lane++;
    return lane;
}

static void find_heaps(const mlci_heap_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *place)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    for (int64_t t = 0; t < n; t++) {
        uint32_t at = 1;
        for (int d = 0; d < MLCI_HEAP_DEPTH; d++)
            at = 2 * at + (asked.second[t] >> at & 1);
        place[t] = (uint8_t)(at - MLCI_ROW_SPLITS);
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

static void add_float_values(const float *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                             float *sum)
{
    (void)n_values;
    for (int64_t i = 0; i < n; i++)
        sum[i] += values[leaf[i]];
}

#endif
