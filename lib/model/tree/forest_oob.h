/* What the trees of a forest predict for the training rows that they were not grown on. */
#ifndef MLCI_FOREST_OOB_H
#define MLCI_FOREST_OOB_H

#include "cart_rows.h"
#include "forest.h"

/* in_bag: for each tree a bit a row by place, row_bytes bytes. Sets oob and oob_score. */
mlc_status mlci_forest_add_oob(const mlci_model_fit *fit, const mlci_cart_rows *rows,
                               const uint8_t *in_bag, int64_t row_bytes, mlci_forest *forest,
                               mlc_error *err);

#endif
