/* 64 x 64 bits to 128: the product that number and random code is made of. */
#ifndef MLCI_WIDE_H
#define MLCI_WIDE_H

#include <stdint.h>

typedef struct mlci_wide {
    uint64_t high, low;
} mlci_wide;

static inline mlci_wide mlci_multiply_wide(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 product = (unsigned __int128)a * b;
    return (mlci_wide){.high = (uint64_t)(product >> 64), .low = (uint64_t)product};
#else
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t least = a0 * b0, middle_a = a1 * b0, middle_b = a0 * b1;
    const uint64_t carry = (least >> 32) + (uint32_t)middle_a + (uint32_t)middle_b;
    return (mlci_wide){.high = a1 * b1 + (middle_a >> 32) + (middle_b >> 32) + (carry >> 32),
                       .low = carry << 32 | (uint32_t)least};
#endif
}

/* Adds b to a; returns the carry. */
static inline int mlci_add_wide(mlci_wide *a, uint64_t b)
{
    a->low += b;
    const uint64_t carry = a->low < b;
    a->high += carry;
    return a->high < carry;
}

/* a += b, modulo 2^128. */
static inline void mlci_sum_wide(mlci_wide *a, mlci_wide b)
{
    a->low += b.low;
    a->high += b.high + (a->low < b.low);
}

#endif
