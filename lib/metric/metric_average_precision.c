/* average_precision: the mean of the precisions at each threshold, weighted by the recall that the
 * threshold adds. A step sum, not the area under interpolated lines, which is too optimistic
 * (Davis & Goadrich, ICML 2006). */
#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"
#include "one_value.h"
#include "ranked_scores.h"

struct average_precision_params {
    int32_t average; /* 1: weighted */
};

static const mlci_choice average_choices[] = {
    {"macro", 0, "plain mean of the classes"},
    {"weighted", 1, "mean weighted by the rows of each class"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(struct average_precision_params, average, 0, average_choices,
                "how more than two classes become one number", .since = "0.1"),
    {.name = NULL}};

static mlc_status of_class(mlci_ranked_scores *r, int32_t positive, double *out, mlc_error *err)
{
    *out = NAN;
    if (r->class_first[positive] == r->class_first[positive + 1]) return MLC_OK;
    MLCI_TRY(mlci_ranked_scores_rank(r, positive, MLCI_OTHER_CLASSES, err));
    mlci_compensated_sum sum = {0};
    double before = 0;
    for (int64_t i = 0; i < r->n_steps; i++) {
        const double precision = r->positive[i] / (r->positive[i] + r->negative[i]);
        mlci_compensated_add(&sum, (r->positive[i] - before) * precision);
        before = r->positive[i];
    }
    *out = mlci_compensated_value(&sum) / before;
    return MLC_OK;
}

static mlc_status value_of(mlci_ranked_scores *r, double *out, mlc_error *err)
{
    const struct average_precision_params *const p = r->in->params;
    if (r->in->n_classes <= 2) return of_class(r, r->in->positive, out, err);
    return mlci_ranked_scores_mean(r, of_class, p->average, out, err);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    double value = NAN;
    mlci_ranked_scores ranked;
    mlc_status status = mlci_ranked_scores_make(in, "average_precision", &ranked, err);
    if (status == MLC_OK) status = value_of(&ranked, &value, err);
    if (status == MLC_OK) mlci_one_value_set(values, value);
    mlci_ranked_scores_clear(&ranked);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_average_precision;
const mlci_metric_descriptor mlci_metric_average_precision = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_NEEDS_PROBABILITY
                        | MLCI_TAKES_SCORES | MLCI_LARGER_IS_BETTER,
        .name = "average_precision",
        .summary = "Area under the precision-recall curve, as a sum of steps",
        .details =
            "Definition: sum of (R_n - R_(n-1)) P_n over the distinct probabilities of the "
            "positive class from the highest down, where P_n and R_n are precision and recall of "
            "the rows at or above it; from 0 to 1, 1 is best, the share of the positive class is "
            "guessing. More than two classes: each class against the rest, averaged.\n"
            "A model of anomalies is ranked by its score, the negative of raw.\n"
            "Cost: linear in the rows for each class; seven numbers of memory a row.\n"
            "Weights: counts are sums of weights; weight 2 equals the row twice.\n"
            "Undefined: NaN when the positive class, or one of more than two, has no rows.\n"
            "Differences from scikit-learn: a class without rows gives NaN, not 0 with a warning; "
            "micro averages are left out.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct average_precision_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
