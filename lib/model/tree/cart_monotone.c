/* As scikit-learn does: a cut by a constrained feature is out where the means of its sides are in
 * the wrong order or leave the bounds of the node; below it the middle of both means bounds the
 * sides from each other, and leaves are clipped to their bounds. So all leaves on one side of the
 * cut are on one side of the middle, whatever else is cut there. */
#include "cart_monotone.h"

static double ratio(double g, double w)
{
    return w > 0 ? g / w : 0;
}

double mlci_cart_keep_monotone(const mlci_cart_search *search, int32_t feature,
                               mlci_cart_cuts *cuts, double top)
{
    const int32_t sign = search->signs == NULL ? 0 : search->signs[feature];
    const mlci_cart_total *const total = &search->total;
    const int is_pair = search->criterion->sums != MLCI_CART_CLASSES;
    const double *const g = cuts->sums + (is_pair ? 0 : cuts->room);
    const double g_all = total->n_sums < 2 ? 0 : total->sums[is_pair ? 0 : 1];
    if (sign == 0 || total->n_sums < 2) return top;
    top = MLCI_CART_NO_SCORE;
    for (int64_t i = 0; i < cuts->n; i++) {
        const double second = cuts->sums[cuts->room + i];
        const double w = is_pair ? second : cuts->sums[i] + second;
        const double left = ratio(g[i], w), right = ratio(g_all - g[i], total->weight - w);
        if (sign * (left - right) > 0 || left < search->bounds.low || right < search->bounds.low ||
            left > search->bounds.high || right > search->bounds.high)
            cuts->score[i] = MLCI_CART_NO_SCORE;
        top = cuts->score[i] > top ? cuts->score[i] : top;
    }
    return top;
}

/* The mean of rows of a bag. */
static double mean_of(const mlci_cart_data *data, const mlci_cart_bag *bag, int64_t begin,
                      int64_t n)
{
    int64_t g = 0, w = 0;
    for (int64_t i = begin; i < begin + n; i++) {
        const mlci_cart_pair pair = bag->pairs[bag->rows[i]];
        g += data->criterion.sums != MLCI_CART_CLASSES ? pair.g : pair.g == 1 ? pair.w : 0;
        w += pair.w;
    }
    return ratio((double)g, (double)w);
}

void mlci_cart_divide_bounds(const mlci_cart_data *data, const mlci_cart_bag *bag, int32_t feature,
                             int64_t begin, int64_t n_left, int64_t n, mlci_cart_bounds bounds,
                             mlci_cart_bounds children[2])
{
    const int32_t sign = data->rules->signs == NULL ? 0 : data->rules->signs[feature];
    children[0] = children[1] = bounds;
    if (sign == 0) return;
    const double middle =
        0.5 * (mean_of(data, bag, begin, n_left) + mean_of(data, bag, begin + n_left, n - n_left));
    children[sign < 0].high = middle;
    children[sign > 0].low = middle;
}
