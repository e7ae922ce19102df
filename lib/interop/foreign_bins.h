/* Bins of the categories of a foreign model. */
#ifndef MLCI_FOREIGN_BINS_H
#define MLCI_FOREIGN_BINS_H

#include "foreign.h"

/* The code of a member in our own features: its label's, where there are labels. */
static inline int32_t mlci_foreign_own_code(const mlci_foreign_input *input, int32_t code)
{
    return input->labels == NULL ? code : input->label_of_code[code];
}

/* Checks the sets of all nodes, and makes bins of which each set has all or none. */
mlc_status mlci_foreign_bins(const mlci_foreign *model, mlci_ensemble *ensemble, mlc_error *err);

#endif
