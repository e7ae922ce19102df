/* Splits that a tree begins with, whatever their gain, from the root down (LightGBM's
 * forcedsplits_filename). A split is left out, with those below it, where it gains nothing, a child
 * would be too small, or the node may not be split at all. The threshold is the nearest cut between
 * bins at or above the one given; missing values go where they gain more. */
#include <math.h>

#include "forced_split.h"
#include "grow_state.h"

/* Where the feature is among the used ones; -1: it cannot be split. */
static int32_t find_used(const mlci_binned *b, int64_t feature)
{
    int32_t low = 0, high = b->n_used;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (b->used[middle] < feature)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->n_used && b->used[low] == feature ? low : -1;
}

/* Which codes go left. */
static int is_left(const mlci_tree_split *split, int32_t code)
{
    if (split->is_category) return mlci_set_has(split->set, (uint32_t)code);
    return code == 0 ? split->missing_left : code <= split->bin;
}

/* Score and sums of a split whose codes are set; -infinity where a child is too small. */
static double score_split(const mlci_split_search *s, const mlci_feature_cells *cells,
                          mlci_tree_split *split)
{
    const mlci_split_rules *const r = s->rules;
    const double weight_of_h = (double)s->weight / (double)s->h;
    const int32_t sign = r->monotone == NULL || split->is_category ? 0 : r->monotone[split->used];
    split->left_g = split->left_h = 0;
    for (int32_t c = 0; c < cells->n_codes; c++) {
        const mlci_wide_cell cell = mlci_cell_at(cells->cells, cells->is_wide, c);
        if (!is_left(split, c)) continue;
        split->left_g += cell.g;
        split->left_h += cell.h;
    }
    const mlci_split_side left = {(double)split->left_g, (double)split->left_h,
                                  (double)split->left_h * weight_of_h};
    split->score = -INFINITY;
    if (left.h < r->min_hessian || (double)s->h - left.h < r->min_hessian) return split->score;
    split->score = mlci_split_pair_score(s, sign, &left, r->l2);
    return split->score;
}

/* The split of a leaf; 0 where it is none. */
static int find_split(const mlci_grower *g, const mlci_forced_split *forced,
                      const mlci_split_search *s, mlci_tree_split *out)
{
    const mlci_binned *const b = g->data.binned;
    const int32_t used = find_used(b, forced->feature);
    mlci_feature_cells cells;
    if (used < 0) return 0;
    const mlci_bin_rule *const rule = &b->rules[forced->feature];
    mlci_tree_split split = {.used = used, .is_category = rule->is_category}, other;
    mlci_histogram_feature(b, s->histogram, used, (mlci_wide_cell){s->g, s->h}, &cells);
    if (rule->is_category) {
        const uint8_t bin =
            mlci_bin_of_category(rule->bin_of_code, rule->n_codes, (double)forced->category);
        if (bin == 0) return 0; /* one of those that have no bin */
        mlci_set_add(split.set, bin);
    } else {
        split.bin = 1;
        while (split.bin < rule->n_bins && rule->thresholds[split.bin - 1] < forced->threshold)
            split.bin++;
    }
    score_split(s, &cells, &split);
    if (!rule->is_category && mlci_cell_at(cells.cells, cells.is_wide, 0).h > 0) {
        other = split;
        other.missing_left = 1;
        if (score_split(s, &cells, &other) >= split.score) split = other;
    }
    *out = split;
    return split.score > s->least_score;
}

/* Out of the queue; returns whether it was there. */
static int take_out(mlci_grower *g, int32_t index)
{
    const int64_t n = g->n_heap;
    int64_t at = 0;
    while (at < n && g->heap[at] != index)
        at++;
    if (at == n) return 0;
    /* Pushed again one by one: the order of the queue is total. */
    g->heap[at] = g->heap[n - 1];
    g->n_heap = 0;
    for (int64_t i = 0; i < n - 1; i++)
        mlci_leaf_push(g, g->heap[i]);
    return 1;
}

static mlc_status force(mlc_context *call, mlci_grower *g, int32_t index,
                        const mlci_forced_split *forced, int32_t *done, mlc_error *err)
{
    mlci_leaf *const l = &g->leaves[index];
    const mlci_leaf before = *l;
    mlci_split_search s;
    *done = 0;
    if (l->histogram == NULL || !mlci_leaf_can_split(g, l)) return MLC_OK;
    mlci_leaf_search(g, l, &s);
    if (!find_split(g, forced, &s, &l->split)) {
        l->split = before.split;
        return MLC_OK;
    }
    l->gain = l->split.score - mlci_split_own_score(&s);
    const int was_there = take_out(g, index);
    MLCI_TRY(mlci_leaf_split_by(call, g, index, done, err));
    if (*done) return MLC_OK;
    l->split = before.split;
    l->gain = before.gain;
    if (was_there) mlci_leaf_push(g, index);
    return MLC_OK;
}

mlc_status mlci_grow_forced(mlc_context *call, mlci_grower *g, mlc_error *err)
{
    const mlci_forced_splits *const forced = g->rules.forced;
    if (forced == NULL || g->leaves[0].histogram == NULL) return MLC_OK;
    for (int32_t i = 0; i < forced->n; i++)
        g->forced_leaf[i] = i == 0 ? 0 : -1;
    /* Splits come before those below them. */
    for (int32_t i = 0; i < forced->n; i++) {
        const mlci_forced_split *const f = &forced->splits[i];
        int32_t done;
        if (g->forced_leaf[i] < 0) continue;
        MLCI_TRY(force(call, g, g->forced_leaf[i], f, &done, err));
        if (!done) continue;
        if (f->left >= 0) g->forced_leaf[f->left] = g->forced_leaf[i];
        if (f->right >= 0) g->forced_leaf[f->right] = (int32_t)g->n_leaves - 1;
    }
    return MLC_OK;
}
