/* mape: how far predictions are from the truth, as a share of the truth. */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "error.h"
#include "error_sums.h"
#include "one_value.h"

/* A target of 0 would divide by 0: it counts as the machine epsilon. */
static double relative_error(double target, double prediction)
{
    const double size = fabs(target);
    return fabs(prediction - target) / (size < DBL_EPSILON ? DBL_EPSILON : size);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double mean;
    MLCI_TRY(mlci_mean_error(in, relative_error, &mean, err));
    mlci_one_value_set(values, mean);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_mape;
const mlci_metric_descriptor mlci_metric_mape = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT,
        .name = "mape",
        .summary = "Mean absolute percentage error, as a fraction",
        .details =
            "Definition: sum of w_i |prediction_i - target_i| / max(|target_i|, 2^-52) / sum of "
            "w_i. A fraction, not percent: 0.1 means 10 % off; 0 is best, and there is no upper "
            "bound. A target at or near 0 makes it huge: prefer mae for such targets.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when a prediction is missing and when all weights are 0.\n"
            "Differences from scikit-learn: mean_absolute_percentage_error, for one target at a "
            "time.",
        .since = "0.1",
    },
    .n_values = mlci_one_value,
    .score = score,
};
