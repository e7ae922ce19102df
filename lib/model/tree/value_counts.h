/* The distinct values of a column while they are few, each with its weight. */
#ifndef MLCI_VALUE_COUNTS_H
#define MLCI_VALUE_COUNTS_H

#include <stdint.h>

#define MLCI_MOST_COUNTED 2048 /* values */
#define MLCI_COUNT_SLOTS (2 * MLCI_MOST_COUNTED)

/* A table with open addresses; key 0, which is that of no number, is a free slot. */
typedef struct mlci_value_counts {
    int64_t n;
    uint64_t keys[MLCI_COUNT_SLOTS];
    int64_t weights[MLCI_COUNT_SLOTS];
} mlci_value_counts;

void mlci_value_counts_clear(mlci_value_counts *c);
/* The slot of a new key; -1: there are `most` already. */
int32_t mlci_value_counts_insert(mlci_value_counts *c, uint64_t key, int64_t most);
/* All keys and their weights, in any order; returns how many. */
int64_t mlci_value_counts_list(const mlci_value_counts *c, uint64_t *keys, int64_t *weights);

/* The slot that a key has, or the first one to look at. */
static inline uint32_t mlci_value_counts_slot(uint64_t key)
{
    return (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 52);
}

/* Returns 0 where it is one value too many (most is at most MLCI_MOST_COUNTED). */
static inline int mlci_value_counts_add(mlci_value_counts *c, uint64_t key, int64_t weight,
                                        int64_t most)
{
    int32_t slot = (int32_t)mlci_value_counts_slot(key);
    if (c->keys[slot] != key) slot = mlci_value_counts_insert(c, key, most);
    if (slot < 0) return 0;
    c->weights[slot] += weight;
    return 1;
}

#endif
