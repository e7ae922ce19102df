/* Split search over the bins of each feature.
 *
 * For children L and R with H' = H + l2 the score is G_L^2 / H'_L + G_R^2 / H'_R, written with
 * one division; with an L1 penalty or a limit on leaves it is -(2 T w + H' w^2) at the best
 * allowed leaf w, T the shrunken gradient (Chen and Guestrin 2016, LightGBM). A threshold is
 * tried with missing values on either side where the node has some. O(bins) a feature.
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

static void exact_weights(const mlci_split_search *s, int32_t used, mlci_code_sums *sums)
{
    int64_t weight[MLCI_BIN_CODES];
    const uint8_t *const codes = mlci_binned_column(s->binned, s->binned->used[used]);
    memset(weight, 0, sizeof weight);
    for (int64_t i = 0; i < s->n_rows; i++)
        weight[codes[s->rows[i]]] += s->row_weight == NULL ? 1 : s->row_weight[s->rows[i]];
    for (int32_t c = 0; c < sums->n_codes; c++)
        sums->weight[c] = (double)weight[c];
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
    if (s->is_exact) exact_weights(s, used, sums);
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* Scores of cutting after each bin; -1 where a child would be too small. Entry 0 of the prefix
 * sums is what goes left in any case (missing values, or nothing). */
static void score_cuts(const mlci_split_search *s, const mlci_code_sums *prefix, int32_t n,
                       double *score)
{
    const mlci_split_rules *const r = s->rules;
    const double g = (double)s->g, h = (double)s->h, w = (double)s->weight, l2 = r->l2;
    for (int32_t b = 1; b <= n; b++) {
        const double gl = prefix->g[b], hl = prefix->h[b], wl = prefix->weight[b];
        const double gr = g - gl, hr = h - hl, wr = w - wl;
        const double a = hl + l2, c = hr + l2;
        const int fits = (hl >= r->min_hessian) & (hr >= r->min_hessian) & (wl >= r->min_weight) &
                         (wr >= r->min_weight);
        const double plain = (gl * gl * c + gr * gr * a) / (a * c);
        score[b] = fits ? plain : -1;
    }
    if (r->is_plain) return;
    for (int32_t b = 1; b <= n; b++) {
        const double gl = prefix->g[b], hl = prefix->h[b];
        if (score[b] >= 0)
            score[b] = mlci_split_score(r, gl, hl, l2) + mlci_split_score(r, g - gl, h - hl, l2);
    }
}

/* Running sums over codes 1, 2, ...; what goes left in any case comes first. */
static void prefix_sums(const mlci_code_sums *sums, int32_t with_missing, mlci_code_sums *prefix)
{
    double g = with_missing ? sums->g[0] : 0, h = with_missing ? sums->h[0] : 0;
    double w = with_missing ? sums->weight[0] : 0;
    for (int32_t c = 1; c < sums->n_codes; c++) {
        prefix->g[c] = g += sums->g[c];
        prefix->h[c] = h += sums->h[c];
        prefix->weight[c] = w += sums->weight[c];
    }
}

static void take_cut(mlci_tree_split *best, int32_t used, int32_t bin, int32_t missing_left,
                     double score, const mlci_code_sums *prefix)
{
    memset(best, 0, sizeof *best);
    best->score = score;
    best->used = used;
    best->bin = bin;
    best->missing_left = missing_left;
    best->left_g = (int64_t)prefix->g[bin];
    best->left_h = (int64_t)prefix->h[bin];
}

static void find_number(const mlci_split_search *s, const mlci_code_sums *sums, int32_t used,
                        mlci_tree_split *best)
{
    mlci_code_sums left, right; /* missing values go left, right */
    double left_score[MLCI_BIN_CODES], right_score[MLCI_BIN_CODES];
    const int32_t n_bins = sums->n_codes - 1;
    const int has_missing = sums->h[0] > 0;
    prefix_sums(sums, 0, &right);
    score_cuts(s, &right, n_bins, right_score);
    if (has_missing) {
        prefix_sums(sums, 1, &left);
        score_cuts(s, &left, n_bins, left_score);
    }
    for (int32_t b = 1; b <= n_bins; b++) {
        if (has_missing && left_score[b] > best->score)
            take_cut(best, used, b, 1, left_score[b], &left);
        if (right_score[b] > best->score) take_cut(best, used, b, 0, right_score[b], &right);
    }
}

void mlci_split_find(const mlci_split_search *s, int32_t first, int32_t end, mlci_tree_split *out)
{
    mlci_tree_split best = {.score = s->least_score, .used = -1};
    mlci_code_sums sums;
    for (int32_t used = first; used < end; used++) {
        if (s->allowed != NULL && !s->allowed[used]) continue;
        code_sums(s, used, &sums);
        if (s->binned->rules[s->binned->used[used]].is_category)
            mlci_split_find_category(s, &sums, used, &best);
        else
            find_number(s, &sums, used, &best);
    }
    *out = best;
}
