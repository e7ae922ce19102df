/* Balanced weights: every class has the same sum. O(n). */
#include "descriptor.h"
#include "target.h"
#include "weighting.h"

typedef struct balanced_params {
    char *name;
} balanced_params;

static const mlci_param params_table[] = {MLCI_WEIGHTING_NAME(balanced_params), {.name = NULL}};

/* Sum over all classes that have rows / (their number * sum of the class), times what was there. */
static mlc_status balance(mlc_context *call, const mlci_classes *classes,
                          const int32_t *class_of_row, int64_t n_rows, double *weight,
                          mlc_error *err)
{
    double total = 0;
    double *const sum = mlci_alloc(call->root, classes->n, (int64_t)sizeof *sum);
    if (sum == NULL) return mlci_fail_memory(err, classes->n, (int64_t)sizeof *sum);
    int32_t n_present = 0;
    for (int64_t i = 0; i < n_rows; i++)
        sum[class_of_row[i]] += weight[i];
    for (int32_t c = 0; c < classes->n; c++) {
        total += sum[c];
        n_present += sum[c] > 0;
    }
    for (int64_t i = 0; i < n_rows; i++) {
        const double of_class = sum[class_of_row[i]];
        if (of_class > 0) weight[i] *= total / ((double)n_present * of_class);
    }
    mlci_free(sum);
    return MLC_OK;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const balanced_params *const p = params;
    mlci_classes *classes = NULL;
    int32_t *class_of_row = NULL;
    double *weight = NULL;
    MLCI_TRY(mlci_classes_of_dataset(call, dataset, &classes, &class_of_row, err));
    mlc_status status = mlci_weighting_so_far(call, dataset, &weight, err);
    if (status == MLC_OK) {
        status = balance(call, classes, class_of_row, dataset->n_rows, weight, err);
    }
    if (status == MLC_OK) {
        status = mlci_weighting_add(call, dataset, p->name, weight, out, err);
    }
    mlci_free(weight);
    mlci_free(class_of_row);
    mlci_classes_unref(classes);
    return status;
}

extern const mlci_maker_descriptor mlci_weighting_balanced;
const mlci_maker_descriptor mlci_weighting_balanced = {
    .base = {.kind = MLCI_KIND_WEIGHTING,
             .capabilities = MLCI_SPLITS_BY_TARGET,
             .name = "balanced",
             .summary = "weights that give every class the same sum",
             .details =
                 "As scikit-learn's class_weight=balanced: rows of class c have n / (k n_c), "
                 "with k classes and n_c rows of c. Weights that are there already take "
                 "the place of counts and are multiplied, so that weight 2 equals the row "
                 "twice. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(balanced_params)},
    .make = make};
