/* Names of features, for tables. */
#ifndef MLCI_FEATURE_NAMES_H
#define MLCI_FEATURE_NAMES_H

#include "matrix.h"

/* The name of each feature: "age", "pixels[3]", or "7" where there are no names (features NULL).
 * The block is the caller's. */
mlc_status mlci_feature_names(mlci_root *root, int64_t n, const mlci_features *features,
                              char ***out, mlc_error *err);
void mlci_free_feature_names(char **names, int64_t n);

#endif
