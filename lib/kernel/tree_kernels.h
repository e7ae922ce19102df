/* Kernels of the tree engine on plain arrays, one table an instruction set.
 *
 * Sums are of integers, scores a fixed order of IEEE operations without fused ones, Shapley values
 * a fixed order of operations a row: each kernel gives the same bits in every table. Nothing is
 * allocated, nothing can fail. */
#ifndef MLCI_TREE_KERNELS_H
#define MLCI_TREE_KERNELS_H

#include <stdint.h>

#include "order_key.h"
#include "shap_kernels.h"

#define MLCI_CODE_SET_WORDS                                                                        \
    8                           /* of a set of the codes 0 .. 255: bit code % 32 of word code / 32 \
                                 */
#define MLCI_THRESHOLDS 256     /* of a feature: at most 254 ascending, then infinity */
#define MLCI_CELL_WORDS 4       /* bits of the cells of a feature */
#define MLCI_MAX_ROW_CODES 64   /* codes side by side in a row of mlci_code_rows */
#define MLCI_CODE_ROWS_SLACK 64 /* readable bytes after the last of them */
#define MLCI_LANES 8            /* outputs that are worked on side by side */
#define MLCI_MOST_ORDERED 128   /* keys that order_keys takes */
#define MLCI_FIND_SLACK 16      /* places that find_other may write beyond */

/* Codes of several features, row by row: row i at codes + i * stride. */
typedef struct mlci_code_rows {
    const uint8_t *codes;
    int64_t stride;
    int32_t width;             /* features of each row to look at, 1 .. MLCI_MAX_ROW_CODES */
    const int32_t *first_cell; /* width: where the cells of each feature start */
} mlci_code_rows;

#define MLCI_BUCKET_CELLS 2048
#define MLCI_MOST_BUCKETS 10241 /* with that of NaN */

/* Cells of rows, listed: row i has those from cells[first[i]] to cells[first[i + 1]]. Only cells
 * low .. low + n count. */
typedef struct mlci_cell_rows {
    const int64_t *first;
    const uint32_t *cells;
    uint32_t low, n;
} mlci_cell_rows;

/* A map of numbers to buckets that rises with them. Keys (order_key.h) from low to low + span are
 * cut into cells of equal width, each cell into 2^k buckets; what is beyond goes to the ends. NaN
 * has a bucket of its own, the last. */
typedef struct mlci_bucket_map {
    uint64_t low, span;
    int32_t cell_shift; /* of distances from low */
    uint16_t of_nan;
    uint32_t cells[MLCI_BUCKET_CELLS]; /* shift to buckets; from bit 16 on, what is then added */
} mlci_bucket_map;

/* What a number in each bucket is coded as: code, or one more above the threshold. */
typedef struct mlci_bucket_codes {
    double threshold[MLCI_MOST_BUCKETS];
    uint32_t code[MLCI_MOST_BUCKETS];
} mlci_bucket_codes;

static inline uint16_t mlci_bucket_of(const mlci_bucket_map *map, double x)
{
    if (x != x) return map->of_nan;
    const uint64_t key = mlci_key_of_number(x);
    const uint64_t above = key < map->low ? 0 : key - map->low;
    const uint64_t distance = above < map->span ? above : map->span;
    const uint32_t cell = map->cells[distance >> map->cell_shift];
    return (uint16_t)((cell >> 16) + (uint32_t)(distance >> (cell & 63)));
}

/* A node whose cuts are scored: totals, and what each child needs. */
typedef struct mlci_cut_limits {
    double g, h, weight;
    double l2;
    double min_hessian, min_weight;
    double weight_of_h; /* estimates weights that are not given */
    double least_score; /* what a cut has to beat */
} mlci_cut_limits;

/* The same for packed cells (mlci_tree_kernels.running_sums), where what each child needs is a
 * range of what h may be on the left. */
typedef struct mlci_cell_limits {
    double g, h, l2; /* h + l2 is not 0 on either side of a cut in range */
    double least_h, most_h;
    double least_score;
} mlci_cell_limits;

/* A cut: its score, the sums on the left, the cell that it comes after. */
typedef struct mlci_cell_cut {
    double score, g, h;
    int64_t cell;
} mlci_cell_cut;

/* Real gradients to integers: the scaled pair nearest, and a coarser pair by stochastic
 * rounding. */
typedef struct mlci_gradient_rounding {
    uint64_t key;             /* of the random bits */
    const int64_t *row_index; /* NULL: first, first + 1, ... */
    int64_t first;
    double g_factor, h_factor;
    int32_t g_shift, h_shift; /* bits that the coarse pair lacks, below 32 */
} mlci_gradient_rounding;

/* Cuts of a feature by MLCI_LANES outputs. All but cells are by output; 0 units where there is no
 * output, whose l2 must not be 0 then. */
typedef struct mlci_lane_cuts {
    const uint64_t *cells; /* the first of those that go left one after the other ... */
    int64_t stride;        /* ... and how far apart they are; the cell of the next output is next */
    int32_t is_wide;
    double left_g[MLCI_LANES], left_h[MLCI_LANES]; /* sums that go left before the first cell */
    double g[MLCI_LANES], h[MLCI_LANES];           /* of the node */
    double l1[MLCI_LANES], l2[MLCI_LANES], max_delta[MLCI_LANES];
    double gain_unit[MLCI_LANES], h_unit[MLCI_LANES]; /* what scores and hessians count */
} mlci_lane_cuts;

