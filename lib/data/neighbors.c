/* Every pair is compared: blocks of rows against tiles of rows, whose distances come from a kernel
 * with one accumulator a pair, so they do not depend on blocks. The tiles ascend and a neighbour
 * gives way only to a nearer one, so that ties stay with the lowest row. */
#include "neighbors.h"

#include <math.h>

#include "error.h"
#include "kernels.h"

#define BLOCK_ROWS 32
#define TILE_ROWS 512

typedef struct search {
    const mlci_neighbor_rows *rows;
    const mlci_kernels *kernels;
    int64_t k, n_tiles, tile_size; /* doubles of a packed tile */
    double *packed;                /* all tiles */
    double *scratch;               /* of each slot: distances of a block to a tile, nearest ones */
    int64_t scratch_size;
    int64_t *out;
} search;

/* Puts row j at distance d among the nearest so far, which are sorted. */
static void offer(double *nearest, int64_t *neighbor, int64_t k, double d, int64_t j)
{
    if (!(d < nearest[k - 1])) return;
    int64_t at = k - 1;
    for (; at > 0 && nearest[at - 1] > d; at--) {
        nearest[at] = nearest[at - 1];
        neighbor[at] = neighbor[at - 1];
    }
    nearest[at] = d;
    neighbor[at] = j;
}

static void add_mismatches(const mlci_neighbor_rows *rows, int64_t i, int64_t first, int64_t n,
                           double *distance)
{
    for (int64_t c = 0; c < rows->n_codes; c++) {
        const int32_t *const column = rows->codes + c * rows->n;
        for (int64_t j = 0; j < n; j++)
            distance[j] += column[first + j] != column[i] ? rows->mismatch : 0;
    }
}

static mlc_status search_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const search *const s = arg;
    const mlci_neighbor_rows *const rows = s->rows;
    const int64_t begin = block * BLOCK_ROWS, left = rows->n - begin, p = rows->n_numbers;
    const int64_t n_block = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    double *const distance = s->scratch + slot * s->scratch_size;
    double *const nearest = distance + BLOCK_ROWS * TILE_ROWS;
    (void)err;
    for (int64_t i = 0; i < n_block * s->k; i++)
        nearest[i] = (double)INFINITY;
    const mlci_row_block x = {rows->numbers + begin * p, n_block, p, p};
    for (int64_t t = 0; t < s->n_tiles; t++) {
        const int64_t first = t * TILE_ROWS, rest = rows->n - first;
        const int64_t n_tile = rest < TILE_ROWS ? rest : TILE_ROWS;
        const mlci_centres tile = {n_tile, p, s->packed + t * s->tile_size};
        s->kernels->distances(&x, &tile, distance);
        for (int64_t i = 0; i < n_block; i++) {
            double *const d = distance + i * n_tile;
            add_mismatches(rows, begin + i, first, n_tile, d);
            for (int64_t j = 0; j < n_tile; j++) {
                if (first + j == begin + i) continue;
                offer(nearest + i * s->k, s->out + (begin + i) * s->k, s->k, d[j], first + j);
            }
        }
    }
    return MLC_OK;
}

static void pack_tiles(search *s)
{
    const mlci_neighbor_rows *const rows = s->rows;
    for (int64_t t = 0; t < s->n_tiles; t++) {
        const int64_t first = t * TILE_ROWS, rest = rows->n - first;
        const mlci_row_block tile = {rows->numbers + first * rows->n_numbers,
                                     rest < TILE_ROWS ? rest : TILE_ROWS, rows->n_numbers,
                                     rows->n_numbers};
        mlci_centres_pack(&tile, s->packed + t * s->tile_size);
    }
}

/* A distance that overflows is no neighbour's: such rows point at the first others there are. */
static void fill_gaps(const mlci_neighbor_rows *rows, int64_t k, int64_t *out)
{
    for (int64_t i = 0; i < rows->n; i++) {
        int64_t next = 0;
        for (int64_t m = 0; m < k; m++) {
            if (out[i * k + m] >= 0) continue;
            next += next == i;
            out[i * k + m] = next++;
        }
    }
}

mlc_status mlci_neighbors_of_rows(mlc_context *call, const mlci_neighbor_rows *rows, int64_t k,
                                  int64_t *out, mlc_error *err)
{
    search s = {.rows = rows,
                .kernels = mlci_kernels_of(mlci_root_isa(call->root)),
                .k = k,
                .n_tiles = (rows->n + TILE_ROWS - 1) / TILE_ROWS,
                .tile_size = mlci_centres_packed_size(TILE_ROWS, rows->n_numbers),
                .scratch_size = BLOCK_ROWS * (TILE_ROWS + k),
                .out = out};
    const int64_t n_slots = mlci_n_slots(call);
    mlc_status status = MLC_OK;
    s.packed = mlci_alloc(call->root, s.n_tiles * s.tile_size, (int64_t)sizeof *s.packed);
    s.scratch = mlci_alloc(call->root, n_slots * s.scratch_size, (int64_t)sizeof *s.scratch);
    if (s.packed == NULL || s.scratch == NULL) {
        status = mlci_fail_memory(err, s.n_tiles * s.tile_size, (int64_t)sizeof *s.packed);
    } else {
        for (int64_t i = 0; i < rows->n * k; i++)
            out[i] = -1;
        pack_tiles(&s);
        status =
            mlci_parallel_for(call, (rows->n + BLOCK_ROWS - 1) / BLOCK_ROWS, search_block, &s, err);
    }
    if (status == MLC_OK) fill_gaps(rows, k, out);
    mlci_free(s.scratch);
    mlci_free(s.packed);
    return status;
}
