/* Rows are put in the order of the number that varies most, and compared by blocks with tiles of
 * rows: the tile around a block first, then outwards, until the gap in that number alone is larger
 * than every distance that has been found. Distances come from a kernel with one accumulator a pair
 * that never falls, so what is left out could not have been nearer, and neither the order nor the
 * tiles show in the result: neighbours are ordered by (distance, row). */
#include "neighbors.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "kernels.h"
#include "order.h"

#define BLOCK_ROWS 32
#define TILE_ROWS 512

typedef struct search {
    const mlci_neighbor_rows *given;
    mlci_neighbor_rows rows; /* in the order of the axis */
    double *numbers;         /* of rows */
    int32_t *codes;
    int64_t *order; /* row of each place */
    int64_t axis;   /* the number that varies most */
    const mlci_kernels *kernels;
    int64_t k, n_tiles, tile_size; /* doubles of a packed tile */
    double *packed;                /* all tiles */
    double *scratch;               /* of each slot: distances of a block to a tile, nearest ones */
    int64_t scratch_size;
    int64_t *out;
} search;

/* ---- order ---------------------------------------------------------------------------------- */

/* The number with the largest range. */
static int64_t find_axis(const mlci_neighbor_rows *rows)
{
    int64_t best = 0;
    double widest = -1;
    for (int64_t k = 0; k < rows->n_numbers; k++) {
        double low = (double)INFINITY, high = -(double)INFINITY;
        for (int64_t i = 0; i < rows->n; i++) {
            const double value = rows->numbers[i * rows->n_numbers + k];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        if (high - low <= widest) continue;
        widest = high - low;
        best = k;
    }
    return best;
}

static mlc_status order_rows(mlc_context *call, search *s, mlc_error *err)
{
    const mlci_neighbor_rows *const g = s->given;
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * g->n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * g->n, (int64_t)sizeof *keys);
    s->axis = find_axis(g);
    for (int64_t i = 0; i < g->n; i++) {
        keys[i] = (mlci_order_key){mlci_order_of_real(g->numbers[i * g->n_numbers + s->axis]), i};
    }
    const mlc_status status = mlci_order_sort(call, keys, keys + g->n, g->n, err);
    for (int64_t i = 0; i < g->n && status == MLC_OK; i++) {
        s->order[i] = keys[i].row;
        memcpy(s->numbers + i * g->n_numbers, g->numbers + keys[i].row * g->n_numbers,
               (size_t)g->n_numbers * sizeof *s->numbers);
        for (int64_t c = 0; c < g->n_codes; c++)
            s->codes[c * g->n + i] = g->codes[c * g->n + keys[i].row];
    }
    mlci_free(keys);
    return status;
}

/* ---- search --------------------------------------------------------------------------------- */

/* Rows of a block or tile, by place. */
typedef struct range {
    int64_t first, n;
} range;

/* The square of the gap between two ranges on the axis; 0 where they meet. */
static double gap_between(const search *s, range a, range b)
{
    const double *const at = s->numbers + s->axis;
    const int64_t p = s->rows.n_numbers;
    const double right = at[b.first * p] - at[(a.first + a.n - 1) * p];
    const double left = at[a.first * p] - at[(b.first + b.n - 1) * p];
    const double gap = right > left ? right : left;
    return gap > 0 ? gap * gap : 0;
}

/* Puts a row at distance d among the nearest so far, which are sorted. */
static void offer(double *nearest, int64_t *neighbor, int64_t k, double d, int64_t row)
{
    if (!(d < nearest[k - 1]) && !(d == nearest[k - 1] && row < neighbor[k - 1])) return;
    int64_t at = k - 1;
    for (; at > 0 && (nearest[at - 1] > d || (nearest[at - 1] == d && neighbor[at - 1] > row));
         at--) {
        nearest[at] = nearest[at - 1];
        neighbor[at] = neighbor[at - 1];
    }
    nearest[at] = d;
    neighbor[at] = row;
}

static void add_mismatches(const mlci_neighbor_rows *rows, int64_t i, range tile, double *distance)
{
    for (int64_t c = 0; c < rows->n_codes; c++) {
        const int32_t *const column = rows->codes + c * rows->n;
        for (int64_t j = 0; j < tile.n; j++)
            distance[j] += column[tile.first + j] != column[i] ? rows->mismatch : 0;
    }
}

static range tile_at(const search *s, int64_t t)
{
    const int64_t first = t * TILE_ROWS, rest = s->rows.n - first;
    return (range){first, rest < TILE_ROWS ? rest : TILE_ROWS};
}

/* Offers the rows of a tile to those of a block. */
static void compare(const search *s, range block, int64_t t, double *distance, double *nearest)
{
    const int64_t p = s->rows.n_numbers;
    const range tile = tile_at(s, t);
    const mlci_row_block x = {s->numbers + block.first * p, block.n, p, p};
    const mlci_centres centres = {tile.n, p, s->packed + t * s->tile_size};
    s->kernels->distances(&x, &centres, distance);
    for (int64_t i = 0; i < block.n; i++) {
        double *const d = distance + i * tile.n;
        int64_t *const neighbor = s->out + s->order[block.first + i] * s->k;
        add_mismatches(&s->rows, block.first + i, tile, d);
        for (int64_t j = 0; j < tile.n; j++) {
            if (d[j] > nearest[(i + 1) * s->k - 1] || tile.first + j == block.first + i) continue;
            offer(nearest + i * s->k, neighbor, s->k, d[j], s->order[tile.first + j]);
        }
    }
}

