/* The queue of open leaves: a binary heap. The order is total, so neither threads nor the history
 * of the heap show in it. */
#include "grow_state.h"

static int comes_before(const mlci_grower *g, int32_t a, int32_t b)
{
    const mlci_leaf *const p = &g->leaves[a], *const q = &g->leaves[b];
    if (g->rules.policy == MLCI_GROW_DEPTH_WISE && p->depth != q->depth) return p->depth < q->depth;
    return p->gain > q->gain || (p->gain == q->gain && p->node < q->node);
}

void mlci_leaf_push(mlci_grower *g, int32_t index)
{
    int64_t i = g->n_heap++;
    while (i > 0 && comes_before(g, index, g->heap[(i - 1) / 2])) {
        g->heap[i] = g->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    g->heap[i] = index;
}

int32_t mlci_leaf_pop(mlci_grower *g)
{
    const int32_t top = g->heap[0], last = g->heap[--g->n_heap];
    int64_t i = 0;
    for (int64_t child = 1; child < g->n_heap; child = 2 * i + 1) {
        if (child + 1 < g->n_heap && comes_before(g, g->heap[child + 1], g->heap[child])) child++;
        if (!comes_before(g, g->heap[child], last)) break;
        g->heap[i] = g->heap[child];
        i = child;
    }
    g->heap[i] = last;
    return top;
}
