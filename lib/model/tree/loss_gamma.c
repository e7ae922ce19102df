/* Gamma deviance with m = exp(s): 2 (log(m / y) + y / m - 1). Half its derivatives:
 * g = 1 - y / m, h = y / m. */
#include "loss_start.h"

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    for (int64_t i = 0; i < c->n; i++)
        h[i] = -c->s[i];
    loss->kernels->exp(c->n, h, h);
    for (int64_t i = 0; i < c->n; i++) {
        h[i] = c->y[i] * h[i];
        g[i] = 1 - h[i];
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    double log_y[MLCI_LOSS_CHUNK];
    for (int64_t i = 0; i < c->n; i++) {
        value[i] = -c->s[i];
        log_y[i] = c->y[i] > 0 ? c->y[i] : 1;
    }
    loss->kernels->exp(c->n, value, value);
    loss->kernels->log(c->n, log_y, log_y);
    for (int64_t i = 0; i < c->n; i++)
        value[i] = 2 * (c->s[i] - log_y[i] + c->y[i] * value[i] - 1);
}

const mlci_loss_kind mlci_loss_gamma = {.name = "gamma",
                                        .progress = "train gamma deviance",
                                        .link = MLCI_LINK_LOG,
                                        .range = MLCI_TARGET_POSITIVE,
                                        .start = mlci_start_mean,
                                        .gradients = gradients,
                                        .values = values};
