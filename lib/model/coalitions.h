/* Shapley values of models with few features, by their definition. */
#ifndef MLCI_COALITIONS_H
#define MLCI_COALITIONS_H

#include "background.h"

#define MLCI_MOST_COALITION_FEATURES 12

typedef struct mlci_coalitions {
    mlci_explain explain; /* what of it is kept: call, model, params, state */
    const mlci_background *background;
} mlci_coalitions;

/* As mlci_explainer.rows, of raw scores. */
mlc_status mlci_coalitions_rows(const mlci_coalitions *coalitions, const double *x, int64_t n_rows,
                                double *out, mlc_error *err);

#endif
