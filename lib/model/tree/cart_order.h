/* Rows of a node in the order of their ranks. */
#ifndef MLCI_CART_ORDER_H
#define MLCI_CART_ORDER_H

#include "tree_kernels.h"

/* The indices of n ranks in ascending order, equal ones in the order they were in. scratch: 2 n. */
void mlci_cart_order(const mlci_tree_kernels *kernels, int64_t n, const uint32_t *ranks,
                     uint32_t *order, uint64_t *scratch);

#endif
