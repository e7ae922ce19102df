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
    double score[MLCI_BIN_CODES], left_h[MLCI_BIN_CODES], left_weight[MLCI_BIN_CODES];
} multi_scan;

/* ---- scores ------------------------------------------------------------------------------- */

mlci_split_rules mlci_multi_rules_of(const mlci_multi_rules *r, const mlci_split_rules *shared,
                                     int32_t k)
{
    mlci_split_rules own = *shared;
    own.l1 = r->l1[k];
    own.l2 = r->l2[k];
    own.max_delta = r->max_delta[k];
    return own;
}

/* The node as one output sees it, by the rules of that. */
static mlci_split_search search_of(const mlci_split_search *s, int32_t k,
                                   const mlci_split_rules *rules)
{
    mlci_split_search own = *s;
    own.rules = rules;
    own.g = (int64_t)s->sums[k];
    own.h = (int64_t)s->sums[s->multi->rules.n_lanes + k];
    own.output = s->outputs[k];
    return own;
}

/* Where bounds or smoothing move leaves. */
static double moved_own_score(const mlci_split_search *s)
{
    const mlci_multi_rules *const r = &s->multi->rules;
    double score = 0;
    for (int32_t k = 0; k < r->n_outputs; k++) {
        const mlci_split_rules rules = mlci_multi_rules_of(r, s->rules, k);
        const mlci_split_search own = search_of(s, k, &rules);
        score += r->gain_unit[k] * mlci_split_own_score(&own);
    }
    return score;
}

double mlci_multi_own_score(const mlci_split_search *s)
{
    const mlci_multi_rules *const r = &s->multi->rules;
    const double *const sums = s->sums;
    double score = 0;
    if (s->rules->by_output) return moved_own_score(s);
    for (int32_t k = 0; k < r->n_outputs; k++) {
        const double size = fabs(sums[k]) - r->l1[k], t = size > 0 ? size : 0;
        const double a = sums[r->n_lanes + k] + r->l2[k], w = r->max_delta[k];
        score += r->gain_unit[k] * (t <= w * a ? t * t / a : 2 * t * w - a * w * w);
    }
    return score;
}

double mlci_multi_least_score(const mlci_split_search *s)
{
    const double score = mlci_multi_own_score(s);
    return score + s->multi->rules.min_gain + MLCI_SPLIT_NOISE * fabs(score);
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

/* Scores of n cuts one after the other by MLCI_LANES outputs from `first` on, of which bounds or
 * smoothing move the leaves: one output at a time. */
static void score_moved_cuts(const mlci_split_search *s, const mlci_lane_cuts *cuts, int32_t first,
                             int32_t sign, int32_t n, multi_scan *scan)
{
    const mlci_multi_rules *const r = &s->multi->rules;
    for (int32_t k = 0; k < MLCI_LANES && first + k < r->n_outputs; k++) {
        const mlci_split_rules rules = mlci_multi_rules_of(r, s->rules, first + k);
        const mlci_split_search own = search_of(s, first + k, &rules);
        mlci_split_side left = {cuts->left_g[k], cuts->left_h[k], 0};
        for (int32_t i = 0; i < n; i++) {
            const uint64_t *const cells = cuts->cells + i * cuts->stride;
            const mlci_wide_cell cell = mlci_cell_at(cells, cuts->is_wide, k);
            if (cell.h == 0) {
                scan->score[i] = -INFINITY;
                continue;
            }
            left.g += (double)cell.g;
            left.h += (double)cell.h;
            left.weight = scan->left_weight[i];
            scan->score[i] +=
                cuts->gain_unit[k] * mlci_split_pair_score(&own, sign, &left, cuts->l2[k]);
            scan->left_h[i] += cuts->h_unit[k] * left.h;
        }
    }
}

static void score_cuts(const mlci_split_search *s, const mlci_lane_cuts *cuts, int32_t first,
                       int32_t sign, int32_t n, multi_scan *scan)
{
    if (s->rules->by_output)
        score_moved_cuts(s, cuts, first, sign, n, scan);
    else
        s->kernels->score_lane_cuts(cuts, n, scan->score, scan->left_h);
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

static int32_t sign_of(const multi_feature *f)
{
    const int8_t *const monotone = f->search->rules->monotone;
    return monotone == NULL ? 0 : monotone[f->used];
}

static void scan_numbers(const multi_feature *f, int32_t missing_left, multi_scan *scan)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    double weight = missing_left ? f->weight[0] : 0;
    memset(scan, 0, sizeof *scan);
    for (int32_t bin = 1; bin < f->n_codes; bin++)
        scan->left_weight[bin - 1] = weight += f->weight[bin];
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
        score_cuts(s, &cuts, first, sign_of(f), cells.n_codes - 1, scan);
    }
}

/* Are both children of a cut large enough? */
static int has_room(const multi_feature *f, const multi_scan *scan, int32_t i)
{
    const mlci_split_search *const s = f->search;
    const double h = scan->left_h[i], weight = scan->left_weight[i];
    return !is_too_small(s, h, weight) && !is_too_small(s, f->h - h, (double)s->weight - weight);
}

static void find_number(const multi_feature *f, mlci_tree_split *best)
{
    const int32_t has_missing = f->code_h[0] > 0;
    multi_scan right, left; /* missing values go right, left */
    scan_numbers(f, 0, &right);
    if (has_missing) scan_numbers(f, 1, &left);
    for (int32_t bin = 1; bin < f->n_codes; bin++) {
        for (int32_t missing_left = has_missing; missing_left >= 0; missing_left--) {
            const multi_scan *const scan = missing_left ? &left : &right;
            const double score = scan->score[bin - 1];
            if (!(score > best->score) || !has_room(f, scan, bin - 1)) continue;
            memset(best, 0, sizeof *best);
            best->score = score;
            best->used = f->used;
            best->bin = bin;
            best->missing_left = missing_left;
        }
    }
}

