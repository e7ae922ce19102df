/* Absolute errors by a binary indexed tree (Fenwick 1994) over the sorted targets of the node: rows
 * join in the order of the feature; the tree finds the weighted median of those that have joined
 * and the sums below it in log n steps. One pass gives the left sides of all cuts, one from the end
 * the right sides. Sums are integers. */
#include "cart_absolute.h"

#include <string.h>

#include "cart_score.h"
#include "error.h"

mlc_status mlci_cart_medians_init(mlci_root *root, int64_t n, mlci_cart_medians *m, mlc_error *err)
{
    m->sums = mlci_alloc_raw(root, n + 1, 2 * (int64_t)sizeof *m->sums);
    m->targets = mlci_alloc_raw(root, n, sizeof *m->targets);
    m->deviation = mlci_alloc_raw(root, n, sizeof *m->deviation);
    if (m->sums == NULL || m->targets == NULL || m->deviation == NULL)
        return mlci_fail_memory(err, n + 1, 32);
    return MLC_OK;
}

void mlci_cart_medians_clear(mlci_cart_medians *m)
{
    mlci_free(m->sums);
    mlci_free(m->targets);
    mlci_free(m->deviation);
}

/* The rows that have joined. sums[2 i] and sums[2 i + 1] are g and w of the places i - lowest bit
 * of i to i - 1. */
typedef struct joined {
    const mlci_cart_targets *targets;
    int64_t *sums;
    const double *by_place;
    int64_t g, w;
    int64_t top; /* the largest power of two up to n */
} joined;

static joined nobody(const mlci_cart_targets *t, mlci_cart_medians *m)
{
    joined j = {.targets = t, .sums = m->sums, .by_place = m->targets, .top = 1};
    memset(m->sums, 0, (size_t)(t->n + 1) * 2 * sizeof *m->sums);
    while (2 * j.top <= t->n)
        j.top *= 2;
    return j;
}

static void join(joined *j, uint32_t row)
{
    const mlci_cart_pair pair = j->targets->pairs[row];
    j->g += pair.g;
    j->w += pair.w;
    for (int64_t i = (int64_t)j->targets->place[row] + 1; i <= j->targets->n; i += i & -i) {
        j->sums[2 * i] += pair.g;
        j->sums[2 * i + 1] += pair.w;
    }
}

/* Deviation of those that joined, one at least: the median is the first target with half of the
 * weight at or below it. */
static double deviation(const joined *j)
{
    int64_t at = 0, g = 0, w = 0;
    for (int64_t step = j->top; step > 0; step /= 2) {
        const int64_t next = at + step;
        if (next > j->targets->n || 2 * (w + j->sums[2 * next + 1]) >= j->w) continue;
        at = next;
        g += j->sums[2 * at];
        w += j->sums[2 * at + 1];
    }
    /* Places below `at` are below the median, which is at place `at`. */
    const double median = j->by_place[at] * j->targets->y_unit;
    const double sum = median * (double)(2 * w - j->w) + (double)(j->g - 2 * g);
    return sum > 0 ? sum : 0;
}

static void sort_targets(const mlci_cart_targets *t, mlci_cart_medians *m)
{
    for (int64_t i = 0; i < t->n; i++)
        m->targets[t->place[i]] = t->y[i];
}

double mlci_cart_deviation(const mlci_cart_targets *t, mlci_cart_medians *m)
{
    joined all = nobody(t, m);
    sort_targets(t, m);
    for (int64_t i = 0; i < t->n; i++)
        join(&all, (uint32_t)i);
    return deviation(&all);
}

double mlci_cart_best_median_cut(const mlci_cart_targets *t, mlci_cart_medians *m,
                                 const mlci_cart_line *line, double parent, double least_weight,
                                 uint32_t *rank)
{
    double best = MLCI_CART_NO_SCORE;
    joined left = nobody(t, m);
    sort_targets(t, m);
    for (int64_t i = line->n_present; i < line->n && line->missing_left; i++)
        join(&left, line->order[i]);
    for (int64_t i = 0; i < line->n_present; i++) {
        join(&left, line->order[i]);
        if (!mlci_cart_is_cut(line, i)) continue;
        const int fits = (double)left.w >= least_weight;
        m->deviation[i] = fits ? deviation(&left) : MLCI_CART_NO_SCORE;
    }
    joined right = nobody(t, m);
    for (int64_t i = line->n_present; i < line->n && !line->missing_left; i++)
        join(&right, line->order[i]);
    for (int64_t i = line->n_present - 1; i >= 0; i--) {
        if (mlci_cart_is_cut(line, i) && m->deviation[i] >= 0 && (double)right.w >= least_weight &&
            right.w > 0) {
            const double gain = parent - m->deviation[i] - deviation(&right);
            const double score = gain > 0 ? gain : 0;
            if (score >= best) { /* the lowest of equal cuts, which come last */
                best = score;
                *rank = line->ranks[line->order[i]];
            }
        }
        join(&right, line->order[i]);
    }
    return best;
}
