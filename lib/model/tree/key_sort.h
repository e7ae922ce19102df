/* Radix sort of 64-bit keys, each with a number that goes along. */
#ifndef MLCI_KEY_SORT_H
#define MLCI_KEY_SORT_H

#include <stdint.h>

/* Room for the keys, twice each; the arrays may change places. */
typedef struct mlci_key_sort {
    uint64_t *keys, *other_keys;
    int64_t *payload, *other_payload;
} mlci_key_sort;

/* Ascending; equal keys keep their order. Without a payload that of s is not touched. O(n). */
void mlci_sort_keys(mlci_key_sort *s, int64_t n, int with_payload);
/* The same by insertion, for a few; payload may be NULL. */
void mlci_sort_few_keys(uint64_t *keys, int64_t *payload, int64_t n);

#endif
