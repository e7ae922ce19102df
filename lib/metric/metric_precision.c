/* precision: of the rows that were predicted to be of a class, the share that is. */
#include <stddef.h>

#include "class_average.h"

static mlci_class_ratio ratio(double truth, double predicted, double matched)
{
    return (mlci_class_ratio){.numerator = matched, .denominator = predicted};
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    return mlci_class_average_score(in, ratio, values, err);
}

extern const mlci_metric_descriptor mlci_metric_precision;
const mlci_metric_descriptor mlci_metric_precision = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_LARGER_IS_BETTER,
        .name = "precision",
        .summary = "Share of the rows predicted to be of a class that are of it",
        .details =
            "Definition: tp / (tp + fp) for each class, from 0 to 1, 1 is best. average makes one "
            "number of the classes: by default the value of the positive class of two, or the "
            "plain mean of more (macro). weighted weights the classes by their true rows, micro "
            "adds the counts first, none gives one line a class.\n"
            "Without predicted classes the most probable class counts, the first of equals. A "
            "missing prediction is wrong.\n"
            "Weights: the counts are sums of weights; weight 2 equals the row twice.\n"
            "Undefined: a class that is never predicted has the value zero_division. Classes that "
            "occur neither in the truth nor in the predictions do not count in averages. NaN when "
            "all weights are 0.\n"
            "Differences from scikit-learn: average is auto, not binary; zero_division may be any "
            "number from 0 to 1, and no warning is given; none stands for nan.",
        .since = "0.1",
        .params = mlci_class_average_params,
        .params_size = sizeof(mlci_class_average),
    },
    .n_values = mlci_class_average_n_values,
    .score = score,
};
