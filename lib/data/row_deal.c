/* A stable distribution of rows: counted by blocks, so that every block knows where its rows go. */
#include "row_deal.h"

#include <string.h>

#include "error.h"

int64_t mlci_deal_n_parts(int64_t n_rows)
{
    int64_t n = 1;
    if (n_rows <= MLCI_DEAL_ROWS) return 1;
    while (n < MLCI_DEAL_PARTS / 4 && n * (MLCI_DEAL_ROWS / 4) < n_rows)
        n *= 2;
    return n;
}

mlc_status mlci_deal_open(mlci_root *root, int64_t n_rows, int64_t n_parts, mlci_deal *out,
                          mlc_error *err)
{
    mlci_deal deal = {.n_rows = n_rows, .n_parts = n_parts};
    deal.n_blocks = (n_rows + MLCI_DEAL_ROWS - 1) / MLCI_DEAL_ROWS;
    deal.part = mlci_alloc_raw(root, n_rows, (int64_t)sizeof *deal.part);
    deal.places = mlci_alloc(root, deal.n_blocks * n_parts, (int64_t)sizeof *deal.places);
    deal.starts = mlci_alloc(root, n_parts + 1, (int64_t)sizeof *deal.starts);
    if (deal.part == NULL || deal.places == NULL || deal.starts == NULL) {
        mlci_deal_close(&deal);
        return mlci_fail_memory(err, n_rows, (int64_t)sizeof *deal.part);
    }
    *out = deal;
    return MLC_OK;
}

void mlci_deal_close(mlci_deal *deal)
{
    mlci_free(deal->part);
    mlci_free(deal->places);
    mlci_free(deal->starts);
    *deal = (mlci_deal){0};
}

int64_t mlci_deal_block_end(const mlci_deal *deal, int64_t block)
{
    const int64_t low = block * MLCI_DEAL_ROWS;
    return deal->n_rows - low < MLCI_DEAL_ROWS ? deal->n_rows : low + MLCI_DEAL_ROWS;
}

void mlci_deal_count(const mlci_deal *deal, int64_t block)
{
    int64_t *const counts = deal->places + block * deal->n_parts;
    const uint16_t *const part = deal->part;
    const int64_t end = mlci_deal_block_end(deal, block);
    for (int64_t i = block * MLCI_DEAL_ROWS; i < end; i++)
        if (part[i] != MLCI_NO_PART) counts[part[i]]++;
}

void mlci_deal_place(const mlci_deal *deal)
{
    int64_t at = 0;
    for (int64_t p = 0; p < deal->n_parts; p++) {
        deal->starts[p] = at;
        for (int64_t b = 0; b < deal->n_blocks; b++) {
            const int64_t n = deal->places[b * deal->n_parts + p];
            deal->places[b * deal->n_parts + p] = at;
            at += n;
        }
    }
    deal->starts[deal->n_parts] = at;
}

void mlci_deal_next(const mlci_deal *deal, int64_t block, int64_t *next)
{
    memcpy(next, deal->places + block * deal->n_parts, (size_t)deal->n_parts * sizeof *next);
}
