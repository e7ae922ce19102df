/* Weighted sums over the rows of a regression.
 *
 * One pass, two for r2, in the order of the rows with compensated sums, so that a billion rows
 * cost no digits. Rows of weight 0 are skipped before their values are looked at: they are absent,
 * whatever they hold. The mean of r2 is taken about the first target, which makes the total of a
 * constant target exactly 0. */
#include "error_sums.h"

#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"

static double weight_of(const mlci_metric_input *in, int64_t row)
{
    return in->weight == NULL ? 1 : in->weight[row];
}

static mlc_status check_arrays(const mlci_metric_input *in, mlc_error *err)
{
    if (in->target == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no target to measure against: give a column the role target");
    }
    if (in->prediction == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no prediction to measure: add a column 'prediction'");
    }
    return MLC_OK;
}

mlc_status mlci_mean_error(const mlci_metric_input *in, mlci_row_error error, double *out,
                           mlc_error *err)
{
    MLCI_TRY(check_arrays(in, err));
    mlci_compensated_sum sum = {0};
    mlci_compensated_sum weights = {0};
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = weight_of(in, i);
        if (weight == 0) continue;
        mlci_compensated_add(&sum, weight * error(in->target[i], in->prediction[i]));
        mlci_compensated_add(&weights, weight);
    }
    const double weight = mlci_compensated_value(&weights);
    *out = weight > 0 ? mlci_compensated_value(&sum) / weight : NAN;
    return MLC_OK;
}

/* The weighted mean of the target, and the sum of weights. */
static mlc_status target_mean(const mlci_metric_input *in, double *mean, double *weight_sum,
                              mlc_error *err)
{
    mlci_compensated_sum sum = {0};
    mlci_compensated_sum weights = {0};
    double first = 0;
    int has_first = 0;
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = weight_of(in, i);
        if (weight == 0) continue;
        if (!has_first) first = in->target[i];
        has_first = 1;
        mlci_compensated_add(&sum, weight * (in->target[i] - first));
        mlci_compensated_add(&weights, weight);
    }
    *weight_sum = mlci_compensated_value(&weights);
    *mean = *weight_sum > 0 ? first + mlci_compensated_value(&sum) / *weight_sum : NAN;
    return MLC_OK;
}

mlc_status mlci_determination_of(const mlci_metric_input *in, mlci_determination *out,
                                 mlc_error *err)
{
    MLCI_TRY(check_arrays(in, err));
    double mean;
    MLCI_TRY(target_mean(in, &mean, &out->weight, err));
    mlci_compensated_sum residual = {0};
    mlci_compensated_sum total = {0};
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = weight_of(in, i);
        if (weight == 0) continue;
        const double error = in->target[i] - in->prediction[i];
        const double deviation = in->target[i] - mean;
        mlci_compensated_add(&residual, weight * error * error);
        mlci_compensated_add(&total, weight * deviation * deviation);
    }
    out->residual = mlci_compensated_value(&residual);
    out->total = mlci_compensated_value(&total);
    return MLC_OK;
}
