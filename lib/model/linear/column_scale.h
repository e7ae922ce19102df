/* Mean and spread of each column, of dense and sparse matrices. */
#ifndef MLCI_COLUMN_SCALE_H
#define MLCI_COLUMN_SCALE_H

#include "descriptor.h"
#include "matrix.h"

typedef struct mlci_column_scale {
    double *mean;     /* n_features; zero when not centred */
    double *square;   /* n_features: sum of w (x - mean)^2, never negative */
    double weight;    /* sum of weights */
    double n_entries; /* values read: those that are stored, for a sparse matrix */
} mlci_column_scale;

/* One pass. weight NULL: all 1. mean and square are the caller's. */
mlc_status mlci_column_scale_find(mlc_context *call, const mlci_matrix *x, const double *weight,
                                  int32_t centred, mlci_column_scale *out, mlc_error *err);

#endif
