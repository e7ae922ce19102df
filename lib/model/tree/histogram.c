/* Histograms row by row: one cache line brings the codes of all bundles of a row, one 64-bit
 * addition a cell adds g and h.
 *
 * A large node is cut into blocks of rows that threads share. Each sums into packed cells of its
 * own, which it adds to wide ones before 65,536 rows could overflow them; in the end the threads'
 * cells are added up. All sums are integers, so it does not matter which thread took which block.
 * The sibling of a built node is parent minus child, cell by cell. Cost: about 0.4 ns a row and
 * feature. */
#include "histogram.h"

#include <string.h>

#define BLOCK 8192 /* rows a task */

/* Place of the cells of a bundle. */
static int64_t first_cell_of(const mlci_histogram_builder *b, int32_t bundle)
{
    return b->n_lanes * (int64_t)b->binned->first_cell[bundle];
}

/* ---- memory ------------------------------------------------------------------------------- */

static int make_slots(mlci_histogram_builder *b)
{
    b->slot_packed = mlci_alloc(b->root, b->n_slots, sizeof *b->slot_packed);
    b->slot_wide = mlci_alloc(b->root, b->n_slots, sizeof *b->slot_wide);
    b->slot_rows = mlci_alloc(b->root, b->n_slots, sizeof *b->slot_rows);
    b->slot_used = mlci_alloc(b->root, b->n_slots, sizeof *b->slot_used);
    int ok = b->slot_packed != NULL && b->slot_wide != NULL && b->slot_rows != NULL &&
             b->slot_used != NULL;
    for (int32_t s = 0; s < b->n_slots && ok; s++) {
        b->slot_packed[s] = mlci_alloc_raw(b->root, b->n_cells, sizeof **b->slot_packed);
        b->slot_wide[s] = mlci_alloc_raw(b->root, b->n_cells, sizeof **b->slot_wide);
        ok = b->slot_packed[s] != NULL && b->slot_wide[s] != NULL;
    }
    return ok;
}

