/* Linear models in leaves (Shi, Li and Li, "Gradient Boosting With Piece-Wise Linear Regression
 * Trees", 2019, equation 3): the coefficients -(X'HX + l2)^-1 X'g, the intercept without penalty.
 *
 * Rows with a number that is missing or infinite take no part. Two passes over a leaf: the range of
 * each feature and the largest gradient and hessian, then the sums. For these a feature is taken
 * about the middle of its range and in units of a power of two above its half, a hessian in units
 * of a power of two above the largest; so a product of a row is at most 1, is rounded to 2^-48, and
 * is added as an integer. Neither pass depends on the order of rows, how they are cut, or threads.
 * A product is three vector operations for two rows: rows x features^2 / 2 x 0.3 ns a tree. */
#include "leaf_regression.h"

#include <math.h>
#include <string.h>

#include "exact_sum.h"
#include "leaf_solve.h"

#define TILE 256         /* rows whose numbers lie together */
#define PIECE_ROWS 16384 /* of a task: 2^14 products of 2^48 fit an integer */
#define TILES_A_LOOK 16  /* at whether the fit is cancelled */
#define UNIT 0x1p48
#define SHIFT 6755399441055744.0 /* 1.5 * 2^52: adding it leaves an integer in the low bits */
#define MOST_WIDTH 0x1p900
#define BATCH ((int64_t)1 << 22) /* sums of the leaves that are worked on together */

typedef struct piece {
    int64_t leaf, begin, end;
    int64_t first_sum;   /* of the batch */
    int64_t first_range; /* of the batch: low and high of each feature */
    int64_t n_complete;
    double most_g, most_h;
} piece;

typedef struct leaf_scale {
    int64_t first_piece, n_pieces; /* of the batch */
    double g, h;
} leaf_scale;

typedef struct batch {
    const mlci_leaf_regression *job;
    mlc_context *call;
    int64_t begin, end;     /* leaves */
    leaf_scale *scales;     /* by leaf */
    double *centre, *width; /* by place in job->feature */
    int64_t n_pieces, n_sums, n_ranges, most_features;
    piece *pieces;
    int64_t *sums;
    double *ranges;
    double *memory; /* a part a slot */
    int64_t slot_size;
} batch;

static int64_t n_sums_of(int64_t n_features)
{
    return (n_features + 1) * (n_features + 2) / 2 + n_features + 1;
}

static int64_t n_pieces_of(const mlci_leaf_rows *leaf)
{
    return leaf->n_features == 0 ? 0 : (leaf->n + PIECE_ROWS - 1) / PIECE_ROWS;
}

/* ---- tiles -------------------------------------------------------------------------------- */

/* Numbers of n rows, feature after feature, then 1 where a row is complete, else 0. */
static void load_tile(const batch *b, const mlci_leaf_rows *leaf, int64_t begin, int64_t n,
                      double *tile)
{
    const uint32_t *const rows = b->job->rows + begin;
    double *const complete = tile + leaf->n_features * TILE;
    for (int64_t k = 0; k < TILE; k++)
        complete[k] = k < n;
    for (int64_t j = 0; j < leaf->n_features; j++) {
        const int32_t feature = b->job->feature[leaf->first_feature + j];
        const double *const values = b->job->columns->values[feature];
        double *const x = tile + j * TILE;
        for (int64_t k = 0; k < n; k++) {
            x[k] = values[rows[k]];
            if (!isfinite(x[k])) complete[k] = 0;
        }
        memset(x + n, 0, (size_t)(TILE - n) * sizeof *x);
    }
}

static void measure_tile(const batch *b, const mlci_leaf_rows *leaf, int64_t begin, int64_t n,
                         const double *tile, piece *p)
{
    const double *const complete = tile + leaf->n_features * TILE;
    const mlci_gradients *const gradients = b->job->gradients;
    for (int64_t j = 0; j < leaf->n_features; j++) {
        double *const range = b->ranges + p->first_range + 2 * j;
        for (int64_t k = 0; k < n; k++) {
            const double x = tile[j * TILE + k];
            if (complete[k] == 0) continue;
            range[0] = x < range[0] ? x : range[0];
            range[1] = x > range[1] ? x : range[1];
        }
    }
    for (int64_t k = 0; k < n; k++) {
        const uint32_t row = b->job->rows[begin + k];
        if (complete[k] == 0) continue;
        p->n_complete++;
        p->most_g = fmax(p->most_g, fabs(gradients->g[row]));
        p->most_h = fmax(p->most_h, gradients->h[row]);
    }
}

