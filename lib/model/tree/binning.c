/* The bins of a table, column by column (bin_column.h), and the two copies of the binned data. A
 * task takes some columns: neighbours in a row share a cache line. Beside the copies, a thread has
 * 8 bytes a row for each of those columns, and 6 where values are many. */
#include "binning.h"

#include <string.h>

#include "bin_column.h"
#include "bundle.h"
#include "sparse_rows.h"

#define TRANSPOSE_ROWS 4096
#define BLOCK_COLUMNS 8  /* features a task, which are a cache line; half of it ... */
#define FEW_FEATURES 256 /* ... in narrower tables, where they are much beside the copies */

static int is_heavier(const int64_t *weight, int32_t a, int32_t b)
{
    return weight[a] > weight[b] || (weight[a] == weight[b] && a < b);
}

/* A heap whose root is the lightest: puts what stands at i in its place. */
static void sift_down(const int64_t *weight, int32_t *heap, int32_t n, int32_t i)
{
    const int32_t code = heap[i];
    for (int32_t child = 2 * i + 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && is_heavier(weight, heap[child], heap[child + 1])) child++;
        if (!is_heavier(weight, code, heap[child])) break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = code;
}

/* One pass over the dictionary, which may have millions of codes. */
int32_t mlci_rank_categories(const int64_t *weight, int32_t n_codes, int32_t max_bins,
                             uint8_t *bin_of_code)
{
    int32_t heap[MLCI_MAX_BINS], n = 0, c = 0;
    for (; c < n_codes && n < max_bins; c++)
        if (weight[c] > 0) heap[n++] = c;
    for (int32_t i = n / 2 - 1; i >= 0; i--)
        sift_down(weight, heap, n, i);
    for (; c < n_codes; c++) {
        if (!is_heavier(weight, c, heap[0])) continue;
        heap[0] = c;
        sift_down(weight, heap, n, 0);
    }
    const int32_t n_bins = n;
    while (n > 0) {
        bin_of_code[heap[0]] = (uint8_t)n--;
        heap[0] = heap[n];
        sift_down(weight, heap, n, 0);
    }
    return n_bins;
}

/* ---- features in parallel ----------------------------------------------------------------- */

/* Columns first .. first + n, which are read together. */
typedef struct column_block {
    int64_t first, n;
} column_block;

typedef struct work {
    mlci_bin_work bin;
    mlci_bin_memory *slots;
    int64_t n_blocks;
    column_block *blocks; /* of columns that are not sparse, or of sparse ones */
} work;

static mlc_status bin_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const column_block *const b = &w->blocks[block];
    mlci_bin_memory *const m = &w->slots[slot];
    mlci_matrix_columns(w->bin.x, b->first, b->n, m->columns);
    for (int64_t k = 0; k < b->n; k++)
        MLCI_TRY(mlci_bin_column(&w->bin, b->first + k, m, m->columns + k * w->bin.x->n_rows, err));
    return MLC_OK;
}

static mlc_status bin_sparse_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const column_block *const b = &w->blocks[block];
    for (int64_t j = b->first; j < b->first + b->n; j++)
        MLCI_TRY(mlci_bin_sparse_column(&w->bin, j, &w->slots[slot], err));
    return MLC_OK;
}

/* Lists the blocks of the columns that are sparse, or that are not; returns the widest. */
static int64_t list_blocks(work *w, int is_sparse)
{
    const int64_t most = w->bin.x->n_features < FEW_FEATURES ? BLOCK_COLUMNS / 2 : BLOCK_COLUMNS;
    int64_t widest = 0;
    w->n_blocks = 0;
    for (int64_t j = 0; j < w->bin.x->n_features; j++) {
        column_block *const last = w->n_blocks == 0 ? NULL : &w->blocks[w->n_blocks - 1];
        if ((w->bin.sparse->column[j] >= 0) != is_sparse) continue;
        if (last != NULL && last->first + last->n == j &&
            last->n < mlci_matrix_together(w->bin.x, last->first, most))
            last->n++;
        else
            w->blocks[w->n_blocks++] = (column_block){j, 1};
        if (w->blocks[w->n_blocks - 1].n > widest) widest = w->blocks[w->n_blocks - 1].n;
    }
    return widest;
}

