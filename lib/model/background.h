/* Background rows of an explanation: they stand for features that are not known. */
#ifndef MLCI_BACKGROUND_H
#define MLCI_BACKGROUND_H

#include "descriptor.h"
#include "matrix.h"

typedef struct mlci_background {
    int64_t n_rows, n_features;
    double *x;      /* n_rows x n_features */
    double *weight; /* of the rows; sum 1 */
} mlci_background;

/* MLC_ERROR_ARGUMENT where there are none: for models that keep nothing of their training rows. */
mlc_status mlci_background_require(const mlci_explain *explain, mlc_error *err);
/* There are some. Clear it also after a failure. */
mlc_status mlci_background_read(const mlci_explain *explain, mlci_background *out, mlc_error *err);
void mlci_background_clear(mlci_background *background);
/* The mean of their raw scores. */
mlc_status mlci_background_score(const mlci_explain *explain, const mlci_background *background,
                                 double *mean, mlc_error *err);

#endif
