/* Random numbers by position: Philox-4x32-10 (Salmon et al., SC 2011). A value is a function of
 * (seed, purpose, stream, index), so neither threads nor the order of arrival change it. */
#ifndef MLCI_RANDOM_H
#define MLCI_RANDOM_H

#include <stdint.h>

/* What the numbers are for: one number a use, so that uses are independent. Append only; below
 * 2^16. */
enum {
    MLCI_RANDOM_SPLIT = 1,      /* splitters: stream fold or repeat, index row */
    MLCI_RANDOM_ROUND_GRADIENT, /* boosting: stream tree * outputs + output, index row */
    MLCI_RANDOM_ROUND_HESSIAN,
    MLCI_RANDOM_BAG_ROWS,    /* stream tree, index row */
    MLCI_RANDOM_BAG_COLUMNS, /* stream tree or node, index column */
    MLCI_RANDOM_KMEANS_INIT, /* stream restart, index centre * trials + trial */
    MLCI_RANDOM_VALIDATION,  /* early stopping hold-out: index row */
    MLCI_RANDOM_SAMPLE,
    MLCI_RANDOM_SHUFFLE_COLUMN, /* permutation importance: stream repeat, index row */
    MLCI_RANDOM_BOOTSTRAP = 40, /* forests: stream tree, index draw */
    MLCI_RANDOM_TREE_NODE,      /* stream tree, index (node, counter) */
    MLCI_RANDOM_SUBSAMPLE,      /* isolation forests: stream tree, index draw */
    MLCI_RANDOM_CUT,            /* extra_trees of boosting: stream tree, index (node, feature) */
    MLCI_RANDOM_DROP,           /* dart: stream round, index round that may be dropped */
    MLCI_RANDOM_GENERATE = 60,  /* generators: stream feature, index row */
    MLCI_RANDOM_GENERATE_NOISE, /* stream column, index row */
    MLCI_RANDOM_GENERATE_PLAN,  /* what a generator draws once: stream by what, index by number */
    MLCI_RANDOM_GENERATE_ORDER, /* stream 0 rows, 1 features */
    MLCI_RANDOM_SAMPLE_ROW,     /* samplers: index row, or draw */
    MLCI_RANDOM_RESAMPLE,       /* resamplers: stream class, index row or new row */
    MLCI_RANDOM_RESAMPLE_STEP,  /* where between two rows: stream class, index new row */
    MLCI_RANDOM_TEST = 1000
};

void mlci_philox(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index, uint32_t out[4]);
uint64_t mlci_random_bits(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index);
/* In [0, 1), 53 bits. */
double mlci_random_unit(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index);
/* In [0, n), n at least 1, without bias (rejection within the position's own sub-stream). */
uint64_t mlci_random_below(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index,
                           uint64_t n);
/* Fills order with a permutation of 0 .. n - 1: rows sorted by (random bits, row). Needs
 * scratch of n uint64_t. */
void mlci_random_permutation(uint64_t seed, uint32_t purpose, uint32_t stream, int64_t n,
                             int64_t *order, uint64_t *scratch);

#endif
