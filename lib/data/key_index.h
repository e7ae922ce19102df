/* Rows by key: what a join looks partners up in. */
#ifndef MLCI_KEY_INDEX_H
#define MLCI_KEY_INDEX_H

#include "key_codes.h"

/* One row a key, in a table of hashes. */
typedef struct mlci_index_slot {
    uint64_t hash;
    int64_t row; /* the first of the key; -1: free */
} mlci_index_slot;

typedef struct mlci_index_part {
    int64_t first; /* of its slots */
    uint64_t mask;
    int32_t has_repeats, is_crowded;
} mlci_index_part;

typedef struct mlci_key_index {
    const mlci_row_keys *keys;
    int64_t n_rows;
    mlci_key_codes codes;
    int64_t *next;       /* by row: the next row of its key, or -1 */
    int32_t has_repeats; /* a key has more than one row */
    int64_t *heads;      /* by code: the first row of each key, or -1; NULL: it is in a table */
    mlci_index_slot *slots;
    mlci_index_part *parts;
    int64_t n_parts;
} mlci_key_index;

/* Indexes the first n_rows rows of the keys, which must live as long; rows behind them that are
 * equal to none of them may get keys->has_none. */
mlc_status mlci_key_index_open(mlc_context *call, mlci_row_keys *keys, int64_t n_rows,
                               mlci_key_index *out, mlc_error *err);
void mlci_key_index_close(mlci_key_index *index);
/* For rows low .. high of the keys the first row of the index that each is equal to, or -1. */
void mlci_key_index_find(const mlci_key_index *index, int64_t low, int64_t high, int64_t *out);

#endif
