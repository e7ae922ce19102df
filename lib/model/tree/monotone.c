/* Monotone constraints on a tree while it grows (Auguste, Malory and Smirnov 2020; LightGBM).
 *
 * Basic: at a split of a constrained feature the middle of the two outputs bounds the leaves of
 * both sides from then on. Intermediate: leaves across such a split bound each other by their
 * outputs as they are, and only where their boxes overlap in all other features; that leaves more
 * room, but each split may tighten the bounds of other leaves, which are searched again when
 * their turn comes. O(leaves) a split.
 *
 * Any two leaves that a change of one constrained feature leads between are in order, and so are
 * any two rows: steps of one feature join them. Boxes of categories count as overlapping, which
 * only tightens. */
#include <math.h>
#include <string.h>

#include "grow_state.h"

/* ---- memory ------------------------------------------------------------------------------- */

int mlci_monotone_open(mlci_grower *g)
{
    const mlci_binned *const b = g->data.binned;
    int any = 0;
    for (int32_t i = 0; g->rules.monotone != NULL && i < b->n_used; i++)
        any |= g->rules.monotone[b->used[i]] != 0;
    if (!any) return 1;
    g->monotone = mlci_alloc(g->root, b->n_used, sizeof *g->monotone);
    g->spans =
        mlci_alloc(g->root, g->rules.has_quantiles ? 2 * g->max_leaves : 0, sizeof *g->spans);
    if (g->monotone == NULL || g->spans == NULL) return 0;
    for (int32_t i = 0; i < b->n_used; i++)
        g->monotone[i] = g->rules.monotone[b->used[i]];
    if (g->rules.monotone_method != MLCI_MONOTONE_INTERMEDIATE) return 1;
    g->box.low = mlci_alloc(g->root, b->n_features, 1);
    g->box.high = mlci_alloc(g->root, b->n_features, 1);
    g->box.missing = mlci_alloc(g->root, b->n_features, 1);
    if (g->box.low == NULL || g->box.high == NULL || g->box.missing == NULL) return 0;
    memset(g->box.high, MLCI_MAX_BINS, (size_t)b->n_features);
    memset(g->box.missing, 1, (size_t)b->n_features);
    return 1;
}

void mlci_monotone_close(mlci_grower *g)
{
    mlci_free(g->monotone);
    mlci_free(g->spans);
    mlci_free(g->box.low);
    mlci_free(g->box.high);
    mlci_free(g->box.missing);
}

static int sign_of(const int8_t *monotone, const mlci_tree *tree, int32_t node)
{
    const uint32_t split = tree->nodes[node].split;
    return split & MLCI_NODE_CATEGORY ? 0 : monotone[split & MLCI_NODE_FEATURE];
}

static int sign_of_node(const mlci_grower *g, int32_t node)
{
    return sign_of(g->rules.monotone, g->tree, node);
}

static int is_left(const mlci_grower *g, int32_t child)
{
    return g->tree->nodes[g->parent[child]].left == child;
}

/* ---- boxes -------------------------------------------------------------------------------- */

/* Narrows the box to what the splits above let through, or forgets it again. */
static void set_box(mlci_grower *g, int32_t node, int32_t forget)
{
    for (int32_t c = node, a = g->parent[c]; a >= 0; c = a, a = g->parent[a]) {
        const uint32_t split = g->tree->nodes[a].split, f = split & MLCI_NODE_FEATURE;
        const int32_t bin = g->tree->bin[a];
        const int left = is_left(g, c), missing_left = (split & MLCI_NODE_MISSING_LEFT) != 0;
        if (split & MLCI_NODE_CATEGORY) continue;
        if (forget) {
            g->box.low[f] = 0;
            g->box.high[f] = MLCI_MAX_BINS;
            g->box.missing[f] = 1;
            continue;
        }
        if (left && bin < g->box.high[f]) g->box.high[f] = (uint8_t)bin;
        if (!left && bin + 1 > g->box.low[f]) g->box.low[f] = (uint8_t)(bin + 1);
        if (left != missing_left) g->box.missing[f] = 0;
    }
}

/* Do rows of the box reach that side of the node? */
static int reaches(const mlci_grower *g, int32_t node, int32_t left)
{
    const uint32_t split = g->tree->nodes[node].split, f = split & MLCI_NODE_FEATURE;
    const int32_t bin = g->tree->bin[node];
    if (split & MLCI_NODE_CATEGORY) return 1;
    const int missing_left = (split & MLCI_NODE_MISSING_LEFT) != 0;
    if (g->box.missing[f] && missing_left == left) return 1;
    return left ? g->box.low[f] <= bin : g->box.high[f] > bin;
}

/* ---- leaves across a split ---------------------------------------------------------------- */

/* What is done to two leaves, the first of which must not be above the second. */
typedef void (*pair_action)(mlci_leaf *below, mlci_leaf *above, mlci_leaf *other);

/* All leaves of a subtree that the box of `leaf` overlaps but for feature f. */
static void visit_subtree(mlci_grower *g, int32_t top, uint32_t f, mlci_leaf *leaf,
                          int32_t is_above, pair_action action)
{
    int64_t n = 0;
    g->path[n++] = top;
    while (n > 0) {
        const int32_t node = g->path[--n];
        const int32_t left = g->tree->nodes[node].left;
        if (left == 0) {
            mlci_leaf *const other = &g->leaves[g->leaf_of_node[node]];
            action(is_above ? leaf : other, is_above ? other : leaf, other);
            continue;
        }
        const int any = (g->tree->nodes[node].split & MLCI_NODE_FEATURE) == f;
        if (any || reaches(g, node, 0)) g->path[n++] = left + 1;
        if (any || reaches(g, node, 1)) g->path[n++] = left;
    }
}

