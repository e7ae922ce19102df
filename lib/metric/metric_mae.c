/* mae: how far predictions are from the truth in the mean. */
#include <math.h>
#include <stddef.h>

#include "error.h"
#include "error_sums.h"
#include "one_value.h"

static double absolute_error(double target, double prediction)
{
    return fabs(prediction - target);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double mean;
    MLCI_TRY(mlci_mean_error(in, absolute_error, &mean, err));
    mlci_one_value_set(values, mean);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_mae;
const mlci_metric_descriptor mlci_metric_mae = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT,
        .name = "mae",
        .summary = "Mean absolute error",
        .details =
            "Definition: sum of w_i |prediction_i - target_i| / sum of w_i; in the unit of the "
            "target, 0 is best.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when a prediction is missing and when all weights are 0.\n"
            "Differences from scikit-learn: mean_absolute_error, for one target at a time.",
        .since = "0.1",
    },
    .n_values = mlci_one_value,
    .score = score,
};
