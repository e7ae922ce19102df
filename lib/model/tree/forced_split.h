/* Splits that every tree begins with: the parameter forced_splits. */
#ifndef MLCI_FORCED_SPLIT_H
#define MLCI_FORCED_SPLIT_H

#include "matrix.h"

typedef struct mlci_forced_split {
    int64_t feature;
    int32_t category;    /* the code that goes left; -1: a number */
    double threshold;    /* of a number */
    int32_t left, right; /* the splits of the children; -1: none */
} mlci_forced_split;

typedef struct mlci_forced_splits {
    int32_t n; /* the first is that of the root */
    mlci_forced_split *splits;
} mlci_forced_splits;

/* text: JSON, `{"feature": "age", "threshold": 30, "left": {...}, "right": {...}}`; a feature by
 * name or number, a category by its text. The syntax alone: MLC_ERROR_SETTING. text may be NULL. */
mlc_status mlci_forced_splits_check(const char *text, mlc_error *err);
/* Features and categories that there are not are MLC_ERROR_SETTING. *out is NULL for a text that is
 * NULL. */
mlc_status mlci_forced_splits_read(mlci_root *root, const char *text, const mlci_features *features,
                                   mlci_forced_splits **out, mlc_error *err);
void mlci_forced_splits_free(mlci_forced_splits *splits);

#endif
