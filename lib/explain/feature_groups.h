/* Which features of a model belong together, for people: those that came from one raw column. */
#ifndef MLCI_FEATURE_GROUPS_H
#define MLCI_FEATURE_GROUPS_H

#include "record.h"

typedef struct mlci_feature_groups {
    mlci_root *root;
    int64_t n_features; /* of the leaf model */
    int64_t *group;     /* of each feature */
    int64_t n;          /* groups */
    char **names;       /* of the groups: "age", "education[Bachelors]" */
} mlci_feature_groups;

/* Each feature of the leaf model by itself, in its order. */
mlc_status mlci_feature_groups_encoded(mlci_root *root, const mlc_model *model,
                                       mlci_feature_groups *out, mlc_error *err);
/* The raw columns in their order (each component of a vector by itself), also those that the model
 * does not use; then, by themselves, the features that were made of several raw columns. */
mlc_status mlci_feature_groups_raw(mlci_root *root, const mlc_model *model,
                                   mlci_feature_groups *out, mlc_error *err);
void mlci_feature_groups_clear(mlci_feature_groups *groups);

#endif
