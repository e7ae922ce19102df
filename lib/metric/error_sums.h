/* Weighted sums over the rows of a regression: what mae, mape, rmse and r2 are made of. */
#ifndef MLCI_ERROR_SUMS_H
#define MLCI_ERROR_SUMS_H

#include "descriptor.h"

/* The error of one row. */
typedef double (*mlci_row_error)(double target, double prediction);

/* Sum of weights times errors, divided by the sum of weights; NaN when all weights are 0. Rows of
 * weight 0 are not looked at. MLC_ERROR_UNSUPPORTED without targets or predictions. */
mlc_status mlci_mean_error(const mlci_metric_input *in, mlci_row_error error, double *out,
                           mlc_error *err);

/* The parts of a coefficient of determination. */
typedef struct mlci_determination {
    double weight;   /* sum of weights */
    double residual; /* sum of w (target - prediction)^2 */
    double total;    /* sum of w (target - mean)^2; exactly 0 when the target is constant */
} mlci_determination;

mlc_status mlci_determination_of(const mlci_metric_input *in, mlci_determination *out,
                                 mlc_error *err);

#endif
