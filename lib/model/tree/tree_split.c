/* Split search over the bins of each feature.
 *
 * For children L and R with H' = H + l2 the score is G_L^2 / H'_L + G_R^2 / H'_R, written with
 * one division; with an L1 penalty or a limit on leaves it is -(2 T w + H' w^2) at the best
 * allowed leaf w, T the shrunken gradient (Chen and Guestrin 2016, LightGBM). Where monotone
 * constraints or smoothing move leaves, it is that expression at the leaf as moved. A threshold is
 * tried with missing values on either side where the node has some. O(bins) a feature, in vectors
 * (tree_kernels.h) unless leaves may be moved.
 *
 * Delicate: two ways of writing the same gain differ in the last bits, so each expression exists
 * once, and noise of 1e-12 of the parent's score is no gain. */
#include "tree_split.h"

#include <math.h>
#include <string.h>

#include "feature_cost.h"
#include "grow_shards.h"
#include "random.h"

#define FEW_ENTRIES 8

double mlci_split_score(const mlci_split_rules *rules, double g, double h, double l2)
{
    const double size = fabs(g) - rules->l1;
    const double t = size > 0 ? size : 0;
    if (t <= rules->max_delta * (h + l2)) return t * t / (h + l2);
    const double w = rules->max_delta;
    return 2 * t * w - (h + l2) * w * w;
}

static double shrink(const mlci_split_rules *rules, double g)
{
    const double size = fabs(g) - rules->l1;
    return size > 0 ? size : 0;
}

double mlci_split_step(const mlci_split_rules *rules, double g, double h, double l2)
{
    const double t = shrink(rules, g);
    if (t == 0) return 0;
    const double size = t <= rules->max_delta * (h + l2) ? t / (h + l2) : rules->max_delta;
    return g > 0 ? -size : size;
}

double mlci_split_output(const mlci_split_rules *rules, const mlci_leaf_output *parent, double g,
                         double h, double weight, double l2)
{
    double w = mlci_split_step(rules, g, h, l2);
    if (rules->smoothing > 0) {
        const double own = weight / (weight + rules->smoothing);
        w = own * w + (1 - own) * parent->value;
    }
    return w < parent->low ? parent->low : w > parent->high ? parent->high : w;
}

/* -(2 T w + H' w^2): what leaf w takes off the loss, doubled. */
static double score_at(const mlci_split_rules *rules, double g, double h, double l2, double w)
{
    const double t = shrink(rules, g);
    return -2 * (g > 0 ? t : -t) * w - (h + l2) * w * w;
}

double mlci_split_pair_score(const mlci_split_search *s, int32_t sign, const mlci_split_side *left,
                             double l2)
{
    const mlci_split_rules *const r = s->rules;
    const double g = (double)s->g - left->g, h = (double)s->h - left->h;
    if (!r->by_output)
        return mlci_split_score(r, left->g, left->h, l2) + mlci_split_score(r, g, h, l2);
    const double weight = (double)s->weight - left->weight;
    const double a = mlci_split_output(r, &s->output, left->g, left->h, left->weight, l2);
    const double b = mlci_split_output(r, &s->output, g, h, weight, l2);
    if ((double)sign * (b - a) < 0) return -INFINITY;
    return score_at(r, left->g, left->h, l2, a) + score_at(r, g, h, l2, b);
}

double mlci_split_own_score(const mlci_split_search *s)
{
    const mlci_split_rules *const r = s->rules;
    if (!r->by_output) return mlci_split_score(r, (double)s->g, (double)s->h, r->l2);
    return score_at(r, (double)s->g, (double)s->h, r->l2, s->output.value);
}

static int leaves_enough(const mlci_split_search *s, double h)
{
    const double weight = h * ((double)s->weight / (double)s->h);
    return (double)s->h - h >= s->rules->min_hessian &&
           (double)s->weight - weight >= s->rules->min_weight;
}