static double largest(const double *nearest, int64_t n, int64_t k)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++)
        most = nearest[i * k + k - 1] > most ? nearest[i * k + k - 1] : most;
    return most;
}

static mlc_status search_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const search *const s = arg;
    const int64_t begin = block * BLOCK_ROWS, left = s->rows.n - begin;
    const range own = {begin, left < BLOCK_ROWS ? left : BLOCK_ROWS};
    double *const distance = s->scratch + slot * s->scratch_size;
    double *const nearest = distance + BLOCK_ROWS * TILE_ROWS;
    int64_t below = begin / TILE_ROWS - 1, above = begin / TILE_ROWS + 1;
    (void)err;
    for (int64_t i = 0; i < own.n * s->k; i++)
        nearest[i] = (double)INFINITY;
    compare(s, own, begin / TILE_ROWS, distance, nearest);
    while (below >= 0 || above < s->n_tiles) {
        const double down = below < 0 ? (double)INFINITY : gap_between(s, own, tile_at(s, below));
        const double up =
            above >= s->n_tiles ? (double)INFINITY : gap_between(s, own, tile_at(s, above));
        if ((down < up ? down : up) > largest(nearest, own.n, s->k)) break;
        const int is_below = above >= s->n_tiles || (below >= 0 && down <= up);
        compare(s, own, is_below ? below-- : above++, distance, nearest);
    }
    return MLC_OK;
}

/* ---- all rows ------------------------------------------------------------------------------- */

static void pack_tiles(search *s)
{
    const int64_t p = s->rows.n_numbers;
    for (int64_t t = 0; t < s->n_tiles; t++) {
        const range tile = tile_at(s, t);
        const mlci_row_block rows = {s->numbers + tile.first * p, tile.n, p, p};
        mlci_centres_pack(&rows, s->packed + t * s->tile_size);
    }
}

/* A distance that overflows is no neighbour's: such rows get the first others there are. */
static void fill_gaps(int64_t n, int64_t k, int64_t *out)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t next = 0;
        for (int64_t m = 0; m < k; m++) {
            if (out[i * k + m] >= 0) continue;
            next += next == i;
            out[i * k + m] = next++;
        }
    }
}

static mlc_status allocate(mlc_context *call, search *s, mlc_error *err)
{
    const mlci_neighbor_rows *const g = s->given;
    mlci_root *const root = call->root;
    s->numbers = mlci_alloc_raw(root, g->n, g->n_numbers * (int64_t)sizeof *s->numbers);
    s->codes = mlci_alloc_raw(root, g->n, (g->n_codes + 1) * (int64_t)sizeof *s->codes);
    s->order = mlci_alloc_raw(root, g->n, (int64_t)sizeof *s->order);
    s->packed = mlci_alloc(root, s->n_tiles, s->tile_size * (int64_t)sizeof *s->packed);
    s->scratch =
        mlci_alloc(root, mlci_n_slots(call), s->scratch_size * (int64_t)sizeof *s->scratch);
    if (s->numbers == NULL || s->codes == NULL || s->order == NULL || s->packed == NULL ||
        s->scratch == NULL) {
        return mlci_fail_memory(err, g->n, g->n_numbers * (int64_t)sizeof *s->numbers);
    }
    s->rows = *g;
    s->rows.numbers = s->numbers;
    s->rows.codes = s->codes;
    return MLC_OK;
}

mlc_status mlci_neighbors_of_rows(mlc_context *call, const mlci_neighbor_rows *rows, int64_t k,
                                  int64_t *out, mlc_error *err)
{
    search s = {.given = rows,
                .kernels = mlci_kernels_of(mlci_root_isa(call->root)),
                .k = k,
                .n_tiles = (rows->n + TILE_ROWS - 1) / TILE_ROWS,
                .tile_size = mlci_centres_packed_size(TILE_ROWS, rows->n_numbers),
                .scratch_size = BLOCK_ROWS * (TILE_ROWS + k),
                .out = out};
    mlc_status status = allocate(call, &s, err);
    if (status == MLC_OK) status = order_rows(call, &s, err);
    if (status == MLC_OK) {
        for (int64_t i = 0; i < rows->n * k; i++)
            out[i] = -1;
        pack_tiles(&s);
        status =
            mlci_parallel_for(call, (rows->n + BLOCK_ROWS - 1) / BLOCK_ROWS, search_block, &s, err);
    }
    if (status == MLC_OK) fill_gaps(rows->n, k, out);
    mlci_free(s.scratch);
    mlci_free(s.packed);
    mlci_free(s.order);
    mlci_free(s.codes);
    mlci_free(s.numbers);
    return status;
}
