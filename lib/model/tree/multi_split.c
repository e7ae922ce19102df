/* Split search for several outputs at once.
 *
 * Numbers: cuts after each bin that the node has, missing values on either side. Categories: one
 * against the rest for few, else both ends of the orders by G / (H + cat_smooth) of each output,
 * with the limits of split_category.c. Candidates are in a total order (feature, bin, missing left
 * before missing right; output by output for sets) and a later one wins only by a larger score.
 * O(bins x outputs) a number, O(categories x outputs^2) a category. */
#include "multi_split.h"

#include <math.h>
#include <string.h>

/* A feature of a node. */
typedef struct multi_feature {
    const mlci_split_search *search;
    int32_t used, n_codes;
    double h;                      /* of the node: the sum over outputs */
    double code_h[MLCI_BIN_CODES]; /* the same by code */
    double weight[MLCI_BIN_CODES];
} multi_feature;

/* Cuts one after the other. */
typedef struct multi_scan {
    double score[MLCI_BIN_CODES], left_h[MLCI_BIN_CODES];
} multi_scan;

/* ---- scores ------------------------------------------------------------------------------- */

double mlci_multi_own_score(const mlci_multi_rules *r, const double *sums)
{
    double score = 0;
    for (int32_t k = 0; k < r->n_outputs; k++) {
        const double size = fabs(sums[k]) - r->l1[k], t = size > 0 ? size : 0;
        const double a = sums[r->n_lanes + k] + r->l2[k], w = r->max_delta[k];
        score += r->gain_unit[k] * (t <= w * a ? t * t / a : 2 * t * w - a * w * w);
    }
    return score;
}

double mlci_multi_least_score(const mlci_multi_rules *r, const double *sums)
{
    const double score = mlci_multi_own_score(r, sums);
    return score + r->min_gain + MLCI_SPLIT_NOISE * fabs(score);
}

/* Rules and sums of MLCI_LANES outputs. more_l2: add cat_l2. */
static void set_lanes(const mlci_split_search *s, int32_t first, int32_t more_l2,
                      mlci_lane_cuts *cuts)
{
    const mlci_multi_rules *const r = &s->multi->rules;
    memset(cuts->left_g, 0, sizeof cuts->left_g);
    memset(cuts->left_h, 0, sizeof cuts->left_h);
    for (int32_t k = 0; k < MLCI_LANES; k++) {
        cuts->g[k] = s->sums[first + k];
        cuts->h[k] = s->sums[r->n_lanes + first + k];
        cuts->l1[k] = r->l1[first + k];
        cuts->l2[k] = r->l2[first + k] + (more_l2 ? r->cat_l2[first + k] : 0);
        cuts->max_delta[k] = r->max_delta[first + k];
        cuts->gain_unit[k] = r->gain_unit[first + k];
        cuts->h_unit[k] = r->h_unit[first + k];
    }
}

static int is_too_small(const mlci_split_search *s, double h, double weight)
{
    return h < s->multi->rules.min_hessian || weight < s->rules->min_weight;
}

