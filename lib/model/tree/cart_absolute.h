/* Sums of absolute deviations from medians, of a node and of both sides of cuts. */
#ifndef MLCI_CART_ABSOLUTE_H
#define MLCI_CART_ABSOLUTE_H

#include "cart_rows.h"

/* A node: what its rows add, their targets, and the place of each among the sorted targets. */
typedef struct mlci_cart_targets {
    int64_t n;
    const mlci_cart_pair *pairs;
    const double *y;
    const uint32_t *place;
    double y_unit; /* g of a target of 1 and a weight of 1 */
} mlci_cart_targets;

/* Rows in an order, by rank; those from n_present on are missing and go to one side together. */
typedef struct mlci_cart_line {
    const uint32_t *ranks, *order;
    int64_t n, n_present;
    int32_t missing_left;
} mlci_cart_line;

/* Does a cut lie behind the i-th row? */
static inline int mlci_cart_is_cut(const mlci_cart_line *line, int64_t i)
{
    if (i + 1 < line->n_present)
        return line->ranks[line->order[i]] != line->ranks[line->order[i + 1]];
    return !line->missing_left && line->n_present < line->n;
}

/* Memory for nodes of n rows. */
typedef struct mlci_cart_medians {
    int64_t *sums;     /* two a row, and two more */
    double *targets;   /* by place */
    double *deviation; /* by row in order */
} mlci_cart_medians;

mlc_status mlci_cart_medians_init(mlci_root *root, int64_t n, mlci_cart_medians *medians,
                                  mlc_error *err);
void mlci_cart_medians_clear(mlci_cart_medians *medians);
/* Sum of w |y - median| of the whole node, in units of g. */
double mlci_cart_deviation(const mlci_cart_targets *targets, mlci_cart_medians *medians);
/* What the best cut of a line takes off the node's deviation, at least 0, and the rank in front of
 * it; MLCI_CART_NO_SCORE where no cut leaves least_weight on both sides. O(n log n). */
double mlci_cart_best_median_cut(const mlci_cart_targets *targets, mlci_cart_medians *medians,
                                 const mlci_cart_line *line, double parent, double least_weight,
                                 uint32_t *rank);

#endif
