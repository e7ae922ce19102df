/* Stable partition in two passes over fixed blocks: count what goes left, then place.
 *
 * Blocks of 16,384 rows, at most 512 of them (larger blocks then), so the counts fit the stack;
 * a block's places follow from the counts before it. About 1 ns a row and pass. */
#include "partition.h"

#define LEAST_BLOCK 16384
#define MOST_BLOCKS 512

typedef struct work {
    const uint32_t *rows;
    const uint8_t *codes, *goes_left;
    uint32_t *out;
    int64_t n, block_rows;
    int64_t left[MOST_BLOCKS], right[MOST_BLOCKS]; /* counts, then places */
} work;

static int64_t block_end(const work *w, int64_t block)
{
    const int64_t end = (block + 1) * w->block_rows;
    return end < w->n ? end : w->n;
}

static mlc_status count_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    work *const w = arg;
    int64_t left = 0;
    for (int64_t i = block * w->block_rows; i < block_end(w, block); i++)
        left += w->goes_left[w->codes[w->rows[i]]];
    w->left[block] = left;
    return MLC_OK;
}

static mlc_status place_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const int64_t end = block_end(w, block);
    int64_t left = w->left[block], right = w->right[block];
    for (int64_t i = block * w->block_rows; i < end; i++) {
        const uint32_t row = w->rows[i];
        const int64_t goes_left = w->goes_left[w->codes[row]];
        w->out[goes_left ? left : right] = row;
        left += goes_left;
        right += 1 - goes_left;
    }
    return MLC_OK;
}

mlc_status mlci_partition(mlc_context *call, const uint32_t *rows, int64_t n, const uint8_t *codes,
                          const uint8_t goes_left[MLCI_BIN_CODES], uint32_t *out, int64_t *n_left,
                          mlc_error *err)
{
    work w = {.rows = rows, .codes = codes, .goes_left = goes_left, .out = out, .n = n};
    w.block_rows = LEAST_BLOCK;
    while ((n + w.block_rows - 1) / w.block_rows > MOST_BLOCKS)
        w.block_rows *= 2;
    const int64_t n_blocks = (n + w.block_rows - 1) / w.block_rows;
    int64_t total = 0;
    MLCI_TRY(mlci_parallel_for(call, n_blocks, count_block, &w, err));
    for (int64_t b = 0; b < n_blocks; b++)
        total += w.left[b];
    int64_t left = 0, right = total;
    for (int64_t b = 0; b < n_blocks; b++) {
        const int64_t in_block = block_end(&w, b) - b * w.block_rows, to_left = w.left[b];
        w.left[b] = left;
        w.right[b] = right;
        left += to_left;
        right += in_block - to_left;
    }
    MLCI_TRY(mlci_parallel_for(call, n_blocks, place_block, &w, err));
    *n_left = total;
    return MLC_OK;
}
