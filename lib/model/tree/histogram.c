/* Histograms row by row: one cache line brings the codes of all features of a row, one 64-bit
 * addition a cell adds g and h.
 *
 * Rows are cut into blocks of at most 65,536, a function of the number of rows. A block is summed
 * in packed cells of its thread, then added to the thread's wide cells, and the threads' cells to
 * the node's. All sums are integers, so it does not matter which thread took which block. The
 * sibling of a built node is parent minus child, cell by cell, in the parent's memory. Cost:
 * about 0.5 ns a row and feature. */
#include "histogram.h"

#include <string.h>

#define PREFETCH_ROWS 24
#define LEAST_BLOCK 8192 /* rows; nodes up to this size are built by the caller alone */

/* ---- memory ------------------------------------------------------------------------------- */

mlc_status mlci_histogram_builder_create(mlc_context *call, const mlci_binned *binned,
                                         mlci_histogram_builder **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_histogram_builder *const b = mlci_alloc(root, 1, sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, sizeof *b);
    b->root = root;
    b->binned = binned;
    b->n_cells = binned->first_cell[binned->n_used];
    b->n_slots = mlci_n_slots(call);
    b->slot_packed = mlci_alloc(root, b->n_slots, sizeof *b->slot_packed);
    b->slot_wide = mlci_alloc(root, b->n_slots, sizeof *b->slot_wide);
    b->slot_used = mlci_alloc(root, b->n_slots, sizeof *b->slot_used);
    int short_of_memory = b->slot_packed == NULL || b->slot_wide == NULL || b->slot_used == NULL;
    for (int32_t s = 0; s < b->n_slots && !short_of_memory; s++) {
        b->slot_packed[s] = mlci_alloc(root, b->n_cells, sizeof **b->slot_packed);
        b->slot_wide[s] = mlci_alloc(root, b->n_cells, sizeof **b->slot_wide);
        short_of_memory = b->slot_packed[s] == NULL || b->slot_wide[s] == NULL;
    }
    if (short_of_memory) {
        mlci_histogram_builder_free(b);
        return mlci_fail_memory(err, binned->first_cell[binned->n_used], sizeof(mlci_wide_cell));
    }
    *out = b;
    return MLC_OK;
}

void mlci_histogram_builder_free(mlci_histogram_builder *b)
{
    if (b == NULL) return;
    for (int32_t s = 0; s < b->n_slots; s++) {
        if (b->slot_packed != NULL) mlci_free(b->slot_packed[s]);
        if (b->slot_wide != NULL) mlci_free(b->slot_wide[s]);
    }
    mlci_free(b->slot_packed);
    mlci_free(b->slot_wide);
    mlci_free(b->slot_used);
    mlci_free(b);
}

mlci_histogram *mlci_histogram_create(const mlci_histogram_builder *b, int64_t n_rows)
{
    const int64_t words = n_rows > MLCI_PACKED_ROWS ? 2 : 1;
    mlci_histogram *const histogram = mlci_alloc(b->root, 1, sizeof *histogram);
    if (histogram == NULL) return NULL;
    histogram->cells = mlci_alloc_raw(b->root, words * b->n_cells, sizeof *histogram->cells);
    if (histogram->cells == NULL) {
        mlci_histogram_free(histogram);
        return NULL;
    }
    return histogram;
}

void mlci_histogram_free(mlci_histogram *histogram)
{
    if (histogram == NULL) return;
    mlci_free(histogram->cells);
    mlci_free(histogram);
}

/* ---- sums --------------------------------------------------------------------------------- */

/* Adds n <= 65,536 rows to packed cells, one group of features. */
static void add_rows(const mlci_histogram_builder *b, const mlci_bin_group *group,
                     const uint32_t *rows, int64_t n, uint64_t *packed)
{
    const int32_t *const first_cell = b->binned->first_cell + group->first;
    const uint32_t *const coarse = b->coarse;
    const uint8_t *const data = group->rows;
    const int64_t stride = group->stride;
    const int32_t width = group->width;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *const codes = data + rows[i] * stride;
        const uint64_t add = mlci_cell_of_coarse(coarse[rows[i]]);
        if (i + PREFETCH_ROWS < n) {
            __builtin_prefetch(data + rows[i + PREFETCH_ROWS] * stride);
            __builtin_prefetch(coarse + rows[i + PREFETCH_ROWS]);
        }
        int32_t u = 0;
        for (; u + 4 <= width; u += 4) {
            packed[first_cell[u] + codes[u]] += add;
            packed[first_cell[u + 1] + codes[u + 1]] += add;
            packed[first_cell[u + 2] + codes[u + 2]] += add;
            packed[first_cell[u + 3] + codes[u + 3]] += add;
        }
        for (; u < width; u++)
            packed[first_cell[u] + codes[u]] += add;
    }
}

