/* Powers of ten to 128 bits: 10^k = (high * 2^64 + low) * 2^(binary_exponent(k) - 127), rounded
 * up when it is not exact, so the true significand lies in (value - 1, value]. */
#ifndef MLCI_POWER_TABLE_H
#define MLCI_POWER_TABLE_H

#include <stdint.h>

#define MLCI_POWER_LEAST (-342)
#define MLCI_POWER_MOST 324
#define MLCI_POWER_EXACT 55 /* exact from 10^0 to here: 5^55 < 2^128 */

typedef struct mlci_power {
    uint64_t high, low;
} mlci_power;

extern const mlci_power mlci_power_table[MLCI_POWER_MOST - MLCI_POWER_LEAST + 1];

/* floor(log2(10^k)); exact for |k| up to 1,232. */
static inline int32_t mlci_power_binary_exponent(int32_t k)
{
    return (k * 1741647) >> 19;
}

#endif
