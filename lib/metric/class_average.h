/* Ratios of counts by class and their averages: the common part of precision, recall and f1. */
#ifndef MLCI_CLASS_AVERAGE_H
#define MLCI_CLASS_AVERAGE_H

#include "class_counts.h"

#define MLCI_AVERAGE_AUTO 0
#define MLCI_AVERAGE_BINARY 1
#define MLCI_AVERAGE_MACRO 2
#define MLCI_AVERAGE_WEIGHTED 3
#define MLCI_AVERAGE_MICRO 4
#define MLCI_AVERAGE_NONE 5

typedef struct mlci_class_average {
    int32_t average;      /* MLCI_AVERAGE_ */
    double zero_division; /* NaN: undefined classes are left out of averages */
} mlci_class_average;

extern const mlci_param mlci_class_average_params[];

/* What a class (or all of them, for micro) is measured by: numerator over denominator. */
typedef struct mlci_class_ratio {
    double numerator;
    double denominator;
} mlci_class_ratio;

typedef mlci_class_ratio (*mlci_class_ratio_fn)(double truth, double predicted, double matched);

/* n_values and score of such a metric. */
int64_t mlci_class_average_n_values(const void *params, int32_t n_classes);
mlc_status mlci_class_average_score(const mlci_metric_input *in, mlci_class_ratio_fn ratio,
                                    mlci_metric_value *values, mlc_error *err);

#endif
