/* Reads monotonic_cst: [age:1, income:-1], or [1, -1, 0] with a number a feature. */
#include "monotonic_cst.h"

#include <string.h>

#include "number.h"
#include "settings.h"

#define UNSET 2

typedef struct sign_job {
    const char *text;
    const mlci_features *features; /* NULL: the syntax alone */
    int8_t *sign;                  /* UNSET where nothing was said yet */
    int64_t n_items, n_pairs;
} sign_job;

static int parse_sign(const char *text, int64_t length, int8_t *sign)
{
    double x;
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    if (!mlci_real_parse(text, length, &x) || (x != 0 && x != 1 && x != -1)) return 0;
    *sign = (int8_t)x;
    return 1;
}

static mlc_status refuse_item(const sign_job *job, const char *item, int64_t length, mlc_error *err)
{
    return mlci_fail(
        err, MLC_ERROR_SETTING, "monotonic_cst",
        "monotonic_cst: '%.*s' must be 1, 0 or -1, or a feature with one of them, such "
        "as [age:1, income:-1]",
        (int)(length < 200 ? length : 200), item);
}

static mlc_status set_sign(const sign_job *job, int64_t j, int8_t sign, mlc_error *err)
{
    const mlci_feature *const f = &job->features->inputs[mlci_features_input(job->features, j)];
    if (job->sign[j] != UNSET && job->sign[j] != sign)
        return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                         "monotonic_cst: feature '%.200s' is given both %d and %d", f->name,
                         (int)job->sign[j], (int)sign);
    if (sign != 0 && f->dictionary != NULL)
        return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                         "monotonic_cst: feature '%.200s' holds categories, which have no order",
                         f->name);
    job->sign[j] = sign;
    return MLC_OK;
}

/* "name:sign"; the name may have colons of its own. */
static mlc_status read_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    sign_job *const job = arg;
    const int64_t at = job->n_items++;
    int64_t colon = length - 1, first = at, n = 1;
    int8_t sign;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon == 0 || !parse_sign(item + colon + 1, length - colon - 1, &sign))
        return refuse_item(job, item, length, err);
    job->n_pairs += colon > 0;
    if (job->features == NULL) return MLC_OK;
    if (colon > 0) {
        n = mlci_features_find(job->features, item, colon, &first);
        if (n == 0) return mlci_features_refuse(job->features, "monotonic_cst", item, colon, err);
    } else if (at >= job->features->n_features) {
        return MLC_OK; /* counted, refused by the caller */
    }
    for (int64_t j = first; j < first + n; j++)
        MLCI_TRY(set_sign(job, j, sign, err));
    return MLC_OK;
}

mlc_status mlci_monotonic_check(const char *text, mlc_error *err)
{
    sign_job job = {.text = text};
    if (text == NULL) return MLC_OK;
    MLCI_TRY(mlci_list_each(text, read_item, &job, err));
    if (job.n_pairs == 0 || job.n_pairs == job.n_items) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                     "monotonic_cst = '%.200s': features by name or a number a feature, not both",
                     text);
}

static mlc_status read_signs(sign_job *job, int32_t n_classes, int32_t *any, mlc_error *err)
{
    const int64_t n = job->features->n_features;
    MLCI_TRY(mlci_list_each(job->text, read_item, job, err));
    if (job->n_pairs == 0 && job->n_items > 0 && job->n_items != n)
        return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                         "monotonic_cst has %lld numbers; the model has %lld features",
                         (long long)job->n_items, (long long)n);
    *any = 0;
    for (int64_t j = 0; j < n; j++) {
        if (job->sign[j] == UNSET) job->sign[j] = 0;
        *any |= job->sign[j] != 0;
    }
    if (*any && n_classes > 2)
        return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                         "monotonic_cst: takes numbers or two classes; the target has %d classes",
                         (int)n_classes);
    return MLC_OK;
}

mlc_status mlci_monotonic_signs(mlci_root *root, const char *text, const mlci_features *features,
                                int32_t n_classes, int8_t **out, mlc_error *err)
{
    sign_job job = {.text = text, .features = features};
    int32_t any = 0;
    *out = NULL;
    if (text == NULL) return MLC_OK;
    job.sign = mlci_alloc(root, features->n_features, sizeof *job.sign);
    if (job.sign == NULL) return mlci_fail_memory(err, features->n_features, sizeof *job.sign);
    memset(job.sign, UNSET, (size_t)features->n_features);
    const mlc_status status = read_signs(&job, n_classes, &any, err);
    if (status == MLC_OK && any)
        *out = job.sign;
    else
        mlci_free(job.sign);
    return status;
}
