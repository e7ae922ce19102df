/* Factors by class: none (1), balanced (W / (K W_k) over the K classes that have rows, as
 * scikit-learn has it), or given one by one. */
#include "class_weight.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "settings.h"

#define MAX_LABEL 1024 /* bytes of a class's text */

static int is_balanced(const char *class_weight)
{
    return strcmp(class_weight, "balanced") == 0;
}

typedef struct weight_job {
    const char *class_weight;
    const mlci_classes *classes; /* NULL: the syntax alone is looked at */
    double *factor;              /* NAN where none was given yet */
} weight_job;

static mlc_status set_factor(const weight_job *job, const char *label, int64_t length,
                             double weight, mlc_error *err)
{
    char name[MAX_LABEL];
    memcpy(name, label, (size_t)length);
    name[length] = '\0';
    const int32_t k = mlci_classes_find(job->classes, name);
    if (k < 0)
        return mlci_fail(err, MLC_ERROR_SETTING, "class_weight",
                         "class_weight: '%s' is not one of the %d classes of the target, such as "
                         "'%s'",
                         name, (int)job->classes->n, job->classes->names[0]);
    if (!isnan(job->factor[k]))
        return mlci_fail(err, MLC_ERROR_SETTING, "class_weight",
                         "class_weight: class '%s' has two weights", name);
    job->factor[k] = weight;
    return MLC_OK;
}

/* "label:weight"; the label may have colons of its own. */
static mlc_status read_pair(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const weight_job *const job = arg;
    int64_t colon = length - 1;
    double weight = NAN;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon <= 0 || !mlci_real_parse(item + colon + 1, length - colon - 1, &weight))
        return mlci_fail(err, MLC_ERROR_SETTING, "class_weight",
                         "class_weight = '%.200s': must be balanced, none or pairs such as "
                         "[no:1, yes:2.5]",
                         job->class_weight);
    if (!(weight > 0) || isinf(weight))
        return mlci_fail(err, MLC_ERROR_SETTING, "class_weight",
                         "class_weight = '%.200s': weights must be finite and above 0",
                         job->class_weight);
    if (colon >= MAX_LABEL)
        return mlci_fail(err, MLC_ERROR_LIMIT, "class_weight",
                         "class_weight: a class of more than %d bytes", MAX_LABEL - 1);
    return job->classes == NULL ? MLC_OK : set_factor(job, item, colon, weight, err);
}

mlc_status mlci_class_weight_check(const char *class_weight, mlc_error *err)
{
    weight_job job = {.class_weight = class_weight};
    if (class_weight == NULL || is_balanced(class_weight)) return MLC_OK;
    return mlci_list_each(class_weight, read_pair, &job, err);
}

static void balance(int32_t n, const double *total, double *factor)
{
    double sum = 0;
    int32_t n_present = 0;
    for (int32_t k = 0; k < n; k++) {
        sum += total[k];
        n_present += total[k] > 0;
    }
    for (int32_t k = 0; k < n; k++)
        factor[k] = total[k] > 0 ? sum / ((double)n_present * total[k]) : 1;
}

mlc_status mlci_class_weight_factors(const char *class_weight, const mlci_classes *classes,
                                     const double *total, double *factor, mlc_error *err)
{
    weight_job job = {class_weight, classes, factor};
    if (class_weight != NULL && is_balanced(class_weight)) {
        balance(classes->n, total, factor);
        return MLC_OK;
    }
    for (int32_t k = 0; k < classes->n; k++)
        factor[k] = NAN;
    if (class_weight != NULL) MLCI_TRY(mlci_list_each(class_weight, read_pair, &job, err));
    for (int32_t k = 0; k < classes->n; k++)
        if (isnan(factor[k])) factor[k] = 1;
    return MLC_OK;
}
