/* Exact weighted quantiles by selection: medians of leaves, starting scores. */
#ifndef MLCI_QUANTILE_H
#define MLCI_QUANTILE_H

#include <stdint.h>

/* The q-quantile (0 < q < 1) of n >= 1 numbers given by their keys (order_key.h), each with an
 * integer weight of at least 1 (NULL: 1): the averaged inverted distribution, that is the lowest
 * value whose cumulated weight exceeds q of the total, or the mean of it and the one before when
 * that reaches q exactly. Weight 2 is the number twice. Overwrites keys and weights; O(n). */
double mlci_weighted_quantile(uint64_t *keys, int64_t *weights, int64_t n, double q);

#endif
