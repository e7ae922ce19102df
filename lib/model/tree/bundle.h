/* Which features share a column of the two copies.
 *
 * A bundle of one feature holds its codes. In a larger one each feature adds table[code] to the
 * code of the row, so that the sum tells all of them, in training rows and in others: features that
 * are never away from their most frequent code in the same row (one-hot columns) have ranges of one
 * number, features of few codes are digits of it. Histograms of bundles are exact integers; a
 * feature's own follow from them without loss. */
#ifndef MLCI_BUNDLE_H
#define MLCI_BUNDLE_H

#include "binning.h"

/* Finds bundles of the used features and lists them in binned: places, bundles, cells. */
mlc_status mlci_bundles_find(mlc_context *call, mlci_binned *binned, mlc_error *err);
/* Moves the codes of features into those of bundles. Columns of features that are not used go. */
mlc_status mlci_bundles_fill(mlc_context *call, mlci_binned *binned, mlc_error *err);

#endif
