/* The rows of each place are parted in their own order, and a leaf is a range of them there, as in
 * one place (grow_split.c). Histograms, weights and fine sums are sums of integers over places. */
#include "grow_shards.h"

#include <string.h>

#include "loop.h"
#include "partition.h"

/* ---- memory ------------------------------------------------------------------------------- */

/* The codes of some rows in columns, */
static mlc_status take_columns(mlci_binned *b, const mlci_binned *whole, const uint32_t *rows,
                               mlc_error *err)
{
    b->columns = mlci_alloc(b->root, b->n_bundles, sizeof *b->columns);
    if (b->columns == NULL) return mlci_fail_memory(err, b->n_bundles, sizeof *b->columns);
    for (int32_t u = 0; u < b->n_bundles; u++) {
        b->columns[u] = mlci_alloc(b->root, b->n_rows + MLCI_CODE_ROWS_SLACK, 1);
        if (b->columns[u] == NULL) return mlci_fail_memory(err, b->n_rows, 1);
        for (int64_t i = 0; i < b->n_rows; i++)
            b->columns[u][i] = whole->columns[u][rows[i]];
    }
    return MLC_OK;
}

/* row by row, */
static mlc_status take_groups(mlci_binned *b, const mlci_binned *whole, const uint32_t *rows,
                              mlc_error *err)
{
    b->groups = mlci_alloc(b->root, b->n_groups, sizeof *b->groups);
    if (b->groups == NULL) return mlci_fail_memory(err, b->n_groups, sizeof *b->groups);
    for (int32_t k = 0; k < b->n_groups; k++) {
        const mlci_bin_group *const from = &whole->groups[k];
        const int64_t bytes = b->n_rows * from->stride + MLCI_CODE_ROWS_SLACK;
        b->groups[k] = *from;
        b->groups[k].rows = mlci_alloc(b->root, bytes, 1);
        if (b->groups[k].rows == NULL) return mlci_fail_memory(err, bytes, 1);
        for (int64_t i = 0; i < b->n_rows; i++)
            memcpy(b->groups[k].rows + i * from->stride, from->rows + rows[i] * from->stride,
                   (size_t)from->stride);
    }
    return MLC_OK;
}

/* and listed. */
static mlc_status take_cells(mlci_binned *b, const mlci_binned *whole, const uint32_t *rows,
                             mlc_error *err)
{
    if (whole->row_cells == NULL) return MLC_OK;
    b->row_cells = mlci_alloc(b->root, b->n_rows + 1, sizeof *b->row_cells);
    if (b->row_cells == NULL) return mlci_fail_memory(err, b->n_rows + 1, sizeof *b->row_cells);
    for (int64_t i = 0; i < b->n_rows; i++)
        b->row_cells[i + 1] =
            b->row_cells[i] + whole->row_cells[rows[i] + 1] - whole->row_cells[rows[i]];
    b->cells = mlci_alloc_raw(b->root, b->row_cells[b->n_rows], sizeof *b->cells);
    if (b->cells == NULL) return mlci_fail_memory(err, b->row_cells[b->n_rows], sizeof *b->cells);
    for (int64_t i = 0; i < b->n_rows; i++)
        memcpy(b->cells + b->row_cells[i], whole->cells + whole->row_cells[rows[i]],
               (size_t)(b->row_cells[i + 1] - b->row_cells[i]) * sizeof *b->cells);
    return MLC_OK;
}

static mlc_status take_rows(mlci_shard *s, const mlci_binned *whole, const uint32_t *rows,
                            int64_t n, mlc_error *err)
{
    mlci_binned *const b = &s->binned;
    *b = *whole;
    b->columns = NULL;
    b->groups = NULL;
    b->row_cells = NULL;
    b->cells = NULL;
    b->n_rows = b->n_train = n;
    MLCI_TRY(take_columns(b, whole, rows, err));
    MLCI_TRY(take_groups(b, whole, rows, err));
    return take_cells(b, whole, rows, err);
}

