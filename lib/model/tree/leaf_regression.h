/* Ridge regressions in leaves: what their rows' gradients say of some features. */
#ifndef MLCI_LEAF_REGRESSION_H
#define MLCI_LEAF_REGRESSION_H

#include "gradient.h"
#include "number_columns.h"

/* A leaf: its rows, its features, and what comes out. */
typedef struct mlci_leaf_rows {
    int64_t begin, n;      /* of the regression's rows */
    int64_t first_feature; /* of the regression's features */
    int64_t n_features;
    int32_t is_linear; /* 0: too few complete rows, nothing to learn, or not finite */
    double intercept;
} mlci_leaf_rows;

typedef struct mlci_leaf_regression {
    const mlci_number_columns *columns;
    const mlci_gradients *gradients; /* g and h */
    double l2;
    double rate;          /* factor on what comes out */
    const uint32_t *rows; /* leaf by leaf */
    const int32_t *feature;
    double *factor; /* one a feature of a leaf: 0 where it was left out */
    int64_t n_leaves;
    mlci_leaf_rows *leaves;
} mlci_leaf_regression;

/* Fills factor, is_linear and intercept. */
mlc_status mlci_leaf_regress(mlc_context *call, const mlci_leaf_regression *regression,
                             mlc_error *err);

#endif
