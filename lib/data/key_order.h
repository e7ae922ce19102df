/* Groups in the order in which they appear. */
#ifndef MLCI_KEY_ORDER_H
#define MLCI_KEY_ORDER_H

#include "key_lists.h"

/* Groups by their first rows, and those rows, ascending; room for n_groups each. */
mlc_status mlci_key_order(mlc_context *call, const mlci_key_lists *lists, int64_t *order,
                          int64_t *firsts, mlc_error *err);

#endif
