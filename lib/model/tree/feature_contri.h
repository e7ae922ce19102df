/* Factors on the gains of splits by a feature: the parameter feature_contri. */
#ifndef MLCI_FEATURE_CONTRI_H
#define MLCI_FEATURE_CONTRI_H

#include "matrix.h"

/* The syntax, without features: MLC_ERROR_SETTING. */
mlc_status mlci_feature_contri_check(const char *text, mlc_error *err);
/* A factor a feature, 1 where none is given; *out is NULL for a text that is NULL. */
mlc_status mlci_feature_contri_read(mlci_root *root, const char *text,
                                    const mlci_features *features, double **out, mlc_error *err);

#endif
