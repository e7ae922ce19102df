/* The random numbers of one node of a tree: a stream of its own, by (seed, tree, node). */
#ifndef MLCI_CART_DRAWS_H
#define MLCI_CART_DRAWS_H

#include "random.h"

typedef struct mlci_cart_draws {
    uint64_t seed;
    uint32_t tree, node;
    uint32_t n_used; /* words */
    uint32_t words[4];
} mlci_cart_draws;

static inline mlci_cart_draws mlci_cart_draws_of(uint64_t seed, uint32_t tree, uint32_t node)
{
    return (mlci_cart_draws){.seed = seed, .tree = tree, .node = node};
}

static inline uint32_t mlci_cart_draw_word(mlci_cart_draws *d)
{
    const uint64_t index = (uint64_t)d->node << 32 | d->n_used / 4;
    if (d->n_used % 4 == 0) mlci_philox(d->seed, MLCI_RANDOM_TREE_NODE, d->tree, index, d->words);
    return d->words[d->n_used++ % 4];
}

/* In [0, n), n at least 1, without bias: D. Lemire, Fast Random Integer Generation in an Interval
 * (2019). */
static inline uint32_t mlci_cart_draw_below(mlci_cart_draws *d, uint32_t n)
{
    const uint32_t refused = (0 - n) % n;
    uint64_t product = (uint64_t)mlci_cart_draw_word(d) * n;
    while ((uint32_t)product < refused)
        product = (uint64_t)mlci_cart_draw_word(d) * n;
    return (uint32_t)(product >> 32);
}

/* In [0, 1), 53 bits. */
static inline double mlci_cart_draw_unit(mlci_cart_draws *d)
{
    const uint64_t high = mlci_cart_draw_word(d);
    return (double)((high << 32 | mlci_cart_draw_word(d)) >> 11) * 0x1p-53;
}

#endif
