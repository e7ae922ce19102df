/* Weights of classes: the parameter class_weight of classifiers. */
#ifndef MLCI_CLASS_WEIGHT_H
#define MLCI_CLASS_WEIGHT_H

#include "target.h"

/* A row for a table of parameters; the member is a char *. */
#define MLCI_CLASS_WEIGHT(struct_)                                                                 \
    MLCI_STRING(struct_, class_weight, NULL,                                                       \
                "weights by class, times those of rows: balanced gives each class the same "       \
                "total; or a list of class:weight, where classes left out weigh 1",                \
                .flags = MLCI_PARAM_LIST, .since = "0.1")

/* The syntax, without classes: MLC_ERROR_SETTING. */
mlc_status mlci_class_weight_check(const char *class_weight, mlc_error *err);
/* The factor of each class. total: sums of the weights of rows by class. */
mlc_status mlci_class_weight_factors(const char *class_weight, const mlci_classes *classes,
                                     const double *total, double *factor, mlc_error *err);

#endif