/* All leaves that a change of one constrained feature leads to from a leaf. */
static void visit_across(mlci_grower *g, mlci_leaf *leaf, pair_action action)
{
    set_box(g, leaf->node, 0);
    for (int32_t c = leaf->node, a = g->parent[c]; a >= 0; c = a, a = g->parent[a]) {
        const int sign = sign_of_node(g, a);
        if (sign == 0) continue;
        const int left = is_left(g, c);
        visit_subtree(g, left ? c + 1 : c - 1, g->tree->nodes[a].split & MLCI_NODE_FEATURE, leaf,
                      left == (sign > 0), action);
    }
    set_box(g, leaf->node, 1);
}

/* ---- bounds ------------------------------------------------------------------------------- */

static void bound_low(mlci_leaf_output *o, double low)
{
    if (low > o->low) o->low = low;
}

static void bound_high(mlci_leaf_output *o, double high)
{
    if (high < o->high) o->high = high;
}

/* Each bounds the other by its output; the other one was searched with what it had. */
static void tighten(mlci_leaf *below, mlci_leaf *above, mlci_leaf *other)
{
    const mlci_leaf_output before = other->output;
    bound_high(&below->output, above->output.value);
    bound_low(&above->output, below->output.value);
    if (before.low != other->output.low || before.high != other->output.high) other->is_stale = 1;
}

static void bound_by_middle(mlci_leaf_output *below, mlci_leaf_output *above)
{
    const double middle = 0.5 * below->value + 0.5 * above->value;
    bound_high(below, middle);
    bound_low(above, middle);
}

static void separate(mlci_leaf *below, mlci_leaf *above, mlci_leaf *other)
{
    (void)other;
    bound_by_middle(&below->output, &above->output);
}

/* One output of the children of a split. */
static void divide_output(const mlci_grower *g, int sign, mlci_leaf_output *l, mlci_leaf_output *r)
{
    if (sign * (r->value - l->value) < 0) l->value = r->value = 0.5 * l->value + 0.5 * r->value;
    if (g->rules.monotone_method == MLCI_MONOTONE_BASIC && sign != 0)
        bound_by_middle(sign > 0 ? l : r, sign > 0 ? r : l);
}

void mlci_monotone_divide(mlci_grower *g, int32_t left, int32_t right, const mlci_tree_split *split)
{
    mlci_leaf *const l = &g->leaves[left], *const r = &g->leaves[right];
    const int sign = split->is_category ? 0 : g->monotone[split->used];
    l->is_stale = r->is_stale = 0;
    for (int32_t k = 0; k < mlci_grow_n_outputs(g); k++)
        divide_output(g, sign, mlci_leaf_output_at(g, left, k), mlci_leaf_output_at(g, right, k));
    if (g->rules.monotone_method == MLCI_MONOTONE_BASIC) return;
    visit_across(g, l, tighten);
    visit_across(g, r, tighten);
    l->is_stale = r->is_stale = 0; /* they will be searched next */
}

void mlci_monotone_finish(mlci_grower *g)
{
    if (g->rules.monotone_method == MLCI_MONOTONE_BASIC) return;
    for (int64_t i = 0; i < g->n_leaves; i++) {
        g->leaves[i].output.low = -INFINITY;
        g->leaves[i].output.high = INFINITY;
    }
    for (int64_t i = 0; i < g->n_leaves; i++)
        visit_across(g, &g->leaves[i], separate);
}

/* ---- values that outputs are no guide to -------------------------------------------------- */

static void measure_span(mlci_value_span *spans, const mlci_tree *tree, int32_t i)
{
    mlci_value_span *const s = &spans[i];
    const int32_t left = tree->nodes[i].left;
    s->low = -INFINITY;
    s->high = INFINITY;
    if (left == 0) {
        s->least = s->most = s->mean = tree->nodes[i].value;
        return;
    }
    const mlci_value_span *const a = &spans[left], *const b = &spans[left + 1];
    const double cover = tree->cover[left] + tree->cover[left + 1];
    const double share = cover > 0 ? tree->cover[left] / cover : 0.5;
    s->least = a->least < b->least ? a->least : b->least;
    s->most = a->most > b->most ? a->most : b->most;
    s->mean = share * a->mean + (1 - share) * b->mean;
}

static double clamp(const mlci_value_span *s, double x)
{
    return x < s->low ? s->low : x > s->high ? s->high : x;
}

static void bound_children(const int8_t *monotone, mlci_value_span *spans, const mlci_tree *tree,
                           int32_t i)
{
    const mlci_value_span *const s = &spans[i];
    const int32_t left = tree->nodes[i].left, sign = sign_of(monotone, tree, i);
    mlci_value_span *const a = &spans[left], *const b = &spans[left + 1];
    mlci_value_span *const below = sign > 0 ? a : b, *const above = sign > 0 ? b : a;
    a->low = b->low = s->low;
    a->high = b->high = s->high;
    if (sign == 0 || below->most <= above->least) return;
    below->high = above->low = 0.5 * clamp(s, below->mean) + 0.5 * clamp(s, above->mean);
}

void mlci_monotone_repair(const int8_t *monotone, mlci_value_span *spans, mlci_tree *tree)
{
    for (int32_t i = tree->n_nodes - 1; i >= 0; i--)
        measure_span(spans, tree, i);
    for (int32_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].left == 0)
            tree->nodes[i].value = clamp(&spans[i], tree->nodes[i].value);
        else
            bound_children(monotone, spans, tree, i);
    }
}
