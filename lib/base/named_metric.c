/* Names of ranking metrics as their users write them, with the ranks that count. */
#include "named_metric.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

mlc_status mlci_named_metric_split(const char *name, mlci_named_metric *out, mlc_error *err)
{
    const char *const at = strchr(name, '@');
    const size_t length = at == NULL ? strlen(name) : (size_t)(at - name);
    int64_t k = 0;
    if (length >= MLCI_NAMED_METRIC_MAX)
        return mlci_fail(err, MLC_ERROR_COMPONENT, NULL, "no metric has a name of %lld bytes",
                         (long long)length);
    memcpy(out->base, name, length);
    out->base[length] = '\0';
    out->settings[0] = '\0';
    if (at == NULL) return MLC_OK;
    if (!mlci_integer_parse(at + 1, (int64_t)strlen(at + 1), &k) || k < 1)
        return mlci_fail(err, MLC_ERROR_COMPONENT, out->base,
                         "no metric '%.200s': behind @ stands the number of ranks that count, as "
                         "in ndcg@5",
                         name);
    snprintf(out->settings, sizeof out->settings, "k=%lld", (long long)k);
    return MLC_OK;
}