static int takes_enough(const mlci_split_search *s, double h)
{
    const double weight = h * ((double)s->weight / (double)s->h);
    return h >= s->rules->min_hessian && weight >= s->rules->min_weight;
}

/* Sums rise, so those on the left of cuts with enough on both sides are a range. Its ends by
 * division are within one of those by the comparisons that cuts are held to. */
static void find_range_of_h(mlci_split_search *s)
{
    const mlci_split_rules *const r = s->rules;
    const double h = (double)s->h, by_weight = r->min_weight * (h / (double)s->weight);
    const double least = r->min_hessian > by_weight ? r->min_hessian : by_weight;
    s->least_h = (double)(int64_t)(least < h ? least : h) - 1;
    s->most_h = h - s->least_h;
    for (int i = 0; i < 4 && !takes_enough(s, s->least_h); i++)
        s->least_h++;
    for (int i = 0; i < 4 && !leaves_enough(s, s->most_h); i++)
        s->most_h--;
}

void mlci_split_start(mlci_split_search *s)
{
    const double score = mlci_split_own_score(s);
    s->least_score = score + s->rules->min_gain + MLCI_SPLIT_NOISE * fabs(score);
    find_range_of_h(s);
}

int64_t mlci_split_draw(const mlci_split_search *s, int32_t used, int64_t n)
{
    const mlci_split_rules *const r = s->rules;
    const uint64_t index = (uint64_t)s->node << 32 | (uint32_t)s->binned->used[used];
    return (int64_t)(mlci_random_unit(r->seed, MLCI_RANDOM_CUT, r->stream, index) * (double)n);
}

/* In units of scores. */
static double cost_of(const mlci_split_search *leaves, int64_t n, int32_t feature)
{
    const mlci_split_rules *const r = leaves[0].rules;
    double cost = mlci_feature_cost_once(r->costs, feature);
    for (int64_t i = 0; i < n; i++)
        cost += mlci_feature_cost_of_rows(r->costs, feature, leaves[i].rows, leaves[i].n_rows,
                                          leaves[i].weight, leaves[i].row_weight);
    return cost * r->cost_unit;
}

void mlci_split_weigh(const mlci_split_search *leaves, int64_t n, double least,
                      mlci_tree_split *found)
{
    const mlci_split_rules *const r = leaves[0].rules;
    if (found->used < 0) return;
    const int32_t feature = leaves[0].binned->used[found->used];
    const double factor = r->contri == NULL ? 1 : r->contri[feature];
    if (factor != 1) found->score = least + factor * (found->score - least);
    if (r->costs != NULL) found->score -= cost_of(leaves, n, feature);
    if (!(found->score > least)) found->used = -1;
}

/* ---- sums by code ------------------------------------------------------------------------- */

void mlci_split_weights(const mlci_split_search *s, int32_t used, int64_t weight[MLCI_BIN_CODES])
{
    const mlci_bin_place *const place = &s->binned->places[used];
    const uint8_t *const column = s->binned->columns[place->bundle];
    memset(weight, 0, MLCI_BIN_CODES * sizeof *weight);
    if (s->shards != NULL) {
        mlci_shards_add_weights(s->shards, s->leaf, used, weight);
        return;
    }
    for (int64_t i = 0; i < s->n_rows; i++)
        weight[place->code_of[column[s->rows[i]]]] +=
            s->row_weight == NULL ? 1 : s->row_weight[s->rows[i]];
}

/* Their running sums over codes 1, 2, ... at those whose bits are set. */
static void running_weights(const mlci_split_search *s, int32_t used, int32_t with_missing,
                            const uint64_t present[MLCI_CELL_WORDS], double *running)
{
    int64_t weight[MLCI_BIN_CODES], sum = 0, n = 0;
    mlci_split_weights(s, used, weight);
    if (with_missing) sum = weight[0];
    for (int32_t bin = 1; bin < MLCI_BIN_CODES; bin++) {
        sum += weight[bin];
        if (present[(bin - 1) / 64] >> (bin - 1) % 64 & 1) running[n++] = (double)sum;
    }
}

