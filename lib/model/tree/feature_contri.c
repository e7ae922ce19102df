/* Reads feature_contri: [age:0.5, income:2], or [0.5, 1, 2] with a number a feature. */
#include "feature_contri.h"

#include <math.h>

#include "feature_numbers.h"

static int is_factor(double x)
{
    return x >= 0 && isfinite(x);
}

static const mlci_feature_numbers kind = {
    .parameter = "feature_contri",
    .wants = "a number of at least 0, or a feature with one, such as [age:0.5, income:2]",
    .is_possible = is_factor};

mlc_status mlci_feature_contri_check(const char *text, mlc_error *err)
{
    return mlci_feature_numbers_check(&kind, text, err);
}

mlc_status mlci_feature_contri_read(mlci_root *root, const char *text,
                                    const mlci_features *features, double **out, mlc_error *err)
{
    const int64_t n = features->n_features;
    *out = NULL;
    if (text == NULL) return MLC_OK;
    double *const factor = mlci_alloc(root, n, sizeof *factor);
    if (factor == NULL) return mlci_fail_memory(err, n, sizeof *factor);
    for (int64_t j = 0; j < n; j++)
        factor[j] = 1;
    const mlc_status status = mlci_feature_numbers_read(&kind, root, text, features, factor, err);
    if (status == MLC_OK)
        *out = factor;
    else
        mlci_free(factor);
    return status;
}
