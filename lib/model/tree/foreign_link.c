/* Links of models from other libraries. exp() is that of most systems, not our own: one bit of it
 * can be two of a probability. */
#include "foreign_link.h"

#include <math.h>
#include <string.h>

#define LARGEST_EXPONENT 88.7F /* exp() of it is still a float */
#define LEAST_FLOAT 1e-16F     /* what XGBoost adds to denominators */

int mlci_foreign_link_is_possible(const mlci_link *l)
{
    switch (l->link) {
    case MLCI_LINK_IDENTITY: /* the scores are the probabilities; one score is the second's */
        return l->n_outputs == 1 ? l->n_classes == 2
                                 : l->n_classes >= 2 && l->n_outputs == l->n_classes;
    case MLCI_LINK_EACH:
        return l->n_classes >= 2 && l->n_outputs == l->n_classes;
    case MLCI_LINK_SQUARE:
    case MLCI_LINK_SOFTPLUS:
    case MLCI_LINK_STEP:
        return l->n_classes == 0 && l->n_outputs >= 1;
    case MLCI_LINK_CLIMB:
        return l->n_classes == 0 && l->n_outputs >= 2 && l->n_outputs <= MLCI_MOST_LEVELS &&
               l->rule->is_float && l->rule->divisor == 1;
    default:
        return 0;
    }
}

static void divide(const mlci_link *l, int64_t n, double *raw)
{
    for (int64_t i = 0; l->rule->divisor != 1 && i < n; i++)
        raw[i] /= l->rule->divisor;
}

/* exp() of x, which becomes it. */
static void exponentials(const mlci_link *l, const mlci_kernels *kernels, int64_t n, double *x)
{
    if (l->rule->is_float)
        kernels->libm_expf(n, x, x);
    else
        kernels->libm_exp(n, x, x);
}

static void logistic(const mlci_link *l, const mlci_kernels *kernels, int64_t n, double *x)
{
    for (int64_t i = 0; i < n; i++) {
        x[i] = -l->rule->factor * x[i];
        if (l->rule->is_float && x[i] > (double)LARGEST_EXPONENT) x[i] = (double)LARGEST_EXPONENT;
    }
    exponentials(l, kernels, n, x);
    for (int64_t i = 0; i < n; i++) {
        if (l->rule->is_float)
            x[i] = (double)(1.0F / ((float)x[i] + 1.0F + LEAST_FLOAT));
        else
            x[i] = 1.0 / (1.0 + x[i]);
    }
}

static int32_t largest(const double *row, int32_t n)
{
    int32_t best = 0;
    for (int32_t k = 1; k < n; k++)
        if (row[k] > row[best]) best = k;
    return best;
}

/* A row after the other: the sum is a chain of doubles, the shares are what the scores are. */
static void softmax(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows, double *x)
{
    const int32_t n = l->n_outputs;
    for (int64_t i = 0; i < n_rows; i++) {
        const double most = x[i * n + largest(x + i * n, n)];
        for (int32_t k = 0; k < n; k++) {
            const double less = x[i * n + k] - most;
            x[i * n + k] = l->rule->is_float ? (double)(float)less : less;
        }
    }
    exponentials(l, kernels, n_rows * n, x);
    for (int64_t i = 0; i < n_rows; i++) {
        double *const row = x + i * n, sum = 0;
        for (int32_t k = 0; k < n; k++)
            sum += row[k];
        for (int32_t k = 0; k < n; k++)
            row[k] = l->rule->is_float ? (double)((float)row[k] / (float)sum) : row[k] / sum;
    }
}

/* Of two classes raw becomes the second's probability. */
static void class_shares(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows,
                         double *raw)
{
    divide(l, n_rows * l->n_outputs, raw);
    if (l->link == MLCI_LINK_SOFTMAX)
        softmax(l, kernels, n_rows, raw);
    else if (l->link != MLCI_LINK_IDENTITY)
        logistic(l, kernels, n_rows * l->n_outputs, raw);
}

/* XGBoost 3.3 and later, expectiles: sums of floats along a row, of softplus as
 * max(x, 0) + log1p(exp(-|x|)). */
static void climb(const mlci_link *l, const mlci_kernels *kernels, int64_t n, double *x)
{
    for (int64_t i = 0; i < n; i++) {
        if (i % l->n_outputs == 0) continue;
        const float score = (float)x[i];
        double rest = -fabs(x[i]);
        kernels->libm_expf(1, &rest, &rest);
        const float above = mlci_libm_log1pf((float)rest);
        const float step = MLCI_CLIMB_STEP + (score > 0 ? score + above : above);
        x[i] = (double)((float)x[i - 1] + step);
    }
}

static void transform(const mlci_link *l, const mlci_kernels *kernels, int64_t n, double *x)
{
    divide(l, n, x);
    switch (l->link) {
    case MLCI_LINK_LOGIT:
        logistic(l, kernels, n, x);
        break;
    case MLCI_LINK_LOG:
        exponentials(l, kernels, n, x);
        break;
    case MLCI_LINK_SOFTPLUS:
        exponentials(l, kernels, n, x);
        kernels->log1p(n, x, x);
        break;
    case MLCI_LINK_SQUARE:
        for (int64_t i = 0; i < n; i++)
            x[i] = x[i] < 0 ? -(x[i] * x[i]) : x[i] * x[i];
        break;
    case MLCI_LINK_STEP:
        for (int64_t i = 0; i < n; i++)
            x[i] = x[i] > 0;
        break;
    case MLCI_LINK_CLIMB:
        climb(l, kernels, n, x);
        break;
    default:
        break;
    }
}

void mlci_foreign_link_prediction(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows,
                                  double *raw, double *out)
{
    const int64_t n = n_rows * l->n_outputs;
    if (l->n_classes == 0) {
        transform(l, kernels, n, raw);
        memcpy(out, raw, (size_t)n * sizeof *out);
        return;
    }
    class_shares(l, kernels, n_rows, raw);
    for (int64_t i = 0; i < n_rows; i++)
        out[i] = l->n_outputs == 1 ? raw[i] > 0.5 : largest(raw + i * l->n_outputs, l->n_outputs);
}

void mlci_foreign_link_probability(const mlci_link *l, const mlci_kernels *kernels, int64_t n_rows,
                                   double *raw, double *out)
{
    class_shares(l, kernels, n_rows, raw);
    if (l->n_outputs > 1) {
        memcpy(out, raw, (size_t)(n_rows * l->n_outputs) * sizeof *out);
        return;
    }
    for (int64_t i = 0; i < n_rows; i++) {
        const double other = 1 - raw[i];
        out[i * l->n_classes] = l->rule->is_float ? (double)(float)other : other;
        if (l->n_classes == 2) out[2 * i + 1] = raw[i];
    }
}
