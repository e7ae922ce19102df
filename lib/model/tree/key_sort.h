/* Radix sort of 64-bit keys, each with a number that goes along. */
#ifndef MLCI_KEY_SORT_H
#define MLCI_KEY_SORT_H

#include <stdint.h>

#include "error.h"
#include "memory.h"

#define MLCI_FEW_KEYS 64

/* Room for the keys, twice each; the arrays may change places. */
typedef struct mlci_key_sort {
    uint64_t *keys, *other_keys;
    int64_t *payload, *other_payload;
} mlci_key_sort;

/* Ascending; equal keys keep their order. Without a payload that of s is not touched. O(n). */
void mlci_sort_keys(mlci_key_sort *s, int64_t n, int with_payload);
/* The same by insertion, for a few; payload may be NULL. Up to MLCI_FEW_KEYS it is the faster. */
void mlci_sort_few_keys(uint64_t *keys, int64_t *payload, int64_t n);
/* Sorted keys to distinct keys and the sums of their payloads, or how often they occur; returns how
 * many. */
int64_t mlci_join_equal_keys(mlci_key_sort *s, int64_t n, int with_payload);

/* Arrays that grow. */
typedef struct mlci_sort_memory {
    mlci_root *root;
    mlci_key_sort sort; /* without other_payload as long as nobody has asked for it */
    int64_t capacity;
} mlci_sort_memory;

/* Room for n keys, and a payload to join them; what was there is lost. */
mlc_status mlci_sort_reserve(mlci_sort_memory *memory, int64_t n, int with_payload, mlc_error *err);
void mlci_sort_memory_clear(mlci_sort_memory *memory);

#endif
