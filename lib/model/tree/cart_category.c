/* Splits of categories by orders of the codes.
 *
 * With the categories sorted by the mean target, the best two sets of two classes, or for squared
 * error, are a prefix and the rest (Fisher 1958; Breiman et al. 1984, 4.2.2), so all prefixes are
 * tried: exact, for absolute errors a good choice.
 * Several classes have no such order; those by the shares of each of the heaviest
 * classes are tried (8 at most). Missing values (code 0, which rare and unseen categories share)
 * are a category like any other. O(rows + c log c) for c categories. */
#include "cart_search.h"

#include <string.h>

#include "cart_order.h"

#define MOST_ORDERS 8

typedef struct ordered {
    double ratio;
    int32_t code;
} ordered;

/* By (ratio, code). */
static void sort_codes(ordered *codes, int32_t n)
{
    for (int32_t i = 1; i < n; i++) {
        const ordered item = codes[i];
        int32_t j = i;
        for (; j > 0 && (codes[j - 1].ratio > item.ratio ||
                         (codes[j - 1].ratio == item.ratio && codes[j - 1].code > item.code));
             j--)
            codes[j] = codes[j - 1];
        codes[j] = item;
    }
}

/* Scores the prefixes gathered so far and takes the best. */
static void take_prefix(const mlci_cart_search *search, mlci_cart_cuts *cuts, int32_t feature,
                        const ordered *codes, mlci_cart_split *best)
{
    const double top = mlci_cart_score(search->criterion, &search->total, best->score, cuts);
    if (top < 0 || top < best->score) return;
    int64_t i = 0;
    while (cuts->score[i] != top)
        i++;
    mlci_cart_split found = {.score = top, .feature = feature, .is_category = 1};
    for (uint32_t c = 0; c < cuts->rank[i]; c++)
        mlci_set_add(found.set, (uint32_t)codes[c].code);
    mlci_cart_split_take(&found, best);
}

static void scan_prefixes(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                          int32_t feature, const ordered *codes, int32_t n, mlci_cart_split *best)
{
    const int32_t n_sums = search->total.n_sums;
    mlci_cart_cuts *const cuts = &scratch->cuts;
    memset(scratch->running, 0, (size_t)n_sums * sizeof *scratch->running);
    cuts->n = 0;
    for (int32_t i = 0; i + 1 < n; i++) {
        if (cuts->n == cuts->room) {
            take_prefix(search, cuts, feature, codes, best);
            cuts->n = 0;
        }
        for (int32_t k = 0; k < n_sums; k++) {
            scratch->running[k] += scratch->cells[codes[i].code * n_sums + k];
            cuts->sums[k * cuts->room + cuts->n] = (double)scratch->running[k];
        }
        cuts->rank[cuts->n++] = (uint32_t)i + 1;
    }
    take_prefix(search, cuts, feature, codes, best);
}

/* Absolute errors of the prefixes: rows get the place of their code as rank. */
static void take_median_prefix(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                               int32_t feature, const ordered *codes, int32_t n,
                               mlci_cart_split *best)
{
    const mlci_cart_total *const total = &search->total;
    const uint8_t *const column = search->columns->columns[feature].codes;
    uint32_t place[MLCI_BIN_CODES], last;
    mlci_cart_split found = {.feature = feature, .is_category = 1};
    for (int32_t i = 0; i < n; i++)
        place[codes[i].code] = (uint32_t)i;
    for (int64_t i = 0; i < search->n; i++)
        scratch->ranks[i] = place[column[search->rows[i]]];
    mlci_cart_order(search->criterion->kernels, search->n, scratch->ranks, scratch->order,
                    scratch->sort);
    const mlci_cart_line line = {scratch->ranks, scratch->order, search->n, search->n, 0};
    found.score = mlci_cart_best_median_cut(&search->targets, &scratch->medians, &line,
                                            total->parent, total->least_weight, &last);
    if (found.score < 0) return;
    for (uint32_t i = 0; i <= last; i++)
        mlci_set_add(found.set, (uint32_t)codes[i].code);
    mlci_cart_split_take(&found, best);
}

/* The heaviest classes of the node that have not been taken; -1: no more. */
static int32_t next_class(const mlci_cart_total *total, const int32_t *taken, int32_t n_taken)
{
    int32_t best = -1;
    for (int32_t k = 0; k < total->n_sums; k++) {
        int is_taken = !(total->sums[k] > 0);
        for (int32_t i = 0; i < n_taken; i++)
            is_taken |= taken[i] == k;
        if (!is_taken && (best < 0 || total->sums[k] > total->sums[best])) best = k;
    }
    return best;
}

/* Codes that the node has, with their weights; returns how many. */
static int32_t present_codes(const mlci_cart_search *search, const int64_t *cells, int32_t n_codes,
                             ordered *codes, double *weight)
{
    const int32_t n_sums = search->total.n_sums;
    int32_t n = 0;
    for (int32_t c = 0; c < n_codes; c++) {
        weight[c] = 0;
        if (search->criterion->sums != MLCI_CART_CLASSES)
            weight[c] = (double)cells[2 * c + 1];
        else
            for (int32_t k = 0; k < n_sums; k++)
                weight[c] += (double)cells[c * n_sums + k];
        if (weight[c] > 0) codes[n++].code = c;
    }
    return n;
}

int mlci_cart_search_category(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                              int32_t feature, mlci_cart_split *best)
{
    const mlci_cart_column *const column = &search->columns->columns[feature];
    const int is_classes = search->criterion->sums == MLCI_CART_CLASSES;
    const int32_t n_sums = search->total.n_sums;
    ordered codes[MLCI_BIN_CODES];
    double weight[MLCI_BIN_CODES];
    int32_t taken[MOST_ORDERS];
    mlci_cart_add_cells(search, column, scratch->cells);
    const int32_t n = present_codes(search, scratch->cells, column->n_codes, codes, weight);
    if (n < 2) return 0;
    for (int32_t o = 0; o < (is_classes ? MOST_ORDERS : 1); o++) {
        taken[o] = is_classes ? next_class(&search->total, taken, o) : 0;
        if (taken[o] < 0) break;
        for (int32_t i = 0; i < n; i++) {
            const int64_t sum = scratch->cells[codes[i].code * n_sums + taken[o]];
            codes[i].ratio = (double)sum / weight[codes[i].code];
        }
        sort_codes(codes, n);
        if (search->criterion->kind == MLCI_CRITERION_ABSOLUTE)
            take_median_prefix(search, scratch, feature, codes, n, best);
        else
            scan_prefixes(search, scratch, feature, codes, n, best);
    }
    return 1;
}