/* The sum of a[k] x b[k], each rounded to an integer. */
static int64_t sum_products(const double *a, const double *b)
{
    const double shift = SHIFT;
    uint64_t sum = 0, bits;
    for (int k = 0; k < TILE; k++) {
        const double shifted = a[k] * b[k] + shift;
        memcpy(&bits, &shifted, sizeof bits);
        sum += bits;
    }
    memcpy(&bits, &shift, sizeof bits);
    return (int64_t)(sum - TILE * bits);
}

/* Numbers become those of the sums; hessians and gradients come after them. */
static void scale_tile(const batch *b, const piece *p, int64_t begin, int64_t n, double *tile)
{
    const mlci_leaf_rows *const leaf = &b->job->leaves[p->leaf];
    const leaf_scale *const scale = &b->scales[p->leaf];
    const double *const complete = tile + leaf->n_features * TILE;
    double *const h = tile + (leaf->n_features + 1) * TILE, *const g = h + TILE;
    for (int64_t j = 0; j < leaf->n_features; j++) {
        const double centre = b->centre[leaf->first_feature + j];
        const double factor = 1 / b->width[leaf->first_feature + j];
        double *const x = tile + j * TILE;
        for (int64_t k = 0; k < TILE; k++)
            x[k] = complete[k] != 0 ? (x[k] - centre) * factor : 0;
    }
    memset(h, 0, 2 * TILE * sizeof *h);
    for (int64_t k = 0; k < n; k++) {
        const uint32_t row = b->job->rows[begin + k];
        if (complete[k] == 0) continue;
        h[k] = b->job->gradients->h[row] / scale->h * UNIT;
        g[k] = b->job->gradients->g[row] / scale->g * UNIT;
    }
}

static void add_tile(int64_t n_features, const double *tile, double *weighted, int64_t *sums)
{
    const double *const h = tile + (n_features + 1) * TILE, *const g = h + TILE;
    for (int64_t i = 0; i <= n_features; i++) {
        for (int64_t k = 0; k < TILE; k++)
            weighted[k] = h[k] * tile[i * TILE + k];
        for (int64_t j = i; j <= n_features; j++)
            *sums++ += sum_products(weighted, tile + j * TILE);
    }
    for (int64_t i = 0; i <= n_features; i++)
        *sums++ += sum_products(g, tile + i * TILE);
}

/* ---- passes ------------------------------------------------------------------------------- */

static mlc_status look(const batch *b, int64_t at, mlc_error *err)
{
    return at / TILE % TILES_A_LOOK == 0 ? mlci_poll(b->call, err) : MLC_OK;
}

static mlc_status measure_piece(void *arg, int64_t index, int32_t slot, mlc_error *err)
{
    const batch *const b = arg;
    piece *const p = &b->pieces[index];
    const mlci_leaf_rows *const leaf = &b->job->leaves[p->leaf];
    double *const tile = b->memory + slot * b->slot_size;
    for (int64_t j = 0; j < leaf->n_features; j++) {
        b->ranges[p->first_range + 2 * j] = INFINITY;
        b->ranges[p->first_range + 2 * j + 1] = -INFINITY;
    }
    for (int64_t at = p->begin; at < p->end; at += TILE) {
        const int64_t n = p->end - at < TILE ? p->end - at : TILE;
        MLCI_TRY(look(b, at - p->begin, err));
        load_tile(b, leaf, at, n, tile);
        measure_tile(b, leaf, at, n, tile, p);
    }
    return MLC_OK;
}

/* Where the numbers of a feature lie in the leaf; 0 where they are too far apart. */
static int set_range(const batch *b, const leaf_scale *scale, int64_t j, int64_t place)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < scale->n_pieces; i++) {
        const double *const range =
            b->ranges + b->pieces[scale->first_piece + i].first_range + 2 * j;
        low = range[0] < low ? range[0] : low;
        high = range[1] > high ? range[1] : high;
    }
    b->centre[place] = low + 0.5 * (high - low);
    const double half = fmax(high - b->centre[place], b->centre[place] - low);
    b->width[place] = half > 0 && half < MOST_WIDTH ? mlci_power_of_two_above(half) : 1;
    return half < MOST_WIDTH;
}

