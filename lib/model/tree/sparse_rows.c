/* Cells are counted by row, then placed, tile by tile: a tile has its rows to itself. A row's cells
 * ascend. 8 bytes a row and 4 a cell. */
#include "sparse_rows.h"

typedef struct work {
    mlci_binned *binned;
    int64_t *first;
    uint32_t *cells; /* NULL: they are counted */
} work;

/* The cells of one column of a bundle in the rows of a tile. filled: of each row so far. */
static void list_column(const work *w, int64_t tile, int32_t used, uint32_t *filled)
{
    const mlci_binned *const b = w->binned;
    const int64_t feature = b->used[used];
    const mlci_bin_place *const place = &b->places[used];
    const uint32_t first_cell = (uint32_t)b->first_cell[place->bundle];
    const mlci_sparse_run run = mlci_sparse_run_of(b->sparse, tile, b->sparse->column[feature]);
    for (int64_t k = 0; k < run.n; k++) {
        const int64_t at = mlci_binned_place(b, run.first_row + run.rows[k]);
        const uint8_t code = run.codes[k];
        if (at >= b->n_train || code == place->common) continue;
        if (w->cells == NULL)
            w->first[at + 1]++;
        else
            w->cells[w->first[at] + filled[run.rows[k]]++] = first_cell + place->table[code];
    }
}

static mlc_status list_tile(void *arg, int64_t tile, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const mlci_binned *const b = w->binned;
    uint32_t filled[MLCI_SPARSE_TILE_ROWS] = {0};
    for (int32_t i = b->first_feature[b->n_dense]; i < b->first_feature[b->n_bundles]; i++)
        list_column(w, tile, b->features[i], filled);
    return MLC_OK;
}

mlc_status mlci_sparse_rows_make(mlc_context *call, mlci_binned *b, mlc_error *err)
{
    if (b->n_dense == b->n_bundles) return MLC_OK;
    work w = {.binned = b};
    b->row_cells = w.first = mlci_alloc(b->root, b->n_train + 1, sizeof *w.first);
    if (w.first == NULL) return mlci_fail_memory(err, b->n_train + 1, sizeof *w.first);
    MLCI_TRY(mlci_parallel_for(call, b->sparse->n_tiles, list_tile, &w, err));
    for (int64_t i = 0; i < b->n_train; i++)
        w.first[i + 1] += w.first[i];
    b->cells = w.cells = mlci_alloc_raw(b->root, w.first[b->n_train], sizeof *w.cells);
    if (w.cells == NULL) return mlci_fail_memory(err, w.first[b->n_train], sizeof *w.cells);
    return mlci_parallel_for(call, b->sparse->n_tiles, list_tile, &w, err);
}
