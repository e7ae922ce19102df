/* What the row kernels of every instruction set share: single rows. */
#ifndef MLCI_TREE_ROWS_H
#define MLCI_TREE_ROWS_H

#include <math.h>
#include <string.h>

#include "tree_kernels.h"

#define ROWS_AHEAD 24 /* how far rows are prefetched */

static inline uint64_t cell_of_coarse(uint32_t coarse)
{
    return (uint64_t)(int64_t)(int32_t)(coarse & 0xFFFF0000u) << 16 | (coarse & 0xFFFFu);
}

/* Eight cells at once, where a compiler does not see that it may, and as many coarse pairs. */
typedef uint64_t eight_cells __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t eight_numbers __attribute__((vector_size(64)));
typedef int32_t eight_pairs __attribute__((vector_size(32), aligned(4), may_alias));

/* cell_of_coarse() of each. (A vector that is returned has an ABI of each instruction set.) */
static inline void cells_of_coarse(const uint32_t *coarse, eight_cells *out)
{
    const eight_pairs pairs = *(const eight_pairs *)(const void *)coarse;
    const eight_numbers g = __builtin_convertvector(pairs >> 16, eight_numbers);
    const eight_numbers h = __builtin_convertvector(pairs & 0xFFFF, eight_numbers);
    *out = (eight_cells)(g << 32 | h);
}

static inline uint8_t code_number(const double thresholds[MLCI_THRESHOLDS], double x)
{
    uint32_t below = 0;
    for (uint32_t step = MLCI_THRESHOLDS / 2; step > 0; step /= 2)
        below += thresholds[below + step - 1] < x ? step : 0;
    return (uint8_t)(x == x ? below + 1 : 0);
}

static inline void find_each_bucket(const mlci_bucket_map *map, int64_t n, const double *x,
                                    uint16_t *buckets)
{
    for (int64_t i = 0; i < n; i++)
        buckets[i] = mlci_bucket_of(map, x[i]);
}

static inline void code_each_bucket(const mlci_bucket_codes *table, int64_t n, const double *x,
                                    const uint16_t *buckets, uint8_t *codes)
{
    for (int64_t i = 0; i < n; i++)
        codes[i] = (uint8_t)(table->code[buckets[i]] + (table->threshold[buckets[i]] < x[i]));
}

/* The places from `first` on of values with other bits. */
static inline int64_t find_each_other(int64_t first, int64_t n, const double *x,
                                      const double *common, uint32_t *places)
{
    int64_t found = 0;
    for (int64_t i = first; i < n; i++) {
        uint64_t bits, common_bits;
        memcpy(&bits, x + i, sizeof bits);
        memcpy(&common_bits, common + i, sizeof common_bits);
        places[found] = (uint32_t)i;
        found += bits != common_bits;
    }
    return found;
}

/* Running sums of the wide cells that count. */
static inline int64_t run_wide_cells(const uint64_t *cells, int64_t n, const int64_t start[2],
                                     double *g, double *h, uint64_t present[MLCI_CELL_WORDS])
{
    int64_t sum_g = start[0], sum_h = start[1], kept = 0;
    memset(present, 0, MLCI_CELL_WORDS * sizeof *present);
    for (int64_t i = 0; i < n; i++) {
        if (cells[2 * i + 1] == 0) continue;
        g[kept] = (double)(sum_g += (int64_t)cells[2 * i]);
        h[kept++] = (double)(sum_h += (int64_t)cells[2 * i + 1]);
        present[i / 64] |= (uint64_t)1 << i % 64;
    }
    return kept;
}

/* The packed cells that are marked, side by side; returns how many. */
static inline int64_t keep_marked_cells(const uint64_t *cells,
                                        const uint64_t present[MLCI_CELL_WORDS], uint64_t *kept)
{
    int64_t n = 0;
    for (int w = 0; w < MLCI_CELL_WORDS; w++)
        for (uint64_t left = present[w]; left != 0; left &= left - 1)
            kept[n++] = cells[64 * w + __builtin_ctzll(left)];
    return n;
}

/* Running sums of the packed cells that are marked. */
static inline int64_t run_packed_cells(const uint64_t *cells,
                                       const uint64_t present[MLCI_CELL_WORDS],
                                       const int64_t start[2], double *g, double *h)
{
    uint64_t sum = ((uint64_t)start[0] << 32) + (uint64_t)start[1];
    int64_t kept = 0;
    for (int w = 0; w < MLCI_CELL_WORDS; w++) {
        for (uint64_t left = present[w]; left != 0; left &= left - 1) {
            sum += cells[64 * w + __builtin_ctzll(left)];
            g[kept] = (double)((int64_t)sum >> 32);
            h[kept++] = (double)(int64_t)(sum & 0xFFFFFFFFu);
        }
    }
    return kept;
}

/* Both places are written and one counter moves, so there is no branch to predict. */
static inline int64_t part_each_row(const uint32_t set[MLCI_CODE_SET_WORDS], const uint8_t *codes,
                                    const uint32_t *rows, int64_t n, uint32_t *left,
                                    uint32_t *right)
{
    int64_t n_left = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint32_t row = rows[i], code = codes[row];
        const int64_t goes_left = set[code >> 5] >> (code & 31) & 1;
        left[n_left] = row;
        right[i - n_left] = row;
        n_left += goes_left;
    }
    return n_left;
}

#endif
