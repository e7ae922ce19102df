/* Split search over the bins of each feature.
 *
 * For children L and R with H' = H + l2 the score is G_L^2 / H'_L + G_R^2 / H'_R, written with
 * one division; with an L1 penalty or a limit on leaves it is -(2 T w + H' w^2) at the best
 * allowed leaf w, T the shrunken gradient (Chen and Guestrin 2016, LightGBM). A threshold is
 * tried with missing values on either side where the node has some. O(bins) a feature, in vectors
 * (tree_kernels.h).
 *
 * Delicate: two ways of writing the same gain differ in the last bits, so each expression exists
 * once, and noise of 1e-12 of the parent's score is no gain. */
#include "tree_split.h"

#include <math.h>
#include <string.h>

#define NOISE 1e-12

double mlci_split_score(const mlci_split_rules *rules, double g, double h, double l2)
{
    const double size = fabs(g) - rules->l1;
    const double t = size > 0 ? size : 0;
    if (t <= rules->max_delta * (h + l2)) return t * t / (h + l2);
    const double w = rules->max_delta;
    return 2 * t * w - (h + l2) * w * w;
}

double mlci_split_least_score(const mlci_split_rules *rules, int64_t g, int64_t h)
{
    const double score = mlci_split_score(rules, (double)g, (double)h, rules->l2);
    return score + rules->min_gain + NOISE * score;
}

/* ---- sums by code ------------------------------------------------------------------------- */

/* Weights by code, from the rows. */
static void exact_weights(const mlci_split_search *s, int32_t used, int64_t weight[MLCI_BIN_CODES])
{
    const uint8_t *const codes = mlci_binned_column(s->binned, s->binned->used[used]);
    memset(weight, 0, MLCI_BIN_CODES * sizeof *weight);
    for (int64_t i = 0; i < s->n_rows; i++)
        weight[codes[s->rows[i]]] += s->row_weight == NULL ? 1 : s->row_weight[s->rows[i]];
}

/* Their running sums over codes 1, 2, ... */
static void running_weights(const mlci_split_search *s, int32_t used, int32_t with_missing,
                            double *running)
{
    int64_t weight[MLCI_BIN_CODES], sum = 0;
    const int32_t n_codes = s->binned->first_cell[used + 1] - s->binned->first_cell[used];
    exact_weights(s, used, weight);
    if (with_missing) sum = weight[0];
    for (int32_t c = 1; c < n_codes; c++)
        running[c - 1] = (double)(sum += weight[c]);
}

static void code_sums(const mlci_split_search *s, int32_t used, mlci_code_sums *sums)
{
    const int32_t first = s->binned->first_cell[used];
    const double weight_of_h = (double)s->weight / (double)s->h;
    sums->n_codes = s->binned->first_cell[used + 1] - first;
    for (int32_t c = 0; c < sums->n_codes; c++) {
        const mlci_wide_cell cell = mlci_histogram_cell(s->histogram, first + c);
        sums->g[c] = (double)cell.g;
        sums->h[c] = (double)cell.h;
        sums->weight[c] = (double)cell.h * weight_of_h;
    }
    if (!s->is_exact) return;
    int64_t weight[MLCI_BIN_CODES];
    exact_weights(s, used, weight);
    for (int32_t c = 0; c < sums->n_codes; c++)
        sums->weight[c] = (double)weight[c];
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* The cuts of a feature: entry b - 1 is that after bin b. */
typedef struct cut_scan {
    double g[MLCI_MAX_BINS], h[MLCI_MAX_BINS], weight[MLCI_MAX_BINS]; /* of what goes left */
    double score[MLCI_MAX_BINS];
} cut_scan;

/* Scores by the general expression where the plain one said that both children are large enough;
 * the largest of them. */
static double score_again(const mlci_split_search *s, int32_t n, cut_scan *cuts)
{
    double top = -1;
    for (int32_t i = 0; i < n; i++) {
        if (cuts->score[i] < 0) continue;
        const double gl = cuts->g[i], hl = cuts->h[i];
        cuts->score[i] =
            mlci_split_score(s->rules, gl, hl, s->rules->l2) +
            mlci_split_score(s->rules, (double)s->g - gl, (double)s->h - hl, s->rules->l2);
        if (cuts->score[i] > top) top = cuts->score[i];
    }
    return top;
}

/* Scores all cuts of a feature with missing values (code 0) on one side; the largest. */
static double scan_cuts(const mlci_split_search *s, int32_t used, int32_t missing_left,
                        cut_scan *cuts)
{
    const mlci_split_rules *const r = s->rules;
    const mlci_histogram *const histogram = s->histogram;
    const int32_t first = s->binned->first_cell[used];
    const int32_t n = s->binned->first_cell[used + 1] - first - 1;
    const mlci_wide_cell missing = mlci_histogram_cell(histogram, first);
    const int64_t start[2] = {missing_left ? missing.g : 0, missing_left ? missing.h : 0};
    const uint64_t *const cells = histogram->cells + (1 + histogram->is_wide) * (first + 1);
    const mlci_cut_limits limits = {.g = (double)s->g,
                                    .h = (double)s->h,
                                    .weight = (double)s->weight,
                                    .l2 = r->l2,
                                    .min_hessian = r->min_hessian,
                                    .min_weight = r->min_weight,
                                    .weight_of_h = (double)s->weight / (double)s->h};
    s->kernels->running_sums(cells, histogram->is_wide, n, start, cuts->g, cuts->h);
    if (s->is_exact) running_weights(s, used, missing_left, cuts->weight);
    const double top = s->kernels->score_cuts(&limits, n, cuts->g, cuts->h,
                                              s->is_exact ? cuts->weight : NULL, cuts->score);
    return r->is_plain ? top : score_again(s, n, cuts);
}

static void take_cut(mlci_tree_split *best, int32_t used, int32_t bin, int32_t missing_left,
                     const cut_scan *cuts)
{
    memset(best, 0, sizeof *best);
    best->score = cuts->score[bin - 1];
    best->used = used;
    best->bin = bin;
    best->missing_left = missing_left;
    best->left_g = (int64_t)cuts->g[bin - 1];
    best->left_h = (int64_t)cuts->h[bin - 1];
}

static void find_number(const mlci_split_search *s, int32_t used, mlci_tree_split *best)
{
    cut_scan left, right; /* missing values go left, right */
    const int32_t first = s->binned->first_cell[used];
    const int32_t n = s->binned->first_cell[used + 1] - first - 1;
    const int has_missing = mlci_histogram_cell(s->histogram, first).h > 0;
    const double right_top = scan_cuts(s, used, 0, &right);
    const double left_top = has_missing ? scan_cuts(s, used, 1, &left) : -1;
    const double top = left_top > right_top ? left_top : right_top;
    if (!(top > best->score)) return;
    for (int32_t i = 0; i < n; i++) {
        const int is_left = has_missing && left.score[i] == top;
        if (!is_left && right.score[i] != top) continue;
        take_cut(best, used, i + 1, is_left, is_left ? &left : &right);
        return;
    }
}

void mlci_split_find(const mlci_split_search *s, int32_t first, int32_t end, mlci_tree_split *out)
{
    mlci_tree_split best = {.score = s->least_score, .used = -1};
    mlci_code_sums sums;
    for (int32_t used = first; used < end; used++) {
        if (s->allowed != NULL && !s->allowed[used]) continue;
        if (!s->binned->rules[s->binned->used[used]].is_category) {
            find_number(s, used, &best);
            continue;
        }
        code_sums(s, used, &sums);
        mlci_split_find_category(s, &sums, used, &best);
    }
    *out = best;
}
