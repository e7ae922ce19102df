/* Walking down trees in plain C. */
#ifndef MLCI_SCORE_WALK_H
#define MLCI_SCORE_WALK_H

#include "score_kernels.h"

/* All take a step in turn, which hides how long a step takes; those at leaves leave the list. */
static inline void walk_in_turn(const mlci_code_node *nodes, const uint8_t *codes, int64_t n_codes,
                                int64_t n, uint32_t *at, uint32_t *slot, uint32_t *end)
{
    int64_t n_ends = 0;
    (void)n_codes;
    while (n > 0) {
        int64_t n_left = 0;
        for (int64_t i = 0; i < n; i++) {
            const uint32_t here = at[i];
            const mlci_code_node node = nodes[here];
            const uint8_t code = (uint8_t)(codes[node.column] - node.missing_left);
            end[n_ends] = slot[i] << 8 | node.rank;
            n_ends += node.below == 0;
            at[n_left] = here + node.below + (code < node.rank);
            slot[n_left] = slot[i];
            n_left += node.below != 0;
        }
        n = n_left;
    }
}

#endif
