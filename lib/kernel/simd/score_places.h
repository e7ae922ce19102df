/* Taking what is at places of heaps, in plain C. */
#ifndef MLCI_SCORE_PLACES_H
#define MLCI_SCORE_PLACES_H

#include "score_kernels.h"

static inline int64_t take_places(const mlci_heap_trees *trees, int64_t first, int64_t n,
                                  const uint8_t *place, double *value, uint32_t *at, uint32_t *slot)
{
    int64_t n_walks = 0;
    for (int64_t t = 0; t < n; t++) {
        const mlci_heap_cell cell = trees->cells[MLCI_ROW_SPLITS * (first + t) + place[t]];
        value[t] = cell.value;
        at[n_walks] = (uint32_t)cell.node;
        slot[n_walks] = (uint32_t)t;
        n_walks += trees->walked[first + t] >> place[t] & 1;
    }
    return n_walks;
}

#endif
