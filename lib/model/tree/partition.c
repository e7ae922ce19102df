/* Stable partition in place, or in blocks that threads share: each block is parted into the
 * scratch memory, then both parts are copied to their places, which follow from the counts of the
 * blocks before. About 0.8 ns a row. */
#include "partition.h"

#include <string.h>

#define LEAST_BLOCK 16384
#define MOST_BLOCKS 512

typedef struct work {
    const mlci_partition *partition;
    int64_t block_rows;
    int64_t n_left[MOST_BLOCKS];
    int64_t left[MOST_BLOCKS], right[MOST_BLOCKS]; /* where the parts of a block go */
} work;

static int64_t size_of_block(const work *w, int64_t block)
{
    const int64_t begin = block * w->block_rows;
    return begin + w->block_rows < w->partition->n ? w->block_rows : w->partition->n - begin;
}

static mlc_status part_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    work *const w = arg;
    const mlci_partition *const p = w->partition;
    const int64_t n = size_of_block(w, block);
    uint32_t *const rows = p->rows + block * w->block_rows;
    uint32_t *const out = p->scratch + block * w->block_rows;
    const int64_t n_left = p->kernels->part_rows(p->set, p->codes, rows, n, out, rows);
    memcpy(out + n_left, rows, (size_t)(n - n_left) * sizeof *rows);
    w->n_left[block] = n_left;
    return MLC_OK;
}

static mlc_status place_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    uint32_t *const rows = w->partition->rows;
    const uint32_t *const parted = w->partition->scratch + block * w->block_rows;
    const int64_t n = size_of_block(w, block), n_left = w->n_left[block];
    memcpy(rows + w->left[block], parted, (size_t)n_left * sizeof *rows);
    memcpy(rows + w->right[block], parted + n_left, (size_t)(n - n_left) * sizeof *rows);
    return MLC_OK;
}

mlc_status mlci_partition_rows(mlc_context *call, const mlci_partition *p, int64_t *n_left,
                               mlc_error *err)
{
    if (p->n <= LEAST_BLOCK || mlci_n_slots(call) == 1) {
        *n_left = p->kernels->part_rows(p->set, p->codes, p->rows, p->n, p->rows, p->scratch);
        memcpy(p->rows + *n_left, p->scratch, (size_t)(p->n - *n_left) * sizeof *p->rows);
        return MLC_OK;
    }
    work w = {.partition = p, .block_rows = LEAST_BLOCK};
    while ((p->n + w.block_rows - 1) / w.block_rows > MOST_BLOCKS)
        w.block_rows *= 2;
    const int64_t n_blocks = (p->n + w.block_rows - 1) / w.block_rows;
    int64_t total = 0;
    MLCI_TRY(mlci_parallel_for(call, n_blocks, part_block, &w, err));
    for (int64_t b = 0; b < n_blocks; b++)
        total += w.n_left[b];
    int64_t left = 0, right = total;
    for (int64_t b = 0; b < n_blocks; b++) {
        w.left[b] = left;
        w.right[b] = right;
        left += w.n_left[b];
        right += size_of_block(&w, b) - w.n_left[b];
    }
    MLCI_TRY(mlci_parallel_for(call, n_blocks, place_block, &w, err));
    *n_left = total;
    return MLC_OK;
}

void mlci_partition_undo(const mlci_partition *p, int64_t n_left)
{
    int64_t left = 0, right = n_left;
    memcpy(p->scratch, p->rows, (size_t)p->n * sizeof *p->rows);
    for (int64_t i = 0; i < p->n; i++) {
        const int is_left =
            right == p->n || (left < n_left && p->scratch[left] < p->scratch[right]);
        p->rows[i] = p->scratch[is_left ? left++ : right++];
    }
}
