/* Huber's loss (1964): d^2 / 2 up to |d| = delta, then delta (|d| - delta / 2), with d = s - y.
 * g = d cut to [-delta, delta], h = 1 as LightGBM has it: a bound of the curvature, so that leaves
 * of outliers alone take finite steps. */
#include <math.h>

#include "loss_start.h"

/* From the median, which no outlier moves, to the constant of least loss. */
static mlc_status start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *out, mlc_error *err)
{
    MLCI_TRY(mlci_start_quantile(loss, call, rows, fixed, out, err));
    return mlci_start_newton(loss, call, rows, INFINITY, out, err);
}

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    const double delta = loss->delta;
    for (int64_t i = 0; i < c->n; i++) {
        const double d = c->s[i] - c->y[i];
        g[i] = d > delta ? delta : d < -delta ? -delta : d;
        h[i] = 1;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    const double delta = loss->delta;
    for (int64_t i = 0; i < c->n; i++) {
        const double d = fabs(c->s[i] - c->y[i]);
        value[i] = d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
    }
}

const mlci_loss_kind mlci_loss_huber = {.name = "huber",
                                        .progress = "train huber loss",
                                        .link = MLCI_LINK_IDENTITY,
                                        .start = start,
                                        .gradients = gradients,
                                        .values = values};