/* Hessians and weights by code. */
static void measure_codes(multi_feature *f)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    f->n_codes = s->binned->places[f->used].n_codes;
    f->h = 0;
    memset(f->code_h, 0, sizeof f->code_h);
    for (int32_t k = 0; k < r->n_outputs; k++)
        f->h += r->h_unit[k] * s->sums[r->n_lanes + k];
    for (int32_t first = 0; first < r->n_lanes; first += MLCI_LANES) {
        mlci_lane_cells cells;
        mlci_multi_feature(r, s->binned, s->histogram, f->used, first, s->sums, &cells);
        for (int32_t c = 0; c < f->n_codes; c++)
            for (int32_t k = 0; k < MLCI_LANES; k++)
                f->code_h[c] +=
                    r->h_unit[first + k] *
                    (double)mlci_cell_at(cells.cells + c * cells.stride, cells.is_wide, k).h;
    }
    if (s->is_exact) {
        int64_t weight[MLCI_BIN_CODES];
        mlci_split_weights(s, f->used, weight);
        for (int32_t c = 0; c < f->n_codes; c++)
            f->weight[c] = (double)weight[c];
        return;
    }
    /* In this order the result is exact where hessians are constant. */
    for (int32_t c = 0; c < f->n_codes; c++)
        f->weight[c] = f->code_h[c] * (double)s->weight / f->h;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static void scan_numbers(const multi_feature *f, int32_t missing_left, multi_scan *scan)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    memset(scan, 0, sizeof *scan);
    for (int32_t first = 0; first < r->n_lanes; first += MLCI_LANES) {
        mlci_lane_cells cells;
        mlci_lane_cuts cuts;
        mlci_multi_feature(r, s->binned, s->histogram, f->used, first, s->sums, &cells);
        set_lanes(s, first, 0, &cuts);
        cuts.cells = cells.cells + cells.stride;
        cuts.stride = cells.stride;
        cuts.is_wide = cells.is_wide;
        for (int32_t k = 0; missing_left && k < MLCI_LANES; k++) {
            const mlci_wide_cell cell = mlci_cell_at(cells.cells, cells.is_wide, k);
            cuts.left_g[k] = (double)cell.g;
            cuts.left_h[k] = (double)cell.h;
        }
        s->kernels->score_lane_cuts(&cuts, cells.n_codes - 1, scan->score, scan->left_h);
    }
}

static void find_number(const multi_feature *f, mlci_tree_split *best)
{
    const mlci_split_search *const s = f->search;
    const int32_t has_missing = f->code_h[0] > 0;
    multi_scan right, left; /* missing values go right, left */
    double weight[2] = {0, f->weight[0]};
    scan_numbers(f, 0, &right);
    if (has_missing) scan_numbers(f, 1, &left);
    for (int32_t bin = 1; bin < f->n_codes; bin++) {
        weight[0] += f->weight[bin];
        weight[1] += f->weight[bin];
        for (int32_t missing_left = has_missing; missing_left >= 0; missing_left--) {
            const multi_scan *const scan = missing_left ? &left : &right;
            const double score = scan->score[bin - 1], h = scan->left_h[bin - 1];
            if (!(score > best->score) || is_too_small(s, h, weight[missing_left]) ||
                is_too_small(s, f->h - h, (double)s->weight - weight[missing_left]))
                continue;
            memset(best, 0, sizeof *best);
            best->score = score;
            best->used = f->used;
            best->bin = bin;
            best->missing_left = missing_left;
        }
    }
}

/* ---- categories --------------------------------------------------------------------------- */

/* Scores of the first 1, 2, ... n of some codes against the rest. */
static void scan_codes(const multi_feature *f, const int32_t *codes, int32_t step, int32_t n,
                       int32_t more_l2, multi_scan *scan)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    memset(scan, 0, sizeof *scan);
    for (int32_t first = 0; first < r->n_lanes; first += MLCI_LANES) {
        mlci_lane_cells cells;
        mlci_lane_cuts cuts;
        uint64_t ordered[2 * MLCI_LANES * MLCI_BIN_CODES];
        mlci_multi_feature(r, s->binned, s->histogram, f->used, first, s->sums, &cells);
        set_lanes(s, first, more_l2, &cuts);
        cuts.cells = ordered;
        cuts.stride = (1 + cells.is_wide) * MLCI_LANES;
        cuts.is_wide = cells.is_wide;
        for (int32_t i = 0; i < n; i++)
            memcpy(ordered + i * cuts.stride, cells.cells + codes[i * step] * cells.stride,
                   (size_t)cuts.stride * sizeof *ordered);
        s->kernels->score_lane_cuts(&cuts, n, scan->score, scan->left_h);
    }
}

static void take_codes(const multi_feature *f, double score, const int32_t *codes, int32_t step,
                       int32_t n, mlci_tree_split *best)
{
    memset(best, 0, sizeof *best);
    best->score = score;
    best->used = f->used;
    best->is_category = 1;
    for (int32_t i = 0; i < n; i++)
        mlci_set_add(best->set, (uint32_t)codes[i * step]);
}

