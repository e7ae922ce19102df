/* Shapley values of trees: the explainers of models whose state is an ensemble or a forest. */
#ifndef MLCI_SHAP_H
#define MLCI_SHAP_H

#include "shap_trees.h"

extern const mlci_explainer mlci_ensemble_explainer;
extern const mlci_explainer mlci_forest_explainer; /* shap_forest.c */

/* What both are made of: see mlci_explainer. trees is copied. */
mlc_status mlci_shap_open(const mlci_explain *explain, const mlci_shap_trees *trees, double *base,
                          void **plan, mlc_error *err);
mlc_status mlci_shap_explain(const void *plan, const double *x, int64_t n_rows, double *out,
                             mlc_error *err);
void mlci_shap_close(void *plan);

#endif
