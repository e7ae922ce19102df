/* Row kernels of the tree engine in plain C: their meaning (tree_kernels.h). */
#ifndef MLCI_TREE_ROWS_REFERENCE_H
#define MLCI_TREE_ROWS_REFERENCE_H

#include "tree_rows.h"

/* Eight comparisons, no branch. */
static void code_among_many(const double thresholds[MLCI_THRESHOLDS], int64_t n, const double *x,
                            uint8_t *codes)
{
    for (int64_t i = 0; i < n; i++)
        codes[i] = code_number(thresholds, x[i]);
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

static int64_t find_other(int64_t n, const double *x, const double *common, uint32_t *places)
{
    return find_each_other(0, n, x, common, places);
}

static int64_t part_rows(const uint32_t set[MLCI_CODE_SET_WORDS], const uint8_t *codes,
                         const uint32_t *rows, int64_t n, uint32_t *left, uint32_t *right)
{
    return part_each_row(set, codes, rows, n, left, right);
}

static inline void mark_cells(const uint64_t *cells, int64_t n, uint64_t present[MLCI_CELL_WORDS])
{
    memset(present, 0, MLCI_CELL_WORDS * sizeof *present);
    for (int64_t i = 0; i < n; i++)
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

/* The running sum with a cell, which is what is before the next. */
static inline uint64_t run_cells(uint64_t cell, uint64_t *before)
{
    return *before += cell;
}

static void count_keys_below(int64_t n, const uint32_t *keys, uint32_t *below)
{
    for (int64_t i = 0; i < n; i++) {
        below[i] = 0;
        for (int64_t j = 0; j < n; j++)
            below[i] += keys[j] < keys[i];
    }
}

#endif
