/* A component that settings text chooses by beginning with its name (`k_fold n_splits=5`), with its
 * parameters. */
#ifndef MLCI_CHOSEN_H
#define MLCI_CHOSEN_H

#include "descriptor.h"

typedef struct mlci_chosen {
    const mlci_descriptor *descriptor;
    void *params; /* read and checked; NULL when it has none */
} mlci_chosen;

/* example is shown where the name is left out. On failure *out is empty. */
mlc_status mlci_chosen_read(mlci_root *root, int32_t kind, const char *settings,
                            const char *example, mlci_chosen *out, mlc_error *err);
void mlci_chosen_clear(mlci_chosen *chosen);

#endif
