/* Lloyd's iterations for k-means, and the choice of where they start. */
#ifndef MLCI_LLOYD_H
#define MLCI_LLOYD_H

#include "context_impl.h"
#include "kernels.h"
#include "row_sum.h"

typedef struct mlci_lloyd_line {
    int64_t iteration;
    double inertia; /* of the centres at the start of the iteration */
    double shift;   /* squared distance that the centres moved, all together */
} mlci_lloyd_line;

typedef struct mlci_lloyd {
    /* Set by the caller. */
    mlc_context *call;
    const mlci_kernels *kernels;
    const double *x;          /* n x p, contiguous */
    const double *weight;     /* NULL: all 1 */
    const int64_t *row_index; /* ties and draws go by it; NULL: the position */
    int64_t n, p, k;
    int64_t max_iter;
    double max_shift; /* stops when the centres move no more than this (squared) */
    uint64_t seed;

    mlci_row_sum rows;
    int32_t *label;   /* n */
    double *distance; /* n, squared */
    double *packed;   /* the centres as `nearest` wants them */
    double *sums;     /* of w x by cluster (k p) and of w (k), empty clusters repaired */

    mlci_lloyd_line *history; /* of the last run */
    int64_t n_history;
    double inertia;
    int32_t converged;
} mlci_lloyd;

/* Sets up what runs need; on failure nothing is held. */
mlc_status mlci_lloyd_open(mlci_lloyd *l, mlc_error *err);
void mlci_lloyd_close(mlci_lloyd *l);

/* Iterates from centres (k x p), which become the final ones; label, distance and inertia are
 * theirs. */
mlc_status mlci_lloyd_run(mlci_lloyd *l, double *centres, mlc_error *err);

/* Start centres of a restart: greedy k-means++, or k different rows at random. */
mlc_status mlci_kmeans_plus_plus(const mlci_lloyd *l, uint32_t restart, double *centres,
                                 mlc_error *err);
mlc_status mlci_kmeans_random(const mlci_lloyd *l, uint32_t restart, double *centres,
                              mlc_error *err);

static inline double mlci_lloyd_weight(const mlci_lloyd *l, int64_t i)
{
    return l->weight == NULL ? 1 : l->weight[i];
}

static inline int64_t mlci_lloyd_row(const mlci_lloyd *l, int64_t i)
{
    return l->row_index == NULL ? i : l->row_index[i];
}

#endif
