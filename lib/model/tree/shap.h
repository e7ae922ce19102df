/* Shapley values of trees: the explainer of models whose state is an ensemble. */
#ifndef MLCI_SHAP_H
#define MLCI_SHAP_H

#include "ensemble.h"

/* A feature that no tree splits by has no share; the others have numbers of their own. */
typedef struct mlci_shap_features {
    int32_t n_used;
    int64_t *used;  /* their indices, ascending */
    int32_t *place; /* of each feature: its number, or -1 */
} mlci_shap_features;

extern const mlci_explainer mlci_ensemble_explainer;

#endif
