/* Probabilities as metrics read them. They may come from a file or from a model of the host, so
 * each is looked at before it counts. */
#include "probability_rows.h"

#include <stddef.h>

#include "error.h"
#include "number.h"

mlc_status mlci_probability_check(const mlci_metric_input *in, const char *metric, mlc_error *err)
{
    if (in->target == NULL || in->n_classes < 1) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric,
                         "metric '%s' is for classes: give a column of classes the role target",
                         metric);
    }
    if (in->probability == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, metric,
                         "metric '%s' needs probabilities: take a model that has them, or add a "
                         "column 'probability'", metric);
    }
    return MLC_OK;
}

mlc_status mlci_probability_row(const mlci_metric_input *in, int64_t row, const double **out,
                                mlc_error *err)
{
    const double *const p = in->probability + row * in->n_classes;
    for (int32_t k = 0; k < in->n_classes; k++) {
        if (p[k] >= 0 && p[k] <= 1) continue;
        char text[MLCI_NUMBER_SIZE];
        mlci_real_format(p[k], text);
        return mlci_fail(err, MLC_ERROR_DATA, "probability",
                         "probability of class %d in row %lld is %s: must be 0 to 1", (int)k,
                         (long long)row + 1, text);
    }
    *out = p;
    return MLC_OK;
}
