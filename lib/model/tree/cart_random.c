/* Random splits (Geurts, Ernst, Wehenkel 2006): a number is cut uniformly between its least and its
 * largest value in the node, missing values go to a random side. Categories that the node has go to
 * random sides, all subsets that are neither empty nor whole being equally likely. */
#include "cart_random.h"

#include <string.h>

#include "cart_monotone.h"
#include "cart_order.h"

#define FEW_ROWS 24

/* Sums of what goes left. */
static void add_left(const mlci_cart_search *search, const uint32_t *goes_right, int64_t *running)
{
    int64_t g = 0, w = 0;
    if (search->criterion->sums == MLCI_CART_CLASSES) {
        memset(running, 0, (size_t)search->total.n_sums * sizeof *running);
        for (int64_t i = 0; i < search->n; i++)
            running[search->pairs[i].g] += goes_right[i] ? 0 : search->pairs[i].w;
        return;
    }
    for (int64_t i = 0; i < search->n; i++) {
        const int64_t mask = (int64_t)goes_right[i] - 1;
        g += search->pairs[i].g & mask;
        w += search->pairs[i].w & mask;
    }
    running[0] = g;
    running[1] = w;
}

/* Takes the one split that was drawn: goes_right has 0 or 1 for each row. */
static void take_drawn(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                       const uint32_t *goes_right, mlci_cart_split *found, mlci_cart_split *best)
{
    const mlci_cart_total *const total = &search->total;
    mlci_cart_cuts *const cuts = &scratch->cuts;
    if (search->criterion->kind == MLCI_CRITERION_ABSOLUTE) {
        uint32_t rank;
        mlci_cart_order(search->criterion->kernels, search->n, goes_right, scratch->order,
                        scratch->sort);
        const mlci_cart_line line = {goes_right, scratch->order, search->n, search->n, 0};
        found->score = mlci_cart_best_median_cut(&search->targets, &scratch->medians, &line,
                                                 total->parent, total->least_weight, &rank);
    } else {
        add_left(search, goes_right, scratch->running);
        cuts->n = 1;
        for (int32_t k = 0; k < total->n_sums; k++)
            cuts->sums[k * cuts->room] = (double)scratch->running[k];
        found->score = mlci_cart_score(search->criterion, total, best->score, cuts);
        found->score = mlci_cart_keep_monotone(search, found->feature, cuts, found->score);
    }
    if (found->score >= 0) mlci_cart_split_take(found, best);
}

/* The last rank of the node whose value is at most the threshold, which lies in its range: of few
 * rows by looking at each, else by bisection of all values. */
static uint32_t rank_below(const mlci_cart_column *column, const uint32_t *ranks, int64_t n,
                           uint32_t low, uint32_t high, double threshold)
{
    if (n <= FEW_ROWS) {
        for (int64_t i = 0; i < n; i++)
            if (ranks[i] > low && ranks[i] != MLCI_CART_MISSING &&
                column->values[ranks[i]] <= threshold)
                low = ranks[i];
        return low;
    }
    while (low < high) {
        const uint32_t middle = low + (high - low + 1) / 2;
        if (column->values[middle] <= threshold)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Least and largest rank of those that are there; returns how many are missing. A missing one is
 * the largest number, and 0 after it has been raised by 1. */
static int64_t range_of(const uint32_t *ranks, int64_t n, uint32_t *low, uint32_t *high)
{
    uint32_t least = MLCI_CART_MISSING, most = 0;
    int64_t n_missing = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint32_t raised = ranks[i] + 1;
        least = ranks[i] < least ? ranks[i] : least;
        most = raised > most ? raised : most;
        n_missing += raised == 0;
    }
    *low = least;
    *high = most - 1;
    return n_missing;
}

int mlci_cart_draw_number(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                          int32_t feature, mlci_cart_draws *draws, mlci_cart_split *best)
{
    const mlci_cart_column *const column = &search->columns->columns[feature];
    uint32_t low, high;
    mlci_cart_take_ranks(column, search->rows, search->n, scratch->ranks);
    const int64_t n_missing = range_of(scratch->ranks, search->n, &low, &high);
    if (n_missing == search->n || (low == high && n_missing == 0)) return 0;
    const double least = column->values[low], most = column->values[high];
    const double u = mlci_cart_draw_unit(draws);
    mlci_cart_split found = {.feature = feature, .is_drawn = 1};
    found.threshold = least * (1 - u) + most * u;
    if (!(found.threshold >= least && found.threshold < most)) found.threshold = least;
    found.missing_left = n_missing > 0 && mlci_cart_draw_below(draws, 2) == 1;
    found.rank = rank_below(column, scratch->ranks, search->n, low, high, found.threshold);
    /* Raised by 1, a missing rank is the lowest. */
    const uint32_t raise = (uint32_t)found.missing_left, last = found.rank + raise;
    for (int64_t i = 0; i < search->n; i++)
        scratch->ranks[i] = scratch->ranks[i] + raise > last;
    take_drawn(search, scratch, scratch->ranks, &found, best);
    return 1;
}

int mlci_cart_draw_category(const mlci_cart_search *search, mlci_cart_scratch *scratch,
                            int32_t feature, mlci_cart_draws *draws, mlci_cart_split *best)
{
    const mlci_cart_column *const column = &search->columns->columns[feature];
    int32_t present[MLCI_BIN_CODES], n_present = 0, n_left = 0;
    uint8_t seen[MLCI_BIN_CODES] = {0};
    for (int64_t i = 0; i < search->n; i++)
        seen[column->codes[search->rows[i]]] = 1;
    for (int32_t c = 0; c < column->n_codes; c++)
        if (seen[c]) present[n_present++] = c;
    if (n_present < 2) return 0;
    mlci_cart_split found = {.feature = feature, .is_category = 1};
    while (n_left == 0 || n_left == n_present) {
        memset(found.set, 0, sizeof found.set);
        n_left = 0;
        for (int32_t i = 0; i < n_present; i++) {
            if (mlci_cart_draw_below(draws, 2) == 0) continue;
            mlci_set_add(found.set, (uint32_t)present[i]);
            n_left++;
        }
    }
    for (int64_t i = 0; i < search->n; i++)
        scratch->ranks[i] = !mlci_set_has(found.set, column->codes[search->rows[i]]);
    take_drawn(search, scratch, scratch->ranks, &found, best);
    return 1;
}
