/* Unsigned integers of up to 4,096 bits, for the rare numbers that 128 bits cannot decide.
 *
 * Callers keep within the size: the largest they make, 780 digits against a midpoint of doubles
 * times 5^1103, have fewer than 2,700 bits. */
#ifndef MLCI_BIGINTEGER_H
#define MLCI_BIGINTEGER_H

#include <stdint.h>

#define MLCI_BIGINTEGER_LIMBS 128

typedef struct mlci_biginteger {
    int32_t n;                             /* limbs in use, the top one not 0; zero has none */
    uint32_t limbs[MLCI_BIGINTEGER_LIMBS]; /* least significant first */
} mlci_biginteger;

void mlci_biginteger_set(mlci_biginteger *a, uint64_t value);
/* a = a * factor + term. */
void mlci_biginteger_multiply_add(mlci_biginteger *a, uint32_t factor, uint32_t term);
/* a = a * 5^power, power at least 0. */
void mlci_biginteger_multiply_five(mlci_biginteger *a, int32_t power);
/* a = a * 2^bits, bits at least 0. */
void mlci_biginteger_shift(mlci_biginteger *a, int32_t bits);
/* -1, 0 or 1. */
int mlci_biginteger_compare(const mlci_biginteger *a, const mlci_biginteger *b);
/* a = a mod b; returns the quotient, which must be below 10. */
int32_t mlci_biginteger_divide_small(mlci_biginteger *a, const mlci_biginteger *b);

#endif
