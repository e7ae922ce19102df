/* Trees of another library as an ensemble of ours. */
#ifndef MLCI_FOREIGN_ENSEMBLE_H
#define MLCI_FOREIGN_ENSEMBLE_H

#include "foreign.h"

/* Checks everything that prediction relies on: MLC_ERROR_FORMAT names tree and node. The ensemble
 * has the first n_rounds rounds (0: all) and is finished; *kept gets how many those are. */
mlc_status mlci_foreign_ensemble(mlci_foreign *model, int64_t n_rounds, mlci_ensemble **out,
                                 int64_t *kept, mlc_error *err);

#endif
