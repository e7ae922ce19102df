/* brier: the mean squared distance between probabilities and what happened (Brier, Monthly Weather
 * Review 1950). */
#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"
#include "one_value.h"
#include "probability_rows.h"

#define SCALE_AUTO 0
#define SCALE_YES 1
#define SCALE_NO 2

struct brier_params {
    int32_t scale_by_half;
};

static const mlci_choice scale_choices[] = {
    {"auto", SCALE_AUTO, "true for two classes, else false"},
    {"true", SCALE_YES, "from 0 to 1"},
    {"false", SCALE_NO, "from 0 to 2, as Brier wrote it"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(struct brier_params, scale_by_half, SCALE_AUTO, scale_choices,
                "whether the sum over the classes is halved", .since = "0.1"),
    {.name = NULL}};

/* Over both of two classes, or over all. Of two, the probability of the positive one decides. */
static double row_distance(const mlci_metric_input *in, const double *probability, int32_t class_)
{
    if (in->n_classes == 2) {
        const double miss = (class_ == in->positive) - probability[in->positive];
        return 2 * (miss * miss);
    }
    double sum = 0;
    for (int32_t k = 0; k < in->n_classes; k++) {
        const double miss = (class_ == k) - probability[k];
        sum += miss * miss;
    }
    return sum;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const int32_t how = ((const struct brier_params *)in->params)->scale_by_half;
    const double scale = how == SCALE_YES || (how == SCALE_AUTO && in->n_classes <= 2) ? 0.5 : 1;
    MLCI_TRY(mlci_probability_check(in, "brier", err));
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
        mlci_compensated_add(&sum, weight * row_distance(in, probability, class_));
        mlci_compensated_add(&weights, weight);
    }
    const double weight = mlci_compensated_value(&weights);
    mlci_one_value_set(values,
                       weight > 0 ? scale * (mlci_compensated_value(&sum) / weight) : NAN);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_brier;
const mlci_metric_descriptor mlci_metric_brier = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_NEEDS_PROBABILITY,
        .name = "brier",
        .summary = "Mean squared distance of probabilities from what happened",
        .details =
            "Definition: for two classes, sum of w_i (y_i - p_i)^2 / sum of w_i, where p_i is the "
            "probability of the positive class and y_i is 1 for its rows and 0 for others; from 0 "
            "to 1, 0 is best. For more classes the sum of such squares over all classes, from 0 "
            "to 2. scale_by_half=true halves that sum for any number of classes, false for none: "
            "two classes then score twice as much.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Undefined: NaN when all weights are 0.\n"
            "Differences from scikit-learn: brier_score_loss; of two classes only the probability "
            "of the positive one is read.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct brier_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
