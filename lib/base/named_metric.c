/* Names of metrics as their users write them in lists. */
#include "named_metric.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

/* The number of ranks behind an @. */
static mlc_status read_cut_off(const char *name, const char *at, mlci_named_metric *out,
                               mlc_error *err)
{
    int64_t k = 0;
    if (!mlci_integer_parse(at + 1, (int64_t)strlen(at + 1), &k) || k < 1)
        return mlci_fail(err, MLC_ERROR_COMPONENT, out->base,
                         "no metric '%.200s': behind @ stands the number of ranks that count, as "
                         "in ndcg@5",
                         name);
    snprintf(out->settings, sizeof out->settings, "k=%lld", (long long)k);
    return MLC_OK;
}

/* What stands in the bracket. */
static mlc_status read_settings(const char *name, const char *bracket, mlci_named_metric *out,
                                mlc_error *err)
{
    const size_t length = strlen(bracket);
    if (bracket[length - 1] != ')')
        return mlci_fail(err, MLC_ERROR_COMPONENT, out->base,
                         "no metric '%.200s': settings stand in brackets, as in ndcg(k=5)", name);
    memcpy(out->settings, bracket + 1, length - 2);
    out->settings[length - 2] = '\0';
    return MLC_OK;
}

mlc_status mlci_named_metric_split(const char *name, mlci_named_metric *out, mlc_error *err)
{
    const size_t length = strcspn(name, "@(");
    if (strlen(name) >= MLCI_NAMED_METRIC_MAX)
        return mlci_fail(err, MLC_ERROR_COMPONENT, NULL, "no metric has a name of %lld bytes",
                         (long long)strlen(name));
    memcpy(out->base, name, length);
    out->base[length] = '\0';
    out->settings[0] = '\0';
    if (name[length] == '@') return read_cut_off(name, name + length, out, err);
    return name[length] == '(' ? read_settings(name, name + length, out, err) : MLC_OK;
}