static void find_one(const multi_feature *f, mlci_tree_split *best)
{
    const mlci_split_search *const s = f->search;
    for (int32_t c = 0; c < f->n_codes; c++) {
        multi_scan scan;
        if (f->code_h[c] == 0 || is_too_small(s, f->code_h[c], f->weight[c]) ||
            is_too_small(s, f->h - f->code_h[c], (double)s->weight - f->weight[c]))
            continue;
        scan_codes(f, &c, 1, 1, 0, &scan);
        if (scan.score[0] > best->score) take_codes(f, scan.score[0], &c, 1, 1, best);
    }
}

/* Prefixes of the order taken from one end; codes[i * step] is the i-th. */
static void find_prefix(const multi_feature *f, const int32_t *codes, int32_t step, int32_t n,
                        mlci_tree_split *best)
{
    const mlci_split_search *const s = f->search;
    const mlci_split_rules *const r = s->rules;
    const int64_t most = (n + 1) / 2 < r->max_cat_threshold ? (n + 1) / 2 : r->max_cat_threshold;
    multi_scan scan;
    double weight = 0, group = 0;
    scan_codes(f, codes, step, (int32_t)most, 1, &scan);
    for (int32_t i = 0; i < most; i++) {
        const double h = scan.left_h[i];
        weight += f->weight[codes[i * step]];
        group += f->weight[codes[i * step]];
        const double right_weight = (double)s->weight - weight;
        if (is_too_small(s, f->h - h, right_weight) || right_weight < r->min_group_weight) break;
        if (is_too_small(s, h, weight) || group < r->min_group_weight) continue;
        group = 0;
        if (scan.score[i] > best->score)
            take_codes(f, scan.score[i], codes, step, i + 1, best);
    }
}

/* The codes of enough weight in the order of G / (H + cat_smooth) of one output. */
static int32_t order_codes(const multi_feature *f, int32_t output, int32_t *codes)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    const int32_t lane = output % MLCI_LANES;
    mlci_lane_cells cells;
    mlci_code_order order[MLCI_BIN_CODES];
    int32_t n = 0;
    mlci_multi_feature(r, s->binned, s->histogram, f->used, output - lane, s->sums, &cells);
    for (int32_t c = 0; c < f->n_codes; c++) {
        const mlci_wide_cell cell =
            mlci_cell_at(cells.cells + c * cells.stride, cells.is_wide, lane);
        if (cell.h > 0 && f->weight[c] >= s->rules->cat_smooth_weight)
            order[n++] = (mlci_code_order){
                (double)cell.g / ((double)cell.h + r->cat_smooth_h[output]), c};
    }
    mlci_sort_codes(order, n);
    for (int32_t i = 0; i < n; i++)
        codes[i] = order[i].code;
    return n;
}

static void find_category(const multi_feature *f, mlci_tree_split *best)
{
    const mlci_split_search *const s = f->search;
    if (f->n_codes - 1 <= s->rules->max_cat_to_onehot) {
        find_one(f, best);
        return;
    }
    for (int32_t k = 0; k < s->multi->rules.n_outputs; k++) {
        int32_t codes[MLCI_BIN_CODES];
        const int32_t n = order_codes(f, k, codes);
        if (n == 0) return;
        find_prefix(f, codes, 1, n, best);
        find_prefix(f, codes + n - 1, -1, n, best);
    }
}

void mlci_multi_find(const mlci_split_search *s, int32_t first, int32_t end, mlci_tree_split *best)
{
    const mlci_binned *const b = s->binned;
    for (int32_t i = b->first_feature[first]; i < b->first_feature[end]; i++) {
        mlci_tree_split found = mlci_split_none(s);
        multi_feature f = {.search = s, .used = b->features[i]};
        if (s->allowed != NULL && !s->allowed[f.used]) continue;
        measure_codes(&f);
        if (b->rules[b->used[f.used]].is_category)
            find_category(&f, &found);
        else
            find_number(&f, &found);
        mlci_split_take(&found, best);
    }
}
