/* rmse: the root of the mean squared error, in the unit of the target. */
#include <math.h>
#include <stddef.h>

#include "error.h"
#include "error_sums.h"
#include "one_value.h"

static double squared_error(double target, double prediction)
{
    const double error = prediction - target;
    return error * error;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double mean;
    MLCI_TRY(mlci_mean_error(in, squared_error, &mean, err));
    mlci_one_value_set(values, sqrt(mean));
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_rmse;
const mlci_metric_descriptor mlci_metric_rmse = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT,
        .name = "rmse",
        .summary = "Root mean squared error",
        .details =
            "Definition: the square root of sum of w_i (prediction_i - target_i)^2 / sum of w_i; "
            "in the unit of the target, 0 is best. Large errors count more than in mae.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when a prediction is missing and when all weights are 0.\n"
            "Differences from scikit-learn: root_mean_squared_error, for one target at a time.",
        .since = "0.1",
    },
    .n_values = mlci_one_value,
    .score = score,
};
