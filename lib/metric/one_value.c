/* Metrics whose result is one line that is about no class in particular. */
#include "one_value.h"

int64_t mlci_one_value(const void *params, int32_t n_classes)
{
    return 1;
}

void mlci_one_value_set(mlci_metric_value *values, double value)
{
    values[0] = (mlci_metric_value){.class_ = -1, .predicted = -1, .value = value};
}
