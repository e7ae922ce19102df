/* Metrics whose result is one line. */
#ifndef MLCI_ONE_VALUE_H
#define MLCI_ONE_VALUE_H

#include "descriptor.h"

/* The n_values of such a metric. */
int64_t mlci_one_value(const void *params, int32_t n_classes);

/* That line, about no class. */
void mlci_one_value_set(mlci_metric_value *values, double value);

#endif
