/* The two mixings of 64 bits that hashes of rows are made of: one-to-one functions where any bit of x
 * changes each bit of the result in close to half of the cases. */
#ifndef MLCI_HASH_MIX_H
#define MLCI_HASH_MIX_H

#include <stdint.h>

/* The end of SplitMix64 (Steele, Lea and Flood 2014), with Stafford's constants. */
static inline uint64_t mlci_mix_a(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* The end of MurmurHash3 (Appleby 2011). */
static inline uint64_t mlci_mix_b(uint64_t x)
{
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

#endif
