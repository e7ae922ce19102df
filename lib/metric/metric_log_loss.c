/* log_loss: the mean negative logarithm of the probability given to what happened. Probabilities
 * are kept one epsilon away from 0 and 1, so that a single confident mistake costs 36 and not
 * infinity. */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"
#include "kernels.h"
#include "one_value.h"
#include "probability_rows.h"

struct log_loss_params {
    int32_t normalize;
};

static const mlci_param params[] = {
    MLCI_BOOL(struct log_loss_params, normalize, 1,
              "the mean over the rows; false: the sum", .since = "0.1"),
    {.name = NULL}};

static double row_loss(const double *probability, int32_t n_classes, int32_t class_)
{
    double sum = 0;
    for (int32_t k = 0; k < n_classes; k++) sum += probability[k];
    double p = sum > 0 ? probability[class_] / sum : 0;
    if (p < DBL_EPSILON) p = DBL_EPSILON;
    if (p > 1 - DBL_EPSILON) p = 1 - DBL_EPSILON;
    return -mlci_ln(p);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    MLCI_TRY(mlci_probability_check(in, "log_loss", err));
    mlci_compensated_sum sum = {0};
    mlci_compensated_sum weights = {0};
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = in->weight == NULL ? 1 : in->weight[i];
        if (weight == 0) continue;
        int32_t class_ = 0;
        const double *probability = NULL;
        MLCI_TRY(mlci_true_class(in, i, &class_, err));
        MLCI_TRY(mlci_probability_row(in, i, &probability, err));
        mlci_compensated_add(&sum, weight * row_loss(probability, in->n_classes, class_));
        mlci_compensated_add(&weights, weight);
    }
    const double weight = mlci_compensated_value(&weights);
    const double whole = ((const struct log_loss_params *)in->params)->normalize ? weight : 1;
    mlci_one_value_set(values, weight > 0 ? mlci_compensated_value(&sum) / whole : NAN);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_log_loss;
const mlci_metric_descriptor mlci_metric_log_loss = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_NEEDS_PROBABILITY,
        .name = "log_loss",
        .summary = "Mean negative logarithm of the probability of the true class",
        .details =
            "Definition: - sum of w_i ln p_i / sum of w_i, where p_i is the probability of the "
            "true class, divided by the sum of its row and kept between 2^-52 and 1 - 2^-52; 0 is "
            "best, ln(number of classes) is guessing, a row costs at most 36.04. With "
            "normalize=false the sum itself.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when all weights are 0. A row of zeros only counts as 2^-52.\n"
            "Differences from scikit-learn: rows are divided by their sum, where it only warns "
            "that they do not sum to 1; the bounds are those of double precision whatever the "
            "type of the probabilities.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct log_loss_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
