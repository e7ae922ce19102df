/* Refitting linear leaves: their lines move towards those of other rows. */
#ifndef MLCI_LINEAR_REFIT_H
#define MLCI_LINEAR_REFIT_H

#include "boost_data.h"
#include "gradient.h"

typedef struct mlci_linear_refit mlci_linear_refit;

/* *out stays NULL where no leaf is linear. ensemble: what is changed. */
mlc_status mlci_linear_refit_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                    mlci_ensemble *ensemble, mlci_linear_refit **out,
                                    mlc_error *err);
void mlci_linear_refit_free(mlci_linear_refit *refit);
/* Lines of a tree: decay_rate x old one + (1 - decay_rate) x that of the training rows; leaf: the
 * node of each row. Leaves whose rows have none keep theirs. */
mlc_status mlci_linear_refit_tree(mlc_context *call, mlci_linear_refit *refit,
                                  const mlci_gradients *gradients, double decay_rate, int64_t tree,
                                  const uint32_t *leaf, mlc_error *err);
/* Adds what leaves of the tree give to the scores of all rows. */
mlc_status mlci_linear_refit_add(mlc_context *call, const mlci_linear_refit *refit, int64_t tree,
                                 const uint32_t *leaf, double *raw, mlc_error *err);

#endif
