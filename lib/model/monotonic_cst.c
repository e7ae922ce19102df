/* Reads monotonic_cst: [age:1, income:-1], or [1, -1, 0] with a number a feature. */
#include "monotonic_cst.h"

#include "feature_numbers.h"

static int is_sign(double x)
{
    return x == 0 || x == 1 || x == -1;
}

static const mlci_feature_numbers kind = {
    .parameter = "monotonic_cst",
    .wants = "1, 0 or -1, or a feature with one of them, such as [age:1, income:-1]",
    .is_possible = is_sign,
    .is_ordered = 1};

mlc_status mlci_monotonic_check(const char *text, mlc_error *err)
{
    return mlci_feature_numbers_check(&kind, text, err);
}

static mlc_status read_signs(mlci_root *root, const char *text, const mlci_features *features,
                             int32_t n_classes, double *sign, int32_t *any, mlc_error *err)
{
    MLCI_TRY(mlci_feature_numbers_read(&kind, root, text, features, sign, err));
    *any = 0;
    for (int64_t j = 0; j < features->n_features; j++)
        *any |= sign[j] != 0;
    if (!*any || n_classes <= 2) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                     "monotonic_cst: takes numbers or two classes; the target has %d classes",
                     (int)n_classes);
}

mlc_status mlci_monotonic_signs(mlci_root *root, const char *text, const mlci_features *features,
                                int32_t n_classes, int8_t **out, mlc_error *err)
{
    const int64_t n = features->n_features;
    int32_t any = 0;
    *out = NULL;
    if (text == NULL) return MLC_OK;
    double *const sign = mlci_alloc(root, n, sizeof *sign); /* zeros: free */
    if (sign == NULL) return mlci_fail_memory(err, n, sizeof *sign);
    mlc_status status = read_signs(root, text, features, n_classes, sign, &any, err);
    if (status == MLC_OK && any) {
        *out = mlci_alloc(root, n, 1);
        if (*out == NULL) status = mlci_fail_memory(err, n, 1);
        for (int64_t j = 0; *out != NULL && j < n; j++)
            (*out)[j] = (int8_t)sign[j];
    }
    mlci_free(sign);
    return status;
}