/* ---- categories --------------------------------------------------------------------------- */

/* Scores of the first 1, 2, ... n of some codes against the rest; sign: where they are numbers. */
static void scan_codes(const multi_feature *f, const int32_t *codes, int32_t step, int32_t n,
                       int32_t more_l2, int32_t sign, multi_scan *scan)
{
    const mlci_split_search *const s = f->search;
    const mlci_multi_rules *const r = &s->multi->rules;
    double weight = 0;
    memset(scan, 0, sizeof *scan);
    for (int32_t i = 0; i < n; i++)
        scan->left_weight[i] = weight += f->weight[codes[i * step]];
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
        score_cuts(s, &cuts, first, sign, n, scan);
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
        scan_codes(f, &c, 1, 1, 0, 0, &scan);
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
    double group = 0;
    scan_codes(f, codes, step, (int32_t)most, 1, 0, &scan);
    for (int32_t i = 0; i < most; i++) {
        const double h = scan.left_h[i], weight = scan.left_weight[i];
        group += f->weight[codes[i * step]];
        const double right_weight = (double)s->weight - weight;
        if (is_too_small(s, f->h - h, right_weight) || right_weight < r->min_group_weight) break;
        if (is_too_small(s, h, weight) || group < r->min_group_weight) continue;
        group = 0;
        if (scan.score[i] > best->score) take_codes(f, scan.score[i], codes, step, i + 1, best);
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
            order[n++] =
                (mlci_code_order){(double)cell.g / ((double)cell.h + r->cat_smooth_h[output]), c};
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

void mlci_multi_find_in(const mlci_split_search *s, int32_t used, mlci_tree_split *best)
{
    mlci_tree_split found = mlci_split_none(s);
    multi_feature f = {.search = s, .used = used};
    measure_codes(&f);
    if (s->binned->rules[s->binned->used[used]].is_category)
        find_category(&f, &found);
    else
        find_number(&f, &found);
    mlci_split_weigh(s, 1, s->least_score, &found);
    mlci_split_take(&found, best);
}

void mlci_multi_find(const mlci_split_search *s, int32_t first, int32_t end, mlci_tree_split *best)
{
    const mlci_binned *const b = s->binned;
    for (int32_t i = b->first_feature[first]; i < b->first_feature[end]; i++)
        if (s->allowed == NULL || s->allowed[b->features[i]])
            mlci_multi_find_in(s, b->features[i], best);
}

/* ---- leaves of a level -------------------------------------------------------------------- */

/* What the node is worth if the first i + 1 codes of a scan go left, where that can be. */
static double score_in_level(const multi_feature *f, const multi_scan *scan, int32_t i, double own)
{
    return scan->score[i] > -INFINITY && has_room(f, scan, i) ? scan->score[i] : own;
}

/* Adds the scores of cuts after codes 1, 2, ...; a cut after a code that the node does not have
 * parts it as the one before. */
static void add_cuts(const multi_feature *f, int32_t missing_left, double own, double *score)
{
    int32_t codes[MLCI_BIN_CODES], n = 0, at = 0;
    multi_scan scan;
    for (int32_t c = missing_left ? 0 : 1; c < f->n_codes; c++)
        if (f->code_h[c] > 0) codes[n++] = c;
    scan_codes(f, codes, 1, n, 0, sign_of(f), &scan);
    for (int32_t c = 0; c < f->n_codes; c++) {
        at += at < n && codes[at] == c;
        if (c > 0) score[c] += at == 0 ? own : score_in_level(f, &scan, at - 1, own);
    }
}

static void add_categories(const multi_feature *f, double own, double *score)
{
    for (int32_t c = 0; c < f->n_codes; c++) {
        multi_scan scan;
        if (f->code_h[c] > 0) scan_codes(f, &c, 1, 1, 0, 0, &scan);
        score[c] += f->code_h[c] > 0 ? score_in_level(f, &scan, 0, own) : own;
    }
}

int32_t mlci_multi_add_level(const mlci_split_search *s, int32_t used, double *missing_left,
                             double *missing_right)
{
    const double own = mlci_multi_own_score(s);
    multi_feature f = {.search = s, .used = used};
    measure_codes(&f);
    if (s->binned->rules[s->binned->used[used]].is_category) {
        add_categories(&f, own, missing_right);
    } else {
        add_cuts(&f, 1, own, missing_left);
        add_cuts(&f, 0, own, missing_right);
    }
    return f.code_h[0] > 0;
}

double mlci_multi_level_gain(const mlci_split_search *s, const mlci_tree_split *split)
{
    multi_feature f = {.search = s, .used = split->used};
    int32_t codes[MLCI_BIN_CODES], n = 0, n_right = 0;
    multi_scan scan;
    measure_codes(&f);
    for (int32_t c = 0; c < f.n_codes; c++) {
        const int left = split->is_category ? mlci_set_has(split->set, (uint32_t)c)
                         : c == 0           ? split->missing_left
                                            : c <= split->bin;
        if (f.code_h[c] > 0 && left) codes[n++] = c;
        n_right += f.code_h[c] > 0 && !left;
    }
    if (n == 0 || n_right == 0) return 0;
    scan_codes(&f, codes, 1, n, 0, split->is_category ? 0 : sign_of(&f), &scan);
    const double gain = scan.score[n - 1] - mlci_multi_own_score(s);
    return gain > 0 ? gain : 0;
}
