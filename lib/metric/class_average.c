/* Ratios of counts by class and their averages.
 *
 * A class that occurs neither in the truth nor in the predictions does not take part in macro and
 * weighted averages, as in scikit-learn, where such a class is not known to exist. A class that
 * occurs but whose denominator is 0 counts as zero_division. */
#include "class_average.h"

#include <math.h>
#include <stddef.h>

#include "error.h"
#include "one_value.h"

static const mlci_choice average_choices[] = {
    {"auto", MLCI_AVERAGE_AUTO, "binary for two classes, else macro"},
    {"binary", MLCI_AVERAGE_BINARY, "the positive class of two"},
    {"macro", MLCI_AVERAGE_MACRO, "mean over the classes that occur"},
    {"weighted", MLCI_AVERAGE_WEIGHTED, "mean weighted by the true rows of each class"},
    {"micro", MLCI_AVERAGE_MICRO, "of the counts of all classes together"},
    {"none", MLCI_AVERAGE_NONE, "no average: one line a class"},
    {NULL, 0, NULL}};

const mlci_param mlci_class_average_params[] = {
    MLCI_CHOICE(mlci_class_average, average, MLCI_AVERAGE_AUTO, average_choices,
                "how the classes become one number", .since = "0.1"),
    MLCI_REAL(mlci_class_average, zero_division, 0, 0, 1,
              "value of a class whose denominator is 0; none leaves it out of averages",
              .flags = MLCI_PARAM_NONE, .since = "0.1"),
    {.name = NULL}};

static int32_t average_of(const mlci_class_average *params, int32_t n_classes)
{
    if (params->average != MLCI_AVERAGE_AUTO) return params->average;
    return n_classes == 2 ? MLCI_AVERAGE_BINARY : MLCI_AVERAGE_MACRO;
}

static double divide(mlci_class_ratio ratio, double zero_division)
{
    return ratio.denominator > 0 ? ratio.numerator / ratio.denominator : zero_division;
}

static double value_of_class(const mlci_class_counts *counts, int32_t k,
                             mlci_class_ratio_fn ratio, double zero_division)
{
    return divide(ratio(counts->truth[k], counts->predicted[k], counts->matched[k]),
                  zero_division);
}

static double value_of_all(const mlci_class_counts *counts, mlci_class_ratio_fn ratio,
                           double zero_division)
{
    double predicted = 0;
    for (int32_t k = 0; k < counts->n_classes; k++) predicted += counts->predicted[k];
    return divide(ratio(counts->total, predicted, counts->hit), zero_division);
}

/* The mean over the classes that occur and have a value; NaN when there is none. */
static double mean_of_classes(const mlci_class_counts *counts, mlci_class_ratio_fn ratio,
                              const mlci_class_average *params, int weighted)
{
    double sum = 0;
    double weights = 0;
    for (int32_t k = 0; k < counts->n_classes; k++) {
        if (counts->truth[k] == 0 && counts->predicted[k] == 0) continue;
        const double value = value_of_class(counts, k, ratio, params->zero_division);
        const double weight = weighted ? counts->truth[k] : 1;
        if (isnan(value) || weight == 0) continue;
        sum += weight * value;
        weights += weight;
    }
    return weights > 0 ? sum / weights : NAN;
}

int64_t mlci_class_average_n_values(const void *params, int32_t n_classes)
{
    const mlci_class_average *const p = params;
    return p->average == MLCI_AVERAGE_NONE ? n_classes : 1;
}

static void set_classes(const mlci_class_counts *counts, mlci_class_ratio_fn ratio,
                        double zero_division, mlci_metric_value *values)
{
    for (int32_t k = 0; k < counts->n_classes; k++) {
        values[k] = (mlci_metric_value){
            .class_ = k,
            .predicted = -1,
            .value = counts->total > 0 ? value_of_class(counts, k, ratio, zero_division) : NAN};
    }
}

static double average_value(const mlci_class_counts *counts, mlci_class_ratio_fn ratio,
                            const mlci_class_average *params, int32_t positive)
{
    if (!(counts->total > 0)) return NAN;
    switch (average_of(params, counts->n_classes)) {
    case MLCI_AVERAGE_BINARY:
        return value_of_class(counts, positive, ratio, params->zero_division);
    case MLCI_AVERAGE_MICRO:
        return value_of_all(counts, ratio, params->zero_division);
    case MLCI_AVERAGE_WEIGHTED:
        return mean_of_classes(counts, ratio, params, 1);
    default:
        return mean_of_classes(counts, ratio, params, 0);
    }
}

mlc_status mlci_class_average_score(const mlci_metric_input *in, mlci_class_ratio_fn ratio,
                                    mlci_metric_value *values, mlc_error *err)
{
    const mlci_class_average *const params = in->params;
    if (params->average == MLCI_AVERAGE_BINARY && in->n_classes != 2) {
        return mlci_fail(err, MLC_ERROR_SETTING, "average",
                         "average = binary: needs two classes and there are %d; must be macro, "
                         "weighted, micro or none", (int)in->n_classes);
    }
    mlci_class_counts counts = {0};
    const mlc_status status = mlci_class_counts_make(in, &counts, err);
    if (status == MLC_OK && params->average == MLCI_AVERAGE_NONE) {
        set_classes(&counts, ratio, params->zero_division, values);
    } else if (status == MLC_OK) {
        mlci_one_value_set(values, average_value(&counts, ratio, params, in->positive));
    }
    mlci_class_counts_clear(&counts);
    return status;
}
