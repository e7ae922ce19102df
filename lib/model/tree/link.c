/* Raw scores to predictions; the same bits for a row alone and in a batch. */
#include "link.h"

#include <string.h>

#include "foreign_link.h"

int mlci_link_is_possible(const mlci_link *l)
{
    const int one = l->n_outputs == 1, some = l->n_outputs >= 1;
    switch (l->link) {
    case MLCI_LINK_IDENTITY:
        return some && (l->n_classes == 0 || (l->rule != NULL && mlci_foreign_link_is_possible(l)));
    case MLCI_LINK_LOG:
        return some && l->n_classes == 0;
    case MLCI_LINK_LOGIT:
        return l->n_classes == 0 ? some : one && l->n_classes <= 2;
    case MLCI_LINK_SOFTMAX: /* our own models have one score for two classes */
        return l->n_classes > (l->rule == NULL ? 2 : 1) && l->n_outputs == l->n_classes;
    case MLCI_LINK_ONE_VS_ALL:
        return l->n_classes > 2 && l->n_outputs == l->n_classes;
    case MLCI_LINK_QUANTILES:
        return l->n_classes == 0 && l->n_outputs > 1 && l->n_outputs <= MLCI_MOST_LEVELS &&
               (l->rule == NULL || l->rule->divisor == 1);
    default:
        return l->rule != NULL && mlci_foreign_link_is_possible(l);
    }
}

static double largest(const double *raw, int32_t n_outputs)
{
    int32_t best = 0;
    for (int32_t k = 1; k < n_outputs; k++)
        if (raw[k] > raw[best]) best = k;
    return (double)best;
}

/* Insertion sort: a row has few levels, and they are mostly in order. */
static void sort_levels(double *row, int32_t n)
{
    for (int32_t k = 1; k < n; k++) {
        const double x = row[k];
        int32_t j = k;
        for (; j > 0 && row[j - 1] > x; j--)
            row[j] = row[j - 1];
        row[j] = x;
    }
}

static void middles(const mlci_link *l, int64_t n_rows, double *raw, double *out)
{
    const int32_t n = l->n_outputs;
    for (int64_t i = 0; i < n_rows; i++) {
        double *const row = raw + i * n;
        sort_levels(row, n);
        out[i] = 0.5 * row[(n - 1) / 2] + 0.5 * row[n / 2];
    }
}

void mlci_link_prediction(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows,
                          double *raw, double *out)
{
    const int64_t n_values = n_rows * l->n_outputs;
    if (l->link == MLCI_LINK_QUANTILES) {
        middles(l, n_rows, raw, out);
    } else if (l->rule != NULL) {
        mlci_foreign_link_prediction(l, kernels, n_rows, raw, out);
    } else if (l->n_classes > 0) {
        for (int64_t i = 0; i < n_rows; i++)
            out[i] = l->n_outputs == 1 ? (raw[i] > 0 ? 1 : 0)
                                       : largest(raw + i * l->n_outputs, l->n_outputs);
    } else if (l->link == MLCI_LINK_LOG) {
        kernels->exp(n_values, raw, out);
    } else if (l->link == MLCI_LINK_LOGIT) {
        kernels->sigmoid(n_values, raw, out);
    } else {
        memcpy(out, raw, (size_t)n_values * sizeof *out);
    }
}

static void log_sigmoids(const mlci_kernels *kernels, int64_t n, double *x)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = -x[i];
    kernels->softplus(n, x, x);
    for (int64_t i = 0; i < n; i++)
        x[i] = -x[i];
}

void mlci_link_probability(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows,
                           double *raw, double *out)
{
    if (l->rule != NULL) {
        mlci_foreign_link_probability(l, kernels, n_rows, raw, out);
        return;
    }
    if (l->link == MLCI_LINK_SOFTMAX || l->link == MLCI_LINK_ONE_VS_ALL) {
        const mlci_row_block rows = {raw, n_rows, l->n_outputs, l->n_outputs};
        /* Shares of 1 / (1 + exp(-s)) are a softmax of their logs, which never are all 0. */
        if (l->link == MLCI_LINK_ONE_VS_ALL) log_sigmoids(kernels, n_rows * l->n_outputs, raw);
        kernels->softmax(&rows, out);
        return;
    }
    kernels->sigmoid(n_rows, raw, raw);
    for (int64_t i = 0; i < n_rows; i++) {
        out[i * l->n_classes] = 1 - raw[i];
        if (l->n_classes == 2) out[2 * i + 1] = raw[i];
    }
}

void mlci_link_quantile(const mlci_link *l, int64_t n_rows, const double *raw, double *out)
{
    memcpy(out, raw, (size_t)(n_rows * l->n_outputs) * sizeof *out);
    for (int64_t i = 0; i < n_rows; i++)
        sort_levels(out + i * l->n_outputs, l->n_outputs);
}

void mlci_link_interval(const mlci_link *l, int64_t n_rows, const double *raw, double *out)
{
    for (int64_t i = 0; i < n_rows; i++) {
        const double *const row = raw + i * l->n_outputs;
        double low = row[0], high = row[0];
        for (int32_t k = 1; k < l->n_outputs; k++) {
            low = row[k] < low ? row[k] : low;
            high = row[k] > high ? row[k] : high;
        }
        out[2 * i] = low;
        out[2 * i + 1] = high;
    }
}
