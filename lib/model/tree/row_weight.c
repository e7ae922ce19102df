/* Weights by class and fixed-point weights: sums are exact and do not depend on the order of
 * rows. */
#include "row_weight.h"

#include <math.h>

#include "error.h"
#include "exact_sum.h"

#define MOST_UNIT_BITS 32
#define MOST_TOTAL 0x1p60

typedef struct class_sum {
    const double *class_, *weight;
    int32_t k;
} class_sum;

static double weight_of_class(const void *arg, int64_t i)
{
    const class_sum *const s = arg;
    return s->class_[i] == (double)s->k ? s->weight[i] : 0;
}

mlc_status mlci_weigh_classes(mlci_root *root, const char *class_weight,
                              const mlci_classes *classes, const double *class_, int64_t n_train,
                              int64_t n, double *weight, mlc_error *err)
{
    double *const total = mlci_alloc(root, classes->n, 2 * (int64_t)sizeof *total);
    if (total == NULL) return mlci_fail_memory(err, classes->n, 2 * (int64_t)sizeof *total);
    double *const factor = total + classes->n;
    for (int32_t k = 0; k < classes->n; k++) {
        const class_sum one = {class_, weight, k};
        total[k] = mlci_exact_sum(weight_of_class, &one, n_train);
    }
    const mlc_status status = mlci_class_weight_factors(class_weight, classes, total, factor, err);
    for (int64_t i = 0; status == MLC_OK && i < n; i++)
        weight[i] *= factor[(int32_t)class_[i]];
    mlci_free(total);
    return status;
}

double mlci_count_weighted_rows(const double *weight, int64_t n)
{
    double total = 0;
    for (int64_t i = 0; i < n && weight != NULL; i++) {
        if (weight[i] != floor(weight[i])) return (double)n;
        total += weight[i];
    }
    return weight != NULL ? total : (double)n;
}

mlc_status mlci_fix_weights(const double *weight, int64_t n, int64_t *fixed, double *unit,
                            mlc_error *err)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++)
        if (!(weight[i] <= most)) most = weight[i];
    const double total = most * (double)n; /* at least the total, in any order of rows */
    if (!(total < 1e300))
        return mlci_fail(err, MLC_ERROR_DATA, "weight", "the weights add up to more than 1e300");
    *unit = 1;
    for (int32_t b = 0; b < MOST_UNIT_BITS && total * *unit * 2 < MOST_TOTAL; b++)
        *unit *= 2;
    while (total * *unit >= MOST_TOTAL)
        *unit *= 0.5;
    for (int64_t i = 0; i < n; i++) {
        const double rounded = weight[i] * *unit + 0.5;
        fixed[i] = rounded >= 1 ? (int64_t)rounded : 1;
    }
    return MLC_OK;
}
