/* Fits AdaBoost: parameters of classes and numbers, rounds. */
#ifndef MLCI_ADABOOST_FIT_H
#define MLCI_ADABOOST_FIT_H

#include "adaboost.h"

enum { MLCI_R2_LINEAR = 0, MLCI_R2_SQUARE, MLCI_R2_EXPONENTIAL };

/* adaboost_params.h has the rows of the parameter tables that both have. */
typedef struct mlci_adaboost_params {
    int64_t n_estimators;
    double learning_rate;
    int32_t loss;      /* MLCI_R2_ */
    int32_t criterion; /* MLCI_CRITERION_ */
    int64_t max_depth, max_leaf_nodes;
    double min_weight_fraction_leaf;
} mlci_adaboost_params;

/* *state is an mlci_adaboost. */
mlc_status mlci_adaboost_fit(const mlci_model_fit *fit, void **state, mlc_error *err);

#endif
