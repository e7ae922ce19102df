/* The settings of a join, and the key columns that they name. */
#ifndef MLCI_JOIN_H
#define MLCI_JOIN_H

#include "dataset_impl.h"

enum { MLCI_JOIN_INNER, MLCI_JOIN_LEFT, MLCI_JOIN_SEMI, MLCI_JOIN_ANTI };

/* Bits of validate: keys are distinct on that side. */
#define MLCI_JOIN_ONE_LEFT 1
#define MLCI_JOIN_ONE_RIGHT 2

typedef struct mlci_join_settings {
    int32_t how, validate;
    char *on, *left_on, *right_on, *suffix;
    int32_t *left_fields, *right_fields; /* keys, in pairs */
    int32_t n_fields;
} mlci_join_settings;

/* Without on=, left_on= and right_on= the keys are the columns that both have. */
mlc_status mlci_join_settings_read(mlci_root *root, const char *text, const mlc_dataset *left,
                                   const mlc_dataset *right, mlci_join_settings *out,
                                   mlc_error *err);
void mlci_join_settings_clear(mlci_join_settings *settings);

#endif
