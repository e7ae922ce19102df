/* Interaction constraints: which features may stand on one path of a tree. */
#ifndef MLCI_INTERACTION_H
#define MLCI_INTERACTION_H

#include "matrix.h"

typedef struct mlci_interactions mlci_interactions;

/* text: `pairwise`, `no_interactions`, or a list of sets, each a list of names of features;
 * features in no set are one more set. The syntax alone: MLC_ERROR_SETTING. */
mlc_status mlci_interactions_check(const char *text, mlc_error *err);
/* An unknown name is MLC_ERROR_SETTING. *out is NULL for a text that is NULL. */
mlc_status mlci_interactions_create(mlci_root *root, const char *text,
                                    const mlci_features *features, mlci_interactions **out,
                                    mlc_error *err);
void mlci_interactions_free(mlci_interactions *interactions);
/* Clears allowed[i] where feature used[i] may not join the features of the path. */
void mlci_interactions_keep(const mlci_interactions *interactions, int32_t n_path,
                            const int32_t *path, int32_t n_used, const int32_t *used,
                            uint8_t *allowed);

#endif
