/* How many distinct values there were, from 4,096 bytes: the sketch of a union is the union of the
 * sketches, whatever was seen how often and in which order. */
#ifndef MLCI_DISTINCT_SKETCH_H
#define MLCI_DISTINCT_SKETCH_H

#include <stdint.h>

#define MLCI_SKETCH_BITS 12
#define MLCI_SKETCH_REGISTERS (1 << MLCI_SKETCH_BITS)
#define MLCI_SKETCH_MAX (64 - MLCI_SKETCH_BITS + 1) /* the largest register */

typedef struct mlci_distinct_sketch {
    uint8_t registers[MLCI_SKETCH_REGISTERS];
} mlci_distinct_sketch;

/* A fixed hash of 64 bits, the finaliser of SplitMix64: one to one. */
static inline uint64_t mlci_hash_bits(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return bits ^ bits >> 31;
}

/* The register is the position of the first 1 after the bits that choose it, from 1. */
static inline void mlci_sketch_add(mlci_distinct_sketch *sketch, uint64_t hash)
{
    const uint64_t rest = hash << MLCI_SKETCH_BITS | (uint64_t)1 << (MLCI_SKETCH_BITS - 1);
    const uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
    uint8_t *const at = &sketch->registers[hash >> (64 - MLCI_SKETCH_BITS)];
    if (rank > *at) *at = rank;
}

void mlci_sketch_merge(mlci_distinct_sketch *sketch, const mlci_distinct_sketch *other);
/* The standard error is 1.6 % of the number. */
int64_t mlci_sketch_count(const mlci_distinct_sketch *sketch);

#endif
