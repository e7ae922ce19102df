/* Splits before their turn. The leaves that come next in the queue will most likely be split in
 * turn, and a small one is too little work for several threads: they part and search one each. The
 * children enter the tree when it is their turn, and what was done in vain is undone, so that the
 * tree is that of one thread. Not where a search depends on what is in the tree by then: draws by
 * node, bounds, paths, costs that were paid. */
#include "context_impl.h"
#include "grow_state.h"
#include "loop.h"

#define MOST_LEAVES 32   /* at a time */
#define AHEAD_ROWS 49152 /* of a leaf; threads share the rows of larger ones */
#define MOST_DIVISIONS 65536
#define LEAST_WORK 20000 /* additions to cells and scores that are worth a thread */

static int is_possible(const mlci_grower *g)
{
    const mlci_grow_rules *const r = &g->rules;
    return g->multi == NULL && g->data.shards == NULL && r->policy != MLCI_GROW_OBLIVIOUS &&
           !r->extra_trees && !(r->max_features < 1) && r->interactions == NULL &&
           r->monotone == NULL && r->costs == NULL && !(r->path_smooth > 0);
}

/* Additions and scores of leaves that have so many rows together. */
static int64_t work_of(const mlci_grower *g, int64_t n_leaves, int64_t n_rows)
{
    return n_rows / 2 * g->data.binned->n_bundles +
           n_leaves * (2 * g->builder->n_cells + 100 * (int64_t)g->data.binned->n_used);
}

static int32_t most_leaves(const mlc_context *call)
{
    const int32_t most = 2 * mlci_n_slots(call); /* to even out sizes */
    return most < MOST_LEAVES ? most : MOST_LEAVES;
}

int mlci_ahead_open(mlc_context *call, mlci_grower *g)
{
    if (mlci_n_slots(call) == 1 || g->max_leaves > MOST_DIVISIONS || !is_possible(g)) return 1;
    if (work_of(g, most_leaves(call), g->data.binned->n_train) < 2 * LEAST_WORK)
        return 1; /* never enough */
    g->ahead = mlci_alloc(g->root, g->max_leaves, sizeof *g->ahead);
    return g->ahead != NULL;
}

void mlci_ahead_close(mlci_grower *g)
{
    mlci_free(g->ahead);
}

typedef struct batch {
    mlc_context *call;
    mlci_grower *grower;
    int32_t n, leaves[MOST_LEAVES]; /* the largest first */
    int64_t work;
} batch;

static void add_leaf(batch *b, int32_t index)
{
    const mlci_grower *const g = b->grower;
    const mlci_leaf *const l = &g->leaves[index];
    int32_t i = b->n++;
    for (; i > 0 && g->leaves[b->leaves[i - 1]].n < l->n; i--)
        b->leaves[i] = b->leaves[i - 1];
    b->leaves[i] = index;
    b->work += work_of(g, 1, l->n);
}

static int is_candidate(const mlci_grower *g, int32_t index)
{
    const mlci_leaf *const l = &g->leaves[index];
    return !l->is_ahead && !l->is_exact && l->n <= AHEAD_ROWS;
}

/* A leaf and those that come next. Of the first in the queue, a third of what the tree has room
 * for, few are in vain. The queue stays as it is. */
static void choose(batch *b, int32_t index)
{
    mlci_grower *const g = b->grower;
    const int32_t most = most_leaves(b->call);
    int64_t left = (g->max_leaves - g->n_leaves) / 3;
    int32_t seen[MOST_LEAVES], n_seen = 0;
    if (left > MOST_LEAVES) left = MOST_LEAVES;
    add_leaf(b, index);
    for (; b->n < most && left > 0 && g->n_heap > 0; left--) {
        seen[n_seen] = mlci_leaf_pop(g);
        if (is_candidate(g, seen[n_seen])) add_leaf(b, seen[n_seen]);
        n_seen++;
    }
    while (n_seen > 0)
        mlci_leaf_push(g, seen[--n_seen]);
}

static mlc_status divide_leaf(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    const batch *const b = arg;
    mlci_grower *const g = b->grower;
    mlci_leaf *const l = &g->leaves[b->leaves[i]];
    mlci_division *const d = &g->ahead[b->leaves[i]];
    mlci_histogram *const spare = d->children[1].histogram;
    MLCI_TRY(mlci_leaf_part_by(b->call, g, l, d, err));
    if (!d->is_done) return MLC_OK;
    mlci_leaf_make_pair(g, l, d, d->children);
    d->children[1].histogram = spare;
    l->histogram = NULL;
    return mlci_leaf_search_pair(b->call, g, &d->children[0], &d->children[1],
                                 g->n_leaves + 1 < g->max_leaves, err);
}

mlc_status mlci_ahead_go(mlc_context *call, mlci_grower *g, int32_t index, mlc_error *err)
{
    batch b = {.call = call, .grower = g};
    if (!is_candidate(g, index)) return MLC_OK;
    choose(&b, index);
    if (b.n < 2 || b.work < 2 * LEAST_WORK) return MLC_OK;
    for (int32_t i = 0; i < b.n; i++) {
        mlci_histogram *const spare = mlci_histogram_take(g->builder, g->leaves[b.leaves[i]].n);
        if (spare == NULL) return mlci_fail_memory(err, g->builder->n_cells, sizeof(uint64_t));
        g->ahead[b.leaves[i]] = (mlci_division){.children[1].histogram = spare};
        g->leaves[b.leaves[i]].is_ahead = 1;
    }
    return mlci_parallel_for(call, b.n, divide_leaf, &b, err);
}

void mlci_ahead_drop(mlci_grower *g)
{
    for (int64_t i = 0; g->ahead != NULL && i < g->n_leaves; i++) {
        mlci_leaf *const l = &g->leaves[i];
        const mlci_division *const d = &g->ahead[i];
        if (!l->is_ahead) continue;
        if (d->is_done) mlci_leaf_undo(g, l, d->n_left);
        mlci_histogram_give(g->builder, d->children[0].histogram);
        mlci_histogram_give(g->builder, d->children[1].histogram);
        l->is_ahead = 0;
    }
}
