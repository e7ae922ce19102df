/* Splits of categories: one against the rest for few, else prefixes of an order.
 *
 * With the categories sorted by G / (H + cat_smooth), the best set for a convex loss is a prefix
 * (Fisher 1958), so both ends of the order are scanned, as LightGBM does: at most
 * max_cat_threshold categories a set, groups of at least min_data_per_group, cat_l2 more L2.
 * Categories of weight below cat_smooth stay on the right. Missing (code 0, which unseen and rare
 * categories share) is a category like any other. O(c log c) for c categories. */
#include <string.h>

#include "tree_split.h"

static void add_code(mlci_split_side *left, const mlci_code_sums *sums, int32_t code)
{
    left->g += sums->g[code];
    left->h += sums->h[code];
    left->weight += sums->weight[code];
}

static int is_too_small(const mlci_split_rules *r, double h, double weight)
{
    return h < r->min_hessian || weight < r->min_weight;
}

static void take_set(mlci_tree_split *best, int32_t used, double score, const mlci_split_side *left)
{
    memset(best, 0, sizeof *best);
    best->score = score;
    best->used = used;
    best->is_category = 1;
    best->left_g = (int64_t)left->g;
    best->left_h = (int64_t)left->h;
}

static void find_one(const mlci_split_search *s, const mlci_code_sums *sums, int32_t used,
                     mlci_tree_split *best)
{
    const mlci_split_rules *const r = s->rules;
    int32_t codes[MLCI_BIN_CODES], n = 0, first = 0;
    for (int32_t c = 0; c < sums->n_codes; c++)
        if (!is_too_small(r, sums->h[c], sums->weight[c]) &&
            !is_too_small(r, (double)s->h - sums->h[c], (double)s->weight - sums->weight[c]))
            codes[n++] = c;
    if (r->draws_cuts && n > 0) {
        first = (int32_t)mlci_split_draw(s, used, n);
        n = first + 1;
    }
    for (int32_t i = first; i < n; i++) {
        const int32_t c = codes[i];
        mlci_split_side left = {0, 0, 0};
        add_code(&left, sums, c);
        const double score = mlci_split_pair_score(s, 0, &left, r->l2);
        if (!(score > best->score)) continue;
        take_set(best, used, score, &left);
        mlci_set_add(best->set, (uint32_t)c);
    }
}

/* Shell sort. */
void mlci_sort_codes(mlci_code_order *order, int32_t n)
{
    for (int32_t gap = n / 2; gap > 0; gap /= 2) {
        for (int32_t i = gap; i < n; i++) {
            const mlci_code_order item = order[i];
            int32_t j = i;
            while (j >= gap &&
                   (order[j - gap].ratio > item.ratio ||
                    (order[j - gap].ratio == item.ratio && order[j - gap].code > item.code))) {
                order[j] = order[j - gap];
                j -= gap;
            }
            order[j] = item;
        }
    }
}

/* Prefixes of the order taken from one end; order[i * step] is the i-th. */
static void scan_order(const mlci_split_search *s, const mlci_code_sums *sums, int32_t used,
                       const mlci_code_order *order, int32_t step, int32_t n, mlci_tree_split *best)
{
    const mlci_split_rules *const r = s->rules;
    const int64_t most = (n + 1) / 2 < r->max_cat_threshold ? (n + 1) / 2 : r->max_cat_threshold;
    mlci_split_side left = {0, 0, 0};
    const int64_t drawn = r->draws_cuts ? mlci_split_draw(s, used, most) : -1;
    double group = 0;
    int32_t taken = 0; /* categories in the best set, if it is from here */
    for (int32_t i = 0; i < most; i++) {
        const int32_t code = order[i * step].code;
        add_code(&left, sums, code);
        group += sums->weight[code];
        const double right_h = (double)s->h - left.h,
                     right_weight = (double)s->weight - left.weight;
        if (is_too_small(r, right_h, right_weight) || right_weight < r->min_group_weight) break;
        if (is_too_small(r, left.h, left.weight) || group < r->min_group_weight) continue;
        group = 0;
        if (r->draws_cuts && i != drawn) continue;
        const double score = mlci_split_pair_score(s, 0, &left, r->l2 + r->cat_l2);
        if (!(score > best->score)) continue;
        take_set(best, used, score, &left);
        taken = i + 1;
    }
    for (int32_t i = 0; i < taken; i++)
        mlci_set_add(best->set, (uint32_t)order[i * step].code);
}

void mlci_split_find_category(const mlci_split_search *s, const mlci_code_sums *sums, int32_t used,
                              mlci_tree_split *best)
{
    const mlci_split_rules *const r = s->rules;
    mlci_code_order order[MLCI_BIN_CODES];
    int32_t n = 0;
    if (sums->n_codes - 1 <= r->max_cat_to_onehot) {
        find_one(s, sums, used, best);
        return;
    }
    for (int32_t c = 0; c < sums->n_codes; c++)
        if (sums->h[c] > 0 && sums->weight[c] >= r->cat_smooth_weight)
            order[n++] = (mlci_code_order){sums->g[c] / (sums->h[c] + r->cat_smooth_h), c};
    if (n == 0) return;
    mlci_sort_codes(order, n);
    scan_order(s, sums, used, order, 1, n, best);
    scan_order(s, sums, used, order + n - 1, -1, n, best);
}
