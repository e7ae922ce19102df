/* Rows by key: what a join looks partners up in. */
#ifndef MLCI_KEY_INDEX_H
#define MLCI_KEY_INDEX_H

#include "key_codes.h"

/* Of a key that has more rows than one, what is found is its first row and this bit. */
#define MLCI_MORE_ROWS ((int64_t)1 << 62)

typedef struct mlci_index_entry {
    uint64_t key; /* code or hash */
    int64_t row;  /* perhaps with MLCI_MORE_ROWS */
} mlci_index_entry;

typedef struct mlci_index_part {
    int64_t row, next; /* the first row that is not the first of its key, after its forerunner; -1:
                          keys have one row each */
    int64_t first;     /* of its entries */
    int32_t is_crowded;
} mlci_index_part;

typedef struct mlci_key_index {
    const mlci_row_keys *keys, *others;
    mlci_key_codes codes;
    int64_t *next;         /* by row of a key that has more: the next one, or -1 */
    int64_t row, next_row; /* as of a part, of the whole */
    int64_t *heads; /* by code: the first row, as in an entry, or -1; NULL: they are in a table */
    mlci_index_entry *entries; /* of parts: rows by hash */
    uint32_t *slots;           /* entries of first rows, from their part on; set where tags are */
    uint8_t *tags;             /* by slot: bits of the hash, or 0: it is free */
    int32_t slot_shift;        /* from a hash to where its slot is looked for first */
    int32_t part_shift;        /* and to its part */
    mlci_index_part *parts;
    int64_t n_parts;
    const uint64_t *numbers; /* of the others, where codes are numbers of groups; or NULL */
} mlci_key_index;

/* Indexes the rows of the keys. Those of others, which have as many words and may be NULL, are to
 * be looked up. Both must live as long. */
mlc_status mlci_key_index_open(mlc_context *call, const mlci_row_keys *keys,
                               const mlci_row_keys *others, mlci_key_index *out, mlc_error *err);
void mlci_key_index_close(mlci_key_index *index);
/* For rows low .. high of the others the first row that each is equal to, perhaps with
 * MLCI_MORE_ROWS, or -1. */
void mlci_key_index_find(const mlci_key_index *index, int64_t low, int64_t high, int64_t *out);

/* Has a key more than one row? */
static inline int mlci_key_index_has_repeats(const mlci_key_index *index)
{
    return index->row >= 0;
}

/* The row itself of one that was found. */
static inline int64_t mlci_found_row(int64_t found)
{
    return found & ~MLCI_MORE_ROWS;
}

#endif
