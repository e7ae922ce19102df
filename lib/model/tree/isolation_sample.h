/* Random samples of rows, a function of (seed, stream) and of the rows in the order of their
 * indices. */
#ifndef MLCI_ISOLATION_SAMPLE_H
#define MLCI_ISOLATION_SAMPLE_H

#include <mlcore/status.h>

#include "memory.h"

typedef struct mlci_subsampler {
    int64_t n_rows;
    int64_t *order;     /* the row at each place; NULL: the same */
    int64_t *cumulated; /* weights up to each place; NULL: all 1 */
    int64_t n_places;   /* rows, or their weights in all */
    int32_t with_replacement;
    uint64_t seed;
} mlci_subsampler;

/* Weights that are whole numbers count rows, of which there are as many; with others a sample is
 * drawn with replacement, by weight. */
mlc_status mlci_subsampler_init(mlci_root *root, int64_t n_rows, const int64_t *row_index,
                                const double *weight, mlci_subsampler *sampler, mlc_error *err);
void mlci_subsampler_clear(mlci_subsampler *sampler);
/* 64-bit words of memory for a sample of n. */
int64_t mlci_subsampler_memory(int64_t n);
/* n rows, ascending by place; n is at most n_places unless drawn with replacement. */
void mlci_subsampler_draw(const mlci_subsampler *sampler, uint32_t stream, int64_t n,
                          int64_t *memory, int64_t *rows);

#endif
