/* Few ranks by counting (kernel order_keys), more by a radix sort of (rank, index) in 64 bits, one
 * byte a pass; bytes in which no rank differs cost none. */
#include "cart_order.h"

#include <string.h>

#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)
#define RANK_SHIFT 32

static void pass_by_digit(int64_t n, const uint64_t *from, int32_t shift, uint64_t *to)
{
    int64_t at[DIGITS] = {0}, next = 0;
    for (int64_t i = 0; i < n; i++)
        at[from[i] >> shift & (DIGITS - 1)]++;
    for (int32_t d = 0; d < DIGITS; d++) {
        const int64_t count = at[d];
        at[d] = next;
        next += count;
    }
    for (int64_t i = 0; i < n; i++)
        to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

void mlci_cart_order(const mlci_tree_kernels *kernels, int64_t n, const uint32_t *ranks,
                     uint32_t *order, uint64_t *scratch)
{
    if (n <= MLCI_MOST_ORDERED) {
        kernels->order_keys(n, ranks, order);
        return;
    }
    uint64_t *keys = scratch, *other = scratch + n;
    uint32_t differs = 0;
    for (int64_t i = 0; i < n; i++) {
        differs |= ranks[i] ^ ranks[0];
        keys[i] = (uint64_t)ranks[i] << RANK_SHIFT | (uint64_t)i;
    }
    for (int32_t shift = 0; shift < RANK_SHIFT; shift += DIGIT_BITS) {
        if ((differs >> shift & (DIGITS - 1)) == 0) continue;
        pass_by_digit(n, keys, RANK_SHIFT + shift, other);
        uint64_t *const sorted = other;
        other = keys;
        keys = sorted;
    }
    for (int64_t i = 0; i < n; i++)
        order[i] = (uint32_t)keys[i];
}
