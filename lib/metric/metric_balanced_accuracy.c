/* balanced_accuracy: the mean of the recalls, so that a frequent class counts no more than a rare
 * one (Brodersen et al., ICPR 2010). */
#include <math.h>
#include <stddef.h>

#include "class_counts.h"
#include "one_value.h"

struct balanced_accuracy_params {
    int32_t adjusted;
};

static const mlci_param params[] = {
    MLCI_BOOL(struct balanced_accuracy_params, adjusted, 0,
              "shift and scale so that guessing scores 0 and perfection 1", .since = "0.1"),
    {.name = NULL}};

static double mean_recall(const mlci_class_counts *counts, int adjusted)
{
    double sum = 0;
    double n = 0;
    for (int32_t k = 0; k < counts->n_classes; k++) {
        if (counts->truth[k] == 0) continue;
        sum += counts->matched[k] / counts->truth[k];
        n += 1;
    }
    if (n == 0) return NAN;
    const double mean = sum / n;
    if (!adjusted) return mean;
    const double chance = 1 / n;
    return n > 1 ? (mean - chance) / (1 - chance) : NAN;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const struct balanced_accuracy_params *const p = in->params;
    mlci_class_counts counts = {0};
    const mlc_status status = mlci_class_counts_make(in, &counts, err);
    if (status == MLC_OK) mlci_one_value_set(values, mean_recall(&counts, p->adjusted));
    mlci_class_counts_clear(&counts);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_balanced_accuracy;
const mlci_metric_descriptor mlci_metric_balanced_accuracy = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_LARGER_IS_BETTER,
        .name = "balanced_accuracy",
        .summary = "Mean over the classes of the share of their rows that is found",
        .details =
            "Definition: the plain mean of the recall of each class that has rows; from 0 to 1, 1 "
            "is best, 1 / (number of classes) is what guessing gives. With adjusted=true (a - c) / "
            "(1 - c), where c is that number: guessing gives 0, always being wrong less.\n"
            "Without predicted classes the most probable class counts, the first of equals. A "
            "missing prediction is wrong.\n"
            "Weights: the counts are sums of weights; weight 2 equals the row twice.\n"
            "Undefined: classes without rows do not count. NaN when no class has rows, and with "
            "adjusted=true when only one has.\n"
            "Differences from scikit-learn: none, but for its warnings.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct balanced_accuracy_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