static mlc_status make_slot(const work *w, int64_t width, mlci_bin_memory *m, mlc_error *err)
{
    const int64_t n_rows = w->bin.x->n_rows;
    mlci_root *const root = w->bin.binned->root;
    MLCI_TRY(mlci_bin_memory_create(root, n_rows, width > 0 && w->bin.rows != NULL, m, err));
    m->columns = mlci_alloc_raw(root, n_rows, width * (int64_t)sizeof *m->columns);
    return m->columns != NULL ? MLC_OK
                              : mlci_fail_memory(err, n_rows, width * (int64_t)sizeof(double));
}

/* All blocks of one kind of columns, each slot with memory of its own. */
static mlc_status bin_blocks(mlc_context *call, work *w, int is_sparse, mlc_error *err)
{
    const int32_t n_slots = mlci_n_slots(call);
    const int64_t widest = list_blocks(w, is_sparse);
    mlc_status status = MLC_OK;
    w->slots = mlci_alloc(w->bin.binned->root, n_slots, sizeof *w->slots);
    if (w->slots == NULL) return mlci_fail_memory(err, n_slots, sizeof *w->slots);
    for (int32_t i = 0; i < n_slots && i < w->n_blocks && status == MLC_OK; i++)
        status = make_slot(w, is_sparse ? 0 : widest, &w->slots[i], err);
    if (status == MLC_OK)
        status =
            mlci_parallel_for(call, w->n_blocks, is_sparse ? bin_sparse_block : bin_block, w, err);
    for (int32_t i = 0; i < n_slots; i++)
        mlci_bin_memory_clear(&w->slots[i]);
    mlci_free(w->slots);
    return status;
}

/* *sparse is what was read, also after a failure. */
static mlc_status bin_features(mlc_context *call, const mlci_bin_work *bin,
                               mlci_sparse_columns **sparse, mlc_error *err)
{
    work w = {.bin = *bin};
    mlci_root *const root = bin->binned->root;
    w.bin.kernels = mlci_tree_kernels_of(mlci_root_isa(root));
    MLCI_TRY(mlci_sparse_columns_read(call, bin->x, sparse, err));
    w.bin.sparse = *sparse;
    w.blocks = mlci_alloc(root, bin->x->n_features, sizeof *w.blocks);
    if (w.blocks == NULL) return mlci_fail_memory(err, bin->x->n_features, sizeof *w.blocks);
    mlc_status status = bin_blocks(call, &w, 1, err);
    mlci_sparse_columns_drop_values(*sparse);
    if (status == MLC_OK) status = bin_blocks(call, &w, 0, err);
    mlci_free(w.blocks);
    return status;
}

/* ---- the value ---------------------------------------------------------------------------- */

/* Which positions of a row are categories, and the size of their dictionaries. */
static mlc_status note_categories(mlci_binned *binned, const mlci_features *features,
                                  mlc_error *err)
{
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const input = &features->inputs[i];
        if (input->dictionary == NULL) continue;
        mlci_bin_rule *const rule = &binned->rules[input->first];
        rule->is_category = 1;
        rule->n_codes = input->dictionary->n;
        rule->bin_of_code = mlci_alloc(binned->root, rule->n_codes, 1);
        if (rule->bin_of_code == NULL) return mlci_fail_memory(err, rule->n_codes, 1);
    }
    return MLC_OK;
}

