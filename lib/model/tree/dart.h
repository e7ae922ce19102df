/* DART: rounds that set some of the rounds before them aside. */
#ifndef MLCI_DART_H
#define MLCI_DART_H

#include "boost.h"
#include "linear_tree.h"

typedef struct mlci_dart mlci_dart;

/* *out is NULL unless boosting=dart. Rounds that the ensemble has already are never dropped. */
mlc_status mlci_dart_create(mlci_root *root, const mlci_boost_params *params,
                            const mlci_binned *binned, const mlci_linear_tree *linear,
                            mlci_ensemble *ensemble, mlci_dart **out, mlc_error *err);
void mlci_dart_free(mlci_dart *dart);
/* Before a round: draws the rounds to drop and takes their trees off the scores of all rows.
 * Returns through *rate the learning rate of the round. raw: n_outputs x n_rows. */
mlc_status mlci_dart_drop(mlc_context *call, mlci_dart *dart, int64_t round, double *raw,
                          double *rate, mlc_error *err);
/* Once for each tree that was added to the ensemble. */
mlc_status mlci_dart_note(mlci_dart *dart, const mlci_tree *tree, mlc_error *err);
/* After a round: dropped trees come back to the scores, scaled down to make room for the new. */
mlc_status mlci_dart_return(mlc_context *call, mlci_dart *dart, double *raw, mlc_error *err);

#endif