mlc_status mlci_histogram_builder_create(mlc_context *call, const mlci_binned *binned,
                                         int32_t n_lanes, mlci_histogram_builder **out,
                                         mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_histogram_builder *const b = mlci_alloc(root, 1, sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, sizeof *b);
    b->root = root;
    b->binned = binned;
    b->kernels = mlci_tree_kernels_of(mlci_root_isa(root));
    b->n_lanes = n_lanes;
    b->n_cells = n_lanes * (int64_t)binned->first_cell[binned->n_bundles];
    b->n_slots = mlci_n_slots(call);
    if (!make_slots(b)) {
        const int64_t n_cells = b->n_cells;
        mlci_histogram_builder_free(b);
        return mlci_fail_memory(err, n_cells, sizeof(mlci_wide_cell));
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
    for (int32_t wide = 0; wide < 2; wide++) {
        while (b->free[wide] != NULL) {
            mlci_histogram *const next = b->free[wide]->next;
            mlci_free(b->free[wide]->cells);
            mlci_free(b->free[wide]);
            b->free[wide] = next;
        }
    }
    mlci_free(b->slot_packed);
    mlci_free(b->slot_wide);
    mlci_free(b->slot_rows);
    mlci_free(b->slot_used);
    mlci_free(b);
}

mlci_histogram *mlci_histogram_take(mlci_histogram_builder *b, int64_t n_rows)
{
    const int32_t is_wide = n_rows > MLCI_PACKED_ROWS;
    mlci_histogram *histogram = b->free[is_wide];
    if (histogram != NULL) {
        b->free[is_wide] = histogram->next;
        return histogram;
    }
    histogram = mlci_alloc(b->root, 1, sizeof *histogram);
    if (histogram == NULL) return NULL;
    histogram->is_wide = is_wide;
    histogram->cells = mlci_alloc_raw(b->root, (1 + is_wide) * b->n_cells, sizeof(uint64_t));
    if (histogram->cells == NULL) {
        mlci_free(histogram);
        return NULL;
    }
    return histogram;
}

void mlci_histogram_give(mlci_histogram_builder *b, mlci_histogram *histogram)
{
    if (histogram == NULL) return;
    histogram->next = b->free[histogram->is_wide];
    b->free[histogram->is_wide] = histogram;
}

/* ---- sums --------------------------------------------------------------------------------- */

/* The codes of bundles first .. end in a group. */
static mlci_code_rows codes_of_group(const mlci_histogram_builder *b, int32_t g, int32_t first,
                                     int32_t end)
{
    const mlci_bin_group *const group = &b->binned->groups[g];
    const int32_t from = first > group->first ? first : group->first;
    const int32_t last = group->first + group->width;
    return (mlci_code_rows){.codes = group->rows + (from - group->first),
                            .stride = group->stride,
                            .width = (end < last ? end : last) - from,
                            .first_cell = b->binned->first_cell + from};
}

/* Adds n rows to packed cells, for bundles first .. end. */
static void add_rows(const mlci_histogram_builder *b, const uint32_t *rows, int64_t n,
                     int32_t first, int32_t end, uint64_t *packed)
{
    const int32_t end_dense = end < b->binned->n_dense ? end : b->binned->n_dense;
    for (int32_t g = first / MLCI_BIN_GROUP; first < end_dense && g * MLCI_BIN_GROUP < end_dense;
         g++) {
        const mlci_code_rows data = codes_of_group(b, g, first, end_dense);
        if (b->n_lanes == 1)
            b->kernels->add_rows(&data, b->coarse, rows, n, packed);
        else
            b->kernels->add_lane_rows(&data, b->n_lanes, b->coarse, rows, n, packed);
    }
    if (end == end_dense) return;
    const int32_t low = b->binned->first_cell[first > end_dense ? first : end_dense];
    const mlci_cell_rows data = {.first = b->binned->row_cells,
                                 .cells = b->binned->cells,
                                 .low = (uint32_t)low,
                                 .n = (uint32_t)(b->binned->first_cell[end] - low)};
    b->kernels->add_cell_rows(&data, b->n_lanes, b->coarse, rows, n, packed);
}

void mlci_histogram_build_bundles(const mlci_histogram_builder *b, const uint32_t *rows, int64_t n,
                                  int32_t first, int32_t end, mlci_histogram *out)
{
    const int64_t from = first_cell_of(b, first), to = first_cell_of(b, end);
    memset(out->cells + from, 0, (size_t)(to - from) * sizeof *out->cells);
    add_rows(b, rows, n, first, end, out->cells);
}

int mlci_histogram_takes_rows(const mlci_histogram_builder *b, const mlci_histogram *histogram)
{
    return histogram != NULL && !histogram->is_wide && b->n_lanes == 1 &&
           b->binned->n_dense == b->binned->n_bundles;
}

void mlci_histogram_subtract_rows(const mlci_histogram_builder *b, const uint32_t *rows, int64_t n,
                                  int32_t first, int32_t end, mlci_histogram *histogram)
{
    for (int32_t g = first / MLCI_BIN_GROUP; first < end && g * MLCI_BIN_GROUP < end; g++) {
        const mlci_code_rows data = codes_of_group(b, g, first, end);
        b->kernels->subtract_rows(&data, b->coarse, rows, n, histogram->cells);
    }
}

/* Moves what a thread has in packed cells to its wide ones. */
static void flush_slot(mlci_histogram_builder *b, int32_t slot)
{
    uint64_t *const packed = b->slot_packed[slot];
    mlci_wide_cell *const wide = b->slot_wide[slot];
    for (int64_t i = 0; i < b->n_cells; i++) {
        wide[i].g += mlci_cell_g(packed[i]);
        wide[i].h += mlci_cell_h(packed[i]);
    }
    memset(packed, 0, (size_t)b->n_cells * sizeof *packed);
    b->slot_rows[slot] = 0;
}

typedef struct build_work {
    mlci_histogram_builder *builder;
    const uint32_t *rows;
    int64_t n;
    int32_t is_wide;
} build_work;

static mlc_status build_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const build_work *const w = arg;
    mlci_histogram_builder *const b = w->builder;
    const int64_t begin = block * BLOCK, n = begin + BLOCK < w->n ? BLOCK : w->n - begin;
    if (!b->slot_used[slot]) {
        b->slot_used[slot] = 1;
        b->slot_rows[slot] = 0;
        memset(b->slot_packed[slot], 0, (size_t)b->n_cells * sizeof **b->slot_packed);
        if (w->is_wide) memset(b->slot_wide[slot], 0, (size_t)b->n_cells * sizeof **b->slot_wide);
    }
    if (b->slot_rows[slot] + n > MLCI_PACKED_ROWS) flush_slot(b, slot);
    b->slot_rows[slot] += n;
    add_rows(b, w->rows + begin, n, 0, b->binned->n_bundles, b->slot_packed[slot]);
    return MLC_OK;
}

/* Adds what a thread has to out, or sets out where it is the first. */
static void join_packed(const mlci_histogram_builder *b, int32_t slot, int32_t is_first,
                        uint64_t *cells)
{
    const uint64_t *const packed = b->slot_packed[slot];
    if (is_first) memset(cells, 0, (size_t)b->n_cells * sizeof *cells);
    for (int64_t i = 0; i < b->n_cells; i++)
        cells[i] += packed[i];
}

static void join_wide(mlci_histogram_builder *b, int32_t slot, int32_t is_first, uint64_t *cells)
{
    const mlci_wide_cell *const wide = b->slot_wide[slot];
    flush_slot(b, slot);
    if (is_first) memset(cells, 0, (size_t)b->n_cells * 2 * sizeof *cells);
    for (int64_t i = 0; i < b->n_cells; i++) {
        cells[2 * i] += (uint64_t)wide[i].g;
        cells[2 * i + 1] += (uint64_t)wide[i].h;
    }
}

int mlci_histogram_is_shared(const mlc_context *call, int64_t n)
{
    return n > MLCI_PACKED_ROWS || (mlci_n_slots(call) > 1 && n > 2 * BLOCK);
}

