/* New rows between neighbouring rows of a class: what smote and smote_nc share. */
#ifndef MLCI_SMOTE_H
#define MLCI_SMOTE_H

#include "resampling.h"

typedef struct mlci_smote {
    const char *name; /* of the resampler, for messages */
    const char *strategy;
    int64_t k_neighbors;
    int64_t random_state;
    int32_t mixed; /* categories, texts and bools are voted on; else they are refused */
} mlci_smote;

mlc_status mlci_smote_resample(mlc_context *call, const mlci_smote *smote,
                               const mlc_dataset *dataset, mlc_dataset **out, mlc_error *err);

#endif
