/* Rows dealt to parts, in their order within each part: what lets several threads group, list or
 * index rows, each with tables that stay in cache. */
#ifndef MLCI_ROW_DEAL_H
#define MLCI_ROW_DEAL_H

#include "context_impl.h"

#define MLCI_DEAL_ROWS 65536 /* a block */
#define MLCI_DEAL_PARTS 1024 /* at most */
#define MLCI_NO_PART UINT16_MAX

typedef struct mlci_deal {
    int64_t n_rows, n_parts, n_blocks;
    uint16_t *part;  /* by row; MLCI_NO_PART: dealt to none */
    int64_t *places; /* by block and part: rows, then where they go */
    int64_t *starts; /* n_parts + 1: where parts begin */
} mlci_deal;

/* Parts of about MLCI_DEAL_ROWS / 4 rows: a power of two, 1 for few rows. A function of n_rows. */
int64_t mlci_deal_n_parts(int64_t n_rows);
mlc_status mlci_deal_open(mlci_root *root, int64_t n_rows, int64_t n_parts, mlci_deal *out,
                          mlc_error *err);
void mlci_deal_close(mlci_deal *deal);
int64_t mlci_deal_block_end(const mlci_deal *deal, int64_t block);
/* Counts the rows of a block, whose parts are set. */
void mlci_deal_count(const mlci_deal *deal, int64_t block);
/* Once all blocks are counted: counts become places. */
void mlci_deal_place(const mlci_deal *deal);
/* Where the next row of each part goes, for a caller who goes through the rows of a block in their
 * order. next: n_parts. */
void mlci_deal_next(const mlci_deal *deal, int64_t block, int64_t *next);

#endif