mlc_status mlci_shard_open(mlc_context *call, const mlci_binned *whole, const uint32_t *rows,
                           int64_t n, const mlci_gradients *gradients, const int64_t *row_weight,
                           int64_t max_leaves, mlci_shard **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_shard *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->root = root;
    s->gradients = gradients;
    s->row_weight = row_weight;
    mlc_status status = take_rows(s, whole, rows, n, err);
    s->rows = mlci_alloc_raw(root, n, sizeof *s->rows);
    s->other_rows = mlci_alloc_raw(root, n, sizeof *s->other_rows);
    s->begin = mlci_alloc(root, max_leaves, sizeof *s->begin);
    s->n = mlci_alloc(root, max_leaves, sizeof *s->n);
    s->n_left = mlci_alloc(root, max_leaves, sizeof *s->n_left);
    if (status == MLC_OK && (s->rows == NULL || s->other_rows == NULL || s->begin == NULL ||
                             s->n == NULL || s->n_left == NULL))
        status = mlci_fail_memory(err, n, sizeof *s->rows);
    if (status == MLC_OK)
        status = mlci_histogram_builder_create(call, &s->binned, 1, &s->builder, err);
    if (status != MLC_OK) {
        mlci_shard_close(s);
        return status;
    }
    s->builder->coarse = gradients->coarse;
    *out = s;
    return MLC_OK;
}

void mlci_shard_close(mlci_shard *s)
{
    if (s == NULL) return;
    for (int32_t u = 0; s->binned.columns != NULL && u < s->binned.n_bundles; u++)
        mlci_free(s->binned.columns[u]);
    for (int32_t k = 0; s->binned.groups != NULL && k < s->binned.n_groups; k++)
        mlci_free(s->binned.groups[k].rows);
    mlci_free(s->binned.columns);
    mlci_free(s->binned.groups);
    mlci_free(s->binned.row_cells);
    mlci_free(s->binned.cells);
    mlci_histogram_builder_free(s->builder);
    mlci_free(s->rows);
    mlci_free(s->other_rows);
    mlci_free(s->begin);
    mlci_free(s->n);
    mlci_free(s->n_left);
    mlci_free(s);
}

void mlci_shards_share_scales(mlci_gradients *const *gradients, int32_t n)
{
    double g = 0, h = 0;
    for (int32_t i = 0; i < n; i++) {
        g = gradients[i]->g_scale > g ? gradients[i]->g_scale : g;
        h = gradients[i]->h_scale > h ? gradients[i]->h_scale : h;
    }
    for (int32_t i = 0; i < n; i++) {
        gradients[i]->g_scale = g;
        gradients[i]->h_scale = h;
    }
}

/* ---- sums --------------------------------------------------------------------------------- */

static int64_t weight_of(const mlci_shard *s, int64_t begin, int64_t n)
{
    int64_t weight = 0;
    if (s->row_weight == NULL) return n;
    for (int64_t i = begin; i < begin + n; i++)
        weight += s->row_weight[s->rows[i]];
    return weight;
}

void mlci_shards_start(const mlci_shards *all, int64_t *n, int64_t *weight)
{
    *n = *weight = 0;
    for (int32_t k = 0; k < all->n; k++) {
        mlci_shard *const s = all->shards[k];
        s->begin[0] = 0;
        s->n[0] = s->binned.n_rows;
        for (int64_t i = 0; i < s->n[0]; i++)
            s->rows[i] = (uint32_t)i;
        *n += s->n[0];
        *weight += weight_of(s, 0, s->n[0]);
    }
}

static void add_cells(const mlci_histogram *from, int64_t n_cells, mlci_histogram *to)
{
    for (int64_t c = 0; c < n_cells; c++) {
        const mlci_wide_cell cell = mlci_cell_at(from->cells, from->is_wide, c);
        if (to->is_wide) {
            to->cells[2 * c] += (uint64_t)cell.g;
            to->cells[2 * c + 1] += (uint64_t)cell.h;
        } else {
            to->cells[c] += ((uint64_t)cell.g << 32) + (uint64_t)cell.h;
        }
    }
}

typedef struct shard_work {
    const mlci_shards *all;
    mlc_context *call;
    int64_t leaf;
    mlci_histogram **built; /* by shard */
    int32_t bundle;
    const uint32_t *set;
} shard_work;

static mlc_status build_one(void *arg, int64_t k, int32_t slot, mlc_error *err)
{
    const shard_work *const w = arg;
    mlci_shard *const s = w->all->shards[k];
    const int64_t n = s->n[w->leaf];
    w->built[k] = mlci_histogram_take(s->builder, n);
    if (w->built[k] == NULL) return mlci_fail_memory(err, s->builder->n_cells, 16);
    return mlci_histogram_build(w->call, s->builder, s->rows + s->begin[w->leaf], n, w->built[k],
                                err);
}

