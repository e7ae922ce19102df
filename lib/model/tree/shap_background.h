/* Interventional Shapley values of trees: features that are not known are those of background
 * rows. */
#ifndef MLCI_SHAP_BACKGROUND_H
#define MLCI_SHAP_BACKGROUND_H

#include "shap_trees.h"

typedef struct mlci_shap_background mlci_shap_background;

/* base: n_outputs, the mean score of the background rows. Borrows trees and features; the rows may
 * go when it is open. */
mlc_status mlci_shap_background_open(const mlci_explain *explain, const mlci_shap_trees *trees,
                                     const mlci_shap_features *features, double *base,
                                     mlci_shap_background **out, mlc_error *err);
void mlci_shap_background_close(mlci_shap_background *background);
/* As mlci_explainer.rows. */
mlc_status mlci_shap_background_rows(const mlci_shap_background *background, const double *x,
                                     int64_t n_rows, double *out, mlc_error *err);

#endif