/* A regression needs a complete row more than it has features. */
static void settle_leaf(const batch *b, int64_t index)
{
    mlci_leaf_rows *const leaf = &b->job->leaves[index];
    leaf_scale *const scale = &b->scales[index];
    double g = 0, h = 0;
    int64_t n_complete = 0;
    for (int64_t i = 0; i < scale->n_pieces; i++) {
        const piece *const p = &b->pieces[scale->first_piece + i];
        n_complete += p->n_complete;
        g = fmax(g, p->most_g);
        h = fmax(h, p->most_h);
    }
    leaf->is_linear = leaf->n_features > 0 && n_complete > leaf->n_features;
    for (int64_t j = 0; j < leaf->n_features && leaf->is_linear; j++)
        leaf->is_linear = set_range(b, scale, j, leaf->first_feature + j);
    scale->g = mlci_power_of_two_above(g);
    scale->h = mlci_power_of_two_above(h);
}

static mlc_status sum_piece(void *arg, int64_t index, int32_t slot, mlc_error *err)
{
    const batch *const b = arg;
    const piece *const p = &b->pieces[index];
    const mlci_leaf_rows *const leaf = &b->job->leaves[p->leaf];
    double *const tile = b->memory + slot * b->slot_size;
    if (!leaf->is_linear) return MLC_OK;
    for (int64_t at = p->begin; at < p->end; at += TILE) {
        const int64_t n = p->end - at < TILE ? p->end - at : TILE;
        MLCI_TRY(look(b, at - p->begin, err));
        load_tile(b, leaf, at, n, tile);
        scale_tile(b, p, at, n, tile);
        add_tile(leaf->n_features, tile, tile + (leaf->n_features + 3) * TILE,
                 b->sums + p->first_sum);
    }
    return MLC_OK;
}

/* ---- solving ------------------------------------------------------------------------------ */

static double sum_of(const batch *b, const leaf_scale *scale, int64_t k)
{
    mlci_exact_total total = {0, 0};
    for (int64_t i = 0; i < scale->n_pieces; i++)
        mlci_exact_add(&total, b->sums[b->pieces[scale->first_piece + i].first_sum + k]);
    return mlci_exact_value(&total, 2); /* in units of 2^-49 of that: 1 / UNIT */
}

/* From the units of the sums to those of the numbers. */
static void finish_leaf(const batch *b, mlci_leaf_rows *leaf, const double *c)
{
    double intercept = c[leaf->n_features];
    int is_finite = 1;
    for (int64_t j = 0; j < leaf->n_features; j++) {
        const int64_t place = leaf->first_feature + j;
        const double slope = c[j] / b->width[place];
        intercept -= slope * b->centre[place];
        b->job->factor[place] = b->job->rate * slope;
        is_finite &= isfinite(b->job->factor[place]) != 0;
    }
    leaf->intercept = b->job->rate * intercept;
    leaf->is_linear = is_finite && isfinite(leaf->intercept);
}

static mlc_status solve_leaf(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const batch *const b = arg;
    mlci_leaf_rows *const leaf = &b->job->leaves[b->begin + block];
    const leaf_scale *const scale = &b->scales[b->begin + block];
    const int64_t n = leaf->n_features;
    double *const a = b->memory + slot * b->slot_size;
    double *const c = a + (n + 1) * (n + 1), *const penalty = c + n + 1;
    int64_t k = 0;
    if (!leaf->is_linear) return MLC_OK;
    for (int64_t i = 0; i <= n; i++)
        for (int64_t j = i; j <= n; j++)
            a[i * (n + 1) + j] = sum_of(b, scale, k++);
    for (int64_t i = 0; i <= n; i++)
        c[i] = sum_of(b, scale, k++) * (scale->g / scale->h);
    for (int64_t j = 0; j < n; j++) {
        const double width = b->width[leaf->first_feature + j];
        penalty[j] = b->job->l2 / scale->h / width / width;
    }
    leaf->is_linear = mlci_leaf_solve(n, a, penalty, c) > 0;
    if (leaf->is_linear) finish_leaf(b, leaf, c);
    return MLC_OK;
}

/* ---- batches ------------------------------------------------------------------------------ */

