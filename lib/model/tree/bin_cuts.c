/* Greedy cuts of equal weight, heavy values alone, with at least three rows' weight a bin.
 *
 * Delicate: the middle of two neighbours must not round up to the larger one or overflow. */
#include "bin_cuts.h"

#include <math.h>

#include "order_key.h"

#define MIN_ROWS_A_BIN 3

double mlci_threshold_between(double a, double b)
{
    const double middle = 0.5 * a + 0.5 * b;
    return middle >= a && middle < b ? middle : a;
}

mlci_cutter mlci_cutter_start(int64_t total, int32_t max_bins, double unit)
{
    return (mlci_cutter){.heavy = (double)total / (double)max_bins,
                         .least = MIN_ROWS_A_BIN * unit,
                         .light_total = total,
                         .light_bins = max_bins};
}

void mlci_cutter_aim(mlci_cutter *c)
{
    c->target = (double)c->light_total / (double)(c->light_bins > 0 ? c->light_bins : 1);
}

void mlci_cutter_close(mlci_cutter *c)
{
    c->current = 0;
    if (c->light_bins > 1) c->light_bins--;
    mlci_cutter_aim(c);
}

int mlci_cutter_add(mlci_cutter *c, int64_t weight, int next_is_heavy)
{
    if (mlci_is_heavy(c, weight)) {
        c->current = 0;
        mlci_cutter_aim(c);
        return 1;
    }
    mlci_cutter_fill(c, weight);
    if (!mlci_cutter_is_full(c, c->current, next_is_heavy)) return 0;
    mlci_cutter_close(c);
    return 1;
}

void mlci_rule_clear(mlci_bin_rule *rule, int64_t n_values)
{
    for (int32_t b = 0; b < MLCI_BIN_CODES; b++)
        rule->thresholds[b] = (double)INFINITY;
    rule->n_bins = n_values > 0 ? 1 : 0;
}

void mlci_rule_cut(mlci_bin_rule *rule, uint64_t key, uint64_t next_key)
{
    rule->thresholds[rule->n_bins - 1] =
        mlci_threshold_between(mlci_number_of_key(key), mlci_number_of_key(next_key));
    rule->n_bins++;
}

static void cut_by_weight(mlci_bin_rule *rule, const uint64_t *keys, const int64_t *weights,
                          int64_t n, int32_t max_bins, double unit)
{
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++)
        total += weights[i];
    mlci_cutter c = mlci_cutter_start(total, max_bins, unit);
    for (int64_t i = 0; i < n; i++)
        if (mlci_is_heavy(&c, weights[i])) mlci_cutter_tell_heavy(&c, weights[i]);
    mlci_cutter_aim(&c);
    for (int64_t i = 0; i + 1 < n && rule->n_bins < max_bins; i++)
        if (mlci_cutter_add(&c, weights[i], mlci_is_heavy(&c, weights[i + 1])))
            mlci_rule_cut(rule, keys[i], keys[i + 1]);
}

void mlci_find_cuts(mlci_bin_rule *rule, const uint64_t *keys, const int64_t *weights, int64_t n,
                    int32_t max_bins, double unit)
{
    mlci_rule_clear(rule, n);
    if (n > max_bins) {
        cut_by_weight(rule, keys, weights, n, max_bins, unit);
        return;
    }
    for (int64_t i = 0; i + 1 < n; i++)
        mlci_rule_cut(rule, keys[i], keys[i + 1]);
}
