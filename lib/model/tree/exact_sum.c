/* Exact sums of rounded terms. A part is summed by adding 1.5 * 2^52 to each scaled term, whose low
 * bits are then the term as an integer: two additions a term that compilers turn into vectors. */
#include "exact_sum.h"

#include <math.h>
#include <string.h>

#define TERM_BITS 49
#define SHIFT 6755399441055744.0 /* 1.5 * 2^52 */
#define CHUNK 256

double mlci_power_of_two_above(double x)
{
    uint64_t bits;
    double power;
    if (!(x > 0)) return 1;
    if (x < 0x1p-664) return 0x1p-664; /* so that it can be divided by */
    memcpy(&bits, &x, sizeof bits);
    const uint64_t up = (bits & 0xFFFFFFFFFFFFFu) != 0;
    bits = ((bits >> 52) + up) << 52;
    memcpy(&power, &bits, sizeof power);
    return power;
}

int64_t mlci_exact_part(const double *terms, int64_t n, double largest)
{
    /* Two factors: their product may be beyond the range of a double. */
    const double factor = 1 / largest, unit = (double)((int64_t)1 << TERM_BITS);
    const double shift = SHIFT;
    uint64_t sum = 0, bits;
    for (int64_t i = 0; i < n; i++) {
        const double shifted = terms[i] * factor * unit + shift;
        memcpy(&bits, &shifted, sizeof bits);
        sum += bits;
    }
    memcpy(&bits, &shift, sizeof bits);
    return (int64_t)(sum - (uint64_t)n * bits);
}

void mlci_exact_add(mlci_exact_total *total, int64_t part)
{
    total->high += part >> 32;
    total->low += part & 0xFFFFFFFF;
}

double mlci_exact_value(const mlci_exact_total *total, double largest)
{
    const int64_t high = total->high + (total->low >> 32), low = total->low & 0xFFFFFFFF;
    const double unit = 1 / (double)((int64_t)1 << TERM_BITS);
    return ((double)high * 4294967296.0 + (double)low) * unit * largest;
}

double mlci_exact_sum(mlci_term term, const void *arg, int64_t n)
{
    double top = 0;
    mlci_exact_total total = {0, 0};
    for (int64_t i = 0; i < n; i++) {
        const double size = fabs(term(arg, i));
        if (!(size <= 1e300)) return NAN;
        top = size > top ? size : top;
    }
    const double largest = mlci_power_of_two_above(top);
    for (int64_t i0 = 0; i0 < n; i0 += CHUNK) {
        double terms[CHUNK];
        const int64_t m = n - i0 < CHUNK ? n - i0 : CHUNK;
        for (int64_t i = 0; i < m; i++)
            terms[i] = term(arg, i0 + i);
        mlci_exact_add(&total, mlci_exact_part(terms, m, largest));
    }
    return mlci_exact_value(&total, largest);
}
