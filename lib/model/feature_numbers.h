/* Parameters that give features numbers: [age:1, income:-1], or [1, -1, 0] with a number a feature.
 */
#ifndef MLCI_FEATURE_NUMBERS_H
#define MLCI_FEATURE_NUMBERS_H

#include "matrix.h"

/* What the parameter takes. */
typedef struct mlci_feature_numbers {
    const char *parameter; /* its name */
    const char *wants;     /* what an item must be, for messages */
    int (*is_possible)(double number);
    int32_t is_ordered; /* 1: of categories 0 only, since they have no order */
} mlci_feature_numbers;

/* The syntax, without features: MLC_ERROR_SETTING. text may be NULL. */
mlc_status mlci_feature_numbers_check(const mlci_feature_numbers *kind, const char *text,
                                      mlc_error *err);
/* Sets those of numbers (one a feature) that the text names; unknown features and contradictions
 * are MLC_ERROR_SETTING. */
mlc_status mlci_feature_numbers_read(const mlci_feature_numbers *kind, mlci_root *root,
                                     const char *text, const mlci_features *features,
                                     double *numbers, mlc_error *err);

#endif