static void code_sums(const mlci_split_search *s, int32_t used, const mlci_feature_cells *cells,
                      mlci_code_sums *sums)
{
    const double weight_of_h = (double)s->weight / (double)s->h;
    sums->n_codes = cells->n_codes;
    for (int32_t c = 0; c < sums->n_codes; c++) {
        const mlci_wide_cell cell = mlci_cell_at(cells->cells, cells->is_wide, c);
        sums->g[c] = (double)cell.g;
        sums->h[c] = (double)cell.h;
        sums->weight[c] = (double)cell.h * weight_of_h;
    }
    if (!s->is_exact) return;
    int64_t weight[MLCI_BIN_CODES];
    mlci_split_weights(s, used, weight);
    for (int32_t c = 0; c < sums->n_codes; c++)
        sums->weight[c] = (double)weight[c];
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* The cuts of a feature after each bin that the node has: cuts after other bins part the rows in
 * the same way. */
typedef struct cut_scan {
    int64_t n, begin, end;                                 /* begin .. end have scores */
    double g[MLCI_THRESHOLDS + 8], h[MLCI_THRESHOLDS + 8]; /* of what goes left */
    double weight[MLCI_THRESHOLDS + 8], score[MLCI_THRESHOLDS + 8];
    uint64_t present[MLCI_CELL_WORDS]; /* bins that the node has: bit bin - 1 */
} cut_scan;

/* The cuts with enough on both sides: sums rise, so they are a range. */
static void find_range(const mlci_cut_limits *limits, const double *weight, cut_scan *cuts)
{
    int64_t begin = 0, end = cuts->n;
    for (int64_t step = 128; step > 0; step /= 2) {
        const int64_t i = begin + step - 1, j = end - step;
        if (i < cuts->n) {
            const double h = cuts->h[i], w = weight == NULL ? h * limits->weight_of_h : weight[i];
            if (h < limits->min_hessian || w < limits->min_weight) begin += step;
        }
        if (j >= 0) {
            const double h = cuts->h[j], w = weight == NULL ? h * limits->weight_of_h : weight[j];
            if (limits->h - h < limits->min_hessian || limits->weight - w < limits->min_weight)
                end -= step;
        }
    }
    cuts->begin = begin;
    cuts->end = end > begin ? end : begin;
}

static int32_t sign_of(const mlci_split_rules *rules, int32_t used)
{
    return rules->monotone == NULL ? 0 : rules->monotone[used];
}

/* Do the best leaves of children stand as they are, whatever the cut? */
static int is_plain(const mlci_split_search *s, int32_t used)
{
    if (!s->rules->is_plain || !s->rules->by_output) return s->rules->is_plain;
    return sign_of(s->rules, used) == 0 && s->output.low == -INFINITY && s->output.high == INFINITY;
}

/* Scores by the general expression; the largest of them. */
static double score_again(const mlci_split_search *s, int32_t used, const double *weight,
                          cut_scan *cuts)
{
    const double weight_of_h = (double)s->weight / (double)s->h;
    const int32_t sign = sign_of(s->rules, used);
    double top = -INFINITY;
    for (int64_t i = cuts->begin; i < cuts->end; i++) {
        const mlci_split_side left = {cuts->g[i], cuts->h[i],
                                      weight == NULL ? cuts->h[i] * weight_of_h : weight[i]};
        cuts->score[i] = mlci_split_pair_score(s, sign, &left, s->rules->l2);
        if (cuts->score[i] > top) top = cuts->score[i];
    }
    return top;
}

/* Scores the cuts of a feature with missing values (code 0) on one side; the largest, or
 * -infinity. */
static double scan_cuts(const mlci_split_search *s, int32_t used, const mlci_feature_cells *cells,
                        int32_t missing_left, double least_score, cut_scan *cuts)
{
    const mlci_split_rules *const r = s->rules;
    const mlci_wide_cell missing = mlci_cell_at(cells->cells, cells->is_wide, 0);
    const int64_t start[2] = {missing_left ? missing.g : 0, missing_left ? missing.h : 0};
    const mlci_cut_limits limits = {.g = (double)s->g,
                                    .h = (double)s->h,
                                    .weight = (double)s->weight,
                                    .l2 = r->l2,
                                    .min_hessian = r->min_hessian,
                                    .min_weight = r->min_weight,
                                    .weight_of_h = (double)s->weight / (double)s->h,
                                    .least_score = least_score};
    const double *const weight = s->is_exact ? cuts->weight : NULL;
    cuts->n = s->kernels->running_sums(cells->cells + 1 + cells->is_wide, cells->is_wide,
                                       cells->n_codes - 1, start, cuts->g, cuts->h, cuts->present);
    if (s->is_exact) running_weights(s, used, missing_left, cuts->present, cuts->weight);
    const int32_t plain = is_plain(s, used);
    cuts->begin = 0;
    cuts->end = cuts->n;
    if (!plain || r->draws_cuts) find_range(&limits, weight, cuts);
    if (cuts->begin == cuts->end) return -INFINITY;
    if (r->draws_cuts) {
        cuts->begin += mlci_split_draw(s, used, cuts->end - cuts->begin);
        cuts->end = cuts->begin + 1;
    }
    if (!plain) return score_again(s, used, weight, cuts);
    const int64_t begin = cuts->begin;
    return s->kernels->score_cuts(&limits, cuts->end - begin, cuts->g + begin, cuts->h + begin,
                                  weight == NULL ? NULL : weight + begin, cuts->score + begin);
}

/* The first cut with a score that some cut has. */
static int64_t find_score(const mlci_split_search *s, const cut_scan *cuts, double score)
{
    return cuts->begin +
           s->kernels->find_value(cuts->end - cuts->begin, cuts->score + cuts->begin, score);
}

static void take_cut(const mlci_split_search *s, int32_t used, int32_t missing_left,
                     const cut_scan *cuts, int64_t i, mlci_tree_split *best)
{
    memset(best, 0, sizeof *best);
    best->score = cuts->score[i];
    best->used = used;
    best->bin = s->kernels->find_bit(cuts->present, i) + 1;
    best->missing_left = missing_left;
    best->left_g = (int64_t)cuts->g[i];
    best->left_h = (int64_t)cuts->h[i];
}

/* The best cut of packed cells with missing values on one side; 0 where it is no better. */
static int find_cut(const mlci_split_search *s, const mlci_feature_cells *cells,
                    int32_t missing_left, double least_score, mlci_cell_cut *cut)
{
    const mlci_wide_cell missing = mlci_cell_at(cells->cells, 0, 0);
    const int64_t start[2] = {missing_left ? missing.g : 0, missing_left ? missing.h : 0};
    const mlci_cell_limits limits = {.g = (double)s->g,
                                     .h = (double)s->h,
                                     .l2 = s->rules->l2,
                                     .least_h = s->least_h,
                                     .most_h = s->most_h,
                                     .least_score = least_score};
    return s->kernels->find_cut(&limits, cells->cells + 1, cells->n_codes - 1, start, cut) &&
           cut->score >= least_score && cut->score > s->least_score;
}

/* As scan_number() in fewer steps, where nothing but the sums of both sides counts. */
static void find_packed_number(const mlci_split_search *s, int32_t used,
                               const mlci_feature_cells *cells, mlci_tree_split *best)
{
    mlci_cell_cut left, right;
    const int to_right = find_cut(s, cells, 0, best->score, &right);
    const int to_left = mlci_cell_at(cells->cells, 0, 0).h > 0 &&
                        find_cut(s, cells, 1, to_right ? right.score : best->score, &left);
    if (!to_right && !to_left) return;
    const int is_left =
        to_left && (!to_right || left.score > right.score || left.cell <= right.cell);
    const mlci_cell_cut *const cut = is_left ? &left : &right;
    const mlci_tree_split found = {.score = cut->score,
                                   .used = used,
                                   .bin = (int32_t)cut->cell + 1,
                                   .missing_left = is_left,
                                   .left_g = (int64_t)cut->g,
                                   .left_h = (int64_t)cut->h};
    mlci_split_take(&found, best);
}

static void scan_number(const mlci_split_search *s, int32_t used, const mlci_feature_cells *cells,
                        mlci_tree_split *best)
{
    cut_scan left, right; /* missing values go left, right */
    const int has_missing = mlci_cell_at(cells->cells, cells->is_wide, 0).h > 0;
    const double right_top = scan_cuts(s, used, cells, 0, best->score, &right);
    const double left_top =
        has_missing ? scan_cuts(s, used, cells, 1, best->score, &left) : -INFINITY;
    const double top = left_top > right_top ? left_top : right_top;
    if (top < best->score || !(top > s->least_score)) return;
    /* Both have the same bins. */
    const int64_t to_left = left_top == top ? find_score(s, &left, top) : right.n;
    const int64_t to_right = right_top == top ? find_score(s, &right, top) : right.n;
    const int is_left = to_left < right.n && to_left <= to_right;
    mlci_tree_split found;
    take_cut(s, used, is_left, is_left ? &left : &right, is_left ? to_left : to_right, &found);
    mlci_split_take(&found, best);
}

static void find_number(const mlci_split_search *s, int32_t used, const mlci_feature_cells *cells,
                        mlci_tree_split *best)
{
    if (!cells->is_wide && !s->is_exact && !s->rules->draws_cuts && is_plain(s, used))
        find_packed_number(s, used, cells, best);
    else
        scan_number(s, used, cells, best);
}

void mlci_split_take(const mlci_tree_split *found, mlci_tree_split *best)
{
    if (found->used < 0 || found->score < best->score) return;
    if (best->used >= 0 && found->score == best->score && found->used > best->used) return;
    *best = *found;
}

/* Does the node have but the common code of a feature that shares a bundle? Most small nodes do of
 * an indicator, and there is nothing to part. */
static int has_one_code(const mlci_split_search *s, int32_t used)
{
    const mlci_bin_place *const place = &s->binned->places[used];
    const mlci_bin_entry *const entries = s->binned->entries + place->first_entry;
    if (place->n_entries == 0 || place->n_entries > FEW_ENTRIES) return 0;
    for (int32_t e = 0; e < place->n_entries; e++)
        if (mlci_cell_at(s->histogram->cells, s->histogram->is_wide, entries[e].cell).h > 0)
            return 0;
    return 1;
}

void mlci_split_find_in(const mlci_split_search *s, int32_t used, mlci_tree_split *best)
{
    mlci_feature_cells cells;
    if (has_one_code(s, used)) return;
    mlci_histogram_feature(s->binned, s->histogram, used, (mlci_wide_cell){s->g, s->h}, &cells);
    const int is_category = s->binned->rules[s->binned->used[used]].is_category;
    if (!is_category && s->rules->contri == NULL && s->rules->costs == NULL) {
        find_number(s, used, &cells, best);
        return;
    }
    mlci_code_sums sums;
    mlci_tree_split found = mlci_split_none(s);
    if (is_category) {
        code_sums(s, used, &cells, &sums);
        mlci_split_find_category(s, &sums, used, &found);
    } else {
        find_number(s, used, &cells, &found);
    }
    mlci_split_weigh(s, 1, s->least_score, &found);
    mlci_split_take(&found, best);
}

void mlci_split_find(const mlci_split_search *s, int32_t first, int32_t end, mlci_tree_split *best)
{
    const mlci_binned *const binned = s->binned;
    for (int32_t i = binned->first_feature[first]; i < binned->first_feature[end]; i++)
        if (s->allowed == NULL || s->allowed[binned->features[i]])
            mlci_split_find_in(s, binned->features[i], best);
}
