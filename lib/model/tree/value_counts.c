/* Open addressing with linear probing, at most half full; multiplicative hashing (Knuth, TAOCP 6.4)
 * takes the upper bits of a product. */
#include "value_counts.h"

#include <string.h>

_Static_assert(MLCI_COUNT_SLOTS == 1 << 12, "the upper 12 bits of a hash");

void mlci_value_counts_clear(mlci_value_counts *c)
{
    memset(c, 0, sizeof *c);
}

int32_t mlci_value_counts_insert(mlci_value_counts *c, uint64_t key, int64_t most)
{
    uint32_t slot = mlci_value_counts_slot(key);
    while (c->keys[slot] != key && c->keys[slot] != 0)
        slot = (slot + 1) % MLCI_COUNT_SLOTS;
    if (c->keys[slot] == 0) {
        if (c->n == most) return -1;
        c->keys[slot] = key;
        c->n++;
    }
    return (int32_t)slot;
}

int64_t mlci_value_counts_list(const mlci_value_counts *c, uint64_t *keys, int64_t *weights)
{
    int64_t n = 0;
    for (int32_t slot = 0; slot < MLCI_COUNT_SLOTS; slot++) {
        if (c->keys[slot] == 0) continue;
        keys[n] = c->keys[slot];
        weights[n++] = c->weights[slot];
    }
    return n;
}
