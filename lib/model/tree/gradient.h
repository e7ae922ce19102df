/* Gradients as integers: what makes every sum of the trees exact and independent of order.
 *
 * Scales are powers of two from the largest |g| and h of a tree. Each row has a fine pair (30
 * bits; leaf values) and a coarse pair for histograms, g of 14 bits with sign and h of 15, made
 * from the fine one by stochastic rounding whose random bits depend on (random_state, tree,
 * output, row index) only. A row's coarse h is at least 1, so a node's h is 0 only when it is
 * empty. */
#ifndef MLCI_GRADIENT_H
#define MLCI_GRADIENT_H

#include "loss.h"

#define MLCI_FINE_BITS 30
#define MLCI_COARSE_G_BITS 14
#define MLCI_COARSE_H_BITS 15

typedef struct mlci_fine {
    int32_t g, h;
} mlci_fine;

typedef struct mlci_gradients {
    mlci_root *root;
    int64_t n_rows;
    double *g, *h;           /* as the loss gives them; unless kept, until they are rounded */
    mlci_fine *fine;         /* g * 2^30 / g_scale, h * 2^30 / h_scale; in place of g, or kept */
    uint32_t *coarse;        /* g in the upper half (signed), h in the lower */
    double *block_max;       /* two a block */
    int32_t is_beside;       /* g, h and block_max are another's */
    double g_scale, h_scale; /* powers of two, at least every |g| and h */
} mlci_gradients;

/* Which random bits round the coarse pairs. */
typedef struct mlci_rounding {
    uint64_t seed;
    uint32_t stream;          /* tree * outputs + output */
    const int64_t *row_index; /* global index of each row; NULL: its position */
} mlci_rounding;

/* is_kept: g is there after rounding too. */
mlc_status mlci_gradients_create(mlci_root *root, int64_t n_rows, int32_t is_kept,
                                 mlci_gradients **out, mlc_error *err);
/* Others of the same rows, which overwrite g and h of the first, where they are kept. */
mlc_status mlci_gradients_beside(mlci_gradients *first, mlci_gradients **out, mlc_error *err);
void mlci_gradients_free(mlci_gradients *gradients);
/* Gradients of the loss by score k. MLC_ERROR_NUMERIC when one is not finite or h is negative. */
mlc_status mlci_gradients_compute(mlc_context *call, const mlci_loss *loss,
                                  const mlci_loss_rows *rows, int32_t k, mlci_gradients *gradients,
                                  mlc_error *err);
/* Multiplies those that were computed, row by row. */
mlc_status mlci_gradients_weigh(mlc_context *call, const mlci_loss *loss, const double *factor,
                                mlci_gradients *gradients, mlc_error *err);
/* Scales, fine and coarse pairs. */
mlc_status mlci_gradients_round(mlc_context *call, const mlci_rounding *rounding,
                                mlci_gradients *gradients, mlc_error *err);

/* A packed histogram cell holds sum of g in its upper half (signed) and of h in its lower: one
 * addition adds both. Exact for up to 65,536 rows. */
static inline uint64_t mlci_cell_of_coarse(uint32_t coarse)
{
    return (uint64_t)(int64_t)(int32_t)(coarse & 0xFFFF0000u) << 16 | (coarse & 0xFFFFu);
}
static inline int64_t mlci_cell_g(uint64_t cell)
{
    return (int64_t)cell >> 32;
}
static inline int64_t mlci_cell_h(uint64_t cell)
{
    return (int64_t)(cell & 0xFFFFFFFFu);
}

/* What one unit of a coarse sum is worth. */
static inline double mlci_coarse_g_unit(const mlci_gradients *gradients)
{
    return gradients->g_scale / (double)(1 << MLCI_COARSE_G_BITS);
}
static inline double mlci_coarse_h_unit(const mlci_gradients *gradients)
{
    return gradients->h_scale / (double)(1 << MLCI_COARSE_H_BITS);
}

#endif