typedef struct mlci_tree_kernels {
    int32_t isa; /* MLCI_ISA_... of context_impl.h */

    /* codes[i] = 0 for NaN, else 1 + the number of thresholds below x[i]. */
    void (*code_numbers)(const double thresholds[MLCI_THRESHOLDS], int64_t n, const double *x,
                         uint8_t *codes);
    /* The bucket of each of n numbers. */
    void (*find_buckets)(const mlci_bucket_map *map, int64_t n, const double *x, uint16_t *buckets);
    /* codes[i] = code[buckets[i]] + (threshold[buckets[i]] < x[i]). */
    void (*code_buckets)(const mlci_bucket_codes *table, int64_t n, const double *x,
                         const uint16_t *buckets, uint8_t *codes);
    /* Which of n values have other bits than those of `common`: their places, ascending; returns
     * how many. There is room for n + MLCI_FIND_SLACK places. */
    int64_t (*find_other)(int64_t n, const double *x, const double *common, uint32_t *places);
    /* fine[2i] and fine[2i + 1] are g[i] and h[i] times their factors, to nearest, ties to even;
     * at most 2^30 in size. coarse[i] has g in the upper 16 bits and h, at least 1, in the lower:
     * (fine + random bits below 2^shift) >> shift. */
    void (*round_gradients)(const mlci_gradient_rounding *rounding, int64_t n, const double *g,
                            const double *h, int32_t *fine, uint32_t *coarse);
    /* For each of n rows and each of its codes: cells[first_cell + code] += the row's coarse pair
     * spread to 64 bits, g in the upper half. */
    void (*add_rows)(const mlci_code_rows *data, const uint32_t *coarse, const uint32_t *rows,
                     int64_t n, uint64_t *cells);
    /* The same, taken off. */
    void (*subtract_rows)(const mlci_code_rows *data, const uint32_t *coarse, const uint32_t *rows,
                          int64_t n, uint64_t *cells);
    /* Rows whose code is in set go to left, others to right, in order; returns how many went
     * left. left or right may be rows itself; each has room for n. codes[row + 3] is readable. */
    int64_t (*part_rows)(const uint32_t set[MLCI_CODE_SET_WORDS], const uint8_t *codes,
                         const uint32_t *rows, int64_t n, uint32_t *left, uint32_t *right);
    /* Sum of the pairs of fine over rows. */
    void (*sum_fine)(const int32_t *fine, const uint32_t *rows, int64_t n, int64_t sum[2]);
    /* Running sums, from start on, of those of n <= 256 cells that are not 0, and bits that say
     * which cells those are: packed cells (g in the upper half, h, not 0, below) or pairs of 64
     * bits. Returns their number; g and h have room for n + 8. */
    int64_t (*running_sums)(const uint64_t *cells, int32_t is_wide, int64_t n,
                            const int64_t start[2], double *g, double *h,
                            uint64_t present[MLCI_CELL_WORDS]);
    /* Scores G_L^2 / (H_L + l2) + G_R^2 / (H_R + l2), over one division, of cuts whose left sums
     * are given; -1 where a child is too small, and perhaps where the score is 0 or below
     * least_score. weight NULL: h times weight_of_h. Returns the largest, at least -1. */
    double (*score_cuts)(const mlci_cut_limits *limits, int64_t n, const double *g, const double *h,
                         const double *weight, double *score);
    /* Of the cuts after each of n <= 256 packed cells that is not 0, left sums from start on, the
     * first of those with the largest score: that of score_cuts(), bit for bit. Returns 0, and
     * leaves *best unset, where no cut is in range or all are below least_score; a cut may also be
     * below it. */
    int32_t (*find_cut)(const mlci_cell_limits *limits, const uint64_t *cells, int64_t n,
                        const int64_t start[2], mlci_cell_cut *best);
    /* The first of n values that equals one of them; and the place of set bit i of words, the
     * lowest of which is bit 0. Each is there. */
    int64_t (*find_value)(int64_t n, const double *values, double value);
    int32_t (*find_bit)(const uint64_t words[MLCI_CELL_WORDS], int64_t i);
    /* out[i] = all[i] - part[i]; out may be either. */
    void (*subtract_cells)(int64_t n, const uint64_t *all, const uint64_t *part, uint64_t *out);
    /* add_rows for n_lanes outputs (a multiple of MLCI_LANES): the coarse pairs of row i are at
     * coarse + i * n_lanes, the cells of cell c at cells + c * n_lanes. */
    void (*add_lane_rows)(const mlci_code_rows *data, int32_t n_lanes, const uint32_t *coarse,
                          const uint32_t *rows, int64_t n, uint64_t *cells);
    /* The same for cells that are listed; n_lanes may be 1. */
    void (*add_cell_rows)(const mlci_cell_rows *data, int32_t n_lanes, const uint32_t *coarse,
                          const uint32_t *rows, int64_t n, uint64_t *cells);
    /* For the cuts after each of n cells: adds the scores of both children by the outputs to
     * score, and the hessian on the left to left_h. score is -1 after cells without rows. */
    void (*score_lane_cuts)(const mlci_lane_cuts *cuts, int64_t n, double *score, double *left_h);
    /* Adds what one tree gives each feature, and each pair of features, of rows. */
    void (*shap_tree)(const mlci_shap_tree *tree, const mlci_shap_rows *rows);
    /* The indices of n <= MLCI_MOST_ORDERED keys in ascending order of the keys, equal ones in the
     * order they were in. By counting for each key those below it: no branch depends on them. */
    void (*order_keys)(int64_t n, const uint32_t *keys, uint32_t *order);
} mlci_tree_kernels;

/* The table of an instruction set, as mlci_kernels_of(). */
const mlci_tree_kernels *mlci_tree_kernels_of(int32_t isa);

#endif
