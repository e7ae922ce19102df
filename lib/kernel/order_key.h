/* Doubles as unsigned integers in the same order: what radix sorts and selections work on. */
#ifndef MLCI_ORDER_KEY_H
#define MLCI_ORDER_KEY_H

#include <stdint.h>
#include <string.h>

/* x is not NaN; -0 and +0 have one key. */
static inline uint64_t mlci_key_of_number(double x)
{
    uint64_t bits;
    const double positive_zero = x == 0 ? 0 : x;
    memcpy(&bits, &positive_zero, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static inline double mlci_number_of_key(uint64_t key)
{
    const uint64_t bits = key >> 63 ? key ^ (uint64_t)1 << 63 : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