mlc_status mlci_shards_build(mlc_context *call, const mlci_shards *all, int64_t leaf,
                             mlci_histogram *out, mlc_error *err)
{
    const int64_t n_cells = all->shards[0]->builder->n_cells;
    shard_work w = {.all = all, .call = call, .leaf = leaf};
    w.built = mlci_alloc(mlci_context_root(call), all->n, sizeof(mlci_histogram *));
    if (w.built == NULL) return mlci_fail_memory(err, all->n, sizeof(mlci_histogram *));
    const mlc_status status = mlci_parallel_for(call, all->n, build_one, &w, err);
    memset(out->cells, 0, (size_t)((1 + out->is_wide) * n_cells) * sizeof *out->cells);
    for (int32_t k = 0; k < all->n; k++) {
        if (status == MLC_OK) add_cells(w.built[k], n_cells, out);
        mlci_histogram_give(all->shards[k]->builder, w.built[k]);
    }
    mlci_free(w.built);
    return status;
}

void mlci_shards_add_weights(const mlci_shards *all, int64_t leaf, int32_t used,
                             int64_t weight[MLCI_BIN_CODES])
{
    for (int32_t k = 0; k < all->n; k++) {
        const mlci_shard *const s = all->shards[k];
        for (int64_t i = s->begin[leaf]; i < s->begin[leaf] + s->n[leaf]; i++)
            weight[mlci_binned_code(&s->binned, used, s->rows[i])] +=
                s->row_weight == NULL ? 1 : s->row_weight[s->rows[i]];
    }
}

void mlci_shards_sum(const mlci_shards *all, int64_t leaf, int64_t sum[2])
{
    sum[0] = sum[1] = 0;
    for (int32_t k = 0; k < all->n; k++) {
        const mlci_shard *const s = all->shards[k];
        int64_t own[2] = {0, 0};
        if (s->n[leaf] > 0)
            s->builder->kernels->sum_fine(&s->gradients->fine->g, s->rows + s->begin[leaf],
                                          s->n[leaf], own);
        sum[0] += own[0];
        sum[1] += own[1];
    }
}

/* ---- parting ------------------------------------------------------------------------------ */

static mlci_partition partition_of(const mlci_shard *s, int64_t leaf, int32_t bundle,
                                   const uint32_t *set)
{
    mlci_partition p = {.kernels = s->builder->kernels,
                        .rows = s->rows + s->begin[leaf],
                        .n = s->n[leaf],
                        .scratch = s->other_rows + s->begin[leaf],
                        .codes = s->binned.columns[bundle]};
    memcpy(p.set, set, sizeof p.set);
    return p;
}

static mlc_status part_one(void *arg, int64_t k, int32_t slot, mlc_error *err)
{
    const shard_work *const w = arg;
    mlci_shard *const s = w->all->shards[k];
    const mlci_partition p = partition_of(s, w->leaf, w->bundle, w->set);
    s->n_left[w->leaf] = 0;
    return p.n == 0 ? MLC_OK : mlci_partition_rows(w->call, &p, &s->n_left[w->leaf], err);
}

mlc_status mlci_shards_part(mlc_context *call, const mlci_shards *all, int64_t leaf, int32_t bundle,
                            const uint32_t set[MLCI_CODE_SET_WORDS], int64_t *n_left,
                            int64_t *left_weight, mlc_error *err)
{
    shard_work w = {.all = all, .call = call, .leaf = leaf, .bundle = bundle, .set = set};
    MLCI_TRY(mlci_parallel_for(call, all->n, part_one, &w, err));
    *n_left = *left_weight = 0;
    for (int32_t k = 0; k < all->n; k++) {
        const mlci_shard *const s = all->shards[k];
        *n_left += s->n_left[leaf];
        *left_weight += weight_of(s, s->begin[leaf], s->n_left[leaf]);
    }
    return MLC_OK;
}

void mlci_shards_divide(const mlci_shards *all, int64_t leaf, int64_t right)
{
    for (int32_t k = 0; k < all->n; k++) {
        mlci_shard *const s = all->shards[k];
        s->begin[right] = s->begin[leaf] + s->n_left[leaf];
        s->n[right] = s->n[leaf] - s->n_left[leaf];
        s->n[leaf] = s->n_left[leaf];
    }
}