static void add_block(const mlci_histogram_builder *b, const uint32_t *rows, int64_t n,
                      uint64_t *packed)
{
    memset(packed, 0, (size_t)b->n_cells * sizeof *packed);
    for (int32_t g = 0; g < b->binned->n_groups; g++)
        add_rows(b, &b->binned->groups[g], rows, n, packed);
}

typedef struct build_work {
    mlci_histogram_builder *builder;
    const uint32_t *rows;
    int64_t n, block_rows;
} build_work;

static mlc_status build_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const build_work *const w = arg;
    mlci_histogram_builder *const b = w->builder;
    uint64_t *const packed = b->slot_packed[slot];
    mlci_wide_cell *const wide = b->slot_wide[slot];
    const int64_t begin = block * w->block_rows;
    const int64_t n = begin + w->block_rows < w->n ? w->block_rows : w->n - begin;
    add_block(b, w->rows + begin, n, packed);
    if (!b->slot_used[slot]) {
        b->slot_used[slot] = 1;
        memset(wide, 0, (size_t)b->n_cells * sizeof *wide);
    }
    for (int64_t i = 0; i < b->n_cells; i++) {
        wide[i].g += mlci_cell_g(packed[i]);
        wide[i].h += mlci_cell_h(packed[i]);
    }
    return MLC_OK;
}

static void put_cell(uint64_t *cells, int32_t is_wide, int64_t i, mlci_wide_cell cell)
{
    if (is_wide) {
        cells[2 * i] = (uint64_t)cell.g;
        cells[2 * i + 1] = (uint64_t)cell.h;
    } else {
        cells[i] = ((uint64_t)cell.g << 32) + (uint64_t)cell.h;
    }
}

/* The sum of what the threads have, in the cells of the first of them, then in out. */
static void join_slots(mlci_histogram_builder *b, mlci_histogram *out)
{
    mlci_wide_cell *total = NULL;
    for (int32_t s = 0; s < b->n_slots; s++) {
        const mlci_wide_cell *const wide = b->slot_wide[s];
        if (!b->slot_used[s]) continue;
        if (total == NULL) {
            total = b->slot_wide[s];
            continue;
        }
        for (int64_t i = 0; i < b->n_cells; i++) {
            total[i].g += wide[i].g;
            total[i].h += wide[i].h;
        }
    }
    for (int64_t i = 0; i < b->n_cells; i++)
        put_cell(out->cells, out->is_wide, i, total[i]);
}

mlc_status mlci_histogram_build(mlc_context *call, mlci_histogram_builder *b, const uint32_t *rows,
                                int64_t n, mlci_histogram *out, mlc_error *err)
{
    out->is_wide = n > MLCI_PACKED_ROWS;
    if (n <= LEAST_BLOCK || (!out->is_wide && b->n_slots == 1)) {
        add_block(b, rows, n, out->cells);
        return MLC_OK;
    }
    build_work w = {.builder = b, .rows = rows, .n = n, .block_rows = LEAST_BLOCK};
    while (w.block_rows < MLCI_PACKED_ROWS && w.block_rows * 32 < n)
        w.block_rows *= 2;
    memset(b->slot_used, 0, (size_t)b->n_slots * sizeof *b->slot_used);
    MLCI_TRY(mlci_parallel_for(call, (n + w.block_rows - 1) / w.block_rows, build_block, &w, err));
    join_slots(b, out);
    return MLC_OK;
}

void mlci_histogram_subtract(const mlci_histogram_builder *b, mlci_histogram *parent,
                             const mlci_histogram *child, int64_t n_rows)
{
    if (!parent->is_wide) {
        for (int64_t i = 0; i < b->n_cells; i++)
            parent->cells[i] -= child->cells[i];
        return;
    }
    /* Ascending, so that packed cells overwrite wide ones that were read already. */
    const int32_t to_wide = n_rows > MLCI_PACKED_ROWS;
    for (int64_t i = 0; i < b->n_cells; i++) {
        const mlci_wide_cell cell = mlci_histogram_cell(child, i);
        mlci_wide_cell left = mlci_histogram_cell(parent, i);
        left.g -= cell.g;
        left.h -= cell.h;
        put_cell(parent->cells, to_wide, i, left);
    }
    parent->is_wide = to_wide;
}
