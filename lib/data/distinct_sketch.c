/* HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007) with the estimator of Ertl, "New
 * cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs neither tables
 * nor a switch for small and large numbers. Hashes have 64 bits. Only +, *, / and sqrt: the same
 * bits everywhere. */
#include "distinct_sketch.h"

#include <math.h>

void mlci_sketch_merge(mlci_distinct_sketch *sketch, const mlci_distinct_sketch *other)
{
    for (int32_t i = 0; i < MLCI_SKETCH_REGISTERS; i++) {
        if (other->registers[i] > sketch->registers[i]) {
            sketch->registers[i] = other->registers[i];
        }
    }
}

/* x + sum over k of x^(2^k) 2^(k-1): registers that were never reached. */
static double sigma(double x)
{
    double sum = x, factor = 1, before;
    if (x == 1) return INFINITY;
    do {
        x *= x;
        before = sum;
        sum += x * factor;
        factor += factor;
    } while (sum != before);
    return sum;
}

/* (1 - x - sum over k of (1 - x^(2^-k))^2 2^-k) / 3: registers that are full. */
static double tau(double x)
{
    double sum = 1 - x, factor = 1, before;
    if (x == 0 || x == 1) return 0;
    do {
        x = sqrt(x);
        before = sum;
        factor *= 0.5;
        sum -= (1 - x) * (1 - x) * factor;
    } while (sum != before);
    return sum / 3;
}

int64_t mlci_sketch_count(const mlci_distinct_sketch *sketch)
{
    const double m = MLCI_SKETCH_REGISTERS, one_over_2_ln_2 = 0.72134752044448170368;
    int32_t counts[MLCI_SKETCH_MAX + 1] = {0};
    for (int32_t i = 0; i < MLCI_SKETCH_REGISTERS; i++)
        counts[sketch->registers[i]]++;
    double sum = m * tau(1 - counts[MLCI_SKETCH_MAX] / m);
    for (int32_t k = MLCI_SKETCH_MAX - 1; k >= 1; k--)
        sum = 0.5 * (sum + counts[k]);
    sum += m * sigma(counts[0] / m);
    const double count = one_over_2_ln_2 * m * m / sum;
    return count < 0x1p62 ? (int64_t)(count + 0.5) : INT64_MAX; /* registers may come from a file */
}
