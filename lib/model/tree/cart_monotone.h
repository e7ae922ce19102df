/* Monotone constraints of decision trees: cuts that keep them, bounds of values below a cut. */
#ifndef MLCI_CART_MONOTONE_H
#define MLCI_CART_MONOTONE_H

#include "cart_grow.h"
#include "cart_search.h"

/* Takes the scores of cuts by a feature whose sides are in the wrong order, or out of the bounds of
 * the node; returns the largest that is left. */
double mlci_cart_keep_monotone(const mlci_cart_search *search, int32_t feature,
                               mlci_cart_cuts *cuts, double top);
/* The bounds of both children of a node that was cut by a feature, its rows parted. */
void mlci_cart_divide_bounds(const mlci_cart_data *data, const mlci_cart_bag *bag, int32_t feature,
                             int64_t begin, int64_t n_left, int64_t n, mlci_cart_bounds bounds,
                             mlci_cart_bounds children[2]);

#endif