mlc_status mlci_histogram_build(mlc_context *call, mlci_histogram_builder *b, const uint32_t *rows,
                                int64_t n, mlci_histogram *out, mlc_error *err)
{
    if (!mlci_histogram_is_shared(call, n)) {
        mlci_histogram_build_bundles(b, rows, n, 0, b->binned->n_bundles, out);
        return MLC_OK;
    }
    build_work w = {.builder = b, .rows = rows, .n = n, .is_wide = out->is_wide};
    int32_t is_first = 1;
    memset(b->slot_used, 0, (size_t)b->n_slots * sizeof *b->slot_used);
    MLCI_TRY(mlci_parallel_for(call, (n + BLOCK - 1) / BLOCK, build_block, &w, err));
    for (int32_t s = 0; s < b->n_slots; s++) {
        if (!b->slot_used[s]) continue;
        if (out->is_wide)
            join_wide(b, s, is_first, out->cells);
        else
            join_packed(b, s, is_first, out->cells);
        is_first = 0;
    }
    return MLC_OK;
}

void mlci_histogram_subtract(const mlci_histogram_builder *b, const mlci_histogram *parent,
                             const mlci_histogram *child, int32_t first, int32_t end,
                             mlci_histogram *out)
{
    const int64_t from = first_cell_of(b, first), to = first_cell_of(b, end);
    uint64_t *const cells = out->cells;
    if (!parent->is_wide)
        b->kernels->subtract_cells(to - from, parent->cells + from, child->cells + from,
                                   cells + from);
    for (int64_t i = from; parent->is_wide && i < to; i++) {
        const mlci_wide_cell all = mlci_cell_at(parent->cells, 1, i);
        const mlci_wide_cell part = mlci_cell_at(child->cells, child->is_wide, i);
        const int64_t g = all.g - part.g, h = all.h - part.h;
        if (out->is_wide) {
            cells[2 * i] = (uint64_t)g;
            cells[2 * i + 1] = (uint64_t)h;
        } else {
            cells[i] = ((uint64_t)g << 32) + (uint64_t)h;
        }
    }
}

/* ---- one feature -------------------------------------------------------------------------- */

/* Of a feature alone: its cells, but for that of the common code, which has what is left. */
static void add_own_cells(const mlci_histogram *histogram, int64_t first, int32_t n, int32_t common,
                          mlci_wide_cell total, uint64_t *own)
{
    const int32_t words = 1 + histogram->is_wide;
    const uint64_t *const cells = histogram->cells + words * first;
    uint64_t g = 0, h = 0;
    memcpy(own, cells, (size_t)(words * n) * sizeof *own);
    for (int32_t c = 0; c < words * n; c += words) {
        g += cells[c];
        h += cells[c + words - 1];
    }
    if (histogram->is_wide) {
        own[2 * common] = (uint64_t)total.g - g;
        own[2 * common + 1] = (uint64_t)total.h - h;
    } else {
        own[common] = ((uint64_t)total.g << 32) + (uint64_t)total.h - g;
    }
}

/* What is listed, by code; what is left of the total has the common code. */
static void add_entries(const mlci_histogram *histogram, const mlci_bin_entry *entries, int32_t n,
                        int32_t common, mlci_wide_cell total, uint64_t *own)
{
    uint64_t left = ((uint64_t)total.g << 32) + (uint64_t)total.h;
    uint64_t left_g = (uint64_t)total.g, left_h = (uint64_t)total.h;
    const uint64_t *const cells = histogram->cells;
    if (!histogram->is_wide) {
        for (int32_t e = 0; e < n; e++) {
            own[entries[e].code] += cells[entries[e].cell];
            left -= cells[entries[e].cell];
        }
        own[common] = left;
        return;
    }
    for (int32_t e = 0; e < n; e++) {
        const uint64_t *const cell = cells + 2 * (int64_t)entries[e].cell;
        own[2 * entries[e].code] += cell[0];
        own[2 * entries[e].code + 1] += cell[1];
        left_g -= cell[0];
        left_h -= cell[1];
    }
    own[2 * common] = left_g;
    own[2 * common + 1] = left_h;
}

void mlci_histogram_feature(const mlci_binned *binned, const mlci_histogram *histogram,
                            int32_t used, mlci_wide_cell total, mlci_feature_cells *out)
{
    const mlci_bin_place *const place = &binned->places[used];
    const int32_t words = 1 + histogram->is_wide;
    out->is_wide = histogram->is_wide;
    out->n_codes = place->n_codes;
    out->cells = histogram->cells + words * binned->first_cell[place->bundle];
    if (place->n_entries == 0) return;
    if (place->is_alone) {
        add_own_cells(histogram, binned->first_cell[place->bundle], place->n_codes, place->common,
                      total, out->own);
        out->cells = out->own;
        return;
    }
    memset(out->own, 0, (size_t)(words * place->n_codes) * sizeof *out->own);
    add_entries(histogram, binned->entries + place->first_entry, place->n_entries, place->common,
                total, out->own);
    out->cells = out->own;
}