mlc_status mlci_binned_fit(mlc_context *call, const mlci_matrix *x, const mlci_bin_rows *rows,
                           int32_t max_bins, mlci_binned **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlc_status status = MLC_OK;
    mlci_binned *const binned = mlci_alloc(root, 1, sizeof *binned);
    if (binned == NULL) return mlci_fail_memory(err, 1, sizeof *binned);
    binned->root = root;
    binned->n_features = x->n_features;
    binned->n_rows = rows->n_rows;
    binned->n_train = rows->n_train;
    binned->first_appended = rows->n_rows;
    binned->rules = mlci_alloc(root, x->n_features, sizeof *binned->rules);
    binned->codes = mlci_alloc(root, x->n_features, sizeof *binned->codes);
    if (binned->rules == NULL || binned->codes == NULL) {
        status = mlci_fail_memory(err, x->n_features, sizeof *binned->rules);
        goto done;
    }
    if (x->features != NULL) status = note_categories(binned, x->features, err);
    if (status != MLC_OK) goto done;
    mlci_bin_work w = {.binned = binned, .x = x, .rows = rows, .max_bins = max_bins};
    w.total = rows->weight == NULL ? rows->n_train : 0;
    for (int64_t i = 0; rows->weight != NULL && i < rows->n_train; i++)
        w.total += rows->weight[i];
    binned->position = rows->position;
    status = bin_features(call, &w, &binned->sparse, err);
done:
    if (status != MLC_OK) {
        mlci_binned_free(binned);
        return status;
    }
    *out = binned;
    return MLC_OK;
}

mlc_status mlci_binned_append(mlc_context *call, mlci_binned *binned, const mlci_matrix *x,
                              int64_t first, mlc_error *err)
{
    const mlci_bin_work w = {.binned = binned, .x = x, .first = first};
    mlci_sparse_columns *sparse = NULL;
    binned->first_appended = first;
    const mlc_status status = bin_features(call, &w, &sparse, err);
    mlci_sparse_columns_free(sparse);
    return status;
}

/* At least two codes of a sparse feature among the training rows? */
static int can_split_listed(const mlci_binned *binned, int64_t j)
{
    const mlci_sparse_columns *const sparse = binned->sparse;
    int64_t n_common = binned->n_train;
    int32_t other = -1;
    for (int64_t t = 0; t < sparse->n_tiles; t++) {
        const mlci_sparse_run run = mlci_sparse_run_of(sparse, t, sparse->column[j]);
        for (int64_t k = 0; k < run.n; k++) {
            const int64_t at = mlci_binned_place(binned, run.first_row + run.rows[k]);
            if (at >= binned->n_train || run.codes[k] == sparse->common_code[j]) continue;
            if (other >= 0 && run.codes[k] != other) return 1;
            other = run.codes[k];
            n_common--;
        }
    }
    return other >= 0 && n_common > 0;
}

/* The same of any feature: where it is not sparse, the first code differs from some other. */
static int can_split(const mlci_binned *binned, int64_t j)
{
    const uint8_t *const codes = binned->codes[j];
    int64_t i = 1;
    if (binned->sparse->column[j] >= 0) return can_split_listed(binned, j);
    /* Neighbours that are all equal are equal to the first. */
    for (; i + 256 <= binned->n_train && memcmp(codes + i, codes + i - 1, 256) == 0;)
        i += 256;
    for (; i < binned->n_train; i++)
        if (codes[i] != codes[0]) return 1;
    return 0;
}

/* The features that can be split, by index and back. */
static mlc_status list_used(mlci_binned *binned, mlc_error *err)
{
    const int64_t n = binned->n_features;
    binned->used = mlci_alloc(binned->root, n, sizeof *binned->used);
    binned->used_of = mlci_alloc(binned->root, n, sizeof *binned->used_of);
    if (binned->used == NULL || binned->used_of == NULL)
        return mlci_fail_memory(err, n, sizeof *binned->used);
    for (int64_t j = 0; j < n; j++) {
        const int is_used = can_split(binned, j);
        binned->used_of[j] = is_used ? binned->n_used : -1;
        if (is_used) binned->used[binned->n_used++] = (int32_t)j;
    }
    return MLC_OK;
}

