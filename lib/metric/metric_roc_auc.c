/* roc_auc: the probability that a row of the positive class has a higher score than a row of the
 * other one, ties counting one half: the area under the ROC curve (Hanley & McNeil, Radiology
 * 1982). For more than two classes each class against the rest (Provost & Domingos 2000) or each
 * against each other (Hand & Till, Machine Learning 45, 2001). */
#include <math.h>
#include <stddef.h>

#include "compensated_sum.h"
#include "error.h"
#include "one_value.h"
#include "ranked_scores.h"

#define MULTI_CLASS_OVR 0
#define MULTI_CLASS_OVO 1

struct roc_auc_params {
    int32_t average; /* 1: weighted */
    int32_t multi_class;
    double max_fpr;
};

static const mlci_choice average_choices[] = {
    {"macro", 0, "plain mean of the classes or pairs"},
    {"weighted", 1, "mean weighted by the rows of the class or pair"},
    {NULL, 0, NULL}};

static const mlci_choice multi_class_choices[] = {
    {"ovr", MULTI_CLASS_OVR, "each class against all others"},
    {"ovo", MULTI_CLASS_OVO, "each class against each other one"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(struct roc_auc_params, average, 0, average_choices,
                "how more than two classes become one number", .since = "0.1"),
    MLCI_CHOICE(struct roc_auc_params, multi_class, MULTI_CLASS_OVR, multi_class_choices,
                "what more than two classes are measured against", .since = "0.1"),
    MLCI_REAL(struct roc_auc_params, max_fpr, MLCI_NONE_REAL, 0, 1,
              "false positive rate up to which the curve counts, for two classes; none: all of it",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    {.name = NULL}};

/* The area under the steps up to a weight of negatives, in units of weights. */
static double area_up_to(const mlci_ranked_scores *r, double limit)
{
    mlci_compensated_sum area = {0};
    double positive = 0;
    double negative = 0;
    for (int64_t i = 0; i < r->n_steps && negative < limit; i++) {
        double next_positive = r->positive[i];
        double next_negative = r->negative[i];
        if (next_negative > limit) {
            const double share = (limit - negative) / (next_negative - negative);
            next_positive = positive + share * (next_positive - positive);
            next_negative = limit;
        }
        mlci_compensated_add(&area,
                             (next_negative - negative) * ((positive + next_positive) / 2));
        positive = next_positive;
        negative = next_negative;
    }
    return mlci_compensated_value(&area);
}

/* Of the last ranking. */
static double area(const mlci_ranked_scores *r, double max_fpr)
{
    const double positive = r->positive[r->n_steps - 1];
    const double negative = r->negative[r->n_steps - 1];
    if (isnan(max_fpr) || max_fpr == 1) {
        return area_up_to(r, negative) / (positive * negative);
    }
    /* McClish, Medical Decision Making 1989: 0.5 for guessing, 1 for perfection. */
    const double part = area_up_to(r, max_fpr * negative) / (positive * negative);
    const double least = max_fpr * max_fpr / 2;
    return (1 + (part - least) / (max_fpr - least)) / 2;
}

static mlc_status one_against_rest(mlci_ranked_scores *r, int32_t positive, double *out,
                                   mlc_error *err)
{
    MLCI_TRY(mlci_ranked_scores_rank(r, positive, MLCI_OTHER_CLASSES, err));
    *out = area(r, NAN);
    return MLC_OK;
}

static mlc_status mean_of_pairs(mlci_ranked_scores *r, int32_t weighted, double *out,
                                mlc_error *err)
{
    mlci_compensated_sum sum = {0};
    mlci_compensated_sum weights = {0};
    for (int32_t a = 0; a < r->in->n_classes; a++) {
        for (int32_t b = a + 1; b < r->in->n_classes; b++) {
            MLCI_TRY(mlci_ranked_scores_rank(r, a, b, err));
            const double by_a = area(r, NAN);
            MLCI_TRY(mlci_ranked_scores_rank(r, b, a, err));
            const double of_pair = (by_a + area(r, NAN)) / 2;
            const double weight = weighted ? r->class_weight[a] + r->class_weight[b] : 1;
            mlci_compensated_add(&sum, weight * of_pair);
            mlci_compensated_add(&weights, weight);
        }
    }
    *out = mlci_compensated_value(&sum) / mlci_compensated_value(&weights);
    return MLC_OK;
}

static mlc_status value_of(mlci_ranked_scores *r, double *out, mlc_error *err)
{
    const struct roc_auc_params *const p = r->in->params;
    *out = NAN;
    if (r->in->n_classes < 2 || mlci_ranked_scores_n_absent(r) > 0) return MLC_OK;
    if (r->in->n_classes == 2) {
        MLCI_TRY(mlci_ranked_scores_rank(r, r->in->positive, MLCI_OTHER_CLASSES, err));
        *out = area(r, p->max_fpr);
        return MLC_OK;
    }
    if (p->multi_class == MULTI_CLASS_OVO) return mean_of_pairs(r, p->average, out, err);
    return mlci_ranked_scores_mean(r, one_against_rest, p->average, out, err);
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const struct roc_auc_params *const p = in->params;
    if (in->n_classes > 2 && p->max_fpr < 1) {
        return mlci_fail(err, MLC_ERROR_SETTING, "max_fpr",
                         "max_fpr: works with two classes and there are %d; must be none",
                         (int)in->n_classes);
    }
    double value = NAN;
    mlci_ranked_scores ranked;
    mlc_status status = mlci_ranked_scores_make(in, "roc_auc", &ranked, err);
    if (status == MLC_OK) status = value_of(&ranked, &value, err);
    if (status == MLC_OK) mlci_one_value_set(values, value);
    mlci_ranked_scores_clear(&ranked);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_roc_auc;
const mlci_metric_descriptor mlci_metric_roc_auc = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_NEEDS_PROBABILITY
                        | MLCI_TAKES_SCORES | MLCI_LARGER_IS_BETTER,
        .name = "roc_auc",
        .summary = "Area under the ROC curve",
        .details =
            "Definition: the share of the pairs of a positive and a negative row in which the "
            "positive one has the higher probability, ties counting one half; from 0 to 1, 1 is "
            "best, 0.5 is guessing. More than two classes: the mean of each class against the "
            "rest (multi_class=ovr), or of each pair of classes, measured by the probability of "
            "the one and of the other (ovo). With max_fpr the area up to that false positive "
            "rate, scaled so that 0.5 is guessing.\n"
            "A model of anomalies is ranked by its score, the negative of raw.\n"
            "Cost: linear in the rows, for each class (ovr) or twice for each pair and its rows "
            "(ovo); seven numbers of memory a row.\n"
            "Weights: a pair counts as the product of its weights; weight 2 equals the row twice. "
            "Also with ovo.\n"
            "Undefined: NaN when a class has no rows.\n"
            "Differences from scikit-learn: multi_class is ovr by default; ovo takes weights; "
            "micro averages are left out; probabilities of a row need not sum to 1.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct roc_auc_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