/* Leaves from b->begin on, as many as have room together, at least one. */
static void choose_leaves(batch *b)
{
    b->n_pieces = b->n_sums = b->n_ranges = b->most_features = 0;
    for (b->end = b->begin; b->end < b->job->n_leaves; b->end++) {
        const mlci_leaf_rows *const leaf = &b->job->leaves[b->end];
        const int64_t n = n_pieces_of(leaf), n_sums = n * n_sums_of(leaf->n_features);
        if (b->end > b->begin && b->n_sums + n_sums > BATCH) break;
        b->scales[b->end] = (leaf_scale){.first_piece = b->n_pieces, .n_pieces = n};
        b->n_pieces += n;
        b->n_sums += n_sums;
        b->n_ranges += 2 * n * leaf->n_features;
        if (n > 0 && leaf->n_features > b->most_features) b->most_features = leaf->n_features;
    }
}

static void cut_pieces(batch *b)
{
    int64_t sum = 0, range = 0;
    piece *p = b->pieces;
    for (int64_t i = b->begin; i < b->end; i++) {
        const mlci_leaf_rows *const leaf = &b->job->leaves[i];
        const int64_t end = leaf->begin + leaf->n;
        for (int64_t k = 0; k < b->scales[i].n_pieces; k++, p++) {
            const int64_t begin = leaf->begin + k * PIECE_ROWS;
            *p = (piece){.leaf = i,
                         .begin = begin,
                         .end = begin + PIECE_ROWS < end ? begin + PIECE_ROWS : end,
                         .first_sum = sum,
                         .first_range = range};
            sum += n_sums_of(leaf->n_features);
            range += 2 * leaf->n_features;
        }
    }
}

static mlc_status make_batch(batch *b, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(b->call);
    const int64_t n = b->most_features, n_slots = mlci_n_slots(b->call);
    const int64_t tile = (n + 4) * TILE, matrix = (n + 1) * (n + 3);
    b->slot_size = ((tile > matrix ? tile : matrix) + 7) / 8 * 8;
    b->pieces = mlci_alloc(root, b->n_pieces, sizeof *b->pieces);
    b->sums = mlci_alloc(root, b->n_sums, sizeof *b->sums);
    b->ranges = mlci_alloc_raw(root, b->n_ranges, sizeof *b->ranges);
    b->memory = mlci_alloc_raw(root, n_slots, b->slot_size * (int64_t)sizeof *b->memory);
    if (b->pieces == NULL || b->sums == NULL || b->ranges == NULL || b->memory == NULL)
        return mlci_fail_memory(err, b->n_sums + n_slots * b->slot_size, sizeof *b->memory);
    cut_pieces(b);
    return MLC_OK;
}

static void clear_batch(batch *b)
{
    mlci_free(b->pieces);
    mlci_free(b->sums);
    mlci_free(b->ranges);
    mlci_free(b->memory);
    b->pieces = NULL;
    b->sums = NULL;
    b->ranges = b->memory = NULL;
}

static mlc_status run_batch(batch *b, mlc_error *err)
{
    MLCI_TRY(make_batch(b, err));
    MLCI_TRY(mlci_parallel_for(b->call, b->n_pieces, measure_piece, b, err));
    for (int64_t i = b->begin; i < b->end; i++)
        settle_leaf(b, i);
    MLCI_TRY(mlci_parallel_for(b->call, b->n_pieces, sum_piece, b, err));
    return mlci_parallel_for(b->call, b->end - b->begin, solve_leaf, b, err);
}

mlc_status mlci_leaf_regress(mlc_context *call, const mlci_leaf_regression *job, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    int64_t n_places = 0;
    for (int64_t i = 0; i < job->n_leaves; i++)
        n_places += job->leaves[i].n_features;
    batch b = {.job = job,
               .call = call,
               .scales = mlci_alloc(root, job->n_leaves, sizeof *b.scales),
               .centre = mlci_alloc(root, n_places, sizeof *b.centre),
               .width = mlci_alloc(root, n_places, sizeof *b.width)};
    mlc_status status = b.scales == NULL || b.centre == NULL || b.width == NULL
                            ? mlci_fail_memory(err, n_places + job->n_leaves, sizeof *b.scales)
                            : MLC_OK;
    for (b.begin = 0; b.begin < job->n_leaves && status == MLC_OK; b.begin = b.end) {
        choose_leaves(&b);
        status = run_batch(&b, err);
        clear_batch(&b);
    }
    mlci_free(b.scales);
    mlci_free(b.centre);
    mlci_free(b.width);
    return status;
}
