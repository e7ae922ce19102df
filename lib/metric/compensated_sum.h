/* Sums of many rows to the last bits: Neumaier's compensated summation (ZAMM 54, 1974). The result
 * depends on the order of the terms, which is always the order of the rows, and hardly on that:
 * its error does not grow with their number. */
#ifndef MLCI_COMPENSATED_SUM_H
#define MLCI_COMPENSATED_SUM_H

#include <math.h>

typedef struct mlci_compensated_sum {
    double sum;
    double lost; /* what rounding took away from sum so far */
} mlci_compensated_sum;

static inline void mlci_compensated_add(mlci_compensated_sum *s, double term)
{
    const double next = s->sum + term;
    if (fabs(s->sum) >= fabs(term)) {
        s->lost += (s->sum - next) + term;
    } else {
        s->lost += (term - next) + s->sum;
    }
    s->sum = next;
}

/* An infinite or NaN sum is itself: what it lost is NaN. */
static inline double mlci_compensated_value(const mlci_compensated_sum *s)
{
    return isfinite(s->sum) ? s->sum + s->lost : s->sum;
}

#endif
