/* accuracy: the share of rows whose predicted class is right. */
#include <math.h>
#include <stddef.h>

#include "class_counts.h"
#include "one_value.h"

struct accuracy_params {
    int32_t normalize;
};

static const mlci_param params[] = {
    MLCI_BOOL(struct accuracy_params, normalize, 1,
              "the share of right rows; false: the sum of their weights", .since = "0.1"),
    {.name = NULL}};

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const struct accuracy_params *const p = in->params;
    mlci_class_counts counts = {0};
    const mlc_status status = mlci_class_counts_make(in, &counts, err);
    if (status == MLC_OK) {
        const double whole = p->normalize ? counts.total : 1;
        mlci_one_value_set(values, counts.total > 0 ? counts.hit / whole : NAN);
    }
    mlci_class_counts_clear(&counts);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_accuracy;
const mlci_metric_descriptor mlci_metric_accuracy = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_LARGER_IS_BETTER,
        .name = "accuracy",
        .summary = "Share of rows whose predicted class is right",
        .details =
            "Definition: the weight of the rows whose prediction is their class, divided by the "
            "weight of all rows; from 0 to 1, 1 is best. With normalize=false the weight of the "
            "right rows itself.\n"
            "Without predicted classes the most probable class counts, the first of equals. A "
            "missing prediction is wrong.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when all weights are 0.\n"
            "Differences from scikit-learn: several labels a row are left out.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct accuracy_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
