/* Which of a feature's values share a bin. */
#ifndef MLCI_BIN_CUTS_H
#define MLCI_BIN_CUTS_H

#include "binning.h"

/* How far a feature is cut; one value after the other, ascending. A value at least as heavy as a
 * mean bin has its own; the others fill bins of equal weight, and what is left for those adapts as
 * bins close. Weights are integers, so their order within a value does not matter. */
typedef struct mlci_cutter {
    double heavy, least; /* weight of a value alone; of a bin */
    double target;       /* of the current bin */
    int64_t light_total, light_bins;
    int64_t current; /* weight in the bin */
} mlci_cutter;

/* total: the weight of all values; unit: that of a row. The heavy values are told next. */
mlci_cutter mlci_cutter_start(int64_t total, int32_t max_bins, double unit);
void mlci_cutter_aim(mlci_cutter *c);

static inline int mlci_is_heavy(const mlci_cutter *c, int64_t weight)
{
    return (double)weight >= c->heavy;
}

static inline void mlci_cutter_tell_heavy(mlci_cutter *c, int64_t weight)
{
    c->light_total -= weight;
    c->light_bins--;
}

/* Values that are not heavy go into the bin, which stays open; it is closed after them. */
static inline void mlci_cutter_fill(mlci_cutter *c, int64_t weight)
{
    c->current += weight;
    c->light_total -= weight;
}
void mlci_cutter_close(mlci_cutter *c);

/* Is it full with a weight like that, a heavy value being next or not? */
static inline int mlci_cutter_is_full(const mlci_cutter *c, int64_t weight, int next_is_heavy)
{
    const double filled = (double)weight;
    return filled >= c->least &&
           (filled >= c->target || (next_is_heavy && 2 * filled >= c->target));
}

/* One value; returns whether a bin ends after it. */
int mlci_cutter_add(mlci_cutter *c, int64_t weight, int next_is_heavy);

/* A rule of one bin; then a bin ends between the values of two keys. */
void mlci_rule_clear(mlci_bin_rule *rule, int64_t n_values);
void mlci_rule_cut(mlci_bin_rule *rule, uint64_t key, uint64_t next_key);

/* Of n distinct keys, ascending, with their weights. Up to max_bins have a bin each. */
void mlci_find_cuts(mlci_bin_rule *rule, const uint64_t *keys, const int64_t *weights, int64_t n,
                    int32_t max_bins, double unit);

/* A threshold t with a <= t < b, near the middle; a < b, infinities allowed. */
double mlci_threshold_between(double a, double b);

#endif
