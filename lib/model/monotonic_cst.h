/* Monotone constraints: the parameter monotonic_cst of models of trees. */
#ifndef MLCI_MONOTONIC_CST_H
#define MLCI_MONOTONIC_CST_H

#include "matrix.h"

/* A row for a table of parameters; the member is a char *. */
#define MLCI_MONOTONIC_CST(struct_)                                                                \
    MLCI_STRING(struct_, monotonic_cst, NULL,                                                      \
                "constraints by feature: 1 where the prediction may only rise with it, -1 where "  \
                "it may only fall, 0 where it is free; a list of name:number, as the model sees "  \
                "names, or of a number a feature",                                                 \
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE,                                        \
                .aliases = "monotone_constraints,monotonic_constraints,monotone_constraint",       \
                .since = "0.1")

/* The syntax, without features: MLC_ERROR_SETTING. */
mlc_status mlci_monotonic_check(const char *text, mlc_error *err);
/* 1, -1 or 0 by feature; *out is NULL where none is constrained. n_classes 0: numbers. Constraints
 * on categories, on more than two classes or on unknown features, and contradictions, are
 * MLC_ERROR_SETTING. */
mlc_status mlci_monotonic_signs(mlci_root *root, const char *text, const mlci_features *features,
                                int32_t n_classes, int8_t **out, mlc_error *err);

#endif
