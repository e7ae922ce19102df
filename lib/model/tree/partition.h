/* Rows of a node into its children, stable. */
#ifndef MLCI_PARTITION_H
#define MLCI_PARTITION_H

#include "binning.h"

/* Rows whose code has goes_left come first in out, the others after them, each in the order of
 * rows. rows and out are n each and do not overlap; *n_left is their number. */
mlc_status mlci_partition(mlc_context *call, const uint32_t *rows, int64_t n, const uint8_t *codes,
                          const uint8_t goes_left[MLCI_BIN_CODES], uint32_t *out, int64_t *n_left,
                          mlc_error *err);

#endif
