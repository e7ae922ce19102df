/* Histograms of nodes: exact integer sums of g and h for each code of each used feature.
 *
 * A node of up to 65,536 rows has packed cells (gradient.h), a larger one wide cells: two int64
 * each. The cell of a used feature u and code c is first_cell[u] + c. */
#ifndef MLCI_HISTOGRAM_H
#define MLCI_HISTOGRAM_H

#include "binning.h"
#include "gradient.h"

#define MLCI_PACKED_ROWS 65536

typedef struct mlci_wide_cell {
    int64_t g, h;
} mlci_wide_cell;

typedef struct mlci_histogram {
    int32_t is_wide;
    uint64_t *cells; /* packed: one a cell; wide: g and h, two's complement */
} mlci_histogram;

/* What building needs: the data, and memory for each thread. */
typedef struct mlci_histogram_builder {
    mlci_root *root;
    const mlci_binned *binned;
    const uint32_t *coarse;
    int64_t n_cells;
    int32_t n_slots;
    uint64_t **slot_packed;     /* cells of one block */
    mlci_wide_cell **slot_wide; /* what a thread has summed */
    int32_t *slot_used;
} mlci_histogram_builder;

mlc_status mlci_histogram_builder_create(mlc_context *call, const mlci_binned *binned,
                                         mlci_histogram_builder **out, mlc_error *err);
void mlci_histogram_builder_free(mlci_histogram_builder *builder);

/* Memory for a node of n_rows rows or fewer; NULL when it is short. */
mlci_histogram *mlci_histogram_create(const mlci_histogram_builder *builder, int64_t n_rows);
void mlci_histogram_free(mlci_histogram *histogram);
/* Sums over the n rows given. */
mlc_status mlci_histogram_build(mlc_context *call, mlci_histogram_builder *builder,
                                const uint32_t *rows, int64_t n, mlci_histogram *out,
                                mlc_error *err);
/* parent = parent - child: the sibling, of n_rows rows. */
void mlci_histogram_subtract(const mlci_histogram_builder *builder, mlci_histogram *parent,
                             const mlci_histogram *child, int64_t n_rows);

static inline mlci_wide_cell mlci_histogram_cell(const mlci_histogram *histogram, int64_t i)
{
    const uint64_t *const cells = histogram->cells;
    if (histogram->is_wide)
        return (mlci_wide_cell){(int64_t)cells[2 * i], (int64_t)cells[2 * i + 1]};
    return (mlci_wide_cell){mlci_cell_g(cells[i]), mlci_cell_h(cells[i])};
}

#endif
