/* Weights by class, as given. O(n). */
#include <math.h>
#include <string.h>

#include "descriptor.h"
#include "number.h"
#include "target.h"
#include "weighting.h"

typedef struct class_params {
    char *weights;
    char *name;
} class_params;

static const mlci_param params_table[] = {
    MLCI_STRING(class_params, weights, NULL,
                "weights by class, as in 'no:1,yes:10'; a class that is not named has 1",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_WEIGHTING_NAME(class_params),
    {.name = NULL}};

typedef struct reading {
    const mlci_classes *classes;
    double *factor;
} reading;

/* class:weight, where the name of the class may hold colons itself. */
static mlc_status read_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const reading *const r = arg;
    int64_t colon = length - 1;
    double weight = 0;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    const int shown = (int)(length < 60 ? length : 60);
    if (colon < 0 || !mlci_real_parse(item + colon + 1, length - colon - 1, &weight) ||
        !(weight >= 0) || isinf(weight)) {
        return mlci_fail(err, MLC_ERROR_SETTING, "weights",
                         "weights = %.*s: must be a class and its weight, at least 0, as in yes:10",
                         shown, item);
    }
    const int32_t rank = mlci_classes_rank(r->classes, item, colon);
    if (rank < 0 || r->classes->class_of[rank] < 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "weights",
                         "weights: the target has no class '%.*s'", (int)(colon < 60 ? colon : 60),
                         item);
    }
    r->factor[r->classes->class_of[rank]] = weight;
    return MLC_OK;
}

static mlc_status weigh(mlc_context *call, const class_params *p, const mlci_classes *classes,
                        const int32_t *class_of_row, int64_t n_rows, double *weight, mlc_error *err)
{
    double *const factor = mlci_alloc_raw(call->root, classes->n, (int64_t)sizeof *factor);
    if (factor == NULL) return mlci_fail_memory(err, classes->n, (int64_t)sizeof *factor);
    for (int32_t c = 0; c < classes->n; c++)
        factor[c] = 1;
    reading r = {classes, factor};
    const mlc_status status =
        p->weights == NULL ? MLC_OK : mlci_list_each(p->weights, read_item, &r, err);
    for (int64_t i = 0; i < n_rows; i++)
        weight[i] *= factor[class_of_row[i]];
    mlci_free(factor);
    return status;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const class_params *const p = params;
    mlci_classes *classes = NULL;
    int32_t *class_of_row = NULL;
    double *weight = NULL;
    MLCI_TRY(mlci_classes_of_dataset(call, dataset, &classes, &class_of_row, err));
    mlc_status status = mlci_weighting_so_far(call, dataset, &weight, err);
    if (status == MLC_OK) {
        status = weigh(call, p, classes, class_of_row, dataset->n_rows, weight, err);
    }
    if (status == MLC_OK) {
        status = mlci_weighting_add(call, dataset, p->name, weight, out, err);
    }
    mlci_free(weight);
    mlci_free(class_of_row);
    mlci_classes_unref(classes);
    return status;
}

extern const mlci_maker_descriptor mlci_weighting_class_weight;
const mlci_maker_descriptor mlci_weighting_class_weight = {
    .base = {.kind = MLCI_KIND_WEIGHTING,
             .capabilities = MLCI_SPLITS_BY_TARGET,
             .name = "class_weight",
             .summary = "the weights that are given for the classes",
             .details = "Rows of a class have its weight, 1 where it is not named. Weights that "
                        "are there already are multiplied. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(class_params)},
    .make = make};
