/* Oblivious splits (Kohavi and Li 1995; CatBoost): the score of a candidate is its sum over the
 * leaves of a level, in their order. Categories are split one against the rest only: an order of
 * them by gradients would be another one in each leaf. O(leaves x bins) a feature. */
#include "split_level.h"

#include <math.h>
#include <string.h>

#include "multi_split.h"

/* Summed scores by last code on the left, or by the category alone on the left. */
typedef struct level_scores {
    int32_t n_codes;
    int32_t has_missing;
    double missing_left[MLCI_BIN_CODES], missing_right[MLCI_BIN_CODES];
} level_scores;

/* What a leaf adds for children with these sums on the left. Children too small or in the wrong
 * order count as if the leaf were not split: they will share a value. */
static double score_of_leaf(const mlci_split_search *s, int32_t sign, double parent, double g,
                            double h)
{
    const mlci_split_rules *const r = s->rules;
    const double right_h = (double)s->h - h;
    const double weight = h * ((double)s->weight / (double)s->h);
    const mlci_split_side left = {g, h, weight};
    if (h < r->min_hessian || right_h < r->min_hessian || weight < r->min_weight ||
        (double)s->weight - weight < r->min_weight)
        return parent;
    const double score = mlci_split_pair_score(s, sign, &left, r->l2);
    return score > -INFINITY ? score : parent;
}

static void add_cuts(const mlci_split_search *s, const mlci_feature_cells *cells, int32_t sign,
                     int32_t missing_left, double *score)
{
    const double parent = mlci_split_own_score(s);
    double g = 0, h = 0;
    for (int32_t c = missing_left ? 0 : 1; c < cells->n_codes; c++) {
        const mlci_wide_cell cell = mlci_cell_at(cells->cells, cells->is_wide, c);
        g += (double)cell.g;
        h += (double)cell.h;
        if (c > 0) score[c] += score_of_leaf(s, sign, parent, g, h);
    }
}

static void add_categories(const mlci_split_search *s, const mlci_feature_cells *cells,
                           double *score)
{
    const double parent = mlci_split_own_score(s);
    for (int32_t c = 0; c < cells->n_codes; c++) {
        const mlci_wide_cell cell = mlci_cell_at(cells->cells, cells->is_wide, c);
        score[c] += score_of_leaf(s, 0, parent, (double)cell.g, (double)cell.h);
    }
}

static void score_level(const mlci_split_search *leaves, int64_t n_leaves, int32_t used,
                        int32_t is_category, level_scores *scores)
{
    memset(scores, 0, sizeof *scores);
    for (int64_t i = 0; i < n_leaves; i++) {
        const mlci_split_search *const s = &leaves[i];
        mlci_feature_cells cells;
        if (s->n_rows == 0) continue;
        if (s->multi != NULL) {
            scores->n_codes = s->binned->places[used].n_codes;
            scores->has_missing |=
                mlci_multi_add_level(s, used, scores->missing_left, scores->missing_right);
            continue;
        }
        const int8_t *const monotone = s->rules->monotone;
        const int32_t sign = monotone == NULL ? 0 : monotone[used];
        mlci_histogram_feature(s->binned, s->histogram, used, (mlci_wide_cell){s->g, s->h}, &cells);
        scores->n_codes = cells.n_codes;
        scores->has_missing |= mlci_cell_at(cells.cells, cells.is_wide, 0).h > 0;
        if (is_category) {
            add_categories(s, &cells, scores->missing_right);
            continue;
        }
        add_cuts(s, &cells, sign, 1, scores->missing_left);
        add_cuts(s, &cells, sign, 0, scores->missing_right);
    }
}

/* s: the first leaf of the level, for draws. */
static void take_best(const mlci_split_search *s, const level_scores *scores, int32_t used,
                      int32_t is_category, mlci_tree_split *best)
{
    int32_t first = is_category ? 0 : 1, end = scores->n_codes;
    if (s->rules->draws_cuts && first < end) {
        first += (int32_t)mlci_split_draw(s, used, end - first);
        end = first + 1;
    }
    for (int32_t c = first; c < end; c++) {
        mlci_tree_split found = {.used = used, .is_category = is_category, .bin = c};
        if (is_category) mlci_set_add(found.set, (uint32_t)c);
        if (is_category) found.bin = 0;
        found.score = scores->missing_right[c];
        if (scores->has_missing && !is_category && scores->missing_left[c] >= found.score) {
            found.score = scores->missing_left[c];
            found.missing_left = 1;
        }
        if (found.score > best->score) *best = found;
    }
}

void mlci_split_level_find(const mlci_split_search *leaves, int64_t n_leaves, int32_t first,
                           int32_t end, mlci_tree_split *out)
{
    const mlci_binned *const binned = leaves[0].binned;
    mlci_tree_split best = {.used = -1};
    for (int64_t i = 0; i < n_leaves; i++)
        best.score += leaves[i].n_rows > 0 ? leaves[i].least_score : 0;
    const double least = best.score;
    for (int32_t i = binned->first_feature[first]; i < binned->first_feature[end]; i++) {
        const int32_t used = binned->features[i];
        const int32_t is_category = binned->rules[binned->used[used]].is_category;
        mlci_tree_split found = {.score = least, .used = -1};
        level_scores scores;
        if (leaves[0].allowed != NULL && !leaves[0].allowed[used]) continue;
        score_level(leaves, n_leaves, used, is_category, &scores);
        take_best(&leaves[0], &scores, used, is_category, &found);
        mlci_split_weigh(leaves, n_leaves, least, &found);
        mlci_split_take(&found, &best);
    }
    *out = best;
}

void mlci_split_level_apply(const mlci_split_search *s, mlci_tree_split *split, double *gain)
{
    mlci_feature_cells cells;
    if (s->multi != NULL) {
        *gain = s->n_rows == 0 ? 0 : mlci_multi_level_gain(s, split);
        return;
    }
    mlci_histogram_feature(s->binned, s->histogram, split->used, (mlci_wide_cell){s->g, s->h},
                           &cells);
    split->left_g = split->left_h = 0;
    for (int32_t c = 0; c < cells.n_codes; c++) {
        const mlci_wide_cell cell = mlci_cell_at(cells.cells, cells.is_wide, c);
        const int left = split->is_category ? mlci_set_has(split->set, (uint32_t)c)
                         : c == 0           ? split->missing_left
                                            : c <= split->bin;
        if (!left) continue;
        split->left_g += cell.g;
        split->left_h += cell.h;
    }
    *gain = 0;
    if (split->left_h == 0 || split->left_h == s->h) return;
    const mlci_split_rules *const r = s->rules;
    const double left_h = (double)split->left_h;
    const mlci_split_side left = {(double)split->left_g, left_h,
                                  left_h * ((double)s->weight / (double)s->h)};
    const int32_t sign = r->monotone == NULL || split->is_category ? 0 : r->monotone[split->used];
    const double sum = mlci_split_pair_score(s, sign, &left, r->l2);
    const double parent = mlci_split_own_score(s);
    if (sum > parent) *gain = sum - parent;
}
