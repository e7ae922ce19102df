/* Which features share a column of the row-major copy.
 *
 * A bundle of one feature holds its codes. In a larger one each feature adds table[code] to the
 * code of the row, so that the sum tells all of them: features that are never away from their most
 * frequent code in the same row (one-hot columns) have ranges of one number, features of few codes
 * are digits of it. Histograms of bundles are exact integers; a feature's own follow from them
 * without loss. */
#ifndef MLCI_BUNDLE_H
#define MLCI_BUNDLE_H

#include "binning.h"

/* Finds bundles of the used features and lists them in binned: places, bundles, cells. */
mlc_status mlci_bundles_find(mlc_context *call, mlci_binned *binned, mlc_error *err);
/* The codes of bundle b in rows begin .. end: n at out, stride apart. */
void mlci_bundle_codes(const mlci_binned *binned, int32_t b, int64_t begin, int64_t end,
                       uint8_t *out, int64_t stride);
/* Is that a bundle of several features that all mostly have one value? */
int mlci_bundle_is_sparse(const mlci_binned *binned, int32_t b);
/* Adds the codes of such a bundle in the training rows of a tile of binned->sparse to the row-major
 * codes at `out` (of the first training row), where zeros were. */
void mlci_bundle_add_tile(const mlci_binned *binned, int32_t b, int64_t tile, uint8_t *out,
                          int64_t stride);

#endif
