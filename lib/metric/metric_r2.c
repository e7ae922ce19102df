/* r2: the share of the variance of the target that predictions explain. */
#include <math.h>
#include <stddef.h>

#include "error.h"
#include "error_sums.h"
#include "one_value.h"

struct r2_params {
    int32_t force_finite;
};

static const mlci_param params[] = {
    MLCI_BOOL(struct r2_params, force_finite, 1,
              "a constant target scores 1 when it is met and 0 otherwise; false: NaN and -inf",
              .since = "0.1"),
    {.name = NULL}};

/* A single row has no variance; that it counts as two rows by its weight must not change what two
 * equal rows give, so the sum of weights decides and not the number of rows. */
static double value_of(const mlci_determination *d, int force_finite)
{
    if (isnan(d->residual) || isnan(d->total)) return NAN;
    if (d->total > 0) return 1 - d->residual / d->total;
    if (d->weight < 2) return NAN;
    if (force_finite) return d->residual == 0 ? 1 : 0;
    return d->residual == 0 ? NAN : -INFINITY;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const struct r2_params *const p = in->params;
    mlci_determination d = {0};
    MLCI_TRY(mlci_determination_of(in, &d, err));
    mlci_one_value_set(values, value_of(&d, p->force_finite));
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_r2;
const mlci_metric_descriptor mlci_metric_r2 = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT | MLCI_LARGER_IS_BETTER,
        .name = "r2",
        .summary = "Coefficient of determination",
        .details =
            "Definition: 1 - sum of w_i (target_i - prediction_i)^2 / sum of w_i (target_i - m)^2, "
            "where m is the weighted mean of the target. 1 is best, 0 is what predicting m "
            "gives, and there is no lower bound.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: where the target is constant, 1 if every prediction is right and 0 if not; "
            "with force_finite=false NaN and -inf. NaN when the weights of a constant target sum "
            "to less than 2 (a single row), when a prediction is missing and when all weights are "
            "0.\n"
            "Differences from scikit-learn: one target at a time. A constant target is found "
            "exactly, without the rounding of its mean.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct r2_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
