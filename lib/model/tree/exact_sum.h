/* Sums of doubles as integers: any order and any partition of the terms give the same bits.
 *
 * Terms are rounded to 2^-49 of a power of two above the largest, which does not depend on order
 * either, and summed exactly. */
#ifndef MLCI_EXACT_SUM_H
#define MLCI_EXACT_SUM_H

#include <stdint.h>

#define MLCI_EXACT_BLOCK 8192 /* terms whose sum fits 64 bits */

/* Term i of a sum. */
typedef double (*mlci_term)(const void *arg, int64_t i);

/* The power of two at or above x, at least 2^-664; 1 for x = 0. x is below 2^1000. */
double mlci_power_of_two_above(double x);
/* Sum of terms 0 .. n - 1, which are called for twice; NaN when one is not below 1e300. */
double mlci_exact_sum(mlci_term term, const void *arg, int64_t n);

/* The same in parts. The terms of a part, at most MLCI_EXACT_BLOCK and at most `largest` in size,
 * in units of 2^-49 of largest, a power of two. */
int64_t mlci_exact_part(const double *terms, int64_t n, double largest);
typedef struct mlci_exact_total {
    int64_t high, low; /* 2^32 high + low */
} mlci_exact_total;
void mlci_exact_add(mlci_exact_total *total, int64_t part);
double mlci_exact_value(const mlci_exact_total *total, double largest);

#endif
