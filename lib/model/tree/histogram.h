/* Histograms of nodes: exact integer sums of g and h for each code of each bundle of features.
 *
 * A node of up to 65,536 rows has packed cells (gradient.h), a larger one wide cells: two int64
 * each. The cell of bundle b and code c is first_cell[b] + c. Trees with several outputs have
 * n_lanes of them side by side: cell c of output k is c * n_lanes + k. */
#ifndef MLCI_HISTOGRAM_H
#define MLCI_HISTOGRAM_H

#include "binning.h"
#include "gradient.h"
#include "tree_kernels.h"

#define MLCI_PACKED_ROWS 65536

typedef struct mlci_wide_cell {
    int64_t g, h;
} mlci_wide_cell;

typedef struct mlci_histogram {
    int32_t is_wide;
    struct mlci_histogram *next; /* of those given back */
    uint64_t *cells;             /* packed: one a cell; wide: g and h, two's complement */
} mlci_histogram;

/* What building needs: the data, memory for each thread, histograms to be used again. */
typedef struct mlci_histogram_builder {
    mlci_root *root;
    const mlci_binned *binned;
    const mlci_tree_kernels *kernels;
    int32_t n_lanes;        /* 1, or a multiple of MLCI_LANES */
    const uint32_t *coarse; /* n_lanes a row */
    int64_t n_cells;        /* of all lanes */
    int32_t n_slots;
    uint64_t **slot_packed;     /* cells of the rows a thread has seen since ... */
    int64_t *slot_rows;         /* ... so many rows */
    mlci_wide_cell **slot_wide; /* what it has seen before */
    int32_t *slot_used;
    mlci_histogram *free[2]; /* packed, wide */
} mlci_histogram_builder;

mlc_status mlci_histogram_builder_create(mlc_context *call, const mlci_binned *binned,
                                         int32_t n_lanes, mlci_histogram_builder **out,
                                         mlc_error *err);
/* All histograms taken must have been given back. */
void mlci_histogram_builder_free(mlci_histogram_builder *builder);

/* One for a node of n_rows rows, unset; NULL when memory is short. */
mlci_histogram *mlci_histogram_take(mlci_histogram_builder *builder, int64_t n_rows);
/* histogram may be NULL. */
void mlci_histogram_give(mlci_histogram_builder *builder, mlci_histogram *histogram);

/* Is a node of n rows worth threads that share its rows? */
int mlci_histogram_is_shared(const mlc_context *call, int64_t n);
/* Sums over the n rows given, threads sharing them. */
mlc_status mlci_histogram_build(mlc_context *call, mlci_histogram_builder *builder,
                                const uint32_t *rows, int64_t n, mlci_histogram *out,
                                mlc_error *err);
/* The same for bundles first .. end of at most MLCI_PACKED_ROWS rows, by the caller. */
void mlci_histogram_build_bundles(const mlci_histogram_builder *builder, const uint32_t *rows,
                                  int64_t n, int32_t first, int32_t end, mlci_histogram *out);
/* out = parent - child for bundles first .. end. out may be parent, or narrower. */
void mlci_histogram_subtract(const mlci_histogram_builder *builder, const mlci_histogram *parent,
                             const mlci_histogram *child, int32_t first, int32_t end,
                             mlci_histogram *out);

/* Can rows be taken off a histogram? Not off wide cells, listed ones or those of several outputs.
 */
int mlci_histogram_takes_rows(const mlci_histogram_builder *builder,
                              const mlci_histogram *histogram);
/* Takes n rows that it has off a histogram, for bundles first .. end. */
void mlci_histogram_subtract_rows(const mlci_histogram_builder *builder, const uint32_t *rows,
                                  int64_t n, int32_t first, int32_t end, mlci_histogram *histogram);

/* Cells by code of one feature. */
typedef struct mlci_feature_cells {
    int32_t is_wide, n_codes;
    const uint64_t *cells;
    uint64_t own[2 * MLCI_BIN_CODES]; /* where it shares a bundle */
} mlci_feature_cells;

/* Those of a used feature in a node with these totals. */
void mlci_histogram_feature(const mlci_binned *binned, const mlci_histogram *histogram,
                            int32_t used, mlci_wide_cell total, mlci_feature_cells *out);

static inline mlci_wide_cell mlci_cell_at(const uint64_t *cells, int32_t is_wide, int64_t i)
{
    if (is_wide) return (mlci_wide_cell){(int64_t)cells[2 * i], (int64_t)cells[2 * i + 1]};
    return (mlci_wide_cell){mlci_cell_g(cells[i]), mlci_cell_h(cells[i])};
}

#endif