static mlc_status make_groups(mlci_binned *binned, mlc_error *err)
{
    mlci_root *const root = binned->root;
    binned->n_groups = (binned->n_dense + MLCI_BIN_GROUP - 1) / MLCI_BIN_GROUP;
    binned->groups = mlci_alloc(root, binned->n_groups, sizeof *binned->groups);
    if (binned->groups == NULL)
        return mlci_fail_memory(err, binned->n_groups, sizeof *binned->groups);
    for (int32_t g = 0; g < binned->n_groups; g++) {
        mlci_bin_group *const group = &binned->groups[g];
        const int32_t left = binned->n_dense - g * MLCI_BIN_GROUP;
        group->first = g * MLCI_BIN_GROUP;
        group->width = left < MLCI_BIN_GROUP ? left : MLCI_BIN_GROUP;
        /* A power of two up to a cache line, so that no row straddles two. */
        group->stride = 4;
        while (group->stride < group->width)
            group->stride *= 2;
        const int64_t bytes = binned->n_train * group->stride;
        group->rows = mlci_alloc(root, bytes + MLCI_CODE_ROWS_SLACK, 1);
        if (group->rows == NULL) return mlci_fail_memory(err, binned->n_train, group->stride);
    }
    return MLC_OK;
}

static mlc_status lay_out_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const mlci_binned *const binned = arg;
    const int64_t begin = block * TRANSPOSE_ROWS;
    const int64_t end =
        begin + TRANSPOSE_ROWS < binned->n_train ? begin + TRANSPOSE_ROWS : binned->n_train;
    for (int32_t g = 0; g < binned->n_groups; g++) {
        const mlci_bin_group *const group = &binned->groups[g];
        for (int32_t k = 0; k < group->width; k++) {
            const uint8_t *const column = binned->columns[group->first + k];
            for (int64_t i = begin; i < end; i++)
                group->rows[i * group->stride + k] = column[i];
        }
    }
    return MLC_OK;
}

mlc_status mlci_binned_finish(mlc_context *call, mlci_binned *binned, mlc_error *err)
{
    const int64_t n_blocks = (binned->n_train + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS;
    MLCI_TRY(list_used(binned, err));
    MLCI_TRY(mlci_bundles_find(call, binned, err));
    MLCI_TRY(mlci_bundles_fill(call, binned, err));
    MLCI_TRY(make_groups(binned, err));
    MLCI_TRY(mlci_parallel_for(call, n_blocks, lay_out_rows, binned, err));
    MLCI_TRY(mlci_sparse_rows_make(call, binned, err));
    mlci_sparse_columns_free(binned->sparse);
    binned->sparse = NULL;
    return MLC_OK;
}

void mlci_binned_free(mlci_binned *binned)
{
    if (binned == NULL) return;
    for (int64_t j = 0; binned->rules != NULL && j < binned->n_features; j++)
        mlci_free(binned->rules[j].bin_of_code);
    for (int64_t j = 0; binned->codes != NULL && j < binned->n_features; j++)
        mlci_free(binned->codes[j]);
    for (int32_t b = 0; binned->columns != NULL && b < binned->n_bundles; b++)
        mlci_free(binned->columns[b]);
    for (int32_t g = 0; binned->groups != NULL && g < binned->n_groups; g++)
        mlci_free(binned->groups[g].rows);
    mlci_sparse_columns_free(binned->sparse);
    mlci_free(binned->rules);
    mlci_free(binned->codes);
    mlci_free(binned->columns);
    mlci_free(binned->used);
    mlci_free(binned->used_of);
    mlci_free(binned->places);
    mlci_free(binned->features);
    mlci_free(binned->first_feature);
    mlci_free(binned->first_cell);
    mlci_free(binned->entries);
    mlci_free(binned->groups);
    mlci_free(binned->row_cells);
    mlci_free(binned->cells);
    mlci_free(binned);
}
